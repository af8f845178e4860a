"""Words and voices put together."""

from __future__ import annotations

import numpy as np

from audiosvc.spans import Span
from audiosvc.transcription.activity import Activity
from audiosvc.transcription.joining import join_words
from audiosvc.transcription.tracks import Tracks
from audiosvc.types import LocalSegment, Word
from tests.fakes import FakeEmbedder, script, sound

TALK = script(("ann", 0.0, 5.0, "this is it"))
FRAME_S = 0.02


def test_a_word_of_a_track_without_utterances_is_kept() -> None:
    """A live stream looks at the utterances of its newest words alone; a word may lie beside."""
    tracks = Tracks(np.ones((1, round(5.0 / FRAME_S)), np.bool_), FRAME_S, 0.0)
    nothing = Activity(tracks, [], np.zeros((0, 192), np.float32))
    word = Word(" it", Span(4.0, 5.0), 0.9)
    for live in (False, True):
        pieces = list(join_words(sound(5.0), nothing, [word], "en", FakeEmbedder(TALK), live=live))
        segments = [piece for piece in pieces if isinstance(piece, LocalSegment)]
        assert [segment.words for segment in segments] == [(word,)]
