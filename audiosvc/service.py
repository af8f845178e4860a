"""The use cases. Command line, server and jobs call these and nothing beneath them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace

from audiosvc.__about__ import __version__
from audiosvc.audio.sources import Source
from audiosvc.catalog import Catalog, shared
from audiosvc.catalog.auto import choose
from audiosvc.errors import OptionError
from audiosvc.events import Event, Finished, LiveEvent, Progress
from audiosvc.ports import SpeechDetector, WindowTranscriber
from audiosvc.settings import AUTO, Settings
from audiosvc.spans import Span
from audiosvc.transcription.faults import model_faults as model_faults  # noqa: PLC0414 - for jobs
from audiosvc.transcription.linking import Linker
from audiosvc.transcription.live.parts import HasLiveParts
from audiosvc.transcription.live.session import LiveSession
from audiosvc.transcription.session import Session, transcribe_window
from audiosvc.transcription.survey import detect_language, survey
from audiosvc.transcription.windows import cut_cores, cut_windows
from audiosvc.types import Audio, Hints, Limits, Notice, Transcript, WindowPiece

DETECTOR = "silero-v6"
MARGIN_SHARE = 0.1  # of a window that was asked for, at most
NO_SPEECH = Notice("no_speech", "No speech was detected in this recording.")


class Models:
    """What a transcription runs on. name: the model's id, for the result.

    reason: why this model, in a few words; None when it was named. The transcriber may still be
    loading while the detector already listens.
    """

    def __init__(
        self,
        name: str,
        transcriber: Callable[[], WindowTranscriber],
        detector: SpeechDetector,
        reason: str | None = None,
    ) -> None:
        self.name = name
        self.detector = detector
        self.reason = reason
        self._transcriber = transcriber

    @property
    def transcriber(self) -> WindowTranscriber:
        """The transcriber, as soon as it is there. Raises ModelError."""
        return self._transcriber()


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is decided about a recording before any window of it runs.

    With it, the windows may run anywhere and in any order. cores: of the windows, tiling ``whole``.
    hints: for each window. language: for the result. notices: what the first pass has to tell.
    """

    whole: Span
    speech: tuple[Span, ...]
    cores: tuple[Span, ...]
    margin_s: float
    hints: Hints
    language: str | None
    notices: tuple[Notice, ...] = ()


def choose_model(settings: Settings, catalog: Catalog | None = None) -> tuple[Settings, str | None]:
    """The settings with the name of a model, and why that one; None when it was named before.

    Nothing is fetched. Raises ModelError or OptionError when what was asked for is not here.
    """
    if settings.model != AUTO:
        return settings, None
    catalog = catalog or shared(settings.cache_dir)
    choice = choose(catalog, model_server=settings.model_server, device=settings.device)
    return settings.model_copy(update={"model": choice.model}), choice.reason


def load_models(settings: Settings, catalog: Catalog | None = None) -> Models:
    """The models that the settings name, loaded once for the process, the large one meanwhile.

    Raises ModelError or OptionError, now or when the transcriber is asked for.
    """
    catalog = catalog or shared(settings.cache_dir)
    settings, reason = choose_model(settings, catalog)
    card = catalog.find(settings.model)
    loader = ThreadPoolExecutor(1, thread_name_prefix="load")
    loading = loader.submit(
        catalog.transcriber,
        settings.model,
        threads=settings.thread_count,
        device=settings.device,
        dtype=settings.dtype,
        align=settings.align,
        diarization=settings.diarization,
    )
    loader.shutdown(wait=False)
    return Models(card.id, loading.result, catalog.load(DETECTOR), reason)


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
    with closing(make_plan(source, settings, models, hints)) as planning:
        plan = yield from planning
    transcriber = models.transcriber
    windows = cut_windows(source.blocks(), plan.cores, plan.speech, plan.margin_s)
    session = Session(transcriber, plan.hints, settings.speaker_count)
    yield Progress(0.0, plan.whole.duration_s)
    with model_faults(), closing(session.run(windows, plan.whole)) as events:
        yield from events
    changes, transcript = conclude(session, plan, models.name)
    yield from changes
    yield Finished(transcript)


def make_plan(
    source: Source, settings: Settings, models: Models, hints: Hints | None = None
) -> Generator[Progress, None, Plan]:
    """Listens to a recording once, and decides how it is written down. Raises as ``stream``."""
    if settings.language:
        check_language(models.transcriber, settings.language)
    with (
        model_faults(),
        closing(survey(source.blocks(), source.duration_s, models.detector)) as events,
    ):
        found = yield from events
    transcriber = models.transcriber
    with model_faults():
        language = settings.language or detect_language(transcriber, found)
    per_window = settings.language_per_window and not settings.language
    is_spoken = any(span.duration_s for span in found.speech)
    limits = window_limits(transcriber, settings)
    return Plan(
        whole=found.whole,
        speech=tuple(found.speech),
        cores=tuple(cut_cores(found.speech, found.whole, limits)),
        margin_s=limits.margin_s,
        hints=replace(hints or Hints(), language=None if per_window else language),
        language=language if is_spoken else None,
        notices=(*source.notices, *([] if is_spoken else [NO_SPEECH])),
    )


def begin_window(
    blocks: Iterable[Audio], plan: Plan, index: int, models: Models
) -> Iterator[WindowPiece]:
    """Begins one window of a plan. blocks: as the source gives them, from its margin on.

    What the model raises is for ``model_faults``. An iterator that has a ``close`` is closed when
    nobody wants its pieces any more.
    """
    cores = [plan.cores[index]]
    for window in cut_windows(blocks, cores, plan.speech, plan.margin_s):
        return transcribe_window(models.transcriber, window, plan.hints)
    return iter(())


def open_linker(settings: Settings) -> Linker:
    """What takes the pieces of a plan's windows, in their order."""
    return Linker(settings.speaker_count)


def conclude(
    session: Session | Linker, plan: Plan, model_name: str
) -> tuple[list[Event], Transcript]:
    """What changes now that every window is done, and the transcript."""
    changes, transcript = session.finish(
        plan.speech, plan.whole.duration_s, model=model_name, language=plan.language
    )
    notices = (*plan.notices, *transcript.notices)
    return changes, replace(transcript, notices=notices, version=__version__)


def window_limits(transcriber: WindowTranscriber, settings: Settings) -> Limits:
    """The model's limits, with the window that the settings ask for instead of its own.

    The margins give way where the model could not take both. Raises OptionError for a window that
    the model cannot take.
    """
    limits, window_s = transcriber.limits, settings.window_s
    if window_s is None:
        return limits
    margin_s = min(limits.margin_s, MARGIN_SHARE * window_s)
    if limits.longest_s is not None:
        if window_s > limits.longest_s:
            raise OptionError(
                f"A window of {window_s:g} s is more than this model takes at once: ask for "
                f"{int(limits.longest_s)} s or less."
            )
        margin_s = min(margin_s, (limits.longest_s - window_s) / 2)
    return replace(limits, window_s=window_s, first_window_s=None, margin_s=margin_s)


def check_language(transcriber: WindowTranscriber, language: str | None) -> None:
    """Raises OptionError for a language that the model does not know."""
    known = transcriber.limits.languages
    if language and known and language not in known:
        raise OptionError(
            f"There is no language {language!r} in this model. "
            f"It knows: {', '.join(sorted(known))}."
        )


def open_live(
    models: Models,
    settings: Settings,
    hints: Hints,
    emit: Callable[[LiveEvent], None],
    *,
    interim: bool = True,
) -> LiveSession:
    """A stream that is transcribed while people speak; see ``LiveSession``.

    emit: is called in threads of the models, one event at a time and in order, ``Finished`` last.
    interim: also tell what is heard of an utterance that still goes on. Raises OptionError for a
    model that cannot listen along, or a language that it does not know.
    """
    transcriber = models.transcriber
    parts = transcriber.live_parts if isinstance(transcriber, HasLiveParts) else None
    if parts is None:
        raise OptionError(
            f"{models.name} does not transcribe live audio. Send it as a recording, or choose "
            "another model.",
            field="transcription.model",
        )
    if settings.language:
        check_language(transcriber, settings.language)
    return LiveSession(
        parts,
        models.detector,
        replace(hints, language=settings.language),
        lambda event: emit(_signed(event, models.name)),
        interim=interim,
        count=settings.speaker_count,
    )


def _signed(event: LiveEvent, model_name: str) -> LiveEvent:
    """The result, with who made it."""
    if not isinstance(event, Finished):
        return event
    return Finished(replace(event.transcript, model=model_name, version=__version__))
