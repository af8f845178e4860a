"""How much of the speech of the development set is detected, and how much else."""

from __future__ import annotations

import pytest

from audiosvc.audio.sources import FileSource
from audiosvc.backends.silero import SileroSpeechDetector
from audiosvc.spans import Span, merge_spans, subtract_spans, total_s

pytestmark = pytest.mark.model


def spoken(path):
    fields = [line.split() for line in path.read_text().splitlines()]
    return merge_spans(Span(float(f[3]), float(f[3]) + float(f[4])) for f in fields)


@pytest.mark.parametrize(
    ("pattern", "suffix", "least_recall", "least_precision"),
    [("mix/*.flac", ".rttm", 0.965, 0.91), ("ami/*.flac", ".words.rttm", 0.91, 0.90)],
)
def test_recall_and_precision(dev_set, pattern, suffix, least_recall, least_precision):
    detector = SileroSpeechDetector()
    spoken_s = found_s = missed_s = wrong_s = 0.0
    for path in sorted(dev_set.glob(pattern)):
        detection = detector.start()
        found = [s for block in FileSource(path).blocks() for s in detection.feed(block)]
        found += detection.flush()
        truth = spoken(path.with_suffix(suffix))
        spoken_s, found_s = spoken_s + total_s(truth), found_s + total_s(found)
        missed_s += total_s(subtract_spans(truth, found))
        wrong_s += total_s(subtract_spans(found, truth))
    assert spoken_s > 0.0
    assert 1.0 - missed_s / spoken_s >= least_recall
    assert 1.0 - wrong_s / found_s >= least_precision
