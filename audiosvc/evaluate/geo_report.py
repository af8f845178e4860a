"""The figures of located clips as a table for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from statistics import mean, median

from rich.markup import escape
from rich.table import Table

from audiosvc.__about__ import __version__
from audiosvc.evaluate.agl1k import SCENES, Row
from audiosvc.evaluate.geo_answers import Outcome
from audiosvc.evaluate.geo_groups import OURS, Group, Language, Report
from audiosvc.evaluate.geo_scores import (
    NEAR_KM,
    PLACE_KM,
    THRESHOLDS_KM,
    UNANSWERED_KM,
    Figures,
    distance_km,
)
from audiosvc.evaluate.located import LocatedClip

NO_FIGURE = "-"
POLICIES = {
    "distance": "geodesic on WGS 84; a clip that failed or has no answer counts "
    f"{UNANSWERED_KM:,.0f} km",
    "place": f"clips within {PLACE_KM:g} km of each other, by steps, are one place; its error is "
    "the mean of its clips'",
    "macro": "mean over continents of the mean error",
    "calibration": f"localizability against an error below {NEAR_KM:,.0f} km, 10 bins; over places "
    "each place weighs the same",
}


def as_table(found: Report) -> Table:
    """For the terminal: a block for each group, a column for each kind of answer."""
    table = Table()
    table.add_column("figure")
    columns = list(found.groups[0].figures)
    for column in columns:
        table.add_column(column, justify="right")
    for group in found.groups:
        ours = group.figures[OURS]
        table.add_section()
        counts = f"{_count(ours.clips, 'clip')}, {_count(ours.places, 'place')}"
        table.add_row(f"[bold]{escape(group.name)}[/bold]: {counts}")
        written = [dict(_lines(group.figures[column])) for column in columns]
        for title in written[0]:
            if any(cells[title] for cells in written):
                table.add_row(title, *(cells[title] or NO_FIGURE for cells in written))
        for title, cell in _trust_lines(group):
            table.add_row(title, cell)
    return table


def notes(found: Report) -> list[str]:
    """What a reader has to know beside the figures."""
    lines = [f"{key.capitalize()}: {policy}." for key, policy in POLICIES.items()]
    lines += [
        f"{clip.id} failed: {outcome.failure}"
        for clip, outcome in zip(found.clips, found.outcomes, strict=True)
        if outcome.failure
    ]
    return lines + list(_language_lines(found.languages))


def as_json(found: Report) -> str:
    """Everything, for programs."""
    document = {
        "version": __version__,
        "policies": POLICIES,
        "groups": [asdict(group) for group in found.groups],
        "clips": [
            _clip(clip, outcome, place)
            for clip, outcome, place in zip(found.clips, found.outcomes, found.place, strict=True)
        ],
        "languages": [asdict(one) for one in found.languages],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def agl1k_table(rows: Mapping[str, Row]) -> Table:
    """A line for each figure of the leaderboard, a column for each kind of answer."""
    table = Table()
    table.add_column("figure")
    for name in rows:
        table.add_column(escape(name), justify="right", overflow="fold")
    written = [dict(_leaderboard_lines(row)) for row in rows.values()]
    for title in written[0]:
        table.add_row(title, *(cells[title] or NO_FIGURE for cells in written))
    return table


def agl1k_json(rows: Mapping[str, Row]) -> str:
    """The same for programs."""
    document = {"version": __version__, "rows": {name: asdict(row) for name, row in rows.items()}}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _clip(clip: LocatedClip, outcome: Outcome, place: int) -> dict[str, object]:
    given, estimate = outcome.answer, outcome.estimate
    return {
        "id": clip.id,
        "kind": clip.kind,
        "place": place,
        "failure": outcome.failure,
        "wall_s": outcome.wall_s,
        "listened_s": estimate.listened_s if estimate else None,
        "status": estimate.status if estimate else None,
        "point": asdict(given.point) if given.point else None,
        "country": given.country,
        "continent": given.continent,
        "city": given.city,
        "error_km": distance_km(clip.point, given.point) if given.point else None,
        "localizability": estimate.localizability if estimate else None,
        "radius_50_km": estimate.radius_50_km if estimate else None,
        "radius_90_km": estimate.radius_90_km if estimate else None,
        "evidence": [
            {"source": one.source, "claim": one.claim, "bits": one.bits}
            for one in (estimate.evidence if estimate else ())
        ],
    }


def _lines(one: Figures) -> Iterator[tuple[str, str | None]]:
    yield "mean error, km", _km(one.mean_km)
    yield "median error, km", _km(one.median_km)
    yield "mean over places, km", _km(one.mean_over_places_km)
    yield "median over places, km", _km(one.median_over_places_km)
    yield "mean over continents, km", _km(one.macro_km)
    for km in THRESHOLDS_KM:
        yield f"within {km:,} km", _percent(one.within[km])
    yield "continent right", _percent(one.continent)
    yield "country right", _percent(one.country)
    yield "city right", _percent(one.city)
    yield "said not localizable", _percent(one.refused)


def _trust_lines(group: Group) -> Iterator[tuple[str, str]]:
    trust, ours = group.trust, group.figures[OURS]
    for name, other in group.figures.items():
        if name != OURS:
            ratio = ours.mean_over_places_km / other.mean_over_places_km
            yield f"mean over places / {name}'s", f"{ratio:.2f}"
    if trust:
        yield "localizability, mean", f"{trust.mean_localizability:.2f}"
        yield "its calibration error", f"{trust.error:.3f}"
        yield "the same over places", f"{trust.error_over_places:.3f}"
        yield "50 % radius holds", _percent(trust.held_50) or NO_FIGURE
        yield "90 % radius holds", _percent(trust.held_90) or NO_FIGURE


def _language_lines(languages: Sequence[Language]) -> Iterator[str]:
    if not languages:
        return
    known = [_language_km(one) for one in languages]
    yield (
        f"{_count(len(known), 'language clip')}, distance from the usual country: median "
        f"{median(known):,.0f} km, mean {mean(known):,.0f} km, "
        f"{sum(km == 0 for km in known)} inside it."
    )
    for one, km in zip(languages, known, strict=True):
        if km:
            where = ", ".join(one.countries)
            yield f"{one.id}: {km:,.0f} km from {where}. {one.failure or ''}".rstrip()


def _language_km(one: Language) -> float:
    return UNANSWERED_KM if one.distance_km is None else one.distance_km


def _leaderboard_lines(row: Row) -> Iterator[tuple[str, str | None]]:
    yield "distance error, km", _km(row.mean_km, 2)
    yield "median error, km", _km(row.median_km, 2)
    yield "continent accuracy", _percent(row.continent)
    yield "country accuracy", _percent(row.country)
    yield "city accuracy", _percent(row.city)
    yield "reject rate", _percent(row.refused)
    for km in THRESHOLDS_KM:
        yield f"within {km:,} km", _percent(row.within.get(km))
    yield "speech, km", _km(row.speech_km)
    yield "no speech, km", _km(row.other_km)
    for scene in SCENES:
        yield f"  with {scene.replace('_', ' ')}, km", _km(row.scenes_km[scene])
    yield "clips answered", str(row.answered)
    yield "clips without an answer", str(row.absent)
    yield "answers left out as unreadable", str(row.unusable)
    yield "error with those at 10,000 km", _km(row.strict_km, 2)


def _count(number: int, name: str) -> str:
    return f"{number} {name}" + ("s" if number != 1 else "")


def _km(value: float | None, digits: int = 0) -> str | None:
    return None if value is None else f"{value:,.{digits}f}"


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{100 * value:.1f} %"
