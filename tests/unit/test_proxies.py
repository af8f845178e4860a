"""The files of deploy/proxy: what they let through is what the server takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from audiosvc.server.settings import GIB, HOUR_S, ServerSettings
from audiosvc.v1 import geo_pb2, jobs_pb2, models_pb2, transcription_pb2

# As the server takes them: what gRPC calls, and what HTTP asks for.
GRPC = [
    f"/{service.full_name}/Call"
    for module in (geo_pb2, jobs_pb2, models_pb2, transcription_pb2)
    for service in module.DESCRIPTOR.services_by_name.values()
] + ["/grpc.health.v1.Health/Check", "/grpc.reflection.v1alpha.ServerReflection/Info"]
HTTP = ["/", "/readyz", "/v1/jobs", "/v1/stream", "/audiosvc.html", "/assets/grpc.js"]


@pytest.fixture(scope="module")
def nginx(repository: Path) -> str:
    return (repository / "deploy" / "proxy" / "nginx.conf").read_text("utf-8")


@pytest.fixture(scope="module")
def caddy(repository: Path) -> str:
    return (repository / "deploy" / "proxy" / "Caddyfile").read_text("utf-8")


def test_nginx_tells_grpc_from_http(nginx: str) -> None:
    (pattern,) = re.findall(r"location ~ (\S+) \{", nginx)
    assert len(GRPC) >= 6
    assert [path for path in GRPC if not re.search(pattern, path)] == []
    assert [path for path in HTTP if re.search(pattern, path)] == []


def test_caddy_tells_grpc_from_http(caddy: str) -> None:
    (line,) = re.findall(r"@grpc path (.*)", caddy)
    starts = tuple(each.rstrip("*") for each in line.split())
    assert [path for path in GRPC if not path.startswith(starts)] == []
    assert [path for path in HTTP if path.startswith(starts)] == []


def test_limits_are_those_of_the_server(nginx: str, caddy: str) -> None:
    settings = ServerSettings()
    assert settings.max_upload_bytes == 4 * GIB
    assert "client_max_body_size 4g;" in nginx
    assert "max_size 4GiB" in caddy
    assert settings.max_session_s == 4 * HOUR_S
    assert re.findall(r"(?:proxy|grpc)_read_timeout (\w+);", nginx) == ["4h", "4h"]
    for kind in ("client_body", "grpc_send", "proxy_send"):
        (found,) = re.findall(rf"{kind}_timeout (\d+)s;", nginx)
        assert int(found) > settings.idle_timeout_s


def test_what_streams_is_not_held_back(nginx: str, caddy: str) -> None:
    assert "proxy_buffering off;" in nginx
    assert "proxy_request_buffering off;" in nginx
    assert caddy.count("flush_interval -1") == caddy.count("reverse_proxy ") == 2


def test_metrics_stay_inside(nginx: str, caddy: str) -> None:
    assert re.search(r"location = /metrics \{\s+deny all;", nginx)
    assert "respond /metrics 404" in caddy
