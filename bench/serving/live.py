"""Scenario: several live streams at real-time speed."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from audiosvc.client import Client
from audiosvc.evaluate.rates import ErrorRate
from serving.figures import Figure, Result
from serving.lags import (
    NONE,
    Waits,
    backlog,
    first_text,
    percentile,
    runs_of_speech,
    segment_lags,
    utterance_lags,
    word_lags,
)
from serving.log import StreamRun, final_segments, finished_at_s, received_s, save
from serving.recordings import Recording
from serving.server import Server
from serving.stability import Changes, changes
from serving.streaming import BYTES_PER_S, FORMAT, stream_live

# Streams that begin together would draft together, by chance or not.
STAGGER_S = 1.7
# Less than this between the thirds of a stream is no falling behind.
GROWTH_S = 2.0
WARM_UP_S = 5
FIRST_TEXT_S = {1: 1.2, 4: 2.5}


def run(found: Sequence[Recording], streams: int, threads: int | None, logs: Path | None) -> Result:
    """As many streams as asked, of the recordings in turn."""
    sent = [found[number % len(found)] for number in range(streams)]
    pcm = {recording.name: recording.pcm() for recording in sent}
    with Server(sessions=streams, threads=threads) as server:
        warm_up(server, pcm[sent[0].name])

        def one(number: int) -> StreamRun:
            time.sleep(number * STAGGER_S)
            recording = sent[number]
            return stream_live(server.address, recording.name, pcm[recording.name])

        with ThreadPoolExecutor(streams) as pool:
            runs = list(pool.map(one, range(streams)))
        whole = {recording.name: whole_errors(server, recording) for recording in sent}
    if logs:
        logs.mkdir(parents=True, exist_ok=True)
        for number, run in enumerate(runs):
            save(run, logs / f"live-{streams}-{number}-{run.name}.jsonl")
    names = ", ".join(dict.fromkeys(recording.name for recording in sent))
    conditions = (
        f"{streams} stream{'s' if streams > 1 else ''} of {names} at real-time speed, 100 ms "
        f"frames, interim results, {os.cpu_count()} cores, models warm."
    )
    return Result(f"live {streams}", conditions, figures(runs, sent, whole))


def warm_up(server: Server, pcm: bytes) -> None:
    """A few seconds, so that no figure holds the loading of a model."""
    with Client(server.address) as client:
        for _ in client.stream(iter([pcm[: WARM_UP_S * BYTES_PER_S]]), pcm=FORMAT):
            pass


def whole_errors(server: Server, recording: Recording) -> ErrorRate | None:
    """The word errors of the same audio, transcribed as a whole."""
    if recording.words is None:
        return None
    with Client(server.address) as client:
        return recording.errors(client.transcribe(recording.audio).segments)


def figures(
    runs: Sequence[StreamRun],
    sent: Sequence[Recording],
    whole: dict[str, ErrorRate | None],
) -> tuple[Figure, ...]:
    """Everything that issue 3 asks of live streams, over all of them together."""
    spoken = [runs_of_speech(recording.turns) for recording in sent]
    pairs = list(zip(runs, spoken, strict=True))
    first = sum((first_text(run.log, speech) for run, speech in pairs), NONE)
    utterances = sum((utterance_lags(run.log, speech) for run, speech in pairs), NONE)
    segments = sum((segment_lags(run.log) for run in runs), NONE)
    tentative = sum((word_lags(run.log) for run in runs), NONE)
    confirmed = sum((word_lags(run.log, confirmed_only=True) for run in runs), NONE)
    alone = len(runs) == 1
    return (
        *delivery(runs),
        timed("first text of a run of speech, p95", first, 95, FIRST_TEXT_S.get(len(runs))),
        timed("first text of a run of speech, median", first, 50),
        timed("text behind the words, median", tentative, 50, 1.5 if alone else None),
        timed("text behind the words, p95", tentative, 95, 3.0 if alone else None),
        timed("confirmed text behind the words, median", confirmed, 50),
        timed("confirmed text behind the words, p95", confirmed, 95),
        timed("final text behind the end of speech, p95", utterances, 95, 3.0),
        timed("segments behind their last words, p95", segments, 95),
        *stability(runs),
        *accuracy(runs, sent, whole),
    )


def stability(runs: Sequence[StreamRun]) -> tuple[Figure, ...]:
    """Whether confirmed words stayed."""
    found = sum((changes(run.log) for run in runs), Changes())
    return (
        Figure("confirmed words that later change", found.changed, "words", most=0),
        Figure("the same, only written together or apart", found.respaced, "words"),
    )


def delivery(runs: Sequence[StreamRun]) -> tuple[Figure, ...]:
    """Whether all audio came to be heard in time."""
    broken = [f"{run.name}: {run.error}" for run in runs if run.error]
    dropped_s = sum(max(0.0, run.sent_s - received_s(run.log)) for run in runs)
    behind = [found for run in runs if (found := backlog(run.log, run.sent_s))]
    ends = [at_s - run.sent_s for run in runs if (at_s := finished_at_s(run.log)) is not None]
    return (
        Figure("streams that did not end well", len(broken), most=0, note="; ".join(broken)),
        Figure("audio dropped", dropped_s, "s", most=0.0),
        Figure("sender held up, most", max(run.late_s for run in runs), "s"),
        Figure(
            "streams that fall behind",
            sum(found.growth_s > GROWTH_S for found in behind),
            most=0,
            note=f"lag grows by more than {GROWTH_S:g} s from the first third to the last",
        ),
        Figure(
            "processed behind received, most", max((b.most_s for b in behind), default=None), "s"
        ),
        Figure("end of the stream to its last event, most", max(ends, default=None), "s"),
    )


def accuracy(
    runs: Sequence[StreamRun],
    sent: Sequence[Recording],
    whole: dict[str, ErrorRate | None],
) -> tuple[Figure, ...]:
    """Word errors of the live text beside those of the whole-file runs, pooled."""
    live, file = ErrorRate(), ErrorRate()
    for run, recording in zip(runs, sent, strict=True):
        errors, whole_file = recording.errors(final_segments(run.log)), whole[recording.name]
        if errors and whole_file:
            live, file = live + errors, file + whole_file
    if live.rate is None or not file.rate:
        return ()
    words = int(live.total)
    return (
        Figure("WER live", live.rate, "%", count=words),
        Figure("WER of the whole file", file.rate, "%", count=words),
        Figure(
            "WER live above that of the whole file", live.rate / file.rate - 1.0, "%", most=0.15
        ),
    )


def timed(name: str, found: Waits, share: float, most: float | None = None) -> Figure:
    """A percentile of waits."""
    value = percentile(found.waits_s, share) if found.waits_s else None
    note = f"{found.never} never came" if found.never else ""
    return Figure(name, value, "s", most, len(found.waits_s), note)
