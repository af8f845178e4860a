"""Scenario: the memory of a server after many short sessions."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from audiosvc.client import Client
from serving.figures import Figure, Result
from serving.recordings import Recording
from serving.server import Server
from serving.streaming import BYTES_PER_S, FORMAT

CLIP_S = 4.0
FEW, MANY = 20, 200
AT_ONCE = 2


def run(found: Sequence[Recording], threads: int | None) -> Result:
    """Live sessions and recordings in turn, two at once, of a few seconds each."""
    pcm = found[0].pcm()
    size = round(CLIP_S * BYTES_PER_S)
    clips = [pcm[first : first + size] for first in range(0, max(1, len(pcm) - size), size)]
    with Server(sessions=AT_ONCE, threads=threads) as server:

        def one(number: int) -> None:
            clip = clips[number % len(clips)]
            with Client(server.address) as client:
                if number % 2:
                    client.transcribe(clip, pcm=FORMAT)
                    return
                for _ in client.stream(iter([clip]), pcm=FORMAT):
                    pass

        def after(first: int, last: int) -> int:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(one, range(first, last)))
            return server.resident_bytes()

        start = server.resident_bytes()
        few, many = after(0, FEW), after(FEW, MANY)
    figures = (
        Figure("resident, models loaded", start / 1e6, "MB"),
        Figure(f"resident after {FEW} sessions", few / 1e6, "MB"),
        Figure(f"resident after {MANY} sessions", many / 1e6, "MB"),
        Figure("growth", many / few - 1.0, "%", most=0.05),
    )
    conditions = (
        f"Sessions of {CLIP_S:g} s of {found[0].name}, live and as recordings in turn, "
        f"{AT_ONCE} at once; the server and all processes below it."
    )
    return Result("memory", conditions, figures)
