"""A located recording as one HTML page that needs nothing else: the map is drawn in SVG."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence

from audiosvc.estimates import Contribution, GeoEstimate, Point
from audiosvc.export.geo_map import Outlines
from audiosvc.export.geo_shapes import LonLat, cell, circle
from audiosvc.export.geo_text import degrees, distance, headline, place
from audiosvc.export.text import encodable
from audiosvc.spans import Span

CLOSE_UP_KM = 400.0  # the least that is shown around the answer
KM_A_DEGREE = 111.2
WIDEST_CLOSE_UP = 45.0  # degrees to either side
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
       color: #1c2733; background: #fff }
h1 { font-size: 1.3rem } h2 { font-size: 1.05rem; margin-top: 2rem }
svg { width: 100%; height: auto; background: #dbe7f0; border-radius: 4px; margin-bottom: .5rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid #e3e8ed;
         vertical-align: top }
td.number { text-align: right; white-space: nowrap }
.land { fill: #f6f3ea; stroke: #9aa8b5; stroke-width: .6; vector-effect: non-scaling-stroke }
.heat { fill: #d0402b; stroke: none }
.half, .most { fill: none; stroke: #14508c; stroke-width: 1.5; vector-effect: non-scaling-stroke }
.most { stroke-dasharray: 5 4; stroke-width: 1 }
.candidate { fill: #14508c } .answer { fill: #fff; stroke: #14508c; stroke-width: 2;
  vector-effect: non-scaling-stroke }
"""


def serialise(estimate: GeoEstimate, name: str, outlines: Outlines | None = None) -> str:
    """The page. name: of the recording. outlines: of land; without them the map has none."""
    title = html.escape(name)
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{title}</title><style>{STYLE}</style></head><body>",
        f"<h1>{title}: {html.escape(headline(estimate))}</h1>",
        *_answer(estimate),
        *_maps(estimate, outlines or ()),
        *_candidates(estimate),
        *_reasons(estimate),
        *_evidence(estimate.evidence),
        *_notices(estimate),
        "</body></html>",
    ]
    return encodable("\n".join(parts)) + "\n"


def _answer(estimate: GeoEstimate) -> Iterator[str]:
    if estimate.point is not None:
        yield (
            f"<p>{html.escape(degrees(estimate.point))}. Half of the probability lies within "
            f"{distance(estimate.radius_50_km)}, nine tenths within "
            f"{distance(estimate.radius_90_km)}.</p>"
        )
    if estimate.summary:
        yield f"<p>{html.escape(estimate.summary)}</p>"


def _maps(estimate: GeoEstimate, outlines: Outlines) -> Iterator[str]:
    """The world, and what lies around the answer: drawn once, and shown twice."""
    yield '<svg viewBox="-180 -85 360 145" role="img" aria-label="Map of the world">'
    yield f'<g id="map"><path class="land" d="{_path(outlines)}"/>'
    yield from _heat(estimate)
    yield from _circles(estimate)
    yield "</g>"
    yield from _dots(estimate, 1.2)
    yield "</svg>"
    if estimate.point is not None:
        yield from _close_up(estimate, estimate.point)


def _close_up(estimate: GeoEstimate, point: Point) -> Iterator[str]:
    """A part of the map, also across its edge; what is a dot on the world is one here as well."""
    half = max(CLOSE_UP_KM, 1.3 * estimate.radius_90_km) / KM_A_DEGREE
    if half > WIDEST_CLOSE_UP:
        return  # as good as the world
    box = f"{point.lon - 2 * half:.2f} {-point.lat - half:.2f} {4 * half:.2f} {2 * half:.2f}"
    yield f'<svg viewBox="{box}" role="img" aria-label="Map of the surroundings">'
    for turn in (-360, 0, 360):
        yield f'<use href="#map" x="{turn}"/>'
    yield from _dots(estimate, half / 50.0)
    yield "</svg>"


def _heat(estimate: GeoEstimate) -> Iterator[str]:
    highest = max((probability for _, probability in estimate.heat), default=1.0) or 1.0
    for index, probability in estimate.heat:
        share = max(0.04, 0.85 * (probability / highest) ** 0.5)
        yield f'<path class="heat" fill-opacity="{share:.2f}" d="{_path(cell(index))}"/>'


def _circles(estimate: GeoEstimate) -> Iterator[str]:
    if estimate.point is not None:
        for kind, km in (("half", estimate.radius_50_km), ("most", estimate.radius_90_km)):
            yield f'<path class="{kind}" d="{_path(circle(estimate.point, km))}"/>'


def _dots(estimate: GeoEstimate, size: float) -> Iterator[str]:
    """Candidates and the answer. size: of a dot, in degrees."""
    for rank, candidate in enumerate(estimate.candidates, 1):
        at = f'cx="{candidate.point.lon:.3f}" cy="{-candidate.point.lat:.3f}"'
        title = html.escape(f"{rank}. {place(candidate)} ({candidate.probability:.1%})")
        yield f'<circle class="candidate" {at} r="{0.7 * size:.3f}"><title>{title}</title></circle>'
    if estimate.point is not None:
        at = f'cx="{estimate.point.lon:.3f}" cy="{-estimate.point.lat:.3f}"'
        yield f'<circle class="answer" {at} r="{size:.3f}"><title>Estimate</title></circle>'


def _path(rings: Iterable[Sequence[LonLat]]) -> str:
    """Rings as an SVG path; north is up, so that latitudes change their sign."""
    return "".join(
        "M" + "L".join(f"{lon:.2f} {-lat:.2f}" for lon, lat in ring) + "Z" for ring in rings if ring
    )


def _candidates(estimate: GeoEstimate) -> Iterator[str]:
    rows = (
        (f"{one.probability:.1%}", place(one), one.continent or "", degrees(one.point))
        for one in estimate.candidates
    )
    yield from _table("Candidates", ("probability", "place", "continent", "where"), rows)


def _reasons(estimate: GeoEstimate) -> Iterator[str]:
    if estimate.reasoning:
        items = "".join(f"<li>{html.escape(reason)}</li>" for reason in estimate.reasoning)
        yield f"<h2>Why</h2><ol>{items}</ol>"


def _notices(estimate: GeoEstimate) -> Iterator[str]:
    if estimate.notices:
        items = "".join(f"<li>{html.escape(notice.message)}</li>" for notice in estimate.notices)
        yield f"<h2>Notes</h2><ul>{items}</ul>"


def _evidence(evidence: Sequence[Contribution]) -> Iterator[str]:
    rows = (
        (f"{one.bits:+.1f}", one.claim, one.category.replace("_", " "), _times(one.spans))
        for one in evidence
    )
    yield from _table("Evidence", ("bits", "what was heard", "kind of sound", "when"), rows)


def _times(spans: Sequence[Span]) -> str:
    return ", ".join(f"{span.start_s:.1f}–{span.end_s:.1f} s" for span in spans)


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(value)}</td>" for value in row) + "</tr>\n"
        for row in rows
    )
    if body:
        head = "".join(f"<th>{html.escape(one)}</th>" for one in heads)
        yield f"<h2>{title}</h2><table><tr>{head}</tr>\n{body}</table>"
