import logging
import multiprocessing
from pathlib import Path

import numpy as np
import pytest

from audiosvc.estimates import Point
from audiosvc.geo.gazetteer import Gazetteer, load_gazetteer
from audiosvc.geo.places_file import Columns, file_name, hashed, load, made, plain


@pytest.fixture(scope="module")
def world() -> Gazetteer:
    return Gazetteer(made())


def a_village() -> Columns:
    """A gazetteer of two places that share a name."""
    names = sorted([(hashed("ao"), 0), (hashed("å"), 0), (hashed("å"), 1)])
    return {
        "id": np.array([7, 8], np.int32),
        "lat": np.array([67.88, 63.9]),
        "lon": np.array([12.98, 10.2]),
        "people": np.array([900, 150], np.int32),
        "country": np.array(["NO", "NO"]),
        "admin": np.array(["09", "21"]),
        "text": np.frombuffer("ÅÅi".encode(), np.uint8),
        "name": np.array([2, 5], np.int32),
        "hash": np.array([name for name, _ in names], np.uint64),
        "place": np.array([place for _, place in names], np.int32),
    }


def nothing_is_made() -> Columns:
    raise AssertionError("the file was there")


@pytest.mark.parametrize(
    ("name", "first", "country"),
    [
        ("Malmö", "Malmö", "SE"),
        ("malmo", "Malmö", "SE"),
        ("MÜNCHEN", "Munich", "DE"),
        ("東京", "Tokyo", "JP"),
        ("Москва", "Moscow", "RU"),
        ("القاهرة", "Cairo", "EG"),
        ("서울", "Seoul", "KR"),
        ("  New   York ", "New York City", "US"),
        ("Den Haag", "The Hague", "NL"),
        ("Sao Paulo", "São Paulo", "BR"),
    ],
)
def test_a_place_is_found_by_any_of_its_names(
    world: Gazetteer, name: str, first: str, country: str
) -> None:
    found = world.find(name)[0]
    assert (found.name, found.country) == (first, country)


def test_namesakes_come_the_largest_first(world: Gazetteer) -> None:
    found = world.find("Springfield")
    people = [place.population for place in found]
    assert len(found) > 10
    assert people == sorted(people, reverse=True)
    assert len({place.geoname_id for place in found}) == len(found)


@pytest.mark.parametrize("name", ["", "xqzzy", "swldw", "a" * 10_000, "\x00", "😀"])
def test_what_names_no_place_finds_none(world: Gazetteer, name: str) -> None:
    assert world.find(name) == []


def test_a_lone_surrogate_is_no_name(world: Gazetteer) -> None:
    assert world.find("\ud800") == []


def test_a_place_knows_its_division(world: Gazetteer) -> None:
    assert world.find("Göteborg")[0].admin == "Västra Götaland"


@pytest.mark.parametrize(
    ("lat", "lon", "first"),
    [
        (59.33, 18.06, "Stockholm"),
        (40.7, -74.0, "New York City"),
        (67.9, 21.0, "Kiruna"),
        (-18.1, 178.4, "Suva"),
        (-17.0, -179.9, "Savusavu"),  # over the date line
    ],
)
def test_a_point_is_named_after_a_large_place_near_it(
    world: Gazetteer, lat: float, lon: float, first: str
) -> None:
    assert world.near(Point(lat, lon))[0].name == first


def test_in_the_middle_of_nowhere_there_is_the_nearest_place(world: Gazetteer) -> None:
    assert len(world.near(Point(0.0, -130.0), k=3)) == 1


def test_no_more_places_than_asked_for(world: Gazetteer) -> None:
    assert len(world.near(Point(48.85, 2.35), k=7)) == 7


def test_the_file_is_made_once(tmp_path: Path) -> None:
    first = load(tmp_path, a_village)
    second = load(tmp_path, nothing_is_made)
    assert [path.name for path in tmp_path.iterdir()] == [file_name()]
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_places_from_the_file_are_those_that_were_made(tmp_path: Path) -> None:
    load(tmp_path, a_village)
    found = Gazetteer(load(tmp_path, nothing_is_made)).find("Å")
    assert [(place.name, place.admin) for place in found] == [
        ("Å", "Nordland"),
        ("Åi", "Trøndelag"),
    ]


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off"])
def test_a_broken_file_is_made_anew(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / file_name()).write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert len(load(tmp_path, a_village)["id"]) == 2
    assert "made anew" in caplog.text
    assert len(load(tmp_path, nothing_is_made)["id"]) == 2


def test_a_folder_that_cannot_be_written_is_no_obstacle(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    with caplog.at_level(logging.WARNING):
        assert len(load(tmp_path / "file" / "folder", a_village)["id"]) == 2
    assert "cannot be kept" in caplog.text


def _load_in(folder: Path) -> int:
    return len(load(folder, a_village)["id"])


def test_two_processes_may_make_it_at_once(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(_load_in, [tmp_path] * 6) == [2] * 6
    assert [path.name for path in tmp_path.iterdir()] == [file_name()]


def test_the_gazetteer_is_loaded_once(tmp_path: Path) -> None:
    load(tmp_path, a_village)
    assert load_gazetteer(tmp_path) is load_gazetteer(tmp_path)


@pytest.mark.parametrize(
    ("name", "same"), [("ＰＡＲＩＳ", "paris"), (" Los  Angeles", "los angeles")]
)
def test_names_are_compared_whatever_their_case_and_width(name: str, same: str) -> None:
    assert plain(name) == same
