"""Whether a text is long enough for the speech that it is said to stand for."""

from __future__ import annotations

LETTERS_PER_S, WIDE_LETTERS_PER_S = 18.0, 6.0
FIRST_WIDE = 0x2E80
# Nobody speaks so slowly for so long.
THIN_SPEECH_S, THIN_SHARE = 20.0, 0.12
# The end of a text that was not closed: speech behind it that it cannot stand for.
MISSING_S, MISSING_SHARE = 1.0, 0.6


def spoken_s(text: str) -> float:
    """About how long a quick talker takes to say a text, in seconds."""
    wide = sum(ord(letter) >= FIRST_WIDE for letter in text)
    return 0.2 + (len(text) - wide) / LETTERS_PER_S + wide / WIDE_LETTERS_PER_S


def is_thin(text: str, speech_s: float) -> bool:
    """Whether much was passed over. speech_s: detected in the text's time."""
    return speech_s > THIN_SPEECH_S and spoken_s(text) < THIN_SHARE * speech_s


def broke_off(text: str, speech_s: float) -> bool:
    """Whether a text without an end stops in the middle of what is said. speech_s: as above."""
    said_s = spoken_s(text)
    return speech_s - said_s > MISSING_S and said_s < MISSING_SHARE * speech_s
