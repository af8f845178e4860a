"""Secure connections, with certificates made for the test."""

from __future__ import annotations

import shutil
import subprocess
from typing import NamedTuple

import grpc
import pytest

from audiosvc.client import Tls
from audiosvc.errors import OptionError, ServerUnavailable
from tests.fakes.grpc_server import FakeServer
from tests.unit.client.conftest import Connect

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(
    OPENSSL is None, reason="openssl is not here: no certificate was made, no TLS tested"
)


class Identity(NamedTuple):
    certificate: bytes
    key: bytes


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    """It names itself, and is its own authority."""
    folder = tmp_path_factory.mktemp("tls")
    command = (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
        "-addext subjectAltName=IP:127.0.0.1,DNS:localhost -keyout key.pem -out cert.pem"
    )
    done = subprocess.run(
        [str(OPENSSL), *command.split()], cwd=folder, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return Identity((folder / "cert.pem").read_bytes(), (folder / "key.pem").read_bytes())


def serve(identity: Identity, *, mutual: bool) -> FakeServer:
    pair = [(identity.key, identity.certificate)]
    roots = identity.certificate if mutual else None
    return FakeServer().start(grpc.ssl_server_credentials(pair, roots, mutual))


def test_a_secure_connection_carries_the_key(identity: Identity, connect: Connect) -> None:
    server = serve(identity, mutual=False)
    client = connect(server.address, key="secret", tls=Tls(identity.certificate))
    assert client.transcribe(b"x") == server.transcript
    assert server.metadata[0]["authorization"] == "Bearer secret"
    server.stop()


def test_a_server_that_nobody_vouches_for_is_refused(identity: Identity, connect: Connect) -> None:
    server = serve(identity, mutual=False)
    with pytest.raises(ServerUnavailable, match="no TLS connection"):
        connect(server.address, key="secret", tls=Tls()).models()
    assert server.metadata == []
    server.stop()


def test_a_client_shows_who_it_is(identity: Identity, connect: Connect) -> None:
    server = serve(identity, mutual=True)
    with pytest.raises(ServerUnavailable):
        connect(server.address, tls=Tls(identity.certificate)).models()
    client = connect(server.address, tls=Tls(*(identity.certificate,) * 2, identity.key))
    assert client.models().version == "0"
    server.stop()


def test_a_certificate_that_is_none() -> None:
    from audiosvc.client import Client

    with pytest.raises(OptionError, match="belong together"):
        Client("127.0.0.1:1", tls=Tls(None, b"x"))
