"""Loads a model of transformers from a folder: whole, its own, and nothing but its weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from audiosvc.backends.torch_memory import is_out_of_memory
from audiosvc.errors import ModelCorrupt, ModelFailed


def load_weights(kind: Any, folder: Path, device: Any, dtype: Any, way_out: str) -> Any:
    """A model of the class ``kind``, ready to infer.

    Raises ModelCorrupt when the weights are not all of this model's, and ModelFailed when the
    device has no room for them.
    """
    from transformers.utils import logging

    # What it would say is raised here, and its bars are for one who watches a terminal.
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        model, info = kind.from_pretrained(
            folder,
            dtype=dtype,
            attn_implementation="sdpa",
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            ignore_mismatched_sizes=True,  # told below, with the rest
            output_loading_info=True,
        )
        _check(info, folder, way_out)
        return model.eval().to(device)
    except ModelCorrupt:
        raise
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).partition("\n")[0]
        if is_out_of_memory(error):
            raise ModelFailed(f"The model in {folder} does not fit on {device}: {reason}") from None
        raise ModelCorrupt(
            f"The model in {folder} cannot be loaded: {reason}. {way_out}"
        ) from error


def load_processor(folder: Path, way_out: str) -> Any:
    """The processor of a model: features, tokens, and how a conversation is written.

    Raises ModelCorrupt.
    """
    from transformers import AutoProcessor

    try:
        processor = AutoProcessor.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).partition("\n")[0]
        raise ModelCorrupt(
            f"The processor in {folder} cannot be loaded: {reason}. {way_out}"
        ) from error
    if not getattr(processor, "chat_template", None):
        raise ModelCorrupt(f"{folder} holds no chat template (chat_template.jinja). {way_out}")
    return processor


def load_listening(folder: Path, way_out: str) -> tuple[Any, Any]:
    """The tokenizer and the feature extractor alone, for a model whose processor sees as well:
    that would want packages for pictures.

    Raises ModelCorrupt.
    """
    from transformers import AutoTokenizer, WhisperFeatureExtractor

    try:
        tokenizer = AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
        return tokenizer, WhisperFeatureExtractor.from_pretrained(folder, local_files_only=True)
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).partition("\n")[0]
        raise ModelCorrupt(
            f"The tokenizer or the feature extractor in {folder} cannot be loaded: {reason}. "
            f"{way_out}"
        ) from error


def _check(info: dict[str, Any], folder: Path, way_out: str) -> None:
    """Weights that are missing would be made up at random, and the model would write noise."""
    faults = []
    for what in ("missing", "mismatched", "unexpected"):
        keys = sorted(str(key) for key in info.get(f"{what}_keys", ()))
        if keys:
            faults.append(f"{len(keys)} are {what}, such as {keys[0]}")
    if faults:
        raise ModelCorrupt(
            f"The weights in {folder} do not belong to this model: {'; '.join(faults)}. {way_out}"
        )
