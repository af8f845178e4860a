"""The site is built without a warning, and asks nothing of anybody."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from audiosvc.jobs.settings import JobSettings
from audiosvc.server.settings import ServerSettings
from audiosvc.settings import Settings
from audiosvc.v1 import jobs_pb2, transcription_pb2
from audiosvc.wire.statuses import STATUSES
from tests.docs.pages import REPOSITORY

pytest.importorskip("material", reason="audiosvc[docs] is not installed")

LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}


class Loads(HTMLParser):
    """What a browser fetches by itself to show a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "link" and told.get("rel") in {"prev", "next", "canonical"}:
            return
        if target := told.get(LOADED.get(tag, "")):
            self.found.append(target)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(
        command, cwd=REPOSITORY, check=False, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 30
    for page in pages:
        loads = Loads()
        loads.feed(page.read_text("utf-8"))
        assert loads.found, page
        assert [one for one in loads.found if re.match(r"(https?:)?//", one)] == [], page


def test_styles_load_nothing_from_elsewhere(site: Path) -> None:
    styles = list(site.rglob("*.css"))
    assert styles
    for path in styles:
        assert not re.search(r"(@import|url\()\s*[\"']?(https?:)?//", path.read_text("utf-8")), path


def test_reference_has_what_the_code_has(site: Path) -> None:
    def text(name: str) -> str:
        return (site / "reference" / f"{name}.html").read_text("utf-8")

    settings = text("settings")
    for kind in (Settings, ServerSettings, JobSettings):
        assert [name for name in kind.model_fields if f"<code>{name}</code>" not in settings] == []
    assert settings.count("<td></td>") == 0, "a setting is not told in the docstring of its class"
    errors = text("errors")
    assert [one.reason for one in STATUSES.values() if one.reason not in errors] == []
    grpc = text("grpc")
    for module in (jobs_pb2, transcription_pb2):
        messages = module.DESCRIPTOR.message_types_by_name
        assert [name for name in messages if name not in grpc] == []
    assert "audiosvc_sessions" in text("metrics")
    http = text("http")
    assert "/readyz" in http
    assert "/v1/jobs/{job_id}/events" in http
    assert "WebSocket /v1/stream" in http
    assert "audiosvc jobs submit" in text("cli")
    assert "parse_sats" in text("python")
    assert "AsyncClient" in text("client")
