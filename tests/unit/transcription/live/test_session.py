"""A live stream, from audio to events, with fakes for every model and no clock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.errors import Cancelled, ModelFailed
from audiosvc.events import (
    AudioCursors,
    Finished,
    Interim,
    LiveEvent,
    SegmentReady,
    SegmentRevised,
    SpeakersMerged,
)
from audiosvc.spans import Span
from audiosvc.transcription.live import session as live
from audiosvc.transcription.live.parts import LiveParts
from audiosvc.transcription.live.session import LiveSession
from audiosvc.transcription.pool import FairPool
from audiosvc.types import Hints, Transcript
from tests.fakes import (
    RATE_HZ,
    FakeActivity,
    FakeDetector,
    FakeDrafter,
    FakeEmbedder,
    Script,
    breaks,
    loops,
    script,
    sound,
)

TALK = script(
    ("ann", 1.0, 6.0, "good morning everybody and welcome to this meeting."),
    ("bob", 7.5, 12.0, "thank you for having me here today."),
    ("ann", 12.2, 18.0, "let us begin with the first point of the list."),
    ("bob", 21.0, 26.0, "there is not much to say about that one."),
)


class Inline:
    """A pool that makes every call at once, in the thread that lines it up."""

    threads = 1

    def __init__(self) -> None:
        self.live = 0

    def lane(self) -> Inline:
        return self

    def enter_live(self) -> None:
        self.live += 1

    def leave_live(self) -> None:
        self.live -= 1

    def submit_as(self, urgency: object, call: Callable[..., None], *args: Any) -> None:
        call(*args)


@pytest.fixture(autouse=True)
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts are due by the audio alone."""
    monkeypatch.setattr(live, "REST", 0.0)


class Stream:
    """A session, and everything it has said."""

    def __init__(
        self,
        of: Script,
        drafter: FakeDrafter | None = None,
        pool: Any = None,
        **options: Any,
    ) -> None:
        self.events: list[LiveEvent] = []
        self.drafter = drafter or FakeDrafter(of)
        self.pool = pool or Inline()
        parts = LiveParts(self.drafter, FakeActivity(of), FakeEmbedder(of), self.pool)
        hints = options.pop("hints", Hints(language="en"))
        self.session = LiveSession(parts, FakeDetector(of), hints, self.events.append, **options)

    def play(self, end_s: float, block_s: float = 0.1) -> Stream:
        whole = sound(end_s)
        step = round(block_s * RATE_HZ)
        for first in range(0, len(whole.samples), step):
            part = Span(first / RATE_HZ, (first + step) / RATE_HZ)
            self.session.feed(whole.cut(part))
        return self

    def finish(self) -> Transcript:
        self.session.finish()
        last = self.events[-1]
        assert isinstance(last, Finished)
        return last.transcript

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def lines(self) -> list[tuple[str | None, str]]:
        return [(one.segment.speaker, one.segment.text) for one in self.of(SegmentReady)]


def text_of(stream: Stream) -> str:
    return " ".join(text for _, text in stream.lines)


SAID = " ".join(line.text for line in TALK.lines)


def test_everything_said_comes_out_once_with_its_speaker() -> None:
    stream = Stream(TALK).play(30.0)
    result = stream.finish()
    assert text_of(stream) == SAID
    by_speaker: dict[str | None, str] = {}
    for speaker, text in stream.lines:
        by_speaker[speaker] = f"{by_speaker.get(speaker, '')} {text}".strip()
    assert set(by_speaker) == {"S1", "S2"}
    assert by_speaker["S1"] == f"{TALK.lines[0].text} {TALK.lines[2].text}"
    assert [speaker.label for speaker in result.speakers] == ["S1", "S2"]
    assert result.duration_s == pytest.approx(30.0)
    assert result.coverage.covered_s == pytest.approx(result.coverage.speech_s)
    assert result.coverage.missed == ()
    assert result.language == "en"


def test_segments_are_numbered_and_in_order() -> None:
    stream = Stream(TALK).play(30.0)
    stream.finish()
    segments = [event.segment for event in stream.of(SegmentReady)]
    assert [segment.id for segment in segments] == list(range(len(segments)))
    assert [segment.span.start_s for segment in segments] == sorted(
        segment.span.start_s for segment in segments
    )


def test_text_comes_while_people_speak() -> None:
    talk = script(("ann", 1.0, 21.0, " ".join(f"word{place}" for place in range(40))))
    stream = Stream(talk).play(2.0)
    first = stream.of(Interim)[0]
    assert first.confirmed == ()
    assert first.tentative
    stream = Stream(talk).play(9.0)
    interims = stream.of(Interim)
    assert interims[-1].confirmed[:3] == ("word0", "word1", "word2")
    assert len(interims[-1].confirmed) + len(interims[-1].tentative) > 12
    assert [one.revision for one in interims] == list(range(1, len(interims) + 1))


def test_confirmed_words_never_change() -> None:
    stream = Stream(TALK, FakeDrafter(TALK, unsure_s=1.2)).play(30.0)
    stream.finish()
    given: list[str] = []
    for event in stream.events:
        if isinstance(event, SegmentReady):
            given += [word.text for word in event.segment.words]
        elif isinstance(event, Interim):
            assert (given + list(event.confirmed)) == SAID.split()[
                : len(given + list(event.confirmed))
            ]
    assert given == SAID.split()


def test_an_utterance_is_final_soon_after_its_end() -> None:
    stream = Stream(TALK).play(6.0 + live.END_PAUSE_S + 0.2)
    assert text_of(stream) == TALK.lines[0].text


def test_a_sentence_is_final_although_somebody_goes_on_speaking() -> None:
    stream = Stream(TALK).play(14.5)
    assert TALK.lines[1].text in text_of(stream)


def test_a_recognizer_that_stops_where_somebody_else_begins_loses_nothing() -> None:
    lines = [
        ("ann", 1.0, 6.0, "this is the end of what I say."),
        ("bob", 6.0, 11.0, "and this is mine."),
    ]
    talk = script(*lines)
    stream = Stream(talk, FakeDrafter(talk, stops=True)).play(13.0)
    result = stream.finish()
    assert text_of(stream) == "this is the end of what I say. and this is mine."
    assert result.coverage.missed == ()


def test_somebody_who_never_pauses_is_written_down_as_well() -> None:
    words = " ".join(f"word{place}" for place in range(240))
    talk = script(("ann", 1.0, 121.0, words))
    stream = Stream(talk).play(40.0)
    early = text_of(stream).split()
    assert len(early) > 55
    assert max(span.duration_s for span, _, _ in stream.drafter.drafts) < 30.0
    for second in range(400, 1230):
        stream.session.feed(sound((second + 1) / 10, second / 10))
    stream.finish()
    assert text_of(stream) == words


def test_text_that_loops_is_left_out_or_mended() -> None:
    looping = FakeDrafter(TALK, faults=[loops("again and", Span(7.0, 12.1))])
    stream = Stream(TALK, looping).play(30.0)
    stream.finish()
    assert "again and again and" not in text_of(stream)
    assert TALK.lines[0].text in text_of(stream)


def test_silence_gives_nothing_but_the_end() -> None:
    stream = Stream(script()).play(20.0)
    result = stream.finish()
    assert stream.of(SegmentReady) == stream.of(Interim) == []
    assert [notice.code for notice in result.notices] == ["no_speech"]
    assert result.language == "en"
    assert result.duration_s == pytest.approx(20.0)


def test_speech_that_was_none_is_passed_over() -> None:
    """The detector hears somebody begin, and then has nothing to tell."""

    class Wavering(FakeDetector):
        def start(self, *, live: bool = False) -> Any:
            detection = super().start(live=live)

            class Blip(type(detection)):  # type: ignore[misc]
                @property
                def speaking_since_s(self) -> float | None:
                    end_s = self._end_s or 0.0
                    return 2.0 if 2.0 <= end_s < 2.2 else super().speaking_since_s

            detection.__class__ = Blip
            return detection

    stream = Stream(TALK)
    stream.session = LiveSession(
        stream.session._parts, Wavering(script()), Hints(language="en"), stream.events.append
    )
    stream.play(8.0)
    assert stream.finish().duration_s == pytest.approx(8.0)
    assert stream.lines == []


def test_nothing_at_all_ends_as_well() -> None:
    assert Stream(TALK).finish().duration_s == 0.0


def test_without_interims_the_final_text_is_the_same() -> None:
    quiet = Stream(TALK, interim=False).play(30.0)
    quiet.finish()
    assert quiet.of(Interim) == []
    assert text_of(quiet) == SAID
    loud = Stream(TALK).play(30.0)
    assert len(quiet.drafter.drafts) < len(loud.drafter.drafts) / 2


def test_cursors_tell_how_far_it_is() -> None:
    stream = Stream(TALK).play(30.0)
    stream.finish()
    cursors = stream.of(AudioCursors)
    for before, after in pairwise(cursors):
        assert after.received_s >= before.received_s
        assert after.processed_s >= before.processed_s
        assert after.final_s >= before.final_s
    for one in cursors:
        assert one.final_s <= one.processed_s + 1e-6 <= one.received_s + 2e-6
    assert cursors[-1] == AudioCursors(*[pytest.approx(30.0)] * 3)


def test_the_audio_is_forgotten() -> None:
    stream = Stream(TALK).play(26.0)
    for second in range(26, 600):
        stream.session.feed(sound(second + 1, second))
    tape = stream.session._tape
    assert sum(len(block.samples) for block in tape._blocks) < 40 * RATE_HZ
    stream.finish()


def test_the_language_is_learnt_from_all_that_was_said() -> None:
    """The first utterance sounds like another language, the others do not."""

    def heard_as(audio: Any) -> dict[str, float]:
        first = audio.span.end_s <= 7.0
        return {"fr": 0.6, "en": 0.4} if first else {"en": 0.95, "fr": 0.05}

    stream = Stream(TALK, FakeDrafter(TALK, heard_as=heard_as), hints=Hints()).play(30.0)
    result = stream.finish()
    languages = [event.segment.language for event in stream.of(SegmentReady)]
    assert languages[0] == "fr"
    assert languages[-1] == result.language == "en"


def test_what_a_model_raises_is_raised_where_the_stream_is_fed() -> None:
    broken = FakeDrafter(TALK, faults=[breaks("out of memory", Span(8.0, 9.0))])
    stream = Stream(TALK, broken)
    with pytest.raises(ModelFailed, match="out of memory"):
        stream.play(30.0)
    stream.session.close()
    assert stream.pool.live == 0


def test_a_stream_that_is_given_up_says_nothing_more() -> None:
    stream = Stream(TALK).play(8.0)
    stream.session.close()
    count = len(stream.events)
    with pytest.raises(Cancelled):
        stream.session.feed(sound(8.1, 8.0))
    with pytest.raises(Cancelled):
        stream.session.finish()
    stream.session.close()
    assert len(stream.events) == count
    assert stream.pool.live == 0


def test_feeding_waits_for_work_that_is_far_behind() -> None:
    """And closing ends the wait."""
    hold = threading.Event()

    class Slow(FakeDrafter):
        def draft(self, *args: Any, **options: Any) -> Any:
            assert hold.wait(20)
            return super().draft(*args, **options)

    talk = script(("ann", 0.5, 200.0, " ".join(["word"] * 300)))
    stream = Stream(talk, Slow(talk), FairPool(1))
    fed: list[float] = []
    ended = threading.Event()

    def feed() -> None:
        try:
            for second in range(100):
                stream.session.feed(sound(second + 1, second))
                fed.append(second)
        except Cancelled:
            ended.set()

    thread = threading.Thread(target=feed)
    thread.start()
    thread.join(1.0)
    assert thread.is_alive()
    assert len(fed) < live.MOST_BEHIND_S + 5
    stream.session.close()
    hold.set()
    thread.join(10)
    assert ended.is_set()


def test_audio_that_comes_faster_than_people_speak_is_written_down_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A rest between two drafts must not leave nobody to go on."""
    monkeypatch.setattr(live, "REST", 1e6)
    talk = script(("ann", 0.5, 90.0, " ".join(f"word{place}" for place in range(180))))
    stream = Stream(talk, pool=FairPool(1))
    thread = threading.Thread(target=stream.play, args=(92.0,), daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    stream.finish()
    assert text_of(stream) == talk.lines[0].text


def test_a_recognizer_that_says_again_what_was_said_is_asked_without_context() -> None:
    talk = script(
        ("ann", 1.0, 5.0, "hold on hold fast hold out. patience is genius."),
        ("bob", 6.0, 11.0, "the gut being cut across between them it may be removed."),
    )

    class Echo(FakeDrafter):
        def draft(
            self, audio: Any, language: Any, hints: Any, confirmed: Any = (), **how: Any
        ) -> Any:
            draft = super().draft(audio, language, hints, confirmed, **how)
            behind = audio.start_s < 5.0 and audio.span.end_s > 6.5
            return replace(draft, words=tuple(confirmed[:6])) if behind else draft

    stream = Stream(talk, Echo(talk)).play(13.0)
    stream.finish()
    assert text_of(stream) == " ".join(line.text for line in talk.lines)


@given(st.lists(st.floats(0.02, 2.0), min_size=1, max_size=30))
def test_how_the_audio_is_cut_does_not_change_who_said_what(lengths: list[float]) -> None:
    stream = Stream(TALK)
    end, total = 0, round(30.0 * RATE_HZ)
    sizes = cycle(lengths)
    while end < total:
        first, end = end, min(total, end + max(1, round(next(sizes) * RATE_HZ)))
        stream.session.feed(sound(end / RATE_HZ, first / RATE_HZ))
    stream.finish()
    assert text_of(stream) == SAID
    assert {speaker for speaker, _ in stream.lines} == {"S1", "S2"}
    assert stream.of(SpeakersMerged) == stream.of(SegmentRevised) == []


def test_real_threads_give_the_same() -> None:
    stream = Stream(TALK, pool=FairPool(2)).play(30.0)
    result = stream.finish()
    assert text_of(stream) == SAID
    assert np.isclose(result.coverage.covered_s, result.coverage.speech_s)
