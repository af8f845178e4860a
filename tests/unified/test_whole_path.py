"""A recording through everything: windows, the real classes, batches, streams, voices, linking.

The weights are random and the words dictated; sound, features, prompts, tokens, stops, the parser,
the guards, the voices and the transcript are what they are for a user.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from audiosvc import catalog, service
from audiosvc.audio.sources import FileSource
from audiosvc.events import Event, Finished, Progress, SegmentReady
from audiosvc.ports import WordAligner
from audiosvc.service import DETECTOR, Models
from audiosvc.settings import Settings
from audiosvc.spans import Span
from audiosvc.transcription.joint import Joint
from audiosvc.transcription.windows import join
from audiosvc.types import Audio, Request, Transcript, Word
from tests.fakes import read_script
from tests.fakes.joint import FakeJointModel
from tests.unified.scripts import Fault, Script

MEETING = Path(__file__).parents[2] / "samples" / "meeting.flac"
STORY = read_script(MEETING.with_suffix(".stm"))
Dictate = Callable[[Request], str]


@pytest.fixture(scope="module")
def dictate() -> Dictate:
    """What is said in a clip of the meeting, with its times there."""
    recording = join(list(FileSource(MEETING).blocks()))
    stenographer = FakeJointModel(STORY, recording)
    return lambda request: stenographer._as_sats(stenographer._heard(request.audio))


class TrueWords:
    """Knows when each word of the meeting was said."""

    languages = frozenset({"en"})

    def __call__(self, audio: Audio, lines: Sequence[tuple[Span, str]]) -> list[tuple[Word, ...]]:
        return [self._words(span, text) for span, text in lines]

    def _words(self, span: Span, text: str) -> tuple[Word, ...]:
        line = max(STORY.lines, key=lambda one: (text in one.text, one.span.overlap_s(span)))
        first = line.text[: line.text.index(text)].count(" ")
        return tuple(line.words[first : first + len(text.split())])


def transcribe(
    moss: Any, aligner: WordAligner | None = None, **settings: Any
) -> tuple[list[Event], Transcript]:
    embedder = catalog.shared().load("campplus-zh-en", threads=1)
    find = (lambda language: aligner) if aligner else None
    joint = Joint(moss, embedder, threads=2, aligner=find)
    detector = catalog.shared().load(DETECTOR)
    models = Models("moss", lambda: joint, detector)
    asked = Settings(model="moss", threads=2, **settings)
    *events, last = service.stream(FileSource(MEETING), asked, models)
    assert isinstance(last, Finished)
    return events, last.transcript


def words_of(text: str) -> list[str]:
    return text.casefold().split()


def said() -> list[str]:
    return [word for line in STORY.lines for word in words_of(line.text)]


def written(transcript: Transcript) -> list[str]:
    return [word for one in transcript.segments for word in words_of(one.text)]


def astray(transcript: Transcript) -> int:
    """Words too many or too few. Where a window ends in the middle of a sentence, and words have no
    times, either window may take one.
    """
    found, wanted = Counter(written(transcript)), Counter(said())
    return (found - wanted).total() + (wanted - found).total()


def assert_everybody_has_one_label(transcript: Transcript) -> None:
    labels: dict[str, set[str | None]] = {}
    for line in STORY.lines:
        during = [one for one in transcript.segments if one.span.overlap_s(line.span) > 1.0]
        best = max(during, key=lambda one: one.span.overlap_s(line.span))
        labels.setdefault(line.speaker, set()).add(best.speaker)
    assert all(len(own) == 1 for own in labels.values()), labels
    assert len(set.union(*labels.values())) == len(labels)


def test_a_meeting_in_windows_is_one_transcript(
    moss: Any, script: Script, dictate: Dictate
) -> None:
    script.says = dictate
    events, transcript = transcribe(moss, TrueWords(), window_s=30.0)
    assert astray(transcript) == 0
    assert all(one.words for one in transcript.segments)
    assert_everybody_has_one_label(transcript)
    assert transcript.coverage.missed == ()
    assert max(map(len, script.batches)) > 1  # windows went through one generate
    kinds = [type(event) for event in events]
    assert kinds.index(SegmentReady) < len(kinds) - 1 - kinds[::-1].index(Progress)


def test_one_pass_over_the_whole(moss: Any, script: Script, dictate: Dictate) -> None:
    script.says = dictate
    _, transcript = transcribe(moss, window_s=120.0)
    assert written(transcript) == said()
    assert_everybody_has_one_label(transcript)
    assert [len(batch) for batch in script.batches] == [1]


def test_what_the_model_leaves_out_is_written_at_the_second_try(
    moss: Any, script: Script, dictate: Dictate
) -> None:
    def stops_early(request: Request) -> str:
        text = dictate(request)
        return text if request.careful else text[: text.index("]", len(text) // 2) + 1]

    script.says = stops_early
    _, transcript = transcribe(moss, window_s=30.0)
    assert astray(transcript) <= 3
    assert {notice.code for notice in transcript.notices} >= {"retried"}
    assert transcript.coverage.stopped_early == ()


def test_a_loop_is_left_and_the_rest_is_written(
    moss: Any, script: Script, dictate: Dictate
) -> None:
    def loops(request: Request) -> str:
        text = dictate(request)
        return text if request.careful else text[:40] + " and so on" * 60

    script.says = loops
    _, transcript = transcribe(moss, window_s=30.0)
    assert astray(transcript) <= 3


def test_a_batch_that_breaks_is_tried_again_in_pieces(
    moss: Any, script: Script, dictate: Dictate
) -> None:
    def breaks(batch: int, tokens: int) -> None:
        if batch == 0 and tokens > 60:
            raise Fault("an illegal memory access")

    script.says, script.fault = dictate, breaks
    _, transcript = transcribe(moss, window_s=30.0)
    assert astray(transcript) <= 3
    assert_everybody_has_one_label(transcript)
