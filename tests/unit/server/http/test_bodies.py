"""How much a request may send, and how slowly."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from audiosvc.errors import DeadlineExceeded, OptionError, TooLarge
from audiosvc.server.http import bodies
from audiosvc.server.http.bodies import Body, check_length, most_bytes


def sends(*parts: bytes, pause_s: float = 0.0) -> Any:
    left = list(parts)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(pause_s)
        if not left:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    return receive


async def read(body: Body) -> bytes:
    got = b""
    while True:
        message = await body()
        got += message["body"]
        if not message["more_body"]:
            return got


def test_a_body_within_its_limit_comes_as_it_was_sent() -> None:
    body = Body(sends(b"abc", b"", b"def"), 6, 1.0)
    assert asyncio.run(read(body)) == b"abcdef"


def test_a_body_that_was_not_announced_is_cut_where_it_is_too_long() -> None:
    with pytest.raises(TooLarge, match="longer than 5 bytes"):
        asyncio.run(read(Body(sends(b"abc", b"def"), 5, 1.0)))


def test_nothing_for_too_long_is_refused() -> None:
    with pytest.raises(DeadlineExceeded, match="too slowly"):
        asyncio.run(read(Body(sends(b"a", pause_s=30.0), 5, 0.05)))


def test_a_byte_now_and_then_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LEAST_BYTES_PER_S", 1000.0)
    with pytest.raises(DeadlineExceeded, match="too slowly"):
        asyncio.run(read(Body(sends(*[b"a"] * 100, pause_s=0.04), 1000, 0.1)))


def test_who_thinks_long_before_it_reads_blames_nobody() -> None:
    async def run() -> bytes:
        body = Body(sends(*[b"a"] * 5), 1000, 0.1)
        got = b""
        for _ in range(5):
            await asyncio.sleep(0.06)
            got += (await body())["body"]
        return got

    assert asyncio.run(run()) == b"aaaaa"


@pytest.mark.parametrize("length", ["-1", "1e3", "٣", "x" * 1000, "+5", " 5"])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    with pytest.raises(OptionError, match="no length"):
        check_length(length, 10)


def test_a_length_is_held_against_the_limit() -> None:
    check_length(None, 10)
    check_length("10", 10)
    for length in ("11", "9" * 5000):
        with pytest.raises(TooLarge):
            check_length(length, 10)


def test_audio_may_be_long_and_the_rest_is_short() -> None:
    assert most_bytes("/v1/jobs", "multipart/form-data; boundary=x", 10**9) > 10**9
    assert most_bytes("/v1/uploads/u", "application/offset+octet-stream", 10**9) > 10**9
    assert most_bytes("/v1/jobs", "application/json", 10**9) == bodies.JSON_BYTES
    assert most_bytes("/v1/transcripts/export", "application/json", 1) == bodies.TRANSCRIPT_BYTES
