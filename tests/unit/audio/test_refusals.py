"""What is not a recording is refused in one clear line, and nothing else is opened."""

from __future__ import annotations

import io
import struct
import wave
import zlib

import av
import numpy as np
import pytest

from audiosvc.audio.container import RawFormat
from audiosvc.audio.decode import decode
from audiosvc.audio.open import open_source
from audiosvc.errors import (
    AudioEmpty,
    AudioError,
    AudioNotFound,
    AudioUnreadable,
    NoAudioStream,
    OptionError,
)


def refuse(source, error, **options):
    with pytest.raises(error) as caught:
        list(decode(source, **options))
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_missing_file(tmp_path):
    path = tmp_path / "missing.wav"
    assert str(path) in refuse(path, AudioNotFound)


def test_an_address_is_not_fetched():
    assert "not fetched" in refuse("https://example.org/talk.mp3", AudioNotFound)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5_000, "missing/talk.wav"])
def test_a_path_that_cannot_be(tmp_path, name):
    refuse(str(tmp_path / name), (AudioNotFound, AudioUnreadable))
    with open_source(str(tmp_path / name)) as source, pytest.raises(AudioError):
        next(source.blocks())


def test_what_is_neither_a_file_nor_a_directory():
    refuse("/dev/null", AudioNotFound)


def test_a_directory(tmp_path):
    assert "directory" in refuse(tmp_path, AudioNotFound)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.wav", b"This is a letter, and not a recording.\n" * 50),
        ("text.mp3", b"This is a letter, and not a recording.\n" * 50),
        ("noise.flac", bytes(np.random.default_rng(1).integers(0, 256, 5_000, dtype=np.uint8))),
        ("subtitles.mp3", b"1\n00:00:01,000 --> 00:00:02,000\nHello\n\n"),
        ("short.wav", b"RIFF"),
        ("page.mp3", b"<!DOCTYPE html><html><body>Not found</body></html>"),
    ],
)
def test_what_is_not_audio(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    message = refuse(path, AudioUnreadable)
    assert str(path) in message
    assert "convert it" in message


def test_zero_bytes(tmp_path, capfd):
    path = tmp_path / "empty.mp3"
    path.touch()
    assert "0 bytes" in refuse(path, AudioUnreadable)
    assert capfd.readouterr().err == ""


def test_a_header_without_samples(tmp_path):
    path = tmp_path / "nothing.wav"
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, 16_000, 0, "NONE", ""))
    assert "length is zero" in refuse(path, AudioEmpty)


def test_sound_that_is_damaged_from_its_beginning(tone, encode):
    data = encode(tone(2.0, 16_000), 16_000, "flac", "flac")
    data = data[:100] + bytes(9_000)
    assert "damaged" in refuse(io.BytesIO(data), AudioUnreadable, name="broken.flac")


@pytest.mark.parametrize("rate_hz", [1, 0x7FFFFFFF])
def test_a_sample_rate_that_would_fill_the_machine(tone, encode, rate_hz):
    data = bytearray(encode(tone(2.0, 16_000), 16_000, "wav", "pcm_s16le"))
    data[24:28] = rate_hz.to_bytes(4, "little")
    assert "cannot be" in refuse(io.BytesIO(bytes(data)), AudioUnreadable, name="odd.wav")


def test_a_start_behind_the_end(tone, encode):
    data = encode(tone(2.0, 16_000), 16_000, "flac", "flac")
    message = refuse(io.BytesIO(data), AudioEmpty, name="short.flac", start_s=5.0)
    assert "2.00 s" in message


@pytest.mark.parametrize(("start_s", "end_s"), [(-1.0, None), (3.0, 3.0), (5.0, 2.0)])
def test_a_cut_that_cannot_be(start_s, end_s):
    refuse(io.BytesIO(b""), OptionError, start_s=start_s, end_s=end_s)


@pytest.mark.parametrize(
    "arguments", [(0,), (16_000, 0), (16_000, 1, "s17"), (16_000, 65), (-8_000,)]
)
def test_a_raw_format_that_cannot_be(arguments):
    with pytest.raises(OptionError):
        RawFormat(*arguments)


def test_a_picture():
    def part(kind, body):
        whole = kind + body
        return struct.pack(">I", len(body)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\0" + bytes(6)) * 2)
    png = b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", pixels) + part(b"IEND", b"")
    assert "no sound" in refuse(io.BytesIO(png), NoAudioStream, name="photo.png")


def test_a_video_without_sound():
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        for number in range(5):
            frame = av.VideoFrame(64, 64, "yuv420p")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert "no sound" in refuse(io.BytesIO(file.getvalue()), NoAudioStream, name="silent.mp4")


PLAYLISTS = {
    "list.ffconcat": "ffconcat version 1.0\nfile secret.wav\n",
    "list.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:2,\nsecret.wav\n#EXT-X-ENDLIST\n",
    "list.mpd": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    'mediaPresentationDuration="PT2S"><Period><AdaptationSet mimeType="audio/wav">'
    '<Representation id="1" bandwidth="1"><BaseURL>secret.wav</BaseURL></Representation>'
    "</AdaptationSet></Period></MPD>",
    "list.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n",
}


@pytest.fixture
def folder_with_a_secret(tone, encode, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.wav").write_bytes(encode(tone(2.0, 16_000), 16_000, "wav", "pcm_s16le"))
    return tmp_path


@pytest.mark.parametrize("name", PLAYLISTS)
@pytest.mark.parametrize("disguise", ["", ".wav"])
def test_a_playlist_opens_no_other_file(folder_with_a_secret, name, disguise):
    path = folder_with_a_secret / (name + disguise)
    path.write_text(PLAYLISTS[name])
    refuse(path, AudioUnreadable)
    refuse(io.BytesIO(path.read_bytes()), AudioUnreadable, name="playlist")


def test_the_playlist_would_have_opened_it(folder_with_a_secret):
    """The test before this one means something: without the precaution the file is read."""
    path = folder_with_a_secret / "list.ffconcat"
    path.write_text(PLAYLISTS["list.ffconcat"])
    with av.open(str(path)) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) == 32_000


@pytest.mark.parametrize("prefix", ["concat:", "file:", "subfile,,start,0,end,0,,:"])
def test_a_protocol_is_a_file_name_like_any_other(tone, encode, tmp_path, prefix):
    path = tmp_path / "talk.wav"
    path.write_bytes(encode(tone(1.0, 16_000), 16_000, "wav", "pcm_s16le"))
    refuse(f"{prefix}{path}", AudioNotFound)
