"""Events on their way: in order, bounded, and never after the end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine

import pytest

from audiosvc.errors import AudioEmpty, Cancelled, TooBusy
from audiosvc.events import Interim, LiveEvent, Progress, SpeakersMerged
from audiosvc.server.outbox import Outbox
from audiosvc.spans import Span

TICK_S = 0.05


def merged(number: int) -> SpeakersMerged:
    return SpeakersMerged("S1", f"S{number}")


def interim(revision: int) -> Interim:
    return Interim(revision, Span(0.0, 1.0), (), ())


def run(test: Callable[[], Coroutine[None, None, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 10))


async def read_all(outbox: Outbox) -> list[LiveEvent]:
    found: list[LiveEvent] = []
    while await outbox.ready(TICK_S):
        found += outbox.take()
    return found


def test_events_arrive_in_order() -> None:
    async def test() -> None:
        outbox = Outbox()
        events = [merged(n) for n in range(500)]

        def work() -> None:
            for event in events:
                outbox.put(event)
                outbox.wait_for_room()
            outbox.end()

        thread = threading.Thread(target=work)
        thread.start()
        assert await read_all(outbox) == events
        thread.join()

    run(test)


def test_a_newer_one_takes_the_place_of_an_older_one() -> None:
    async def test() -> None:
        outbox = Outbox()
        for event in (interim(1), interim(2), merged(2), interim(3), Progress(1.0, 2.0)):
            outbox.put(event)
        outbox.put(Progress(2.0, 2.0))
        assert outbox.take() == [interim(2), merged(2), interim(3), Progress(2.0, 2.0)]

    run(test)


def test_who_feeds_waits_while_nobody_reads_and_who_emits_does_not() -> None:
    async def test() -> None:
        outbox = Outbox(room=3)
        for number in range(5):
            outbox.put(merged(number))
        waited = threading.Event()
        thread = threading.Thread(target=lambda: (outbox.wait_for_room(), waited.set()))
        thread.start()
        await asyncio.sleep(TICK_S)
        assert not waited.is_set()
        assert len(outbox.take()) == 5
        await asyncio.to_thread(thread.join)
        assert waited.is_set()

    run(test)


def test_an_error_comes_behind_everything_before_it_and_the_first_one_holds() -> None:
    async def test() -> None:
        outbox = Outbox()
        outbox.put(merged(1))
        outbox.end(AudioEmpty("first"))
        outbox.end(TooBusy("second"))
        assert await outbox.ready(TICK_S)
        assert outbox.take() == [merged(1)]
        with pytest.raises(AudioEmpty, match="first"):
            await outbox.ready(TICK_S)

    run(test)


def test_a_tick_passes_without_events() -> None:
    async def test() -> None:
        outbox = Outbox()
        assert await outbox.ready(0.01)
        assert outbox.take() == []
        outbox.end()
        assert not await outbox.ready(TICK_S)

    run(test)


def test_when_nobody_reads_any_more_the_work_ends() -> None:
    async def test() -> None:
        outbox = Outbox(room=1)
        outbox.put(merged(1))
        caught: list[BaseException] = []

        def work() -> None:
            try:
                outbox.wait_for_room()
            except Cancelled as error:
                caught.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        await asyncio.sleep(TICK_S)
        outbox.close()
        await asyncio.to_thread(thread.join)
        assert len(caught) == 1

    run(test)


def test_a_loop_that_is_gone_stops_the_work() -> None:
    made: list[Outbox] = []

    async def test() -> None:
        made.append(Outbox())

    run(test)
    made[0].put(merged(1))
    with pytest.raises(Cancelled):
        made[0].wait_for_room()
