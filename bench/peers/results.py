"""What both peers share: words grouped into segments, and the files they are written to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Piece:
    """A stretch of one speaker. Times are seconds from the beginning of the recording."""

    start_s: float
    end_s: float
    speaker: str
    text: str = ""


def nearest_turn(start_s: float, end_s: float, turns: Sequence[Piece]) -> str:
    """The speaker of the turn that shares most with the word; of the nearest one if none does."""

    def closeness(turn: Piece) -> float:
        # Positive where they overlap, the negative distance where they do not.
        return min(turn.end_s, end_s) - max(turn.start_s, start_s)

    return max(turns, key=closeness).speaker if turns else "unknown"


def join_words(words: Iterable[Piece]) -> list[Piece]:
    """Consecutive words of one speaker as one piece."""
    pieces: list[Piece] = []
    for word in words:
        if pieces and pieces[-1].speaker == word.speaker:
            pieces[-1].text += word.text
            pieces[-1].end_s = max(pieces[-1].end_s, word.end_s)
        else:
            pieces.append(Piece(word.start_s, word.end_s, word.speaker, word.text))
    return pieces


def write(out: Path, name: str, segments: Sequence[Piece], turns: Sequence[Piece]) -> None:
    """``<name>.seglst.json`` with the words and ``<name>.rttm`` with the turns."""
    seglst = [
        {
            "session_id": name,
            "speaker": piece.speaker,
            "start_time": round(piece.start_s, 3),
            "end_time": round(piece.end_s, 3),
            "words": piece.text.strip(),
        }
        for piece in segments
    ]
    (out / f"{name}.seglst.json").write_text(json.dumps(seglst, ensure_ascii=False, indent=1))
    lines = [
        f"SPEAKER {name} 1 {turn.start_s:.3f} {turn.end_s - turn.start_s:.3f}"
        f" <NA> <NA> {turn.speaker} <NA> <NA>\n"
        for turn in turns
    ]
    (out / f"{name}.rttm").write_text("".join(lines))
