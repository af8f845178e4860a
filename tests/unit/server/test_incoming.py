"""Request streams: no more parts than are taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from audiosvc.errors import TooLarge
from audiosvc.server.incoming import Incoming
from audiosvc.v1 import geo_pb2 as pb


async def taken(count: int, max_parts: int | None) -> int:
    """How many bytes are given out of so many parts, every second of them empty."""

    async def requests() -> AsyncIterator[pb.LocateRequest]:
        yield pb.LocateRequest(config=pb.LocateConfig(top=3))
        for number in range(count):
            yield pb.LocateRequest(audio=b"x" * (number % 2))

    incoming = Incoming(requests(), 60.0, max_parts)
    assert (await incoming.config()).top == 3
    return sum([len(data) async for data in incoming.audio()])


@pytest.mark.parametrize("max_parts", [10, None])
def test_as_many_parts_as_are_taken(max_parts: int | None) -> None:
    assert asyncio.run(taken(10, max_parts)) == 5


def test_one_part_too_many_though_it_is_small() -> None:
    with pytest.raises(TooLarge, match="more than 10 parts") as caught:
        asyncio.run(taken(11, 10))
    assert caught.value.retry_after_s is None
