"""Scenario: many more clients at once than the server takes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from audiosvc.client import Client, Retry
from audiosvc.errors import AudiosvcError, DeadlineExceeded, TooBusy
from serving.figures import Figure, Result
from serving.recordings import Recording
from serving.server import Server
from serving.streaming import BYTES_PER_S, FORMAT

CLIENTS, SESSIONS = 64, 4
CLIP_S = 5.0
PATIENCE_S = 900.0
WAIT_S = 1.0
ONCE = Retry(total_s=0.0, unreached_s=0.0)


@dataclass(frozen=True, slots=True)
class Visit:
    """What became of one client. refused: how often it was told to come again."""

    text: str | None
    refused: int
    took_s: float
    error: str | None = None


def run(found: Sequence[Recording], threads: int | None) -> Result:
    """All at once, half of them live; who is refused comes again when it was told to."""
    clip = found[0].pcm()[: round(CLIP_S * BYTES_PER_S)]
    with Server(sessions=SESSIONS, threads=threads) as server:
        alone = [visit(server.address, clip, live=live).text for live in (False, True)]
        with ThreadPoolExecutor(CLIENTS) as pool:
            visits = list(
                pool.map(
                    lambda number: visit(server.address, clip, live=bool(number % 2)),
                    range(CLIENTS),
                )
            )
    conditions = (
        f"{CLIENTS} clients at once, {CLIP_S:g} s of {found[0].name} each, live and as a "
        f"recording in turn, on a server that takes {SESSIONS} sessions."
    )
    return Result("crowd", conditions, figures(visits, alone))


def figures(visits: Sequence[Visit], alone: Sequence[str | None]) -> tuple[Figure, ...]:
    """alone: the text of a recording and of a live stream without a crowd."""
    wrong = sum(
        found.text is not None and found.text != alone[number % 2]
        for number, found in enumerate(visits)
    )
    errors = Counter(found.error for found in visits if found.error)
    hung = sum(count for error, count in errors.items() if error.startswith("DeadlineExceeded"))
    return (
        Figure("clients that finished", sum(v.text is not None for v in visits), count=len(visits)),
        Figure("clients that were refused at first", sum(v.refused > 0 for v in visits)),
        Figure("refusals", sum(v.refused for v in visits)),
        Figure("clients that hung", hung, most=0),
        Figure(
            "clients that failed otherwise",
            sum(errors.values()) - hung,
            most=0,
            note="; ".join(f"{count} × {error}" for error, count in errors.items()),
        ),
        Figure("clients with another text than alone", wrong, most=0),
        Figure("longest wait of a client", max(v.took_s for v in visits), "s"),
    )


def visit(address: str, clip: bytes, *, live: bool) -> Visit:
    """One client, until it has its text or its patience is at an end."""
    begun_s, refused = time.monotonic(), 0
    while True:
        left_s = PATIENCE_S - (time.monotonic() - begun_s)
        try:
            if left_s <= 0:
                raise DeadlineExceeded("it was refused again and again")
            text = attempt(address, clip, left_s, live=live)
        except TooBusy as busy:
            refused += 1
            time.sleep(busy.retry_after_s or WAIT_S)
        except AudiosvcError as error:
            told = f"{type(error).__name__}: {error}"
            return Visit(None, refused, time.monotonic() - begun_s, told)
        else:
            return Visit(text, refused, time.monotonic() - begun_s)


def attempt(address: str, clip: bytes, timeout_s: float, *, live: bool) -> str:
    """The text. Raises AudiosvcError."""
    with Client(address, retry=ONCE) as client:
        if not live:
            return client.transcribe(clip, pcm=FORMAT, timeout_s=timeout_s).text
        events = client.stream(iter([clip]), pcm=FORMAT, timeout_s=timeout_s)
        *_, last = events
        assert hasattr(last, "transcript")
        return str(last.transcript.text)
