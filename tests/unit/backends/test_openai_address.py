from __future__ import annotations

import pytest

from audiosvc.backends.openai_address import (
    Patience,
    read_address,
    read_concurrency,
    read_key,
    read_patience,
)
from audiosvc.errors import OptionError

MOSS = "OpenMOSS-Team/MOSS-Transcribe-Diarize"


@pytest.mark.parametrize(
    ("text", "base", "model"),
    [
        (f"http://host:8000/v1#{MOSS}", "http://host:8000/v1", MOSS),
        (f"http://host:8000#{MOSS}", "http://host:8000/v1", MOSS),
        ("https://host/", "https://host/v1", None),
        ("https://Host.Example/#", "https://host.example/v1", None),
        ("http://host/proxy/v1/", "http://host/proxy/v1", None),
        ("http://host/v1/audio/transcriptions#m", "http://host/v1", "m"),
        ("http://[::1]:8000#m", "http://[::1]:8000/v1", "m"),
        ("http://host#a%20model", "http://host/v1", "a model"),
    ],
)
def test_an_address_has_a_base_and_a_model(text: str, base: str, model: str | None) -> None:
    address = read_address(text)
    assert (address.base, address.model) == (base, model)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("host:8000", "http://"),
        ("ftp://host", "http://"),
        ("file:///etc/passwd", "http://"),
        ("http://", "no host"),
        ("http:///v1", "no host"),
        ("http://host:99999", "port"),
        ("http://host:x", "port"),
        ("http://[::1", "port"),
        ("http://me:sesame/x@host", "port"),
        ("http://host/v1?key=sesame", "query"),
        ("http://host /v1", "spaces"),
        ("http://host\n/v1", "spaces"),
        ("", "http://"),
    ],
)
def test_what_is_no_address_is_told(text: str, words: str) -> None:
    with pytest.raises(OptionError, match=words) as caught:
        read_address(text)
    assert "\n" not in str(caught.value)
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("text", ["http://me:sesame@host/v1#m", "https://sesame@host"])
def test_credentials_are_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(OptionError, match="AUDIOSVC_MODEL_SERVER_KEY") as caught:
        read_address(text)
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("moss.localhost", True),
        ("127.8.9.1", True),
        ("[::1]", True),
        ("10.0.0.1", False),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
    ],
)
def test_this_machine_is_known_by_its_names(host: str, loopback: bool) -> None:
    assert read_address(f"http://{host}:8000").loopback is loopback


OURS = {"AUDIOSVC_MODEL_SERVER_KEY": "sesame"}
OPENAI = {"OPENAI_API_KEY": "sk-openai"}


@pytest.mark.parametrize(
    ("address", "environment", "key"),
    [
        ("https://host", OURS, "sesame"),
        ("https://host", {"AUDIOSVC_MODEL_SERVER_KEY": " sesame\n"}, "sesame"),
        ("http://127.0.0.1:1", OURS, "sesame"),
        ("http://host", {**OURS, "AUDIOSVC_MODEL_SERVER_PLAINTEXT": "1"}, "sesame"),
        ("http://host", {}, None),
        ("http://host", {"AUDIOSVC_MODEL_SERVER_KEY": ""}, None),
        ("https://api.openai.com/v1", OPENAI, "sk-openai"),
        ("https://api.openai.com/v1", {**OPENAI, **OURS}, "sesame"),
        ("https://api.openai.com.example", OPENAI, None),
        ("https://host", OPENAI, None),
        ("http://localhost", OPENAI, None),
    ],
)
def test_a_key_goes_to_whom_it_is_for(
    address: str, environment: dict[str, str], key: str | None
) -> None:
    assert read_key(read_address(address), environment) == key


@pytest.mark.parametrize(
    ("address", "environment"),
    [
        ("http://host", OURS),
        ("http://10.0.0.1", {**OURS, "AUDIOSVC_MODEL_SERVER_PLAINTEXT": "0"}),
        ("http://api.openai.com", OPENAI),
    ],
)
def test_a_key_does_not_travel_in_the_clear(address: str, environment: dict[str, str]) -> None:
    with pytest.raises(OptionError, match="unencrypted") as caught:
        read_key(read_address(address), environment)
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("key", ["ses\name", "ses ame", "sésame"])
def test_a_key_that_would_break_the_header_is_refused(key: str) -> None:
    with pytest.raises(OptionError, match="characters") as caught:
        read_key(read_address("https://host"), {"AUDIOSVC_MODEL_SERVER_KEY": key})
    assert key not in str(caught.value)


def test_a_clip_may_take_a_minute_and_twice_its_length() -> None:
    assert read_patience({}, Patience()).total_s(300.0) == 660.0
    given = {"AUDIOSVC_MODEL_SERVER_TIMEOUT": "90.5"}
    assert read_patience(given, Patience()).total_s(300.0) == 90.5


@pytest.mark.parametrize("text", ["0", "-1", "soon", "nan", "inf"])
def test_a_deadline_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(OptionError, match="AUDIOSVC_MODEL_SERVER_TIMEOUT"):
        read_patience({"AUDIOSVC_MODEL_SERVER_TIMEOUT": text}, Patience())


def test_how_many_at_once_is_read_from_the_environment() -> None:
    assert read_concurrency({}, 8) == 8
    assert read_concurrency({"AUDIOSVC_MODEL_SERVER_CONCURRENCY": "24"}, 8) == 24


@pytest.mark.parametrize("text", ["0", "-3", "513", "many", "9" * 5000, "²"])
def test_a_number_at_once_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(OptionError, match="AUDIOSVC_MODEL_SERVER_CONCURRENCY"):
        read_concurrency({"AUDIOSVC_MODEL_SERVER_CONCURRENCY": text}, 8)
