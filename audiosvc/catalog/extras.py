"""Whether the packages of an extra are installed, found out without importing them."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Sequence

from packaging.requirements import InvalidRequirement, Requirement

from audiosvc.catalog.cards import Card
from audiosvc.errors import ModelMissing

PACKAGE = "audiosvc"
Requires = Callable[[str], "Sequence[str] | None"]


def is_installed(extra: str | None, requires: Requires = importlib.metadata.requires) -> bool:
    """Whether everything that an extra asks for is here, in the versions that it asks for.

    requires: gives the requirements of a package. Without an extra, nothing is asked for.
    """
    if extra is None:
        return True
    try:
        lines = requires(PACKAGE) or ()
    except importlib.metadata.PackageNotFoundError:  # run from a folder of files
        return False
    return all(_is_here(wanted) for line in lines if (wanted := _wanted(line, extra)))


def expect_packages(card: Card) -> None:
    """Raises ModelMissing, which names the extra, when a model's packages are not here."""
    if not is_installed(card.extra):
        raise ModelMissing(
            f"{card.title} needs packages that are not installed: "
            f'pip install "audiosvc[{card.extra}]"'
        )


def _wanted(line: str, extra: str) -> Requirement | None:
    """A requirement that the extra adds to the others."""
    try:
        found = Requirement(line)
    except InvalidRequirement:
        return None
    marker = found.marker
    is_added = marker and not marker.evaluate({"extra": ""}) and marker.evaluate({"extra": extra})
    return found if is_added else None


def _is_here(wanted: Requirement) -> bool:
    try:
        version = importlib.metadata.version(wanted.name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return wanted.specifier.contains(version, prereleases=True)
