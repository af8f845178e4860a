"""Every card that is shipped."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from audiosvc.catalog import kinds
from audiosvc.catalog.cards import Card, cards_folder, read_card, read_cards
from audiosvc.errors import ModelError

CARDS = read_cards(cards_folder())
REPOSITORY = Path(__file__).resolve().parents[3]


def test_the_models_that_a_transcription_needs_have_cards() -> None:
    assert {"whisper-base", "segmentation-3.0", "campplus-zh-en", "silero-v6", "cascade"} <= {
        *CARDS
    }


def test_what_a_folder_may_hold_is_like_a_model_that_has_a_card() -> None:
    tasks = {
        name: CARDS[name].task for name in (*kinds.LIKE.values(), kinds.ALIGNER, kinds.DIARIZER)
    }
    assert tasks == {
        "moss-transcribe-diarize": "joint",
        "vibevoice-asr": "joint",
        "whisper-base": "recognizer",
        "qwen2.5-omni-7b": "audio_language",
        "qwen2-audio": "audio_language",
        "wav2vec2-english": "aligner",
        "pyannote-community-1": "diarizer",
    }
    for name in kinds.ORIGINALS.values():
        assert CARDS[CARDS[name].parts["model"]].task == "joint"
        assert CARDS[CARDS[name].parts["embedder"]].task == "embedder"


def test_names_are_not_used_twice() -> None:
    names = [
        name
        for card in CARDS.values()
        for name in {card.id, *card.aliases, card.repository}
        if name is not None
    ]
    assert len(names) == len(set(names))


def test_whisper_base_is_the_one_published() -> None:
    card = CARDS["whisper-base"]
    model = next(file for file in card.files if file.name == "model.bin")
    assert card.revision == "ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66"
    assert model.sha256 == "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
    assert model.size_bytes == 145_217_532


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS.keys())
def test_a_card_is_complete(card: Card) -> None:
    text = (card.folder / "CARD.md").read_text("utf-8")
    assert card.folder.name == card.id
    assert card.licence in text
    assert re.fullmatch(r"audiosvc\.[a-z_.]+:[A-Z]\w+", card.backend)
    if card.origin == "parts":
        assert set(card.parts.values()) <= {*CARDS}
    elif card.origin == "hub":
        assert card.repository in text
        assert card.revision is None or card.revision in text
    else:
        assert all(file.sha256 and file.size_bytes for file in card.files)
    if card.origin in {"assembled", "package"}:
        assert all(file.parts for file in card.files)


@pytest.mark.parametrize(
    "card", [card for card in CARDS.values() if card.origin == "card"], ids=lambda card: card.id
)
def test_weights_beside_a_card_are_those_it_describes_and_bring_their_licence(card: Card) -> None:
    for file in card.files:
        data = (card.folder / file.name).read_bytes()
        assert len(data) == file.size_bytes
        assert hashlib.sha256(data).hexdigest() == file.sha256
    licence = (card.folder / "LICENSE").read_text("utf-8")
    assert ("MIT License" if card.licence == "MIT" else "Apache License") in licence


def test_no_card_is_left_out_of_the_documentation() -> None:
    documentation = (REPOSITORY / "docs" / "models.md").read_text("utf-8")
    assert [card.id for card in CARDS.values() if f"`{card.id}`" not in documentation] == []


@pytest.mark.parametrize(
    "text", ["id = ", 'id = "x"', 'id = "x"\nunknown = 1'], ids=["toml", "missing", "unknown"]
)
def test_a_bad_card_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "model.toml"
    path.write_text(text)
    with pytest.raises(ModelError, match=re.escape(str(path))):
        read_card(path)


def test_a_file_name_cannot_leave_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "model.toml"
    text = (cards_folder() / "segmentation-3.0" / "model.toml").read_text("utf-8")
    path.write_text(text.replace('name = "segmentation-3.0.onnx"', 'name = "../other"'))
    with pytest.raises(ModelError, match="name"):
        read_card(path)
