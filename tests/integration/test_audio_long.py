"""A long recording costs little time, and no more memory than a short one."""

from __future__ import annotations

import subprocess
import sys
import wave

import numpy as np
import pytest

from audiosvc.audio.sources import FileSource

READ_AND_TELL_GROWTH = """
import resource, sys
from audiosvc.audio.sources import FileSource
first = None
for block in FileSource(sys.argv[1]).blocks():
    first = first or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - first)
"""


@pytest.fixture(scope="module")
def ninety_minutes(tmp_path_factory):
    path = tmp_path_factory.mktemp("long") / "ninety.wav"
    minute = np.random.default_rng(0).integers(-3_000, 3_000, 60 * 8_000, np.int16).tobytes()
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, 8_000, 0, "NONE", ""))
        for _ in range(90):
            out.writeframesraw(minute)
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is told in KiB on Linux only")
def test_ninety_minutes_are_never_held_whole(ninety_minutes):
    command = [sys.executable, "-c", READ_AND_TELL_GROWTH, str(ninety_minutes)]
    growth_kib = int(subprocess.run(command, check=True, capture_output=True).stdout)
    assert growth_kib < 20 * 1024  # whole, it is 330 MiB


def test_the_end_of_a_long_recording_is_found(ninety_minutes):
    blocks = list(FileSource(ninety_minutes, start_s=5_390.0).blocks())
    assert blocks[0].start_s == 5_390.0
    assert blocks[-1].span.end_s == 5_400.0
