"""Models by name: found, checked, fetched, and loaded once for everybody."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audiosvc.catalog.cards import Card, cards_folder, read_cards
from audiosvc.catalog.finding import Finder
from audiosvc.catalog.hub import Download
from audiosvc.catalog.importer import import_by_name, missing_module
from audiosvc.catalog.listeners import listener
from audiosvc.catalog.transcribers import AUTO, Wish, transcriber
from audiosvc.catalog.weights import STATES, FileCheck, State, Weights
from audiosvc.errors import AudiosvcError, ModelFailed, ModelMissing, ModelUnknown
from audiosvc.ports import AudioLanguageModel, WindowTranscriber
from audiosvc.settings import default_cache_dir

FURTHER_ROLES = ("diarizer",)  # that a model with parts may be given, and has no part for
FOR_PARTS = frozenset({"device", "dtype"})  # no matter of the whole
FOR_JOINT = frozenset({"dtype"})


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
        self._finder = Finder(self._cards)
        self._weights = Weights(self.cache_dir)
        self._slots: dict[tuple[object, ...], _Slot] = {}
        self._guard = threading.Lock()

    def list(self) -> tuple[Card, ...]:
        """Every model that has a card."""
        return tuple(self._cards.values())

    def find(self, name: str) -> Card:
        """The card of an id, an alias, a folder, a hub repository, ``openai:ADDRESS`` for what
        transcribes on a server, or ``openai-chat:ADDRESS`` for what answers questions there.

        What is no card of our own is told by its files, if they are here. Raises ModelUnknown,
        ModelCorrupt, or OptionError for an address that is none.
        """
        return self._finder.find(name)

    def path(self, name: str) -> Path:
        """The checked weights, a file or a folder, made ready when installed packages allow it.

        Never asks the network. Raises ModelUnknown, ModelMissing, ModelCorrupt, or OutputError
        when the cache cannot be written.
        """
        card = self.find(name)
        if card.parts:
            parts = ", ".join(card.parts.values())
            raise ModelUnknown(f"{card.title} has no weights of its own; its parts have: {parts}.")
        return self._weights.ready(_with_weights(card))

    def verify(self, name: str) -> tuple[FileCheck, ...]:
        """Read every file of a model, or of its parts, whole. Raises ModelMissing, ModelUnknown."""
        card = self.find(name)
        if card.parts:
            return tuple(check for part in card.parts.values() for check in self.verify(part))
        return self._weights.verify(_with_weights(card))

    def state(self, name: str) -> State:
        """How a model stands; one with parts stands as the worst of them.

        One on a server counts as there: whether it answers is found out when it is loaded.
        """
        card = self.find(name)
        if card.parts:
            return max((self.state(part) for part in card.parts.values()), key=STATES.index)
        return "there" if card.origin == "server" else self._weights.state(card)

    def pull(self, name: str, download: Download | None = None) -> tuple[Path, ...]:
        """Make a model ready, from the hub if need be. Nothing else here uses the network.

        download stands in for the function of the hub's client. Raises ModelMissing when the hub
        cannot be reached, ModelUnknown, ModelCorrupt, OutputError.
        """
        card = _with_weights(self.find(name))
        if card.parts:
            return tuple(path for part in card.parts.values() for path in self.pull(part, download))
        if self._finder.is_untold(card):
            card = self._finder.ask_hub(card.id, download)
        return (self._weights.pull(card, download),)

    def load(self, name: str, **options: object) -> Any:  # noqa: ANN401 - whatever the backend makes
        """The loaded model; the same object for the same name and options, in all threads.

        options go to the backend. Where a model has parts, an option named after a role says
        which model plays it. Of the others, device and dtype are for the parts (dtype for a joint
        model alone), and the rest goes to every part and to the whole.
        """
        card = self.find(name)
        roles = self._roles(card, options)
        rest = {key: value for key, value in options.items() if key not in roles}
        key = (card.id, *sorted({**rest, **roles}.items()))
        return self.once(key, lambda: self._build(card, roles, rest))

    def transcriber(
        self,
        name: str,
        *,
        threads: int = 1,
        device: str = AUTO,
        dtype: str = AUTO,
        align: str = AUTO,
        diarization: str | None = None,
    ) -> WindowTranscriber:
        """What transcribes windows with this model, loaded; the same object for the same wishes.

        A recognizer becomes part of the cascade, in which ``diarization`` names the model that
        tells who speaks when. A joint model gets its guards, and ``align`` finds the times of its
        words: ``auto`` takes a model that is here and made for the language, ``off`` none.
        Raises ModelError, or OptionError for wishes that the model cannot fulfil.
        """
        return transcriber(self, name, Wish(threads, device, dtype, align, diarization))

    def listener(
        self, name: str, *, threads: int = 1, device: str = AUTO, dtype: str = AUTO
    ) -> AudioLanguageModel | None:
        """The audio-language model of this name, loaded; None where the name is of another kind.

        ``openai:ADDRESS`` is what answers questions on that server. Raises ModelError, OptionError.
        """
        return listener(self, name, Wish(threads, device, dtype))

    def once(self, key: tuple[object, ...], make: Callable[[], Any]) -> Any:  # noqa: ANN401
        """What was made for this key before, or is made now; by one thread, while others wait."""
        with self._guard:
            slot = self._slots.setdefault(key, _Slot())
        with slot.lock:
            if slot.model is None:
                slot.model = make()
        return slot.model

    def _roles(self, card: Card, options: Mapping[str, object]) -> dict[str, str]:
        """Which model plays which part."""
        if not card.parts:
            return {}
        named = {role: str(options[role]) for role in FURTHER_ROLES if role in options}
        roles = {role: str(options.get(role, part)) for role, part in card.parts.items()} | named
        return {role: self.find(part).id for role, part in roles.items()}

    def _build(self, card: Card, roles: Mapping[str, str], rest: Mapping[str, object]) -> Any:  # noqa: ANN401
        with _loading(card):
            backend = import_by_name(card.backend)
            if not roles:
                where = card.source if card.origin == "server" else self._weights.ready(card)
                return backend(where, **rest)
            parts = {role: self._load_part(part, rest) for role, part in roles.items()}
            return backend(**parts, **_without(rest, FOR_PARTS))

    def _load_part(self, part: str, rest: Mapping[str, object]) -> Any:  # noqa: ANN401
        is_joint = self.find(part).task == "joint"
        return self.load(part, **(rest if is_joint else _without(rest, FOR_JOINT)))


@contextlib.contextmanager
def _loading(card: Card) -> Iterator[None]:
    """Turns what goes wrong while a model is loaded into a ModelError that names it."""
    try:
        yield
    except AudiosvcError:
        raise
    except ModuleNotFoundError as error:
        raise missing_module(card.backend, error, card.extra) from error
    except ImportError as error:
        extra = f"[{card.extra}]" if card.extra else ""
        raise ModelMissing(
            f"{card.title} needs other versions of its packages than are installed: "
            f'pip install --upgrade "audiosvc{extra}" ({_first_line(error)})'
        ) from error
    except Exception as error:
        raise ModelFailed(f"{card.title} could not be loaded: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _without(options: Mapping[str, object], names: frozenset[str]) -> dict[str, object]:
    return {name: value for name, value in options.items() if name not in names}


def _with_weights(card: Card) -> Card:
    """The card again. Raises ModelUnknown when the model runs elsewhere."""
    if card.origin == "server":
        raise ModelUnknown(f"{card.title} runs on that server: it has no weights on this machine.")
    return card


@functools.cache
def shared(cache_dir: Path | None = None) -> Catalog:
    """The catalogue that this process shares."""
    return Catalog(cache_dir)
