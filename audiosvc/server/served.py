"""The models of a server: those that its operator named, and no others."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from audiosvc import service
from audiosvc.catalog import Card, Catalog, import_by_name, shared
from audiosvc.errors import ModelUnknown, OptionError
from audiosvc.service import Models
from audiosvc.settings import AUTO, Settings, change_settings
from audiosvc.types import Limits
from audiosvc.wire.config import Wish

log = logging.getLogger(__name__)
SHOWN = 100
# What a request calls the fields of the settings.
FIELDS = {
    "language": "language_code",
    "speakers": "speaker_count.exactly",
    "min_speakers": "speaker_count.at_least",
    "max_speakers": "speaker_count.at_most",
}


@dataclass(frozen=True, slots=True)
class ServedModel:
    """One model. id: as requests and results name it. limits: None until it is loaded.

    is_live: it can listen along.
    """

    id: str
    card: Card
    settings: Settings
    device: str
    is_default: bool
    limits: Limits | None
    is_live: bool

    @property
    def title(self) -> str:
        """For people. Where a model lies, a folder or another server, is nobody's business."""
        return self.id if self.card.origin in {"folder", "server"} else self.card.title


class Served:
    """Models by the names that a request may give. A stranger's name never becomes a path.

    load_times_s: by id, of those that are loaded.
    """

    def __init__(
        self,
        settings: Settings,
        names: Sequence[str] = (),
        *,
        catalog: Catalog | None = None,
        load: Callable[[Settings], Models] = service.load_models,
    ) -> None:
        """names: beside the settings' own model, which is the default.

        ``auto`` is decided here, once. Raises ModelError, OptionError.
        """
        catalog = catalog or shared(settings.cache_dir)
        self._load = load
        self._loaded: dict[str, Models] = {}
        self._cards: dict[str, Card] = {}
        self._settings: dict[str, Settings] = {}
        self._names: dict[str, str] = {}
        self._reasons: dict[str, str] = {}
        self.load_times_s: dict[str, float] = {}
        for name in dict.fromkeys((settings.model, *names)):
            asked = change_settings(settings, {"model": name})
            chosen, reason = service.choose_model(asked, catalog)
            card = catalog.find(chosen.model)
            own = _public_name(card)
            self._cards[own] = card
            self._settings[own] = chosen
            if reason is not None:
                self._reasons[own] = reason
            self._names |= dict.fromkeys((own, *card.aliases), own)
        self._default = next(iter(self._cards))

    def load(self) -> int:
        """Loads all of them, which takes a while, and counts them.

        Raises ModelError, or OptionError for a window that one of them cannot take.
        """
        for own, settings in self._settings.items():
            began_s = time.monotonic()
            models = self._load(settings)
            models.name = own
            service.window_limits(models.transcriber, settings)  # waits
            self._loaded[own] = models
            self.load_times_s[own] = time.monotonic() - began_s
            if own in self._reasons:
                log.info("the model is %s (%s)", own, self._reasons[own])
        return len(self._loaded)

    def check(self, wish: Wish) -> None:
        """Raises ModelUnknown or OptionError for what this server does not serve."""
        self.choose(wish)

    def choose(self, wish: Wish) -> tuple[Models, Settings]:
        """The models and the settings that fulfil a wish. Raises what ``check`` raises."""
        wanted = wish.model or AUTO
        own = self._default if wanted == AUTO else self._names.get(wanted)
        if own is None:
            raise ModelUnknown(
                f"This server does not serve {wanted[:SHOWN]!r}. It serves: "
                f"{', '.join(self._names)}."
            )
        changes = {name: value for name, value in wish.settings.items() if name != "model"}
        models = self._loaded[own]
        try:
            settings = change_settings(self._settings[own], changes)
        except OptionError as error:
            name = (error.field or "").rpartition(".")[2]
            field = f"transcription.{FIELDS.get(name, name)}"
            raise OptionError(str(error), field=field) from error
        try:
            service.check_language(models.transcriber, settings.language)
        except OptionError as error:
            raise OptionError(str(error), field="transcription.language_code") from error
        return models, settings

    def list(self) -> Iterator[ServedModel]:
        """All of them, the default first."""
        for own, card in self._cards.items():
            loaded = self._loaded.get(own)
            transcriber = loaded.transcriber if loaded else None
            settings = self._settings[own]
            yield ServedModel(
                id=own,
                card=card,
                settings=settings,
                device=_device(card, settings),
                is_default=own == self._default,
                limits=service.window_limits(transcriber, settings) if transcriber else None,
                is_live=getattr(transcriber, "live_parts", None) is not None,
            )


def _public_name(card: Card) -> str:
    """A model's id; where it lies, a folder or another server, is nobody's business."""
    if card.origin == "folder":
        return card.folder.name
    if card.origin == "server":
        return unquote(card.source.partition("#")[2]) or "model-server"
    return card.id


def _device(card: Card, settings: Settings) -> str:
    """Where a model computes: as the operator said, or what there is."""
    if card.origin == "server":
        return "model server"
    if settings.device != AUTO:
        return settings.device
    found: str = import_by_name("audiosvc.backends.devices:device")()
    return found
