"""Who goes first on the threads that everybody shares."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Any

import pytest

from audiosvc.transcription.pool import FairPool, Urgency


class Gate:
    """A call that waits until it is let go."""

    def __init__(self) -> None:
        self.begun, self.open = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.begun.set()
        assert self.open.wait(10)


def hold(pool: FairPool) -> tuple[Gate, Future[Any]]:
    """Keep one thread busy."""
    gate = Gate()
    future = pool.lane().submit(gate)
    assert gate.begun.wait(10)
    return gate, future


def test_recordings_take_turns_however_much_each_has_lined_up() -> None:
    pool, order = FairPool(1), list[str]()
    gate, _ = hold(pool)
    first, second = pool.lane(), pool.lane()
    futures = [first.submit(order.append, f"a{place}") for place in range(4)]
    futures += [second.submit(order.append, f"b{place}") for place in range(2)]
    gate.open.set()
    for future in futures:
        future.result(10)
    assert order == ["a0", "b0", "a1", "b1", "a2", "a3"]


def test_what_somebody_waits_for_goes_first() -> None:
    pool, order = FairPool(1), list[str]()
    gate, _ = hold(pool)
    lane = pool.lane()
    futures = [
        lane.submit(order.append, "batch"),
        lane.submit_as(Urgency.INTERIM, order.append, "interim"),
        lane.submit_as(Urgency.FINAL, order.append, "final"),
    ]
    gate.open.set()
    for future in futures:
        future.result(10)
    assert order == ["final", "interim", "batch"]


def test_recordings_leave_a_thread_to_live_streams() -> None:
    pool = FairPool(2)
    pool.enter_live()
    gate, _ = hold(pool)
    second = Gate()
    waiting = pool.lane().submit(second)
    live = pool.lane().submit_as(Urgency.INTERIM, lambda: "heard")
    assert live.result(10) == "heard"
    assert not second.begun.is_set()
    pool.leave_live()
    assert second.begun.wait(10)
    gate.open.set()
    second.open.set()
    waiting.result(10)


def test_a_call_that_was_cancelled_is_not_made() -> None:
    pool, made = FairPool(1), list[str]()
    gate, _ = hold(pool)
    future = pool.lane().submit(made.append, "no")
    assert future.cancel()
    gate.open.set()
    pool.lane().submit(made.append, "yes").result(10)
    assert made == ["yes"]


def test_what_a_call_raises_reaches_whoever_asks_and_the_thread_goes_on() -> None:
    pool = FairPool(1)
    with pytest.raises(ZeroDivisionError):
        pool.lane().submit(lambda: 1 / 0).result(10)
    assert pool.lane().submit(lambda: 1).result(10) == 1


def test_one_thread_alone_serves_both() -> None:
    pool = FairPool(1)
    pool.enter_live()
    assert pool.lane().submit(lambda: "batch").result(10) == "batch"
