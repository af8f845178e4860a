"""A text in the wrong script is told from one in the right one, and nothing more is claimed."""

from __future__ import annotations

import pytest

from audiosvc.transcription.joint.pace import broke_off, is_thin, spoken_s
from audiosvc.transcription.joint.scripts import contradicts, is_enough, script_of

ENGLISH = "This sentence is long enough for somebody to tell in which script it is written."
CHINESE = "这句话足够长，可以看出它是用哪种文字写的。" * 3
RUSSIAN = "Это предложение достаточно длинное, чтобы понять, каким письмом оно написано."


@pytest.mark.parametrize(
    ("text", "language", "wrong"),
    [
        (ENGLISH, "en", False),
        (ENGLISH, "de", False),  # the same letters: that is for others to tell
        (ENGLISH, "zh", True),
        (ENGLISH, None, False),
        (ENGLISH, "xx", False),
        (CHINESE, "zh", False),
        (CHINESE, "ja", False),
        (CHINESE, "en", True),
        (RUSSIAN, "ru", False),
        (RUSSIAN, "uk", False),
        (RUSSIAN, "pl", True),
        (RUSSIAN, "sr", False),  # written in both
        ("我们用 Kubernetes 和 PostgreSQL 部署 audiosvc 服务", "zh", False),
        ("好", "en", False),  # too little to tell
    ],
)
def test_a_script_contradicts_a_language(text: str, language: str | None, wrong: bool) -> None:
    assert contradicts(text, language) is wrong


def test_scripts_come_from_the_likely_subtags() -> None:
    assert script_of("de") == "LATIN"
    assert script_of("hi") == "DEVANAGARI"
    assert script_of("ko") == "HANGUL"
    assert script_of("qq") is None


def test_enough_is_counted_in_letters() -> None:
    assert not is_enough("1, 2, 3 … " * 30)
    assert is_enough(ENGLISH)


def test_a_text_is_as_long_as_it_takes_to_say_it() -> None:
    assert 2.0 < spoken_s(ENGLISH) < 6.0
    assert spoken_s(CHINESE) > spoken_s("a" * len(CHINESE))
    assert is_thin("Hm.", 30.0)
    assert not is_thin("Hm.", 10.0)
    assert not is_thin(ENGLISH * 2, 30.0)
    assert broke_off("And then we", 8.0)
    assert not broke_off("And then we", 1.2)
    assert not broke_off(ENGLISH, 6.0)
