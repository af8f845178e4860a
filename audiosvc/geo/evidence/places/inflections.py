"""What a name may be called by itself that a sentence has bent: Moskve → Moskva, İstanbul'da."""

from __future__ import annotations

from collections.abc import Iterator

# Endings of cases, longest first, and what a name that lost one may end in.
_CYRILLIC = (
    ("ами", "ом", "ой", "ою", "ем", "ей", "ию", "е", "и", "у", "ю", "а", "я", "ы", "і", "ї"),
    ("", "а", "ь", "о", "я"),
)
_SLAVIC = (
    ("owie", "ach", "ami", "iem", "ie", "em", "om", "ou", "u", "a", "e", "ě", "y", "i", "ą", "ę"),
    ("", "a", "o", "e"),
)
_HUNGARIAN = (
    (
        "ban",
        "ben",
        "ból",
        "ből",
        "ról",
        "ről",
        "nak",
        "nek",
        "hoz",
        "hez",
        "ba",
        "be",
        "ra",
        "re",
        "on",
        "en",
        "ön",
        "n",
    ),
    ("",),
)
_FINNISH = (
    ("ssa", "ssä", "sta", "stä", "lla", "llä", "lta", "ltä", "lle", "een", "an", "in", "n"),
    ("",),
)
ENDINGS = {
    **dict.fromkeys(("ru", "uk", "be", "bg"), _CYRILLIC),
    **dict.fromkeys(("pl", "cs", "sk", "hr", "sr", "bs", "sl"), _SLAVIC),
    "hu": _HUNGARIAN,
    "fi": _FINNISH,
}
# Words that are written together with the name behind them.
PREFIXES = {
    "ar": ("وب", "ول", "و", "ب", "ل", "ف"),
    "he": ("וב", "ול", "ב", "ל", "מ", "ה", "ו", "ש"),
}
PARTICLES = {
    "ko": (
        "역입니다",
        "에서는",
        "에서",
        "으로",
        "까지",
        "부터",
        "역",
        "은",
        "는",
        "이",
        "가",
        "을",
        "를",
        "로",
        "의",
        "에",
        "행",
        "과",
        "와",
        "시",
    ),
}
SHORTEST_STEM = 3
# Words of three letters have too many meanings.
SHORTEST_BEHIND_PREFIX = 4


def written_as(word: str, language: str) -> Iterator[str]:
    """Other forms of one word under which a gazetteer may have it; not the word itself."""
    for mark in ("'", "’"):
        if mark in word[2:]:
            yield word[: word.index(mark, 2)]
    for prefix in PREFIXES.get(language, ()):
        if word.startswith(prefix) and len(word) >= len(prefix) + SHORTEST_BEHIND_PREFIX:
            yield word[len(prefix) :]
    for particle in PARTICLES.get(language, ()):
        if word.endswith(particle) and len(word) >= len(particle) + 2:
            yield word[: -len(particle)]
    endings, fills = ENDINGS.get(language, ((), ()))
    for ending in endings:
        if word.endswith(ending) and len(word) >= len(ending) + SHORTEST_STEM:
            yield from (word[: -len(ending)] + fill for fill in fills)
