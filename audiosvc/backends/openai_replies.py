"""What a model server answers, read as it comes: server-sent events of two kinds, or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from audiosvc.backends.openai_faults import Passing, Rubbish, error_event, excerpt
from audiosvc.backends.openai_segments import as_sats
from audiosvc.errors import ModelFailed
from audiosvc.ports import Ending

MOST_BYTES = 64 * 2**20
_BLANK = b"\xef\xbb\xbf \t\r\n"
_EVENT_FIELDS = (b"data:", b"event:", b"id:", b"retry:", b":")
_UNFINISHED = frozenset({"abort", "error"})


class Reply:
    """One reply, fed with bytes in any split; gives the characters that are new.

    done: the server has said its last word, and the rest is nobody's business. over: the text is
    whole, however the connection ends. ending: why the model ended.
    """

    def __init__(self, server: str, max_tokens: int) -> None:
        self.done = False
        self.over = False
        self._server = server
        self._max_tokens = max_tokens
        self._size_bytes = 0
        self._form: str | None = None
        self._buffer = bytearray()  # of JSON all of it, of events the line that has not ended
        self._searched = 0
        self._data: list[bytes] = []
        self._length = 0
        self._text: list[str] = []
        self._known = False
        self._finished = False
        self._cut = False

    @property
    def ending(self) -> Ending:
        """``length`` where the server says so, or counts as many tokens as it was allowed."""
        return "length" if self._cut else "stop"

    def feed(self, data: bytes) -> str:
        """The next bytes. Raises ModelFailed, or Passing, for what is no transcript."""
        self._size_bytes += len(data)
        if self._size_bytes > MOST_BYTES:
            raise self._wrong(f"more than {MOST_BYTES // 2**20} MiB")
        self._buffer += data
        if self._form is None:
            self._form = self._recognise()
        if self._form != "events":
            return ""
        return "".join(self._on_line(line) for line in self._lines() if not self.done)

    def finish(self) -> str:
        """The server has closed in good order. Returns the rest; raises Passing if text lacks."""
        if self._form is None:
            raise Passing(f"The model server at {self._server} answered with nothing at all.")
        if self._form == "json":
            return self._whole()
        rest, whole = "", self._finished
        try:
            if not self.done:
                rest = self._on_line(bytes(self._buffer)) + self._on_line(b"")
        except Passing:
            raise
        except ModelFailed as error:  # the last line is the one that was cut
            if not whole:
                raise self.broken("the reply ends in the middle") from error
            return ""
        if not (self.done or self._finished):
            raise self.broken("the reply ends in the middle")
        return rest

    def broken(self, why: str) -> Passing:
        """The error to raise when the connection breaks before the text is whole."""
        got = f"after {self._length} characters" if self._length else "before any text came"
        return Passing(f"The model server at {self._server} broke off {got}: {why}.")

    def _recognise(self) -> str | None:
        """What kind of reply it is, from its first bytes; None while they do not tell."""
        self._buffer = self._buffer.lstrip(_BLANK)
        head = bytes(self._buffer[:8])
        if head.startswith((b"{", b"[")):
            return "json"
        if head.startswith(_EVENT_FIELDS):
            return "events"
        if any(field.startswith(head) for field in _EVENT_FIELDS):
            return None
        raise self._wrong(repr(excerpt(bytes(self._buffer))))

    def _lines(self) -> Iterator[bytes]:
        while (end := self._buffer.find(b"\n", self._searched)) >= 0:
            line = bytes(self._buffer[:end]).removesuffix(b"\r")
            del self._buffer[: end + 1]
            self._searched = 0
            yield line
        self._searched = len(self._buffer)

    def _on_line(self, line: bytes) -> str:
        if line:
            name, _, value = line.partition(b":")
            if name == b"data":
                self._data.append(value.removeprefix(b" "))
            return ""
        lines, self._data = self._data, []
        return "".join(self._on_data(one) for one in self._whole_values(lines) if not self.done)

    def _whole_values(self, lines: list[bytes]) -> list[bytes]:
        """One value may stand on several lines; some servers forget the empty line between two."""
        if len(lines) < 2:
            return lines
        joined = b"\n".join(lines)
        try:
            json.loads(joined)
        except (ValueError, RecursionError):
            return lines
        return [joined]

    def _on_data(self, data: bytes) -> str:
        if data.strip() == b"[DONE]":
            if not self._known:
                raise self._wrong("events that hold no transcript")
            self.done = self.over = True
            return ""
        try:
            event = self._parse(data)
        except _Unterminated as error:
            raise self.broken("an event ends in the middle") from error
        if not isinstance(event, dict):
            raise self._wrong(f"an event {excerpt(data)!r}")
        if fault := error_event(self._server, event):
            raise fault
        text = self._on_event(event)
        self._length += len(text)
        if text:
            self._text.append(text)
        return text

    def _on_event(self, event: Mapping[str, object]) -> str:
        kind = event.get("type")
        if "choices" in event:
            return self._on_chunk(event)
        if kind == "transcript.text.delta":
            self._known, self._finished = True, False
            return self._string(event, "delta")
        if kind == "transcript.text.done":
            self._known = self.done = self.over = True
            self._count(event.get("usage"))
            return self._rest(self._string(event, "text"))
        return ""

    def _on_chunk(self, event: Mapping[str, object]) -> str:
        """vLLM's: a piece of text, the reason of the end, or how many tokens it were."""
        choices = event["choices"]
        self._known = True
        self._count(event.get("usage"))
        if choices == []:
            if isinstance(event.get("usage"), dict):
                self.over = self._finished = True
            return ""
        choice = choices[0] if isinstance(choices, list) else None
        delta = choice.get("delta") if isinstance(choice, dict) else None
        if not isinstance(choice, dict) or not isinstance(delta, dict):
            raise self._wrong(f"a chunk {excerpt(json.dumps(event))!r}")
        text = self._string(delta, "content") if delta.get("content") is not None else ""
        why = choice.get("finish_reason")
        if isinstance(why, str) and why in _UNFINISHED:
            raise self.broken(f"it was ended there ({why})")
        self._finished = why is not None or (self._finished and not text)
        self.over = self.over and not text
        self._cut = self._cut or why == "length"
        return text

    def _rest(self, whole: str) -> str:
        """What the closing text has beyond the pieces. It may lack their outer white space, or
        all of them; then the pieces stand.
        """
        pieces = "".join(self._text)
        if not pieces.strip():
            return whole
        begin = len(pieces) - len(pieces.lstrip())
        spaced = pieces[:begin] + whole.lstrip()
        return spaced[len(pieces) :] if spaced.startswith(pieces) else ""

    def _whole(self) -> str:
        data = bytes(self._buffer).lstrip(_BLANK)
        try:
            value = self._parse(data)
        except _Unterminated as error:
            raise self.broken("the reply ends in the middle") from error
        if isinstance(value, dict):
            if fault := error_event(self._server, value):
                raise fault
            text, segments = value.get("text"), value.get("segments")
            listed = segments if isinstance(segments, list) else []
            if isinstance(text, str) or (text is None and listed):
                self._count(value.get("usage"))
                found = as_sats(text or "", listed)
                if found is not None:
                    return found
        raise self._wrong(f"{excerpt(data)!r}, which holds no text")

    def _parse(self, data: bytes) -> object:
        text = ""
        try:
            text = data.decode("utf-8")
            return json.loads(text)
        except json.JSONDecodeError as error:
            open_string = error.msg.startswith("Unterminated string")
            if open_string or error.pos >= len(text.rstrip()):
                raise _Unterminated from error
            raise self._wrong(f"{excerpt(data)!r}, which is not JSON") from error
        except (UnicodeDecodeError, RecursionError) as error:
            raise self._wrong(f"{excerpt(data)!r}, which is not JSON") from error

    def _string(self, event: Mapping[str, object], name: str) -> str:
        value = event.get(name)
        if not isinstance(value, str):
            raise self._wrong(f"{name} {excerpt(repr(value))} where text belongs")
        return value

    def _count(self, usage: object) -> None:
        if not isinstance(usage, dict):
            return
        for name in ("completion_tokens", "output_tokens"):
            tokens = usage.get(name)
            if isinstance(tokens, int) and tokens >= self._max_tokens:
                self._cut = True

    def _wrong(self, what: str) -> Rubbish:
        return Rubbish(
            f"The model server at {self._server} answered with {what}: that is no transcript. "
            "Is it an OpenAI-compatible /v1/audio/transcriptions?"
        )


class _Unterminated(ValueError):
    """JSON that ends in the middle."""
