"""What every recognizer must do, the fake one and the real ones."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from audiosvc.errors import OptionError
from audiosvc.ports import Recognizer
from audiosvc.spans import Span
from audiosvc.transcription.guards import is_invented, is_loop
from audiosvc.types import Audio, Hints, Hypothesis
from tests.contract.conftest import FAKE, Load, Plot, real
from tests.contract.sounds import at_once, moved, pieces, plain, written_as_said
from tests.fakes import FakeRecognizer, silence

NO_HINTS = Hints()
LANGUAGES = {"dialogue": "en", "spanish": "es", "french": "fr"}
# Between lines: each piece is a few sentences.
CUTS_S = (0.0, 10.0, 17.5, 26.0)

ForRecording = Callable[[str], Recognizer]


@pytest.fixture(scope="module", params=[FAKE, real("whisper-base")])
def recognizer_for(
    request: pytest.FixtureRequest, plot: Plot, model: Callable[..., Any]
) -> ForRecording:
    """The recognizer; a fake one has to be told which recording it is going to hear."""
    if request.param == "fake":
        return lambda name: FakeRecognizer(
            plot(name), heard_as={LANGUAGES.get(name, "en"): 0.9, "de": 0.1}
        )
    return lambda name: model(request.param, threads=2)


@pytest.fixture(scope="module")
def recognizer(recognizer_for: ForRecording) -> Recognizer:
    return recognizer_for("dialogue")


@pytest.fixture(scope="module")
def alone(recognizer: Recognizer, load: Load) -> list[Hypothesis]:
    """What is written for each piece of the dialogue by itself."""
    found = []
    for piece in pieces(load("dialogue"), *CUTS_S):
        (hypothesis,) = recognizer.transcribe([piece], "en", NO_HINTS)
        found.append(hypothesis)
    return found


def assert_sound(hypothesis: Hypothesis, stretch: Audio) -> None:
    """Nothing in it contradicts itself or the stretch."""
    assert 0.0 <= hypothesis.no_speech_probability <= 1.0
    assert hypothesis.average_log_probability <= 0.0
    for word in hypothesis.words:
        assert word.text.strip()
        assert word.probability is not None
        assert 0.0 <= word.probability <= 1.0
        assert stretch.start_s - 1e-6 <= word.span.start_s <= word.span.end_s
        assert word.span.end_s <= stretch.span.end_s + 1e-6
    for before, after in pairwise(hypothesis.words):
        assert before.span.start_s <= after.span.start_s
        assert before.span.end_s <= after.span.end_s


def assert_same(one: Hypothesis, other: Hypothesis) -> None:
    """The same words at the same times, as far as arithmetic in another order allows."""
    assert [word.text for word in one.words] == [word.text for word in other.words]
    for word, same in zip(one.words, other.words, strict=True):
        assert word.span.start_s == pytest.approx(same.span.start_s, abs=0.1)
        assert word.span.end_s == pytest.approx(same.span.end_s, abs=0.1)


def test_it_says_what_it_can_take(recognizer: Recognizer) -> None:
    assert recognizer.stretch_s >= 10.0
    assert {"en", "es", "fr"} <= recognizer.languages


def test_what_is_said_is_written(alone: list[Hypothesis], plot: Plot) -> None:
    words = [word for hypothesis in alone for word in hypothesis.words]
    said = " ".join(line.text for line in plot("dialogue").lines)
    assert written_as_said(words, said) > 0.9
    assert len(words) < 1.1 * len(plain(said))
    assert not any(is_loop(one.words) or is_invented(one) for one in alone)


def test_words_have_the_times_at_which_they_are_said(alone: list[Hypothesis], plot: Plot) -> None:
    words = [word for hypothesis in alone for word in hypothesis.words]
    for line in plot("dialogue").lines:
        near = Span(line.start_s - 0.4, line.end_s + 0.4)
        during = [word for word in words if near.holds(word.span.midpoint_s)]
        assert written_as_said(during, line.text) > 0.7


def test_nothing_contradicts_itself(alone: list[Hypothesis], load: Load) -> None:
    for hypothesis, piece in zip(alone, pieces(load("dialogue"), *CUTS_S), strict=True):
        assert_sound(hypothesis, piece)


def test_words_carry_the_space_before_them(alone: list[Hypothesis]) -> None:
    for hypothesis in alone:
        assert all(word.text.startswith(" ") for word in hypothesis.words[1:])


def test_a_batch_gives_what_its_stretches_give_alone(
    recognizer: Recognizer, load: Load, alone: list[Hypothesis]
) -> None:
    first, second, third = pieces(load("dialogue"), *CUTS_S)
    batch = [second, silence(3.0), first, third]
    found = recognizer.transcribe(batch, "en", NO_HINTS)
    assert len(found) == 4
    for one, other in zip([found[2], found[0], found[3]], alone, strict=True):
        assert_same(one, other)


def test_times_are_recording_times(
    recognizer: Recognizer, load: Load, alone: list[Hypothesis]
) -> None:
    """A fake knows what is said by the time alone, so that it is asked where it knows it."""
    piece = pieces(load("dialogue"), *CUTS_S)[1]
    (found,) = recognizer.transcribe([piece], "en", NO_HINTS)
    assert_same(found, alone[1])
    assert found.words[0].span.start_s > CUTS_S[1] - 0.1
    if not isinstance(recognizer, FakeRecognizer):
        (later,) = recognizer.transcribe([moved(piece, 3600.0)], "en", NO_HINTS)
        by_s = 3600.0 - piece.start_s
        starts_s = [word.span.start_s for word in later.words]
        assert starts_s == pytest.approx([word.span.start_s + by_s for word in found.words])


def test_nothing_comes_of_nothing(recognizer: Recognizer) -> None:
    assert recognizer.transcribe([], "en", NO_HINTS) == []
    assert recognizer.detect_language([]) == []


@pytest.mark.parametrize("name", ["silence", "noise"])
def test_text_where_nobody_speaks_is_known_to_be_invented(
    recognizer_for: ForRecording, load: Load, name: str
) -> None:
    (found,) = recognizer_for(name).transcribe([load(name)], "en", NO_HINTS)
    assert_sound(found, load(name))
    assert not found.words or is_invented(found)


@pytest.mark.parametrize("samples", [0, 1, 160, 1600])
def test_a_stretch_of_hardly_any_length_is_a_stretch(
    recognizer: Recognizer, load: Load, samples: int
) -> None:
    piece = Audio(load("dialogue").samples[16_000 : 16_000 + samples], 16_000, 1.0)
    (found,) = recognizer.transcribe([piece], "en", NO_HINTS)
    assert_sound(found, piece)


def test_a_tenth_of_a_second_of_a_word_is_a_stretch(
    recognizer_for: ForRecording, load: Load
) -> None:
    (found,) = recognizer_for("short").transcribe([load("short")], "en", NO_HINTS)
    assert_sound(found, load("short"))
    assert len(found.words) <= 2


def test_a_second_try_writes_the_same_speech(
    recognizer: Recognizer, load: Load, plot: Plot
) -> None:
    piece = pieces(load("dialogue"), *CUTS_S)[2]
    (found,) = recognizer.transcribe([piece], "en", NO_HINTS, careful=True)
    assert_sound(found, piece)
    said = " ".join(line.text for line in plot("dialogue").lines if line.start_s >= CUTS_S[2])
    assert written_as_said(found.words, said) > 0.9


def test_hints_do_no_harm(recognizer: Recognizer, load: Load, plot: Plot) -> None:
    piece = pieces(load("dialogue"), *CUTS_S)[2]
    hints = Hints(hotwords=("Maria", "crane", "bolts"), prompt="A building site.")
    (found,) = recognizer.transcribe([piece], "en", hints)
    assert_sound(found, piece)
    said = " ".join(line.text for line in plot("dialogue").lines if line.start_s >= CUTS_S[2])
    assert written_as_said(found.words, said) > 0.9


def test_another_language_is_written_in_that_language(
    recognizer_for: ForRecording, load: Load, plot: Plot
) -> None:
    (found,) = recognizer_for("spanish").transcribe([load("spanish")], "es", NO_HINTS)
    said = " ".join(line.text for line in plot("spanish").lines)
    assert written_as_said(found.words, said) > 0.8


def test_an_unknown_language_is_refused(recognizer: Recognizer, load: Load) -> None:
    with pytest.raises(OptionError, match="tlh"):
        recognizer.transcribe([load("short")], "tlh", NO_HINTS)


@pytest.mark.parametrize("name", ["dialogue", "spanish", "french"])
def test_the_language_is_told(recognizer_for: ForRecording, load: Load, name: str) -> None:
    recognizer = recognizer_for(name)
    found = recognizer.detect_language(pieces(load(name), 0.0, 3.5, 7.0))
    assert len(found) == 2
    for probabilities in found:
        assert set(probabilities) <= recognizer.languages
        assert sum(probabilities.values()) == pytest.approx(1.0, abs=1e-3)
        assert all(0.0 <= value <= 1.0 for value in probabilities.values())
        likeliest = max(probabilities, key=lambda language: probabilities[language])
        assert likeliest == LANGUAGES[name]


def test_calls_side_by_side_do_not_disturb_each_other(
    recognizer: Recognizer, load: Load, alone: list[Hypothesis]
) -> None:
    first, second, third = pieces(load("dialogue"), *CUTS_S)
    found = at_once(
        lambda: recognizer.transcribe([first], "en", NO_HINTS),
        lambda: recognizer.transcribe([second], "en", NO_HINTS),
        lambda: recognizer.transcribe([third], "en", NO_HINTS),
    )
    for (one,), other in zip(found, alone, strict=True):
        assert_same(one, other)
