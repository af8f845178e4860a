"""Which language a recording is in, from stretches spread over all of it.

One look at the beginning takes a first voice's accent, or a greeting, for the whole recording.
"""

from __future__ import annotations

from collections.abc import Sequence

from audiosvc.spans import Span
from audiosvc.types import Audio

STRETCH_S = 10.0
MOST_STRETCHES = 12
# One stretch for so many seconds of recording, and never fewer than three if there are as many.
EVERY_S = 45.0
FEWEST_STRETCHES = 3


def likeliest(found: Sequence[dict[str, float]], weights: Sequence[float]) -> str | None:
    """The language with the highest mean probability; None when nothing was heard.

    The mean lets one stretch that is sure and wrong be outvoted; a product would not.
    """
    sums: dict[str, float] = {}
    for probabilities, weight in zip(found, weights, strict=True):
        for language, probability in probabilities.items():
            sums[language] = sums.get(language, 0.0) + weight * probability
    return max(sums, key=lambda language: sums[language]) if any(sums.values()) else None


class LanguageStretches:
    """Keeps a few stretches of speech, spread evenly, of a recording that passes by once.

    Memory is bounded: when there are too many, every other one is dropped, and from then on only
    every other one is taken.
    """

    def __init__(self) -> None:
        self._kept: list[Audio] = []
        self._seen = 0
        self._every = 1

    def feed(self, block: Audio) -> None:
        """The next block, of any length. What it holds is judged when all speech is known."""
        step = round(STRETCH_S * block.sample_rate_hz)
        for first in range(0, len(block.samples), step):
            samples = block.samples[first : first + step]
            if self._seen % self._every == 0:
                start_s = block.start_s + first / block.sample_rate_hz
                self._kept.append(Audio(samples.copy(), block.sample_rate_hz, start_s))
            self._seen += 1
            if len(self._kept) > 8 * MOST_STRETCHES:
                self._kept = self._kept[::2]
                self._every *= 2

    def choose(self, speech: Sequence[Span], duration_s: float) -> list[tuple[Audio, float]]:
        """The stretches to listen to, with the seconds of speech in each.

        The recording is divided evenly, and each part gives the stretch with most speech.
        """
        wanted = min(MOST_STRETCHES, max(FEWEST_STRETCHES, round(duration_s / EVERY_S)))
        weighed = [(stretch, _speech_s(stretch, speech)) for stretch in self._kept]
        spoken = [pair for pair in weighed if pair[1] > 0.0]
        parts = min(wanted, len(spoken))
        chosen = []
        for part in range(parts):
            own = spoken[part * len(spoken) // parts : (part + 1) * len(spoken) // parts]
            chosen.append(max(own, key=lambda pair: pair[1]))
        return chosen


def _speech_s(stretch: Audio, speech: Sequence[Span]) -> float:
    return sum(span.overlap_s(stretch.span) for span in speech)
