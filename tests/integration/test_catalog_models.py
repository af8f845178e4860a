"""The real models, as the catalogue finds, checks and loads them."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from audiosvc.catalog import Catalog
from audiosvc.spans import Span
from audiosvc.types import Audio

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """With an empty cache, so that the embedded recognizer is put together."""
    return Catalog(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def audio(recordings: Path) -> Audio:
    with av.open(str(recordings / "dialogue.flac")) as container:
        frames = [frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)]
    return Audio((np.concatenate(frames) / 32768).astype(np.float32), 16_000)


def test_every_file_is_what_its_card_says(catalog: Catalog) -> None:
    for name in ("cascade", "silero-v6"):
        assert all(check.correct for check in catalog.verify(name))
        assert catalog.state(name) == "verified"


def test_each_model_does_what_its_card_is_for(catalog: Catalog, audio: Audio) -> None:
    detection = catalog.load("silero-v6").start()
    speech = [*detection.feed(audio), *detection.flush()]
    assert sum(span.duration_s for span in speech) > 15

    who_speaks = catalog.load("segmentation-3.0", threads=1)
    (activity,) = who_speaks([audio.cut(Span(2.0, 2.0 + who_speaks.chunk_s))])
    assert activity.active.any(axis=0).sum() == 2

    embed = catalog.load("campplus-zh-en", threads=1)
    turns = [Span(1.0, 3.9), Span(10.2, 14.0), Span(4.5, 9.8), Span(22.3, 25.7)]
    ann, ann_again, ben, ben_again = embed(audio, [[turn] for turn in turns])
    assert min(ann @ ann_again, ben @ ben_again) > 0.6
    assert max(ann @ ben, ann @ ben_again, ann_again @ ben, ann_again @ ben_again) < 0.4

    recognizer = catalog.load("base", threads=1)
    assert {"de", "en", "yo", "zh"} <= recognizer.languages
