"""Text as Whisper's authors compare it: without case, punctuation and ways of spelling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from audiosvc.evaluate.extra import metric_library

# Written without spaces between words, so that letters stand in for words, as Whisper's paper does.
UNSPACED = frozenset({"zh", "yue", "ja", "th", "lo", "my"})


@dataclass(frozen=True, slots=True)
class Normaliser:
    """A named way to make two spellings of one text equal."""

    name: str
    apply: Callable[[str], str]

    def __call__(self, text: str) -> str:
        """The text made comparable, words set apart by single blanks."""
        return " ".join(self.apply(text).split())


def primary_subtag(tag: str) -> str:
    """The language of a BCP-47 tag: ``pt`` for ``pt-BR``."""
    return tag.replace("_", "-").partition("-")[0].lower()


@cache
def normaliser_for(language: str | None) -> Normaliser:
    """Whisper's English normaliser for English, its basic one for every other language.

    language: the reference's BCP-47 tag. A manifest that names none is taken to be English, and
    the normaliser's name says so.
    """
    if language is None or primary_subtag(language) == "en":
        english = metric_library("whisper_normalizer.english").EnglishTextNormalizer()
        stated = "" if language else " (no language stated)"
        return Normaliser("Whisper English" + stated, english)
    split = primary_subtag(language) in UNSPACED
    basic = metric_library("whisper_normalizer.basic").BasicTextNormalizer(split_letters=split)
    return Normaliser("Whisper basic, by letter" if split else "Whisper basic", basic)
