"""The examples of docs/formats.md are what the formats write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from audiosvc.export.formats import FORMATS, parse, serialise
from audiosvc.export.labels import distinct, never_missing, token

DOCUMENT = (Path(__file__).parents[3] / "docs" / "formats.md").read_text("utf-8")


def example(name: str) -> str:
    """The first code block beneath the format's heading."""
    section = DOCUMENT.partition(f"\n## {name}\n")[2]
    match = re.search(r"^```[a-z]+\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert match, f"no example of {name}"
    return match[1]


def test_every_format_has_an_example_and_a_row() -> None:
    for item in FORMATS.values():
        assert example(item.name)
        assert f"\n| `{item.name}` | `{item.suffix}` |" in DOCUMENT


@pytest.mark.parametrize("name", FORMATS)
def test_the_example_is_written_and_read_as_shown(name: str) -> None:
    transcript = parse(example("json"), "json")
    assert serialise(transcript, name, "standup") == example(name)
    read = parse(example(name), name)
    assert read.segments or read.turns


def test_names_in_the_rules_become_what_they_say() -> None:
    assert distinct(["Ann B", "Ann_B"], token) == {"Ann B": "Ann_B", "Ann_B": "Ann_B_2"}
    assert [never_missing(name) for name in ("NA", "none", "Ann")] == ["NA_", "none_", "Ann"]
