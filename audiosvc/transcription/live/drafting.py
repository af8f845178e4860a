"""One draft after the other of a passage, with the guards that keep invented text out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from audiosvc.ports import DraftingRecognizer
from audiosvc.spans import Span
from audiosvc.transcription.guards import doubled_from, dropped, is_echo, is_invented, is_loop
from audiosvc.transcription.live.languages import ENOUGH_S, LanguageVote
from audiosvc.transcription.live.passage import Passage
from audiosvc.transcription.recognition import settle, write_down
from audiosvc.types import Audio, Draft, DraftWord, Hints, Hypothesis, Notice

SHORTEST_MEND_S = 0.5


class Drafter:
    """Drafts the passages of one stream, and learns its language where it was not told."""

    def __init__(self, recognizer: DraftingRecognizer, hints: Hints) -> None:
        self._recognizer = recognizer
        self._hints = hints
        self._vote = LanguageVote(hints.language)
        self.language = hints.language or ""

    @property
    def main_language(self) -> str | None:
        """The language that most was written down in."""
        return self._vote.main

    def draft(
        self, passage: Passage, audio: Audio, speech: Sequence[Span], *, last: bool
    ) -> Sequence[Notice]:
        """Listen to the passage from its anchor on, and confirm what can be confirmed.

        Context that keeps the recognizer from going on, or that it says once more, is dropped.
        last: nothing more comes; everything is confirmed. Returns what the reader has to know.
        """
        if audio.duration_s <= 0.0:
            return ()
        draft, failed = self._hear(passage, audio, last)
        if passage.has_context and (failed or not (draft.words or passage.waiting)):
            passage.forget_context()
            audio = audio.cut(Span(passage.anchor_s, audio.span.end_s))
            draft, failed = self._hear(passage, audio, last)
        self.language = draft.language
        if last:
            if draft.languages:
                self._vote.add(draft.languages, audio.duration_s, draft.language)
            return self._close(passage, audio, draft, speech, failed)
        if not failed:
            if self._vote.winner is None and audio.duration_s < ENOUGH_S:
                passage.agreement.clear()
            words = _settled(draft.words, speech)
            passage.confirm(passage.agreement.feed(words, audio.span.end_s))
        return ()

    def _hear(self, passage: Passage, audio: Audio, last: bool) -> tuple[Draft, bool]:
        """A draft, and whether it is to be believed."""
        known = self._language_for(passage, audio, last)
        draft = self._recognizer.draft(audio, known, self._hints, passage.confirmed, final=last)
        hypothesis = Hypothesis(
            draft.words, draft.average_log_probability, draft.no_speech_probability
        )
        wrong = is_loop(draft.words) or is_invented(hypothesis)
        again = doubled_from(draft.words)
        if again is not None and not last:
            draft = replace(draft, words=draft.words[:again])
        wrong = wrong or (again is not None and last)
        return draft, wrong or is_echo(passage.confirmed, draft.words)

    def _language_for(self, passage: Passage, audio: Audio, last: bool) -> str | None:
        """The language to write in; None to go by what is heard now.

        A first impression may be wrong, so that it does not outvote what comes soon after it.
        """
        if passage.confirmed and not last:
            return self.language
        if self._vote.is_settled or audio.duration_s < ENOUGH_S:
            return self._vote.winner
        return None

    def _close(
        self,
        passage: Passage,
        audio: Audio,
        draft: Draft,
        speech: Sequence[Span],
        failed: bool,
    ) -> Sequence[Notice]:
        """The last words of a passage, mended where the draft failed."""
        passage.agreement.clear()
        from_s = passage.confirmed[-1].span.end_s if passage.confirmed else audio.start_s
        rest = Span(from_s, audio.span.end_s)
        words = _settled(draft.words, speech)
        if not failed and not dropped(words, speech, rest):
            passage.confirm(words)
            return ()
        if rest.duration_s < SHORTEST_MEND_S:
            return ()
        written = write_down(
            self._recognizer, audio, rest, list(speech), draft.language, self._hints
        )
        passage.confirm([DraftWord(w.text, w.span, w.probability) for w in written.words])
        return written.notices


def _settled(words: Sequence[DraftWord], speech: Sequence[Span]) -> list[DraftWord]:
    """Words where somebody speaks."""
    return [replace(word, span=settle(word, speech).span) for word in words]
