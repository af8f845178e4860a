"""A fake of what listens to a clip and answers a question about it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from audiosvc.types import Audio


def answer(**changes: object) -> str:
    """A reply in good order: Stockholm. A change to ``...`` leaves that part out."""
    value: dict[str, object] = {
        "lat": 59.33,
        "lon": 18.07,
        "country": "Sweden",
        "city": "Stockholm",
        "confidence": 0.7,
        "reasons": "Swedish is spoken on a platform.",
        **changes,
    }
    return json.dumps({name: part for name, part in value.items() if part is not ...})


class FakeListener:
    """Says the replies in turn, the last one again and again; an exception is raised.

    asked: the clips with their questions.
    """

    def __init__(
        self, *replies: str | Exception, name: str = "listener-7b", longest_s: float = 300.0
    ) -> None:
        self.name = name
        self.longest_s = longest_s
        self.asked: list[tuple[Audio, str]] = []
        self._replies = list(replies) or [answer()]

    def ask(self, audio: Audio, question: str, schema: Mapping[str, object]) -> str:
        assert schema["type"] == "object"
        self.asked.append((audio, question))
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply
