"""Server-sent events, and who waits for them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from audiosvc.errors import AudioUnreadable, Cancelled
from audiosvc.server.http.openai import event_streams
from audiosvc.server.http.openai.event_streams import EventStream, event
from audiosvc.server.http.waiting import while_there

SCOPE = {"type": "http", "path": "/v1/audio/transcriptions"}


class Caller:
    """Takes what is sent, until it goes away after so many parts."""

    def __init__(self, goes_after: int = 1_000) -> None:
        self.status: int | None = None
        self.told = ""
        self._left = goes_after
        self._gone = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.status = message.get("status", self.status)
        self.told += message.get("body", b"").decode()
        self._left -= 1
        if self._left == 0:
            self._gone.set()


class Source:
    """Events, of which an error is raised in its place; was_closed: whether its end was seen."""

    def __init__(self, *parts: str | Exception, pause_s: float = 0.0) -> None:
        self.was_closed = False
        self._parts = parts
        self._pause_s = pause_s

    async def events(self) -> AsyncGenerator[str, None]:
        try:
            for part in self._parts:
                await asyncio.sleep(self._pause_s)
                if isinstance(part, Exception):
                    raise part
                yield part
        finally:
            self.was_closed = True


def serve(source: Source, goes_after: int = 1_000) -> Caller:
    async def run() -> Caller:
        caller = Caller(goes_after)
        try:
            await EventStream(source.events())(SCOPE, caller.receive, caller.send)
        finally:
            assert source.was_closed
        return caller

    return asyncio.run(run())


def test_events_come_as_they_are_made() -> None:
    caller = serve(Source("", event({"n": 1}), "", event({"text": "ä\n\ud800"})))
    assert caller.status == 200
    assert caller.told == 'data: {"n":1}\n\ndata: {"text":"ä\\n\ufffd"}\n\n'


def test_what_goes_wrong_before_has_a_status() -> None:
    with pytest.raises(AudioUnreadable):
        serve(Source(AudioUnreadable("no audio")))


def test_what_goes_wrong_later_is_an_event() -> None:
    caller = serve(Source(event({"n": 1}), AudioUnreadable("it breaks off")))
    _, told, _ = caller.told.split("\n\n")
    found = json.loads(told.removeprefix("data: "))
    assert (caller.status, found["status"]) == (200, 422)
    assert found["error"]["message"] == found["detail"] == "it breaks off"


def test_a_fault_tells_nothing_of_itself() -> None:
    caller = serve(Source("", RuntimeError("secret")))
    assert "SERVER_FAULT" in caller.told
    assert "secret" not in caller.told


def test_nobody_on_the_way_thinks_that_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_streams, "PING_S", 0.02)
    caller = serve(Source(*[""] * 10, event({"n": 1}), pause_s=0.01))
    assert caller.told.startswith(event_streams.PING)
    assert caller.told.endswith(event({"n": 1}))


def test_who_goes_away_ends_it() -> None:
    source = Source(*[event({"n": 1})] * 1_000, pause_s=0.01)
    with pytest.raises(Cancelled):
        serve(source, goes_after=3)


def test_work_for_somebody_who_has_gone_is_cut_off_and_its_error_is_not_lost() -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(60.0)
        finally:
            ended.append("cut off")

    async def breaks() -> None:
        raise AudioUnreadable("no audio")

    async def run() -> None:
        caller = Caller()
        with pytest.raises(AudioUnreadable):
            await while_there(caller.receive, breaks())
        waiting = asyncio.create_task(while_there(caller.receive, work()))
        await asyncio.sleep(0.01)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert ended == ["cut off"]

    asyncio.run(run())
