"""How much memory there is for a model's work, and how much a batch of it takes."""

from __future__ import annotations

import gc
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Of what is free on a CPU, others may want some in the meantime; of a GPU's, torch's own fragments.
_SHARE = {"cpu": 0.5, "cuda": 0.9, "mps": 0.7}
_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")
_FULL = re.compile(r"out of memory|not enough memory|can't allocate memory", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Footprint:
    """What one text model takes beside its weights, in bytes.

    token: keys and values of one token in all layers. work: activations of one token while the
    prompt is read. row: the scores over the vocabulary, for one row. number: one number.
    """

    token: int
    work: int
    row: int
    number: int

    def batch(self, rows: int, prompt: int, new: int) -> int:
        """Of ``rows`` prompts, padded to ``prompt`` tokens each, with up to ``new`` written.

        A cache that grows is copied as it does so, one layer at a time. Where rows are padded, the
        mask of who may look at whom is as large as the square of the prompt.
        """
        mask = rows * prompt * prompt * (1 + self.number) if rows > 1 else 0
        return rows * ((prompt + new) * self.token + prompt * self.work + self.row) + mask


def footprint_of(config: Any, dtype: Any) -> Footprint:
    """Of a decoder with this text configuration."""
    number = dtype.itemsize
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    keys = config.num_key_value_heads * head
    queries = config.num_attention_heads * head
    return Footprint(
        token=config.num_hidden_layers * 2 * keys * number,
        work=(6 * config.hidden_size + 3 * queries + 3 * config.intermediate_size) * number,
        row=3 * 4 * config.vocab_size,
        number=number,
    )


def free_bytes(device: Any, *, share: bool = True) -> int:
    """What may be used on a device now. share: leave some to others."""
    import torch

    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        found = free + kept
    elif device.type == "mps":
        found = torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
    else:
        found = _free_ram_bytes()
    return int(max(0, found) * (_SHARE[device.type] if share else 1.0))


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory was not enough; a CPU has no class of its own for it."""
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and bool(_FULL.search(str(error)))


def release(device: Any) -> None:
    """Give back what nobody holds any more."""
    import torch

    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()


def _free_ram_bytes() -> int:
    """As the kernel tells it, or as this container may have; elsewhere four gigabytes."""
    try:
        lines = dict(line.split(":", 1) for line in _MEMINFO.read_text("ascii").splitlines())
        found = int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return 4 << 30
    try:
        limit = int((_CGROUP / "memory.max").read_text("ascii"))
        return min(found, limit - int((_CGROUP / "memory.current").read_text("ascii")))
    except (OSError, ValueError):  # no container, or one without a limit
        return found
