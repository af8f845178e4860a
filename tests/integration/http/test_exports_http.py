"""Transcripts in other formats, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from audiosvc.export import formats
from tests.fakes.grpc_server import a_transcript
from tests.fakes.server import WAIT_S, Serving, serving

TRANSCRIPT = formats.serialise(a_transcript(), "json", "talk")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path) as started:
        yield started


def export(server: Serving, body: str | bytes = TRANSCRIPT, **query: Any) -> httpx2.Response:
    data = body.encode() if isinstance(body, str) else body
    url = f"{server.http}/v1/transcripts/export"
    kind = {"Content-Type": "application/json"}
    return httpx2.post(url, params=query, content=data, headers=kind, timeout=WAIT_S)


@pytest.mark.parametrize("name", list(formats.FORMATS))
def test_every_format(server: Serving, name: str) -> None:
    got = export(server, format=name, name="talk.wav")
    assert got.status_code == 200
    chosen = formats.FORMATS[name]
    assert got.content.decode() == chosen.serialise(formats.parse(TRANSCRIPT, "json"), "talk")
    assert f'filename="talk{chosen.suffix}"' in got.headers["Content-Disposition"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert server.server.place.spool.used_bytes == 0


def test_a_name_is_no_path_and_no_header(server: Serving) -> None:
    got = export(server, format="srt", name='../../etc/"pass\r\nwd; x=ä.wav')
    told = got.headers["Content-Disposition"]
    assert "/" not in told.partition("filename*")[0]
    assert told.count('"') == 2
    assert got.status_code == 200


def test_what_a_person_corrected_is_in_it(server: Serving) -> None:
    document = json.loads(TRANSCRIPT)
    document["segments"][0] |= {"text": "Corrected.", "speaker": "<b>Ann</b>"}
    got = export(server, json.dumps(document), format="vtt")
    assert "Corrected." in got.text
    assert "&lt;b&gt;Ann" in got.text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "Not a transcript"),
        ("{}", "segments"),
        ("[" * 100_000, "Not a transcript"),
        (b"\xff\xfe", "UTF-8"),
        (TRANSCRIPT.replace('"start_s": 0.0', '"start_s": -1', 1), "start_s"),
    ],
)
def test_what_is_no_transcript(server: Serving, body: str | bytes, words: str) -> None:
    got = export(server, body, format="srt")
    assert (got.status_code, got.json()["reason"]) == (400, "FORMAT_ERROR")
    assert words in got.json()["detail"]
    assert server.server.place.spool.used_bytes == 0


def test_a_format_there_is_not(server: Serving) -> None:
    for query in ({}, {"format": "docx"}, {"format": "srt", "name": "x" * 1001}):
        got = export(server, **query)
        assert (got.status_code, got.json()["reason"]) == (400, "OPTION_ERROR")
        assert got.json()["field"] in {"format", "name"}


def test_it_may_be_longer_than_other_json_but_not_endless(server: Serving) -> None:
    document = json.loads(TRANSCRIPT)
    document["segments"] *= 10_000  # all at the same time, which once took minutes
    assert export(server, json.dumps(document), format="srt").status_code == 200
    got = export(server, b" " * (64 * 1024**2 + 1), format="txt")
    assert (got.status_code, got.json()["reason"]) == (413, "TOO_LARGE")
