"""A fake for every port, written by hand and played from a script."""

from tests.fakes.audio import FakeDetection, FakeDetector, FakeSource
from tests.fakes.recognizer import (
    Call,
    FakeDrafter,
    FakeRecognizer,
    Fault,
    breaks,
    drops,
    invents,
    loops,
)
from tests.fakes.script import (
    RATE_HZ,
    Line,
    Script,
    read_script,
    script,
    silence,
    sound,
    spans,
    texts,
)
from tests.fakes.transcriber import FakePolyglot, FakeTranscriber
from tests.fakes.voices import FakeActivity, FakeEmbedder, unit, voice_of

__all__ = [
    "RATE_HZ",
    "Call",
    "FakeActivity",
    "FakeDetection",
    "FakeDetector",
    "FakeDrafter",
    "FakeEmbedder",
    "FakePolyglot",
    "FakeRecognizer",
    "FakeSource",
    "FakeTranscriber",
    "Fault",
    "Line",
    "Script",
    "breaks",
    "drops",
    "invents",
    "loops",
    "read_script",
    "script",
    "silence",
    "sound",
    "spans",
    "texts",
    "unit",
    "voice_of",
]
