"""Speakers by their own names in place of S1, S2 and so on."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from audiosvc.errors import OptionError
from audiosvc.export.labels import labels_of
from audiosvc.types import Transcript


def parse_speaker_names(text: str) -> dict[str, str]:
    """``S1=Ann,S2=Bob`` as a mapping from label to name.

    Raises OptionError when a part is not ``label=name``, a label comes twice, or two labels get
    one name.
    """
    names: dict[str, str] = {}
    for part in text.split(","):
        label, equals, name = (piece.strip() for piece in part.partition("="))
        if not equals or not label or not name:
            raise OptionError(
                f"Speaker names: {part.strip()!r} is not a label and a name. "
                "Write them as S1=Ann,S2=Bob."
            )
        if not name.isprintable():
            raise OptionError(f"Speaker names: {name!r} holds characters that cannot be printed.")
        if label in names:
            raise OptionError(f"Speaker names: {label} is named twice. Name each speaker once.")
        names[label] = unicodedata.normalize("NFC", name)
    _refuse_merging(names)
    return names


def rename_speakers(transcript: Transcript, names: Mapping[str, str]) -> Transcript:
    """The transcript with the labels of ``names`` replaced wherever they stand.

    Raises OptionError when a label is not in the transcript, or when a speaker would get the name
    of another.
    """
    labels = labels_of(transcript)
    unknown = [label for label in names if label not in labels]
    if unknown:
        known = f"Its speakers are: {', '.join(labels)}" if labels else "It has no speakers"
        raise OptionError(f"No speaker {', '.join(unknown)} in this recording. {known}.")
    renamed = {label: names.get(label, label) for label in labels}
    _refuse_merging(renamed)
    return replace(
        transcript,
        segments=tuple(
            replace(segment, speaker=None if segment.speaker is None else renamed[segment.speaker])
            for segment in transcript.segments
        ),
        speakers=tuple(
            replace(speaker, label=renamed[speaker.label]) for speaker in transcript.speakers
        ),
        turns=tuple(replace(turn, speaker=renamed[turn.speaker]) for turn in transcript.turns),
    )


def _refuse_merging(names: Mapping[str, str]) -> None:
    owners: dict[str, str] = {}
    for label, name in names.items():
        other = owners.setdefault(name, label)
        if other != label:
            raise OptionError(
                f"Speakers {other} and {label} would both be called {name!r}, and could not be "
                "told apart. Give them different names."
            )
