"""Jobs with fakes: a story as a recording, and models that hear it in it."""

from __future__ import annotations

import hashlib
import io
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import google_crc32c
import numpy as np

from audiosvc.jobs import Job, JobEvent, Jobs, NewJob
from audiosvc.jobs.work import Choose
from audiosvc.ports import WindowTranscriber
from audiosvc.service import Models
from audiosvc.settings import Settings, change_settings
from audiosvc.types import Hints, Limits, Window, WindowPiece
from audiosvc.wire.config import Wish
from tests.fakes.audio import FakeDetector
from tests.fakes.script import RATE_HZ, Line, Script
from tests.fakes.transcriber import FakeTranscriber

OWNER = "somebody"
WINDOW_S = 4.0
LIMITS = Limits(window_s=WINDOW_S, margin_s=0.5)
UNMISTAKABLE = "xylophonequartz"


def long_story(windows: int) -> Script:
    """Two people in turn, one turn a window or so."""
    return Script(
        tuple(
            Line("AB"[n % 2], n * WINDOW_S + 0.3, n * WINDOW_S + 3.4, f"{UNMISTAKABLE} turn {n} ok")
            for n in range(windows)
        )
    )


def recording_of(script: Script) -> bytes:
    """A WAV file that is not silent while somebody speaks."""
    samples = np.zeros(round((script.end_s + 0.5) * RATE_HZ), np.int16)
    for line in script.lines:
        samples[round(line.start_s * RATE_HZ) : round(line.end_s * RATE_HZ)] = 3277
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE_HZ)
        written.writeframes(samples.tobytes())
    return file.getvalue()


class LoggingTranscriber(FakeTranscriber):
    """Takes its time, and writes down which window it begins and ends.

    before: called with the number of the window, and free to fail or to end the process.
    """

    def __init__(
        self,
        script: Script,
        *,
        log: Path | None = None,
        pause_s: float = 0.0,
        before: Callable[[int], None] = lambda _: None,
        limits: Limits = LIMITS,
    ) -> None:
        super().__init__(script, limits=limits)
        self._log = log
        self._pause_s = pause_s
        self._before = before

    def __call__(self, window: Window, hints: Hints) -> Iterator[WindowPiece]:
        number = round(window.core.start_s / self.limits.window_s)
        self._note(f"begin {number}")
        self._before(number)
        time.sleep(self._pause_s)
        yield from super().__call__(window, hints)
        self._note(f"end {number}")

    def _note(self, what: str) -> None:
        if self._log is not None:
            with self._log.open("a") as file:
                file.write(what + "\n")


def choose_fake(script: Script, transcriber: WindowTranscriber) -> Choose:
    """Models that hear a script, whatever is wished for."""
    models = Models("fake", lambda: transcriber, FakeDetector(script))

    def choose(wish: Wish) -> tuple[Models, Settings]:
        return models, change_settings(Settings(language="en"), wish.settings)

    return choose


def submit(jobs: Jobs, data: bytes, *, owner: str = OWNER, new: NewJob | None = None) -> Job:
    """A job with all of its audio, sent in two parts."""
    job = jobs.create(owner, new or NewJob(display_name="story.wav"))
    at, upload_id = 0, job.upload.upload_id
    for part in (data[: len(data) // 2], data[len(data) // 2 :]):
        at = jobs.append(owner, upload_id, at, part, google_crc32c.value(part))
    return jobs.finish_upload(owner, upload_id, len(data), hashlib.sha256(data).digest())


def watch(
    jobs: Jobs, job_id: str, *, owner: str = OWNER, timeout_s: float = 30.0
) -> list[JobEvent]:
    """All events of a job, up to its last one."""
    found: list[JobEvent] = []
    end_s = time.monotonic() + timeout_s
    while not (found and found[-1].is_last):
        if time.monotonic() > end_s:
            raise AssertionError(f"still {jobs.get(owner, job_id)}")
        found += jobs.events(owner, job_id, found[-1].cursor if found else 0, wait_s=1.0)
    assert [event.cursor for event in found] == list(range(1, len(found) + 1))
    return found
