from __future__ import annotations

import io
import os
import wave

import numpy as np
import pytest

from audiosvc.backends.moss_prompts import prompt_for
from audiosvc.backends.openai_form import FORMS, fields, wav_file
from audiosvc.types import Audio, Hints, Request

AUDIO = Audio(np.linspace(-1.2, 1.2, 16_001, dtype=np.float32), 16_000)


def request(hints: Hints | None = None, *, careful: bool = False) -> Request:
    return Request(AUDIO, hints or Hints(), 700, careful)


def test_all_that_is_wanted_is_asked_for_first() -> None:
    assert fields(request(), "moss", FORMS[0]) == {
        "model": "moss",
        "temperature": "0",
        "response_format": "json",
        "stream": "true",
        "stream_include_usage": "true",
        "max_completion_tokens": "700",
        "max_new_tokens": "700",
    }


def test_hints_are_sent_where_there_are_any() -> None:
    hints = Hints(language="de", hotwords=("Quedlinburg",))
    sent = fields(request(hints), "moss", FORMS[0])
    assert sent["language"] == "de"
    assert sent["prompt"] == prompt_for(hints)
    assert "Quedlinburg" in sent["prompt"]


def test_a_careful_request_is_another_one() -> None:
    sent = fields(request(careful=True), "moss", FORMS[0])
    assert float(sent["repetition_penalty"]) == 1.1
    assert int(sent["seed"])


def test_the_last_forms_have_what_everybody_knows() -> None:
    known = {"model", "temperature", "response_format", "language", "prompt"}
    for form in FORMS[3:]:
        sent = fields(request(Hints(language="de", prompt="Write."), careful=True), "moss", form)
        assert set(sent) == known
    assert fields(request(), "moss", FORMS[-1])["response_format"] == "verbose_json"


def test_nothing_asks_for_usage_without_a_stream() -> None:
    for form in FORMS:
        sent = fields(request(), "moss", form)
        assert "stream" in sent or "stream_include_usage" not in sent


def test_the_clip_is_a_wav_file_of_sixteen_bits() -> None:
    with wave.open(io.BytesIO(wav_file(AUDIO).read())) as file:
        assert file.getparams()[:4] == (1, 2, 16_000, 16_001)
        heard = np.frombuffer(file.readframes(16_001), "<i2") / 32767
    np.testing.assert_allclose(heard, np.clip(AUDIO.samples, -1, 1), atol=1 / 32767)


@pytest.mark.parametrize("step", [1, 7, 44, 45, 1000, 70_000])
def test_it_is_the_same_file_however_it_is_read(step: int) -> None:
    audio = AUDIO if step > 10 else Audio(AUDIO.samples[:99], 16_000)
    whole = wav_file(audio).read()
    file = wav_file(audio)
    assert file.seek(0, os.SEEK_END) == len(whole) == 44 + 2 * len(audio.samples)
    for _ in range(2):  # a second try sends it again
        file.seek(0)
        pieces = []
        while piece := file.read(step):
            pieces.append(piece)
        assert b"".join(pieces) == whole
