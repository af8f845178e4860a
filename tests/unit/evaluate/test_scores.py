"""Scores of files, and sums that are not averages."""

from __future__ import annotations

from pathlib import Path

import pytest

from audiosvc.evaluate.manifest import Entry, Reference
from audiosvc.evaluate.process import Cost
from audiosvc.evaluate.rates import ErrorRate, Share, Tally
from audiosvc.evaluate.references import Truth
from audiosvc.evaluate.scores import FileScore, Score, pools
from audiosvc.evaluate.scoring import score_file
from audiosvc.spans import Span
from audiosvc.types import Coverage, Segment, Speaker, Transcript, Turn

TRUTH = Truth(
    scored=(Span(0.0, 10.0),),
    words=(
        Segment(0, Span(0.0, 4.0), "A", "good morning to you"),
        Segment(1, Span(4.0, 8.0), "B", "hello friend"),
    ),
    turns=(Turn(Span(0.0, 4.0), "A"), Turn(Span(4.0, 8.0), "B")),
    language="en-GB",
    speakers=2,
)


def entry(name: str = "a", kind: str = "meeting", language: str | None = "en") -> Entry:
    return Entry(
        id=name, audio=Path("a.wav"), kind=kind, duration_s=10.0, language=language,
        reference=Reference(language="en-GB"),
    )  # fmt: skip


def transcript(*segments: Segment, language: str = "en") -> Transcript:
    return Transcript(
        segments, (Speaker("S1", 8.0, 0.0),), language, 10.0, Coverage(8.0, 6.0), "model"
    )


def test_a_file_is_scored_in_everything_that_its_truth_tells() -> None:
    got = transcript(Segment(0, Span(0.0, 8.0), "S1", "Good morning! To you, hello friend."))
    scored = score_file(entry(), TRUTH, got, cost=Cost(2.0, 3.0, 500)).score
    assert scored.rates["wer"] == ErrorRate(total=6)
    assert scored.rates["cpwer"] == ErrorRate(2, 2, 0, 6)
    assert scored.rates["der_0"] == ErrorRate(0, 0, 4.0, 8.0)
    assert scored.rates["der_025"].total == pytest.approx(7.0)
    assert (scored.speakers, scored.speakers_found) == (Tally(0, 1, 1), 1)
    assert scored.language == Tally(1, 1)
    assert scored.coverage == Share(6.0, 8.0)
    assert (scored.speed, scored.cpu_s, scored.peak_bytes) == (5.0, 3.0, 500)


def test_a_file_that_failed_counts_as_missed_throughout_and_is_not_timed() -> None:
    file = score_file(entry(), TRUTH, None, "it is a picture", Cost(1.0, 1.0, 5))
    assert file.failure == "it is a picture"
    rates = file.score.rates
    assert {key: (rate.missed, rate.rate) for key, rate in rates.items()} == {
        "wer": (6, 1.0),
        "cpwer": (6, 1.0),
        "tcpwer": (6, 1.0),
        "der_0": (8.0, 1.0),
        "der_025": (pytest.approx(7.0), 1.0),
    }
    assert (file.score.failed, file.score.speakers) == (1, Tally(0, 1, 2))
    assert file.score.language == Tally(0, 1)
    assert file.score.speed is None


def test_turns_without_words_count_as_found_speech() -> None:
    got = Transcript((), (), None, 10.0, Coverage(), "m", turns=TRUTH.turns or ())
    assert score_file(entry(), TRUTH, got).score.rates["der_0"].errors == 0


def test_a_text_without_speakers_has_a_wer_alone() -> None:
    got = transcript(Segment(0, Span(0.0, 1.0), None, "hello word"))
    file = score_file(entry(), Truth((Span(0.0, 10.0),), text="Hello world."), got)
    assert file.score.rates == {"wer": ErrorRate(0, 0, 1, 2)}
    assert file.normaliser == "Whisper English"


def test_languages_agree_by_their_primary_subtag() -> None:
    truth = Truth((Span(0.0, 10.0),), language="pt-BR")
    assert score_file(entry(), truth, transcript(language="pt")).score.language == Tally(1, 1)
    assert score_file(entry(), truth, transcript(language="es")).score.language == Tally(0, 1)


def test_errors_are_pooled_and_not_averaged() -> None:
    # One of two words wrong, and none of 98: 1 %, where the average of the files is 25 %.
    one = Score(rates={"wer": ErrorRate(confused=1, total=2)}, audio_s=10, wall_s=1, peak_bytes=7)
    two = Score(rates={"wer": ErrorRate(total=98)}, audio_s=10, wall_s=4, peak_bytes=3)
    both = one + two
    assert both.rates["wer"].rate == pytest.approx(0.01)
    assert (both.speed, both.peak_bytes, both.files) == (4.0, 7, 2)


def test_a_rate_that_only_one_file_has_is_kept() -> None:
    with_words = Score(rates={"wer": ErrorRate(confused=1, total=2)})
    assert (with_words + Score()).rates == (Score() + with_words).rates == with_words.rates


def test_nothing_to_be_wrong_in_has_no_rate() -> None:
    assert ErrorRate(added=3).rate is None
    assert Share().ratio is None


def test_pools_are_made_by_kind_by_language_and_by_name() -> None:
    files = [
        FileScore(entry("en-1"), Score(rates={"wer": ErrorRate(1, total=10)})),
        FileScore(entry("en-2"), Score(rates={"wer": ErrorRate(2, total=10)})),
        FileScore(entry("de-1", language="de"), Score(rates={"wer": ErrorRate(4, total=10)})),
        FileScore(entry("clip", "clip", None), Score(rates={"wer": ErrorRate(8, total=10)})),
    ]
    found = pools(files, [("firsts", "*-1"), ("none", "x*")])
    assert {pool.name: pool.score.rates["wer"].missed for pool in found} == {
        "all meeting": 7,
        "meeting, en": 3,
        "meeting, de": 4,
        "all clip": 8,
        "firsts": 5,
    }
