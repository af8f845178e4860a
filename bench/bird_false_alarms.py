"""How often birds are heard where there are none.

    python bench/bird_false_alarms.py [RECORDING...]

Made sounds: noise, rain, tones, whistled and plucked melodies, chords. RECORDING: any without
animals, such as speech. Counted are clips in which a voice is more likely than not a species that
lives somewhere, and how far the surest clip's map is moved.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from fitting.mixtures import coloured, nothing

from audiosvc.audio.resample import WIDE_RATE_HZ
from audiosvc.audio.sources import ArraySource, FileSource, Source
from audiosvc.catalog import shared
from audiosvc.estimates import Hearing
from audiosvc.geo.evidence.birds import MODEL, THREADS, BirdsEvidence
from audiosvc.geo.grid import load_grid
from audiosvc.locating import LEAST_SPEECH_S, hear, load_senses
from audiosvc.settings import Settings
from audiosvc.spans import total_s

Samples = npt.NDArray[np.float32]
CLIPS = 40
CLIP_S = 15.0
RANGES_KNOWN_BELOW = -0.7  # a voice more likely than not takes so much from somewhere


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("recordings", type=Path, nargs="*")
    given = parser.parse_args()
    extractor = BirdsEvidence(load_grid(), model=shared().load(MODEL, threads=THREADS))
    settings = Settings()
    senses = load_senses(settings)

    def heard(source: Source) -> Hearing:
        return hear(source, settings, senses, transcribe=False)[0]

    print(f"  {'':22} clips  a bird, p > 0.5  any told  most nats")
    for kind, make in KINDS.items():
        rng = np.random.default_rng(11)
        sounds = (ArraySource(make(rng), WIDE_RATE_HZ, name=kind) for _ in range(CLIPS))
        tell(kind, extractor, (heard(sound) for sound in sounds))
    if given.recordings:
        tell("recordings", extractor, (heard(FileSource(path)) for path in given.recordings))


def tell(kind: str, extractor: BirdsEvidence, hearings: Iterator[Hearing]) -> None:
    """One line for clips of a kind."""
    clips, birds, told, most, spoken = 0, 0, 0, 0.0, 0
    for hearing in hearings:
        pieces = extractor(hearing)
        clips += 1
        spoken += total_s(hearing.speech) >= LEAST_SPEECH_S
        told += bool(pieces)
        reach = [-float(piece.log_likelihood.min()) for piece in pieces]
        birds += any(one > -RANGES_KNOWN_BELOW for one in reach) and "p = 0." in str(
            [piece.claim for piece in pieces if likely(piece.claim)]
        )
        most = max([most, *reach])
    print(f"  {kind:22} {clips:5}  {birds:15}  {told:8}  {most:9.1f}   ({spoken} with speech)")


def likely(claim: str) -> bool:
    """Whether the claim is of an animal that is there rather than not."""
    return float(claim.partition("p = ")[2][:4]) > 0.5


def melody(rng: np.random.Generator, tone: Callable[[float, int], Samples]) -> Samples:
    """Notes of a scale, one after the other."""
    notes = 261.63 * 2 ** (rng.choice([0, 2, 4, 5, 7, 9, 11, 12], 40) / 12 + rng.integers(0, 4))
    length = int(rng.uniform(0.15, 0.6) * WIDE_RATE_HZ)
    sound = np.concatenate([tone(float(note), length) for note in notes])
    return np.resize(sound, int(CLIP_S * WIDE_RATE_HZ)).astype(np.float32) * np.float32(0.2)


def whistled(hz: float, length: int) -> Samples:
    time_s = np.arange(length) / WIDE_RATE_HZ
    vibrato = 0.004 * hz / 5.5 * np.sin(2 * np.pi * 5.5 * time_s)
    shape = np.minimum(1.0, 20 * np.minimum(time_s, time_s[-1] - time_s))
    return np.asarray(shape * np.sin(2 * np.pi * (hz * time_s + vibrato)), np.float32)


def plucked(hz: float, length: int) -> Samples:
    time_s = np.arange(length) / WIDE_RATE_HZ
    parts = [np.sin(2 * np.pi * hz * n * time_s) * np.exp(-3 * n * time_s) / n for n in range(1, 9)]
    return np.sum(parts, axis=0).astype(np.float32)


def chord(hz: float, length: int) -> Samples:
    return np.sum([plucked(hz * ratio, length) for ratio in (0.5, 1.0, 1.25, 1.5)], axis=0) / 3


def noise(rng: np.random.Generator) -> Samples:
    sound = coloured(int(CLIP_S * WIDE_RATE_HZ), float(rng.choice([0.0, 1.0, 2.0])), rng)
    return np.asarray(sound * (0.1 / sound.std()), np.float32)


KINDS: dict[str, Callable[[np.random.Generator], Samples]] = {
    "noise": noise,
    "noise, rain, tones, silence": nothing,
    "whistled melodies": lambda rng: melody(rng, whistled),
    "plucked melodies": lambda rng: melody(rng, plucked),
    "chords": lambda rng: melody(rng, chord),
}


if __name__ == "__main__":
    main()
