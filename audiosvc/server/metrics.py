"""What the server counts, for Prometheus."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

MODES = ("live", "recording", "locate", "locate_stream")
# A live stream lasts for hours, a question for milliseconds.
LAGS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
FACTORS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 5.0)
SECONDS = (0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0, 300.0, 1800.0, 7200.0)


class Metrics:
    """All of them. registry: where other parts of the process add their own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self.sessions = Gauge(
            "audiosvc_sessions", "Sessions in progress.", ["mode"], registry=registry
        )
        for mode in MODES:
            self.sessions.labels(mode)  # a server without sessions tells so
        self.received_s = Counter(
            "audiosvc_audio_seconds_received", "Audio that came in.", ["mode"], registry=registry
        )
        self.processed_s = Counter(
            "audiosvc_audio_seconds_processed", "Audio listened to.", ["mode"], registry=registry
        )
        self.requests = Counter(
            "audiosvc_requests", "Calls that have ended.", ["method", "code"], registry=registry
        )
        self.request_s = Histogram(
            "audiosvc_request_seconds",
            "How long calls took.",
            ["method"],
            buckets=SECONDS,
            registry=registry,
        )
        self.segments = Counter(
            "audiosvc_segments", "Segments given out.", ["mode"], registry=registry
        )
        self.interims = Counter(
            "audiosvc_live_interims",
            "Drafts of speech in progress; fewer for each second of speech when it is busy.",
            registry=registry,
        )
        self.estimates = Counter(
            "audiosvc_estimates",
            "Estimates of places that were given out.",
            ["mode", "status"],
            registry=registry,
        )
        self.missed_s = Counter(
            "audiosvc_coverage_missed_seconds",
            "Detected speech of which no text came.",
            ["mode"],
            registry=registry,
        )
        self.lag_s = Histogram(
            "audiosvc_live_lag_seconds",
            "How far the text of live audio is behind it, told twice a second.",
            buckets=LAGS,
            registry=registry,
        )
        self.retries = Counter(
            "audiosvc_window_retries",
            "Stretches that a model had to write again, or that were left out in the end.",
            ["mode"],
            registry=registry,
        )
        self.realtime_factor = Histogram(
            "audiosvc_realtime_factor",
            "Seconds that a recording took for each second of it, from the call to the last text.",
            buckets=FACTORS,
            registry=registry,
        )
        self.models_loaded = Gauge(
            "audiosvc_models_loaded", "Models that answer at once.", registry=registry
        )
        self.model_load_s = Gauge(
            "audiosvc_model_load_seconds",
            "How long a model took to load.",
            ["model"],
            registry=registry,
        )
