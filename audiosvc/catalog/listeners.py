"""Models that answer questions about what they hear, in this process or on a server."""

from __future__ import annotations

from typing import cast

from audiosvc.catalog.extras import expect_packages
from audiosvc.catalog.finding import CHAT_SERVER, SERVER
from audiosvc.catalog.transcribers import Models, Wish, unless_auto
from audiosvc.ports import AudioLanguageModel


def listener(models: Models, name: str, wish: Wish) -> AudioLanguageModel | None:
    """The loaded model; None for a name of another kind. Raises ModelError, OptionError.

    A server that was named is asked questions here, whatever else it could do.
    """
    if name.startswith(SERVER):
        name = CHAT_SERVER + name.removeprefix(SERVER)
    card = models.find(name)
    if card.task != "audio_language":
        return None
    expect_packages(card)
    options = {**wish.options, **unless_auto("dtype", wish.dtype)}
    return cast(AudioLanguageModel, models.load(card.id, **options))
