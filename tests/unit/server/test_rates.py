"""So many calls in any minute, each caller for itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.errors import NotAllowed, QuotaExceeded
from audiosvc.server.callers import Caller, Quotas
from audiosvc.server.doors import with_quotas
from audiosvc.server.rates import MINUTE_S, LocateRate

ANN, BEN = (Caller(name, Quotas(locate_per_minute=2)) for name in ("ann", "ben"))


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_the_next_one_waits_until_the_first_is_a_minute_old() -> None:
    clock = Clock()
    rate = LocateRate(clock)
    rate.take(ANN)
    clock.now_s += 10.0
    rate.take(ANN)
    clock.now_s += 5.0
    for _ in range(3):  # to be refused costs nothing
        with pytest.raises(QuotaExceeded, match="2 recordings a minute") as caught:
            rate.take(ANN)
    assert caught.value.retry_after_s == 45.0
    clock.now_s += 45.0
    rate.take(ANN)
    with pytest.raises(QuotaExceeded):
        rate.take(ANN)


def test_callers_are_in_nobody_s_way() -> None:
    rate = LocateRate(Clock())
    rate.take(ANN)
    rate.take(ANN)
    rate.take(BEN)
    with pytest.raises(QuotaExceeded):
        rate.take(ANN)


def test_who_may_none_is_told_so_and_not_to_come_back() -> None:
    with pytest.raises(NotAllowed, match="may not"):
        LocateRate().take(Caller("eve", Quotas(locate_per_minute=0)))


def test_a_limit_that_was_lowered_holds_at_once() -> None:
    clock = Clock()
    rate = LocateRate(clock)
    for _ in range(5):
        rate.take(Caller("ann", Quotas(locate_per_minute=5)))
        clock.now_s += 1.0
    with pytest.raises(QuotaExceeded) as caught:
        rate.take(ANN)
    clock.now_s += caught.value.retry_after_s or 0.0
    rate.take(ANN)


@given(st.lists(st.floats(0.0, 40.0), max_size=60))
def test_never_more_in_any_minute(waits_s: list[float]) -> None:
    clock = Clock()
    rate = LocateRate(clock)
    begun_s: list[float] = []
    for wait_s in waits_s:
        clock.now_s += wait_s
        try:
            rate.take(ANN)
        except QuotaExceeded as error:
            assert 0.0 <= (error.retry_after_s or 0.0) <= MINUTE_S
        else:
            begun_s.append(clock.now_s)
    for first_s, third_s in zip(begun_s, begun_s[2:], strict=False):
        assert third_s - first_s >= MINUTE_S


@pytest.mark.parametrize(("own", "limit"), [(None, 30), (0, 0), (7, 7)])
def test_a_key_s_own_limit_is_stronger_than_the_server_s(own: int | None, limit: int) -> None:
    door = with_quotas(
        lambda _: Caller("ann", Quotas(locate_per_minute=own)), Quotas(locate_per_minute=30)
    )
    assert door(None).quotas.locate_per_minute == limit  # type: ignore[arg-type]
