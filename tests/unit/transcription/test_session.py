"""A session: events that add up to the transcript, whatever the windows are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiosvc.events import Event, Progress, SegmentReady, SegmentRevised, SpeakersMerged
from audiosvc.spans import Span
from audiosvc.transcription.session import Session
from audiosvc.transcription.windows import cut_cores, cut_windows
from audiosvc.types import (
    Float32,
    Hints,
    Limits,
    Notice,
    Segment,
    SpeakerCount,
    Transcript,
    Window,
    WindowPiece,
)
from tests.fakes import FakeTranscriber, Line, Script, script, sound, spans, unit, voice_of

LIMITS = Limits(window_s=30.0, margin_s=3.0)
DIALOGUE = script(
    ("A", 1, 9, "good morning have the parts for the bridge arrived"),
    ("B", 9.5, 16, "most of them have"),
    ("A", 17, 28, "then call the supplier before lunch"),
    ("B", 31, 44, "I will and who looks after the crane you or Maria"),
    ("A", 46, 58, "Maria does she has booked it for two days"),
    ("B", 62, 70, "all right then I will write to everybody"),
)


def windows_of(
    story: Script, limits: Limits, cores: Sequence[Span] = ()
) -> tuple[Iterator[Window], Span]:
    whole = Span(0.0, story.end_s + 1.0)
    cores = cores or cut_cores(story.speech, whole, limits)
    blocks = [sound(min(t + 4.0, whole.end_s), float(t)) for t in range(0, int(whole.end_s) + 1, 4)]
    return cut_windows(blocks, cores, story.speech, limits.margin_s), whole


def transcribe(
    transcriber: FakeTranscriber, story: Script, count: SpeakerCount | None = None
) -> tuple[list[Event], Transcript]:
    """All events but the last, and the transcript."""
    windows, whole = windows_of(story, transcriber.limits)
    session = Session(transcriber, Hints(language="en"), count)
    events: list[Event] = list(session.run(windows, whole))
    changes, transcript = session.finish(story.speech, whole.duration_s, model="m", language="en")
    return [*events, *changes], transcript


def follow(events: Iterable[Event], *, merging: bool = True) -> list[Segment]:
    """What somebody has in hand who does as the events say. merging: renames speakers as told."""
    held: dict[int, Segment] = {}
    for event in events:
        if isinstance(event, SegmentReady):
            assert event.segment.id not in held
            held[event.segment.id] = event.segment
        elif isinstance(event, SpeakersMerged) and merging:
            for number, segment in held.items():
                if segment.speaker == event.merged:
                    held[number] = replace(segment, speaker=event.kept)
        elif isinstance(event, SegmentRevised):
            held[event.segment.id] = event.segment
    return [held[number] for number in sorted(held) if held[number].text]


def between(one: Float32, other: Float32, share: float) -> Float32:
    return unit((1.0 - share) * one + share * other)


def test_each_segment_is_given_out_once_its_window_is_done() -> None:
    events, transcript = transcribe(FakeTranscriber(DIALOGUE, limits=LIMITS), DIALOGUE)
    ready = [event.segment for event in events if isinstance(event, SegmentReady)]
    assert [segment.id for segment in ready] == list(range(6))
    assert [segment.speaker for segment in ready] == ["S1", "S2"] * 3
    assert transcript.segments == tuple(ready)
    assert not [event for event in events if isinstance(event, SegmentRevised | SpeakersMerged)]


def test_the_transcript_says_all_there_is_to_say() -> None:
    notices = {0: Notice("text_retried", "once more", Span(1, 2)), 2: Notice("x", "y")}
    story = Script((*DIALOGUE.lines, Line("A", 75.0, 80.0)))
    _, transcript = transcribe(FakeTranscriber(story, limits=LIMITS, notices=notices), story)
    assert transcript.text.splitlines() == [line.text for line in DIALOGUE.lines]
    assert [speaker.label for speaker in transcript.speakers] == ["S1", "S2"]
    assert transcript.speakers[0].first_s == 1.0
    assert transcript.speakers[1].speech_s == pytest.approx(6.5 + 13 + 8)
    assert (transcript.language, transcript.model, transcript.duration_s) == ("en", "m", 81.0)
    assert transcript.coverage.missed == (Span(75.0, 80.0),)
    assert transcript.notices == (notices[0], notices[2])


def test_progress_is_told_for_every_window_and_ends_with_the_whole() -> None:
    story = script(("A", 1, 9, "before"), ("A", 150, 159, "after"))
    transcriber = FakeTranscriber(story, limits=LIMITS)
    events, _ = transcribe(transcriber, story)
    progress = [event for event in events if isinstance(event, Progress)]
    done_s = [one.done_s for one in progress]
    assert done_s == sorted(done_s)
    assert len(done_s) >= 160 / 30
    assert done_s[-1] == progress[-1].total_s == 160.0
    assert len(transcriber.cores) == 2, "a window without speech is not given to the model"


def test_a_voice_is_counted_by_the_window_that_holds_its_middle() -> None:
    """Otherwise what lies in a margin weighs twice."""
    story = script(("A", 1, 20, "a b c d"), ("B", 27, 39, "e f g h"), ("A", 40, 55, "i j k"))
    _, transcript = transcribe(FakeTranscriber(story, limits=LIMITS), story)
    assert [segment.speaker for segment in transcript.segments] == ["S1", "S2", "S1"]


def test_speech_that_reaches_a_little_into_a_window_keeps_its_speaker() -> None:
    """Its voice is another window's; nobody else's may take its place."""
    story = script(
        ("A", 0, 21, "one two three four five six seven"),
        ("B", 21, 32, "eight nine ten eleven twelve thirteen"),
        ("C", 32, 58, "fourteen fifteen sixteen seventeen"),
        ("B", 58.2, 62, "eighteen nineteen"),
    )
    events, transcript = transcribe(FakeTranscriber(story, limits=LIMITS), story)
    expected = ["S1", "S2", "S3", "S2"]
    assert [segment.speaker for segment in transcript.segments] == expected
    ready = [event.segment for event in events if isinstance(event, SegmentReady)]
    assert {segment.speaker for segment in ready} == {"S1", "S2", "S3"}


def test_one_voice_all_the_time_is_one_speaker_in_every_window() -> None:
    story = script(("A", 0, 95, " ".join(f"word{n}" for n in range(190))))
    _, transcript = transcribe(FakeTranscriber(story, limits=LIMITS), story)
    assert {segment.speaker for segment in transcript.segments} == {"S1"}
    assert transcript.text.split() == story.lines[0].text.split()


def test_two_labels_that_turn_out_to_be_one_voice_are_merged_aloud() -> None:
    home, away = voice_of("A"), voice_of("X")
    near, far = between(home, away, 0.35), between(home, away, 0.65)
    voices = {(0, "A"): home, (1, "A"): away, (2, "A"): near, (3, "A"): far}
    story = script(*(("A", 30 * n + 2, 30 * n + 27, f"w{n}") for n in range(4)))
    transcriber = FakeTranscriber(story, limits=LIMITS, voices=voices)
    events, transcript = transcribe(transcriber, story, SpeakerCount(at_most=3))
    first = {event.segment.speaker for event in events if isinstance(event, SegmentReady)}
    merged = [event for event in events if isinstance(event, SpeakersMerged)]
    last = {segment.speaker for segment in transcript.segments}
    assert len(first) - len(merged) == len(last)
    assert all(event.kept in first and event.merged in first for event in merged)
    events, transcript = transcribe(
        FakeTranscriber(story, limits=LIMITS, voices=voices), story, SpeakerCount(exact=1)
    )
    assert {segment.speaker for segment in transcript.segments} == {"S1"}


def test_a_monologue_over_two_windows_is_joined_and_the_number_left_over_is_emptied() -> None:
    story = script(("A", 0, 36, "a b c d e f g h i"), ("B", 45, 50, "k"))
    events, transcript = transcribe(FakeTranscriber(story, limits=LIMITS), story)
    ready = [event.segment for event in events if isinstance(event, SegmentReady)]
    assert len(ready) == 3
    assert [segment.text for segment in transcript.segments] == ["a b c d e f g h i", "k"]
    assert follow(events) == list(transcript.segments)


@st.composite
def stories(draw: st.DrawFn) -> Script:
    """Turns of three people, which may overlap; nobody speaks twice at once."""
    lines = []
    free_s = dict.fromkeys("ABC", 0.0)
    time_s = 0.0
    for number in range(draw(st.integers(1, 9))):
        speaker = draw(st.sampled_from("ABC"))
        start_s = max(free_s[speaker] + 0.2, time_s + draw(st.floats(-1.5, 6.0)), 0.1)
        end_s = start_s + draw(st.floats(4.0, 14.0))
        count = draw(st.integers(1, 12))
        text = " ".join(f"w{number}.{place}" for place in range(count))
        lines.append(Line(speaker, round(start_s, 2), round(end_s, 2), text))
        free_s[speaker] = time_s = end_s
    return Script(tuple(lines))


Likeness = dict[tuple[int, str], tuple[str, float]]
"""Whom somebody sounds like in a window, and how much: by window number and name."""

likenesses = st.fixed_dictionaries(
    {},
    optional={
        (number, speaker): st.tuples(st.sampled_from("ABCX"), st.sampled_from([0.3, 0.45, 0.6, 1]))
        for number in range(6)
        for speaker in "ABC"
    },
)


def odd(story: Script, likeness: Likeness, limits: Limits = LIMITS) -> FakeTranscriber:
    voices = {
        (number, speaker): between(voice_of(speaker), voice_of(other), share)
        for (number, speaker), (other, share) in likeness.items()
    }
    return FakeTranscriber(story, limits=limits, voices=voices)


@settings(max_examples=60)
@given(stories(), likenesses, st.sampled_from([15.0, 30.0]))
def test_whoever_follows_the_events_ends_with_the_transcript(
    story: Script, likeness: Likeness, window_s: float
) -> None:
    events, transcript = transcribe(odd(story, likeness, Limits(window_s, margin_s=3.0)), story)
    assert follow(events) == list(transcript.segments)
    assert follow(events, merging=False) == list(transcript.segments)


@settings(max_examples=60)
@given(stories(), likenesses)
def test_no_label_is_merged_that_was_not_given_out_nor_with_itself(
    story: Script, likeness: Likeness
) -> None:
    events, _ = transcribe(odd(story, likeness), story)
    given_out = {event.segment.speaker for event in events if isinstance(event, SegmentReady)}
    for event in events:
        if isinstance(event, SpeakersMerged):
            assert event.kept != event.merged
            assert {event.kept, event.merged} <= given_out


@settings(max_examples=60)
@given(stories(), st.floats(12.0, 60.0), st.booleans())
def test_the_transcript_does_not_depend_on_the_windows(
    story: Script, window_s: float, short_first: bool
) -> None:
    first_s = 8.0 if short_first else None
    limits = Limits(window_s, margin_s=3.0, first_window_s=first_s)
    _, whole = transcribe(FakeTranscriber(story, limits=Limits(1e4, 3.0)), story)
    _, cut = transcribe(FakeTranscriber(story, limits=limits), story)
    assert cut.segments == whole.segments
    assert [turn.speaker for turn in cut.turns] == [turn.speaker for turn in whole.turns]


class Ahead(FakeTranscriber):
    """One that begins its work when it is called. begun, closed: by window."""

    def __init__(self, story: Script, windows_at_once: int) -> None:
        super().__init__(story, limits=replace(LIMITS, windows_at_once=windows_at_once))
        self.begun: list[Span] = []
        self.closed: list[Span] = []

    def __call__(self, window: Window, hints: Hints) -> Iterator[WindowPiece]:
        self.begun.append(window.core)
        return Pieces(self, window.core, super().__call__(window, hints))


class Pieces(Iterator[WindowPiece]):
    def __init__(self, owner: Ahead, core: Span, pieces: Iterator[WindowPiece]) -> None:
        self._owner, self._core, self._pieces = owner, core, pieces

    def __next__(self) -> WindowPiece:
        return next(self._pieces)

    def close(self) -> None:
        self._owner.closed.append(self._core)


FIVE = script(*(("A", 30 * n + 1, 30 * n + 28, f"w{n}") for n in range(5)))
CORES = [Span(30.0 * n, 30.0 * n + 30.0) for n in range(5)]


@pytest.mark.parametrize("windows_at_once", [1, 2, 3])
def test_as_many_windows_are_begun_ahead_as_the_model_asks_for(windows_at_once: int) -> None:
    transcriber = Ahead(FIVE, windows_at_once)
    windows, whole = windows_of(FIVE, transcriber.limits, CORES)
    begun = [
        len(transcriber.begun)
        for event in Session(transcriber, Hints()).run(windows, whole)
        if isinstance(event, SegmentReady)
    ]
    assert begun == [min(5, n + windows_at_once) for n in range(5)]
    assert transcriber.closed == []


def test_windows_that_were_begun_are_closed_when_nobody_wants_them() -> None:
    transcriber = Ahead(FIVE, windows_at_once=3)
    windows, whole = windows_of(FIVE, transcriber.limits, CORES)
    events = Session(transcriber, Hints()).run(windows, whole)
    assert isinstance(next(events), SegmentReady)
    events.close()
    assert transcriber.begun == CORES[:3]
    assert transcriber.closed == CORES[1:3]


def test_windows_fed_one_by_one_give_the_same_segments() -> None:
    transcriber = FakeTranscriber(DIALOGUE, limits=LIMITS)
    windows, whole = windows_of(DIALOGUE, LIMITS)
    session = Session(transcriber, Hints(language="en"))
    fed = [
        event
        for window in windows
        for event in session.feed(window, last=window.core.end_s >= whole.end_s)
    ]
    events, _ = transcribe(FakeTranscriber(DIALOGUE, limits=LIMITS), DIALOGUE)
    assert fed == [event for event in events if isinstance(event, SegmentReady)]


def test_nothing_said_is_an_empty_transcript() -> None:
    changes, transcript = Session(FakeTranscriber(script()), Hints()).finish(
        [], 5.0, model="m", language=None
    )
    assert changes == []
    assert not (transcript.segments or transcript.speakers or transcript.turns)
    assert transcript.coverage.missed == ()


def test_speech_that_nobody_wrote_down_is_missed() -> None:
    session = Session(FakeTranscriber(script()), Hints())
    _, transcript = session.finish(spans((1, 4)), 5.0, model="m", language=None)
    assert transcript.coverage.missed == (Span(1, 4),)
