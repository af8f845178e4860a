"""The client brings nothing that it does not need."""

from __future__ import annotations

import subprocess
import sys

ALLOWED = {"grpc", "grpc_status", "google", "google_crc32c", "numpy", "audiosvc"}
# What grpc loads by itself, as far as it is there.
BROUGHT = {"typing_extensions", "cython_runtime", "grpc_tools", "grpc_health", "grpc_reflection"}


def loaded_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_it_loads_grpc_and_numpy_and_no_other_package() -> None:
    before = loaded_after("import site, encodings.idna")
    found = loaded_after("import audiosvc.client") - before - sys.stdlib_module_names
    packages = {name for name in found if not name.startswith("_")}
    assert packages <= ALLOWED | BROUGHT
    assert {"grpc", "numpy", "audiosvc"} <= packages


def test_it_knows_nothing_of_the_service() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import audiosvc.client, sys\n"
            "print(*(name for name in sys.modules if name.startswith('audiosvc.')))",
        ],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    parts = {name.split(".")[1] for name in done.stdout.split()}
    assert parts == {
        "__about__",
        "client",
        "errors",
        "estimates",
        "events",
        "spans",
        "types",
        "v1",
        "wire",
    }
