"""What every diarizer must do: the fake one here, the real ones in tests/unified."""

from __future__ import annotations

import numpy as np
import pytest

from audiosvc.ports import Diarizer
from audiosvc.types import Audio
from tests.contract.sounds import at_once
from tests.fakes import script
from tests.fakes.diarizer import FakeDiarizer

STORY = script(("A", 61, 66, "one"), ("B", 65, 72, "two"), ("A", 75, 84, "three"))
PIECE = Audio(np.random.default_rng(0).normal(0, 0.1, 25 * 16_000).astype(np.float32), 16_000, 60.0)


@pytest.fixture
def diarizer() -> Diarizer:
    return FakeDiarizer(STORY)


def test_turns_lie_in_the_piece_and_have_names(diarizer: Diarizer) -> None:
    turns = diarizer(PIECE)
    assert turns
    for span, name in turns:
        assert 60.0 <= span.start_s < span.end_s <= 85.0
        assert isinstance(name, str)
        assert name


def test_the_same_piece_has_the_same_turns(diarizer: Diarizer) -> None:
    first, second = diarizer(PIECE), diarizer(PIECE)
    assert sorted(span for span, _ in first) == sorted(span for span, _ in second)


@pytest.mark.parametrize("samples", [0, 1, 400, 1600, 16_000])
def test_a_piece_may_be_short(diarizer: Diarizer, samples: int) -> None:
    piece = Audio(PIECE.samples[:samples], 16_000, 65.5)
    for span, _ in diarizer(piece):
        assert 65.5 <= span.start_s < span.end_s <= piece.span.end_s


def test_samples_that_may_not_be_written_to_are_read(diarizer: Diarizer) -> None:
    samples = PIECE.samples.copy()
    samples.flags.writeable = False
    heard = diarizer(Audio(samples, 16_000, 60.0))
    assert len(heard) == len(diarizer(PIECE))


def test_calls_side_by_side_do_not_disturb_each_other(diarizer: Diarizer) -> None:
    alone = sorted(span for span, _ in diarizer(PIECE))
    found = at_once(*[lambda: diarizer(PIECE)] * 3)
    assert [sorted(span for span, _ in turns) for turns in found] == [alone] * 3
