"""What every model of speaker activity must do, the fake one and the real ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from audiosvc.ports import SpeakerActivity
from audiosvc.types import Audio, ChunkActivity
from tests.contract.conftest import FAKE, Load, Plot, real
from tests.contract.sounds import at_once, moved, pieces
from tests.fakes import FakeActivity, Script, silence

ForRecording = Callable[[str], SpeakerActivity]


@pytest.fixture(scope="module", params=[FAKE, real("segmentation-3.0")])
def activity_for(
    request: pytest.FixtureRequest, plot: Plot, model: Callable[..., Any]
) -> ForRecording:
    """The model; a fake one has to be told which recording it is going to hear."""
    if request.param == "fake":
        return lambda name: FakeActivity(plot(name))
    return lambda name: model(request.param, threads=2)


@pytest.fixture(scope="module")
def activity(activity_for: ForRecording) -> SpeakerActivity:
    return activity_for("dialogue")


def chunks_of(audio: Audio, chunk_s: float) -> list[Audio]:
    """Whole chunks, one after the other."""
    times_s = np.arange(0.0, audio.duration_s, chunk_s).tolist()
    return pieces(audio, *times_s)


def middles_s(heard: ChunkActivity) -> npt.NDArray[np.float64]:
    frames = np.arange(len(heard.active), dtype=np.float64)
    return heard.start_s + (frames + 0.5) * heard.frame_s


def at_once_in(story: Script, heard: ChunkActivity) -> npt.NDArray[np.intp]:
    """How many speak in each frame, by the script."""
    counts = [
        len({line.speaker for line in story.lines if line.span.holds(time_s)})
        for time_s in middles_s(heard)
    ]
    return np.array(counts)


def assert_sound(heard: Sequence[ChunkActivity], chunks: Sequence[Audio]) -> None:
    """One result a chunk, of its length and at its time."""
    assert len(heard) == len(chunks)
    for one, chunk in zip(heard, chunks, strict=True):
        assert one.active.dtype == np.bool_
        assert one.active.ndim == 2
        assert one.active.shape[1] >= 2
        assert 0.005 <= one.frame_s <= 0.1
        assert len(one.active) >= 1
        assert abs(one.start_s - chunk.start_s) < 0.05
        slack_s = 0.05 + one.frame_s
        assert len(one.active) * one.frame_s <= chunk.duration_s + slack_s


def test_it_says_what_it_can_take(activity: SpeakerActivity) -> None:
    assert 2.0 <= activity.chunk_s <= 30.0


@pytest.mark.parametrize("name", ["dialogue", "overlap", "spanish"])
def test_each_chunk_has_its_frames(activity_for: ForRecording, load: Load, name: str) -> None:
    activity = activity_for(name)
    chunks = chunks_of(load(name), activity.chunk_s)
    heard = activity(chunks)
    assert_sound(heard, chunks)
    for one in heard:
        assert len(one.active) * one.frame_s >= activity.chunk_s - 0.1
        assert one.active.shape == heard[0].active.shape
        assert one.frame_s == heard[0].frame_s


@pytest.mark.parametrize("name", ["dialogue", "overlap", "spanish"])
def test_it_hears_when_somebody_speaks(
    activity_for: ForRecording, load: Load, plot: Plot, name: str
) -> None:
    activity = activity_for(name)
    heard = activity(chunks_of(load(name), activity.chunk_s))
    right = [(at_once_in(plot(name), one) > 0) == one.active.any(axis=1) for one in heard]
    assert np.concatenate(right).mean() > 0.9


def test_it_hears_when_two_speak_at_once(
    activity_for: ForRecording, load: Load, plot: Plot
) -> None:
    activity = activity_for("overlap")
    heard = activity(chunks_of(load("overlap"), activity.chunk_s))
    two = np.concatenate([at_once_in(plot("overlap"), one) > 1 for one in heard])
    found = np.concatenate([one.active.sum(axis=1) > 1 for one in heard])
    assert (found & two).sum() > 0.6 * two.sum()
    assert (found & ~two).sum() < 0.1 * len(two)


def test_voices_in_turn_have_different_numbers(
    activity: SpeakerActivity, load: Load, plot: Plot
) -> None:
    """In the last chunks of the dialogue, each of the two has a column of his own."""
    for start_s in (15.0, 20.0):
        (heard,) = activity(pieces(load("dialogue"), start_s, start_s + activity.chunk_s))
        owners = []
        for speaker in ("Ann", "Ben"):
            lines = [line for line in plot("dialogue").lines if line.speaker == speaker]
            during = [any(line.span.holds(t) for line in lines) for t in middles_s(heard)]
            shares = heard.active[np.array(during)].mean(axis=0)
            assert shares.max() > 0.8
            owners.append(int(shares.argmax()))
        assert owners[0] != owners[1]


@pytest.mark.parametrize("name", ["silence", "noise"])
def test_nobody_is_heard_where_nobody_speaks(
    activity_for: ForRecording, load: Load, name: str
) -> None:
    activity = activity_for(name)
    for one in activity(pieces(load(name), 0.0, 5.0)):
        assert not one.active.any()


def test_nothing_comes_of_nothing(activity: SpeakerActivity) -> None:
    assert activity([]) == []


@pytest.mark.parametrize("samples", [0, 1, 400, 1600, 16_000])
def test_a_short_chunk_is_a_chunk(activity: SpeakerActivity, load: Load, samples: int) -> None:
    chunk = Audio(load("dialogue").samples[32_000 : 32_000 + samples], 16_000, 2.0)
    heard = activity([chunk])
    assert_sound(heard, [chunk])
    if samples == 16_000:
        assert heard[0].active.any(axis=1).mean() > 0.8


def test_a_batch_gives_what_its_chunks_give_alone(activity: SpeakerActivity, load: Load) -> None:
    chunks = [*chunks_of(load("dialogue"), activity.chunk_s), silence(1.3, 0.3)]
    together = activity(chunks)
    for one, chunk in zip(together, chunks, strict=True):
        (alone,) = activity([chunk])
        assert (one.frame_s, one.start_s) == (alone.frame_s, alone.start_s)
        assert one.active.shape == alone.active.shape
        assert (one.active == alone.active).all(axis=1).mean() > 0.99


def test_times_are_recording_times(activity: SpeakerActivity, load: Load) -> None:
    if isinstance(activity, FakeActivity):
        pytest.skip("the fake knows who speaks by the time alone")
    (chunk,) = pieces(load("dialogue"), 5.0, 10.0)
    now, later = activity([chunk, moved(chunk, 3600.0)])
    assert (now.active == later.active).all()
    assert later.start_s - now.start_s == pytest.approx(3595.0)


def test_calls_side_by_side_do_not_disturb_each_other(
    activity: SpeakerActivity, load: Load
) -> None:
    chunks = chunks_of(load("dialogue"), activity.chunk_s)
    alone = [activity([chunk])[0] for chunk in chunks]
    found = at_once(*[lambda chunk=chunk: activity([chunk]) for chunk in chunks])
    for (one,), other in zip(found, alone, strict=True):
        assert (one.active == other.active).all()
