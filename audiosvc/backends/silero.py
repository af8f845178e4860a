"""Speech detection with Silero v6, whose weights lie inside the faster-whisper package."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from audiosvc.backends.hysteresis import Hysteresis, HysteresisLimits
from audiosvc.errors import ModelMissing
from audiosvc.spans import Span
from audiosvc.types import Audio, Float32

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

SAMPLE_RATE_HZ = 16_000
FRAME_SAMPLES = 512
CONTEXT_SAMPLES = 64
# Frames go through the model in groups of this many, counted from the recording's beginning, so
# that the result cannot depend on how the audio was split: half a second, or an eighth of one
# while somebody waits.
GROUP_FRAMES = 16
LIVE_GROUP_FRAMES = 4

SPEECH = HysteresisLimits(onset=0.25, offset=0.15, min_active_s=0.1, min_pause_s=0.4, pad_s=0.2)
"""Sensitive on purpose: speech that is missed here is text that is lost. Noise stays below."""


class SileroSpeechDetector:
    """Tells speech from everything else, half a second behind. One object serves any number of
    passes, at the same time if need be.
    """

    def __init__(
        self,
        path: Path | None = None,
        limits: HysteresisLimits = SPEECH,
        *,
        device: str = "auto",
    ) -> None:
        """Loads the model. path: its weights; found without it. Raises ModelMissing.

        device: makes no difference; so small a model is fastest on the CPU.
        """
        import onnxruntime

        del device

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._limits = limits
        self._session = onnxruntime.InferenceSession(
            str(path or find_weights()), options, providers=["CPUExecutionProvider"]
        )

    def start(self, *, live: bool = False) -> SileroDetection:
        """A new pass. live: an eighth of a second behind, at a little more work."""
        frames = LIVE_GROUP_FRAMES if live else GROUP_FRAMES
        return SileroDetection(self._session, self._limits, frames)


class SileroDetection:
    """One pass over one recording. Keeps less than a second of it."""

    def __init__(
        self, session: InferenceSession, limits: HysteresisLimits, group_frames: int = GROUP_FRAMES
    ) -> None:
        self._session = session
        self._limits = limits
        self._group_frames = group_frames
        self._waiting = np.zeros(CONTEXT_SAMPLES, np.float32)  # begins with the context
        self._hidden = np.zeros((1, 1, 128), np.float32)
        self._cell = np.zeros((1, 1, 128), np.float32)
        self._hysteresis: Hysteresis | None = None
        self._end_s = 0.0

    def feed(self, audio: Audio) -> list[Span]:
        """Speech that has ended by now. audio: the next consecutive piece, 16 kHz."""
        if audio.sample_rate_hz != SAMPLE_RATE_HZ:
            raise ValueError(f"Speech detection takes 16000 Hz, not {audio.sample_rate_hz} Hz.")
        if self._hysteresis is None:
            frame_s = FRAME_SAMPLES / SAMPLE_RATE_HZ
            self._hysteresis = Hysteresis(self._limits, frame_s, audio.start_s)
        self._end_s = audio.span.end_s
        self._waiting = np.concatenate([self._waiting, audio.samples])
        ended: list[Span] = []
        while len(self._waiting) >= CONTEXT_SAMPLES + self._group_frames * FRAME_SAMPLES:
            ended += self._hysteresis.feed(self._run(self._group_frames))
        return ended

    @property
    def speaking_since_s(self) -> float | None:
        """Where the speech in progress begins; None while nobody speaks."""
        return self._hysteresis.open_since_s if self._hysteresis else None

    @property
    def heard_until_s(self) -> float:
        """The end of the last frame that held speech."""
        return self._hysteresis.active_until_s if self._hysteresis else 0.0

    def flush(self) -> list[Span]:
        """The rest; the pass is over."""
        if self._hysteresis is None:
            return []
        frames = -(-(len(self._waiting) - CONTEXT_SAMPLES) // FRAME_SAMPLES)
        missing = CONTEXT_SAMPLES + frames * FRAME_SAMPLES - len(self._waiting)
        self._waiting = np.pad(self._waiting, (0, missing))
        ended = self._hysteresis.feed(self._run(frames)) if frames else []
        return ended + self._hysteresis.flush(self._end_s)

    def _run(self, frames: int) -> Float32:
        """Probability of speech in each of the next ``frames`` frames."""
        samples = frames * FRAME_SAMPLES
        windows = np.lib.stride_tricks.sliding_window_view(
            self._waiting[: CONTEXT_SAMPLES + samples], CONTEXT_SAMPLES + FRAME_SAMPLES
        )[::FRAME_SAMPLES]
        state = {"h": self._hidden, "c": self._cell}
        probabilities, self._hidden, self._cell = self._session.run(
            None, {"input": np.ascontiguousarray(windows), **state}
        )
        self._waiting = self._waiting[samples:]
        flat: Float32 = probabilities.reshape(-1)
        return flat


def find_weights() -> Path:
    """The model's file. Nothing of the package that carries it is imported. Raises ModelMissing."""
    package = importlib.util.find_spec("faster_whisper")
    if package is None or package.origin is None:
        raise ModelMissing(
            "The speech detector's weights come with the package faster-whisper, which is not "
            "installed. Run: pip install faster-whisper"
        )
    path = Path(package.origin).parent / "assets" / "silero_vad_v6.onnx"
    if not path.is_file():
        raise ModelMissing(
            f"The speech detector's weights are not at {path}. "
            "Run: pip install --force-reinstall 'faster-whisper>=1.2.1'"
        )
    return path
