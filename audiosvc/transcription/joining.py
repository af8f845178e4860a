"""Words and voices, heard by different models, put together: who said which word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from audiosvc.ports import VoiceEmbedder
from audiosvc.spans import Span
from audiosvc.transcription.activity import Activity
from audiosvc.transcription.attribution import attribute
from audiosvc.transcription.clustering import cluster
from audiosvc.transcription.utterances import Utterance
from audiosvc.types import Audio, Float32, LocalSegment, Voice, Word

UNCLAIMED_GAP_S = 0.5
UNCLAIMED = -1


def join_words(
    audio: Audio,
    activity: Activity,
    words: Sequence[Word],
    language: str,
    embedder: VoiceEmbedder,
    *,
    live: bool = False,
) -> Iterator[Voice | LocalSegment]:
    """Each utterance with its words; words that nobody was heard to say make their own.

    Voices come first, then segments in order of time. live: the window is too short to tell by
    its voices alone how many people speak; each track is somebody, and a memory knows who.
    """
    heard = {utterance.track for utterance in activity.utterances}
    tracks = [track if track in heard else None for track in attribute(words, activity.tracks)]
    unclaimed = _group([word for word, track in zip(words, tracks, strict=True) if track is None])
    utterances = [*activity.utterances, *(_utterance_of(group) for group in unclaimed)]
    extra = embedder(audio, [_spans(group) for group in unclaimed])
    voices = np.concatenate([activity.voices, extra]) if unclaimed else activity.voices
    owned = _share_out(words, tracks, activity.utterances)
    texts = [*owned, *unclaimed]
    speakers = _by_track(utterances) if live else _local_speakers(utterances, voices)
    for utterance, speaker, voice in zip(utterances, speakers, voices, strict=True):
        if voice.any():
            yield Voice(speaker, voice, utterance.speech_s, utterance.span)
    order = sorted(range(len(utterances)), key=lambda index: utterances[index].span)
    for index in order:
        yield _segment(utterances[index], speakers[index], texts[index], language)


def _group(words: Sequence[Word]) -> list[list[Word]]:
    """Words that follow each other closely."""
    groups: list[list[Word]] = []
    for word in words:
        if groups and word.span.start_s - groups[-1][-1].span.end_s <= UNCLAIMED_GAP_S:
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _spans(words: Sequence[Word]) -> list[Span]:
    return [word.span for word in words]


def _utterance_of(words: Sequence[Word]) -> Utterance:
    spans = _spans(words)
    whole = Span(spans[0].start_s, max(span.end_s for span in spans))
    return Utterance(UNCLAIMED, whole, tuple(spans), sum(span.duration_s for span in spans))


def _share_out(
    words: Sequence[Word], tracks: Sequence[int | None], utterances: Sequence[Utterance]
) -> list[list[Word]]:
    """Each word to that utterance of its track which it overlaps most, or is nearest to."""
    owned: list[list[Word]] = [[] for _ in utterances]
    for word, track in zip(words, tracks, strict=True):
        if track is None:
            continue
        own = [index for index, utterance in enumerate(utterances) if utterance.track == track]
        best = max(own, key=lambda index: _nearness(utterances[index].span, word.span))
        owned[best].append(word)
    return owned


def _nearness(utterance: Span, word: Span) -> tuple[float, float]:
    return utterance.overlap_s(word), -abs(utterance.midpoint_s - word.midpoint_s)


def _local_speakers(utterances: Sequence[Utterance], voices: Float32) -> list[str]:
    """The window's own name for the speaker of each utterance.

    One without a voice goes where the rest of its track went, or else the nearest in time.
    """
    labels = cluster(voices, np.array([utterance.speech_s for utterance in utterances]))
    known: list[int] = np.flatnonzero(labels >= 0).tolist()

    def distance(own: Utterance, other: Utterance) -> tuple[bool, float]:
        away_s = abs(own.span.midpoint_s - other.span.midpoint_s)
        return own.track != other.track, away_s

    def nearest(own: Utterance) -> int:
        return min(known, key=lambda index: distance(own, utterances[index]))

    return [
        str(label if label >= 0 or not known else labels[nearest(utterance)])
        for utterance, label in zip(utterances, labels.tolist(), strict=True)
    ]


def _by_track(utterances: Sequence[Utterance]) -> list[str]:
    """The track, or a name of its own for what belongs to none."""
    return [
        f"unclaimed {place}" if utterance.track == UNCLAIMED else str(utterance.track)
        for place, utterance in enumerate(utterances)
    ]


def _segment(
    utterance: Utterance, speaker: str, words: Sequence[Word], language: str
) -> LocalSegment:
    return LocalSegment(
        span=utterance.span,
        speaker=speaker,
        text="".join(word.text for word in words).strip(),
        words=tuple(words),
        language=language,
    )
