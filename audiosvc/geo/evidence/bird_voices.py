"""From a classifier's windows to the animals that are heard, and how surely.

A classifier names a sound anew every few seconds, and knows thousands of names: of the windows with
the same likeliest name one voice is made, for which all likely names are kept, as near relatives
sound alike. Over-confident in noise and speech as classifiers are, a voice is sure only when it is
loud and clear, or comes again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiosvc.spans import Span, merge_spans

Float32 = npt.NDArray[np.float32]

# The logit at which a name is as likely right as wrong, and how fast that changes.
EVEN_LOGIT = 1.25
STEEPNESS = 1.2
# Under speech, a bird has to be that much clearer: voices are taken for birds now and then.
SPEECH_LOGIT = 3.0
# Windows of one voice are not independent: so many are worth the root of their number.
REPEATED = 0.5
# At best. The rest is mimics, players and look-alikes that the classifier does not know.
TRUST = 0.95
# What is less likely in every window is not looked at, nor names below that in a voice.
LEAST_LOGIT = -2.0
LEAST_PROBABILITY = 0.005
MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Voice:
    """One animal, or several that the classifier gives the same name.

    probabilities: that it is each label, by index, likeliest first; the rest up to 1 is that it
    is none. windows: how many it was heard in, at spans.
    """

    probabilities: Mapping[int, float]
    windows: int
    spans: tuple[Span, ...]

    @property
    def label(self) -> int:
        """The likeliest."""
        return next(iter(self.probabilities))


def find_voices(
    starts_s: npt.NDArray[np.float64],
    logits: Float32,
    window_s: float,
    speech: Sequence[Span] = (),
) -> list[Voice]:
    """Every voice in windows ``(n,)`` with logits ``(n, labels)``, the surest first."""
    if not len(starts_s):
        return []
    spans = [Span(float(start), float(start) + window_s) for start in starts_s]
    spoken = np.array([_spoken(span, speech) for span in spans], np.float32)
    heard = logits.astype(np.float64) - EVEN_LOGIT - SPEECH_LOGIT * spoken[:, np.newaxis]
    audible = np.flatnonzero(heard.max(axis=1) >= LEAST_LOGIT - EVEN_LOGIT)
    found = list(_voices([spans[n] for n in audible.tolist()], heard[audible]))
    return sorted(found, key=lambda voice: (-voice.probabilities[voice.label], voice.label))


def _voices(spans: Sequence[Span], heard: npt.NDArray[np.float64]) -> Iterator[Voice]:
    names = heard.argmax(axis=1)
    for name in np.unique(names):
        windows = np.flatnonzero(names == name)
        probabilities = _probabilities(heard[windows])
        if probabilities:
            where = merge_spans([spans[window] for window in windows.tolist()])
            yield Voice(probabilities, len(windows), tuple(where))


def _probabilities(heard: npt.NDArray[np.float64]) -> dict[int, float]:
    """Of each label, by the mean odds in a voice's windows ``(n, labels)``."""
    logit = np.log(np.exp(heard).mean(axis=0)) + REPEATED * np.log(len(heard))
    odds = np.exp(STEEPNESS * logit)
    shares = TRUST * odds / (1.0 + odds.sum())
    best = np.argsort(-shares, kind="stable")[:MOST_NAMES]
    return {int(one): float(shares[one]) for one in best if shares[one] >= LEAST_PROBABILITY}


def _spoken(span: Span, speech: Sequence[Span]) -> float:
    """The share of a span in which somebody speaks."""
    return sum(span.overlap_s(one) for one in speech) / span.duration_s
