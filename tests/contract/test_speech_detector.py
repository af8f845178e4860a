"""What every speech detector must do, on real recordings."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiosvc.audio.sources import FileSource
from audiosvc.backends import silero
from audiosvc.backends.silero import SileroSpeechDetector
from audiosvc.errors import ModelMissing
from audiosvc.spans import Span, merge_spans, total_s
from audiosvc.types import Audio

pytestmark = pytest.mark.model


@pytest.fixture(scope="module", params=[SileroSpeechDetector])
def detector(request):
    return request.param()


def load(path):
    blocks = list(FileSource(path).blocks())
    return Audio(np.concatenate([block.samples for block in blocks]), 16_000)


def detect(detector, pieces):
    detection = detector.start()
    found = [span for piece in pieces for span in detection.feed(piece)]
    return found + detection.flush()


def reference(path):
    fields = [line.split() for line in path.read_text().splitlines()]
    return merge_spans(Span(float(f[3]), float(f[3]) + float(f[4])) for f in fields)


@pytest.mark.parametrize("name", ["dialogue", "overlap", "spanish", "french", "late", "quiet"])
def test_speech_is_found(detector, recordings, name):
    spoken = reference(recordings / f"{name}.rttm")
    audio = load(recordings / f"{name}.flac")
    found = detect(detector, [audio])
    heard_s = sum(span.overlap_s(other) for span in found for other in spoken)
    assert heard_s / total_s(spoken) > 0.97
    assert heard_s / total_s(found) > 0.8
    assert found[0].start_s >= 0.0
    assert found[-1].end_s <= audio.duration_s + 1e-9
    assert all(before.end_s <= after.start_s for before, after in pairwise(found))


@pytest.mark.parametrize("name", ["silence", "noise", "music"])
def test_nothing_is_found_where_nobody_speaks(detector, recordings, name):
    assert detect(detector, [load(recordings / f"{name}.flac")]) == []


def test_a_tenth_of_a_second_of_a_word_is_speech(detector, recordings):
    assert detect(detector, [load(recordings / "short.wav")])


def test_nothing_comes_of_nothing(detector):
    assert detect(detector, []) == []
    assert detect(detector, [Audio(np.zeros(0, np.float32), 16_000)]) == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, 420_000), max_size=40))
def test_the_pieces_do_not_matter(detector, recordings, cuts):
    audio = load(recordings / "dialogue.flac")
    places = sorted({0, len(audio.samples), *(c for c in cuts if c < len(audio.samples))})
    pieces = [
        Audio(audio.samples[first:last], 16_000, first / 16_000) for first, last in pairwise(places)
    ]
    assert detect(detector, pieces) == detect(detector, [audio])


def test_two_passes_at_once_do_not_disturb_each_other(detector, recordings):
    one, two = load(recordings / "dialogue.flac"), load(recordings / "french.flac")
    first, second = detector.start(), detector.start()
    halves = [Span(0.0, 3.3), Span(3.3, 60.0)]
    found_one, found_two = [], []
    for half in halves:
        found_one += first.feed(one.cut(half))
        found_two += second.feed(two.cut(half))
    assert found_one + first.flush() == detect(detector, [one])
    assert found_two + second.flush() == detect(detector, [two])


def test_times_are_recording_times(detector, recordings):
    audio = load(recordings / "french.flac")
    later = Audio(audio.samples, 16_000, 3_600.0)
    moved = [span.shifted(3_600.0) for span in detect(detector, [audio])]
    assert [(s.start_s, s.end_s) for s in detect(detector, [later])] == [
        (pytest.approx(s.start_s), pytest.approx(s.end_s)) for s in moved
    ]


def test_spans_come_soon_after_they_end(detector, recordings):
    audio = load(recordings / "dialogue.flac")
    detection = detector.start()
    for first in range(0, len(audio.samples), 1_600):
        piece = Audio(audio.samples[first : first + 1_600], 16_000, first / 16_000)
        for span in detection.feed(piece):
            assert piece.span.end_s - 1.5 <= span.end_s <= piece.span.end_s


def test_the_package_that_carries_the_weights_is_not_imported():
    code = (
        "import sys; from audiosvc.backends.silero import SileroSpeechDetector;"
        "assert 'onnxruntime' not in sys.modules; SileroSpeechDetector();"
        "assert 'faster_whisper' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)


def test_missing_weights_are_named(monkeypatch):
    monkeypatch.setattr(silero.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelMissing, match="pip install faster-whisper"):
        silero.find_weights()
