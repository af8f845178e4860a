"""A VibeVoice-ASR of two layers and no training, in the real one's own format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

STEERING = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
AUDIO = ["<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>"]
PICTURE = "<|image_pad|>"  # what the real one pads with
MAX_POSITIONS = 4096
HOP = 3200

# As in the real one's: the context is the first text of the turn, the place of the duration is
# filled in by the processor, and the model itself begins its turn.
TEMPLATE = """<|im_start|>system
Write speech down as JSON.<|im_end|>
{% for message in messages -%}
<|im_start|>user
{% set told = message.content | selectattr('type', 'equalto', 'text') | list -%}
{% for item in message.content if item.type == 'audio' -%}
<|object_ref_start|><|box_start|><|object_ref_end|>
{% if told %}Of <|AUDIO_DURATION|> seconds, known beforehand: {{ told[0].text }}

{% else %}Of <|AUDIO_DURATION|> seconds. {% endif %}Tell who says what, from when to when.
{%- endfor %}<|im_end|>
{% endfor %}"""


def segments(*entries: tuple[float, float, int, str]) -> str:
    """What the real one writes: start, end, speaker, text, in JSON without spaces."""
    keys = ("Start", "End", "Speaker", "Content")
    found = [dict(zip(keys, entry, strict=True)) for entry in entries]
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


LINES = (
    segments(
        (0.0, 2.4, 0, "Good morning, everybody."),
        (2.6, 5.1, 1, "Morning! Shall we begin?"),
    ),
    segments((65.2, 71.85, 2, 'The "minutes" of 2024, please.')),
    segments((12.3, 13.0, 1, "你好，世界。"), (13.1, 14.0, 0, "Grüße aus Köln")),
)


def save_vibevoice(folder: Path) -> Path:
    """Weights, configuration, tokenizer and processor, in under two megabytes."""
    import torch
    from transformers import (
        VibeVoiceAcousticTokenizerFeatureExtractor,
        VibeVoiceAsrConfig,
        VibeVoiceAsrForConditionalGeneration,
        VibeVoiceAsrProcessor,
    )

    tokenizer = _tokenizer()
    ids = {token: tokenizer.convert_tokens_to_ids(token) for token in [*STEERING, *AUDIO, PICTURE]}
    config = VibeVoiceAsrConfig(
        acoustic_tokenizer_encoder_config=_encoder(8),
        semantic_tokenizer_encoder_config=_encoder(16),
        text_config={
            "model_type": "qwen2",
            "vocab_size": len(tokenizer),
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "max_position_embeddings": MAX_POSITIONS,
            "tie_word_embeddings": False,
            "initializer_range": 0.6,
            "rope_parameters": {"rope_theta": 1e6, "rope_type": "default"},
        },
        audio_token_id=ids["<|box_start|>"],
        audio_bos_token_id=ids["<|object_ref_start|>"],
        audio_eos_token_id=ids["<|object_ref_end|>"],
    )
    torch.manual_seed(4)
    model = VibeVoiceAsrForConditionalGeneration(config)
    model.generation_config.eos_token_id = ids["<|endoftext|>"]
    model.generation_config.pad_token_id = ids[PICTURE]
    model.generation_config.do_sample = False
    model.generation_config.max_length = model.generation_config.max_new_tokens = 20
    model.save_pretrained(folder)
    VibeVoiceAsrProcessor(
        VibeVoiceAcousticTokenizerFeatureExtractor(), tokenizer, chat_template=TEMPLATE
    ).save_pretrained(folder)
    return folder


def _encoder(hidden_size: int) -> dict[str, Any]:
    """It takes as many samples a token as the real one, the large steps first: a CPU hears it."""
    return {
        "model_type": "vibevoice_acoustic_tokenizer_encoder",
        "hidden_size": hidden_size,
        "num_filters": 2,
        "depths": [1] * 7,
        "downsampling_ratios": [8, 5, 5, 4, 2, 2],
        "layer_scale_init_value": 0.5,
        "initializer_range": 0.3,
    }


def _tokenizer() -> Any:
    """Byte-level BPE, trained on the first two lines; the keys of the objects are one token."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import Qwen2TokenizerFast

    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=340,
        special_tokens=[*STEERING, *AUDIO, PICTURE],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(LINES[:2], trainer)
    return Qwen2TokenizerFast(
        tokenizer_object=bpe,
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=["<|im_start|>", "<|im_end|>", *AUDIO, PICTURE],
    )
