"""A worker: takes up jobs, shows that it lives, takes over from those that do not."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import sqlalchemy as sa

from audiosvc import service
from audiosvc.jobs import schema, workflows
from audiosvc.jobs.crashes import CrashWatch
from audiosvc.jobs.engine import Runner
from audiosvc.jobs.presence import Presence
from audiosvc.jobs.records import FINAL
from audiosvc.jobs.retention import sweep
from audiosvc.jobs.settings import JobSettings
from audiosvc.jobs.stores import Stores
from audiosvc.jobs.tasks import Tasks
from audiosvc.jobs.work import Choose, JobWork, choose_from
from audiosvc.settings import Settings
from audiosvc.types import Transcript

LONGEST_BEAT_S, SWEEP_S = 1.0, 10.0

_log = logging.getLogger("audiosvc.jobs")


class Worker:
    """Works on jobs in threads of this process, one worker a process."""

    def __init__(
        self,
        settings: Settings,
        job_settings: JobSettings,
        *,
        choose: Choose | None = None,
        done: Callable[[Transcript], None] = lambda _: None,
    ) -> None:
        """settings: for jobs that wish for nothing else. choose: the models and settings that
        fulfil a wish, in place of those that the wish and the settings name. done: told of every
        transcript that was finished here, from any thread.
        """
        self._done = done
        self._job_settings = job_settings
        self._choose = choose or choose_from(settings, service.load_models)
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Takes up work, and returns at once. Raises OptionError, OutputError."""
        settings = self._job_settings
        self._stores = stores = Stores(settings)
        self._presence = Presence(stores.database, settings.lost_after_s)
        self._crashes = CrashWatch(settings.data_dir / "crashes")
        self._crashes.start(self._presence.executor_id)
        self._tasks = Tasks(stores.attempts, settings.attempts, self._presence.executor_id)
        workflows.bind(JobWork(stores, self._tasks, self._choose, self._done))
        self._presence.enter()
        self._runner = Runner(stores.database, stores.engine, self._presence.executor_id)
        stores.engine.set_up_queues(settings.windows_at_once, settings.poll_s)
        self._runner.start()
        beat_s = min(LONGEST_BEAT_S, settings.lost_after_s / 5)
        self._repeat("beat", beat_s, self._beat)
        self._repeat("sweep", SWEEP_S, lambda: sweep(stores))

    def drain(self, timeout_s: float) -> bool:
        """Takes up nothing more, and waits for the windows that run. Whether all of them ended."""
        self._runner.pause()
        self._tasks.closing.set()
        return self._tasks.wait_idle(timeout_s)

    def close(self) -> None:
        """Ends. What still runs is left to other workers, or to the next start."""
        self._tasks.closing.set()
        self._tasks.stopping.set()
        self._runner.stop()
        self._ended.set()
        for thread in self._threads:
            thread.join()
        workflows.bind(None)
        self._presence.leave()
        self._crashes.stop()
        self._stores.close()

    def _beat(self) -> None:
        self._presence.beat()
        dead = self._presence.find_dead(self._stores.engine.busy_executors())
        if dead:
            _log.info("taking over from %d worker(s) that are gone", len(dead))
            for executor_id in filter(self._crashes.take, dead):
                self._stores.attempts.blame(executor_id)
            self._runner.take_over(dead)
        self._stop_unwanted()

    def _stop_unwanted(self) -> None:
        """Stops what runs here for jobs that have ended."""
        running = self._tasks.running
        if not running:
            return
        table = schema.jobs
        query = sa.select(table.c.id).where(
            table.c.id.in_(running), table.c.state.not_in([state.value for state in FINAL])
        )
        with self._stores.database.begin() as connection:
            wanted = set(connection.execute(query).scalars())
        for job_id in set(running) - wanted:
            self._tasks.stop(job_id)

    def _repeat(self, name: str, every_s: float, call: Callable[[], object]) -> None:
        def run() -> None:
            while True:
                try:
                    call()
                except Exception:  # noqa: BLE001 - such as a database that is away for a while
                    if not self._ended.is_set():
                        _log.warning("the %s of this worker failed", name, exc_info=True)
                if self._ended.wait(every_s):
                    return

        thread = threading.Thread(target=run, name=f"jobs-{name}", daemon=True)
        thread.start()
        self._threads.append(thread)
