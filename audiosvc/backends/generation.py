"""Batches for a model that writes text: clips lined up together go through one ``generate``."""

from __future__ import annotations

import logging
import threading
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from audiosvc.backends.generation_caches import StaticCaches
from audiosvc.backends.generation_decoding import Row, Speech, Steer, decode
from audiosvc.backends.generation_desk import Desk
from audiosvc.backends.generation_writing import Detokenise, TokenWriting
from audiosvc.backends.torch_memory import footprint_of, free_bytes, is_out_of_memory, release
from audiosvc.errors import ModelError, ModelFailed
from audiosvc.types import Request

MOST_ROWS = 12  # an hour in windows of five minutes
MOST_ROWS_ON_CPU = 4  # a CPU has little left over that a larger batch could use
GIGABYTE = 1e9
_PATIENCE_S = 10.0  # how long the end of the process waits for the token in progress

_log = logging.getLogger(__name__)


class Composer(Protocol):
    """Makes the prompt of a request."""

    def __call__(self, request: Request) -> Any:
        """Embeddings ``(length, hidden)`` on the model's device, audio in its places."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Writer:
    """A loaded model, and how to deal with it.

    name: for messages. model: has ``generate``. longest: tokens that it can take, prompt and text
    together.
    """

    name: str
    model: Any
    compose: Composer
    detokenise: Detokenise
    speech: Speech
    longest: int


class Generator:
    """Lines requests up for a model, and works on those that came together as one batch.

    One thread does all the work of a model. It ends with the process, or with this object. steer
    and free are for tests, which have neither trained weights nor memory of a given size.
    """

    def __init__(self, writer: Writer, *, usual: tuple[int, int]) -> None:
        """usual: how many tokens a prompt of the usual clip has, and the text behind it."""
        config = writer.model.config.get_text_config(decoder=True)
        self.name = writer.name
        self.steer: Steer | None = None
        self.free: Callable[..., int] = free_bytes
        self._writer = writer
        self._device = writer.model.device
        self._footprint = footprint_of(config, writer.model.dtype)
        self.caches = StaticCaches(writer.model)
        self.batch = self._batch_of(*usual)
        desk: Desk[tuple[Generator, TokenWriting]] = Desk(self.batch)
        thread = threading.Thread(target=_serve, args=(desk,), name="generation", daemon=True)
        thread.start()
        self._desk = desk
        weakref.finalize(self, _shut, desk, thread)

    def write(self, request: Request) -> TokenWriting:
        """Line a request up."""
        writing = TokenWriting(request, self._writer.detokenise)
        if not self._desk.put((self, writing), request.careful):
            writing.finish(ModelFailed(f"{self.name} is shut down."))
        return writing

    def work(self, writings: Sequence[TokenWriting]) -> None:
        """Write all of these to their ends; what fails is told to those whom it concerns."""
        rows = [row for row in map(self._row, writings) if row]
        waiting = deque(self._fitting(rows))
        while waiting:
            batch = _unfinished(waiting.popleft())
            before = _written(batch)
            error = self._attempt(batch)
            if error is None:
                rest = _unfinished(batch)
                if _written(batch) == before:  # a limit of the library's that we do not know
                    self._end(rest)
                elif rest:
                    waiting.appendleft(rest)
            elif is_out_of_memory(error):
                del error  # it holds the frames, and they the tensors
                waiting.extendleft(reversed(self._smaller(batch)))
            else:
                self._fail(batch, error)

    def _batch_of(self, prompt: int, new: int) -> int:
        """How many rows fit, if all are of this size; at least one."""
        most = MOST_ROWS_ON_CPU if self._device.type == "cpu" else MOST_ROWS
        free = self.free(self._device)
        return next(
            (n for n in range(most, 1, -1) if self._footprint.batch(n, prompt, new) <= free), 1
        )

    def _row(self, writing: TokenWriting) -> Row | None:
        """The prompt of a request, if it is still wanted and there is room for an answer."""
        if writing.is_over:
            return None
        try:
            prompt = self._writer.compose(writing.request)
        except Exception as error:  # noqa: BLE001 - a library fails in its own ways
            writing.finish(_told(self.name, error))
            return None
        room = self._writer.longest - len(prompt)
        if room <= 0:
            writing.finish(
                ModelFailed(
                    f"{self.name} takes {self._writer.longest} tokens, and this clip of "
                    f"{writing.request.audio.duration_s:.0f} s alone has {len(prompt)}: choose a "
                    "smaller --window."
                )
            )
            return None
        return Row(prompt, max(1, min(writing.request.max_tokens, room)), writing)

    def _fitting(self, rows: Sequence[Row]) -> list[list[Row]]:
        """Batches that are expected to fit into the memory there is now, in order."""
        free = self.free(self._device)
        batches: list[list[Row]] = []
        for row in rows:
            if batches and self._wanted([*batches[-1], row]) <= free:
                batches[-1].append(row)
            else:
                batches.append([row])
        return batches

    def _wanted(self, rows: Sequence[Row]) -> int:
        longest = max(row.length for row in rows)
        return self._footprint.batch(len(rows), longest, max(row.usual for row in rows))

    def _attempt(self, rows: list[Row]) -> Exception | None:
        """What went wrong, if something did."""
        if not rows:
            return None
        if self._device.type == "cpu":
            # A GPU says so when its memory is full; a CPU's is overcommitted, and then the system
            # ends the process.
            wanted, free = self._wanted(rows), self.free(self._device, share=False)
            if wanted > free:
                return MemoryError()
        cache = None
        try:
            cache = self.caches.take(rows)
            decode(self._writer.model, rows, self._writer.speech, self.steer, cache)
        except Exception as error:  # noqa: BLE001 - a library fails in its own ways
            if cache is None or is_out_of_memory(error):
                return error
            self.caches.give_up(error)
        else:
            return None
        return self._attempt(_unfinished(rows))

    def _smaller(self, rows: list[Row]) -> list[list[Row]]:
        """Halves; a single row has failed."""
        self.caches.drop()
        release(self._device)
        rows = _unfinished(rows)
        if len(rows) == 1:
            self._fail(rows, ModelFailed(self._too_large(rows[0])))
        if len(rows) <= 1:
            return []
        half = (len(rows) + 1) // 2
        _log.warning(
            "%s: no memory for %d windows at once on %s; going on with %d",
            self.name,
            len(rows),
            self._device,
            half,
        )
        return [rows[:half], rows[half:]]

    def _too_large(self, row: Row) -> str:
        other = "" if self._device.type == "cpu" else ", or --device cpu"
        return (
            f"{self.name} has no memory for a clip of "
            f"{row.writing.request.audio.duration_s:.0f} s on {self._device}: it wants about "
            f"{self._wanted([row]) / GIGABYTE:.1f} GB, and "
            f"{self.free(self._device, share=False) / GIGABYTE:.1f} GB are free. "
            f"Try a smaller --window{other}."
        )

    def _end(self, rows: Sequence[Row]) -> None:
        for row in rows:
            row.writing.finish("length")

    def _fail(self, rows: Sequence[Row], error: Exception) -> None:
        for row in rows:
            row.writing.hand_over()
            row.writing.finish(_told(self.name, error))


def _unfinished(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if not row.writing.is_over]


def _written(rows: Sequence[Row]) -> int:
    return sum(len(row.writing.written) for row in rows)


def _told(name: str, error: Exception) -> ModelError:
    """An error of its own for each reader: raising adds to it."""
    if isinstance(error, ModelError):
        told = type(error)(*error.args)
    else:
        reason = (str(error).strip() or type(error).__name__).partition("\n")[0]
        told = ModelFailed(f"{name} stopped while it wrote: {reason}")
    told.__cause__ = error
    return told


def _serve(desk: Desk[tuple[Generator, TokenWriting]]) -> None:
    """The thread of a generator; while there is nothing to do, it does not hold it."""
    while jobs := desk.take():
        writings = [writing for _, writing in jobs]
        try:
            jobs[0][0].work(writings)
        except BaseException as error:  # noqa: BLE001 - nobody may wait for ever
            for writing in writings:
                writing.finish(ModelFailed(f"A fault of the generator: {error!r}"))
        del jobs, writings


def _shut(desk: Desk[tuple[Generator, TokenWriting]], thread: threading.Thread) -> None:
    """End the thread at its next token: torch must not be at work when the process ends."""
    for generator, writing in desk.close():
        writing.finish(ModelFailed(f"{generator.name} is shut down."))
    if thread is not threading.current_thread():
        thread.join(_PATIENCE_S)
