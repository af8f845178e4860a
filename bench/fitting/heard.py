"""The evidence of recordings whose place is known, taken once and kept in a folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np
import numpy.typing as npt

from audiosvc.audio.sources import Source
from audiosvc.errors import AudiosvcError
from audiosvc.estimates import Category, Evidence, Point
from audiosvc.geo.fuse import bounded
from audiosvc.locating import Senses, hear
from audiosvc.settings import Settings


@dataclass(frozen=True)
class Heard:
    """A recording's evidence beside the truth. place: recordings of one place share it.

    kind: ``clip``, or the kind of mixture. votes: ``(pieces, cells)``, natural logarithms.
    """

    id: str
    kind: str
    point: Point
    place: int
    sources: tuple[str, ...]
    categories: tuple[str, ...]
    claims: tuple[str, ...]
    votes: npt.NDArray[np.float32]

    def evidence(self) -> list[Evidence]:
        """As extractors give it, without times."""
        return [
            Evidence(source, cast("Category", category), claim, vote)
            for source, category, claim, vote in zip(
                self.sources, self.categories, self.claims, self.votes, strict=True
            )
            if category in get_args(Category)
        ]


def take(source: Source, settings: Settings, senses: Senses) -> list[Evidence]:
    """All evidence in a recording, none where it cannot be read. Says what was missing."""
    try:
        hearing, _ = hear(source, settings, senses)
    except AudiosvcError as error:
        print(f"  {source.name}: {error}")
        return []
    found, notices = senses.world().evidence(hearing)
    for notice in notices:
        print(f"  {source.name}: {notice.message}")
    return found


def store(path: Path, evidence: Sequence[Evidence]) -> None:
    """Writes evidence into a file, which is there whole or not at all."""
    votes = [bounded(piece.log_likelihood) for piece in evidence]
    words = [[piece.source, piece.category, piece.claim] for piece in evidence]
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part.npz")
    np.savez_compressed(
        unfinished, votes=np.array(votes, np.float32), words=np.array(json.dumps(words))
    )
    unfinished.replace(path)


def stored(path: Path) -> dict[str, Any]:
    """What ``store`` wrote: sources, categories, claims and votes."""
    with np.load(path) as file:
        words = json.loads(str(file["words"]))
        sources, categories, claims = zip(*words, strict=True) if words else ((), (), ())
        return {
            "sources": tuple(sources),
            "categories": tuple(categories),
            "claims": tuple(claims),
            "votes": file["votes"],
        }
