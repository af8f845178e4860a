"""Lay lines out in time, put them into a room, and write the recording with its references."""

from __future__ import annotations

import hashlib
import sys
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
from scipy.signal import fftconvolve

RATE_HZ = 16_000
FRAME = RATE_HZ // 100
PAUSE_S = 0.5
EDGE_S = 0.04
Float32 = npt.NDArray[np.float32]


def speech_spans(samples: Float32) -> list[tuple[float, float]]:
    """Where a line is not silent, in seconds; pauses shorter than ``PAUSE_S`` are closed.

    The bound lies 35 dB below the loud frames, or a third of the way up from the line's own
    noise, whichever is higher.
    """
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    power_db = 10 * np.log10(np.mean(np.square(frames), axis=1) + 1e-10)
    floor_db, loud_db = np.percentile(power_db, (5, 95))
    bound_db = max(loud_db - 35, floor_db + (loud_db - floor_db) / 3)
    spans: list[list[float]] = []
    for frame in np.flatnonzero(power_db > bound_db):
        start_s, end_s = max(0.0, frame / 100 - EDGE_S), frame / 100 + 0.01 + EDGE_S
        if spans and start_s - spans[-1][1] < PAUSE_S:
            spans[-1][1] = end_s
        else:
            spans.append([start_s, end_s])
    length_s = len(samples) / RATE_HZ
    return [(start_s, min(end_s, length_s)) for start_s, end_s in spans if end_s - start_s > 0.15]


@dataclass
class Line:
    """One line of a recording: what ``recordings.toml`` says of it, and its clean samples."""

    plan: dict[str, Any]
    samples: Float32
    spans: list[tuple[float, float]] = field(default_factory=list)
    start_s: float = 0.0

    def __post_init__(self) -> None:
        """Trim the silence at both ends and set the loudness to -24 dB while it speaks."""
        spans = speech_spans(self.samples)
        first_s, last_s = spans[0][0], spans[-1][1]
        trimmed = self.samples[round(first_s * RATE_HZ) : round(last_s * RATE_HZ)].copy()
        self.spans = speech_spans(trimmed)
        spoken = np.concatenate(
            [trimmed[round(a * RATE_HZ) : round(b * RATE_HZ)] for a, b in self.spans]
        )
        loudness_db = -24.0 + self.plan.get("gain_db", 0.0)
        gain = 10 ** (loudness_db / 20) / float(np.sqrt(np.mean(np.square(spoken))))
        edge = np.minimum(1.0, np.arange(len(trimmed)) / 80)
        self.samples = (trimmed * gain * edge * edge[::-1]).astype(np.float32)

    @property
    def end_s(self) -> float:
        """When the line is over, in seconds of the recording."""
        return self.start_s + len(self.samples) / RATE_HZ


def room(speaker: str, reverb_s: float, wet_db: float) -> Float32:
    """The impulse response of one seat: the voice itself, then a tail that is the seat's own."""
    draw = np.random.default_rng(zlib.crc32(speaker.encode()))
    time_s = np.arange(round(reverb_s * 1.2 * RATE_HZ)) / RATE_HZ
    tail = draw.standard_normal(len(time_s)) * 10 ** (-3 * time_s / reverb_s)
    tail[: round(draw.uniform(0.004, 0.012) * RATE_HZ)] = 0.0
    tail *= 10 ** (wet_db / 20) / np.sqrt(np.sum(np.square(tail)))
    tail[0] = 1.0
    return tail.astype(np.float32)


def pink_noise(count: int, level_db: float, seed: int) -> Float32:
    """Noise whose power falls by 3 dB an octave; ``level_db`` is its root mean square."""
    draw = np.random.default_rng(seed)
    spectrum = np.fft.rfft(draw.standard_normal(count))
    spectrum /= np.sqrt(np.maximum(1, np.arange(len(spectrum))))
    noise = np.fft.irfft(spectrum, count)
    noise *= 10 ** (level_db / 20) / np.sqrt(np.mean(np.square(noise)))
    return np.asarray(noise, np.float32)


def mix(lines: list[Line], recording: dict[str, Any]) -> Float32:
    """Place the lines one after the other (``gap_s`` below zero overlaps them) and add them up."""
    now_s = recording.get("lead_s", 0.5)
    for line in lines:
        line.start_s = max(0.0, now_s + line.plan.get("gap_s", 0.45))
        now_s = line.end_s
    length = round((max(line.end_s for line in lines) + recording.get("tail_s", 0.6)) * RATE_HZ)
    mixed = np.zeros(length, np.float32)
    for line in lines:
        heard = line.samples
        if "reverb_s" in recording:
            seat = room(line.plan["speaker"], recording["reverb_s"], recording["wet_db"])
            heard = fftconvolve(heard, seat).astype(np.float32)
        first = round(line.start_s * RATE_HZ)
        mixed[first : first + len(heard)] += heard[: length - first]
    if "noise_db" in recording:
        mixed += pink_noise(length, recording["noise_db"], zlib.crc32(recording["path"].encode()))
    mixed *= np.float32(10 ** (recording.get("gain_db", 0.0) / 20))
    if "cut_s" in recording:
        from_s, to_s = recording["cut_s"]
        mixed = mixed[round(from_s * RATE_HZ) : round(to_s * RATE_HZ)]
        lines.clear()
    return np.clip(mixed, -0.999, 0.999)


def write(path: Path, samples: Float32, lines: list[Line]) -> None:
    """Write the recording and, where somebody speaks in it, its RTTM and STM; tell its sha256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, RATE_HZ, subtype="PCM_16")
    name = path.stem
    if lines:
        turns = sorted(
            (line.start_s + start_s, end_s - start_s, line.plan["speaker"])
            for line in lines
            for start_s, end_s in line.spans
        )
        path.with_suffix(".rttm").write_text(
            "".join(
                f"SPEAKER {name} 1 {start_s:.2f} {length_s:.2f} <NA> <NA> {speaker} <NA> <NA>\n"
                for start_s, length_s, speaker in turns
            )
        )
        path.with_suffix(".stm").write_text(
            "".join(
                f"{name} 1 {line.plan['speaker']} {line.start_s:.2f} {line.end_s:.2f} "
                f"{line.plan['text']}\n"
                for line in sorted(lines, key=lambda line: line.start_s)
            ),
            encoding="utf-8",
        )
    seconds = len(samples) / RATE_HZ
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    sys.stderr.write(f"{path.name}: {seconds:.2f} s, {path.stat().st_size} bytes, {digest}\n")
