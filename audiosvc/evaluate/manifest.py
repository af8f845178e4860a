"""The list of recordings to evaluate on, each with what is known of it.

A manifest is a JSON list of objects. ``id``, ``audio``, ``kind`` and ``duration_s`` are required;
paths are relative to the manifest's folder. Further keys and kinds are left alone.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from audiosvc.errors import ManifestError, OptionError


class Reference(BaseModel):
    """What is known of one recording.

    rttm: speech split at pauses. rttm_words: the same from word times, preferred where present.
    uem: the stretches to score. stm: who said which words when. text: the words alone.
    language: a BCP-47 tag to be recognised.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    rttm: Path | None = None
    rttm_words: Path | None = None
    uem: Path | None = None
    stm: Path | None = None
    text: str | None = None
    language: str | None = None


class Entry(BaseModel):
    """One recording. language: of its words, a BCP-47 tag. speakers: how many there are."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str = Field(min_length=1)
    audio: Path
    kind: str
    duration_s: float = Field(ge=0)
    reference: Reference = Reference()
    language: str | None = None
    speakers: int | None = Field(default=None, ge=0)
    wer_usable: bool = True

    @property
    def scorable(self) -> bool:
        """Whether a transcript of this recording can be right or wrong in anything measured."""
        known = self.reference
        return bool(known.rttm or known.rttm_words or known.stm or known.text or known.language)


def load_manifest(path: Path) -> tuple[Entry, ...]:
    """All entries of the manifest, with absolute paths.

    Raises ManifestError, naming the entry: not a list of entries, an id twice, or a reference file
    that is not there. Whether the audio is there is found out when it is needed.
    """
    try:
        raw = TypeAdapter(list[dict[str, object]]).validate_json(path.read_bytes())
    except OSError as error:
        raise ManifestError(f"Cannot read the manifest {path}: {error.strerror}.") from error
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise ManifestError(f"{path} is not a JSON list of objects: {reason}.") from error
    seen: set[str] = set()
    entries = []
    for number, fields in enumerate(raw, start=1):
        entry = _entry(fields, f"{path}, entry {number} ({fields.get('id', 'no id')})", path.parent)
        if entry.id in seen:
            raise ManifestError(f"{path}, entry {number}: the id {entry.id} occurs twice.")
        seen.add(entry.id)
        entries.append(entry)
    return tuple(entries)


def select(
    entries: tuple[Entry, ...], kinds: tuple[str, ...], patterns: tuple[str, ...]
) -> tuple[Entry, ...]:
    """Entries of one of the kinds whose id fits one of the patterns (``*``, ``?``, ``[…]``).

    No kinds or no patterns means all. Raises OptionError for one that fits nothing.
    """
    for kind in kinds:
        if not any(entry.kind == kind for entry in entries):
            known = ", ".join(sorted({entry.kind for entry in entries}))
            raise OptionError(f"The manifest has no entry of kind '{kind}'; it has {known}.")
    for pattern in patterns:
        if not any(fnmatchcase(entry.id, pattern) for entry in entries):
            raise OptionError(f"The manifest has no entry whose id fits '{pattern}'.")
    return tuple(
        entry
        for entry in entries
        if (not kinds or entry.kind in kinds)
        and (not patterns or any(fnmatchcase(entry.id, pattern) for pattern in patterns))
    )


def _entry(fields: dict[str, object], where: str, folder: Path) -> Entry:
    try:
        entry = Entry.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ManifestError(f"{where}: '{key}': {first['msg']}.") from error
    known = entry.reference
    files = {
        key: folder / value
        for key in ("rttm", "rttm_words", "uem", "stm")
        if (value := getattr(known, key)) is not None
    }
    for key, file in files.items():
        if not file.is_file():
            raise ManifestError(f"{where}: '{key}' names {file}, which is not there.")
    return entry.model_copy(
        update={"audio": folder / entry.audio, "reference": known.model_copy(update=files)}
    )
