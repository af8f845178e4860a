"""Where a model server is, and what the environment says about talking to it."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, unquote, urlsplit

from audiosvc.errors import OptionError

KEY = "AUDIOSVC_MODEL_SERVER_KEY"
OPENAI_KEY = "OPENAI_API_KEY"
OPENAI_HOST = "api.openai.com"
PLAINTEXT = "AUDIOSVC_MODEL_SERVER_PLAINTEXT"
CONCURRENCY = "AUDIOSVC_MODEL_SERVER_CONCURRENCY"
TIMEOUT = "AUDIOSVC_MODEL_SERVER_TIMEOUT"

MOST_AT_ONCE = 512
ROUTE = "/audio/transcriptions"
CHAT_ROUTE = "/chat/completions"
EXAMPLE = "openai:http://host:8000/v1#OpenMOSS-Team/MOSS-Transcribe-Diarize"


@dataclass(frozen=True, slots=True)
class Address:
    """A model server. base: ``http://host:8000/v1``. model: as the server names it, None if the
    server is to be asked.
    """

    base: str
    host: str
    model: str | None = None

    @property
    def server(self) -> str:
        """Scheme, host and port, for messages."""
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def secure(self) -> bool:
        """Whether what is sent is encrypted on its way."""
        return self.base.startswith("https://")

    @property
    def loopback(self) -> bool:
        """Whether it is this machine."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def read_address(text: str) -> Address:
    """The address of ``http://host:8000/v1#model``; raises OptionError, which tells what is wrong.

    Without a path, ``/v1`` is meant; the route itself may stand behind it.
    """
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        raise OptionError("The address of a model server has no spaces in it.")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        # Without the library's words, which might repeat what was meant for a password.
        raise _wrong("its host, or its port, cannot be read") from error
    if parts.scheme not in ("http", "https"):
        raise _wrong("it has to begin with http:// or https://")
    if "@" in parts.netloc:
        raise OptionError(
            "The address of a model server may not hold credentials, which end up in logs and in "
            f"lists of processes: put the key into the environment, as {KEY}."
        )
    if not parts.hostname:
        raise _wrong("it names no host")
    if parts.query:
        raise _wrong("it may have no query (?…)")
    host = parts.hostname
    place = (f"[{host}]" if ":" in host else host) + ("" if port is None else f":{port}")
    return Address(f"{parts.scheme}://{place}{_path(parts)}", host, unquote(parts.fragment) or None)


def _path(parts: SplitResult) -> str:
    path = parts.path.rstrip("/").removesuffix(ROUTE).removesuffix(CHAT_ROUTE).rstrip("/")
    return path or "/v1"


def _wrong(what: str) -> OptionError:
    return OptionError(f"That is no address of a model server: {what}. One looks like {EXAMPLE}")


def read_key(address: Address, environment: Mapping[str, str]) -> str | None:
    """The key to send, if any. Raises OptionError where it would travel in the clear.

    A key for OpenAI goes to OpenAI and to nobody else.
    """
    name = KEY
    key = environment.get(KEY, "").strip()
    if not key and address.host == OPENAI_HOST:
        name = OPENAI_KEY
        key = environment.get(OPENAI_KEY, "").strip()
    if not key:
        return None
    if not all("!" <= letter <= "~" for letter in key):
        raise OptionError(f"{name} holds characters that no key has: spaces, or letters not ASCII.")
    if not (address.secure or address.loopback or environment.get(PLAINTEXT) == "1"):
        raise OptionError(
            f"{name} would travel to {address.server} unencrypted. Use https://, unset the key, or "
            f"set {PLAINTEXT}=1 if nobody else can listen on the way."
        )
    return key


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a model server, and how often to ask it.

    tries: for one clip, the first included. first_wait_s: before the second; each wait is
    ``factor`` times as long as the one before. stall_s: between two pieces of one reply.
    check_s: for the list of models, before anything else. fixed_s, per_audio_s: a clip may take
    so long, and so much more for each second of it. deadline_s: instead of both.
    """

    tries: int = 4
    first_wait_s: float = 1.0
    factor: float = 3.0
    connect_s: float = 10.0
    stall_s: float = 60.0
    check_s: float = 5.0
    fixed_s: float = 60.0
    per_audio_s: float = 2.0
    deadline_s: float | None = None

    def total_s(self, audio_s: float) -> float:
        """How long a clip may take, retries included."""
        if self.deadline_s is not None:
            return self.deadline_s
        return self.fixed_s + self.per_audio_s * audio_s


def read_patience(environment: Mapping[str, str], patience: Patience) -> Patience:
    """With the deadline that the environment sets. Raises OptionError."""
    text = environment.get(TIMEOUT, "").strip()
    if not text:
        return patience
    try:
        deadline_s = float(text)
    except ValueError:
        deadline_s = 0.0
    if not 0 < deadline_s < float("inf"):
        raise OptionError(f"{TIMEOUT} is {text!r}: it has to be a number of seconds above 0.")
    return replace(patience, deadline_s=deadline_s)


def read_concurrency(environment: Mapping[str, str], usual: int) -> int:
    """How many clips the server gets at once. Raises OptionError."""
    text = environment.get(CONCURRENCY, "").strip()
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_AT_ONCE):
        raise OptionError(f"{CONCURRENCY} is {text!r}: it has to be from 1 to {MOST_AT_ONCE}.")
    return int(text)
