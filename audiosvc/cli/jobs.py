"""``audiosvc jobs``: recordings that a server transcribes without anybody waiting."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from audiosvc.cli import choices, remote
from audiosvc.cli.batch import Wishes, deliver
from audiosvc.cli.joblines import as_json, state_named, stem_of, table, watch_to_end
from audiosvc.cli.listening import parse_hints, parse_listening, refuse_contradiction
from audiosvc.cli.output import say, write
from audiosvc.cli.remote import Reach
from audiosvc.cli.report import name_speakers
from audiosvc.cli.sending import Sender
from audiosvc.errors import OptionError
from audiosvc.settings import read_settings

app = typer.Typer(help="Jobs: recordings that a server transcribes without anybody waiting.")

Server = Annotated[
    str,
    typer.Option(metavar="HOST:PORT", envvar="AUDIOSVC_SERVER", help="Which server."),
]
JobId = Annotated[str, typer.Argument(help="As submit prints it.", metavar="ID")]
JobIds = Annotated[list[str], typer.Argument(help="As submit prints them.", metavar="ID")]


@app.command()
def submit(  # noqa: PLR0913, PLR0917 - one parameter an option
    files: choices.Files,
    server: Server,
    wait: Annotated[
        bool, typer.Option("--wait", help="Come back when the transcripts are there.")
    ] = False,
    request_id: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Of your choice: typed again, it goes on with its job."),
    ] = None,
    language: choices.Language = None,
    language_per_window: choices.LanguagePerWindow = None,
    model: choices.Model = None,
    speakers: choices.Speakers = None,
    min_speakers: choices.MinSpeakers = None,
    max_speakers: choices.MaxSpeakers = None,
    hotwords: choices.Hotwords = None,
    prompt: choices.Prompt = None,
    events: choices.Events = False,
    start: choices.Start = None,
    end: choices.End = None,
    raw: choices.Raw = None,
    quiet: choices.Quiet = False,
    config: choices.Config = None,
    key_file: remote.KeyFile = None,
    tls: remote.Tls_ = False,
    tls_root: remote.TlsRoot = None,
    tls_cert: remote.TlsCert = None,
    tls_key: remote.TlsKey = None,
    plaintext_key: remote.PlaintextKey = False,
) -> None:
    """Send recordings, and print the id of each job, alone on its line.

    Ends with 3 for a recording that cannot be read, 6 for a server that cannot be reached or
    refuses, 7 for a job that fails while it is waited for.
    """
    if request_id and len(files) > 1:
        raise OptionError("--request-id is for one recording at a time.")
    refuse_contradiction(language, language_per_window)
    settings = read_settings(
        config,
        language=language,
        language_per_window=language_per_window,
        model=model,
        speakers=speakers,
        min_speakers=min_speakers,
        max_speakers=max_speakers,
    )
    listening = parse_listening(parse_hints(hotwords, prompt, events), start, end, raw)
    reach = Reach(key_file, tls, tls_root, tls_cert, tls_key, plaintext_key)
    with reach.connect(server) as client:
        sender = Sender(client, settings, listening, request_id=request_id, quiet=quiet)
        raise typer.Exit(sender.send_all(files, wait=wait))


@app.command("list")
def list_jobs(  # noqa: PLR0913, PLR0917 - one parameter an option
    server: Server,
    states: Annotated[
        list[str] | None,
        typer.Option("--state", metavar="STATE", help="Only such as running; repeatable."),
    ] = None,
    in_json: Annotated[bool, typer.Option("--json", help="One JSON array, for programs.")] = False,
    key_file: remote.KeyFile = None,
    tls: remote.Tls_ = False,
    tls_root: remote.TlsRoot = None,
    tls_cert: remote.TlsCert = None,
    tls_key: remote.TlsKey = None,
    plaintext_key: remote.PlaintextKey = False,
) -> None:
    """Your jobs, newest first."""
    wanted = [state_named(state) for state in states or ()]
    reach = Reach(key_file, tls, tls_root, tls_cert, tls_key, plaintext_key)
    with reach.connect(server) as client:
        jobs = list(client.jobs.list(wanted))
    if in_json:
        write(json.dumps([as_json(job) for job in jobs], indent=2, ensure_ascii=False))
    else:
        for line in table(jobs):
            write(line)


@app.command()
def watch(  # noqa: PLR0913, PLR0917 - one parameter an option
    job_id: JobId,
    server: Server,
    quiet: choices.Quiet = False,
    key_file: remote.KeyFile = None,
    tls: remote.Tls_ = False,
    tls_root: remote.TlsRoot = None,
    tls_cert: remote.TlsCert = None,
    tls_key: remote.TlsKey = None,
    plaintext_key: remote.PlaintextKey = False,
) -> None:
    """Print each segment of a job as soon as it is there, until the job has ended.

    Ends with 7 when the job fails or is cancelled.
    """
    reach = Reach(key_file, tls, tls_root, tls_cert, tls_key, plaintext_key)
    with reach.connect(server) as client:
        watch_to_end(client, client.jobs.get(job_id), quiet=quiet, follow=True)


@app.command()
def get(  # noqa: PLR0913, PLR0917 - one parameter an option
    job_id: JobId,
    server: Server,
    formats: choices.Formats = None,
    output: choices.Output = None,
    speaker_names: choices.SpeakerNames = None,
    quiet: choices.Quiet = False,
    key_file: remote.KeyFile = None,
    tls: remote.Tls_ = False,
    tls_root: remote.TlsRoot = None,
    tls_cert: remote.TlsCert = None,
    tls_key: remote.TlsKey = None,
    plaintext_key: remote.PlaintextKey = False,
) -> None:
    """Print the transcript of a job, or write it into files with --output.

    Ends with 7 when there is no such job, or it has no transcript.
    """
    from audiosvc.export.names import parse_speaker_names  # noqa: PLC0415 - after --help

    wanted = choices.read_formats(formats, output)
    names = parse_speaker_names(speaker_names) if speaker_names else {}
    reach = Reach(key_file, tls, tls_root, tls_cert, tls_key, plaintext_key)
    with reach.connect(server) as client:
        job = client.jobs.get(job_id)
        transcript = client.jobs.transcript(job_id)
    wishes = Wishes(wanted, output, names, quiet)
    deliver(name_speakers(transcript, names), stem_of(job), wishes)


@app.command()
def cancel(  # noqa: PLR0913, PLR0917 - one parameter an option
    job_ids: JobIds,
    server: Server,
    quiet: choices.Quiet = False,
    key_file: remote.KeyFile = None,
    tls: remote.Tls_ = False,
    tls_root: remote.TlsRoot = None,
    tls_cert: remote.TlsCert = None,
    tls_key: remote.TlsKey = None,
    plaintext_key: remote.PlaintextKey = False,
) -> None:
    """Stop jobs. What has ended stays as it is."""
    reach = Reach(key_file, tls, tls_root, tls_cert, tls_key, plaintext_key)
    with reach.connect(server) as client:
        for job_id in job_ids:
            job = client.jobs.cancel(job_id)
            _note(f"{job_id} is {job.state.value}", quiet)


@app.command()
def delete(  # noqa: PLR0913, PLR0917 - one parameter an option
    job_ids: JobIds,
    server: Server,
    quiet: choices.Quiet = False,
    key_file: remote.KeyFile = None,
    tls: remote.Tls_ = False,
    tls_root: remote.TlsRoot = None,
    tls_cert: remote.TlsCert = None,
    tls_key: remote.TlsKey = None,
    plaintext_key: remote.PlaintextKey = False,
) -> None:
    """Remove jobs for good, with their audio and their text."""
    reach = Reach(key_file, tls, tls_root, tls_cert, tls_key, plaintext_key)
    with reach.connect(server) as client:
        for job_id in job_ids:
            client.jobs.delete(job_id)
            _note(f"{job_id} is gone", quiet)


def _note(text: str, quiet: bool) -> None:
    if not quiet:
        say(text)
