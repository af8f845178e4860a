"""What every window transcriber must do: a fake one, the cascade of fakes, and the real ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from audiosvc import catalog
from audiosvc.ports import LanguageDetector, WindowTranscriber
from audiosvc.spans import Span
from audiosvc.transcription.cascade import Cascade
from audiosvc.transcription.joint import Joint
from audiosvc.types import Hints, LocalSegment, Notice, Voice, Window, WindowPiece
from tests.contract.conftest import FAKE, Load, Plot, real
from tests.contract.sounds import at_once, written_as_said
from tests.fakes import FakeActivity, FakeEmbedder, FakePolyglot, FakeRecognizer, Script, silence
from tests.fakes.joint import FakeAligner, FakeJointModel

ENGLISH = Hints(language="en")


@pytest.fixture(
    scope="module",
    params=[FAKE, pytest.param("cascade of fakes"), pytest.param("joint of fakes"), real("base")],
)
def transcriber(request: pytest.FixtureRequest, load: Load, plot: Plot) -> WindowTranscriber:
    story = plot("dialogue")
    if request.param == "joint of fakes":
        return Joint(
            FakeJointModel(story, load("dialogue")),
            FakeEmbedder(story),
            spare=lambda: FakePolyglot(story, {0.0: "en"}),
            aligner=lambda language: FakeAligner(),
        )
    if request.param == "fake":
        return FakePolyglot(story, {0.0: "en"})
    if request.param == "base":
        return catalog.shared().transcriber("base", threads=2)
    return Cascade(FakeRecognizer(story), FakeActivity(story), FakeEmbedder(story), threads=2)


@pytest.fixture(scope="module")
def window(load: Load, plot: Plot) -> Window:
    audio = load("dialogue")
    return Window(audio, audio.span, plot("dialogue").speech)


@pytest.fixture(scope="module")
def pieces(transcriber: WindowTranscriber, window: Window) -> list[WindowPiece]:
    return list(transcriber(window, ENGLISH))


def segments_of(pieces: Sequence[WindowPiece]) -> list[LocalSegment]:
    return [piece for piece in pieces if isinstance(piece, LocalSegment)]


def voices_of(pieces: Sequence[WindowPiece]) -> list[Voice]:
    return [piece for piece in pieces if isinstance(piece, Voice)]


def summary(pieces: Sequence[WindowPiece]) -> list[tuple[object, ...]]:
    """What two runs must agree on."""
    return [(one.speaker, one.text, one.span) for one in segments_of(pieces)]


def test_its_limits_make_sense(transcriber: WindowTranscriber) -> None:
    limits = transcriber.limits
    assert limits.window_s >= 10.0
    assert 0.0 <= limits.margin_s < limits.window_s
    assert limits.first_window_s is None or 0.0 < limits.first_window_s <= limits.window_s
    assert limits.windows_at_once >= 1
    assert limits.sample_rate_hz == 16_000
    assert not limits.languages or "en" in limits.languages


def test_what_is_said_is_written_once(pieces: list[WindowPiece], plot: Plot) -> None:
    words = [word for one in segments_of(pieces) for word in one.words]
    said = " ".join(line.text for line in plot("dialogue").lines)
    ordered = sorted(words, key=lambda word: word.span)
    assert written_as_said(ordered, said) > 0.9
    assert len(words) < 1.1 * len(said.split())


def test_segments_lie_in_the_window_and_words_in_order(
    pieces: list[WindowPiece], window: Window
) -> None:
    whole = window.audio.span
    for one in segments_of(pieces):
        assert whole.start_s <= one.span.start_s <= one.span.end_s <= whole.end_s + 0.1
        assert one.language == "en"
        assert one.text == "".join(word.text for word in one.words).strip()
        for word in one.words:
            assert whole.start_s <= word.span.start_s <= word.span.end_s <= whole.end_s + 1e-6
        for before, after in pairwise(one.words):
            assert before.span.start_s <= after.span.start_s


def test_each_line_has_the_speaker_who_says_it(pieces: list[WindowPiece], plot: Plot) -> None:
    local: dict[str, set[str | None]] = {}
    for line in plot("dialogue").lines:
        during = [one for one in segments_of(pieces) if line.span.holds(one.span.midpoint_s)]
        local.setdefault(line.speaker, set()).update(one.speaker for one in during)
    assert [len(names) for names in local.values()] == [1, 1]
    assert not set.intersection(*local.values())
    assert None not in set.union(*local.values())


def test_each_speaker_has_voices_of_unit_length(pieces: list[WindowPiece], window: Window) -> None:
    voices = voices_of(pieces)
    assert {voice.speaker for voice in voices} == {one.speaker for one in segments_of(pieces)}
    for voice in voices:
        assert np.linalg.norm(voice.vector) == pytest.approx(1.0, abs=1e-4)
        assert voice.vector.dtype == np.float32
        assert 0.0 < voice.speech_s <= voice.span.duration_s + 0.05
        assert voice.span.overlap_s(window.audio.span) > 0.0


def test_a_plain_recording_needs_no_notice(pieces: list[WindowPiece]) -> None:
    assert not [piece for piece in pieces if isinstance(piece, Notice)]


def test_silence_has_no_text(transcriber: WindowTranscriber) -> None:
    quiet = silence(10.0)
    for speech in ((), (Span(2.0, 6.0),)):
        found = list(transcriber(Window(quiet, quiet.span, speech), ENGLISH))
        assert "".join(one.text for one in segments_of(found)) == ""
        assert voices_of(found) == []


def test_the_language_may_be_left_to_it(
    transcriber: WindowTranscriber, load: Load, plot: Plot
) -> None:
    if not isinstance(transcriber, LanguageDetector):
        pytest.skip("this one tells no language")
    audio = load("dialogue").cut(Span(0.0, 5.0))
    (probabilities,) = transcriber.detect_language([audio])
    assert max(probabilities, key=lambda language: probabilities[language]) == "en"
    window = Window(audio, audio.span, Script(plot("dialogue").lines[:1]).speech)
    assert {one.language for one in segments_of(list(transcriber(window, Hints())))} == {"en"}


def test_windows_side_by_side_do_not_disturb_each_other(
    transcriber: WindowTranscriber, window: Window, pieces: list[WindowPiece]
) -> None:
    if isinstance(transcriber, FakePolyglot):
        pytest.skip("the fake counts its windows")
    late = Window(window.audio, Span(17.5, window.core.end_s), window.speech)
    run: Callable[[Window], Any] = lambda one: list(transcriber(one, ENGLISH))  # noqa: E731
    whole, part = at_once(lambda: run(window), lambda: run(late))
    assert summary(whole) == summary(pieces)
    assert "bolts are here" in " ".join(one.text for one in segments_of(part))


def test_a_window_that_is_given_up_leaves_the_model_as_it_was(
    transcriber: WindowTranscriber, window: Window
) -> None:
    core = Span(0.0, 4.2)
    short = Window(window.audio.cut(core), core, (Span(0.9, 4.0),))
    before = summary(list(transcriber(short, ENGLISH)))
    given_up = transcriber(short, ENGLISH)
    getattr(given_up, "close", lambda: None)()
    assert len(summary(list(transcriber(short, ENGLISH)))) == len(before) > 0
