"""Words to voices: changes of turn, overlapped words, and words that nobody is heard to say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from audiosvc.spans import Span
from audiosvc.transcription.attribution import REACH_S, attribute
from audiosvc.transcription.tracks import Tracks
from audiosvc.types import Word
from tests.fakes import Line

FRAME_S = 0.02
A, B = 0, 1


def tracks_of(*rows: list[tuple[float, float]], end_s: float = 30.0) -> Tracks:
    active = np.zeros((len(rows), round(end_s / FRAME_S)), np.bool_)
    for row, pairs in zip(active, rows, strict=True):
        for start_s, stop_s in pairs:
            row[round(start_s / FRAME_S) : round(stop_s / FRAME_S)] = True
    return Tracks(active, FRAME_S, 0.0)


def words_of(*lines: tuple[float, float, str]) -> list[Word]:
    return [word for start_s, end_s, text in lines for word in Line("", start_s, end_s, text).words]


def test_words_of_turns_with_pauses_go_to_whoever_speaks() -> None:
    tracks = tracks_of([(0, 3), (7, 9)], [(3.5, 6.5), (9.4, 12)])
    words = words_of((0, 3, "one two three"), (3.5, 6.5, "four five six"), (7, 9, "seven eight"))
    assert attribute(words, tracks) == [A, A, A, B, B, B, A, A]


def test_the_last_word_of_a_sentence_stays_with_it_though_its_time_is_off() -> None:
    tracks = tracks_of([(0, 3.0)], [(3.0, 6.0)])
    words = words_of((0, 2.8, "are you sure that"), (2.8, 3.4, "works?"), (3.4, 6, "yes it does"))
    assert attribute(words, tracks) == [A, A, A, A, A, B, B, B]


def test_the_first_word_of_a_sentence_goes_with_it_though_its_time_is_off() -> None:
    tracks = tracks_of([(0, 3.0)], [(3.0, 6.0)])
    words = words_of((0, 2.6, "are you quite sure?"), (2.6, 3.2, "yes"), (3.2, 6, "I am now"))
    assert attribute(words, tracks) == [A, A, A, A, B, B, B, B]


def test_a_voice_beneath_another_does_not_take_words_out_of_a_sentence() -> None:
    tracks = tracks_of([(0, 10)], [(4.0, 5.0)])
    words = words_of((0, 10, "this is one long sentence that goes on and on"))
    assert attribute(words, tracks) == [A] * 10


def test_words_in_an_overlap_follow_their_sentences() -> None:
    tracks = tracks_of([(0, 5.0)], [(4.0, 9.0)])
    words = words_of(
        (0, 4.5, "we should leave this as it is."), (4.5, 9, "but the roof is leaking")
    )
    assert attribute(words, tracks) == [A] * 7 + [B] * 5


def test_a_flicker_of_the_other_voice_does_not_change_the_turn() -> None:
    tracks = tracks_of([(0, 4.0), (4.2, 8.0)], [(4.0, 4.2)])
    words = words_of((0, 8, "a b c d e f g h i j k l m n o p q r s t"))
    assert attribute(words, tracks) == [A] * 20


def test_a_word_that_nobody_is_heard_to_say_within_reach_has_no_voice() -> None:
    tracks = tracks_of([(5.0, 6.0)])
    near, far = 5.0 - REACH_S + 0.05, 5.0 - REACH_S - 0.05
    assert attribute([Word(" near", Span(near - 0.2, near))], tracks) == [A]
    assert attribute([Word(" far", Span(far - 0.2, far))], tracks) == [None]


def test_a_word_of_no_length_goes_to_the_voice_around_it() -> None:
    tracks = tracks_of([(0, 3)], [(3, 6)])
    assert attribute([Word(" a", Span(1, 1)), Word(" b", Span(5, 5))], tracks) == [A, B]


def test_a_word_outside_of_all_frames_has_no_voice() -> None:
    tracks = tracks_of([(0, 2)], end_s=2.0)
    assert attribute([Word(" late", Span(50, 51))], tracks) == [None]


@pytest.mark.parametrize("tracks", [tracks_of(), tracks_of([])])
def test_without_voices_no_word_has_one(tracks: Tracks) -> None:
    words = words_of((0, 2, "two words"))
    assert attribute(words, tracks) == [None, None]
    assert attribute([], tracks) == []


@st.composite
def scenes(draw: st.DrawFn) -> tuple[list[Word], Tracks]:
    pattern = draw(arrays.arrays(np.bool_, st.tuples(st.integers(1, 4), st.integers(1, 30))))
    active = np.repeat(pattern, 10, axis=1)
    words, time_s = [], 0.0
    for place in range(draw(st.integers(0, 12))):
        start_s = time_s + draw(st.sampled_from([0.0, 0.0, 0.3, 1.0]))
        time_s = start_s + draw(st.sampled_from([0.0, 0.15, 0.4]))
        stop = draw(st.sampled_from(["", "."]))
        words.append(Word(f" w{place}{stop}", Span(start_s, time_s)))
    return words, Tracks(active, FRAME_S, 0.0)


@given(scenes())
def test_a_word_has_a_voice_just_when_one_is_within_reach(scene: tuple[list[Word], Tracks]) -> None:
    words, tracks = scene
    for word, track in zip(words, attribute(words, tracks), strict=True):
        around = tracks.frames(word.span.start_s - REACH_S, word.span.end_s + REACH_S)
        assert (track is None) == (not tracks.active[:, around].any())


@given(scenes())
def test_where_one_voice_is_heard_all_words_are_its_own(scene: tuple[list[Word], Tracks]) -> None:
    words, tracks = scene
    alone = Tracks(tracks.active * (np.arange(len(tracks.active)) == 0)[:, None], FRAME_S, 0.0)
    assert set(attribute(words, alone)) <= {0, None}


@given(scenes())
def test_a_line_of_words_is_independent_of_those_that_nobody_says(
    scene: tuple[list[Word], Tracks],
) -> None:
    words, tracks = scene
    found = attribute(words, tracks)
    again = [word for word, track in zip(words, found, strict=True) if track is None]
    assert attribute(again, tracks) == [None] * len(again)
