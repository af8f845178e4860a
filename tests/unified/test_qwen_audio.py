"""Tiny audio-language models of random weights: what they hear and read, and what comes of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audiosvc.backends.qwen_audio import Qwen2Audio, QwenListener, QwenOmni
from audiosvc.catalog import Catalog
from audiosvc.errors import ModelCorrupt, ModelFailed, ModelMissing
from audiosvc.estimates import Hearing
from audiosvc.geo.atlas import Atlas
from audiosvc.geo.evidence.guess_reply import QUESTION, SCHEMA
from audiosvc.geo.grid import load_grid
from audiosvc.geo.prior import log_prior
from tests.fakes.audio_language import answer
from tests.fakes.small_world import SmallGazetteer
from tests.unified.conftest import clip
from tests.unified.qwen_checkpoints import save_omni, save_qwen2_audio

KINDS: dict[str, tuple[type[QwenListener], Callable[[Path], Path]]] = {
    "qwen2_5_omni": (QwenOmni, save_omni),
    "qwen2_audio": (Qwen2Audio, save_qwen2_audio),
}
GAZETTEER: Any = SmallGazetteer()


@pytest.fixture(scope="module", params=KINDS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return KINDS[request.param][1](tmp_path_factory.mktemp("qwen") / request.param)


@pytest.fixture(scope="module")
def model(folder: Path) -> QwenListener:
    return KINDS[folder.name][0](folder, threads=2, device="cpu")


def favour(model: QwenListener, text: str) -> Any:
    """Makes it write this, whatever its weights say. Returns what undoes it."""
    tokenizer, inner = model._tokenizer, model._model
    wanted = tokenizer.encode(text + "<|im_end|>", add_special_tokens=False)
    written: list[int] = []

    def steer(_module: object, _inputs: object, scores: Any) -> Any:
        scores[:, -1, wanted[min(len(written), len(wanted) - 1)]] += 1e4
        written.append(1)
        return scores

    head = inner.get_output_embeddings()
    return head.register_forward_hook(steer)


def test_it_has_a_place_for_each_piece_of_sound(model: QwenListener) -> None:
    inputs = model._inputs(clip(7.0), "Where?")
    ids = inputs["input_ids"][0].tolist()
    said = model._tokenizer.decode(ids)
    assert "<|AUDIO|><|audio_eos|>" in said
    assert said.endswith("Where?<|im_end|>\n<|im_start|>assistant\n")
    assert ids.count(model._model.config.audio_token_id) == 175  # 25 a second


def test_random_weights_write_rubbish_and_that_is_a_notice(model: QwenListener) -> None:
    hearing = Hearing(clip(5.0), clip(5.0))
    grid = load_grid()
    atlas = Atlas(grid, GAZETTEER, log_prior(grid), ()).asking(model)
    found, (notice,) = atlas.evidence(hearing)
    assert found == []
    assert notice.code == "evidence_failed"
    assert f"{model.name} was asked twice, and its reply could not be used" in notice.message


def test_what_it_writes_becomes_evidence(model: QwenListener) -> None:
    grid = load_grid()
    atlas = Atlas(grid, GAZETTEER, log_prior(grid), ()).asking(model)
    hook = favour(model, "```json\n" + answer() + "\n```")
    try:
        (piece,), notices = atlas.evidence(Hearing(clip(5.0), clip(5.0)))
    finally:
        hook.remove()
    assert notices == ()
    assert piece.claim.startswith(f'{model.name} says: "Stockholm, Sweden: Swedish is spoken')


def test_the_same_clip_and_question_give_the_same_reply_and_others_another(
    model: QwenListener,
) -> None:
    first = model.ask(clip(3.0), QUESTION, SCHEMA)
    assert model.ask(clip(3.0), QUESTION, SCHEMA) == first
    assert model.ask(clip(3.0, seed=9), "Who?", SCHEMA) != first
    assert "<|" not in first


def test_no_more_is_sent_than_it_hears(model: QwenListener) -> None:
    longest = clip(min(60.0, model.longest_s))
    ids = model._inputs(longest, "Where?")["input_ids"][0].tolist()
    assert ids.count(model._model.config.audio_token_id) == round(25 * longest.duration_s)


def test_a_folder_is_told_by_its_files_and_loaded_once(folder: Path, tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    found = catalog.listener(str(folder), threads=1, device="cpu")
    assert type(found) is KINDS[folder.name][0]
    assert catalog.listener(str(folder), threads=1, device="cpu") is found
    assert catalog.state(str(folder)) == "there"


def test_the_prompt_is_what_the_library_makes_of_it(tmp_path: Path) -> None:
    """Of Qwen2-Audio: the other's processor wants packages for pictures."""
    from transformers import Qwen2AudioProcessor

    model = Qwen2Audio(save_qwen2_audio(tmp_path), device="cpu")
    processor = Qwen2AudioProcessor(model._extractor, model._tokenizer)
    parts = [{"type": "audio", "audio_url": "clip"}, {"type": "text", "text": "Where?"}]
    text = processor.apply_chat_template(
        [{"role": "user", "content": parts}], add_generation_prompt=True, tokenize=False
    )
    theirs = processor(
        text=text, audio=[clip(7.0).samples], sampling_rate=16_000, return_tensors="pt"
    )
    ours = model._inputs(clip(7.0), "Where?")
    for name, tensor in ours.items():
        assert theirs[name].shape == tensor.shape
        assert bool((theirs[name] == tensor).all())


def test_memory_that_is_not_enough_is_told(model: QwenListener) -> None:
    import torch

    def full(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    hook = model._model.get_output_embeddings().register_forward_hook(full)
    try:
        with pytest.raises(ModelFailed, match="has no memory left on cpu to hear 3 s"):
            model.ask(clip(3.0), QUESTION, SCHEMA)
    finally:
        hook.remove()


def test_a_folder_that_is_not_there(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="There is no folder"):
        KINDS[folder.name][0](tmp_path / "nowhere", device="cpu")


def test_a_model_of_another_kind_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps(config | {"model_type": "qwen3"}))
    with pytest.raises(ModelCorrupt, match="of the type 'qwen3', not"):
        KINDS[folder.name][0](copy, device="cpu")


def test_a_missing_file_is_told_in_one_line(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    (copy / "tokenizer.json").unlink()
    with pytest.raises(ModelMissing, match=r"no tokenizer.json or vocab.json"):
        Catalog(tmp_path).listener(str(copy))
    (copy / "preprocessor_config.json").unlink()
    with pytest.raises(ModelCorrupt, match=r"feature extractor in .* cannot be loaded") as caught:
        KINDS[folder.name][0](copy, device="cpu")
    assert "\n" not in str(caught.value)


def test_weights_that_lack_a_part_are_refused(folder: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    weights = load_file(copy / "model.safetensors")
    kept = {name: tensor for name, tensor in weights.items() if "lm_head" not in name}
    save_file(kept, copy / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelCorrupt, match="do not belong to this model: 1 are missing"):
        KINDS[folder.name][0](copy, device="cpu")
