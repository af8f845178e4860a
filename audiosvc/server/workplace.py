"""What all sessions share."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field

from audiosvc.server.admission import Admission
from audiosvc.server.callers import Caller
from audiosvc.server.engine import Engine
from audiosvc.server.metrics import Metrics
from audiosvc.server.rates import LocateRate
from audiosvc.server.served import Served
from audiosvc.server.settings import ServerSettings
from audiosvc.server.spool import Spool

# One works, one takes audio in, and one waits for both to end.
THREADS_A_SESSION = 3


@dataclass(frozen=True, slots=True)
class Workplace:
    """threads: enough for every session that is admitted, so that none waits for another.

    locate_rate: one for all transports.
    """

    settings: ServerSettings
    served: Served
    engine: Engine
    metrics: Metrics
    admission: Admission
    spool: Spool
    locate_rate: LocateRate = field(default_factory=LocateRate)
    threads: Executor = field(init=False)

    def __post_init__(self) -> None:
        count = THREADS_A_SESSION * self.settings.max_sessions
        object.__setattr__(self, "threads", ThreadPoolExecutor(count, "session"))

    def admit_locate(self, caller: Caller) -> Callable[[], None]:
        """Takes a place, and one of the locates that the caller may begin now.

        What is returned gives the place back. Raises TooBusy, QuotaExceeded, NotAllowed.
        """
        release = self.admission.admit(caller)
        try:
            self.locate_rate.take(caller)
        except BaseException:
            release()
            raise
        return release
