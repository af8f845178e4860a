"""A pipeline of pyannote.audio, tiny but whole, and what is refused before it is unpickled."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audiosvc.backends.pyannote_checkpoints import check_pipeline
from audiosvc.backends.pyannote_diarization import PyannoteDiarizer, quietly
from audiosvc.errors import ModelCorrupt, ModelMissing, OptionError
from audiosvc.ports import Diarizer
from audiosvc.transcription.cascade import Cascade
from audiosvc.types import Audio, Hints, LocalSegment, Window
from tests.contract.test_diarizer import (
    test_a_piece_may_be_short,  # noqa: F401 - run here with the real one
    test_calls_side_by_side_do_not_disturb_each_other,  # noqa: F401
    test_samples_that_may_not_be_written_to_are_read,  # noqa: F401
    test_the_same_piece_has_the_same_turns,  # noqa: F401
    test_turns_lie_in_the_piece_and_have_names,  # noqa: F401
)
from tests.fakes import FakeActivity, FakeEmbedder, FakeRecognizer, Script, script
from tests.unified.pipelines import (
    CONFIG,
    FIRST,
    FIRST_AND_SECOND,
    NOBODY,
    save_checkpoint,
    save_pipeline,
    segmentation,
)

pytest.importorskip("torch")
pytest.importorskip("pyannote.audio")

SOUND = Audio(np.random.default_rng(0).normal(0, 0.1, 25 * 16_000).astype(np.float32), 16_000, 60.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole pipeline, which nobody changes."""
    with quietly():
        return save_pipeline(tmp_path_factory.mktemp("pyannote") / "pipeline", hears=FIRST)


@pytest.fixture(scope="module")
def diarizer(folder: Path) -> Diarizer:
    return PyannoteDiarizer(folder, threads=3, device="cpu")


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """One to be spoilt."""
    shutil.copytree(folder, tmp_path / "pipeline")
    return tmp_path / "pipeline"


def load(tmp_path: Path, hears: int | None) -> PyannoteDiarizer:
    with quietly():
        save_pipeline(tmp_path / "pipeline", hears=hears)
    return PyannoteDiarizer(tmp_path / "pipeline", threads=2, device="cpu")


def test_one_who_always_speaks_has_one_turn(diarizer: Diarizer) -> None:
    ((span, name),) = diarizer(SOUND)
    assert isinstance(name, str)
    assert span.start_s == pytest.approx(60.0, abs=0.05)
    assert span.end_s == pytest.approx(85.0, abs=0.05)


def test_nobody_has_no_turn(tmp_path: Path) -> None:
    assert load(tmp_path, NOBODY)(SOUND) == []


def test_two_at_once_are_two(tmp_path: Path) -> None:
    (one, first), (two, second) = load(tmp_path, FIRST_AND_SECOND)(SOUND)
    assert first != second
    assert one.overlap_s(two) > 24.0


def test_turns_are_in_order_inside_the_piece_and_the_same_every_time(tmp_path: Path) -> None:
    diarizer = load(tmp_path, None)
    turns = diarizer(SOUND)
    assert len(turns) > 10
    assert turns == sorted(turns)
    assert all(60.0 <= span.start_s < span.end_s <= 85.0 for span, _ in turns)
    assert diarizer(SOUND) == turns
    moved = diarizer(Audio(SOUND.samples, 16_000, 0.0))
    assert [span.start_s for span, _ in moved] == pytest.approx(
        [span.start_s - 60.0 for span, _ in turns]
    )


def test_the_cascade_takes_its_turns(diarizer: Diarizer) -> None:
    """One voice all along, and a recognizer that hears words at two places."""
    story = script(("A", 61, 66, "here is what I think"), ("A", 70, 76, "and that is all of it"))
    parts = FakeRecognizer(story), FakeActivity(Script(())), FakeEmbedder(story)
    cascade = Cascade(*parts, diarizer=diarizer)
    window = Window(SOUND, SOUND.span, story.speech)
    pieces = list(cascade(window, Hints(language="en")))
    segments = [piece for piece in pieces if isinstance(piece, LocalSegment)]
    assert {segment.speaker for segment in segments} == {segments[0].speaker}
    written = " ".join(segment.text for segment in segments if segment.text)
    assert written == " ".join(line.text for line in story.lines)


def test_nothing_is_sent_and_no_decoder_is_missed(folder: Path) -> None:
    """In a process of its own, because pyannote decides when it is imported."""
    code = (
        "import os, sys; sys.modules['torchcodec'] = None\n"
        "from pathlib import Path\n"
        "import numpy as np\n"
        "from audiosvc.backends.pyannote_diarization import PyannoteDiarizer\n"
        "from audiosvc.types import Audio\n"
        "diarizer = PyannoteDiarizer(Path(sys.argv[1]), device='cpu')\n"
        "diarizer(Audio(np.ones(48000, np.float32), 16000))\n"
        "import pyannote.audio.telemetry.metrics as metrics\n"
        "print(metrics.is_metrics_enabled(), os.environ['PYANNOTE_METRICS_ENABLED'])\n"
    )
    clean = {k: v for k, v in os.environ.items() if k != "PYANNOTE_METRICS_ENABLED"}
    command = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(command, env=clean, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False 0"
    assert "torchcodec" not in done.stderr


class Evil:
    """What a pickle can do: call a function with arguments of its choice."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self._path),)


@pytest.mark.parametrize("part", ["segmentation", "embedding"])
def test_a_pickle_that_runs_code_is_refused_before_it_does(copy: Path, part: str) -> None:
    marker = copy / "was_here"
    checkpoint = copy / part / "pytorch_model.bin"
    save_checkpoint(checkpoint, segmentation(FIRST), extra=Evil(marker))
    with pytest.raises(ModelCorrupt, match=r"refused: beside weights it holds \w+\.mkdir"):
        PyannoteDiarizer(copy, device="cpu")
    assert not marker.exists()
    import torch

    torch.load(checkpoint, weights_only=False)
    assert marker.exists()  # it would have


def test_an_architecture_that_is_not_pyannotes_is_refused(copy: Path) -> None:
    model = segmentation(FIRST)
    described = {
        "versions": {"pyannote.audio": "4.0.7"},
        "architecture": {"module": "subprocess", "class": "Popen"},
        "specifications": model.specifications,
    }
    path = copy / "segmentation" / "pytorch_model.bin"
    save_checkpoint(path, model, **{"pyannote.audio": described})
    with pytest.raises(ModelCorrupt, match="architecture is 'subprocess'"):
        check_pipeline(copy)


def test_a_checkpoint_that_names_a_function_is_refused(copy: Path) -> None:
    named = {"_instantiator": "subprocess.run"}
    path = copy / "embedding" / "pytorch_model.bin"
    save_checkpoint(path, segmentation(FIRST), hyper_parameters=named)
    with pytest.raises(ModelCorrupt, match="names a function"):
        check_pipeline(copy)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("$model/embedding", "pyannote/embedding", "embedding is 'pyannote/embedding'"),
        ("$model/plda", "$model/../elsewhere", "does not lie in the folder"),
        ("    plda: $model/plda\n", "", "plda is None"),
        ("pyannote.audio.pipelines.SpeakerDiarization", "subprocess.Popen", "'subprocess.Popen'"),
        ("dependencies:", "preprocessors: {a: {name: os.system}}\ndependencies:", "preprocessors"),
        ("VBxClustering", "{name: os.system}", "'clustering' is no plain value"),
        ("pipeline:", "pipeline: [", "cannot be read"),
        (CONFIG, "just a sentence", "describes no pipeline"),
    ],
)
def test_a_configuration_that_reaches_elsewhere_is_refused(
    copy: Path, before: str, after: str, told: str
) -> None:
    assert before in CONFIG
    (copy / "config.yaml").write_text(CONFIG.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ModelCorrupt, match=told) as caught:
        PyannoteDiarizer(copy, device="cpu")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        "config.yaml",
        "segmentation/pytorch_model.bin",
        "embedding/pytorch_model.bin",
        "plda/plda.npz",
        "plda/xvec_transform.npz",
    ],
)
def test_half_a_download_is_told_as_such(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(ModelMissing, match=Path(name).name):
        PyannoteDiarizer(copy, device="cpu")


@pytest.mark.parametrize("kept", [0, 10, 5000])
def test_a_damaged_checkpoint_is_told_in_one_line(copy: Path, kept: int) -> None:
    path = copy / "segmentation" / "pytorch_model.bin"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ModelCorrupt, match="damaged, or no checkpoint") as caught:
        PyannoteDiarizer(copy, device="cpu")
    assert "\n" not in str(caught.value)


def test_weights_of_something_else_are_no_checkpoint(copy: Path) -> None:
    import torch

    torch.save({"weight": torch.zeros(3)}, copy / "embedding" / "pytorch_model.bin")
    with pytest.raises(ModelCorrupt, match=r"no checkpoint of pyannote\.audio"):
        check_pipeline(copy)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"holds no config\.yaml"):
        PyannoteDiarizer(tmp_path / "nowhere")


def test_a_device_that_is_not_here_is_an_error(folder: Path) -> None:
    with pytest.raises(ModelMissing, match="cuda:99"):
        PyannoteDiarizer(folder, device="cuda:99")
    with pytest.raises(OptionError, match="no device"):
        PyannoteDiarizer(folder, device="gpu")
