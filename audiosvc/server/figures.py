"""What one session adds to the metrics, and to the log line of its call."""

from __future__ import annotations

import time
from collections.abc import Callable

from audiosvc.estimates import GeoEstimate
from audiosvc.events import AudioCursors, Finished, Interim, LiveEvent, SegmentReady
from audiosvc.server.calls import note
from audiosvc.server.metrics import Metrics
from audiosvc.types import Transcript

JOB = "job"
# Notices about a stretch that was written more than once.
RETRIED = frozenset({"retried", "text_retried", "text_left_out"})


class Figures:
    """From the beginning of a session to its end. mode: one of ``metrics.MODES``."""

    def __init__(
        self, metrics: Metrics, mode: str, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self.mode = mode
        self._metrics = metrics
        self._now_s = now_s
        self._began_s = now_s()
        self._received_s = self._processed_s = 0.0
        metrics.sessions.labels(mode).inc()

    def count(self, event: LiveEvent) -> None:
        """An event that goes out."""
        if isinstance(event, SegmentReady):
            self._metrics.segments.labels(self.mode).inc()
        elif isinstance(event, Interim):
            self._metrics.interims.inc()
        elif isinstance(event, Finished):
            transcript = event.transcript
            count_losses(self._metrics, self.mode, transcript)
            whole_s = transcript.duration_s
            self.move(AudioCursors(whole_s, whole_s, whole_s))
            if self.mode == "recording" and whole_s > 0:
                took_s = self._now_s() - self._began_s
                self._metrics.realtime_factor.observe(took_s / whole_s)
            note(audio_s=round(whole_s, 2))

    def move(self, cursors: AudioCursors) -> None:
        """How far the audio is."""
        received_s = max(0.0, cursors.received_s - self._received_s)
        processed_s = max(0.0, cursors.processed_s - self._processed_s)
        self._received_s += received_s
        self._processed_s += processed_s
        self._metrics.received_s.labels(self.mode).inc(received_s)
        self._metrics.processed_s.labels(self.mode).inc(processed_s)

    def lag(self, cursors: AudioCursors) -> None:
        """How far a live stream is behind itself."""
        self._metrics.lag_s.observe(cursors.received_s - cursors.processed_s)

    def locate(self, estimate: GeoEstimate, *, is_last: bool) -> None:
        """An estimate that has gone out. Where it points is told to nobody else."""
        heard_s = max(0.0, estimate.listened_s - self._processed_s)
        self._processed_s += heard_s
        self._metrics.processed_s.labels(self.mode).inc(heard_s)
        self._metrics.estimates.labels(self.mode, estimate.status).inc()
        if is_last:
            note(status=estimate.status, listened_s=round(estimate.listened_s, 2))

    def end(self) -> None:
        """Nothing of the session is left."""
        self._metrics.sessions.labels(self.mode).dec()


def count_job(metrics: Metrics, transcript: Transcript) -> None:
    """A job that was finished in this process; from any thread."""
    for seconds in (metrics.received_s, metrics.processed_s):
        seconds.labels(JOB).inc(transcript.duration_s)
    metrics.segments.labels(JOB).inc(len(transcript.segments))
    count_losses(metrics, JOB, transcript)


def count_losses(metrics: Metrics, mode: str, transcript: Transcript) -> None:
    """Speech without text, and what had to be written again."""
    missed_s = sum(span.duration_s for span in transcript.coverage.missed)
    metrics.missed_s.labels(mode).inc(missed_s)
    retried = sum(notice.code in RETRIED for notice in transcript.notices)
    metrics.retries.labels(mode).inc(retried)
