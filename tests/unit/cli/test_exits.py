"""Every error has an exit code, and is told in one line that is safe to print."""

from __future__ import annotations

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc import errors
from audiosvc.cli.exits import exit_code, printable, sentence

BY_CODE = {
    1: {"AudiosvcError"},
    2: {"OptionError"},
    3: {
        *("InputError", "AudioError", "AudioNotFound", "AudioUnreadable", "NoAudioStream"),
        *("AudioEmpty", "AudioTooLong", "FormatError", "ManifestError", "ProtocolError"),
    },
    4: {"ModelError", "ModelUnknown", "ModelMissing", "ModelCorrupt", "ModelFailed"},
    5: {"OutputError"},
    6: {
        *("AccessError", "KeyRefused", "NotAllowed"),
        *("LimitError", "TooLarge", "TooBusy", "QuotaExceeded", "StorageFull"),
        *("ServerError", "ServerUnavailable", "DeadlineExceeded", "Cancelled", "ServerFault"),
    },
    7: {
        *("JobError", "JobNotFound", "JobConflict", "JobNotReady", "JobFailed"),
        *("UploadCorrupt", "UploadMisplaced"),
    },
}


def test_every_error_has_its_code() -> None:
    found: dict[int, set[str]] = {}
    for name, kind in inspect.getmembers(errors, inspect.isclass):
        found.setdefault(exit_code(kind("x")), set()).add(name)
    assert found == BY_CODE


def test_any_other_error_is_called_a_fault() -> None:
    error = KeyError("lost\nand more")
    assert exit_code(error) == 1
    assert sentence(error).startswith("unexpected error, a fault of audiosvc: KeyError: ")


def test_an_error_without_words_has_its_name() -> None:
    assert sentence(errors.AudioEmpty()) == "AudioEmpty"


@given(st.text(st.characters(codec=None), max_size=40))
def test_a_sentence_is_one_line_that_can_be_printed(text: str) -> None:
    told = sentence(errors.AudioNotFound(f"{text} is not there."))
    assert len(told.splitlines()) == 1
    assert told.isprintable()
    told.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [("Zoë 会议.wav", "Zoë 会议.wav"), ("a\x1b[2J", "a\\x1b[2J"), ("\udcff", "\\udcff")],
)
def test_only_what_a_terminal_would_obey_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown
