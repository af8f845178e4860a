"""A whole pipeline for pyannote.audio, tiny, with weights that hear what a test wants."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

DIMENSIONS, REDUCED = 16, 8
# Classes of the segmentation: nobody, one of three, two of three.
NOBODY, FIRST, FIRST_AND_SECOND = 0, 1, 4

CONFIG = """\
dependencies:
  pyannote.audio: 4.0.0
pipeline:
  name: pyannote.audio.pipelines.SpeakerDiarization
  params:
    clustering: VBxClustering
    segmentation: $model/segmentation
    segmentation_batch_size: 8
    segmentation_step: 0.5
    embedding: $model/embedding
    embedding_batch_size: 8
    embedding_exclude_overlap: true
    plda: $model/plda
params:
  clustering:
    threshold: 0.6
    Fa: 0.07
    Fb: 0.8
  segmentation:
    min_duration_off: 0.0
"""


def save_pipeline(folder: Path, *, hears: int | None = None) -> Path:
    """hears: the class that the segmentation hears everywhere; None for anything, at random."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    save_checkpoint(folder / "segmentation" / "pytorch_model.bin", segmentation(hears))
    save_checkpoint(folder / "embedding" / "pytorch_model.bin", embedding())
    _save_plda(folder / "plda")
    return folder


def segmentation(hears: int | None) -> Any:
    import torch
    from pyannote.audio.core.task import Problem, Resolution, Specifications
    from pyannote.audio.models.segmentation import PyanNet

    torch.manual_seed(0)
    small = {"hidden_size": 8, "num_layers": 1}
    model = PyanNet(lstm=small, linear=small)
    model.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION,
        resolution=Resolution.FRAME,
        duration=10.0,
        classes=["a", "b", "c"],
        powerset_max_classes=2,
        permutation_invariant=True,
    )
    model.build()
    with torch.no_grad():
        model.classifier.weight *= 50.0 if hears is None else 0.0
        if hears is not None:
            model.classifier.bias.copy_(10.0 * torch.eye(7)[hears])
    return model


def embedding() -> Any:
    import torch
    from pyannote.audio.core.task import Problem, Resolution, Specifications
    from pyannote.audio.models.embedding import XVectorMFCC

    torch.manual_seed(0)
    mfcc = {"n_mfcc": 20, "melkwargs": {"n_mels": 40}}
    model = XVectorMFCC(mfcc=mfcc, dimension=DIMENSIONS)
    model.specifications = Specifications(
        problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=10.0
    )
    return model


def save_checkpoint(path: Path, model: Any, **more: Any) -> None:
    """As Lightning does after training, and with what pyannote adds."""
    import lightning
    import torch

    content: dict[str, Any] = {
        "state_dict": model.state_dict(),
        "hyper_parameters": dict(model.hparams),
        "pytorch-lightning_version": lightning.__version__,
    }
    model.on_save_checkpoint(content)
    content["pyannote.audio"]["versions"]["torch"] = torch.__version__
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({**content, **more}, path)


def _save_plda(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(0)
    np.savez(
        folder / "xvec_transform.npz",
        mean1=np.zeros(DIMENSIONS),
        mean2=np.zeros(REDUCED),
        lda=generator.normal(size=(DIMENSIONS, REDUCED)),
    )
    np.savez(
        folder / "plda.npz",
        mu=np.zeros(REDUCED),
        tr=np.eye(REDUCED),
        psi=np.linspace(2.0, 0.5, REDUCED),
    )
