"""compose.yaml: what it says is Compose, and nothing in it has more power than it needs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from audiosvc.jobs import JobSettings
from audiosvc.server.settings import ServerSettings
from audiosvc.settings import PREFIX, Settings

WORKERS = 2


@pytest.fixture(scope="module")
def told(repository: Path) -> dict[str, Any]:
    whole = yaml.safe_load((repository / "compose.yaml").read_text("utf-8"))
    assert isinstance(whole, dict)
    return whole


@pytest.fixture(scope="module")
def services(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = told["services"]
    assert set(found) == {"database", "server", "worker", "prometheus"}
    return found  # type: ignore[no-any-return]


def test_it_is_compose(told: dict[str, Any], services: dict[str, dict[str, Any]]) -> None:
    assert set(PyCompose.from_json(json.dumps(told)).service_names()) == set(services)
    misspelt = {**told, "services": {"server": {"imagee": "audiosvc"}}}
    with pytest.raises(ValueError, match="imagee"):
        PyCompose.from_json(json.dumps(misspelt))


def test_nothing_has_more_power_than_it_needs(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:"), port


def test_there_is_no_password_in_it(repository: Path, services: dict[str, dict[str, Any]]) -> None:
    given = [
        value
        for service in services.values()
        for name, value in service.get("environment", {}).items()
        if "PASSWORD" in name
    ]
    assert len(given) == 3
    assert all(value.startswith("${POSTGRES_PASSWORD:?") for value in given)


def test_two_workers_share_jobs_and_audio_with_the_server(
    services: dict[str, dict[str, Any]],
) -> None:
    server, worker = services["server"], services["worker"]
    assert worker["deploy"]["replicas"] == WORKERS
    assert server["command"][0] == "serve"
    assert "--no-workers" in server["command"]
    assert worker["command"][0] == "worker"
    assert server["volumes"] == worker["volumes"] == ["data:/data"]
    databases = {one["environment"]["AUDIOSVC_DATABASE"] for one in (server, worker)}
    assert databases == {"postgresql://audiosvc@database/audiosvc"}
    grace_s = float(server["stop_grace_period"].removesuffix("s"))
    assert grace_s > ServerSettings().drain_timeout_s


def test_every_setting_in_it_is_one(services: dict[str, dict[str, Any]]) -> None:
    known = {
        PREFIX + name.upper()
        for kind in (Settings, ServerSettings, JobSettings)
        for name in kind.model_fields
    }
    given = {name for service in services.values() for name in service.get("environment", {})}
    assert {name for name in given if name.startswith(PREFIX)} <= known


def test_everything_that_answers_is_asked_how_it_is(
    services: dict[str, dict[str, Any]], told: dict[str, Any], repository: Path
) -> None:
    asked = {name: service["healthcheck"] for name, service in services.items()}
    assert [name for name, check in asked.items() if check.get("disable")] == ["worker"]
    assert str(asked["server"]["test"][-1]) in (repository / "Dockerfile").read_text("utf-8")


def test_prometheus_asks_the_server_by_a_name_that_it_knows(
    services: dict[str, dict[str, Any]], repository: Path
) -> None:
    folder = repository / "deploy" / "prometheus"
    config = yaml.safe_load((folder / "prometheus.yml").read_text("utf-8"))
    (target,) = config["scrape_configs"][0]["static_configs"][0]["targets"]
    name, _, port = target.partition(":")
    assert name in services
    assert f'"{name}"' in services["server"]["environment"]["AUDIOSVC_HTTP_HOSTS"]
    assert port == "8080"
    (workers,) = config["scrape_configs"][0]["dns_sd_configs"]
    assert services[workers["names"][0]]["command"] == [
        "worker",
        f"--metrics=0.0.0.0:{workers['port']}",
    ]
    assert (folder / config["rule_files"][0]).is_file()
