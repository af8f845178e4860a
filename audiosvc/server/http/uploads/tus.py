"""The headers of the tus protocol, 1.0.0: uploads that go on where they broke off."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from audiosvc.errors import OptionError

VERSION = "1.0.0"
EXTENSIONS = (
    *("creation", "creation-with-upload", "creation-defer-length"),
    *("termination", "checksum", "expiration"),
)
KIND = "application/offset+octet-stream"
CHECKSUMS: dict[str, Callable[[], Any]] = {
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
}
GONE, UNSUPPORTED_VERSION, MISMATCH = 410, 412, 460
MAX_DIGITS = 18
MAX_METADATA = 16 * 1024
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Checksum:
    """Of one part. algorithm: one of ``CHECKSUMS``."""

    algorithm: str
    digest: bytes


class Refused(Exception):
    """An error with a status that only this protocol has. error: what to tell."""

    def __init__(self, status: int, error: Exception) -> None:
        super().__init__(str(error))
        self.status = status
        self.error = error


def number(request: Request, name: str) -> int | None:
    """A header that holds a number of bytes; None without it. Raises OptionError."""
    value = request.headers.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS):
        raise OptionError(f"{value[:40]!r} is no number of bytes.", field=name)
    return int(value)


def metadata(text: str) -> dict[str, str]:
    """``Upload-Metadata``: pairs of a key and a value in Base64. Raises OptionError."""
    if len(text) > MAX_METADATA:
        raise _wrong_metadata(f"more than {MAX_METADATA:,} characters")
    found: dict[str, str] = {}
    for pair in text.split(",") if text.strip() else ():
        key, _, value = pair.strip().partition(" ")
        if not key or key in found:
            raise _wrong_metadata("a key that is empty, or there twice")
        try:
            found[key] = base64.b64decode(value.strip(), validate=True).decode()
        except ValueError:
            raise _wrong_metadata("a value that is not UTF-8 in Base64") from None
    return found


def checksum(text: str | None) -> Checksum | None:
    """``Upload-Checksum``. Raises OptionError."""
    if text is None:
        return None
    algorithm, _, value = text.partition(" ")
    try:
        digest = base64.b64decode(value.strip(), validate=True)
    except ValueError:
        digest = b""
    if algorithm not in CHECKSUMS or not digest:
        known = ", ".join(CHECKSUMS)
        raise OptionError(
            f"A checksum is one of {known}, a blank, and its value in Base64.",
            field="Upload-Checksum",
        )
    return Checksum(algorithm, digest)


def told(response: Response, **headers: str) -> Response:
    """The same response, as the protocol wants it. headers: with ``_`` for ``-``."""
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def expires(hours: float, now_s: float) -> dict[str, str]:
    """``Upload-Expires``, for who never goes on; nothing when uploads wait for ever."""
    if not hours:
        return {}
    return {"Upload_Expires": formatdate(now_s + hours * HOUR_S, usegmt=True)}


def _wrong_metadata(what: str) -> OptionError:
    return OptionError(
        f"Upload-Metadata holds {what}: send `key value` pairs with values in Base64, and commas "
        "between them.",
        field="Upload-Metadata",
    )
