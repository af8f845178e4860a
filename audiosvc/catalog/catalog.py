"""Models by name: found, checked, fetched, and loaded once for everybody."""

from __future__ import annotations

import difflib
import functools
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from audiosvc.catalog.cards import Card, cards_folder, read_cards
from audiosvc.catalog.hub import Download
from audiosvc.catalog.importer import import_by_name, missing_module
from audiosvc.catalog.weights import STATES, FileCheck, State, Weights
from audiosvc.errors import AudiosvcError, ModelFailed, ModelUnknown
from audiosvc.ports import WindowTranscriber
from audiosvc.settings import default_cache_dir

CASCADE = "cascade"
WHISPER = "whisper-base"  # any other Whisper is loaded as this one is


@dataclass(slots=True)
class _Slot:
    lock: threading.Lock = field(default_factory=threading.Lock)
    model: Any = None


class Catalog:
    """The models of this installation, and those loaded so far, which all callers share."""

    def __init__(self, cache_dir: Path | None = None, cards: Path | None = None) -> None:
        """cache_dir: where assembled weights go. cards: a folder of cards instead of our own."""
        self.cache_dir = cache_dir or default_cache_dir()
        self._cards = read_cards(cards or cards_folder())
        self._weights = Weights(self.cache_dir)
        self._slots: dict[tuple[object, ...], _Slot] = {}
        self._guard = threading.Lock()

    def list(self) -> tuple[Card, ...]:
        """Every model that has a card."""
        return tuple(self._cards.values())

    def find(self, name: str) -> Card:
        """The card of an id, an alias, a folder or a hub repository. Raises ModelUnknown."""
        for card in self._cards.values():
            if name == card.id or name in card.aliases:
                return card
        folder = Path(name).expanduser()
        if name and folder.is_dir():
            place = str(folder.resolve())
            return self._whisper(id=place, title=place, origin="folder", folder=folder.resolve())
        if re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", name):
            source = f"https://huggingface.co/{name}"
            return self._whisper(id=name, title=name, origin="hub", source=source)
        raise ModelUnknown(self._unknown(name))

    def path(self, name: str) -> Path:
        """The checked weights, a file or a folder, made ready when installed packages allow it.

        Never asks the network. Raises ModelUnknown, ModelMissing, ModelCorrupt, or OutputError
        when the cache cannot be written.
        """
        card = self.find(name)
        if card.parts:
            parts = ", ".join(card.parts.values())
            raise ModelUnknown(f"{card.title} has no weights of its own; its parts have: {parts}.")
        return self._weights.ready(card)

    def verify(self, name: str) -> tuple[FileCheck, ...]:
        """Read every file of a model, or of its parts, whole. Raises ModelMissing."""
        card = self.find(name)
        if card.parts:
            return tuple(check for part in card.parts.values() for check in self.verify(part))
        return self._weights.verify(card)

    def state(self, name: str) -> State:
        """How a model stands; one with parts stands as the worst of them."""
        card = self.find(name)
        if card.parts:
            return max((self.state(part) for part in card.parts.values()), key=STATES.index)
        return self._weights.state(card)

    def pull(self, name: str, download: Download | None = None) -> tuple[Path, ...]:
        """Make a model ready, from the hub if need be. Nothing else here uses the network.

        download stands in for the function of the hub's client. Raises ModelMissing when the hub
        cannot be reached, ModelUnknown, ModelCorrupt, OutputError.
        """
        card = self.find(name)
        if card.parts:
            return tuple(path for part in card.parts.values() for path in self.pull(part, download))
        return (self._weights.pull(card, download),)

    def load(self, name: str, **options: object) -> Any:  # noqa: ANN401 - whatever the backend makes
        """The loaded model; the same object for the same name and options, in all threads.

        options go to the backend. Where a model has parts, an option named after a role says
        which model plays it, and the others go to every part as well.
        """
        card = self.find(name)
        key = (card.id, *sorted(options.items()))
        with self._guard:
            slot = self._slots.setdefault(key, _Slot())
        with slot.lock:
            if slot.model is None:
                slot.model = self._build(card, options)
        return slot.model

    def transcriber(self, name: str, **options: object) -> WindowTranscriber:
        """What transcribes windows with this model: a recognizer becomes part of the cascade."""
        card = self.find(name)
        if card.task == "transcriber":
            return cast(WindowTranscriber, self.load(name, **options))
        if card.task != "recognizer":
            raise ModelUnknown(f"{card.title} does not transcribe: it is for {card.task}.")
        return cast(WindowTranscriber, self.load(CASCADE, recognizer=card.id, **options))

    def _build(self, card: Card, options: Mapping[str, object]) -> Any:  # noqa: ANN401
        roles = {role: str(options.get(role, part)) for role, part in card.parts.items()}
        rest = {key: value for key, value in options.items() if key not in roles}
        try:
            backend = import_by_name(card.backend)
            if roles:
                parts = {role: self.load(part, **rest) for role, part in roles.items()}
                return backend(**parts, **rest)
            return backend(self._weights.ready(card), **rest)
        except AudiosvcError:
            raise
        except ModuleNotFoundError as error:
            raise missing_module(card.backend, error, card.extra) from error
        except Exception as error:
            reason = str(error).partition("\n")[0]
            raise ModelFailed(f"{card.title} could not be loaded: {reason}") from error

    def _whisper(self, **values: object) -> Card:
        """A card for a Whisper that has none."""
        like = self._cards[WHISPER]
        return Card.model_validate(
            {
                "task": like.task,
                "licence": "unknown",
                "source": "",
                "backend": like.backend,
                **values,
            }
        )

    def _unknown(self, name: str) -> str:
        known = [word for card in self._cards.values() for word in (card.id, *card.aliases)]
        near = difflib.get_close_matches(name, known, n=1)
        return (
            f"There is no model named {name!r}"
            + (f"; did you mean {near[0]!r}? " if near else ". ")
            + "`audiosvc models list` shows the known ones; the name of a folder or of a hub "
            "repository (org/name) with a Whisper for CTranslate2 will do as well."
        )


@functools.cache
def shared(cache_dir: Path | None = None) -> Catalog:
    """The catalogue that this process shares."""
    return Catalog(cache_dir)
