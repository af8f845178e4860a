"""Whatever a chat endpoint answers: text, or an error that says what came."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.backends.openai_chat_replies import text_of
from audiosvc.backends.openai_faults import Passing, Rubbish
from audiosvc.errors import ModelFailed

WHOLE = json.dumps({"choices": [{"message": {"content": 'Grüße: {"lat": 1}'}}]}).encode()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choices", "message", "content", "text", "error", "refusal"]), inner
        )
    ),
)


def test_the_text_of_a_completion() -> None:
    assert text_of("http://gpu", b"\n" + WHOLE + b"\n") == 'Grüße: {"lat": 1}'


@pytest.mark.parametrize("length", range(0, len(WHOLE), 7))
def test_a_reply_that_breaks_off_may_pass(length: int) -> None:
    with pytest.raises(Passing):
        text_of("http://gpu", WHOLE[:length])


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_anything_is_text_or_an_error_in_one_line(body: bytes) -> None:
    try:
        assert text_of("http://gpu", body)
    except ModelFailed as error:
        assert (
            isinstance(error, Passing | Rubbish)
            or "gave up" in str(error)
            or ("refuses" in str(error))
        )
        assert str(error).isprintable()
