"""Where recordings and streams were made, over a real connection, with a map that knows Paris."""

from __future__ import annotations

import json
import logging
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from audiosvc.estimates import Context, Point
from audiosvc.locating import Senses
from audiosvc.server.callers import Quotas
from audiosvc.server.keys import add_key
from audiosvc.server.logs import logging_to_stderr
from audiosvc.service import Models
from audiosvc.settings import Settings
from audiosvc.spans import Span
from audiosvc.v1 import geo_pb2 as pb
from audiosvc.v1 import models_pb2
from tests.fakes import FakeDetector, FakeTranscriber, Script, script
from tests.fakes.geo_calls import METHODS, PCM, audio, call, config, estimates, located
from tests.fakes.server import TALK, WAIT_S, HeldTranscriber, Serving, pcm, senses_of, serving
from tests.fakes.world import FakeWorld

WHICH = pytest.mark.parametrize("method", METHODS)


class Stage:
    """What a server locates with: it finds Paris where somebody speaks. loads: how often."""

    def __init__(self, lines: Script = TALK, transcriber: FakeTranscriber | None = None) -> None:
        self.world = FakeWorld()
        self.loads = 0
        self.transcriber = transcriber or FakeTranscriber(lines)
        self._detector = FakeDetector(lines)

    def load(self, _: Settings) -> Senses:
        self.loads += 1
        return senses_of(Models("fake", lambda: self.transcriber, self._detector), self.world)


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def server(tmp_path: Path, stage: Stage) -> Iterator[Serving]:
    with serving(tmp_path, load_senses=stage.load) as server:
        yield server


def soon(condition: object, within_s: float = 5.0) -> bool:
    """Whether something comes true, asked again and again."""
    assert callable(condition)
    end_s = time.monotonic() + within_s
    while not condition() and time.monotonic() < end_s:
        time.sleep(0.01)
    return bool(condition())


@WHICH
def test_a_recording_becomes_an_estimate(server: Serving, method: str) -> None:
    got = located(server, [config(method, audio_format=PCM), *audio(pcm(5.0), method)], method)
    assert [one.WhichOneof("event") for one in got] == ["session_started", "finished"]
    assert got[0].session_started.session_id
    (found,) = estimates(got)
    assert (found.status, found.listened_s, found.localizability) == ("LOCATED", 5.0, 0.8)
    assert found.candidates[0].name == "Paris"
    assert found.evidence[0].claim.startswith("Good morning")
    assert found.evidence[0].spans == (Span(0.5, 2.0), Span(2.5, 4.0))
    assert found.version


@WHICH
def test_a_file_is_known_by_its_container(server: Serving, method: str, recordings: Path) -> None:
    data = (recordings / "short.wav").read_bytes()
    got = located(server, [config(method), *audio(data, method, 1000)], method)
    assert len(estimates(got)) == 1


def test_the_models_and_the_map_are_loaded_once_and_for_all(server: Serving, stage: Stage) -> None:
    assert stage.loads == 1
    for method in METHODS:
        located(server, [config(method, audio_format=PCM), *audio(pcm(1.0), method)], method)
    assert stage.loads == 1
    assert len(stage.world.hearings) == 2


@pytest.mark.parametrize(
    ("precision", "lat", "paris"),
    [
        (pb.GEO_PRECISION_UNSPECIFIED, 48.1, 48.9),
        (pb.GEO_PRECISION_CITY, 48.1, 48.9),
        (pb.GEO_PRECISION_REGION, 48.0, 49.0),
        (pb.GEO_PRECISION_EXACT, 48.12345, 48.85341),
    ],
)
def test_no_more_is_told_than_was_asked_for(
    server: Serving, precision: int, lat: float, paris: float
) -> None:
    first = config(audio_format=PCM, precision=precision)
    (found,) = estimates(located(server, [first, *audio(pcm(5.0))]))
    assert found.point is not None
    assert (found.point.lat, found.candidates[0].point.lat) == (lat, paris)


def test_no_guess_names_no_place(tmp_path: Path) -> None:
    with serving(tmp_path, load_senses=Stage(script()).load) as server:
        first = config(audio_format=PCM, guess=False)
        (found,) = estimates(located(server, [first, *audio(pcm(5.0))]))
        assert (found.status, found.point, found.candidates) == ("NOT_LOCALIZABLE", None, ())
        (guess,) = estimates(located(server, [config(audio_format=PCM), *audio(pcm(5.0))]))
        assert (guess.status, guess.candidates[0].name) == ("NOT_LOCALIZABLE", "Paris")


@WHICH
def test_what_is_known_goes_to_the_map(server: Serving, stage: Stage, method: str) -> None:
    known = pb.GeoContext(
        country="fr",
        within=pb.GeoCircle(center=pb.GeoPoint(latitude=48.9, longitude=2.3), radius_km=20.0),
        recorded_on="2024-05-01",
        local_hour=0.0,
    )
    first = config(method, audio_format=PCM, context=known, top=9, language_code="fr")
    located(server, [first, *audio(pcm(5.0), method)], method)
    within = (Point(48.9, 2.3), 20.0)
    context = Context("FR", within=within, recorded_on=date(2024, 5, 1), local_hour=0.0)
    assert stage.world.hearings[0].context == context
    assert stage.world.tops == [9]
    assert stage.transcriber.hints[0].language == "fr"


def test_nobody_writes_when_nobody_wants_it(server: Serving, stage: Stage) -> None:
    located(server, [config(audio_format=PCM, transcribe=False), *audio(pcm(5.0))])
    assert stage.world.hearings[0].transcript is None
    assert stage.transcriber.cores == []


def test_a_part_keeps_the_times_of_the_recording(server: Serving) -> None:
    part = {"start_offset": {"seconds": 2}, "end_offset": {"seconds": 5}}
    (found,) = estimates(located(server, [config(audio_format=PCM, **part), *audio(pcm(9.0))]))
    assert found.listened_s == 3.0
    assert found.evidence[0].spans == (Span(2.5, 4.0),)


def test_of_a_long_recording_stretches_are_heard(server: Serving, stage: Stage) -> None:
    (found,) = estimates(
        located(server, [config(audio_format=PCM), *audio(pcm(300.0), size_bytes=1 << 20)])
    )
    assert found.listened_s == stage.world.hearings[0].audio.duration_s == 180.0
    assert [notice.code for notice in found.notices] == ["sampled"]


def test_the_estimate_of_a_stream_sharpens(tmp_path: Path) -> None:
    """What is heard in the first ten seconds, the next ten, and the last five."""
    lines = script(
        ("a", 2.0, 8.0, "Bonjour."), ("a", 12.0, 18.0, "Paris."), ("b", 21.0, 24.0, "Oui.")
    )
    stage = Stage(lines)
    with serving(tmp_path, load_senses=stage.load) as server:
        messages = [config("LocateStream", audio_format=PCM), *audio(pcm(25.0), "LocateStream")]
        got = located(server, messages, "LocateStream")
    events = [one.WhichOneof("event") for one in got]
    assert events == ["session_started", "estimate", "estimate", "finished"]
    claims = [found.evidence[0].claim.split() for found in estimates(got)]
    assert claims == [["Bonjour."], ["Bonjour.", "Paris."], ["Bonjour.", "Paris.", "Oui."]]
    heard_s = [found.listened_s for found in estimates(got)]
    assert heard_s == pytest.approx([10.0, 20.0, 25.0], abs=0.3)
    wide = stage.world.hearings[-1].wide
    assert (wide.sample_rate_hz, round(wide.duration_s, 1)) == (48_000, 25.0)


def test_a_stream_says_what_is_new_alone(server: Serving, stage: Stage) -> None:
    """Nobody speaks after the first four seconds."""
    first = config("LocateStream", audio_format=PCM, update_interval={"seconds": 5})
    got = located(server, [first, *audio(pcm(40.0), "LocateStream")], "LocateStream")
    assert [found.listened_s for found in estimates(got)] == pytest.approx([5.0, 40.0], abs=0.3)
    # At 5, 10, 15 and 20 s, then at a quarter more, and at the end.
    heard_s = [hearing.audio.duration_s for hearing in stage.world.hearings]
    assert heard_s == pytest.approx([5, 10, 15, 20, 25, 31.25, 39.1, 40], abs=0.5)


def test_an_estimate_comes_while_the_stream_goes_on(server: Serving) -> None:
    told = threading.Event()

    def talk() -> Iterator[pb.LocateStreamRequest]:
        first = {"audio_format": PCM, "update_interval": {"seconds": 2}}
        yield pb.LocateStreamRequest(config=pb.LocateConfig(**first))  # type: ignore[arg-type]
        yield from audio(pcm(4.5), "LocateStream")  # type: ignore[misc]
        assert told.wait(WAIT_S)
        yield from audio(pcm(1.0), "LocateStream")  # type: ignore[misc]

    events = []
    for response in call(server, talk(), "LocateStream"):
        events.append(response.WhichOneof("event"))
        if events[-1] == "estimate":
            told.set()
    assert events[-1] == "finished"


@WHICH
@pytest.mark.parametrize("how", ["cancel", "deadline", "vanish"])
def test_who_goes_away_leaves_nothing_behind(
    tmp_path: Path, method: str, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    held = HeldTranscriber()
    stage = Stage(transcriber=held)
    messages = [config(method, audio_format=PCM), *audio(pcm(5.0), method)]
    with serving(tmp_path, load_senses=stage.load) as server:
        channel = grpc.insecure_channel(server.address)
        timeout_s = 1.0 if how == "deadline" else 20.0
        going = call(server, messages, method, channel=channel, timeout_s=timeout_s)
        next(going)
        assert held.began.acquire(timeout=5)
        assert server.sessions == 1
        if how == "cancel":
            going.cancel()
        elif how == "vanish":
            channel.close()
        else:
            with pytest.raises(grpc.RpcError) as caught:
                list(going)
            assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        time.sleep(0.1)
        held.go.set()
        assert soon(lambda: server.sessions == 0)
        assert server.server.place.spool.used_bytes == 0
        channel.close()
    assert stage.world.tops == []  # what was not begun by then is not begun any more
    assert [record.getMessage() for record in caplog.records if record.levelno > 20] == []


@WHICH
def test_who_goes_away_while_audio_comes(server: Serving, method: str) -> None:
    stay = threading.Event()

    def talk() -> Iterator[object]:
        yield config(method, audio_format=PCM)
        yield from audio(pcm(5.0), method)
        stay.wait(10)

    going = call(server, talk(), method)  # type: ignore[arg-type]
    next(going)
    assert soon(lambda: server.server.place.spool.used_bytes > 0)
    going.cancel()
    stay.set()
    assert soon(lambda: server.sessions == 0)
    assert server.server.place.spool.used_bytes == 0


def test_figures_are_counted(server: Serving) -> None:
    for method in METHODS:
        located(server, [config(method, audio_format=PCM), *audio(pcm(5.0), method)], method)
    assert soon(lambda: server.sessions == 0)
    with urllib.request.urlopen(f"{server.http}/metrics") as page:
        lines = page.read().decode().splitlines()
    method = "/audiosvc.v1.GeoService/Locate"
    for line in (
        'audiosvc_sessions{mode="locate"} 0.0',
        'audiosvc_sessions{mode="locate_stream"} 0.0',
        'audiosvc_audio_seconds_processed_total{mode="locate"} 5.0',
        'audiosvc_estimates_total{mode="locate",status="LOCATED"} 1.0',
        'audiosvc_estimates_total{mode="locate_stream",status="LOCATED"} 1.0',
        f'audiosvc_requests_total{{code="OK",method="{method}"}} 1.0',
    ):
        assert line in lines


def test_one_line_a_call_is_logged_and_no_place_and_no_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys_file = tmp_path / "keys.json"
    entry, key = add_key(keys_file, "ann", Quotas())
    bearer = (("authorization", f"Bearer {key}"),)
    known = pb.GeoContext(country="SE")
    first = config(
        audio_format=PCM, display_name="private.wav", context=known, precision="GEO_PRECISION_EXACT"
    )
    with logging_to_stderr(as_json=True):
        logging.getLogger("audiosvc").setLevel(logging.DEBUG)
        with serving(tmp_path, keys_file=keys_file, load_senses=Stage().load) as server:
            got = located(server, [first, *audio(pcm(5.0))], metadata=bearer)
    text = capsys.readouterr().err
    (line,) = map(json.loads, text.splitlines())
    assert line["method"] == "/audiosvc.v1.GeoService/Locate"
    assert (line["caller"], line["code"], line["status"]) == (entry.id, "OK", "LOCATED")
    assert (line["precision"], line["mode"], line["listened_s"]) == ("exact", "locate", 5.0)
    assert line["session_id"] == got[0].session_started.session_id
    assert line["time"]
    assert line["seconds"] >= 0.0
    for secret in (key, "Paris", "48.", "France", "Good morning", "private.wav", '"SE"'):
        assert secret not in text


def test_nothing_of_a_recording_is_kept(server: Serving, tmp_path: Path) -> None:
    for method in METHODS:
        located(server, [config(method, audio_format=PCM), *audio(pcm(5.0), method)], method)
    assert soon(lambda: server.sessions == 0)
    assert server.server.place.spool.used_bytes == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_it_is_told_of(server: Serving) -> None:
    name = "audiosvc.v1.GeoService"
    health = health_pb2_grpc.HealthStub(server.channel)
    status = health.Check(health_pb2.HealthCheckRequest(service=name)).status
    assert status == health_pb2.HealthCheckResponse.SERVING
    stub = reflection_pb2_grpc.ServerReflectionStub(server.channel)
    asked = reflection_pb2.ServerReflectionRequest(list_services="")
    (answer,) = stub.ServerReflectionInfo(iter([asked]))
    assert name in {service.name for service in answer.list_services_response.service}
    limits = server.models.ListModels(models_pb2.ListModelsRequest()).limits
    assert limits.max_locates_per_minute == 30


def test_it_need_not_be_served(tmp_path: Path) -> None:
    stage = Stage()
    with serving(tmp_path, load_senses=stage.load, locate=False) as server:
        with pytest.raises(grpc.RpcError) as caught:
            list(call(server, [config()]))
        assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED
        limits = server.models.ListModels(models_pb2.ListModelsRequest()).limits
        assert limits.max_locates_per_minute == 0
    assert stage.loads == 0
