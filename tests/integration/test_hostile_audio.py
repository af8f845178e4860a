"""Thousands of damaged recordings: read or refused, never a crash, a hang or a full memory."""

from __future__ import annotations

import io
import subprocess
import sys
import time

import pytest

from audiosvc.audio.decode import decode
from audiosvc.audio.guard import Guard
from audiosvc.audio.live import LiveDecoder
from audiosvc.errors import AudioTooLong, DeadlineExceeded
from tests.integration.hostile import KINDS, case, whole

CASES = 250  # of each kind, each read twice
BATCH_LIMIT_S = 300.0


def test_there_are_enough_cases_and_they_are_always_the_same():
    assert CASES * len(KINDS) >= 2_000
    cases = {case(kind, number) for kind in KINDS for number in range(20)}
    assert len(cases) > 0.95 * 20 * len(KINDS)
    assert case("webm", 7) == case("webm", 7)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_damaged_is_read(kind):
    blocks = decode(io.BytesIO(whole(kind)), name="case")
    assert sum(block.duration_s for block in blocks) == pytest.approx(1.5, abs=0.2)


@pytest.mark.parametrize("kind", KINDS)
def test_every_case_is_read_or_refused(repository, kind):
    """In a process of its own, so that a crash is the failure of a case and has its number."""
    command = [sys.executable, "-m", "tests.integration.hostile", kind, "0", str(CASES)]
    done = subprocess.run(
        command, cwd=repository, capture_output=True, text=True, timeout=BATCH_LIMIT_S, check=False
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 0, f"ended in the middle of {lines[-1:]}: {done.stderr[-3000:]}"
    outcomes = dict(zip(lines[::2], lines[1::2], strict=True))
    assert len(outcomes) == 2 * CASES
    assert [case for case in outcomes.items() if case[1].startswith("FAIL")] == []
    assert done.stderr == ""


def constant_flac(frames, *, samples=65_535, rate_hz=16_000):
    """FLAC of nothing but one value: 15 bytes for each frame of 65,535 samples."""
    info = samples.to_bytes(2, "big") * 2 + bytes(6)
    info += (rate_hz << 44 | 15 << 36).to_bytes(8, "big") + bytes(16)
    header = b"\xff\xf8\x70\x08\0" + (samples - 1).to_bytes(2, "big")
    header += crc(header, 0x07, 8)
    frame = header + b"\0\0\0"
    return b"fLaC\x80\0\0\x22" + info + (frame + crc(frame, 0x8005, 16)) * frames


def crc(data, polynomial, bits):
    register, top, every = 0, 1 << (bits - 1), (1 << bits) - 1
    for byte in data:
        register ^= byte << (bits - 8)
        for _ in range(8):
            register = (register << 1 ^ (polynomial if register & top else 0)) & every
    return register.to_bytes(bits // 8, "big")


def as_a_file(data, guard):
    yield from decode(io.BytesIO(data), name="bomb", guard=guard)


def as_a_stream(data, guard):
    decoder = LiveDecoder(name="bomb", guard=guard)
    decoder.write(data)
    decoder.finish()
    yield from decoder.blocks()


@pytest.mark.parametrize("read", [as_a_file, as_a_stream])
@pytest.mark.parametrize("rate_hz", [500, 16_000, 655_350])
def test_a_bomb_is_stopped_at_the_limit(read, rate_hz):
    """100 kB that hold 7 hours at 16 kHz, and 9 days at 500 Hz."""
    data = constant_flac(6_500, rate_hz=rate_hz)
    assert len(data) < 100_000
    limit_s = 3_600.0 if rate_hz < 100_000 else 360.0
    begun_s, heard_s = time.monotonic(), 0.0
    with pytest.raises(AudioTooLong):
        for block in read(data, Guard(max_audio_s=limit_s)):
            heard_s += block.duration_s
            assert len(block.samples) <= 8 * 16_000
    assert heard_s <= limit_s
    assert time.monotonic() - begun_s < 20.0


def test_a_bomb_without_a_limit_is_stopped_by_the_deadline():
    deadline_s = time.monotonic() + 0.5

    def check():
        if time.monotonic() > deadline_s:
            raise DeadlineExceeded("It took too long.")

    with pytest.raises(DeadlineExceeded):
        list(map(len, (b.samples for b in as_a_file(constant_flac(6_500), Guard(check=check)))))
    assert time.monotonic() < deadline_s + 1.0
