"""How fast a unified model runs here, beside what the machine could do at best.

    python bench/unified.py                        # one GPU: full size, 60 minutes, windows of five
    python bench/unified.py --small --minutes 4 --window 60      # two layers on a CPU: a proof

The weights are random and the text is dictated, so that speed is measured and nothing else: as many
tokens as speech takes. Every round runs the model bare, on the same clips, and then the recording
through windows, parser, guards, voices and linking; the ratio of the two is the overhead. Where
people speak is given: to find it takes one core about 10 s for an hour, before the first window.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from joint.checkpoint import FULL, SMALL, save
from joint.dictation import Dictation
from joint.roofline import H100, H200, Machine, Roofline, Shape, Work, roofline

from audiosvc import catalog
from audiosvc.backends.moss import MossModel
from audiosvc.settings import usable_processors
from audiosvc.spans import Span
from audiosvc.transcription.joint import Joint
from audiosvc.transcription.joint.clips import cut_clip
from audiosvc.transcription.joint.window import token_budget
from audiosvc.transcription.session import Session
from audiosvc.transcription.windows import cut_cores, cut_windows
from audiosvc.types import Audio, Hints, Limits, Request, Transcript, Window

RATE_HZ = 16_000
TOKENS_PER_S = 7.0
GIGABYTE = 1e9


@dataclass(frozen=True, slots=True)
class Round:
    """One run of each. bare_s: the model alone. whole_s: everything, which gave the transcript."""

    bare_s: float
    whole_s: float
    transcript: Transcript


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=60.0, help="of audio")
    parser.add_argument("--window", type=float, default=300.0, help="seconds")
    parser.add_argument("--single-pass", action="store_true", help="one window for all of it")
    parser.add_argument("--device", default="auto")
    parser.add_argument(
        "--small", action="store_true", help="two layers, to prove the bench itself"
    )
    parser.add_argument("--threads", type=int, default=0, help="0: all")
    parser.add_argument("--rounds", type=int, default=3, help="after one that warms up, or 0")
    parser.add_argument("--folder", type=Path, help="keep the weights here")
    parser.add_argument("--json", type=Path, help="write the figures here")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    shape = SMALL if given.small else FULL
    with tempfile.TemporaryDirectory() as scratch:
        model = load(save(given.folder or Path(scratch), shape), given)
        report = measure(model, shape, given)
    for name, value in report.items():
        print(f"{name:34} {value}")
    if given.json:
        given.json.write_text(json.dumps(report, indent=2))


def load(folder: Path, given: argparse.Namespace) -> MossModel:
    threads = given.threads or usable_processors()
    model = MossModel(folder, threads=threads, device=given.device)
    model.generator.steer = Dictation(model._processor.tokenizer, TOKENS_PER_S)
    return model


def measure(model: MossModel, shape: Shape, given: argparse.Namespace) -> dict[str, Any]:
    """Rounds in turn, and what they say."""
    audio = recording(given.minutes * 60.0)
    limits = limits_of(model, audio, given)
    windows = cut(audio, limits)
    embedder = catalog.shared().load("campplus-zh-en", threads=1)
    threads = given.threads or 16
    transcriber = Joint(model, embedder, threads=threads)
    transcriber.limits = limits
    rounds = [run(model, transcriber, windows, audio) for _ in range(given.rounds + 1)]
    warm, timed = rounds[0], rounds[1:] or rounds
    transcript = warm.transcript
    work = Work(audio.duration_s, limits.window_s, limits.windows_at_once, TOKENS_PER_S)
    machine = machine_of(model)
    bare_s = statistics.median(one.bare_s for one in timed)
    whole_s = statistics.median(one.whole_s for one in timed)
    best = roofline(shape, work, machine)
    return {
        "device": machine.name,
        "audio_s": audio.duration_s,
        "windows": len(windows),
        "windows_at_once": limits.windows_at_once,
        "first_round_s": round(warm.bare_s, 2),
        "bare_s": round(bare_s, 2),
        "whole_s": round(whole_s, 2),
        "audio_s_per_s": round(audio.duration_s / whole_s, 1),
        "overhead": f"{statistics.median(one.whole_s / one.bare_s for one in timed) - 1:+.1%}",
        "peak_memory_gb": round(peak_bytes(model) / GIGABYTE, 2),
        "covered": f"{transcript.coverage.covered_s:.0f} of {transcript.coverage.speech_s:.0f} s",
        "segments": len(transcript.segments),
        "notices": sorted({notice.code for notice in transcript.notices}),
        **told(best),
        "rounds_s": [(round(one.bare_s, 2), round(one.whole_s, 2)) for one in timed],
    }


def told(best: Roofline) -> dict[str, Any]:
    """The roofline beside the figures."""
    return {
        "roofline_audio_s_per_s": round(best.audio_s_per_s, 1),
        "roofline_decode_s": round(best.decode_s, 2),
        "roofline_decode_terabytes": round(best.decode_bytes / 1e12, 2),
        "roofline_encoder_and_prompt_s": round(best.encoder_s + best.prompt_s, 2),
        "roofline_teraflops": round(best.flops / 1e12, 1),
    }


def recording(duration_s: float) -> Audio:
    """Noise: what is heard does not matter here, as long as it is heard."""
    samples = np.random.default_rng(0).normal(0.0, 0.05, round(duration_s * RATE_HZ))
    return Audio(samples.astype(np.float32), RATE_HZ)


def speech_of(audio: Audio) -> tuple[Span, ...]:
    """Somebody speaks for four seconds out of four and a tenth."""
    starts = np.arange(0.0, audio.duration_s - 4.0, 4.1)
    return tuple(Span(float(start), float(start) + 4.0) for start in starts)


def limits_of(model: MossModel, audio: Audio, given: argparse.Namespace) -> Limits:
    if given.single_pass:
        return replace(model.limits, window_s=audio.duration_s, margin_s=0.0, windows_at_once=1)
    return replace(model.limits, window_s=given.window)


def cut(audio: Audio, limits: Limits) -> list[Window]:
    speech = speech_of(audio)
    cores = cut_cores(speech, audio.span, limits)
    return list(cut_windows([audio], cores, speech, limits.margin_s))


def run(model: MossModel, transcriber: Joint, windows: Sequence[Window], audio: Audio) -> Round:
    began_s = time.perf_counter()
    bare(model, windows, transcriber.limits.windows_at_once)
    between_s = time.perf_counter()
    transcript = whole(transcriber, windows, audio)
    return Round(between_s - began_s, time.perf_counter() - between_s, transcript)


def bare(model: MossModel, windows: Sequence[Window], at_once: int) -> int:
    """The letters that the model writes for the same clips, and nothing done with them."""
    letters = 0
    for first in range(0, len(windows), at_once):
        clips = [cut_clip(one.audio, one.speech) for one in windows[first : first + at_once]]
        writings = [
            model.write(Request(clip.audio, Hints(), token_budget(clip.duration_s)))
            for clip in clips
            if clip
        ]
        letters += sum(len(piece) for writing in writings for piece in writing)
    return letters


def whole(transcriber: Joint, windows: Sequence[Window], audio: Audio) -> Transcript:
    """The recording as a user's is: windows, guards, voices, linking."""
    session = Session(transcriber, Hints())
    for _ in session.run(windows, audio.span):
        pass
    _, transcript = session.finish(speech_of(audio), audio.duration_s, model="bench", language=None)
    return transcript


def machine_of(model: MossModel) -> Machine:
    """By the maker's sheet where it is known, measured otherwise."""
    import torch

    device = model._model.device
    if device.type == "cuda":
        name = torch.cuda.get_device_name(device)
        for known, mark in ((H200, "H200"), (H100, "H100")):
            if mark in name:
                return Machine(name, known.bytes_per_s, known.flops_per_s)
    large = torch.randn(4096, 4096, device=device, dtype=model._model.dtype)
    flops = 2 * 4096**3 / _fastest(lambda: large @ large, device)
    moved = torch.zeros(64_000_000, device=device, dtype=torch.float32)
    bytes_per_s = 2 * moved.nbytes / _fastest(moved.clone, device)
    return Machine(f"{device}, measured", bytes_per_s, flops)


def _fastest(call: Any, device: Any) -> float:
    import torch

    times_s = []
    for _ in range(5):
        began_s = time.perf_counter()
        call()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        times_s.append(time.perf_counter() - began_s)
    return min(times_s)


def peak_bytes(model: MossModel) -> int:
    """Of the GPU; on a CPU, of the process."""
    import torch

    if model._model.device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(model._model.device))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
