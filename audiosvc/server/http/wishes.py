"""What a caller says about a recording, as JSON, as fields of a form, or as metadata."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from audiosvc.errors import InputError, OptionError
from audiosvc.types import Hints, SpeakerCount
from audiosvc.wire.config import MAX_OFFSET_S, MAX_SPEAKERS, Wish, checked

# What gRPC calls the same.
FIELDS = {
    "language_code": "language",
    "speaker_count": "speakers",
    "exactly": "speakers",
    "at_least": "min_speakers",
    "at_most": "max_speakers",
    "start_offset": "start_s",
    "end_offset": "end_s",
    "center": "near",
    "radius_km": "near",
    "recorded_on": "date",
    "local_hour": "hour",
}
REPEATED = ("hotwords",)
Model = TypeVar("Model", bound=BaseModel)


class Options(BaseModel):
    """How a recording is to be transcribed; what is left out is left to the server."""

    model_config = ConfigDict(extra="forbid")

    model: str | None = Field(default=None, description="As /v1/models lists them.")
    language: str | None = Field(
        default=None, description="A BCP-47 primary tag; detected if left out.", examples=["en"]
    )
    language_per_window: bool = Field(
        default=False, description="Detect the language anew in each window."
    )
    speakers: int | None = Field(default=None, ge=1, le=MAX_SPEAKERS, description="Exactly.")
    min_speakers: int | None = Field(default=None, ge=1, le=MAX_SPEAKERS)
    max_speakers: int | None = Field(default=None, ge=1, le=MAX_SPEAKERS)
    hotwords: list[str] = Field(default=[], description="Words to expect.", examples=[["Duguid"]])
    prompt: str | None = Field(default=None, description="For models that take one.")
    acoustic_events: bool = Field(
        default=False, description="Also tell what is heard beside words, where the model can."
    )
    start_s: float = Field(default=0.0, ge=0, le=MAX_OFFSET_S, description="Only from here on.")
    end_s: float | None = Field(default=None, ge=0, le=MAX_OFFSET_S, description="Only to here.")

    def wish(self) -> Wish:
        """The same, checked. Raises OptionError."""
        with named_as_here():
            return checked(
                Wish(
                    model=self.model or None,
                    language=self.language or None,
                    language_per_window=self.language_per_window,
                    hints=Hints(
                        hotwords=tuple(self.hotwords),
                        prompt=self.prompt or None,
                        events=self.acoustic_events,
                    ),
                    speakers=SpeakerCount(self.speakers, self.min_speakers, self.max_speakers),
                    start_s=self.start_s,
                    end_s=self.end_s,
                )
            )


def said(wish: Wish) -> dict[str, Any]:
    """Those options that were said, by the names of ``Options``."""
    options = Options(
        model=wish.model,
        language=wish.language,
        language_per_window=wish.language_per_window,
        speakers=wish.speakers.exact,
        min_speakers=wish.speakers.at_least,
        max_speakers=wish.speakers.at_most,
        hotwords=list(wish.hints.hotwords),
        prompt=wish.hints.prompt,
        acoustic_events=wish.hints.events,
        start_s=wish.start_s,
        end_s=wish.end_s,
    )
    return options.model_dump(exclude_defaults=True)


def gathered(
    fields: Iterable[tuple[str, str]], repeated: Collection[str] = REPEATED
) -> dict[str, str | list[str]]:
    """Fields of a form by their names. What is empty was not said.

    repeated: those that may come again. Raises OptionError for any other that comes twice.
    """
    found: dict[str, str | list[str]] = {}
    for given, value in fields:
        name = given.removesuffix("[]")
        if name in repeated:
            words = found.setdefault(name, [])
            assert isinstance(words, list)
            words.append(value)
        elif name in found:
            raise OptionError(f"The field {name[:100]!r} came twice.", field=name[:100])
        elif value:
            found[name] = value
    return found


def read_as(model: type[Model], values: Mapping[str, Any]) -> Model:
    """Values that came as text. Raises RequestValidationError, which becomes a problem."""
    with validated():
        return model.model_validate(values)


@contextmanager
def validated() -> Iterator[None]:
    """What does not fit becomes an error of the request."""
    try:
        yield
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error


@contextmanager
def named_as_here() -> Iterator[None]:
    """Errors name the field as HTTP calls it."""
    try:
        yield
    except InputError as error:
        if error.field:
            last = error.field.rpartition(".")[2]
            error.field = FIELDS.get(last, last)
        raise
