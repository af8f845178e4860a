"""The peers' own environment, so that none of their packages can help or hinder this project."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

PEERS = Path(__file__).parent / "peers"


def peer_python(folder: Path) -> Path:
    """The interpreter of the peers' environment in ``folder``, made or renewed if need be."""
    wanted = (PEERS / "requirements.txt").read_text()
    stamp = folder / "requirements.txt"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (stamp.is_file() and stamp.read_text() == wanted):
        print(f"Installing the peers into {folder} …", file=sys.stderr)
        venv.create(folder, with_pip=True)
        install = ["-m", "pip", "install", "--quiet", "-r", str(PEERS / "requirements.txt")]
        subprocess.run([python, *install], check=True)
        stamp.write_text(wanted)
    return python
