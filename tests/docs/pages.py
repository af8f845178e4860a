"""The pages of the documentation, and what stands in their fences.

A comment before a fence says what is to be done with it:

    <!-- not run: why -->    it cannot run here: only its form is checked, and the summary says so
    <!-- file: NAME -->      a file that the page tells its reader to save
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = (
    REPOSITORY / "README.md",
    REPOSITORY / "CONTRIBUTING.md",
    *sorted((REPOSITORY / "clients").glob("*.md")),
    *sorted((REPOSITORY / "docs").rglob("*.md")),
    *sorted((REPOSITORY / "protos").glob("*.md")),
)
SHELL = ("bash", "console")
# What is shown and does nothing.
SHOWN = ("text", "markdown", "html", "css")
_FENCE = re.compile(
    r"(?:^<!-- (?P<kind>not run|file): (?P<said>[^\n]+) -->\n)?"
    r"^```(?P<language>[^\n]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A fence. line: of its page. not_run: why, or None. file: its name, or None."""

    page: Path
    line: int
    language: str
    text: str
    not_run: str | None = None
    file: str | None = None

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(REPOSITORY)}:{self.line}"

    @property
    def script(self) -> str:
        """What a shell is given: of a dialogue, what was typed."""
        if self.language != "console":
            return self.text
        typed = [line[2:] for line in self.text.splitlines() if line.startswith("$ ")]
        return "\n".join(typed) + "\n"

    @property
    def commands(self) -> list[str]:
        """Each command of a shell block; a line that goes on is one with the next."""
        joined = re.sub(r"\\\n\s*", " ", self.script)
        return [line.strip() for line in joined.splitlines() if line.strip()]


def blocks_of(page: Path) -> list[Block]:
    return list(_blocks(page, page.read_text("utf-8")))


def _blocks(page: Path, text: str) -> Iterator[Block]:
    for found in _FENCE.finditer(text):
        yield Block(
            page,
            text.count("\n", 0, found.start("language")) + 1,
            found["language"].strip(),
            found["text"],
            not_run=found["said"] if found["kind"] == "not run" else None,
            file=found["said"] if found["kind"] == "file" else None,
        )


BLOCKS = [block for page in PAGES for block in blocks_of(page)]
