"""What a use case asks its surroundings to do.

Every use case of the client is written once, as a generator of these. The blocking client and the
asyncio client carry them out, each in its own way; nothing else differs between the two.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from google.protobuf.message import Message

from audiosvc.client.retry import Contact, Tries
from audiosvc.errors import AudiosvcError

T = TypeVar("T")


class Stream(Protocol):
    """A call whose answers come one by one; ``Read`` takes the next."""

    def read(self) -> Any:  # noqa: ANN401 - a message, or what gives one when it is awaited
        """The next message, None behind the last."""

    def cancel(self) -> object:
        """Ends the call, if it has not ended."""

    def release(self) -> None:
        """Audio may be sent from now on."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, one response; gives the response. method: a name in the protos."""

    method: str
    request: Message


@dataclass(frozen=True, slots=True)
class Send:
    """Many requests, one response; gives the response. The requests may block while they read."""

    method: str
    requests: Iterator[Message]


@dataclass(frozen=True, slots=True)
class Open:
    """One request, many responses; gives a ``Stream``."""

    method: str
    request: Message


@dataclass(frozen=True, slots=True)
class Converse:
    """A first request at once, and one for each block of audio after ``Stream.release``.

    Gives a ``Stream``. audio: blocks; async ones for the asyncio client. cut: a block as
    requests.
    """

    method: str
    first: Message
    audio: Iterable[Any] | AsyncIterable[Any]
    cut: Callable[[Any], Iterator[Message]]
    timeout_s: float | None


@dataclass(frozen=True, slots=True)
class Read:
    """Gives the next response of a stream, None behind the last."""

    stream: Stream


@dataclass(frozen=True, slots=True)
class Sleep:
    """Waits."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Emit:
    """Hands a value to whoever iterates."""

    value: Any


Effect = Ask | Send | Open | Converse | Read | Sleep | Emit
Flow = Generator[Effect, Any, T]
"""A use case that returns a T. What it emits is for the iterator that drives it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an effect: a result, or an error."""

    result: Any = None
    error: Exception | None = None

    def tell(self, flow: Flow[Any]) -> Effect:
        """What the use case wants next. Raises StopIteration when it is done."""
        return flow.throw(self.error) if self.error else flow.send(self.result)


def ask(contact: Contact, method: str, request: Message) -> Flow[Any]:
    """The response, after as many tries as it takes. Only for what may be said twice."""
    tries = contact.tries()
    while True:
        try:
            return (yield Ask(method, request))
        except AudiosvcError as error:
            yield from pause(tries, error)


def pause(tries: Tries, error: AudiosvcError) -> Flow[None]:
    """Waits before the next try, or raises the error."""
    yield Sleep(tries.wait_s(error))


def read_all(stream: Stream) -> Flow[list[Any]]:
    """All responses of a stream, which is over then."""
    found = []
    try:
        while (message := (yield Read(stream))) is not None:
            found.append(message)
    finally:
        stream.cancel()
    return found
