"""What was counted on one recording, and the sums of many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from audiosvc.evaluate.manifest import Entry
from audiosvc.evaluate.rates import ErrorRate, Share, Tally

TCP_COLLAR_S = 5.0
DER_COLLAR_S = 0.25

POLICIES = {
    "wer": ("WER", "speakers ignored, order of segments"),
    "cpwer": ("cpWER", "best pairing of speakers, no time limit"),
    "tcpwer": ("tcpWER", f"as cpWER, collar {TCP_COLLAR_S:g} s"),
    "der_0": ("DER", "collar 0 s, overlap scored"),
    "der_025": ("DER", f"collar {DER_COLLAR_S:g} s either side, overlap scored"),
}
"""Each error rate's name, and what has to be said with every figure of it."""


@dataclass(frozen=True, slots=True)
class Score:
    """Counts that add up, of one recording or of many.

    rates: by the keys of POLICIES, where a reference allowed it. speakers: recordings whose
    number of speakers is right. speakers_found and speakers_true: sums. coverage: detected speech
    that text covers. audio_s, wall_s and cpu_s: of the recordings that were timed.
    """

    files: int = 1
    failed: int = 0
    rates: dict[str, ErrorRate] = field(default_factory=dict)
    speakers: Tally = field(default_factory=Tally)
    speakers_found: int = 0
    speakers_true: int = 0
    language: Tally = field(default_factory=Tally)
    coverage: Share = field(default_factory=Share)
    audio_s: float = 0.0
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_bytes: int = 0

    @property
    def speed(self) -> float | None:
        """RTFx: seconds of audio per second of work; None when nothing was timed."""
        return self.audio_s / self.wall_s if self.wall_s else None

    def __add__(self, other: Score) -> Score:
        keys = [key for key in POLICIES if key in self.rates or key in other.rates]
        none = ErrorRate()
        return Score(
            files=self.files + other.files,
            failed=self.failed + other.failed,
            rates={k: self.rates.get(k, none) + other.rates.get(k, none) for k in keys},
            speakers=self.speakers + other.speakers,
            speakers_found=self.speakers_found + other.speakers_found,
            speakers_true=self.speakers_true + other.speakers_true,
            language=self.language + other.language,
            coverage=self.coverage + other.coverage,
            audio_s=self.audio_s + other.audio_s,
            wall_s=self.wall_s + other.wall_s,
            cpu_s=self.cpu_s + other.cpu_s,
            peak_bytes=max(self.peak_bytes, other.peak_bytes),
        )


@dataclass(frozen=True, slots=True)
class FileScore:
    """One recording's figures. failure: why there is no transcript, or None.

    normaliser: how texts were made comparable, or None when no words were compared.
    """

    entry: Entry
    score: Score
    normaliser: str | None = None
    language_found: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """The sum over a named group of recordings."""

    name: str
    score: Score


def pools(files: Sequence[FileScore], named: Sequence[tuple[str, str]] = ()) -> list[Pool]:
    """Sums for each kind, each language in a kind that has several, and each named pattern.

    named: pairs of a name and a pattern of ids (``*``, ``?``, ``[…]``). Groups without files are
    left out; so are languages where the language is what is measured.
    """
    groups: dict[str, list[Score]] = {}
    for kind in dict.fromkeys(file.entry.kind for file in files):
        members = [file for file in files if file.entry.kind == kind]
        groups[f"all {kind}"] = [file.score for file in members]
        spoken = {file.entry.language for file in members if not file.score.language.total}
        for file in members if len(spoken) > 1 else ():
            language = file.entry.language or "language not stated"
            groups.setdefault(f"{kind}, {language}", []).append(file.score)
    for name, pattern in named:
        fitting = [file.score for file in files if fnmatchcase(file.entry.id, pattern)]
        groups.setdefault(name, []).extend(fitting)
    return [
        Pool(name, sum(scores[1:], start=scores[0])) for name, scores in groups.items() if scores
    ]
