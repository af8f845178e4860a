"""Which workers live, told by a table: nobody else has to notice a death."""

from __future__ import annotations

import os
import platform
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from audiosvc.jobs import schema
from audiosvc.jobs.database import Database


class Presence:
    """One worker's row, and its view of the others.

    A worker is dead when its count has stood still for ``lost_after_s`` by the observer's own
    clock, when its process is gone from this machine, or when it has no row.
    """

    def __init__(self, database: Database, lost_after_s: float) -> None:
        self.executor_id = uuid.uuid4().hex
        self._database = database
        self._lost_after_s = lost_after_s
        self._machine = machine_id()
        self._seen: dict[str, tuple[int, float]] = {}

    def enter(self) -> None:
        """From now on, this worker is alive."""
        row = {
            "executor_id": self.executor_id,
            "machine": self._machine,
            "process_id": os.getpid(),
            "beats": 0,
        }
        with self._database.begin() as connection:
            connection.execute(schema.workers.insert().values(**row))

    def beat(self) -> None:
        """It still is. Whoever was taken for dead comes back, without what was taken over."""
        table = schema.workers
        query = table.update().where(table.c.executor_id == self.executor_id)
        with self._database.begin() as connection:
            found = connection.execute(query.values(beats=table.c.beats + 1)).rowcount
        if not found:
            self.enter()

    def leave(self) -> None:
        """It ends."""
        self._remove([self.executor_id])

    def find_dead(self, executor_ids: Iterable[str]) -> list[str]:
        """Those of the given workers that are dead; their rows are then gone."""
        with self._database.begin() as connection:
            rows = {row.executor_id: row for row in connection.execute(sa.select(schema.workers))}
        now_s = time.monotonic()
        for executor_id, row in rows.items():
            beats, _ = self._seen.get(executor_id, (-1, now_s))
            if beats != row.beats:
                self._seen[executor_id] = (row.beats, now_s)
        self._seen = {one: seen for one, seen in self._seen.items() if one in rows}
        dead = [
            one
            for one in rows
            if one != self.executor_id
            and (now_s - self._seen[one][1] > self._lost_after_s or self._is_gone(rows[one]))
        ]
        unknown = set(executor_ids) - rows.keys() - {self.executor_id}
        self._remove(dead)
        return sorted(set(executor_ids) & set(dead) | unknown)

    def _is_gone(self, row: sa.Row[str, str, int, int]) -> bool:
        """Whether its process, on this machine, is no more."""
        if row.machine != self._machine or os.name != "posix":
            return False  # elsewhere, to ask is to kill
        if row.process_id == os.getpid():
            return False  # another worker of this very process, as in a test
        try:
            os.kill(row.process_id, 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
        return False

    def _remove(self, executor_ids: list[str]) -> None:
        if not executor_ids:
            return
        table = schema.workers
        with self._database.begin() as connection:
            connection.execute(table.delete().where(table.c.executor_id.in_(executor_ids)))


def machine_id() -> str:
    """Tells whether two processes could see each other: the machine, since it was started, and on
    Linux the container.
    """
    parts = [platform.node(), f"{uuid.getnode():x}"]
    with suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip())
    with suppress(OSError):
        parts.append(str(Path("/proc/self/ns/pid").stat().st_ino))
    return ":".join(parts)
