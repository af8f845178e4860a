"""Which language a stream is in, by everything heard so far."""

from __future__ import annotations

from collections.abc import Mapping

# With less speech than this a language is a guess, and no word is confirmed on it.
ENOUGH_S = 2.0
# With more than this, the vote says more than one utterance alone.
SETTLED_S = 20.0


class LanguageVote:
    """Adds up what each utterance sounds like, each as heavy as it is long."""

    def __init__(self, language: str | None) -> None:
        """language: the one that the caller knows; then there is no vote."""
        self._fixed = language
        self._sums: dict[str, float] = {}
        self._heard_s: dict[str, float] = {}

    @property
    def winner(self) -> str | None:
        """The likeliest language; None before anything was heard."""
        if self._fixed or not self._sums:
            return self._fixed
        return max(self._sums, key=lambda tag: self._sums[tag])

    @property
    def is_settled(self) -> bool:
        """Whether the vote is to be trusted more than what is heard at the moment."""
        return self._fixed is not None or sum(self._heard_s.values()) >= SETTLED_S

    @property
    def main(self) -> str | None:
        """The language that most of the speech was written down in."""
        if self._fixed or not self._heard_s:
            return self._fixed
        return max(self._heard_s, key=lambda tag: self._heard_s[tag])

    def add(self, found: Mapping[str, float], seconds: float, written: str) -> None:
        """An utterance has ended. written: the language it was written down in."""
        for tag, probability in found.items():
            self._sums[tag] = self._sums.get(tag, 0.0) + probability * seconds
        self._heard_s[written] = self._heard_s.get(written, 0.0) + seconds
