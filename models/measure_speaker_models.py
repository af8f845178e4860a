"""Measure what storing or quantising the weights of the speaker models costs.

    python models/measure_speaker_models.py FOLDER... --recordings ../shared/eval/dev/mix

The first folder is the reference, laid out as ``models/`` is; each further one is compared with it.
Make them with convert_speaker_models.py --folder FOLDER [--keep-float32]. The recordings are flac
files with an .rttm beside each. Needs audiosvc installed, and nothing else.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import kaldi_native_fbank as knf
import numpy as np
import onnxruntime

RATE_HZ = 16_000
SHORTEST_S, LONGEST_S = 2.0, 6.0
SHORT_FRAMES = 150
Voices = list[tuple[str, np.ndarray]]


def main() -> None:
    """Print a line for each folder and measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folders", type=Path, nargs="+")
    options.add_argument("--recordings", type=Path, required=True)
    given = options.parse_args()
    paths = sorted(given.recordings.glob("*.flac"))
    if not paths:
        raise SystemExit(f"No recordings in {given.recordings}: nothing was measured.")
    recordings = {path: samples(path) for path in paths}
    whole = [voices(path, audio) for path, audio in recordings.items()]
    short = [[(who, bank[:SHORT_FRAMES]) for who, bank in each] for each in whole]
    for label, banks in (("turns of 2 to 6 s", whole), ("1.5 s of each", short)):
        reference = None
        for folder in given.folders:
            reference = measure_voices(folder, label, banks, reference)
    reference = None
    for folder in given.folders:
        reference = measure_activity(folder, list(recordings.values()), reference)


def measure_voices(
    folder: Path, label: str, recordings: list[Voices], reference: np.ndarray | None
) -> np.ndarray:
    """Verification within each recording: every pair of its turns, one voice or two."""
    session = load(folder / "campplus-zh-en" / "campplus-zh-en.onnx")
    same, different, vectors = [], [], []
    began_s, heard_s = time.process_time(), 0.0
    for turns in recordings:
        banks = [bank - bank.mean(0) for _, bank in turns]
        raw = np.concatenate([session.run(None, {"fbank": bank[None]})[0] for bank in banks])
        heard_s += sum(len(bank) for bank in banks) / 100
        vectors.append(raw / np.linalg.norm(raw, axis=1, keepdims=True))
        for i, j in itertools.combinations(range(len(turns)), 2):
            pair = same if turns[i][0] == turns[j][0] else different
            pair.append(float(vectors[-1][i] @ vectors[-1][j]))
    cost_ms = 1000 * (time.process_time() - began_s) / heard_s
    got = np.concatenate(vectors)
    reference = got if reference is None else reference
    print(
        f"{folder}, {label}: {cost_ms:.1f} ms of CPU a second, EER "
        f"{100 * equal_error_rate(np.array(same), np.array(different)):.2f} % of {len(same)} same "
        f"and {len(different)} different pairs, cosine to the reference at least "
        f"{(got * reference).sum(1).min():.6f}"
    )
    return reference


def measure_activity(
    folder: Path, recordings: list[np.ndarray], reference: np.ndarray | None
) -> np.ndarray:
    """Ten-second chunks, one after the other."""
    session = load(folder / "segmentation-3.0" / "segmentation-3.0.onnx")
    size = 10 * RATE_HZ
    chunks = [audio[i : i + size] for audio in recordings for i in range(0, len(audio), size)]
    chunks = [chunk for chunk in chunks if len(chunk) == size]
    began_s = time.process_time()
    got = np.concatenate([session.run(None, {"samples": chunk[None]})[0][0] for chunk in chunks])
    cost_ms = 1000 * (time.process_time() - began_s) / len(chunks)
    reference = got if reference is None else reference
    print(
        f"{folder}, activity: {cost_ms:.1f} ms of CPU a chunk, probabilities within "
        f"{abs(np.exp(got) - np.exp(reference)).max():.4f} of the reference, another class in "
        f"{100 * (got.argmax(1) != reference.argmax(1)).mean():.3f} % of {len(got)} frames"
    )
    return reference


def load(path: Path) -> Any:  # noqa: ANN401 - the library has no types
    """On one thread, so that CPU time is the work done."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def samples(path: Path) -> np.ndarray:
    """The recording at 16 kHz."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("flt", "mono", RATE_HZ)
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])


def voices(path: Path, audio: np.ndarray) -> Voices:
    """Turns of one voice alone: who, and filter banks ``(frames, 80)``."""
    found = []
    turns = list(rttm(path.with_suffix(".rttm")))
    for who, start_s, end_s in turns:
        others = (min(end_s, e) - max(start_s, s) for w, s, e in turns if w != who)
        if end_s - start_s >= SHORTEST_S and max(others, default=0) <= 0.1:
            last = round(min(end_s, start_s + LONGEST_S) * RATE_HZ)
            found.append((who, filter_bank(audio[round(start_s * RATE_HZ) : last])))
    return found


def rttm(path: Path) -> Iterator[tuple[str, float, float]]:
    """Who, from when, to when."""
    for line in path.read_text().splitlines():
        field = line.split()
        yield field[7], float(field[3]), float(field[3]) + float(field[4])


def filter_bank(audio: np.ndarray) -> np.ndarray:
    """Kaldi's, as CAM++ was trained on."""
    options = knf.FbankOptions()
    options.frame_opts.dither = 0
    options.frame_opts.window_type = "povey"
    options.mel_opts.num_bins = 80
    bank = knf.OnlineFbank(options)
    bank.accept_waveform(RATE_HZ, (audio * 32768).tolist())
    bank.input_finished()
    return np.stack([bank.get_frame(i) for i in range(bank.num_frames_ready)])


def equal_error_rate(same: np.ndarray, different: np.ndarray) -> float:
    """Where as many same pairs are refused as different ones are taken."""
    limits = np.sort(np.concatenate([same, different]))
    refused = np.searchsorted(np.sort(same), limits) / len(same)
    taken = 1 - np.searchsorted(np.sort(different), limits) / len(different)
    best = int(np.argmin(abs(refused - taken)))
    return float(refused[best] + taken[best]) / 2


if __name__ == "__main__":
    main()
