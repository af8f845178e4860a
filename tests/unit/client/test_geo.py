"""Where recordings and streams were made, asked over one call."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pytest

from audiosvc.client import Pcm
from audiosvc.errors import (
    AudioUnreadable,
    DeadlineExceeded,
    NotAllowed,
    OptionError,
    QuotaExceeded,
    ServerFault,
    ServerUnavailable,
    TooBusy,
)
from audiosvc.estimates import Context, Point
from audiosvc.v1 import geo_pb2 as pb
from tests.fakes.grpc_server import DROPPED, FakeServer

PART = 256 * 1024
SOUND = os.urandom(2 * PART + 17)


def test_a_recording_becomes_the_estimate_that_the_server_has(
    client: Any, server: FakeServer, tmp_path: Any
) -> None:
    path = tmp_path / "talk.wav"
    path.write_bytes(SOUND)
    assert client.locate(path) == server.estimates[-1]
    assert bytes(server.audio) == SOUND
    (config,) = server.geo_configs
    assert config.display_name == "talk.wav"
    assert config.audio_format.WhichOneof("format") == "container"
    assert config.precision == pb.GEO_PRECISION_CITY
    assert (config.top, config.guess, config.transcribe) == (5, True, True)


def test_every_wish_is_sent(client: Any, server: FakeServer) -> None:
    context = Context(
        country="SE", within=(Point(55.7, 13.2), 20.0), recorded_on=date(2024, 5, 1), local_hour=5.5
    )
    client.locate(
        np.zeros(800, np.int16),
        sample_rate_hz=8000,
        context=context,
        top=9,
        precision="exact",
        guess=False,
        transcribe=False,
        language="sv",
        start_s=1.5,
        end_s=2.5,
    )
    (config,) = server.geo_configs
    assert config.audio_format.pcm.sample_rate_hz == 8000
    assert (config.top, config.precision) == (9, pb.GEO_PRECISION_EXACT)
    assert (config.guess, config.transcribe, config.language_code) == (False, False, "sv")
    assert config.start_offset.nanos == config.end_offset.nanos == 500_000_000
    assert (config.context.country, config.context.recorded_on) == ("SE", "2024-05-01")
    assert config.context.within.center.latitude == 55.7
    assert config.context.local_hour == 5.5


def test_a_stream_sharpens(client: Any, server: FakeServer) -> None:
    blocks = [np.full(800, 0.25, np.float32), np.full(800, 16384, np.int16)]
    found = list(client.locate_stream(iter(blocks), sample_rate_hz=8000, update_s=2.5))
    assert found == server.estimates
    assert len(np.frombuffer(bytes(server.audio), "<f4")) == 1600
    assert server.geo_configs[0].update_interval.nanos == 500_000_000


def test_a_busy_server_is_asked_again_and_audio_is_sent_once(
    client: Any, server: FakeServer
) -> None:
    server.refusals["Locate"] += [TooBusy("Full.", retry_after_s=0.1), DROPPED]
    server.refusals["Locate"] += [QuotaExceeded("Enough.", retry_after_s=0.1)]
    assert client.locate(SOUND) == server.estimates[-1]
    assert server.calls == ["Locate"] * 4
    assert bytes(server.audio) == SOUND


@pytest.mark.parametrize("error", [NotAllowed("Not you."), OptionError("No.", field="top")])
def test_what_cannot_go_well_later_is_not_asked_again(
    client: Any, server: FakeServer, error: Exception
) -> None:
    server.refusals["Locate"] += [error] * 3  # type: ignore[list-item]
    with pytest.raises(type(error), match=str(error)):
        client.locate(b"x")  # the fourth call would go well
    assert not server.audio


def test_what_has_begun_is_never_begun_again(client: Any, server: FakeServer) -> None:
    server.breaks_after_audio_bytes = PART
    with pytest.raises(ServerUnavailable, match=r"socket closed|connection broke off"):
        client.locate(SOUND)
    assert server.calls == ["Locate"]


def test_no_answer_is_a_fault_and_not_none(client: Any, server: FakeServer) -> None:
    server.estimates = []
    with pytest.raises(ServerFault, match="without an answer"):
        client.locate(b"x")
    with pytest.raises(ServerFault, match="without an answer"):
        list(client.locate_stream(iter([b"x"])))


def test_a_time_limit(client: Any, server: FakeServer) -> None:
    server.holds = True
    with pytest.raises(DeadlineExceeded, match="did not answer in time"):
        client.locate(b"x", timeout_s=0.3)


def test_closing_a_stream_ends_the_call(client: Any, server: FakeServer) -> None:
    server.holds = True
    found = client.locate_stream(iter([SOUND]))
    assert next(found) == server.estimates[0]
    found.close()
    assert server.ended.wait(5)


def test_a_microphone_that_fails_says_so(client: Any, server: FakeServer) -> None:
    def broken() -> Iterator[bytes]:
        yield b"some"
        raise OSError("unplugged")

    with pytest.raises(OSError, match="unplugged"):
        list(client.locate_stream(broken()))
    assert server.ended.wait(5)


def test_nonsense_is_told_before_anything_is_sent(client: Any, server: FakeServer) -> None:
    with pytest.raises(AudioUnreadable):
        client.locate(b"")
    with pytest.raises(TypeError, match="speed"):
        client.locate(b"x", speed=2)
    with pytest.raises(OptionError, match="street"):
        client.locate(b"x", precision="street")
    with pytest.raises(OptionError, match="candidates"):
        client.locate(b"x", top=10**9)
    with pytest.raises(OptionError, match="either"):
        list(client.locate_stream(iter([b""]), sample_rate_hz=8000, pcm=Pcm()))
    assert server.calls == []


def test_the_limit_is_told(client: Any) -> None:
    assert client.models().limits.max_locates_per_minute == 30
