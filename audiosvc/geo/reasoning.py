"""Says in words why an answer is what it is: every sentence from evidence, every number from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audiosvc.estimates import Candidate, Contribution, Evidence, Status
from audiosvc.geo.fuse import Pooled, added, information_bits
from audiosvc.geo.regions import joined, regions, with_article
from audiosvc.spans import Span, merge_spans

if TYPE_CHECKING:
    from audiosvc.geo.grid import Grid

NOTHING = "Nothing in this recording says where it was made."
# What rounds to 0.0 bits is not called information.
LEAST_BITS = 0.05
# Spans that are told of with their times, and how near two have to be to be told of as one.
MOST_SPANS = 3
GAP_S = 1.0
MOST_REASONS = 3
# A place that is less likely than that does not stand out.
LEAST_PROBABILITY = 0.05


@dataclass(frozen=True, slots=True)
class Reason:
    """A piece of evidence as the answer sees it.

    where: the places that it points to by itself, in words; None if to none. alone_bits: how much
    it narrows the map by itself.
    """

    contribution: Contribution
    where: str | None
    alone_bits: float

    @property
    def order(self) -> tuple[object, ...]:
        """What narrowed most first, what contradicts last; the same for the same evidence."""
        one = self.contribution
        return (-round(one.bits, 6), one.source, one.spans, one.claim)


@dataclass(frozen=True, slots=True)
class Findings:
    """What the summary tells. where: the places that the answer points to, None if it is spread."""

    status: Status
    localizability: float
    radius_50_km: float
    radius_90_km: float
    where: str | None
    candidates: tuple[Candidate, ...]


def reasons(
    grid: Grid, pooled: Pooled, evidence: Sequence[Evidence], bits: Sequence[float]
) -> list[Reason]:
    """Every piece of evidence with what it did, in the order in which it is told of."""
    found = []
    for number, (piece, gained) in enumerate(zip(evidence, bits, strict=True)):
        alone = added(pooled.log_prior, pooled.votes[number : number + 1])
        where = regions(grid, alone, pooled.prior)
        spans = tuple(sorted(piece.spans))
        told = Contribution(piece.source, piece.category, piece.claim, gained, spans)
        alone_bits = information_bits(alone, pooled.log_prior)
        found.append(Reason(told, where, alone_bits))
    return sorted(found, key=lambda reason: reason.order)


def sentence(reason: Reason) -> str:
    """When, what, and what it did: ``0:48 Swedish speech: narrows to Sweden, 5.1 bits``."""
    one = reason.contribution
    said = f"{times(one.spans)} {one.claim}".strip().rstrip(".")
    return f"{said}: {_effect(reason)}, {in_bits(one.bits)}"


def reasoning(found: Sequence[Reason]) -> tuple[str, ...]:
    """A sentence for each piece of evidence; one that says so when nothing was heard."""
    told = tuple(sentence(reason) for reason in found)
    return told if any(_tells(reason) for reason in found) else (NOTHING, *told)


def summary(found: Sequence[Reason], findings: Findings) -> str:
    """One paragraph of what the answer is, what it rests on, and what speaks against it."""
    telling = [reason for reason in found if _tells(reason)]
    said = [reason for reason in found if _is_context(reason) and reason.alone_bits >= LEAST_BITS]
    if not telling and not said:
        return NOTHING
    opening = _opening(findings) if telling else NOTHING
    return " ".join(
        filter(None, [opening, _places(findings), *_basis(telling + said), _odds(findings)])
    )


def times(spans: Sequence[Span]) -> str:
    """From when to when; of many stretches the first few, and how many more there are."""
    whole = [Span(math.floor(one.start_s), math.ceil(one.end_s)) for one in spans]
    merged = merge_spans(whole, GAP_S)
    told = [f"{clock(round(one.start_s))}–{clock(round(one.end_s))}" for one in merged]
    if len(told) > MOST_SPANS + 1:
        told = [*told[:MOST_SPANS], f"{len(told) - MOST_SPANS} more stretches"]
    return joined(told)


def clock(seconds: int) -> str:
    """``1:05``, ``1:00:05``."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def in_bits(bits: float) -> str:
    """``5.1 bits``; with a real minus sign where it is negative."""
    rounded = round(bits, 1)
    return f"{'−' if rounded < 0 else ''}{abs(rounded):.1f} bits"


def _effect(reason: Reason) -> str:
    bits = reason.contribution.bits
    if bits <= -LEAST_BITS:
        whither = f"points to {reason.where}" if reason.where else "points elsewhere"
        return f"{whither}, against the answer"
    if bits < LEAST_BITS:
        return "tells nothing of the place"
    return f"narrows to {reason.where}" if reason.where else "narrows the map"


def _is_context(reason: Reason) -> bool:
    return reason.contribution.category == "context"


def _tells(reason: Reason) -> bool:
    """Whether it was heard and, by itself, tells one place from another."""
    return reason.alone_bits >= LEAST_BITS and not _is_context(reason)


def _opening(findings: Findings) -> str:
    if findings.status == "NOT_LOCALIZABLE":
        return "What is heard does not say where this was made; what follows is a guess."
    return (
        f"Most likely from {findings.where}." if findings.where else "The answer is spread widely."
    )


def _places(findings: Findings) -> str:
    likeliest = ""
    first = next(iter(findings.candidates), None)
    if first is not None and first.probability >= LEAST_PROBABILITY:
        names = [first.name]
        if first.country and first.country_name not in (None, first.name):
            names.append(with_article(first.country))
        likeliest = (
            f"The likeliest surroundings are those of {', '.join(names)} "
            f"({first.probability:.2f}). "
        )
    return (
        f"{likeliest}Half of the probability lies within {distance(findings.radius_50_km)} of the "
        f"point, nine tenths within {distance(findings.radius_90_km)}."
    )


def _basis(found: Sequence[Reason]) -> list[str]:
    ordered = sorted(found, key=lambda reason: reason.order)
    lines = [_briefly(one) for one in ordered if one.contribution.bits >= LEAST_BITS]
    against = [_briefly(one) for one in ordered[::-1] if one.contribution.bits <= -LEAST_BITS]
    told = []
    if lines:
        told.append(f"It rests on {'; '.join(lines[:MOST_REASONS])}.")
    if against:
        told.append(f"Against it speaks {'; '.join(against[:MOST_REASONS])}.")
    return told


def _briefly(reason: Reason) -> str:
    claim = reason.contribution.claim.strip().rstrip(".")
    return f"{claim} ({in_bits(reason.contribution.bits)})"


def _odds(findings: Findings) -> str:
    return (
        "That the truth lies within 1,000 km has a probability of about "
        f"{findings.localizability:.2f}."
    )


def distance(kilometres: float) -> str:
    """Rounded to two digits, as more would be invented: ``1,200 km``."""
    digits = max(0, math.floor(math.log10(max(kilometres, 1.0))) - 1)
    return f"{round(kilometres / 10**digits) * 10**digits:,.0f} km"
