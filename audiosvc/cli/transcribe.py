"""``audiosvc transcribe``: recordings in, transcripts out."""

from __future__ import annotations

from typing import Annotated

import typer

from audiosvc.cli import choices, remote
from audiosvc.cli.batch import Wishes, transcribe_all
from audiosvc.cli.listening import (
    parse_hints,
    parse_listening,
    refuse_contradiction,
    refuse_two_models,
)
from audiosvc.cli.local import Local
from audiosvc.cli.remote import Reach, Remote
from audiosvc.errors import OptionError
from audiosvc.settings import read_settings


def transcribe(  # noqa: PLR0913, PLR0917 - one parameter an option
    files: choices.Files,
    formats: choices.Formats = None,
    output: choices.Output = None,
    language: choices.Language = None,
    language_per_window: choices.LanguagePerWindow = None,
    model: choices.Model = None,
    speakers: choices.Speakers = None,
    min_speakers: choices.MinSpeakers = None,
    max_speakers: choices.MaxSpeakers = None,
    speaker_names: choices.SpeakerNames = None,
    hotwords: choices.Hotwords = None,
    prompt: choices.Prompt = None,
    events: choices.Events = False,
    start: choices.Start = None,
    end: choices.End = None,
    raw: choices.Raw = None,
    model_server: choices.ModelServer = None,
    device: choices.Device = None,
    dtype: choices.Dtype = None,
    threads: choices.Threads = None,
    window: choices.Window = None,
    align: choices.Align = None,
    diarization: choices.Diarization = None,
    quiet: choices.Quiet = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="Print each segment as soon as it is there.")
    ] = False,
    config: choices.Config = None,
    server: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Let this server do the work; it gets the audio."),
    ] = None,
    key_file: remote.KeyFile = None,
    tls: remote.Tls_ = False,
    tls_root: remote.TlsRoot = None,
    tls_cert: remote.TlsCert = None,
    tls_key: remote.TlsKey = None,
    plaintext_key: remote.PlaintextKey = False,
) -> None:
    """Transcribe recordings with speakers and times.

    The transcript goes to standard output, or into files with --output. Ends with 0 when all went
    well, 2 for a wrong option, 3 for a recording that cannot be read, 4 for a model that cannot be
    used, 5 for a result that cannot be written, 6 for a server that cannot be reached or refuses.
    One bad file does not stop the others; the first failure decides the exit code.
    """
    from audiosvc.export.names import parse_speaker_names  # noqa: PLC0415 - after --help

    wanted = choices.read_formats(formats, output)
    if output is None and follow and formats:
        raise OptionError("--follow prints text while it works: for files as well, add -o FOLDER.")
    here: dict[str, object] = {
        "model_server": model_server,
        "device": device,
        "dtype": dtype,
        "threads": threads,
        "window_s": window,
        "align": align,
        "diarization": diarization,
    }
    if server:
        remote.refuse_local(here)
    refuse_contradiction(language, language_per_window)
    settings = read_settings(
        config,
        language=language,
        language_per_window=language_per_window,
        model=model,
        speakers=speakers,
        min_speakers=min_speakers,
        max_speakers=max_speakers,
        **here,
    )
    refuse_two_models(settings, model_server)
    wishes = Wishes(
        formats=wanted,
        directory=output,
        names=parse_speaker_names(speaker_names) if speaker_names else {},
        quiet=quiet,
        follow=follow,
    )
    listening = parse_listening(parse_hints(hotwords, prompt, events), start, end, raw)
    reach = Reach(key_file, tls, tls_root, tls_cert, tls_key, plaintext_key)
    if server is None:
        if reach != Reach():
            raise OptionError("--key-file and --tls are about a server: name one with --server.")
        raise typer.Exit(transcribe_all(files, Local(settings, listening, quiet=quiet), wishes))
    with reach.connect(server) as client:
        raise typer.Exit(transcribe_all(files, Remote(client, settings, listening), wishes))
