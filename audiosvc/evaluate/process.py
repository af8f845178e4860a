"""One command in a process of its own, with what it cost."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """What a file took, from the start of its process to its end; None where not measured.

    cpu_s: user and system time. peak_bytes: the largest resident set, as the kernel counts it; it
    is never below that of the process which started it.
    """

    wall_s: float | None = None
    cpu_s: float | None = None
    peak_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """How a command ended. complaint: the last line of its standard error."""

    exit_code: int
    cost: Cost
    complaint: str


def run_measured(command: Sequence[str]) -> Run:
    """Runs the command to its end, without a shell; its standard output is dropped.

    Memory and CPU time are measured where the system can tell them of one child: not on Windows.
    """
    with tempfile.TemporaryFile() as errors:
        begun_s = time.monotonic()
        process = subprocess.Popen(  # noqa: S603 - a list of arguments, and no shell
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors
        )
        try:
            cpu_s, peak_bytes = _wait(process)
        except BaseException:
            process.kill()
            process.wait()
            raise
        wall_s = time.monotonic() - begun_s
        errors.seek(0)
        lines = errors.read().decode(errors="replace").strip().splitlines()
    return Run(process.returncode, Cost(wall_s, cpu_s, peak_bytes), lines[-1] if lines else "")


def _wait(process: subprocess.Popen[bytes]) -> tuple[float | None, int | None]:
    if sys.platform == "win32":
        process.wait()
        return None, None
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kibibytes
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit
