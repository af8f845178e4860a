"""Every setting: environment, then a TOML file, then flags, in that order of growing strength."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from audiosvc.errors import OptionError
from audiosvc.types import SpeakerCount

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PREFIX = "AUDIOSVC_"
TABLES = frozenset({"server", "jobs"})
Read = TypeVar("Read", bound=BaseSettings)
AUTO, OFF = "auto", "off"
SHORTEST_WINDOW_S, LONGEST_WINDOW_S = 10.0, 24 * 3600.0
_NO_WINDOW = "a window is more than 10 s and at most 24 h, such as 300, 90m or 1:30:00"
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")
_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d{1,3})?")
_NUMBER = r"\d{1,9}(?:\.\d*)?"
_HOURS_MINUTES = re.compile(rf"(?:({_NUMBER})h)?(?:({_NUMBER})m)?(?:({_NUMBER})s?)?")
_CLOCK = re.compile(rf"(?:(\d{{1,9}}):)?(\d{{1,9}}):({_NUMBER})")


def default_cache_dir() -> Path:
    """Where assembled weights go unless told otherwise: a folder of this user."""
    return user_cache_path("audiosvc", appauthor=False)


def default_data_dir() -> Path:
    """Where a server keeps jobs and their audio unless told otherwise: a folder of this user."""
    return user_data_path("audiosvc", appauthor=False)


class Settings(BaseSettings):
    """What a transcription needs to know beyond its recording.

    Each field is set by ``AUDIOSVC_<NAME>``, by its name in the TOML file, or by a flag. threads: 0
    takes every processor that this process may use. language: a BCP-47 tag, of which the primary
    subtag is kept (pt-BR becomes pt), None to detect it. language_per_window: detect it anew in
    each window, not once for the recording. speakers: exactly so many; it excludes the two bounds.
    min_speakers: the fewest that speak. max_speakers: the most.

    model: ``auto`` takes the best that is here; nothing is ever fetched for it. model_server: where
    ``auto`` may find one, ``http://host:8000/v1#MODEL``. device: ``auto``, ``cpu``, ``cuda``,
    ``cuda:N`` or ``mps``. dtype: in which numbers to compute. cache_dir: for weights that are put
    together on first use, and for what was worked out once. window_s: how much of a recording the
    model hears at once, in place of what suits it best; also 90m, 1h30m or 1:30:00. align: what
    finds the times of words where the model gives none: ``auto``, ``off``, or a model. diarization:
    what tells who speaks when, for models that do not; None is our own.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        protected_namespaces=("settings_",),  # model_ is ours
    )

    model: str = Field(default=AUTO, min_length=1)
    model_server: str | None = Field(default=None, min_length=1)
    device: str = AUTO
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    window_s: float | None = None
    align: str = Field(default=AUTO, min_length=1)
    diarization: str | None = Field(default=None, min_length=1)
    cache_dir: Path = Field(default_factory=default_cache_dir)
    threads: int = Field(default=0, ge=0)
    language: str | None = None
    language_per_window: bool = False
    speakers: int | None = Field(default=None, ge=1)
    min_speakers: int | None = Field(default=None, ge=1)
    max_speakers: int | None = Field(default=None, ge=1)

    @field_validator("cache_dir")
    @classmethod
    def _at_home(cls, folder: Path) -> Path:
        return folder.expanduser().absolute()

    @field_validator("language")
    @classmethod
    def _primary_subtag(cls, tag: str | None) -> str | None:
        if tag is not None and not _LANGUAGE_TAG.fullmatch(tag):
            raise ValueError("a language is a tag such as de or pt-BR")
        return re.split("[-_]", tag)[0].lower() if tag else None

    @field_validator("device")
    @classmethod
    def _known_device(cls, device: str) -> str:
        if not _DEVICE.fullmatch(device):
            raise ValueError("a device is auto, cpu, cuda, cuda:N or mps")
        return device

    @field_validator("window_s", mode="before")
    @classmethod
    def _duration(cls, window: object) -> object:
        return _parse_duration_s(window) if isinstance(window, str) else window

    @field_validator("window_s")
    @classmethod
    def _sensible(cls, window_s: float | None) -> float | None:
        if window_s is not None and not SHORTEST_WINDOW_S < window_s <= LONGEST_WINDOW_S:
            raise ValueError(_NO_WINDOW)
        return window_s

    @model_validator(mode="after")
    def _agree(self) -> Settings:
        low, high = self.min_speakers, self.max_speakers
        if self.speakers is not None and (low is not None or high is not None):
            raise ValueError("speakers is exact: min_speakers and max_speakers contradict it")
        if low is not None and high is not None and low > high:
            raise ValueError(f"min_speakers, {low}, is more than max_speakers, {high}")
        return self

    @property
    def thread_count(self) -> int:
        """How many threads to compute with, at least 1."""
        return self.threads or usable_processors()

    @property
    def speaker_count(self) -> SpeakerCount:
        """What was said about the number of speakers."""
        return SpeakerCount(self.speakers, self.min_speakers, self.max_speakers)


def _parse_duration_s(text: str) -> float:
    """``300``, ``5m``, ``1h30m`` or ``1:30:00`` in seconds. Raises ValueError."""
    found = _CLOCK.fullmatch(text) or _HOURS_MINUTES.fullmatch(text)
    if found is None or not any(found.groups()):
        raise ValueError(_NO_WINDOW)
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return 3600.0 * hours + 60.0 * minutes + seconds


def usable_processors() -> int:
    """Processors that this process may run on; a container's share may be less than the machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def read_settings(config: Path | None = None, **flags: object) -> Settings:
    """All settings together. A flag that is None was not given.

    config: a TOML file; without it, the one that ``AUDIOSVC_CONFIG`` names, if any. Raises
    OptionError, which tells what is wrong and where it was set.
    """
    return read_as(Settings, config, flags)


def read_as(
    kind: type[Read], config: Path | None, flags: Mapping[str, object], table: str | None = None
) -> Read:
    """Settings of any kind, as ``read_settings`` reads its own.

    table: where they stand in the file; None is its top, beside the tables of other kinds.
    """
    named = os.environ.get(f"{PREFIX}CONFIG")
    path = config or (Path(named).expanduser() if named else None)
    from_file = _read_toml(path) if path else {}
    if table is None:
        from_file = {name: value for name, value in from_file.items() if name not in TABLES}
    else:
        from_file = from_file.get(table, {})
        if not isinstance(from_file, dict):
            raise OptionError(f"{table} in {path} has to be a table: [{table}].")
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return kind(**{**from_file, **given})
    except ValidationError as error:
        raise OptionError(_sentence(error, kind, given, from_file, path)) from error


def flag_of(name: str) -> str:
    """The option of the command line for a setting; its unit is not typed."""
    return "--" + name.removesuffix("_s").replace("_", "-")


def change_settings(settings: Settings, changes: Mapping[str, object]) -> Settings:
    """The settings of one request: the given ones, some of them changed, checked anew.

    A number of speakers replaces whatever was known of it. Raises OptionError, with the field.
    """
    counts = ("speakers", "min_speakers", "max_speakers")
    kept = settings.model_dump()
    if any(name in changes for name in counts):
        kept |= dict.fromkeys(counts)
    try:
        return Settings(**{**kept, **changes})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "speaker_count"
        message = first["msg"].removeprefix("Value error, ")
        raise OptionError(f"{name}: {message}.", field=f"transcription.{name}") from error


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OptionError(f"The settings file {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OptionError(f"The settings file {path} is not valid TOML: {error}.") from error


def _sentence(
    error: ValidationError,
    kind: type[BaseSettings],
    flags: dict[str, object],
    from_file: dict[str, Any],
    path: Path | None,
) -> str:
    """The first thing that is wrong, with the place where it was set."""
    first = error.errors(include_url=False)[0]
    message = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return f"{message}."
    name = str(first["loc"][0])
    if name in flags:
        where = flag_of(name)
    elif name in from_file:
        where = f"{name} in {path}"
    else:
        where = f"{PREFIX}{name.upper()}"
    if first["type"] == "extra_forbidden":
        known = ", ".join(kind.model_fields)
        return f"{where}: there is no such setting; the settings are {known}."
    return f"{where} is {first['input']!r}: {message[:1].lower()}{message[1:]}."
