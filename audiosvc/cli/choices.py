"""Options that several commands take in the same words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from audiosvc.errors import OptionError

Files = Annotated[
    list[str],
    typer.Argument(help="Recordings, audio or video; - is standard input.", metavar="FILE"),
]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help="txt, json, srt, vtt, rttm, stm, ctm, seglst or md; repeatable.",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="DIR", help="Write files into this folder."),
]
Language = Annotated[
    str | None, typer.Option(metavar="TAG", help="Such as en or de; detected when not given.")
]
LanguagePerWindow = Annotated[
    bool | None,
    typer.Option("--language-per-window", help="Detect the language every few minutes anew."),
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="auto (the best that is here), base, small, moss, org/name, openai:URL or a folder.",
    ),
]
ModelServer = Annotated[
    str | None,
    typer.Option(metavar="URL", help="One that auto may choose: http://HOST:8000/v1#MODEL."),
]
Device = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Compute on this: auto, cpu, cuda, cuda:N or mps."),
]
Dtype = Annotated[
    str | None,
    typer.Option(metavar="TYPE", help="Compute in this: auto, float32, bfloat16 or float16."),
]
Window = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Hear so much at once: 300, 5m or 1:30:00."),
]
Align = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="What finds the times of words where the model gives none: auto, off, or a name.",
    ),
]
Diarization = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="What tells who speaks when, in place of our own."),
]
Threads = Annotated[
    int | None, typer.Option(metavar="N", help="Processors to use; all by default.")
]
Speakers = Annotated[int | None, typer.Option(metavar="N", help="How many people speak, exactly.")]
MinSpeakers = Annotated[int | None, typer.Option(metavar="N", help="At least so many.")]
MaxSpeakers = Annotated[int | None, typer.Option(metavar="N", help="At most so many.")]
SpeakerNames = Annotated[
    str | None, typer.Option(metavar="NAMES", help='In place of labels: "S1=Ann,S2=Bob".')
]
Hotwords = Annotated[
    str | None,
    typer.Option(metavar="WORDS", help='Words to expect, such as names: "Duguid,Ademesoye".'),
]
Prompt = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="What to tell a model that takes a prompt."),
]
Events = Annotated[
    bool,
    typer.Option("--events", help="Also tell of laughter and the like, where the model can."),
]
Start = Annotated[str | None, typer.Option(metavar="TIME", help="Begin here: seconds, or 1:02:03.")]
End = Annotated[str | None, typer.Option(metavar="TIME", help="End here: seconds, or 1:02:03.")]
Raw = Annotated[
    str | None,
    typer.Option(
        metavar="RATE[,CHANNELS[,FORMAT]]",
        help="The input is raw PCM without a header, such as 16000,1,s16le.",
    ),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Say nothing but errors on standard error.")
]
Config = Annotated[Path | None, typer.Option(metavar="FILE", help="A TOML file with settings.")]


def read_formats(formats: list[str] | None, output: Path | None) -> tuple[str, ...]:
    """The formats by their names, txt when none was given. Raises OptionError."""
    from audiosvc.export.formats import format_named  # noqa: PLC0415 - after --help

    wanted = tuple(format_named(one).name for one in dict.fromkeys(formats or ["txt"]))
    if output is None and len(wanted) > 1:
        raise OptionError("Several formats need a folder to go to: add -o FOLDER.")
    return wanted
