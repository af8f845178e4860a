"""The three forms of a report say the same, and by which policy."""

from __future__ import annotations

import io
import json
from pathlib import Path

from rich.console import Console

from audiosvc.evaluate.manifest import Entry, Reference
from audiosvc.evaluate.rates import ErrorRate, Share, Tally
from audiosvc.evaluate.report import Report, as_json, as_markdown, as_table, notes
from audiosvc.evaluate.scores import FileScore, Score, pools


def entry(name: str) -> Entry:
    return Entry(id=name, audio=Path(name), kind="meeting", duration_s=60.0)


GOOD = Score(
    rates={"cpwer": ErrorRate(1, 2, 3, 40), "der_025": ErrorRate(1.0, 0.5, 0.0, 20.0)},
    speakers=Tally(1, 1, 0),
    speakers_found=3,
    speakers_true=3,
    coverage=Share(45.0, 50.0),
    audio_s=60.0,
    wall_s=5.0,
    peak_bytes=432_100_000,
)
BAD = Score(
    failed=1,
    rates={"cpwer": ErrorRate(missed=10, total=10), "der_025": ErrorRate(missed=5.0, total=5.0)},
    speakers=Tally(0, 1, 2),
    speakers_true=2,
)
FILES = [
    FileScore(entry("good[1]"), GOOD, "Whisper English"),
    FileScore(entry("bad"), BAD, "Whisper English", failure="It is a [picture]."),
]
REPORT = Report(FILES, pools(FILES), {"edge": 3})


def test_markdown_has_a_row_for_each_file_and_pool_with_its_policies() -> None:
    titles, _, good, bad, both, *_ = as_markdown(REPORT).splitlines()
    assert "DER (collar 0.25 s either side, overlap scored)" in titles
    assert "cpWER (best pairing of speakers, no time limit)" in titles
    assert "tcpWER" not in titles  # nothing was scored in it
    assert good == "| good[1] | 15.0 | 7.5 | 3/3 | 90.0 | 12.0 | 432 MB |"
    assert bad == "| bad (failed) | 100.0 | 100.0 | 0/2 | - | - | - |"
    assert both.startswith("| all meeting (2 files) | 32.0 | 26.0 | 1 of 2, off by 2 | 90.0 |")


def test_notes_name_failures_normalisers_and_what_was_left_out() -> None:
    text = "\n".join(notes(REPORT))
    assert "bad failed and counts as missed throughout: It is a [picture]." in text
    assert "Whisper English, 2 files" in text
    assert "Left out, with nothing to score in a transcript: 3 edge." in text


def test_a_wrong_language_is_named() -> None:
    clip = Entry(
        id="clip",
        audio=Path("a"),
        kind="language",
        duration_s=1.0,
        reference=Reference(language="no"),
    )
    wrong = FileScore(clip, Score(language=Tally(0, 1)), language_found="sv")
    right = FileScore(clip, Score(language=Tally(1, 1)), language_found="no")
    report = Report([wrong, right], pools([wrong, right]), {})
    assert [note for note in notes(report) if note.startswith("clip")] == [
        "clip: the language is no, and sv was found."
    ]
    assert as_markdown(report).splitlines()[4] == "| all language (2 files) | 1 of 2 |"


def test_table_shows_the_same_figures() -> None:
    console = Console(file=io.StringIO(), width=200)
    console.print(as_table(REPORT))
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    for text in ("good[1]", "collar 0.25 s either side", "15.0", "432 MB", "1 of 2, off by 2"):
        assert text in shown


def test_json_has_counts_to_add_up() -> None:
    document = json.loads(as_json(REPORT))
    good, bad = document["files"]
    assert good["cpwer"] == {
        "rate": 0.15, "errors": 6, "missed": 1, "added": 2, "confused": 3, "total": 40,
        "policy": "best pairing of speakers, no time limit",
    }  # fmt: skip
    assert (good["rtfx"], good["peak_bytes"], good["failure"]) == (12.0, 432_100_000, None)
    assert (bad["failed"], bad["failure"], bad["rtfx"]) == (1, "It is a [picture].", None)
    (both,) = document["pooled"]
    assert both["cpwer"]["total"] == 50
    assert both["speakers"] == {
        "found": 3, "true": 5, "files_right": 1, "files": 2, "absolute_error": 2
    }  # fmt: skip
