"""A MOSS-Transcribe-Diarize of two layers and no training, in the real one's own format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

STEERING = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
AUDIO = ["<|audio_start|>", "<|audio_end|>", "<|audio_pad|>"]
MAX_POSITIONS = 4096
LINES = (
    "[0.00][S01]Good morning, everybody.[2.40][2.60][S02]Morning! [laughter] Shall we begin?[5.10]",
    "[65.20][S03]The minutes of 2024, please.[71.85]",
    "[12.30][S02]你好，世界。[13.00][13.10][S01]Grüße aus Köln[14.00]",
)

# What the library's converter writes comes to this: a prompt and hotwords stand before the
# instruction, which is always there.
TEMPLATE = """{%- for message in messages -%}
<|im_start|>{{ message.role }}
{% if message.content is string %}{{ message.content }}{% else %}
{%- for item in message.content if item.type == 'audio' %}<|audio_start|><|audio_pad|><|audio_end|>
{% endfor %}
{%- for item in message.content if item.type == 'text' %}补充信息：{{ item.text }}

{% endfor %}
{%- for item in message.content if item.type == 'keywords' %}
热词列表：[{{ item.keywords | join(', ') }}]

{% endfor -%}
DEFAULT_PROMPT
{%- endif %}<|im_end|>
{% endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""
# Another that is thinkable: what is given as a prompt stands for the instruction.
REPLACING = TEMPLATE.replace("补充信息：{{ item.text }}\n\n", "{{ item.text }}").replace(
    "DEFAULT_PROMPT",
    "{%- if not message.content | selectattr('type', 'equalto', 'text') | list %}DEFAULT_PROMPT"
    "{% endif %}",
)


def save_moss(folder: Path, template: str = TEMPLATE) -> Path:
    """Weights, configuration, tokenizer and processor, in under two megabytes."""
    import torch
    from transformers import (
        MossTranscribeDiarizeConfig,
        MossTranscribeDiarizeFeatureExtractor,
        MossTranscribeDiarizeForConditionalGeneration,
        MossTranscribeDiarizeProcessor,
    )

    from audiosvc.backends.moss_prompts import DEFAULT_PROMPT

    tokenizer = _tokenizer()
    ids = {token: tokenizer.convert_tokens_to_ids(token) for token in STEERING + AUDIO}
    config = MossTranscribeDiarizeConfig(
        audio_config={
            "num_mel_bins": 80,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "intermediate_size": 32,
            "hidden_size": 16,
            "initializer_range": 0.3,
        },
        text_config={
            "model_type": "qwen3",
            "vocab_size": len(tokenizer),
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 8,
            "max_position_embeddings": MAX_POSITIONS,
            "eos_token_id": ids["<|im_end|>"],
            "pad_token_id": ids["<|endoftext|>"],
            "tie_word_embeddings": True,
            "initializer_range": 0.6,
            "rope_parameters": {"rope_theta": 1e6, "rope_type": "default"},
        },
        audio_token_id=ids["<|audio_pad|>"],
        tie_word_embeddings=True,
    )
    torch.manual_seed(4)
    model = MossTranscribeDiarizeForConditionalGeneration(config)
    model.generation_config.eos_token_id = [ids["<|im_end|>"], ids["<|endoftext|>"]]
    model.generation_config.pad_token_id = ids["<|endoftext|>"]
    model.save_pretrained(folder)
    MossTranscribeDiarizeProcessor(
        MossTranscribeDiarizeFeatureExtractor(),
        tokenizer,
        chat_template=template.replace("DEFAULT_PROMPT", DEFAULT_PROMPT),
    ).save_pretrained(folder)
    return folder


def rewrite_config(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")


def _tokenizer() -> Any:
    """Byte-level BPE, trained on the lines above: a character of Chinese is two tokens or three."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import Qwen2TokenizerFast

    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=320,
        special_tokens=STEERING + AUDIO,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator([LINES[0], LINES[1]], trainer)
    return Qwen2TokenizerFast(
        tokenizer_object=bpe,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=["<|im_start|>", *AUDIO],
    )
