"""A live stream comes out as the same recording does from a file, and soon."""

from __future__ import annotations

import io
import queue
import threading
from functools import cache
from itertools import pairwise

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiosvc.audio.container import RAW_SAMPLE_FORMATS, RawFormat
from audiosvc.audio.decode import decode
from audiosvc.audio.live import LiveDecoder
from tests.unit.audio.conftest import _encode, _tone

PATIENCE_S = 10.0
CONTAINERS = [
    ("wav", "pcm_s16le", 16_000),
    ("wav", "pcm_s24le", 44_100),
    ("wav", "pcm_f32le", 48_000),
    ("wav", "pcm_mulaw", 8_000),
    ("wav", "pcm_u8", 11_025),
    ("wav", "adpcm_ima_wav", 16_000),
    ("au", "pcm_mulaw", 8_000),
    ("aiff", "pcm_s16be", 22_050),
    ("flac", "flac", 44_100),
    ("ogg", "libopus", 48_000),
    ("ogg", "flac", 16_000),
    ("webm", "libopus", 48_000),
    ("matroska", "flac", 48_000),
    ("mp3", "libmp3lame", 44_100),
    ("adts", "aac", 16_000),
    ("mpegts", "aac", 48_000),
    ("mpegts", "mp2", 48_000),
    ("flv", "libmp3lame", 44_100),
    ("ac3", "ac3", 48_000),
]


class Listener:
    """Consumes the blocks of a decoder in a thread of its own, as a server does."""

    def __init__(self, decoder):
        self.decoder = decoder
        self.blocks = []
        self.error = None
        self._came = queue.Queue()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self):
        try:
            for block in self.decoder.blocks():
                self.blocks.append(block)
                self._came.put(block)
        except Exception as error:  # noqa: BLE001 - raised again in the test's own thread
            self.error = error

    def next_block(self):
        return self._came.get(timeout=PATIENCE_S)

    def ended(self):
        """The samples; raises what the decoder raised."""
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        if self.error:
            raise self.error
        return np.concatenate([np.zeros(0, np.float32), *(b.samples for b in self.blocks)])


def live(data, raw=None, cuts=(), **options):
    """All samples of ``data``, written in pieces that end at ``cuts``, and the decoder."""
    decoder = LiveDecoder(raw, name="talk", **options)
    listener = Listener(decoder)
    places = sorted({0, len(data), *(min(cut, len(data)) for cut in cuts)})
    for first, last in pairwise(places):
        decoder.write(data[first:last])
    decoder.finish()
    samples = listener.ended()
    assert_are_live_blocks(listener.blocks)
    return samples, decoder


def assert_are_live_blocks(blocks):
    at_s = 0.0
    for block in blocks:
        assert block.start_s == pytest.approx(at_s, abs=1e-9)
        assert block.sample_rate_hz == 16_000
        assert block.samples.dtype == np.float32
        assert 0 < len(block.samples) <= 4_000
        at_s = block.span.end_s


def whole(data, raw=None):
    blocks = decode(io.BytesIO(data), name="talk", raw=raw)
    return np.concatenate([block.samples for block in blocks])


@cache
def recording(container, codec, rate_hz, seconds=2.0):
    noise = np.random.default_rng(7).standard_normal(round(seconds * rate_hz))
    sound = _tone(seconds, rate_hz) + 0.05 * noise.astype(np.float32)
    return _encode(sound.clip(-1.0, 1.0), rate_hz, container, codec)


@cache
def fragmented_mp4():
    file = io.BytesIO()
    flags = {"movflags": "frag_every_frame+empty_moov+default_base_moof"}
    with av.open(file, "w", format="mp4", options=flags) as container:
        stream = container.add_stream("aac", rate=48_000, layout="mono")
        sound = _tone(2.0, 48_000)
        for first in range(0, len(sound), 1024):
            piece = np.ascontiguousarray(sound[np.newaxis, first : first + 1024])
            frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 48_000, first
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


@pytest.mark.parametrize(("container", "codec", "rate_hz"), CONTAINERS)
def test_as_from_a_file(container, codec, rate_hz):
    data = recording(container, codec, rate_hz)
    samples, _ = live(data, cuts=range(0, len(data), 777))
    expected = whole(data)
    # What an encoder added at the end is known from the size of a file, which a stream has not.
    padding = 400 if container == "mp3" else 0
    assert 31_000 < len(expected) <= len(samples) <= len(expected) + padding
    same = len(expected) - padding
    np.testing.assert_allclose(samples[:same], expected[:same], atol=1e-6)


@pytest.mark.parametrize("rate_hz", [48_000, 44_100])
def test_the_high_tones_are_kept_at_48_khz(rate_hz):
    data = recording("flac", "flac", rate_hz)
    decoder = LiveDecoder(name="talk", rate_hz=48_000)
    listener = Listener(decoder)
    decoder.write(data)
    decoder.finish()
    samples = listener.ended()
    expected = [block.samples for block in decode(io.BytesIO(data), name="talk", rate_hz=48_000)]
    np.testing.assert_allclose(samples, np.concatenate(expected), atol=1e-6)
    assert {block.sample_rate_hz for block in listener.blocks} == {48_000}
    assert max(block.duration_s for block in listener.blocks) <= 0.25
    assert listener.blocks[-1].span.end_s == pytest.approx(2.0, abs=0.01)


def test_a_fragmented_mp4_is_as_from_a_file():
    samples, _ = live(fragmented_mp4())
    np.testing.assert_allclose(samples, whole(fragmented_mp4()), atol=1e-6)


@pytest.mark.parametrize("container", ["matroska", "mpegts"])
def test_the_sound_of_a_live_video(container):
    data = _encode(_tone(3.0, 48_000), 48_000, container, "aac", video="mpeg4")
    samples, _ = live(data)
    np.testing.assert_allclose(samples, whole(data), atol=1e-6)


@given(st.data())
@settings(max_examples=40)
def test_any_cut_of_the_bytes_gives_the_same_samples(data):
    kinds = [k for k in CONTAINERS if k[0] in ("wav", "ogg", "webm", "mp3", "flac", "adts")]
    encoded = recording(*data.draw(st.sampled_from(kinds)), 0.7)
    cuts = data.draw(st.lists(st.integers(0, len(encoded)), max_size=30))
    np.testing.assert_array_equal(live(encoded, cuts=cuts)[0], live(encoded)[0])


def raw_bytes(sample_format, channels, rate_hz):
    """Half a second of random bits; floats and silence where bits alone would be no numbers."""
    width = {"8": 1, "6": 2, "4": 3, "2": 4}
    rng = np.random.default_rng(3)
    count = rate_hz // 2 * channels
    if sample_format.startswith("f"):
        order = "<" if sample_format.endswith("le") else ">"
        kind = f"{order}f{int(sample_format[1:3]) // 8}"
        return rng.uniform(-1, 1, count).astype(kind).tobytes()
    bits = sample_format[1:].rstrip("lbe") if sample_format[0] in "su" else "8"
    return rng.bytes(count * width[bits[-1]])


@pytest.mark.parametrize("sample_format", RAW_SAMPLE_FORMATS)
def test_raw_samples_of_every_format_at_odd_cuts(sample_format):
    raw = RawFormat(12_000, 3, sample_format)
    data = raw_bytes(sample_format, 3, 12_000)
    samples, _ = live(data, raw, cuts=range(0, len(data), 1_237))
    np.testing.assert_allclose(samples, whole(data, raw), atol=1e-6)
    assert len(samples) == 8_000


@given(st.lists(st.integers(0, 9_600), max_size=30), st.integers(1, 3))
@settings(max_examples=40)
def test_any_cut_of_raw_samples_gives_the_same(cuts, channels):
    raw, data = RawFormat(22_050, channels), raw_bytes("s16le", 1, 9_600)
    np.testing.assert_array_equal(live(data, raw, cuts)[0], live(data, raw)[0])


SOON = [
    ("wav", "pcm_s16le", 16_000),
    ("wav", "pcm_mulaw", 8_000),
    ("webm", "libopus", 48_000),
    ("mp3", "libmp3lame", 44_100),
    ("adts", "aac", 16_000),
    ("mpegts", "aac", 48_000),
]


@pytest.mark.parametrize(("container", "codec", "rate_hz"), SOON)
def test_the_first_block_comes_within_half_a_second_of_sound(container, codec, rate_hz):
    data = recording(container, codec, rate_hz, 6.0)
    decoder = LiveDecoder(name="talk")
    listener = Listener(decoder)
    decoder.write(data[: len(data) // 12])  # and no more, so that a decoder that waits waits
    assert listener.next_block().start_s == 0.0
    decoder.close()
    listener.ended()


def test_raw_sound_comes_without_delay():
    decoder = LiveDecoder(RawFormat(16_000), name="talk")
    listener = Listener(decoder)
    heard_s = 0.0
    for sent in range(1, 31):
        decoder.write(bytes(3_200))
        while heard_s < 0.1 * sent - 0.0645:  # a packet is 1,024 samples
            heard_s = listener.next_block().span.end_s
    decoder.finish()
    assert len(listener.ended()) == 48_000


@pytest.mark.parametrize("size", [0, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_wav_of_unknown_length_goes_on_to_its_end(size):
    data = bytearray(recording("wav", "pcm_s16le", 16_000))
    for place in (4, data.find(b"data") + 4):
        data[place : place + 4] = size.to_bytes(4, "little")
    assert len(live(bytes(data))[0]) == 32_000


def test_what_follows_the_samples_of_a_wav_is_not_sound():
    data = recording("wav", "pcm_s16le", 16_000) + b"LIST\x10\x27\0\0" + bytes(range(250)) * 40
    assert len(live(data)[0]) == 32_000


def test_silence_for_what_a_stream_left_out_is_told():
    data = _encode(_tone(3.0, 48_000), 48_000, "matroska", "flac", jumps_s={8: 2.0})
    samples, decoder = live(data)
    np.testing.assert_allclose(samples, whole(data), atol=1e-6)
    assert [notice.code for notice in decoder.notices] == ["audio_gaps"]
