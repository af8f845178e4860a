"""What a command cost, measured on commands of known appetite."""

from __future__ import annotations

import resource
import sys

import pytest

from audiosvc.evaluate.process import run_measured

unix = pytest.mark.skipif(sys.platform == "win32", reason="no wait4 on Windows")


@unix
def test_memory_and_cpu_time_are_the_child_s() -> None:
    # A child's peak begins with what the process that starts it holds.
    wanted = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + 400_000_000
    hungry = run_measured([sys.executable, "-c", f"x = b'x' * {wanted}; sum(range(3_000_000))"])
    modest = run_measured([sys.executable, "-c", ""])
    assert hungry.exit_code == modest.exit_code == 0
    assert hungry.cost.peak_bytes is not None
    assert modest.cost.peak_bytes is not None
    assert hungry.cost.peak_bytes > wanted
    assert hungry.cost.peak_bytes - modest.cost.peak_bytes > 100_000_000
    assert hungry.cost.cpu_s is not None
    assert hungry.cost.cpu_s > 0.01


def test_exit_code_and_last_complaint_are_kept() -> None:
    program = "import sys; print('first', file=sys.stderr); sys.exit('no such file: a.wav')"
    run = run_measured([sys.executable, "-c", program])
    assert (run.exit_code, run.complaint) == (1, "no such file: a.wav")


def test_standard_output_does_not_reach_ours(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_measured([sys.executable, "-c", "print('transcript')"]).complaint == ""
    assert capfd.readouterr().out == ""
