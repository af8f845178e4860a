"""The CUDA library that CTranslate2 asks for by name, and does not bring."""

from __future__ import annotations

import ctypes
import importlib.util
from collections.abc import Iterable
from pathlib import Path

PACKAGE = "nvidia-cublas-cu12"
_FILES = ("libcublasLt.so.12", "libcublas.so.12")  # the second needs the first
WAY_OUT = f"Run: pip install {PACKAGE}; or say --device cpu."


def load_cublas() -> None:
    """Load cuBLAS from its package, where that is installed, so that CTranslate2 finds it.

    The loader of the system looks into no Python package by itself; a library that is loaded
    already is found by its name. Without the package the system's own is left to be found.
    """
    package = importlib.util.find_spec("nvidia")
    for path in cublas_files(package.submodule_search_locations or () if package else ()):
        ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)


def cublas_files(folders: Iterable[str]) -> list[Path]:
    """Both files, in the order in which they are loaded; none when either is not there."""
    for folder in folders:
        paths = [Path(folder, "cublas", "lib", name) for name in _FILES]
        if all(path.is_file() for path in paths):
            return paths
    return []
