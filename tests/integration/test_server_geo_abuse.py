"""What nobody should ask of GeoService: each gets an error of its own, and nothing stays behind."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest

from audiosvc.errors import (
    AudioEmpty,
    AudioError,
    AudiosvcError,
    AudioTooLong,
    AudioUnreadable,
    DeadlineExceeded,
    KeyRefused,
    NotAllowed,
    OptionError,
    ProtocolError,
    QuotaExceeded,
    StorageFull,
    TooBusy,
    TooLarge,
)
from audiosvc.server.callers import Quotas
from audiosvc.server.keys import add_key
from audiosvc.v1 import geo_pb2 as pb
from audiosvc.v1 import models_pb2
from audiosvc.wire.details import from_call
from tests.fakes.geo_calls import (
    METHODS,
    PCM,
    REQUESTS,
    audio,
    call,
    config,
    estimates,
    located,
    refusal,
)
from tests.fakes.server import HeldTranscriber, Serving, pcm, serving

WHICH = pytest.mark.parametrize("method", METHODS)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("data"), locate_per_minute=10_000) as server:
        yield server


@pytest.fixture(autouse=True)
def _nothing_stays_behind(server: Serving) -> Iterator[None]:
    yield
    assert_is_empty(server)


def assert_is_empty(server: Serving) -> None:
    """Soon."""
    end_s = time.monotonic() + 10.0
    while server.sessions and time.monotonic() < end_s:
        time.sleep(0.01)
    assert server.sessions == 0
    assert server.server.place.spool.used_bytes == 0


def asked(method: str, seconds: float = 1.0, **fields: object) -> list[object]:
    return [config(method, audio_format=PCM, **fields), *audio(pcm(seconds), method)]


@WHICH
@pytest.mark.parametrize(
    ("messages", "kind"),
    [
        ("", ProtocolError),
        ("nothing", ProtocolError),
        ("audio", ProtocolError),
        ("config", AudioEmpty),
        ("config silence", AudioEmpty),
        ("config config", ProtocolError),
        ("config audio config", ProtocolError),
        ("config audio nothing", ProtocolError),
    ],
)
def test_messages_in_the_wrong_place(
    server: Serving, method: str, messages: str, kind: type[AudiosvcError]
) -> None:
    known = {
        "config": config(method, audio_format=PCM),
        "audio": REQUESTS[method](audio=pcm(1.0)),
        "silence": REQUESTS[method](audio=b""),
        "nothing": REQUESTS[method](),
    }
    error = refusal(server, [known[word] for word in messages.split()], method)
    assert type(error) is kind, error
    assert str(error).endswith(".")


def circle(lat: float, lon: float, radius_km: float) -> pb.GeoContext:
    center = pb.GeoPoint(latitude=lat, longitude=lon)
    return pb.GeoContext(within=pb.GeoCircle(center=center, radius_km=radius_km))


@WHICH
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"top": 10**9}, "top"),
        ({"top": -(10**9)}, "top"),
        ({"precision": 99}, "precision"),
        ({"context": circle(math.nan, math.nan, 5.0)}, "context.within.center"),
        ({"context": circle(0.0, -math.inf, 5.0)}, "context.within.center"),
        ({"context": circle(0.0, 0.0, math.nan)}, "context.within.radius_km"),
        ({"context": circle(0.0, 0.0, -1.0)}, "context.within.radius_km"),
        ({"context": pb.GeoContext(local_hour=math.nan)}, "context.local_hour"),
        ({"context": pb.GeoContext(country="../../etc/passwd" * 9999)}, "context.country"),
        ({"context": pb.GeoContext(locale="\x1b[2J\n")}, "context.locale"),
        ({"context": pb.GeoContext(recorded_on="9" * 99_999)}, "context.recorded_on"),
        ({"language_code": "no such language"}, "language_code"),
        ({"update_interval": {"nanos": 1}}, "update_interval"),
        ({"start_offset": {"seconds": 5}, "end_offset": {"seconds": 1}}, "end_offset"),
    ],
)
def test_what_nobody_can_mean(
    server: Serving, method: str, fields: dict[str, object], field: str
) -> None:
    error = refusal(server, asked(method, **fields), method)
    assert type(error) is OptionError, error
    assert error.field == field
    assert str(error).isprintable()
    assert len(str(error)) < 200


@pytest.mark.parametrize("fields", [{"sample_rate_hz": 3}, {"channels": 99}, {"encoding": 99}])
def test_samples_that_cannot_be(server: Serving, fields: dict[str, int]) -> None:
    error = refusal(server, [config(audio_format={"pcm": fields}), *audio(pcm(1.0))])
    assert isinstance(error, OptionError)
    assert (error.field or "").startswith("audio_format.pcm.")


def test_a_stream_has_no_part(server: Serving) -> None:
    messages = asked("LocateStream", start_offset={"seconds": 1})
    error = refusal(server, messages, "LocateStream")
    assert isinstance(error, OptionError)
    assert error.field == "start_offset"


@WHICH
def test_bytes_that_are_no_sound(server: Serving, method: str, repository: Path) -> None:
    for data in (b"no sound at all" * 5000, (repository / "README.md").read_bytes(), b"RIFF"):
        error = refusal(server, [config(method), *audio(data, method)], method)
        assert isinstance(error, AudioError)
        assert "\n" not in str(error)


def test_a_stream_whose_index_comes_last_is_told_where_to_go(server: Serving) -> None:
    boxes = b"\x00\x00\x00\x10ftypM4A \x00\x00\x00\x00" + b"\x00\x10\x00\x00mdat" + bytes(1 << 20)
    error = refusal(server, [config("LocateStream"), *audio(boxes, "LocateStream")], "LocateStream")
    assert isinstance(error, AudioUnreadable)
    assert "Send it to Locate" in str(error)


@WHICH
def test_bytes_that_are_no_message(server: Serving, method: str) -> None:
    raw = server.channel.stream_stream(f"/audiosvc.v1.GeoService/{method}")
    first = config(method).SerializeToString()
    for messages in ([b"\xff\xff\xff"], [first, b"\xff\xff\xff"]):
        with pytest.raises(grpc.RpcError) as caught:
            list(raw(iter(messages), timeout=10))
        assert isinstance(from_call(caught.value), ProtocolError)


@WHICH
def test_a_message_above_the_limit(server: Serving, method: str) -> None:
    huge = REQUESTS[method](audio=bytes(5 << 20))
    assert isinstance(refusal(server, [*asked(method), huge], method), TooLarge)


@WHICH
def test_a_name_is_never_a_path(server: Serving, method: str, tmp_path: Path) -> None:
    for name in ("../../../etc/passwd", str(tmp_path / "x"), "\n\x1b[2Jevil", "long " * 2000):
        messages = [config(method, display_name=name), *audio(b"no sound" * 500, method)]
        error = refusal(server, messages, method)
        assert isinstance(error, AudioError)
        assert len(str(error)) < 400
        assert str(error).isprintable()
    assert list(tmp_path.iterdir()) == []


@WHICH
def test_who_sends_nothing_is_not_waited_for(tmp_path: Path, method: str) -> None:
    stay = threading.Event()

    def silent(*first: object) -> Iterator[object]:
        yield from first
        stay.wait(10)

    with serving(tmp_path, idle_timeout_s=0.3) as server:
        for first in ([], [config(method, audio_format=PCM)]):
            assert isinstance(refusal(server, silent(*first), method), DeadlineExceeded)
        stay.set()


def test_more_bytes_than_a_recording_may_have(tmp_path: Path) -> None:
    with serving(tmp_path, max_upload_bytes=100_000) as server:
        assert isinstance(refusal(server, asked("Locate", 5.0)), TooLarge)
        assert estimates(located(server, asked("Locate", 2.0)))


@WHICH
def test_more_bytes_than_there_is_room_for(tmp_path: Path, method: str) -> None:
    with serving(tmp_path, max_spool_bytes=100_000) as server:
        error = refusal(server, asked(method, 5.0), method)
        assert isinstance(error, StorageFull)
        assert error.retry_after_s


@pytest.mark.parametrize(
    ("method", "limit"),
    [
        ("Locate", {"max_audio_s": 3.0}),
        ("LocateStream", {"max_audio_s": 3.0}),
        ("LocateStream", {"max_session_s": 3.0}),
        ("LocateStream", {"max_upload_bytes": 3 * 192_000}),  # as which it is kept
    ],
)
def test_more_sound_than_the_server_takes(
    tmp_path: Path, method: str, limit: dict[str, float]
) -> None:
    with serving(tmp_path, **limit) as server:
        assert isinstance(refusal(server, asked(method, 5.0), method), AudioTooLong)


def test_a_stream_of_more_than_half_an_hour(server: Serving) -> None:
    """Of a quiet kind: a small file."""
    wire = {"pcm": {"sample_rate_hz": 4000, "encoding": "PCM_ENCODING_U8"}}
    first = config("LocateStream", audio_format=wire, update_interval={"seconds": 600})
    sound = audio(bytes([128]) * 4000 * 1802, "LocateStream", 1 << 20)
    error = refusal(server, [first, *sound], "LocateStream", timeout_s=300.0)
    assert isinstance(error, AudioTooLong)
    assert "1,800 s" in str(error)


@WHICH
def test_more_calls_than_there_are_places(tmp_path: Path, method: str) -> None:
    held = HeldTranscriber()
    with serving(tmp_path, held, max_sessions=1) as server, ThreadPoolExecutor(1) as pool:
        working = pool.submit(located, server, asked(method, 5.0), method)
        assert held.began.acquire(timeout=5)
        for _ in range(2):
            error = refusal(server, asked(method, 5.0), method)
            assert isinstance(error, TooBusy)
            assert 1.0 <= (error.retry_after_s or 0) <= 4.0
        held.go.set()
        assert estimates(working.result())
        assert_is_empty(server)
        assert estimates(located(server, asked(method, 5.0), method))


def bearer(key: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {key}"),)


def test_more_calls_a_minute_than_a_key_may_begin(tmp_path: Path) -> None:
    keys_file = tmp_path / "keys.json"
    (_, ann), (_, ben), (_, eve) = (
        add_key(keys_file, name, Quotas(locate_per_minute=limit))
        for name, limit in (("ann", None), ("ben", 3), ("eve", 0))
    )
    with serving(tmp_path, keys_file=keys_file, locate_per_minute=2) as server:

        def ask(key: str, method: str) -> AudiosvcError | None:
            try:
                located(server, asked(method), method, metadata=bearer(key))
            except AudiosvcError as error:
                return error
            return None

        # Both methods count alike, and what is refused does not count.
        assert [ask(ann, method) for method in METHODS] == [None, None]
        for method in METHODS * 2:
            error = ask(ann, method)
            assert isinstance(error, QuotaExceeded)
            assert 0.0 < (error.retry_after_s or 0.0) <= 60.0
            assert str(error) == "This key may locate 2 recordings a minute, and has."
        assert [ask(ben, "Locate") for _ in range(3)] == [None] * 3
        assert isinstance(ask(ben, "Locate"), QuotaExceeded)
        assert isinstance(ask(eve, "Locate"), NotAllowed)
        assert isinstance(ask("nobody", "Locate"), KeyRefused)
        # Nobody is kept from anything else.
        for key in (ann, eve):
            server.models.ListModels(models_pb2.ListModelsRequest(), metadata=bearer(key))


def test_a_refusal_for_the_rate_is_known_to_any_client(tmp_path: Path) -> None:
    from google.rpc import error_details_pb2
    from grpc_status import rpc_status

    with serving(tmp_path, locate_per_minute=1) as server:
        located(server, asked("Locate"))
        with pytest.raises(grpc.RpcError) as caught:
            list(call(server, asked("Locate")))
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        status = rpc_status.from_call(caught.value)  # type: ignore[arg-type]
        assert status is not None
        retry = error_details_pb2.RetryInfo()
        assert any(detail.Unpack(retry) for detail in status.details)
        assert 0 < retry.retry_delay.seconds <= 60


def test_many_who_go_away_at_any_moment(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with serving(tmp_path, max_sessions=40, locate_per_minute=100) as server:
        for number in range(40):
            method = METHODS[number % 2]
            messages = [config(method, audio_format=PCM), *audio(pcm(30.0), method, 1 << 16)]
            going = call(server, messages, method)
            next(going)
            time.sleep(number / 2000)
            going.cancel()
        assert_is_empty(server)
    assert [record.getMessage() for record in caplog.records if record.levelno > 20] == []
