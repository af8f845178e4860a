"""Audio-language models of two layers and no training, in the real ones' own formats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TOKENS = [
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|audio_bos|>",
    "<|AUDIO|>",
    "<|audio_eos|>",
    "<|IMAGE|>",
    "<|VIDEO|>",
    "<|vision_bos|>",
    "<|vision_eos|>",
]
TEXT = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 4096,
    "initializer_range": 0.6,
}
SOUND = {
    "num_mel_bins": 128,
    "encoder_layers": 1,
    "encoder_attention_heads": 2,
    "encoder_ffn_dim": 32,
    "d_model": 16,
    "initializer_range": 0.3,
}


def save_omni(folder: Path) -> Path:
    """As the hub has Qwen2.5-Omni: the thinker beside a talker, and everything in one folder."""
    import torch
    from safetensors.torch import load_file, save_file
    from transformers import (
        Qwen2_5OmniThinkerConfig,
        Qwen2_5OmniThinkerForConditionalGeneration,
    )

    ids = _save_tokenizer(folder)
    config = Qwen2_5OmniThinkerConfig(
        audio_config=SOUND | {"output_dim": 32},
        vision_config={
            "depth": 1,
            "hidden_size": 16,
            "intermediate_size": 16,
            "num_heads": 2,
            "out_hidden_size": 32,
            "fullatt_block_indexes": [0],
        },
        text_config=TEXT
        | {
            "vocab_size": len(ids),
            "tie_word_embeddings": False,
            "rope_parameters": {
                "rope_theta": 1e6,
                "rope_type": "default",
                "mrope_section": [1, 1, 2],
            },
        },
        audio_token_index=ids["<|AUDIO|>"],
        image_token_index=ids["<|IMAGE|>"],
        video_token_index=ids["<|VIDEO|>"],
        audio_start_token_id=ids["<|audio_bos|>"],
        audio_end_token_id=ids["<|audio_eos|>"],
        vision_start_token_id=ids["<|vision_bos|>"],
        vision_end_token_id=ids["<|vision_eos|>"],
    )
    torch.manual_seed(2)
    Qwen2_5OmniThinkerForConditionalGeneration(config).save_pretrained(folder)
    thinker = load_file(folder / "model.safetensors")
    whole = {f"thinker.{name}": tensor for name, tensor in thinker.items()}
    whole["talker.codec_head.weight"] = torch.zeros(2, 2)
    save_file(whole, folder / "model.safetensors", metadata={"format": "pt"})
    path = folder / "config.json"
    thinker_config = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({"model_type": "qwen2_5_omni", "thinker_config": thinker_config}))
    _save_extractor(folder, chunk_s=60)
    return folder


def save_qwen2_audio(folder: Path) -> Path:
    """As the hub has Qwen2-Audio."""
    import torch
    from transformers import Qwen2AudioConfig, Qwen2AudioForConditionalGeneration

    ids = _save_tokenizer(folder)
    config = Qwen2AudioConfig(
        audio_config=SOUND | {"model_type": "qwen2_audio_encoder"},
        text_config=TEXT | {"model_type": "qwen2", "vocab_size": len(ids)},
        audio_token_index=ids["<|AUDIO|>"],
    )
    torch.manual_seed(2)
    Qwen2AudioForConditionalGeneration(config).save_pretrained(folder)
    _save_extractor(folder, chunk_s=30)
    return folder


def _save_tokenizer(folder: Path) -> dict[str, int]:
    """Byte-level, without any merges: a token a byte. Returns the vocabulary."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import Qwen2TokenizerFast

    words = [*TOKENS, *sorted(pre_tokenizers.ByteLevel.alphabet())]
    bpe = Tokenizer(models.BPE({word: number for number, word in enumerate(words)}, []))
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    tokenizer: Any = Qwen2TokenizerFast(
        tokenizer_object=bpe,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=TOKENS[1:2] + TOKENS[3:],
    )
    tokenizer.save_pretrained(folder)
    return dict(tokenizer.get_vocab())


def _save_extractor(folder: Path, *, chunk_s: int) -> None:
    from transformers import WhisperFeatureExtractor

    WhisperFeatureExtractor(feature_size=128, chunk_length=chunk_s).save_pretrained(folder)
