"""Durable jobs: what is done stays done, whatever process or machine fails."""

from __future__ import annotations

from audiosvc.jobs.api import Jobs
from audiosvc.jobs.records import (
    Failure,
    Happening,
    Job,
    JobEvent,
    JobProgress,
    JobState,
    NewJob,
    Result,
    StateChanged,
    Upload,
)
from audiosvc.jobs.settings import JobSettings, read_job_settings
from audiosvc.jobs.worker import Worker

__all__ = [
    "Failure",
    "Happening",
    "Job",
    "JobEvent",
    "JobProgress",
    "JobSettings",
    "JobState",
    "Jobs",
    "NewJob",
    "Result",
    "StateChanged",
    "Upload",
    "Worker",
    "read_job_settings",
]
