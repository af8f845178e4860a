"""The odd, broken and unusual files of the development set, beside a reference decoder."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest

from audiosvc.audio.sources import FileSource
from audiosvc.errors import AudioError

TOLERANCE_S = 0.02


def test_every_odd_file_is_read_or_refused_clearly(dev_set, capfd):
    manifest = json.loads((dev_set / "manifest.json").read_text())
    edge = [entry for entry in manifest if entry["kind"] == "edge"]
    assert len(edge) >= 70
    wrong = []
    for entry in edge:
        expected_s = entry["reference"]["ffmpeg_decoded_s"]
        began_s = time.monotonic()
        try:
            blocks = list(FileSource(dev_set / entry["audio"]).blocks())
        except AudioError as error:
            assert "\n" not in str(error)
            blocks = []
        decoded_s = sum(block.duration_s for block in blocks)
        sound = all(np.isfinite(block.samples).all() for block in blocks)
        if abs(decoded_s - expected_s) > TOLERANCE_S or not sound:
            wrong.append(f"{entry['audio']}: {decoded_s:.3f} s, and not {expected_s:.3f} s")
        assert time.monotonic() - began_s < 20.0
    assert not wrong
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("kind", ["real-meeting", "mixed-meeting", "language"])
def test_lengths_of_the_other_recordings(dev_set, kind):
    manifest = json.loads((dev_set / "manifest.json").read_text())
    for entry in manifest:
        if entry["kind"] == kind:
            source = FileSource(dev_set / entry["audio"])
            decoded_s = sum(block.duration_s for block in source.blocks())
            assert decoded_s == pytest.approx(entry["duration_s"], abs=0.05), entry["audio"]
            assert source.notices == ()
