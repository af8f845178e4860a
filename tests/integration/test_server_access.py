"""Keys and certificates: who is let in, as whom, and what is kept from everybody."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
import trustme
from grpc_health.v1 import health_pb2, health_pb2_grpc

from audiosvc.errors import KeyRefused, OptionError, QuotaExceeded, ServerUnavailable
from audiosvc.server.callers import Quotas, current_caller
from audiosvc.server.keys import add_key, remove_key
from audiosvc.server.logs import logging_to_stderr
from audiosvc.server.settings import ServerSettings
from audiosvc.server.tls import grpc_credentials
from audiosvc.v1 import config_pb2, models_pb2, models_pb2_grpc
from audiosvc.wire.details import from_call
from tests.fakes.server import Serving, audio, config, kinds, pcm, serving

PCM = config_pb2.AudioFormat(pcm=config_pb2.PcmFormat())
SPEECH = "Good morning to everybody."


def bearer(key: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {key}"),)


def list_models(channel: grpc.Channel, metadata: tuple[tuple[str, str], ...] = ()) -> None:
    """Raises our own error."""
    stub = models_pb2_grpc.ModelServiceStub(channel)
    try:
        stub.ListModels(models_pb2.ListModelsRequest(), metadata=metadata, timeout=5)
    except grpc.RpcError as error:
        raise from_call(error) from error


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


@pytest.mark.parametrize(
    "metadata",
    [
        (),
        (("authorization", ""),),
        (("authorization", "Bearer"),),
        (("authorization", "Basic {key}"),),
        (("authorization", "Bearer {key}x"),),
        (("authorization", "{key}"),),
        (("x-api-key", "{key}"),),
    ],
)
def test_without_a_key_nobody_is_let_in(
    tmp_path: Path, keys_file: Path, metadata: tuple[tuple[str, str], ...]
) -> None:
    _, key = add_key(keys_file, "ann", Quotas())
    given = tuple((name, value.format(key=key)) for name, value in metadata)
    with serving(tmp_path, keys_file=keys_file) as server:
        with pytest.raises(KeyRefused):
            list_models(server.channel, given)
        error = server.refusal([config(), *audio(pcm(1.0))], metadata=given)
        assert isinstance(error, KeyRefused)
        list_models(server.channel, bearer(key))


def test_health_needs_no_key(tmp_path: Path, keys_file: Path) -> None:
    add_key(keys_file, "ann", Quotas())
    with serving(tmp_path, keys_file=keys_file) as server:
        health = health_pb2_grpc.HealthStub(server.channel)
        assert health.Check(health_pb2.HealthCheckRequest()).status == 1


def test_a_key_is_refused_as_soon_as_it_is_removed(tmp_path: Path, keys_file: Path) -> None:
    _, key = add_key(keys_file, "ann", Quotas())
    add_key(keys_file, "ben", Quotas())
    with serving(tmp_path, keys_file=keys_file) as server:
        list_models(server.channel, bearer(key))
        remove_key(keys_file, "ann")
        with pytest.raises(KeyRefused):
            list_models(server.channel, bearer(key))


def test_one_key_uses_up_its_own_quota_alone(tmp_path: Path, keys_file: Path) -> None:
    _, ann = add_key(keys_file, "ann", Quotas(max_sessions=0))
    _, ben = add_key(keys_file, "ben", Quotas())
    messages = [config(audio_format=PCM), *audio(pcm(5.0))]
    with serving(tmp_path, keys_file=keys_file) as server:
        assert isinstance(server.refusal(messages, metadata=bearer(ann)), QuotaExceeded)
        assert kinds(server.transcribe(messages, metadata=bearer(ben)))[-1] == "finished"


def test_neither_keys_nor_audio_nor_text_are_logged(
    tmp_path: Path, keys_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry, key = add_key(keys_file, "ann", Quotas())
    messages = [config(audio_format=PCM, display_name="private.wav"), *audio(pcm(5.0))]
    with logging_to_stderr(as_json=True):
        logging.getLogger("audiosvc").setLevel(logging.DEBUG)
        with serving(tmp_path, keys_file=keys_file) as server:
            got = server.transcribe(messages, metadata=bearer(key))
            server.refusal(messages, metadata=bearer(f"{key}x"))
            server.refusal([config(), *audio(b"no sound")], metadata=bearer(key))
    assert any(SPEECH in str(response) for response in got)
    text = capsys.readouterr().err
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["code"] for line in lines] == ["OK", "UNAUTHENTICATED", "INVALID_ARGUMENT"]
    assert lines[0]["caller"] == entry.id
    assert lines[0]["mode"] == "recording"
    assert lines[0]["session_id"] == got[0].session_started.session_id
    assert lines[1]["reason"] == "KEY_REFUSED"
    for secret in (key, entry.sha256, SPEECH, "Good morning", "private.wav"):
        assert secret not in text


def test_the_caller_is_known_in_threads_too() -> None:
    from audiosvc.server.callers import Caller, set_caller

    async def call(name: str) -> str:
        set_caller(Caller(name))
        await asyncio.sleep(0)
        return (await asyncio.to_thread(current_caller)).id

    async def both() -> list[str]:
        return list(await asyncio.gather(call("ann"), call("ben")))

    assert asyncio.run(both()) == ["ann", "ben"]


class Certificates:
    """An authority, a server's certificate, and what a client needs."""

    def __init__(self, folder: Path) -> None:
        self.authority = trustme.CA()
        self.cert, self.key, self.ca = folder / "cert.pem", folder / "key.pem", folder / "ca.pem"
        self.authority.cert_pem.write_to_path(self.ca)
        self.renew()

    def renew(self) -> None:
        issued = self.authority.issue_cert("localhost", "127.0.0.1")
        self.cert.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        self.key.write_bytes(issued.private_key_pem.bytes())

    def client(self, name: str | None = None) -> grpc.ChannelCredentials:
        """name: of a certificate of its own."""
        root = self.authority.cert_pem.bytes()
        if name is None:
            return grpc.ssl_channel_credentials(root)
        own = self.authority.issue_cert("client.example", common_name=name)
        chain = b"".join(blob.bytes() for blob in own.cert_chain_pems)
        return grpc.ssl_channel_credentials(root, own.private_key_pem.bytes(), chain)


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return Certificates(tmp_path)


@pytest.fixture
def secure(tmp_path: Path, certificates: Certificates) -> Iterator[Serving]:
    with serving(
        tmp_path / "data",
        tls_cert=certificates.cert,
        tls_key=certificates.key,
        client_ca=certificates.ca,
    ) as server:
        yield server


def test_tls(tmp_path: Path, certificates: Certificates) -> None:
    flags = {"tls_cert": certificates.cert, "tls_key": certificates.key}
    with serving(tmp_path / "data", **flags) as server:
        with grpc.secure_channel(server.address, certificates.client()) as channel:
            got = server.transcribe([config(audio_format=PCM), *audio(pcm(5.0))], channel=channel)
            assert kinds(got)[-1] == "finished"
        with pytest.raises(ServerUnavailable):
            list_models(server.channel)
        trust = ssl.create_default_context(cafile=str(certificates.ca))
        url = server.http.replace("http:", "https:")
        with urllib.request.urlopen(f"{url}/readyz", context=trust) as answer:
            assert answer.status == 200


def test_mutual_tls_knows_callers_by_their_certificate(
    secure: Serving, certificates: Certificates, capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_to_stderr(as_json=True):
        for name in ("ann", "ben", "ann"):
            credentials = certificates.client(name)
            with grpc.secure_channel(secure.address, credentials) as channel:
                list_models(channel)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    ids = [line["caller"] for line in lines]
    assert ids[0] == ids[2] != ids[1]


@pytest.mark.parametrize("who", ["nobody", "stranger"])
def test_mutual_tls_refuses_everybody_else(
    secure: Serving, certificates: Certificates, who: str
) -> None:
    if who == "nobody":
        credentials = certificates.client()
    else:
        own = trustme.CA().issue_cert("client.example", common_name="ann")
        credentials = grpc.ssl_channel_credentials(
            certificates.authority.cert_pem.bytes(),
            own.private_key_pem.bytes(),
            own.cert_chain_pems[0].bytes(),
        )
    with (
        grpc.secure_channel(secure.address, credentials) as channel,
        pytest.raises(ServerUnavailable),
    ):
        list_models(channel)


def test_a_renewed_certificate_is_taken_up(secure: Serving, certificates: Certificates) -> None:
    first = ssl.get_server_certificate(_place(secure))
    certificates.renew()
    with grpc.secure_channel(secure.address, certificates.client("ann")) as channel:
        list_models(channel)
    second = ssl.get_server_certificate(_place(secure))
    assert first != second == certificates.cert.read_text("ascii").partition("\n\n")[0]


def _place(server: Serving) -> tuple[str, int]:
    host, port = server.address.split(":")
    return host, int(port)


def test_files_that_do_not_fit_are_named_before_anything_listens(
    tmp_path: Path, certificates: Certificates
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    wrong = [
        {"tls_cert": certificates.cert, "tls_key": Certificates(other).key},
        {"tls_cert": certificates.cert, "tls_key": tmp_path / "none.pem"},
        {
            "tls_cert": certificates.cert,
            "tls_key": certificates.key,
            "client_ca": certificates.key,
        },
    ]
    for flags in wrong:
        with pytest.raises(OptionError, match="certificate"):
            grpc_credentials(ServerSettings(**flags))
