"""The speaker memory: one identity for each voice, and never one for two at once."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.spans import Span
from audiosvc.transcription.speakers import (
    CONFLICT_SHARE,
    MIN_MOVING_S,
    SAME_VOICE,
    SpeakerMemory,
    recluster,
    spread,
)
from audiosvc.types import Float32, LocalSegment, SpeakerCount, Voice
from tests.fakes import unit, voice_of

LONG_S, SHORT_S = MIN_MOVING_S + 0.5, MIN_MOVING_S / 2


def voice(local: str, name: str, speech_s: float = LONG_S, *, start_s: float = 0.0) -> Voice:
    return Voice(local, voice_of(name), speech_s, Span(start_s, start_s + speech_s))


def between(one: Float32, other: Float32, cosine: float) -> Float32:
    """A unit vector with this cosine to ``one``, turned towards ``other``."""
    across = unit(other - float(one @ other) * one)
    return unit(cosine * one + np.sqrt(1.0 - cosine**2) * across)


Heard = tuple[str, str, float]  # local name, person, seconds of speech


@st.composite
def recordings(draw: st.DrawFn, shortest_s: float = 0.2) -> list[list[Heard]]:
    """Windows in which some of six people speak, named anew and in any order.

    No two speak for equally long: who is first then is nobody's business.
    """
    windows = []
    for _ in range(draw(st.integers(1, 8))):
        people = draw(st.lists(st.sampled_from("ABCDEF"), max_size=5, unique=True))
        names = draw(st.permutations([f"L{place}" for place in range(len(people))]))
        windows.append(
            [
                (name, person, draw(st.floats(shortest_s, 9.0)) + 1e-4 * 3**place)
                for place, (name, person) in enumerate(zip(names, people, strict=True))
                for _ in range(draw(st.integers(1, 2)))
            ]
        )
    return windows


def voices_of(window: list[Heard]) -> list[Voice]:
    return [voice(*heard) for heard in window]


@given(recordings())
def test_two_local_speakers_never_share_an_identity(recording: list[list[Heard]]) -> None:
    memory = SpeakerMemory()
    for window in recording:
        taken = memory.assign(voices_of(window))
        assert set(taken) == {local for local, _, _ in window}
        assert len(set(taken.values())) == len(taken)


@given(recordings(shortest_s=LONG_S))
def test_a_voice_keeps_its_identity_through_all_windows(recording: list[list[Heard]]) -> None:
    memory = SpeakerMemory()
    known: dict[str, int] = {}
    for window in recording:
        taken = memory.assign(voices_of(window))
        for local, person, _ in window:
            assert known.setdefault(person, taken[local]) == taken[local]
    assert sorted(known.values()) == list(range(len(known)))


@given(recordings(), st.randoms(use_true_random=False))
def test_the_order_of_voices_and_their_local_names_change_only_numbers(
    recording: list[list[Heard]], shuffler: random.Random
) -> None:
    memory, other = SpeakerMemory(), SpeakerMemory()
    pairs = set()
    for window in recording:
        renamed = [(f"x{local}", person, speech_s) for local, person, speech_s in window]
        shuffler.shuffle(renamed)
        taken, again = memory.assign(voices_of(window)), other.assign(voices_of(renamed))
        pairs |= {(taken[local], again[f"x{local}"]) for local, _, _ in window}
    assert len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})


@given(recordings(), st.integers(1, 6))
def test_there_are_no_more_identities_than_allowed(
    recording: list[list[Heard]], at_most: int
) -> None:
    """Unless more than that were told apart in one window: those are never one."""
    memory = SpeakerMemory(at_most)
    seen: set[int] = set()
    together = 0
    for window in recording:
        taken = memory.assign(voices_of(window))
        together = max(together, len(taken))
        seen |= set(taken.values())
        assert len(seen) <= max(at_most, together)


@pytest.mark.parametrize("speech_s", [SHORT_S, LONG_S])
def test_short_speech_moves_no_identity_and_long_speech_does(speech_s: float) -> None:
    home, away = voice_of("A"), voice_of("B")
    near = between(home, away, SAME_VOICE + 0.1)
    other_side = between(home, -away, SAME_VOICE + 0.1)
    memory = SpeakerMemory()
    first = memory.assign([Voice("x", home, LONG_S, Span(0, 2))])["x"]
    for _ in range(200):
        assert memory.assign([Voice("x", near, speech_s, Span(0, 2))])["x"] == first
    stayed = memory.assign([Voice("x", other_side, LONG_S, Span(0, 2))])["x"] == first
    assert stayed is (speech_s == SHORT_S)


def test_short_speech_founds_no_identity_while_one_is_free() -> None:
    memory = SpeakerMemory()
    memory.assign([voice("x", "A"), voice("y", "B")])
    for stranger in "CDE":
        assert memory.assign([voice("z", stranger, SHORT_S)])["z"] in {0, 1}
    assert memory.assign([voice("z", "C")]) == {"z": 2}


def test_short_speech_goes_to_the_nearest_identity_that_is_free() -> None:
    memory = SpeakerMemory()
    taken = memory.assign([voice("x", "A"), voice("y", "B")])
    leaning = between(voice_of("C"), voice_of("B"), 0.8)
    found = memory.assign([voice("p", "A"), Voice("q", leaning, SHORT_S, Span(0, 1))])
    assert found == {"p": taken["x"], "q": taken["y"]}
    alone = memory.assign([Voice("q", leaning, SHORT_S, Span(0, 1)), voice("p", "B")])
    assert alone == {"p": taken["y"], "q": taken["x"]}


def test_the_first_voice_of_all_founds_an_identity_however_short() -> None:
    assert SpeakerMemory().assign([voice("x", "A", 0.2)]) == {"x": 0}
    assert SpeakerMemory().assign([]) == {}


def test_a_stranger_takes_the_nearest_identity_when_no_more_may_be() -> None:
    memory = SpeakerMemory(at_most=2)
    memory.assign([voice("x", "A"), voice("y", "B")])
    leaning = between(voice_of("C"), voice_of("B"), 0.9)
    assert memory.assign([Voice("z", leaning, LONG_S, Span(0, 2))]) == {"z": 1}


def test_all_windows_together_decide_in_the_end() -> None:
    voices = [voice("L0", "AB"[turn % 2], start_s=3.0 * turn) for turn in range(12)]
    labels = recluster(voices)
    assert len(set(labels)) == 2
    assert len(set(labels[::2])) == len(set(labels[1::2])) == 1
    assert len(set(recluster(voices, SpeakerCount(exact=1)))) == 1
    assert recluster([]) == []


def segment(start_s: float, end_s: float, speaker: str | None = "L0") -> LocalSegment:
    return LocalSegment(Span(start_s, end_s), speaker, "text")


def test_a_segment_goes_with_the_voice_heard_during_it() -> None:
    voices = [voice("L0", "A", 4.0), voice("L0", "B", 4.0, start_s=4.0)]
    assert spread([segment(0.5, 3.9), segment(3.9, 8.0)], voices, [0, 1]) == [0, 1]


def test_a_segment_without_a_voice_goes_with_the_nearest_in_time_of_its_speaker() -> None:
    voices = [voice("L0", "A"), voice("L1", "B", start_s=10.0), voice("L0", "C", start_s=30.0)]
    segments = [segment(9, 10), segment(20, 21, "L0"), segment(11, 12, None), segment(9, 10, "?")]
    assert spread(segments[:1], voices, [0, 1, 2]) == [0]
    assert spread(segments[1:2], voices, [0, 1, 2]) == [2]
    assert spread(segments[2:3], voices, [0, 1, 2]) == [1]
    assert spread(segments[3:], voices, [0, 1, 2]) == [1]


def test_where_nobody_is_known_nobody_is_named() -> None:
    assert spread([segment(0, 1)], [], []) == [None]
    assert spread([segment(0, 1)], [voice("L0", "A")], [-1]) == [None]
    assert spread([], [voice("L0", "A")], [0]) == []


def test_of_two_at_once_the_shorter_goes_to_its_next_best_voice() -> None:
    leaning = between(voice_of("A"), voice_of("C"), 0.8)
    voices = [
        voice("L0", "A", 8.0),
        Voice("L1", leaning, 2.0, Span(3, 5)),
        voice("L2", "B", 5.0, start_s=10.0),
        voice("L3", "C", 5.0, start_s=20.0),
    ]
    segments = [segment(3, 5, "L1"), segment(0, 8, "L0")]
    assert spread(segments, voices, [0, 0, 1, 2]) == [2, 0]


@st.composite
def crowds(draw: st.DrawFn) -> tuple[list[LocalSegment], list[Voice], list[int]]:
    """Segments that overlap as they like, with voices that say nothing sensible."""
    labels = [0, 1, 2, 3, *draw(st.lists(st.integers(-1, 3), max_size=4))]
    voices = [
        voice(f"L{draw(st.integers(0, 2))}", draw(st.sampled_from("ABCDEF")), 2.0, start_s=3.0 * n)
        for n in range(len(labels))
    ]
    segments = []
    for _ in range(draw(st.integers(0, 8))):
        start_s = draw(st.integers(0, 20))
        end_s = start_s + draw(st.integers(1, 10))
        segments.append(segment(start_s, end_s, draw(st.sampled_from(["L0", "L1", None]))))
    return segments, voices, labels


@given(crowds())
def test_nobody_speaks_twice_at_once_while_there_are_voices_enough(
    crowd: tuple[list[LocalSegment], list[Voice], list[int]],
) -> None:
    segments, voices, labels = crowd
    found = spread(segments, voices, labels)
    assert None not in found
    conflicts: dict[int, set[int]] = {place: set() for place in range(len(segments))}
    for one, other in combinations(range(len(segments)), 2):
        pair = sorted((one, other), key=lambda place: segments[place].span.duration_s)
        shorter = segments[pair[0]].span
        if shorter.overlap_s(segments[pair[1]].span) > CONFLICT_SHARE * shorter.duration_s:
            conflicts[one].add(other)
            conflicts[other].add(one)
    for one, others in conflicts.items():
        if len(others) < len({0, 1, 2, 3}):
            assert all(
                found[one] != found[other]
                for other in others
                if len(conflicts[other]) < len({0, 1, 2, 3})
            )
