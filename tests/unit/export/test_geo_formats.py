"""What is written of an estimate, in every format."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from audiosvc.errors import OptionError
from audiosvc.estimates import Candidate, GeoEstimate, Point
from audiosvc.export import geo_html, geo_json, geo_text, geojson
from audiosvc.export.geo_formats import GEO_FORMATS, geo_format_named
from audiosvc.export.geo_map import MARK, draw
from tests.unit.export.estimates import COASTS, LOCATED, LYON, UNKNOWN

EVIL = "<script>alert('&')</script>\x1b[31m\n\ud800"


def test_json_has_the_keys_that_programs_rely_on() -> None:
    text = geo_json.serialise(LOCATED, "a/clip.mp3")
    assert text.count("\n") == 1
    found = json.loads(text)
    assert (found["file"], found["status"]) == ("a/clip.mp3", "LOCATED")
    assert (found["lat"], found["lon"], found["radius_km"]) == (45.81234, 5.01234, 123.4)
    assert found["localizability"] == 0.7235
    assert found["candidates"][0] == {
        "name": "Lyon",
        "admin": "Auvergne-Rhône-Alpes",
        "country": "FR",
        "country_name": "France",
        "continent": "Europe",
        "lat": 45.7485,
        "lon": 4.8467,
        "probability": 0.613,
    }
    first, second = found["evidence"]
    assert {key: first[key] for key in ("source", "category", "claim", "bits")} == {
        "source": "language",
        "category": "human_sounds",
        "claim": "French speech",
        "bits": 4.12,
    }
    assert (first["start_s"], first["end_s"]) == (0.5, 9.0)
    assert (second["start_s"], second["end_s"], second["bits"]) == (None, None, -0.25)
    assert found["reasoning"] == list(LOCATED.reasoning)
    assert found["notices"] == [
        {"code": "evidence_missing", "message": "No birds were listened for."}
    ]


def test_without_a_guess_there_are_no_numbers_for_a_place() -> None:
    found = json.loads(geo_json.serialise(UNKNOWN, "x"))
    assert [found[key] for key in ("lat", "lon", "radius_km", "candidates")] == [None] * 3 + [[]]
    assert found["status"] == "NOT_LOCALIZABLE"
    assert json.loads(geojson.serialise(UNKNOWN, "x"))["features"] == []
    assert "cannot be located (localizability 0.03)" in geo_text.serialise(UNKNOWN, "x")
    assert "Nothing in it tells of a place." in geo_html.serialise(UNKNOWN, "x", COASTS)


def test_numbers_that_are_none_are_null() -> None:
    odd = replace(LOCATED, radius_50_km=math.inf, localizability=math.nan)
    found = json.loads(geo_json.serialise(odd, "x"), parse_constant=pytest.fail)
    assert (found["radius_km"], found["localizability"]) == (None, None)


def test_json_has_the_heat_for_who_asks() -> None:
    assert "heat" not in json.loads(geo_json.serialise(LOCATED, "x"))
    unsorted = replace(LOCATED, heat=LOCATED.heat[::-1])
    heat = json.loads(geo_json.serialise(unsorted, "x", heat=True))["heat"]
    assert [(one["h3"], one["probability"]) for one in heat] == list(LOCATED.heat)
    for one in heat:
        (ring,) = one["rings"]
        assert ring[0] == ring[-1]
        assert len(ring) >= 7
    assert heat[1]["rings"][0][0] == pytest.approx([3.6, 44.8], abs=1.0)
    assert json.loads(geo_json.serialise(UNKNOWN, "x", heat=True))["heat"] == []


def test_geojson_says_what_each_feature_is() -> None:
    found = json.loads(geojson.serialise(LOCATED, "clip.mp3"))
    assert found["type"] == "FeatureCollection"
    roles = [feature["properties"]["role"] for feature in found["features"]]
    assert roles == ["estimate", "radius_50", "radius_90", *["candidate"] * 2, *["heat"] * 2]
    assert found["features"][0]["geometry"] == {"type": "Point", "coordinates": [5.01234, 45.81234]}
    for feature in found["features"]:
        if feature["geometry"]["type"] == "Polygon":
            (ring,) = feature["geometry"]["coordinates"]
            assert ring[0] == ring[-1]
            pairs = pairwise(ring)
            assert sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairs) < 0  # anticlockwise


def test_a_circle_across_the_antimeridian_is_two_polygons() -> None:
    fiji = replace(LOCATED, point=Point(-17.0, 179.0), heat=())
    found = json.loads(geojson.serialise(fiji, "x"))
    kinds = [feature["geometry"]["type"] for feature in found["features"][1:3]]
    assert kinds == ["MultiPolygon", "MultiPolygon"]


def test_text_tells_where_how_sure_and_why() -> None:
    text = geo_text.serialise(LOCATED, "clip.mp3")
    assert text.splitlines()[0] == (
        "clip.mp3: Lyon, Auvergne-Rhône-Alpes, France, localizability 0.72"
    )
    assert "45.8123 N, 5.0123 E: half of the probability lies within 120 km" in text
    assert "nine tenths within 990 km" in text
    assert "61.3% Lyon" in text
    assert "Geneva, Switzerland (46.2022 N" in text  # said once
    assert "  1. 0:00–0:09 French speech: 4.1 bits" in text
    assert text.endswith("Probably France.\n\nNotes:\n  No birds were listened for.\n")


def test_a_code_is_no_name() -> None:
    assert geo_text.place(replace(LYON, admin="84")) == "Lyon, France"


@pytest.mark.parametrize(
    ("lat", "lon", "said"), [(-33.9, 18.4, "33.9 S, 18.4 E"), (0, -0.1, "0 N, 0.1 W")]
)
def test_directions(lat, lon, said) -> None:
    assert geo_text.degrees(Point(lat, lon)) == said


@pytest.mark.parametrize(
    ("km", "said"), [(4.2, "4 km"), (96, "96 km"), (1234, "1,200 km"), (19_990, "20,000 km")]
)
def test_distances_have_two_digits(km, said) -> None:
    assert geo_text.distance(km) == said


def test_the_map_has_coasts_a_circle_and_marks() -> None:
    lines = draw(LOCATED, COASTS, columns=72).splitlines()
    assert MARK in "".join(lines)
    assert all(len(line) <= 72 for line in lines)
    empty = draw(replace(LOCATED, point=None, candidates=()), ())
    assert not empty.strip()
    row = next(number for number, line in enumerate(lines) if MARK in line)
    assert row == int((78.0 - 45.8) / 136.0 * len(lines))
    assert lines[row].index(MARK) == int(185.0 / 360.0 * 72)


def test_the_map_survives_places_at_the_ends_of_the_world() -> None:
    for point in (Point(90.0, 180.0), Point(-90.0, -180.0)):
        far = replace(LOCATED, point=point, candidates=(replace(LYON, point=point),))
        assert MARK in draw(far, (((179.0, 0.0), (-179.0, 1.0)),))


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.said += data


def evil() -> GeoEstimate:
    place = Candidate(EVIL, EVIL, "FR", EVIL, EVIL, Point(1.0, 2.0), 0.5)
    claims = tuple(replace(piece, claim=EVIL) for piece in LOCATED.evidence)
    return replace(LOCATED, candidates=(place,), evidence=claims, reasoning=(EVIL,), summary=EVIL)


def test_html_needs_nothing_else_and_escapes_everything() -> None:
    text = geo_html.serialise(evil(), EVIL, COASTS)
    text.encode("utf-8")
    page = Page(text)
    assert "script" not in {tag for tag, _ in page.tags}
    assert page.said.count("<script>alert('&')</script>") >= 6
    links = [
        value for _, attrs in page.tags for key, value in attrs.items() if key in {"src", "href"}
    ]
    assert set(links) == {"#map"}
    assert "http" not in text.replace("http-equiv", "")


def test_html_draws_heat_circles_and_candidates() -> None:
    page = Page(geo_html.serialise(LOCATED, "clip.mp3", COASTS))
    kinds = [attrs.get("class") for _, attrs in page.tags]
    assert kinds.count("heat") == 2
    assert (kinds.count("half"), kinds.count("most"), kinds.count("land")) == (1, 1, 1)
    assert kinds.count("candidate") == 4  # on the world, and close up
    assert "French speech" in page.said
    assert "No birds were listened for." in page.said


def test_text_cannot_steer_a_terminal() -> None:
    text = geo_text.serialise(evil(), EVIL)
    assert "\x1b" not in text
    text.encode("utf-8")


def test_formats_are_found_by_name() -> None:
    assert set(GEO_FORMATS) == {"text", "json", "geojson", "html"}
    for item in GEO_FORMATS.values():
        assert item.serialise(LOCATED, "x", None).endswith("\n")
    with pytest.raises(OptionError, match="text, json, geojson, html"):
        geo_format_named("kml")
