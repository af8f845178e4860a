"""``audiosvc serve``: transcribe and locate for others, over gRPC and HTTP."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from audiosvc.cli import choices
from audiosvc.cli.listening import refuse_two_models
from audiosvc.settings import read_settings


def serve(  # noqa: PLR0913, PLR0917 - one parameter an option
    grpc: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="127.0.0.1:50051 if not given.")
    ] = None,
    http: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="HTTP and the page: 127.0.0.1:8080."),
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where jobs and their audio are kept.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A TOML file with settings; the server's in [server]."),
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="The default model: as in transcribe.")
    ] = None,
    serve_models: Annotated[
        list[str] | None,
        typer.Option("--serve-model", metavar="NAME", help="Another one to ask for; repeatable."),
    ] = None,
    model_server: choices.ModelServer = None,
    device: choices.Device = None,
    dtype: choices.Dtype = None,
    threads: choices.Threads = None,
    window: choices.Window = None,
    align: choices.Align = None,
    diarization: choices.Diarization = None,
    max_sessions: Annotated[
        int | None, typer.Option(metavar="N", help="Streams at once; 4 if not given.")
    ] = None,
    keys_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Who may call: see `audiosvc keys`. All, without it."),
    ] = None,
    tls_cert: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The server's certificate chain, PEM.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE", help="Its key, PEM.")] = None,
    client_ca: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Callers need a certificate signed by this one, PEM."),
    ] = None,
    allow_insecure_public: Annotated[
        bool | None,
        typer.Option("--allow-insecure-public", help="Serve other machines without encryption."),
    ] = None,
    json_logs: Annotated[
        bool | None, typer.Option("--json-logs", help="One JSON object for each line of the log.")
    ] = None,
    drain_timeout: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="How long calls may go on at the end; 30."),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Where jobs are kept: SQLite in --data-dir, or another."),
    ] = None,
    workers: Annotated[
        bool | None, typer.Option("--workers/--no-workers", help="Work on jobs in this process.")
    ] = None,
    locate: Annotated[
        bool | None,
        typer.Option("--locate/--no-locate", help="Also tell where recordings were made."),
    ] = None,
) -> None:
    """Serve until told to stop.

    Listens on this machine alone unless told otherwise. Limits and quotas are settings: variables
    AUDIOSVC_<NAME>, or the table [server] of a TOML file. SIGTERM and Ctrl-C let calls come to
    their end; the same again stops at once.
    """
    # The transport's own remarks have another form than our log; its errors stay.
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
    from audiosvc.jobs import read_job_settings  # noqa: PLC0415
    from audiosvc.server.run import run  # noqa: PLC0415 - after --help
    from audiosvc.server.settings import read_server_settings  # noqa: PLC0415

    settings = read_server_settings(
        config,
        grpc=grpc,
        http=http,
        data_dir=data_dir,
        serve_models=tuple(serve_models) if serve_models else None,
        max_sessions=max_sessions,
        keys_file=keys_file,
        tls_cert=tls_cert,
        tls_key=tls_key,
        client_ca=client_ca,
        allow_insecure_public=allow_insecure_public,
        json_logs=json_logs,
        drain_timeout_s=drain_timeout,
        workers=workers,
        locate=locate,
    )
    jobs = read_job_settings(
        config,
        data_dir=settings.data_dir,
        database=database,
        max_upload_bytes=settings.max_upload_bytes,
        max_audio_s=settings.max_audio_s,
    )
    transcription = read_settings(
        config,
        model=model,
        model_server=model_server,
        device=device,
        dtype=dtype,
        threads=threads,
        window_s=window,
        align=align,
        diarization=diarization,
    )
    refuse_two_models(transcription, model_server)
    run(settings, transcription, jobs)
