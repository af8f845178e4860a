"""What names a country without naming a town: the country, its money, its telephone and radio."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from audiosvc.geo.evidence.places.broadcasters import broadcasters
from audiosvc.geo.evidence.places.country_names import countries
from audiosvc.geo.evidence.places.money import money
from audiosvc.geo.evidence.places.telephone import telephone
from audiosvc.geo.evidence.places.told import Told
from audiosvc.spans import Span
from audiosvc.types import Transcript

READERS = (countries, money, telephone, broadcasters)


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that is said more often in some countries than in others, and where it was."""

    told: Told
    spans: tuple[Span, ...]


def find_hints(transcript: Transcript) -> list[Hint]:
    """One for each thing that was told, however often."""
    merged: dict[tuple[str, frozenset[str]], Hint] = {}
    for segment in transcript.segments:
        for told in _in_text(segment.text, segment.language or transcript.language or ""):
            key = told.kind, told.countries
            known = merged.get(key, Hint(told, ()))
            merged[key] = replace(known, spans=(*known.spans, segment.span))
    return [merged[key] for key in sorted(merged, key=lambda key: (key[0], sorted(key[1])))]


def _in_text(text: str, language: str) -> Iterator[Told]:
    for reader in READERS:
        yield from reader(text, language)
