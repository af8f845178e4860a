"""What MkDocs calls: the pages that are made from code, and from files beside the documentation.

A page is made by the module of its name in this folder: ``page()`` gives its Markdown.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
MADE = ("cli", "client", "errors", "grpc", "http", "metrics", "python", "settings")
COPIED = {
    "project/changelog.md": "CHANGELOG.md",
    "project/contributing.md": "CONTRIBUTING.md",
}


def pages() -> dict[str, str]:
    """Every page that lies in no file of ``docs``: where it goes, and its Markdown."""
    sys.path.insert(0, str(REPOSITORY))
    sys.path.insert(0, str(HERE))
    try:
        made = {f"reference/{name}.md": import_module(f"{name}_page").page() for name in MADE}
    finally:
        del sys.path[:2]
    copied = {where: (REPOSITORY / name).read_text("utf-8") for where, name in COPIED.items()}
    return made | {where: text.replace("](docs/", "](../") for where, text in copied.items()}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds them to the files of the site."""
    for where, text in pages().items():
        files.append(File.generated(config, where, content=text))
    return files
