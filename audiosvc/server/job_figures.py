"""What Prometheus is told about jobs: asked of the database when it comes, not counted here.

Every server on the same database tells the same, also of what other machines work on.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from audiosvc.errors import OutputError
from audiosvc.jobs.counts import Counts

log = logging.getLogger(__name__)
# However often somebody asks: /metrics is open to everybody.
AT_LEAST_S = 1.0


class JobFigures(Collector):
    """Gauges that are made when they are asked for."""

    def __init__(
        self, count: Callable[[], Counts], now_s: Callable[[], float] = time.monotonic
    ) -> None:
        """count: asks the database; may raise OutputError."""
        self._count = count
        self._now_s = now_s
        self._lock = threading.Lock()
        self._asked_s = float("-inf")
        self._counts: Counts | None = None

    def describe(self) -> Iterator[Metric]:
        """Names alone, so that nothing is asked when the server starts."""
        yield from _families(None)

    def collect(self) -> Iterator[Metric]:
        """All of them; only that the database is down, when it is."""
        with self._lock:
            if self._now_s() - self._asked_s >= AT_LEAST_S:
                self._counts = self._ask()
                self._asked_s = self._now_s()
            counts = self._counts
        yield from _families(counts)

    def _ask(self) -> Counts | None:
        try:
            return self._count()
        except OutputError as error:
            log.warning("no figures of jobs: %s", error)
            return None


def _families(counts: Counts | None) -> Iterator[Metric]:
    up = GaugeMetricFamily("audiosvc_database_up", "Whether the database of jobs answers.")
    jobs = GaugeMetricFamily("audiosvc_jobs", "Jobs that are kept.", labels=["state"])
    workers = GaugeMetricFamily("audiosvc_workers", "Workers that have not been found dead.")
    faults = GaugeMetricFamily(
        "audiosvc_job_faults", "Failed attempts at what is not done yet; it is tried again."
    )
    up.add_metric([], float(counts is not None))
    if counts is not None:
        for state, number in counts.jobs.items():
            jobs.add_metric([state.value], number)
        workers.add_metric([], counts.workers)
        faults.add_metric([], counts.faults)
    yield from (up, jobs, workers, faults)
