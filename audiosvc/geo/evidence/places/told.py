"""What points to countries in a text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """kind: of thing, in words: "a currency". quote: as it was said. countries: ISO alpha-2.

    times: how much more often it is said there than elsewhere.
    """

    kind: str
    quote: str
    countries: frozenset[str]
    times: float
