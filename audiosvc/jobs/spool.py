"""Where the audio of jobs lies: one folder a job, on this machine or behind an fsspec URL.

Nothing in a path comes from a caller: job ids are ours, and so are the names of files.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from audiosvc.errors import OptionError, OutputError, StorageFull

AUDIO = "audio"
RETRY_AFTER_S = 60.0
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class Spool(Protocol):
    """What jobs ask of the place. Every method raises OutputError, and StorageFull when full."""

    def append(self, job_id: str, at: int, data: bytes) -> None:
        """Puts the next part of the audio at that offset, for good when it returns.

        What lies behind the offset, from a try that was not recorded, is replaced.
        """
        ...

    def open_audio(self, job_id: str, size_bytes: int) -> BinaryIO:
        """The audio as one file that can seek; to be closed."""
        ...

    def create(self, job_id: str, name: str) -> AbstractContextManager[BinaryIO]:
        """A new file beside the audio, there for good when its context ends."""
        ...

    def read(self, job_id: str, name: str, start: int, count: int) -> bytes:
        """A range of a file; shorter at its end."""
        ...

    def remove(self, job_id: str) -> None:
        """Removes everything of a job; what is not there is fine."""
        ...

    def remove_audio(self, job_id: str) -> None:
        """Removes the audio as it was sent."""
        ...

    def remove_rest(self, job_id: str) -> None:
        """Removes everything but the audio as it was sent."""
        ...

    def list_jobs(self) -> list[str]:
        """The jobs that have anything here."""
        ...


def open_spool(place: str) -> Spool:
    """The spool at a folder or a URL. Raises OptionError for a URL that nothing here can open."""
    from audiosvc.jobs.spool_local import LocalSpool  # noqa: PLC0415 - each imports this module
    from audiosvc.jobs.spool_objects import ObjectSpool  # noqa: PLC0415

    scheme, separator, rest = place.partition("://")
    if not separator:
        return LocalSpool(Path(place))
    if scheme in {"file", "local"}:
        return LocalSpool(Path(rest))
    try:
        return ObjectSpool(place)
    except (ImportError, ValueError) as error:
        raise OptionError(f"The spool {scheme}:// cannot be opened: {error}.") from error


@contextmanager
def explained(doing: str) -> Iterator[None]:
    """What the system says becomes an error of ours."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(
                "There is no room for more audio on the server's disk. Try again later.",
                retry_after_s=RETRY_AFTER_S,
            ) from error
        if isinstance(error, FileNotFoundError):
            raise OutputError(
                "The audio is not where this worker looks for it. Name a spool that the server and "
                "all workers reach (AUDIOSVC_SPOOL)."
            ) from error
        reason = error.strerror or type(error).__name__
        raise OutputError(f"The spool cannot be {doing}: {reason}.") from error
