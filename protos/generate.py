"""Writes audiosvc/v1 from protos/audiosvc/v1; needs grpcio-tools (``pip install -e ".[dev]"``).

``python protos/generate.py``; with a folder as its argument, into that one instead.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

from grpc_tools import protoc

HERE = Path(__file__).resolve().parent
PACKAGE = Path("audiosvc/v1")


def generate(root: Path) -> list[Path]:
    """Messages, services and types below ``root``, which is to be on Python's path."""
    (root / PACKAGE).mkdir(parents=True, exist_ok=True)
    sources = sorted(str(path.relative_to(HERE)) for path in (HERE / PACKAGE).glob("*.proto"))
    services = [name for name in sources if "\nservice " in (HERE / name).read_text("utf-8")]
    paths = [f"-I{HERE}", f"-I{files('grpc_tools') / '_proto'}"]
    code = protoc.main(["", *paths, f"--python_out={root}", f"--pyi_out={root}", *sources])
    code = code or protoc.main(["", *paths, f"--grpc_python_out={root}", *services])
    if code:
        raise SystemExit(code)
    return sorted((root / PACKAGE).glob("*_pb2*.py*"))


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent)
