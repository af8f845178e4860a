"""Values as JSON, exactly: what is read back is equal to what was written, to the last bit.

A float is written so that it reads back the same, and a voice's vector as its bytes. What a class
is called is written beside its fields, and only the classes listed here are ever made again.
"""

from __future__ import annotations

import base64
import json
from dataclasses import fields
from enum import Enum
from typing import Any, TypeVar

import numpy as np

from audiosvc.audio.waveform import Waveform
from audiosvc.events import SegmentReady, SegmentRevised, SpeakersMerged
from audiosvc.jobs.records import Failure, JobProgress, JobState, Result, StateChanged
from audiosvc.service import Plan
from audiosvc.spans import Span
from audiosvc.types import (
    Coverage,
    Hints,
    LocalSegment,
    Notice,
    Segment,
    Speaker,
    SpeakerCount,
    Transcript,
    Turn,
    Voice,
    Word,
)
from audiosvc.wire.config import Pcm, Wish

T = TypeVar("T")
KNOWN: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        Coverage,
        Failure,
        Hints,
        JobProgress,
        LocalSegment,
        Notice,
        Pcm,
        Plan,
        Result,
        Segment,
        SegmentReady,
        SegmentRevised,
        Span,
        Speaker,
        SpeakerCount,
        SpeakersMerged,
        StateChanged,
        Transcript,
        Turn,
        Voice,
        Waveform,
        Wish,
        Word,
    )
}
NAMES = {kind: name for name, kind in KNOWN.items()}
FIELDS = {kind: tuple(one.name for one in fields(kind)) for kind in NAMES}
# A value is [name, field, field …], a sequence [] with this in front, and a mapping has no name.
SEQUENCE, VECTOR, STATE = "", "float32", "state"


def to_json(value: object) -> Any:  # noqa: ANN401, PLR0911 - JSON; a case a line
    """A value, or lists and dictionaries of them, as what ``json.dumps`` takes.

    Raises TypeError for what is not listed here.
    """
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Enum):
        return [STATE, value.value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [SEQUENCE, *map(to_json, value)]
    if isinstance(value, dict):
        return {str(name): to_json(one) for name, one in value.items()}
    if isinstance(value, np.ndarray):
        data = np.ascontiguousarray(value, dtype="<f4").tobytes()
        return [VECTOR, base64.b64encode(data).decode("ascii")]
    kind = type(value)
    if kind not in NAMES:
        raise TypeError(f"{kind.__name__} is nothing that a job keeps.")
    return [NAMES[kind], *(to_json(getattr(value, name)) for name in FIELDS[kind])]


def from_json(data: Any) -> Any:  # noqa: ANN401 - any of the values
    """The value again; sequences come back as tuples. Raises ValueError for what is no such JSON.

    Fields that a later version added to a class take their defaults.
    """
    if isinstance(data, dict):
        return {name: from_json(one) for name, one in data.items()}
    if not isinstance(data, list):
        return data
    name, rest = (data[0], data[1:]) if data else (None, [])
    if name == SEQUENCE:
        return tuple(map(from_json, rest))
    if name == VECTOR:
        return np.frombuffer(base64.b64decode(rest[0]), dtype="<f4").astype(np.float32)
    if name == STATE:
        return JobState(rest[0])
    if not isinstance(name, str) or name not in KNOWN:
        raise ValueError(f"{str(name)[:40]!r} is nothing that a job keeps.")
    kind = KNOWN[name]
    return kind(**dict(zip(FIELDS[kind], map(from_json, rest), strict=False)))


def dumps(value: object) -> str:
    """A value as text. Always ASCII, so that any database holds any text."""
    return json.dumps(to_json(value), separators=(",", ":"))


def loads(text: str, kind: type[T]) -> T:
    """A value of that class. Raises ValueError for anything else."""
    value = from_json(json.loads(text))
    if not isinstance(value, kind):
        raise ValueError(f"{kind.__name__} was expected, not {type(value).__name__}.")
    return value
