"""A joint model behind a model server, over a real connection, and everything that goes wrong."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from audiosvc.backends.openai_address import Patience
from audiosvc.backends.openai_transcriptions import OpenAITranscriptions
from audiosvc.errors import ModelError, ModelFailed, ModelMissing, ModelUnknown, OptionError
from audiosvc.ports import JointModel
from audiosvc.spans import Span
from audiosvc.transcription.joint.transcriber import Joint
from audiosvc.types import Audio, Hints, LocalSegment, Notice, Request, Window
from tests.fakes import FakeEmbedder, script
from tests.fakes.transcription_endpoint import (
    BROKEN,
    BUSY,
    MODEL,
    Clip,
    Mishap,
    TranscriptionEndpoint,
)

RATE_HZ = 16_000
TEXT = "[0.00][S01]Guten Tag, 你好 🙂 ünd so weiter.[2.50][2.50][S02]Adieu.[4.00]"
HASTY = Patience(first_wait_s=0.01, factor=1.0, stall_s=0.3, check_s=1.0, fixed_s=20.0)
WAIT_S = 10.0
STRICT_PYTHON = (sys.executable, "-W", "error", "-X", "dev", "-c")


def request(length_s: float = 4.0, max_tokens: int = 1000, **hints: str) -> Request:
    samples = np.sin(np.arange(round(length_s * RATE_HZ)) / 20).astype(np.float32) / 2
    return Request(Audio(samples, RATE_HZ, 30.0), Hints(**hints), max_tokens)  # type: ignore[arg-type]


@contextmanager
def joint(server: TranscriptionEndpoint | str, **more: object) -> Iterator[OpenAITranscriptions]:
    address = server if isinstance(server, str) else server.address
    model = OpenAITranscriptions(address, **{"patience": HASTY, **more})  # type: ignore[arg-type]
    try:
        yield model
    finally:
        model.close()


def written(server: TranscriptionEndpoint, **more: object) -> tuple[str, str | None]:
    """The text of one clip, and why it ended."""
    with joint(server, **more) as model:
        writing = model.write(request())
        return "".join(writing), writing.ending


def failure(server: TranscriptionEndpoint, kind: type[ModelError] = ModelFailed) -> str:
    """What is said about one clip that comes to nothing: one line."""
    with joint(server) as model, pytest.raises(kind) as caught:
        list(model.write(request()))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture(autouse=True)
def nothing_is_left_over(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in os.environ:
        if name.startswith("AUDIOSVC_MODEL_SERVER") or name == "OPENAI_API_KEY":
            monkeypatch.delenv(name)
    threads, sockets = set(threading.enumerate()), open_sockets()
    yield
    gc.collect()
    left = {one for one in threading.enumerate() if not one.name.startswith("models_")}
    assert left <= threads  # the pool of the embedder is another matter
    assert open_sockets() <= sockets


def open_sockets() -> set[str]:
    found = set()
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the one that reads the folder
            found.add(str(entry.readlink()))
    return {name for name in found if name.startswith("socket:")}


def described(mishap: object) -> str | None:
    if not isinstance(mishap, Mishap):
        return None
    usual = Mishap()
    changed = {f.name: getattr(mishap, f.name) for f in fields(Mishap)}
    return ",".join(
        f"{name}={str(value)[:20]}"
        for name, value in changed.items()
        if value != getattr(usual, name)
    )


def test_it_is_a_joint_model() -> None:
    with TranscriptionEndpoint() as server, joint(server, threads=4, device="cuda") as model:
        as_port: JointModel = model
        assert as_port.markup == "sats"
        assert as_port.limits.windows_at_once == 8
        assert as_port.limits.streams
        assert as_port.limits.knows_speakers


@pytest.mark.parametrize("protocol", ["vllm", "sglang", "json", "verbose_json", "diarized_json"])
def test_every_protocol_gives_the_whole_text(protocol: str) -> None:
    with TranscriptionEndpoint(TEXT, protocol=protocol) as server:
        assert written(server) == (TEXT, "stop")


def test_the_clip_and_the_wishes_arrive() -> None:
    with TranscriptionEndpoint() as server, joint(server) as model:
        list(model.write(request(3.25, 77, language="de", prompt="Write it down.")))
        (clip,) = server.clips
    assert clip.duration_s == 3.25
    assert clip.rate_hz == RATE_HZ
    np.testing.assert_allclose(clip.samples, request(3.25).audio.samples, atol=1e-4)
    assert clip.fields["model"] == MODEL
    assert clip.fields["language"] == "de"
    assert clip.fields["prompt"] == "Write it down."
    assert clip.fields["temperature"] == "0"
    assert clip.fields["max_completion_tokens"] == clip.fields["max_new_tokens"] == "77"
    assert "Authorization" not in clip.headers


def test_text_comes_while_it_is_written() -> None:
    with TranscriptionEndpoint(TEXT, [Mishap(pause_s=0.05)]) as server, joint(server) as model:
        pieces = list(model.write(request()))
    assert len(pieces) > 5
    assert "".join(pieces) == TEXT


def test_clips_are_written_side_by_side_and_the_rest_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AUDIOSVC_MODEL_SERVER_CONCURRENCY", "3")

    def text(clip: Clip) -> str:
        return f"[0.00][S01]{clip.duration_s}[{clip.duration_s:.2f}]"

    slow = [Mishap(delay_s=0.3)] * 9
    with TranscriptionEndpoint(text, slow) as server, joint(server) as model:
        assert model.limits.windows_at_once == 3
        lengths = [1.0 + n / 4 for n in range(9)]
        began_s = time.monotonic()
        writings = [model.write(request(length_s)) for length_s in lengths]
        assert time.monotonic() - began_s < 0.3
        texts = ["".join(writing) for writing in writings]
        assert server.most_at_once == 3
    assert texts == [f"[0.00][S01]{n}[{n:.2f}]" for n in lengths]


@pytest.mark.parametrize(
    "mishap",
    [
        BUSY,
        BROKEN,
        Mishap(status=408),
        Mishap(status=409),
        Mishap(status=503, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
        Mishap(break_after=0),
        Mishap(break_after=3),
        Mishap(end_after=0),
        Mishap(end_after=3),
        Mishap(cut_bytes=200),
        Mishap(stall_after=2),
        Mishap(error_after=2),
        Mishap(finish_reason="abort"),
        Mishap(body=b""),
        Mishap(body=b'{"text": "[0.00][S01]Gu'),
    ],
    ids=described,
)
@pytest.mark.parametrize("protocol", ["vllm", "sglang"])
def test_what_passes_is_tried_again(protocol: str, mishap: Mishap) -> None:
    if protocol == "sglang" and mishap.finish_reason == "abort":
        return  # it gives no reasons
    with TranscriptionEndpoint(TEXT, [mishap, mishap], protocol=protocol) as server:
        assert written(server) == (TEXT, "stop")
        assert len(server.clips) == 3


@pytest.mark.parametrize(
    "mishap",
    [
        Mishap(twice=True),
        Mishap(without_done=True),
        Mishap(bytes_at_once=1),
        Mishap(bytes_at_once=7, twice=True),
        Mishap(delay_s=0.5),
    ],
    ids=described,
)
@pytest.mark.parametrize("protocol", ["vllm", "sglang"])
def test_what_is_only_odd_is_taken_as_it_is(protocol: str, mishap: Mishap) -> None:
    with TranscriptionEndpoint(TEXT, [mishap], protocol=protocol) as server:
        assert written(server) == (TEXT, "stop")
        assert len(server.clips) == 1


def test_a_text_that_broke_off_is_not_given_twice() -> None:
    mishaps = [Mishap(break_after=6, pause_s=0.05)]
    with TranscriptionEndpoint(TEXT, mishaps) as server, joint(server) as model:
        pieces = list(model.write(request()))
        assert len(server.clips) == 2
    assert len(pieces) > 3
    assert "".join(pieces) == TEXT


def test_a_second_text_that_contradicts_the_first_is_an_error() -> None:
    mishaps = [Mishap(break_after=6, pause_s=0.05), Mishap(text="[0.00][S01]Bonjour.[2.00]")]
    with TranscriptionEndpoint(TEXT, mishaps) as server, joint(server) as model:
        writing = model.write(request())
        got = next(writing)
        with pytest.raises(ModelFailed, match="something else"):
            for piece in writing:
                got += piece
    assert TEXT.startswith(got)


def test_it_gives_up_after_four_tries() -> None:
    with TranscriptionEndpoint(TEXT, [BROKEN] * 5) as server:
        said = failure(server)
        assert len(server.clips) == 4
    assert "500: Internal Server Error" in said
    assert "tried 4 times" in said


def test_retry_after_is_honoured() -> None:
    busy = Mishap(status=429, headers={"Retry-After": "1"})
    with TranscriptionEndpoint(TEXT, [busy]) as server:
        began_s = time.monotonic()
        assert written(server)[0] == TEXT
        assert time.monotonic() - began_s >= 1.0


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    busy = Mishap(status=429, headers={"Retry-After": "3600"}, body=b"Come back tomorrow")
    with TranscriptionEndpoint(TEXT, [busy]) as server:
        began_s = time.monotonic()
        assert "Come back tomorrow" in failure(server)
        assert time.monotonic() - began_s < 10.0


@pytest.mark.parametrize(
    "mishap", [Mishap(delay_s=30.0), Mishap(pause_s=0.2), Mishap(stall_after=0)], ids=described
)
def test_a_clip_has_a_deadline(monkeypatch: pytest.MonkeyPatch, mishap: Mishap) -> None:
    monkeypatch.setenv("AUDIOSVC_MODEL_SERVER_TIMEOUT", "0.5")
    with TranscriptionEndpoint(TEXT, [mishap] * 4) as server:
        began_s = time.monotonic()
        said = failure(server)
        assert time.monotonic() - began_s < 10.0
        assert server.hung_up.acquire(timeout=WAIT_S)
    assert "AUDIOSVC_MODEL_SERVER_TIMEOUT" in said


@pytest.mark.parametrize("protocol", ["vllm", "json"])
def test_a_text_that_reached_the_budget_says_so(protocol: str) -> None:
    with TranscriptionEndpoint(TEXT, protocol=protocol) as server, joint(server) as model:
        writing = model.write(request(max_tokens=3))
        text = "".join(writing)
        assert writing.ending == "length"
    assert TEXT.startswith(text)
    assert len(text) == 15


def test_the_reason_length_says_so_too() -> None:
    with TranscriptionEndpoint(TEXT, [Mishap(length=True)]) as server:
        assert written(server)[1] == "length"


@pytest.mark.parametrize(
    ("more", "sent"),
    [
        ({"refuses": ["stream"]}, [True, False]),
        ({"strict": True}, [True, False, True]),
        ({"strict": True, "protocol": "json"}, [True, False, True]),
        ({"strict": True, "refuses": ["stream"]}, [True, False, True, False]),
        (
            {"refuses": ["response_format=json"], "protocol": "sglang"},
            [True, False, True, False, False],
        ),
    ],
)
def test_a_server_gets_what_it_takes_and_that_is_remembered(
    more: dict[str, object], sent: list[bool]
) -> None:
    with TranscriptionEndpoint(TEXT, **more) as server, joint(server) as model:  # type: ignore[arg-type]
        assert "".join(model.write(request())) == TEXT
        assert ["stream" in clip.fields for clip in server.clips] == sent
        assert "".join(model.write(request())) == TEXT
        assert len(server.clips) == len(sent) + 1
        assert server.clips[-1].fields == server.clips[-2].fields


def test_what_no_form_helps_is_told_once() -> None:
    with TranscriptionEndpoint(TEXT, refuses=["temperature"]) as server:
        said = failure(server, ModelMissing)
        assert len(server.clips) == 5
    assert said.count("temperature 0 is not supported") == 1


def test_a_clip_that_is_too_long_is_not_asked_for_in_other_forms() -> None:
    body = b'{"error": {"message": "Maximum file size exceeded", "code": 400}}'
    with TranscriptionEndpoint(TEXT, [Mishap(status=400, body=body)]) as server:
        assert "Maximum file size exceeded" in failure(server)
        assert len(server.clips) == 1


def test_a_form_that_was_taken_once_is_not_doubted() -> None:
    mishaps = [Mishap(), Mishap(status=400, body=b'{"detail": "No speech in it"}')]
    with TranscriptionEndpoint(TEXT, mishaps) as server, joint(server) as model:
        list(model.write(request()))
        with pytest.raises(ModelFailed, match="No speech in it"):
            list(model.write(request()))
        assert len(server.clips) == 2


@pytest.mark.parametrize(
    ("mishap", "words"),
    [
        (Mishap(status=413, body=b"<html>Too Large</html>"), "413: <html>Too Large</html>"),
        (Mishap(status=415), "415"),
        (Mishap(body=b'{"text": "a"}', headers={"Content-Encoding": "gzip"}), "gzip"),
        (
            Mishap(
                status=422,
                body=b'{"detail": [{"loc": ["body", "file"], "msg": "too long"}]}',
            ),
            "file: too long",
        ),
        (Mishap(error_after=1, error={"message": "Bad sampling", "code": 400}), "Bad sampling"),
    ],
    ids=described,
)
def test_what_will_not_pass_is_told_at_once(mishap: Mishap, words: str) -> None:
    with TranscriptionEndpoint(TEXT, [mishap]) as server:
        assert words in failure(server)
        assert len(server.clips) == 1


@pytest.mark.parametrize(
    ("mishap", "words"),
    [
        (Mishap(status=403, body=b'{"detail": "Not for you"}'), "Not for you"),
        (Mishap(body=b"<html><h1>It works!</h1></html>"), "It works!"),
        (Mishap(body=b'{"text": 5}'), "no text"),
    ],
    ids=described,
)
def test_what_no_clip_would_change_is_told_as_a_missing_model(mishap: Mishap, words: str) -> None:
    with TranscriptionEndpoint(TEXT, [mishap]) as server:
        assert words in failure(server, ModelMissing)
        assert len(server.clips) == 1


def test_rubbish_from_a_server_that_knew_better_is_a_fault_of_one_clip() -> None:
    mishaps = [Mishap(), Mishap(body=b"<html>Sorry</html>")]
    with TranscriptionEndpoint(TEXT, mishaps) as server, joint(server) as model:
        list(model.write(request()))
        with pytest.raises(ModelFailed, match="Sorry"):
            list(model.write(request()))
        assert "".join(model.write(request())) == TEXT


def test_redirects_are_told_and_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIOSVC_MODEL_SERVER_KEY", "sesame")
    with TranscriptionEndpoint(key="sesame") as other:
        away = {"Location": f"{other.base}/audio/transcriptions?token=1"}
        with TranscriptionEndpoint(TEXT, [Mishap(status=307, headers=away)]) as server:
            said = failure(server, ModelMissing)
        assert other.clips == []
    assert f"{other.base}/audio/transcriptions" in said
    assert "token" not in said


def test_a_model_that_is_not_there_is_told_with_those_that_are() -> None:
    with TranscriptionEndpoint(models=["whisper", "moss"]) as server:
        address = f"{server.base}#mosh"
        with joint(address) as model, pytest.raises(ModelMissing) as caught:
            list(model.write(request()))
    assert "'mosh'" in str(caught.value)
    assert "it serves whisper, moss" in str(caught.value)


def test_the_only_model_needs_no_name() -> None:
    with TranscriptionEndpoint(TEXT, models=["moss"]) as server, joint(server.base) as model:
        assert model.model == "moss"
        assert "".join(model.write(request())) == TEXT


@pytest.mark.parametrize(
    ("models", "words"),
    [(["a", "b"], "it serves a, b"), ([], "it serves none"), (None, "name the model behind a #")],
)
def test_otherwise_a_name_is_asked_for(models: list[str] | None, words: str) -> None:
    with (
        TranscriptionEndpoint(models=models) as server,
        pytest.raises(ModelUnknown, match=words),
    ):
        OpenAITranscriptions(server.base)


def test_a_server_without_a_list_of_models_will_do() -> None:
    with TranscriptionEndpoint(TEXT, models=None) as server:
        assert written(server)[0] == TEXT


def test_a_key_is_sent_and_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with TranscriptionEndpoint(TEXT, key="sesame") as server:
        with pytest.raises(ModelMissing, match="AUDIOSVC_MODEL_SERVER_KEY"):
            OpenAITranscriptions(server.address)
        monkeypatch.setenv("OPENAI_API_KEY", "sesame")
        with pytest.raises(ModelMissing, match="wants a key"):
            OpenAITranscriptions(server.address)
        monkeypatch.setenv("AUDIOSVC_MODEL_SERVER_KEY", "swordfish")
        with pytest.raises(ModelMissing, match="refused the key") as caught:
            OpenAITranscriptions(server.address)
        assert "swordfish" not in str(caught.value)
        monkeypatch.setenv("AUDIOSVC_MODEL_SERVER_KEY", "sesame")
        server.mishaps = [
            Mishap(status=500, body=b'{"detail": "sesame"}'),
            Mishap(error_after=0, error={"message": "sesame"}),
            Mishap(body=b"sesame"),
        ]
        said = failure(server, ModelMissing)
        assert server.clips[-1].headers["Authorization"] == "Bearer sesame"
    assert "***" in said
    assert "sesame" not in said


def test_refusals_do_not_tell_the_key_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIOSVC_MODEL_SERVER_KEY", "sesame")
    refusal = Mishap(status=400, body=b'{"detail": "What is sesame?"}')
    with TranscriptionEndpoint(TEXT, [refusal] * 5) as server:
        assert "What is ***?" in failure(server, ModelMissing)


def test_a_server_that_is_down_is_told_before_anything_is_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ModelMissing) as caught:
        OpenAITranscriptions(f"http://127.0.0.1:{port}/v1#moss")
    said = str(caught.value)
    assert said.startswith(f"The model server at http://127.0.0.1:{port} cannot be reached:")
    assert "connection refused" in said
    assert "\n" not in said


def test_a_server_that_goes_down_is_told() -> None:
    with TranscriptionEndpoint() as server:
        model = OpenAITranscriptions(server.address, patience=HASTY)
    with pytest.raises(ModelMissing, match=r"cannot be reached: connection refused.*4 times"):
        list(model.write(request()))
    model.close()


def test_a_name_that_nobody_has_is_told() -> None:
    with pytest.raises(ModelMissing, match="no machine of that name"):
        OpenAITranscriptions("http://moss.invalid:8000#moss", patience=HASTY)


def test_tls_where_there_is_none_is_told() -> None:
    with TranscriptionEndpoint() as server, pytest.raises(ModelMissing, match="http:// perhaps"):
        OpenAITranscriptions(server.address.replace("http:", "https:"))


def test_a_server_that_does_not_answer_is_told_soon() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}#moss"
        began_s = time.monotonic()
        with pytest.raises(ModelMissing, match="does not answer within 1 s"):
            OpenAITranscriptions(address, patience=HASTY)
        assert time.monotonic() - began_s < 10.0


@pytest.mark.parametrize(
    "listing",
    [
        b"<html><h1>It works!</h1></html>",
        b"",
        b"[]",
        b'{"data": null}',
        b'{"data": ["moss"]}',
        b'{"data": [{"name": "moss"}]}',
        b"[" * 2_000_000,
    ],
    ids=lambda listing: str(listing[:30]),
)
def test_what_is_no_model_server_is_told(listing: bytes) -> None:
    with (
        TranscriptionEndpoint(listing=listing) as server,
        pytest.raises(ModelMissing, match="is no model server") as caught,
    ):
        OpenAITranscriptions(server.address, patience=HASTY)
    assert len(str(caught.value)) < 400


def test_a_wrong_path_is_told() -> None:
    with TranscriptionEndpoint() as server:
        address = server.address.replace("/v1", "/v2")
        with joint(address) as model, pytest.raises(ModelMissing, match="/v2 have /audio/trans"):
            list(model.write(request()))


def test_what_is_no_address_is_told() -> None:
    with pytest.raises(OptionError, match="http://"):
        OpenAITranscriptions(MODEL)


@pytest.mark.parametrize("stage", [Mishap(delay_s=30.0), Mishap(stall_after=1)], ids=described)
def test_closing_a_text_stops_the_server(stage: Mishap) -> None:
    patience = Patience(stall_s=30.0)
    with (
        TranscriptionEndpoint(TEXT, [stage]) as server,
        joint(server, patience=patience) as model,
    ):
        writing = model.write(request())
        assert server.working.acquire(timeout=WAIT_S)
        if stage.stall_after:
            assert next(writing)
        writing.close()
        assert server.hung_up.acquire(timeout=WAIT_S)
        assert list(writing) == []
        assert writing.ending is None
        assert "".join(model.write(request())) == TEXT


def test_closing_a_text_that_waits_in_line_never_sends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIOSVC_MODEL_SERVER_CONCURRENCY", "1")
    with TranscriptionEndpoint(TEXT, [Mishap(delay_s=0.2)]) as server, joint(server) as model:
        first, second, third = (model.write(request()) for _ in range(3))
        second.close()
        assert "".join(first) == "".join(third) == TEXT
        assert len(server.clips) == 2


def test_closing_the_model_ends_what_is_under_way() -> None:
    with TranscriptionEndpoint(TEXT, [Mishap(delay_s=30.0)]) as server:
        model = OpenAITranscriptions(server.address)
        writing = model.write(request())
        assert server.working.acquire(timeout=WAIT_S)
        model.close()
        with pytest.raises(ModelFailed, match="closed"):
            next(writing)
        with pytest.raises(ModelFailed, match="closed"):
            model.write(request())
        model.close()


def test_a_model_that_nobody_has_any_more_leaves_nothing_behind() -> None:
    with TranscriptionEndpoint(TEXT) as server:
        writing = OpenAITranscriptions(server.address).write(request())
        assert "".join(writing) == TEXT


def test_it_can_be_made_where_another_event_loop_runs() -> None:
    async def inside(server: TranscriptionEndpoint) -> str:
        with joint(server) as model:
            return "".join(model.write(request()))

    with TranscriptionEndpoint(TEXT) as server:
        assert asyncio.run(inside(server)) == TEXT


def test_proxies_are_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with TranscriptionEndpoint(TEXT) as server:
        assert written(server)[0] == TEXT
    with pytest.raises(ModelMissing, match="refused"):
        OpenAITranscriptions("http://moss.invalid:8000#moss", patience=HASTY)


def test_a_process_ends_in_the_middle_of_a_text() -> None:
    program = """
        import sys
        import numpy as np
        from audiosvc.backends.openai_transcriptions import OpenAITranscriptions
        from audiosvc.types import Audio, Hints, Request

        assert "httpx2" not in sys.modules
        model = OpenAITranscriptions(sys.argv[1])
        request = Request(Audio(np.zeros(16_000, np.float32), 16_000), Hints(), 100)
        writings = [model.write(request) for _ in range(20)]
        print(next(writings[0]))
    """
    with TranscriptionEndpoint(TEXT, [Mishap(stall_after=1)] * 20) as server:
        done = subprocess.run(
            [*STRICT_PYTHON, textwrap.dedent(program), server.address],
            check=False,
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert server.hung_up.acquire(timeout=WAIT_S)
    assert done.stdout.strip() == TEXT[:5]
    assert done.stderr == ""
    assert done.returncode == 0


SAID = script(("ann", 0.0, 9.0, "Good morning."), ("ben", 10.0, 19.0, "Good morning, Ann."))


@pytest.mark.parametrize("mishaps", [[], [Mishap(break_after=4)], [Mishap(length=True)]])
def test_a_window_is_heard_through_a_server(mishaps: list[Mishap]) -> None:
    def hear(clip: Clip) -> str:
        if clip.duration_s < 15:  # a window that is tried again in parts
            return f"[0.00][S01]A part.[{clip.duration_s:.2f}]"
        return "[0.00][S01]Good morning.[9.00][10.00][S02]Good morning, Ann.[19.00]"

    span = Span(100.0, 119.0)
    samples = np.sin(np.arange(19 * RATE_HZ) / 20).astype(np.float32) / 2
    window = Window(Audio(samples, RATE_HZ, span.start_s), span, (span,))
    with TranscriptionEndpoint(hear, mishaps) as server, joint(server) as model:
        transcriber = Joint(model, FakeEmbedder(SAID))
        pieces = list(transcriber(window, Hints()))
        heard = len(server.clips)
    segments = [piece for piece in pieces if isinstance(piece, LocalSegment)]
    covered_s = sum(one.span.duration_s for one in segments)
    assert covered_s > 15
    if mishaps and mishaps[0].length:
        assert heard > 1
        assert any(isinstance(piece, Notice) for piece in pieces)
    else:
        assert heard == 1 + len(mishaps)
        assert [one.text for one in segments] == ["Good morning.", "Good morning, Ann."]
        assert [one.span.start_s for one in segments] == [100.0, 110.0]
        assert len({one.speaker for one in segments}) == 2
