"""Forms with a recording in them, however they are cut on their way."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from audiosvc.errors import AudiosvcError, Cancelled, ProtocolError
from audiosvc.server.http.forms import Field, File, Part, read_form

PLAIN = st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters='"\\')
NAMES = st.text(PLAIN, min_size=1, max_size=9)
CUTS = st.lists(st.integers(0, 10**6), max_size=9)
VALUES = st.text(st.characters(blacklist_categories=["Cs"]), max_size=20)


def read(body: bytes, cuts: list[int] | None = None, *, breaks: bool = False) -> list[Part]:
    """The parts of a form that comes in pieces; bytes that follow each other are joined."""
    places = sorted({0, len(body), *(cut % (len(body) + 1) for cut in cuts or ())})
    pieces = [body[start:end] for start, end in itertools.pairwise(places)] or [b""]

    async def receive() -> dict[str, Any]:
        if not pieces:
            return {"type": "http.disconnect"}
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": breaks or bool(pieces)}

    headers = [(b"content-type", b"multipart/form-data; boundary=edge")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)

    async def run() -> list[Part]:
        found: list[Part] = []
        async for part in read_form(request):
            if isinstance(part, bytes) and found and isinstance(found[-1], bytes):
                found[-1] += part
            else:
                found.append(part)
        return found

    return asyncio.run(run())


def form(fields: list[tuple[str, str]], file: bytes | None, name: str = "a.wav") -> bytes:
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields
    ]
    if file is not None:
        head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        parts.append(head.encode() + file + b"\r\n")
    return b"".join(parts) + b"--edge--\r\n"


@given(
    st.lists(st.tuples(NAMES, VALUES), max_size=4),
    st.binary(max_size=200),
    st.lists(st.integers(0, 10**6), max_size=9),
)
def test_a_form_is_the_same_however_it_is_cut(
    fields: list[tuple[str, str]], file: bytes, cuts: list[int]
) -> None:
    expected: list[Part] = [Field(key, value) for key, value in fields]
    expected += [File("a.wav"), *([file] if file else [])]
    assert read(form(fields, file), cuts) == expected


@given(st.binary(max_size=300), CUTS)
def test_whatever_comes_is_read_or_refused(body: bytes, cuts: list[int]) -> None:
    for sent in (body, b"--edge\r\n" + body, form([], b"x")[:-9] + body):
        try:
            read(sent, cuts)
        except AudiosvcError as error:
            assert str(error)


def test_a_sender_that_goes_away_is_no_fault() -> None:
    with pytest.raises(Cancelled):
        read(form([], b"x" * 100)[:60], breaks=True)
    with pytest.raises(ProtocolError, match="broke off"):
        read(form([], b"x" * 100)[:-3])


def test_a_recording_may_hold_what_looks_like_an_end() -> None:
    file = b"\r\n--edg\r\n--edge-x\r\n-- --edge"
    assert read(form([], file)) == [File("a.wav"), file]
    assert read(form([], b"x", "Gr\u00fc\u00dfe.wav")) == [File("Gr\u00fc\u00dfe.wav"), b"x"]
