"""The models of a server: those that its operator named, and no others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from audiosvc import service
from audiosvc.catalog import Card, Catalog, import_by_name, shared
from audiosvc.errors import ModelUnknown, OptionError
from audiosvc.service import Models
from audiosvc.settings import Settings, change_settings
from audiosvc.types import Limits
from audiosvc.wire.config import Wish

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


class Served:
    """Models by the names that a request may give. A stranger's name never becomes a path."""

    def __init__(
        self,
        settings: Settings,
        names: Sequence[str] = (),
        *,
        catalog: Catalog | None = None,
        load: Callable[[Settings], Models] = service.load_models,
    ) -> None:
        """names: beside the settings' own model, which is the default. Raises ModelUnknown."""
        catalog = catalog or shared(settings.cache_dir)
        self._load = load
        self._loaded: dict[str, Models] = {}
        self._cards: dict[str, Card] = {}
        self._settings: dict[str, Settings] = {}
        self._names: dict[str, str] = {}
        for name in dict.fromkeys((settings.model, *names)):
            card = catalog.find(name)
            own = card.folder.name if card.origin == "folder" else card.id
            self._cards[own] = card
            self._settings[own] = change_settings(settings, {"model": name})
            self._names |= dict.fromkeys((own, *card.aliases), own)
        self._default = next(iter(self._cards))

    def load(self) -> int:
        """Loads all of them, which takes a while, and counts them. Raises ModelError."""
        for own, settings in self._settings.items():
            models = self._load(settings)
            models.name = own  # a folder's path is nobody's business
            _ = models.transcriber  # waits
            self._loaded[own] = models
        return len(self._loaded)

    def check(self, wish: Wish) -> None:
        """Raises ModelUnknown or OptionError for what this server does not serve."""
        self.choose(wish)

    def choose(self, wish: Wish) -> tuple[Models, Settings]:
        """The models and the settings that fulfil a wish. Raises what ``check`` raises."""
        own = self._names.get(wish.model) if wish.model else self._default
        if own is None:
            raise ModelUnknown(
                f"This server does not serve {(wish.model or '')[:SHOWN]!r}. It serves: "
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
            yield ServedModel(
                id=own,
                card=card,
                settings=self._settings[own],
                device=import_by_name("audiosvc.backends.devices:device")(),
                is_default=own == self._default,
                limits=transcriber.limits if transcriber else None,
                is_live=getattr(transcriber, "live_parts", None) is not None,
            )
