"""Scenarios: one recording over HTTP and by the command line; probes while the models work."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import httpx2

from serving.figures import Figure, Result
from serving.file import SHORT, by_command
from serving.lags import middle, percentile
from serving.recordings import Recording
from serving.server import Server

PROBES = 1000
# Between two probes, so that they are spread over the work and are no load themselves.
PAUSE_S = 0.01
LONGEST_S = 3600.0


def run(found: Sequence[Recording], rounds: int, threads: int | None) -> Result:
    """A B A B …: the first recording, by each way."""
    recording = found[0]
    called, typed = [], []
    with Server(sessions=1, threads=threads) as server:
        by_http(server, SHORT)  # the models are there from now on
        for _ in range(rounds):
            called.append(by_http(server, recording.audio))
            typed.append(by_command(recording.audio, threads))
    http_s, command_s = middle(called), middle(typed)
    figures = (
        Figure("HTTP, wall", http_s, "s", count=rounds, note="models warm"),
        Figure("command line, wall", command_s, "s", count=rounds, note="from start to exit"),
        Figure("HTTP ÷ command line", http_s / command_s, most=1.10),
    )
    conditions = f"{recording.name}, medians of {rounds} rounds in turn, {os.cpu_count()} cores."
    return Result("http", conditions, figures)


def probe(found: Sequence[Recording], threads: int | None) -> Result:
    """``/readyz`` a thousand times, while recordings are transcribed without a pause."""
    recording = found[0]
    over = threading.Event()
    with Server(sessions=1, threads=threads) as server:
        by_http(server, SHORT)

        def work() -> None:
            while not over.is_set():
                by_http(server, recording.audio)

        working = threading.Thread(target=work)
        working.start()
        try:
            with httpx2.Client(base_url=server.http_url) as client:
                took_s = [_probe(client) for _ in range(PROBES)]
        finally:
            over.set()
            working.join()
    count, note = len(took_s), "one connection, kept open"
    figures = (
        Figure("/readyz, median", 1000 * middle(took_s), "ms", count=count, note=note),
        Figure("/readyz, p99", 1000 * percentile(took_s, 99.0), "ms", most=50.0, count=count),
        Figure("/readyz, longest", 1000 * max(took_s), "ms", count=count),
    )
    conditions = f"While {recording.name} is transcribed, {os.cpu_count()} cores."
    return Result("ready", conditions, figures)


def by_http(server: Server, audio: Path) -> float:
    """Wall seconds from the first byte sent to the whole transcript."""
    begun_s = time.monotonic()
    with audio.open("rb") as file:
        got = httpx2.post(
            f"{server.http_url}/v1/audio/transcriptions",
            files={"file": (audio.name, file)},
            data={"model": "auto", "response_format": "diarized_json"},
            timeout=LONGEST_S,
        )
    got.raise_for_status()
    return time.monotonic() - begun_s


def _probe(client: httpx2.Client) -> float:
    begun_s = time.perf_counter()
    client.get("/readyz").raise_for_status()
    took_s = time.perf_counter() - begun_s
    time.sleep(PAUSE_S)
    return took_s
