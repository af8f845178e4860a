"""A MOSS-Transcribe-Diarize with random weights: as fast as the real one, and as large."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from joint.roofline import Shape

TEMPLATE = (
    "{%- for message in messages -%}<|im_start|>{{ message.role }}\n"
    "{%- for item in message.content -%}"
    "{%- if item.type == 'audio' -%}<|audio_start|><|audio_pad|><|audio_end|>\n"
    "{%- elif item.type == 'text' -%}{{ item.text }}\n"
    "{%- elif item.type == 'keywords' -%}{{ item.keywords | join(', ') }}\n{%- endif -%}"
    "{%- endfor -%}<|im_end|>\n{%- endfor -%}"
    "{%- if add_generation_prompt -%}<|im_start|>assistant\n{% endif -%}"
)
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
AUDIO = ["<|audio_start|>", "<|audio_end|>", "<|audio_pad|>"]
TEXT = ["[0.48][S01]We shall see about that tomorrow morning.[13.81][S02]Nobody knows.[254.60]"]
FULL = Shape()
SMALL = Shape(
    encoder_layers=2,
    encoder_width=128,
    encoder_inner=512,
    layers=2,
    width=128,
    inner=384,
    heads=4,
    kv_heads=2,
    head_width=32,
    vocabulary=2_048,
    bytes_per_number=4,
)


def save(folder: Path, shape: Shape) -> Path:
    """Weights, configuration, tokenizer and processor."""
    import torch
    from transformers import (
        MossTranscribeDiarizeConfig,
        MossTranscribeDiarizeFeatureExtractor,
        MossTranscribeDiarizeForConditionalGeneration,
        MossTranscribeDiarizeProcessor,
    )

    if (folder / "model.safetensors").is_file():
        return folder
    tokenizer = _tokenizer()
    ids = {name: tokenizer.convert_tokens_to_ids(name) for name in SPECIAL + AUDIO}
    config = MossTranscribeDiarizeConfig(
        audio_config={
            "num_hidden_layers": shape.encoder_layers,
            "hidden_size": shape.encoder_width,
            "intermediate_size": shape.encoder_inner,
            "num_attention_heads": max(2, shape.encoder_width // 64),
        },
        text_config={
            "model_type": "qwen3",
            "vocab_size": shape.vocabulary,
            "hidden_size": shape.width,
            "intermediate_size": shape.inner,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "num_key_value_heads": shape.kv_heads,
            "head_dim": shape.head_width,
            "max_position_embeddings": 131_072,
            "eos_token_id": ids["<|im_end|>"],
            "pad_token_id": ids["<|endoftext|>"],
            "tie_word_embeddings": True,
            "rope_parameters": {"rope_theta": 1e6, "rope_type": "default"},
        },
        audio_token_id=ids["<|audio_pad|>"],
        tie_word_embeddings=True,
    )
    torch.manual_seed(0)
    model = MossTranscribeDiarizeForConditionalGeneration(config).to(torch.bfloat16)
    model.generation_config.eos_token_id = ids["<|im_end|>"]
    model.generation_config.pad_token_id = ids["<|endoftext|>"]
    model.save_pretrained(folder)
    MossTranscribeDiarizeProcessor(
        MossTranscribeDiarizeFeatureExtractor(), tokenizer, chat_template=TEMPLATE
    ).save_pretrained(folder)
    return folder


def _tokenizer() -> Any:
    """Byte-level, a few hundred tokens: what is written is chosen, not predicted."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import Qwen2TokenizerFast

    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=512,
        special_tokens=SPECIAL + AUDIO,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(TEXT, trainer)
    return Qwen2TokenizerFast(
        tokenizer_object=bpe,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=["<|im_start|>", *AUDIO],
    )
