"""Every container and codec comes out with the right length, pitch and level."""

from __future__ import annotations

import io
import wave
from itertools import pairwise

import numpy as np
import pytest

from audiosvc.audio.container import RawFormat
from audiosvc.audio.decode import decode, hint_length_s

LOSSLESS = [
    ("wav", "pcm_s16le", 16_000),
    ("wav", "pcm_s24le", 44_100),
    ("wav", "pcm_f32le", 48_000),
    ("wav", "pcm_f64le", 48_000),
    ("wav", "pcm_u8", 16_000),
    ("wav", "pcm_alaw", 8_000),
    ("wav", "pcm_mulaw", 8_000),
    ("au", "pcm_mulaw", 8_000),
    ("w64", "pcm_s16le", 48_000),
    ("aiff", "pcm_s16be", 22_050),
    ("flac", "flac", 44_100),
    ("ipod", "alac", 44_100),
    ("matroska", "flac", 96_000),
]
LOSSY = [
    ("mp3", "libmp3lame", 44_100),
    ("ipod", "aac", 44_100),
    ("adts", "aac", 16_000),
    ("ogg", "libopus", 48_000),
    ("webm", "libopus", 48_000),
    ("mpegts", "mp2", 48_000),
    ("ac3", "ac3", 48_000),
]


def read(data, **options):
    blocks = list(decode(io.BytesIO(data), name="test", **options))
    assert all(block.samples.dtype == np.float32 for block in blocks)
    assert all(block.sample_rate_hz == 16_000 for block in blocks)
    for before, after in pairwise(blocks):
        assert after.start_s == pytest.approx(before.span.end_s, abs=1e-9)
    return np.concatenate([block.samples for block in blocks])


def assert_is_tone(samples, frequency_hz=440.0, level=0.5, tolerance=0.03):
    middle = samples[len(samples) // 4 : 3 * len(samples) // 4]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(level / np.sqrt(2), rel=tolerance)
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert np.argmax(spectrum) * 16_000 / len(middle) == pytest.approx(frequency_hz, abs=3.0)


@pytest.mark.parametrize(("container", "codec", "rate_hz"), LOSSLESS)
def test_lossless_is_exact_in_length(tone, encode, container, codec, rate_hz):
    samples = read(encode(tone(2.5, rate_hz), rate_hz, container, codec))
    assert len(samples) == 40_000
    assert_is_tone(samples)


@pytest.mark.parametrize(("container", "codec", "rate_hz"), LOSSY)
def test_lossy_is_right_but_for_the_codecs_own_padding(tone, encode, container, codec, rate_hz):
    samples = read(encode(tone(2.5, rate_hz), rate_hz, container, codec))
    assert len(samples) == pytest.approx(40_000, abs=16_000 * 0.13)
    assert_is_tone(samples, tolerance=0.06)


@pytest.mark.parametrize(
    ("container", "video", "codec"),
    [("mp4", "mpeg4", "aac"), ("matroska", "mpeg4", "flac"), ("webm", "libvpx", "libopus")],
)
def test_the_sound_of_a_video(tone, encode, container, video, codec):
    samples = read(encode(tone(2.5, 48_000), 48_000, container, codec, video=video))
    assert len(samples) == pytest.approx(40_000, abs=1_000)
    assert_is_tone(samples, tolerance=0.06)


@pytest.mark.parametrize(
    "rate_hz", [8_000, 11_025, 12_000, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000]
)
def test_every_rate(tone, encode, rate_hz):
    source = tone(1.37, rate_hz)
    samples = read(encode(source, rate_hz, "wav", "pcm_s16le"))
    assert len(samples) == round(len(source) * 16_000 / rate_hz)
    reference = tone(1.37, 16_000)[2_000:18_000]
    np.testing.assert_allclose(samples[2_000:18_000], reference, atol=1e-3)


@pytest.mark.parametrize("channels", range(1, 9))
@pytest.mark.parametrize(
    "coding",
    [(16_000, "wav", "pcm_s16le"), (44_100, "flac", "flac"), (48_000, "ogg", "libopus")],
    ids=str,
)
def test_every_number_of_channels(tone, encode, channels, coding):
    rate_hz = coding[0]
    same = np.repeat(tone(1.0, rate_hz)[np.newaxis], channels, axis=0)
    samples = read(encode(same, *coding))
    assert len(samples) == 16_000
    assert_is_tone(samples, tolerance=0.1)


def test_channels_of_no_known_layout(tone):
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(11)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(np.repeat((tone(1.0, 16_000) * 32_767).astype("<i2"), 11).tobytes())
    samples = read(file.getvalue())
    assert len(samples) == 16_000
    assert_is_tone(samples)


@pytest.mark.parametrize(
    ("sample_format", "dtype", "scale"),
    [("s16le", "<i2", 2**15), ("s32be", ">i4", 2**31), ("f32le", "<f4", 1), ("s8", "i1", 2**7)],
)
def test_raw(tone, sample_format, dtype, scale):
    stereo = np.repeat(tone(1.5, 24_000), 2)
    data = (stereo * scale).astype(dtype).tobytes()
    raw = RawFormat(sample_rate_hz=24_000, channels=2, sample_format=sample_format)
    samples = read(data, raw=raw)
    assert len(samples) == 24_000
    assert_is_tone(samples)
    assert hint_length_s(io.BytesIO(data), raw=raw) == pytest.approx(1.5)


@pytest.mark.parametrize(("container", "codec", "rate_hz"), [*LOSSLESS[:6], *LOSSY])
def test_a_cut_is_the_same_as_that_part_of_the_whole(tone, encode, container, codec, rate_hz):
    sweep = tone(3.0, rate_hz) * np.linspace(0.0, 1.0, 3 * rate_hz, dtype=np.float32)
    data = encode(sweep, rate_hz, container, codec)
    whole = read(data)
    part = read(data, start_s=0.7, end_s=2.2)
    assert len(part) == 24_000
    np.testing.assert_allclose(part, whole[11_200:35_200], atol=2e-3)
    first = next(iter(decode(io.BytesIO(data), name="test", start_s=0.7)))
    assert first.start_s == pytest.approx(0.7)


def test_blocks_are_short_and_start_where_the_last_one_ended(tone, encode):
    data = encode(tone(30.0, 44_100), 44_100, "flac", "flac")
    blocks = list(decode(io.BytesIO(data), name="test"))
    assert max(block.duration_s for block in blocks) <= 10.0
    assert len(blocks) >= 3
    assert sum(len(block.samples) for block in blocks) == 30 * 16_000


def test_content_decides_and_not_the_extension(tone, encode, tmp_path):
    path = tmp_path / "really-flac.mp3"
    path.write_bytes(encode(tone(1.0, 16_000), 16_000, "flac", "flac"))
    assert sum(block.duration_s for block in decode(path)) == pytest.approx(1.0)


def test_a_reading_can_be_given_up(tone, encode):
    blocks = decode(io.BytesIO(encode(tone(30.0, 16_000), 16_000, "flac", "flac")), name="test")
    assert next(blocks).start_s == 0.0
    blocks.close()
