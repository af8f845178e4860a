"""What no request may do, whatever its route: over real sockets."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import trustme

from audiosvc.server.callers import Quotas
from audiosvc.server.http import connections
from audiosvc.server.keys import add_key
from audiosvc.server.logs import logging_to_stderr
from tests.fakes.server import Serving, serving

NOWHERE = "/v1/nowhere"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path / "data", http_hosts=("sound.example",)) as started:
        yield started


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:8080", "[::1]:9", "sound.example", "SOUND.example.:80"]
)
def test_names_that_are_its_own(server: Serving, host: str) -> None:
    assert httpx2.get(f"{server.http}/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "a b",
        "localhost:80:80",
        "sound.example:http",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/healthz", "/", NOWHERE])
def test_a_name_that_is_not_its_own_is_refused(server: Serving, host: str, path: str) -> None:
    got = httpx2.get(server.http + path, headers={"Host": host})
    if not host or " " in host:
        assert got.status_code in {400, 421}
        return
    assert got.status_code == 421
    assert got.json()["reason"] == "PROTOCOL_ERROR"
    assert "http_hosts" in got.json()["detail"]


def test_a_page_of_another_site_changes_nothing(server: Serving) -> None:
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        got = httpx2.post(server.http + NOWHERE, headers=headers)
        assert (got.status_code, got.json()["reason"]) == (403, "NOT_ALLOWED")
    own = {"Origin": server.http, "Sec-Fetch-Site": "same-origin"}
    assert httpx2.post(server.http + NOWHERE, headers=own).status_code == 404
    assert httpx2.post(server.http + NOWHERE).status_code == 404


def test_a_site_that_the_operator_allows_reads_answers_and_refusals(tmp_path: Path) -> None:
    site = {"Origin": "https://app.example"}
    keys = tmp_path / "keys.json"
    add_key(keys, "ann", Quotas())
    with serving(
        tmp_path / "data", cors_origins=("https://app.example",), keys_file=keys
    ) as server:
        asked = {**site, "Access-Control-Request-Method": "POST"}
        assert httpx2.options(server.http + NOWHERE, headers=asked).status_code == 200
        got = httpx2.post(server.http + NOWHERE, headers=site)
        assert got.status_code == 401
        assert got.headers["Access-Control-Allow-Origin"] == "https://app.example"
        other = httpx2.post(server.http + NOWHERE, headers={"Origin": "https://evil.example"})
        assert other.status_code == 403
        assert "Access-Control-Allow-Origin" not in other.headers


def test_no_site_may_read_unless_it_is_allowed(server: Serving) -> None:
    got = httpx2.get(server.http + "/healthz", headers={"Origin": "https://app.example"})
    assert not [name for name in got.headers if name.lower().startswith("access-control")]


def test_a_key_is_wanted_where_there_are_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = tmp_path / "keys.json"
    entry, key = add_key(keys, "ann", Quotas())
    # The last line is written when its answer is out: the log outlives the server.
    with logging_to_stderr(as_json=True), serving(tmp_path / "data", keys_file=keys) as server:
        assert httpx2.get(f"{server.http}/readyz").status_code == 200
        refused = httpx2.get(server.http + NOWHERE)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert (
            httpx2.get(server.http + NOWHERE, headers={"Authorization": "Bearer no"}).status_code
            == 401
        )
        mine = {"Authorization": f"Bearer {key}", "X-Request-Id": "mine-1"}
        let_in = httpx2.get(server.http + NOWHERE, headers=mine)
        assert (let_in.status_code, let_in.headers["X-Request-Id"]) == (404, "mine-1")
        assert let_in.json()["request_id"] == "mine-1"
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    calls = [line for line in lines if "method" in line]
    assert [line.get("caller") for line in calls] == [None, None, entry.id]
    assert key not in str(lines)


def test_a_body_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    with serving(tmp_path / "data", max_upload_bytes=1000) as server:
        # The body is announced and never sent: the answer comes all the same.
        for kind, length in (
            ("application/json", 2 * 1024**2),
            ("multipart/form-data; boundary=x", 2 * 1024**2),
            ("application/json", 10**30),
        ):
            got = raw(
                server,
                f"POST {NOWHERE} HTTP/1.1\r\nHost: localhost\r\n"
                f"Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n",
            )
            assert b"413" in got.split(b"\r\n")[0] or b"400" in got.split(b"\r\n")[0]
            if length < 10**18:
                assert b"TOO_LARGE" in got


def test_who_sends_headers_slowly_is_hung_up_on(
    server: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEADERS_S", 0.3)
    with connect(server) as slow:
        slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: local")
        assert slow.recv(100) == b""
    with connect(server) as silent:
        assert silent.recv(100) == b""


def test_a_connection_may_serve_many_requests_in_a_row(
    server: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEADERS_S", 0.2)
    connected: set[int] = set()
    with httpx2.Client() as one:
        for _ in range(4):
            got = one.get(f"{server.http}/healthz")
            assert got.status_code == 200
            stream = got.extensions["network_stream"]
            connected.add(stream.get_extra_info("client_addr")[1])
            time.sleep(0.1)
    assert len(connected) == 1


def test_headers_without_end_are_refused(server: Serving) -> None:
    many = "".join(f"X-{number}: {'y' * 1000}\r\n" for number in range(60))
    got = raw(server, f"GET /healthz HTTP/1.1\r\nHost: localhost\r\n{many}")
    assert b" 400 " in got.split(b"\r\n")[0] or b" 431 " in got.split(b"\r\n")[0]


def test_what_is_no_http_gets_an_answer_and_no_traceback(
    server: Serving, capfd: pytest.CaptureFixture[str]
) -> None:
    assert b"400" in raw(server, "\x16\x03\x01 hello\r\n\r\n")
    assert httpx2.get(f"{server.http}/healthz").status_code == 200
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("POST", "/healthz", 405),
        ("GET", "/assets/../../secret", 404),
        ("GET", "/assets/%2e%2e/%2e%2e/app.py", 404),
    ],
)
def test_what_there_is_not(server: Serving, method: str, path: str, status: int) -> None:
    got = httpx2.request(method, server.http + path)
    assert got.status_code == status
    assert got.headers["Content-Type"] == "application/problem+json"
    assert got.json()["status"] == status


def test_it_describes_itself(server: Serving) -> None:
    described = httpx2.get(f"{server.http}/openapi.json").json()
    assert described["info"]["title"] == "audiosvc"
    assert {"/healthz", "/readyz", "/metrics"} <= set(described["paths"])


def test_probes_answer_while_the_server_starts(tmp_path: Path) -> None:
    with serving(tmp_path / "data", is_ready=False) as server:
        assert httpx2.get(f"{server.http}/healthz").text == "ok\n"


def test_a_certificate_is_wanted_where_there_is_an_authority(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1")
    files = {
        "tls_cert": tmp_path / "cert.pem",
        "tls_key": tmp_path / "key.pem",
        "client_ca": tmp_path / "ca.pem",
    }
    files["tls_cert"].write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    files["tls_key"].write_bytes(issued.private_key_pem.bytes())
    authority.cert_pem.write_to_path(files["client_ca"])
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with serving(tmp_path / "data", **files) as server:
        url = server.http.replace("http:", "https:") + NOWHERE
        with pytest.raises(httpx2.TransportError):
            httpx2.get(url, verify=trust)
        authority.issue_cert("ann@example.org", common_name="ann").configure_cert(trust)
        assert httpx2.get(url, verify=trust).status_code == 404


def connect(server: Serving) -> socket.socket:
    host, _, port = server.http.removeprefix("http://").rpartition(":")
    return socket.create_connection((host, int(port)), timeout=20.0)


def raw(server: Serving, request: str) -> bytes:
    """Everything that comes back until the server hangs up, or has answered."""
    got = b""
    with connect(server) as connection:
        connection.sendall(request.encode())
        while b"}" not in got and (part := connection.recv(65536)):
            got += part
    return got


def test_figures_hold_no_words_of_strangers(server: Serving) -> None:
    httpx2.request("BREW", f"{server.http}/v1/coffee")
    httpx2.get(f"{server.http}/v1/jobs/secret")
    told = httpx2.get(f"{server.http}/metrics").text
    assert 'method="OTHER unknown"' in told
    assert not [word for word in ("BREW", "coffee", "secret") if word in told]
