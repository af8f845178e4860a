"""Tracks: the local speakers of overlapping chunks become one track for each voice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiosvc.spans import Span
from audiosvc.transcription.tracks import EDGE_S, MIN_SPEECH_S, MOST_AT_ONCE, Tracks, link
from audiosvc.types import ChunkActivity
from tests.fakes import FakeActivity, Line, Script, script, sound

STEP_S = 1.0


def listen(story: Script, seed: int | None = None, end_s: float | None = None) -> Tracks:
    """The tracks of a script that is heard in chunks of five seconds, a second apart."""
    activity = FakeActivity(story, seed=seed)
    whole = sound(end_s or max(story.end_s, activity.chunk_s) + 0.5)
    last_s = whole.duration_s - activity.chunk_s
    starts_s = [*np.arange(0.0, last_s, STEP_S).tolist(), last_s]
    pieces = [whole.cut(Span(start_s, start_s + activity.chunk_s)) for start_s in starts_s]
    return link(activity(pieces))


def truth(story: Script, speaker: str, tracks: Tracks) -> list[bool]:
    frames = tracks.active.shape[1]
    middles_s = [tracks.time_s(frame) + tracks.frame_s / 2 for frame in range(frames)]
    own = [line.span for line in story.lines if line.speaker == speaker]
    return [any(span.holds(time_s) for span in own) for time_s in middles_s]


@st.composite
def stories(draw: st.DrawFn) -> Script:
    """Up to three voices, no more than two at once, at times that are whole frames."""
    lines: list[Line] = []
    heard = np.zeros((3, 4000), np.bool_)
    time = 0
    for _ in range(draw(st.integers(1, 10))):
        start = max(0, time + draw(st.integers(-90, 150)))
        end = start + draw(st.integers(10, 250))
        speaker = draw(st.integers(0, 2))
        after = heard.copy()
        after[speaker, start:end] = True
        if after.sum(axis=0).max() <= MOST_AT_ONCE:
            lines.append(Line("ABC"[speaker], start / 50, end / 50))
            heard, time = after, end
    return Script(tuple(lines))


def test_voices_that_take_turns_have_a_track_each() -> None:
    story = Script(tuple(Line("AB"[turn % 2], 1.5 * turn, 1.5 * turn + 1.4) for turn in range(20)))
    tracks = listen(story, seed=3)
    assert len(tracks.active) == 2
    rows = sorted(tracks.active.tolist(), reverse=True)
    assert rows == [truth(story, "A", tracks), truth(story, "B", tracks)]


def test_a_voice_over_another_keeps_its_track() -> None:
    story = script(("A", 0, 20, ""), ("B", 6, 8, ""), ("B", 10, 12, ""))
    tracks = listen(story, seed=5)
    rows = sorted(tracks.active.tolist(), reverse=True)
    assert rows == [truth(story, "A", tracks), truth(story, "B", tracks)]


def test_two_that_speak_together_for_long_are_not_mixed_up() -> None:
    story = script(("A", 0, 20, ""), ("B", 6, 9, ""), ("B", 10, 14, ""))
    for seed in range(20):
        tracks = listen(story, seed)
        voices = [np.array(truth(story, speaker, tracks)) for speaker in "AB"]
        for track in tracks.active:
            assert any(not np.any(track & ~voice) for voice in voices)


def test_a_voice_that_comes_back_after_long_silence_has_a_new_track() -> None:
    tracks = listen(script(("A", 0, 5, ""), ("A", 20, 25, "")))
    assert len(tracks.active) == 2


@settings(max_examples=40)
@given(stories(), st.integers(1, 10_000))
def test_how_a_chunk_numbers_its_speakers_changes_nothing_but_track_numbers(
    story: Script, seed: int
) -> None:
    one, other = listen(story, seed=None), listen(story, seed=seed)
    assert sorted(one.active.tolist()) == sorted(other.active.tolist())


@settings(max_examples=40)
@given(stories(), st.integers(0, 10_000))
def test_as_many_speak_in_a_frame_as_do(story: Script, seed: int) -> None:
    tracks = listen(story, seed)
    voices = np.array([truth(story, speaker, tracks) for speaker in "ABC"], int)
    wrong = np.flatnonzero(tracks.active.sum(axis=0) != voices.sum(axis=0))
    changes = np.flatnonzero(np.diff(voices, prepend=0, append=0).any(axis=0))
    click = MIN_SPEECH_S / tracks.frame_s  # of which a chunk may hear less, and give it no name
    assert all(np.abs(changes - frame).min() <= click for frame in wrong)


@settings(max_examples=40)
@given(stories(), st.integers(0, 10_000))
def test_no_track_holds_two_voices(story: Script, seed: int) -> None:
    tracks = listen(story, seed)
    voices = [np.array(truth(story, speaker, tracks)) for speaker in "ABC"]
    for track in tracks.active:
        assert any(not np.any(track & ~voice) for voice in voices)


def test_what_a_chunk_hears_at_its_edges_alone_does_not_count() -> None:
    story = script(("A", 0, 20, ""))
    activity = FakeActivity(story, seed=None)
    starts_s = [float(place) for place in range(16)]
    chunks = activity([sound(start_s + 5.0, start_s) for start_s in starts_s])
    edge = round(EDGE_S / activity.frame_s)
    for place, chunk in enumerate(chunks):
        if place:
            chunk.active[: edge - 1, 1] = True
        if place < len(chunks) - 1:
            chunk.active[-edge + 1 :, 2] = True
    tracks = link(chunks)
    assert len(tracks.active) == 1
    assert tracks.active.all()


def test_one_chunk_alone_counts_to_its_edges() -> None:
    tracks = listen(script(("A", 0, 0.5, ""), ("B", 4.5, 5, "")), end_s=5.0)
    assert len(tracks.active) == 2
    assert tracks.active[:, [0, -1]].any(axis=0).all()


def test_a_click_is_nobody() -> None:
    frame_s = 0.02
    active = np.zeros((250, 3), np.bool_)
    active[100 : 100 + int(MIN_SPEECH_S / frame_s), 1] = True
    assert len(link([ChunkActivity(active, frame_s, 0.0)]).active) == 0


def test_silence_and_nothing_have_no_tracks() -> None:
    assert len(listen(Script(()), end_s=12.0).active) == 0
    assert link([]).active.shape == (0, 0)


def test_frames_and_times_fit_together() -> None:
    tracks = Tracks(np.zeros((1, 100), np.bool_), 0.02, 10.0)
    assert tracks.frames(10.2, 10.4) == slice(10, 20)
    assert tracks.frames(0.0, 10.1) == slice(0, 5)
    assert tracks.frames(11.9, 99.0) == slice(95, 100)
    assert tracks.frames(50.0, 60.0) == slice(100, 100)
    assert tracks.time_s(50) == pytest.approx(11.0)
