"""The JSON transcript as a data model, and the JSON Schema made from it.

``python -m audiosvc.export.schema`` prints the schema that is checked in under ``docs``.
"""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.json_schema import GenerateJsonSchema

_SpanT = TypeVar("_SpanT", bound="SpanModel")
MOST_S = 1e9  # thirty years; what is larger is no time, and may not even be counted in ms
Seconds = Annotated[float, Field(ge=0, le=MOST_S, allow_inf_nan=False)]
Probability = Annotated[float, Field(ge=0, le=1)]


class _Untitled(GenerateJsonSchema):
    """Leaves out the titles, which only repeat the names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401 - as overridden
        del schema
        return False


class _Model(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="ignore",
        # What is written has every key, whether or not a reader may leave it out.
        json_schema_serialization_defaults_required=True,
    )


class SpanModel(_Model):
    """A stretch of time, in seconds from the beginning of the recording."""

    start_s: Seconds
    end_s: Seconds

    @model_validator(mode="after")
    def _ordered(self: _SpanT) -> _SpanT:
        if self.end_s < self.start_s:
            raise ValueError(f"the end, {self.end_s:g} s, lies before the beginning")
        return self


class WordModel(SpanModel):
    """One written word."""

    text: str
    probability: Probability | None = Field(
        default=None, description="How sure the model is of it."
    )


class SegmentModel(SpanModel):
    """A stretch of text by one speaker."""

    id: int = Field(description="0, 1, 2 … in order of time.")
    speaker: str | None = Field(description="A label of `speakers`; null when not known.")
    text: str
    words: tuple[WordModel, ...] = Field(
        default=(), description="Empty where only the whole has a time."
    )
    language: str | None = Field(default=None, description="BCP-47 tag.")
    confidence: Probability | None = Field(
        default=None, description="Mean probability of the words."
    )
    overlapped: bool = Field(
        default=False, description="Whether somebody else spoke during half of it or more."
    )
    events: tuple[str, ...] = Field(
        default=(), description="What was heard beside the words, such as laughter."
    )


class TurnModel(SpanModel):
    """Somebody was heard, whether or not words were made out."""

    speaker: str


class SpeakerModel(_Model):
    """A voice of the recording."""

    label: str = Field(description="S1, S2 … in order of first speech, or a given name.")
    speech_s: Seconds = Field(description="Seconds for which the voice was heard.")
    first_s: Seconds = Field(description="When it was heard first.")


class CoverageModel(_Model):
    """Detected speech against written text."""

    speech_s: Seconds = Field(default=0.0, description="Seconds of detected speech.")
    covered_s: Seconds = Field(default=0.0, description="As much of it as lies inside segments.")
    missed: tuple[SpanModel, ...] = Field(default=(), description="Detected speech without text.")
    stopped_early: tuple[SpanModel, ...] = Field(
        default=(), description="Windows whose model ended before its audio did."
    )


class NoticeModel(_Model):
    """Something that a reader of the result has to know."""

    code: str = Field(description="A stable word for programs.")
    message: str = Field(description="A sentence for people.")
    span: SpanModel | None = None


class TranscriptModel(_Model):
    """Who said what, when. All times are seconds, rounded to milliseconds."""

    segments: tuple[SegmentModel, ...] = Field(description="In order of time.")
    speakers: tuple[SpeakerModel, ...] = Field(default=(), description="In order of first speech.")
    language: str | None = Field(default=None, description="BCP-47 tag of the main language.")
    duration_s: Seconds = Field(description="Length of the recording.")
    coverage: CoverageModel = CoverageModel()
    turns: tuple[TurnModel, ...] = Field(
        default=(), description="Speaker activity, in order of time."
    )
    notices: tuple[NoticeModel, ...] = ()
    model: str = Field(default="", description="Id of the model that wrote it.")
    version: str = Field(default="", description="Version of audiosvc.")


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) that every written JSON transcript follows."""
    schema = TranscriptModel.model_json_schema(mode="serialization", schema_generator=_Untitled)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text() -> str:
    """The schema as the file in ``docs`` holds it."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
