"""Word times with a real CTC class of random weights, and alignment on scores made by hand."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from audiosvc.backends.ctc_alignment import MARGIN_S, CtcAligner, locate
from audiosvc.backends.ctc_words import Target
from audiosvc.errors import ModelCorrupt, ModelMissing, OptionError
from audiosvc.spans import Span
from audiosvc.types import Audio, Float32
from tests.contract.test_word_aligner import (
    test_a_line_is_aligned_by_itself,  # noqa: F401 - run here with the real one
    test_calls_side_by_side_do_not_disturb_each_other,  # noqa: F401
    test_nothing_comes_of_no_lines_and_of_no_text,  # noqa: F401
    test_the_words_of_a_line_are_its_text,  # noqa: F401
    test_words_are_in_order_and_where_their_line_is,  # noqa: F401
)
from tests.unified.ctc import save_ctc

pytest.importorskip("torch")
pytest.importorskip("transformers")

SOUND = Audio(np.random.default_rng(1).normal(0, 0.1, 80 * 16_000).astype(np.float32), 16_000, 5.0)
TEXT = "We met in 2024, didn't we?"
WORDS = ["We", " met", " in", " 2024,", " didn't", " we?"]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_ctc(tmp_path_factory.mktemp("ctc") / "wav2vec2")


@pytest.fixture(scope="module")
def aligner(checkpoint: Path) -> CtcAligner:
    return CtcAligner(checkpoint, threads=2, device="cpu")


def scores_of(frames: str, tokens: str) -> Float32:
    """Nearly sure scores: what is heard in each frame; ``-`` is the blank, token 0."""
    scores = np.full((len(frames), len(tokens)), np.log(0.001), np.float32)
    for row, character in zip(scores, frames, strict=True):
        row[tokens.index(character)] = np.log(0.9)
    return scores


def found(frames: str, wanted: str) -> list[tuple[str, int, int]]:
    """Which frames each wanted token was given; ``*`` is the wildcard."""
    tokens = "-|ABCDE"
    scores = np.pad(scores_of(frames, tokens), ((0, 0), (0, 1)))
    targets = [Target((tokens + "*").index(character)) for character in wanted]
    places = locate(scores, targets, blank=0)
    return [(text, *place[:2]) for text, place in zip(wanted, places, strict=True)]


def test_letters_are_found_where_they_are_heard() -> None:
    assert found("--AA-B||-C-", "AB|C") == [("A", 2, 4), ("B", 5, 6), ("|", 6, 8), ("C", 9, 10)]


def test_the_same_letter_twice_is_two_letters() -> None:
    assert found("-A-A-", "AA") == [("A", 1, 2), ("A", 3, 4)]


def test_the_score_is_the_mean_of_the_frames() -> None:
    ((first, last, score),) = locate(scores_of("-AA-", "-A"), [Target(1)], blank=0)
    assert (first, last) == (1, 3)
    assert score == pytest.approx(np.log(0.9), abs=1e-4)


def test_a_wildcard_takes_what_was_said_and_cannot_be_spelt() -> None:
    """A number between two words, and what others say around the line."""
    places = found("DCAEDDEDBCE", "*A*B*")
    assert [place for place in places if place[0] != "*"] == [("A", 2, 3), ("B", 8, 9)]


def test_letters_are_found_in_their_order() -> None:
    assert found("-A-B--A----", "AB") == [("A", 1, 2), ("B", 3, 4)]


def test_words_are_in_order_and_near_their_line(aligner: CtcAligner) -> None:
    lines = [(Span(5.0, 8.0), TEXT), (Span(20.25, 24.0), TEXT), (Span(82.0, 85.0), TEXT)]
    for (line, text), words in zip(lines, aligner(SOUND, lines), strict=True):
        assert [word.text for word in words] == WORDS
        assert "".join(word.text for word in words) == text
        assert all(one.span.end_s <= two.span.start_s + 1e-9 for one, two in pairwise(words))
        assert words[0].span.start_s >= max(SOUND.start_s, line.start_s - MARGIN_S) - 1e-6
        assert words[-1].span.end_s <= min(SOUND.span.end_s, line.end_s + MARGIN_S) + 1e-6
        for word in words:
            if "2024" in word.text:
                assert word.probability is None
            else:
                assert word.probability is not None
                assert 0.0 < word.probability < 1.0
                assert word.span.duration_s > 0.0


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (Span(10, 12), "2024"),
        (Span(10, 12), "мир"),
        (Span(10, 12), "   "),
        (Span(10, 10.2), "far more letters than there are frames in little over a second " * 2),
        (Span(300, 302), "behind the end"),
        (Span(0, 1), "before the beginning"),
        (Span(84.999, 85.0), ""),
    ],
)
def test_what_cannot_be_aligned_has_no_words(aligner: CtcAligner, line: Span, text: str) -> None:
    assert aligner(SOUND, [(line, text), (Span(20, 22), "but this can")])[0] == ()
    assert len(aligner(SOUND, [(line, text), (Span(20, 22), "but this can")])[1]) == 3


def test_a_long_line_is_heard_in_pieces_that_fit_together(aligner: CtcAligner) -> None:
    """With context around each piece, the scores are those of the whole, or nearly."""
    samples = SOUND.samples[: 70 * 16_000]
    together = aligner._run(samples)
    pieces = aligner._emission(samples)[:, :-1]
    assert pieces.shape == together.shape
    assert np.abs(np.exp(pieces) - np.exp(together)).max() < 0.02
    (words,) = aligner(SOUND, [(Span(6.0, 80.0), " ".join([TEXT] * 20))])
    assert len(words) == 120


@pytest.mark.parametrize("kind", ["Hubert", "WavLM"])
def test_others_of_its_kind_are_loaded_alike(tmp_path: Path, kind: str) -> None:
    aligner = CtcAligner(save_ctc(tmp_path / kind, kind), device="cpu")
    (words,) = aligner(SOUND, [(Span(10, 13), TEXT)])
    assert [word.text for word in words] == WORDS


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="There is no folder"):
        CtcAligner(tmp_path / "nowhere")


def test_a_model_of_another_kind_is_refused(checkpoint: Path, tmp_path: Path) -> None:
    folder = copy_of(checkpoint, tmp_path)
    config = json.loads((folder / "config.json").read_text())
    config["architectures"] = ["Wav2Vec2ForPreTraining"]
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelCorrupt, match="Wav2Vec2ForPreTraining, not one that was trained"):
        CtcAligner(folder)


def test_half_a_download_is_told_as_such(checkpoint: Path, tmp_path: Path) -> None:
    folder = copy_of(checkpoint, tmp_path)
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ModelCorrupt, match="cut off"):
        CtcAligner(folder)


@pytest.mark.parametrize("name", ["vocab.json", "preprocessor_config.json"])
def test_a_missing_file_is_told_in_one_line(checkpoint: Path, tmp_path: Path, name: str) -> None:
    folder = copy_of(checkpoint, tmp_path)
    (folder / name).unlink()
    with pytest.raises(ModelCorrupt, match="cannot be loaded") as caught:
        CtcAligner(folder)
    assert "\n" not in str(caught.value)


def test_weights_that_lack_the_letters_are_refused(checkpoint: Path, tmp_path: Path) -> None:
    """Else the library would make some up at random."""
    from safetensors.torch import load_file, save_file

    folder = copy_of(checkpoint, tmp_path)
    weights = load_file(folder / "model.safetensors")
    kept = {name: tensor for name, tensor in weights.items() if not name.startswith("lm_head")}
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelCorrupt, match="lack 2 parts"):
        CtcAligner(folder)


def test_weights_as_they_were_named_before_are_taken(
    aligner: CtcAligner, checkpoint: Path, tmp_path: Path
) -> None:
    """Such as those of wav2vec2-base-960h, which lack what only training needs as well."""
    from safetensors.torch import load_file, save_file

    folder = copy_of(checkpoint, tmp_path)
    names = {"parametrizations.weight.original0": "weight_g"}
    names["parametrizations.weight.original1"] = "weight_v"
    kept = {}
    for name, tensor in load_file(folder / "model.safetensors").items():
        for new, old in names.items():
            name = name.replace(new, old)  # noqa: PLW2901
        if "masked_spec_embed" not in name:
            kept[name] = tensor
    assert any(name.endswith("weight_g") for name in kept)
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    lines = [(Span(10, 13), TEXT)]
    assert CtcAligner(folder, device="cpu")(SOUND, lines) == aligner(SOUND, lines)


def test_a_device_that_is_not_here_is_an_error(checkpoint: Path) -> None:
    with pytest.raises(ModelMissing, match="cuda:99"):
        CtcAligner(checkpoint, device="cuda:99")
    with pytest.raises(OptionError, match="no device"):
        CtcAligner(checkpoint, device="gpu")


def copy_of(checkpoint: Path, folder: Path) -> Path:
    for path in checkpoint.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder
