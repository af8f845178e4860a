"""Stitching: what a window's core holds is its own, so that no cut changes the transcript."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.spans import Span, merge_spans
from audiosvc.transcription.stitch import (
    LONG_S,
    LONGEST_S,
    PAUSE_S,
    TURN_PAUSE_S,
    Labelled,
    build_segments,
    build_turns,
    list_speakers,
    name_speakers,
    own,
)
from audiosvc.transcription.text import join
from audiosvc.types import LocalSegment, Segment, Speaker, Turn, Word
from tests.fakes import Line, texts

END_S = 100.0
SPEAKERS = "ABC"


def local(line: Line, language: str | None = None) -> LocalSegment:
    """A line as a window gives it."""
    return LocalSegment(line.span, line.speaker, line.text, tuple(line.words), language)


def label(segments: Sequence[LocalSegment]) -> list[Labelled]:
    speakers = [SPEAKERS.index(one.speaker) if one.speaker else None for one in segments]
    return [Labelled(one, speaker) for one, speaker in zip(segments, speakers, strict=True)]


def build(segments: Sequence[LocalSegment]) -> tuple[tuple[Segment, ...], tuple[Turn, ...]]:
    labelled = label(segments)
    names = name_speakers(labelled)
    turns = build_turns(labelled, names)
    return build_segments(labelled, names, turns), turns


@st.composite
def meetings(draw: st.DrawFn) -> list[LocalSegment]:
    """Segments over a hundred seconds: with words that may lie a little outside of them, with text
    alone, and with neither.
    """
    number = 0
    segments = []
    for _ in range(draw(st.integers(1, 12))):
        start_s = draw(st.floats(0.5, END_S - 12.0))
        span = Span(start_s, start_s + draw(st.floats(0.2, 11.0)))
        speaker = draw(st.sampled_from([*SPEAKERS, None]))
        kind = draw(st.sampled_from(["words", "words", "text", "neither"]))
        words: tuple[Word, ...] = ()
        if kind == "words":
            edges = np.linspace(span.start_s - 0.3, span.end_s + 0.3, draw(st.integers(2, 15)))
            ends = [draw(st.sampled_from(["", "", "."])) for _ in edges]
            words = tuple(
                Word(f" w{number + place}{ends[place]}", Span(a, b), 0.5)
                for place, (a, b) in enumerate(pairwise(edges.tolist()))
            )
            number += len(words)
        text = join(words) if words else f"t{number}" if kind == "text" else ""
        number += kind == "text"
        segments.append(LocalSegment(span, speaker, text, words, "en"))
    return sorted(segments, key=lambda one: one.span)


def hear(segments: Sequence[LocalSegment], audio: Span) -> list[LocalSegment]:
    """What of them a window hears. A text without words is heard whole or not at all."""
    heard = []
    for one in segments:
        words = tuple(word for word in one.words if audio.holds(word.span.midpoint_s))
        inside = Span(max(one.span.start_s, audio.start_s), min(one.span.end_s, audio.end_s))
        if one.text and not one.words:
            heard += [one] if audio.holds(one.span.midpoint_s) else []
        elif words or inside.duration_s > 0.0:
            heard.append(replace(one, span=inside, words=words, text=join(words)))
    return heard


def in_windows(
    segments: Sequence[LocalSegment], cuts_s: Sequence[float], margin_s: float
) -> list[LocalSegment]:
    """What the cores own, window by window."""
    edges = sorted({0.0, END_S, *cuts_s})
    owned = []
    for start_s, end_s in pairwise(edges):
        audio = Span(start_s - margin_s, end_s + margin_s)
        owned += own(hear(segments, audio), Span(start_s, end_s), last=end_s == END_S)
    return owned


cuts = st.lists(st.floats(0.1, END_S - 0.1), max_size=8)


@given(meetings(), cuts, st.floats(1.0, 10.0))
def test_any_cut_into_windows_gives_the_same_transcript(
    meeting: list[LocalSegment], cuts_s: list[float], margin_s: float
) -> None:
    whole_segments, whole_turns = build(in_windows(meeting, [], margin_s))
    cut_segments, cut_turns = build(in_windows(meeting, cuts_s, margin_s))
    assert cut_segments == whole_segments
    assert [turn.speaker for turn in cut_turns] == [turn.speaker for turn in whole_turns]
    for one, other in zip(cut_turns, whole_turns, strict=True):
        assert one.span.start_s == pytest.approx(other.span.start_s)
        assert one.span.end_s == pytest.approx(other.span.end_s)


@given(meetings(), cuts, st.floats(1.0, 10.0))
def test_no_word_is_lost_and_none_comes_twice(
    meeting: list[LocalSegment], cuts_s: list[float], margin_s: float
) -> None:
    segments, _ = build(in_windows(meeting, cuts_s, margin_s))
    written = [text for one in segments for text in one.text.split()]
    spoken = [text for one in meeting for text in one.text.split()]
    assert sorted(written) == sorted(spoken)
    timed = [text for one in meeting for text in texts(one.words)]
    assert sorted(text for one in segments for text in texts(one.words)) == sorted(timed)


@given(meetings(), cuts)
def test_segments_are_in_order_numbered_and_as_long_as_their_words(
    meeting: list[LocalSegment], cuts_s: list[float]
) -> None:
    segments, _ = build(in_windows(meeting, cuts_s, 5.0))
    assert [one.id for one in segments] == list(range(len(segments)))
    assert [one.span for one in segments] == sorted(one.span for one in segments)
    for one in segments:
        assert one.span.duration_s >= 0.0
        if not one.words:
            continue
        assert one.text == " ".join(texts(one.words))
        assert one.span.start_s == min(word.span.start_s for word in one.words)
        assert one.span.end_s == max(word.span.end_s for word in one.words)
        spoken = merge_spans((word.span for word in one.words), gap_s=PAUSE_S)
        assert len(spoken) == 1


@given(meetings())
def test_labels_are_in_order_of_first_speech(meeting: list[LocalSegment]) -> None:
    names = name_speakers(label(meeting))
    first_s = {
        name: min(one.span.start_s for one in meeting if one.speaker == SPEAKERS[speaker])
        for speaker, name in names.items()
    }
    assert sorted(names.values()) == [f"S{place + 1}" for place in range(len(names))]
    assert sorted(first_s, key=lambda name: first_s[name]) == sorted(first_s)
    _, turns = build(meeting)
    speakers = list_speakers(turns)
    assert [one.label for one in speakers] == sorted(one.label for one in speakers)


@given(meetings())
def test_turns_of_one_speaker_lie_apart_and_cover_its_segments(meeting: list[LocalSegment]) -> None:
    names = name_speakers(label(meeting))
    _, turns = build(meeting)
    for speaker, name in names.items():
        spans = [turn.span for turn in turns if turn.speaker == name]
        assert all(b.start_s - a.end_s > TURN_PAUSE_S for a, b in pairwise(spans))
        for one in meeting:
            if one.speaker == SPEAKERS[speaker]:
                assert any(
                    s.start_s <= one.span.start_s <= one.span.end_s <= s.end_s for s in spans
                )


def test_a_word_belongs_to_the_core_that_holds_its_middle() -> None:
    line = local(Line("A", 8.0, 12.0, "one two three four"))  # a second each
    left, right = Span(0.0, 9.4), Span(9.4, 20.0)
    assert own([line], left)[0].text == "one"
    assert own([line], right)[0].text == "two three four"
    assert own([line], left)[0].span == Span(8.0, 9.4)
    assert own([line], right)[0].span == Span(9.4, 12.0)


def test_the_last_core_owns_what_lies_on_its_end_and_no_other_does() -> None:
    line = local(Line("A", 9.0, 11.0, "end"))
    assert [one.text for one in own([line], Span(0.0, 10.0))] == [""]
    assert [one.text for one in own([line], Span(0.0, 10.0), last=True)] == ["end"]


def test_speech_without_text_is_kept_as_far_as_it_reaches_into_the_core() -> None:
    beneath = LocalSegment(Span(8.0, 12.0), "B", "")
    assert own([beneath], Span(0.0, 10.0)) == [replace(beneath, span=Span(8.0, 10.0))]
    assert own([beneath], Span(10.0, 20.0)) == [replace(beneath, span=Span(10.0, 12.0))]
    assert own([beneath], Span(20.0, 30.0)) == []


@pytest.mark.parametrize(
    "text",
    [
        "no times here",
        "one",
        "夜里下雨了，路很滑。",
        "a rather longer sentence, of many words indeed",
    ],
)
@pytest.mark.parametrize("cut_s", [8.0, 8.3, 10.0, 12.2, 12.99, 13.0, 20.0])
def test_a_text_without_words_is_divided_where_windows_meet(text: str, cut_s: float) -> None:
    whole = LocalSegment(Span(8.0, 13.0), "A", text)
    before, behind = own([whole], Span(0.0, cut_s)), own([whole], Span(cut_s, 30.0))
    glue = " " if " " in text else ""
    assert glue.join(one.text for one in before + behind) == text  # each word once, and in order
    for one in before:
        assert one.span.end_s <= cut_s or one == whole
    for one in behind:
        assert one.span.start_s >= cut_s or one == whole


def test_a_segment_ends_where_the_speaker_pauses() -> None:
    short, long = PAUSE_S - 0.1, PAUSE_S + 0.1
    lines = [
        Line("A", 0.0, 1.0, "first"),
        Line("A", 1.0 + short, 3.0, "second"),
        Line("A", 3.0 + long, 5.0, "third"),
    ]
    segments, _ = build([local(line) for line in lines])
    assert [one.text for one in segments] == ["first second", "third"]


def test_a_segment_ends_where_the_speaker_changes_and_never_inside_a_word() -> None:
    lines = [Line("A", 0.0, 2.0, "it was I"), Line("B", 2.0, 4.0, "no me"), Line("A", 6, 7, "well")]
    segments, _ = build([local(line) for line in lines])
    assert [(one.speaker, one.text) for one in segments] == [
        ("S1", "it was I"),
        ("S2", "no me"),
        ("S1", "well"),
    ]
    pieces = (
        Word(" dis", Span(0.0, 0.5)),
        Word("tant", Span(0.5 + 2 * PAUSE_S, 3.0)),
        Word(" shore", Span(3.0, 3.5)),
    )
    (one,), _ = build([LocalSegment(Span(0.0, 3.5), "A", "distant shore", pieces[1:])])
    assert one.text == "tant shore"


def test_a_segment_ends_where_the_language_changes() -> None:
    lines = [local(Line("A", 0, 2, "good day"), "en"), local(Line("A", 2, 4, "guten Tag"), "de")]
    segments, _ = build(lines)
    assert [(one.language, one.text) for one in segments] == [
        ("en", "good day"),
        ("de", "guten Tag"),
    ]


def monologue(sentence: str, end_s: float) -> list[LocalSegment]:
    count = round(end_s / (0.4 * len(sentence.split())))
    return [local(Line("A", 0.0, end_s, " ".join([sentence] * count)))]


def test_a_long_monologue_is_broken_at_sentence_ends() -> None:
    segments, _ = build(monologue("We shall see about that in the morning.", 300.0))
    assert len(segments) > 300.0 / (LONG_S + 5.0) - 1
    for one in segments[:-1]:
        assert one.text.endswith("morning.")
        assert LONG_S - 4.0 <= one.span.duration_s <= LONGEST_S
    assert all(before.span.end_s == after.span.start_s for before, after in pairwise(segments))


def test_a_monologue_without_an_end_of_sentence_is_broken_all_the_same() -> None:
    segments, _ = build(monologue("and then", 300.0))
    assert all(LONGEST_S - 1.0 <= one.span.duration_s <= LONGEST_S for one in segments[:-1])


def test_writing_without_spaces_stays_without_them() -> None:
    segments, _ = build([local(Line("A", 0.0, 4.0, "你好世界"))])
    assert [one.text for one in segments] == ["你好世界"]
    assert texts(segments[0].words) == ["你", "好", "世", "界"]


def test_half_a_segment_under_another_voice_makes_it_overlapped() -> None:
    lines = [Line("A", 0, 10, "a b c d e"), Line("B", 1, 4, "x y"), Line("C", 20, 24, "z")]
    segments, _ = build([local(line) for line in lines])
    assert [(one.speaker, one.overlapped) for one in segments] == [
        ("S1", False),
        ("S2", True),
        ("S3", False),
    ]


def test_a_voice_without_words_is_a_turn_and_overlaps() -> None:
    talk = local(Line("A", 0, 4, "a b c d"))
    beneath = LocalSegment(Span(1.0, 3.5), "B", "")
    segments, turns = build([talk, beneath])
    assert turns == (Turn(Span(0, 4), "S1"), Turn(Span(1.0, 3.5), "S2"))
    assert [(one.text, one.overlapped) for one in segments] == [("a b c d", True)]
    assert list_speakers(turns) == (Speaker("S1", 4.0, 0.0), Speaker("S2", 2.5, 1.0))


def test_a_segment_of_nobody_known_has_no_label_and_no_turn() -> None:
    segments, turns = build([LocalSegment(Span(0, 2), None, "who is it")])
    assert [(one.speaker, one.text) for one in segments] == [(None, "who is it")]
    assert turns == ()


def test_confidence_is_the_mean_of_the_words_that_have_one() -> None:
    words = (Word(" a", Span(0, 1), 0.4), Word(" b", Span(1, 2)), Word(" c", Span(2, 3), 0.8))
    (one,), _ = build([LocalSegment(Span(0, 3), "A", "a b c", words)])
    assert one.confidence == pytest.approx(0.6)
    (one,), _ = build([LocalSegment(Span(0, 3), "A", "a", words[1:2])])
    assert one.confidence is None


def test_numbers_may_begin_anywhere() -> None:
    labelled = label([local(Line("A", 0, 1, "x")), local(Line("B", 5, 6, "y"))])
    segments = build_segments(labelled, name_speakers(labelled), first_id=40)
    assert [one.id for one in segments] == [40, 41]
