"""Whatever may be wrong with a folder or a device is one clear line, and never random weights."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from audiosvc.backends.moss import MossModel
from audiosvc.errors import ModelCorrupt, ModelError, ModelMissing, OptionError
from tests.unified.checkpoints import rewrite_config

WEIGHTS = "model.safetensors"
PULL = "audiosvc models pull moss"


@pytest.fixture
def copy(checkpoint: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(checkpoint, tmp_path / "moss"))


def told(folder: Path, **options: str) -> str:
    with pytest.raises((ModelError, OptionError)) as caught:
        MossModel(folder, **options)
    message = str(caught.value)
    assert "\n" not in message
    return f"{type(caught.value).__name__}: {message}"


def change(folder: Path, edit: Callable[[dict], dict]) -> None:
    """Rewrite the weights."""
    from safetensors.torch import load_file, save_file

    save_file(edit(load_file(folder / WEIGHTS)), folder / WEIGHTS, metadata={"format": "pt"})


def shard(folder: Path) -> None:
    (folder / WEIGHTS).rename(folder / "model-00001-of-00002.safetensors")
    names = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    (folder / f"{WEIGHTS}.index.json").write_text(json.dumps({"weight_map": names}), "utf-8")


def cut(folder: Path, keep: int) -> None:
    path = folder / WEIGHTS
    path.write_bytes(path.read_bytes()[:keep])


def original_layout(weights: dict) -> dict:
    return {key.replace("audio_tower", "whisper_encoder"): one for key, one in weights.items()}


def half_a_layer(weights: dict) -> dict:
    name = next(key for key in weights if key.endswith("mlp.down_proj.weight"))
    return weights | {name: weights[name][:, ::2].contiguous()}


def without_projector(weights: dict) -> dict:
    return {key: one for key, one in weights.items() if "projector" not in key}


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (shutil.rmtree, "ModelMissing: There is no folder"),
        (lambda folder: (folder / "config.json").unlink(), "ModelMissing: * not the folder of a"),
        (lambda folder: rewrite_config(folder, model_type="whisper"), "ModelCorrupt: * 'whisper'"),
        (lambda folder: (folder / "config.json").write_text("{"), "ModelCorrupt: * cannot be read"),
        (lambda folder: (folder / "config.json").write_text("[]"), "ModelCorrupt: * no JSON obj"),
        (lambda folder: (folder / WEIGHTS).unlink(), "ModelMissing: * holds no weights"),
        (shard, "ModelCorrupt: * half downloaded: 1 of 2 weight files * model-00002-of-00002"),
        (lambda folder: cut(folder, 0), "ModelCorrupt: * no safetensors file"),
        (lambda folder: cut(folder, 100), "ModelCorrupt: * cut off * 100 bytes, * at least"),
        (lambda folder: cut(folder, -1), "ModelCorrupt: * cut off or damaged"),
        (
            lambda folder: (folder / WEIGHTS).write_text("version https://git-lfs.github.com/spec"),
            "ModelCorrupt: * no safetensors file",
        ),
        (
            lambda folder: change(folder, original_layout),
            "ModelCorrupt: * do not belong to this model: * missing, such as model.audio_tower.",
        ),
        (lambda folder: change(folder, half_a_layer), "ModelCorrupt: * 1 are mismatched"),
        (lambda folder: change(folder, without_projector), "ModelCorrupt: * projector"),
        (
            lambda folder: (folder / "chat_template.jinja").unlink(),
            "ModelCorrupt: * no chat template",
        ),
        (
            lambda folder: (folder / "processor_config.json").unlink(),
            "ModelCorrupt: The processor in",
        ),
    ],
)
def test_a_damaged_folder_is_told_in_one_line(copy, damage, message):
    damage(copy)
    said = told(copy)
    kind, *parts = message.split("*")
    assert said.startswith(kind.strip())
    for part in parts:
        assert part.strip() in said
    assert PULL in said


def test_pickled_weights_are_not_read(copy):
    (copy / WEIGHTS).unlink()
    (copy / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'touch owned'\ntR.")
    assert told(copy).startswith("ModelMissing")


def test_code_that_lies_beside_the_weights_is_not_run(copy):
    (copy / "evil.py").write_text("raise SystemExit('ran')", "utf-8")
    rewrite_config(copy, auto_map={"AutoProcessor": "evil.Evil", "AutoModel": "evil.Evil"})
    assert MossModel(copy).limits.streams


@pytest.mark.parametrize("device", ["cuda", "cuda:7", "mps"])
def test_a_device_that_is_not_here_is_an_error(checkpoint, device):
    import torch

    if device.startswith("cuda") and torch.cuda.is_available():
        pytest.skip("this machine has one")
    if device == "mps" and torch.backends.mps.is_available():
        pytest.skip("this machine has one")
    with pytest.raises(ModelMissing, match=rf"{device}.*sees .*cpu.*--device cpu"):
        MossModel(checkpoint, device=device)


@pytest.mark.parametrize("options", [{"device": "gpu"}, {"device": "cuda:"}, {"dtype": "int4"}])
def test_what_does_not_exist_is_told_with_what_does(checkpoint, options):
    assert "name auto, " in told(checkpoint, **options)


def test_numbers_are_as_small_as_asked(checkpoint):
    import torch

    assert MossModel(checkpoint)._model.dtype is torch.float32
    assert MossModel(checkpoint, dtype="bfloat16")._model.dtype is torch.bfloat16


def test_the_limits_are_the_model_s(loaded):
    limits = loaded.limits
    assert (limits.window_s, limits.margin_s, limits.first_window_s) == (300.0, 10.0, None)
    assert limits.longest_s == (4096 - 256) // (12.5 + 4 / 2 + 7)
    assert limits.windows_at_once == 4
    assert limits.streams
    assert limits.knows_speakers
    assert loaded.markup == "sats"


def test_a_model_that_nobody_holds_leaves_no_thread(checkpoint):
    import gc
    import threading

    gc.collect()
    before = threading.active_count()
    moss = MossModel(checkpoint)
    assert threading.active_count() == before + 1
    del moss
    gc.collect()
    assert threading.active_count() == before


def test_wherever_a_file_is_cut_off_it_is_noticed(copy):
    for keep in (7, 8, 9, 5000):
        shutil.copy(copy / WEIGHTS, copy / "whole")
        cut(copy, keep)
        with pytest.raises(ModelCorrupt):
            MossModel(copy)
        (copy / "whole").replace(copy / WEIGHTS)
    assert MossModel(copy).limits.streams
