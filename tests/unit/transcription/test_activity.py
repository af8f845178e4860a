"""Who speaks when in a window: chunks over all of it, and no look at long silence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from audiosvc.spans import Span
from audiosvc.transcription.activity import (
    CHUNKS_AT_ONCE,
    FRAME_S,
    STEP_S,
    Activity,
    draw,
    hear,
    hear_whole,
)
from audiosvc.types import Audio, ChunkActivity
from tests.fakes import FakeActivity, FakeEmbedder, Script, script, sound, voice_of
from tests.fakes.diarizer import FakeDiarizer

STORY = script(("A", 101, 105, ""), ("B", 105.5, 109, ""), ("A", 140, 146, ""))
WINDOW = sound(160.0, 100.0)


def listen(story: Script, audio: Audio = WINDOW) -> tuple[Activity, FakeActivity]:
    segmentation = FakeActivity(story)
    return hear(audio, story.speech, segmentation, FakeEmbedder(story)), segmentation


def test_each_utterance_has_its_time_and_its_voice() -> None:
    activity, _ = listen(STORY)
    assert len(activity.voices) == len(activity.utterances)
    for utterance, vector in zip(activity.utterances, activity.voices, strict=True):
        (line,) = [line for line in STORY.lines if line.span.overlap_s(utterance.span) > 0.1]
        assert float(vector @ voice_of(line.speaker)) > 0.8
        assert line.start_s - 0.05 <= utterance.span.start_s
        assert utterance.span.end_s <= line.end_s + 0.05
    heard_s = sum(utterance.speech_s for utterance in activity.utterances)
    assert heard_s == pytest.approx(4 + 3.5 + 6, abs=0.3)


def test_long_silence_is_not_looked_at() -> None:
    _, segmentation = listen(STORY)
    assert all(
        any(span.overlap_s(part) > 0 for part in STORY.speech) for span in segmentation.spans
    )
    assert not any(Span(115, 134).overlap_s(span) > 0.0 for span in segmentation.spans)


def test_chunks_are_a_step_apart_and_reach_to_the_end() -> None:
    story = script(("A", 100, 123.4, ""))
    activity, segmentation = listen(story, sound(123.4, 100.0))
    starts_s = [span.start_s for span in segmentation.spans]
    assert starts_s[0] == 100.0
    assert np.diff(starts_s).max() <= STEP_S + 1e-6
    assert segmentation.spans[-1].end_s == pytest.approx(123.4)
    assert activity.utterances[-1].span.end_s == pytest.approx(123.4, abs=0.05)


def test_chunks_are_given_a_few_at_a_time() -> None:
    sizes = []

    class Counting(FakeActivity):
        def __call__(self, chunks: Sequence[Audio]) -> list[ChunkActivity]:
            sizes.append(len(chunks))
            return super().__call__(chunks)

    hear(WINDOW, STORY.speech, Counting(STORY), FakeEmbedder(STORY))
    assert len(sizes) > 1
    assert max(sizes) <= CHUNKS_AT_ONCE


def test_a_window_shorter_than_a_chunk_is_heard_whole() -> None:
    story = script(("A", 0.2, 1.4, ""))
    activity, segmentation = listen(story, sound(1.5))
    assert segmentation.spans == [Span(0.0, 1.5)]
    (utterance,) = activity.utterances
    assert utterance.span.duration_s == pytest.approx(1.2, abs=0.05)


def test_nobody_is_heard_where_no_speech_was_detected() -> None:
    activity, segmentation = listen(Script(()))
    assert not segmentation.spans
    assert not activity.utterances
    assert len(activity.voices) == 0


def test_a_diarizer_is_asked_once_about_the_whole_window() -> None:
    diarizer = FakeDiarizer(STORY)
    activity = hear_whole(WINDOW, STORY.speech, diarizer, FakeEmbedder(STORY))
    assert diarizer.spans == [WINDOW.span]
    assert len(activity.tracks.active) == 2
    for utterance, vector in zip(activity.utterances, activity.voices, strict=True):
        (line,) = [line for line in STORY.lines if line.span.overlap_s(utterance.span) > 0.1]
        assert float(vector @ voice_of(line.speaker)) > 0.8
    heard_s = sum(utterance.speech_s for utterance in activity.utterances)
    assert heard_s == pytest.approx(4 + 3.5 + 6, abs=0.1)


def test_a_diarizer_is_not_asked_where_nobody_speaks() -> None:
    diarizer = FakeDiarizer(STORY)
    activity = hear_whole(WINDOW, [], diarizer, FakeEmbedder(STORY))
    assert not diarizer.spans
    assert not activity.utterances
    assert activity.tracks.active.shape[0] == 0


def test_turns_are_drawn_as_one_track_a_name_overlap_and_all() -> None:
    turns = [
        (Span(12.0, 14.0), "B"),
        (Span(10.5, 13.0), "A"),
        (Span(19.0, 25.0), "A"),  # reaches out of the window
        (Span(15.0, 15.001), "C"),
    ]
    tracks = draw(turns, Span(10.0, 20.0))
    assert tracks.active.shape == (3, round(10 / FRAME_S))
    seconds = tracks.active.sum(axis=1) * tracks.frame_s
    assert seconds.tolist() == pytest.approx([3.5, 2.0, 0.0], abs=2 * FRAME_S)
    assert (tracks.active.sum(axis=0) == 2).sum() * FRAME_S == pytest.approx(1.0, abs=2 * FRAME_S)
    first = int(np.flatnonzero(tracks.active[1])[0])
    assert tracks.time_s(first) == pytest.approx(12.0, abs=FRAME_S)
