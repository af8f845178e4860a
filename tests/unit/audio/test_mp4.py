"""An MP4 index that claims to be huge is refused before anything is made of it."""

from __future__ import annotations

import io
import struct
from functools import cache

import av
import numpy as np
import pytest

from audiosvc.audio.boxes import BoxedStream, hide, to_hide
from audiosvc.audio.decode import decode
from audiosvc.audio.mp4 import MOST_ENTRIES
from audiosvc.audio.pipe import Pipe
from audiosvc.errors import AudioError, AudioUnreadable
from tests.unit.audio.conftest import _encode, _tone
from tests.unit.audio.test_live import fragmented_mp4, live, whole

HUGE = 60_000_000
# Titles that happen to hold the names of tables.
TITLE = "Trunks: strunk, bemoofed; stsz stco cmov"


@cache
def recording(container="mp4", codec="aac", rate_hz=48_000):
    return _encode(_tone(2.0, rate_hz), rate_hz, container, codec)


def patched(data, kind, at, *numbers):
    """``data`` with big-endian numbers ``at`` so many bytes behind the first name ``kind``."""
    changed = bytearray(data)
    struct.pack_into(f">{len(numbers)}I", changed, data.find(kind) + at, *numbers)
    return bytes(changed)


def read(data):
    return np.concatenate([b.samples for b in decode(io.BytesIO(data), name="talk.mp4")])


def bombs():
    plain, pcm = recording(), recording("mov", "pcm_s16le", 16_000)
    yield "packets of one size", patched(plain, b"stsz", 8, 1, HUGE)
    yield "packets of a fragment", patched(fragmented_mp4(), b"trun", 8, HUGE)
    chunks = 16
    tables = patched(pcm, b"stsc", 12, 1, 2**31 - 1)
    yield "chunks of sound", patched(tables, b"stco", 8, MOST_ENTRIES // chunks)


@pytest.mark.parametrize(("bomb", "data"), list(bombs()))
def test_claims_are_refused(bomb, data):
    with pytest.raises(AudioUnreadable, match=r"claims more packets than a recording has"):
        read(data)


@pytest.mark.parametrize("data", [recording(), fragmented_mp4(), recording("mov", "pcm_s16le")])
def test_an_honest_file_is_read_as_it_is(data):
    assert len(read(data)) == pytest.approx(96_000 / 3, abs=1_100)


def test_claims_in_a_stream_are_refused():
    with pytest.raises(AudioUnreadable, match="claims more packets"):
        live(patched(fragmented_mp4(), b"trun", 8, HUGE))


def test_claims_of_many_fragments_add_up():
    data = fragmented_mp4()
    moof = data.find(b"moof") - 4
    length = int.from_bytes(data[moof : moof + 4], "big")
    fragment = patched(data[moof : moof + length], b"trun", 8, MOST_ENTRIES // 4)
    with pytest.raises(AudioUnreadable, match="claims more packets"):
        read(data[:moof] + 6 * fragment)


def test_hours_of_uncompressed_sound_have_many_samples_and_few_chunks():
    data = patched(recording("mov", "pcm_s16le", 48_000), b"stsz", 12, 3 * HUGE)
    assert to_hide(io.BytesIO(data), "talk") == []


def box(kind, body):
    return struct.pack(">I", 8 + len(body)) + kind + body


@pytest.mark.parametrize("place", ["root", "title", "clamped"])
def test_tables_where_none_belong_are_hidden(place):
    table = patched(box(b"stsz", bytes(12)), b"stsz", 8, 1, HUGE)
    data = recording()
    if place == "root":
        data = data[:28] + table + data[28:]  # behind the ftyp
    else:
        wrong = table if place == "title" else b"\x7f\xff\xff\xff" + table[4:]
        data += box(b"moov", box(b"udta", wrong))
    places = to_hide(io.BytesIO(data), "talk")
    hidden = hide(data, 0, places)
    assert hidden.count(b"stsz") == data.count(b"stsz") - 1


def test_words_in_a_title_are_no_tables():
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        container.metadata["title"] = TITLE
        stream = container.add_stream("aac", rate=48_000, layout="mono")
        for _ in range(40):
            frame = av.AudioFrame.from_ndarray(
                np.zeros((1, 1024), np.float32), format="fltp", layout="mono"
            )
            frame.sample_rate = 48_000
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert TITLE.encode() in file.getvalue()
    assert len(read(file.getvalue())) > 13_000


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_a_stream_and_a_file_are_seen_alike(step):
    data = recording() + box(b"sidx", bytes(40)) + fragmented_mp4() + box(b"mdat", bytes(9))
    pipe = Pipe(2**20)
    pipe.write(data)
    pipe.finish()
    stream, passed = BoxedStream(pipe, "talk"), bytearray()
    while some := stream.read(step):
        passed += some
    assert passed == hide(data, 0, to_hide(io.BytesIO(data), "talk"))
    assert passed.count(b"sidx") == 0


def test_what_is_hidden_does_not_depend_on_the_pieces():
    data, places = bytes(range(100)), [3, 40, 44, 98]
    for step in (1, 2, 3, 5, 100):
        pieces = [hide(data[at : at + step], at, places) for at in range(0, 100, step)]
        assert b"".join(pieces) == hide(data, 0, places)


@pytest.mark.parametrize("length", [0, 1, 2, 7])
def test_a_box_of_no_length_is_the_last(length):
    data = fragmented_mp4()
    moof = data.find(b"moof", 4_000) - 4
    broken = data[:moof] + length.to_bytes(4, "big") + data[moof + 4 :]
    for attempt in (read, lambda data: live(data)[0]):
        try:
            assert len(attempt(broken)) < len(whole(data))
        except AudioError as error:
            assert "talk" in str(error)
