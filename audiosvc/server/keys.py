"""API keys: made here, kept as digests in a file, looked up in constant time.

A key is 256 random bits. Nobody can guess or enumerate it, so that a plain SHA-256 keeps it: salts
and slow hashes protect what people choose, and would only slow down every call.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import logging
import os
import secrets
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from audiosvc.errors import OptionError, OutputError
from audiosvc.server.callers import Caller, Quotas
from audiosvc.server.rates import MOST_PER_MINUTE

PREFIX = "asvc_"
KEY_BYTES, ID_BYTES = 32, 4
log = logging.getLogger(__name__)


class Entry(BaseModel):
    """One key in the file. sha256: of the key as its holder sends it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[0-9a-z]{4,32}$")
    name: str = Field(min_length=1, max_length=100)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    created: datetime
    max_sessions: int | None = Field(default=None, ge=0)
    max_jobs: int | None = Field(default=None, ge=0)
    locate_per_minute: int | None = Field(default=None, ge=0, le=MOST_PER_MINUTE)


_ENTRIES = TypeAdapter(tuple[Entry, ...])


def read_keys(path: Path) -> tuple[Entry, ...]:
    """The entries of a file. Raises OptionError when it cannot be read or is no such file."""
    try:
        return _ENTRIES.validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise OptionError(f"The keys file {path} is not there: audiosvc keys add NAME.") from error
    except OSError as error:
        raise OptionError(f"The keys file {path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "its beginning"
        raise OptionError(f"The keys file {path} is wrong at {where}: {first['msg']}.") from error


def add_key(path: Path, name: str, quotas: Quotas) -> tuple[Entry, str]:
    """A new key, and its entry. The key itself is kept nowhere.

    Raises OptionError for a name that is taken, OutputError when the file cannot be written.
    """
    entries = read_keys(path) if path.exists() else ()
    if any(entry.name == name for entry in entries):
        raise OptionError(f"There is a key named {name!r} already: take another name.")
    key = PREFIX + secrets.token_urlsafe(KEY_BYTES)
    try:
        entry = Entry(
            id=secrets.token_hex(ID_BYTES),
            name=name,
            sha256=_digest(key),
            created=datetime.now(timezone.utc).replace(microsecond=0),
            max_sessions=quotas.max_sessions,
            max_jobs=quotas.max_jobs,
            locate_per_minute=quotas.locate_per_minute,
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise OptionError(f"{first['loc'][0]}: {first['msg']}.") from error
    _write(path, (*entries, entry))
    return entry, key


def remove_key(path: Path, which: str) -> Entry:
    """Removes a key by its id or its name. Raises OptionError when there is none."""
    entries = read_keys(path)
    for entry in entries:
        if which in {entry.id, entry.name}:
            _write(path, [one for one in entries if one is not entry])
            return entry
    raise OptionError(f"There is no key {which!r} in {path}.")


class Keys:
    """The keys of a server. The file is read again whenever it has changed."""

    def __init__(self, path: Path) -> None:
        """Raises OptionError."""
        self._path = path
        self._stamp = _stamp(path)
        self._entries = read_keys(path)

    def find(self, key: str) -> Caller | None:
        """Whose key it is. Takes as long for every key, known or not."""
        self._refresh()
        digest = _digest(key)
        found = None
        for entry in self._entries:
            if hmac.compare_digest(entry.sha256, digest):
                found = entry
        if found is None:
            return None
        quotas = Quotas(found.max_sessions, found.max_jobs, found.locate_per_minute)
        return Caller(found.id, quotas)

    def _refresh(self) -> None:
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._entries = read_keys(self._path)
        except OptionError as error:
            log.error("%s The keys read before stay in force.", error)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _write(path: Path, entries: Sequence[Entry]) -> None:
    """Whole or not at all, and never readable for others in between."""
    listed = [entry.model_dump(mode="json", exclude_none=True) for entry in entries]
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(listed, indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"The keys file {path} cannot be written: {error.strerror}.") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
