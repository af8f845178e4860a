"""The model libraries stay behind the backends, and are loaded late."""

from __future__ import annotations

import ast
import resource
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "audiosvc"
MODEL_LIBRARIES = {
    "torch",
    "torchaudio",
    "transformers",
    "pyannote.audio",
    "ctranslate2",
    "faster_whisper",
    "onnxruntime",
    "kaldi_native_fbank",
}
HEAVY = {name.partition(".")[0] for name in MODEL_LIBRARIES} | {"av"}
OUTSIDE = sorted(
    path for path in PACKAGE.rglob("*.py") if "backends" not in path.relative_to(PACKAGE).parts
)
BACKENDS = sorted((PACKAGE / "backends").glob("*.py"))


def heavy_modules_after(code: str) -> set[str]:
    """Which heavy libraries a fresh interpreter has loaded when ``code`` is done."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules, file=sys.stderr)"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "audiosvc" in loaded
    return loaded & HEAVY


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that an import statement in the tree names, as far as it can be told."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def named(tree: ast.AST) -> Iterator[str]:
    """Whatever the tree imports, and every string in it: it could be the name of a module."""
    yield from imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def model_libraries(names: Iterable[str]) -> list[str]:
    """Those of the names that are a model library or a part of one."""
    return [
        name
        for name in names
        if any(f"{name}.".startswith(f"{library}.") for library in MODEL_LIBRARIES)
    ]


def at_import(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements that run when the module is imported, but for those of type checkers."""
    for node in tree.body:
        checked = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        if not checked and not isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node


def test_importing_audiosvc_loads_no_model_library() -> None:
    assert heavy_modules_after("import audiosvc") == set()


def test_help_loads_no_model_library_and_is_quick() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    loaded = heavy_modules_after(
        "from audiosvc.cli import main\n"
        "import sys\n"
        "sys.argv = ['audiosvc', '--help']\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as end:\n"
        "    assert not end.code, end.code"
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert loaded == set()
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert cpu_s < 1.5


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_backends_name_a_model_library(path: Path) -> None:
    assert model_libraries(named(ast.parse(path.read_text("utf-8")))) == []


@pytest.mark.parametrize("path", BACKENDS, ids=lambda path: path.name)
def test_a_backend_loads_its_library_late(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    for statement in at_import(tree):
        assert model_libraries(imported(statement)) == []


@pytest.mark.parametrize(
    "source",
    [
        "import torch.nn",
        "from onnxruntime import X",
        "from pyannote import audio",
        "f('ctranslate2.models')",
        "def f():\n    import faster_whisper as w",
    ],
)
def test_the_search_sees_each_way_to_name_a_library(source: str) -> None:
    assert len(model_libraries(named(ast.parse(source)))) == 1


def test_the_search_passes_over_other_names() -> None:
    source = "import torchlight; from pyannote.metrics import x; f('onnxruntime_extensions')"
    assert model_libraries(named(ast.parse(source))) == []
