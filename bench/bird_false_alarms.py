"""Counts the birds that are heard where there are none: in noise, rain, tones, music and voices.

    python bench/bird_false_alarms.py [--clips 20] [--also FOLDER]

All sounds but those of FOLDER are made here, 6 to 60 s each, by a seed. For every kind it prints
how often any evidence was found, how sure the surest animal was, and the localizability that it
led to with nothing else on the map.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, lfilter, sosfilt

from audiosvc.audio.resample import WIDE_RATE_HZ
from audiosvc.audio.sources import FileSource
from audiosvc.estimates import Hearing
from audiosvc.geo.atlas import load_atlas
from audiosvc.geo.evidence.birds import load_birds
from audiosvc.types import Audio

Samples = npt.NDArray[np.float64]
Maker = Callable[[np.random.Generator, float], Samples]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--clips", type=int, default=20, help="of each kind")
    parser.add_argument("--also", type=Path, help="a folder of recordings without birds")
    given = parser.parse_args()
    print(f"{'':18} clips  with evidence  LOCATED  localizability: median  highest   most bits")
    for number, (kind, make) in enumerate(KINDS.items()):
        clips = []
        for seed in range(given.clips):
            rng = np.random.default_rng([number, seed])
            made = make(rng, float(rng.uniform(6.0, 60.0)))
            loudness = 10 ** (rng.uniform(-40.0, -12.0) / 20)
            clips.append(made / max(float(np.std(made)), 1e-9) * loudness)
        tell(kind, [np.clip(clip, -1.0, 1.0).astype(np.float32) for clip in clips])
    if given.also:
        paths = sorted(path for path in given.also.rglob("*") if path.is_file())
        tell(given.also.name, [read(path) for path in paths])


def tell(kind: str, clips: Sequence[npt.NDArray[np.float32]]) -> None:
    atlas, birds = load_atlas(), load_birds(load_atlas().grid)
    scores, bits, located, found = [], [], 0, 0
    for samples in clips:
        narrow = Audio(samples[::3], WIDE_RATE_HZ // 3)
        evidence = birds(Hearing(narrow, Audio(samples, WIDE_RATE_HZ)))
        answer = atlas.estimate(evidence)
        found += bool(evidence)
        located += answer.status == "LOCATED"
        scores.append(answer.localizability)
        bits.append(max((one.bits for one in answer.evidence), default=0.0))
    print(
        f"{kind:18} {len(clips):5}  {found:13}  {located:7}  {np.median(scores):22.3f}"
        f"  {max(scores):7.3f}  {max(bits):9.1f}",
        flush=True,
    )


def read(path: Path) -> npt.NDArray[np.float32]:
    blocks = [block.samples for block in FileSource(path, end_s=60.0).wide_blocks()]
    return np.concatenate(blocks)


def seconds(duration_s: float) -> Samples:
    return np.arange(int(duration_s * WIDE_RATE_HZ)) / WIDE_RATE_HZ


def course(rng: np.random.Generator, time_s: Samples, step_s: float) -> Samples:
    """A random course, 0 on average and 1 in spread, that turns every ``step_s``."""
    turns = np.arange(0.0, time_s[-1] + 2 * step_s, step_s)
    return np.interp(time_s, turns, rng.normal(size=len(turns)))


def white(rng: np.random.Generator, duration_s: float) -> Samples:
    return rng.normal(size=len(seconds(duration_s)))


def pink(rng: np.random.Generator, duration_s: float) -> Samples:
    spectrum = np.fft.rfft(white(rng, duration_s))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    return np.asarray(np.fft.irfft(spectrum, len(seconds(duration_s))), np.float64)


def rain(rng: np.random.Generator, duration_s: float) -> Samples:
    """Drops on something that rings a little, over a hiss."""
    samples = 0.1 * white(rng, duration_s)
    for _ in range(int(duration_s * rng.uniform(20.0, 200.0))):
        hz, length = rng.uniform(800.0, 7000.0), int(rng.uniform(0.003, 0.02) * WIDE_RATE_HZ)
        drop = np.sin(2 * np.pi * hz * np.arange(length) / WIDE_RATE_HZ)
        drop *= np.exp(-np.arange(length) / (length / 4)) * rng.lognormal(0.0, 0.7)
        start = int(rng.integers(0, len(samples) - length))
        samples[start : start + length] += drop
    return samples


def wind(rng: np.random.Generator, duration_s: float) -> Samples:
    low = butter(2, rng.uniform(150.0, 800.0), fs=WIDE_RATE_HZ, output="sos")
    gusts = np.exp(0.8 * course(rng, seconds(duration_s), 1.5))
    return np.asarray(sosfilt(low, white(rng, duration_s)) * gusts, np.float64)


def sea(rng: np.random.Generator, duration_s: float) -> Samples:
    waves = np.sin(2 * np.pi * seconds(duration_s) / rng.uniform(5.0, 10.0))
    return pink(rng, duration_s) * np.exp(1.2 * waves)


def tones(rng: np.random.Generator, duration_s: float) -> Samples:
    """Steady ones, and such as go on and off."""
    time_s = seconds(duration_s)
    pitches = rng.uniform(200.0, 5000.0, size=3)
    gate = np.sin(2 * np.pi * time_s * rng.uniform(0.2, 2.0)) > rng.choice([-2.0, 0.0])
    sounding = np.sum([np.sin(2 * np.pi * hz * time_s) for hz in pitches], axis=0)
    return np.asarray(sounding * gate, np.float64)


def chimes(rng: np.random.Generator, duration_s: float) -> Samples:
    """Struck bars: partials that are no harmonics, long to fade."""
    time_s = seconds(duration_s)
    samples = 0.001 * white(rng, duration_s)
    for _ in range(int(duration_s * 1.5)):
        since_s = time_s[int(rng.integers(0, len(time_s))) :]
        since_s = since_s - since_s[0]
        hz = rng.choice([523.0, 587.0, 659.0, 784.0, 880.0, 1047.0])
        for ratio in (1.0, 2.76, 5.4):
            partial = np.sin(2 * np.pi * hz * ratio * since_s) * np.exp(-since_s * ratio / 1.5)
            samples[-len(since_s) :] += partial / ratio
    return samples


def music(rng: np.random.Generator, duration_s: float) -> Samples:
    """Chords of plucked notes in a scale, with a beat."""
    time_s = seconds(duration_s)
    samples = np.zeros(len(time_s))
    beat_s = rng.uniform(0.3, 0.7)
    for start_s in np.arange(0.0, duration_s - beat_s, beat_s):
        first = int(start_s * WIDE_RATE_HZ)
        ringing = slice(first, first + 2 * WIDE_RATE_HZ)
        since_s = time_s[ringing] - time_s[first]
        for degree in rng.choice([0, 2, 4, 5, 7, 9, 11, 12], size=3):
            hz = 220.0 * 2 ** (degree / 12)
            for order in range(1, 7):
                fading = np.exp(-since_s * order / 0.6) / order
                samples[ringing] += np.sin(2 * np.pi * hz * order * since_s) * fading
        drum = rng.normal(size=len(since_s)) * np.exp(-since_s / 0.03)
        samples[ringing] += drum
    return samples


def voices(rng: np.random.Generator, duration_s: float) -> Samples:
    """What speech has of pitch, loudness, pauses and formants."""
    time_s = seconds(duration_s)
    hz = rng.choice([110.0, 200.0]) * 2 ** (0.25 * course(rng, time_s, 0.25))
    phase = 2 * np.pi * np.cumsum(hz) / WIDE_RATE_HZ
    buzz = np.sum([np.sin(order * phase) / order for order in range(1, 25)], axis=0)
    samples = np.zeros(len(time_s))
    for low, high in ((300.0, 800.0), (900.0, 2200.0), (2300.0, 3200.0)):
        band = butter(2, (low, high), "bandpass", fs=WIDE_RATE_HZ, output="sos")
        samples += sosfilt(band, buzz) * np.exp(0.7 * course(rng, time_s, 0.12))
    return samples * np.clip(course(rng, time_s, 0.15) + 0.3, 0.0, None)


def engine(rng: np.random.Generator, duration_s: float) -> Samples:
    time_s = seconds(duration_s)
    hz = rng.uniform(20.0, 90.0) * (1 + 0.1 * course(rng, time_s, 2.0))
    phase = 2 * np.pi * np.cumsum(hz) / WIDE_RATE_HZ
    turning = np.sum([np.sin(order * phase) / order for order in range(1, 40)], axis=0)
    return np.asarray(turning + lfilter([0.3], [1.0, -0.7], white(rng, duration_s)), np.float64)


def siren(rng: np.random.Generator, duration_s: float) -> Samples:
    time_s = seconds(duration_s)
    swing = np.sin(2 * np.pi * time_s * rng.uniform(0.2, 4.0))
    hz = rng.uniform(700.0, 1100.0) * 2 ** (0.5 * swing)
    return np.asarray(np.sin(2 * np.pi * np.cumsum(hz) / WIDE_RATE_HZ), np.float64)


def silence(rng: np.random.Generator, duration_s: float) -> Samples:
    del rng
    return np.zeros(len(seconds(duration_s)))


KINDS: Mapping[str, Maker] = {
    "silence": silence,
    "white noise": white,
    "pink noise": pink,
    "rain": rain,
    "wind": wind,
    "sea": sea,
    "tones": tones,
    "chimes": chimes,
    "music": music,
    "made voices": voices,
    "engines": engine,
    "sirens": siren,
}


if __name__ == "__main__":
    main()
