"""Bare faster-whisper: batched, int8, word times, everything else as it comes. No speakers.

Usage: whisper.py AUDIO WEIGHTS OUT NAME THREADS
"""

from __future__ import annotations

import sys
from pathlib import Path

import results
from faster_whisper import BatchedInferencePipeline, WhisperModel, decode_audio


def words_of(samples: object, weights: str, threads: int) -> list[results.Piece]:
    """Words with times. samples: float32 ``(n,)`` at 16 kHz."""
    model = WhisperModel(weights, device="cpu", compute_type="int8", cpu_threads=threads)
    pipeline = BatchedInferencePipeline(model)
    segments, _ = pipeline.transcribe(samples, batch_size=8, word_timestamps=True)
    return [
        results.Piece(word.start, word.end, "unknown", word.word)
        for segment in segments
        for word in segment.words or ()
    ]


def main() -> None:
    audio, weights, out, name, threads = sys.argv[1:]
    words = words_of(decode_audio(audio), weights, int(threads))
    segments = results.join_words(words)
    results.write(Path(out), name, segments, segments)


if __name__ == "__main__":
    main()
