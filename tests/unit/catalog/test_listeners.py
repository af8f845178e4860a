"""Models that answer questions about what they hear: by name, by folder, by address."""

from __future__ import annotations

from pathlib import Path

import pytest

from audiosvc.catalog import Catalog
from audiosvc.errors import ModelMissing, ModelUnknown, OptionError
from tests.fakes.audio_language import answer
from tests.fakes.chat_endpoint import MODEL, ChatEndpoint
from tests.unit.catalog.conftest import write_card
from tests.unit.catalog.fakes import MOSS_FILES, Computing, FakeHub


@pytest.fixture
def pulled(tmp_path: Path, joint_cards: Path, hub: FakeHub) -> Catalog:
    """With a model that answers questions, fetched, and one that needs packages from nowhere."""
    for name, extra in (("omni", ""), ("needy", 'extra = "unified"')):
        write_card(
            joint_cards,
            name,
            f"""
id = "{name}"
title = "{name}"
task = "audio_language"
licence = "MIT"
source = "test"
layout = "safetensors"
backend = "tests.unit.catalog.fakes:Computing"
origin = "hub"
repository = "org/{name}"
aliases = ["{name}-7b"]
{extra}
""",
        )
    catalog = Catalog(tmp_path / "cache", joint_cards)
    hub.files = dict(MOSS_FILES)
    catalog.pull("omni", hub)
    return catalog


def test_a_model_that_answers_questions_is_loaded_once(pulled: Catalog) -> None:
    found = pulled.listener("omni-7b", threads=2, device="cuda:1", dtype="float16")
    assert isinstance(found, Computing)
    assert found.threads == 2
    assert found.options == {"device": "cuda:1", "dtype": "float16"}
    assert pulled.listener("org/omni", threads=2, device="cuda:1", dtype="float16") is found
    assert pulled.listener("omni", threads=2) is not found


@pytest.mark.parametrize("name", ["base", "cascade", "moss", "moss-transcribe-diarize", "org/new"])
def test_what_transcribes_is_none(pulled: Catalog, name: str) -> None:
    assert pulled.listener(name) is None


def test_what_is_not_here_or_not_known_is_told(pulled: Catalog) -> None:
    with pytest.raises(ModelUnknown, match="did you mean 'omni'"):
        pulled.listener("omnj")
    with pytest.raises(ModelMissing):
        pulled.listener("needy")


def test_a_server_is_one_that_answers_questions(pulled: Catalog) -> None:
    with ChatEndpoint(answer()) as server:
        found = pulled.listener(f"openai:{server.address}", threads=2)
        assert found is not None
        assert found.name == MODEL
        assert pulled.listener(f"openai-chat:{server.address}", threads=2) is found
        card = pulled.find(f"openai-chat:{server.base}/chat/completions#{MODEL}")
        assert (card.id, card.task) == (f"openai-chat:{server.address}", "audio_language")


@pytest.mark.parametrize(
    "address", ["ftp://h", "http://me:hunter2@h/v1", "http://h/v1?key=hunter2"]
)
def test_an_address_that_is_none_is_refused_without_its_secrets(
    pulled: Catalog, address: str
) -> None:
    with pytest.raises(OptionError) as caught:
        pulled.listener(f"openai:{address}")
    assert "hunter2" not in str(caught.value)
