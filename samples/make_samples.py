"""Make the sample meeting and the test recordings again: ``python3 samples/make_samples.py``.

Needs python3, npm and the package indexes. Installs its tools into ``.venv-samples`` and keeps
what it downloads under ``out/samples``; neither the tests nor the demo need it. The synthesised
voices differ in the last bits from one kind of processor to the next, so that the files in the
repository, named by sha256 on their cards, are the ones that count.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
ENVIRONMENT = REPOSITORY / ".venv-samples"
WORK = REPOSITORY / "out" / "samples"
TOOLS = (
    "kokoro-onnx==0.6.1",
    "scipy>=1.13",
    "soundfile>=0.13",
    "tomli>=2.0",
    "unearth>=0.17",
)


def run_inside() -> None:
    """Make the environment of the tools, and start this script again with its interpreter."""
    python = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(ENVIRONMENT, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *TOOLS], check=True)
    sys.exit(subprocess.run([python, __file__, *sys.argv[1:]], check=False).returncode)


def main(wanted: list[str]) -> None:
    """Make every recording of ``recordings.toml``, or those whose path holds a wanted word."""
    import tomli
    from formulas import FORMULAS
    from mixing import Line, mix, write
    from sources import Clips, Voices

    plan = tomli.loads((REPOSITORY / "samples" / "recordings.toml").read_text("utf-8"))
    clips, voices = Clips(plan["package"], plan["clip"], WORK), Voices(plan["package"], WORK)
    for recording in plan["recording"]:
        path = REPOSITORY / recording["path"]
        if wanted and not any(word in recording["path"] for word in wanted):
            continue
        if "formula" in recording:
            samples, lines = FORMULAS[recording["formula"]](), []
        else:
            lines = [
                Line(line, clips.read(line) if "clip" in line else voices.speak(line))
                for line in recording["lines"]
            ]
            samples = mix(lines, recording)
        write(path, samples, lines)


if __name__ == "__main__":
    if Path(sys.prefix).resolve() != ENVIRONMENT:
        run_inside()
    main(sys.argv[1:])
