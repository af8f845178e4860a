"""Which languages are spoken, as a reason to believe in the places where they are.

What each stretch of speech sounded like is pooled by its likeliest language, and each language that
was heard is one piece of evidence. Travellers, radios and the recognizer's own errors are in it: a
language is heard anywhere now and then, the more so the more people of the world speak it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from babel import Locale

from audiosvc.estimates import Evidence, Hearing, Point
from audiosvc.geo.evidence.language_regions import REGIONS
from audiosvc.geo.evidence.language_shares import primary_tag, shares
from audiosvc.geo.prior import log_prior
from audiosvc.spans import Span, merge_spans

if TYPE_CHECKING:
    from audiosvc.geo.grid import Grid

Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]

FLOOR = -12.0
# With how much speech a detection is to be trusted: 1 - exp(-seconds / SURE_AFTER_S) of the way.
SURE_AFTER_S = 3.0
# At best. The rest is travellers, radios and wrong detections, which tell nothing of the place.
TRUST = 0.96
# What recognizers also write over noise, music and accents, and how far a detection is worth less.
DOUBTFUL = (
    "as ba bo br cy fo gu ha haw ht jw km la lb lo ln mg mi mt my nn oc ps sa sd si sn so su tg tk"
    " tt yi yo"
)
DOUBT = 0.5
# How often any language, and a doubtful one, is heard where nobody speaks it.
ALARM = 0.0003
DOUBTFUL_ALARM = 0.003
LEAST_PROBABILITY = 0.01
# Where a language has a region of its own, so much of it is spoken in the rest of the country.
OUTSIDE = 0.1
MOST_OF_A_REGION = 0.9
NAMES = {"jw": "Javanese", "no": "Norwegian", "tl": "Tagalog", "yue": "Cantonese"}


@dataclass(frozen=True, slots=True)
class HeardLanguage:
    """Stretches with one likeliest language. speech_s: seconds of speech in them all.

    probabilities: their mean by the recognizer's tags, weighted by speech.
    """

    tag: str
    probabilities: Mapping[str, float]
    speech_s: float
    spans: tuple[Span, ...]


class LanguageEvidence:
    """Finds the languages that are spoken."""

    name = "language"

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._population = _population_by_country(grid)
        self._prior: Float64 = np.exp(log_prior(grid).astype(np.float64))

    def __call__(self, hearing: Hearing) -> list[Evidence]:
        """One piece for each language that was heard, with most speech first."""
        heard = pool_languages(hearing)
        whole_s = sum(language.speech_s for language in heard)
        return [
            Evidence(
                self.name,
                "human_sounds",
                _claim(language),
                self._log_likelihood(language, language.speech_s / whole_s),
                merge_spans(language.spans),
            )
            for language in heard
        ]

    def _log_likelihood(self, heard: HeardLanguage, weight: float) -> Float32:
        """Of what was heard in each cell. weight: of this language among all that were heard.

        The weights add up to 1: two languages at once are two doubts, not two certainties.
        """
        trust = TRUST * (1.0 - float(np.exp(-heard.speech_s / SURE_AFTER_S)))
        likelihood = np.full(len(self._grid.cells), _unlikely(heard), np.float64)
        for tag, probability in _likely(heard):
            likelihood += probability * self._heard_in_cells(tag, trust)
        log_likelihood = weight * np.log(likelihood)
        centred = log_likelihood - log_likelihood.max()
        return np.asarray(np.maximum(centred, FLOOR), np.float32)

    def _heard_in_cells(self, tag: str, trust: float) -> Float64:
        """How much likelier than on average a stretch of speech is taken for ``tag`` in each cell.

        The average is over the places where people record, so that, with no other evidence, a
        language gets as much of the map as the recognizer gives it.
        """
        language = primary_tag(tag)
        own_trust = trust * (DOUBT if tag in DOUBTFUL.split() else 1.0)
        alarm = DOUBTFUL_ALARM if tag in DOUBTFUL.split() else ALARM
        anywhere = max(alarm, self._share_of_the_world(language))
        share = self._share_in_cells(language)
        heard: Float64 = own_trust * share + (1.0 - own_trust) * anywhere
        return heard / float(heard @ self._prior)

    def _share_of_the_world(self, language: str) -> float:
        people = sum(self._population.values())
        speakers = sum(
            count * shares().get(country, {}).get(language, 0.0)
            for country, count in self._population.items()
        )
        return speakers / people if people > 0.0 else 0.0

    def _share_in_cells(self, language: str) -> Float64:
        grid = self._grid
        by_country = [shares().get(iso, {}).get(language, 0.0) for iso in grid.countries]
        in_cells: Float64 = np.array([*by_country, 0.0])[grid.country]
        for (regional, iso), circles in REGIONS.items():
            if regional == language and iso in grid.countries:
                own = grid.of_country(iso)
                in_cells[own] = self._concentrated(in_cells[own], own, circles)
        return in_cells

    def _concentrated(
        self,
        share: Float64,
        own: npt.NDArray[np.bool_],
        circles: Sequence[tuple[float, float, float]],
    ) -> Float64:
        """A country's share, gathered in its region without more speakers than before."""
        inside = np.zeros(len(own), np.bool_)
        for lat, lon, radius_km in circles:
            inside |= self._grid.distances_km(Point(lat, lon)) <= radius_km
        people = self._grid.population[own].astype(np.float64)
        there = float(people[inside[own]].sum())
        if there <= 0.0:
            return share
        denser = np.minimum(share * people.sum() / there, np.maximum(share, MOST_OF_A_REGION))
        return np.where(inside[own], denser, OUTSIDE * share)


def pool_languages(hearing: Hearing) -> list[HeardLanguage]:
    """What was heard, by the likeliest language of each stretch; most speech first."""
    groups: dict[str, list[tuple[Span, float, Mapping[str, float]]]] = {}
    for span, probabilities in hearing.languages:
        speech_s = _speech_s(span, hearing.speech)
        if probabilities and speech_s > 0.0:
            best = max(probabilities, key=lambda tag: probabilities[tag])
            groups.setdefault(primary_tag(best), []).append((span, speech_s, probabilities))
    heard = [_pooled(stretches) for stretches in groups.values()]
    return sorted(heard, key=lambda language: -language.speech_s)


def _pooled(stretches: Sequence[tuple[Span, float, Mapping[str, float]]]) -> HeardLanguage:
    whole_s = sum(speech_s for _, speech_s, _ in stretches)
    mean: dict[str, float] = {}
    for _, speech_s, probabilities in stretches:
        for tag, probability in probabilities.items():
            mean[tag] = mean.get(tag, 0.0) + probability * speech_s / whole_s
    best = max(mean, key=lambda tag: mean[tag])
    return HeardLanguage(best, mean, whole_s, tuple(span for span, _, _ in stretches))


def _speech_s(span: Span, speech: Sequence[Span]) -> float:
    if not speech:
        return span.duration_s
    return sum(span.overlap_s(spoken) for spoken in speech)


def _likely(heard: HeardLanguage) -> list[tuple[str, float]]:
    return [pair for pair in heard.probabilities.items() if pair[1] >= LEAST_PROBABILITY]


def _unlikely(heard: HeardLanguage) -> float:
    return max(0.0, 1.0 - sum(probability for _, probability in _likely(heard)))


def _claim(heard: HeardLanguage) -> str:
    ranked = sorted(heard.probabilities.items(), key=lambda pair: -pair[1])
    claim = f"{language_name(heard.tag)} speech, {_in_words(ranked[0][1])}"
    if len(ranked) > 1 and ranked[1][1] >= 0.15:
        claim += f", or {language_name(ranked[1][0])}, {_in_words(ranked[1][1])}"
    return claim


def _in_words(probability: float) -> str:
    return "p > 0.99" if probability > 0.99 else f"p = {probability:.2f}"


def language_name(tag: str) -> str:
    """In English: Swedish of sv. The tag itself when CLDR has no name."""
    primary = primary_tag(tag)
    return NAMES.get(primary) or str(Locale("en").languages.get(primary, tag))


def _population_by_country(grid: Grid) -> dict[str, float]:
    return {iso: float(grid.population[grid.of_country(iso)].sum()) for iso in grid.countries}
