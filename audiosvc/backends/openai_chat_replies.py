"""The text of a chat completion, in whatever form servers write one."""

from __future__ import annotations

import json
from collections.abc import Mapping

from audiosvc.backends.openai_faults import Passing, Rubbish, error_event, excerpt
from audiosvc.errors import ModelFailed


def text_of(server: str, body: bytes) -> str:
    """What the model says. server: for messages.

    Raises ModelFailed when it refuses or the server gives up, Passing when nothing or half a reply
    came, Rubbish for what is no chat completion or has no text.
    """
    if not body.strip():
        raise Passing(f"The model server at {server} answered with nothing at all.")
    value = _parse(server, body)
    if fault := error_event(server, value):
        raise fault
    message = _message(server, value, body)
    if isinstance(refusal := message.get("refusal"), str) and refusal:
        raise ModelFailed(f"The model at {server} refuses: {excerpt(refusal)}")
    if text := _text(message.get("content")):
        return text
    if message.get("tool_calls") or message.get("function_call"):
        raise _wrong(server, "the call of a tool, and no text")
    raise _wrong(server, "a message without text")


def _parse(server: str, body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        if _is_cut(body.strip(), error):
            raise Passing(
                f"The model server at {server} broke off in the middle of its reply."
            ) from error
        raise _wrong(server, repr(excerpt(body))) from error
    if not isinstance(value, dict):
        raise _wrong(server, repr(excerpt(body)))
    return value


def _is_cut(body: bytes, error: Exception) -> bool:
    """Whether it is the beginning of an object."""
    if not body.startswith(b"{"):
        return False
    ends = isinstance(error, json.JSONDecodeError) and error.pos >= len(error.doc.rstrip())
    return ends or not body.endswith(b"}")


def _message(server: str, value: Mapping[str, object], body: bytes) -> dict[str, object]:
    choices = value.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    message = first.get("message") if isinstance(first, dict) else None
    if not isinstance(message, dict):
        raise _wrong(server, repr(excerpt(body)))
    if not message.get("content") and first and first.get("finish_reason") == "content_filter":
        raise ModelFailed(f"The model server at {server} withholds the reply (content_filter).")
    return message


def _text(content: object) -> str:
    """A string, or the text parts of a list."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [one.get("text") if isinstance(one, dict) else one for one in parts]
    return "".join(text for text in texts if isinstance(text, str))


def _wrong(server: str, what: str) -> Rubbish:
    return Rubbish(
        f"The model server at {server} answered with {what}: that is no chat completion. Is it an "
        "OpenAI-compatible /v1/chat/completions, and does the model answer in text?"
    )
