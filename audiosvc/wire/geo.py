"""Where a recording was made, as messages, and back."""

from __future__ import annotations

from audiosvc.estimates import Candidate, Category, Contribution, GeoEstimate, Point, Status
from audiosvc.v1 import geo_pb2 as pb
from audiosvc.wire.time import from_duration, from_time_span, to_duration, to_time_span
from audiosvc.wire.values import from_notice, to_notice

STATUSES: dict[pb.GeoStatus, Status] = {
    pb.GEO_STATUS_LOCATED: "LOCATED",
    pb.GEO_STATUS_NOT_LOCALIZABLE: "NOT_LOCALIZABLE",
}
CATEGORIES: dict[pb.GeoCategory, Category] = {
    pb.GEO_CATEGORY_HUMAN_SOUNDS: "human_sounds",
    pb.GEO_CATEGORY_ANIMAL: "animal",
    pb.GEO_CATEGORY_MUSIC: "music",
    pb.GEO_CATEGORY_NATURAL_SOUNDS: "natural_sounds",
    pb.GEO_CATEGORY_CHANNEL: "channel",
    pb.GEO_CATEGORY_ENVIRONMENT_AND_BACKGROUND: "environment_and_background",
    pb.GEO_CATEGORY_SOUNDS_OF_THINGS: "sounds_of_things",
    pb.GEO_CATEGORY_SOURCE_AMBIGUOUS: "source_ambiguous",
    pb.GEO_CATEGORY_CONTEXT: "context",
}
_STATUS_VALUES = {name: value for value, name in STATUSES.items()}
_CATEGORY_VALUES = {name: value for value, name in CATEGORIES.items()}


def to_point(point: Point) -> pb.GeoPoint:
    """A place on the surface as a message."""
    return pb.GeoPoint(latitude=point.lat, longitude=point.lon)


def from_point(message: pb.GeoPoint) -> Point:
    """A place on the surface."""
    return Point(message.latitude, message.longitude)


def to_estimate(estimate: GeoEstimate) -> pb.GeoEstimate:
    """An answer as a message."""
    return pb.GeoEstimate(
        status=_STATUS_VALUES[estimate.status],
        point=None if estimate.point is None else to_point(estimate.point),
        radius_50_km=estimate.radius_50_km,
        radius_90_km=estimate.radius_90_km,
        localizability=estimate.localizability,
        candidates=[_to_candidate(one) for one in estimate.candidates],
        contributions=[_to_contribution(one) for one in estimate.evidence],
        reasoning=estimate.reasoning,
        summary=estimate.summary,
        heat_cells=[
            pb.GeoHeatCell(h3_index=index, probability=share) for index, share in estimate.heat
        ],
        listened_duration=to_duration(estimate.listened_s),
        notices=[to_notice(notice) for notice in estimate.notices],
        version=estimate.version,
    )


def from_estimate(message: pb.GeoEstimate) -> GeoEstimate:
    """An answer. What a newer server may say besides is taken for what says least."""
    return GeoEstimate(
        status=STATUSES.get(message.status, "NOT_LOCALIZABLE"),
        point=from_point(message.point) if message.HasField("point") else None,
        radius_50_km=message.radius_50_km,
        radius_90_km=message.radius_90_km,
        localizability=message.localizability,
        candidates=tuple(_from_candidate(one) for one in message.candidates),
        evidence=tuple(_from_contribution(one) for one in message.contributions),
        reasoning=tuple(message.reasoning),
        summary=message.summary,
        heat=tuple((cell.h3_index, cell.probability) for cell in message.heat_cells),
        listened_s=from_duration(message.listened_duration),
        notices=tuple(from_notice(notice) for notice in message.notices),
        version=message.version,
    )


def _to_candidate(candidate: Candidate) -> pb.GeoCandidate:
    return pb.GeoCandidate(
        name=candidate.name,
        admin=candidate.admin,
        country=candidate.country,
        country_name=candidate.country_name,
        continent=candidate.continent,
        point=to_point(candidate.point),
        probability=candidate.probability,
    )


def _from_candidate(message: pb.GeoCandidate) -> Candidate:
    return Candidate(
        name=message.name,
        admin=message.admin if message.HasField("admin") else None,
        country=message.country if message.HasField("country") else None,
        country_name=message.country_name if message.HasField("country_name") else None,
        continent=message.continent if message.HasField("continent") else None,
        point=from_point(message.point),
        probability=message.probability,
    )


def _to_contribution(contribution: Contribution) -> pb.GeoContribution:
    return pb.GeoContribution(
        source=contribution.source,
        category=_CATEGORY_VALUES[contribution.category],
        claim=contribution.claim,
        bits=contribution.bits,
        spans=[to_time_span(span) for span in contribution.spans],
    )


def _from_contribution(message: pb.GeoContribution) -> Contribution:
    return Contribution(
        source=message.source,
        category=CATEGORIES.get(message.category, "source_ambiguous"),
        claim=message.claim,
        bits=message.bits,
        spans=tuple(from_time_span(span) for span in message.spans),
    )
