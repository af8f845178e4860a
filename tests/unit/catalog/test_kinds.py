"""Which model a folder holds, and what is said of those that nothing here can use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audiosvc.catalog.kinds import tell
from audiosvc.errors import ModelCorrupt, ModelUnknown
from tests.unit.catalog.fakes import CTC_FILES, MOSS_FILES, PYANNOTE_FILES, WHISPER_FILES, write

ORIGINAL_MOSS = {
    "model_type": "moss_transcribe_diarize",
    "architectures": ["MossTranscribeDiarizeForConditionalGeneration"],
    "auto_map": {"AutoConfig": "configuration_moss.MossTranscribeDiarizeConfig"},
    "audio_config": {"model_type": "whisper"},
}
NATIVE = {"audio_config": {"model_type": "moss_transcribe_diarize_audio"}}


def config(**values: object) -> dict[str, bytes]:
    return {"config.json": json.dumps(values).encode()}


@pytest.mark.parametrize(
    ("files", "card"),
    [
        (WHISPER_FILES, "whisper-base"),
        ({"vocabulary.txt": b""}, "whisper-base"),
        (config(model_type="whisper"), "whisper-base"),
        ({**config(model_type="bert"), "model.bin": b""}, "whisper-base"),
        (MOSS_FILES, "moss-transcribe-diarize"),
        (config(**{**ORIGINAL_MOSS, **NATIVE}), "moss-transcribe-diarize"),
        (config(model_type="vibevoice_asr"), "vibevoice-asr"),
        (config(model_type="qwen2_5_omni"), "qwen2.5-omni-7b"),
        (config(model_type="qwen2_audio"), "qwen2-audio"),
        (CTC_FILES, "wav2vec2-english"),
        (config(model_type="hubert", architectures=["HubertForCTC"]), "wav2vec2-english"),
        (PYANNOTE_FILES, "pyannote-community-1"),
        ({"config.json.bak": b"{}"}, None),
        ({}, None),
    ],
)
def test_a_model_is_told_by_its_files(
    tmp_path: Path, files: dict[str, bytes], card: str | None
) -> None:
    assert tell(write(tmp_path, files), "it") == card


@pytest.mark.parametrize(
    ("values", "instead"),
    [
        (ORIGINAL_MOSS, "moss"),
        ({**ORIGINAL_MOSS, "model_type": "moss_td"}, "moss"),
        ({"model_type": "vibevoice", "architectures": ["VibeVoiceForASRTraining"]}, "vibevoice"),
    ],
)
def test_a_layout_that_brings_code_is_told_apart(
    tmp_path: Path, values: dict[str, object], instead: str
) -> None:
    write(tmp_path, config(**values))
    with pytest.raises(ModelUnknown, match=f"its makers.*audiosvc models pull {instead},"):
        tell(tmp_path, "org/name")


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (config(model_type="bert", architectures=["BertModel"]), "bert and BertModel"),
        (config(model_type="moss_tts", auto_map={"AutoModel": "x.MossTTS"}), "moss_tts"),
        (config(architectures=["Wav2Vec2Model"]), "Wav2Vec2Model"),
        ({"config.yaml": b"model: none"}, "not one of pyannote's"),
        (
            {"config.yaml": b"name: pyannote.audio.pipelines.VoiceActivityDetection"},
            "for VoiceActivityDetection",
        ),
    ],
)
def test_of_another_model_it_is_said_what_it_is_and_what_would_do(
    tmp_path: Path, files: dict[str, bytes], found: str
) -> None:
    write(tmp_path, files)
    with pytest.raises(
        ModelUnknown, match=rf"^org/name holds a .*{found}.*model\.bin.*config\.yaml"
    ):
        tell(tmp_path, "org/name")


def test_a_pipeline_of_other_repositories_parts_is_refused(tmp_path: Path) -> None:
    pipeline = PYANNOTE_FILES["config.yaml"].replace(b"$model", b"pyannote")
    write(tmp_path, {"config.yaml": pipeline})
    with pytest.raises(ModelUnknown, match=r"other repositories.*pull pyannote-community-1"):
        tell(tmp_path, "org/name")


@pytest.mark.parametrize("data", [b"", b'{"half', b"\xff\xfe", b"[1]"])
def test_a_configuration_that_cannot_be_read_is_damage(tmp_path: Path, data: bytes) -> None:
    write(tmp_path, {"config.json": data})
    with pytest.raises(ModelCorrupt, match=r"config\.json .*no JSON"):
        tell(tmp_path, "org/name")
