"""Several windows are surer than one, and noise, engines and voices take certainty away."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from audiosvc.geo.evidence.bird_noise import noise_like
from audiosvc.geo.evidence.bird_sureness import SUREST, animals
from audiosvc.spans import Span
from audiosvc.types import Audio
from tests.fakes.animals import LABELS, NOTHING, FakeAnimals

OWL, GROUSE, COCK, ENGINE = (
    FakeAnimals.number(name)
    for name in ("Northern Owl", "Forest Grouse", "Red Junglefowl", "Engine")
)
QUIET = np.full(len(LABELS), NOTHING, np.float32)


def windows(count: int) -> list[Span]:
    return [Span(3.0 * number, 3.0 * number + 3.0) for number in range(count)]


def logits(count: int, *heard: tuple[int, int, float]) -> npt.NDArray[np.float32]:
    """heard: window, label and logit; no other animal is, and other sounds are as unlikely as
    they usually are.
    """
    rows = np.full((count, len(LABELS)), NOTHING, np.float32)
    rows[:, ENGINE] = -3.0
    for window, label, value in heard:
        rows[window, label] = value
    return rows


def sureness(
    values: npt.NDArray[np.float32],
    label: int = OWL,
    in_noise: npt.NDArray[np.float32] = QUIET,
    speech: tuple[Span, ...] = (),
) -> float:
    found = animals(LABELS, windows(len(values)), values, in_noise, speech)
    return next((one.sureness for one in found if one.label == label), 0.0)


def test_what_sings_all_the_time_is_nearly_certain_but_never_quite() -> None:
    values = logits(8, *((window, OWL, 8.0) for window in range(8)))
    (owl,) = animals(LABELS, windows(8), values, QUIET)
    assert owl.label == OWL
    assert 0.9 < owl.sureness <= SUREST
    assert owl.spans == (Span(0.0, 24.0),)


def test_three_times_is_surer_than_once() -> None:
    once = sureness(logits(8, (0, OWL, 3.0)))
    thrice = sureness(logits(8, (0, OWL, 3.0), (3, OWL, 3.0), (6, OWL, 3.0)))
    assert once < 0.5 < thrice


def test_where_it_was_heard_is_told() -> None:
    values = logits(8, (1, OWL, 3.0), (2, OWL, 0.0), (5, OWL, 2.0), (7, OWL, -2.0))
    (owl,) = animals(LABELS, windows(8), values, QUIET)
    assert owl.spans == (Span(3.0, 9.0), Span(15.0, 18.0))


def test_a_weak_one_is_believed_beside_a_sure_one_alone() -> None:
    weak = [(window, OWL, -1.0) for window in range(3)]
    alone = sureness(logits(4, *weak))
    beside = sureness(logits(4, *weak, (1, GROUSE, 7.0)))
    assert alone < 0.05
    assert beside > 0.3


def test_what_an_engine_or_a_voice_may_have_been_is_less_sure() -> None:
    song = [(window, OWL, 2.0) for window in range(4)]
    alone = sureness(logits(4, *song))
    engine = sureness(logits(4, *song, *((window, ENGINE, 4.0) for window in range(4))))
    spoken = sureness(logits(4, *song), speech=(Span(0.0, 12.0),))
    assert engine < 0.7 * alone
    assert spoken < 0.3 * alone


def test_what_is_heard_in_noise_of_the_same_colour_is_not_there() -> None:
    hiss = [(window, OWL, 1.0) for window in range(4)]
    same = QUIET.copy()
    same[OWL] = 1.0
    assert sureness(logits(4, *hiss)) > 0.1
    assert sureness(logits(4, *hiss), in_noise=same) < 0.02


def test_a_cock_may_crow_anywhere() -> None:
    values = logits(4, *((window, COCK, 8.0) for window in range(4)))
    assert sureness(values, COCK) < 0.1


def test_engines_and_voices_are_no_animals_and_nothing_is_nothing() -> None:
    assert animals(LABELS, windows(2), logits(2, (0, ENGINE, 9.0)), QUIET) == []
    assert animals(LABELS, windows(2), logits(2), QUIET) == []
    assert animals(LABELS, [], logits(0), QUIET) == []


def test_one_call_in_minutes_is_less_sure_than_in_seconds() -> None:
    assert sureness(logits(60, (0, OWL, 2.0))) < sureness(logits(10, (0, OWL, 2.0)))


@given(
    values=hnp.arrays(np.float32, (5, len(LABELS)), elements=st.floats(-20.0, 20.0, width=32)),
    order=st.permutations(range(5)),
)
def test_certainties_are_probabilities_whatever_is_heard_in_any_order(
    values: npt.NDArray[np.float32], order: list[int]
) -> None:
    spans = windows(5)
    found = animals(LABELS, spans, values, QUIET)
    shuffled = animals(LABELS, [spans[one] for one in order], values[order], QUIET)
    assert all(0.0 < one.sureness <= SUREST for one in found)
    assert all(one.spans for one in found)
    assert [one.label for one in found] == [one.label for one in shuffled]


@given(louder=st.floats(0.0, 10.0))
def test_a_surer_window_never_makes_an_animal_less_sure(louder: float) -> None:
    before = logits(3, (0, OWL, 0.0), (1, OWL, -1.0))
    after = before.copy()
    after[1, OWL] += louder
    assert sureness(after) >= sureness(before)


def test_noise_has_the_colour_of_the_recording_and_not_its_song() -> None:
    time_s = np.arange(10 * 48_000) / 48_000
    song = np.sin(2 * np.pi * 3000 * time_s) * (np.sin(2 * np.pi * 2 * time_s) > 0.9) * 0.5
    noise = noise_like(Audio(song.astype(np.float32), 48_000), 3.0)
    assert noise.sample_rate_hz == 48_000
    assert len(noise.samples) == 3 * 48_000
    power = np.abs(np.fft.rfft(noise.samples)) ** 2
    assert abs(power.argmax() / 3.0 - 3000) < 20
    assert np.std(noise.samples) == pytest.approx(np.std(song), rel=0.2)
    level = np.std(noise.samples.reshape(30, -1), axis=1)
    assert level.max() < 4 * level.min()


@pytest.mark.parametrize("samples", [0, 1, 1000, 144_001])
def test_noise_of_little_or_no_sound_is_sound_too(samples: int) -> None:
    noise = noise_like(Audio(np.zeros(samples, np.float32), 48_000), 3.0)
    assert len(noise.samples) == 3 * 48_000
    assert not noise.samples.any()
