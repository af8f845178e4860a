"""What this machine can compute with, as the model libraries see it."""

from __future__ import annotations

import importlib.util
import re

from audiosvc.errors import ModelMissing, OptionError

_NAME = re.compile(r"(auto|cpu|mps|cuda)(?::(\d{1,3}))?")


def describe() -> dict[str, str]:
    """One line for each library: which devices and number types it can use.

    Raises ImportError or OSError when a library is installed and cannot be loaded.
    """
    import ctranslate2
    import onnxruntime

    gpus = ctranslate2.get_cuda_device_count()
    found = {
        "CTranslate2": ctranslate2.__version__,
        "CTranslate2 on the CPU": ", ".join(sorted(ctranslate2.get_supported_compute_types("cpu"))),
        "ONNX Runtime": ", ".join(
            name.removesuffix("ExecutionProvider") for name in onnxruntime.get_available_providers()
        ),
        "GPU": f"{gpus} for CTranslate2" if gpus else "none",
    }
    if gpus:
        types = ctranslate2.get_supported_compute_types("cuda")
        found["CTranslate2 on the GPU"] = ", ".join(sorted(types))
    if importlib.util.find_spec("torch"):
        found["torch"] = _torch()
    return found


def _torch() -> str:
    """Its version, what it was built for, and what it sees."""
    import torch

    built = f"for CUDA {torch.version.cuda}" if torch.version.cuda else "without CUDA"
    seen = [
        f"cuda:{number} ({torch.cuda.get_device_name(number)})"
        for number in range(torch.cuda.device_count())
    ]
    seen += ["mps"] if torch.backends.mps.is_available() else []
    return f"{torch.__version__}, built {built}; sees {', '.join([*seen, 'cpu'])}"


def device() -> str:
    """Where models compute here: ``cuda`` or ``cpu``."""
    import ctranslate2

    return "cuda" if ctranslate2.get_cuda_device_count() else "cpu"


def split_name(name: str) -> tuple[str, int]:
    """The kind of a device (auto, cpu, cuda, mps) and its number, 0 where none is named.

    Raises OptionError when there is no such name.
    """
    match = _NAME.fullmatch(name)
    if match is None or (match[2] and match[1] != "cuda"):
        raise OptionError(
            f"There is no device {name!r}: name auto, cpu, cuda, mps, or one of several GPUs "
            "(cuda:1)."
        )
    return match[1], int(match[2] or 0)


def for_ctranslate2(name: str) -> tuple[str, int]:
    """``cpu`` or ``cuda`` for CTranslate2, and the GPU's number. auto: a GPU where there is one.

    Raises ModelMissing when CTranslate2 does not see what was asked for, OptionError for a device
    that it cannot use.
    """
    import ctranslate2

    kind, number = split_name(name)
    if kind == "mps":
        raise OptionError(
            "Whisper for CTranslate2 does not compute on mps: say --device cpu, or auto."
        )
    gpus = 0 if kind == "cpu" else ctranslate2.get_cuda_device_count()
    if kind == "cuda" and number >= gpus:
        seen = (
            f"{gpus} CUDA GPU{'s' if gpus > 1 else ''}, counted from 0" if gpus else "no CUDA GPU"
        )
        way_out = "Name one of those" if gpus else "Look at the driver (nvidia-smi)"
        raise ModelMissing(
            f"The device {name!r} was asked for and is not here: CTranslate2 "
            f"{ctranslate2.__version__} sees {seen}. {way_out}, or say --device cpu."
        )
    return ("cuda" if gpus else "cpu"), number
