"""One extractor that fails or is missing does not stop the others, and is told of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from audiosvc.errors import ModelMissing
from audiosvc.estimates import Evidence, Hearing
from audiosvc.geo.atlas import Atlas, make_extractors
from audiosvc.geo.grid import load_grid
from audiosvc.types import Audio, Notice
from tests.fakes.audio_language import FakeListener
from tests.fakes.small_world import silence

NOTHING: Any = None
FLAT = np.zeros(3, np.float32)
HEARING = Hearing(Audio(np.zeros(16, np.float32), 16_000), Audio(np.zeros(48, np.float32), 48_000))


class Finds:
    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, hearing: Hearing) -> list[Evidence]:
        return [Evidence(self.name, "animal", "a claim", FLAT)]


class Breaks(Finds):
    def __call__(self, hearing: Hearing) -> list[Evidence]:
        raise ZeroDivisionError("division by zero\nand more")


def test_all_evidence_in_order_and_a_notice_for_what_failed() -> None:
    known = Notice("evidence_missing", "No birds.")
    atlas = Atlas(NOTHING, NOTHING, FLAT, (Finds("a"), Breaks("b"), Finds("c")), (known,))
    found, notices = atlas.evidence(HEARING)
    assert [piece.source for piece in found] == ["a", "c"]
    assert [notice.code for notice in notices] == ["evidence_missing", "evidence_failed"]
    assert notices[1].message == "The evidence of b could not be taken: division by zero."


def test_what_is_not_installed_is_left_out_and_told() -> None:
    def missing(grid: object, gazetteer: object, cache_dir: object) -> Finds:
        raise ModelMissing('Birds need packages: pip install "audiosvc[birds]"')

    makers = {"birds": missing, "hum": lambda grid, gazetteer, cache_dir: Finds("hum")}
    extractors, notices = make_extractors(NOTHING, NOTHING, None, makers)
    assert [one.name for one in extractors] == ["hum"]
    (notice,) = notices
    assert notice.message == (
        'No evidence of birds was looked for: Birds need packages: pip install "audiosvc[birds]".'
    )


def test_a_model_that_guesses_is_asked_beside_all_others() -> None:
    plain = Atlas(load_grid(), NOTHING, FLAT, (Finds("a"),))
    atlas = plain.asking(FakeListener("I cannot."))
    found, (notice,) = atlas.evidence(replace(HEARING, audio=silence(2.0, 16_000)))
    assert [piece.source for piece in found] == ["a"]
    assert "listener-7b was asked twice" in notice.message
    assert len(plain.extractors) == 1
