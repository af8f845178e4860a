"""Times go forward and stay inside the clip."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from audiosvc.transcription.joint.times import STANDSTILL, TimeKeeper
from audiosvc.transcription.sats import SatsSegment

times = st.none() | st.floats(0.0, 1e6, allow_nan=False)


def segment(start_s: float | None, end_s: float | None) -> SatsSegment:
    return SatsSegment(start_s, end_s, "S01", "text")


@given(st.floats(0.5, 600.0), st.lists(st.tuples(times, times), max_size=20))
def test_whatever_was_written_lies_in_the_clip(
    duration_s: float, written: list[tuple[float | None, float | None]]
) -> None:
    keeper = TimeKeeper(duration_s)
    for start_s, end_s in written:
        mended = keeper.mend(segment(start_s, end_s))
        assert mended.start_s is not None
        assert mended.end_s is not None
        assert 0.0 <= mended.start_s < mended.end_s <= duration_s + 1e-9


def test_good_times_stay_as_they_are() -> None:
    keeper = TimeKeeper(60.0)
    for start_s, end_s in [(0.0, 4.0), (3.5, 5.0), (3.0, 9.0), (9.0, 59.9)]:
        mended = keeper.mend(segment(start_s, end_s))
        assert (mended.start_s, mended.end_s, mended.faults) == (start_s, end_s, ())


def test_a_segment_that_goes_far_back_comes_behind_the_others() -> None:
    keeper = TimeKeeper(60.0)
    keeper.mend(segment(30.0, 34.0))
    mended = keeper.mend(segment(2.0, 5.0))
    assert (mended.start_s, mended.end_s) == (34.0, 37.0)
    assert mended.faults == ("went_back",)
    assert mended.repaired


def test_a_model_that_does_not_get_on_is_noticed() -> None:
    keeper = TimeKeeper(60.0)
    keeper.mend(segment(10.0, 20.0))
    for _ in range(STANDSTILL):
        assert not keeper.stands_still
        keeper.mend(segment(15.0, 16.0))
    assert keeper.stands_still
    keeper.mend(segment(20.0, 21.0))
    assert not keeper.stands_still
