"""What all sessions share."""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field

from audiosvc.server.admission import Admission
from audiosvc.server.engine import Engine
from audiosvc.server.metrics import Metrics
from audiosvc.server.served import Served
from audiosvc.server.settings import ServerSettings
from audiosvc.server.spool import Spool

# One works, one takes audio in, and one waits for both to end.
THREADS_A_SESSION = 3


@dataclass(frozen=True, slots=True)
class Workplace:
    """threads: enough for every session that is admitted, so that none waits for another."""

    settings: ServerSettings
    served: Served
    engine: Engine
    metrics: Metrics
    admission: Admission
    spool: Spool
    threads: Executor = field(init=False)

    def __post_init__(self) -> None:
        count = THREADS_A_SESSION * self.settings.max_sessions
        object.__setattr__(self, "threads", ThreadPoolExecutor(count, "session"))
