"""What can be typed: help, versions, mistakes, completion."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from audiosvc.__about__ import __version__
from tests.unit.cli.conftest import Run

PROGRAM = Path(sys.executable).with_name("audiosvc")


@pytest.mark.parametrize("options", [["--help"], ["-h"], ["transcribe", "-h"], ["models", "-h"]])
def test_help(audiosvc: Run, options: list[str]) -> None:
    ended = audiosvc(*options)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("Usage: ")


def test_the_version(audiosvc: Run) -> None:
    assert audiosvc("--version").out == f"audiosvc {__version__}\n"


def test_nothing_typed_shows_the_help(audiosvc: Run) -> None:
    ended = audiosvc()
    assert (ended.code, ended.out) == (2, "")
    assert "Commands:" in ended.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["transcrib"], "No such command 'transcrib'. "),
        (["transcribe"], "Missing argument 'FILE'. "),
        (["transcribe", "a.wav", "--speakers", "two"], "Invalid value for '--speakers': "),
        (["transcribe", "a.wav", "--loud"], "No such option: --loud"),
        (["transcribe", "a.wav", "-f"], "Option '-f' requires an argument. "),
        (["models", "path"], "Missing argument 'NAME'. "),
    ],
)
def test_a_mistake_is_one_line_that_leads_to_the_help(
    audiosvc: Run, words: list[str], said: str
) -> None:
    ended = audiosvc(*words)
    assert (ended.code, ended.out, len(ended.said)) == (2, "", 1)
    assert ended.said[0].lower().startswith(said.lower())
    assert ended.said[0].endswith(" --help.")


def test_the_module_is_the_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "audiosvc", "--version"],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == f"audiosvc {__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_can_be_shown(
    audiosvc: Run, shell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Tests may be started by something that is no shell.
    monkeypatch.setattr("shellingham.detect_shell", lambda: (shell, f"/bin/{shell}"))
    ended = audiosvc("--show-completion", shell)
    assert ended.code == 0
    assert "audiosvc" in ended.out


@pytest.mark.skipif(not PROGRAM.is_file(), reason="the program is not beside this Python")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("audiosvc tr", {"transcribe"}),
        ("audiosvc models ve", {"verify"}),
        ("audiosvc transcribe --min", {"--min-speakers"}),
    ],
)
def test_what_bash_is_told(words: str, expected: set[str]) -> None:
    """Asked as the script for bash asks."""
    count = len(words.split()) - 1
    asked = {"_AUDIOSVC_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(count)}
    done = subprocess.run(
        [PROGRAM],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **asked},
        timeout=60,
    )
    assert set(done.stdout.split()) == expected, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break in another way there")
@pytest.mark.parametrize("words", [["models", "list"], ["models", "list", "--json"]])
def test_a_reader_who_goes_early_is_no_error(words: list[str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "audiosvc", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr:
        assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 141
