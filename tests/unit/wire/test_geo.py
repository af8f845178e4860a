"""What is asked and answered of places arrives, and what nobody can mean is refused."""

from __future__ import annotations

import math
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.errors import OptionError
from audiosvc.estimates import (
    Candidate,
    Category,
    Context,
    Contribution,
    GeoEstimate,
    Point,
    Precision,
    Status,
)
from audiosvc.v1 import geo_pb2 as pb
from audiosvc.wire.geo import CATEGORIES, STATUSES, from_estimate, to_estimate
from audiosvc.wire.geo_config import (
    PRECISIONS,
    LocateWish,
    from_locate_config,
    to_locate_config,
)
from audiosvc.wire.geo_context import from_context, to_context
from tests.unit.wire.test_round_trips import NOTICES, SOME_SPANS, TEXTS, TIMES

SHARES = st.floats(0, 1)
LENGTHS = st.floats(0, 20_000)
POINTS = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
SOME_TEXT = st.none() | TEXTS
CANDIDATES = st.builds(
    Candidate,
    TEXTS,
    SOME_TEXT,
    st.none() | st.just("SE"),
    SOME_TEXT,
    SOME_TEXT,
    POINTS,
    SHARES,
)
CONTRIBUTIONS = st.builds(
    Contribution,
    source=TEXTS,
    category=st.sampled_from(get_args(Category)),
    claim=TEXTS,
    bits=st.floats(-30, 30),
    spans=SOME_SPANS,
)
ESTIMATES = st.builds(
    GeoEstimate,
    status=st.sampled_from(get_args(Status)),
    point=st.none() | POINTS,
    radius_50_km=LENGTHS,
    radius_90_km=LENGTHS,
    localizability=SHARES,
    candidates=st.lists(CANDIDATES, max_size=3).map(tuple),
    evidence=st.lists(CONTRIBUTIONS, max_size=3).map(tuple),
    reasoning=st.lists(TEXTS, max_size=3).map(tuple),
    summary=TEXTS,
    heat=st.lists(st.tuples(st.just("831fb4fffffffff"), SHARES), max_size=3).map(tuple),
    listened_s=TIMES,
    notices=st.lists(NOTICES, max_size=2).map(tuple),
    version=TEXTS,
)
CONTEXTS = st.builds(
    Context,
    country=st.none() | st.sampled_from(["SE", "NZ"]),
    locale=st.none() | st.sampled_from(["sv_SE", "zh_Hant_TW", "fr"]),
    within=st.none() | st.tuples(POINTS, st.floats(0.001, 20_000)),
    box=st.none() | st.tuples(POINTS, POINTS).filter(lambda box: box[0].lat <= box[1].lat),
    heat=st.none()
    | st.dictionaries(st.sampled_from(["831fb4fffffffff", "811fbffffffffff"]), SHARES, min_size=1),
    recorded_on=st.none() | st.dates(),
    local_hour=st.none() | st.floats(0, 24),
)
WISHES = st.builds(
    LocateWish,
    context=CONTEXTS,
    top=st.integers(1, 50),
    precision=st.sampled_from(get_args(Precision)),
    guess=st.booleans(),
    transcribe=st.booleans(),
    language=st.none() | st.just("pt-BR"),
    start_s=st.sampled_from([0.0, 1.5]),
    end_s=st.none() | st.just(2.25),
    update_s=st.sampled_from([2.0, 10.0, 600.0]),
)


@given(ESTIMATES)
def test_estimates(estimate: GeoEstimate) -> None:
    assert from_estimate(to_estimate(estimate)) == estimate


@given(WISHES)
def test_wishes(wish: LocateWish) -> None:
    assert from_locate_config(to_locate_config(wish)) == wish


@given(CONTEXTS)
def test_contexts(context: Context) -> None:
    assert from_context(to_context(context)) == context


def test_every_name_has_its_number() -> None:
    assert set(CATEGORIES.values()) == set(get_args(Category))
    assert len(CATEGORIES) == len(pb.GeoCategory.values()) - 1
    assert set(STATUSES.values()) == set(get_args(Status))
    assert set(PRECISIONS.values()) == set(get_args(Precision))


def test_what_is_left_out_is_the_usual_and_no_more_than_a_city_is_told() -> None:
    assert from_locate_config(pb.LocateConfig()) == LocateWish()
    assert LocateWish().precision == "city"


def test_what_a_newer_server_says_is_no_error() -> None:
    message = pb.GeoEstimate(status=99, contributions=[pb.GeoContribution(category=99)])  # type: ignore[arg-type]
    found = from_estimate(message)
    assert (found.status, found.evidence[0].category) == ("NOT_LOCALIZABLE", "source_ambiguous")


CONTEXT_FIELDS = (
    *("context.country", "context.locale", "context.recorded_on", "context.local_hour"),
    *("context.within.center", "context.within.radius_km"),
)


def circle(lat: float, lon: float, radius_km: float) -> dict[str, object]:
    center = {"latitude": lat, "longitude": lon}
    return {"context": {"within": {"center": center, "radius_km": radius_km}}}


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({"top": 51}, "top"),
        ({"top": 10**9}, "top"),
        ({"top": -1}, "top"),
        ({"precision": 99}, "precision"),
        ({"start_offset": {"seconds": -1}}, "start_offset"),
        ({"end_offset": {"seconds": 10**9}}, "end_offset"),
        ({"start_offset": {"seconds": 2}, "end_offset": {"seconds": 1}}, "end_offset"),
        ({"update_interval": {"seconds": 1}}, "update_interval"),
        ({"update_interval": {"seconds": -(10**9)}}, "update_interval"),
        ({"context": {"country": "Sweden"}}, "context.country"),
        ({"context": {"country": "QX"}}, "context.country"),
        ({"context": {"country": "\x1b[2J" * 999}}, "context.country"),
        ({"context": {"locale": "../../etc"}}, "context.locale"),
        ({"context": {"locale": "xx_YY_ZZ_AA"}}, "context.locale"),
        ({"context": {"recorded_on": "yesterday"}}, "context.recorded_on"),
        ({"context": {"recorded_on": "2024-02-30"}}, "context.recorded_on"),
        ({"context": {"local_hour": 24.5}}, "context.local_hour"),
        ({"context": {"local_hour": math.nan}}, "context.local_hour"),
        (circle(91.0, 0.0, 5.0), "context.within.center"),
        (circle(math.nan, 0.0, 5.0), "context.within.center"),
        (circle(0.0, math.inf, 5.0), "context.within.center"),
        (circle(0.0, 0.0, 0.0), "context.within.radius_km"),
        (circle(0.0, 0.0, math.nan), "context.within.radius_km"),
        (circle(0.0, 0.0, 30_000.0), "context.within.radius_km"),
    ],
)
def test_what_nobody_can_mean_names_its_field(message: dict[str, object], field: str) -> None:
    with pytest.raises(OptionError) as caught:
        from_locate_config(pb.LocateConfig(**message))  # type: ignore[arg-type]
    assert caught.value.field == field
    assert str(caught.value).isprintable()
    assert str(caught.value).endswith(".")
    assert len(str(caught.value)) < 200


ANY = st.floats(width=64)


@given(lat=ANY, lon=ANY, radius_km=ANY, hour=ANY, top=st.integers(-(2**31), 2**31 - 1), text=TEXTS)
def test_whatever_is_sent_is_sensible_or_refused(
    lat: float, lon: float, radius_km: float, hour: float, top: int, text: str
) -> None:
    for fields in (
        {"top": top},
        circle(lat, lon, radius_km),
        {"context": {"local_hour": hour}},
        {"context": {"country": text}},
        {"context": {"locale": text}},
        {"context": {"recorded_on": text}},
    ):
        try:
            wish = from_locate_config(pb.LocateConfig(**fields))  # type: ignore[arg-type]
        except OptionError as error:
            assert error.field in {"top", *CONTEXT_FIELDS}
            continue
        assert 1 <= wish.top <= 50
        point, km = wish.context.within or (Point(0.0, 0.0), 1.0)
        assert abs(point.lat) <= 90.0
        assert abs(point.lon) <= 180.0
        assert 0.0 < km <= 20_000.0
        assert 0.0 <= (wish.context.local_hour or 0.0) <= 24.0


@pytest.mark.parametrize("wish", [LocateWish(top=0), LocateWish(precision="street")])  # type: ignore[arg-type]
def test_what_no_server_takes_is_not_sent(wish: LocateWish) -> None:
    with pytest.raises(OptionError):
        to_locate_config(wish)


def test_a_country_may_be_written_small() -> None:
    context = from_context(pb.GeoContext(country="se", locale="sv-SE", recorded_on="2024-05-01"))
    assert context == Context(country="SE", locale="sv_SE", recorded_on=date(2024, 5, 1))


@pytest.mark.parametrize(
    "context",
    [
        pb.GeoContext(
            box=pb.GeoBox(
                south_west=pb.GeoPoint(latitude=5.0), north_east=pb.GeoPoint(latitude=4.0)
            )
        ),
        pb.GeoContext(
            box=pb.GeoBox(
                south_west=pb.GeoPoint(latitude=math.nan), north_east=pb.GeoPoint(latitude=4.0)
            )
        ),
        pb.GeoContext(heat={"Paris": 1.0}),
        pb.GeoContext(heat={"831fb4fffffffff": math.nan}),
        pb.GeoContext(heat={"831fb4fffffffff": -1.0}),
        pb.GeoContext(heat={f"{n:015x}": 1.0 for n in range(20_001)}),
    ],
)
def test_what_is_no_box_and_no_heat_map(context: pb.GeoContext) -> None:
    with pytest.raises(OptionError) as caught:
        from_context(context)
    assert caught.value.field in {"context.box", "context.heat"}
