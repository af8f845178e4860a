"""Damaged, cut off and unusual recordings: as much as there is, and a notice that says so."""

from __future__ import annotations

import io

import numpy as np
import pytest

from audiosvc.audio.decode import decode


def read(data, **options):
    notices = []
    blocks = list(decode(io.BytesIO(data), name="talk", notices=notices, **options))
    return np.concatenate([block.samples for block in blocks]), {n.code: n for n in notices}


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("wav", "pcm_s16le"),
        ("wav", "pcm_mulaw"),
        ("flac", "flac"),
        ("mp3", "libmp3lame"),
        ("matroska", "flac"),
    ],
)
def test_a_file_that_breaks_off_ends_early_and_says_so(tone, encode, container, codec):
    data = encode(tone(20.0, 16_000), 16_000, container, codec)
    samples, notices = read(data[: len(data) // 2])
    assert len(samples) / 16_000 == pytest.approx(10.0, abs=0.8)
    assert "talk" in notices["audio_truncated"].message


def test_a_cut_that_ends_before_the_break_has_nothing_to_say(tone, encode):
    data = encode(tone(20.0, 16_000), 16_000, "wav", "pcm_s16le")
    samples, notices = read(data[: len(data) // 2], end_s=5.0)
    assert (len(samples), notices) == (80_000, {})


@pytest.mark.parametrize("size", [0, 0x7FFFFFFF, 0x7FFFF000, 0xFFFFFFFF])
def test_a_wav_that_was_written_into_a_pipe_is_whole(tone, encode, size):
    data = bytearray(encode(tone(3.0, 16_000), 16_000, "wav", "pcm_s16le"))
    for place in (4, data.find(b"data") + 4):
        data[place : place + 4] = size.to_bytes(4, "little")
    samples, notices = read(bytes(data))
    assert (len(samples), notices) == (48_000, {})


@pytest.mark.parametrize(
    ("container", "codec"), [("mp3", "libmp3lame"), ("adts", "aac"), ("mpegts", "aac")]
)
def test_damage_in_the_middle_is_skipped_and_counted(tone, encode, container, codec):
    data = bytearray(encode(tone(20.0, 16_000), 16_000, container, codec))
    middle = len(data) // 2
    data[middle : middle + 2_000] = bytes(range(250)) * 8
    samples, notices = read(bytes(data))
    assert len(samples) / 16_000 == pytest.approx(20.0, abs=1.5)
    assert "damaged packet" in notices["audio_damaged"].message
    assert np.abs(samples[-32_000:-16_000]).max() > 0.4


def test_what_damage_swallowed_is_silence_so_that_later_times_stay_right(tone, encode):
    sound = tone(20.0, 16_000)
    sound[-48_000:] = 0.0
    data = bytearray(encode(sound, 16_000, "flac", "flac"))
    del data[len(data) // 2 : len(data) // 2 + 3_000]
    samples, notices = read(bytes(data))
    assert len(samples) == 320_000
    assert np.abs(samples[-80_000:-49_000]).max() > 0.4
    assert np.abs(samples[-47_900:]).max() < 0.01
    assert "audio_gaps" in notices


def test_a_gap_of_the_clock_is_silence(tone, encode):
    data = encode(tone(3.0, 48_000), 48_000, "webm", "libopus", jumps_s={50: 2.5})
    samples, notices = read(data)
    assert len(samples) / 16_000 == pytest.approx(5.5, abs=0.02)
    assert np.abs(samples[17_000:55_000]).max() == 0.0
    assert notices["audio_gaps"].message.startswith("2.5 s")


def test_sound_that_begins_after_the_pictures_keeps_the_players_time(tone, encode):
    data = encode(tone(3.0, 48_000), 48_000, "matroska", "libopus", video="mpeg4", jumps_s={0: 1.5})
    samples, _ = read(data)
    assert len(samples) / 16_000 == pytest.approx(4.5, abs=0.02)
    assert np.abs(samples[:23_000]).max() == 0.0
    assert np.abs(samples[25_000:30_000]).max() > 0.4
    inside_the_gap, _ = read(data, start_s=1.0, end_s=2.0)
    np.testing.assert_allclose(inside_the_gap, samples[16_000:32_000], atol=1e-3)


def test_a_clock_need_not_begin_at_zero(tone, encode):
    data = encode(tone(3.0, 48_000), 48_000, "mpegts", "mp2", jumps_s={0: 20.0})
    samples, notices = read(data)
    assert len(samples) / 16_000 == pytest.approx(3.0, abs=0.05)
    assert notices == {}


def test_a_clock_that_was_set_anew_fills_nothing_in(tone, encode):
    data = encode(tone(3.0, 48_000), 48_000, "webm", "libopus", jumps_s={50: 90_000.0})
    samples, notices = read(data)
    assert len(samples) / 16_000 == pytest.approx(3.0, abs=0.02)
    assert "audio_gaps" not in notices


def test_a_small_file_cannot_become_days_of_silence(tone, encode):
    jumps_s = dict.fromkeys(range(1, 100), 500.0)
    data = encode(tone(3.0, 48_000), 48_000, "webm", "libopus", jumps_s=jumps_s)
    assert sum(block.duration_s for block in decode(io.BytesIO(data), name="talk")) < 3_700.0


def test_samples_that_are_not_numbers_become_silence(tone, encode):
    sound = tone(1.0, 16_000)
    sound[4_000:4_100] = np.nan
    sound[5_000] = np.inf
    samples, notices = read(encode(sound, 16_000, "wav", "pcm_f32le"))
    assert np.isfinite(samples).all()
    assert np.abs(samples[4_000:4_100]).max() == samples[5_000] == 0.0
    assert notices["audio_not_finite"].message.startswith("101 samples")


def test_clipped_sound_is_taken_as_it_is(tone, encode):
    loud = np.clip(tone(1.0, 16_000, level=1.5), -1.0, 1.0)
    samples, notices = read(encode(loud, 16_000, "wav", "pcm_f32le"))
    np.testing.assert_array_equal(samples, loud)
    assert notices == {}


def test_floats_on_the_scale_of_integers_are_cut_off_aloud(tone, encode):
    samples, notices = read(encode(tone(1.0, 16_000, level=2e4), 16_000, "wav", "pcm_f32le"))
    assert np.abs(samples).max() == 1.0
    assert "audio_too_large" in notices


def test_nothing_is_printed(tone, encode, capfd):
    data = bytearray(encode(tone(20.0, 16_000), 16_000, "mp3", "libmp3lame"))
    data[len(data) // 2 : len(data) // 2 + 2_000] = bytes(range(250)) * 8
    read(bytes(data[:-100]))
    assert capfd.readouterr() == ("", "")
