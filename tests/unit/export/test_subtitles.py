"""SRT and VTT: readable cues that hold every word, and files from elsewhere."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import av
import pytest
from hypothesis import assume, given
from rich.cells import cell_len

from audiosvc.errors import FormatError
from audiosvc.export import srt, vtt
from audiosvc.export.cues import LINE_COLUMNS, LINES, LONGEST_S, cues
from audiosvc.export.labels import distinct, labels_of, plain
from audiosvc.export.text import flat, shown_text
from audiosvc.spans import Span
from audiosvc.types import Coverage, Segment, Transcript, Word
from tests.unit.export.strategies import transcripts


def transcript(*segments: Segment) -> Transcript:
    return Transcript(segments, (), "en", 100.0, Coverage(), "m")


def spoken(text: str, start_s: float = 0.0, step_s: float = 0.4, speaker: str = "S1") -> Segment:
    """A segment whose words follow each other every ``step_s`` seconds."""
    words = tuple(
        Word(word, Span(start_s + index * step_s, start_s + (index + 0.9) * step_s))
        for index, word in enumerate(text.split())
    )
    return Segment(0, Span(start_s, words[-1].span.end_s), speaker, text, words)


def letters(read: Transcript, speaker: str | None) -> list[str]:
    """Every character but blanks that a speaker says, sorted: overlapping cues may interleave."""
    said = "".join(flat(s.text) for s in read.segments if s.speaker == speaker)
    return sorted(said.replace(" ", ""))


@given(transcripts())
def test_cues_fit_the_screen_and_lose_no_character(any_transcript: Transcript) -> None:
    found = cues(any_transcript)
    for cue in found:
        assert 1 <= len(cue.lines) <= LINES
        assert all(line and cell_len(line) <= LINE_COLUMNS for line in cue.lines)
        assert cue.start_ms < cue.end_ms
    written = sorted("".join("".join(cue.lines) for cue in found).replace(" ", ""))
    said = "".join(shown_text(segment) for segment in any_transcript.segments)
    assert written == sorted(said.replace(" ", ""))
    assert found == sorted(found, key=lambda cue: cue.start_ms)


@given(transcripts())
def test_vtt_keeps_speakers_and_text(any_transcript: Transcript) -> None:
    """Kept: speaker and text of each cue, but for line ends; times as the cues show them."""
    names = distinct(labels_of(any_transcript), lambda label: flat(label) or "_")
    read = vtt.parse(vtt.serialise(any_transcript, "x"))
    shown = cues(any_transcript)
    assert [s.span for s in read.segments] == sorted(
        Span(cue.start_ms / 1000, cue.end_ms / 1000) for cue in shown
    )
    for label in {segment.speaker for segment in any_transcript.segments}:
        of_label = replace(
            any_transcript,
            segments=tuple(
                replace(s, text=shown_text(s), events=())
                for s in any_transcript.segments
                if s.speaker == label
            ),
        )
        assert letters(read, None if label is None else names[label]) == letters(of_label, label)


@given(transcripts())
def test_srt_keeps_speakers_and_text(any_transcript: Transcript) -> None:
    """Kept: speaker and text of each cue, but for line ends and what looks like a style tag."""
    without_style = re.compile(r"[<{]")
    segments = tuple(
        replace(s, text=without_style.sub("", shown_text(s)), words=(), events=())
        for s in any_transcript.segments
    )
    plain_text = replace(any_transcript, segments=segments)
    nameless = all(segment.speaker is None for segment in segments)
    assume(not nameless or not all(":" in shown_text(s) for s in segments if shown_text(s)))
    names = distinct(labels_of(plain_text), plain)
    assume(not any(len(name) > 79 for name in names.values()))
    read = srt.parse(srt.serialise(plain_text, "x"))
    for label in {segment.speaker for segment in segments}:
        name = None if label is None else names[label]
        of_label = replace(plain_text, segments=tuple(s for s in segments if s.speaker == label))
        assert letters(read, name) == letters(of_label, label)


@pytest.mark.parametrize(("form", "demuxer"), [(srt, "srt"), (vtt, "webvtt")])
def test_an_independent_reader_finds_the_same_cues(form, demuxer: str) -> None:
    """FFmpeg's demuxers, by way of PyAV."""
    long = spoken("One two three, four five six. " * 12, start_s=36_000)
    written = form.serialise(transcript(spoken("Hello --> <there> & you"), long), "x")
    expected = [segment.span for segment in form.parse(written).segments]
    with av.open(io.BytesIO(written.encode()), format=demuxer) as container:
        packets = [packet for packet in container.demux() if packet.pts is not None]
    found = [
        Span(
            float(packet.pts * packet.time_base),
            float((packet.pts + packet.duration) * packet.time_base),
        )
        for packet in packets
    ]
    assert found == expected
    assert len(found) == 7


def test_a_long_segment_is_cut_at_its_sentences() -> None:
    text = (
        "Good morning everyone, and thank you for coming. Today the budget comes first; "
        "after that, the new harbour and what it may cost."
    )
    found = cues(transcript(spoken(text)))
    assert [" ".join(cue.lines) for cue in found] == [
        "Good morning everyone, and thank you for coming.",
        "Today the budget comes first; after that, the new harbour and what it may cost.",
    ]
    assert found[1].start_ms == 3200


def test_no_cue_stays_longer_than_seven_seconds_unless_a_word_does() -> None:
    found = cues(transcript(spoken("so it goes on and on and on", step_s=3.0)))
    assert all(cue.end_ms - cue.start_ms <= LONGEST_S * 1000 for cue in found)
    assert len(found) == 4
    assert len(cues(transcript(spoken("aah", step_s=20.0)))) == 1


def test_a_long_pause_ends_a_cue() -> None:
    segment = Segment(
        0, Span(0, 6), "S1", "yes no", (Word("yes", Span(0, 0.5)), Word("no", Span(5, 6)))
    )
    assert [cue.lines for cue in cues(transcript(segment))] == [("yes",), ("no",)]


def test_a_short_cue_lingers_only_until_the_next() -> None:
    alone, first, second = spoken("Yes.", 50.0), spoken("Yes.", 10.0), spoken("No.", 10.6)
    found = cues(transcript(first, second, alone))
    assert [(cue.start_ms, cue.end_ms) for cue in found] == [
        (10_000, 10_600),
        (10_600, 11_600),
        (50_000, 51_000),
    ]


def test_no_word_is_left_alone_in_the_last_cue() -> None:
    words = (
        "alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november"
    )
    found = cues(transcript(spoken(words, step_s=0.2)))
    assert [len(" ".join(cue.lines).split()) for cue in found] == [7, 7]


def test_long_words_break_only_when_no_line_can_hold_them() -> None:
    long = "Donaudampfschifffahrtsgesellschaft"
    (cue,) = cues(transcript(spoken(f"Die {long} fährt nach Passau")))
    assert cue.lines == (f"Die {long}", "fährt nach Passau")


def test_overlapped_speakers_have_cues_of_their_own() -> None:
    both = transcript(spoken("I think so", 1.0), spoken("No no no", 1.2, speaker="S2"))
    assert vtt.serialise(both, "x") == (
        "WEBVTT\n"
        "\n00:00:01.000 --> 00:00:02.160\n<v S1>I think so\n"
        "\n00:00:01.200 --> 00:00:02.360\n<v S2>No no no\n"
    )
    assert srt.serialise(both, "x") == (
        "1\n00:00:01,000 --> 00:00:02,160\nS1: I think so\n"
        "\n2\n00:00:01,200 --> 00:00:02,360\nS2: No no no\n"
    )


def test_vtt_escapes_text_and_names() -> None:
    segment = Segment(0, Span(0, 2), "A&B >\nC", "a < b --> c & d")
    written = vtt.serialise(transcript(segment), "x")
    assert "<v A&amp;B &gt; C>a &lt; b --&gt; c &amp; d\n" in written
    (read,) = vtt.parse(written).segments
    assert (read.speaker, read.text) == ("A&B > C", "a < b --> c & d")


def test_nobody_is_named_when_nobody_is_known() -> None:
    segment = Segment(0, Span(0, 2), None, "hello there")
    assert srt.serialise(transcript(segment), "x").endswith("\nhello there\n")
    mixed = srt.serialise(transcript(segment, spoken("hi", 5.0)), "x")
    assert "\nunknown: hello there\n" in mixed
    assert [s.speaker for s in srt.parse(mixed).segments] == [None, "S1"]


def test_srt_from_elsewhere() -> None:
    """No final newline, points for commas, no hours, no number, tags, blank lines inside."""
    text = (
        "\ufeff1\r\n00:00:01,5 --> 00:00:02.000 X1:1\r\n<i>Note:</i> {\\an8}we\r\nbegin\r\n\r\n"
        "00:03 --> 0:00:04,25\r\nfirst\r\n\r\nafter a blank\r\n3\r\n"
        "00:00:05,000 --> 00:00:06,000\r\n-->\r\n\r\n4\r\n00:00:07,000 --> 00:00:08,000"
    )
    read = srt.parse(text)
    assert [(s.span, s.speaker, s.text) for s in read.segments] == [
        (Span(1.5, 2.0), None, "Note: we begin"),
        (Span(3.0, 4.25), None, "first after a blank"),
        (Span(5.0, 6.0), None, "-->"),
    ]


def test_vtt_from_elsewhere() -> None:
    """Header text, notes, styles, cue names, missing hours, settings, nested tags, two voices."""
    text = (
        "\ufeffWEBVTT - made by hand\r\nKind: captions\r\n\r\n"
        "NOTE\r\nnothing to see\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\n"
        "intro\r\n00:01.000 --> 00:02.500 align:start position:10%\r\n"
        "<v.loud Ann Lee>Hi <c.big><i>all</i></c><00:00:02.000> of&nbsp;you &amp; them</v>\r\n"
        "- <v Bob>Hello\r\n"
        "100:00:00.000 --> 100:00:01.000\r\nno voice &lt;b&gt;\r\n\r\n\r\n"
    )
    read = vtt.parse(text)
    assert [(s.span, s.speaker, s.text) for s in read.segments] == [
        (Span(1.0, 2.5), "Ann Lee", "Hi all of you & them"),
        (Span(1.0, 2.5), None, "-"),
        (Span(1.0, 2.5), "Bob", "Hello"),
        (Span(360_000, 360_001), None, "no voice <b>"),
    ]


def test_vtt_times_may_follow_the_header_at_once() -> None:
    read = vtt.parse("WEBVTT\n00:01.000 --> 00:02.000\na\n00:02.000 --> 00:03.000\nb")
    assert [s.text for s in read.segments] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("just some text\n", 1),
        ("1\n00:00:61,000 --> 00:00:62,000\nhi\n", 2),
        ("1\n00:00:02,000 --> 00:00:01,000\nhi\n", 2),
        ("1\n00:00:01,000 --> 00:00:02,000\nhi\n\n2\nsoon --> later\nhi\n", 6),
    ],
)
def test_srt_refuses_nonsense_and_names_the_line(text: str, line: int) -> None:
    with pytest.raises(FormatError, match=rf"^Line {line}: "):
        srt.parse(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("WEBVTTX\n", 1),
        ("1\n00:00:01.000 --> 00:00:02.000\nhi\n", 1),
        ("WEBVTT\n\nno times here\n", 3),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nhi\n", 3),
        ("WEBVTT\n\nname\n00:aa.000 --> 00:01.000\nhi\n", 4),
    ],
)
def test_vtt_refuses_nonsense_and_names_the_line(text: str, line: int) -> None:
    with pytest.raises(FormatError, match=rf"^Line {line}: "):
        vtt.parse(text)
