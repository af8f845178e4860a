"""Sources can be read as often as one likes, wherever the recording is."""

from __future__ import annotations

import io
import os
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest

from audiosvc.audio.container import RawFormat
from audiosvc.audio.open import open_source
from audiosvc.audio.sources import ArraySource, BytesSource, FileSource
from audiosvc.audio.spool import StreamSource
from audiosvc.errors import AudioEmpty, AudioNotFound, AudioUnreadable, OptionError, OutputError
from audiosvc.ports import AudioSource


def joined(source):
    return np.concatenate([block.samples for block in source.blocks()])


@pytest.fixture
def data(tone, encode):
    return encode(tone(3.0, 44_100), 44_100, "flac", "flac")


@pytest.fixture
def path(tmp_path, data):
    path = tmp_path / "talk.flac"
    path.write_bytes(data)
    return path


@pytest.fixture
def spool_folder(tmp_path, monkeypatch):
    folder = tmp_path / "spool"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_every_source_gives_the_same_twice(path, data, tone, spool_folder):
    with StreamSource(io.BytesIO(data)) as spooled:
        sources = [
            FileSource(path),
            BytesSource(data),
            spooled,
            ArraySource((tone(3.0, 44_100) * 2**15).astype(np.int16), 44_100),
        ]
        first = joined(sources[0])
        assert len(first) == 48_000
        for source in sources:
            assert isinstance(source, AudioSource)
            assert source.duration_s == pytest.approx(3.0)
            np.testing.assert_allclose(joined(source), first, atol=1e-4)
            np.testing.assert_array_equal(joined(source), joined(source))


def test_a_part_keeps_its_place_in_the_recording(path, data, tone):
    options = {"start_s": 0.5, "end_s": 2.0}
    array = ArraySource(tone(3.0, 44_100), 44_100, **options)
    for source in (FileSource(path, **options), BytesSource(data, **options), array):
        blocks = list(source.blocks())
        assert blocks[0].start_s == 0.5
        assert sum(len(block.samples) for block in blocks) == 24_000
        assert source.duration_s == pytest.approx(1.5)


def test_two_readings_at_once_do_not_disturb_each_other(path):
    source = FileSource(path)
    one, two = source.blocks(), source.blocks()
    assert np.array_equal(next(one).samples, next(two).samples)


def test_notices_are_there_after_the_reading(data, tmp_path):
    path = tmp_path / "half.flac"
    path.write_bytes(data[: len(data) // 2])
    source = FileSource(path)
    assert source.notices == ()
    joined(source)
    joined(source)
    assert [notice.code for notice in source.notices if "trunc" in notice.code] == [
        "audio_truncated"
    ]
    assert str(path) in source.notices[0].message


def test_a_file_is_not_looked_at_before_it_is_read(tmp_path):
    source = FileSource(tmp_path / "missing.wav")
    with pytest.raises(AudioNotFound):
        next(source.blocks())
    with pytest.raises(AudioNotFound):
        _ = source.duration_s


@pytest.mark.parametrize(
    "shape", [(32_000,), (1, 32_000), (2, 32_000), (32_000, 2), (32_000, 8)], ids=str
)
def test_arrays_of_either_order(shape, tone):
    one = tone(2.0, 16_000)
    samples = np.broadcast_to(one if shape[-1] == 32_000 else one[:, np.newaxis], shape)
    np.testing.assert_allclose(joined(ArraySource(samples, 16_000)), one, atol=1e-6)


def test_an_array_is_resampled(tone):
    samples = joined(ArraySource(tone(2.0, 44_100), 44_100))
    np.testing.assert_allclose(samples[500:-500], tone(2.0, 16_000)[500:-500], atol=1e-3)


def test_an_array_tells_of_what_is_no_number(tone):
    samples = tone(1.0, 16_000)
    samples[100] = np.nan
    source = ArraySource(samples, 16_000)
    assert joined(source)[100] == 0.0
    assert [notice.code for notice in source.notices] == ["audio_not_finite"]


@pytest.mark.parametrize(
    ("samples", "rate_hz"),
    [
        (np.zeros(10, np.complex64), 16_000),
        (np.array(["a"]), 16_000),
        (np.zeros((2, 2, 2)), 16_000),
        (np.zeros(10), 0),
        (np.zeros(10, bool), 16_000),
    ],
)
def test_what_cannot_be_samples(samples, rate_hz):
    with pytest.raises(OptionError):
        ArraySource(samples, rate_hz)


def test_an_empty_array():
    with pytest.raises(AudioEmpty):
        list(ArraySource(np.zeros(0, np.float32), 16_000).blocks())


def test_a_stream_is_kept_on_disk_until_it_is_closed(data, spool_folder):
    source = StreamSource(io.BytesIO(data))
    (kept,) = spool_folder.iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    assert len(joined(source)) == 48_000
    source.close()
    source.close()
    assert not list(spool_folder.iterdir())


def test_a_stream_goes_with_its_object(data, spool_folder):
    source = StreamSource(io.BytesIO(data))
    del source
    assert not list(spool_folder.iterdir())


def test_a_stream_without_end_is_refused(spool_folder):
    with pytest.raises(AudioUnreadable, match="longer than 2 MiB"):
        StreamSource(io.BytesIO(bytes(3_000_000)), limit_bytes=2 * 1024**2)
    assert not list(spool_folder.iterdir())


def test_an_empty_stream(spool_folder):
    with StreamSource(io.BytesIO()) as source, pytest.raises(AudioUnreadable) as caught:
        list(source.blocks())
    assert str(caught.value) == "standard input is empty: it has 0 bytes."


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
def test_a_full_disk(monkeypatch, tmp_path, data):
    def on_a_full_disk(**_):
        return os.open("/dev/full", os.O_WRONLY), str(tmp_path / "spooled")

    monkeypatch.setattr(tempfile, "mkstemp", on_a_full_disk)
    with pytest.raises(OutputError, match="TMPDIR"):
        StreamSource(io.BytesIO(data))


def test_open_source_takes_what_there_is(path, data, tone, spool_folder, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    recordings = [path, str(path), data, bytearray(data), io.BytesIO(data), "-"]
    for recording in recordings:
        with open_source(recording, start_s=1.0) as source:
            assert len(joined(source)) == 32_000
    with open_source(tone(3.0, 16_000), sample_rate_hz=16_000, start_s=1.0) as source:
        assert len(joined(source)) == 32_000
    assert not list(spool_folder.iterdir())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_a_stream(tmp_path, data, spool_folder):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(data,))
    writer.start()
    with open_source(pipe) as source:
        assert source.name == str(pipe)
        assert len(joined(source)) == 48_000
    writer.join()


def test_raw_samples_from_a_stream(tone, spool_folder):
    data = (tone(1.0, 8_000) * 2**15).astype("<i2").tobytes()
    with open_source(io.BytesIO(data), raw=RawFormat(8_000)) as source:
        assert len(joined(source)) == 16_000


@pytest.mark.parametrize(
    ("what", "options"),
    [
        (np.zeros(10), {}),
        (np.zeros(10), {"sample_rate_hz": 16_000, "raw": RawFormat(16_000)}),
        (Path("talk.wav"), {"sample_rate_hz": 16_000}),
    ],
)
def test_contradictions(what, options):
    with pytest.raises(OptionError):
        open_source(what, **options)
