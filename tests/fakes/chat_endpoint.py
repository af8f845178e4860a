"""A model server on a free port of this machine that answers questions about audio.

    with ChatEndpoint(answer()) as server:
        model = OpenAIChat(server.address)

``questions`` holds what it was asked. What should go wrong is told beforehand, one ``Mishap`` for
each request to come, in order; afterwards all is well again.
"""

from __future__ import annotations

import base64
import io
import json
import threading
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from tests.fakes.transcription_endpoint import FINE, Mishap

MODEL = "Qwen/Qwen2.5-Omni-7B"


@dataclass(frozen=True)
class Question:
    """One request: its text, its sound as float32 in [-1, 1], and the fields beside them."""

    text: str
    samples: np.ndarray
    rate_hz: int
    fields: Mapping[str, Any]
    headers: Mapping[str, str]


class ChatEndpoint:
    """The server. content: of the message it answers, in any form; message: further parts of it.

    models: what it serves; None has no list of them. key: what it wants to be shown. refuses:
    fields that it answers with 400. finish_reason: why it ended. Of a ``Mishap`` it knows status,
    body, headers, delay_s and cut_bytes.
    """

    def __init__(
        self,
        content: object = "",
        mishaps: Sequence[Mishap] = (),
        *,
        message: Mapping[str, object] | None = None,
        models: Sequence[str] | None = (MODEL,),
        key: str | None = None,
        refuses: Sequence[str] = (),
        finish_reason: str = "stop",
    ) -> None:
        self.content = content
        self.message = message or {}
        self.mishaps = list(mishaps)
        self.models = models
        self.key = key
        self.refuses = refuses
        self.finish_reason = finish_reason
        self.questions: list[Question] = []
        self.stopping = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.endpoint = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def address(self) -> str:
        """What follows ``openai:`` in ``--model``."""
        return f"{self.base}#{self.models[0] if self.models else MODEL}"

    def __enter__(self) -> ChatEndpoint:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def reply(self) -> bytes:
        """A completion as OpenAI and vLLM write it."""
        message = {"role": "assistant", "content": self.content, **self.message}
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason}
        whole = {"id": "chat-1", "object": "chat.completion", "model": MODEL, "choices": [choice]}
        return json.dumps(whole).encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    endpoint: ChatEndpoint

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    server: _Server

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""

    def do_GET(self) -> None:
        endpoint = self.server.endpoint
        if self.path != "/v1/models" or endpoint.models is None:
            self._answer(404, b'{"detail": "Not Found"}')
        elif self._may():
            listed = {"object": "list", "data": [{"id": name} for name in endpoint.models]}
            self._answer(200, json.dumps(listed).encode())

    def do_POST(self) -> None:
        endpoint = self.server.endpoint
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != "/v1/chat/completions":
            return self._answer(404, b'{"detail": "Not Found"}')
        if not self._may():
            return None
        question = _read_question(body, dict(self.headers))
        endpoint.questions.append(question)
        mishap = endpoint.mishaps.pop(0) if endpoint.mishaps else FINE
        endpoint.stopping.wait(mishap.delay_s)
        if mishap.body is not None or mishap.status != 200:
            return self._answer(mishap.status, mishap.body or b"", mishap.headers)
        for name in endpoint.refuses:
            if name in question.fields or name == "input_audio":
                said = json.dumps({"error": {"message": f"{name} is not supported"}})
                return self._answer(400, said.encode())
        if endpoint.models and question.fields["model"] not in endpoint.models:
            return self._answer(404, b'{"error": {"message": "The model does not exist."}}')
        return self._answer(200, endpoint.reply()[: mishap.cut_bytes], mishap.headers)

    def _may(self) -> bool:
        key = self.server.endpoint.key
        if key is None or self.headers.get("Authorization") == f"Bearer {key}":
            return True
        said = f"Incorrect API key provided: {self.headers.get('Authorization')}"
        self._answer(401, json.dumps({"error": {"message": said}}).encode())
        return False

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _read_question(body: bytes, headers: Mapping[str, str]) -> Question:
    """Fails where it is not one."""
    assert headers["Content-Type"] == "application/json"
    fields = json.loads(body)
    (turn,) = fields.pop("messages")
    sound, text = turn["content"]
    assert (turn["role"], sound["type"], text["type"]) == ("user", "input_audio", "text")
    assert sound["input_audio"]["format"] == "wav"
    data = base64.b64decode(sound["input_audio"]["data"], validate=True)
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / np.float32(32767)
        return Question(text["text"], samples, file.getframerate(), fields, headers)
