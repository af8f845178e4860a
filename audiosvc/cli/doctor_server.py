"""``audiosvc doctor --server``: whether a server answers, takes the key, and does its work."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from audiosvc.cli.findings import CLIP, CLIP_S, Finding
from audiosvc.cli.remote import Reach
from audiosvc.errors import AccessError, AudiosvcError, OptionError

if TYPE_CHECKING:
    from audiosvc.client import Client
    from audiosvc.client.values import Served

ANSWER_S = 5.0
MOST_BYTES = 200
GIB, MINUTE_S = 1024**3, 60.0
PAGES = {"/healthz": "the process answers", "/readyz": "calls are taken"}


def examine(reach: Reach, server: str) -> Iterator[Finding]:
    """Over gRPC. What cannot be asked any more is left out. Raises OptionError."""
    with reach.connect(server) as client:
        health = _health(reach, server)
        yield health
        if health.mark == "bad":  # the client would ask again for a minute
            return
        try:
            served = client.models()
        except AccessError as error:
            yield Finding("bad", "key", f"{error} Give one with --key-file, or set AUDIOSVC_KEY.")
            return
        except AudiosvcError as error:
            yield Finding("bad", "models", str(error))
            return
        yield Finding("ok", "key", "accepted" if reach.has_key else "none given, none needed")
        yield from _models(served)
        yield _jobs(client)
        yield _ten_seconds(client)


def examine_http(url: str, tls_root: Path | None = None) -> Iterator[Finding]:
    """``/healthz`` and ``/readyz`` of ``http://host:port``. Raises OptionError.

    tls_root: whom to trust, PEM; the usual ones when None.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise OptionError(f"--http takes a URL such as http://127.0.0.1:8080, not {url!r}.")
    try:
        trust = ssl.create_default_context(cafile=tls_root)
    except (OSError, ssl.SSLError) as error:
        raise OptionError(f"--tls-root: {tls_root} cannot be used: {error.strerror}.") from error
    base = url.rstrip("/")
    return (_page(f"{base}{path}", path, meaning, trust) for path, meaning in PAGES.items())


def _health(reach: Reach, server: str) -> Finding:
    import grpc  # noqa: PLC0415 - after --help
    from grpc_health.v1 import health_pb2, health_pb2_grpc  # noqa: PLC0415

    from audiosvc.client.explain import explain  # noqa: PLC0415

    with reach.channel(server) as channel:
        try:
            grpc.channel_ready_future(channel).result(ANSWER_S)
            stub = health_pb2_grpc.HealthStub(channel)
            answer = stub.Check(health_pb2.HealthCheckRequest(), timeout=ANSWER_S)
        except grpc.FutureTimeoutError:
            return Finding(
                "bad",
                "reachable",
                f"nothing answers at {server} within {ANSWER_S:.0f} s. Is `audiosvc serve` running "
                "there, does it listen for other machines (--grpc), and does it want --tls?",
            )
        except grpc.RpcError as error:
            return Finding("bad", "reachable", str(explain(error, server)))
    if answer.status == health_pb2.HealthCheckResponse.SERVING:
        return Finding("ok", "health", "calls are taken")
    return Finding("bad", "health", "it starts or stops: wait, or look at its log")


def _models(served: Served) -> Iterator[Finding]:
    yield Finding("ok", "audiosvc", served.version)
    for model in served.models:
        said = [model.title, f"on {model.device}"]
        said += ["the default"] if model.is_default else []
        if model.loaded:
            yield Finding("ok", model.id, ", ".join(said))
        else:
            yield Finding("bad", model.id, "is not loaded: wait, or look at the server's log")
    limits = served.limits
    yield Finding(
        "ok",
        "limits",
        f"{limits.max_concurrent_sessions} sessions at once, recordings of "
        f"{limits.max_audio_s / MINUTE_S:.0f} min and {limits.max_upload_bytes / GIB:.1f} GiB",
    )


def _jobs(client: Client) -> Finding:
    """The newest ones of this key, as far as a first page has them."""
    try:
        newest = next(client.jobs.list(), None)
    except AudiosvcError as error:
        return Finding("bad", "jobs", str(error))
    if newest is None:
        return Finding("ok", "jobs", "none of this key's")
    day = newest.created.isoformat(timespec="seconds")
    return Finding("ok", "jobs", f"the newest, {newest.state.value}, is of {day}")


def _ten_seconds(client: Client, now_s: Callable[[], float] = time.perf_counter) -> Finding:
    began_s = now_s()
    try:
        transcript = client.transcribe(CLIP)
    except AudiosvcError as error:
        return Finding("bad", "ten seconds", str(error))
    took_s = now_s() - began_s
    if not transcript.segments:
        return Finding("bad", "ten seconds", "no text came of speech: which model is it?")
    rate = CLIP_S / took_s
    return Finding("ok", "ten seconds", f"{took_s:.1f} s, {rate:.1f} times as fast as speech")


def _page(url: str, path: str, meaning: str, trust: ssl.SSLContext) -> Finding:
    import httpx2  # noqa: PLC0415 - after --help

    try:
        with httpx2.stream(
            "GET", url, timeout=ANSWER_S, follow_redirects=False, verify=trust
        ) as answer:
            body = next(answer.iter_bytes(MOST_BYTES), b"").decode("utf-8", "replace").strip()
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        reason = str(error).partition("\n")[0].rstrip(".") or type(error).__name__
        return Finding("bad", path, f"no answer ({reason}). Check the URL, and the server's --http")
    if answer.status_code == 200:
        return Finding("ok", path, meaning)
    if answer.status_code == 421:
        advice = "the server does not go by that name: add it to its http_hosts"
    elif answer.status_code == 503:
        advice = "it starts or stops: wait, or look at its log"
    else:
        advice = f"status {answer.status_code}: is it audiosvc, and is a proxy in between?"
    return Finding("bad", path, f"{body[:60]!r}, {advice}" if path == "/readyz" else advice)
