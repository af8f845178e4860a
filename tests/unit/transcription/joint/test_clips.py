"""What a joint model hears: all speech, little silence, and a way back to the recording."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.spans import Span, merge_spans
from audiosvc.transcription.joint.clips import KEPT_S, cut_clip
from audiosvc.types import Audio
from tests.fakes.joint import noise

RATE_HZ = 16_000


@st.composite
def speeches(draw: st.DrawFn) -> tuple[Span, ...]:
    """Detected speech of a minute that begins at 100 s."""
    edges = draw(
        st.lists(st.integers(1000, 1600), min_size=2, max_size=12, unique=True).map(sorted)
    )
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return merge_spans(Span(start / 10, end / 10) for start, end in pairs)


def ramp() -> Audio:
    """Each sample says where it is."""
    return Audio(np.arange(60 * RATE_HZ, dtype=np.float32), RATE_HZ, 100.0)


@given(speeches())
def test_every_moment_of_the_clip_comes_from_where_it_says(speech: tuple[Span, ...]) -> None:
    clip = cut_clip(ramp(), speech)
    assert clip is not None
    assert clip.duration_s == pytest.approx(sum(one.duration_s for one in clip.sections))
    for place in range(0, len(clip.audio.samples), 4001):
        span = Span(place / RATE_HZ, place / RATE_HZ + 0.001)
        heard_s = 100.0 + float(clip.audio.samples[place]) / RATE_HZ
        assert clip.to_recording(span).start_s == pytest.approx(heard_s, abs=1e-3)


@given(speeches())
def test_all_speech_is_heard_and_little_beside_it(speech: tuple[Span, ...]) -> None:
    clip = cut_clip(ramp(), speech)
    assert clip is not None
    for one in speech:
        assert sum(one.overlap_s(kept) for kept in clip.sections) == pytest.approx(
            one.duration_s, abs=1e-3
        )
    spoken_s = sum(one.duration_s for one in speech)
    assert clip.duration_s <= spoken_s + 2 * KEPT_S * len(speech) + 1e-3


def test_a_stretch_over_a_cut_keeps_both_ends() -> None:
    clip = cut_clip(ramp(), (Span(105.0, 110.0), Span(130.0, 135.0)))
    assert clip is not None
    across = clip.to_recording(Span(1.0, clip.duration_s - 1.0))
    assert across.start_s == pytest.approx(105.25)
    assert across.end_s == pytest.approx(134.75)


def test_an_end_on_a_cut_is_the_end_before_it_and_a_start_the_one_behind() -> None:
    clip = cut_clip(ramp(), (Span(105.0, 110.0), Span(130.0, 135.0)))
    assert clip is not None
    cut_s = clip.starts_s[1]
    assert clip.to_recording(Span(1.0, cut_s)).end_s == pytest.approx(110.75)
    assert clip.to_recording(Span(cut_s, cut_s + 1.0)).start_s == pytest.approx(129.25)


def test_times_beyond_the_clip_stay_inside_it() -> None:
    clip = cut_clip(ramp(), (Span(105.0, 110.0),))
    assert clip is not None
    assert clip.to_recording(Span(-5.0, 900.0)) == clip.sections[0]


def test_a_part_holds_nothing_of_what_is_beside_it() -> None:
    clip = cut_clip(ramp(), (Span(105.0, 150.0),), within=Span(120.0, 125.0))
    assert clip is not None
    assert clip.sections == (Span(120.0, 125.0),)


def test_without_speech_there_is_nothing_to_hear() -> None:
    assert cut_clip(noise(5.0), ()) is None
    assert cut_clip(noise(5.0), (Span(1.0, 2.0),), within=Span(3.0, 4.0)) is None
