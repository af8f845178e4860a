"""Addresses and settings: refused before anything listens."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from audiosvc.errors import OptionError
from audiosvc.server.addresses import Address, parse_address
from audiosvc.server.settings import ServerSettings, read_server_settings
from audiosvc.settings import read_settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("AUDIOSVC_"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("text", "address", "is_loopback"),
    [
        ("127.0.0.1:50051", Address("127.0.0.1", 50051), True),
        ("127.9.9.9:1", Address("127.9.9.9", 1), True),
        ("localhost:0", Address("localhost", 0), True),
        ("[::1]:80", Address("::1", 80), True),
        ("0.0.0.0:80", Address("0.0.0.0", 80), False),
        ("[::]:80", Address("::", 80), False),
        ("10.0.0.1:80", Address("10.0.0.1", 80), False),
        ("example.org:65535", Address("example.org", 65535), False),
    ],
)
def test_addresses(text: str, address: Address, is_loopback: bool) -> None:
    assert parse_address(text, "--grpc") == address
    assert address.is_loopback is is_loopback
    assert str(address) == text


@pytest.mark.parametrize(
    "text", ["", "50051", ":80", "host", "host:", "host:65536", "::1:80", "a b:1"]
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(OptionError, match=r"--grpc takes HOST:PORT"):
        parse_address(text, "--grpc")


def test_by_default_only_this_machine_can_reach_it() -> None:
    settings = read_server_settings()
    assert settings.grpc_address.is_loopback
    assert settings.http_address.is_loopback


def test_by_default_it_locates_now_and_then() -> None:
    settings = read_server_settings()
    assert (settings.locate, settings.locate_per_minute) == (True, 30)


@pytest.mark.parametrize("flags", [{"grpc": "0.0.0.0:1"}, {"http": "10.1.2.3:1"}])
def test_strangers_are_not_served_in_the_clear(flags: dict[str, str]) -> None:
    with pytest.raises(OptionError, match="can be reached from other machines") as caught:
        read_server_settings(**flags)
    assert "\n" not in str(caught.value)
    read_server_settings(**flags, allow_insecure_public=True)
    read_server_settings(**flags, tls_cert="c.pem", tls_key="k.pem")


@pytest.mark.parametrize(
    "flags",
    [{"tls_cert": "c.pem"}, {"tls_key": "k.pem"}, {"client_ca": "ca.pem"}],
)
def test_half_of_what_tls_needs(flags: dict[str, str]) -> None:
    with pytest.raises(OptionError, match="need"):
        read_server_settings(**flags)


def test_environment_then_file_then_flags(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "audiosvc.toml"
    file.write_text('model = "small"\n[server]\nmax_sessions = 7\nserve_models = ["base"]\n')
    monkeypatch.setenv("AUDIOSVC_MAX_SESSIONS", "5")
    monkeypatch.setenv("AUDIOSVC_IDLE_TIMEOUT_S", "9")
    assert read_server_settings().max_sessions == 5
    settings = read_server_settings(file)
    assert (settings.max_sessions, settings.idle_timeout_s) == (7, 9.0)
    assert settings.serve_models == ("base",)
    assert read_server_settings(file, max_sessions=3).max_sessions == 3
    assert read_settings(file).model == "small"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[server]\nmax_session = 3", "max_session in .*: there is no such setting"),
        ("[server]\nmax_sessions = 0", "max_sessions in .* is 0"),
        ("[server]\nlocate_per_minute = 0", "locate_per_minute in .* is 0"),
        ("server = 3", "has to be a table"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "audiosvc.toml"
    file.write_text(text)
    with pytest.raises(OptionError, match=message):
        read_server_settings(file)


def test_paths_may_be_at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert ServerSettings(data_dir=Path("~/data")).data_dir == tmp_path / "data"
