"""Carries out what use cases ask for, and lets other tasks run meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterator
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message

from audiosvc.client.effects import (
    Ask,
    Converse,
    Effect,
    Emit,
    Flow,
    Open,
    Outcome,
    Read,
    Send,
    Sleep,
)
from audiosvc.client.explain import explain
from audiosvc.client.options import CHANNEL, Options
from audiosvc.client.retry import Contact
from audiosvc.client.stubs import calls_of

T = TypeVar("T")


class Uplink:
    """The requests of one call. What is raised while they are made is kept, and ends the call."""

    def __init__(self) -> None:
        self.call: Any = None
        self.failure: Exception | None = None
        self._gate = asyncio.Event()
        self._over = False

    def release(self) -> None:
        """Audio may be sent from now on."""
        self._gate.set()

    def end(self, _call: object = None) -> None:
        """The call is over: whoever waits to send need not wait any more."""
        self._over = True
        self._gate.set()

    async def send(self, requests: AsyncIterator[Message]) -> AsyncIterator[Message]:
        """The requests, from ``release`` on."""
        await self._gate.wait()
        try:
            while not self._over:
                yield await anext(requests)
        except StopAsyncIteration:
            return
        except Exception as error:  # noqa: BLE001 - raised where the answer is waited for
            self.failure = error
            self.call.cancel()

    async def converse(self, effect: Converse) -> AsyncIterator[Message]:
        """The first message, and then the audio."""
        yield effect.first
        async for request in self.send(_cut(effect)):
            yield request


class WaitingStream:
    """A call whose answers come one by one."""

    def __init__(self, call: Any, uplink: Uplink) -> None:  # noqa: ANN401 - it has no public type
        uplink.call = call
        call.add_done_callback(uplink.end)
        self._call = call
        self._uplink = uplink

    async def read(self) -> Message | None:
        """The next message, None behind the last."""
        try:
            message = await self._call.read()
        except (grpc.RpcError, asyncio.CancelledError):
            if self._uplink.failure:
                raise self._uplink.failure from None
            raise
        # The types of the library do not know its end mark.
        return None if message is grpc.aio.EOF else message  # type: ignore[attr-defined]

    def release(self) -> None:
        """Audio may be sent from now on."""
        self._uplink.release()

    def cancel(self) -> None:
        """Ends the call, if it has not ended."""
        self._call.cancel()


class WaitingDriver:
    """One connection, opened with the first call, in the event loop of that call."""

    def __init__(self, options: Options) -> None:
        self.contact = Contact(options.retry)
        self._options = options
        self._channel: grpc.aio.Channel | None = None
        self._calls: dict[str, Any] = {}

    async def close(self) -> None:
        """Ends every call."""
        if self._channel:
            await self._channel.close(None)

    async def run(self, flow: Flow[T]) -> T:
        """What a use case returns."""
        try:
            effect = next(flow)
            while True:
                effect = (await self._carry_out(effect)).tell(flow)
        except StopIteration as end:
            found: T = end.value
            return found
        finally:
            flow.close()

    async def iterate(self, flow: Flow[None]) -> AsyncGenerator[Any, None]:
        """What a use case emits. Closing the iterator ends its call."""
        try:
            effect = next(flow)
            while True:
                if isinstance(effect, Emit):
                    yield effect.value
                    effect = flow.send(None)
                else:
                    effect = (await self._carry_out(effect)).tell(flow)
        except StopIteration:
            return
        finally:
            flow.close()

    async def _carry_out(self, effect: Effect) -> Outcome:
        try:
            result = await self._perform(effect)
        except grpc.RpcError as error:
            return Outcome(error=explain(error, self._options.address))
        except Exception as error:  # noqa: BLE001 - of the caller's audio; the flow tidies up
            return Outcome(error=error)
        if isinstance(effect, (Ask, Send, Read)):
            self.contact.reached = True
        return Outcome(result)

    async def _perform(self, effect: Effect) -> Any:  # noqa: ANN401 - each effect gives its own
        match effect:
            case Ask(method, request):
                return await self._call(method, request, self._options.timeout_s)
            case Send(method, requests):
                return await self._send(method, requests)
            case Open(method, request):
                return WaitingStream(self._call(method, request), Uplink())
            case Converse(method, timeout_s=timeout_s):
                uplink = Uplink()
                call = self._call(method, uplink.converse(effect), timeout_s)
                return WaitingStream(call, uplink)
            case Read(stream):
                return await stream.read()
            case Sleep(seconds):
                return await asyncio.sleep(seconds)
        raise AssertionError(effect)

    async def _send(self, method: str, requests: Iterator[Message]) -> Any:  # noqa: ANN401
        uplink = Uplink()
        call = self._call(method, uplink.send(in_thread(requests)))
        uplink.call = call
        call.add_done_callback(uplink.end)
        uplink.release()
        try:
            return await call
        except (grpc.RpcError, asyncio.CancelledError):
            if uplink.failure:
                raise uplink.failure from None
            raise
        finally:
            call.cancel()

    def _call(self, method: str, what: Any, timeout_s: float | None = None) -> Any:  # noqa: ANN401
        if self._channel is None:
            address, credentials = self._options.address, self._options.credentials
            self._channel = (
                grpc.aio.secure_channel(address, credentials, CHANNEL)
                if credentials
                else grpc.aio.insecure_channel(address, CHANNEL)
            )
            self._calls = calls_of(self._channel)
        return self._calls[method](what, timeout=timeout_s, metadata=self._options.metadata)


async def in_thread(items: Iterator[T]) -> AsyncIterator[T]:
    """Items whose making blocks: files are read, checksums computed. None among them is the end."""
    while (item := await asyncio.to_thread(next, items, None)) is not None:
        yield item


async def _cut(effect: Converse) -> AsyncIterator[Message]:
    """The audio as requests; the blocks may come from an iterable of either kind."""
    audio = effect.audio
    blocks = audio if isinstance(audio, AsyncIterable) else in_thread(iter(audio))
    async for block in blocks:
        for request in effect.cut(block):
            yield request
