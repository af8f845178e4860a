"""The files of deploy/: Kubernetes takes them, systemd reads them, and both confine what runs."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from audiosvc.__about__ import __version__
from audiosvc.jobs import JobSettings
from audiosvc.server.settings import ServerSettings
from audiosvc.settings import PREFIX, Settings

KUBERNETES = "1.31"  # any newer one takes them as well; `sleep` before a stop came with 1.30
DRAIN_S = 30


@pytest.fixture(scope="module")
def kustomization(repository: Path) -> dict[str, Any]:
    path = repository / "deploy" / "kubernetes" / "kustomization.yaml"
    return yaml.safe_load(path.read_text("utf-8"))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def manifests(repository: Path, kustomization: dict[str, Any]) -> list[dict[str, Any]]:
    folder = repository / "deploy" / "kubernetes"
    named = set(kustomization["resources"])
    assert named == {path.name for path in folder.iterdir()} - {"kustomization.yaml"}
    return [
        each for name in named for each in yaml.safe_load_all((folder / name).read_text("utf-8"))
    ]


@pytest.fixture(scope="module")
def pods(manifests: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    found = {
        one["metadata"]["name"]: one["spec"] for one in manifests if one["kind"] == "Deployment"
    }
    assert set(found) == {"audiosvc-server", "audiosvc-worker"}
    return {name: spec["template"]["spec"] for name, spec in found.items()}


def test_kubernetes_takes_them(manifests: list[dict[str, Any]]) -> None:
    for manifest in manifests:
        kubernetes_validate.validate(manifest, KUBERNETES, strict=True)
    wrong = {**manifests[0], "speck": {}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES, strict=True)


def test_pods_are_restricted(pods: dict[str, dict[str, Any]]) -> None:
    """As the level `restricted` of Pod Security asks for, and a root that is read-only."""
    for spec in pods.values():
        whole = spec["securityContext"]
        assert whole["runAsNonRoot"] is True
        assert whole["runAsUser"] == whole["runAsGroup"] == whole["fsGroup"] == 10001
        assert whole["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["automountServiceAccountToken"] is False
        (container,) = spec["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert "limits" in container["resources"]


def test_what_runs_may_end_before_it_is_killed(pods: dict[str, dict[str, Any]]) -> None:
    assert ServerSettings().drain_timeout_s == DRAIN_S
    for spec in pods.values():
        waits = spec["containers"][0].get("lifecycle", {}).get("preStop", {}).get("sleep", {})
        assert spec["terminationGracePeriodSeconds"] > DRAIN_S + waits.get("seconds", 0)


def test_only_the_server_is_probed(pods: dict[str, dict[str, Any]]) -> None:
    asked = {
        name: {
            kind: probe["httpGet"]["path"]
            for kind, probe in spec["containers"][0].items()
            if kind.endswith("Probe")
        }
        for name, spec in pods.items()
    }
    assert asked == {
        "audiosvc-server": {
            "startupProbe": "/readyz",
            "readinessProbe": "/readyz",
            "livenessProbe": "/healthz",
        },
        "audiosvc-worker": {},
    }


def test_every_name_leads_somewhere(
    manifests: list[dict[str, Any]], kustomization: dict[str, Any]
) -> None:
    named = {(one["kind"], one["metadata"]["name"]): one for one in manifests}
    for kind in ("Deployment", "PodDisruptionBudget"):
        for role in ("server", "worker"):
            selector = named[kind, f"audiosvc-{role}"]["spec"]["selector"]
            assert selector == {"matchLabels": {"app.kubernetes.io/name": f"audiosvc-{role}"}}
    service = named["Service", "audiosvc"]["spec"]
    assert service["selector"] == {"app.kubernetes.io/name": "audiosvc-server"}
    settings = {
        PREFIX + name.upper()
        for kind in (Settings, ServerSettings, JobSettings)
        for name in kind.model_fields
    }
    assert set(named["ConfigMap", "audiosvc"]["data"]) <= settings
    assert ("PersistentVolumeClaim", "audiosvc-spool") in named
    assert [image["newTag"] for image in kustomization["images"]] == [__version__]


@pytest.mark.parametrize("name", ["audiosvc.service", "audiosvc-worker@.service"])
def test_systemd_confines_what_it_runs(repository: Path, tmp_path: Path, name: str) -> None:
    text = (repository / "deploy" / "systemd" / name).read_text("utf-8")
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    service = parser["Service"]
    assert float(service["TimeoutStopSec"].removesuffix("s")) > DRAIN_S
    assert (service["ProtectSystem"], service["NoNewPrivileges"]) == ("strict", "yes")
    assert (service["DynamicUser"], service["CapabilityBoundingSet"]) == ("yes", "")
    assert service["ExecStart"].split()[1] in {"serve", "worker"}
    systemd = shutil.which("systemd-analyze")
    if systemd is None:
        pytest.skip("systemd is not here: its own check was left out")
    unit = tmp_path / name.replace("@", "@1")
    unit.write_text(text.replace("/opt/audiosvc/bin/audiosvc", "/bin/true"), "utf-8")
    done = subprocess.run([systemd, "verify", unit], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert unit.name not in done.stderr
