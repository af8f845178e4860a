"""The tiny MOSS when memory is not enough: smaller batches, nothing twice, and a plain word."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from audiosvc.backends.torch_memory import footprint_of, is_out_of_memory
from audiosvc.errors import ModelFailed
from audiosvc.types import Hints, Request
from tests.unified.checkpoints import LINES
from tests.unified.conftest import LEFT_OUT, clip

torch = pytest.importorskip("torch", reason=LEFT_OUT)
CLIPS = [clip(length_s, seed) for seed, length_s in enumerate((65, 10, 12, 40))]
SAID = [LINES[1], LINES[0], LINES[0], LINES[1]]


def full(*batches: int, at: int = 0, error: type[Exception] = torch.OutOfMemoryError) -> Callable:
    """Memory runs out in these batches, when their first rows have ``at`` tokens."""

    def fault(batch: int, written: int) -> None:
        if batch in batches and written == at:
            raise error("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes")

    return fault


def written_by(moss, *, careful: bool = False) -> list[str]:
    writings = [moss.write(Request(audio, Hints(), 400, careful)) for audio in CLIPS]
    return ["".join(writing) for writing in writings]


@pytest.mark.parametrize("error", [torch.OutOfMemoryError, RuntimeError, MemoryError])
@pytest.mark.parametrize("at", [0, 9])
def test_a_batch_that_does_not_fit_is_halved(moss, script, caplog, at, error):
    script.fault = full(0, at=at, error=error)
    with caplog.at_level(logging.WARNING, "audiosvc"):
        assert written_by(moss) == SAID
    assert script.batches == [[65, 10, 12, 40], [65, 10], [12, 40]]
    assert [record.getMessage() for record in caplog.records] == [
        "MOSS-Transcribe-Diarize: no memory for 4 windows at once on cpu; going on with 2"
    ]


def test_what_was_read_before_does_not_come_again(moss, script):
    script.pause_s = 0.02
    script.fault = full(0, at=20)
    writings = [moss.write(Request(audio, Hints(), 400)) for audio in CLIPS]
    first = [next(writing) for writing in writings]
    assert all(first)
    assert [one + "".join(writing) for one, writing in zip(first, writings, strict=True)] == SAID
    assert script.batches == [[65, 10, 12, 40], [65, 10], [12, 40]]


def test_a_second_try_remembers_over_a_halving_what_it_said(moss, script):
    script.says = lambda request: "[1.00][S01]" + "and so on and so forth, " * 12
    script.fault = full(0, at=30)
    for text in written_by(moss, careful=True):
        assert 1 <= text.count("and so on and so forth, ") < 5
    assert len(script.batches) == 3


def test_one_clip_that_does_not_fit_says_what_it_wanted(moss, script):
    script.fault = full(0, 1, 2, 3)
    writings = [moss.write(Request(audio, Hints(), 400)) for audio in CLIPS]
    for writing, audio in zip(writings[:2], CLIPS, strict=False):
        told = (
            rf"no memory for a clip of {audio.duration_s:.0f} s on cpu: it wants about \d+\.\d GB, "
            r"and \d+\.\d GB are free. Try a smaller --window\.$"
        )
        with pytest.raises(ModelFailed, match=told):
            list(writing)
    assert ["".join(writing) for writing in writings[2:]] == SAID[2:]


def test_clips_that_would_not_fit_together_are_not_put_together(moss, script):
    generator = moss.generator
    two = generator._footprint.batch(2, 1200, 400)
    generator.free = lambda device, share=True: two
    assert written_by(moss) == SAID
    assert script.batches == [[65, 10], [12, 40]]


def test_a_clip_that_a_cpu_has_no_memory_for_is_not_begun(moss, script):
    moss.generator.free = lambda device, share=True: 1000
    with pytest.raises(ModelFailed, match=r"no memory for a clip of 65 s.* 0\.0 GB are free"):
        list(moss.write(Request(CLIPS[0], Hints(), 400)))
    assert script.batches == []


def test_the_footprint_of_a_token_is_what_the_cache_takes(moss):
    from transformers import DynamicCache

    config = moss._model.config.text_config
    cache = DynamicCache(config=config)
    with torch.no_grad():
        moss._model.model.language_model(
            inputs_embeds=torch.zeros(3, 50, config.hidden_size), past_key_values=cache
        )
    taken = sum(part.nbytes for layer in cache.layers for part in (layer.keys, layer.values))
    assert footprint_of(config, torch.float32).token * 3 * 50 == taken


def test_other_errors_are_no_lack_of_memory():
    assert not is_out_of_memory(RuntimeError("shapes do not match"))
    assert not is_out_of_memory(ValueError("out of memory"))
    assert is_out_of_memory(RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"))
