"""Speaker diarization with a pipeline of pyannote.audio 4, such as community-1."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from audiosvc.backends.pyannote_checkpoints import check_pipeline
from audiosvc.backends.torch_device import choose_device
from audiosvc.spans import Span
from audiosvc.types import Audio

SHORTEST_S = 0.1


class PyannoteDiarizer:
    """Who speaks when in a window; fulfils ``ports.Diarizer``.

    The pipeline is given samples, so that it needs no decoder, and nothing but what lies in its
    folder is loaded.
    """

    def __init__(self, folder: Path, *, threads: int = 1, device: str = "auto") -> None:
        """Checks every file, then loads the pipeline. folder: holds its config.yaml.

        threads: how many calls may come at once; they wait for one another, because each uses all
        that torch has. Raises ModelMissing, ModelCorrupt, OptionError.
        """
        del threads
        with quietly():
            check_pipeline(folder)
            where = choose_device(device)
            from pyannote.audio import Pipeline

            self._lock = threading.Lock()
            self._pipeline = Pipeline.from_pretrained(folder).to(where)

    def __call__(self, audio: Audio) -> list[tuple[Span, str]]:
        """Who speaks when, in recording time, in order; names hold for this piece alone."""
        import torch

        if audio.duration_s < SHORTEST_S:
            return []
        sound = {"waveform": torch.tensor(audio.samples)[None], "sample_rate": audio.sample_rate_hz}
        with self._lock, quietly():
            output = self._pipeline(sound)
        # A pipeline may be made to give what those of version 3 gave.
        turns = getattr(output, "speaker_diarization", output).itertracks(yield_label=True)
        return sorted(
            (span, str(name))
            for turn, _, name in turns
            if (span := _inside(Span(turn.start, turn.end).shifted(audio.start_s), audio.span))
        )


def _inside(span: Span, whole: Span) -> Span | None:
    """What of it lies in the piece; the model's last chunk reaches behind the end."""
    cut = Span(max(span.start_s, whole.start_s), min(span.end_s, whole.end_s))
    return cut if cut.duration_s > 0.0 else None


@contextmanager
def quietly() -> Iterator[None]:
    """pyannote.audio without the warnings that mean nothing here, and without usage figures.

    It sends them unless told not to before it is imported. Whoever wants to send them says so:
    PYANNOTE_METRICS_ENABLED=1.
    """
    os.environ.setdefault("PYANNOTE_METRICS_ENABLED", "0")
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        # A decoder, which is not needed.
        warnings.filterwarnings("ignore", r"\s*torchcodec is not installed correctly")
        # On a GPU it switches this off for itself, and tells so every time.
        warnings.filterwarnings("ignore", r"TensorFloat-32 \(TF32\) has been disabled")
        # A voice that is never heard alone has no statistics, and goes where the others go.
        warnings.filterwarnings("ignore", r"std\(\): degrees of freedom is <= 0")
        warnings.filterwarnings("ignore", "Mean of empty slice", RuntimeWarning)
        yield
