"""The real models, as the catalogue finds, checks and loads them."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from audiosvc.catalog import Catalog
from audiosvc.catalog.auto import choose
from audiosvc.spans import Span
from audiosvc.transcription.joint import Joint
from audiosvc.types import Audio, Hints, LocalSegment, Voice, Window
from tests.fakes.transcription_endpoint import MODEL, TranscriptionEndpoint

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


def test_a_model_on_a_server_has_real_models_beside_it(
    catalog: Catalog, audio: Audio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AUDIOSVC_MODEL_SERVER_KEY", raising=False)
    clip = audio.cut(Span(0.0, 15.0))
    written = "[1.00][S01]First turn.[3.90][4.50][S02]Second turn.[9.80][10.20][S01]Third.[14.00]"
    with TranscriptionEndpoint(lambda _: written) as server:
        chosen = choose(catalog, model_server=server.address)
        assert chosen.model == f"openai:{server.address.partition('#')[0]}#{MODEL}"
        transcriber = catalog.transcriber(chosen.model, threads=2)
        assert isinstance(transcriber, Joint)
        assert catalog.transcriber(chosen.model, threads=2) is transcriber
        window = Window(clip, clip.span, (Span(1.0, 14.0),))
        pieces = list(transcriber(window, Hints(language="en")))
        catalog.load(chosen.model, threads=2).close()
    segments = [piece for piece in pieces if isinstance(piece, LocalSegment)]
    assert [segment.text for segment in segments] == ["First turn.", "Second turn.", "Third."]
    voices = [piece for piece in pieces if isinstance(piece, Voice)]
    first, second, third = (
        next(voice for voice in voices if voice.span.overlap_s(segment.span)).vector
        for segment in segments
    )
    assert first @ third > 0.6  # the embedder that is shipped
    assert first @ second < 0.4
    assert transcriber.live_parts is not None  # the spare listens to live streams
