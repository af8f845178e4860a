"""Carries out what use cases ask for, and waits meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
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
from audiosvc.errors import Cancelled

T = TypeVar("T")


class Uplink:
    """The requests of one call, made in the thread that sends them.

    What is raised there would be lost: it is kept, and ends the call.
    """

    def __init__(self) -> None:
        self.call: Any = None
        self.failure: Exception | None = None
        self._gate = threading.Event()
        self._over = False

    def release(self) -> None:
        """Audio may be sent from now on."""
        self._gate.set()

    def end(self) -> None:
        """The call is over: whoever waits to send need not wait any more."""
        self._over = True
        self._gate.set()

    def send(self, requests: Iterator[Message]) -> Iterator[Message]:
        """The requests, from ``release`` on."""
        self._gate.wait()
        try:
            while not self._over:
                request = next(requests, None)
                if request is None:
                    return
                yield request
        except Exception as error:  # noqa: BLE001 - raised where the answer is waited for
            self.failure = error
            self.call.cancel()

    def converse(self, effect: Converse) -> Iterator[Message]:
        """The first message, and then the audio."""
        assert isinstance(effect.audio, Iterable)  # async blocks are for the asyncio client
        yield effect.first
        blocks = (request for block in effect.audio for request in effect.cut(block))
        yield from self.send(blocks)


class BlockingStream:
    """A call whose answers come one by one."""

    def __init__(self, call: Any, uplink: Uplink) -> None:  # noqa: ANN401 - it has no public type
        uplink.call = call
        call.add_callback(uplink.end)
        self._call = call
        self._uplink = uplink

    def read(self) -> Message | None:
        """The next message, None behind the last."""
        try:
            return next(self._call, None)
        except grpc.RpcError:
            if self._uplink.failure:
                raise self._uplink.failure from None
            raise

    def release(self) -> None:
        """Audio may be sent from now on."""
        self._uplink.release()

    def cancel(self) -> None:
        """Ends the call, if it has not ended."""
        self._call.cancel()


class BlockingDriver:
    """One connection. sleep: waits for so many seconds."""

    def __init__(self, options: Options, sleep: Callable[[float], object] = time.sleep) -> None:
        self.contact = Contact(options.retry)
        self._options = options
        self._sleep = sleep
        credentials = options.credentials
        self._channel = (
            grpc.secure_channel(options.address, credentials, CHANNEL)
            if credentials
            else grpc.insecure_channel(options.address, CHANNEL)
        )
        self._calls = calls_of(self._channel)

    def close(self) -> None:
        """Ends every call."""
        self._channel.close()

    def run(self, flow: Flow[T]) -> T:
        """What a use case returns."""
        try:
            effect = next(flow)
            while True:
                effect = self._carry_out(effect).tell(flow)
        except StopIteration as end:
            found: T = end.value
            return found
        finally:
            flow.close()

    def iterate(self, flow: Flow[None]) -> Generator[Any, None, None]:
        """What a use case emits. Closing the iterator ends its call."""
        try:
            effect = next(flow)
            while True:
                if isinstance(effect, Emit):
                    yield effect.value
                    effect = flow.send(None)
                else:
                    effect = self._carry_out(effect).tell(flow)
        except StopIteration:
            return
        finally:
            flow.close()

    def _carry_out(self, effect: Effect) -> Outcome:
        try:
            result = self._perform(effect)
        except grpc.RpcError as error:
            return Outcome(error=explain(error, self._options.address))
        except Exception as error:  # noqa: BLE001 - of the caller's audio; the flow tidies up
            return Outcome(error=error)
        if isinstance(effect, (Ask, Send, Read)):
            self.contact.reached = True
        return Outcome(result)

    def _perform(self, effect: Effect) -> Any:  # noqa: ANN401 - each effect gives its own
        metadata = self._options.metadata
        match effect:
            case Ask(method, request):
                timeout_s = self._options.timeout_s
                return self._calls[method](request, timeout=timeout_s, metadata=metadata)
            case Send(method, requests):
                return self._send(method, requests)
            case Open(method, request):
                return BlockingStream(self._calls[method](request, metadata=metadata), Uplink())
            case Converse(method, timeout_s=timeout_s):
                uplink = Uplink()
                requests = uplink.converse(effect)
                call = self._calls[method](requests, timeout=timeout_s, metadata=metadata)
                return BlockingStream(call, uplink)
            case Read(stream):
                return stream.read()
            case Sleep(seconds):
                return self._sleep(seconds)
        raise AssertionError(effect)

    def _send(self, method: str, requests: Iterator[Message]) -> Any:  # noqa: ANN401
        uplink = Uplink()
        call = self._calls[method].future(uplink.send(requests), metadata=self._options.metadata)
        uplink.call = call
        try:
            uplink.release()
            return call.result()
        except (grpc.RpcError, grpc.FutureCancelledError) as error:
            if uplink.failure:
                raise uplink.failure from None
            if isinstance(error, grpc.RpcError):
                raise
            raise Cancelled(f"The call to {self._options.address} was cancelled.") from error
        finally:
            uplink.end()
            call.cancel()
