"""Scenario: one recording over gRPC and by the command line."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from contenders import AUDIOSVC

from audiosvc.client import Client
from audiosvc.evaluate.process import run_measured
from serving.figures import Figure, Result
from serving.lags import middle
from serving.recordings import Recording
from serving.server import Server

# A tenth of a second: what the command line takes for it is its start and its models.
SHORT = Path(__file__).parents[2] / "tests" / "data" / "short.wav"


def run(found: Sequence[Recording], rounds: int, threads: int | None) -> Result:
    """A B A B …: the first recording, by each way."""
    recording = found[0]
    called, typed, loading = [], [], []
    with Server(sessions=1, threads=threads) as server:
        by_grpc(server, SHORT)  # the models are there from now on
        for _ in range(rounds):
            called.append(by_grpc(server, recording.audio))
            typed.append(by_command(recording.audio, threads))
            loading.append(by_command(SHORT, threads))
    grpc_s, command_s, loading_s = middle(called), middle(typed), middle(loading)
    figures = (
        Figure("gRPC, wall", grpc_s, "s", count=rounds, note="models warm"),
        Figure("command line, wall", command_s, "s", count=rounds, note="from start to exit"),
        Figure("gRPC ÷ command line", grpc_s / command_s, most=1.10),
        Figure("command line for a tenth of a second", loading_s, "s", note="start and models"),
        Figure("gRPC ÷ command line without that", grpc_s / (command_s - loading_s)),
    )
    conditions = f"{recording.name}, medians of {rounds} rounds in turn, {os.cpu_count()} cores."
    return Result("file", conditions, figures)


def by_grpc(server: Server, audio: Path) -> float:
    """Wall seconds from the first byte sent to the whole transcript."""
    begun_s = time.monotonic()
    with Client(server.address) as client:
        client.transcribe(audio)
    return time.monotonic() - begun_s


def by_command(audio: Path, threads: int | None) -> float:
    """Wall seconds of ``audiosvc transcribe``."""
    options = ("--threads", str(threads)) if threads else ()
    done = run_measured([*AUDIOSVC, "transcribe", "--quiet", *options, "--", str(audio)])
    # A file without speech ends with a code that says so, and has loaded as much.
    if done.exit_code and audio != SHORT:
        raise SystemExit(f"audiosvc transcribe failed on {audio}: {done.complaint}")
    assert done.cost.wall_s is not None
    return done.cost.wall_s
