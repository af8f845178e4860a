"""The reading of a file is bounded by what comes out of it."""

from __future__ import annotations

import io

import pytest

from audiosvc.audio.decode import decode
from audiosvc.audio.guard import Guard
from audiosvc.errors import AudioTooLong, DeadlineExceeded


def length_s(data, **options):
    return sum(block.duration_s for block in decode(io.BytesIO(data), name="talk", **options))


@pytest.mark.parametrize(("container", "codec"), [("wav", "pcm_s16le"), ("flac", "flac")])
def test_more_than_is_admitted_is_refused(tone, encode, container, codec):
    data = encode(tone(30.0, 16_000), 16_000, container, codec)
    assert length_s(data, guard=Guard(max_audio_s=30.0)) == 30.0
    with pytest.raises(AudioTooLong, match="talk is longer than 29 s"):
        length_s(data, guard=Guard(max_audio_s=29.0))


def test_silence_that_is_filled_in_counts(tone, encode):
    data = encode(tone(2.0, 16_000), 16_000, "matroska", "flac", jumps_s={1: 300.0})
    with pytest.raises(AudioTooLong):
        length_s(data, guard=Guard(max_audio_s=60.0))


def test_the_check_is_asked_while_packets_come(tone, encode):
    data = encode(tone(60.0, 16_000), 16_000, "flac", "flac")
    calls = []
    length_s(data, guard=Guard(check=lambda: calls.append(1)))
    assert len(calls) > 100


@pytest.mark.parametrize("error", [DeadlineExceeded, TimeoutError, OSError])
@pytest.mark.parametrize("after", [0, 1, 2, 5, 40])
def test_what_the_check_raises_ends_the_reading(tone, encode, capfd, error, after):
    data = encode(tone(60.0, 16_000), 16_000, "flac", "flac")
    calls = iter(range(1_000_000))

    def check():
        if next(calls) >= after:
            raise error("too late")

    with pytest.raises(error, match="too late"):
        length_s(data, guard=Guard(check=check))
    assert capfd.readouterr().err == ""
