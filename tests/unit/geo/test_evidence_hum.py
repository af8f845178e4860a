"""Mains hum is heard under speech, and nothing that only resembles it is taken for it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from audiosvc.estimates import Hearing
from audiosvc.geo.evidence.hum import HumEvidence, find_hum
from audiosvc.types import Audio

RATE_HZ = 16_000
Float64 = npt.NDArray[np.float64]

COUNTRIES = ("SE", "US", "JP", "LR")
# Uppsala, Denver, Tokyo, Osaka, Monrovia, and a cell at sea.
PLACES = [
    (59.9, 17.6, 0), (39.7, -105.0, 1), (35.7, 139.7, 2), (34.7, 135.5, 2), (6.3, -10.8, 3),
    (0.0, 0.0, -1),
]  # fmt: skip


def world() -> Any:
    lat, lon, country = zip(*PLACES, strict=True)
    return SimpleNamespace(
        countries=COUNTRIES,
        country=np.array(country, np.int16),
        lat=np.array(lat, np.float32),
        lon=np.array(lon, np.float32),
    )


def audio(samples: Float64) -> Audio:
    return Audio(np.clip(samples, -1, 1).astype(np.float32), RATE_HZ)


def seconds(duration_s: float) -> Float64:
    return np.arange(int(duration_s * RATE_HZ)) / RATE_HZ


def level(samples: Float64, rms_db: float) -> Float64:
    return samples / np.std(samples) * 10 ** (rms_db / 20)


def path(rng: np.random.Generator, time_s: Float64, step_s: float) -> Float64:
    """A random course, 0 on average and 1 in spread, that turns every ``step_s``."""
    turns = np.arange(0, time_s[-1] + 2 * step_s, step_s)
    return np.interp(time_s, turns, rng.normal(size=len(turns)))


def harmonics(fundamental_hz: Float64, orders: range) -> Float64:
    phase = 2 * np.pi * np.cumsum(fundamental_hz) / RATE_HZ
    return np.sum([np.sin(order * phase + order) / order for order in orders], axis=0)


def babble(rng: np.random.Generator, duration_s: float, rms_db: float = -20.0) -> Float64:
    """What speech has of pitch, loudness and pauses."""
    time_s = seconds(duration_s)
    voice = harmonics(110 * 2 ** (0.3 * path(rng, time_s, 0.25)), range(1, 20))
    loudness = np.clip(path(rng, time_s, 0.12), 0, None)
    return level(voice * loudness, rms_db) + rng.normal(size=len(time_s)) * 0.001


def hum(rng: np.random.Generator, duration_s: float, hz: float, rms_db: float) -> Float64:
    time_s = seconds(duration_s)
    return level(harmonics(hz + 0.01 * path(rng, time_s, 4.0), range(1, 9)), rms_db)


def notes(rng: np.random.Generator, duration_s: float, pitches: list[int]) -> Float64:
    """Plucked notes one after the other, as MIDI numbers, over a little noise."""
    time_s = seconds(duration_s)
    samples = rng.normal(size=len(time_s)) * 0.0005
    start_s = 0.0
    for pitch in pitches * 40:
        inside = time_s >= start_s
        if not inside.any():
            break
        since_s = time_s[inside] - start_s
        hz = 440 * 2 ** ((pitch - 69) / 12)
        note = np.sum([np.sin(2 * np.pi * hz * n * since_s) / n for n in range(1, 8)], axis=0)
        samples[inside] = samples[inside] * 0.3 + 0.1 * note * np.exp(-since_s / 0.8)
        start_s += rng.uniform(0.3, 0.7)
    return samples


@pytest.mark.parametrize("nominal", [50, 60])
@pytest.mark.parametrize("below_speech_db", [10, 30, 40])
def test_hum_is_heard_under_speech(nominal: int, below_speech_db: int) -> None:
    rng = np.random.default_rng(nominal + below_speech_db)
    hz = nominal + rng.uniform(-0.05, 0.05)
    samples = babble(rng, 16.0) + hum(rng, 16.0, hz, -20.0 - below_speech_db)
    found = find_hum(audio(samples))
    assert found is not None
    assert found.nominal_hz == nominal
    assert all(abs(line / round(line / hz) - hz) < 0.1 for line in found.lines_hz)


@pytest.mark.parametrize("hz", [47.0, 49.0, 49.5, 51.0, 58.5, 59.5, 60.5, 61.7])
def test_hum_of_another_frequency_is_none(hz: float) -> None:
    rng = np.random.default_rng(int(hz * 10))
    assert find_hum(audio(babble(rng, 16.0) + hum(rng, 16.0, hz, -40.0))) is None


@pytest.mark.parametrize("pitches", [[31], [34], [35], [31, 35, 38], [34, 29, 36, 31]])
def test_bass_notes_beside_the_mains_are_none(pitches: list[int]) -> None:
    assert find_hum(audio(notes(np.random.default_rng(3), 16.0, pitches))) is None


def test_an_engine_that_drifts_over_the_mains_is_none() -> None:
    rng = np.random.default_rng(4)
    for hz in (50.0, 60.0):
        drifting = hz * (1 + 0.03 * path(rng, seconds(20.0), 2.0))
        samples = 0.1 * harmonics(drifting, range(1, 12)) + rng.normal(size=len(drifting)) * 0.005
        assert find_hum(audio(samples)) is None


def test_a_beat_with_lines_on_both_grids_is_none() -> None:
    rng = np.random.default_rng(5)
    for beats_a_minute in (100, 120, 150):
        beat = rng.normal(size=RATE_HZ * 60 // beats_a_minute)
        beat *= np.exp(-np.arange(len(beat)) / 2000)
        assert find_hum(audio(np.tile(beat * 0.1, 40)[: 16 * RATE_HZ])) is None


def test_noise_and_speech_have_no_hum() -> None:
    rng = np.random.default_rng(6)
    for _ in range(10):
        assert find_hum(audio(rng.normal(size=12 * RATE_HZ) * 0.05)) is None
        assert find_hum(audio(babble(rng, 12.0))) is None


@pytest.mark.parametrize("duration_s", [0.0, 0.01, 3.0, 20.0])
def test_silence_and_short_clips_have_no_hum(duration_s: float) -> None:
    assert find_hum(audio(np.zeros(int(duration_s * RATE_HZ)))) is None


def test_a_constant_and_a_click_have_no_hum() -> None:
    assert find_hum(audio(np.full(10 * RATE_HZ, 0.5))) is None
    click = np.zeros(10 * RATE_HZ)
    click[RATE_HZ] = 1.0
    assert find_hum(audio(click)) is None


def test_hum_of_a_clipped_recording_is_heard() -> None:
    rng = np.random.default_rng(7)
    samples = 8 * (babble(rng, 16.0, -10.0) + hum(rng, 16.0, 49.97, -30.0))
    found = find_hum(audio(samples))
    assert found is not None
    assert found.nominal_hz == 50


def test_one_line_alone_says_less_than_several() -> None:
    rng = np.random.default_rng(8)
    noise = rng.normal(size=16 * RATE_HZ) * 0.02
    one = find_hum(audio(noise + 0.01 * np.sin(2 * np.pi * 120.02 * seconds(16.0))))
    several = find_hum(audio(noise + hum(rng, 16.0, 60.01, -30.0)))
    assert one is not None
    assert several is not None
    assert one.log_ratio < several.log_ratio < 3.0


def test_both_grids_at_once_say_nothing() -> None:
    rng = np.random.default_rng(9)
    both = hum(rng, 16.0, 50.0, -30.0) + hum(rng, 16.0, 60.0, -30.0)
    assert find_hum(audio(both + rng.normal(size=len(both)) * 0.001)) is None


def test_evidence_follows_the_grids_of_countries() -> None:
    rng = np.random.default_rng(10)
    heard = audio(babble(rng, 16.0) + hum(rng, 16.0, 60.0, -40.0))
    (evidence,) = HumEvidence(world())(Hearing(heard, heard))
    uppsala, denver, tokyo, osaka, monrovia, sea = evidence.log_likelihood.tolist()
    assert denver == osaka == 0.0
    assert -3.5 < uppsala == tokyo < -1.5
    assert uppsala < monrovia == sea < denver
    assert "60 Hz" in evidence.claim
    assert evidence.category == "channel"
    assert evidence.spans == (heard.span,)


def test_without_hum_there_is_no_evidence() -> None:
    quiet = audio(np.random.default_rng(11).normal(size=10 * RATE_HZ) * 0.01)
    assert HumEvidence(world())(Hearing(quiet, quiet)) == []
