"""What is gathered of a recording, and what becomes of it, with fakes for models and map."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from audiosvc import service
from audiosvc.audio.sources import ArraySource
from audiosvc.errors import AudioEmpty, ModelFailed, ModelMissing, OptionError
from audiosvc.estimates import Context, GeoEstimate
from audiosvc.locating import Senses, locate
from audiosvc.settings import Settings
from audiosvc.spans import Span
from audiosvc.transcription.wording import MOST_LANGUAGE_STRETCHES
from audiosvc.types import Audio, Hints, Limits, Notice
from tests.fakes import FakeDetector, FakeTranscriber, Line, Script, script
from tests.fakes.world import FakeWorld, speech_of

LIMITS = Limits(window_s=240.0, first_window_s=30.0, margin_s=5.0)
HELLO = script(("a", 2.0, 8.0, "Bonjour de Paris."))


class Listener(FakeTranscriber):
    """Tells languages as well. heard_as: by the middle of a stretch."""

    def __init__(
        self, story: Script, heard_as: Callable[[float], Mapping[str, float]], **options: object
    ) -> None:
        super().__init__(story, limits=LIMITS, **options)  # type: ignore[arg-type]
        self.listened: list[Span] = []
        self._heard_as = heard_as

    def detect_language(self, stretches: Sequence[Audio]) -> list[dict[str, float]]:
        self.listened += [stretch.span for stretch in stretches]
        return [dict(self._heard_as(stretch.span.midpoint_s)) for stretch in stretches]


def french(_: float) -> Mapping[str, float]:
    return {"fr": 0.9, "it": 0.1}


class Stage:
    """Models that play a script, and how often they were loaded."""

    def __init__(
        self,
        story: Script = HELLO,
        transcriber: FakeTranscriber | None = None,
        polyglot: object = None,
        notices: Sequence[Notice] = (),
    ) -> None:
        self.transcriber = transcriber or Listener(story, french)
        self.world = FakeWorld(notices)
        self.loads = 0
        self.senses = Senses(
            FakeDetector(story), self._models, lambda: polyglot, lambda: self.world
        )

    def _models(self) -> service.Models:
        self.loads += 1
        return service.Models("fake", lambda: self.transcriber, self.senses.detector)

    def locate(self, seconds: float, context: Context | None = None, **options) -> GeoEstimate:
        settings = Settings.model_validate(options.pop("settings", {}))
        return locate(noise(seconds), settings, context, senses=self.senses, **options)


def noise(seconds: float, start_s: float = 0.0) -> ArraySource:
    samples = np.random.default_rng(0).normal(0, 0.1, round(seconds * 48_000)).astype(np.float32)
    return ArraySource(samples, 48_000, start_s=start_s)


def test_what_is_heard_of_a_short_clip() -> None:
    stage = Stage()
    found = stage.locate(10.0, Context(country="FR"))
    (hearing,) = stage.world.hearings
    assert (hearing.audio.sample_rate_hz, hearing.wide.sample_rate_hz) == (16_000, 48_000)
    assert hearing.audio.duration_s == hearing.wide.duration_s == 10.0
    assert speech_of(hearing) == [Span(2.0, 8.0)]
    assert hearing.languages == ((Span(2.0, 8.0), {"fr": 0.9, "it": 0.1}),)
    assert hearing.transcript is not None
    assert (hearing.transcript.text, hearing.transcript.language) == ("Bonjour de Paris.", "fr")
    assert hearing.context == Context(country="FR")
    assert (found.status, found.listened_s) == ("LOCATED", 10.0)
    assert found.version
    assert found.evidence[0].spans == (Span(2.0, 8.0),)


def test_without_speech_no_model_is_loaded() -> None:
    stage = Stage(script())
    found = stage.locate(4.0)
    assert (found.status, stage.loads) == ("NOT_LOCALIZABLE", 0)
    assert stage.world.hearings[0].transcript is None


def test_half_a_second_of_speech_is_not_worth_it() -> None:
    stage = Stage(script(("a", 1.0, 1.5, "Oh.")))
    stage.locate(4.0)
    assert (stage.loads, stage.world.hearings[0].languages) == (0, ())
    assert len(stage.world.hearings[0].speech) == 1


def test_nobody_writes_when_nobody_wants_it() -> None:
    stage = Stage()
    stage.locate(10.0, transcribe=False)
    (hearing,) = stage.world.hearings
    assert hearing.languages
    assert (hearing.transcript, stage.transcriber.cores) == (None, [])


def test_a_part_keeps_the_times_of_the_recording() -> None:
    story = script(("a", 62.0, 68.0, "Bonjour de Paris."))
    stage = Stage(story)
    found = locate(noise(80.0, start_s=60.0), Settings(), senses=stage.senses)
    (hearing,) = stage.world.hearings
    assert (hearing.audio.start_s, hearing.audio.duration_s) == (0.0, 20.0)
    assert speech_of(hearing) == [Span(2.0, 8.0)]
    assert found.evidence[0].spans == (Span(62.0, 68.0),)


def test_of_a_long_recording_stretches_are_heard_and_that_is_said() -> None:
    story = Script(tuple(Line("a", 100.0 * n + 20, 100.0 * n + 50, "bonjour") for n in range(9)))
    stage = Stage(story)
    found = stage.locate(900.0)
    (hearing,) = stage.world.hearings
    assert hearing.audio.duration_s == hearing.wide.duration_s == found.listened_s == 180.0
    (notice,) = found.notices
    assert notice.code == "sampled"
    assert notice.message.startswith("180 s of the recording were listened to, in 9 stretches")
    for span in found.evidence[0].spans:
        assert any(span.overlap_s(one) == pytest.approx(span.duration_s) for one in story.speech)
    assert sum(span.duration_s for span in found.evidence[0].spans) == pytest.approx(120.0, abs=1)


def test_a_stretch_that_is_surely_in_another_language_is_written_in_it() -> None:
    story = script(("a", 1.0, 29.0, "un"), ("b", 35.0, 63.0, "zwei"), ("a", 70.0, 98.0, "trois"))

    def heard_as(time_s: float) -> Mapping[str, float]:
        return {"de": 0.95, "fr": 0.05} if 35.0 < time_s < 63.0 else french(time_s)

    stage = Stage(story, Listener(story, heard_as))
    stage.locate(100.0)
    assert [hints.language for hints in stage.transcriber.hints] == ["fr", "de", "fr"]
    transcript = stage.world.hearings[0].transcript
    assert transcript is not None
    assert transcript.text.split() == ["un", "zwei", "trois"]
    assert transcript.language == "fr"


def test_one_that_is_not_sure_is_written_in_the_language_of_the_rest() -> None:
    story = script(("a", 1.0, 29.0, "un"), ("b", 35.0, 45.0, "deux"))

    def heard_as(time_s: float) -> Mapping[str, float]:
        return {"pt": 0.5, "fr": 0.4} if time_s > 35.0 else french(time_s)

    stage = Stage(story, Listener(story, heard_as))
    stage.locate(50.0)
    assert {hints.language for hints in stage.transcriber.hints} == {"fr"}


def test_a_language_that_is_given_is_the_one() -> None:
    stage = Stage()
    stage.locate(10.0, settings={"language": "it"})
    assert [hints.language for hints in stage.transcriber.hints] == ["it"]
    assert stage.world.hearings[0].languages  # listened to all the same


def test_a_language_that_the_model_does_not_know_is_refused() -> None:
    transcriber = FakeTranscriber(HELLO)
    with pytest.raises(OptionError, match="'it'"):
        Stage(HELLO, transcriber).locate(10.0, settings={"language": "it"})


def test_another_model_tells_the_language_where_the_first_cannot() -> None:
    polyglot = Listener(HELLO, french)
    stage = Stage(HELLO, FakeTranscriber(HELLO), polyglot)
    stage.locate(10.0)
    assert polyglot.listened == [Span(2.0, 8.0)]
    assert stage.transcriber.hints == [Hints(language="fr")]


def test_without_anybody_who_tells_the_language_there_is_none() -> None:
    stage = Stage(HELLO, FakeTranscriber(HELLO))
    stage.locate(10.0)
    assert stage.world.hearings[0].languages == ()


def test_languages_are_heard_in_few_stretches_spread_over_all_speech() -> None:
    story = Script(tuple(Line("a", 9.0 * n, 9.0 * n + 7, "oui") for n in range(19)))
    transcriber = Listener(story, french)
    Stage(story, transcriber).locate(175.0)
    assert len(transcriber.listened) == MOST_LANGUAGE_STRETCHES
    assert transcriber.listened[0].start_s < 20.0
    assert transcriber.listened[-1].start_s > 140.0
    assert all(span.duration_s <= 10.0 for span in transcriber.listened)


def test_what_could_not_be_taken_is_told() -> None:
    failed = Notice("evidence_failed", "The evidence of birds could not be taken.")
    assert Stage(notices=[failed]).locate(10.0).notices == (failed,)


def test_a_model_that_stops_is_told_as_such() -> None:
    transcriber = Listener(HELLO, french, raises=(5.0, RuntimeError("out of luck")))
    with pytest.raises(ModelFailed, match="out of luck"):
        Stage(HELLO, transcriber).locate(10.0)


def test_a_model_that_is_missing_is_told_where_somebody_speaks() -> None:
    class Missing(Stage):
        def _models(self) -> service.Models:
            raise ModelMissing("not here")

    with pytest.raises(ModelMissing):
        Missing().locate(10.0)
    assert Missing(script()).locate(10.0).status == "NOT_LOCALIZABLE"


def test_no_sound_is_an_error() -> None:
    with pytest.raises(AudioEmpty):
        Stage().locate(0.0)


def test_how_many_candidates() -> None:
    stage = Stage()
    stage.locate(10.0, top=9)
    assert stage.world.tops == [9]
