"""Places: counted, given back once, and never more than there are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.errors import QuotaExceeded, TooBusy
from audiosvc.server.admission import RETRY_S, Admission
from audiosvc.server.callers import Caller, Quotas

ANN, BEN = Caller("ann"), Caller("ben", Quotas(max_sessions=1))


def test_a_place_is_given_back_once() -> None:
    admission = Admission(2)
    release = admission.admit(ANN)
    admission.admit(ANN)
    with pytest.raises(TooBusy) as caught:
        admission.admit(BEN)
    assert RETRY_S[0] <= (caught.value.retry_after_s or 0) <= RETRY_S[1]
    release()
    release()
    assert admission.sessions == 1
    admission.admit(BEN)


def test_a_quota_holds_for_one_caller() -> None:
    admission = Admission(10)
    release = admission.admit(BEN)
    with pytest.raises(QuotaExceeded) as caught:
        admission.admit(BEN)
    assert caught.value.retry_after_s
    admission.admit(ANN)
    release()
    admission.admit(BEN)


def test_who_may_have_none_need_not_try_again() -> None:
    with pytest.raises(QuotaExceeded) as caught:
        Admission(10).admit(Caller("eve", Quotas(max_sessions=0)))
    assert caught.value.retry_after_s is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=60))
def test_the_count_is_right_at_every_moment(steps: list[tuple[str, bool]]) -> None:
    admission = Admission(4)
    held = []
    for name, comes in steps:
        if comes:
            try:
                held.append(admission.admit(Caller(name)))
            except TooBusy:
                assert len(held) == 4
        elif held:
            held.pop(0)()
        assert admission.sessions == len(held) <= 4
