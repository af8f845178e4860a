"""Real recordings through the command line, with the embedded models and the whole map."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import audiosvc

pytestmark = pytest.mark.model

# Ends the process with 99 as soon as anything asks the network.
WITHOUT_NETWORK = """
import os, sys
def refuse(event, details):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        os.write(2, f"asked the network: {event} {details}".encode())
        os._exit(99)
sys.addaudithook(refuse)
from audiosvc.cli import main
main()
"""


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_NETWORK, "locate", *words],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "AUDIOSVC_THREADS": "2"},
        timeout=300,
    )


@pytest.fixture(scope="module")
def found(recordings: Path) -> dict[str, dict[str, Any]]:
    """What each recording gave, by its stem, in one process and without a network."""
    files = [
        recordings / name
        for name in (
            *("french.flac", "noise.flac", "silence.flac", "music.flac", "short.wav"),
            "late.flac",
        )
    ]
    done = run(*files, "-f", "json", "-q")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["file"] for line in lines] == [str(file) for file in files]
    return {Path(line["file"]).stem: line for line in lines}


def test_french_is_heard_and_is_likeliest_in_europe(found: dict[str, dict[str, Any]]) -> None:
    french = found["french"]
    assert french["candidates"][0]["continent"] == "Europe"
    heard = [piece for piece in french["evidence"] if piece["source"] == "language"]
    assert heard
    assert 0.0 <= heard[0]["start_s"] < heard[0]["end_s"] <= 7.0
    assert french["localizability"] > found["noise"]["localizability"]
    assert sum(one["probability"] for one in french["candidates"]) <= 1.0


@pytest.mark.parametrize("name", ["noise", "silence", "short"])
def test_what_tells_nothing_is_said_to(found: dict[str, dict[str, Any]], name: str) -> None:
    assert found[name]["status"] == "NOT_LOCALIZABLE"
    assert found[name]["localizability"] < 0.1


def test_every_answer_is_whole(found: dict[str, dict[str, Any]]) -> None:
    for one in found.values():
        assert -90.0 <= one["lat"] <= 90.0
        assert -180.0 <= one["lon"] <= 180.0
        assert one["lat"] == round(one["lat"], 1)  # no more than a city's whereabouts
        assert one["radius_km"] <= one["radius_90_km"]
        assert one["candidates"]
        assert one["reasoning"]
        assert "could not be taken" not in json.dumps(one["notices"])


def test_every_format_is_written(recordings: Path, tmp_path: Path) -> None:
    formats = [word for name in ("text", "json", "geojson", "html") for word in ("-f", name)]
    done = run(recordings / "french.flac", *formats, "-o", tmp_path, "--precision", "country")
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.iterdir())) == 4
    assert len(json.loads((tmp_path / "french.geo.json").read_text("utf-8"))["candidates"]) == 1
    page = (tmp_path / "french.geo.html").read_text("utf-8")
    (land,) = re.findall('class="land" d="([^"]*)"', page)
    assert land.count("M") > 100  # countries and islands


def test_a_tone_in_memory_tells_nothing() -> None:
    time_s = np.arange(10 * 44_100) / 44_100
    tone = (0.3 * np.sin(2 * np.pi * 1000 * time_s)).astype(np.float32)
    found = audiosvc.locate(tone, sample_rate_hz=44_100, guess=False)
    assert found.status == "NOT_LOCALIZABLE"
    assert (found.point, found.candidates) == (None, ())
    assert found.localizability < 0.1


def test_what_the_caller_says_is_told_as_such(recordings: Path) -> None:
    found = audiosvc.locate(
        recordings / "noise.flac", context=audiosvc.Context(country="NZ"), precision="country"
    )
    assert found.candidates[0].country == "NZ"
    assert "context" in {piece.source for piece in found.evidence}
    assert found.localizability < 0.1  # it was not heard
