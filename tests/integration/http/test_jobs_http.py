"""Durable jobs over HTTP, from their beginning to their end."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import google_crc32c
import pytest

from audiosvc.export.json import parse
from audiosvc.server.http.jobs.models import JobModel
from audiosvc.server.http.jobs.waveform import WaveformModel
from tests.fakes.http_jobs import AUDIO, MAX_UPLOAD_BYTES, Client, serving_jobs
from tests.fakes.server import WAIT_S

Clients = Callable[[str], Client]
FILE = {"file": ("story.wav", AUDIO, "audio/wav")}


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    folder = tmp_path_factory.mktemp("jobs")
    with serving_jobs(folder, delete_audio_after_success=False) as clients:
        yield clients


@pytest.fixture
def ann(clients: Clients) -> Iterator[Client]:
    client = clients("ann")
    yield client
    for job in client.http.get("/v1/jobs").json()["jobs"]:
        client.http.delete(f"/v1/jobs/{job['id']}")


def test_a_job_from_a_form_to_its_deletion(ann: Client) -> None:
    options = {"language": "en", "max_speakers": "2", "hotwords": ["Duguid", "ok"]}
    got = ann.http.post("/v1/jobs", files=FILE, data=options)
    assert got.status_code == 201, got.text
    job = got.json()
    assert got.headers["Location"] == f"/v1/jobs/{job['id']}"
    assert job["display_name"] == "story.wav"
    said = {"language": "en", "max_speakers": 2, "hotwords": ["Duguid", "ok"]}
    assert job["options"] == said
    assert (job["upload"]["complete"], job["upload"]["size_bytes"]) == (True, len(AUDIO))
    job = ann.ended(job["id"])
    assert job["state"] == "succeeded"
    assert job["summary"]["segment_count"] == 4
    assert job["progress"]["windows_done"] == job["progress"]["windows_total"] >= 4
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", job["end_time"])
    JobModel.model_validate_json(ann.http.get(f"/v1/jobs/{job['id']}").text)
    ann.http.delete(f"/v1/jobs/{job['id']}").raise_for_status()
    gone = ann.http.get(f"/v1/jobs/{job['id']}")
    assert (gone.status_code, gone.json()["reason"]) == (404, "JOB_NOT_FOUND")


def test_what_was_worked_on_here_is_counted(ann: Client) -> None:
    def counted() -> float:
        registry = ann.serving.server.place.metrics.registry
        return registry.get_sample_value("audiosvc_segments_total", {"mode": "job"}) or 0.0

    before = counted()
    made = ann.http.post("/v1/jobs", files=FILE).json()
    assert ann.ended(made["id"])["summary"]["segment_count"] == 4
    end_s = time.monotonic() + WAIT_S
    while counted() < before + 4 and time.monotonic() < end_s:
        time.sleep(0.05)
    assert counted() == before + 4


def test_a_recording_can_be_drawn(ann: Client, clients: Clients) -> None:
    job = ann.http.post("/v1/jobs", json={"display_name": "x"}).json()
    early = ann.http.get(f"/v1/jobs/{job['id']}/waveform")
    assert (early.status_code, early.json()["reason"]) == (409, "JOB_NOT_READY")
    ann.http.post(f"/v1/jobs/{job['id']}/cancel").raise_for_status()
    never = ann.http.get(f"/v1/jobs/{job['id']}/waveform")
    assert (never.status_code, never.json()["reason"]) == (409, "JOB_FAILED")

    job = ann.http.post("/v1/jobs", files=FILE).json()
    url, job = f"/v1/jobs/{job['id']}/waveform", ann.ended(job["id"])
    found = WaveformModel.model_validate_json(ann.http.get(url).text)
    assert len(found.data) == 2 * found.length
    seen_s = found.length * found.samples_per_pixel / found.sample_rate
    assert seen_s == pytest.approx(job["summary"]["duration_s"], rel=0.001)
    assert clients("ben").http.get(url).status_code == 404
    ann.http.delete(f"/v1/jobs/{job['id']}").raise_for_status()
    assert ann.http.get(url).status_code == 404


def test_the_result_comes_in_every_format(ann: Client) -> None:
    name = 'über/"quiet".. \u202eroom%.wav'
    made = ann.http.post("/v1/jobs", files=FILE, data={"display_name": name}).json()
    early = ann.http.get(f"/v1/jobs/{made['id']}/transcript", params={"format": "doc"})
    assert (early.status_code, early.json()["reason"]) == (400, "OPTION_ERROR")
    ann.ended(made["id"])
    for format_name in ("json", "txt", "srt", "vtt", "rttm", "stm", "ctm", "seglst", "md"):
        got = ann.http.get(f"/v1/jobs/{made['id']}/transcript", params={"format": format_name})
        assert got.status_code == 200
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        disposition = got.headers["Content-Disposition"]
        assert re.fullmatch(
            r"attachment; filename=\"[\w. -]+\"; filename\*=UTF-8''[\w.%-]+", disposition, re.ASCII
        )
        assert "/" not in disposition.replace("UTF-8''", "")
    text = ann.http.get(f"/v1/jobs/{made['id']}/transcript").text
    assert parse(text).text == ann.jobs.transcript(_owner(ann, made), made["id"]).text


def test_fields_may_come_behind_the_file(ann: Client) -> None:
    form = _form(("file", "a.wav", AUDIO), ("language", None, b"en"), ("request_id", None, b"r9"))
    got = ann.http.post("/v1/jobs", content=form, headers=_FORM)
    assert got.status_code == 201, got.text
    assert got.json()["options"] == {"language": "en"}
    again = ann.http.post("/v1/jobs", content=form, headers=_FORM)
    assert (again.status_code, again.json()["id"]) == (201, got.json()["id"])
    other = _form(("file", "a.wav", AUDIO), ("language", None, b"de"), ("request_id", None, b"r9"))
    refused = ann.http.post("/v1/jobs", content=other, headers=_FORM)
    assert (refused.status_code, refused.json()["reason"]) == (409, "JOB_CONFLICT")
    wrong = _form(("file", "a.wav", AUDIO), ("model", None, b"unknown"))
    refused = ann.http.post("/v1/jobs", content=wrong, headers=_FORM)
    assert (refused.status_code, refused.json()["reason"]) == (404, "MODEL_UNKNOWN")
    assert [job["id"] for job in ann.http.get("/v1/jobs").json()["jobs"]] == [got.json()["id"]]


def test_the_same_request_is_the_same_job(ann: Client) -> None:
    data = {"request_id": "same"}
    first = ann.http.post("/v1/jobs", files=FILE, data=data).json()
    again = ann.http.post("/v1/jobs", files=FILE, data=data)
    assert (again.status_code, again.json()["id"]) == (201, first["id"])
    announced = {"request_id": "other", "display_name": "x", "options": {"speakers": 2}}
    first = ann.http.post("/v1/jobs", json=announced).json()
    assert ann.http.post("/v1/jobs", json=announced).json() == first
    assert (first["state"], first["options"]) == ("uploading", {"speakers": 2})
    assert first["upload"]["url"] == f"/v1/uploads/{first['upload']['id']}"
    conflict = ann.http.post("/v1/jobs", json={**announced, "display_name": "y"})
    assert (conflict.status_code, conflict.json()["reason"]) == (409, "JOB_CONFLICT")


def test_a_form_that_broke_off_is_sent_again(ann: Client) -> None:
    whole = _form(("request_id", None, b"r7"), ("file", "a.wav", AUDIO))
    broken = ann.http.post("/v1/jobs", content=whole[: len(whole) // 2], headers=_FORM)
    assert broken.status_code == 400
    (job,) = ann.http.get("/v1/jobs").json()["jobs"]
    upload = job["upload"]["id"]
    owner, half = _owner(ann, job), AUDIO[: len(AUDIO) // 2]
    ann.jobs.append(owner, upload, 0, half, google_crc32c.value(half))
    other = _form(("request_id", None, b"r7"), ("file", "a.wav", AUDIO[::-1]))
    mixed = ann.http.post("/v1/jobs", content=other, headers=_FORM)
    assert (mixed.status_code, mixed.json()["reason"]) == (422, "UPLOAD_CORRUPT")
    ann.jobs.append(owner, upload, 0, half, google_crc32c.value(half))
    done = ann.http.post("/v1/jobs", content=whole, headers=_FORM)
    assert (done.status_code, done.json()["id"]) == (201, job["id"])
    assert ann.ended(job["id"])["state"] == "succeeded"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"options": {"model": "unknown"}}, 404, None),
        ({"options": {"speakers": 2, "max_speakers": 1}}, 400, "speakers"),
        ({"options": {"langage": "en"}}, 400, "options.langage"),
        ({"options": {"speakers": 0}}, 400, "options.speakers"),
        ({"options": {"speakers": 10**30}}, 400, "options.speakers"),
        ({"options": {"start_s": 5, "end_s": 4}}, 400, "end_s"),
        ({"options": {"hotwords": ["x"] * 300}}, 400, "hotwords"),
        ({"options": {"prompt": "x" * 3000}}, 400, "prompt"),
        ({"size_bytes": -1}, 400, "size_bytes"),
        ({"size_bytes": MAX_UPLOAD_BYTES + 1}, 413, None),
        ({"request_id": "x" * 200}, 400, "request_id"),
        ({"request_id": "a\0b"}, 400, "request_id"),
        ({"display_name": "\ud800"}, 400, None),
        ({"audio_format": {"encoding": "mp3"}}, 400, "audio_format.encoding"),
        ({"audio_format": {"channels": 99}}, 400, "audio_format.channels"),
        ([], 400, None),
    ],
)
def test_what_cannot_be_meant_is_refused(
    ann: Client, body: Any, status: int, field: str | None
) -> None:
    sent = json.dumps(body).encode()
    got = ann.http.post("/v1/jobs", content=sent, headers={"Content-Type": "application/json"})
    assert (got.status_code, got.json().get("field")) == (status, field), got.text
    assert got.headers["Content-Type"] == "application/problem+json"
    assert ann.http.get("/v1/jobs").json()["jobs"] == []


_FORM = {"Content-Type": "multipart/form-data; boundary=XX"}


def _form(*fields: tuple[str, str | None, bytes]) -> bytes:
    parts = []
    for name, filename, value in fields:
        file = f'; filename="{filename}"' if filename is not None else ""
        head = f'--XX\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        parts.append(head.encode() + value + b"\r\n")
    return b"".join(parts) + b"--XX--\r\n"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"", 400, "broke off"),
        (b"nonsense", 400, "multipart"),
        (_form(("language", None, b"en")), 400, "no file"),
        (_form(("file", None, b"en")), 400, "file"),
        (_form(("file", "a", b"")), 422, "empty"),
        (_form(("file", "a", b"x"), ("file", "b", b"x")), 400, "one file"),
        (_form(("picture", "a", b"x")), 400, "one file"),
        (_form(("", None, b"x")), 400, "no name"),
        (_form(("speakers", None, b"two"), ("file", "a", b"x")), 400, "speakers"),
        (_form(("speakers", None, b"2"), ("speakers", None, b"3"), ("file", "a", b"x")), 400, "tw"),
        (_form(("colour", None, b"red"), ("file", "a", b"x")), 400, "colour"),
        (_form(("prompt", None, b"x" * 300_000), ("file", "a", b"x")), 413, "together"),
        (_form(*[("hotwords", None, b"x")] * 500), 413, "fields"),
        (_form(("file", "a", b"x"))[:-8], 400, "broke off"),
    ],
)
def test_forms_that_cannot_be_meant(ann: Client, body: bytes, status: int, said: str) -> None:
    got = ann.http.post("/v1/jobs", content=body, headers=_FORM)
    assert got.status_code == status, got.text
    assert said in got.json()["detail"]
    assert ann.http.get("/v1/jobs").json()["jobs"] == []


def test_other_bodies_and_no_boundary(ann: Client) -> None:
    got = ann.http.post("/v1/jobs", content=b"x", headers={"Content-Type": "audio/wav"})
    assert (got.status_code, got.json()["reason"]) == (415, "PROTOCOL_ERROR")
    got = ann.http.post("/v1/jobs", content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert (got.status_code, got.json()["reason"]) == (400, "PROTOCOL_ERROR")


def test_a_recording_that_is_too_large_is_refused(ann: Client) -> None:
    def parts() -> Iterator[bytes]:
        yield _form(("file", "a.wav", b""))[:-10]
        for _ in range(60):
            yield bytes(100_000)

    for body in (bytes(MAX_UPLOAD_BYTES + 2 * 1024**2), parts()):
        got = ann.http.post("/v1/jobs", content=body, headers=_FORM)
        assert (got.status_code, got.json()["reason"]) == (413, "TOO_LARGE")
    assert ann.http.get("/v1/jobs").json()["jobs"] == []


def test_nobody_sees_the_job_of_another(clients: Clients, ann: Client) -> None:
    job = ann.http.post("/v1/jobs", json={}).json()
    ben = clients("ben").http
    for method, path in (
        ("GET", f"/v1/jobs/{job['id']}"),
        ("DELETE", f"/v1/jobs/{job['id']}"),
        ("POST", f"/v1/jobs/{job['id']}/cancel"),
        ("GET", f"/v1/jobs/{job['id']}/events"),
        ("GET", f"/v1/jobs/{job['id']}/transcript"),
        ("GET", f"/v1/jobs/{job['id']}/audio"),
        ("HEAD", job["upload"]["url"]),
        ("PATCH", job["upload"]["url"]),
        ("DELETE", job["upload"]["url"]),
    ):
        kind = "application/offset+octet-stream"
        headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": kind}
        assert ben.request(method, path, headers=headers).status_code == 404, path
    assert ben.get("/v1/jobs").json() == {"jobs": [], "next_page_token": ""}
    cancelled = ann.http.post(f"/v1/jobs/{job['id']}/cancel").json()
    assert cancelled["state"] == "cancelled"
    assert cancelled["end_time"]
    got = ann.http.get(f"/v1/jobs/{job['id']}/transcript")
    assert (got.status_code, got.json()["reason"]) == (409, "JOB_FAILED")


def test_pages_states_and_a_quota(clients: Clients) -> None:
    ben = clients("ben").http
    made = [ben.post("/v1/jobs", json={}).json()["id"] for _ in range(5)]
    full = ben.post("/v1/jobs", json={})
    assert (full.status_code, full.json()["reason"]) == (429, "QUOTA_EXCEEDED")
    assert full.headers["Retry-After"]
    ben.post(f"/v1/jobs/{made[0]}/cancel")
    found, token = [], ""
    while True:
        page = ben.get("/v1/jobs", params={"page_size": 2, "page_token": token}).json()
        found += [job["id"] for job in page["jobs"]]
        if not (token := page["next_page_token"]):
            break
    assert found == made[::-1]
    page = ben.get("/v1/jobs", params={"state": ["cancelled", "failed"]}).json()
    assert [job["id"] for job in page["jobs"]] == made[:1]
    for wrong in ({"state": "asleep"}, {"page_size": 0}, {"page_token": "%%"}):
        assert ben.get("/v1/jobs", params=wrong).status_code == 400
    for job_id in made:
        assert ben.delete(f"/v1/jobs/{job_id}").status_code == 204


def test_the_recording_comes_out_as_it_went_in_or_in_part(ann: Client) -> None:
    job = ann.http.post("/v1/jobs", files=FILE).json()
    url = f"/v1/jobs/{job['id']}/audio"
    whole = ann.http.get(url)
    assert (whole.status_code, whole.content) == (200, AUDIO)
    for name, value in {
        "Content-Type": "audio/wav",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": 'attachment; filename="story.wav"',
        "Accept-Ranges": "bytes",
    }.items():
        assert whole.headers[name] == value
    size, tag = len(AUDIO), whole.headers["ETag"]
    for asked, start, end in (
        ("bytes=0-", 0, size),
        ("bytes=100-199", 100, 200),
        ("bytes=100-99999999", 100, size),
        ("bytes=-50", size - 50, size),
        ("bytes=-99999999", 0, size),
    ):
        part = ann.http.get(url, headers={"Range": asked, "If-Range": tag})
        assert (part.status_code, part.content) == (206, AUDIO[start:end]), asked
        assert part.headers["Content-Range"] == f"bytes {start}-{end - 1}/{size}"
    for passed_over in ("bytes=5-2", "bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=x"):
        assert ann.http.get(url, headers={"Range": passed_over}).status_code == 200
    other = ann.http.get(url, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert other.status_code == 200
    for behind in (f"bytes={size}-", "bytes=-0"):
        refused = ann.http.get(url, headers={"Range": behind})
        assert (refused.status_code, refused.headers["Content-Range"]) == (416, f"bytes */{size}")
        assert refused.json()["status"] == 416


def test_a_recording_that_is_not_kept_is_told(ann: Client) -> None:
    waiting = ann.http.post("/v1/jobs", json={}).json()
    early = ann.http.get(f"/v1/jobs/{waiting['id']}/audio")
    assert (early.status_code, early.json()["reason"]) == (409, "JOB_NOT_READY")
    job = ann.http.post("/v1/jobs", files=FILE).json()
    ann.ended(job["id"])
    stores = ann.jobs._stores
    kept = stores.jobs.find(job["id"])
    assert kept is not None
    stores.clear_spool(kept, keep_audio=False)
    got = ann.http.get(f"/v1/jobs/{job['id']}/audio")
    assert (got.status_code, got.json()["reason"]) == (404, "AUDIO_NOT_FOUND")
    assert "not kept" in got.json()["detail"]


def test_an_address_tells_what_it_takes(ann: Client) -> None:
    for method, path, allow in (
        ("PUT", "/v1/jobs", "GET, POST"),
        ("PATCH", "/v1/jobs/x", "DELETE, GET"),
        ("GET", "/v1/jobs/x/cancel", "POST"),
        ("GET", "/v1/uploads/x", "DELETE, HEAD, PATCH"),
    ):
        got = ann.http.request(method, path, headers={"Tus-Resumable": "1.0.0"})
        assert (got.status_code, got.headers["Allow"]) == (405, allow)


@pytest.mark.parametrize("job_id", ["x", "..%2f..", "%00", "a" * 5000, "\u2603"])
def test_ids_that_are_none(ann: Client, job_id: str) -> None:
    assert ann.http.get(f"/v1/jobs/{job_id}").status_code == 404


def _owner(client: Client, job: Any) -> str:
    found = client.jobs._stores.jobs.find(job["id"])
    assert found is not None
    return found.owner
