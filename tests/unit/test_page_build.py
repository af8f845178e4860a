"""The page that is shipped is made of the sources that lie beside it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

OWN = ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")


def test_the_assets_are_of_these_sources(repository: Path) -> None:
    folder = repository / "web"
    sources = [
        path
        for path in (folder / "src").rglob("*")
        if path.is_file() and not path.name.endswith((".test.ts", ".test.tsx"))
    ]
    names = sorted([*OWN, *(path.relative_to(folder).as_posix() for path in sources)])
    digest = hashlib.sha256()
    for name in names:
        digest.update(f"{name}\0".encode())
        digest.update((folder / name).read_bytes())
        digest.update(b"\0")
    built = json.loads((repository / "audiosvc" / "web" / "build.json").read_text())
    assert built["sources_sha256"] == digest.hexdigest(), "out of date: make page"


def test_what_the_page_names_is_there(repository: Path) -> None:
    folder = repository / "audiosvc" / "web"
    page = (folder / "index.html").read_text()
    named = [part.split('"')[0] for part in page.split('="/')[1:]]
    assert named
    assert all((folder / name).is_file() for name in named)
    assert "http" not in page.replace("http-equiv", "")


def test_no_name_of_a_registry_is_in_the_lock(repository: Path) -> None:
    lock = json.loads((repository / "web" / "package-lock.json").read_text())
    assert not [name for name, one in lock["packages"].items() if "resolved" in one]
