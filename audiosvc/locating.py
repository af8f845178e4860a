"""The second use case: where on Earth a recording was made.

What is heard is gathered here, evidence is taken out of it in ``audiosvc.geo``. Nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Protocol

from audiosvc import service
from audiosvc.__about__ import __version__
from audiosvc.audio.excerpts import Excerpts, choose_excerpts
from audiosvc.audio.sources import Source
from audiosvc.catalog import Catalog, shared
from audiosvc.estimates import Context, Evidence, GeoEstimate, Hearing, Precision
from audiosvc.geo.atlas import load_atlas
from audiosvc.geo.precision import at_precision, without_guess
from audiosvc.ports import AudioLanguageModel, LanguageDetector, SpeechDetector, WindowTranscriber
from audiosvc.settings import AUTO, Settings
from audiosvc.spans import Span, total_s
from audiosvc.transcription.survey import survey
from audiosvc.transcription.wording import Languages, main_language, tell_languages, word_speech
from audiosvc.types import Audio, Coverage, Notice, Transcript

BASE = "base"  # writes down what places are named, and tells a hundred languages apart
LEAST_SPEECH_S = 1.0


class World(Protocol):
    """What makes an estimate of a hearing; ``geo.atlas.Atlas`` is the one."""

    def evidence(self, hearing: Hearing) -> tuple[list[Evidence], tuple[Notice, ...]]:
        """All evidence there is, and what could not be taken."""
        ...

    def estimate(
        self,
        evidence: Sequence[Evidence],
        notices: Sequence[Notice] = (),
        *,
        heat: Mapping[str, float] | None = None,
        top: int = 5,
        listened_s: float = 0.0,
    ) -> GeoEstimate:
        """Where the evidence points. heat: a prior of the caller's own, as ``Context`` has it."""
        ...


@dataclass(frozen=True, slots=True)
class Senses:
    """What a recording is listened to with. models: are loaded when somebody is heard to speak.

    detector: tells speech. polyglot: tells languages where the models cannot; None is nobody.
    """

    detector: SpeechDetector
    models: Callable[[], service.Models]
    polyglot: Callable[[], object]
    world: Callable[[], World]


def load_senses(settings: Settings) -> Senses:
    """The senses that the settings name. Raises ModelError, OptionError.

    A model that answers questions about audio is asked for its guess; ``openai:ADDRESS`` means one.
    Speech is then written down by the embedded recognizer, as for ``auto``: a few words and the
    language are all that is wanted.
    """
    catalog = shared(settings.cache_dir)
    listener = None if settings.model == AUTO else _listener(settings, catalog)
    if listener or (settings.model == AUTO and settings.model_server is None):
        settings = settings.model_copy(update={"model": BASE})
    base = settings.model_copy(update={"model": BASE, "diarization": None})

    def world() -> World:
        atlas = load_atlas(settings.cache_dir)
        return atlas.asking(listener) if listener else atlas

    return Senses(
        detector=catalog.load(service.DETECTOR),
        models=lambda: service.load_models(settings),
        polyglot=lambda: service.load_models(base).transcriber,
        world=world,
    )


def _listener(settings: Settings, catalog: Catalog) -> AudioLanguageModel | None:
    return catalog.listener(
        settings.model,
        threads=settings.thread_count,
        device=settings.device,
        dtype=settings.dtype,
    )


def locate(
    source: Source,
    settings: Settings,
    context: Context | None = None,
    *,
    top: int = 5,
    transcribe: bool = True,
    senses: Senses | None = None,
) -> GeoEstimate:
    """Where a recording was made, as far as it can be heard.

    Of more than three minutes, stretches are listened to that are spread over all of it, and
    ``listened_s`` tells how much. top: how many candidates. transcribe: also look for places in
    what is said. Raises AudioError, ModelError, OptionError. What could not be
    listened for is in ``notices``, beside what was odd about the recording.
    """
    senses = senses or load_senses(settings)
    hearing, excerpts = hear(source, settings, senses, context, transcribe=transcribe)
    notices = (*source.notices, *_sampled(excerpts, hearing.audio))
    return conclude(hearing, excerpts, senses, notices, top=top)


def shown(
    estimate: GeoEstimate, settings: Settings, *, precision: Precision = "city", guess: bool = True
) -> GeoEstimate:
    """The estimate as it is handed to somebody: no more precise than asked for.

    guess: also name a place when it cannot be located.
    """
    found = estimate if guess else without_guess(estimate)
    return at_precision(found, precision, lambda: load_atlas(settings.cache_dir).grid)


def hear(
    source: Source,
    settings: Settings,
    senses: Senses,
    context: Context | None = None,
    *,
    transcribe: bool = True,
) -> tuple[Hearing, Excerpts]:
    """What is heard, in a time that begins at 0, and where that lies in the recording."""
    with service.model_faults():
        speech, whole = _survey(source, senses.detector)
    excerpts = choose_excerpts(speech, whole)
    audio = excerpts.gather(source.blocks())
    wide = excerpts.gather(source.wide_blocks())
    heard = excerpts.heard(speech)
    hearing = Hearing(audio, wide, heard, context=context or Context())
    if total_s(heard) < LEAST_SPEECH_S:
        return hearing, excerpts
    models = senses.models()
    transcriber = models.transcriber
    with service.model_faults():
        languages = _languages(audio, heard, transcriber, senses)
        transcript = None
        if transcribe:
            transcript = _transcript(audio, heard, models, settings, languages)
    return replace(hearing, languages=languages, transcript=transcript), excerpts


def conclude(
    hearing: Hearing,
    excerpts: Excerpts,
    senses: Senses,
    notices: Sequence[Notice] = (),
    *,
    top: int = 5,
) -> GeoEstimate:
    """Where the evidence of a hearing points, with its times in the recording."""
    world = senses.world()
    evidence, failed = world.evidence(hearing)
    timed = [replace(piece, spans=excerpts.recorded(piece.spans)) for piece in evidence]
    listened_s = hearing.audio.duration_s
    heat = hearing.context.heat
    found = world.estimate(timed, [*notices, *failed], heat=heat, top=top, listened_s=listened_s)
    return replace(found, listened_s=listened_s, version=__version__)


def _languages(
    audio: Audio, speech: Sequence[Span], transcriber: WindowTranscriber, senses: Senses
) -> Languages:
    """By the model itself, or by the one that stands in where it cannot tell."""
    listens = transcriber if isinstance(transcriber, LanguageDetector) else senses.polyglot()
    return tell_languages(audio, speech, listens) if isinstance(listens, LanguageDetector) else ()


def _transcript(
    audio: Audio,
    speech: Sequence[Span],
    models: service.Models,
    settings: Settings,
    languages: Languages,
) -> Transcript:
    """What is said, without who says it."""
    transcriber = models.transcriber
    service.check_language(transcriber, settings.language)
    limits = service.window_limits(transcriber, settings)
    segments = word_speech(audio, speech, transcriber, limits, languages, settings.language)
    language = settings.language or main_language(languages)
    return Transcript(
        segments=tuple(segments),
        speakers=(),
        language=language or next((one.language for one in segments if one.language), None),
        duration_s=audio.duration_s,
        coverage=Coverage(),
        model=models.name,
        version=__version__,
    )


def _survey(source: Source, detector: SpeechDetector) -> tuple[list[Span], Span]:
    """Where people speak, and from when to when the recording goes."""
    with closing(survey(source.blocks(), source.duration_s, detector)) as listening:
        while True:
            try:
                next(listening)
            except StopIteration as end:
                return end.value.speech, end.value.whole


def _sampled(excerpts: Excerpts, audio: Audio) -> Iterator[Notice]:
    if len(excerpts.stretches) > 1:
        yield Notice(
            "sampled",
            f"{audio.duration_s:.0f} s of the recording were listened to, in "
            f"{len(excerpts.stretches)} stretches between {excerpts.stretches[0].start_s:.0f} s "
            f"and {excerpts.stretches[-1].end_s:.0f} s.",
        )
