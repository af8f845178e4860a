"""The server: startup, serve, shutdown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import grpc

from audiosvc import locating, service
from audiosvc.jobs import JobSettings
from audiosvc.locating import Senses
from audiosvc.server.addresses import Address
from audiosvc.server.admission import Admission
from audiosvc.server.callers import Quotas
from audiosvc.server.doors import Door, KeyDoor, certificate_door, open_door, with_quotas
from audiosvc.server.durable import DurableJobs
from audiosvc.server.engine import Engine
from audiosvc.server.figures import count_job
from audiosvc.server.http.app import make_app
from audiosvc.server.http.hosting import HttpServer
from audiosvc.server.http.place import HttpPlace
from audiosvc.server.interceptor import Interceptor
from audiosvc.server.job_figures import JobFigures
from audiosvc.server.keys import Keys
from audiosvc.server.lifecycle import Lifecycle, Phase
from audiosvc.server.metrics import Metrics
from audiosvc.server.sensing import SharedSenses, for_locating
from audiosvc.server.served import Served
from audiosvc.server.services import add_services
from audiosvc.server.settings import ServerSettings
from audiosvc.server.spool import Spool
from audiosvc.server.tls import tls_context
from audiosvc.server.transport import listen, make_server
from audiosvc.server.workplace import Workplace
from audiosvc.service import Models
from audiosvc.settings import Settings

# For calls that look something up; sessions have their own.
THREADS = 16
GRACE_S = 1.0


class Server:
    """One process that serves. Its ports are bound before its models load."""

    def __init__(
        self,
        settings: ServerSettings,
        transcription: Settings,
        jobs: JobSettings | None = None,
        *,
        load: Callable[[Settings], Models] = service.load_models,
        load_senses: Callable[[Settings], Senses] = locating.load_senses,
        engine: Engine | None = None,
    ) -> None:
        """jobs: None serves none. load, load_senses, engine: what loads models, and runs them.

        Raises OptionError, ModelUnknown, OutputError.
        """
        self.lifecycle = Lifecycle()
        self._settings = settings
        self._grpc: grpc.aio.Server | None = None
        self._http: HttpServer | None = None
        self._door = _door(settings)
        metrics = Metrics()
        served = Served(transcription, settings.serve_models, load=load)
        self._jobs: DurableJobs | None = None
        if jobs is not None:
            done = partial(count_job, metrics)
            works = settings.workers
            self._jobs = DurableJobs(jobs, transcription, served, works=works, done=done)
        sensing = for_locating(transcription, settings.locate_model)
        self._senses = SharedSenses(sensing, load_senses) if settings.locate else None
        self.place = Workplace(
            settings=settings,
            served=served,
            engine=engine or Engine(),
            metrics=metrics,
            admission=Admission(settings.max_sessions),
            spool=Spool(
                settings.data_dir / "streams",
                max_file_bytes=settings.max_upload_bytes,
                max_bytes=settings.max_spool_bytes,
            ),
        )

    @property
    def is_open_to_all(self) -> bool:
        """Whether other machines can reach it, and nobody is asked who they are."""
        settings = self._settings
        known = settings.keys_file or settings.client_ca
        return not (settings.grpc_address.is_loopback or known)

    async def bind(self) -> None:
        """Listens; calls are told that the server starts. Raises OptionError."""
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "call"))
        metrics = self.place.metrics
        around = Interceptor(self.lifecycle, self._door, metrics, self._settings.idle_timeout_s)
        self._grpc = server = make_server(self._settings, [around])
        jobs = self._jobs.jobs if self._jobs is not None else None
        if jobs is not None:
            metrics.registry.register(JobFigures(jobs.counts))
        add_services(server, self.place, self.lifecycle, jobs, self._senses)
        self.grpc_address: Address = listen(server, self._settings)
        http = HttpPlace(self.place, self.lifecycle, self._door, jobs, self._senses)
        tls = tls_context(self._settings)
        self._http = HttpServer(self._settings.http_address, make_app(http), tls)
        self.http_address = self._http.address
        await self._http.start()
        await server.start()

    async def startup(self) -> None:
        """Loads the models; then calls are taken. Raises ModelError."""
        loaded = await asyncio.to_thread(self.place.served.load)
        self.place.metrics.models_loaded.set(loaded)
        for model, load_s in self.place.served.load_times_s.items():
            self.place.metrics.model_load_s.labels(model).set(load_s)
        if self._senses is not None:
            await asyncio.to_thread(self._senses.load)
        if self._jobs is not None:
            await asyncio.to_thread(self._jobs.start)
        await self.lifecycle.enter(Phase.SERVING)

    async def shutdown(self) -> int:
        """Lets what runs come to its end, and cuts off the rest: how many calls that were."""
        late, _ = await asyncio.gather(
            self.lifecycle.drain(self._settings.drain_timeout_s),
            asyncio.to_thread(self._drain_jobs),
        )
        if self._grpc is not None:
            await self._grpc.stop(GRACE_S)
        if self._jobs is not None:
            await asyncio.to_thread(self._jobs.close)
        if self._http is not None:
            await self._http.close()
        self.place.threads.shutdown(wait=False, cancel_futures=True)
        return late

    def _drain_jobs(self) -> None:
        if self._jobs is not None:
            self._jobs.drain(self._settings.drain_timeout_s)


def _door(settings: ServerSettings) -> Door:
    """How callers are told apart: by keys, by certificates, or not at all. Raises OptionError."""
    door: Door = open_door
    if settings.keys_file is not None:
        door = KeyDoor(Keys(settings.keys_file))
    elif settings.client_ca is not None:
        door = certificate_door
    usual = Quotas(settings.key_max_sessions, settings.key_max_jobs, settings.locate_per_minute)
    return with_quotas(door, usual)
