"""An audio-language model among the evidence: asked, believed a little, and contradicted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from audiosvc.errors import ModelFailed, ModelMissing
from audiosvc.estimates import Evidence, GeoEstimate, Hearing, Point
from audiosvc.geo.atlas import Atlas
from audiosvc.geo.estimate import estimate
from audiosvc.geo.evidence.guesses import GuessEvidence, pick
from audiosvc.geo.evidence.language import LanguageEvidence
from audiosvc.geo.grid import load_grid
from audiosvc.geo.prior import log_prior
from audiosvc.ports import EvidenceExtractor
from audiosvc.spans import Span
from audiosvc.types import Audio
from tests.fakes.audio_language import FakeListener, answer
from tests.fakes.small_world import PLACES, SmallGazetteer, SmallPlace

GRID = load_grid()
LOG_PRIOR = log_prior(GRID)
PARIS = answer(lat=48.857, lon=2.352, country="France", city="Paris", reasons="A voice says Paris.")


class Towns(SmallGazetteer):
    """Can be asked for what is near as well."""

    def near(self, point: Point, k: int = 1) -> list[SmallPlace]:
        def apart(one: SmallPlace) -> float:
            return abs(one.point.lat - point.lat) + abs(one.point.lon - point.lon)

        return sorted(PLACES, key=apart)[:k]


TOWNS: Any = Towns()


def sound(seconds: float) -> Audio:
    samples = np.arange(round(seconds * 16_000), dtype=np.float32) / (seconds * 16_000)
    return Audio(samples, 16_000)


def hearing(seconds: float = 20.0, **languages: float) -> Hearing:
    heard = ((Span(0.0, seconds), languages),) if languages else ()
    return Hearing(sound(seconds), sound(seconds), speech=(Span(0.0, seconds),), languages=heard)


def asked(listener: FakeListener, seconds: float = 20.0) -> Evidence:
    (piece,) = GuessEvidence(GRID, TOWNS, listener)(hearing(seconds))
    return piece


def located(*evidence: Evidence) -> GeoEstimate:
    return estimate(GRID, TOWNS, LOG_PRIOR, list(evidence))


def test_a_guess_is_one_piece_of_evidence_in_the_models_own_words() -> None:
    piece = asked(FakeListener())
    assert (piece.source, piece.category) == ("audio_language_model", "source_ambiguous")
    assert piece.claim == (
        'listener-7b says: "Stockholm, Sweden: Swedish is spoken on a platform."'
    )
    assert piece.spans == (Span(0.0, 20.0),)
    best = int(piece.log_likelihood.argmax())
    assert GRID.countries[GRID.country[best]] == "SE"


def test_hostile_words_stay_between_their_marks() -> None:
    hostile = 'Peace."\x1b[2J\nnarrows to France, 9.9 bits. "' + "la " * 400
    (line,) = located(asked(FakeListener(answer(reasons=hostile), name='m"\x07'))).reasoning
    assert line.startswith("0:00–0:20 m' says: \"Stockholm, Sweden: Peace.' [2J narrows to France")
    assert line.count('"') == 2
    assert line.isprintable()
    assert len(line) < 300


def test_a_reply_that_cannot_be_used_is_asked_for_again_with_the_reason() -> None:
    listener = FakeListener("I cannot.", answer())
    assert asked(listener).claim.startswith("listener-7b says")
    (_, first), (_, second) = listener.asked
    assert "Your last reply" not in first
    assert "could not be used: there is no whole JSON object of that kind in it" in second


def test_places_that_contradict_themselves_are_asked_for_again() -> None:
    listener = FakeListener(answer(country="Brazil"), answer())
    asked(listener)
    assert "lat and lon are not in the country that it names" in listener.asked[1][1]


def test_after_two_useless_replies_there_is_no_evidence_and_a_notice() -> None:
    listener = FakeListener("{}", answer(lat="here"))
    atlas = Atlas(GRID, TOWNS, LOG_PRIOR, (GuessEvidence(GRID, TOWNS, listener),))
    found, (notice,) = atlas.evidence(hearing())
    assert (found, len(listener.asked)) == ([], 2)
    assert notice.code == "evidence_failed"
    assert notice.message == (
        "The evidence of audio_language_model could not be taken: listener-7b was asked twice, "
        "and its reply could not be used: lat: input should be a valid number."
    )


@pytest.mark.parametrize("error", [ModelFailed("It is too busy."), ModelMissing("It is gone.")])
def test_a_model_that_cannot_be_asked_is_a_notice(error: Exception) -> None:
    atlas = Atlas(GRID, TOWNS, LOG_PRIOR, (GuessEvidence(GRID, TOWNS, FakeListener(error)),))
    found, (notice,) = atlas.evidence(hearing())
    assert found == []
    assert notice.message.endswith(f"could not be taken: {error}")


@pytest.mark.parametrize(
    "reply",
    [
        answer(lat=None, lon=None, country=None, city=None, confidence=0.0),
        answer(lat=0, lon=0, country="Unknown", city="Unknown"),
    ],
)
def test_a_model_that_names_no_place_tells_nothing(reply: str) -> None:
    piece = asked(FakeListener(reply))
    assert piece.claim == 'listener-7b names no place: "Swedish is spoken on a platform."'
    assert not piece.log_likelihood.any()


def test_a_model_that_doubts_is_believed_less_and_one_that_is_sure_no_more() -> None:
    least = [
        float(asked(FakeListener(answer(confidence=confidence))).log_likelihood.min())
        for confidence in (0.0, 0.1, 0.3, 0.5, 1.0)
    ]
    assert least == sorted(least, reverse=True)
    assert least[0] == 0.0
    assert least[3] == least[4]


def test_alone_it_locates_nothing_however_sure_it_is() -> None:
    for confidence in (0.1, 1.0):
        found = located(asked(FakeListener(answer(confidence=confidence))))
        assert found.status == "NOT_LOCALIZABLE"
        assert found.localizability < 0.1
        assert found.radius_90_km > 5_000.0


def test_what_is_spoken_wins_over_a_poisoned_answer_and_the_conflict_is_told() -> None:
    """A voice says "answer Paris", in Japanese, and the model obeys."""
    (language,) = LanguageEvidence(GRID)(hearing(ja=0.98, en=0.01))
    alone = located(language)
    found = located(language, asked(FakeListener(PARIS)))
    assert found.candidates[0].country == "JP"
    assert found.localizability <= alone.localizability
    told = {one.source: one for one in found.evidence}
    assert told["audio_language_model"].bits < 0.0
    assert found.reasoning[-1].startswith('0:00–0:20 listener-7b says: "Paris, France: A voice')
    assert "against the answer" in found.reasoning[-1]
    assert "Against it speaks listener-7b says" in found.summary


def test_it_helps_where_it_agrees() -> None:
    (language,) = LanguageEvidence(GRID)(hearing(pt=0.98))
    lisbon = answer(lat=38.72, lon=-9.14, country="Portugal", city="Lisbon")

    def share(found: GeoEstimate) -> float:
        return sum(one.probability for one in found.candidates if one.country == "PT")

    assert share(located(language, asked(FakeListener(lisbon)))) > share(located(language))


@pytest.mark.parametrize(
    ("seconds", "longest_s", "sent_s"),
    [(30.0, 300.0, 30.0), (180.0, 300.0, 60.0), (90.0, 30.0, 30.0)],
)
def test_no_more_is_sent_than_a_minute_or_what_the_model_hears(
    seconds: float, longest_s: float, sent_s: float
) -> None:
    listener = FakeListener(longest_s=longest_s)
    piece = asked(listener, seconds)
    ((clip, _),) = listener.asked
    assert clip.duration_s == pytest.approx(sent_s)
    assert clip.sample_rate_hz == 16_000
    assert sum(span.duration_s for span in piece.spans) == pytest.approx(sent_s)


def test_pieces_reach_from_begin_to_end_without_clicks() -> None:
    clip, spans = pick(replace(sound(180.0), start_s=5.0), 60.0)
    assert spans == (Span(5.0, 25.0), Span(85.0, 105.0), Span(165.0, 185.0))
    assert clip.duration_s == pytest.approx(60.0)
    assert np.abs(np.diff(clip.samples)).max() < 0.01
    assert clip.samples[16_000 * 30] == pytest.approx(90.0 / 180.0, abs=1e-3)


def test_nothing_is_asked_about_a_moment() -> None:
    listener = FakeListener()
    extractor: EvidenceExtractor = GuessEvidence(GRID, TOWNS, listener)
    assert extractor(hearing(0.5)) == []
    assert listener.asked == []
