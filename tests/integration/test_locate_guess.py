"""A model that guesses beside the rest, through the command line and the whole map."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import audiosvc
from audiosvc.errors import ModelMissing
from tests.fakes.audio_language import answer
from tests.fakes.chat_endpoint import MODEL, ChatEndpoint

pytestmark = pytest.mark.model

PARIS = answer(lat=48.857, lon=2.352, country="France", city="Paris", reasons="A voice says Paris.")


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "audiosvc", "locate", *words],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "AUDIOSVC_THREADS": "2"},
        timeout=300,
    )


def test_a_guess_is_told_in_the_models_words_and_locates_nothing_alone(recordings: Path) -> None:
    with ChatEndpoint(f"Sure!\n```json\n{PARIS}\n```") as server:
        model = ("--model", f"openai:{server.address}")
        done = run(recordings / "noise.flac", *model, "-f", "json", "-q")
        (question,) = server.questions
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    (piece,) = [one for one in found["evidence"] if one["source"] == "audio_language_model"]
    assert piece["claim"] == f'{MODEL} says: "Paris, France: A voice says Paris."'
    assert piece["category"] == "source_ambiguous"
    assert found["status"] == "NOT_LOCALIZABLE"
    assert found["notices"] == []
    assert 0 < len(question.samples) <= 60 * 16_000


def test_rubbish_is_a_notice_and_the_rest_stands(recordings: Path) -> None:
    with ChatEndpoint("I'm a teapot.") as server:
        found = audiosvc.locate(recordings / "french.flac", model=f"openai:{server.address}")
    assert "language" in {piece.source for piece in found.evidence}
    assert "audio_language_model" not in {piece.source for piece in found.evidence}
    (notice,) = [one for one in found.notices if one.code == "evidence_failed"]
    assert "there is no whole JSON object" in notice.message


def test_a_server_that_is_down_is_an_error(recordings: Path) -> None:
    with ChatEndpoint() as server:
        address = server.address
    with pytest.raises(ModelMissing, match="cannot be reached"):
        audiosvc.locate(recordings / "noise.flac", model=f"openai:{address}")


def test_a_model_that_was_never_fetched_names_the_command(recordings: Path) -> None:
    done = run(recordings / "noise.flac", "--model", "qwen2.5-omni")
    assert done.returncode != 0
    assert done.stdout == ""
    assert "audiosvc models pull qwen2.5-omni" in done.stderr or "unified" in done.stderr
