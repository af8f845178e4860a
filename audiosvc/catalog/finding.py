"""Cards by name: an id, an alias, a folder, a hub repository, or the address of a model server."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from audiosvc.catalog import hub
from audiosvc.catalog.cards import Card, Task
from audiosvc.catalog.importer import import_by_name
from audiosvc.catalog.kinds import CONFIGS, UNDERSTOOD, WHISPER, nothing_found, tell
from audiosvc.errors import ModelCorrupt, ModelUnknown

AUTO = "auto"
SERVER = "openai:"
SERVER_BACKEND = "audiosvc.backends.openai_transcriptions:OpenAITranscriptions"
CHAT_SERVER = "openai-chat:"
CHAT_BACKEND = "audiosvc.backends.openai_chat:OpenAIChat"
READ_ADDRESS = "audiosvc.backends.openai_address:read_address"
REPOSITORY = re.compile(r"\w[\w.-]*/\w[\w.-]*")


class Finder:
    """Finds cards, and makes them for models that have none."""

    def __init__(self, cards: Mapping[str, Card]) -> None:
        self._cards = cards

    def find(self, name: str) -> Card:
        """The card of a name. Never asks the network.

        Raises ModelUnknown, ModelCorrupt when a folder's own description cannot be read, or
        OptionError for an address that is none.
        """
        for card in self._cards.values():
            if name in (card.id, *card.aliases, card.repository):
                return card
        if name == AUTO:
            raise ModelUnknown(
                "'auto' is not the name of a model: it is decided which one that is before any is "
                "loaded."
            )
        if name.startswith(SERVER):
            return _on_server(SERVER, name.removeprefix(SERVER), "joint", SERVER_BACKEND)
        if name.startswith(CHAT_SERVER):
            place = name.removeprefix(CHAT_SERVER)
            return _on_server(CHAT_SERVER, place, "audio_language", CHAT_BACKEND)
        folder = Path(name).expanduser()
        if name and folder.is_dir():
            return self._in_folder(folder.resolve())
        if REPOSITORY.fullmatch(name):
            cached = hub.cached(name, None)
            return self._on_hub(name, (tell(cached, name) if cached else None) or WHISPER)
        raise ModelUnknown(self._unknown(name))

    def ask_hub(self, name: str, download: hub.Download | None) -> Card:
        """The card of a hub repository, told by its configuration, which is fetched.

        Raises as ``hub.fetch``, and ModelUnknown for a kind of model that nothing here can use.
        """
        folder = hub.fetch_files(name, None, CONFIGS, download)
        like = tell(folder, name)
        if like is None:
            raise ModelCorrupt(
                f"{name} holds no model: it has no {' and no '.join(CONFIGS)}. {UNDERSTOOD}"
            )
        return self._on_hub(name, like)

    def is_untold(self, card: Card) -> bool:
        """Whether only the hub can tell what kind of model it is."""
        if card.origin != "hub" or card.id in self._cards:
            return False
        cached = hub.cached(card.id, None)
        return cached is None or tell(cached, card.id) is None

    def _in_folder(self, folder: Path) -> Card:
        like = tell(folder, str(folder))
        if like is None:
            raise nothing_found(str(folder))
        return self._like(like, id=str(folder), title=str(folder), origin="folder", folder=folder)

    def _on_hub(self, name: str, like: str) -> Card:
        source = f"https://huggingface.co/{name}"
        return self._like(like, id=name, title=name, origin="hub", source=source)

    def _like(self, like: str, **values: object) -> Card:
        """A card for a model that has none and is used as another one is."""
        known = self._cards.get(like)
        if known is None:
            raise ModelUnknown(
                f"{values['title']} is a model like {like}, which has no card here: install "
                "audiosvc again."
            )
        shared = {name: getattr(known, name) for name in ("task", "layout", "backend", "extra")}
        return Card.model_validate({"licence": "unknown", "source": "", **shared, **values})

    def _unknown(self, name: str) -> str:
        known = [word for card in self._cards.values() for word in (card.id, *card.aliases)]
        near = difflib.get_close_matches(name, known, n=1)
        return (
            f"There is no model named {name!r}"
            + (f"; did you mean {near[0]!r}? " if near else ". ")
            + "`audiosvc models list` shows the known ones; a folder, a hub repository (org/name) "
            "or a model server (openai:http://host:8000/v1) will do as well."
        )


def _on_server(scheme: str, text: str, task: Task, backend: str) -> Card:
    """The same card for every way to write an address, which never holds a secret."""
    address: Any = import_by_name(READ_ADDRESS)(text)
    model = f"#{quote(address.model, safe='/:@._-')}" if address.model else ""
    place = urlsplit(address.base).netloc
    return Card(
        id=f"{scheme}{address.base}{model}",
        title=f"{address.model or 'The model'} at {place}",
        task=task,
        licence="unknown",
        source=f"{address.base}{model}",
        backend=backend,
        origin="server",
    )
