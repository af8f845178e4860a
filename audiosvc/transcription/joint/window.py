"""One window of a joint model: written, watched, and written again where something is missing."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from audiosvc.ports import LanguageDetector, Writing
from audiosvc.spans import Span, total_s
from audiosvc.transcription import stitch
from audiosvc.transcription.faults import model_faults
from audiosvc.transcription.guards import unreached
from audiosvc.transcription.joint import told
from audiosvc.transcription.joint.attempts import Attempt, Outcome
from audiosvc.transcription.joint.clips import Clip, cut_clip
from audiosvc.transcription.joint.draft import Draft, Scribe
from audiosvc.transcription.joint.scripts import contradicts, is_enough
from audiosvc.transcription.joint.tools import Tools
from audiosvc.transcription.joint.voices import WindowSpeakers
from audiosvc.transcription.language import likeliest
from audiosvc.transcription.sats import SatsSegment
from audiosvc.transcription.stretches import pack
from audiosvc.types import Audio, Hints, LocalSegment, Notice, Request, Voice, Window, WindowPiece

# Speech is written at some seven tokens a second. The budget leaves room for a fast talker and for
# marks; a model that wants more has lost its way.
TOKENS_PER_S = 14.0
FEWEST_TOKENS = 160
# What is missing is tried again in pieces no longer than this, and then in halves of those.
RETRY_S = (150.0, 40.0)
SHORTEST_RETRY_S = 8.0
# A piece is heard with a little of what is around it.
RETRY_MARGIN_S = 1.5
SPARE_MARGIN_S = 5.0
LANGUAGE_STRETCH_S, LANGUAGE_STRETCHES = 10.0, 3


class WindowWork:
    """All that is done about one window. The first attempt begins with the object."""

    def __init__(self, tools: Tools, window: Window, hints: Hints) -> None:
        self._tools = tools
        self._window = window
        self._hints = hints
        self._speakers = WindowSpeakers()
        self._scribe = Scribe(tools, window)
        self._notices: list[Notice] = []
        self._written: list[Span] = []
        self._error: Exception | None = None
        self._lock = threading.Lock()
        self._open: list[Writing] = []
        self._closed = False
        clip = cut_clip(window.audio, window.speech)
        self._first = self._attempt(clip) if clip else None

    def close(self) -> None:
        """Nobody wants it any more. From any thread."""
        with self._lock:
            self._closed = True
            writings = list(self._open)
        for writing in writings:
            writing.close()

    def pieces(self) -> Iterator[WindowPiece]:
        """Everything, in the order in which it is found out. Raises ModelError."""
        if self._first is None:
            return
        with model_faults(), closing(self._scribe):
            self._scribe.language = self._hints.language or self._heard_language()
            yield from self._write(self._first)
            outcome = self._first.outcome
            for longest_s in RETRY_S:
                if lost := self._lost():
                    yield from self._retry(lost, longest_s, outcome)
            if lost := self._lost():
                yield from self._ask_spare(lost)
            if self._closed:
                return
            yield from self._scribe.doubtful(self._written)
            yield from self._conclude(outcome)

    def _heard_language(self) -> str | None:
        """The language of this window alone, by the spare; the model does not tell."""
        spare: object = self._tools.find_spare()
        if not isinstance(spare, LanguageDetector):
            return None
        stretches = pack(self._window.speech, LANGUAGE_STRETCH_S)[:LANGUAGE_STRETCHES]
        found = spare.detect_language([self._window.audio.cut(one) for one in stretches])
        return likeliest(found, [one.duration_s for one in stretches])

    def _attempt(self, clip: Clip, *, careful: bool = False) -> Attempt:
        request = Request(clip.audio, self._hints, token_budget(clip.duration_s), careful)
        writing = self._tools.model.write(request)
        with self._lock:
            self._open.append(writing)
            closed = self._closed
        if closed:
            writing.close()
        return Attempt(clip, writing, self._tools.model.markup)

    def _write(self, attempt: Attempt) -> Iterator[WindowPiece]:
        """The first attempt, given out while it goes on, as soon as its language is believed."""
        waiting: list[SatsSegment] | None = [] if self._hints.language else None
        with closing(attempt.segments()) as segments:
            for segment in segments:
                if waiting is None:
                    yield from self._give(attempt.clip, [segment])
                    continue
                waiting.append(segment)
                text = " ".join(one.text for one in waiting)
                if contradicts(text, self._hints.language):
                    self._notices.append(told.in_another_script(self._hints, self._window.core))
                    return
                if is_enough(text):
                    yield from self._give(attempt.clip, waiting)
                    waiting = None
        self._error = attempt.error
        yield from self._give(attempt.clip, waiting or [])

    def _give(self, clip: Clip, segments: Sequence[SatsSegment]) -> Iterator[WindowPiece]:
        draft = self._scribe.write_out(clip, segments, self._speakers.name_unknown)
        self._speakers.note(draft.voices)
        self._written += draft.spans
        yield from draft.pieces()

    def _lost(self) -> list[Span]:
        """Detected speech of the core of which nothing is written."""
        if self._closed:
            return []
        return unreached(self._written, self._window.speech, self._window.core)

    def _retry(
        self, lost: Sequence[Span], longest_s: float, outcome: Outcome
    ) -> Iterator[WindowPiece]:
        """What is missing, in smaller pieces, all of them side by side."""
        pieces = self._cut(lost, longest_s)
        self._notices.append(told.retried(lost, outcome))
        begun = [(piece, self._attempt_near(piece)) for piece in pieces]
        for piece, attempt in begun:
            if attempt is None:
                continue
            segments = list(attempt.segments())
            self._error = attempt.error or self._error
            draft = self._scribe.write_out(
                attempt.clip, segments, self._speakers.name_unknown, prefix=f"{piece.start_s:.2f}/"
            )
            yield from self._add(draft.inside(piece))

    def _cut(self, lost: Sequence[Span], longest_s: float) -> list[Span]:
        """Pieces of what is missing. One that was tried whole before is halved."""
        first = longest_s == RETRY_S[0]
        found = []
        for span in lost:
            half_s = max(SHORTEST_RETRY_S, span.duration_s / 2 + 0.01)
            found += pack([span], longest_s if first else min(longest_s, half_s))
        return found

    def _attempt_near(self, piece: Span) -> Attempt | None:
        around = Span(piece.start_s - RETRY_MARGIN_S, piece.end_s + RETRY_MARGIN_S)
        clip = cut_clip(self._window.audio, self._window.speech, around)
        return self._attempt(clip, careful=True) if clip else None

    def _add(self, draft: Draft) -> Iterator[WindowPiece]:
        """What was written later, under the names of this window."""
        segments, voices = self._speakers.bring_home(draft.segments, draft.voices)
        self._written += [one.span for one in segments if one.text]
        yield from voices
        yield from segments
        yield from draft.notices

    def _ask_spare(self, lost: Sequence[Span]) -> Iterator[WindowPiece]:
        """What the model failed at, by another that is less able and more robust."""
        spare = self._tools.find_spare()
        if spare is None:
            if self._error is not None and not self._written:
                raise self._error
            return
        for hole in lost:
            if self._closed:
                return
            found = list(
                spare(self._part(hole), replace(self._hints, language=self._scribe.language))
            )
            segments = [one for one in found if isinstance(one, LocalSegment)]
            owned = stitch.own(segments, hole)
            voices = [
                one for one in found if isinstance(one, Voice) and hole.holds(one.span.midpoint_s)
            ]
            if any(one.text for one in owned):
                self._notices.append(told.by_the_spare(hole))
            yield from self._add(Draft(owned, voices))

    def _part(self, hole: Span) -> Window:
        around = Span(hole.start_s - SPARE_MARGIN_S, hole.end_s + SPARE_MARGIN_S)
        audio: Audio = self._window.audio.cut(around)
        speech = tuple(one for one in self._window.speech if one.overlap_s(audio.span))
        return Window(audio, hole, speech)

    def _conclude(self, outcome: Outcome) -> Iterator[Notice]:
        """What a reader has to know about this window."""
        yield from self._notices
        yield from self._scribe.notices()
        core = self._window.core
        for hole in self._lost():
            yield told.stopped_early(hole, outcome)
        drifted_s = self._scribe.unspoken_s(self._written)
        written_s = total_s(self._written)
        if written_s > told.FEWEST_DRIFTING_S and drifted_s > told.DRIFTING_SHARE * written_s:
            yield told.drifting(core)


def token_budget(duration_s: float) -> int:
    """How many tokens a model may write about a clip."""
    return FEWEST_TOKENS + round(TOKENS_PER_S * duration_s)
