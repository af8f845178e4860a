"""Recordings made from others: cut, in noise, over a telephone, two places at once, and nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfilt

from audiosvc.audio.resample import WIDE_RATE_HZ
from audiosvc.audio.sources import FileSource
from audiosvc.estimates import Point
from audiosvc.evaluate.geo_scores import distance_km
from audiosvc.evaluate.located import LocatedClip

Samples = npt.NDArray[np.float32]
Kind = Literal["excerpt", "noise", "telephone", "stranger", "nothing"]
KINDS: tuple[Kind, ...] = ("excerpt", "noise", "stranger", "telephone", "noise", "nothing")

TELEPHONE_HZ = (300.0, 3400.0)
STRANGER_KM = 2000.0
LONGEST_S = 60.0


@dataclass(frozen=True)
class Mixture:
    """What is made. clip: whose place is the truth, also of ``nothing``: any place will do."""

    id: str
    kind: Kind
    clip: LocatedClip
    seed: int
    other: LocatedClip | None = None

    @property
    def point(self) -> Point:
        """Where it is from."""
        return self.clip.point

    def samples(self) -> Samples:
        """48 kHz mono; the same for the same seed."""
        rng = np.random.default_rng(self.seed)
        if self.kind == "nothing":
            return nothing(rng)
        sound = read(self.clip.audio)
        if self.kind == "excerpt":
            return excerpt(sound, rng)
        if self.kind == "telephone":
            return telephone(sound)
        if self.kind == "stranger" and self.other is not None:
            return overlaid(sound, read(self.other.audio))
        return in_noise(sound, rng)


def draw(clips: Sequence[LocatedClip], places: Sequence[int], count: int) -> list[Mixture]:
    """So many mixtures, each kind in turn; every place is as likely as any other."""
    rng = np.random.default_rng(5)
    made = []
    for number in range(count):
        clip = _any_of(clips, places, rng)
        kind = KINDS[number % len(KINDS)]
        other = None
        while kind == "stranger" and other is None:
            drawn = _any_of(clips, places, rng)
            other = drawn if distance_km(drawn.point, clip.point) > STRANGER_KM else None
        made.append(Mixture(f"mixture-{number:03d}-{kind}", kind, clip, 1000 + number, other))
    return made


def _any_of(
    clips: Sequence[LocatedClip], places: Sequence[int], rng: np.random.Generator
) -> LocatedClip:
    place = rng.choice(sorted(set(places)))
    return clips[int(rng.choice([n for n, one in enumerate(places) if one == place]))]


def read(path: Path) -> Samples:
    """The first minute at 48 kHz. Raises AudioError."""
    blocks = [block.samples for block in FileSource(path, end_s=LONGEST_S).wide_blocks()]
    return np.concatenate(blocks)


def excerpt(sound: Samples, rng: np.random.Generator) -> Samples:
    """Five to twelve seconds of it."""
    length = min(len(sound), int(rng.uniform(5.0, 12.0) * WIDE_RATE_HZ))
    first = int(rng.integers(0, len(sound) - length + 1))
    return sound[first : first + length]


def in_noise(sound: Samples, rng: np.random.Generator) -> Samples:
    """With noise of some colour, 5 dB above it to 15 dB below."""
    noise = coloured(len(sound), float(rng.choice([0.0, 1.0, 2.0])), rng)
    wanted = _level(sound) / 10 ** (rng.uniform(-5.0, 15.0) / 20)
    return np.clip(sound + noise * wanted / _level(noise), -1.0, 1.0).astype(np.float32)


def telephone(sound: Samples) -> Samples:
    """As it comes out of a telephone line."""
    band = butter(4, TELEPHONE_HZ, "bandpass", fs=WIDE_RATE_HZ, output="sos")
    return np.asarray(sosfilt(band, sound), np.float32)


def overlaid(sound: Samples, other: Samples) -> Samples:
    """Two recordings at once, equally loud, as long as the first."""
    repeated = np.resize(other, len(sound))
    both = sound / _level(sound) + repeated / _level(repeated)
    return np.asarray(both * (0.9 / max(1e-9, float(np.abs(both).max()))), np.float32)


def nothing(rng: np.random.Generator) -> Samples:
    """Noise, rain, a tone or silence: nothing that any place has more of."""
    length = int(rng.uniform(10.0, 30.0) * WIDE_RATE_HZ)
    sounds = (_any_noise, _rain, _tone, _silence)
    return sounds[int(rng.integers(0, len(sounds)))](length, rng)


def _any_noise(length: int, rng: np.random.Generator) -> Samples:
    return _at_level(coloured(length, float(rng.choice([0.0, 1.0, 2.0])), rng))


def _rain(length: int, rng: np.random.Generator) -> Samples:
    drops = np.where(rng.random(length) < 0.002, rng.standard_normal(length), 0.0)
    smooth = sosfilt(butter(2, 6000.0, fs=WIDE_RATE_HZ, output="sos"), drops)
    return _at_level(coloured(length, 0.5, rng) * 0.2 + smooth)


def _tone(length: int, rng: np.random.Generator) -> Samples:
    return _at_level(
        np.sin(2 * np.pi * rng.uniform(200.0, 4000.0) * np.arange(length) / WIDE_RATE_HZ)
    )


def _silence(length: int, rng: np.random.Generator) -> Samples:  # noqa: ARG001 - as the others
    return np.zeros(length, np.float32)


def _at_level(sound: npt.NDArray[np.floating]) -> Samples:
    return np.asarray(np.clip(sound * (0.1 / _level(sound)), -1.0, 1.0), np.float32)


def coloured(length: int, slope: float, rng: np.random.Generator) -> Samples:
    """Noise whose power falls with this power of frequency: 0 white, 1 pink, 2 brown."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    frequencies = np.maximum(np.fft.rfftfreq(length, 1 / WIDE_RATE_HZ), 20.0)
    return np.asarray(np.fft.irfft(spectrum / frequencies ** (slope / 2), length), np.float32)


def _level(sound: npt.NDArray[np.floating]) -> float:
    return max(1e-9, float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))))
