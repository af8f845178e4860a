"""The use cases. Command line, server and jobs call these and nothing beneath them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace

from audiosvc.__about__ import __version__
from audiosvc.audio.sources import Source
from audiosvc.catalog import Catalog, shared
from audiosvc.errors import AudiosvcError, ModelFailed, OptionError
from audiosvc.ports import LanguageDetector, SpeechDetector, WindowTranscriber
from audiosvc.settings import Settings
from audiosvc.spans import Span
from audiosvc.transcription.language import LanguageStretches, likeliest
from audiosvc.transcription.session import Session
from audiosvc.transcription.windows import cut_cores, cut_windows
from audiosvc.types import Audio, Event, Finished, Hints, Notice, Progress, Transcript

DETECTOR = "silero-v6"


class Models:
    """What a transcription runs on. name: the model's id, for the result.

    The transcriber may still be loading while the detector already listens.
    """

    def __init__(
        self, name: str, transcriber: Callable[[], WindowTranscriber], detector: SpeechDetector
    ) -> None:
        self.name = name
        self.detector = detector
        self._transcriber = transcriber

    @property
    def transcriber(self) -> WindowTranscriber:
        """The transcriber, as soon as it is there. Raises ModelError."""
        return self._transcriber()


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first pass over a recording found out."""

    whole: Span
    speech: list[Span]
    language_stretches: list[tuple[Audio, float]]


def load_models(settings: Settings, catalog: Catalog | None = None) -> Models:
    """The models that the settings name, loaded once for the process, the large one meanwhile.

    Raises ModelError, now or when the transcriber is asked for.
    """
    catalog = catalog or shared(settings.cache_dir)
    card = catalog.find(settings.model)
    loader = ThreadPoolExecutor(1, thread_name_prefix="load")
    loading = loader.submit(catalog.transcriber, settings.model, threads=settings.thread_count)
    loader.shutdown(wait=False)
    return Models(card.id, loading.result, catalog.load(DETECTOR))


def transcribe(source: Source, settings: Settings, models: Models | None = None) -> Transcript:
    """Who said what, when. Raises AudioError, ModelError, OptionError."""
    for event in stream(source, settings, models):
        if isinstance(event, Finished):
            return event.transcript
    raise AssertionError("a stream ends with Finished")


def stream(
    source: Source,
    settings: Settings,
    models: Models | None = None,
    *,
    hints: Hints | None = None,
) -> Iterator[Event]:
    """The same as events while the work goes on; the last one is ``Finished``.

    The recording is read twice: first for where people speak and in which language, then to be
    written down. Never more than one window of it is held. hints: hotwords and a prompt; the
    language is the settings'. Closing the iterator stops the work.
    """
    models = models or load_models(settings)
    if settings.language:
        check_language(models.transcriber, settings.language)
    with _model_faults(), closing(_survey(source, models.detector)) as survey_events:
        survey = yield from survey_events
    hints = hints or Hints()
    transcriber = models.transcriber
    with _model_faults():
        language = settings.language or _language(transcriber, survey)
    per_window = settings.language_per_window and not settings.language
    hints = replace(hints, language=None if per_window else language)
    session = Session(transcriber, hints, settings.speaker_count)
    yield from _windows(source, transcriber, session, survey)
    speech_s = sum(span.duration_s for span in survey.speech)
    changes, transcript = session.finish(
        survey.speech,
        survey.whole.duration_s,
        model=models.name,
        language=language if speech_s else None,
    )
    yield from changes
    notices = (*source.notices, *_on_speech(speech_s), *transcript.notices)
    yield Finished(replace(transcript, notices=notices, version=__version__))


def check_language(transcriber: WindowTranscriber, language: str | None) -> None:
    """Raises OptionError for a language that the model does not know."""
    known = transcriber.limits.languages
    if language and known and language not in known:
        raise OptionError(
            f"There is no language {language!r} in this model. "
            f"It knows: {', '.join(sorted(known))}."
        )


def _survey(source: Source, detector: SpeechDetector) -> Generator[Progress, None, Survey]:
    """One pass: the length, the speech, and some of it to tell the language by."""
    detection = detector.start()
    stretches = LanguageStretches()
    speech: list[Span] = []
    whole: Span | None = None
    total_s = source.duration_s
    for block in source.blocks():
        whole = Span(whole.start_s if whole else block.start_s, block.span.end_s)
        speech += detection.feed(block)
        stretches.feed(block)
        yield Progress(whole.duration_s, total_s, stage="listen")
    speech += detection.flush()
    whole = whole or Span(0.0, 0.0)
    return Survey(whole, speech, stretches.choose(speech, whole.duration_s))


def _windows(
    source: Source, transcriber: WindowTranscriber, session: Session, survey: Survey
) -> Iterator[Event]:
    """The second pass."""
    limits = transcriber.limits
    cores = cut_cores(survey.speech, survey.whole, limits)
    windows = cut_windows(source.blocks(), cores, survey.speech, limits.margin_s)
    yield Progress(0.0, survey.whole.duration_s)
    with _model_faults(), closing(session.run(windows, survey.whole)) as events:
        yield from events


@contextmanager
def _model_faults() -> Iterator[None]:
    """What a model library raises becomes an error of our own."""
    try:
        yield
    except AudiosvcError:
        raise
    except Exception as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise ModelFailed(f"The model stopped while it worked: {reason}") from error


def _language(transcriber: WindowTranscriber, survey: Survey) -> str | None:
    if not survey.language_stretches or not isinstance(transcriber, LanguageDetector):
        return None
    stretches, weights = zip(*survey.language_stretches, strict=True)
    return likeliest(transcriber.detect_language(stretches), weights)


def _on_speech(speech_s: float) -> list[Notice]:
    return [] if speech_s else [Notice("no_speech", "No speech was detected in this recording.")]
