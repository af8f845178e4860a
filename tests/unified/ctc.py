"""A whole checkpoint for CTC, of two tiny layers with random weights."""

from __future__ import annotations

import json
from pathlib import Path

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ'"


def save_ctc(folder: Path, kind: str = "Wav2Vec2") -> Path:
    """As its authors would publish it. kind: the name of its class, less ``ForCTC``."""
    import torch
    import transformers

    special = ["<pad>", "<s>", "</s>", "<unk>", "|"]
    vocabulary = {token: number for number, token in enumerate([*special, *LETTERS])}
    source = folder.with_suffix(".vocabulary.json")
    source.write_text(json.dumps(vocabulary), encoding="utf-8")
    config = getattr(transformers, f"{kind}Config")(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        conv_dim=(8,) * 7,
        num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=2,
        pad_token_id=0,
    )
    torch.manual_seed(0)
    getattr(transformers, f"{kind}ForCTC")(config).save_pretrained(folder)
    transformers.Wav2Vec2CTCTokenizer(str(source)).save_pretrained(folder)
    transformers.Wav2Vec2FeatureExtractor().save_pretrained(folder)
    return folder
