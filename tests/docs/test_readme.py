"""What the README and the page of the command line show is what the program does."""

from __future__ import annotations

import difflib
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from audiosvc.cli import exits
from audiosvc.cli.stopping import BROKEN_PIPE
from tests.docs.pages import REPOSITORY, SHELL, Block, blocks_of
from tests.docs.test_blocks import environment, help_of

README = (REPOSITORY / "README.md").read_text("utf-8")
COMMAND_LINE = (REPOSITORY / "docs" / "command-line.md").read_text("utf-8")
BLOCKS = [block for block in blocks_of(REPOSITORY / "README.md") if block.not_run is None]
TYPED = [line for block in BLOCKS if block.language in SHELL for line in block.commands]
# The lines of its two screens.
MOST_LINES, MOST_COLUMNS = 110, 100


@pytest.fixture(scope="module")
def beside_the_sample(tmp_path_factory: pytest.TempPathFactory, sample_meeting: Path) -> Path:
    """An empty folder but for the sample meeting, where the README says that it is."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "samples").mkdir()
    shutil.copy(sample_meeting, folder / "samples")
    return folder


@cache
def ran(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """How the command ended there; what is shown twice runs once."""
    return subprocess.run(
        command,
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env=environment(),
        timeout=300,
    )


def table(first_column: str) -> dict[str, str]:
    """The rows of the table whose first column is called so."""
    found = re.search(
        rf"^\| {first_column} \|.*\n\|[-|]+\n((?:\|.*\n)+)", COMMAND_LINE, re.MULTILINE
    )
    assert found
    rows = [re.split(r" *\| *", row)[1:3] for row in found[1].splitlines()]
    return dict(rows)


def test_it_is_two_screens_long() -> None:
    lines = README.splitlines()
    tables = [line for line in lines if line.startswith("|")]
    assert len(lines) <= MOST_LINES
    wide = [line for line in lines if line not in tables and len(line) > MOST_COLUMNS]
    assert [line for line in wide if "](" not in line and not line.startswith("[0")] == []


@pytest.mark.model
@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block.language == "python"], ids=lambda one: one.name
)
def test_python_runs(block: Block, beside_the_sample: Path) -> None:
    done = ran(beside_the_sample, sys.executable, "-W", "error", "-c", block.text)
    assert done.returncode == 0, done.stderr
    assert "fellow Americans" in done.stdout


@pytest.mark.model
@pytest.mark.parametrize("line", TYPED)
def test_command_runs(line: str, beside_the_sample: Path) -> None:
    done = ran(beside_the_sample, *shlex.split(line))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make ([a-z-]+)`", README))))
def test_target_exists(target: str) -> None:
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize(
    "extra", sorted(set(re.findall(r'"audiosvc\[(\w+)\]"', COMMAND_LINE + README)))
)
def test_extra_exists(extra: str) -> None:
    project = (REPOSITORY / "pyproject.toml").read_text("utf-8")
    assert re.search(rf"^{extra} = \[$", project, re.MULTILINE)


def test_every_option_of_transcribe_is_in_the_table() -> None:
    known = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", help_of("transcribe")))
    told = set(re.findall(r"--[a-z-]+", " ".join(table("option"))))
    assert known - told == {"--help", "--format", "--output"}
    assert told <= known


def test_every_format_is_in_the_table() -> None:
    from audiosvc.export.formats import FORMATS

    assert set(re.findall(r"`([a-z]+)`", " ".join(table("format")))) == set(FORMATS)


def test_every_exit_code_is_in_the_table() -> None:
    told = {int(code) for row in table("exit code") for code in row.split(", ")}
    assert told == {
        *(exits.OK, exits.UNEXPECTED, exits.USAGE, exits.INPUT, exits.MODEL, exits.OUTPUT),
        *(exits.SERVER, exits.JOB),
        *(exits.SIGNALLED + number for number in (2, 15, BROKEN_PIPE)),
    }


@pytest.mark.model
def test_the_sample_output_is_what_comes_out(beside_the_sample: Path) -> None:
    """But for a word here and there: another processor computes a little differently."""
    found = re.search(r"<!-- sample output: begin -->\n```text\n(.*?)```", README, re.DOTALL)
    assert found
    done = ran(beside_the_sample, "audiosvc", "transcribe", "samples/meeting.flac")
    told, real = (
        re.findall(r"^\[[\d:.]+\] (S\d): (.*)$", text, re.MULTILINE)
        for text in (found[1], done.stdout)
    )
    assert len(told) >= 3
    assert [speaker for speaker, _ in told] == [speaker for speaker, _ in real[: len(told)]]
    for (_, shown), (_, printed) in zip(told, real, strict=False):
        assert difflib.SequenceMatcher(None, shown.split(), printed.split()).ratio() > 0.9


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_links_lead_somewhere(target: str) -> None:
    assert (REPOSITORY / target).exists()
