"""The list of recordings whose place is known.

A manifest is a JSON list of objects. ``id``, ``audio``, ``lat``, ``lon`` and ``kind`` are required;
paths are relative to its folder. Further keys are left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from audiosvc.errors import ManifestError, OptionError
from audiosvc.estimates import Point
from audiosvc.evaluate.geo_names import countries_speaking, country_code

MAX_BYTES = 64 * 2**20


class LocatedClip(BaseModel):
    """One recording. speech: whether it holds any, None if nobody knows. city: by its name."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str = Field(min_length=1)
    audio: Path
    kind: str
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    city: str | None = None
    country: str | None = None
    continent: str | None = None
    speech: bool | None = None

    @property
    def point(self) -> Point:
        """Where it was recorded."""
        return Point(self.lat, self.lon)


class _Usual(BaseModel):
    country_prior: str | None = None


class LanguageClip(BaseModel):
    """A recording of one language. reference.country_prior: the language's usual country."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str = Field(min_length=1)
    audio: Path
    kind: str
    reference: _Usual = _Usual()

    @property
    def countries(self) -> tuple[str, ...]:
        """ISO codes of the usual country, or of all in which the language is official."""
        usual = self.reference.country_prior or ""
        code = country_code(usual)
        return (code,) if code else countries_speaking(usual)


_Clip = TypeVar("_Clip", LocatedClip, LanguageClip)


def load_located(path: Path) -> tuple[LocatedClip, ...]:
    """All clips of the manifest, with absolute paths. Raises ManifestError, naming the entry."""
    return _entries(_objects(path), path, LocatedClip)


def load_language_clips(path: Path) -> tuple[LanguageClip, ...]:
    """Clips of a transcription manifest with a usual country that the map can know."""
    spoken = [fields for fields in _objects(path) if fields.get("kind") == "language"]
    clips = [clip for clip in _entries(spoken, path, LanguageClip) if clip.countries]
    if not clips:
        raise ManifestError(f"{path} has no clip of kind 'language' with a usual country.")
    return tuple(clips)


def choose(
    clips: Sequence[LocatedClip], kinds: Sequence[str], patterns: Sequence[str]
) -> tuple[LocatedClip, ...]:
    """Clips of one of the kinds whose id fits one of the patterns; none given means all.

    Raises OptionError where nothing is left.
    """
    chosen = tuple(
        clip
        for clip in clips
        if (not kinds or clip.kind in kinds)
        and (not patterns or any(fnmatchcase(clip.id, pattern) for pattern in patterns))
    )
    if not chosen:
        known = ", ".join(sorted({clip.kind for clip in clips})) or "none"
        raise OptionError(f"No clip has such a kind and id; the manifest's kinds are {known}.")
    return chosen


def _objects(path: Path) -> list[dict[str, object]]:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ManifestError(f"Cannot read the manifest {path}: {error.strerror}.") from error
    if len(data) > MAX_BYTES:
        raise ManifestError(f"The manifest {path} is larger than {MAX_BYTES // 2**20} MiB.")
    try:
        return TypeAdapter(list[dict[str, object]]).validate_json(data)
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise ManifestError(f"{path} is not a JSON list of objects: {reason}.") from error


def _entries(
    objects: Sequence[dict[str, object]], path: Path, kind: type[_Clip]
) -> tuple[_Clip, ...]:
    found: dict[str, _Clip] = {}
    for number, fields in enumerate(objects, start=1):
        where = f"{path}, entry {number} ({str(fields.get('id', 'no id'))[:80]})"
        try:
            clip = kind.model_validate(fields)
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            raise ManifestError(f"{where}: '{key}': {first['msg']}.") from error
        if clip.id in found:
            raise ManifestError(f"{where}: the id occurs twice.")
        found[clip.id] = clip.model_copy(update={"audio": path.parent / clip.audio})
    return tuple(found.values())
