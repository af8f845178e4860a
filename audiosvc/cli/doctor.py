"""``audiosvc doctor``: what is installed, what works, and how fast this machine is."""

from __future__ import annotations

import contextlib
import importlib.metadata
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

import audiosvc
from audiosvc.__about__ import __version__
from audiosvc.catalog import Catalog, import_by_name, shared
from audiosvc.catalog.finding import SERVER
from audiosvc.cli import remote
from audiosvc.cli.findings import CLIP, CLIP_S, Finding, Mark, show
from audiosvc.errors import AudiosvcError, OptionError
from audiosvc.settings import AUTO, Settings, read_settings, usable_processors

MODELS = ("silero-v6", "segmentation-3.0", "campplus-zh-en")


def doctor(  # noqa: PLR0913, PLR0917 - one parameter an option
    server: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Look at this server instead.")
    ] = None,
    http: Annotated[
        str | None, typer.Option(metavar="URL", help="Its HTTP, too: http://HOST:8080.")
    ] = None,
    key_file: remote.KeyFile = None,
    tls: remote.Tls_ = False,
    tls_root: remote.TlsRoot = None,
    tls_cert: remote.TlsCert = None,
    tls_key: remote.TlsKey = None,
    plaintext_key: remote.PlaintextKey = False,
) -> None:
    """What is installed, which models and devices there are, and how fast this machine is.

    With --server, the same of a server: whether it answers, takes the key, and transcribes. Ends
    with exit code 1 when something necessary is missing.
    """
    if server is not None:
        reach = remote.Reach(key_file, tls, tls_root, tls_cert, tls_key, plaintext_key)
        _tell(_there(reach, server, http))
    elif http is not None:
        raise OptionError("--http goes with --server.")
    else:
        _tell(_here())


def _tell(parts: Iterable[tuple[str, Iterable[Finding]]]) -> None:
    bad = sum(show(title, findings) for title, findings in parts)
    typer.echo(f"{bad} of these must be mended." if bad else "Everything necessary is here.")
    if bad:
        raise typer.Exit(1)


def _here() -> Iterator[tuple[str, Iterable[Finding]]]:
    settings = read_settings()
    catalog = shared(settings.cache_dir)
    settings, choice = _choose(settings, catalog)
    yield "Software", _software()
    yield "Machine", _machine(settings)
    yield "Models", chain(choice, _models(catalog, settings))
    yield "Speed", _speed(settings)


def _there(
    reach: remote.Reach, server: str, http: str | None
) -> list[tuple[str, Iterable[Finding]]]:
    from audiosvc.cli.doctor_server import examine, examine_http  # noqa: PLC0415 - after --help

    parts: list[tuple[str, Iterable[Finding]]] = [(f"gRPC at {server}", examine(reach, server))]
    if http is not None:
        parts.append((f"HTTP at {http}", examine_http(http, reach.tls_root)))
    return parts


def _software() -> Iterator[Finding]:
    yield Finding("ok", "audiosvc", __version__)
    yield Finding("ok", "Python", f"{platform.python_version()}, {sys.executable}")
    try:
        needed = requirements()
    except importlib.metadata.PackageNotFoundError:
        yield Finding("bad", "packages", "audiosvc itself is not installed: pip install audiosvc")
        return
    for package, extra in needed:
        version = _version(package)
        wanted = f"audiosvc[{extra}]" if extra else package
        missing = f'not installed: pip install "{wanted}"'
        mark: Mark = "ok" if version else "-" if extra else "bad"
        yield Finding(mark, package, version or missing)


def _machine(settings: Settings) -> Iterator[Finding]:
    yield Finding("ok", "system", f"{platform.system()} {platform.release()} {platform.machine()}")
    yield Finding("ok", "processor", f"{processor()}, {usable_processors()} usable")
    yield Finding("ok", "threads", str(settings.thread_count))
    try:
        for subject, text in import_by_name("audiosvc.backends.devices:describe")().items():
            yield Finding("ok", subject, text)
    except (AudiosvcError, ImportError, OSError) as error:
        yield Finding("bad", "model libraries", f"cannot be loaded: {error}")
    folder = settings.cache_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            yield Finding("ok", "cache", f"{folder} can be written")
    except OSError as error:
        reason = f"{folder} cannot be written ({error.strerror}); set AUDIOSVC_CACHE_DIR"
        yield Finding("bad", "cache", reason)


def _choose(settings: Settings, catalog: Catalog) -> tuple[Settings, list[Finding]]:
    """The settings with a model, and why that one where nobody named it."""
    from audiosvc import service  # noqa: PLC0415 - after --help

    try:
        chosen, reason = service.choose_model(settings, catalog)
    except AudiosvcError as error:
        return settings, [Finding("bad", settings.model, str(error))]
    return chosen, [Finding("ok", AUTO, f"{chosen.model} ({reason})")] if reason else []


def _models(catalog: Catalog, settings: Settings) -> Iterator[Finding]:
    """The chosen recognizer and the models beside it, read whole; the others as they stand."""
    needed = [name for name in (settings.model, *MODELS) if name != AUTO]
    for name in needed:
        if name.startswith(SERVER):
            yield Finding("-", name, "runs there, and is asked below")
            continue
        try:
            checks = catalog.verify(name)
        except AudiosvcError as error:
            yield Finding("bad", name, str(error))
            continue
        where = checks[0].path if len(checks) == 1 else checks[0].path.parent
        damaged = [check.path.name for check in checks if check.correct is False]
        compared = all(check.correct for check in checks)
        text = f"{'verified' if compared else 'there, with nothing to compare with'}, {where}"
        if damaged:
            text = f"damaged ({', '.join(damaged)}), {where}: audiosvc models pull {name}"
        yield Finding("bad" if damaged else "ok", name, text)
    taken = {catalog.find(name).id for name in needed if name in _names(catalog)}
    for card in catalog.list():
        if card.id not in taken and not card.parts:
            yield Finding("-", card.id, catalog.state(card.id))


def _speed(settings: Settings) -> Iterator[Finding]:
    """Ten seconds of speech, twice: the first time loads the models."""
    try:
        with contextlib.redirect_stdout(sys.stderr):
            first_s, second_s = _transcription_s(settings), _transcription_s(settings)
    except AudiosvcError as error:
        yield Finding("bad", "transcription", str(error))
        return
    yield Finding("ok", "loading models", f"{max(0.0, first_s - second_s):.1f} s")
    rate = CLIP_S / second_s
    yield Finding("ok", "ten seconds", f"{second_s:.1f} s, {rate:.1f} times as fast as speech")


def _transcription_s(settings: Settings) -> float:
    began_s = time.perf_counter()
    audiosvc.transcribe(CLIP, **settings.model_dump())
    return time.perf_counter() - began_s


def _names(catalog: Catalog) -> set[str]:
    return {name for card in catalog.list() for name in (card.id, *card.aliases)}


def requirements() -> list[tuple[str, str | None]]:
    """What audiosvc says it needs: each package, with the extra that asks for it, or None."""
    found = []
    for line in importlib.metadata.requires("audiosvc") or ():
        name = re.match(r"[\w.-]+", line)
        extra = re.search(r"extra == ['\"]([\w-]+)", line)
        for_every_python = extra is not None or ";" not in line
        if name and for_every_python and (extra is None or extra[1] != "dev"):
            found.append((name[0], extra[1] if extra else None))
    return found


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def processor() -> str:
    """The processor's name as its maker writes it; the architecture where nobody tells."""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        if sys.platform == "darwin":
            asked = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
            answer = subprocess.run(  # noqa: S603 - the system's own program, by its full path
                asked, capture_output=True, text=True, check=True
            )
            return answer.stdout.strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith(("model name", "Model")):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
