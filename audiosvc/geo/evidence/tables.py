"""Facts by country that evidence from channels and signals rests on.

Mains: the frequencies of the World Plugs list of IEC; Japan's two grids meet between the rivers
Himekawa and Fujikawa. Telephone tones: supplement 2 to ITU-T E.180, those countries alone of which
several sources agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from audiosvc.geo.grid import Grid

# Everywhere else it is 50 Hz.
SIXTY_HZ = frozenset(
    country
    for region in (
        "US CA MX GT BZ HN SV NI CR PA",  # North and Central America
        "AG AI AW BL BM BS CU DO HT KN KY MF MS PR SX TC TT VG VI",  # the Caribbean
        "BR CO EC GY PE SR VE",  # South America
        "KR PH SA TW",  # Asia
        "AS FM GU MH MP PF PW UM",  # the Pacific
    )
    for country in region.split()
)
# Both are in use, or the sources disagree.
EITHER_HZ = frozenset({"AQ", "BQ", "IO", "KP", "LR"})


def mains_share(grid: Grid) -> npt.NDArray[np.float64]:
    """How much of each cell's mains runs at 60 Hz, 0 to 1: ``(cells,)``."""
    by_country = np.array([_share(iso) for iso in grid.countries] + [0.5])
    share = by_country[grid.country]
    if "JP" in grid.countries:
        japan = grid.country == grid.countries.index("JP")
        share[japan] = _japan(grid.lat[japan], grid.lon[japan])
    return np.asarray(share, np.float64)


def _share(iso: str) -> float:
    if iso in EITHER_HZ:
        return 0.5
    return 1.0 if iso in SIXTY_HZ else 0.0


def _japan(lat: npt.NDArray[np.float32], lon: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """60 Hz in the west, 50 Hz in the east; cells on the line between them have both."""
    # From the mouth of the Himekawa, 37.04 N 137.86 E, to that of the Fujikawa, 35.12 N 138.63 E.
    line = 137.86 + (37.04 - np.clip(lat, 35.12, 37.04)) * (138.63 - 137.86) / (37.04 - 35.12)
    return np.clip(0.5 - (lon.astype(np.float64) - line) / 0.6, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class TonePlan:
    """A telephone signal of some countries.

    hz: one frequency, or two at once. cadence_s: on, off, on, off ...; empty is continuous.
    """

    kind: Literal["dial", "ringing", "busy"]
    hz: tuple[float, ...]
    cadence_s: tuple[float, ...]
    countries: frozenset[str]


def _plan(
    kind: Literal["dial", "ringing", "busy"],
    hz: tuple[float, ...],
    cadence_s: tuple[float, ...],
    countries: str,
) -> TonePlan:
    return TonePlan(kind, hz, cadence_s, frozenset(countries.split()))


# The countries of the North American Numbering Plan.
_NANP = "US CA PR AG AI AS BB BM BS DM DO GD GU JM KN KY LC MP MS SX TC TT VC VG VI"

TONE_PLANS = (
    _plan("dial", (350, 440), (), f"{_NANP} GB HK KR TW"),
    _plan("ringing", (440, 480), (2, 4), _NANP),
    _plan("ringing", (440, 480), (1, 2), "KR TW"),
    _plan("ringing", (440, 480), (0.4, 0.2, 0.4, 3), "HK"),
    _plan("ringing", (400, 450), (0.4, 0.2, 0.4, 2), "GB IE NZ AU"),
    _plan("ringing", (425,), (1, 4), "BG BR CH CZ DE DK EE FI GR ID IT LT MX NL NO PL VE"),
    _plan("ringing", (425,), (1, 5), "PT SE"),
    _plan("ringing", (420,), (1, 5), "AT"),
    _plan("ringing", (425,), (1, 3), "BE"),
    _plan("ringing", (425,), (1.5, 3), "ES"),
    _plan("ringing", (425,), (1.25, 3.75), "HU"),
    _plan("ringing", (425,), (0.8, 3.2), "RU"),
    _plan("ringing", (425,), (0.4, 0.2, 0.4, 2), "MY"),
    _plan("ringing", (440,), (1.5, 3.5), "FR"),
    _plan("ringing", (450,), (1, 4), "CN"),
    _plan("ringing", (450,), (2, 4), "TR"),
    _plan("ringing", (400,), (1, 3), "CL"),
    _plan("ringing", (414,), (1, 3), "IL"),
    _plan("busy", (480, 620), (0.5, 0.5), f"{_NANP} HK KR PH TW"),
    _plan("busy", (480, 620), (0.25, 0.25), f"{_NANP} PH TW"),
    _plan("busy", (400,), (0.375, 0.375), "GB"),
    _plan("busy", (400,), (0.5, 0.5), "CL JP NZ ZA TH"),
    _plan("busy", (400,), (0.75, 0.75), "IN"),
    _plan("busy", (414,), (0.5, 0.5), "IL"),
    _plan("busy", (420,), (0.4, 0.4), "AT"),
    _plan("busy", (425,), (0.5, 0.5), "BE BG CH DE DK ID IE IT MY NL NO PL PT VE"),
    _plan("busy", (425,), (0.375, 0.375), "AU LT RU"),
    _plan("busy", (425,), (0.32, 0.32), "CZ EE FI GR HU LT RU"),
    # Busy in some, no line free in others.
    _plan("busy", (425,), (0.25, 0.25), "BG BR CO DE ID MX NL SE"),
    _plan("busy", (425,), (0.2, 0.2), "CH DK EE ES GR IT LT NO PT"),
    _plan("busy", (440,), (0.5, 0.5), "FR"),
    _plan("busy", (450,), (0.35, 0.35), "CN"),
    _plan("busy", (450,), (0.5, 0.5), "TR"),
)
