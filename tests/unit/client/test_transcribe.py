"""Recordings and live audio over one call."""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audiosvc.client import Pcm
from audiosvc.errors import (
    AudioNotFound,
    AudioUnreadable,
    DeadlineExceeded,
    OptionError,
    QuotaExceeded,
    ServerFault,
    ServerUnavailable,
    TooBusy,
)
from audiosvc.events import (
    AudioCursors,
    Finished,
    Interim,
    Progress,
    SegmentReady,
    SegmentRevised,
    SpeakersMerged,
)
from audiosvc.spans import Span
from audiosvc.v1 import config_pb2, transcript_pb2
from audiosvc.v1 import transcription_pb2 as pb
from audiosvc.wire.time import to_duration
from audiosvc.wire.values import to_segment, to_summary
from tests.fakes.grpc_server import DROPPED, FakeServer, a_transcript
from tests.unit.client.conftest import Connect

PART = 256 * 1024
SOUND = os.urandom(3 * PART + 17)


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.wav"
    path.write_bytes(SOUND)
    return path


def test_a_file_becomes_the_transcript_that_the_server_has(
    client: Any, server: FakeServer, talk: Path
) -> None:
    assert client.transcribe(talk) == server.transcript
    assert bytes(server.audio) == SOUND
    config = server.configs[0]
    assert config.mode == pb.TRANSCRIBE_MODE_RECORDING
    assert config.display_name == "talk.wav"
    assert config.audio_format.WhichOneof("format") == "container"


def test_so_do_bytes_and_streams(client: Any, server: FakeServer) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    for what in (SOUND, io.BytesIO(SOUND), Pipe(SOUND)):
        server.audio.clear()
        assert client.transcribe(what) == server.transcript
        assert bytes(server.audio) == SOUND


@pytest.mark.parametrize(
    ("samples", "encoding", "channels", "sent"),
    [
        (np.array([1, -2], np.int16), "S16LE", 1, np.array([1, -2], "<i2")),
        (np.array([[1, 2, 3], [4, 5, 6]], ">i2"), "S16LE", 2, np.array([1, 4, 2, 5, 3, 6], "<i2")),
        (np.array([0.5, -0.25], np.float64), "F32LE", 1, np.array([0.5, -0.25], "<f4")),
        (np.array([0, 128, 255], np.uint8), "U8", 1, np.array([0, 128, 255], np.uint8)),
        (np.array([0, 2**15], np.uint16), "F32LE", 1, np.array([-1.0, 0.0], "<f4")),
        (np.array([-(2**7)], np.int8), "F32LE", 1, np.array([-1.0], "<f4")),
    ],
)
def test_samples_are_sent_as_pcm(
    client: Any,
    server: FakeServer,
    samples: np.ndarray,
    encoding: str,
    channels: int,
    sent: np.ndarray,
) -> None:
    client.transcribe(samples, sample_rate_hz=8000)
    assert bytes(server.audio) == sent.tobytes()
    value = config_pb2.PcmEncoding.Value(f"PCM_ENCODING_{encoding}")
    pcm = config_pb2.PcmFormat(sample_rate_hz=8000, channels=channels, encoding=value)
    assert server.configs[0].audio_format.pcm == pcm


def test_every_wish_is_sent(client: Any, server: FakeServer) -> None:
    client.transcribe(
        b"x",
        pcm=Pcm(8000, 2, "mulaw"),
        model="play",
        language="de",
        hotwords=["Ann", "Ben"],
        prompt="Before.",
        events=True,
        min_speakers=2,
        max_speakers=4,
        start_s=1.5,
        end_s=2.5,
    )
    said = server.configs[0].transcription
    assert (said.model, said.language_code, [*said.hotwords]) == ("play", "de", ["Ann", "Ben"])
    assert (said.prompt, said.speaker_count.at_least, said.speaker_count.at_most) == (
        "Before.",
        2,
        4,
    )
    assert said.acoustic_events
    assert said.start_offset.nanos == said.end_offset.nanos == 500_000_000
    assert server.configs[0].audio_format.pcm.channels == 2


def test_a_wish_that_there_is_not_is_a_mistake(client: Any) -> None:
    with pytest.raises(TypeError, match="speed"):
        client.transcribe(b"x", speed=2)


def test_events_come_as_they_are_sent(client: Any, server: FakeServer) -> None:
    seen: list[Any] = []
    client.transcribe(b"x", on_event=seen.append)
    assert seen[0] == Progress(1.0, 3.0, "transcribe")
    assert seen[1:4] == [SegmentReady(segment) for segment in server.transcript.segments]
    assert seen[4:] == [Finished(server.transcript)]


def test_changes_are_in_the_transcript(client: Any, server: FakeServer) -> None:
    final = a_transcript(2)
    first = final.segments[0]
    gone = to_segment(a_transcript(3).segments[2])
    gone.text = ""
    wrong = to_segment(first)
    wrong.speaker = "S9"
    revised = to_segment(final.segments[1])
    earlier = to_segment(final.segments[1])
    earlier.text = "Sentence won."
    server.play = [
        *(
            pb.TranscribeResponse(segment_ready=transcript_pb2.SegmentReady(segment=segment))
            for segment in (wrong, earlier, to_segment(a_transcript(3).segments[2]))
        ),
        pb.TranscribeResponse(
            speakers_merged=transcript_pb2.SpeakersMerged(kept="S1", merged="S9")
        ),
        *(
            pb.TranscribeResponse(segment_revised=transcript_pb2.SegmentRevised(segment=segment))
            for segment in (revised, gone)
        ),
        pb.TranscribeResponse(finished=pb.Finished(summary=to_summary(final))),
    ]
    events = list(client.events(b"x"))
    assert events[3] == SpeakersMerged("S1", "S9")
    assert isinstance(events[4], SegmentRevised)
    assert events[-1].transcript.segments == final.segments


def test_missing_segments_are_a_fault_and_no_shorter_transcript(
    client: Any, server: FakeServer
) -> None:
    del server.play[1]
    with pytest.raises(ServerFault, match="counts 3 segments and has sent 2"):
        client.transcribe(b"x")


def test_so_is_a_stream_without_its_end(client: Any, server: FakeServer) -> None:
    server.play.pop()
    with pytest.raises(ServerFault, match="before the transcript was whole"):
        client.transcribe(b"x")


def test_a_transcript_of_many_hours(client: Any, server: FakeServer) -> None:
    server.transcript = a_transcript(12_000)
    server.play = server.whole()
    assert client.transcribe(b"x") == server.transcript


def test_a_busy_server_is_asked_again_when_it_says_so(client: Any, server: FakeServer) -> None:
    server.refusals["Transcribe"] += [TooBusy("Full.", retry_after_s=0.2), DROPPED]
    began_s = time.monotonic()
    assert client.transcribe(SOUND) == server.transcript
    assert time.monotonic() - began_s >= 0.2
    assert server.calls == ["Transcribe"] * 3
    assert bytes(server.audio) == SOUND


@pytest.mark.parametrize("error", [QuotaExceeded("Enough for today."), OptionError("No.")])
def test_what_cannot_go_well_later_is_not_asked_again(
    client: Any, server: FakeServer, error: Exception
) -> None:
    server.refusals["Transcribe"].append(error)
    with pytest.raises(type(error), match=str(error)):
        client.transcribe(b"x")
    assert server.calls == ["Transcribe"]


def test_what_has_begun_is_never_begun_again(client: Any, server: FakeServer) -> None:
    server.breaks_after_audio_bytes = PART
    with pytest.raises(ServerUnavailable, match=r"socket closed|connection broke off"):
        client.transcribe(SOUND)
    assert server.calls == ["Transcribe"]


def test_a_time_limit(client: Any, server: FakeServer) -> None:
    server.holds = True
    began_s = time.monotonic()
    with pytest.raises(DeadlineExceeded, match="did not answer in time"):
        client.transcribe(b"x", timeout_s=0.3)
    assert time.monotonic() - began_s < 5


def test_closing_the_events_ends_the_call(client: Any, server: FakeServer) -> None:
    server.play_at_once = server.holds = True
    server.play = server.play[:2]
    events = client.events(SOUND)
    assert isinstance(next(events), Progress)
    events.close()
    assert server.ended.wait(5)


def test_bad_recordings_are_told_before_anything_is_sent(
    client: Any, server: FakeServer, tmp_path: Path
) -> None:
    (tmp_path / "empty.wav").touch()
    for what, error in (
        (tmp_path / "none.wav", AudioNotFound),
        (tmp_path, AudioNotFound),
        (tmp_path / "empty.wav", AudioUnreadable),
        (np.zeros(4), OptionError),
        (np.zeros((2, 2, 2)), OptionError),
    ):
        with pytest.raises(error):
            client.transcribe(what)
    with pytest.raises(OptionError, match="sample rate"):
        client.transcribe(b"x", sample_rate_hz=8000)
    with pytest.raises(OptionError, match="8 channels"):
        client.transcribe(np.zeros((9, 99)), sample_rate_hz=8000)
    assert server.calls == []


def test_live_audio_of_a_microphone(client: Any, server: FakeServer) -> None:
    interim = pb.Interim(
        revision=1,
        start_offset=to_duration(0.5),
        end_offset=to_duration(1.5),
        confirmed_words=["Good"],
        tentative_words=["morning"],
    )
    cursors = pb.AudioCursors(
        received_duration=to_duration(3.0),
        processed_duration=to_duration(2.0),
        final_duration=to_duration(1.0),
    )
    server.play = [
        pb.TranscribeResponse(interim=interim),
        pb.TranscribeResponse(audio_cursors=cursors),
        *server.whole()[1:],
    ]
    blocks = [np.full(1600, 0.25, np.float32), np.full(160_000, 16384, np.int16)]
    events = list(client.stream(iter(blocks), sample_rate_hz=16_000, language="en"))
    assert events[0] == Interim(1, Span(0.5, 1.5), ("Good",), ("morning",))
    assert events[1] == AudioCursors(3.0, 2.0, 1.0)
    assert events[-1] == Finished(server.transcript)
    heard = np.frombuffer(bytes(server.audio), "<f4")
    assert len(heard) == 161_600
    assert (heard[0], heard[-1]) == (0.25, 0.5)
    assert server.configs[0].mode == pb.TRANSCRIBE_MODE_LIVE
    assert server.configs[0].interim_results


def test_a_microphone_that_fails_says_so_and_ends_the_call(client: Any, server: FakeServer) -> None:
    def broken() -> Iterator[bytes]:
        yield b"some"
        raise OSError("unplugged")

    with pytest.raises(OSError, match="unplugged"):
        list(client.stream(broken()))
    assert server.ended.wait(5)


def test_blocks_that_are_no_audio(client: Any) -> None:
    with pytest.raises(OptionError, match="not str"):
        list(client.stream(iter(["words"])))
    with pytest.raises(OptionError, match="mono"):
        list(client.stream(iter([np.zeros((2, 9))]), sample_rate_hz=8000))
    with pytest.raises(OptionError, match="either"):
        list(client.stream(iter([b""]), sample_rate_hz=8000, pcm=Pcm()))


def test_no_audio_is_taken_before_the_server_has_accepted(client: Any, server: FakeServer) -> None:
    taken: list[int] = []
    server.refusals["Transcribe"] += [TooBusy("Full.", retry_after_s=0.1)] * 2

    def blocks() -> Iterator[bytes]:
        for number in range(3):
            taken.append(len(server.calls))
            yield bytes([number])

    list(client.stream(blocks()))
    assert taken == [3, 3, 3]
    assert bytes(server.audio) == bytes([0, 1, 2])


def test_a_sender_is_slowed_by_a_server_that_does_not_read(client: Any, server: FakeServer) -> None:
    server.reading_pause_s = 30.0
    taken = threading.Event()
    count = 0

    def blocks() -> Iterator[bytes]:
        nonlocal count
        for _ in range(400):
            count += 1
            taken.set()
            yield bytes(PART)

    events = client.stream(blocks())
    server.play_at_once = True
    server.play = server.play[:1]
    next(events)
    taken.wait(5)
    time.sleep(0.5)
    events.close()
    assert 1 <= count < 100


def test_async_blocks(server: FakeServer) -> None:
    import asyncio

    from audiosvc.client import AsyncClient

    async def blocks() -> AsyncIterator[bytes]:
        for number in range(3):
            await asyncio.sleep(0.01)
            yield bytes([number])

    async def body() -> list[Any]:
        async with AsyncClient(server.address) as client:
            return [event async for event in client.stream(blocks(), pcm=Pcm())]

    events = asyncio.run(body())
    assert events[-1] == Finished(server.transcript)
    assert bytes(server.audio) == bytes([0, 1, 2])


def test_a_cancelled_task_ends_its_call(server: FakeServer) -> None:
    import asyncio

    from audiosvc.client import AsyncClient

    server.holds = True

    async def body() -> None:
        async with AsyncClient(server.address) as client:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.transcribe(b"x"), 0.3)

    asyncio.run(body())
    assert server.ended.wait(5)


def test_several_threads_share_a_client(server: FakeServer, connect: Connect) -> None:
    client = connect(server.address)
    found: list[Any] = []
    threads = [
        threading.Thread(target=lambda: found.append(client.transcribe(b"x"))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert found == [server.transcript] * 6
