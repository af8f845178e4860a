"""How every ONNX model is opened."""

from __future__ import annotations

import contextlib
import functools
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audiosvc.backends.devices import split_name

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

log = logging.getLogger(__name__)

CUDA = "CUDAExecutionProvider"
CPU = "CPUExecutionProvider"


def open_session(path: Path, device: str = "auto") -> InferenceSession:
    """A session that computes on the thread that calls it, or on a GPU.

    device: cuda is used where onnxruntime-gpu is installed. Everywhere else these models stay on
    the CPU: they are small, and cost little there; the log tells so once. The arena is off: inputs
    differ in length, and it would keep memory for each length.
    """
    import onnxruntime

    kind, number = split_name(device)
    providers: list[Any] = [CPU]
    if kind == "cuda" and CUDA in onnxruntime.get_available_providers():
        _load_cuda_libraries(onnxruntime)
        providers = [(CUDA, {"device_id": number}), CPU]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=providers)
    if kind in {"cuda", "mps"} and CUDA not in session.get_providers():
        _tell_of_cpu(kind)
    return session


def _load_cuda_libraries(onnxruntime: Any) -> None:
    """Those that lie in Python packages; it prints what it misses, which is no output of ours."""
    if hasattr(onnxruntime, "preload_dlls"):
        with contextlib.redirect_stdout(sys.stderr):
            onnxruntime.preload_dlls()


@functools.cache
def _tell_of_cpu(kind: str) -> None:
    """ONNX Runtime takes the CPU without a word where its CUDA part is missing or fails to load."""
    log.info("The small ONNX models compute on the CPU: ONNX Runtime has no use for %s here.", kind)
