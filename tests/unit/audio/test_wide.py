"""The same recording at 48 kHz: what lies above 8 kHz is there, and everything where it was."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
import pytest

from audiosvc.audio.open import open_source
from audiosvc.audio.sources import Source
from audiosvc.errors import AudioEmpty
from audiosvc.types import Audio


def join(blocks) -> Audio:
    pieces = list(blocks)
    for before, after in pairwise(pieces):
        assert after.start_s == pytest.approx(before.span.end_s)
    samples = np.concatenate([piece.samples for piece in pieces])
    return Audio(samples, pieces[0].sample_rate_hz, pieces[0].start_s)


def level_at(audio: Audio, hz: float) -> float:
    """The amplitude of a tone."""
    time_s = np.arange(len(audio.samples)) / audio.sample_rate_hz
    return float(2 * np.abs(np.mean(audio.samples * np.exp(-2j * np.pi * hz * time_s))))


@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 96_000])
def test_high_tones_are_kept(rate_hz) -> None:
    time_s = np.arange(2 * rate_hz) / rate_hz
    samples = (0.5 * np.sin(2 * np.pi * 11_000 * time_s)).astype(np.float32)
    wide = join(open_source(samples, sample_rate_hz=rate_hz).wide_blocks())
    assert (wide.sample_rate_hz, len(wide.samples)) == (48_000, 96_000)
    assert level_at(wide, 11_000) == pytest.approx(0.5, abs=0.03)


def test_a_file_and_its_part(tone, encode) -> None:
    data = encode(tone(20.0, 44_100), 44_100, "flac", "flac")
    part = join(open_source(data, start_s=3.0, end_s=15.0).wide_blocks())
    narrow = join(open_source(data, start_s=3.0, end_s=15.0).blocks())
    assert part.start_s == narrow.start_s == 3.0
    assert len(part.samples) == 3 * len(narrow.samples) == 12 * 48_000
    np.testing.assert_allclose(part.samples[::3], narrow.samples, atol=0.02)


def test_a_stream_in_memory_too(tone, encode) -> None:
    with open_source(io.BytesIO(encode(tone(2.0, 16_000), 16_000, "flac", "flac"))) as source:
        assert len(join(source.wide_blocks()).samples) == 96_000


def test_a_source_that_only_knows_16_khz(tone, encode) -> None:
    data = encode(tone(10.0, 16_000), 16_000, "flac", "flac")
    given = open_source(data, start_s=1.0)
    base = join(Source.wide_blocks(given))
    inside = slice(480, -480)  # the margin of a cut is known to those alone who decode
    np.testing.assert_allclose(
        base.samples[inside], join(given.wide_blocks()).samples[inside], atol=1e-3
    )
    assert base.start_s == 1.0


def test_no_sound_is_no_sound() -> None:
    with pytest.raises(AudioEmpty):
        list(open_source(np.zeros(0, np.float32), sample_rate_hz=48_000).wide_blocks())
