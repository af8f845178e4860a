"""Where recordings were made, over HTTP, with a map that knows Paris."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import pytest

from audiosvc.estimates import Context, GeoEstimate, Point
from audiosvc.export import geo_json
from audiosvc.locating import Senses
from audiosvc.server.callers import Quotas
from audiosvc.server.keys import add_key
from audiosvc.server.logs import logging_to_stderr
from audiosvc.service import Models
from audiosvc.settings import Settings
from tests.fakes import FakeDetector, FakeTranscriber, script
from tests.fakes.geo_calls import audio, config, estimates, located
from tests.fakes.server import TALK, WAIT_S, HeldTranscriber, Serving, senses_of, serving
from tests.fakes.world import FakeWorld
from tests.integration.http.openai_calls import soon, wav

EVIL = "<script>alert(1)</script>.wav"


class Stage:
    """What a server locates with: it finds Paris where somebody speaks."""

    def __init__(self, transcriber: FakeTranscriber | None = None) -> None:
        self.world = FakeWorld()
        self.transcriber = transcriber or FakeTranscriber(TALK)

    def load(self, _: Settings) -> Senses:
        models = Models("fake", lambda: self.transcriber, FakeDetector(TALK))
        return senses_of(models, self.world)


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def server(tmp_path: Path, stage: Stage) -> Iterator[Serving]:
    with serving(tmp_path, load_senses=stage.load) as started:
        yield started


def locate(
    server: Serving, name: str = "street.wav", data: bytes = b"", **said: Any
) -> httpx2.Response:
    files = {"file": (name, data or wav())}
    return httpx2.post(f"{server.http}/v1/locate", files=files, data=said, timeout=WAIT_S)


def test_the_answer_is_that_of_the_command_line(server: Serving) -> None:
    got = locate(server)
    assert got.status_code == 200
    assert got.headers["Content-Type"] == "application/json"
    (same,) = estimates(located(server, [config(), *audio(wav())]))
    assert got.text == geo_json.serialise(same, "street.wav")
    found = got.json()
    assert (found["file"], found["status"], found["listened_s"]) == ("street.wav", "LOCATED", 5.0)
    assert found["candidates"][0]["name"] == "Paris"
    assert found["evidence"][0]["start_s"] == 0.5


def test_the_cells_of_the_map_for_who_asks(server: Serving) -> None:
    assert "heat" not in locate(server).json()
    heat = locate(server, cells="true").json()["heat"]
    assert heat[0]["probability"] >= heat[-1]["probability"] > 0.0
    assert all(ring[0] == ring[-1] for cell in heat for ring in cell["rings"])


def test_maps(server: Serving) -> None:
    got = locate(server, format="geojson")
    assert got.headers["Content-Type"] == "application/geo+json"
    assert got.headers["Content-Disposition"] == 'attachment; filename="street.geojson"'
    assert got.json()["type"] == "FeatureCollection"
    page = locate(server, EVIL, format="html")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<path" in page.text
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "\n" not in page.headers["Content-Disposition"]


def test_what_was_said_stays_text(tmp_path: Path) -> None:
    lines = script(("ann", 0.5, 2.0, "<img src=x onerror=alert(1)>"))
    with serving(tmp_path, load_senses=Stage(FakeTranscriber(lines)).load) as server:
        page = locate(server, format="html", precision="exact").text
        assert "&lt;img" in page
        assert "<img" not in page


def test_what_is_known_goes_to_the_map(server: Serving, stage: Stage) -> None:
    known = {
        "country": "fr",
        "locale": "fr-FR",
        "near": "48.9,2.3,20",
        "box": "41, -5, 51, 9",
        "date": "2024-05-01",
        "hour": "5.5",
        "heat": '{"831fb4fffffffff": 1}',
    }
    got = locate(server, **known, top=9, language="fr", start_s=1.0, end_s=3.0)
    assert got.status_code == 200
    assert got.json()["listened_s"] == 2.0
    (hearing,) = stage.world.hearings
    assert hearing.context == Context(
        country="FR",
        locale="fr_FR",
        within=(Point(48.9, 2.3), 20.0),
        box=(Point(41.0, -5.0), Point(51.0, 9.0)),
        heat={"831fb4fffffffff": 1.0},
        recorded_on=date(2024, 5, 1),
        local_hour=5.5,
    )
    assert stage.world.tops == [9]
    assert stage.transcriber.hints[0].language == "fr"


def test_no_more_is_told_than_was_asked_for(server: Serving) -> None:
    assert locate(server).json()["lat"] == 48.1
    assert locate(server, precision="exact").json()["lat"] == 48.12345
    coarse = locate(server, precision="region").json()
    assert (coarse["lat"], coarse["candidates"][0]["name"]) == (48.0, "Île-de-France")


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"format": "pdf"}, "format", "geojson"),
        ({"top": "51"}, "top", "1 to 50"),
        ({"top": "many"}, "top", "integer"),
        ({"precision": "street"}, "precision", "city"),
        ({"language": "no language"}, "language", "such as de"),
        ({"country": "QX"}, "country", "such as SE"),
        ({"locale": "../etc"}, "locale", "sv_SE"),
        ({"near": "48.9,2.3"}, "near", "kilometres"),
        ({"near": "nan,2.3,5"}, "near", "latitude"),
        ({"near": "48.9,2.3,inf"}, "near", "km"),
        ({"box": "5,5,4,4"}, "box", "south-western"),
        ({"heat": "[1]"}, "heat", "JSON"),
        ({"heat": "{" * 10_000}, "heat", "JSON"),
        ({"heat": '{"Paris": 1}'}, "heat", "H3"),
        ({"heat": '{"831fb4fffffffff": NaN}'}, "heat", "H3"),
        ({"date": "2024-02-30"}, "date", "2024-05-01"),
        ({"hour": "25"}, "hour", "0 to 24"),
        ({"hour": "nan"}, "hour", "0 to 24"),
        ({"start_s": "2", "end_s": "1"}, "end_s", "before"),
        ({"context": "country=SE"}, "context", "no field"),
    ],
)
def test_what_nobody_can_mean_names_its_field(
    server: Serving, said: dict[str, str], field: str, words: str
) -> None:
    got = locate(server, **said)
    assert (got.status_code, got.json()["reason"]) == (400, "OPTION_ERROR")
    assert got.json()["field"] == field
    assert words in got.json()["detail"]
    assert server.sessions == 0
    assert server.server.place.spool.used_bytes == 0


def test_a_recording_that_is_none(server: Serving) -> None:
    got = locate(server, data=b"no audio" * 100)
    assert (got.status_code, got.json()["reason"]) == (422, "AUDIO_UNREADABLE")
    assert "street.wav" in got.json()["detail"]


def test_a_key_may_locate_so_often(tmp_path: Path) -> None:
    _, key = add_key(tmp_path / "keys.json", "ann", Quotas(locate_per_minute=1))
    known = {"keys_file": tmp_path / "keys.json", "load_senses": Stage().load}
    with serving(tmp_path / "data", **known) as server, httpx2.Client(timeout=WAIT_S) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        url, files = f"{server.http}/v1/locate", {"file": wav()}
        assert client.post(url, files=files).status_code == 200
        refused = client.post(url, files=files)
        assert (refused.status_code, refused.json()["reason"]) == (429, "QUOTA_EXCEEDED")
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert soon(lambda: server.sessions == 0)


def test_who_goes_away_stops_the_work(tmp_path: Path) -> None:
    held = HeldTranscriber()
    with serving(tmp_path, load_senses=Stage(held).load) as server:
        with pytest.raises(httpx2.ReadTimeout):
            httpx2.post(f"{server.http}/v1/locate", files={"file": wav()}, timeout=0.5)
        assert held.began.acquire(timeout=WAIT_S)
        held.go.set()
        assert soon(lambda: server.sessions == 0)
        assert server.server.place.spool.used_bytes == 0


def test_it_need_not_be_served(tmp_path: Path) -> None:
    with serving(tmp_path, locate=False) as server:
        assert locate(server).status_code == 404
        assert "/v1/locate" not in httpx2.get(f"{server.http}/openapi.json").json()["paths"]


def test_it_is_counted(server: Serving) -> None:
    locate(server)
    assert soon(lambda: 'sessions{mode="locate"} 0.0' in httpx2.get(f"{server.http}/metrics").text)
    told = httpx2.get(f"{server.http}/metrics").text
    assert 'audiosvc_audio_seconds_processed_total{mode="locate"} 5.0' in told
    assert 'audiosvc_requests_total{code="OK",method="POST /v1/locate"} 1.0' in told


class SmokingWorld(FakeWorld):
    """A map with a fault."""

    def estimate(self, *_: Any, **__: Any) -> GeoEstimate:
        raise RuntimeError("a secret of ours")


def test_a_fault_is_a_problem_and_tells_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = Stage()
    stage.world = SmokingWorld()
    senses = {"load_senses": stage.load}
    with logging_to_stderr(as_json=True), serving(tmp_path, **senses) as server:
        got = locate(server)
        assert soon(lambda: server.sessions == 0)
    assert (got.status_code, got.json()["reason"]) == (500, "SERVER_FAULT")
    assert got.headers["Content-Type"] == "application/problem+json"
    assert "secret" not in got.text
    failed, call = map(json.loads, capsys.readouterr().err.splitlines())
    assert "a secret of ours" in str(failed)
    assert failed["request_id"] == call["request_id"] == got.json()["request_id"]
