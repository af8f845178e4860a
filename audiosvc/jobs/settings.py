"""What durable jobs need to know: environment, then the table ``[jobs]`` of a file, then flags."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from audiosvc.settings import PREFIX, default_data_dir, read_as

TABLE = "jobs"
GIB, HOUR_S = 1024**3, 3600.0


class JobSettings(BaseSettings):
    """Where jobs are kept, for how long, and how much of them.

    Each field is set by ``AUDIOSVC_<NAME>``. data_dir: for the database and the audio, unless told
    otherwise. max_upload_bytes: of one recording. max_spool_bytes: of the audio of all jobs
    together. database: an SQLAlchemy URL; None is SQLite in the data directory. spool: where audio
    lies, a folder or an fsspec URL that every worker can reach; None is a folder in the data
    directory. delete_audio_after_success: as soon as a job is done. keep_jobs_days: after its end,
    then the job goes; 0 keeps it. abandon_uploads_hours: until an upload that nobody goes on with
    is removed. attempts: how often a window may fail, or the process fall over it, before its job
    is given up; ten times as often when the process was killed. max_audio_s: of one recording,
    decoded. windows_at_once: in one process. lost_after_s: a worker that was not heard of for so
    long is taken for dead; on the same machine it is seen at once. poll_s: how often a queue is
    looked at.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True
    )

    data_dir: Path = Field(default_factory=default_data_dir)
    database: str | None = None
    spool: str | None = None
    delete_audio_after_success: bool = True
    keep_jobs_days: float = Field(default=30.0, ge=0)
    abandon_uploads_hours: float = Field(default=48.0, ge=0)
    attempts: int = Field(default=3, ge=1, le=100)
    max_upload_bytes: int = Field(default=2 * GIB, ge=1)
    max_spool_bytes: int = Field(default=50 * GIB, ge=1)
    max_audio_s: float = Field(default=4 * HOUR_S, gt=0)
    windows_at_once: int = Field(default=2, ge=1, le=64)
    lost_after_s: float = Field(default=15.0, gt=0)
    poll_s: float = Field(default=0.25, gt=0, le=60)

    @field_validator("data_dir")
    @classmethod
    def _at_home(cls, folder: Path) -> Path:
        return folder.expanduser().absolute()

    @property
    def database_url(self) -> str:
        """The URL of the database, SQLite's in the data directory where none was named."""
        return self.database or f"sqlite:///{self.data_dir / 'jobs.sqlite'}"

    @property
    def spool_url(self) -> str:
        """A folder or an fsspec URL."""
        place = self.spool or str(self.data_dir / "spool")
        return place if "://" in place else str(Path(place).expanduser().absolute())


def read_job_settings(config: Path | None = None, **flags: object) -> JobSettings:
    """All of them together. A flag that is None was not given. Raises OptionError."""
    return read_as(JobSettings, config, flags, TABLE)
