"""The names of devices, and what is said when one is not here."""

from __future__ import annotations

import logging
from pathlib import Path

import ctranslate2
import pytest

from audiosvc.backends.cublas import cublas_files
from audiosvc.backends.devices import describe, device, for_ctranslate2, split_name
from audiosvc.backends.faster_whisper import FasterWhisperRecognizer
from audiosvc.backends.onnx import _tell_of_cpu, open_session
from audiosvc.errors import ModelMissing, OptionError

GPUS = ctranslate2.get_cuda_device_count()


@pytest.mark.parametrize(
    ("name", "kind", "number"),
    [
        ("auto", "auto", 0),
        ("cpu", "cpu", 0),
        ("mps", "mps", 0),
        ("cuda", "cuda", 0),
        ("cuda:0", "cuda", 0),
        ("cuda:3", "cuda", 3),
    ],
)
def test_a_name_is_a_kind_and_a_number(name: str, kind: str, number: int) -> None:
    assert split_name(name) == (kind, number)


@pytest.mark.parametrize("name", ["", "gpu", "CUDA", "cuda:", "cuda:x", "cpu:1", "mps:0", "auto:1"])
def test_what_is_no_device_is_refused_with_the_names_there_are(name: str) -> None:
    with pytest.raises(OptionError, match=r"no device .* auto, cpu, cuda, mps"):
        split_name(name)


def test_auto_is_what_the_machine_has() -> None:
    assert for_ctranslate2("auto") == (device(), 0)
    assert for_ctranslate2("cpu") == ("cpu", 0)


def test_a_gpu_that_is_not_here_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    """Asked before anything is read: the folder holds no model."""
    with pytest.raises(ModelMissing, match=r"CTranslate2 .* sees .* --device cpu") as caught:
        FasterWhisperRecognizer(tmp_path, device=f"cuda:{GPUS}")
    assert f"cuda:{GPUS}" in str(caught.value)


def test_whisper_does_not_know_mps(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="mps"):
        FasterWhisperRecognizer(tmp_path, device="mps")


def test_cublas_is_found_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "cublas" / "lib"
    folder.mkdir(parents=True)
    (folder / "libcublas.so.12").touch()
    assert cublas_files([str(tmp_path)]) == []
    (folder / "libcublasLt.so.12").touch()
    found = cublas_files([str(tmp_path / "elsewhere"), str(tmp_path)])
    assert [path.name for path in found] == ["libcublasLt.so.12", "libcublas.so.12"]


@pytest.mark.skipif(GPUS > 0, reason="for a machine without a GPU")
def test_small_models_stay_on_the_cpu_and_the_log_says_so_once(
    repository: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (path,) = (repository / "models" / "campplus-zh-en").glob("*.onnx")
    _tell_of_cpu.cache_clear()
    with caplog.at_level(logging.INFO):
        for name in ("cpu", "auto", "cuda", "cuda"):
            assert open_session(path, name).get_providers() == ["CPUExecutionProvider"]
    assert [record.message for record in caplog.records] == [
        "The small ONNX models compute on the CPU: ONNX Runtime has no use for cuda here."
    ]


def test_a_small_model_knows_the_names_too(repository: Path) -> None:
    (path,) = (repository / "models" / "campplus-zh-en").glob("*.onnx")
    with pytest.raises(OptionError, match="no device 'gpu'"):
        open_session(path, "gpu")


def test_every_library_tells_what_it_sees() -> None:
    found = describe()
    assert found["CTranslate2"] == ctranslate2.__version__
    assert "CPU" in found["ONNX Runtime"]
    if "torch" in found:
        assert found["torch"].endswith("cpu")
