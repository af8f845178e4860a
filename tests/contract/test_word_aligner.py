"""What every word aligner must do: the fake one here, the real ones in tests/unified."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from audiosvc.ports import WordAligner
from audiosvc.spans import Span
from audiosvc.types import Audio
from tests.contract.sounds import at_once
from tests.fakes.joint import FakeAligner

REACH_S = 0.5  # how far outside of its line a word may lie
SOUND = Audio(np.random.default_rng(1).normal(0, 0.1, 60 * 16_000).astype(np.float32), 16_000, 5.0)
LINES = [
    (Span(5.0, 8.0), "We met there, didn't we?"),
    (Span(20.25, 24.0), "It was in the spring of 2024."),
    (Span(61.0, 65.0), "And then we went home"),
]


@pytest.fixture
def aligner() -> WordAligner:
    return FakeAligner()


def test_the_words_of_a_line_are_its_text(aligner: WordAligner) -> None:
    for (_, text), words in zip(LINES, aligner(SOUND, LINES), strict=True):
        assert "".join(word.text for word in words).strip() == text
        assert [word.text.strip() for word in words] == text.split()
        assert all(word.text.startswith(" ") for word in words[1:])


def test_words_are_in_order_and_where_their_line_is(aligner: WordAligner) -> None:
    for (line, _), words in zip(LINES, aligner(SOUND, LINES), strict=True):
        assert all(one.span.end_s <= two.span.start_s + 1e-6 for one, two in pairwise(words))
        for word in words:
            assert line.start_s - REACH_S - 1e-6 <= word.span.start_s <= word.span.end_s
            assert word.span.end_s <= line.end_s + REACH_S + 1e-6
            assert word.probability is None or 0.0 <= word.probability <= 1.0


def test_a_line_is_aligned_by_itself(aligner: WordAligner) -> None:
    assert [aligner(SOUND, [line])[0] for line in LINES] == aligner(SOUND, LINES)
    assert aligner(SOUND, LINES[::-1]) == aligner(SOUND, LINES)[::-1]


def test_nothing_comes_of_no_lines_and_of_no_text(aligner: WordAligner) -> None:
    assert aligner(SOUND, []) == []
    assert aligner(SOUND, [(Span(10, 12), "")]) == [()]


def test_calls_side_by_side_do_not_disturb_each_other(aligner: WordAligner) -> None:
    alone = aligner(SOUND, LINES)
    assert at_once(*[lambda: aligner(SOUND, LINES)] * 3) == [alone] * 3
