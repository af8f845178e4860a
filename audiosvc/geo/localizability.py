"""Whether a recording can be located at all: a score that docs/localizability.md defines."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from audiosvc.estimates import Status
from audiosvc.geo.fuse import Float64
from audiosvc.geo.weights import Calibration

CIRCLE_KM = 1000.0
# Contradiction beyond this changes nothing more.
MOST_CONFLICT_BITS = 20.0
_EDGE = 1e-4


def localizability(
    mass: float, heard_bits: float, conflict_bits: float, calibration: Calibration
) -> float:
    """The probability that the truth lies within 1,000 km of the answer, about.

    mass: what the posterior itself puts there. heard_bits: information gained from sound over the
    prior; without any the score is nearly 0, whatever the prior says. conflict_bits: see
    ``conflict``.
    """
    inside = min(max(mass, _EDGE), 1.0 - _EDGE)
    logit = calibration.slope * math.log(inside / (1.0 - inside)) + calibration.offset
    logit -= calibration.conflict_per_bit * min(conflict_bits, MOST_CONFLICT_BITS)
    heard = 1.0 - math.exp(-((heard_bits / calibration.full_bits) ** 2))
    return max(min(mass, calibration.unheard), heard / (1.0 + math.exp(-logit)))


def mass_within(
    probabilities: Float64, distances_km: npt.NDArray[np.floating], radius_km: float = CIRCLE_KM
) -> float:
    """The probability inside a circle, by the distances of the cells from its centre."""
    return float(min(1.0, probabilities[distances_km <= radius_km].sum()))


def conflict(bits: Sequence[float]) -> float:
    """How much of the evidence speaks against the answer: the negative bits, as a sum above 0."""
    return math.fsum(-one for one in sorted(bits) if one < 0.0)


def status_of(score: float, calibration: Calibration) -> Status:
    """Whether a score is enough to call the recording located."""
    return "LOCATED" if score >= calibration.threshold else "NOT_LOCALIZABLE"
