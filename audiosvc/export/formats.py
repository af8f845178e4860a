"""Every format by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from audiosvc.errors import OptionError
from audiosvc.export import ctm, json, md, rttm, seglst, srt, stm, txt, vtt
from audiosvc.types import Transcript


@dataclass(frozen=True, slots=True)
class Format:
    """How a transcript is written and read.

    suffix: what is put behind a stem to name the file. serialise: takes the transcript and the
    recording's name. parse: raises FormatError.
    """

    name: str
    suffix: str
    serialise: Callable[[Transcript, str], str]
    parse: Callable[[str], Transcript]


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        item.name: item
        for item in (
            Format("json", ".json", json.serialise, json.parse),
            Format("txt", ".txt", txt.serialise, txt.parse),
            Format("srt", ".srt", srt.serialise, srt.parse),
            Format("vtt", ".vtt", vtt.serialise, vtt.parse),
            Format("rttm", ".rttm", rttm.serialise, rttm.parse),
            Format("stm", ".stm", stm.serialise, stm.parse),
            Format("ctm", ".ctm", ctm.serialise, ctm.parse),
            Format("seglst", ".seglst.json", seglst.serialise, seglst.parse),
            Format("md", ".md", md.serialise, md.parse),
        )
    }
)


def format_named(name: str) -> Format:
    """The format of that name. Raises OptionError, which lists those that exist."""
    try:
        return FORMATS[name]
    except KeyError:
        known = ", ".join(FORMATS)
        raise OptionError(f"There is no format {name!r}. Choose from: {known}.") from None


def serialise(transcript: Transcript, format_name: str, name: str) -> str:
    """The transcript in a format. name: of the recording, without suffix. Raises OptionError."""
    return format_named(format_name).serialise(transcript, name)


def parse(text: str, format_name: str) -> Transcript:
    """The transcript in a file's text. Raises FormatError, or OptionError for the format."""
    return format_named(format_name).parse(text)
