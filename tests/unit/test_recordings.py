"""The recordings of the repository are those that their cards describe."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import av
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SOUNDS = sorted(
    path
    for folder in ("samples", "tests/data")
    for path in (REPOSITORY / folder).iterdir()
    if path.suffix in {".flac", ".wav"}
)


def duration_s(path: Path) -> float:
    with av.open(path) as container:
        stream = container.streams.audio[0]
        assert (stream.rate, stream.channels) == (16_000, 1)
        samples = sum(frame.samples for frame in container.decode(stream))
    return samples / 16_000


@pytest.mark.parametrize("path", SOUNDS, ids=lambda path: path.name)
def test_card_gives_the_sha256(path: Path) -> None:
    card = (path.parent / "CARD.md").read_text("utf-8")
    (row,) = [line for line in card.splitlines() if line.startswith(f"| `{path.name}` |")]
    assert re.findall(r"`([0-9a-f]{64})`", row) == [hashlib.sha256(path.read_bytes()).hexdigest()]


@pytest.mark.parametrize(
    "path", [path for path in SOUNDS if path.with_suffix(".rttm").exists()], ids=lambda p: p.name
)
def test_references_lie_inside_the_recording_and_name_the_same_speakers(path: Path) -> None:
    end_s = duration_s(path)
    rttm = [line.split() for line in path.with_suffix(".rttm").read_text().splitlines()]
    stm = [line.split(maxsplit=5) for line in path.with_suffix(".stm").read_text().splitlines()]
    turns = [(float(row[3]), float(row[3]) + float(row[4]), row[7]) for row in rttm]
    lines = [(float(row[3]), float(row[4]), row[2]) for row in stm]
    assert all(0 <= a < b <= end_s for a, b, _ in turns + lines)
    assert {speaker for *_, speaker in turns} == {speaker for *_, speaker in lines}
    assert all(
        any(who == speaker and a < end and b > start for a, b, who in turns)
        for start, end, speaker in lines
    )


def test_every_recording_is_small() -> None:
    assert {path.name for path in SOUNDS if path.stat().st_size > 500_000} == {"meeting.flac"}
    assert (REPOSITORY / "samples" / "meeting.flac").stat().st_size < 2_000_000
