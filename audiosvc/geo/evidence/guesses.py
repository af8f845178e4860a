"""What an audio-language model guesses, as one piece of evidence among others.

Such a model has to be taken as a stranger: it always names a place, may do what a voice in the
recording tells it to, and gives reasons that nobody can check. Its answer is therefore worth what
such answers have been worth (``guess_spread``), and its words are shown as its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from audiosvc.errors import ModelFailed
from audiosvc.estimates import Evidence, Hearing
from audiosvc.geo.evidence.guess_place import Guess, settle
from audiosvc.geo.evidence.guess_reply import (
    QUESTION,
    SCHEMA,
    Answer,
    Unusable,
    ask_again,
    cite,
    read_reply,
)
from audiosvc.geo.evidence.guess_spread import log_likelihood
from audiosvc.geo.prior import log_prior
from audiosvc.ports import AudioLanguageModel
from audiosvc.spans import Span
from audiosvc.types import Audio

if TYPE_CHECKING:
    from audiosvc.geo.gazetteer import Gazetteer
    from audiosvc.geo.grid import Grid

NAME = "audio_language_model"
LONGEST_S = 60.0
LEAST_S = 1.0
# Of more than that, pieces are sent that are spread over it.
PIECES = 3
FADE_S = 0.01
# A model that doubts is believed less, down to not at all; one that is sure, no more than others.
SURE = 0.5


class GuessEvidence:
    """Asks a model, once, and once more if its reply cannot be used."""

    name = NAME

    def __init__(self, grid: Grid, gazetteer: Gazetteer, model: AudioLanguageModel) -> None:
        self._grid = grid
        self._gazetteer = gazetteer
        self._model = model
        self._prior = np.exp(log_prior(grid).astype(np.float64))

    def __call__(self, hearing: Hearing) -> list[Evidence]:
        """One piece; the same everywhere where the model names no place.

        Raises ModelError when it cannot be asked, or its replies cannot be used.
        """
        if hearing.audio.duration_s < LEAST_S:
            return []
        clip, spans = pick(hearing.audio, min(LONGEST_S, self._model.longest_s))
        answer, guess = self._ask(clip)
        return [
            Evidence(
                self.name,
                "source_ambiguous",
                claim(self._model.name, answer, guess),
                self._log_likelihood(answer, guess),
                spans,
            )
        ]

    def _ask(self, clip: Audio) -> tuple[Answer, Guess]:
        try:
            return self._asked(clip, QUESTION)
        except Unusable as complaint:
            question = ask_again(complaint)
        try:
            return self._asked(clip, question)
        except Unusable as complaint:
            raise ModelFailed(
                f"{cite(self._model.name)} was asked twice, and its reply could not be used: "
                f"{complaint}"
            ) from None

    def _asked(self, clip: Audio, question: str) -> tuple[Answer, Guess]:
        answer = read_reply(self._model.ask(clip, question, SCHEMA))
        return answer, settle(answer, self._grid, self._gazetteer)

    def _log_likelihood(self, answer: Answer, guess: Guess) -> npt.NDArray[np.float32]:
        trust = min(1.0, answer.confidence / SURE)
        return log_likelihood(self._grid, self._prior, guess.point, guess.country, trust=trust)


def claim(model: str, answer: Answer, guess: Guess) -> str:
    """The model's own words, as such."""
    where = ", ".join(filter(None, (answer.city, answer.country)))
    if guess.point is None and guess.country is None:
        return f'{cite(model)} names no place: "{cite(answer.reasons)}"'
    if not where and guess.point is not None:
        where = f"{guess.point.lat:.2f}, {guess.point.lon:.2f}"
    return f'{cite(model)} says: "{cite(": ".join(filter(None, (where, answer.reasons))))}"'


def pick(audio: Audio, longest_s: float) -> tuple[Audio, tuple[Span, ...]]:
    """What the model is to hear, and where that lies: all of it, or pieces from begin to end."""
    if audio.duration_s <= longest_s:
        return audio, (audio.span,)
    piece_s = longest_s / PIECES
    apart_s = (audio.duration_s - piece_s) / (PIECES - 1)
    starts_s = [audio.start_s + number * apart_s for number in range(PIECES)]
    spans = tuple(Span(start_s, start_s + piece_s) for start_s in starts_s)
    joined = np.concatenate([_faded(audio.cut(span)) for span in spans])
    return Audio(joined, audio.sample_rate_hz), spans


def _faded(piece: Audio) -> npt.NDArray[np.float32]:
    """Without a click at either end."""
    half = round(FADE_S * piece.sample_rate_hz)
    ramp = np.linspace(0.0, 1.0, half, dtype=np.float32)
    found: npt.NDArray[np.float32] = piece.samples.copy()
    found[:half] *= ramp
    found[len(found) - half :] *= ramp[::-1]
    return found
