"""What one session adds to the metrics, and to the log line of its call."""

from __future__ import annotations

from audiosvc.estimates import GeoEstimate
from audiosvc.events import AudioCursors, Finished, Interim, LiveEvent, SegmentReady
from audiosvc.server.calls import note
from audiosvc.server.metrics import Metrics


class Figures:
    """From the beginning of a session to its end. mode: one of ``metrics.MODES``."""

    def __init__(self, metrics: Metrics, mode: str) -> None:
        self.mode = mode
        self._metrics = metrics
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
            missed_s = sum(span.duration_s for span in transcript.coverage.missed)
            self._metrics.missed_s.labels(self.mode).inc(missed_s)
            whole_s = transcript.duration_s
            self.move(AudioCursors(whole_s, whole_s, whole_s))
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
