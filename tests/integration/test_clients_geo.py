"""Where recordings were made, asked of a real server with the embedded models and the whole map."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import audiosvc
from audiosvc.client import AsyncClient, Client
from audiosvc.errors import AudioUnreadable, OptionError
from audiosvc.estimates import Context, GeoEstimate
from tests.integration.servers import serving

pytestmark = pytest.mark.model

TIMEOUT_S = 120


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("data"), "--threads", "2") as address:
        yield address


@pytest.fixture(scope="module")
def french(recordings: Path) -> Path:
    return recordings / "french.flac"


@pytest.fixture(scope="module")
def local(french: Path) -> GeoEstimate:
    return audiosvc.locate(french, threads=2)


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)


def shape(estimate: GeoEstimate) -> object:
    """What two machines would say alike."""
    names = [place.name for place in estimate.candidates]
    sources = sorted(piece.source for piece in estimate.evidence)
    return estimate.status, estimate.point, names, sources, estimate.listened_s, estimate.notices


def test_a_recording_gives_what_local_work_gives(
    server: str, french: Path, local: GeoEstimate
) -> None:
    with Client(server) as client:
        found = client.locate(french, timeout_s=TIMEOUT_S)
    assert shape(found) == shape(local)
    assert found.localizability == pytest.approx(local.localizability, abs=0.02)
    assert found.candidates[0].continent == "Europe"


def test_so_does_asyncio_and_less_is_told_when_less_is_asked_for(server: str, french: Path) -> None:
    async def body() -> GeoEstimate:
        async with AsyncClient(server) as client:
            return await client.locate(
                french, context=Context(country="FR"), precision="country", timeout_s=TIMEOUT_S
            )

    found = asyncio.run(body())
    (country,) = found.candidates
    assert (country.name, country.country) == ("France", "FR")
    assert found.point == country.point
    assert found.heat == ()


def test_a_stream_ends_with_what_the_whole_gives(
    server: str, french: Path, local: GeoEstimate
) -> None:
    def blocks() -> Iterator[bytes]:
        with french.open("rb") as file:
            while data := file.read(16_384):
                yield data

    with Client(server) as client:
        found = list(client.locate_stream(blocks(), update_s=3.0, timeout_s=TIMEOUT_S))
    assert len(found) >= 2
    heard_s = [estimate.listened_s for estimate in found]
    assert heard_s == sorted(heard_s)
    last = replace(found[-1], listened_s=local.listened_s)
    assert last.listened_s == pytest.approx(local.listened_s, abs=0.01)
    assert shape(last) == shape(local)


def test_the_command_line_prints_the_same(server: str, french: Path, local: GeoEstimate) -> None:
    command = (sys.executable, "-m", "audiosvc", "locate", french, "-f", "json", "--server", server)
    done = run(*command)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["status"] == local.status
    assert local.point is not None
    assert (found["lat"], found["lon"]) == (local.point.lat, local.point.lon)
    names = [place["name"] for place in found["candidates"]]
    assert names == [place.name for place in local.candidates]


def test_the_python_sample(server: str, french: Path, repository: Path) -> None:
    done = run(sys.executable, repository / "clients" / "python" / "locate.py", server, french)
    assert done.returncode == 0, done.stderr
    assert "localizability" in done.stdout
    assert "bits" in done.stdout


def test_what_cannot_be_located_is_said_in_one_sentence(server: str, french: Path) -> None:
    with Client(server) as client:
        with pytest.raises(OptionError, match="xx"):
            client.locate(french, language="xx", timeout_s=TIMEOUT_S)
        with pytest.raises(AudioUnreadable) as caught:
            client.locate(b"this is no audio at all" * 100, timeout_s=TIMEOUT_S)
    assert "\n" not in str(caught.value)
