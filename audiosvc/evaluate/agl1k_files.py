"""AGL1K's two files, which come from strangers: the truth table and a model's predictions."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from audiosvc.errors import FormatError, InputError, ManifestError
from audiosvc.estimates import Point
from audiosvc.evaluate.agl1k import CATEGORIES, Clip, Prediction

MAX_BYTES = 64 * 2**20
MAX_ENTRIES = 100_000
_FUSED = "channel_environment_and_background"


class _Written(BaseModel):
    """One prediction as the file has it; further keys, prose above all, are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    question_id: str = Field(min_length=1, max_length=200)
    predicted_latitude: str | float | None = None
    predicted_longitude: str | float | None = None
    predicted_city: str | float | None = None
    predicted_country: str | float | None = None
    predicted_continent: str | float | None = None


def load_truth(path: Path) -> dict[str, Clip]:
    """The clips of ``geoLocalization_schema.csv`` by their key.

    The published header names two columns in one, ``channel_environment_and_background``; both
    forms are read. Raises ManifestError, naming the line.
    """
    text = _text(path, ManifestError)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error as error:
        raise ManifestError(f"{path} does not read as CSV: {error}.") from error
    if not rows:
        raise ManifestError(f"{path} is empty.")
    header = _unfused(rows[0], max(len(row) for row in rows))
    needed = {"key", "latitude", "longitude", "city", "country", "continent", *CATEGORIES}
    if missing := sorted(needed - set(header)):
        raise ManifestError(f"{path} has no column {', '.join(missing)}.")
    clips: dict[str, Clip] = {}
    for number, row in enumerate(rows[1:], start=1):
        where = f"{path}, clip {number} ({row[0][:80]})"
        if len(row) != len(header):
            raise ManifestError(f"{where}: {len(row)} fields, and the header has {len(header)}.")
        fields = dict(zip(header, row, strict=True))
        if fields["key"] in clips:
            raise ManifestError(f"{where}: the key occurs twice.")
        clips[fields["key"]] = _clip(fields, where)
    if not clips:
        raise ManifestError(f"{path} has no clips.")
    return clips


def load_predictions(path: Path, truth: dict[str, Clip]) -> dict[str, Prediction]:
    """Predictions by the key of their clip, from a JSON list of objects or one object a line.

    Raises FormatError, naming the entry: not that, a clip twice, or one that the truth lacks.
    """
    found: dict[str, Prediction] = {}
    for number, fields in enumerate(_objects(_text(path, FormatError), path), start=1):
        where = f"{path}, entry {number}"
        try:
            written = _Written.model_validate(fields)
        except ValidationError as error:
            first = error.errors()[0]
            raise FormatError(f"{where}: '{first['loc'][0]}': {first['msg']}.") from error
        key = written.question_id
        if key not in truth or key in found:
            reason = "occurs twice" if key in found else "is not in the truth"
            raise FormatError(f"{where}: the clip {key} {reason}.")
        found[key] = Prediction(
            lat=_written(written.predicted_latitude),
            lon=_written(written.predicted_longitude),
            city=_written(written.predicted_city),
            country=_written(written.predicted_country),
            continent=_written(written.predicted_continent),
        )
    if not found:
        raise FormatError(f"{path} has no predictions.")
    return found


def _text(path: Path, problem: type[InputError]) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise problem(f"Cannot read {path}: {error.strerror}.") from error
    if len(data) > MAX_BYTES:
        raise problem(f"{path} is larger than {MAX_BYTES // 2**20} MiB.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise problem(f"{path} is not UTF-8 text.") from error


def _unfused(header: list[str], width: int) -> list[str]:
    if width != len(header) + 1 or _FUSED not in header:
        return header
    at = header.index(_FUSED)
    return [*header[:at], "channel", "environment_and_background", *header[at + 1 :]]


def _clip(fields: dict[str, str], where: str) -> Clip:
    lat, lon = (_number(fields[key], key, where) for key in ("latitude", "longitude"))
    if abs(lat) > 90 or abs(lon) > 180:
        raise ManifestError(f"{where}: {lat}, {lon} is no place on Earth.")
    heard = {key: _number(fields[key] or "0", key, where) for key in CATEGORIES}
    city, country, continent = (fields[key] or None for key in ("city", "country", "continent"))
    return Clip(Point(lat, lon), city, country, continent, heard)


def _number(text: str, key: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ManifestError(f"{where}: '{key}' is no number: {text[:40]!r}.")
    return value


def _objects(text: str, path: Path) -> list[dict[str, object]]:
    kind = TypeAdapter(list[dict[str, object]])
    body = text.strip()
    try:
        if body.startswith("{"):
            lines = [line for line in body.split("\n") if line.strip()]
            body = "[" + ",".join(lines) + "]"
        objects = kind.validate_json(body)
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise FormatError(
            f"{path} is neither a JSON list of objects nor one object a line: {reason}."
        ) from error
    if len(objects) > MAX_ENTRIES:
        raise FormatError(f"{path} has more than {MAX_ENTRIES} entries.")
    return objects


def _written(value: str | float | None) -> str | None:
    return None if value is None else value if isinstance(value, str) else json.dumps(value)
