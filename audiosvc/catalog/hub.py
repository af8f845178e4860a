"""Models on the Hugging Face hub, and in the cache that its client keeps."""

from __future__ import annotations

import contextlib
import errno
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from audiosvc.catalog.layouts import Layout
from audiosvc.errors import ModelCorrupt, ModelMissing, ModelUnknown, OutputError

STORAGE_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.ENOTDIR}

Download = Callable[..., str]
"""``huggingface_hub.snapshot_download``, or what stands in for it: the path of a folder."""


def cached(repository: str, revision: str | None) -> Path | None:
    """Where what was fetched of a repository lies, whole or not; None when nothing was.

    Never asks the network.
    """
    from huggingface_hub import errors, snapshot_download  # noqa: PLC0415 - a quarter of a second

    try:
        return Path(snapshot_download(repository, revision=revision, local_files_only=True))
    except (errors.LocalEntryNotFoundError, errors.HFValidationError):
        return None


def fetch(
    repository: str, revision: str | None, layout: Layout, download: Download | None = None
) -> Path:
    """Fetch a model into the hub client's cache; nothing but the files of its layout.

    Raises ModelUnknown when there is none of that name, ModelMissing when it cannot be reached,
    ModelCorrupt when it holds another kind of model, OutputError when it cannot be stored.
    """
    folder = fetch_files(repository, revision, layout.patterns, download)
    if missing := layout.missing(folder):
        raise ModelCorrupt(f"{repository} is not {layout.holds}: {missing}.")
    return folder


def fetch_files(
    repository: str, revision: str | None, patterns: Sequence[str], download: Download | None = None
) -> Path:
    """Fetch the files that match. Raises as ``fetch``."""
    from huggingface_hub import errors, snapshot_download  # noqa: PLC0415

    download = download or snapshot_download
    try:
        with _without_retry_messages():
            return Path(download(repository, revision=revision, allow_patterns=list(patterns)))
    except errors.GatedRepoError as error:
        raise ModelMissing(
            f"{repository} is given out only to those who accepted its terms: do so at "
            f"https://huggingface.co/{repository}, then log in with `hf auth login`, or put a "
            "token into HF_TOKEN."
        ) from error
    except (
        errors.RevisionNotFoundError,
        errors.RepositoryNotFoundError,
        errors.HFValidationError,
    ) as error:
        what = f"{repository} at revision {revision}" if revision else repository
        raise ModelUnknown(f"The hub has no repository {what}, or it is private.") from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno in STORAGE_ERRORS:
            raise OutputError(f"{repository} cannot be stored: {error.strerror}.") from error
        raise ModelMissing(
            f"{repository} could not be fetched: {_reason(error)}. Try again with a network, or "
            "give --model a folder that holds the model."
        ) from error


@contextlib.contextmanager
def _without_retry_messages() -> Iterator[None]:
    """The hub's client tells of every attempt; its user wants to hear of the last one."""
    client = logging.getLogger("huggingface_hub")
    level = client.level
    client.setLevel(logging.ERROR)
    try:
        yield
    finally:
        client.setLevel(level)


def _reason(error: Exception) -> str:
    """What kept the client from the hub, in few words."""
    from huggingface_hub import errors  # noqa: PLC0415

    cause = error.__cause__ or error
    if isinstance(cause, errors.OfflineModeIsEnabled):
        return "HF_HUB_OFFLINE forbids it"
    first = str(cause).partition("\n")[0].rstrip(".")
    return f"the hub cannot be reached ({first or type(cause).__name__})"


def etag(path: Path) -> str | None:
    """The hub's own digest of a fetched file: sha256 of a large one, git's sha1 of a small one.

    The hub's client names the bytes in its cache by it and links to them. None where the file
    system knows no links.
    """
    name = path.resolve().name
    return name if re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", name) else None
