"""``audiosvc locate --server`` looks like local work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from audiosvc import locating
from audiosvc.errors import NotAllowed, OptionError, QuotaExceeded
from audiosvc.v1 import geo_pb2 as pb
from tests.fakes.grpc_server import FakeServer
from tests.unit.cli.conftest import Run, write_sound


@pytest.fixture
def server() -> Iterator[FakeServer]:
    server = FakeServer().start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key from outside, and nothing here to locate with."""
    monkeypatch.delenv("AUDIOSVC_KEY", raising=False)
    monkeypatch.setattr(locating, "load_senses", lambda _: pytest.fail("it was located here"))


def test_the_answer_comes_from_there(audiosvc: Run, server: FakeServer, talk: Path) -> None:
    ended = audiosvc("locate", talk, "--server", server.address)
    assert (ended.code, ended.loads) == (0, 0)
    assert ended.out.startswith(f"{talk}: Lund, Skåne, Sweden, localizability 0.75\n")
    assert "Swedish is spoken" in ended.out
    assert ended.said[0].startswith("talk.wav: 0:03 heard in ")
    assert bytes(server.audio) == talk.read_bytes()


def test_every_format_is_written_and_files_go_one_after_the_other(
    audiosvc: Run, server: FakeServer, talk: Path, tmp_path: Path
) -> None:
    other = write_sound(tmp_path / "other.wav")
    words = ("-f", "json", "-f", "geojson", "-o", tmp_path / "out", "-q")
    ended = audiosvc("locate", talk, other, "--server", server.address, *words)
    assert (ended.code, ended.err) == (0, "")
    assert len(list((tmp_path / "out").iterdir())) == 4
    found = json.loads((tmp_path / "out" / "other.geo.json").read_text("utf-8"))
    assert (found["lat"], found["candidates"][0]["name"]) == (55.7, "Lund")


def test_what_was_said_is_asked_for(audiosvc: Run, server: FakeServer, talk: Path) -> None:
    audiosvc("locate", talk, "--server", server.address)
    options = ("--top", 9, "--precision", "region", "--no-guess", "--language", "sv")
    known = ("--context", "country=se", "--context", "near=55.7,13.2,20", "--date", "2024-05-01")
    part = ("--start", "1", "--end", "4.5")
    audiosvc("locate", talk, "--server", server.address, *options, *known, *part)
    plain, said = server.geo_configs
    assert (plain.top, plain.precision, plain.guess) == (5, pb.GEO_PRECISION_CITY, True)
    assert (said.top, said.precision, said.guess) == (9, pb.GEO_PRECISION_REGION, False)
    assert (said.language_code, said.context.country) == ("sv", "SE")
    assert (said.context.within.radius_km, said.context.recorded_on) == (20.0, "2024-05-01")
    assert (said.start_offset.seconds, said.end_offset.seconds) == (1, 4)


def test_the_key_comes_from_a_file(
    audiosvc: Run, server: FakeServer, talk: Path, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    key.write_text("from-file\n")
    audiosvc("locate", talk, "--server", server.address, "--key-file", key)
    assert server.metadata[0]["authorization"] == "Bearer from-file"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotAllowed("This key may not ask where recordings were made."), 6),
        (QuotaExceeded("This key may locate 30 recordings a minute.", retry_after_s=3600.0), 6),
        (OptionError("A country is a code such as SE."), 2),
    ],
)
def test_errors_of_the_server_are_told_as_our_own(
    audiosvc: Run, server: FakeServer, talk: Path, error: Exception, code: int
) -> None:
    server.refusals["Locate"] += [error] * 9  # type: ignore[list-item]
    ended = audiosvc("locate", talk, "--server", server.address)
    assert (ended.code, ended.out, ended.said) == (code, "", [str(error)])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--server", "nowhere"), "host:port"),
        (("--server", "127.0.0.1:1", "--model", "base"), "--model is about this machine"),
        (("--server", "127.0.0.1:1", "--device", "cpu"), "--device is about this machine"),
        (("--tls",), "name one with --server"),
    ],
)
def test_wrong_options(audiosvc: Run, talk: Path, options: tuple[object, ...], words: str) -> None:
    ended = audiosvc("locate", talk, *options)
    assert (ended.code, ended.out, len(ended.said)) == (2, "", 1)
    assert words in ended.said[0]
