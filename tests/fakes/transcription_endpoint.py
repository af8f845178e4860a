"""A model server on a free port of this machine, which speaks the protocols of the real ones.

    with TranscriptionEndpoint(lambda clip: f"[0.00][S01]Hello.[{clip.duration_s:.2f}]") as server:
        model = OpenAITranscriptions(server.address)

``clips`` holds what it was sent, fields included. What should go wrong is told beforehand, one
``Mishap`` for each request to come, in order; afterwards all is well again.
"""

from __future__ import annotations

import io
import json
import select
import socket
import struct
import threading
import wave
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from tests.fakes.transcription_protocols import PROTOCOLS, Event, Said

MODEL = "OpenMOSS-Team/MOSS-Transcribe-Diarize"
KNOWN_FIELDS = {
    "vllm": {"stream_include_usage", "max_completion_tokens", "repetition_penalty", "seed"},
    "sglang": {"max_new_tokens"},
}
OPENAI_FIELDS = {"file", "model", "language", "prompt", "response_format", "temperature", "stream"}


@dataclass(frozen=True)
class Mishap:
    """What becomes of one request.

    status, body, headers: answer this and nothing else. delay_s: before the answer. pause_s:
    between two events. Counted in events that were sent: break_after, the connection is reset;
    end_after, the reply ends in good order, too early; stall_after, nothing more comes, until the
    client hangs up; error_after, an error takes the place of text. cut_bytes: only the first bytes
    of the reply. twice: every event is sent again behind the last. without_done: no [DONE].
    bytes_at_once: pieces of that size. text: write this, whatever the clip holds. length: break
    the text off in the middle and say so. finish_reason: instead of "stop".
    """

    status: int = 200
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    pause_s: float = 0.0
    break_after: int | None = None
    end_after: int | None = None
    stall_after: int | None = None
    error_after: int | None = None
    error: Mapping[str, Any] = field(default_factory=lambda: {"message": "The engine died."})
    cut_bytes: int | None = None
    twice: bool = False
    without_done: bool = False
    bytes_at_once: int | None = None
    text: str | None = None
    length: bool = False
    finish_reason: str = "stop"


FINE = Mishap()
BUSY = Mishap(status=429, headers={"Retry-After": "0"}, body=b'{"error": {"message": "Busy."}}')
BROKEN = Mishap(status=500, body=b'{"detail": "Internal Server Error"}')


@dataclass(frozen=True)
class Clip:
    """One request: its fields, its headers, and the sound, as float32 in [-1, 1]."""

    fields: Mapping[str, str]
    headers: Mapping[str, str]
    samples: np.ndarray
    rate_hz: int

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.rate_hz


class TranscriptionEndpoint:
    """The server. protocol: ``vllm``, ``sglang``, ``json``, ``verbose_json`` or ``diarized_json``.

    models: what it serves; None has no list of them. listing: the bytes to answer in place of that
    list. key: what it wants to be shown. strict: it refuses fields that its kind does not know.
    refuses: form fields (``name`` or ``name=value``) that it answers with 400. most_at_once: how
    many requests were under way together. working, hung_up: count those that were begun, and the
    clients that left in the middle.
    """

    def __init__(
        self,
        text: str | Callable[[Clip], str] = "[0.00][S01]Hello.[1.00]",
        mishaps: Sequence[Mishap] = (),
        *,
        protocol: str = "vllm",
        models: Sequence[str] | None = (MODEL,),
        listing: bytes | None = None,
        key: str | None = None,
        strict: bool = False,
        refuses: Sequence[str] = (),
    ) -> None:
        self.text = text
        self.protocol = protocol
        self.models = models
        self.listing = listing
        self.key = key
        self.strict = strict
        self.refuses = refuses
        self.mishaps = list(mishaps)
        self.clips: list[Clip] = []
        self.asked_for_models = 0
        self.most_at_once = 0
        self.hung_up = threading.Semaphore(0)
        self.working = threading.Semaphore(0)
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self._at_once = 0
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

    def __enter__(self) -> TranscriptionEndpoint:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()  # waits for those that answer

    def begin(self, clip: Clip) -> Mishap:
        with self.lock:
            self.clips.append(clip)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            mishap = self.mishaps.pop(0) if self.mishaps else FINE
        self.working.release()
        return mishap

    def end(self) -> None:
        with self.lock:
            self._at_once -= 1

    def complaint(self, fields: Mapping[str, str]) -> str | None:
        """Why this kind of server refuses the form, if it does."""
        if fields.get("stream_include_usage") and fields.get("stream") != "true":
            return "Stream options can only be defined when `stream=True`."
        if fields.get("stream") == "true" and fields.get("response_format") != "json":
            return "verbose_json format doesn't support streaming case"
        for name, value in fields.items():
            if name in self.refuses or f"{name}={value}" in self.refuses:
                return f"{name} {value} is not supported"
            known = OPENAI_FIELDS | KNOWN_FIELDS.get(self.protocol, set())
            if self.strict and name not in known:
                return f"Unknown field: {name}"
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them
    request_queue_size = 64
    endpoint: TranscriptionEndpoint

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
        endpoint.asked_for_models += 1
        if self.path != "/v1/models" or endpoint.models is None:
            return self._answer(404, b'{"detail": "Not Found"}')
        if self._may():
            listed = {"object": "list", "data": [{"id": name} for name in endpoint.models]}
            data = json.dumps(listed).encode()
            self._answer(200, data if endpoint.listing is None else endpoint.listing)
        return None

    def do_POST(self) -> None:
        endpoint = self.server.endpoint
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != "/v1/audio/transcriptions":
            return self._answer(404, b'{"detail": "Not Found"}')
        if not self._may():
            return None
        clip = _read_clip(self.headers["Content-Type"], body, dict(self.headers))
        mishap = endpoint.begin(clip)
        try:
            self._serve(endpoint, clip, mishap)
        finally:
            endpoint.end()
        return None

    def _may(self) -> bool:
        key = self.server.endpoint.key
        if key is None or self.headers.get("Authorization") == f"Bearer {key}":
            return True
        said = f"Incorrect API key provided: {self.headers.get('Authorization')}"
        self._answer(401, json.dumps({"error": {"message": said}}).encode())
        return False

    def _serve(self, endpoint: TranscriptionEndpoint, clip: Clip, mishap: Mishap) -> None:
        if self._left(mishap.delay_s):
            return
        if mishap.body is not None or mishap.status != 200:
            self._answer(mishap.status, mishap.body or b"", mishap.headers)
        elif endpoint.models is not None and clip.fields["model"] not in endpoint.models:
            said = f"The model `{clip.fields['model']}` does not exist."
            self._answer(404, json.dumps({"error": {"message": said, "code": 404}}).encode())
        elif complaint := endpoint.complaint(clip.fields):
            self._answer(400, json.dumps({"error": {"message": complaint, "code": 400}}).encode())
        else:
            text = endpoint.text if isinstance(endpoint.text, str) else endpoint.text(clip)
            self._write(endpoint.protocol, clip, text, mishap)

    def _write(self, protocol: str, clip: Clip, text: str, mishap: Mishap) -> None:
        text = text if mishap.text is None else mishap.text
        said = Said(text, clip.fields, clip.duration_s, mishap.length, mishap.finish_reason)
        streamed, events = PROTOCOLS[protocol](said)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if streamed else "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.flush()
        sent = 0
        for number, event in enumerate(_with_mishap(events, mishap)):
            if number in (mishap.stall_after, mishap.break_after, mishap.end_after):
                break
            if number and self._left(mishap.pause_s):
                return
            data = event.data[: max(0, (mishap.cut_bytes or 1 << 40) - sent)]
            sent += len(data)
            step = mishap.bytes_at_once or max(1, len(data))
            for begin in range(0, len(data), step):
                self._chunk(data[begin : begin + step])
        if mishap.stall_after is not None:
            self._left(60.0)
        elif mishap.break_after is not None:
            self._reset()
        else:
            self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _left(self, wait_s: float) -> bool:
        """Wait, and tell whether nobody listens any more."""
        endpoint = self.server.endpoint
        waited_s = 0.0
        while waited_s < wait_s and not endpoint.stopping.is_set():
            step_s = min(0.02, wait_s - waited_s)
            ready, _, _ = select.select([self.connection], [], [], step_s)
            if ready and not self.connection.recv(1, socket.MSG_PEEK):
                endpoint.hung_up.release()
                self.close_connection = True
                return True
            waited_s += step_s
        return endpoint.stopping.is_set()

    def _reset(self) -> None:
        """Not the end of a reply, but of the connection."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True


def _with_mishap(events: Sequence[Event], mishap: Mishap) -> Iterator[Event]:
    kept = [event for event in events if not (mishap.without_done and event.is_done)]
    if mishap.error_after is not None:
        error = json.dumps({"error": dict(mishap.error)}).encode()
        done = [event for event in kept if event.is_done]
        kept = [*kept[: mishap.error_after], Event(b"data: " + error + b"\n\n"), *done]
    yield from kept
    if mishap.twice:
        yield from kept


def _read_clip(content_type: str, body: bytes, headers: Mapping[str, str]) -> Clip:
    """The fields and the file of a multipart form; fails where it is not one."""
    kind, _, boundary = content_type.partition("; boundary=")
    assert kind == "multipart/form-data", content_type
    first, *parts, last = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    assert (first, last) == (b"", b"--\r\n"), "the form is not whole"
    fields: dict[str, str] = {}
    sound: bytes | None = None
    for part in parts:
        head, _, value = part.partition(b"\r\n\r\n")
        name = head.split(b'name="')[1].split(b'"')[0].decode()
        assert name not in fields, f"{name} came twice"
        if name == "file":
            assert b'filename="' in head
            sound = value
        else:
            fields[name] = value.decode("utf-8")
    assert sound is not None, "there is no file"
    with wave.open(io.BytesIO(sound)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / np.float32(32767)
        return Clip(fields, headers, samples.astype(np.float32), file.getframerate())
