"""Transcribers, put together: a cascade around a recognizer, or the guards of a joint model."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, cast

from audiosvc.catalog.cards import Card, Task
from audiosvc.catalog.extras import expect_packages, is_installed
from audiosvc.catalog.importer import import_by_name
from audiosvc.catalog.weights import State
from audiosvc.errors import AudiosvcError, ModelUnknown, OptionError
from audiosvc.ports import WindowTranscriber, WordAligner

log = logging.getLogger(__name__)
AUTO, OFF = "auto", "off"
CASCADE = "cascade"
JOINT = "moss"  # any other joint model gets the guards and the embedder of this one
SPARE = "whisper-base"
UNUSABLE: frozenset[State] = frozenset({"missing", "damaged"})


class Models(Protocol):
    """What is asked of the catalogue here."""

    def list(self) -> tuple[Card, ...]:
        """Every model that has a card."""
        ...

    def find(self, name: str) -> Card:
        """The card of a name."""
        ...

    def state(self, name: str) -> State:
        """How a model stands."""
        ...

    def load(self, name: str, **options: object) -> Any:  # noqa: ANN401 - whatever the backend makes
        """The loaded model."""
        ...

    def once(self, key: tuple[object, ...], make: Callable[[], Any]) -> Any:  # noqa: ANN401
        """What was made for this key, now or before."""
        ...


@dataclass(frozen=True, slots=True)
class Wish:
    """How a transcriber is wanted; see ``Catalog.transcriber``."""

    threads: int = 1
    device: str = AUTO
    dtype: str = AUTO
    align: str = AUTO
    diarization: str | None = None

    @property
    def options(self) -> dict[str, object]:
        """For every backend. What is as usual is left out, so that models are shared widely."""
        return {"threads": self.threads, **unless_auto("device", self.device)}


def transcriber(models: Models, name: str, wish: Wish) -> WindowTranscriber:
    """What transcribes windows with a model. Raises ModelError, OptionError."""
    card = models.find(name)
    if card.task == "joint" or "model" in card.parts:
        return _joint(models, card, wish)
    options = wish.options
    if wish.diarization is not None:
        if not (card.task == "recognizer" or "recognizer" in card.parts):
            raise _tells_speakers_itself(card)
        options["diarizer"] = _expect(models, wish.diarization, "diarizer").id
    if card.task == "recognizer":
        made = models.load(CASCADE, recognizer=card.id, **options)
    elif card.task == "transcriber":
        made = models.load(card.id, **options)
    else:
        raise ModelUnknown(f"{card.title} does not transcribe: it is for {card.task}.")
    return cast(WindowTranscriber, made)


def _joint(models: Models, card: Card, wish: Wish) -> WindowTranscriber:
    """A joint model with what stands beside it."""
    if wish.diarization is not None:
        raise _tells_speakers_itself(card)
    whole = card if card.parts else models.find(JOINT)
    model = models.find(card.parts["model"]).id if card.parts else card.id
    embedder = models.find(whole.parts["embedder"]).id
    expect_packages(models.find(model))

    def make() -> Any:  # noqa: ANN401 - by a dotted name
        # The aligner comes first: a joint model sizes its batches by the memory that is left.
        aligner = _aligner(models, wish)
        of_model = unless_auto("dtype", wish.dtype)
        return import_by_name(whole.backend)(
            models.load(model, **wish.options, **of_model),
            models.load(embedder, **wish.options),
            threads=wish.threads,
            spare=_spare(models, wish),
            aligner=aligner,
        )

    made = models.once(("joint", whole.backend, model, embedder, wish), make)
    return cast(WindowTranscriber, made)


def _spare(models: Models, wish: Wish) -> Callable[[], WindowTranscriber | None]:
    """The embedded cascade, loaded when it is first asked for; None when it is not installed."""
    # CTranslate2 knows no mps.
    options = Wish(wish.threads, AUTO if wish.device == "mps" else wish.device).options
    load = _Optional(
        "What the model fails at is not transcribed by another",
        lambda: models.load(CASCADE, **options),
    )
    return lambda: None if models.state(SPARE) == "missing" else load()


def _aligner(models: Models, wish: Wish) -> Callable[[str | None], WordAligner | None] | None:
    """What gives an aligner for a language; None where nobody wants one.

    A model that was named is loaded at once. Raises ModelError when it is not here.
    """
    if wish.align == OFF:
        return None
    if wish.align != AUTO:
        card = _expect(models, wish.align, "aligner")
        return _Always(models.load(card.id, **wish.options))
    return _ByLanguage(models, wish)


class _Always:
    """The aligner that was named, whatever the language."""

    def __init__(self, aligner: WordAligner) -> None:
        self._aligner = aligner

    def __call__(self, language: str | None) -> WordAligner | None:
        del language
        return self._aligner


class _ByLanguage:
    """The first aligner that is made for a language, is here, and has its packages."""

    def __init__(self, models: Models, wish: Wish) -> None:
        self._models = models
        self._cards = [card for card in models.list() if card.task == "aligner"]
        self._load = {
            card.id: _Optional("Words get no times", partial(models.load, card.id, **wish.options))
            for card in self._cards
        }

    def __call__(self, language: str | None) -> WordAligner | None:
        spoken = (language or "").partition("-")[0].lower()
        for card in self._cards:
            if spoken in card.languages and self._is_usable(card):
                return cast("WordAligner | None", self._load[card.id]())
        return None

    def _is_usable(self, card: Card) -> bool:
        return is_installed(card.extra) and self._models.state(card.id) not in UNUSABLE


class _Optional:
    """Loads something that a transcription can do without: where it fails, that is said once."""

    def __init__(self, consequence: str, load: Callable[[], Any]) -> None:
        self._consequence = consequence
        self._load = load
        self._lock = threading.Lock()
        self._failed = False

    def __call__(self) -> Any:  # noqa: ANN401 - whatever is loaded
        with self._lock:
            if self._failed:
                return None
            try:
                return self._load()
            except AudiosvcError as error:
                log.warning("%s: %s", self._consequence, error)
                self._failed = True
                return None


def _expect(models: Models, name: str, task: Task) -> Card:
    """A model for a task. Raises ModelUnknown when it is for another one."""
    card = models.find(name)
    if card.task != task:
        if card.origin == "hub" and card not in models.list() and models.state(name) == "missing":
            models.load(card.id)  # which says how to fetch it; what it is for is not known yet
        raise ModelUnknown(f"{card.title} is no {task}: it is for {card.task}.")
    return card


def _tells_speakers_itself(card: Card) -> OptionError:
    return OptionError(
        f"{card.title} tells by itself who speaks: leave the diarization out, or choose a model "
        "that does not, such as base.",
        field="diarization",
    )


def unless_auto(name: str, value: str) -> dict[str, object]:
    """The option, unless it is as usual."""
    return {} if value == AUTO else {name: value}
