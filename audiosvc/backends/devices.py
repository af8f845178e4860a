"""What this machine can compute with, as the model libraries see it."""

from __future__ import annotations


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
    return found


def device() -> str:
    """Where models compute here: ``cuda`` or ``cpu``."""
    import ctranslate2

    return "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
