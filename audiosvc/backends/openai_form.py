"""What is sent to a model server: the clip as a WAV file, and the fields beside it."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from audiosvc.backends.moss_prompts import prompt_for
from audiosvc.types import Audio, Request

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SAMPLE_BYTES = 2
HEADER_BYTES = 44
BUFFER_BYTES = 2**16
SEED = 20260709
CAREFUL_PENALTY = 1.1


@dataclass(frozen=True, slots=True)
class Form:
    """How much a server is asked for: streaming, and fields that OpenAI's own API has not."""

    stream: bool
    extras: bool
    response_format: str = "json"


# From what is wanted to what anybody takes.
FORMS = (
    Form(stream=True, extras=True),
    Form(stream=False, extras=True),
    Form(stream=True, extras=False),
    Form(stream=False, extras=False),
    Form(stream=False, extras=False, response_format="verbose_json"),
)


def fields(request: Request, model: str, form: Form) -> dict[str, str]:
    """The fields of the request but for the file.

    The budget goes by the names of vLLM and of SGLang, which pass over the other's.
    """
    found = {"model": model, "temperature": "0", "response_format": form.response_format}
    if request.hints.language:
        found["language"] = request.hints.language
    if prompt := prompt_for(request.hints):
        found["prompt"] = prompt
    if form.stream:
        found["stream"] = "true"
    if not form.extras:
        return found
    if form.stream:
        found["stream_include_usage"] = "true"
    found["max_completion_tokens"] = found["max_new_tokens"] = str(request.max_tokens)
    if request.careful:
        found["repetition_penalty"] = str(CAREFUL_PENALTY)
        found["seed"] = str(SEED)
    return found


def wav_file(audio: Audio) -> io.BufferedReader:
    """A clip as 16-bit mono WAV, made while it is read: it never lies in memory as a whole."""
    return io.BufferedReader(_Wav(audio), BUFFER_BYTES)


class _Wav(io.RawIOBase):
    """The bytes of the file, for a buffer in front of it."""

    def __init__(self, audio: Audio) -> None:
        super().__init__()
        self._samples = audio.samples
        data_bytes = SAMPLE_BYTES * len(audio.samples)
        rate_hz = audio.sample_rate_hz
        self._header = struct.pack(
            "<4sI4s4sIHHIIHH4sI",
            *(b"RIFF", HEADER_BYTES - 8 + data_bytes, b"WAVE"),
            *(b"fmt ", 16, 1, 1, rate_hz, SAMPLE_BYTES * rate_hz, SAMPLE_BYTES, 8 * SAMPLE_BYTES),
            *(b"data", data_bytes),
        )
        self._size_bytes = HEADER_BYTES + data_bytes
        self._position = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes, so that its length is known beforehand."""
        return True

    def tell(self) -> int:
        """Bytes from the beginning of the file."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """As files do."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size_bytes}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """The next bytes; fewer than asked for at the end of the header and of the file."""
        with memoryview(buffer).cast("B") as view:
            piece = self._piece(self._position, len(view))
            view[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def _piece(self, position: int, most: int) -> bytes:
        if position < HEADER_BYTES:
            return self._header[position : position + most]
        skipped = (position - HEADER_BYTES) % SAMPLE_BYTES
        first = (position - HEADER_BYTES) // SAMPLE_BYTES
        count = -(-(skipped + most) // SAMPLE_BYTES)
        values = np.clip(self._samples[first : first + count], -1.0, 1.0) * np.float32(32767)
        data: bytes = np.rint(values).astype("<i2").tobytes()
        return data[skipped : skipped + most]
