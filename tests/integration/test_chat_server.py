"""An audio-language model behind a chat endpoint: what it is sent, and all that goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import numpy as np
import pytest

from audiosvc.backends.openai_address import KEY, Patience
from audiosvc.backends.openai_chat import OpenAIChat
from audiosvc.errors import ModelError, ModelFailed, ModelMissing, ModelUnknown
from audiosvc.types import Audio
from tests.fakes.audio_language import answer
from tests.fakes.chat_endpoint import MODEL, ChatEndpoint
from tests.fakes.transcription_endpoint import BROKEN, BUSY, Mishap

QUICK = Patience(tries=3, first_wait_s=0.01, factor=1.0, connect_s=2.0)
SCHEMA = {"type": "object", "properties": {"lat": {"type": "number"}}}
CLIP = Audio(np.sin(np.arange(16_000, dtype=np.float32) / 7.0) * np.float32(0.5), 16_000)
Open = Callable[..., OpenAIChat]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens a model at a server; both end with the test."""
    with ExitStack() as stack:

        def open_at(server: ChatEndpoint, patience: Patience = QUICK) -> OpenAIChat:
            stack.enter_context(server)
            return stack.enter_context(closing(OpenAIChat(server.address, patience=patience)))

        yield open_at


def asked(model: OpenAIChat) -> str:
    return model.ask(CLIP, "Where?", SCHEMA)


def test_the_clip_and_the_question_are_sent_and_the_reply_comes_back(opened: Open) -> None:
    server = ChatEndpoint(answer())
    model = opened(server)
    assert asked(model) == answer()
    assert model.name == MODEL
    (question,) = server.questions
    assert (question.text, question.rate_hz) == ("Where?", 16_000)
    assert np.abs(question.samples - CLIP.samples).max() < 1e-4
    assert question.fields["model"] == MODEL
    assert question.fields["temperature"] == 0
    wanted = question.fields["response_format"]
    assert (wanted["type"], wanted["json_schema"]["schema"]) == ("json_schema", SCHEMA)
    assert "Authorization" not in question.headers


def test_a_server_that_takes_no_schema_is_asked_without_and_that_is_remembered(
    opened: Open,
) -> None:
    server = ChatEndpoint(answer(), refuses=["response_format"])
    model = opened(server)
    assert [asked(model), asked(model)] == [answer()] * 2
    assert ["max_tokens" in one.fields for one in server.questions] == [False, True, True]


def test_a_server_that_takes_hardly_anything_gets_no_more(opened: Open) -> None:
    server = ChatEndpoint(answer(), refuses=["temperature"])
    assert asked(opened(server)) == answer()
    assert set(server.questions[-1].fields) == {"model"}


def test_a_model_that_takes_no_audio_is_told_as_such(opened: Open) -> None:
    model = opened(ChatEndpoint(refuses=["input_audio"]))
    with pytest.raises(ModelMissing, match=r"input_audio is not supported\. Does .* take audio\?"):
        asked(model)


@pytest.mark.parametrize(
    "mishap", [BUSY, BROKEN, Mishap(cut_bytes=80), Mishap(body=b""), Mishap(status=503)]
)
def test_what_passes_is_tried_again(opened: Open, mishap: Mishap) -> None:
    server = ChatEndpoint(answer(), [mishap])
    assert asked(opened(server)) == answer()
    assert len(server.questions) == 2


def test_what_does_not_pass_is_given_up(opened: Open) -> None:
    server = ChatEndpoint(answer(), [BROKEN] * 9)
    with pytest.raises(ModelFailed, match=r"answered 500.*It was tried 3 times"):
        asked(opened(server))


def test_a_slow_server_is_not_waited_for_longer_than_said(opened: Open) -> None:
    server = ChatEndpoint(answer(), [Mishap(delay_s=60.0)])
    model = opened(server, Patience(deadline_s=0.3))
    with pytest.raises(ModelFailed, match=r"took longer than 0 s for 1 s of audio"):
        asked(model)


def test_a_long_wait_that_is_asked_for_is_not_waited_for(opened: Open) -> None:
    late = Mishap(status=429, headers={"Retry-After": "3600"}, body=b"{}")
    with pytest.raises(ModelFailed, match="answered 429"):
        asked(opened(ChatEndpoint(answer(), [late])))


@pytest.mark.parametrize(
    "content",
    [
        [{"type": "text", "text": '{"lat"'}, {"type": "text", "text": ": 1}"}],
        [{"type": "thinking", "signature": "x"}, {"type": "output_text", "text": '{"lat": 1}'}],
        ['{"lat": 1}'],
        '{"lat": 1}',
    ],
)
def test_text_comes_in_parts_or_as_a_whole(opened: Open, content: object) -> None:
    assert asked(opened(ChatEndpoint(content))) == '{"lat": 1}'


def test_a_content_type_that_is_wrong_makes_no_difference(opened: Open) -> None:
    html = Mishap(headers={"Content-Type": "text/html"})
    assert asked(opened(ChatEndpoint(answer(), [html]))) == answer()


CALL = {"id": "1", "type": "function", "function": {"name": "locate", "arguments": "{}"}}


@pytest.mark.parametrize(
    ("server", "said"),
    [
        (ChatEndpoint(None, message={"tool_calls": [CALL]}), "the call of a tool, and no text"),
        (
            ChatEndpoint(None, message={"refusal": "I won't\nlocate\x1b people."}),
            "refuses: I won't",
        ),
        (ChatEndpoint(None, finish_reason="content_filter"), "withholds the reply"),
        (ChatEndpoint(None), "a message without text"),
        (ChatEndpoint({"text": "x"}), "a message without text"),
        (ChatEndpoint([7, None]), "a message without text"),
        (ChatEndpoint("", [Mishap(body=b"<html><h1>It works!</h1></html>")]), "<h1>It works!"),
        (ChatEndpoint("", [Mishap(body=b"[]")]), "no chat completion"),
        (ChatEndpoint("", [Mishap(body=b"\xff\xfe")]), "no chat completion"),
        (ChatEndpoint("", [Mishap(body=b'{"choices": []}')]), "no chat completion"),
        (ChatEndpoint("", [Mishap(body=b'{"choices": [{"text": "x"}]}')]), "no chat completion"),
        (ChatEndpoint("", [Mishap(body=b"[" * 200_000)]), "no chat completion"),
        (ChatEndpoint("", [Mishap(body=b" " * 2**21)]), "more than 1 MiB"),
        (ChatEndpoint("", [Mishap(body=b'{"error": {"message": "No.", "code": 400}}')]), "No."),
        (ChatEndpoint("", [Mishap(status=413, body=b"{}")]), "answered 413"),
        (ChatEndpoint("", [Mishap(status=418, body=b"{}")]), "answered 418"),
    ],
)
def test_what_is_no_answer_is_told_in_a_line(opened: Open, server: ChatEndpoint, said: str) -> None:
    with pytest.raises(ModelFailed) as caught:
        asked(opened(server))
    assert said in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(server.questions) == 1


def test_where_nothing_is_sent_unasked(opened: Open) -> None:
    away = Mishap(status=307, headers={"Location": "http://elsewhere/v1"})
    with pytest.raises(ModelMissing, match="points elsewhere"):
        asked(opened(ChatEndpoint(answer(), [away])))


def test_a_server_without_that_route_is_told_as_such(opened: Open) -> None:
    lost = Mishap(status=404, body=b'{"detail": "Not Found"}')
    with pytest.raises(ModelMissing, match=r"Does http.*/v1 have /chat/completions\?"):
        asked(opened(ChatEndpoint(answer(), [lost])))


def test_a_model_that_it_does_not_have_is_named() -> None:
    with (
        ChatEndpoint(answer()) as server,
        closing(OpenAIChat(f"{server.base}#other")) as model,
        pytest.raises(ModelMissing, match=f"no model 'other'; it serves {MODEL}"),
    ):
        asked(model)


def test_the_only_model_need_not_be_named() -> None:
    with ChatEndpoint(answer()) as server, closing(OpenAIChat(server.base)) as model:
        assert model.name == MODEL
    several = ChatEndpoint(models=["a", "b"])
    with several as server, pytest.raises(ModelUnknown, match="it serves a, b"):
        OpenAIChat(server.base)


def test_the_route_may_stand_in_the_address() -> None:
    with ChatEndpoint(answer()) as server:
        address = f"{server.base}/chat/completions#{MODEL}"
        with closing(OpenAIChat(address)) as model:
            assert asked(model) == answer()


def test_nobody_there_is_told_before_anything_is_heard() -> None:
    with ChatEndpoint() as server:
        address = server.address
    with pytest.raises(ModelMissing, match="cannot be reached"):
        OpenAIChat(address)


def test_the_key_is_sent_and_never_shown(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "hunter2")
    server = ChatEndpoint(answer(), key="hunter2")
    assert asked(opened(server)) == answer()
    told: list[ModelError] = []
    for wrong in (
        ChatEndpoint(key="another"),
        ChatEndpoint(message={"refusal": "Not with hunter2!"}),
        ChatEndpoint("", [Mishap(body=json.dumps({"key": "hunter2"}).encode())]),
    ):
        with pytest.raises(ModelError) as caught:
            asked(opened(wrong))
        told.append(caught.value)
    assert "hunter2" not in " ".join(map(str, told))
    assert KEY in str(told[0])
