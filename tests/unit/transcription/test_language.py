"""The language of a recording: from all of it, in bounded memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiosvc.spans import Span
from audiosvc.transcription.language import (
    EVERY_S,
    FEWEST_STRETCHES,
    MOST_STRETCHES,
    STRETCH_S,
    LanguageStretches,
    likeliest,
)
from audiosvc.types import Audio
from tests.fakes import spans

RATE_HZ = 100


def listen(duration_s: float, block_s: float = 8.0) -> LanguageStretches:
    stretches = LanguageStretches()
    time_s = 0.0
    while time_s < duration_s:
        end_s = min(time_s + block_s, duration_s)
        samples = np.zeros(round((end_s - time_s) * RATE_HZ), np.float32)
        stretches.feed(Audio(samples, RATE_HZ, time_s))
        time_s = end_s
    return stretches


def test_an_accent_in_the_first_minute_is_outvoted() -> None:
    found = [{"cy": 0.95, "en": 0.05}] * 2 + [{"en": 0.6, "cy": 0.2}] * 6
    assert likeliest(found, [10.0] * 8) == "en"


def test_a_stretch_that_is_sure_and_wrong_is_outvoted() -> None:
    found = [{"la": 1.0, "en": 0.0}, *[{"en": 0.7, "la": 0.3}] * 3]
    assert likeliest(found, [10.0] * 4) == "en"


def test_more_speech_weighs_more() -> None:
    found = [{"de": 0.9, "nl": 0.1}, {"nl": 0.9, "de": 0.1}]
    assert likeliest(found, [9.0, 1.0]) == "de"
    assert likeliest(found, [1.0, 9.0]) == "nl"


def test_nothing_heard_is_no_language() -> None:
    assert likeliest([], []) is None
    assert likeliest([{}], [1.0]) is None
    assert likeliest([{"en": 0.9}], [0.0]) is None


def test_what_is_kept_does_not_grow_with_the_recording() -> None:
    bytes_a_stretch = round(STRETCH_S * RATE_HZ) * 4
    stretches = LanguageStretches()
    tracemalloc.start()
    try:
        for place in range(5000):
            block = np.zeros(round(8.0 * RATE_HZ), np.float32)
            stretches.feed(Audio(block, RATE_HZ, 8.0 * place))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 10 * MOST_STRETCHES * bytes_a_stretch
    chosen = stretches.choose([Span(0.0, 40_000.0)], 40_000.0)
    assert len(chosen) == MOST_STRETCHES


def test_what_is_kept_does_not_hold_on_to_the_block() -> None:
    stretches = LanguageStretches()
    stretches.feed(Audio(np.zeros(100 * RATE_HZ, np.float32), RATE_HZ, 0.0))
    for audio, _ in stretches.choose([Span(0.0, 100.0)], 100.0):
        assert audio.samples.base is None


@pytest.mark.parametrize("duration_s", [60.0, 600.0, 5400.0, 20_000.0])
def test_the_stretches_are_spread_evenly(duration_s: float) -> None:
    chosen = listen(duration_s).choose([Span(0.0, duration_s)], duration_s)
    wanted = min(MOST_STRETCHES, max(FEWEST_STRETCHES, round(duration_s / EVERY_S)))
    assert len(chosen) == wanted
    part_s = duration_s / wanted
    for place, (audio, _) in enumerate(chosen):
        assert (place - 0.6) * part_s <= audio.start_s <= (place + 1.6) * part_s
    starts_s = [audio.start_s for audio, _ in chosen]
    assert starts_s == sorted(starts_s)


def test_each_part_gives_the_stretch_with_most_speech() -> None:
    speech = spans((1, 2), (9, 16), (30, 34), (90, 91))
    chosen = listen(96.0).choose(speech, 96.0)
    assert [audio.start_s for audio, _ in chosen] == [0.0, 8.0, 32.0]
    assert [seconds for _, seconds in chosen] == pytest.approx([1.0, 7.0, 2.0])


def test_silence_is_not_listened_to() -> None:
    assert listen(96.0).choose([], 96.0) == []
    assert LanguageStretches().choose([Span(0, 9)], 9.0) == []
    speech = spans((40, 44))
    assert [audio.start_s for audio, _ in listen(96.0).choose(speech, 96.0)] == [40.0]


@settings(max_examples=30)
@given(st.floats(1.0, 3000.0), st.floats(0.5, 25.0))
def test_a_stretch_is_never_longer_than_ten_seconds_and_holds_what_was_there(
    duration_s: float, block_s: float
) -> None:
    chosen = listen(duration_s, block_s).choose([Span(0.0, duration_s)], duration_s)
    assert chosen
    for audio, seconds in chosen:
        assert 0.0 < audio.duration_s <= STRETCH_S
        assert seconds == pytest.approx(audio.duration_s, abs=0.02)
        assert audio.span.end_s <= duration_s + 0.02
