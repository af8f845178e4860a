"""What ``import audiosvc`` gives, name by name: a change here is a change for everybody."""

from __future__ import annotations

import inspect

import pytest

import audiosvc
from audiosvc import errors

FACE = [
    "AccessError",
    "AudioEmpty",
    "AudioError",
    "AudioNotFound",
    "AudioTooLong",
    "AudioUnreadable",
    "AudiosvcError",
    "Cancelled",
    "Candidate",
    "Context",
    "Contribution",
    "Coverage",
    "DeadlineExceeded",
    "Event",
    "Finished",
    "FormatError",
    "GeoEstimate",
    "InputError",
    "JobConflict",
    "JobError",
    "JobFailed",
    "JobNotFound",
    "JobNotReady",
    "KeyRefused",
    "LimitError",
    "ManifestError",
    "ModelCorrupt",
    "ModelError",
    "ModelFailed",
    "ModelMissing",
    "ModelUnknown",
    "NoAudioStream",
    "NotAllowed",
    "Notice",
    "OptionError",
    "OutputError",
    "Point",
    "Progress",
    "ProtocolError",
    "QuotaExceeded",
    "Segment",
    "SegmentReady",
    "SegmentRevised",
    "ServerError",
    "ServerFault",
    "ServerUnavailable",
    "Span",
    "Speaker",
    "SpeakersMerged",
    "StorageFull",
    "TooBusy",
    "TooLarge",
    "Transcript",
    "Turn",
    "UploadCorrupt",
    "UploadMisplaced",
    "Word",
    "__version__",
    "locate",
    "parse_sats",
    "stream",
    "transcribe",
]


def test_the_face_is_this_and_nothing_else() -> None:
    assert sorted(audiosvc.__all__) == FACE


@pytest.mark.parametrize("name", FACE)
def test_every_name_is_there_and_explained(name: str) -> None:
    value = getattr(audiosvc, name)
    assert name in {"Event", "__version__"} or inspect.getdoc(value)


def test_every_error_is_public_and_descends_from_the_root() -> None:
    classes = inspect.getmembers(errors, inspect.isclass)
    assert {name for name, _ in classes} <= set(FACE)
    assert all(issubclass(error, audiosvc.AudiosvcError) for _, error in classes)
