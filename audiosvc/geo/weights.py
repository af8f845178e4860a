"""How far each kind of evidence is believed, and how scores become probabilities.

Written by ``bench/fit_locate.py``; ``docs/localizability.md`` says what the numbers do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

# Fitted on 2026-11-23 to the development set, 105 recordings from 43 places, and 200 mixtures of
# them. Only birds and hum were heard at enough places to be weighed; the others, and where the fit
# begins, are by principle: what is said tells more surely than what hums.
_SOURCES = {
    "language": 1.0,
    "places": 1.0,
    "liturgy": 0.7,
    "birds": 1.18,
    "hum": 0.7,
    "signals": 0.7,
    "context": 1.0,
    # Half: it hears what others have counted already, and by itself it shall not locate anything.
    "audio_language_model": 0.5,
}
_OTHER = 0.5


@dataclass(frozen=True, slots=True)
class Calibration:
    """From the probability inside 1,000 km to localizability: see ``localizability``.

    slope, offset: of the logistic map. conflict_per_bit: what a bit of contradiction takes away
    from its logit. full_bits: with so much information about two thirds of the score are left, and
    with twice that nearly all. unheard: the most without any. threshold: below it a recording is
    NOT_LOCALIZABLE.
    """

    slope: float = 0.7
    offset: float = -0.418
    conflict_per_bit: float = 0.15
    full_bits: float = 1.5
    unheard: float = 0.04
    threshold: float = 0.2


@dataclass(frozen=True, slots=True)
class Weights:
    """What evidence counts. by_source: factors by extractor; other: for those not in it.

    temperature: all log-likelihoods are divided by it.
    """

    by_source: Mapping[str, float] = field(default_factory=lambda: MappingProxyType(_SOURCES))
    other: float = _OTHER
    temperature: float = 1.0
    calibration: Calibration = field(default_factory=Calibration)

    def of(self, source: str) -> float:
        """The factor of a source's log-likelihoods, temperature included."""
        return self.by_source.get(source, self.other) / self.temperature


WEIGHTS = Weights()
