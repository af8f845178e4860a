"""Decodes a recording while it is still being made: bytes in, short mono blocks out."""

from __future__ import annotations

from collections.abc import Iterator

from audiosvc.audio.blocks import Chunk, to_live_blocks
from audiosvc.audio.boxes import BoxedStream
from audiosvc.audio.container import RawFormat, first_audio_stream, open_container
from audiosvc.audio.downmix import Downmix
from audiosvc.audio.guard import UNBOUNDED, Guard
from audiosvc.audio.pipe import Pipe
from audiosvc.audio.probing import MARK_BYTES, MP4, keeps_its_index_at_the_end, quick_probing
from audiosvc.audio.ration import Ration
from audiosvc.audio.reading import Reading
from audiosvc.audio.resample import SAMPLE_RATE_HZ
from audiosvc.audio.riff import read_wav_header
from audiosvc.errors import AudioEmpty, AudioError, AudioUnreadable
from audiosvc.types import Audio, Notice

AS_RECORDING = "Send it as a recording (TRANSCRIBE_MODE_RECORDING), which is read when it is whole."


class LiveDecoder:
    """One live stream. ``write`` is called in one thread, ``blocks`` consumed in another.

    notices: what had to be repaired, known when ``blocks`` has ended.
    """

    def __init__(
        self,
        raw: RawFormat | None = None,
        *,
        name: str,
        guard: Guard = UNBOUNDED,
        rate_hz: int = SAMPLE_RATE_HZ,
        instead: str = AS_RECORDING,
    ) -> None:
        """raw: what the bytes mean when they have no header. name: for messages.

        guard: what the reading may cost; its check is called in the thread of ``blocks``. rate_hz:
        of the blocks. instead: what to do with a recording that is only read when it is whole.
        """
        self.notices: tuple[Notice, ...] = ()
        self._raw = raw
        self._name = name
        self._guard = guard
        self._rate_hz = rate_hz
        self._instead = instead
        self._pipe = Pipe()
        self._ration = Ration(self._pipe, name)

    def write(self, data: bytes) -> None:
        """The next bytes, cut anywhere; waits while the reader is 256 KiB behind.

        After ``close``, and when ``blocks`` has ended, it does nothing. Raises ValueError after
        ``finish``.
        """
        self._pipe.write(data)

    def finish(self) -> None:
        """No more bytes will come; ``blocks`` ends with what is here."""
        self._pipe.finish()

    def close(self) -> None:
        """Nothing more is wanted: ends a ``write`` and ``blocks`` that wait, as often as called."""
        self._pipe.close()

    def blocks(self) -> Iterator[Audio]:
        """Mono blocks of at most 0.25 s, each when its bytes are there; to be called once.

        Ends early and silently after ``close``. Raises AudioError when nothing can be read, and
        AudioTooLong or what the check raises, as the guard says.
        """
        try:
            yield from self._decoded()
        except AudioError:
            if not self._pipe.closed:
                raise
        finally:
            self.close()

    def _decoded(self) -> Iterator[Audio]:
        head = self._pipe.peek(MARK_BYTES)
        if not head:
            raise AudioEmpty(f"{self._name} is empty: it has 0 bytes.")
        raw = self._raw or self._behind_a_wav_header()
        if raw is None and keeps_its_index_at_the_end(self._pipe.peek):
            raise AudioUnreadable(
                f"{self._name} is an MP4 file whose index comes last, so that it cannot be read "
                f"while it comes. {self._instead}"
            )
        probing = quick_probing(head)
        is_mp4 = raw is None and probing.format_name == MP4
        stream = BoxedStream(self._ration, self._name) if is_mp4 else self._ration
        try:
            container = open_container(stream, self._name, raw, self._guard, probing)
        except AudioUnreadable as error:
            raise AudioUnreadable(f"{error} If it is whole: {self._instead}") from error
        with container:
            sound = first_audio_stream(container, self._name)
            reading = Reading(self._name, container, sound, guard=self._guard)
            downmix = Downmix()
            empty = True
            for block in to_live_blocks(self._heard(reading), downmix, self._rate_hz):
                empty = False
                yield block
            if empty:
                raise reading.empty()
            self.notices = (*reading.notices(), *downmix.notices(self._name))

    def _behind_a_wav_header(self) -> RawFormat | None:
        """What the samples of a WAV stream are, if it is one; what comes next is the first."""
        header = read_wav_header(self._pipe.peek)
        if header is None:
            return None
        self._ration.skip(header.begin)
        self._ration.stop_behind(header.length_bytes)
        return header.raw

    def _heard(self, reading: Reading) -> Iterator[Chunk]:
        for chunk in reading.chunks():
            self._ration.renew()
            yield chunk
