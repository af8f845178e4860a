"""Who speaks when in a window: tracks, utterances and their voices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from audiosvc.ports import Diarizer, SpeakerActivity, VoiceEmbedder
from audiosvc.spans import Span
from audiosvc.transcription.tracks import Tracks, link
from audiosvc.transcription.utterances import Utterance, cut_utterances
from audiosvc.types import Audio, ChunkActivity, Float32

STEP_S = 1.5
CHUNKS_AT_ONCE = 8
FRAME_S = 0.016875  # as fine as the segmentation's


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """tracks, the utterances cut from them, and one voice each: float32 ``(n, dim)``, a row of
    zeros for an utterance too short to have one.
    """

    tracks: Tracks
    utterances: list[Utterance]
    voices: Float32


def hear(
    audio: Audio,
    speech: Sequence[Span],
    segmentation: SpeakerActivity,
    embedder: VoiceEmbedder,
    core: Span | None = None,
) -> Activity:
    """Follow the voices through a window; long silence is not looked at.

    core: only utterances that reach into it count.
    """
    tracks = link(list(_segment(audio, speech, segmentation)))
    utterances = [
        utterance
        for utterance in cut_utterances(tracks)
        if core is None or utterance.span.overlap_s(core) > 0.0
    ]
    return _with_voices(audio, tracks, utterances, embedder)


def hear_whole(
    audio: Audio, speech: Sequence[Span], diarizer: Diarizer, embedder: VoiceEmbedder
) -> Activity:
    """The same by a diarizer, which looks at all of a window at once, if anybody speaks in it."""
    tracks = draw(diarizer(audio) if speech else [], audio.span)
    return _with_voices(audio, tracks, cut_utterances(tracks), embedder)


def draw(turns: Sequence[tuple[Span, str]], within: Span) -> Tracks:
    """A track for each name, over all of ``within``. A turn shorter than half a frame is lost."""
    names = sorted({name for _, name in turns})
    frames = max(1, round(within.duration_s / FRAME_S))
    tracks = Tracks(np.zeros((len(names), frames), np.bool_), FRAME_S, within.start_s)
    for span, name in turns:
        tracks.active[names.index(name), tracks.frames(span.start_s, span.end_s)] = True
    return tracks


def _with_voices(
    audio: Audio, tracks: Tracks, utterances: list[Utterance], embedder: VoiceEmbedder
) -> Activity:
    voices = embedder(audio, [utterance.heard for utterance in utterances])
    return Activity(tracks, utterances, voices)


def _segment(
    audio: Audio, speech: Sequence[Span], segmentation: SpeakerActivity
) -> Iterator[ChunkActivity]:
    """Overlapping chunks over the whole window; one without detected speech counts as silent."""
    chunk_s = segmentation.chunk_s
    last_s = max(0.0, audio.duration_s - chunk_s)
    starts_s = [audio.start_s + offset_s for offset_s in np.arange(0.0, last_s, STEP_S)]
    starts_s.append(audio.start_s + last_s)
    chunks = [audio.cut(Span(start_s, start_s + chunk_s)) for start_s in starts_s]
    loud = [chunk for chunk in chunks if any(span.overlap_s(chunk.span) for span in speech)]
    heard: dict[float, ChunkActivity] = {}
    for first in range(0, len(loud), CHUNKS_AT_ONCE):
        batch = loud[first : first + CHUNKS_AT_ONCE]
        for chunk, activity in zip(batch, segmentation(batch), strict=True):
            heard[chunk.start_s] = activity
    silent = next(iter(heard.values()), None)
    if silent is None:
        return
    offset_s = silent.start_s - next(iter(heard))
    for chunk in chunks:
        yield heard.get(chunk.start_s) or ChunkActivity(
            np.zeros_like(silent.active), silent.frame_s, chunk.start_s + offset_s
        )
