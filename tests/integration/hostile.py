"""Damaged recordings by the thousand, each made again from its number alone.

    python -m tests.integration.hostile KIND FIRST LAST

reads the cases FIRST to LAST - 1 of a kind, from a file and as a live stream, and prints a line
before and a line after each, so that whoever reads along knows which one was the last.
"""

from __future__ import annotations

import faulthandler
import io
import sys
import threading
import time
from functools import cache
from pathlib import Path

import av
import numpy as np

from audiosvc.audio.decode import decode
from audiosvc.audio.guard import Guard
from audiosvc.audio.live import LiveDecoder
from audiosvc.audio.sources import FileSource
from audiosvc.errors import AudioError

SEED = 20_240_607
CASE_LIMIT_S = 5.0
GROWTH_LIMIT_BYTES = 200 * 1024**2
GUARD = Guard(max_audio_s=300.0)
FRAGMENTED = {"movflags": "frag_every_frame+empty_moov+default_base_moof"}
# By kind: container, codec, rate, options of the container.
KINDS = {
    "wav": ("wav", "pcm_s16le", 16_000, {}),
    "flac": ("flac", "flac", 16_000, {}),
    "mp3": ("mp3", "libmp3lame", 44_100, {}),
    "opus": ("ogg", "libopus", 48_000, {}),
    "webm": ("webm", "libopus", 48_000, {}),
    "m4a": ("mp4", "aac", 48_000, {}),
    "fragmented": ("mp4", "aac", 48_000, FRAGMENTED),
    "mov": ("mov", "pcm_s16le", 16_000, {}),
    "mkv": ("matroska", "flac", 16_000, {}),
    "mpegts": ("mpegts", "aac", 48_000, {}),
    "adts": ("adts", "aac", 16_000, {}),
    "aiff": ("aiff", "pcm_s16be", 16_000, {}),
    "caf": ("caf", "alac", 16_000, {}),
    "avi": ("avi", "libmp3lame", 44_100, {}),
}
NUMBERS = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x3938700, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


@cache
def speech() -> np.ndarray:
    """A second and a half of the test dialogue, (n,) at 16 kHz."""
    path = Path(__file__).parents[1] / "data" / "dialogue.flac"
    return np.concatenate([b.samples for b in FileSource(path, start_s=0.5, end_s=2.0).blocks()])


@cache
def whole(kind: str) -> bytes:
    """The recording before anything happens to it; always the same bytes."""
    container_format, codec, rate_hz, options = KINDS[kind]
    file = io.BytesIO()
    options = {"fflags": "+bitexact", **options}
    with av.open(file, "w", format=container_format, options=options) as container:
        stream = container.add_stream(codec, rate=rate_hz, layout="mono")
        stream.codec_context.open()
        size = stream.codec_context.frame_size or 1_024
        to_codec = av.AudioResampler(stream.codec_context.format.name, "mono", rate_hz, size)
        for first in range(0, len(speech()), 1_000):
            piece = np.ascontiguousarray(speech()[np.newaxis, first : first + 1_000])
            frame = av.AudioFrame.from_ndarray(piece, format="flt", layout="mono")
            frame.sample_rate, frame.pts = 16_000, first
            for converted in to_codec.resample(frame):
                container.mux(stream.encode(converted))
        for converted in to_codec.resample(None):
            container.mux(stream.encode(converted))
        container.mux(stream.encode(None))
    return file.getvalue()


def case(kind: str, number: int) -> bytes:
    """A recording of that kind with one to four things done to it."""
    rng = np.random.default_rng([SEED, number, *kind.encode()])
    data = bytearray(whole(kind))
    for _ in range(rng.integers(1, 5)):
        DAMAGES[rng.integers(len(DAMAGES))](data, rng)
        if not data:
            break
    return bytes(data)


def place(data: bytearray, rng: np.random.Generator) -> int:
    """Anywhere, and every other time in the header."""
    return int(rng.integers(len(data) if rng.random() < 0.5 else min(len(data), 600)))


def flip_bits(data: bytearray, rng: np.random.Generator) -> None:
    for _ in range(rng.integers(1, 40)):
        data[place(data, rng)] ^= 1 << int(rng.integers(8))


def truncate(data: bytearray, rng: np.random.Generator) -> None:
    del data[place(data, rng) :]


def splice(data: bytearray, rng: np.random.Generator) -> None:
    """The end of another kind."""
    other = whole(list(KINDS)[rng.integers(len(KINDS))])
    data[place(data, rng) :] = other[int(rng.integers(len(other))) :]


def swap_header(data: bytearray, rng: np.random.Generator) -> None:
    """The beginning of another kind."""
    other = whole(list(KINDS)[rng.integers(len(KINDS))])
    size = int(rng.integers(4, 200))
    data[:size] = other[:size]


def repeat(data: bytearray, rng: np.random.Generator) -> None:
    at = place(data, rng)
    piece = bytes(data[at : at + int(rng.integers(1, 2_000))])
    data[at:at] = piece * int(rng.integers(1, 30))


def remove(data: bytearray, rng: np.random.Generator) -> None:
    at = place(data, rng)
    del data[at : at + int(rng.integers(1, 500))]


def overwrite(data: bytearray, rng: np.random.Generator) -> None:
    at = place(data, rng)
    data[at : at + 200] = rng.bytes(int(rng.integers(1, 200)))


def write_number(data: bytearray, rng: np.random.Generator) -> None:
    """A size, a count, an offset: whatever stands there, it is not to be believed."""
    width = int(rng.choice([1, 2, 4, 8]))
    number = NUMBERS[rng.integers(len(NUMBERS))] % 2 ** (8 * width)
    at = place(data, rng)
    data[at : at + width] = number.to_bytes(width, str(rng.choice(["big", "little"])))


DAMAGES = (
    *(flip_bits, truncate, splice, swap_header, repeat, remove, overwrite),
    *(write_number, write_number, write_number),
)


def read_file(data: bytes, number: int) -> float:
    """The seconds that come out of it."""
    return heard_s(decode(io.BytesIO(data), name="case", guard=GUARD))


def read_live(data: bytes, number: int) -> float:
    """The same as a stream, cut anywhere."""
    decoder = LiveDecoder(name="case", guard=GUARD)
    cuts = np.random.default_rng(number).integers(0, len(data) + 1, 8)

    def send() -> None:
        first = 0
        for last in (*sorted(cuts), len(data)):
            decoder.write(data[first:last])
            first = last
        decoder.finish()

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    try:
        return heard_s(decoder.blocks())
    finally:
        sender.join(CASE_LIMIT_S)
        if sender.is_alive():
            raise AssertionError("the writer still waits")


def heard_s(blocks) -> float:
    total_s = 0.0
    for block in blocks:
        if not np.isfinite(block.samples).all() or np.abs(block.samples).max(initial=0.0) > 1.0:
            raise AssertionError("samples that are none")
        total_s += block.duration_s
    return total_s


def peak_bytes() -> int:
    """The most memory since it was last set back; 0 where that cannot be told."""
    if sys.platform != "linux":
        return 0
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def run(kind: str, number: int, read) -> str:
    """What became of a case, in words; what begins with FAIL should not have happened."""
    data = case(kind, number)
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")
    before_bytes, begun_s = peak_bytes(), time.monotonic()
    try:
        outcome = f"{read(data, number):.3f} s"
    except AudioError as error:
        outcome = type(error).__name__
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        outcome = f"FAIL {error!r}"
    grown_bytes, took_s = peak_bytes() - before_bytes, time.monotonic() - begun_s
    if grown_bytes > GROWTH_LIMIT_BYTES:
        outcome = f"FAIL {grown_bytes / 1e6:.0f} MB more ({outcome})"
    if took_s > CASE_LIMIT_S:
        outcome = f"FAIL {took_s:.1f} s long ({outcome})"
    return outcome


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(kind: str, first: int, last: int) -> None:
    for number in range(first, last):
        for read in (read_file, read_live):
            tell(f"{kind} {number} {read.__name__}")
            # Ends the process: a thread that hangs in the library cannot be ended alone.
            faulthandler.dump_traceback_later(4 * CASE_LIMIT_S, exit=True)
            tell(run(kind, number, read))
            faulthandler.cancel_dump_traceback_later()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
