"""Which model a folder holds, told by its files: it is then used as one that has a card is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from audiosvc.catalog.layouts import PIPELINE
from audiosvc.errors import ModelCorrupt, ModelUnknown

WHISPER = "whisper-base"
ALIGNER = "wav2vec2-english"
DIARIZER = "pyannote-community-1"
LIKE = {
    "moss_transcribe_diarize": "moss-transcribe-diarize",
    "vibevoice_asr": "vibevoice-asr",
    "whisper": WHISPER,
    "qwen2_5_omni": "qwen2.5-omni-7b",
    "qwen2_audio": "qwen2-audio",
}
"""The type that config.json names → the card."""

ORIGINALS = {
    "mosstranscribediarize": "moss",
    "vibevoiceasr": "vibevoice",
    "vibevoicefor": "vibevoice",
}
"""What is named in their makers' own layouts, without marks → what to use instead."""

CONFIGS = ("config.json", PIPELINE)
UNDERSTOOD = (
    "What would be understood: a Whisper for CTranslate2 (model.bin); MOSS-Transcribe-Diarize, "
    "VibeVoice-ASR, Qwen2.5-Omni, Qwen2-Audio, or a CTC model such as wav2vec2, in the layout of "
    "transformers (config.json); "
    "a pyannote pipeline for diarization that brings its parts (config.yaml)."
)

_DIARIZATION = re.compile(r"\bname:\s*[\"']?pyannote\.audio\.pipelines\.([\w.]*)")


def tell(folder: Path, name: str) -> str | None:
    """The card of the model that the one in ``folder`` is used like; None when nothing tells it.

    name: for messages. Raises ModelUnknown for another kind of model, ModelCorrupt when what
    should tell it cannot be read.
    """
    if (folder / "model.bin").is_file():
        return WHISPER
    if (folder / "config.json").is_file():
        return _by_config(_read_config(folder / "config.json"), name)
    if (folder / PIPELINE).is_file():
        return _by_pipeline(folder / PIPELINE, name)
    return WHISPER if any(folder.glob("vocabulary.*")) else None


def nothing_found(name: str) -> ModelUnknown:
    """What to say of a folder that nothing tells."""
    return ModelUnknown(
        f"{name} holds no model: there is no model.bin, no config.json and no config.yaml in it. "
        f"{UNDERSTOOD}"
    )


def _by_config(config: Mapping[str, Any], name: str) -> str:
    kind = str(config.get("model_type") or "")
    architectures = [str(one) for one in config.get("architectures") or ()]
    if (known := _original(config, kind, architectures)) is not None:
        raise ModelUnknown(
            f"{name} holds {kind or architectures[0]} in the layout of its makers, which brings "
            "code of its own; that is never run. The same model in the layout of transformers: "
            f"audiosvc models pull {known}, then --model {known}"
        )
    if kind in LIKE:
        return LIKE[kind]
    if any(one.endswith("ForCTC") for one in architectures):
        return ALIGNER
    if not kind and not architectures:
        return WHISPER  # CTranslate2's configuration names no type
    found = " and ".join(filter(None, [kind, ", ".join(architectures)]))
    raise ModelUnknown(f"{name} holds a model of another kind: {found}. {UNDERSTOOD}")


def _original(config: Mapping[str, Any], kind: str, architectures: Sequence[str]) -> str | None:
    """What to use instead of a model in its makers' layout; None when it is not one.

    Such a layout maps its types to code. transformers has types for the parts, and no map.
    """
    mapped = config.get("auto_map")
    audio = config.get("audio_config")
    of_audio = str(audio.get("model_type") or "") if isinstance(audio, Mapping) else ""
    if kind in LIKE and (not mapped or of_audio.startswith(kind)):
        return None
    words = [kind, *architectures, *(mapped.values() if isinstance(mapped, Mapping) else ())]
    text = re.sub(r"[^a-z]", "", " ".join(map(str, words)).lower())
    return next((known for word, known in ORIGINALS.items() if word in text), None)


def _by_pipeline(path: Path, name: str) -> str:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise ModelCorrupt(f"{path} cannot be read: {error.strerror}.") from error
    pipeline = _DIARIZATION.search(text)
    if pipeline is None or pipeline[1].rpartition(".")[2] != "SpeakerDiarization":
        found = f"of pyannote, for {pipeline[1]}" if pipeline else "that is not one of pyannote's"
        raise ModelUnknown(f"{name} holds a config.yaml {found}. {UNDERSTOOD}")
    if "$model/" not in text:
        raise ModelUnknown(
            f"{name} holds a pyannote pipeline whose parts lie in other repositories. One that "
            f"brings its parts: audiosvc models pull {DIARIZER}"
        )
    return DIARIZER


def _read_config(path: Path) -> Mapping[str, Any]:
    try:
        config = json.loads(path.read_bytes())
    except OSError as error:
        raise ModelCorrupt(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ModelCorrupt(f"{path} is no JSON: was it fetched whole?") from error
    if not isinstance(config, Mapping):
        raise ModelCorrupt(f"{path} is not the configuration of a model: it is no JSON object.")
    return config
