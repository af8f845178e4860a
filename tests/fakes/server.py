"""A real server on a free port of this machine, over models and streams that play a script."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import grpc
import numpy as np

from audiosvc.audio.guard import Guard
from audiosvc.errors import AudiosvcError
from audiosvc.events import Finished, Interim, LiveEvent, SegmentReady
from audiosvc.jobs import JobSettings
from audiosvc.locating import Senses
from audiosvc.server.app import Server
from audiosvc.server.engine import Engine
from audiosvc.server.settings import ServerSettings
from audiosvc.service import Models
from audiosvc.settings import Settings
from audiosvc.spans import Span
from audiosvc.types import Audio, Coverage, Hints, Notice, Segment, Transcript, Window
from audiosvc.v1 import models_pb2_grpc, transcription_pb2_grpc
from audiosvc.v1 import transcription_pb2 as pb
from audiosvc.wire.details import from_call
from tests.fakes.audio import FakeDetector
from tests.fakes.script import RATE_HZ, Script, script
from tests.fakes.transcriber import FakeTranscriber
from tests.fakes.world import FakeWorld

TALK = script(
    ("ann", 0.5, 2.0, "Good morning to everybody."),
    ("ben", 2.5, 4.0, "Good morning, Ann."),
)
WAIT_S = 20.0


class HeldTranscriber(FakeTranscriber):
    """Waits in every window until it is let go. began: how many windows were begun."""

    def __init__(self, lines: Script = TALK) -> None:
        super().__init__(lines)
        self.go = threading.Event()
        self.began = threading.Semaphore(0)

    def __call__(self, window: Window, hints: Hints) -> Iterator[object]:  # type: ignore[override]
        self.began.release()
        assert self.go.wait(WAIT_S)
        yield from super().__call__(window, hints)


class SlowTranscriber(FakeTranscriber):
    """Takes so many seconds for a window."""

    def __init__(self, window_s: float, lines: Script = TALK) -> None:
        super().__init__(lines)
        self._window_s = window_s

    def __call__(self, window: Window, hints: Hints) -> Iterator[object]:  # type: ignore[override]
        time.sleep(self._window_s)
        yield from super().__call__(window, hints)


class FakeDecoder:
    """Gives s16le bytes as audio, a quarter of a second at a time; at most ``room`` ahead."""

    def __init__(self, raw: object, *, name: str, guard: Guard) -> None:
        self.closed = False
        self.notices = (Notice("audio_damaged", "Something was left out."),)
        self._queue: queue.Queue[bytes | None] = queue.Queue(4)
        self._guard = guard

    def write(self, data: bytes) -> None:
        self._put(data)

    def finish(self) -> None:
        self._put(None)

    def close(self) -> None:
        self.closed = True

    def blocks(self) -> Iterator[Audio]:
        rest, time_s = b"", 0.0
        step = RATE_HZ // 4 * 2
        ended = False
        while not (ended and len(rest) < step) and not self.closed:
            while len(rest) < step and not ended:
                try:
                    data = self._queue.get(timeout=0.02)
                except queue.Empty:
                    if self.closed:
                        return
                    continue
                ended = data is None
                rest += data or b""
            if len(rest) >= step:
                samples = np.frombuffer(rest[:step], "<i2").astype(np.float32) / 32768
                rest = rest[step:]
                audio = Audio(samples, RATE_HZ, time_s)
                time_s = audio.span.end_s
                self._guard.admit(time_s, "it")
                yield audio

    def _put(self, data: bytes | None) -> None:
        while not self.closed:
            try:
                return self._queue.put(data, timeout=0.02)
            except queue.Full:
                continue


class FakeLive:
    """One segment for each second that is fed, with an interim before it. go: cleared, it waits."""

    def __init__(
        self,
        emit: Callable[[LiveEvent], None],
        model: str,
        go: threading.Event,
        text: str = "second",
        finish_s: float = 0.0,
    ) -> None:
        self.received_s = self.processed_s = self.final_s = 0.0
        self.closed = threading.Event()
        self._emit = emit
        self._model = model
        self._go = go
        self._text = text
        self._finish_s = finish_s
        self._segments: list[Segment] = []
        self._revision = 0

    def feed(self, audio: Audio) -> None:
        self.received_s = audio.span.end_s
        while not self._go.wait(0.02) and not self.closed.is_set():
            pass
        self.processed_s = audio.span.end_s
        self._revision += 1
        words = (f"word{self._revision}",)
        self._emit(Interim(self._revision, Span(self.final_s, self.processed_s), words, ()))
        while self.processed_s - self.final_s >= 1.0:
            span = Span(self.final_s, self.final_s + 1.0)
            number = len(self._segments)
            self._segments.append(Segment(number, span, "S1", f"{self._text} {number}"))
            self._emit(SegmentReady(self._segments[-1]))
            self.final_s = span.end_s

    def finish(self) -> None:
        time.sleep(self._finish_s)
        self.final_s = self.processed_s
        transcript = Transcript(
            tuple(self._segments), (), "en", self.received_s, Coverage(), self._model
        )
        self._emit(Finished(transcript))

    def close(self) -> None:
        self.closed.set()


class FakeEngine:
    """Live sessions that can be watched. sessions: in the order of their beginning."""

    def __init__(self, text: str = "second", finish_s: float = 0.0) -> None:
        """text: of each segment, before its number. finish_s: how long the end takes."""
        self._text = text
        self._finish_s = finish_s
        self.sessions: list[FakeLive] = []
        self.decoders: list[FakeDecoder] = []
        self.go = threading.Event()
        self.go.set()

    def open_live(
        self,
        models: Models,
        settings: Settings,
        hints: Hints,
        emit: Callable[[LiveEvent], None],
        *,
        interim: bool,
    ) -> FakeLive:
        self.sessions.append(FakeLive(emit, models.name, self.go, self._text, self._finish_s))
        return self.sessions[-1]

    def decoder(self, raw: object, *, name: str, guard: Guard) -> FakeDecoder:
        self.decoders.append(FakeDecoder(raw, name=name, guard=guard))
        return self.decoders[-1]

    @property
    def engine(self) -> Engine:
        return Engine(open_live=self.open_live, decoder=self.decoder)


class Serving:
    """A server that runs in a thread of its own, and a channel to it."""

    def __init__(self, server: Server, loop: asyncio.AbstractEventLoop) -> None:
        self.server = server
        self.loop = loop
        self.address = str(server.grpc_address)
        self.http = f"http://{server.http_address}"
        self.channel = grpc.insecure_channel(self.address)
        self.models = models_pb2_grpc.ModelServiceStub(self.channel)

    def call(
        self,
        messages: Iterable[pb.TranscribeRequest],
        *,
        channel: grpc.Channel | None = None,
        timeout_s: float = WAIT_S,
        metadata: Iterable[tuple[str, str]] = (),
    ) -> grpc.Call:
        """A stream as the transport sees it."""
        stub = transcription_pb2_grpc.TranscriptionServiceStub(channel or self.channel)
        return stub.Transcribe(iter(messages), timeout=timeout_s, metadata=tuple(metadata))

    def transcribe(
        self, messages: Iterable[pb.TranscribeRequest], **options: object
    ) -> list[pb.TranscribeResponse]:
        """All responses of a stream. Raises our own error."""
        try:
            return list(self.call(messages, **options))  # type: ignore[arg-type, call-overload]
        except grpc.RpcError as error:
            raise from_call(error) from error

    def refusal(self, messages: Iterable[pb.TranscribeRequest], **options: object) -> AudiosvcError:
        """The error that a stream ends with."""
        try:
            self.transcribe(messages, **options)
        except AudiosvcError as error:
            return error
        raise AssertionError("the call ended without an error")

    @property
    def sessions(self) -> int:
        """How many places are taken."""
        return self.server.place.admission.sessions


@contextmanager
def serving(
    data_dir: Path,
    transcriber: FakeTranscriber | None = None,
    *,
    lines: Script = TALK,
    engine: Engine | None = None,
    load: Callable[[Settings], Models] | None = None,
    load_senses: Callable[[Settings], Senses] | None = None,
    jobs: JobSettings | None = None,
    is_ready: bool = True,
    **settings: object,
) -> Iterator[Serving]:
    """jobs: None serves none. settings: of the server. is_ready: wait for the models."""
    hears = transcriber or FakeTranscriber(lines)
    fake = load or (lambda _: Models("fake", lambda: hears, FakeDetector(lines)))
    chosen = ServerSettings.model_validate(
        {"grpc": "127.0.0.1:0", "http": "127.0.0.1:0", "data_dir": data_dir}
        | {"drain_timeout_s": 0.0, **settings}
    )
    server = Server(
        chosen,
        Settings(model="base"),
        jobs,
        load=fake,
        load_senses=load_senses or (lambda settings: senses_of(fake(settings))),
        engine=engine or FakeEngine().engine,
    )
    bound: Future[asyncio.AbstractEventLoop] = Future()
    stop = asyncio.Event()

    async def run() -> None:
        try:
            await server.bind()
            starting = asyncio.ensure_future(server.startup())
            if is_ready:
                await starting
            bound.set_result(asyncio.get_running_loop())
        except BaseException as error:
            bound.set_exception(error)
            raise
        await stop.wait()
        await server.shutdown()

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="server")
    thread.start()
    loop = bound.result(WAIT_S)
    served = Serving(server, loop)
    try:
        yield served
    finally:
        served.channel.close()
        loop.call_soon_threadsafe(stop.set)
        thread.join(WAIT_S)
        assert not thread.is_alive()


def senses_of(models: Models, world: FakeWorld | None = None) -> Senses:
    """Hears what the models do, and finds Paris."""
    world = world or FakeWorld()
    return Senses(models.detector, lambda: models, lambda: None, lambda: world)


def config(mode: int = pb.TRANSCRIBE_MODE_RECORDING, **fields: object) -> pb.TranscribeRequest:
    """The first message."""
    return pb.TranscribeRequest(config=pb.TranscribeConfig(mode=mode, **fields))  # type: ignore[arg-type]


def audio(data: bytes, size_bytes: int = 32_768) -> Iterator[pb.TranscribeRequest]:
    """The messages after it."""
    for place in range(0, len(data), size_bytes):
        yield pb.TranscribeRequest(audio=data[place : place + size_bytes])


def pcm(seconds: float) -> bytes:
    """Sound without a header: 16 kHz, s16le."""
    return np.full(round(seconds * RATE_HZ), 3000, "<i2").tobytes()


def kinds(responses: Iterable[pb.TranscribeResponse]) -> list[str]:
    """Which events there are, in order."""
    return [response.WhichOneof("event") or "" for response in responses]


def metadata_of(call: grpc.Call) -> Mapping[str, str]:
    """What came after the last response."""
    return {key: value for key, value in call.trailing_metadata() if isinstance(value, str)}
