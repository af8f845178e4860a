"""Answers: JSON, files, and what flows for as long as it takes."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from starlette.responses import JSONResponse, Response, StreamingResponse

from audiosvc.export.formats import format_named
from audiosvc.export.text import encodable
from audiosvc.server.http.around import Send
from audiosvc.types import Transcript

# A browser shows a file as what we say it is, and not as what it looks like.
NOSNIFF = {"X-Content-Type-Options": "nosniff"}
KINDS = {
    "json": "application/json",
    "seglst": "application/json",
    "srt": "application/x-subrip; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}
PLAIN = "text/plain; charset=utf-8"
LONGEST_NAME = 150


class Json(JSONResponse):
    """What a model has written may hold characters that are none."""

    def render(self, content: Any) -> bytes:  # noqa: ANN401 - as overridden
        """UTF-8."""
        return dumps(content).encode()


class Flow(StreamingResponse):
    """What comes piece by piece. However it ends, its source is closed at once."""

    def __init__(
        self,
        parts: AsyncGenerator[bytes, None],
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        kind: str | None = None,
    ) -> None:
        super().__init__(parts, status, headers, kind)
        self._parts = parts

    async def stream_response(self, send: Send) -> None:
        """The next piece is asked for when the last was taken."""
        async with aclosing(self._parts):
            await super().stream_response(send)


def dumps(content: Any) -> str:  # noqa: ANN401 - anything JSON
    """On one line, and such that UTF-8 can hold it."""
    return encodable(json.dumps(content, ensure_ascii=False, separators=(",", ":")))


def exported(transcript: Transcript, format_name: str, display_name: str) -> Response:
    """A transcript as a file. Raises OptionError for a format that does not exist."""
    chosen = format_named(format_name)
    name = stem_of(display_name)
    headers = {**NOSNIFF, "Content-Disposition": attachment(name + chosen.suffix)}
    kind = KINDS.get(format_name, PLAIN)
    text = chosen.serialise(transcript, name)
    return Response(text.encode(), headers=headers, media_type=kind)


def stem_of(display_name: str) -> str:
    """What people call a recording, without folders and suffix; some formats name it."""
    return PurePath(display_name.replace("\\", "/")).stem or "recording"


def attachment(name: str) -> str:
    """The header Content-Disposition for a file to be kept (RFC 6266), whatever its name holds."""
    kept = "".join(char if char.isprintable() and char not in '/\\"' else "_" for char in name)
    kept = encodable(kept)[-LONGEST_NAME:].lstrip(". ") or "recording"
    plain = kept.encode("ascii", "replace").decode().replace("?", "_").replace("%", "_")
    header = f'attachment; filename="{plain}"'
    if plain != kept:
        header += f"; filename*=UTF-8''{quote(kept, safe='')}"
    return header
