"""What MOSS-Transcribe-Diarize is asked, wherever it runs: in process or behind a model server."""

from __future__ import annotations

import re

from audiosvc.types import Hints

DEFAULT_PROMPT = (
    "请将音频转写为文本，每一段需以起始时间戳和说话人编号（[S01]、[S02]、[S03]…）开头，"
    "正文为对应的语音内容，并在段末标注结束时间戳，以清晰标明该段语音范围。"
)
"""The instruction that the model's authors document: text between its times, behind its speaker."""

# Ours, not the authors': "Where sounds other than speech occur, mark them in square brackets, such
# as [laughter], [applause], [music]."
_EVENTS = "如出现非语音声音，请在出现处用方括号标注，例如 [laughter]、[applause]、[music]。"

_HOTWORDS = "热词提示："  # the authors' words for "these may occur"

# What steers the model, such as the mark that a turn is over or a place for audio: a caller's words
# are text, and may hold none.
_STEERING = re.compile(r"<\|[^|<>]*\|>")


def prompt_for(hints: Hints) -> str | None:
    """The whole instruction, hotwords and all; None when the default does."""
    instruction, hotwords = instruction_for(hints), hotwords_for(hints)
    if not hotwords:
        return instruction
    return f"{instruction or DEFAULT_PROMPT}{_HOTWORDS}{', '.join(hotwords)}"


def instruction_for(hints: Hints) -> str | None:
    """The whole instruction without the hotwords; None when the default does."""
    extra = supplement_for(hints)
    return extra if extra is None or _plain(hints.prompt or "") else DEFAULT_PROMPT + extra


def supplement_for(hints: Hints) -> str | None:
    """What is said beside the default instruction; None when that alone does."""
    parts = [_plain(hints.prompt or ""), _EVENTS if hints.events else ""]
    return "\n".join(filter(None, parts)) or None


def hotwords_for(hints: Hints) -> list[str]:
    """The words to expect."""
    return [word for word in map(_plain, hints.hotwords) if word]


def _plain(text: str) -> str:
    """Without the tokens that steer the model; taking one out may leave another."""
    while (rest := _STEERING.sub("", text)) != text:
        text = rest
    return text.strip()
