"""Where torch computes, and in which number type."""

from __future__ import annotations

import re
from typing import Any

from audiosvc.errors import ModelMissing, OptionError

DTYPES = ("float32", "bfloat16", "float16")
# Half the bytes and many times the speed; a CPU has few instructions for either.
_BEST_DTYPE = {"cuda": "bfloat16", "mps": "float16", "cpu": "float32"}


def choose_device(name: str) -> Any:
    """The ``torch.device`` of a name: auto, cpu, cuda, cuda:1, mps.

    Raises ModelMissing when it is not here, OptionError when there is no such name.
    """
    import torch

    present = _present()
    if name == "auto":
        return torch.device(next(kind for kind in ("cuda:0", "mps", "cpu") if kind in present))
    if not re.fullmatch(r"cpu|mps|cuda(:\d{1,3})?", name):
        raise OptionError(
            f"There is no device {name!r}: name auto, cpu, cuda, mps, or one of several GPUs "
            "(cuda:1)."
        )
    wanted = "cuda:0" if name == "cuda" else name
    if wanted not in present:
        raise ModelMissing(_absent(name, present))
    return torch.device(wanted)


def choose_dtype(name: str, device: Any) -> Any:
    """The ``torch.dtype`` of a name: auto is what suits the device. Raises OptionError."""
    import torch

    if name != "auto" and name not in DTYPES:
        raise OptionError(f"There is no dtype {name!r}: name auto, {', '.join(DTYPES)}.")
    return getattr(torch, _BEST_DTYPE[device.type] if name == "auto" else name)


def _present() -> list[str]:
    import torch

    found = [f"cuda:{number}" for number in range(torch.cuda.device_count())]
    return [*found, *(["mps"] if torch.backends.mps.is_available() else []), "cpu"]


def _absent(name: str, present: list[str]) -> str:
    import torch

    build = f"for CUDA {torch.version.cuda}" if torch.version.cuda else "without CUDA"
    way_out = (
        "Look at the driver (nvidia-smi)"
        if torch.version.cuda
        else "Install a torch that is built for it (https://pytorch.org)"
    )
    if name == "mps" or len(present) > 1:
        way_out = "Name one of those"
    return (
        f"The device {name!r} was asked for and is not here: torch {torch.__version__}, built "
        f"{build}, sees {', '.join(present)}. {way_out}, or say --device cpu."
    )
