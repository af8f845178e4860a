"""What goes wrong with a model server, in words: what may pass, what is refused, what is final."""

from __future__ import annotations

import json
import os
import re
import socket
import ssl
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from audiosvc.backends.openai_address import KEY
from audiosvc.errors import ModelError, ModelFailed, ModelMissing

LONGEST_EXCERPT = 160
PASSING = frozenset({408, 409, 425, 429})
FORMAL = frozenset({400, 422})
# A clip that is too long stays too long in whatever form it is asked for.
_LENGTH = re.compile(r"longer than|too (?:long|large)|file ?size|maximum .*exceed", re.IGNORECASE)


class Passing(ModelFailed):
    """A fault that may pass: the same request is worth another try.

    retry_after_s: when, if the server said so.
    """

    def __init__(self, message: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Unreachable(Passing):
    """Nothing answers there at the moment. Where that stays so, the model is missing."""


class Rubbish(ModelFailed):
    """A reply that is no transcript, nor anything that a model server says."""


class Refused(ModelFailed):
    """The server does not take the request in this form; another form may do.

    told: the server's own words.
    """

    def __init__(self, message: str = "", *, told: str = "") -> None:
        super().__init__(message)
        self.told = told

    @property
    def for_length(self) -> bool:
        """Whether it is the clip that is too long, and no other form helps."""
        return bool(_LENGTH.search(self.told))


def excerpt(data: bytes | str) -> str:
    """The beginning of what came, as one printable line."""
    text = data[: 4 * LONGEST_EXCERPT]
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= LONGEST_EXCERPT else line[:LONGEST_EXCERPT] + "…"


def told(body: bytes) -> str:
    """What a server says about an error: its own message where it has one."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return excerpt(body)
    found = message_in(value)
    return excerpt(found) if found else excerpt(body)


def message_in(value: object) -> str | None:
    """The message of an error object: OpenAI's, vLLM's, or FastAPI's ``detail``."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "; ".join(filter(None, (message_in(one) for one in value[:3]))) or None
    if isinstance(value, dict):
        for name in ("error", "message", "detail", "msg"):
            if found := message_in(value.get(name)):
                where = value.get("loc") if name == "msg" else None
                return f"{where[-1]}: {found}" if isinstance(where, list) and where else found
    return None


def error_event(server: str, event: Mapping[str, object]) -> ModelFailed | None:
    """The error that a reply holds in place of text, if it does."""
    inner = event.get("error")
    if not inner and "error" not in (event.get("object"), event.get("type")):
        return None
    source = inner if isinstance(inner, dict) else event
    code = source.get("code")
    message = f"The model server at {server} gave up: {excerpt(message_in(event) or 'no reason')}"
    if isinstance(code, int) and 400 <= code < 500 and code not in PASSING:
        return ModelFailed(message)
    return Passing(message)


def status_fault(
    server: str, status: int, headers: Mapping[str, str], body: bytes, *, with_key: bool
) -> ModelError:
    """What a status other than 200 means: ModelMissing where no other clip would fare better.

    404 is told by who knows the models.
    """
    said = told(body)
    answer = f"The model server at {server} answered {status}" + (f": {said}" if said else ".")
    if status in FORMAL:
        return Refused(answer, told=said)
    if status in PASSING or status >= 500:
        return Passing(answer, retry_after_s=retry_after_s(headers.get("retry-after")))
    if status in (401, 403):
        what = "refused the key in" if with_key else "wants a key: set"
        return ModelMissing(f"The model server at {server} {what} {KEY} ({status}: {said}).")
    if status == 413:
        return ModelFailed(f"{answer} Make windows shorter, or let the server take more.")
    if 300 <= status < 400:
        place = excerpt(headers.get("location", "").partition("?")[0])
        return ModelMissing(
            f"The model server at {server} points elsewhere ({status}, to {place or 'no place'}), "
            "where nothing is sent unasked. If that is right, give that address."
        )
    return ModelFailed(answer)


def retry_after_s(header: str | None) -> float | None:
    """Seconds to wait, from a number or a date."""
    if not header:
        return None
    try:
        return max(0.0, float(header)) if float(header) < 1e9 else None
    except ValueError:
        pass
    try:
        when = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=timezone.utc)
    return max(0.0, (when - datetime.now(timezone.utc)).total_seconds())


def reason(error: BaseException) -> str:
    """Why a connection failed, in the system's words: what lies deepest says most."""
    waiting: deque[BaseException] = deque([error])
    seen: set[int] = set()
    while waiting:
        one = waiting.popleft()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if words := _words(one):
            return words
        waiting += getattr(one, "exceptions", ())
        waiting += [link for link in (one.__cause__, one.__context__) if link is not None]
    return excerpt(str(error)) or type(error).__name__


def _words(error: BaseException) -> str | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return "it does not speak TLS as this program does; is it http:// perhaps?"
    if isinstance(error, socket.gaierror):
        return "no machine of that name is known"
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno).lower()
    return None
