"""The form that OpenAI's transcription endpoint takes, and ours."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from audiosvc.errors import OptionError
from audiosvc.server.http.intake import Fields
from audiosvc.server.http.openai.formats import Granularity
from audiosvc.server.http.wishes import REPEATED, Options, gathered, read_as

ResponseFormat = Literal["json", "verbose_json", "text", "srt", "vtt", "diarized_json"]
STREAMED = ("json", "text", "diarized_json")
# What would make another model listen in another way. It is taken, and said not to be heeded.
UNHEEDED = ("temperature", "chunking_strategy", "include", "languages")
UNHEEDED_HEADER = "Audiosvc-Unheeded"
# What the same is called there.
SYNONYMS = {"keywords": "hotwords"}
UNABLE = {
    "known_speaker_names": "Speakers cannot be made known beforehand.",
    "known_speaker_references": "Speakers cannot be made known beforehand.",
}


class TranscriptionForm(Options):
    """What to transcribe, how, and as what."""

    response_format: ResponseFormat = "json"
    timestamp_granularities: list[Granularity] = Field(
        default=[], description="Of verbose_json: word, segment, or both; segment if left out."
    )
    stream: bool = Field(
        default=False,
        description="Tell the text while it is written, as server-sent events: "
        "transcript.text.delta, with diarized_json transcript.text.segment, and at the end "
        "transcript.text.done.",
    )

    @property
    def granularities(self) -> list[Granularity]:
        """Those of ``verbose_json``."""
        return self.timestamp_granularities or ["segment"]

    def check(self) -> None:
        """Whether its fields, which are all there, go together. Raises OptionError."""
        if self.timestamp_granularities and self.response_format != "verbose_json":
            raise OptionError(
                "Only verbose_json has timestamp_granularities.", field="timestamp_granularities"
            )
        if self.stream and self.response_format not in STREAMED:
            raise OptionError(
                f"{self.response_format} cannot be streamed. Choose from: {', '.join(STREAMED)}.",
                field="response_format",
            )


def read_transcription(fields: Fields) -> tuple[TranscriptionForm, list[str]]:
    """The form, and which of its fields are not heeded.

    Raises OptionError, RequestValidationError.
    """
    said: Fields = []
    unheeded: set[str] = set()
    for name, value in fields:
        base = name.partition("[")[0]
        if base in UNHEEDED:
            unheeded.add(base)
        elif base in UNABLE:
            raise OptionError(UNABLE[base], field=base)
        elif base in SYNONYMS:
            said.append((SYNONYMS[base], value))
        else:
            said.append((name, value))
    values = gathered(said, (*REPEATED, "timestamp_granularities"))
    return read_as(TranscriptionForm, values), sorted(unheeded)
