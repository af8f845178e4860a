"""What the README shows is what the program does: its code is run, its commands are checked."""

from __future__ import annotations

import difflib
import os
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
from audiosvc.settings import Settings, read_settings

REPOSITORY = Path(__file__).resolve().parents[2]
README = (REPOSITORY / "README.md").read_text("utf-8")
PROGRAM = Path(sys.executable).with_name("audiosvc")
WIDE = {**os.environ, "COLUMNS": "200", "TERM": "dumb", "NO_COLOR": "1"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


CONSOLE = [
    line.removeprefix("$ ")
    for block in blocks("console")
    for line in block.splitlines()
    if line.startswith("$ ")
]
SHOWN = [line for block in blocks("bash") for line in block.splitlines() if line.strip()]
RUN = [line for line in CONSOLE if line.startswith("audiosvc ")]


@pytest.fixture(scope="module")
def beside_the_sample(tmp_path_factory: pytest.TempPathFactory, sample_meeting: Path) -> Path:
    """An empty folder but for the sample meeting, where the README says that it is."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "samples").mkdir()
    shutil.copy(sample_meeting, folder / "samples")
    return folder


@cache
def ran(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """How the command ended there; what is shown twice runs once."""
    return subprocess.run(
        [PROGRAM, *shlex.split(line)[1:]],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env=WIDE,
        timeout=300,
    )


@cache
def help_of(*command: str) -> str:
    done = subprocess.run(
        [PROGRAM, *command, "--help"],
        check=False,
        capture_output=True,
        text=True,
        env=WIDE,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def table(first_column: str) -> dict[str, str]:
    """The rows of the table whose first column is called so."""
    found = re.search(rf"^\| {first_column} \|.*\n\|[-|]+\n((?:\|.*\n)+)", README, re.MULTILINE)
    assert found
    rows = [re.split(r" *\| *", row)[1:3] for row in found[1].splitlines()]
    return dict(rows)


def subcommand(words: list[str]) -> list[str]:
    """The words of a command line that choose a command: all that its group's help lists."""
    chosen: list[str] = []
    for word in words:
        if word.startswith("-") or not re.search(
            rf"^\W*{re.escape(word)}\s", help_of(*chosen), re.MULTILINE
        ):
            break
        chosen.append(word)
    return chosen


@pytest.mark.model
@pytest.mark.parametrize("code", blocks("python"))
def test_python_runs(code: str, beside_the_sample: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=beside_the_sample,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert "fellow Americans" in done.stdout


@pytest.mark.model
@pytest.mark.parametrize("line", RUN)
def test_command_runs(line: str, beside_the_sample: Path) -> None:
    words = shlex.split(line)
    done = ran(line, beside_the_sample)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    if "-o" in words:
        folder = beside_the_sample / words[words.index("-o") + 1]
        assert len(list(folder.iterdir())) == words.count("-f")
    else:
        assert done.stdout.strip()


@pytest.mark.parametrize("line", [line for line in SHOWN + RUN if line.startswith("audiosvc ")])
def test_command_and_options_exist(line: str) -> None:
    words = shlex.split(line)[1:]
    command = subcommand(words)
    assert command or words[0].startswith("-"), f"audiosvc has no command {words[0]}"
    known = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", help_of(*command)))
    assert {word for word in words if re.match(r"--?[a-z]", word)} <= known


@pytest.mark.parametrize(
    "line", [line for line in SHOWN + CONSOLE if not line.startswith("audiosvc ")]
)
def test_other_commands_are_known(line: str) -> None:
    if target := re.fullmatch(r"make ([a-z]+)", line):
        makefile = (REPOSITORY / "Makefile").read_text("utf-8")
        assert re.search(rf"^{target[1]}:", makefile, re.MULTILINE)
    else:
        extra = re.fullmatch(r'pip install "audiosvc\[([a-z]+)\]"', line)
        assert extra, f"nobody checks this command: {line}"
        project = (REPOSITORY / "pyproject.toml").read_text("utf-8")
        assert re.search(rf"^{extra[1]} = \[$", project, re.MULTILINE)


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


def test_every_setting_is_told() -> None:
    (told,) = re.findall(r"The settings are (.*?), the folder", README)
    assert set(re.findall(r"`(\w+)`", told)) == set(Settings.model_fields)


@pytest.mark.parametrize("text", blocks("toml"))
def test_settings_files_are_valid(text: str, tmp_path: Path) -> None:
    path = tmp_path / "audiosvc.toml"
    path.write_text(text, "utf-8")
    assert read_settings(path).model_fields_set


@pytest.mark.model
def test_the_sample_output_is_what_comes_out(beside_the_sample: Path) -> None:
    """But for a word here and there: another processor computes a little differently."""
    found = re.search(r"<!-- sample output: begin -->\n```text\n(.*?)```", README, re.DOTALL)
    assert found
    done = ran("audiosvc transcribe samples/meeting.flac", beside_the_sample)
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
