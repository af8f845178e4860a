"""Error counts that are added up before they are divided: pooled, never averaged."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """Errors against a total, in words or in seconds of speech.

    missed: deleted words, or seconds of speech that nobody was given. added: inserted words, or
    seconds of false alarm. confused: substituted words, or seconds given to the wrong speaker.
    total: words or seconds of speech in the reference.
    """

    missed: float = 0.0
    added: float = 0.0
    confused: float = 0.0
    total: float = 0.0

    @property
    def errors(self) -> float:
        """All errors together."""
        return self.missed + self.added + self.confused

    @property
    def rate(self) -> float | None:
        """Errors per unit of the total; above 1 is possible. None when the total is zero."""
        return self.errors / self.total if self.total else None

    def __add__(self, other: ErrorRate) -> ErrorRate:
        return ErrorRate(
            self.missed + other.missed,
            self.added + other.added,
            self.confused + other.confused,
            self.total + other.total,
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of how many are right. off: by how much the wrong ones are off, without sign."""

    right: int = 0
    total: int = 0
    off: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.total + other.total, self.off + other.off)

    def __str__(self) -> str:
        return f"{self.right} of {self.total}"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, in seconds."""

    part_s: float = 0.0
    whole_s: float = 0.0

    @property
    def ratio(self) -> float | None:
        """The part per unit of the whole; None when there is no whole."""
        return self.part_s / self.whole_s if self.whole_s else None

    def __add__(self, other: Share) -> Share:
        return Share(self.part_s + other.part_s, self.whole_s + other.whole_s)
