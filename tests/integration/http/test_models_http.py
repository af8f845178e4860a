"""What is served, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import openai
import pytest

from audiosvc.v1 import models_pb2
from audiosvc.wire.time import from_duration
from tests.fakes.server import Serving, serving
from tests.integration.http.openai_calls import client_of


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path, max_sessions=7, max_audio_s=90.0, locate_per_minute=9) as started:
        yield started


def test_the_package_lists_and_finds_them(server: Serving) -> None:
    with client_of(server) as client:
        (model,) = client.models.list()
        assert (model.id, model.object) == ("whisper-base", "model")
        assert client.models.retrieve("whisper-base") == model
        # Other names of the same, one of which has a slash in it.
        for name in ("base", "Systran/faster-whisper-base", "auto"):
            assert client.models.retrieve(name).id == "whisper-base"
        with pytest.raises(openai.NotFoundError, match="does not serve 'gpt-9'"):
            client.models.retrieve("gpt-9")


def test_they_tell_what_grpc_tells(server: Serving) -> None:
    (entry,) = httpx2.get(f"{server.http}/v1/models").json()["data"]
    told = entry["audiosvc"]
    same = server.models.ListModels(models_pb2.ListModelsRequest())
    (model,), limits = same.models, same.limits
    assert entry["id"] == model.model_id
    assert told["title"] == model.title
    assert told["aliases"] == list(model.aliases)
    assert told["languages"] == list(model.language_codes)
    assert (told["is_default"], told["loaded"], told["live"]) == (True, True, model.live)
    assert (told["device"], told["licence"]) == (model.device, model.licence)
    assert told["window_s"] == from_duration(model.window_duration)
    assert told["version"] == same.version
    assert told["limits"] == {
        "max_concurrent_sessions": limits.max_concurrent_sessions,
        "max_session_s": from_duration(limits.max_session_duration),
        "max_upload_bytes": limits.max_upload_bytes,
        "max_audio_s": from_duration(limits.max_audio_duration),
        "max_locates_per_minute": limits.max_locates_per_minute,
    }
