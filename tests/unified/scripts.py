"""Makes a model without training write what a test wants it to."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from audiosvc.types import Request
from tests.unified.checkpoints import LINES

FAVOUR = 1e4  # above whatever the weights say; what is forbidden stays forbidden


def by_length(request: Request) -> str:
    """The long clip says the second line, the short one the first."""
    return LINES[1] if request.audio.duration_s > 30 else LINES[0]


class Script:
    """A ``Steer``. says: the text of a request. pause_s: how long each token takes.

    fault: called with the number of the batch and the tokens that its first row has; may raise.
    batches: the clips' lengths of each batch so far, in seconds.
    """

    def __init__(self, moss: Any) -> None:
        self.says: Callable[[Request], str] = by_length
        self.pause_s = 0.0
        self.fault: Callable[[int, int], None] = lambda batch, written: None
        self.batches: list[list[float]] = []
        self._tokenizer = moss._processor.tokenizer

    def __call__(self, writings: Sequence[Any]) -> Callable[[Any, Any], Any]:
        number = len(self.batches)
        self.batches.append([writing.request.audio.duration_s for writing in writings])
        tokens = [self.tokens(self.says(writing.request)) for writing in writings]
        before = [len(writing.written) for writing in writings]

        def processor(input_ids: Any, scores: Any) -> Any:
            step = input_ids.shape[1]
            self.fault(number, before[0] + step)
            time.sleep(self.pause_s)
            for row, (wanted, behind) in enumerate(zip(tokens, before, strict=True)):
                place = behind + step
                scores[row, wanted[min(place, len(wanted) - 1)]] += FAVOUR
            return scores

        return processor

    def tokens(self, text: str) -> list[int]:
        """With the end of the turn behind them."""
        found: list[int] = self._tokenizer.encode(text + "<|im_end|>", add_special_tokens=False)
        return found


class Fault(RuntimeError):
    """Something that is no lack of memory."""
