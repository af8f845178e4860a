"""Durable jobs in a server: their service, and a worker beside it."""

from __future__ import annotations

from collections.abc import Callable

from audiosvc.jobs import Jobs, JobSettings, Worker
from audiosvc.server.served import Served
from audiosvc.settings import Settings
from audiosvc.types import Transcript


class DurableJobs:
    """What of jobs lives in this process. All of it blocks, and belongs into threads."""

    def __init__(
        self,
        settings: JobSettings,
        transcription: Settings,
        served: Served,
        *,
        works: bool,
        done: Callable[[Transcript], None],
    ) -> None:
        """works: whether jobs are worked on here. done: told of every transcript that was finished
        here. Raises OptionError, OutputError.
        """
        self.jobs = Jobs(settings)
        self._worker: Worker | None = None
        if works:
            self._worker = Worker(transcription, settings, choose=served.choose, done=done)
        self._working: Worker | None = None

    def start(self) -> None:
        """Takes up work. Raises OptionError, OutputError."""
        if self._worker is not None:
            self._worker.start()
            self._working = self._worker

    def drain(self, timeout_s: float) -> None:
        """Takes up nothing more, and waits for what runs."""
        if self._working is not None:
            self._working.drain(timeout_s)

    def close(self) -> None:
        """Ends; what is not done is done by another worker, or after the next start."""
        if self._working is not None:
            self._working.close()
        self.jobs.close()
