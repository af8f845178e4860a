"""What every model of voices must do, the fake one and the real ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from audiosvc.ports import VoiceEmbedder
from audiosvc.spans import Span
from audiosvc.types import Audio
from tests.contract.conftest import FAKE, Load, Plot, real
from tests.contract.sounds import at_once, moved
from tests.fakes import FakeEmbedder, silence

Vectors = npt.NDArray[np.float32]
ForRecording = Callable[[str], VoiceEmbedder]


@pytest.fixture(scope="module", params=[FAKE, real("campplus-zh-en")])
def embedder_for(
    request: pytest.FixtureRequest, plot: Plot, model: Callable[..., Any]
) -> ForRecording:
    """The model; a fake one has to be told which recording it is going to hear."""
    if request.param == "fake":
        return lambda name: FakeEmbedder(plot(name))
    return lambda name: model(request.param, threads=2)


@pytest.fixture(scope="module")
def embedder(embedder_for: ForRecording) -> VoiceEmbedder:
    return embedder_for("dialogue")


@pytest.fixture(scope="module")
def turns(plot: Plot) -> list[list[Span]]:
    """Each line of the dialogue; its speakers take turns."""
    return [[line.span] for line in plot("dialogue").lines]


@pytest.fixture(scope="module")
def voices(embedder: VoiceEmbedder, load: Load, turns: list[list[Span]]) -> Vectors:
    return embedder(load("dialogue"), turns)


def assert_sound(vectors: Vectors, count: int) -> None:
    """One row an entry, each a voice or none."""
    assert vectors.dtype == np.float32
    assert vectors.ndim == 2
    assert len(vectors) == count
    assert vectors.shape[1] >= 64
    for length in np.linalg.norm(vectors, axis=1):
        assert length == pytest.approx(0.0, abs=1e-6) or length == pytest.approx(1.0, abs=1e-4)


def test_each_voice_is_a_unit_vector(voices: Vectors, turns: list[list[Span]]) -> None:
    assert_sound(voices, len(turns))
    assert np.linalg.norm(voices, axis=1) == pytest.approx(np.ones(len(turns)), abs=1e-4)


@pytest.mark.parametrize("name", ["dialogue", "spanish", "overlap"])
def test_one_person_is_nearer_to_himself_than_to_anybody_else(
    embedder_for: ForRecording, load: Load, plot: Plot, name: str
) -> None:
    lines = plot(name).lines
    alone = [
        line
        for line in lines
        if sum(line.span.overlap_s(other.span) for other in lines) < line.span.duration_s + 0.1
    ]
    vectors = embedder_for(name)(load(name), [[line.span] for line in alone])
    likeness = vectors @ vectors.T
    speakers = np.array([line.speaker for line in alone])
    same = speakers[:, None] == speakers[None, :]
    others = likeness[~same]
    own = likeness[same & ~np.eye(len(alone), dtype=np.bool_)]
    assert len(own)
    assert len(others)
    assert own.min() > others.max() + 0.1


def test_nothing_comes_of_nothing(embedder: VoiceEmbedder, load: Load, voices: Vectors) -> None:
    assert embedder(load("dialogue"), []).shape == (0, voices.shape[1])
    nothing: list[list[Span]] = [[], [Span(900.0, 905.0)], [Span(3.0, 3.0)]]
    assert not embedder(load("dialogue"), nothing).any()
    assert not embedder(silence(0.0), [[Span(0.0, 1.0)]]).any()


@pytest.mark.parametrize("length_s", [0.001, 0.02, 0.1, 0.3])
def test_too_little_is_no_voice_and_a_little_may_be_one(
    embedder: VoiceEmbedder, load: Load, length_s: float
) -> None:
    vectors = embedder(load("dialogue"), [[Span(2.0, 2.0 + length_s)]])
    assert_sound(vectors, 1)
    assert vectors.any() == (length_s > 0.2)


def test_a_tenth_of_a_second_of_a_word_is_heard(embedder_for: ForRecording, load: Load) -> None:
    assert_sound(embedder_for("short")(load("short"), [[Span(0.0, 0.1)]]), 1)


def test_silence_is_finite(embedder: VoiceEmbedder) -> None:
    assert_sound(embedder(silence(3.0), [[Span(0.0, 3.0)]]), 1)


def test_a_batch_gives_what_its_entries_give_alone(
    embedder: VoiceEmbedder, load: Load, turns: list[list[Span]], voices: Vectors
) -> None:
    for entry, voice in zip(turns, voices, strict=True):
        (alone,) = embedder(load("dialogue"), [entry])
        assert float(alone @ voice) > 0.999
    backwards = embedder(load("dialogue"), turns[::-1])[::-1]
    assert backwards == pytest.approx(voices, abs=1e-3)


def test_the_parts_of_one_entry_are_one_voice(
    embedder: VoiceEmbedder, load: Load, plot: Plot, voices: Vectors
) -> None:
    lines = plot("dialogue").lines
    parts = [line.span for line in lines if line.speaker == "Ann"]
    (ann,) = embedder(load("dialogue"), [parts])
    assert min(float(ann @ voices[place]) for place in (0, 2, 4)) > 0.8
    assert max(float(ann @ voices[place]) for place in (1, 3, 5)) < 0.6


def test_how_loud_somebody_is_does_not_matter(
    embedder: VoiceEmbedder, load: Load, turns: list[list[Span]], voices: Vectors
) -> None:
    audio = load("dialogue")
    quiet = embedder(Audio(0.1 * audio.samples, 16_000), turns)
    assert (quiet * voices).sum(axis=1).min() > 0.95


def test_times_are_recording_times(
    embedder: VoiceEmbedder, load: Load, turns: list[list[Span]], voices: Vectors
) -> None:
    if isinstance(embedder, FakeEmbedder):
        pytest.skip("the fake knows who speaks by the time alone")
    later = [[span.shifted(3600.0) for span in entry] for entry in turns]
    found = embedder(moved(load("dialogue"), 3600.0), later)
    assert (found * voices).sum(axis=1).min() > 0.999
    assert not embedder(moved(load("dialogue"), 3600.0), turns).any()


def test_calls_side_by_side_do_not_disturb_each_other(
    embedder: VoiceEmbedder, load: Load, turns: list[list[Span]], voices: Vectors
) -> None:
    found = at_once(*[lambda entry=entry: embedder(load("dialogue"), [entry]) for entry in turns])
    assert np.concatenate(found) == pytest.approx(voices, abs=1e-3)
