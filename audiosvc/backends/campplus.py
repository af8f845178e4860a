"""Voice embeddings with CAM++, as ONNX, on Kaldi filter banks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audiosvc.backends.onnx import open_session
from audiosvc.spans import Span
from audiosvc.types import Audio, Float32

SAMPLE_RATE_HZ = 16_000
MEL_BINS = 80
FRAME_STEP_S = 0.01
FRAME_LENGTH_S = 0.025
DIMENSIONS = 192
MIN_FRAMES = 12  # fewer give the network's statistics nothing to stand on


class CampPlusEmbedder:
    """A voice as 192 numbers; fulfils ``ports.VoiceEmbedder``."""

    def __init__(self, path: Path, *, threads: int = 1, device: str = "auto") -> None:
        """threads: how many calls may come at once. Each computes on the thread that makes it.

        device: cuda where onnxruntime-gpu is installed; else, and with auto, the CPU.
        """
        del threads  # a session takes any number of calls
        self._session = open_session(path, device)

    def __call__(self, audio: Audio, spans: Sequence[Sequence[Span]]) -> npt.NDArray[np.float32]:
        """Unit vectors ``(n, 192)``; a row of zeros where there is less than an eighth of a second.

        The spans of one entry are heard as one: their frames are joined, and their mean, which
        carries the room and the microphone, is taken away.
        """
        vectors = np.zeros((len(spans), DIMENSIONS), np.float32)
        for row, parts in zip(vectors, spans, strict=True):
            frames = [_filter_bank(audio.cut(part)) for part in parts]
            joined = np.concatenate(frames) if frames else np.zeros((0, MEL_BINS), np.float32)
            if len(joined) < MIN_FRAMES:
                continue
            joined -= joined.mean(axis=0)
            (vector,) = self._session.run(None, {"fbank": joined[np.newaxis]})
            row[:] = vector[0] / max(float(np.linalg.norm(vector[0])), 1e-12)
        return vectors


def _filter_bank(audio: Audio) -> Float32:
    """Log mel energies, ``(frames, 80)``."""
    import kaldi_native_fbank

    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.samp_freq = SAMPLE_RATE_HZ
    options.frame_opts.dither = 0.0
    options.frame_opts.window_type = "povey"
    options.mel_opts.num_bins = MEL_BINS
    bank = kaldi_native_fbank.OnlineFbank(options)
    bank.accept_waveform(SAMPLE_RATE_HZ, audio.samples)
    bank.input_finished()
    frames = [bank.get_frame(index) for index in range(bank.num_frames_ready)]
    return np.array(frames, np.float32).reshape(len(frames), MEL_BINS)
