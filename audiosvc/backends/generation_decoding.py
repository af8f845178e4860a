"""One call of ``generate`` for a batch of prompts, watched row by row."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from audiosvc.backends.generation_writing import TokenWriting

Steer = Callable[[Sequence[TokenWriting]], Callable[[Any, Any], Any]]
"""Makes, for the rows of a batch, what turns (tokens so far, scores) into other scores; tests say
with it what a model without training writes."""

DELIVERED_EVERY_S = 0.1  # a reader wakes for each delivery: at every token it would slow decoding
# A second try may not say the same twenty tokens again, and pays for saying a word again. Times and
# speakers, of which the marks consist, have to be said again and again.
CAREFUL_NGRAM = 20
CAREFUL_PENALTY = 1.1
# A budget leaves room for the fastest of speakers. Memory for less is kept at first; a row that
# wants more goes on in a second call.
USUAL_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Speech:
    """How a model's tokens are to be taken.

    stops: any of these ends a text. pad: fills a row that is over. marks: what segments are marked
    with, which is not penalised for coming again.
    """

    stops: frozenset[int]
    pad: int
    marks: tuple[int, ...] = ()


@dataclass(slots=True, eq=False)
class Row:
    """A prompt, ``(length, hidden)``, and what is written behind it: up to ``most`` tokens."""

    prompt: Any
    most: int
    writing: TokenWriting

    @property
    def length(self) -> int:
        """Tokens of the prompt and of what is written."""
        return len(self.prompt) + len(self.writing.written)

    @property
    def left(self) -> int:
        """Tokens that may still be written."""
        return self.most - len(self.writing.written)

    @property
    def usual(self) -> int:
        """Tokens to keep room for now: never in more than two steps."""
        return min(self.left, math.ceil(self.most * USUAL_SHARE))


def decode(
    model: Any, rows: Sequence[Row], speech: Speech, steer: Steer | None, cache: Any
) -> None:
    """Write on from what each row has already, to its end, or until the cache is full; the greedy
    choice throughout.

    cache: a static one, which may have more rows than there are; None for one that grows.
    """
    import torch
    from transformers import (
        CompileConfig,
        GenerationConfig,
        LogitsProcessorList,
        StoppingCriteriaList,
    )

    height = cache.height if cache else len(rows)
    most = max(row.left for row in rows)
    is_compiled = cache is not None and model.device.type == "cuda"
    with torch.no_grad():
        embeds, mask = _left_padded(model, rows, height)
        processors = [steer([row.writing for row in rows])] if steer else []
        if rows[0].writing.request.careful:
            processors.append(_Careful(rows, height, speech, mask.device))
        model.generate(
            inputs_embeds=embeds,
            attention_mask=mask,
            generation_config=GenerationConfig(
                do_sample=False,
                num_beams=1,
                max_new_tokens=min(most, cache.length - embeds.shape[1]) if cache else most,
                eos_token_id=sorted(speech.stops),
                pad_token_id=speech.pad,
                compile_config=CompileConfig(dynamic=False) if is_compiled else None,
            ),
            logits_processor=LogitsProcessorList(processors),
            stopping_criteria=StoppingCriteriaList([_Watch(rows, height, speech.stops)]),
            **({"past_key_values": cache.content} if cache else {}),
        )


def _left_padded(model: Any, rows: Sequence[Row], height: int) -> tuple[Any, Any]:
    """Embeddings ``(height, longest, hidden)`` and their mask; rows too many are copies of one."""
    import torch

    embed = model.get_input_embeddings()
    whole = []
    for row in rows:
        said = torch.tensor(row.writing.written, dtype=torch.long, device=row.prompt.device)
        whole.append(torch.cat([row.prompt, embed(said)]) if row.writing.written else row.prompt)
    whole += [whole[0]] * (height - len(rows))
    longest = max(map(len, whole))
    embeds = whole[0].new_zeros((height, longest, whole[0].shape[1]))
    mask = torch.zeros((height, longest), dtype=torch.long, device=embeds.device)
    for number, one in enumerate(whole):
        embeds[number, longest - len(one) :] = one
        mask[number, longest - len(one) :] = 1
    return embeds, mask


class _Watch:
    """Sees every new token of every row, hands it on, and says which rows are over."""

    def __init__(self, rows: Sequence[Row], height: int, stops: frozenset[int]) -> None:
        self._rows = rows
        self._stops = stops
        self._over = [False] * len(rows) + [True] * (height - len(rows))
        self._delivered_s = time.monotonic()

    def __call__(self, input_ids: Any, _scores: Any, **_: Any) -> Any:
        """A stopping criterion: bool ``(height,)``."""
        import torch

        for number, token in enumerate(input_ids[:, -1].tolist()):
            if not self._over[number]:
                self._over[number] = self._take(self._rows[number], token)
        now_s = time.monotonic()
        if now_s - self._delivered_s >= DELIVERED_EVERY_S:
            self._delivered_s = now_s
            for row in self._rows:
                row.writing.hand_over()
        return torch.tensor(self._over, device=input_ids.device)

    def _take(self, row: Row, token: int) -> bool:
        stopped = token in self._stops
        if not stopped:
            row.writing.written.append(token)
        if stopped or row.left <= 0:
            row.writing.hand_over()
            row.writing.finish("stop" if stopped else "length")
        return row.writing.is_over


class _Careful:
    """No long run of tokens twice, and a price for words that come again, over all of a row."""

    def __init__(self, rows: Sequence[Row], height: int, speech: Speech, device: Any) -> None:
        import torch
        from transformers import NoRepeatNGramLogitsProcessor, RepetitionPenaltyLogitsProcessor

        longest = max(len(row.writing.written) for row in rows)
        self._before = torch.full((height, longest), speech.pad, device=device)
        for number, row in enumerate(rows):
            written = torch.tensor(row.writing.written, dtype=torch.long)
            self._before[number, longest - len(written) :] = written
        self._marks = torch.tensor(speech.marks, dtype=torch.long, device=device)
        self._penalty = RepetitionPenaltyLogitsProcessor(CAREFUL_PENALTY)
        self._ngrams = NoRepeatNGramLogitsProcessor(CAREFUL_NGRAM)

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """A logits processor."""
        import torch

        said = torch.cat([self._before, input_ids], dim=1)
        dearer = self._penalty(said, scores)
        dearer[:, self._marks] = scores[:, self._marks]
        return self._ngrams(said, dearer)
