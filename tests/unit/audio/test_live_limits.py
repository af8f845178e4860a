"""A live stream ends when it should, holds up nobody, and is refused when it cannot be read."""

from __future__ import annotations

import threading
import time

import pytest

from audiosvc.audio.container import RawFormat
from audiosvc.audio.guard import Guard
from audiosvc.audio.live import LiveDecoder
from audiosvc.audio.pipe import CAPACITY_BYTES
from audiosvc.audio.ration import SILENT_LIMIT_BYTES
from audiosvc.errors import AudioEmpty, AudioTooLong, AudioUnreadable, NoAudioStream
from tests.unit.audio.test_live import PATIENCE_S, Listener, live

PCM = RawFormat(16_000)


def in_a_thread(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_a_writer_waits_for_a_reader_that_is_behind():
    decoder = LiveDecoder(PCM, name="talk")
    decoder.write(bytes(CAPACITY_BYTES))
    writer = in_a_thread(lambda: decoder.write(bytes(3 * CAPACITY_BYTES)))
    writer.join(0.1)
    assert writer.is_alive()
    listener = Listener(decoder)
    writer.join(PATIENCE_S)
    assert not writer.is_alive()
    decoder.finish()
    assert len(listener.ended()) == 2 * CAPACITY_BYTES


def test_close_ends_a_writer_that_waits():
    decoder = LiveDecoder(PCM, name="talk")
    writer = in_a_thread(lambda: decoder.write(bytes(10 * CAPACITY_BYTES)))
    writer.join(0.05)
    decoder.close()
    decoder.close()
    writer.join(PATIENCE_S)
    assert not writer.is_alive()
    decoder.write(b"more")
    decoder.finish()
    assert list(decoder.blocks()) == []


@pytest.mark.parametrize("sent", [b"", b"Og", b"RIFF\0\0\0\0WAVE", b"\xff\xfb", bytes(64_000)])
@pytest.mark.parametrize("raw", [None, PCM])
def test_close_ends_a_reader_that_waits(raw, sent):
    decoder = LiveDecoder(raw, name="talk")
    listener = Listener(decoder)
    decoder.write(sent)
    time.sleep(0.02)
    decoder.close()
    listener.ended()


def test_a_reader_that_goes_away_ends_the_writer():
    decoder = LiveDecoder(PCM, name="talk")
    writer = in_a_thread(lambda: decoder.write(bytes(10 * CAPACITY_BYTES)))
    blocks = decoder.blocks()
    next(blocks)
    blocks.close()
    writer.join(PATIENCE_S)
    assert not writer.is_alive()


def test_after_a_refusal_the_writer_goes_free():
    decoder = LiveDecoder(name="talk")
    listener = Listener(decoder)
    for _ in range(40):
        decoder.write(b"nothing like sound" * 2_000)
    with pytest.raises(AudioUnreadable, match="talk is not audio in any known format"):
        listener.ended()


def test_no_bytes_after_the_last_one():
    decoder = LiveDecoder(PCM, name="talk")
    decoder.finish()
    with pytest.raises(ValueError, match="No more bytes"):
        decoder.write(b"\0\0")


@pytest.mark.parametrize("raw", [None, PCM])
def test_nothing_at_all_is_empty(raw):
    with pytest.raises(AudioEmpty, match="talk is empty"):
        live(b"", raw)


@pytest.mark.parametrize("size", [1, 5, 30, 44])
def test_a_header_alone_is_refused(tone, encode, size):
    with pytest.raises((AudioUnreadable, AudioEmpty)):
        live(encode(tone(1.0, 16_000), 16_000, "wav", "pcm_s16le")[:size])


@pytest.mark.parametrize(
    ("options", "words"), [({}, "TRANSCRIBE_MODE_RECORDING"), ({"instead": "Go home."}, "Go home.")]
)
def test_an_mp4_with_its_index_at_the_end_is_refused_at_once(tone, encode, options, words):
    data = encode(tone(2.0, 48_000), 48_000, "mp4", "aac")
    decoder = LiveDecoder(name="talk.mp4", **options)
    listener = Listener(decoder)
    decoder.write(data[: len(data) // 2])
    with pytest.raises(AudioUnreadable, match=words):
        listener.ended()


def test_a_picture_is_no_sound(tone, encode):
    data = encode(tone(0.5, 48_000), 48_000, "matroska", "aac", video="mpeg4")
    start = data.find(b"A_AAC")
    damaged = data[:start] + b"S_AAC" + data[start + 5 :]
    with pytest.raises((NoAudioStream, AudioUnreadable)):
        live(damaged)


def test_a_packet_of_a_gigabyte_is_not_waited_for(tone, encode):
    data = encode(tone(0.5, 48_000), 48_000, "matroska", "flac")
    cluster = data.find(b"\x1f\x43\xb6\x75")
    block = data.find(b"\xa3", cluster + 12)
    announced = data[:block] + b"\xa3\x08" + (2**30).to_bytes(7, "big")[3:]
    decoder = LiveDecoder(name="talk")
    listener = Listener(decoder)
    decoder.write(announced)
    for _ in range(SILENT_LIMIT_BYTES // 2**20 + 2):
        decoder.write(bytes(2**20))
    with pytest.raises(AudioUnreadable, match="no sound within 32 MiB"):
        listener.ended()


def test_a_stream_that_goes_on_too_long_is_ended():
    with pytest.raises(AudioTooLong, match="longer than 2 s"):
        live(bytes(32_000 * 10), PCM, guard=Guard(max_audio_s=2.0))
    assert len(live(bytes(64_000), PCM, guard=Guard(max_audio_s=2.0))[0]) == 32_000


@pytest.mark.parametrize("raw", [None, PCM])
@pytest.mark.parametrize("error", [TimeoutError, AudioTooLong, RuntimeError])
def test_what_the_check_raises_comes_out(tone, encode, capfd, raw, error):
    data = encode(tone(9.0, 48_000), 48_000, "webm", "libopus")
    calls = iter(range(1_000_000))

    def check():
        if next(calls) >= 7:
            raise error("enough")

    with pytest.raises(error, match="enough"):
        live(data, raw, guard=Guard(check=check))
    assert capfd.readouterr().err == ""
