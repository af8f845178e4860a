"""Transcription of a stream while people speak.

Audio is fed as it comes. Speech is cut into passages at pauses, and each passage is drafted again
and again while it goes on: what two drafts in a row say alike is confirmed, whole sentences are
given out as soon as they are confirmed, and the rest when the passage has ended. Drafts are what
is thinned out when the machine is busy; the last one of a passage is always made.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from audiosvc.errors import Cancelled
from audiosvc.events import AudioCursors, Finished, Interim, LiveEvent
from audiosvc.ports import SpeechDetector
from audiosvc.spans import Span
from audiosvc.transcription.faults import model_faults
from audiosvc.transcription.live.drafting import Drafter
from audiosvc.transcription.live.linking import Linker
from audiosvc.transcription.live.parts import LiveParts
from audiosvc.transcription.live.passage import MOST_S, Passage
from audiosvc.transcription.live.tape import Tape
from audiosvc.transcription.pool import Urgency
from audiosvc.types import Audio, DraftWord, Hints, Notice, SpeakerCount, Transcript

# A pause this long ends a passage.
END_PAUSE_S = 0.6
# No draft of less than this, and none with less new audio than this: a little less until there is
# any text.
FIRST_DRAFT_S, FIRST_STEP_S, STEP_S = 0.6, 0.3, 0.5
# The same when nobody reads along: final text still comes sentence by sentence.
QUIET_STEP_S = 2.0
# A stream that computes for longer than it waits would leave nothing to the others.
REST = 1.0
# So far behind there is no rest; and so far, feeding waits.
BEHIND_S, MOST_BEHIND_S = 5.0, 20.0
# Voices are heard in their surroundings, and words in their context.
MARGIN_S = 3.0
KEPT_S = 30.0
MOST_NOTICES = 1_000


class LiveSession:
    """One stream. ``feed`` it in one thread; events are emitted in others, one at a time."""

    def __init__(
        self,
        parts: LiveParts,
        detector: SpeechDetector,
        hints: Hints,
        emit: Callable[[LiveEvent], None],
        *,
        interim: bool = True,
        count: SpeakerCount | None = None,
    ) -> None:
        """hints: with a language when it is known. count: what is known of the speakers."""
        self._parts = parts
        self._detection = detector.start(live=True)
        self._drafter = Drafter(parts.recognizer, hints)
        self._linker = Linker(parts, count)
        self._emit = emit
        self._interim = interim
        self._tape = Tape()
        self._passages: deque[Passage] = deque()
        self._changed = threading.Condition()
        self._lane = parts.pool.lane()
        self._before: Passage | None = None
        self._busy = False
        self._closed = False
        self._error: BaseException | None = None
        self._next_draft = 0.0
        self._revision = 0
        self._written: list[Span] = []
        self._notices: deque[Notice] = deque(maxlen=MOST_NOTICES)
        self.received_s = self.processed_s = self.final_s = 0.0
        parts.pool.enter_live()

    def feed(self, audio: Audio) -> None:
        """The next piece, 16 kHz mono. Waits while the work is far behind.

        Raises Cancelled after ``close``, and whatever went wrong in the work.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: self._over or self.received_s - self.processed_s < MOST_BEHIND_S
            )
            self._check()
            self._tape.append(audio)
            self.received_s = audio.span.end_s
            self._follow(self._detection.feed(audio))
            self._advance()

    def finish(self) -> None:
        """Nothing more comes. Returns when everything has been emitted, ``Finished`` last."""
        with self._changed:
            self._check()
            self._follow(self._detection.flush(), last=True)
            self._advance()
            self._changed.wait_for(lambda: self._over or not (self._passages or self._busy))
            self._check()
            self.processed_s = self.final_s = self.received_s
        self._emit(self._cursors())
        self._emit(Finished(self._result()))
        self.close()

    def close(self) -> None:
        """Give up; what runs ends without a word."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._passages.clear()
            self._changed.notify_all()
        self._parts.pool.leave_live()

    @property
    def _over(self) -> bool:
        return self._closed or self._error is not None

    def _check(self) -> None:
        if self._error is not None:
            raise self._error
        if self._closed:
            raise Cancelled("The stream was given up.")

    def _follow(self, ended: list[Span], *, last: bool = False) -> None:
        """Passages begin with speech and end with a pause."""
        for span in ended:
            self._open_passage(span.start_s).speech.append(span)
        since_s = self._detection.speaking_since_s
        if since_s is not None and not last:
            self._open_passage(since_s)
            return
        current = self._passages[-1] if self._passages else None
        if current is None or current.end_s is not None:
            return
        pause_s = self.received_s - self._detection.heard_until_s
        if last or pause_s >= END_PAUSE_S:
            # What seemed to be speech and was none has a passage without any.
            last_s = current.speech[-1].end_s if current.speech else current.start_s
            current.end_s = max(current.start_s, min(last_s, self.received_s))

    def _open_passage(self, start_s: float) -> Passage:
        """The passage in progress, or a new one."""
        if not self._passages or self._passages[-1].end_s is not None:
            self._passages.append(Passage(max(start_s, self.final_s)))
        return self._passages[-1]

    def _advance(self) -> None:
        """Line up the next piece of work, if there is any. One at a time, in order."""
        if self._busy or self._over:
            return
        if not self._passages:
            # Whatever is still undecided lies behind this.
            self.final_s = max(self.final_s, self.received_s - END_PAUSE_S)
            self.processed_s = self.received_s
            self._tape.forget(self.final_s - KEPT_S)
            self._changed.notify_all()
            return
        passage = self._passages[0]
        if passage.end_s is None and not self._is_due(passage):
            return
        urgency = Urgency.FIRST if passage.is_blank else Urgency.INTERIM
        if passage.end_s is not None:
            urgency = Urgency.FINAL
        self._busy = True
        self._lane.submit_as(urgency, self._work, passage)

    def _is_due(self, passage: Passage) -> bool:
        new_s = self.received_s - passage.listened_s
        heard_s = self.received_s - passage.anchor_s
        if new_s >= BEHIND_S:  # audio that comes faster than people speak
            return True
        step_s = FIRST_STEP_S if passage.is_blank else STEP_S
        if not self._interim:
            step_s = QUIET_STEP_S
        return new_s >= step_s and heard_s >= FIRST_DRAFT_S and time.monotonic() >= self._next_draft

    def _work(self, passage: Passage) -> None:
        """One draft of a passage, and what follows from it."""
        started, done = time.monotonic(), False
        try:
            with model_faults():
                done = self._draft(passage)
        except BaseException as error:  # noqa: BLE001 - raised where the stream is fed
            self._error = error
        with self._changed:
            self._busy = False
            self._next_draft = time.monotonic() + REST * (time.monotonic() - started)
            if done and self._passages and self._passages[0] is passage:
                self._passages.popleft()
            self._advance()
            self._changed.notify_all()

    def _draft(self, passage: Passage) -> bool:
        """Whether it was the last one of the passage."""
        with self._changed:
            if self._over:
                return False
            until_s = self.received_s if passage.end_s is None else passage.end_s
            last_s = min(until_s, passage.anchor_s + MOST_S)
            done = last_s == passage.end_s
            # At its end, or when it is too long to be heard at once, everything is given out.
            everything = done or last_s < until_s
            if passage.listened_s == passage.start_s:
                passage.inherit(self._before)
            speech = [*passage.speech, *self._speaking(passage)]
            audio = self._tape.cut(Span(passage.anchor_s, last_s))
        notices = self._drafter.draft(passage, audio, speech, last=everything)
        passage.listened_s = last_s
        self._notices.extend(notices)
        core_s = passage.given_s
        words = passage.give(everything=everything)
        if words:
            self._give(Span(core_s, passage.given_s), words, speech)
        if done:
            self._linker.account_for(passage.speech, self._written)
            self._written = []
            self._before = passage
        passage.follow(everything=everything)
        with self._changed:
            self.processed_s = max(self.processed_s, last_s)
            self.final_s = max(self.final_s, passage.given_s)
            self._tape.forget(min(passage.anchor_s, self.final_s - KEPT_S))
        if self._interim and not done:
            self._say(passage)
        self._tell(self._cursors())
        return done

    def _speaking(self, passage: Passage) -> list[Span]:
        """The speech in progress, if it is this passage's."""
        since_s = self._detection.speaking_since_s
        if since_s is None or passage.end_s is not None:
            return []
        return [Span(since_s, self.received_s)]

    def _give(self, core: Span, words: list[DraftWord], speech: list[Span]) -> None:
        """Segments of the words that are final now, with their speakers."""
        with self._changed:
            audio = self._tape.cut(Span(core.start_s - MARGIN_S, self.received_s))
        self._written += [word.span for word in words]
        for event in self._linker.link(audio, core, speech, words, self._drafter.language):
            self._tell(event)

    def _say(self, passage: Passage) -> None:
        self._revision += 1
        self._tell(
            Interim(
                revision=self._revision,
                span=Span(passage.given_s, max(passage.given_s, passage.listened_s)),
                confirmed=_texts(passage.waiting),
                tentative=_texts(passage.agreement.tentative),
                language=self._drafter.language or None,
            )
        )

    def _tell(self, event: LiveEvent) -> None:
        if not self._closed:
            self._emit(event)

    def _cursors(self) -> AudioCursors:
        return AudioCursors(self.received_s, self.processed_s, self.final_s)

    def _result(self) -> Transcript:
        covered = self._linker.coverage
        silent = () if covered.speech_s else (Notice("no_speech", "No speech was detected."),)
        return Transcript(
            segments=(),
            speakers=self._linker.speakers,
            language=self._drafter.main_language,
            duration_s=self.received_s,
            coverage=covered,
            model="",
            notices=(*silent, *self._notices),
        )


def _texts(words: list[DraftWord] | tuple[DraftWord, ...]) -> tuple[str, ...]:
    return tuple(word.text.strip() for word in words)
