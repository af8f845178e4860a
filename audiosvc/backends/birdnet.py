"""BirdNET: names birds and other animals by their sounds, and knows where they live."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from audiosvc.catalog.digests import digest_of
from audiosvc.types import Audio, Float32

CLASSIFIER = "BirdNET_GLOBAL_6K_V2.4_Model_FP32.tflite"
RANGES = "BirdNET_GLOBAL_6K_V2.4_MData_Model_V2_FP16.tflite"
LABELS = "BirdNET_GLOBAL_6K_V2.4_Labels.txt"

SAMPLE_RATE_HZ = 48_000
WINDOW_SAMPLES = 3 * SAMPLE_RATE_HZ
STEP_SAMPLES = WINDOW_SAMPLES // 2
# What takes more windows than this is heard in longer steps, that never leave a gap.
MOST_WINDOWS = 20
PLACES_AT_ONCE = 256


class BirdNet:
    """The classifier and the range model. labels: the scientific and the common name of each.

    Any number of threads may call it; they take turns.
    """

    window_s = WINDOW_SAMPLES / SAMPLE_RATE_HZ

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Loads the classifier. folder: of the three files. threads: for one window."""
        self._ranges = folder / RANGES
        self._threads = threads
        self._lock = threading.Lock()
        self._classifier = _open(folder / CLASSIFIER, 1, threads)
        lines = (folder / LABELS).read_text(encoding="utf-8").splitlines()
        self.labels = tuple(_names(line) for line in lines if line)

    @property
    def ranges_digest(self) -> str:
        """The sha256 of the range model, for those who keep what it says."""
        return digest_of(self._ranges, like="0" * 64)

    def detections(self, audio: Audio) -> tuple[npt.NDArray[np.float64], Float32]:
        """Where each window begins, in seconds of the recording, and its logits.

        audio: 48 kHz. Logits are ``(windows, labels)``; the windows are 3 s long and begin every
        1.5 s, or every 3 s at most where there is a lot. What is shorter than a window is heard
        twice, both times from its beginning: alone, and over and over.
        """
        if audio.sample_rate_hz != SAMPLE_RATE_HZ:
            raise ValueError(f"BirdNET takes 48000 Hz, not {audio.sample_rate_hz} Hz.")
        windows = list(_windows(audio.samples))
        logits = np.zeros((len(windows), len(self.labels)), np.float32)
        with self._lock:
            for row, (_, samples) in zip(logits, windows, strict=True):
                row[:] = _run(self._classifier, samples[np.newaxis])[0]
        starts = np.array([first for first, _ in windows], np.float64)
        return audio.start_s + starts / SAMPLE_RATE_HZ, logits

    def occurrence(self, places: Float32) -> Iterator[Float32]:
        """How likely each label is met, 0 to 1, ``(up to 256, labels)`` at a time.

        places: ``(n, 3)``, latitude, longitude and week, of which a year has 48. About 15,000 of
        them a second.
        """
        model = _open(self._ranges, PLACES_AT_ONCE, self._threads)
        for first in range(0, len(places), PLACES_AT_ONCE):
            some = places[first : first + PLACES_AT_ONCE]
            filled = np.zeros((PLACES_AT_ONCE, 3), np.float32)
            filled[: len(some)] = some
            yield _run(model, filled)[: len(some)]


def _windows(samples: Float32) -> Iterator[tuple[int, Float32]]:
    """The first sample of each window, and the window."""
    if not len(samples):
        return
    rest = len(samples) - WINDOW_SAMPLES
    if rest < 0:
        yield 0, np.pad(samples, (0, -rest))
        yield 0, np.resize(samples, WINDOW_SAMPLES)
        return
    steps = -(-rest // STEP_SAMPLES)
    if steps >= MOST_WINDOWS:
        steps = max(MOST_WINDOWS - 1, -(-rest // WINDOW_SAMPLES))
    # The last window ends with the recording.
    for first in np.linspace(0, rest, steps + 1).round().astype(int).tolist():
        yield first, samples[first : first + WINDOW_SAMPLES]


def _names(line: str) -> tuple[str, str]:
    scientific, _, common = line.partition("_")
    return scientific, common


def _open(path: Path, batch: int, threads: int) -> Any:
    from ai_edge_litert.interpreter import Interpreter

    model = Interpreter(str(path), num_threads=threads)
    given = model.get_input_details()[0]
    model.resize_tensor_input(given["index"], [batch, *given["shape"][1:]])
    with _without_greeting():
        model.allocate_tensors()
    return model


def _run(model: Any, values: Float32) -> Float32:
    model.set_tensor(model.get_input_details()[0]["index"], values.astype(np.float32, copy=False))
    model.invoke()
    found: Float32 = model.get_tensor(model.get_output_details()[0]["index"])
    return found


@contextmanager
def _without_greeting() -> Iterator[None]:
    """The library writes a line to standard error, whatever one asks for: all but that is kept."""
    try:
        kept = os.dup(2)
    except OSError:  # there is no standard error
        yield
        return
    with tempfile.TemporaryFile() as aside:
        os.dup2(aside.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            aside.seek(0)
            said = b"".join(line for line in aside if b"XNNPACK delegate" not in line)
            if said:
                os.write(2, said)
