"""The voices of a stream."""

from __future__ import annotations

from itertools import cycle, islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.spans import Span
from audiosvc.transcription.live.memory import LiveMemory
from audiosvc.types import Float32, SpeakerCount, Voice
from tests.fakes import unit, voice_of

FEW = 40  # as many voices as a short test can group again and again


def hear(name: str, place: int, seconds: float = 3.0, noise: float = 0.5) -> Voice:
    generator = np.random.default_rng(place)
    vector = unit(voice_of(name) + noise * unit(generator.normal(size=192)))
    return Voice(str(place), vector, seconds, Span(3.0 * place, 3.0 * place + seconds))


def listen(memory: LiveMemory, names: list[str]) -> list[int]:
    """The final speaker of each, with every change of mind applied."""
    speakers: dict[int, int] = {}
    for place, name in enumerate(names):
        verdict = memory.add([hear(name, place)])
        gone = {lost: kept for kept, lost in verdict.merged}
        speakers = {voice: gone.get(one, one) for voice, one in speakers.items()}
        speakers |= dict(zip(verdict.ids, verdict.speakers, strict=True))
        speakers |= {voice: one for voice, one in verdict.moved.items() if voice in speakers}
    return [speakers[voice] for voice in sorted(speakers)]


def test_each_voice_keeps_its_number() -> None:
    names = list(islice(cycle(["ann", "bob", "cid"]), 30))
    heard = listen(LiveMemory(), names)
    assert heard == [{"ann": 0, "bob": 1, "cid": 2}[name] for name in names]


@given(st.lists(st.sampled_from(["ann", "bob", "cid"]), min_size=1, max_size=20))
def test_whoever_speaks_is_one_speaker_in_the_end(names: list[str]) -> None:
    heard = listen(LiveMemory(), names)
    pairs = set(zip(names, heard, strict=True))
    assert len(pairs) == len(set(names)) == len(set(heard))


def test_memory_does_not_grow_and_nobody_is_forgotten() -> None:
    memory = LiveMemory(most_voices=FEW)
    names = ["ann", "bob", *["cid", "dora"] * FEW, "ann", "bob"]
    heard = listen(memory, names)
    assert len(memory) <= FEW
    assert heard[-2:] == heard[:2]
    assert len(set(heard)) == 4


def test_a_known_number_of_speakers_is_kept() -> None:
    names = ["ann", "bob", "cid", "ann", "bob", "cid"]
    assert len(set(listen(LiveMemory(SpeakerCount(exact=2)), names))) == 2


def test_a_voice_without_a_vector_is_nobodys() -> None:
    voice = Voice("0", np.zeros(192, np.float32), 0.2, Span(0.0, 0.2))
    assert LiveMemory().add([voice]).speakers == (-1,)


def test_nothing_heard_changes_nothing() -> None:
    memory = LiveMemory()
    listen(memory, ["ann", "bob"])
    verdict = memory.add([])
    assert (verdict.ids, verdict.moved, verdict.merged) == ((), {}, ())


def test_two_that_turn_out_to_be_one_are_merged_and_it_is_said() -> None:
    """Two impressions of one voice that seem to be two people, and then what lies between them."""
    first = voice_of("ann")
    across = unit(voice_of("bob") - (voice_of("bob") @ first) * first)
    second = unit(0.25 * first + across)
    memory = LiveMemory()

    def add(place: int, vector: Float32) -> tuple[tuple[int, int], ...]:
        voice = Voice(str(place), unit(vector), 3.0, Span(3.0 * place, 3.0 * place + 3.0))
        return memory.add([voice]).merged

    assert add(0, first) == add(1, second) == ()
    assert memory.speakers == {0, 1}
    merged = [pair for place in range(2, 12) for pair in add(place, first + second)]
    assert len(merged) == 1
    assert set(merged[0]) == {0, 1}
    assert memory.speakers == {merged[0][0]}


@pytest.mark.parametrize("seconds", [0.3, 0.8])
def test_a_word_or_two_are_nobody_new(seconds: float) -> None:
    memory = LiveMemory()
    listen(memory, ["ann"] * 5)
    assert memory.add([hear("bob", 99, seconds)]).speakers == (0,)
