"""Patience, keys, TLS and servers that are not there."""

from __future__ import annotations

import socket
import time
from typing import Any

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.client import Retry, Tls
from audiosvc.client.options import Options
from audiosvc.client.retry import Contact
from audiosvc.errors import (
    AudiosvcError,
    DeadlineExceeded,
    KeyRefused,
    OptionError,
    QuotaExceeded,
    ServerFault,
    ServerUnavailable,
    TooBusy,
)
from tests.fakes.grpc_server import DROPPED, FakeServer
from tests.unit.client.conftest import Connect


class Clock:
    """Time that passes when somebody waits."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def waits(retry: Retry, clock: Clock, error: AudiosvcError, *, reached: bool = True) -> list[float]:
    contact = Contact(retry)
    contact.reached = reached
    tries = contact.tries()
    found: list[float] = []
    try:
        while True:
            found.append(tries.wait_s(error))
            clock.now_s += found[-1]
    except AudiosvcError as raised:
        assert raised is error
    return found


def test_waits_grow_up_to_a_limit() -> None:
    clock = Clock()
    retry = Retry(20.0, 5.0, 0.5, 2.0, 4.0, now_s=clock, chance=lambda: 1.0)
    assert waits(retry, clock, ServerUnavailable("x")) == [0.5, 1.0, 2.0, 4.0, 4.0, 4.0, 4.0]


def test_a_server_that_never_answered_is_given_up_sooner() -> None:
    clock = Clock()
    retry = Retry(20.0, 2.0, 0.5, 2.0, 4.0, now_s=clock, chance=lambda: 1.0)
    assert waits(retry, clock, ServerUnavailable("x"), reached=False) == [0.5, 1.0]
    busy = TooBusy("x", retry_after_s=0.0)  # an answer
    assert len(waits(retry, clock, busy, reached=False)) == 7


@given(
    chance=st.floats(0.0, 1.0, exclude_max=True),
    asked_s=st.none() | st.floats(0.0, 100.0),
    total_s=st.floats(0.0, 100.0),
)
def test_nobody_waits_less_than_asked_or_longer_than_allowed(
    chance: float, asked_s: float | None, total_s: float
) -> None:
    clock = Clock()
    retry = Retry(total_s, now_s=clock, chance=lambda: chance)
    found = waits(retry, clock, TooBusy("x", retry_after_s=asked_s))
    assert sum(found) <= total_s + 1e-9
    assert all(wait_s >= (asked_s or 0.0) for wait_s in found)
    assert all(wait_s > 0.0 for wait_s in found)


def test_progress_gives_new_patience() -> None:
    clock = Clock()
    contact = Contact(Retry(1.0, now_s=clock, chance=lambda: 1.0))
    contact.reached = True
    tries = contact.tries()
    for _ in range(10):
        clock.now_s += 0.7
        tries.progress()
        assert tries.wait_s(ServerUnavailable("x")) == 0.2


@pytest.mark.parametrize(
    "error", [QuotaExceeded("x"), DeadlineExceeded("x"), ServerFault("x"), KeyRefused("x")]
)
def test_what_time_does_not_mend_is_raised_at_once(error: AudiosvcError) -> None:
    with pytest.raises(type(error)):
        Contact(Retry()).tries().wait_s(error)


def test_an_address_where_nobody_listens(connect: Connect) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{held.getsockname()[1]}"
        client = connect(address)
        began_s = time.monotonic()
        with pytest.raises(ServerUnavailable) as caught:
            client.transcribe(b"x")
        assert time.monotonic() - began_s < 10.0
        assert str(caught.value) == (
            f"The server at {address} cannot be reached: connection refused. Check the address, "
            "and that audiosvc serve runs there."
        )


def test_a_machine_that_does_not_exist(connect: Connect) -> None:
    with pytest.raises(ServerUnavailable, match="no machine of that name"):
        connect("nowhere.invalid:50051").models()


def test_a_server_that_never_answers(server: FakeServer, connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        client = connect(f"127.0.0.1:{deaf.getsockname()[1]}", timeout_s=0.3)
        with pytest.raises((DeadlineExceeded, ServerUnavailable)):
            client.models()


def test_another_server(connect: Connect) -> None:
    from concurrent.futures import ThreadPoolExecutor

    other = grpc.server(ThreadPoolExecutor(1))
    port = other.add_insecure_port("127.0.0.1:0")
    other.start()
    try:
        with pytest.raises(ServerFault, match="another program"):
            connect(f"127.0.0.1:{port}").models()
    finally:
        other.stop(0).wait(5)


def test_the_total_time_is_kept(server: FakeServer, connect: Connect) -> None:
    server.refusals["ListModels"] += [DROPPED] * 1000
    client = connect(server.address, retry=Retry(total_s=2.0, first_wait_s=0.01, most_wait_s=0.05))
    began_s = time.monotonic()
    with pytest.raises(ServerUnavailable):
        client.models()
    assert time.monotonic() - began_s < 10.0
    assert server.calls.count("ListModels") > 5


def test_a_wait_that_is_too_long_is_not_begun(server: FakeServer, client: Any) -> None:
    server.refusals["ListModels"].append(TooBusy("Full.", retry_after_s=3600.0))
    with pytest.raises(TooBusy) as caught:
        client.models()
    assert caught.value.retry_after_s == 3600.0


def test_the_key_goes_with_every_call(server: FakeServer, connect: Connect) -> None:
    client = connect(server.address, key="secret-1")
    client.transcribe(b"x")
    job = client.jobs.submit(b"y")
    list(client.jobs.watch(job.id))
    client.jobs.transcript(job.id)
    assert {said["authorization"] for said in server.metadata} == {"Bearer secret-1"}
    assert "secret-1" not in repr(Options(server.address, "secret-1"))


@pytest.mark.parametrize(
    ("address", "key", "words"),
    [
        ("localhost", None, "host:port"),
        (":50051", None, "host:port"),
        ("host:port", None, "host:port"),
        ("host:50051", "two words", "characters"),
        ("host:50051", "line\n", "characters"),
        ("example.org:50051", "secret", "others can read"),
        ("127.0.0.1.example.org:50051", "secret", "others can read"),
    ],
)
def test_what_cannot_work_or_gives_the_key_away(address: str, key: str | None, words: str) -> None:
    with pytest.raises(OptionError, match=words) as caught:
        Options(address, key)
    assert not key or key not in str(caught.value)


def test_a_key_may_be_given_away_when_that_is_said() -> None:
    assert Options("example.org:1", "secret", plaintext_key=True).credentials is None
    assert Options("example.org:1", "secret", Tls()).credentials is not None
    assert Options("[::1]:1", "secret").metadata == (("authorization", "Bearer secret"),)


def test_half_an_identity() -> None:
    with pytest.raises(OptionError, match="belong together"):
        Options("example.org:1", tls=Tls(certificate_chain=b"x"))
