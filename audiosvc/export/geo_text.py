"""A located recording for people: where, how sure, the other candidates, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator

from audiosvc.estimates import Candidate, GeoEstimate, Point
from audiosvc.export.geo_map import Outlines, draw
from audiosvc.export.text import flat

_CODE = re.compile("[0-9A-Z]{1,3}")  # of a division whose name is not known


def serialise(estimate: GeoEstimate, name: str, outlines: Outlines | None = None) -> str:
    """The answer in a few lines. outlines: of coasts, for a map; None draws none."""
    lines = [flat(f"{name}: {headline(estimate)}"), *_point(estimate)]
    if outlines and estimate.point is not None:
        lines += ["", draw(estimate, outlines)]
    lines += _listed("Candidates", [candidate_line(one) for one in estimate.candidates])
    lines += _listed("Why", _numbered(estimate))
    if estimate.summary:
        lines += ["", flat(estimate.summary)]
    lines += _listed("Notes", [notice.message for notice in estimate.notices])
    return "\n".join(lines) + "\n"


def headline(estimate: GeoEstimate) -> str:
    """The answer in one sentence."""
    score = f"localizability {estimate.localizability:.2f}"
    best = estimate.candidates[0] if estimate.candidates else None
    if estimate.status == "LOCATED":
        return f"{place(best)}, {score}" if best else f"located, {score}"
    guess = f"; the best guess is {place(best)}" if best else ""
    return f"cannot be located ({score}){guess}"


def place(candidate: Candidate) -> str:
    """A candidate's name with what it lies in, without codes and without saying anything twice."""
    admin = None if _CODE.fullmatch(candidate.admin or "") else candidate.admin
    parts = (candidate.name, admin, candidate.country_name or candidate.country)
    return ", ".join(dict.fromkeys(part for part in parts if part)) or "the open sea"


def candidate_line(candidate: Candidate) -> str:
    """How probable, which place, and where."""
    return f"{candidate.probability:6.1%} {place(candidate)} ({degrees(candidate.point)})"


def degrees(point: Point) -> str:
    """``48.9 N, 2.4 E``, with as many digits as there are, up to four."""
    lat = f"{round(abs(point.lat), 4):g} {'N' if point.lat >= 0 else 'S'}"
    return f"{lat}, {round(abs(point.lon), 4):g} {'E' if point.lon >= 0 else 'W'}"


def distance(km: float) -> str:
    """With two digits that count, as no circle is known better."""
    unit = 10 ** max(0, len(str(int(km))) - 2)
    return f"{round(km / unit) * unit:,d} km"


def _point(estimate: GeoEstimate) -> Iterator[str]:
    if estimate.point is not None:
        yield (
            f"  {degrees(estimate.point)}: half of the probability lies within "
            f"{distance(estimate.radius_50_km)}, nine tenths within "
            f"{distance(estimate.radius_90_km)}"
        )


def _numbered(estimate: GeoEstimate) -> list[str]:
    return [f"{number:3d}. {reason}" for number, reason in enumerate(estimate.reasoning, 1)]


def _listed(title: str, lines: list[str]) -> list[str]:
    return ["", f"{title}:", *(f"  {_one_line(line)}" for line in lines)] if lines else []


def _one_line(line: str) -> str:
    """The line without what breaks it or steers a terminal; blanks in front align it."""
    return " " * (len(line) - len(line.lstrip())) + flat(line)
