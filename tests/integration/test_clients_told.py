"""A client of a real server is told all that a model tells; the models play a script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from audiosvc.client import Client, JobState, Pcm
from audiosvc.events import SegmentReady
from audiosvc.jobs import JobSettings
from audiosvc.spans import Span
from audiosvc.types import Hints, LocalSegment, Notice, Transcript, Window, WindowPiece
from tests.fakes import FakeTranscriber
from tests.fakes.server import TALK, Serving, pcm, serving

LOST = Notice("stopped_early", "The model stopped early.", Span(4.0, 4.5))
MENDED = Notice("marks_mended", "One segment had marks that were mended.", Span(0.5, 2.0))
PCM = Pcm(16_000, 1, "s16le")


class TellingTranscriber(FakeTranscriber):
    """As a unified model: texts without words, what it heard beside them, and what went wrong."""

    def __call__(self, window: Window, hints: Hints) -> Iterator[WindowPiece]:
        for piece in super().__call__(window, hints):
            if isinstance(piece, LocalSegment):
                events = ("laughter",) if hints.events else ()
                yield replace(piece, words=(), events=events)
            else:
                yield piece
        yield from (MENDED, LOST)


@pytest.fixture(scope="module")
def hears() -> TellingTranscriber:
    return TellingTranscriber(TALK)


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, hears: TellingTranscriber
) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("told")
    with serving(folder, hears, jobs=JobSettings(data_dir=folder / "jobs", poll_s=0.05)) as server:
        yield server


def check(transcript: Transcript) -> None:
    assert [segment.text for segment in transcript.segments] == [line.text for line in TALK.lines]
    assert all(segment.words == () for segment in transcript.segments)
    assert all(segment.events == ("laughter",) for segment in transcript.segments)
    assert [segment.span for segment in transcript.segments] == [line.span for line in TALK.lines]
    assert transcript.coverage.stopped_early == (LOST.span,)
    assert transcript.notices[:2] == (MENDED, LOST)


def test_a_recording(server: Serving, hears: TellingTranscriber) -> None:
    told: list[object] = []
    with Client(server.address) as client:
        check(
            client.transcribe(
                pcm(5.0), pcm=PCM, events=True, prompt="A talk.", on_event=told.append
            )
        )
    assert hears.hints[-1] == Hints(prompt="A talk.", events=True)
    ready = [event.segment for event in told if isinstance(event, SegmentReady)]
    assert [segment.events for segment in ready] == [("laughter",)] * 2


def test_events_that_nobody_asked_for_are_not_asked_of_the_model(server: Serving) -> None:
    with Client(server.address) as client:
        found = client.transcribe(pcm(5.0), pcm=PCM)
    assert [segment.events for segment in found.segments] == [(), ()]


def test_a_job_and_its_exports(server: Serving) -> None:
    with Client(server.address) as client:
        job = client.jobs.submit(pcm(5.0), pcm=PCM, events=True)
        assert client.jobs.wait(job.id).state is JobState.SUCCEEDED
        check(client.jobs.transcript(job.id))
        srt = client.jobs.export(job.id, "srt").decode()
        ctm = client.jobs.export(job.id, "ctm").decode()
        md = client.jobs.export(job.id, "md").decode()
    assert "S1: Good morning to everybody. [laughter]\n" in srt
    assert [line.split()[4] for line in ctm.splitlines()] == [
        *("Good", "morning", "to", "everybody."),
        *("Good", "morning,", "Ann."),
    ]
    assert "- 00:00:04.0 \u2013 00:00:04.5: the model stopped early\n" in md
    assert f"- {MENDED.message} (00:00:00.5 \u2013 00:00:02.0)\n" in md
