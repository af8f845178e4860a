"""The tus protocol, by a small client of its own."""

from __future__ import annotations

import base64
import hashlib
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.fakes.http_jobs import AUDIO, MAX_UPLOAD_BYTES, Client, serving_jobs

Clients = Callable[[str], Client]
KIND = "application/offset+octet-stream"
HALF = len(AUDIO) // 2


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    folder = tmp_path_factory.mktemp("uploads")
    with serving_jobs(folder, delete_audio_after_success=False, idle_timeout_s=1.0) as clients:
        yield clients


@pytest.fixture
def ann(clients: Clients) -> Iterator[Client]:
    client = clients("ann")
    yield client
    for job in client.http.get("/v1/jobs").json()["jobs"]:
        client.http.delete(f"/v1/jobs/{job['id']}")


def tus(client: Client, method: str, url: str, body: Any = None, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"Tus-Resumable": "1.0.0", **named}
    if method == "PATCH":
        sent.setdefault("Content-Type", KIND)
    got = client.http.request(method, url, headers=sent, content=body)
    assert got.headers["Tus-Resumable"] == "1.0.0"
    return got


def begin(client: Client, size_bytes: int = len(AUDIO), **metadata: str) -> httpx2.Response:
    coded = {key: base64.b64encode(value.encode()).decode() for key, value in metadata.items()}
    pairs = [f"{key} {value}" for key, value in coded.items()]
    return tus(
        client,
        "POST",
        "/v1/uploads",
        Upload_Length=str(size_bytes),
        **({"Upload_Metadata": ",".join(pairs)} if pairs else {}),
    )


def offset(client: Client, url: str) -> int:
    got = tus(client, "HEAD", url)
    assert got.status_code == 200
    assert got.headers["Cache-Control"] == "no-store"
    return int(got.headers["Upload-Offset"])


def test_what_is_spoken_is_told_to_everybody(clients: Clients) -> None:
    got = httpx2.options(clients("ann").serving.http + "/v1/uploads")
    assert got.status_code == 204
    assert got.headers["Tus-Version"] == "1.0.0"
    assert {"creation", "termination", "checksum"} <= set(got.headers["Tus-Extension"].split(","))
    assert got.headers["Tus-Max-Size"] == str(MAX_UPLOAD_BYTES)
    assert set(got.headers["Tus-Checksum-Algorithm"].split(",")) == {"sha1", "sha256"}


def test_an_upload_in_parts_becomes_a_transcript(ann: Client) -> None:
    given = {"language": "en", "hotwords": "Duguid\nok", "acoustic_events": "true"}
    given["max_speakers"] = "3"
    made = begin(ann, filename="Grüße.wav", filetype="audio/wav", **given)
    assert made.status_code == 201, made.text
    assert made.headers["Upload-Expires"].endswith("GMT")
    url, job_id = made.headers["Location"], made.headers["Audiosvc-Job"]
    job = ann.job(job_id)
    assert (job["state"], job["display_name"], job["upload"]["url"]) == (
        "uploading",
        "Grüße.wav",
        url,
    )
    said = {"language": "en", "hotwords": ["Duguid", "ok"], "acoustic_events": True}
    assert job["options"] == {**said, "max_speakers": 3}
    head = tus(ann, "HEAD", url)
    assert head.headers["Upload-Length"] == str(len(AUDIO))
    assert base64.b64decode(head.headers["Upload-Metadata"].split()[1]).decode() == "Grüße.wav"
    for at in range(0, len(AUDIO), 100_000):
        assert offset(ann, url) == at
        got = tus(ann, "PATCH", url, AUDIO[at : at + 100_000], Upload_Offset=str(at))
        assert got.status_code == 204, got.text
        assert got.headers["Upload-Offset"] == str(min(len(AUDIO), at + 100_000))
    assert ann.ended(job_id)["summary"]["segment_count"] == 4
    assert offset(ann, url) == len(AUDIO)
    again = tus(ann, "PATCH", url, b"", Upload_Offset=str(len(AUDIO)))
    assert again.status_code == 204
    refused = tus(ann, "DELETE", url)
    assert (refused.status_code, refused.json()["reason"]) == (409, "JOB_NOT_READY")


def test_the_whole_may_come_with_the_beginning(ann: Client) -> None:
    sent = {"Upload_Length": str(len(AUDIO)), "Content_Type": KIND}
    made = tus(ann, "POST", "/v1/uploads", AUDIO, **sent)
    assert (made.status_code, made.headers["Upload-Offset"]) == (201, str(len(AUDIO)))
    assert ann.ended(made.headers["Audiosvc-Job"])["state"] == "succeeded"


def test_a_job_made_of_json_is_uploaded_the_same_way(ann: Client) -> None:
    job = ann.http.post("/v1/jobs", json={"display_name": "x"}).json()
    url = job["upload"]["url"]
    assert tus(ann, "HEAD", url).headers["Upload-Defer-Length"] == "1"
    first = tus(ann, "PATCH", url, AUDIO[:HALF], Upload_Offset="0")
    assert first.headers["Upload-Offset"] == str(HALF)
    assert ann.job(job["id"])["upload"]["committed_bytes"] == HALF
    length = str(len(AUDIO))
    rest = {"Upload_Offset": str(HALF), "Upload_Length": length}
    other = tus(ann, "PATCH", url, AUDIO[HALF:], **{**rest, "Upload_Length": "9"})
    assert (other.status_code, other.json()["reason"]) == (400, "OPTION_ERROR")
    assert tus(ann, "PATCH", url, AUDIO[HALF:], **rest).status_code == 204
    assert ann.ended(job["id"])["state"] == "succeeded"


def test_what_came_before_a_break_stays(ann: Client) -> None:
    made = begin(ann)
    url = made.headers["Location"]
    host, _, port = ann.serving.http.removeprefix("http://").rpartition(":")
    key = ann.http.headers["Authorization"]
    with socket.create_connection((host, int(port))) as broken:
        head = (
            f"PATCH {url} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {key}\r\n"
            f"Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: {KIND}\r\n"
            f"Content-Length: {len(AUDIO)}\r\n\r\n"
        )
        broken.sendall(head.encode() + AUDIO[:HALF])
    wait_for(lambda: offset(ann, url) == HALF)
    assert offset(ann, url) == HALF
    tus(ann, "PATCH", url, AUDIO[HALF:], Upload_Offset=str(HALF))
    assert ann.ended(made.headers["Audiosvc-Job"])["state"] == "succeeded"


def test_a_server_that_was_started_anew_goes_on(tmp_path: Path) -> None:
    alone: dict[str, Any] = {"workers": False, "keys_file": None}
    with serving_jobs(tmp_path / "one", data_dir=tmp_path, **alone) as clients:
        url = begin(clients("ann")).headers["Location"]
        tus(clients("ann"), "PATCH", url, AUDIO[:HALF], Upload_Offset="0")
    with serving_jobs(tmp_path / "two", data_dir=tmp_path, **alone) as clients:
        client = clients("ann")
        assert offset(client, url) == HALF
        done = tus(client, "PATCH", url, AUDIO[HALF:], Upload_Offset=str(HALF))
        assert client.job(done.headers["Audiosvc-Job"])["state"] == "queued"


def test_who_sends_too_slowly_may_go_on_later(ann: Client) -> None:
    url = begin(ann).headers["Location"]
    host, _, port = ann.serving.http.removeprefix("http://").rpartition(":")
    key = ann.http.headers["Authorization"]
    with socket.create_connection((host, int(port)), timeout=20) as slow:
        head = (
            f"PATCH {url} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {key}\r\n"
            f"Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: {KIND}\r\n"
            f"Content-Length: {len(AUDIO)}\r\n\r\n"
        )
        slow.sendall(head.encode() + AUDIO[:1000])
        assert b" 408 " in slow.recv(1000).split(b"\r\n")[0]
    assert offset(ann, url) == 1000


def wait_for(condition: Callable[[], bool], within_s: float = 5.0) -> None:
    end_s = time.monotonic() + within_s
    while not condition() and time.monotonic() < end_s:
        time.sleep(0.02)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_part_that_does_not_match_its_checksum_is_not_kept(ann: Client, algorithm: str) -> None:
    made = begin(ann)
    url = made.headers["Location"]
    digest = base64.b64encode(hashlib.new(algorithm, AUDIO).digest()).decode()
    checked = {"Upload_Checksum": f"{algorithm} {digest}", "Upload_Offset": "0"}
    wrong = tus(ann, "PATCH", url, AUDIO[::-1], **checked)
    assert (wrong.status_code, wrong.json()["reason"]) == (460, "UPLOAD_CORRUPT")
    assert wrong.json()["status"] == 460
    assert offset(ann, url) == 0
    assert tus(ann, "PATCH", url, AUDIO, **checked).status_code == 204
    assert ann.ended(made.headers["Audiosvc-Job"])["state"] == "succeeded"
    assert ann.serving.server.place.spool.used_bytes == 0


def test_an_upload_that_was_given_up_is_gone_and_so_is_its_job(ann: Client) -> None:
    made = begin(ann)
    url, job_id = made.headers["Location"], made.headers["Audiosvc-Job"]
    assert tus(ann, "DELETE", url).status_code == 204
    for method in ("HEAD", "PATCH", "DELETE"):
        assert tus(ann, method, url, Upload_Offset="0").status_code == 404
    assert ann.http.get(f"/v1/jobs/{job_id}").status_code == 404
    made = begin(ann)
    url, job_id = made.headers["Location"], made.headers["Audiosvc-Job"]
    ann.http.post(f"/v1/jobs/{job_id}/cancel")
    gone = tus(ann, "PATCH", url, AUDIO, Upload_Offset="0")
    assert (gone.status_code, gone.json()["status"]) == (410, 410)
    assert "cancelled" in gone.json()["detail"]
    assert tus(ann, "HEAD", url).status_code == 410


def test_the_same_request_goes_on_with_the_same_upload(ann: Client) -> None:
    first = begin(ann, request_id="r", filename="a.wav")
    tus(ann, "PATCH", first.headers["Location"], AUDIO[:HALF], Upload_Offset="0")
    again = begin(ann, request_id="r", filename="a.wav")
    assert again.headers["Location"] == first.headers["Location"]
    assert offset(ann, again.headers["Location"]) == HALF
    conflict = begin(ann, request_id="r", filename="b.wav")
    assert (conflict.status_code, conflict.json()["reason"]) == (409, "JOB_CONFLICT")


def test_those_who_can_only_post(ann: Client) -> None:
    url = begin(ann).headers["Location"]
    sent = {"Upload_Offset": "0", "Content_Type": KIND}
    got = tus(ann, "POST", url, AUDIO[:9], X_HTTP_Method_Override="PATCH", **sent)
    assert (got.status_code, offset(ann, url)) == (204, 9)
    assert tus(ann, "POST", url, b"", X_HTTP_Method_Override="GET").status_code == 405
    assert tus(ann, "POST", url, b"", X_HTTP_Method_Override="DELETE").status_code == 204


LENGTH = {"Upload_Length": "9"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Upload_Length": "0"}, 422),
        ({"Upload_Length": "-1"}, 400),
        ({"Upload_Length": "9" * 30}, 400),
        ({"Upload_Length": "\u0663"}, 400),
        ({"Upload_Length": "9", "Upload_Defer_Length": "1"}, 400),
        ({"Upload_Defer_Length": "2"}, 400),
        ({"Upload_Length": str(MAX_UPLOAD_BYTES + 1)}, 413),
        ({**LENGTH, "Upload_Metadata": "language %%%"}, 400),
        ({**LENGTH, "Upload_Metadata": "language ZW4=,language ZW4="}, 400),
        ({**LENGTH, "Upload_Metadata": "filename /w=="}, 400),
        ({**LENGTH, "Upload_Metadata": "filename AA=="}, 400),
        ({**LENGTH, "Upload_Metadata": "speakers dHdv"}, 400),
        ({**LENGTH, "Upload_Metadata": "model dHdv"}, 404),
        ({**LENGTH, "Upload_Metadata": "x " + "A" * 20_000}, 400),
        ({**LENGTH, "Tus_Resumable": "0.2.2"}, 412),
    ],
)
def test_beginnings_that_cannot_be_meant(ann: Client, headers: dict[str, str], status: int) -> None:
    raw: Any = {name: value.encode() for name, value in headers.items()}
    got = tus(ann, "POST", "/v1/uploads", **raw)
    assert got.status_code == status, got.text
    assert got.json()["status"] == status
    assert ann.http.get("/v1/jobs").json()["jobs"] == []


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, b"x", 400),
        ({"Upload_Offset": "-1"}, b"x", 400),
        ({"Upload_Offset": "1"}, b"x", 409),
        ({"Upload_Offset": "0", "Content_Type": "audio/wav"}, b"x", 415),
        ({"Upload_Offset": "0"}, bytes(101), 413),
        ({"Upload_Offset": "0", "Upload_Length": "101"}, b"x", 400),
        ({"Upload_Offset": "0", "Upload_Checksum": "md5 xx"}, b"x", 400),
        ({"Upload_Offset": "0", "Upload_Checksum": "sha1 %"}, b"x", 400),
        ({"Upload_Offset": "0", "Tus_Resumable": "2.0.0"}, b"x", 412),
    ],
)
def test_parts_that_cannot_be_meant(
    ann: Client, headers: dict[str, str], body: bytes, status: int
) -> None:
    url = begin(ann, 100).headers["Location"]
    got = tus(ann, "PATCH", url, body, **headers)
    assert got.status_code == status, got.text
    assert offset(ann, url) == 0


def test_more_than_was_announced_is_refused_without_a_length(ann: Client) -> None:
    url = begin(ann, 100).headers["Location"]
    got = tus(ann, "PATCH", url, iter([bytes(60), bytes(60)]), Upload_Offset="0")
    assert (got.status_code, got.json()["reason"]) == (409, "UPLOAD_MISPLACED")
    assert offset(ann, url) == 0


def test_what_is_too_long_is_refused_before_it_is_sent(ann: Client) -> None:
    url = begin(ann, 100).headers["Location"]
    key = ann.http.headers["Authorization"]
    host, _, port = ann.serving.http.removeprefix("http://").rpartition(":")
    form = "Content-Type: multipart/form-data; boundary=x\r\n"
    part = f"Content-Type: {KIND}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
    for line, headers in (("POST /v1/jobs", form), (f"PATCH {url}", part)):
        with socket.create_connection((host, int(port)), timeout=20) as waiting:
            head = f"{line} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {key}\r\n{headers}"
            waiting.sendall(f"{head}Content-Length: {10**9}\r\n\r\n".encode())
            assert b" 413 " in waiting.recv(1000).split(b"\r\n")[0]


def test_nothing_more_comes_behind_the_end(ann: Client) -> None:
    url = begin(ann).headers["Location"]
    assert tus(ann, "PATCH", url, AUDIO, Upload_Offset="0").status_code == 204
    more = tus(ann, "PATCH", url, b"more", Upload_Offset=str(len(AUDIO)))
    assert (more.status_code, more.json()["reason"]) == (413, "TOO_LARGE")


def test_without_the_version_nothing_is_done(ann: Client) -> None:
    got = ann.http.post("/v1/uploads", headers={"Upload-Length": "9"})
    assert (got.status_code, got.headers["Tus-Version"]) == (412, "1.0.0")
