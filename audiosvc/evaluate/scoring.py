"""A transcript held against what is known of its recording."""

from __future__ import annotations

from dataclasses import replace

from audiosvc.evaluate.diarization import diarization_errors
from audiosvc.evaluate.manifest import Entry
from audiosvc.evaluate.normalise import normaliser_for, primary_subtag
from audiosvc.evaluate.process import Cost
from audiosvc.evaluate.rates import ErrorRate, Share, Tally
from audiosvc.evaluate.references import Truth
from audiosvc.evaluate.scores import DER_COLLAR_S, TCP_COLLAR_S, FileScore, Score
from audiosvc.evaluate.words import cp_word_errors, tcp_word_errors, word_errors
from audiosvc.spans import Span
from audiosvc.types import Coverage, Segment, Transcript, Turn


def score_file(
    entry: Entry,
    truth: Truth,
    transcript: Transcript | None,
    failure: str | None = None,
    cost: Cost | None = None,
) -> FileScore:
    """A transcript against its references.

    Without a transcript everything in the reference counts as missed; failure says why.
    """
    got = transcript or _nothing(entry)
    rates, normaliser = _rates(truth, got, entry.language or truth.language)
    score = Score(
        failed=int(transcript is None),
        rates=rates,
        language=_language(truth.language, got.language),
        coverage=Share(got.coverage.covered_s, got.coverage.speech_s),
    )
    if truth.speakers is not None:
        found = len({turn.speaker for turn in turns_of(got)})
        off = abs(found - truth.speakers)
        score = replace(
            score,
            speakers=Tally(int(off == 0), 1, off),
            speakers_found=found,
            speakers_true=truth.speakers,
        )
    if transcript and cost and cost.wall_s is not None:
        score = replace(
            score,
            audio_s=got.duration_s or entry.duration_s,
            wall_s=cost.wall_s,
            cpu_s=cost.cpu_s or 0.0,
            peak_bytes=cost.peak_bytes or 0,
        )
    return FileScore(entry, score, normaliser, got.language, failure)


def turns_of(transcript: Transcript) -> tuple[Turn, ...]:
    """Speaker activity; where a transcript tells none, its segments that have a speaker."""
    return transcript.turns or tuple(
        Turn(segment.span, segment.speaker) for segment in transcript.segments if segment.speaker
    )


def _rates(
    truth: Truth, got: Transcript, language: str | None
) -> tuple[dict[str, ErrorRate], str | None]:
    rates: dict[str, ErrorRate] = {}
    words = truth.words
    if words is None and truth.text is not None:
        words = (Segment(0, Span(0.0, got.duration_s), None, truth.text),)
    normalise = normaliser_for(language) if words is not None else None
    if words is not None and normalise is not None:
        rates["wer"] = word_errors(words, got.segments, normalise)
    if truth.words is not None and normalise is not None:
        rates["cpwer"] = cp_word_errors(truth.words, got.segments, normalise)
        rates["tcpwer"] = tcp_word_errors(truth.words, got.segments, normalise, TCP_COLLAR_S)
    if truth.turns is not None:
        turns = turns_of(got)
        rates["der_0"] = diarization_errors(truth.turns, turns, truth.scored, 0.0)
        rates["der_025"] = diarization_errors(truth.turns, turns, truth.scored, DER_COLLAR_S)
    return rates, normalise.name if normalise else None


def _language(true: str | None, found: str | None) -> Tally:
    if true is None:
        return Tally()
    right = found is not None and primary_subtag(found) == primary_subtag(true)
    return Tally(int(right), 1)


def _nothing(entry: Entry) -> Transcript:
    return Transcript((), (), None, entry.duration_s, Coverage(), model="")
