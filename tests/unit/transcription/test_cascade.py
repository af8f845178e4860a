"""The cascade: words and voices, heard by different models, come together."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiosvc.spans import Span
from audiosvc.transcription.cascade import Cascade
from audiosvc.transcription.session import Session
from audiosvc.types import (
    Audio,
    Hints,
    Hypothesis,
    LocalSegment,
    Notice,
    Voice,
    Window,
    WindowPiece,
)
from tests.fakes import (
    FakeActivity,
    FakeEmbedder,
    FakeRecognizer,
    Line,
    Script,
    breaks,
    drops,
    loops,
    script,
    sound,
    texts,
    voice_of,
)
from tests.fakes.diarizer import FakeDiarizer

ENGLISH = Hints(language="en")
DIALOGUE = script(
    ("A", 1, 6, "have the parts for the bridge arrived this morning"),
    ("B", 6.5, 12, "most of them have arrived but the bolts have not"),
    ("A", 12.5, 18, "then please call the supplier before lunch at noon"),
    ("B", 19, 24, "I will do that as soon as I can"),
)


def build(story: Script, *, threads: int = 1, recognizer: FakeRecognizer | None = None) -> Cascade:
    return Cascade(
        recognizer or FakeRecognizer(story),
        FakeActivity(story),
        FakeEmbedder(story),
        threads=threads,
    )


def window_of(story: Script, core: Span | None = None) -> Window:
    return Window(sound(story.end_s + 1.0), core or Span(0, story.end_s + 1.0), story.speech)


def segments_of(pieces: Sequence[WindowPiece]) -> list[LocalSegment]:
    return [piece for piece in pieces if isinstance(piece, LocalSegment)]


def voices_of(pieces: Sequence[WindowPiece]) -> list[Voice]:
    return [piece for piece in pieces if isinstance(piece, Voice)]


def who_said(pieces: Sequence[WindowPiece]) -> dict[str, str]:
    """The text of each local speaker, by that speaker's own voice."""
    people = {}
    for voice in voices_of(pieces):
        likeness = {name: float(voice_of(name) @ voice.vector) for name in "ABCD"}
        people[voice.speaker] = max(likeness, key=lambda name: likeness[name])
    said: dict[str, list[str]] = {}
    for segment in segments_of(pieces):
        assert segment.speaker is not None
        said.setdefault(people[segment.speaker], []).append(segment.text)
    return {person: " ".join(filter(None, parts)) for person, parts in said.items()}


@pytest.mark.parametrize("threads", [1, 3])
def test_each_word_goes_to_whoever_says_it(threads: int) -> None:
    pieces = list(build(DIALOGUE, threads=threads)(window_of(DIALOGUE), ENGLISH))
    first, second, third, fourth = (line.text for line in DIALOGUE.lines)
    assert who_said(pieces) == {"A": f"{first} {third}", "B": f"{second} {fourth}"}


def test_segments_are_in_order_of_time_with_words_and_language() -> None:
    segments = segments_of(list(build(DIALOGUE)(window_of(DIALOGUE), ENGLISH)))
    assert [one.span for one in segments] == sorted(one.span for one in segments)
    for one in segments:
        assert one.language == "en"
        assert one.text.split() == texts(one.words)
        assert all(one.span.overlap_s(word.span) > 0.0 for word in one.words)


def test_voices_are_unit_vectors_told_with_where_they_were_heard() -> None:
    voices = voices_of(list(build(DIALOGUE)(window_of(DIALOGUE), ENGLISH)))
    assert len({voice.speaker for voice in voices}) == 2
    for voice in voices:
        assert np.linalg.norm(voice.vector) == pytest.approx(1.0, abs=1e-5)
        assert 0.0 < voice.speech_s <= voice.span.duration_s + 1e-6


def test_a_voice_beneath_another_is_kept_though_nobody_wrote_down_what_it_said() -> None:
    text = " ".join(f"w{n}" for n in range(24))
    story = script(("A", 0, 12, text), ("B", 4, 7, ""), ("B", 13, 20, "now it is my turn"))
    window = window_of(story)
    (beneath,) = [one for one in segments_of(list(build(story)(window, ENGLISH))) if not one.words]
    assert beneath.span.start_s == pytest.approx(4.0, abs=0.05)
    assert beneath.span.end_s == pytest.approx(7.0, abs=0.05)
    session = Session(build(story), ENGLISH)
    list(session.feed(window, last=True))
    _, transcript = session.finish(story.speech, 21.0, model="m", language="en")
    assert [one.text for one in transcript.segments] == [text, "now it is my turn"]
    assert [turn.speaker for turn in transcript.turns] == ["S1", "S2", "S2"]


def test_words_of_both_voices_in_an_overlap_are_told_apart() -> None:
    story = script(
        ("A", 0, 8, "we should leave the roof as it is."), ("B", 7, 13, "but it rains into")
    )
    assert who_said(list(build(story)(window_of(story), ENGLISH))) == {
        "A": story.lines[0].text,
        "B": story.lines[1].text,
    }


def test_words_that_nobody_was_heard_to_say_get_a_voice_of_their_own() -> None:
    heard = Script(DIALOGUE.lines[:2])
    story = Script((*heard.lines, Line("C", 20, 24, "good bye to all of you")))
    cascade = Cascade(FakeRecognizer(story), FakeActivity(heard), FakeEmbedder(story))
    said = who_said(list(cascade(window_of(story), ENGLISH)))
    assert said["C"] == "good bye to all of you"
    assert said["A"] == heard.lines[0].text


def test_words_without_any_voice_go_with_the_nearest() -> None:
    heard = Script(DIALOGUE.lines[:2])
    story = Script((*heard.lines, Line("C", 20, 24, "good bye")))
    cascade = Cascade(FakeRecognizer(story), FakeActivity(heard), FakeEmbedder(heard))
    said = who_said(list(cascade(window_of(story), ENGLISH)))
    assert said == {"A": heard.lines[0].text, "B": f"{heard.lines[1].text} good bye"}


def test_words_in_a_window_without_any_voice_are_kept() -> None:
    nobody = Script(())
    cascade = Cascade(FakeRecognizer(DIALOGUE), FakeActivity(nobody), FakeEmbedder(nobody))
    pieces = list(cascade(window_of(DIALOGUE), ENGLISH))
    assert voices_of(pieces) == []
    written = [text for one in segments_of(pieces) for text in texts(one.words)]
    assert written == [text for line in DIALOGUE.lines for text in line.text.split()]


def test_what_had_to_be_retried_is_told_last() -> None:
    recognizer = FakeRecognizer(DIALOGUE, faults=[loops("and so", Span(0, 30))])
    pieces = list(build(DIALOGUE, recognizer=recognizer)(window_of(DIALOGUE), ENGLISH))
    assert [piece.code for piece in pieces if isinstance(piece, Notice)] == ["text_retried"]
    assert isinstance(pieces[-1], Notice)


def test_text_that_was_dropped_is_not_lost() -> None:
    recognizer = FakeRecognizer(DIALOGUE, faults=[drops(Span(18.5, 25))])
    pieces = list(build(DIALOGUE, recognizer=recognizer)(window_of(DIALOGUE), ENGLISH))
    assert who_said(pieces)["B"].endswith("as soon as I can")


def test_only_the_core_is_written_down_and_voices_are_heard_beyond_it() -> None:
    recognizer, activity = FakeRecognizer(DIALOGUE), FakeActivity(DIALOGUE)
    cascade = Cascade(recognizer, activity, FakeEmbedder(DIALOGUE))
    core = Span(6.2, 18.5)
    pieces = list(cascade(window_of(DIALOGUE, core), ENGLISH))
    asked = [span for call in recognizer.calls for span in call.spans]
    assert all(core.start_s <= span.start_s < span.end_s <= core.end_s for span in asked)
    assert who_said(pieces)["B"] == DIALOGUE.lines[1].text
    assert activity.spans[0].start_s == 0.0


def test_long_speech_is_written_down_in_stretches_that_the_recognizer_can_take() -> None:
    text = " ".join(f"w{n}" for n in range(240))
    story = script(("A", 0, 100, text))
    recognizer = FakeRecognizer(story)
    pieces = list(build(story, recognizer=recognizer)(window_of(story), ENGLISH))
    assert who_said(pieces) == {"A": text}
    assert all(span.duration_s <= 30.0 for call in recognizer.calls for span in call.spans)


def test_nothing_is_asked_of_the_models_where_nobody_speaks() -> None:
    recognizer, activity = FakeRecognizer(DIALOGUE), FakeActivity(DIALOGUE)
    embedder = FakeEmbedder(DIALOGUE)
    cascade = Cascade(recognizer, activity, embedder)
    silent = Window(sound(30.0), Span(0, 30), ())
    assert list(cascade(silent, Hints())) == []
    assert not (recognizer.calls or recognizer.listened or activity.spans or embedder.entries)


def test_a_language_that_is_not_known_is_that_of_the_window() -> None:
    recognizer = FakeRecognizer(DIALOGUE, heard_as={"fr": 0.7, "en": 0.3})
    pieces = list(build(DIALOGUE, recognizer=recognizer)(window_of(DIALOGUE), Hints()))
    assert {one.language for one in segments_of(pieces)} == {"fr"}
    assert recognizer.listened
    assert {call.language for call in recognizer.calls} == {"fr"}


def test_hints_reach_the_recognizer() -> None:
    hints = Hints(language="de", hotwords=("Maria",), prompt="a building site")
    recognizer = FakeRecognizer(DIALOGUE)
    list(build(DIALOGUE, recognizer=recognizer)(window_of(DIALOGUE), hints))
    assert all(call.hints == hints and call.language == "de" for call in recognizer.calls)
    assert not recognizer.listened


def test_the_languages_are_those_of_the_recognizer() -> None:
    recognizer = FakeRecognizer(DIALOGUE, heard_as={"en": 1.0}, languages=["en", "cy"])
    cascade = build(DIALOGUE, recognizer=recognizer)
    assert cascade.limits.languages == {"en", "cy"}
    assert cascade.detect_language([sound(5.0), sound(9.0)]) == [{"en": 1.0}, {"en": 1.0}]


def with_diarizer(story: Script, heard: Script | None = None) -> tuple[Cascade, FakeDiarizer]:
    """The segmentation hears nobody, so that what is heard is the diarizer's."""
    diarizer = FakeDiarizer(heard or story)
    parts = FakeRecognizer(story), FakeActivity(Script(())), FakeEmbedder(story)
    return Cascade(*parts, diarizer=diarizer), diarizer


def test_a_diarizer_takes_the_place_of_the_segmentation() -> None:
    cascade, diarizer = with_diarizer(DIALOGUE)
    window = window_of(DIALOGUE)
    first, second, third, fourth = (line.text for line in DIALOGUE.lines)
    said = who_said(list(cascade(window, ENGLISH)))
    assert said == {"A": f"{first} {third}", "B": f"{second} {fourth}"}
    assert diarizer.spans == [window.audio.span]


def test_a_voice_that_a_diarizer_hears_beneath_another_is_kept() -> None:
    text = " ".join(f"w{n}" for n in range(24))
    story = script(("A", 0, 12, text), ("B", 4, 7, ""), ("B", 13, 20, "now it is my turn"))
    pieces = list(with_diarizer(story)[0](window_of(story), ENGLISH))
    (beneath,) = [one for one in segments_of(pieces) if not one.words]
    assert beneath.span.start_s == pytest.approx(4.0, abs=0.05)
    assert beneath.span.end_s == pytest.approx(7.0, abs=0.05)


def test_a_diarizer_names_the_speakers_of_each_window_anew_and_they_are_told_apart() -> None:
    """Two windows, between which its names are swapped: the voices link them."""
    cascade, diarizer = with_diarizer(DIALOGUE)
    session = Session(cascade, ENGLISH)
    whole = window_of(DIALOGUE)
    for core, last in ((Span(0, 12.2), False), (Span(12.2, 25), True)):
        audio = whole.audio.cut(Span(core.start_s - 5.0, core.end_s + 5.0))
        list(session.feed(Window(audio, core, whole.speech), last=last))
    _, transcript = session.finish(DIALOGUE.speech, 25.0, model="m", language="en")
    assert len(diarizer.spans) == 2
    said = [(one.speaker, one.text) for one in transcript.segments]
    assert said == [
        (speaker, line.text)
        for speaker, line in zip(["S1", "S2", "S1", "S2"], DIALOGUE.lines, strict=True)
    ]


def test_a_diarizer_that_raises_is_heard() -> None:
    class Broken(FakeDiarizer):
        def __call__(self, audio: Audio) -> list[tuple[Span, str]]:
            raise RuntimeError("out of memory")

    parts = FakeRecognizer(FOUR), FakeActivity(FOUR), FakeEmbedder(FOUR)
    with pytest.raises(RuntimeError, match="out of memory"):
        list(Cascade(*parts, diarizer=Broken(FOUR))(window_of(FOUR), ENGLISH))


class Gate(FakeRecognizer):
    """Waits in its first call until it is let through."""

    def __init__(self, story: Script) -> None:
        super().__init__(story)
        self.entered, self.opened = threading.Event(), threading.Event()

    def transcribe(
        self, stretches: Sequence[Audio], language: str, hints: Hints, *, careful: bool = False
    ) -> list[Hypothesis]:
        self.entered.set()
        assert self.opened.wait(10.0)
        return super().transcribe(stretches, language, hints, careful=careful)


FOUR = Script(tuple(Line("A", 40.0 * n, 40.0 * n + 29.0, f"w{n} and so on") for n in range(4)))


def test_the_work_begins_before_the_first_piece_is_asked_for() -> None:
    gate = Gate(FOUR)
    pieces = build(FOUR, recognizer=gate)(window_of(FOUR), ENGLISH)
    assert gate.entered.wait(10.0)
    gate.opened.set()
    assert len(segments_of(list(pieces))) >= 4
    assert len(gate.calls) == 4


def close(pieces: Iterator[WindowPiece]) -> None:
    getattr(pieces, "close")()  # noqa: B009 - what an iterator need not have


def test_a_window_that_is_given_up_begins_nothing_more() -> None:
    gate = Gate(FOUR)
    cascade = build(FOUR, recognizer=gate)
    pieces = cascade(window_of(FOUR), ENGLISH)
    assert gate.entered.wait(10.0)
    close(pieces)
    gate.opened.set()
    list(cascade(Window(sound(5.0), Span(0, 5), ()), ENGLISH))  # waits for its turn
    assert len(gate.calls) == 1


def test_a_model_that_raises_is_heard_and_the_rest_is_not_begun() -> None:
    recognizer = FakeRecognizer(FOUR, faults=[breaks("out of memory", Span(0, 10))])
    cascade = build(FOUR, recognizer=recognizer)
    with pytest.raises(RuntimeError, match="out of memory"):
        list(cascade(window_of(FOUR), ENGLISH))
    again = Span(40.0, 160.0)
    assert len(segments_of(list(cascade(window_of(FOUR, again), ENGLISH)))) >= 3


def test_a_model_of_voices_that_raises_is_heard() -> None:
    class Broken(FakeActivity):
        def __call__(self, chunks: Sequence[Audio]) -> list[object]:  # type: ignore[override]
            raise RuntimeError("no such operator")

    cascade = Cascade(FakeRecognizer(FOUR), Broken(FOUR), FakeEmbedder(FOUR))  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="no such operator"):
        list(cascade(window_of(FOUR), ENGLISH))


@st.composite
def stories(draw: st.DrawFn) -> Script:
    """Turns with words that are all different, overlapped at times."""
    lines: list[Line] = []
    time_s = 0.0
    for number in range(draw(st.integers(1, 6))):
        start_s = max(0.0, time_s + draw(st.sampled_from([-1.5, 0.1, 0.6, 4.0])))
        time_s = start_s + draw(st.sampled_from([0.3, 1.0, 3.0, 7.5]))
        count = draw(st.integers(0, round(3 * (time_s - start_s))))
        text = " ".join(f"w{number}.{place}" for place in range(count))
        lines.append(Line(draw(st.sampled_from("ABC")), start_s, time_s, text))
    return Script(tuple(lines))


@settings(max_examples=25)
@given(stories(), stories(), st.booleans())
def test_every_word_is_in_one_segment_whatever_the_voices_are(
    story: Script, heard: Script, diarized: bool
) -> None:
    """heard: what the models of voices make of it, which may be anything."""
    parts = FakeRecognizer(story), FakeActivity(heard), FakeEmbedder(heard)
    cascade = Cascade(*parts, diarizer=FakeDiarizer(heard) if diarized else None)
    whole = Window(sound(60.0), Span(0, 60), (Span(0, 60),))
    pieces = list(cascade(whole, ENGLISH))
    written = [text for one in segments_of(pieces) for text in texts(one.words)]
    spoken = [text for line in story.lines for text in line.text.split()]
    assert sorted(written) == sorted(spoken)
    known = {voice.speaker for voice in voices_of(pieces)}
    if known:
        assert {one.speaker for one in segments_of(pieces)} <= known
