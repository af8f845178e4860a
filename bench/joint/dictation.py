"""Makes a model without training write a plausible transcript of a given number of tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from audiosvc.types import Request

SEGMENT_S = 4.0
SPEAKERS = 4
WORDS = "we shall see about that tomorrow morning if nobody minds and the parts have come by then "
FAVOUR = 1e4


class Dictation:
    """Steers a generator: ``tokens_per_s`` tokens for each second of a clip, in segments."""

    def __init__(self, tokenizer: Any, tokens_per_s: float) -> None:
        self._tokenizer = tokenizer
        self._tokens_per_s = tokens_per_s
        self._kept: dict[float, list[int]] = {}

    def __call__(self, writings: Sequence[Any]) -> Callable[[Any, Any], Any]:
        """What turns a batch's scores into those of the chosen tokens."""
        import torch

        rows = [self.tokens(writing.request)[len(writing.written) :] for writing in writings]
        stop = self._tokenizer.convert_tokens_to_ids("<|im_end|>")
        longest = max(map(len, rows)) + 1
        padded = [row + [stop] * (longest - len(row)) for row in rows]
        wanted: Any = None

        def processor(input_ids: Any, scores: Any) -> Any:
            nonlocal wanted
            if wanted is None:
                height = scores.shape[0]
                filled = padded + [[stop] * longest] * (height - len(padded))
                wanted = torch.tensor(filled, device=scores.device)
            step = min(input_ids.shape[1], longest - 1)
            return scores.scatter(1, wanted[:, step : step + 1], FAVOUR)

        return processor

    def tokens(self, request: Request) -> list[int]:
        """The text of a clip, and the end of the turn."""
        duration_s = round(request.audio.duration_s, 1)
        if duration_s not in self._kept:
            self._kept[duration_s] = self._write(duration_s)
        return self._kept[duration_s]

    def _write(self, duration_s: float) -> list[int]:
        encode = self._tokenizer.encode
        found: list[int] = []
        filler = encode(WORDS * 4, add_special_tokens=False)
        start_s, place = 0.0, 0
        while start_s < duration_s - 0.5:
            end_s = min(start_s + SEGMENT_S, duration_s)
            speaker = 1 + place % SPEAKERS
            head = encode(f"[{start_s:.2f}][S{speaker:02d}]", add_special_tokens=False)
            tail = encode(f"[{end_s:.2f}]", add_special_tokens=False)
            wanted = round(self._tokens_per_s * end_s) - len(found)
            body = max(1, wanted - len(head) - len(tail))
            shift = place * 7 % len(WORDS)
            found += head + (filler[shift:] + filler)[:body] + tail
            start_s, place = end_s, place + 1
        return found
