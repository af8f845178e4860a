"""Whether the folder of a pyannote pipeline can be loaded without trusting who made it.

pyannote unpickles its checkpoints whole, and imports whatever class a configuration names. So
each is looked at first: a pipeline and architectures of pyannote's own, parts that lie in this
folder, and pickles that hold weights, and how pyannote describes them, and nothing else.
"""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

from audiosvc.errors import ModelCorrupt, ModelMissing

PIPELINES = frozenset(
    {
        "pyannote.audio.pipelines.SpeakerDiarization",
        "pyannote.audio.pipelines.speaker_diarization.SpeakerDiarization",
    }
)
ARCHITECTURES = "pyannote.audio.models."
FILES = {
    "segmentation": ("pytorch_model.bin",),
    "embedding": ("pytorch_model.bin",),
    "plda": ("xvec_transform.npz", "plda.npz"),
}
WAY_OUT = "Fetch it again: audiosvc models pull pyannote/speaker-diarization-community-1"
_TOP = frozenset({"version", "dependencies", "pipeline", "params", "freeze"})


def check_pipeline(folder: Path) -> None:
    """Raises ModelMissing when it is not there or not whole, ModelCorrupt when it is refused."""
    config = _read_config(folder / "config.yaml")
    for role, part in _parts(folder, config).items():
        for name in FILES[role]:
            path = folder / part / name
            if not path.is_file():
                raise ModelMissing(
                    f"{folder} is half downloaded: {part}/{name} is not there. {WAY_OUT}"
                )
            if path.suffix == ".bin":
                check_checkpoint(path)


def check_checkpoint(path: Path) -> None:
    """Raises ModelCorrupt when a checkpoint is damaged, or could do more than be weights."""
    content = _load_weights(path)
    try:
        module = str(content["pyannote.audio"]["architecture"]["module"])
        parameters = dict(content.get("hyper_parameters") or {})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelCorrupt(f"{path} is no checkpoint of pyannote.audio. {WAY_OUT}") from error
    if not module.startswith(ARCHITECTURES):
        raise ModelCorrupt(
            f"{path} is refused: its architecture is {module!r}, none of pyannote's own. {WAY_OUT}"
        )
    if "_instantiator" in parameters:  # Lightning would call whatever it names
        raise ModelCorrupt(f"{path} is refused: it names a function to call. {WAY_OUT}")


def _load_weights(path: Path) -> Any:
    import torch
    from pyannote.audio.core.task import Problem, Resolution, Specifications

    known = [Problem, Resolution, Specifications, torch.torch_version.TorchVersion]
    try:
        with torch.serialization.safe_globals(known):
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        found = re.search(r"GLOBAL (\S+)", str(error))
        if found is None:
            raise ModelCorrupt(f"{path} is damaged, or no checkpoint. {WAY_OUT}") from error
        raise ModelCorrupt(
            f"{path} is refused: beside weights it holds {found[1]}, which could run any code. "
            f"{WAY_OUT}"
        ) from error
    except (RuntimeError, ValueError, KeyError, EOFError, OSError) as error:
        raise ModelCorrupt(f"{path} is damaged, or no checkpoint. {WAY_OUT}") from error


def _read_config(path: Path) -> dict[str, Any]:
    import yaml  # type: ignore[import-untyped]

    try:
        config = yaml.safe_load(path.read_bytes())
    except FileNotFoundError as error:
        raise ModelMissing(
            f"{path.parent} is not the folder of a pyannote pipeline: it holds no {path.name}. "
            f"{WAY_OUT}"
        ) from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ModelCorrupt(f"{path} cannot be read. {WAY_OUT}") from error
    if not isinstance(config, dict) or not isinstance(config.get("pipeline"), dict):
        raise ModelCorrupt(f"{path} describes no pipeline. {WAY_OUT}")
    return config


def _parts(folder: Path, config: dict[str, Any]) -> dict[str, str]:
    """The subfolder of each part. Everything else in the configuration has to be plain values."""
    where = folder / "config.yaml"
    unknown = sorted(set(map(str, config)) - _TOP)
    if unknown:
        raise ModelCorrupt(f"{where} is refused: {unknown[0]!r} is not known in it. {WAY_OUT}")
    pipeline = config["pipeline"]
    if pipeline.get("name") not in PIPELINES:
        raise ModelCorrupt(
            f"{where} is refused: it names the pipeline {pipeline.get('name')!r}, not pyannote's "
            f"for speaker diarization. {WAY_OUT}"
        )
    parameters = pipeline.get("params")
    parameters = parameters if isinstance(parameters, dict) else {}
    parts = {role: _subfolder(where, role, parameters.get(role)) for role in FILES}
    for name, value in parameters.items():
        if name not in parts and not isinstance(value, str | int | float | None):
            raise ModelCorrupt(f"{where} is refused: {name!r} is no plain value. {WAY_OUT}")
    return parts


def _subfolder(where: Path, role: str, value: object) -> str:
    """``$model/embedding`` lies beside the configuration; any other name would be fetched."""
    match = re.fullmatch(r"\$model/([\w-]+)", value) if isinstance(value, str) else None
    if match is None:
        raise ModelCorrupt(
            f"{where} is refused: its {role} is {value!r}, which does not lie in the folder. Name "
            f"a pipeline that is whole, such as community-1. {WAY_OUT}"
        )
    return match[1]
