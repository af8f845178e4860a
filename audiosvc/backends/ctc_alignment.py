"""Word times by CTC forced alignment: wav2vec2 and its kin through transformers and torchaudio."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from audiosvc.backends.checkpoint_folder import check_folder
from audiosvc.backends.ctc_words import (
    Alphabet,
    Found,
    Target,
    frames_needed,
    is_letter,
    spell_line,
    split_words,
    to_words,
)
from audiosvc.backends.torch_device import choose_device
from audiosvc.errors import ModelCorrupt
from audiosvc.spans import Span
from audiosvc.types import Audio, Float32, Word

SAMPLE_RATE_HZ = 16_000
MARGIN_S = 0.5  # times that a model wrote are off by this much, now and then
# Attention costs the square of the length: a long line is heard in pieces, with what is around.
PIECE_S = 30.0
CONTEXT_S = 2.0
SHORTEST_S = 0.1
_TRAINING_ONLY = ".masked_spec_embed"  # which many checkpoints leave out
WAY_OUT = (
    "A CTC model is a folder with config.json, model.safetensors, a tokenizer and a feature "
    "extractor; `audiosvc models pull` fetches one whole."
)


class CtcAligner:
    """Finds when each word of a known text was said; fulfils ``ports.WordAligner``.

    Which languages it is good for depends on the model; words in letters that it does not have
    lie between their neighbours.
    """

    languages: frozenset[str] = frozenset()

    def __init__(self, folder: Path, *, threads: int = 1, device: str = "auto") -> None:
        """Loads the model. folder: of any ``*ForCTC`` of transformers that takes 16 kHz sound.

        threads: how many calls may come at once; they wait for one another, because each uses all
        that torch has. Raises ModelMissing, ModelCorrupt, OptionError.
        """
        del threads
        _check_ctc(folder)
        self._device = choose_device(device)
        self._lock = threading.Lock()
        self._model, self._extractor, tokenizer = _load(folder, self._device)
        config = self._model.config
        self._blank = int(config.pad_token_id)
        self._hop = int(config.inputs_to_logits_ratio)
        self._alphabet = _alphabet(tokenizer, int(config.vocab_size), self._blank)
        if not self._alphabet.letters:
            raise ModelCorrupt(f"The model in {folder} has no letters among its tokens. {WAY_OUT}")
        if self._extractor.sampling_rate != SAMPLE_RATE_HZ:
            raise ModelCorrupt(
                f"The model in {folder} takes {self._extractor.sampling_rate} Hz; one for "
                f"{SAMPLE_RATE_HZ} Hz is needed."
            )

    def __call__(self, audio: Audio, lines: Sequence[tuple[Span, str]]) -> list[tuple[Word, ...]]:
        """The words of each line, in recording time, up to half a second outside of it.

        A line has no words when none of them can be spelt, or when it is too short for them.
        """
        return [self._align(audio, line, text) for line, text in lines]

    def _align(self, audio: Audio, line: Span, text: str) -> tuple[Word, ...]:
        words = split_words(text)
        targets = spell_line(words, self._alphabet)
        heard = audio.cut(Span(line.start_s - MARGIN_S, line.end_s + MARGIN_S))
        if not targets or heard.duration_s < SHORTEST_S:
            return ()
        scores = self._emission(heard.samples)
        if len(scores) < frames_needed(targets):
            return ()
        frame_s = self._hop / SAMPLE_RATE_HZ
        found = [
            Found(heard.start_s + first * frame_s, heard.start_s + last * frame_s, score)
            for first, last, score in locate(scores, targets, self._blank)
        ]
        return to_words(words, targets, found, line)

    def _emission(self, samples: Float32) -> Float32:
        """Logarithms of probability, ``(frames, tokens + 1)``; the last token is the wildcard."""
        piece = round(PIECE_S * SAMPLE_RATE_HZ / self._hop) * self._hop
        context = round(CONTEXT_S * SAMPLE_RATE_HZ / self._hop) * self._hop
        parts = []
        for first in range(0, len(samples), piece):
            begin = max(0, first - context)
            frames = self._run(samples[begin : first + piece + context])
            skipped = (first - begin) // self._hop
            parts.append(frames[skipped : skipped + piece // self._hop])
        scores = np.concatenate(parts)
        # As likely as can be, everywhere: letters still go where they are most likely.
        return np.pad(scores, ((0, 0), (0, 1)))

    def _run(self, samples: Float32) -> Float32:
        import torch

        inputs = self._extractor(samples, sampling_rate=SAMPLE_RATE_HZ, return_tensors="pt")
        with self._lock, torch.inference_mode():
            logits = self._model(**inputs.to(self._device)).logits[0]
            scores: Float32 = logits.float().log_softmax(dim=-1).cpu().numpy()
        return scores


def locate(scores: Float32, targets: Sequence[Target], blank: int) -> list[tuple[int, int, float]]:
    """First and behind-last frame of each target, and its mean score, on the likeliest path.

    scores: logarithms of probability, ``(frames, tokens)``, with enough frames for the targets.
    """
    import torch
    from torchaudio.functional import forced_align, merge_tokens

    emission = torch.from_numpy(scores)[None]
    tokens = torch.tensor([[target.token for target in targets]], dtype=torch.int32)
    path, path_scores = forced_align(emission, tokens, blank=blank)
    spans = merge_tokens(path[0], path_scores[0], blank=blank)
    return [(span.start, span.end, span.score) for span in spans]


def _check_ctc(folder: Path) -> None:
    """Raises ModelMissing or ModelCorrupt when the folder holds no whole CTC model."""
    try:
        config = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError):
        config = None
    if not isinstance(config, dict):
        check_folder(folder, "a CTC model", WAY_OUT)
        return
    named = [str(name) for name in config.get("architectures") or ()]
    if not any(name.endswith("ForCTC") for name in named):
        raise ModelCorrupt(
            f"The model in {folder} is {' or '.join(named) or 'of no named architecture'}, not one "
            f"that was trained for CTC (Wav2Vec2ForCTC and its kin). {WAY_OUT}"
        )
    check_folder(folder, str(config.get("model_type")), WAY_OUT)


def _load(folder: Path, device: Any) -> tuple[Any, Any, Any]:
    """Model, feature extractor and tokenizer, from this folder alone."""
    import torch
    from transformers import AutoFeatureExtractor, AutoModelForCTC, AutoTokenizer
    from transformers.utils import logging

    # What it would say is raised here, and its bars are for one who watches a terminal.
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    local = {"local_files_only": True, "trust_remote_code": False}
    try:
        model, report = AutoModelForCTC.from_pretrained(
            folder, dtype=torch.float32, use_safetensors=True, output_loading_info=True, **local
        )
        extractor = AutoFeatureExtractor.from_pretrained(folder, **local)
        tokenizer = AutoTokenizer.from_pretrained(folder, **local)
    except (OSError, ValueError, RuntimeError, KeyError, TypeError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise ModelCorrupt(f"The model in {folder} cannot be loaded: {reason} {WAY_OUT}") from error
    absent = sorted(key for key in report["missing_keys"] if not key.endswith(_TRAINING_ONLY))
    if absent:
        raise ModelCorrupt(
            f"The weights in {folder} lack {len(absent)} parts, such as {absent[0]}. {WAY_OUT}"
        )
    return model.to(device).eval(), extractor, tokenizer


def _alphabet(tokenizer: Any, size: int, blank: int) -> Alphabet:
    """The single letters of a vocabulary; everything else is punctuation or for steering."""
    vocabulary: Mapping[str, int] = tokenizer.get_vocab()
    between = vocabulary.get(getattr(tokenizer, "word_delimiter_token", None) or "|")
    letters = {
        text: token
        for text, token in vocabulary.items()
        if len(text) == 1
        and (is_letter(text) or text == "'")
        and token < size
        and token not in {blank, between}
    }
    return Alphabet(letters, between if between != blank else None, wildcard=size)
