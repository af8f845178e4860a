"""Transcripts of every shape, for the property tests of the formats."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from audiosvc.spans import Span
from audiosvc.types import Coverage, Notice, Segment, Speaker, Transcript, Turn, Word

LATEST_MS = 40 * 3_600_000

AWKWARD_TEXTS = (
    "-->",
    "00:00:01,000 --> 00:00:02,000",
    "[00:00:01.0] S1: hello",
    "7",
    "a < b > c",
    "<v Bob>hi</v>",
    "&amp; &lt;",
    "WEBVTT",
    "NOTE nobody",
    ";; comment",
    "<o,f0,male> label",
    "<NA>",
    "S2: not me",
    "**S1** 00:00:01.0 \u2013 00:00:02.0",
    "## Transcript",
    "# title",
    "1. one",
    "- item",
    "| cell |",
    "back\\slash `code` *em* _em_ ~~del~~ $x$ [link](http://x) ![p](q) <!-- c -->",
    "line\none\r\n\r\ntwo\ttab\u2028three\u00a0four",
    "مرحبا بالعالم",
    "שלום\u202e עולם",
    "e\u0301t\u0301e\u0301 नमस्ते",
    "大家早上好，我们开始吧。谢谢各位今天来参加这个会议，我们先讨论预算的问题，然后再谈港口。",
    "안녕하세요 여러분",
    "สวัสดีครับทุกคนวันนี้เราจะพูดถึงเรื่องงบประมาณของปีหน้าและแผนการทำงาน",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "👩\u200d👩\u200d👧 family",
    "bell\x07 nul\x00 escape\x1b[31m",
    "\"quoted\" 'text'",
)
AWKWARD_LABELS = (
    "Ann B",
    "Ann_B",
    "Ann  B",
    "unknown",
    "NA",
    "<NA>",
    "none",
    '"Bob"',
    "Dr: Who",
    "a>b & <c>",
    "new\nline",
    ";semicolon",
    "inter_segment_gap",
    "مريم",
    "**bold**",
    "|",
    " ",
    "\x1b[31mred",
)

texts = st.lists(st.text(min_size=1, max_size=12) | st.sampled_from(AWKWARD_TEXTS), max_size=4).map(
    " ".join
)
labels = st.sampled_from(("S1", "S2", *AWKWARD_LABELS)) | st.text(min_size=1, max_size=12)
probabilities = st.sampled_from((None, 0.0, 1.0, 0.5, 0.123456789))


times_s = st.integers(0, LATEST_MS).map(lambda time_ms: time_ms / 1000)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start_ms = draw(st.integers(0, LATEST_MS))
    length_ms = draw(st.integers(0, 60_000))
    return Span(start_ms / 1000, (start_ms + length_ms) / 1000)


@st.composite
def words_of(draw: st.DrawFn, text: str, span: Span) -> tuple[Word, ...]:
    """No words, the text's own words in its span, or words that have little to do with it."""
    kind = draw(st.sampled_from(("none", "own", "own", "others")))
    if kind == "none":
        return ()
    if kind == "others":
        return tuple(draw(st.lists(st.builds(Word, texts, spans(), probabilities), max_size=2)))
    tokens = text.split()
    sure = draw(probabilities)
    edges = np.linspace(span.start_s, span.end_s, len(tokens) + 1).round(3).tolist()
    return tuple(
        Word(f" {token}", Span(edges[index], edges[index + 1]), sure)
        for index, token in enumerate(tokens)
    )


@st.composite
def segments(draw: st.DrawFn, index: int, span: Span, speakers: st.SearchStrategy[str | None]):
    text = draw(texts)
    return Segment(
        id=index,
        span=span,
        speaker=draw(speakers),
        text=text,
        words=draw(words_of(text, span)),
        language=draw(st.none() | st.sampled_from(("en", "zh-Hant"))),
        confidence=draw(probabilities),
        overlapped=draw(st.booleans()),
        events=draw(events),
    )


events = st.lists(
    st.sampled_from(("laughter", "door slam", "a <b> & c", "", "line\nend", "笑声", "x" * 90)),
    max_size=2,
).map(tuple)
several = st.lists(spans(), max_size=2).map(tuple)
coverages = st.builds(Coverage, times_s, times_s, several, several)
notices = st.builds(Notice, st.just("lost"), texts, st.none() | spans())


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """Any transcript with times in whole milliseconds; segments may overlap and lack text."""
    names = draw(st.lists(labels, unique=True, max_size=4))
    known = st.sampled_from(names) if names else st.nothing()
    stretches = sorted(draw(st.lists(spans(), max_size=4)))
    return Transcript(
        segments=tuple(
            draw(segments(index, span, st.none() | known)) for index, span in enumerate(stretches)
        ),
        speakers=tuple(Speaker(name, draw(times_s), draw(times_s)) for name in names),
        language=draw(st.none() | st.just("de")),
        duration_s=draw(times_s),
        coverage=draw(coverages),
        model="whisper-base",
        turns=tuple(draw(st.lists(st.builds(Turn, spans(), known), max_size=4))) if names else (),
        notices=tuple(draw(st.lists(notices, max_size=2))),
        version="0.1.0",
    )
