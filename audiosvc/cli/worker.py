"""``audiosvc worker``: works on jobs, beside a server or on another machine."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from audiosvc.cli import choices
from audiosvc.cli.listening import refuse_two_models
from audiosvc.cli.output import say
from audiosvc.cli.report import tell_model
from audiosvc.cli.stopping import Stopped
from audiosvc.settings import read_settings


def worker(  # noqa: PLR0913, PLR0917 - one parameter an option
    data_dir: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where jobs and their audio are kept; as the server's."),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="postgresql://host/name, for workers on several machines."
        ),
    ] = None,
    spool: Annotated[
        str | None,
        typer.Option(
            metavar="PLACE", help="Where the audio lies: a folder or URL that all workers reach."
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="For jobs that name no model.")
    ] = None,
    model_server: choices.ModelServer = None,
    device: choices.Device = None,
    dtype: choices.Dtype = None,
    threads: choices.Threads = None,
    window: choices.Window = None,
    align: choices.Align = None,
    diarization: choices.Diarization = None,
    windows_at_once: Annotated[
        int | None, typer.Option(metavar="N", help="How many windows to work on at once.")
    ] = None,
    drain_timeout: Annotated[
        float,
        typer.Option(min=0.0, metavar="S", help="How long to wait for windows when told to stop."),
    ] = 30.0,
    metrics: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT", help="Where to tell Prometheus what was done, under /metrics."
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A TOML file with settings.")
    ] = None,
) -> None:
    """Work on jobs until told to stop; then end what was begun, and leave the rest to others.

    Any number of workers share the jobs of one database and one spool. Told to stop, it ends with 0
    when all that was begun came to an end, else as after that signal; with 2 for a wrong option, 4
    for a model that cannot be used, 5 for a place that cannot be written to.
    """
    from audiosvc import service  # noqa: PLC0415 - all of them after --help
    from audiosvc.jobs import Worker, read_job_settings  # noqa: PLC0415
    from audiosvc.server.addresses import parse_address  # noqa: PLC0415
    from audiosvc.server.figures import count_job  # noqa: PLC0415
    from audiosvc.server.metrics import Metrics  # noqa: PLC0415
    from audiosvc.server.worker_metrics import serve_metrics  # noqa: PLC0415

    settings = read_settings(
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
    refuse_two_models(settings, model_server)
    job_settings = read_job_settings(
        config,
        data_dir=data_dir,
        database=database,
        spool=spool,
        windows_at_once=windows_at_once,
    )
    figures, place = Metrics(), ""
    if metrics is not None:
        bound = serve_metrics(parse_address(metrics, "--metrics"), figures)
        place = f"; figures at http://{bound}/metrics"
    settings, reason = service.choose_model(settings)  # once: a job's windows are of one model
    models = service.load_models(settings)
    service.window_limits(models.transcriber, settings)  # before any job is taken up
    tell_model(models.name, reason)
    figures.models_loaded.set(1)
    running = Worker(settings, job_settings, done=partial(count_job, figures))
    running.start()
    say(f"worker ready{place}")
    try:
        threading.Event().wait()
    except Stopped:
        say("worker stopping: it ends the windows that it has begun")
        ended = running.drain(drain_timeout)
        running.close()
        if not ended:
            raise
        say("worker stopped")
