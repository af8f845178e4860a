"""What model servers answer, as events: each protocol as the real server writes it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from audiosvc.transcription.sats import parse_sats

LETTERS_PER_TOKEN = 5


@dataclass(frozen=True)
class Event:
    """Bytes that are written at once. is_done: they only say that it is over."""

    data: bytes
    is_done: bool = False


@dataclass(frozen=True)
class Said:
    """What the model says, what was asked for, and how it is to end."""

    text: str
    fields: Mapping[str, str]
    duration_s: float
    cut: bool
    finish_reason: str

    @property
    def tokens(self) -> list[str]:
        """As many as the request allows; half of them where the text is to be cut."""
        step = LETTERS_PER_TOKEN
        found = [self.text[i : i + step] for i in range(0, len(self.text), step)]
        return found[: len(found) // 2] if self.cut else found[: self.budget]

    @property
    def budget(self) -> int:
        return int(self.fields.get("max_completion_tokens", 1 << 30))

    @property
    def why(self) -> str:
        whole = "".join(self.tokens) == self.text
        return self.finish_reason if whole else "length"


DONE = Event(b"data: [DONE]\n\n", is_done=True)


def _event(value: Mapping[str, Any]) -> Event:
    return Event(b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n")


def vllm(said: Said) -> tuple[bool, list[Event]]:
    """Chunks with a choice each, a last one with the usage where it was asked for, [DONE]."""
    tokens = said.tokens
    if said.fields.get("stream") != "true":
        usage = {"type": "duration", "seconds": math.ceil(said.duration_s)}
        return False, [_body({"text": "".join(tokens), "usage": usage})]
    same = {"id": "trsc-1", "object": "transcription.chunk", "created": 1, "model": "moss"}
    events = []
    for number, token in enumerate(tokens or [""], 1):
        choice: dict[str, Any] = {"delta": {"content": token}}
        if number >= len(tokens):
            choice |= {"finish_reason": said.why, "stop_reason": None}
        events.append(_event({**same, "choices": [choice]}))
    if said.fields.get("stream_include_usage") == "true":
        usage = {"prompt_tokens": 9, "completion_tokens": len(tokens), "total_tokens": 9}
        events.append(_event({**same, "choices": [], "usage": usage}))
    return True, [*events, DONE]


def sglang(said: Said) -> tuple[bool, list[Event]]:
    """OpenAI's events: deltas, the whole text once more without its outer space, [DONE]."""
    allowed = int(said.fields.get("max_new_tokens", 1 << 30))
    tokens = said.tokens[:allowed]
    text = "".join(tokens).strip()
    usage = {"type": "duration", "seconds": math.ceil(said.duration_s)}
    if said.fields.get("response_format") == "verbose_json":
        return verbose_json(said)
    if said.fields.get("stream") != "true":
        return False, [_body({"text": text, "usage": usage})]
    deltas = [_event({"type": "transcript.text.delta", "delta": token}) for token in tokens]
    return True, [
        *deltas,
        _event({"type": "transcript.text.done", "text": text, "usage": usage}),
        DONE,
    ]


def plain(said: Said) -> tuple[bool, list[Event]]:
    """One object, whatever was asked for."""
    usage = {"type": "tokens", "output_tokens": len(said.tokens)}
    return False, [_body({"text": "".join(said.tokens), "usage": usage})]


def verbose_json(said: Said) -> tuple[bool, list[Event]]:
    """Segments with the speaker in front of their text, and a text without marks."""
    segments = [
        {"id": number, "start": one.start_s, "end": one.end_s, "text": f"[{one.speaker}]{one.text}"}
        for number, one in enumerate(parse_sats(said.text))
    ]
    text = " ".join(one.text for one in parse_sats(said.text))
    return False, [_body({"task": "transcribe", "text": text, "segments": segments})]


def diarized_json(said: Said) -> tuple[bool, list[Event]]:
    """Segments with a letter for a speaker."""
    parsed = parse_sats(said.text)
    segments = [
        {
            "type": "transcript.text.segment",
            "start": one.start_s,
            "end": one.end_s,
            "text": f" {one.text}",
            "speaker": chr(64 + int((one.speaker or "S01")[1:])),
        }
        for one in parsed
    ]
    text = " ".join(one.text for one in parsed)
    usage = {"type": "tokens", "output_tokens": 5}
    return False, [_body({"text": text, "segments": segments, "usage": usage})]


def _body(value: Mapping[str, Any]) -> Event:
    return Event(json.dumps(value, ensure_ascii=False).encode())


PROTOCOLS: Mapping[str, Callable[[Said], tuple[bool, list[Event]]]] = {
    "vllm": vllm,
    "sglang": sglang,
    "json": plain,
    "verbose_json": verbose_json,
    "diarized_json": diarized_json,
}
