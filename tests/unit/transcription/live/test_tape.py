"""The last minute of a stream."""

from __future__ import annotations

import pytest

from audiosvc.spans import Span
from audiosvc.transcription.live.tape import Tape
from tests.fakes import sound


def tape(*edges_s: float) -> Tape:
    made = Tape()
    for start_s, end_s in zip(edges_s, edges_s[1:], strict=False):  # noqa: RUF007
        made.append(sound(end_s, start_s))
    return made


def test_a_stretch_over_several_blocks() -> None:
    piece = tape(0.0, 1.0, 1.5, 4.0).cut(Span(0.5, 2.0))
    assert (piece.start_s, piece.duration_s) == pytest.approx((0.5, 1.5))


def test_what_is_forgotten_is_gone_block_by_block() -> None:
    made = tape(0.0, 1.0, 2.0, 3.0)
    made.forget(1.5)
    piece = made.cut(Span(0.0, 3.0))
    assert (piece.start_s, piece.duration_s) == pytest.approx((1.0, 2.0))
    assert made.end_s == 3.0


@pytest.mark.parametrize("span", [Span(1.0, 1.0), Span(5.0, 6.0)])
def test_nothing_is_nothing(span: Span) -> None:
    assert tape(0.0, 2.0).cut(span).duration_s == 0.0
    assert Tape().cut(span).duration_s == 0.0
