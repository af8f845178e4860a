"""Caches of a fixed shape, on a CPU: the same text, in another place. Nothing is compiled here."""

from __future__ import annotations

import logging

from audiosvc.backends.generation_caches import LENGTH_STEP, StaticCache, StaticCaches
from audiosvc.types import Hints, Request
from tests.unified.checkpoints import LINES
from tests.unified.conftest import clip

CLIPS = [clip(length_s, seed) for seed, length_s in enumerate((65, 10, 12))]


def tokens(moss, *, most: int = 40, careful: bool = False) -> list[list[int]]:
    writings = [moss.write(Request(audio, Hints(), most, careful)) for audio in CLIPS]
    for writing in writings:
        list(writing)
    return [writing.written for writing in writings]


class Kept(StaticCaches):
    """Keeps which caches it gave, and how tall and long they were."""

    def __init__(self, model: object, step: int = LENGTH_STEP) -> None:
        super().__init__(model, works=True, least=8, step=step)
        self.given: list[StaticCache | None] = []

    def take(self, rows: list) -> StaticCache | None:
        self.given.append(super().take(rows))
        return self.given[-1]


def test_a_fixed_cache_writes_the_same(moss):
    grown, careful = tokens(moss), tokens(moss, careful=True)
    moss.generator.caches = caches = Kept(moss._model)
    assert tokens(moss) == grown
    assert tokens(moss) == grown
    assert tokens(moss, careful=True) == careful
    assert {(cache.height, cache.length) for cache in caches.given if cache} == {(4, 2048)}
    assert len({id(cache) for cache in caches.given}) == 1


def test_whoever_writes_more_than_usual_goes_on_in_another(moss, script):
    script.says = lambda request: LINES[1] if request.audio.duration_s > 30 else 3 * LINES[0]
    moss.generator.caches = caches = Kept(moss._model, step=8)
    writings = [moss.write(Request(audio, Hints(), 60)) for audio in CLIPS]
    said = ["".join(writing) for writing in writings]
    assert said == [LINES[1], *2 * [moss._detokenise(script.tokens(3 * LINES[0])[:60])]]
    assert [writing.ending for writing in writings] == ["stop", "length", "length"]
    assert script.batches == [[65.0, 10.0, 12.0], [10.0, 12.0]]
    first, second = caches.given
    assert first is not None
    assert second is not None
    assert (first.height, second.height) == (4, 2)


def test_short_texts_are_not_worth_it(moss):
    moss.generator.caches = caches = Kept(moss._model)
    tokens(moss, most=7)
    assert caches.given == [None]


def test_another_shape_is_another_cache(moss):
    moss.generator.caches = caches = Kept(moss._model)
    tokens(moss)
    list(moss.write(Request(CLIPS[1], Hints(), 40)))
    assert [(cache.height, cache.length) for cache in caches.given if cache] == [
        (4, 2048),
        (1, 1024),
    ]


def test_where_compiling_fails_it_goes_on_without(moss, script, caplog):
    grown = tokens(moss)
    moss.generator.caches = caches = Kept(moss._model)

    def fault(batch: int, written: int) -> None:
        if batch == 1 and written == 10:
            raise RuntimeError("inductor: no compiler\nand much more")

    script.fault = fault
    with caplog.at_level(logging.WARNING, "audiosvc"):
        assert tokens(moss) == grown
        assert tokens(moss) == grown
    assert [record.getMessage() for record in caplog.records] == [
        "decoding is not compiled here, and slower for it: inductor: no compiler"
    ]
    assert [cache is None for cache in caches.given] == [False, True, True]
