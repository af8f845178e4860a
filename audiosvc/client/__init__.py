"""The client of an audiosvc server: ``Client`` waits, ``AsyncClient`` is for asyncio.

>>> from audiosvc.client import Client
>>> with Client("127.0.0.1:50051") as client:                       # doctest: +SKIP
...     print(client.transcribe("meeting.flac").text)

It needs grpc, protobuf and numpy, and loads neither a model nor what reads audio.
"""

from __future__ import annotations

from audiosvc.client.aio import AsyncClient, AsyncJobs
from audiosvc.client.client import Client, Jobs
from audiosvc.client.options import Tls
from audiosvc.client.recording import Recording
from audiosvc.client.retry import Retry
from audiosvc.client.values import (
    Job,
    JobEvent,
    JobFailure,
    JobProgress,
    JobState,
    JobStateChanged,
    Model,
    Served,
    ServerLimits,
)
from audiosvc.client.wishes import LocateWishes, Wishes
from audiosvc.wire.config import Pcm

__all__ = [
    "AsyncClient",
    "AsyncJobs",
    "Client",
    "Job",
    "JobEvent",
    "JobFailure",
    "JobProgress",
    "JobState",
    "JobStateChanged",
    "Jobs",
    "LocateWishes",
    "Model",
    "Pcm",
    "Recording",
    "Retry",
    "Served",
    "ServerLimits",
    "Tls",
    "Wishes",
]
