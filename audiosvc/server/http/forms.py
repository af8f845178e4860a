"""Forms with a recording in them, read piece by piece: nothing is held whole."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from audiosvc.errors import Cancelled, OptionError, ProtocolError, TooLarge

FILE = "file"
MAX_FIELDS = 400
# Of all fields together; audio is counted elsewhere.
MAX_TEXT_BYTES = 256 * 1024
LONGEST_BOUNDARY = 70  # says RFC 2046
MAX_HEADERS, MAX_HEADER_BYTES = 8, 4096


@dataclass(frozen=True, slots=True)
class Field:
    """One that is not the recording."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class File:
    """The recording begins. name: as its sender calls it."""

    name: str


Part = Field | File | bytes


async def read_form(request: Request) -> AsyncGenerator[Part, None]:
    """The fields, and the recording as bytes behind a ``File``, in the order they come in.

    Raises ProtocolError, OptionError, TooLarge, Cancelled, and whatever reading the body raises.
    """
    _, options = parse_options_header(request.headers.get("content-type", ""))
    form = _Form(options.get(b"boundary", b""))
    async for data in body_of(request):
        for part in form.feed(data):
            yield part
    form.close()


async def body_of(request: Request) -> AsyncGenerator[bytes, None]:
    """The body as it comes. Raises Cancelled when its sender goes away."""
    try:
        async for data in request.stream():
            if data:
                yield data
    except ClientDisconnect:
        raise Cancelled("The sender went away before the body ended.") from None


class _Form:
    def __init__(self, boundary: bytes) -> None:
        if not 0 < len(boundary) <= LONGEST_BOUNDARY:
            raise ProtocolError(
                "The form names no boundary between its parts, or one of more than "
                f"{LONGEST_BOUNDARY} characters."
            )
        self._found: list[Part] = []
        self._headers: dict[bytes, bytes] = {}
        self._header = (bytearray(), bytearray())
        self._name = ""
        self._text: bytearray | None = None
        self._fields = self._text_bytes = self._files = 0
        self._ended = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                "on_header_end": self._keep_header,
                "on_headers_finished": self._open,
                "on_part_data": self._take,
                "on_part_end": self._close,
                "on_end": self._end,
            },
            max_header_count=MAX_HEADERS,
            max_header_size=MAX_HEADER_BYTES,
        )

    def feed(self, data: bytes) -> list[Part]:
        """What has become known with these bytes."""
        try:
            self._parser.write(data)
        except FormParserError:
            raise ProtocolError("The form cannot be read: it is not multipart/form-data.") from None
        found, self._found = self._found, []
        return found

    def close(self) -> None:
        """Raises ProtocolError when something is missing."""
        if not self._ended:
            raise ProtocolError("The form broke off before its end.")

    def _begin(self) -> None:
        self._headers = {}
        self._fields += 1
        if self._fields > MAX_FIELDS:
            raise TooLarge(f"A form has at most {MAX_FIELDS} fields.")

    def _keep_header(self) -> None:
        name, value = map(bytes, self._header)
        self._headers[name.lower()] = value
        self._header = (bytearray(), bytearray())

    def _open(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._name = _decoded(options.get(b"name", b""))
        if not self._name:
            raise ProtocolError("A field of the form has no name.")
        name = options.get(b"filename")
        if name is None:
            self._text = bytearray()
            return
        if self._name != FILE or self._files:
            raise OptionError(
                f"A form holds one file, and calls it `{FILE}`.", field=self._name[:100]
            )
        self._files += 1
        self._text = None
        self._found.append(File(_decoded(name)))

    def _take(self, data: bytes, start: int, end: int) -> None:
        if self._text is None:
            self._found.append(bytes(data[start:end]))
            return
        self._text_bytes += end - start
        if self._text_bytes > MAX_TEXT_BYTES:
            raise TooLarge(f"The fields of a form have at most {MAX_TEXT_BYTES:,} bytes together.")
        self._text += data[start:end]

    def _close(self) -> None:
        if self._text is not None:
            self._found.append(Field(self._name, _decoded(bytes(self._text))))

    def _end(self) -> None:
        self._ended = True


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace")
