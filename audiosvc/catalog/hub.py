"""CTranslate2 Whisper models on the Hugging Face hub, and in the cache that its client keeps."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from audiosvc.errors import ModelCorrupt, ModelMissing, ModelUnknown, OutputError

# No pickles and no code: CTranslate2's model.bin is a plain list of tensors.
PATTERNS = (
    "config.json",
    "preprocessor_config.json",
    "model.bin",
    "tokenizer.json",
    "vocabulary.*",
)
NEEDED = ("config.json", "model.bin", "tokenizer.json")

Download = Callable[..., str]
"""``huggingface_hub.snapshot_download``, or what stands in for it: the path of a folder."""


def cached(repository: str, revision: str | None) -> Path | None:
    """The folder of a repository fetched before, or None. Never asks the network."""
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - a quarter of a second
    from huggingface_hub.errors import LocalEntryNotFoundError  # noqa: PLC0415

    try:
        folder = Path(snapshot_download(repository, revision=revision, local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    return folder if not missing_files(folder) else None


def fetch(repository: str, revision: str | None, download: Download | None = None) -> Path:
    """Fetch a repository into the hub client's cache.

    Raises ModelUnknown when there is none of that name, ModelMissing when it cannot be reached,
    ModelCorrupt when it holds no CTranslate2 Whisper.
    """
    from huggingface_hub import errors, snapshot_download  # noqa: PLC0415

    try:
        folder = Path(
            (download or snapshot_download)(
                repository, revision=revision, allow_patterns=list(PATTERNS)
            )
        )
    except errors.GatedRepoError as error:
        raise ModelMissing(
            f"{repository} is given out only to those who accepted its terms: do so at "
            f"https://huggingface.co/{repository}, then log in with `hf auth login`."
        ) from error
    except (errors.RevisionNotFoundError, errors.RepositoryNotFoundError) as error:
        at = f" at revision {revision}" if revision else ""
        raise ModelUnknown(
            f"The hub has no repository {repository}{at}, or it is private."
        ) from error
    except errors.LocalEntryNotFoundError as error:
        raise _unreachable(repository, error.__cause__ or error) from error
    except errors.HfHubHTTPError as error:
        raise _unreachable(repository, error) from error
    except OSError as error:
        if error.errno is not None and error.filename is not None:
            raise OutputError(f"{repository} cannot be stored: {error}") from error
        raise _unreachable(repository, error) from error
    if missing := missing_files(folder):
        raise ModelCorrupt(
            f"{repository} is not a Whisper for CTranslate2: it has no {' and no '.join(missing)}."
        )
    return folder


def missing_files(folder: Path) -> list[str]:
    """Which of the files that a CTranslate2 Whisper needs are not in ``folder``."""
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if not any(folder.glob("vocabulary.*")):
        missing.append("vocabulary.json")
    return missing


def model_files(folder: Path) -> list[Path]:
    """The files of a model that are there, in order of name."""
    return sorted({path for pattern in PATTERNS for path in folder.glob(pattern)})


def etag(path: Path) -> str | None:
    """The hub's own digest of a fetched file: sha256 of a large one, git's sha1 of a small one.

    The hub's client names the bytes in its cache by it and links to them. None where the file
    system knows no links.
    """
    name = path.resolve().name
    return name if re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", name) else None


def _unreachable(repository: str, error: BaseException) -> ModelMissing:
    reason = str(error).partition("\n")[0].rstrip(".") or type(error).__name__
    return ModelMissing(
        f"{repository} could not be fetched, the hub cannot be reached ({reason}). "
        f"Try again with a network, or give --model a folder that holds the model."
    )
