"""A Dockerfile without a container engine: its steps, one after the other, in an empty folder.

Each stage is made at the same place, ``now``, so that scripts keep the paths that they were
installed with, and is put aside when it is done. The base image is this machine: its ``python`` and
its shell. Absolute paths of the image become paths in the folder.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import venv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from dockerfile_parse import DockerfileParser

OURS = re.compile(r"(?<![\w./])/(?=(?:src|opt|data)\b)")
# What needs the root of an image, which is not here: making users, and giving folders to them.
NEEDS_AN_IMAGE = ("useradd",)
KEPT = ("HOME", "LANG", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE")
TOLD_ONLY = {"COMMENT", "ARG", "EXPOSE", "LABEL", "USER", "STOPSIGNAL"}


@dataclass
class Stage:
    """What a stage has come to. skipped: steps that were not run."""

    base: str
    env: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    told: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)


class Image:
    """The result: ``root`` is its file system, of the target stage."""

    def __init__(self, repository: Path, folder: Path, target: str) -> None:
        self.root = folder / "now"
        self._context = repository
        self._folder = folder
        self._stages: dict[str, Stage] = {}
        venv.create(folder / "base", with_pip=True)
        parsed = DockerfileParser(path=str(repository / "Dockerfile"), cache_content=True)
        steps = [(step["instruction"], step["value"]) for step in parsed.structure]
        wanted = _needed(steps, target)
        name = ""
        for instruction, value in steps:
            if instruction == "FROM":
                self._put_aside(name)
                base, _, name = value.partition(" AS ")
                if name in wanted:
                    self._begin(name, base)
            elif name in wanted:
                self._step(self._stages[name], instruction, value)
        self.stage = self._stages[target]
        if name != target:
            (folder / f"stage-{target}").rename(self.root)

    def environment(self, env: Mapping[str, str]) -> dict[str, str]:
        """What a process of the image finds in its environment."""
        return {name: self.here(value) for name, value in env.items()}

    def here(self, text: str) -> str:
        """A text with the paths of this folder in place of the image's."""
        return OURS.sub(f"{self.root}/", text)

    def _begin(self, name: str, base: str) -> None:
        before = self._folder / f"stage-{base}"
        if before.exists():
            shutil.copytree(before, self.root, symlinks=True)
            old = self._stages[base]
            stage = Stage(base, dict(old.env), old.workdir, dict(old.told), list(old.skipped))
        else:
            assert base.startswith("python:"), base
            self.root.mkdir()
            stage = Stage(base, {"PATH": f"{self._folder / 'base' / 'bin'}:/usr/bin:/bin"})
        self._stages[name] = stage

    def _put_aside(self, name: str) -> None:
        if self.root.exists():
            self.root.rename(self._folder / f"stage-{name}")

    def _step(self, stage: Stage, instruction: str, value: str) -> None:
        if instruction == "ENV":
            for pair in shlex.split(value):
                key, _, said = pair.partition("=")
                stage.env[key] = said.replace("$PATH", stage.env["PATH"])
        elif instruction == "COPY":
            self._copy(stage, shlex.split(value))
        elif instruction == "RUN":
            self._run(stage, value)
        elif instruction in {"WORKDIR", "VOLUME"}:
            Path(self.here(value)).mkdir(parents=True, exist_ok=True)
            stage.told[instruction] = value
            stage.workdir = value if instruction == "WORKDIR" else stage.workdir
        elif instruction in {"ENTRYPOINT", "CMD", "HEALTHCHECK"} | TOLD_ONLY:
            stage.told[instruction] = value
        else:
            raise AssertionError(f"a step that is not known here: {instruction}")

    def _copy(self, stage: Stage, words: list[str]) -> None:
        source = self._context
        if words[0].startswith("--from="):
            source = self._folder / f"stage-{words.pop(0).partition('=')[2]}"
        *files, to = words
        target = Path(self.here(str(PurePosixPath(stage.workdir, to))))
        for name in files:
            path = source / name.lstrip("/")
            ends = target / path.name if path.is_file() or to.endswith("/") else target
            ends.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                leave = shutil.ignore_patterns("__pycache__") if source == self._context else None
                shutil.copytree(path, ends, symlinks=True, ignore=leave)
            else:
                shutil.copy2(path, ends)

    def _run(self, stage: Stage, value: str) -> None:
        if value.startswith(NEEDS_AN_IMAGE):
            stage.skipped.append(value)
            return
        pip = {name: text for name, text in os.environ.items() if name.startswith("PIP_")}
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        done = subprocess.run(
            ["/bin/sh", "-c", self.here(value)],
            check=False,
            cwd=self.here(stage.workdir),
            env={**kept, **pip, **self.environment(stage.env)},
            capture_output=True,
            text=True,
            timeout=900,
        )
        assert done.returncode == 0, f"{value}\n{done.stdout}\n{done.stderr}"


def exec_form(value: str) -> list[str]:
    """The words of ``["audiosvc", "serve"]``, which no shell reads."""
    words = json.loads(value)
    assert isinstance(words, list), value
    return words


def _needed(steps: list[tuple[str, str]], target: str) -> set[str]:
    """The stages that a target is made of, as an engine would find them out."""
    bases: dict[str, set[str]] = {}
    name = ""
    for instruction, value in steps:
        if instruction == "FROM":
            base, _, name = value.partition(" AS ")
            bases[name] = {base}
        elif instruction == "COPY" and (found := re.match(r"--from=(\S+)", value)):
            bases[name].add(found[1])
    needed, rest = set[str](), {target}
    while rest:
        needed |= rest
        rest = set().union(*(bases[one] for one in rest)) & {*bases} - needed
    return needed
