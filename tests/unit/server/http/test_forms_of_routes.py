"""What the fields of a form say, and what is described is what is answered."""

from __future__ import annotations

import pytest
from fastapi.exceptions import RequestValidationError

from audiosvc.errors import OptionError
from audiosvc.export import geo_json
from audiosvc.server.http.locate.answer import EXAMPLE, LocateAnswer
from audiosvc.server.http.openai.form import TranscriptionForm, read_transcription
from audiosvc.server.http.openai.models import EXAMPLE as MODEL
from audiosvc.server.http.openai.models import ModelEntry
from audiosvc.server.http.wishes import gathered
from tests.fakes.grpc_server import an_estimate


def test_fields_of_openai_that_change_nothing_are_named() -> None:
    form, unheeded = read_transcription(
        [
            ("temperature", "0.2"),
            ("chunking_strategy[type]", "server_vad"),
            ("chunking_strategy[threshold]", "0.5"),
            ("include[]", "logprobs"),
            ("languages[]", "en"),
        ]
    )
    assert form == TranscriptionForm()
    assert unheeded == ["chunking_strategy", "include", "languages", "temperature"]


def test_lists_by_either_name() -> None:
    form, _ = read_transcription(
        [
            ("keywords[]", "Duguid"),
            ("hotwords", "Ann"),
            ("response_format", "verbose_json"),
            ("timestamp_granularities[]", "word"),
            ("timestamp_granularities[]", "segment"),
        ]
    )
    assert form.hotwords == ["Duguid", "Ann"]
    assert form.granularities == ["word", "segment"]
    form.check()


@pytest.mark.parametrize("field", ["known_speaker_names[]", "known_speaker_references[]"])
def test_what_cannot_be_done_is_not_passed_over(field: str) -> None:
    with pytest.raises(OptionError, match="made known"):
        read_transcription([(field, "Ann")])


def test_other_fields_are_no_fields() -> None:
    with pytest.raises(RequestValidationError):
        read_transcription([("vad_filter", "true")])


def test_what_may_come_once_comes_once() -> None:
    assert gathered([("a", ""), ("b", "1"), ("c[]", "x"), ("c", "y")], ("c",)) == {
        "b": "1",
        "c": ["x", "y"],
    }
    with pytest.raises(OptionError, match="twice"):
        gathered([("b", "1"), ("b", "1")], ("c",))


def test_the_description_is_that_of_the_answer() -> None:
    found = geo_json.document(an_estimate(), "street.flac", heat=True)
    assert list(found) == list(LocateAnswer.model_fields)
    assert LocateAnswer.model_validate(found).model_dump() == found
    assert LocateAnswer.model_validate(EXAMPLE).model_dump(exclude_unset=True) == EXAMPLE
    assert ModelEntry.model_validate(MODEL).model_dump() == MODEL
