"""The tiny MOSS writes: in pieces, in batches, to an end."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from audiosvc.errors import ModelFailed
from audiosvc.types import Hints, Request
from tests.unified.checkpoints import LINES, MAX_POSITIONS
from tests.unified.conftest import clip
from tests.unified.scripts import Fault

LONG, SHORT = clip(65, 1), clip(10, 2)
PATIENCE_S = 30.0


def request(audio=SHORT, *, max_tokens: int = 400, careful: bool = False) -> Request:
    return Request(audio, Hints(), max_tokens, careful)


def test_clips_of_different_lengths_are_written_as_one_batch(moss, script):
    writings = [moss.write(request(LONG)), moss.write(request(SHORT))]
    assert ["".join(writing) for writing in writings] == [LINES[1], LINES[0]]
    assert [writing.ending for writing in writings] == ["stop", "stop"]
    assert script.batches == [[65.0, 10.0]]


def test_a_batch_writes_what_the_library_itself_writes_for_each_clip(moss):
    writings = [moss.write(request(audio, max_tokens=30)) for audio in (LONG, SHORT)]
    for writing in writings:
        assert "".join(writing) or writing.ending
    for writing, audio in zip(writings, (LONG, SHORT), strict=True):
        inputs = moss._inputs(audio.samples, Hints())
        alone = moss._model.generate(**inputs, do_sample=False, max_new_tokens=30)[0]
        written = [token for token in alone[inputs["input_ids"].shape[1] :].tolist() if token != 2]
        assert writing.written == written
    assert len({tuple(writing.written) for writing in writings}) == 2  # they did listen


def test_pieces_come_while_it_still_writes(moss, script):
    script.pause_s = 0.02
    writing = moss.write(request())
    first = next(writing)
    assert first
    assert len(writing.written) < len(script.tokens(LINES[0])) - 1
    assert writing.ending is None
    assert first + "".join(writing) == LINES[0]


def test_no_character_comes_in_halves(moss, script):
    script.says = lambda request: LINES[2]
    script.pause_s = 0.02
    pieces = list(moss.write(request()))
    assert "".join(pieces) == LINES[2]
    assert len(pieces) > 5


def test_it_ends_at_its_budget_and_says_so(moss, script):
    writings = [moss.write(request(max_tokens=most)) for most in (5, 400)]
    assert "".join(writings[0]) == moss._detokenise(script.tokens(LINES[0])[:5])
    assert writings[0].ending == "length"
    assert "".join(writings[1]) == LINES[0]
    assert writings[1].ending == "stop"


def test_half_a_character_at_the_budget_is_left_out(moss, script):
    script.says = lambda request: "界"
    assert "".join(moss.write(request(max_tokens=1))) == ""


def test_a_writing_that_nobody_wants_ends_and_the_other_goes_on(moss, script):
    script.pause_s = 0.02
    dropped, kept = moss.write(request()), moss.write(request(LONG))
    next(dropped)
    dropped.close()
    with pytest.raises(StopIteration):
        next(dropped)
    assert "".join(kept) == LINES[1]
    assert dropped.ending is None
    assert len(dropped.written) < len(script.tokens(LINES[0])) - 1


def test_a_writing_closed_while_it_waits_is_not_begun(moss, script):
    moss.write(request()).close()
    assert "".join(moss.write(request(LONG))) == LINES[1]
    assert script.batches == [[65.0]]


def test_close_frees_a_reader_that_waits(moss, script):
    script.pause_s = 0.05
    script.says = lambda request: "<|im_start|>" * 200  # which is no text
    writing = moss.write(request())
    pieces: list[str] = []
    reader = threading.Thread(target=lambda: pieces.extend(writing))
    reader.start()
    writing.close()
    reader.join(PATIENCE_S)
    assert not reader.is_alive()
    assert pieces == []


def test_a_second_try_cannot_go_round_in_circles(moss, script):
    script.says = lambda request: "[1.00][S01]" + "and so on and so forth, " * 12
    circular = "".join(moss.write(request()))
    careful = "".join(moss.write(request(careful=True, max_tokens=300)))
    assert circular.count("and so on and so forth, ") == 12
    assert careful.startswith("[1.00][S01]and so on and so forth, ")
    assert careful.count("and so on and so forth, ") < 5


def test_marks_may_come_as_often_as_they_like_in_a_second_try(moss, script):
    text = "".join(f"[{n}.00][S01]{chr(97 + n)}[{n}.50]" for n in range(9))
    script.says = lambda request: text
    assert "".join(moss.write(request(careful=True))) == text


def test_second_tries_go_apart(moss, script):
    writings = [
        moss.write(request(audio, careful=careful))
        for audio, careful in ((SHORT, False), (LONG, True), (SHORT, False))
    ]
    for writing in writings:
        list(writing)
    assert script.batches == [[10.0, 10.0], [65.0]]


def test_what_goes_wrong_is_told_to_every_reader(moss, script):
    def fault(batch: int, written: int) -> None:
        if written == 4:
            raise Fault("the wires are crossed")

    script.fault = fault
    writings = [moss.write(request(LONG)), moss.write(request(SHORT))]
    errors = []
    for writing in writings:
        with pytest.raises(ModelFailed, match="stopped while it wrote: the wires") as caught:
            list(writing)
        assert isinstance(caught.value.__cause__, Fault)
        assert writing.ending is None
        errors.append(caught.value)
    assert errors[0] is not errors[1]
    script.fault = lambda batch, written: None
    assert "".join(moss.write(request())) == LINES[0]


def test_what_was_written_comes_before_what_went_wrong(moss, script):
    script.pause_s = 0.03

    def fault(batch: int, written: int) -> None:
        if written == 12:
            raise Fault

    script.fault = fault
    pieces = []
    writing = moss.write(request())
    with pytest.raises(ModelFailed):
        for piece in writing:
            pieces.append(piece)  # noqa: PERF402 - those before the error count
    assert "".join(pieces) == moss._detokenise(script.tokens(LINES[0])[:12])


def test_a_clip_that_leaves_no_room_for_an_answer_says_what_to_do(moss, script):
    too_long = moss.write(request(clip(MAX_POSITIONS / 12)))
    with pytest.raises(ModelFailed, match=r"takes 4096 tokens.*smaller --window"):
        list(too_long)


def test_the_room_left_ends_a_text(moss, script):
    script.says = lambda request: "a" * MAX_POSITIONS
    writing = moss.write(request(clip(250), max_tokens=MAX_POSITIONS))
    text = "".join(writing)
    assert writing.ending == "length"
    assert 0 < len(text) < MAX_POSITIONS - 250 * 12.5


def test_a_process_ends_in_the_middle_of_a_text(checkpoint):
    code = (
        "import sys; from pathlib import Path; import numpy as np\n"
        "from audiosvc.backends.moss import MossModel\n"
        "from audiosvc.types import Audio, Hints, Request\n"
        "moss = MossModel(Path(sys.argv[1]))\n"
        "def endless(ids, scores):\n"
        "    scores[:, [0, 2]] = -9e9\n"
        "    return scores\n"
        "moss.generator.steer = lambda writings: endless\n"
        "audio = Audio(np.zeros(160000, np.float32), 16000, 0.0)\n"
        "writing = moss.write(Request(audio, Hints(), 3000))\n"
        "next(writing)\n"
        "print('leaving')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(checkpoint)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("leaving\n", 0), done.stderr
    assert done.stderr == ""
