"""What is said, when nobody asks who says it: by the recognizer alone, or by windows."""

from __future__ import annotations

import pytest

from audiosvc.spans import Span
from audiosvc.transcription.cascade import Cascade
from audiosvc.transcription.wording import tell_languages, word_speech
from audiosvc.types import Limits
from tests.fakes import (
    FakeActivity,
    FakeDrafter,
    FakeEmbedder,
    FakeRecognizer,
    FakeTranscriber,
    breaks,
    script,
    sound,
)

TALK = script(
    ("a", 1.0, 4.0, "Guten Tag. Wie geht es?"),
    ("b", 6.0, 8.0, "gut"),
    ("a", 40.0, 44.0, "Bonjour Paris."),
)
ENDS_S = 50.0
GERMAN, FRENCH = {"de": 0.9, "en": 0.1}, {"fr": 0.9, "en": 0.1}


class Mute(FakeActivity):
    """Who speaks is nobody's business here."""

    def __call__(self, chunks):
        raise AssertionError("nobody asked who speaks")


def cascade(recognizer: FakeRecognizer, activity: type[FakeActivity] = Mute) -> Cascade:
    return Cascade(recognizer, activity(TALK), FakeEmbedder(TALK), threads=2)


def by_time(stretch):
    return GERMAN if stretch.start_s < 20.0 else FRENCH


def worded(transcriber, language=None):
    audio, speech = sound(ENDS_S), TALK.speech
    languages = tell_languages(audio, speech, transcriber)
    return word_speech(audio, speech, transcriber, transcriber.limits, languages, language)


def test_sentences_with_their_times_and_languages() -> None:
    recognizer = FakeDrafter(TALK, heard_as=by_time)
    found = worded(cascade(recognizer))
    assert [segment.text for segment in found] == [
        "Guten Tag.",
        "Wie geht es?",
        "gut",
        "Bonjour Paris.",
    ]
    assert [segment.language for segment in found] == ["de", "de", "de", "fr"]
    assert [segment.id for segment in found] == [0, 1, 2, 3]
    assert found[3].span == Span(40.5, 44.0)  # no word lasts two seconds
    assert [word.text for word in found[3].words] == ["Bonjour", "Paris."]
    assert {segment.speaker for segment in found} == {None}


def test_a_language_that_is_given_counts_for_all() -> None:
    recognizer = FakeDrafter(TALK, heard_as=by_time)
    assert {segment.language for segment in worded(cascade(recognizer), "es")} == {"es"}


def test_what_fails_is_raised() -> None:
    recognizer = FakeDrafter(TALK, heard_as=by_time, faults=[breaks("no luck", Span(40, 41))])
    with pytest.raises(RuntimeError, match="no luck"):
        worded(cascade(recognizer))


def test_a_recognizer_that_does_not_listen_along_writes_windows() -> None:
    recognizer = FakeRecognizer(TALK, heard_as=by_time)
    found = worded(cascade(recognizer, FakeActivity))
    assert " ".join(segment.text for segment in found).split() == [
        word for line in TALK.lines for word in line.text.split()
    ]
    assert {call.language for call in recognizer.calls} == {"de", "fr"}


def test_without_a_language_the_model_finds_out() -> None:
    transcriber = FakeTranscriber(TALK, limits=Limits(60.0, 3.0, languages=frozenset({"en"})))
    found = word_speech(
        sound(ENDS_S), TALK.speech, transcriber, transcriber.limits, ((Span(1, 4), GERMAN),)
    )
    assert len(found) == 3
    assert {hints.language for hints in transcriber.hints} == {None}
