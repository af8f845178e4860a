"""Answers to the clips of a manifest, in groups, with the figures of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audiosvc.estimates import GeoEstimate
from audiosvc.evaluate.geo_answers import (
    Answer,
    Map,
    Outcome,
    distance_to_countries_km,
    judge,
)
from audiosvc.evaluate.geo_scores import (
    NEAR_KM,
    Bin,
    Figures,
    calibration_error,
    coverage,
    distance_km,
    figures,
    place_weights,
    places,
    reliability,
)
from audiosvc.evaluate.located import LanguageClip, LocatedClip

OURS = "audiosvc"


@dataclass(frozen=True, slots=True)
class Trust:
    """How far localizability and radii can be believed, over the clips that were answered.

    error: expected calibration error, each clip or each place weighing the same. held_50 and
    held_90: shares of circles that hold the truth.
    """

    clips: int
    mean_localizability: float
    error: float
    error_over_places: float
    held_50: float | None
    held_90: float | None
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the clips: the figures of each kind of answer, ours among them."""

    name: str
    figures: Mapping[str, Figures]
    trust: Trust | None


@dataclass(frozen=True, slots=True)
class Language:
    """A language clip. distance_km: to its usual country; None without an answer or on no map."""

    id: str
    countries: tuple[str, ...]
    distance_km: float | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """All that one evaluation found."""

    clips: Sequence[LocatedClip]
    outcomes: Sequence[Outcome]
    place: Sequence[int]
    groups: Sequence[Group]
    languages: Sequence[Language] = ()


def report(
    clips: Sequence[LocatedClip],
    outcomes: Sequence[Outcome],
    baselines: Mapping[str, Sequence[Answer]],
    languages: Sequence[Language] = (),
) -> Report:
    """The figures over all clips, over each kind, and with and without speech where known."""
    place = places([clip.point for clip in clips])
    members: dict[str, list[int]] = {"all": list(range(len(clips)))}
    for number, clip in enumerate(clips):
        members.setdefault(clip.kind, []).append(number)
    for name, speech in (("speech", True), ("no speech", False)):
        members[name] = [n for n, clip in enumerate(clips) if clip.speech is speech]
    answers = {OURS: [outcome.answer for outcome in outcomes], **baselines}
    groups = [
        Group(
            name,
            {
                who: figures([judge(clips[n], given[n], place[n]) for n in numbers])
                for who, given in answers.items()
            },
            _trust([(clips[n], outcomes[n].estimate, place[n]) for n in numbers]),
        )
        for name, numbers in members.items()
        if numbers
    ]
    return Report(clips, outcomes, place, groups, languages)


def language(clip: LanguageClip, outcome: Outcome, cells: Map) -> Language:
    """How far the answer is from the usual country of the clip's language."""
    point = outcome.answer.point
    away_km = distance_to_countries_km(point, clip.countries, cells) if point else None
    return Language(clip.id, clip.countries, away_km, outcome.failure)


def _trust(members: Sequence[tuple[LocatedClip, GeoEstimate | None, int]]) -> Trust | None:
    known = [
        (estimate, distance_km(clip.point, estimate.point), place)
        for clip, estimate, place in members
        if estimate and estimate.point
    ]
    if not known:
        return None
    scores = [estimate.localizability for estimate, _, _ in known]
    errors = [error for _, error, _ in known]
    near = [error < NEAR_KM for error in errors]
    bins = reliability(scores, near)
    even = reliability(scores, near, place_weights([place for _, _, place in known]))
    return Trust(
        clips=len(known),
        mean_localizability=sum(scores) / len(scores),
        error=calibration_error(bins),
        error_over_places=calibration_error(even),
        held_50=coverage(errors, [estimate.radius_50_km for estimate, _, _ in known]),
        held_90=coverage(errors, [estimate.radius_90_km for estimate, _, _ in known]),
        bins=bins,
    )
