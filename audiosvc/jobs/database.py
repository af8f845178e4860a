"""The one database of jobs: SQLite in a file, or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from audiosvc.errors import OptionError, OutputError
from audiosvc.jobs.schema import jobs, metadata

POOL_SIZE = 20
BUSY_TIMEOUT_MS = 30_000
# Any number will do that nobody else uses; it keeps two processes from making the tables at once.
_CREATION_LOCK = 0x6175_6469_6F73_7663


class Database:
    """Connections for us and for dbos alike, so that both can be in one transaction."""

    def __init__(self, url: str) -> None:
        """Creates what is missing. Raises OptionError for a URL that is none, OutputError where
        nothing can be opened.
        """
        parsed = _parse(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.url = parsed.render_as_string(hide_password=False)
        options: dict[str, Any] = {
            "pool_size": POOL_SIZE,
            "max_overflow": POOL_SIZE,
            "pool_timeout": 60,
        }
        if self.is_sqlite:
            _prepare_folder(parsed)
        else:
            options |= {"pool_pre_ping": True, "connect_args": {"connect_timeout": 10}}
        self.engine = sa.create_engine(parsed, **options)
        self._is_closed = False
        sa.event.listen(self.engine, "do_connect", self._refuse_when_closed)
        if self.is_sqlite:
            sa.event.listen(self.engine, "connect", _tune_sqlite)
        try:
            self._create()
        except SQLAlchemyError as error:
            self.close()
            shown = parsed.render_as_string(hide_password=True)
            raise OutputError(f"The database {shown} cannot be used: {_reason(error)}.") from error

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """A transaction. What it reads before it writes may be changed by others meanwhile."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def locked(self, job_id: str) -> Iterator[tuple[sa.Connection, sa.Row[Any] | None]]:
        """A transaction that has a job to itself, and the job's row; None when there is none."""
        with self.engine.begin() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            query = sa.select(jobs).where(jobs.c.id == job_id).with_for_update()
            yield connection, connection.execute(query).one_or_none()

    @contextmanager
    def reserved(self, name: str) -> Iterator[None]:
        """Nobody else reserves that name meanwhile, on any machine.

        SQLite is for the processes of one machine, of which one is the server; there it is free.
        """
        if self.is_sqlite:
            yield
            return
        with self.engine.begin() as connection:
            key = sa.func.hashtextextended(name, 0)
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
            yield

    def forget_deleted(self) -> None:
        """What was deleted leaves the file too. PostgreSQL does so by itself, in its time."""
        if not self.is_sqlite:
            return
        # Somebody who reads at this moment keeps the log; the next deletion or sweep tries again.
        with suppress(OperationalError), self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Ends all connections. Threads that still wait for something get an error."""
        self._is_closed = True
        self.engine.dispose()

    def _refuse_when_closed(self, *_: object) -> None:
        if self._is_closed:
            raise RuntimeError("The database of jobs is closed.")

    def _create(self) -> None:
        with self.engine.begin() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                lock = sa.func.pg_advisory_xact_lock(_CREATION_LOCK)
                connection.execute(sa.select(lock))
            metadata.create_all(connection)


def _parse(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError) as error:
        raise OptionError("The database is no URL such as postgresql://host/name.") from error
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise OptionError("The database is postgresql://host/name, or sqlite:///path/to/file.")
    return parsed


def _prepare_folder(url: sa.URL) -> None:
    folder = Path(url.database or "").absolute().parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be made: {error.strerror}.") from error


def _tune_sqlite(connection: Any, _record: Any) -> None:  # noqa: ANN401 - of the driver
    # Readers and a writer side by side; what is deleted is overwritten; a writer waits its turn.
    connection.isolation_level = "IMMEDIATE"
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _reason(error: SQLAlchemyError) -> str:
    text = str(getattr(error, "orig", None) or error)
    return text.partition("\n")[0].rstrip(".")
