"""Telephone signals are told by frequency and cadence, and nothing else is taken for one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from audiosvc.estimates import Hearing
from audiosvc.geo.evidence.signals import SignalsEvidence, find_signals
from audiosvc.geo.evidence.tables import TONE_PLANS, TonePlan
from audiosvc.types import Audio

RATE_HZ = 16_000
Float64 = npt.NDArray[np.float64]


def tone(hz: tuple[float, ...], duration_s: float) -> Float64:
    time_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    return np.asarray(0.1 * np.sum([np.sin(2 * np.pi * each * time_s) for each in hz], axis=0))


def signal(hz: tuple[float, ...], cadence_s: tuple[float, ...], times: int) -> Float64:
    if not cadence_s:
        return tone(hz, 4.0)
    parts = [
        tone(hz, length_s) if place % 2 == 0 else np.zeros(round(length_s * RATE_HZ))
        for place, length_s in enumerate(cadence_s * times)
    ]
    return np.concatenate(parts)


def heard(samples: Float64, noise: float = 0.0, seed: int = 0) -> Audio:
    rng = np.random.default_rng(seed)
    around = np.concatenate([np.zeros(RATE_HZ // 2), samples, np.zeros(RATE_HZ // 2)])
    return Audio((around + rng.normal(size=len(around)) * noise).astype(np.float32), RATE_HZ)


@pytest.mark.parametrize(
    "plan", TONE_PLANS, ids=lambda plan: f"{plan.kind}-{plan.hz}-{plan.cadence_s}"
)
@pytest.mark.parametrize("noise", [0.0005, 0.02])
def test_every_plan_is_told_from_the_others(plan: TonePlan, noise: float) -> None:
    samples = signal(plan.hz, plan.cadence_s, 3 if plan.kind == "ringing" else 6)
    assert [each for each, _ in find_signals(heard(samples, noise))] == [plan]


@pytest.mark.parametrize(
    ("hz", "cadence_s"),
    [
        ((425.0,), (10.0,)),  # one tone without end
        ((440.0,), (10.0,)),
        ((1000.0,), (0.5, 0.5)),  # a beeper
        ((460.0,), (0.5, 0.5)),
        ((425.0,), (0.5, 1.3)),  # no one's cadence
        ((425.0,), (0.1, 0.9)),
        ((330.0, 440.0), (2.0, 4.0)),
        ((523.0, 659.0), (4.0,)),  # a chord
    ],
)
def test_other_beeps_are_no_signals(hz: tuple[float, ...], cadence_s: tuple[float, ...]) -> None:
    cadence = cadence_s if len(cadence_s) > 1 else (*cadence_s, 0.1)
    assert find_signals(heard(signal(hz, cadence, 5), 0.001)) == []


def test_one_ring_and_two_beeps_are_too_little() -> None:
    assert find_signals(heard(signal((425.0,), (1.0, 4.0), 1), 0.001)) == []
    assert find_signals(heard(signal((425.0,), (0.5, 0.5), 2), 0.001)) == []


def test_melodies_of_pure_tones_are_no_signals() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        notes = 440 * 2 ** (rng.integers(-5, 8, size=40) / 12)
        melody = np.concatenate([tone((hz,), rng.choice([0.25, 0.5, 1.0])) for hz in notes])
        assert find_signals(heard(melody, 0.001)) == []


@pytest.mark.parametrize("duration_s", [0.0, 0.01, 5.0])
def test_noise_and_silence_have_no_signals(duration_s: float) -> None:
    silence = np.zeros(int(duration_s * RATE_HZ), np.float32)
    assert find_signals(Audio(silence, RATE_HZ)) == []
    noise = np.random.default_rng(2).normal(size=len(silence)).astype(np.float32) * 0.1
    assert find_signals(Audio(noise, RATE_HZ)) == []


def test_evidence_names_the_tone_and_leaves_no_country_out() -> None:
    world: Any = SimpleNamespace(
        countries=("US", "DE", "KE"), country=np.array([0, 1, 2, -1], np.int16)
    )
    audio = heard(signal((440.0, 480.0), (2.0, 4.0), 2), 0.001)
    (evidence,) = SignalsEvidence(world)(Hearing(audio, audio))
    states, germany, kenya, sea = evidence.log_likelihood.tolist()
    assert states == 0.0
    assert germany == -3.5
    assert germany < kenya == sea < states
    assert evidence.claim == "A telephone's ringing tone of 440 and 480 Hz, 2 s on and 4 s off"
    (span,) = evidence.spans
    assert span.start_s == pytest.approx(0.5, abs=0.1)
    assert span.end_s == pytest.approx(8.5, abs=0.1)
