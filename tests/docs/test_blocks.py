"""Everything in a fence of the documentation is run, or parsed, or says why it cannot be."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

from audiosvc.jobs.settings import read_job_settings
from audiosvc.server.settings import read_server_settings
from audiosvc.settings import read_settings
from tests.docs.conftest import Addresses
from tests.docs.pages import BLOCKS, REPOSITORY, SHELL, SHOWN, Block, blocks_of

PROGRAMS = Path(sys.executable).parent
LONGEST_S = 300
QUIET = {"COLUMNS": "200", "TERM": "dumb", "NO_COLOR": "1"}
RUN = [
    block
    for block in BLOCKS
    if block.language in (*SHELL, "python") and block.not_run is None and block.file is None
]
# What the README shows is run by its own test, beside the sample itself.
README = REPOSITORY / "README.md"
SHOWN_THERE = {line for block in RUN if block.page == README for line in block.commands}
RUN_HERE = [
    block for block in RUN if block.page != README and not set(block.commands) <= SHOWN_THERE
]
LEFT_OUT = [block for block in BLOCKS if block.not_run is not None]


def named(blocks: list[Block]) -> list[object]:
    return [pytest.param(block, id=block.name) for block in blocks]


def of(*languages: str) -> list[object]:
    return named([block for block in BLOCKS if block.language in languages])


def environment() -> dict[str, str]:
    path = os.pathsep.join([str(PROGRAMS), os.environ["PATH"]])
    return {**os.environ, **QUIET, "PATH": path}


@pytest.mark.model
@pytest.mark.parametrize(
    "page",
    sorted({block.page for block in RUN_HERE}),
    ids=lambda page: str(page.relative_to(REPOSITORY)),
)
def test_page_runs(page: Path, folder: Path, server: Addresses) -> None:
    """From its beginning to its end, in one folder, as a reader would."""
    if page.name == "evaluate.md":
        pytest.importorskip("meeteval", reason="audiosvc[evaluate] is not installed")
    blocks = blocks_of(page)
    if any("curl " in block.text for block in blocks) and not shutil.which("curl"):
        pytest.skip("curl is not installed")
    for block in blocks:
        if block.file is not None:
            (folder / block.file).write_text(server.put_into(block.text), "utf-8")
        if block not in RUN_HERE:
            continue
        if block.language == "python":
            command = [sys.executable, "-W", "error", "-c", server.put_into(block.text)]
        else:
            command = ["bash", "-euo", "pipefail", "-c", server.put_into(block.script)]
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment(),
            check=False,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
        )
        said = f"{block.name} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        assert done.returncode == 0, said
        assert "Traceback" not in done.stderr, said


@pytest.mark.parametrize("block", named(LEFT_OUT))
def test_what_is_not_run_is_at_least_well_formed(block: Block) -> None:
    """Reported as skipped, so that the summary lists what nobody has run, and why."""
    if block.language == "python":
        compile(block.text, block.name, "exec")
    else:
        assert block.language in SHELL, "only what could run can be left out"
        done = subprocess.run(
            ["bash", "-n"], input=block.script, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    pytest.skip(f"well formed, and not run: {block.not_run}")


def test_most_blocks_are_run() -> None:
    assert len(LEFT_OUT) < len(RUN) / 2


def test_every_block_has_a_language_that_somebody_checks() -> None:
    known = {*SHELL, *SHOWN, "python", "json", "yaml", "toml"}
    assert [block.name for block in BLOCKS if block.language not in known] == []


@pytest.mark.parametrize("block", of("json"))
def test_json_parses(block: Block) -> None:
    json.loads(block.text)


def test_yaml_parses() -> None:
    for block in BLOCKS:
        if block.language == "yaml":
            assert list(yaml.safe_load_all(block.text)), block.name


@pytest.mark.parametrize("block", of("toml"))
def test_settings_files_are_valid(block: Block, tmp_path: Path) -> None:
    path = tmp_path / "audiosvc.toml"
    path.write_text(block.text, "utf-8")
    found = (read_settings(path), read_server_settings(path), read_job_settings(path))
    assert any(one.model_fields_set for one in found)


def told_commands() -> list[object]:
    """Every command line of audiosvc that is shown anywhere, run or not."""
    lines = {
        line: block.name
        for block in BLOCKS
        if block.language in SHELL
        for line in block.commands
        if line.startswith("audiosvc ")
    }
    return [pytest.param(line, id=f"{name} {line[:60]}") for line, name in lines.items()]


@pytest.mark.parametrize("line", told_commands())
def test_command_and_options_exist(line: str) -> None:
    words = shlex.split(re.split(r" [|<>] ?", line)[0])[1:]
    command = subcommand(words)
    assert command or words[0].startswith("-"), f"audiosvc has no command {words[0]}"
    known = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", help_of(*command)))
    assert {word for word in words if re.match(r"--?[a-z]", word)} <= known


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


@cache
def help_of(*command: str) -> str:
    done = subprocess.run(
        [PROGRAMS / "audiosvc", *command, "--help"],
        check=False,
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
