"""Manifests of located clips, answers to them and the report, with a made-up map and locator."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from rich.console import Console
from typer.testing import CliRunner

from audiosvc.cli import evaluate
from audiosvc.errors import AudioUnreadable, ManifestError, OptionError
from audiosvc.estimates import Candidate, Contribution, GeoEstimate, Point
from audiosvc.evaluate import geo_report
from audiosvc.evaluate.geo_answers import (
    Answer,
    always_frankfurt,
    at_random,
    distance_to_countries_km,
    judge,
    run,
)
from audiosvc.evaluate.geo_names import (
    continent_name,
    continent_of,
    countries_speaking,
    country_code,
)
from audiosvc.evaluate.located import (
    LocatedClip,
    choose,
    load_language_clips,
    load_located,
)

PARIS, LYON, NAIROBI = Point(48.85, 2.35), Point(45.76, 4.84), Point(-1.29, 36.82)
CLIP = {"id": "a", "audio": "a.wav", "kind": "street", "lat": 48.85, "lon": 2.35}


@dataclass(frozen=True)
class TinyMap:
    """Four cells: two in France, one in Kenya, one nobody's."""

    lat: npt.NDArray[np.float32]
    lon: npt.NDArray[np.float32]
    country: npt.NDArray[np.int16]
    countries: tuple[str, ...] = ("FR", "KE")

    def of_country(self, iso: str) -> npt.NDArray[np.bool_]:
        number = self.countries.index(iso) if iso in self.countries else -2
        return self.country == number

    def distances_km(self, point: Point) -> npt.NDArray[np.float32]:
        return 111.0 * np.hypot(self.lat - point.lat, self.lon - point.lon)

    def cell_at(self, point: Point) -> int | None:
        return int(np.argmin(self.distances_km(point)))


CELLS = TinyMap(
    np.array([48.8, 45.8, -1.3, -60.0], np.float32),
    np.array([2.4, 4.8, 36.8, 0.0], np.float32),
    np.array([0, 0, 1, -1], np.int16),
)


def estimate(point: Point, country: str, *, sure: float = 0.9, radius: float = 50) -> GeoEstimate:
    name = {"FR": "France", "KE": "Kenya"}[country]
    best = Candidate("Paris", None, country, name, continent_of(country), point, 0.5)
    return GeoEstimate(
        status="LOCATED" if sure >= 0.2 else "NOT_LOCALIZABLE",
        point=point,
        radius_50_km=radius,
        radius_90_km=10 * radius,
        localizability=sure,
        candidates=(best,),
        evidence=(Contribution("language", "human_sounds", "French is spoken", 4.0),),
        reasoning=(),
        summary="",
        listened_s=10.0,
    )


def here(audio: Path) -> GeoEstimate:
    """Says Paris of every file but the broken one."""
    if audio.stem == "broken":
        raise AudioUnreadable("broken.wav is not audio.")
    return estimate(PARIS, "FR")


def manifest(folder: Path, *entries: object) -> Path:
    path = folder / "places.json"
    path.write_text(json.dumps(list(entries)))
    return path


def clip(**changes: object) -> LocatedClip:
    return LocatedClip.model_validate(CLIP | changes)


def test_paths_are_relative_to_the_manifest_and_further_keys_are_left_alone(tmp_path: Path) -> None:
    (only,) = load_located(manifest(tmp_path, CLIP | {"licence": "CC0", "duration_s": 3}))
    assert (only.audio, only.point) == (tmp_path / "a.wav", PARIS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "not a JSON list of objects"),
        (json.dumps([{"id": "a"}]), r"entry 1 \(a\): 'audio'"),
        (json.dumps([CLIP | {"lat": 90.1}]), "'lat'"),
        (json.dumps([CLIP, CLIP]), r"entry 2 \(a\): the id occurs twice"),
        (json.dumps([CLIP | {"lon": None}]), "'lon'"),
    ],
)
def test_a_manifest_that_does_not_follow_its_format_is_named(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "places.json"
    path.write_text(text)
    with pytest.raises(ManifestError, match=said):
        load_located(path)


def test_clips_are_chosen_by_kind_and_id() -> None:
    clips = [clip(), clip(id="b", kind="birds"), clip(id="c", kind="birds")]
    assert [one.id for one in choose(clips, ["birds"], ["[ab]"])] == ["b"]
    assert len(choose(clips, [], [])) == 3
    with pytest.raises(OptionError, match="the manifest's kinds are birds, street"):
        choose(clips, ["music"], [])


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Russian Federation", "RU"),
        ("Russia", "RU"),
        ("Spain (Catalonia)", "ES"),
        ("fr", "FR"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("Atlantis", None),
        ("Europe", None),
        (None, None),
    ],
)
def test_countries_are_known_by_code_and_by_name(name: str | None, code: str | None) -> None:
    assert country_code(name) == code


def test_continents_are_known_by_name_and_by_country() -> None:
    names = ["Europe (incl. Russia)", "N America", "south america", "Australia", "Gondwana", None]
    assert [continent_name(name) for name in names] == [
        "Europe",
        "North America",
        "South America",
        "Oceania",
        None,
        None,
    ]
    assert [continent_of(code) for code in ("KE", "RU", "XX", None)] == [
        "Africa",
        "Europe",
        None,
        None,
    ]


def test_a_language_names_the_countries_in_which_it_is_official() -> None:
    spoken = countries_speaking("Arabic-speaking")
    assert {"EG", "MA", "SA"} <= set(spoken)
    assert "FR" not in spoken
    assert countries_speaking("Arabic") == countries_speaking("Klatschian-speaking") == ()


def test_language_clips_are_those_with_a_usual_country(tmp_path: Path) -> None:
    spoken = {"id": "sv", "audio": "sv.wav", "kind": "language"}
    path = manifest(
        tmp_path,
        spoken | {"reference": {"language": "sv", "country_prior": "Sweden"}},
        spoken | {"id": "en", "reference": {"language": "en"}},
        spoken | {"id": "meeting", "kind": "meeting", "reference": {"country_prior": "Sweden"}},
    )
    (only,) = load_language_clips(path)
    assert (only.id, only.countries, only.audio) == ("sv", ("SE",), tmp_path / "sv.wav")
    with pytest.raises(ManifestError, match="no clip of kind 'language'"):
        load_language_clips(manifest(tmp_path, CLIP))


def test_the_distance_to_a_country_is_to_its_nearest_cell_and_0_inside() -> None:
    assert distance_to_countries_km(PARIS, ["FR"], CELLS) == 0.0
    assert distance_to_countries_km(LYON, ["KE", "FR"], CELLS) == 0.0
    away = distance_to_countries_km(Point(-60.0, 0.0), ["FR", "KE"], CELLS)
    assert away == pytest.approx(float(CELLS.distances_km(Point(-60.0, 0.0))[2]))
    assert distance_to_countries_km(PARIS, ["SE"], CELLS) is None


def test_an_answer_is_held_to_what_is_known() -> None:
    known = clip(country="France", continent="Europe", city="Paris")
    hit = judge(known, Answer(LYON, "FR", "Lyon", "Europe"), 3)
    assert hit.error_km == pytest.approx(392, abs=3)
    assert (hit.country_right, hit.continent_right, hit.city_right) == (True, True, False)
    assert judge(known, Answer(None), 3).error_km == 10_000
    assert judge(known, Answer(None), 3).country_right is False
    unknown = judge(clip(), Answer(PARIS, "FR"), 0)
    assert (unknown.country_right, unknown.continent_right, unknown.city_right) == (None,) * 3


def test_the_continent_of_the_truth_follows_from_its_country() -> None:
    hit = judge(clip(country="Kenya"), Answer(NAIROBI, "KE", continent="Africa"), 0)
    assert (hit.continent, hit.continent_right) == ("Africa", True)


def test_random_answers_are_cells_of_the_land_and_repeat_with_their_seed() -> None:
    answers = at_random(50, CELLS, 7)
    assert answers == at_random(50, CELLS, 7) != at_random(50, CELLS, 8)
    assert {answer.country for answer in answers} == {"FR", "KE", None}
    assert all(answer.continent == continent_of(answer.country) for answer in answers)


def test_an_error_of_one_clip_is_its_failure() -> None:
    outcome = run(Path("broken.wav"), here)
    assert (outcome.failure, outcome.answer) == ("broken.wav is not audio.", Answer(None))


def test_the_whole_evaluation_of_a_made_up_manifest(tmp_path: Path) -> None:
    france = {"country": "France", "continent": "Europe"}
    clips = load_located(
        manifest(
            tmp_path,
            CLIP | france | {"speech": True},
            CLIP | france | {"id": "a2", "speech": False},
            CLIP | {"id": "k", "kind": "birds", "lat": -1.29, "lon": 36.82, "country": "Kenya"},
            CLIP | {"id": "x", "audio": "broken.wav", "kind": "birds", "lat": 0, "lon": 0},
        )
    )
    spoken = load_language_clips(
        manifest(
            tmp_path,
            {"id": "fr", "audio": "a.wav", "kind": "language"}
            | {"reference": {"country_prior": "France"}},
            {"id": "sw", "audio": "broken.wav", "kind": "language"}
            | {"reference": {"country_prior": "Kenya"}},
        )
    )
    found = evaluate._score_located(clips, spoken, here, CELLS, 0)
    document = json.loads(geo_report.as_json(found))
    groups = {group["name"]: group for group in document["groups"]}
    assert list(groups) == ["all", "street", "birds", "speech", "no speech"]
    everything = groups["all"]["figures"]["audiosvc"]
    assert (everything["clips"], everything["places"]) == (4, 3)
    far = document["clips"][2]["error_km"]
    assert far == pytest.approx(6_500, abs=100)
    assert everything["mean_over_places_km"] == pytest.approx((0 + far + 10_000) / 3)
    assert everything["country"] == pytest.approx(2 / 3)
    assert everything["within"]["10"] == 0.5
    trust = groups["all"]["trust"]
    assert (trust["clips"], trust["held_90"]) == (3, pytest.approx(2 / 3))
    assert trust["error"] == pytest.approx(0.9 - 2 / 3)
    assert trust["error_over_places"] == pytest.approx(0.9 - 1 / 2)
    assert document["clips"][3]["failure"] == "broken.wav is not audio."
    assert [one["distance_km"] for one in document["languages"]] == [0.0, None]
    console = Console(width=100)
    with console.capture() as capture:
        console.print(geo_report.as_table(found))
    table = capture.get()
    assert "always Frankfurt" in table
    assert "mean over places / always Frankfurt's" in table
    notes = "\n".join(geo_report.notes(found))
    assert "x failed: broken.wav is not audio." in notes
    assert "sw: 10,000 km from KE. broken.wav is not audio." in notes


def test_frankfurt_is_in_germany() -> None:
    (only,) = always_frankfurt(1)
    assert (only.country, only.continent) == ("DE", "Europe")


def test_a_manifest_that_is_not_there_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    result = CliRunner().invoke(evaluate.app, ["locate", str(tmp_path / "none.json")])
    assert isinstance(result.exception, ManifestError)
    assert "Cannot read the manifest" in str(result.exception)
