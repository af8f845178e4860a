"""The official ``openai`` package against the embedded models, on real speech."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openai import OpenAI

from audiosvc import service
from audiosvc.server.engine import Engine
from tests.fakes.server import serving
from tests.integration.http.openai_calls import client_of

pytestmark = pytest.mark.model

PART = {"start_s": 0.0, "end_s": 15.5}  # two people, a passage each
TIMEOUT_S = 120.0


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenAI]:
    real = {"load": service.load_models, "engine": Engine(), "locate": False}
    with serving(tmp_path_factory.mktemp("data"), **real) as server, client_of(server) as made:
        yield made.with_options(timeout=TIMEOUT_S)


def test_two_people_by_turns(client: OpenAI, sample_meeting: Path) -> None:
    found = client.audio.transcriptions.create(
        model="base",
        file=sample_meeting,
        response_format="diarized_json",
        extra_body=PART,
    )
    assert "welcome to the reading circle" in found.text
    first, last = found.segments[0], found.segments[-1]
    assert (first.speaker, last.speaker) == ("S1", "S2")
    assert abs(first.start - 0.95) < 0.5
    assert "Dashwood" in "".join(one.text for one in found.segments if one.speaker == "S2")


def test_words_with_their_times(client: OpenAI, sample_meeting: Path) -> None:
    found = client.audio.transcriptions.create(
        model="base",
        file=sample_meeting,
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
        extra_body=PART,
    )
    assert found.language == "english"
    assert found.words is not None
    assert found.segments is not None
    times = [(word.start, word.end) for word in found.words]
    assert times == sorted(times)
    assert all(-2.0 < one.avg_logprob < 0.0 for one in found.segments)
    assert " ".join(word.word for word in found.words) == found.text


def test_a_stream_comes_to_the_same(client: OpenAI, sample_meeting: Path) -> None:
    *deltas, done = client.audio.transcriptions.create(
        model="base", file=sample_meeting, stream=True, extra_body=PART
    )
    assert done.type == "transcript.text.done"
    assert "".join(one.delta for one in deltas if one.type == "transcript.text.delta") == done.text
