"""``audiosvc locate`` with models that play a script and a map that knows one city."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from audiosvc import locating
from audiosvc.cli import locate as command
from audiosvc.cli.geo_context import parse_context
from audiosvc.errors import ModelMissing, OptionError
from audiosvc.estimates import Context, Point
from audiosvc.settings import Settings
from tests.fakes import FakeDetector, script
from tests.fakes.world import FakeWorld
from tests.unit.cli.conftest import TALK, Run, Stage, write_sound

KEYS = {
    *("file", "status", "lat", "lon", "radius_km", "localizability", "candidates", "evidence"),
    "reasoning",
}


@pytest.fixture
def world(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> FakeWorld:
    world = FakeWorld()

    def load(settings: Settings) -> locating.Senses:
        models = stage.load(settings)
        return locating.Senses(models.detector, lambda: models, lambda: None, lambda: world)

    monkeypatch.setattr(locating, "load_senses", load)
    return world


def test_one_object_a_file_and_line(
    audiosvc: Run, world: FakeWorld, talk: Path, tmp_path: Path
) -> None:
    other = write_sound(tmp_path / "other.wav")
    ended = audiosvc("locate", talk, other, "-f", "json", "-q")
    assert (ended.code, ended.err, ended.loads) == (0, "", 1)
    first, second = map(json.loads, ended.out.splitlines())
    assert first.keys() >= KEYS
    assert (first["file"], second["file"]) == (str(talk), str(other))
    assert (first["status"], first["lat"], first["lon"]) == ("LOCATED", 48.1, 2.1)
    assert first["candidates"][0]["lat"] == 48.9
    assert first["evidence"][0]["claim"].startswith("Good morning")
    assert first["evidence"][0]["start_s"] == 0.5


def test_text_for_people(audiosvc: Run, world: FakeWorld, talk: Path) -> None:
    ended = audiosvc("locate", talk)
    assert ended.code == 0
    assert ended.out.startswith(f"{talk}: Paris, Île-de-France, France, localizability 0.80\n")
    assert "48.1 N, 2.1 E" in ended.out
    assert "⠀" not in ended.out  # no map where nobody looks
    assert ended.said[0].startswith("talk.wav: 0:05 heard in ")


@pytest.mark.parametrize(
    ("precision", "lat", "name"),
    [("exact", 48.12345, "Paris"), ("city", 48.1, "Paris"), ("region", 48.0, "Île-de-France")],
)
def test_precision(
    audiosvc: Run, world: FakeWorld, talk: Path, precision: str, lat: float, name: str
) -> None:
    ended = audiosvc("locate", talk, "-f", "json", "--precision", precision)
    found = json.loads(ended.out)
    assert (found["lat"], found["candidates"][0]["name"]) == (lat, name)


def test_no_guess_names_no_place(audiosvc: Run, stage: Stage, world: FakeWorld, talk: Path) -> None:
    stage.play(script())
    guess = json.loads(audiosvc("locate", talk, "-f", "json").out)
    assert (guess["status"], guess["lat"]) == ("NOT_LOCALIZABLE", 48.1)
    none = json.loads(audiosvc("locate", talk, "-f", "json", "--no-guess").out)
    assert (none["status"], none["lat"], none["candidates"]) == ("NOT_LOCALIZABLE", None, [])


def test_files_in_every_format(
    audiosvc: Run, world: FakeWorld, talk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_outlines", lambda: (((0.0, 0.0), (1.0, 1.0), (0.0, 1.0)),))
    words = ["-f", "text", "-f", "json", "-f", "geojson", "-f", "html"]
    ended = audiosvc("locate", talk, *words, "-o", tmp_path / "out")
    assert (ended.code, ended.out) == (0, "")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "talk.geo.html",
        "talk.geo.json",
        "talk.geo.txt",
        "talk.geojson",
    ]
    assert json.loads((tmp_path / "out" / "talk.geojson").read_text("utf-8"))["features"]
    assert "<svg" in (tmp_path / "out" / "talk.geo.html").read_text("utf-8")


def test_what_is_known_goes_to_the_map(audiosvc: Run, world: FakeWorld, talk: Path) -> None:
    ended = audiosvc(
        *("locate", talk, "-q", "--context", "country=se", "--context", "hour=5.5"),
        *("--date", "2024-05-01", "--top", "9"),
    )
    assert ended.code == 0
    known = Context(country="SE", recorded_on=date(2024, 5, 1), local_hour=5.5)
    assert world.hearings[0].context == known
    assert world.tops == [9]


@pytest.mark.parametrize(
    ("pairs", "context"),
    [
        (["locale=sv-SE"], Context(locale="sv_SE")),
        (["near=59.3, 18.1, 200"], Context(within=(Point(59.3, 18.1), 200.0))),
        (["box=-20,175,-10,-178"], Context(box=(Point(-20.0, 175.0), Point(-10.0, -178.0)))),
        (["country=SE", "country=no"], Context(country="NO")),
        ([], Context()),
    ],
)
def test_context_as_typed(pairs: list[str], context: Context) -> None:
    assert parse_context(pairs) == context


@pytest.mark.parametrize(
    "pair",
    [
        *("country", "country=", "country=Sweden", "country=QX", "county=SE", "locale=xx_YY_ZZ_AA"),
        *("near=59,18", "near=99,18,5", "near=59,18,0", "near=a,b,c", "near=nan,1,1"),
        *("box=1,2,3", "box=60,0,50,1", "box=0,0,1,181", "box=nan,0,1,1", "heat=", "heat=no.json"),
        *("hour=25", "hour=noon", "locale=", "="),
    ],
)
def test_context_that_makes_no_sense(pair: str) -> None:
    with pytest.raises(OptionError, match="--context"):
        parse_context([pair])


def test_a_heat_map_comes_from_a_file(
    audiosvc: Run, world: FakeWorld, talk: Path, tmp_path: Path
) -> None:
    heat = tmp_path / "heat.json"
    heat.write_text('{"831f8dfffffffff": 2}')
    assert audiosvc("locate", talk, "-q", "--context", f"heat={heat}").code == 0
    assert world.heats == [{"831f8dfffffffff": 2.0}]


@pytest.mark.parametrize("text", ["", "[1]", '{"a": "b"}', '{"a": null}', "[" * 5000, "\xff"])
def test_a_file_that_is_no_heat_map(tmp_path: Path, text: str) -> None:
    heat = tmp_path / "heat.json"
    heat.write_text(text)
    with pytest.raises(OptionError, match="weights by H3 cell"):
        parse_context([f"heat={heat}"])


@pytest.mark.parametrize(
    "words",
    [
        *(["--date", "yesterday"], ["--precision", "street"], ["-f", "kml"], ["--top", "0"]),
        *(["-f", "json", "-f", "html"], ["--context", "moon=full"], ["--start", "x"]),
    ],
)
def test_wrong_options(audiosvc: Run, world: FakeWorld, talk: Path, words: list[str]) -> None:
    ended = audiosvc("locate", talk, *words)
    assert (ended.code, ended.out, len(ended.said), ended.loads) == (2, "", 1, 0)


def test_one_bad_file_does_not_stop_the_others(
    audiosvc: Run, world: FakeWorld, talk: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"no sound at all")
    ended = audiosvc("locate", bad, tmp_path / "gone.wav", talk, "-f", "json", "-q")
    assert ended.code == 3
    assert len(ended.said) == 2
    assert json.loads(ended.out)["file"] == str(talk)


def test_a_model_that_is_missing_is_told_once(
    audiosvc: Run, stage: Stage, talk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> object:
        raise ModelMissing("Whisper base is not installed.")

    def load(settings: Settings) -> locating.Senses:
        return locating.Senses(FakeDetector(TALK), missing, missing, FakeWorld)  # type: ignore[arg-type]

    monkeypatch.setattr(locating, "load_senses", load)
    ended = audiosvc("locate", talk, write_sound(tmp_path / "other.wav"))
    assert (ended.code, ended.said) == (4, ["Whisper base is not installed."])


def test_only_a_part(audiosvc: Run, world: FakeWorld, talk: Path) -> None:
    ended = audiosvc("locate", talk, "-f", "json", "--start", "2", "--end", "4.5")
    found = json.loads(ended.out)
    assert found["listened_s"] == 2.5
    assert [(one["start_s"], one["end_s"]) for one in found["evidence"][0]["spans"]] == [(2.5, 4.0)]
