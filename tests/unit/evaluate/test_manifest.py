"""Manifests and their reference files, good and bad."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audiosvc.errors import ManifestError, OptionError
from audiosvc.evaluate.manifest import load_manifest, select
from audiosvc.evaluate.references import load_truth
from audiosvc.spans import Span

ENTRY = {"id": "a", "audio": "a.wav", "kind": "meeting", "duration_s": 10}
RTTM = "SPEAKER a 1 1.0 2.5 <NA> <NA> A <NA> <NA>\nSPEAKER a 1 4.0 1.0 <NA> <NA> B <NA> <NA>\n"


def manifest(folder: Path, *entries: object) -> Path:
    path = folder / "manifest.json"
    path.write_text(json.dumps(list(entries)))
    return path


def test_paths_are_relative_to_the_manifest_and_further_keys_are_left_alone(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.rttm").write_text(RTTM)
    reference = {"rttm": "a.rttm", "country": "France"}
    entry, other = load_manifest(
        manifest(
            tmp_path,
            ENTRY | {"reference": reference, "licence": "CC0"},
            {"id": "b", "audio": "b.wav", "kind": "hitherto unheard of", "duration_s": 0.0},
        )
    )
    assert entry.audio == tmp_path / "a.wav"
    assert entry.reference.rttm == tmp_path / "a.rttm"
    assert (entry.scorable, other.scorable) == (True, False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not json", "not a JSON list"),
        ('{"id": "a"}', "not a JSON list"),
        ('[{"id": "a", "kind": "k", "duration_s": 1}]', r"entry 1 \(a\): 'audio'"),
        ('[{"audio": "x", "kind": "k", "duration_s": 1}]', r"entry 1 \(no id\): 'id'"),
        (json.dumps([ENTRY | {"duration_s": -1}]), "'duration_s'"),
        (json.dumps([ENTRY, ENTRY]), "entry 2: the id a occurs twice"),
        (json.dumps([ENTRY | {"reference": {"stm": "gone.stm"}}]), "'stm' names .*gone.stm"),
    ],
)
def test_a_manifest_that_does_not_follow_its_format_is_named(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text)
    with pytest.raises(ManifestError, match=said):
        load_manifest(path)


def test_a_manifest_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="Cannot read the manifest"):
        load_manifest(tmp_path / "none.json")


def test_select_by_kind_and_by_pattern(tmp_path: Path) -> None:
    entries = load_manifest(
        manifest(
            tmp_path,
            ENTRY | {"id": "mix-1"},
            ENTRY | {"id": "mix-de"},
            ENTRY | {"id": "clip-1", "kind": "clip"},
        )
    )
    assert [entry.id for entry in select(entries, ("meeting",), ())] == ["mix-1", "mix-de"]
    assert [entry.id for entry in select(entries, (), ("mix-[0-9]", "clip*"))] == [
        "mix-1",
        "clip-1",
    ]
    with pytest.raises(OptionError, match="no entry of kind 'clips'; it has clip, meeting"):
        select(entries, ("clips",), ())
    with pytest.raises(OptionError, match="fits 'nix'"):
        select(entries, (), ("nix",))


def test_truth_takes_word_level_turns_the_uem_and_words_in_order_of_time(tmp_path: Path) -> None:
    (tmp_path / "a.rttm").write_text(RTTM)
    (tmp_path / "a.words.rttm").write_text("SPEAKER a 1 1.5 1 <NA> <NA> A <NA> <NA>\n")
    (tmp_path / "a.uem").write_text("a 1 1.0 9.5\n")
    (tmp_path / "a.stm").write_text("a 1 B 4.0 5.0 and good bye\na 1 A 1.0 3.5 hello\n")
    names = {"rttm": "a.rttm", "rttm_words": "a.words.rttm", "uem": "a.uem", "stm": "a.stm"}
    (entry,) = load_manifest(manifest(tmp_path, ENTRY | {"reference": names, "speakers": 2}))
    truth = load_truth(entry)
    assert truth.scored == (Span(1.0, 9.5),)
    assert truth.turns is not None
    assert [(turn.speaker, turn.span) for turn in truth.turns] == [("A", Span(1.5, 2.5))]
    assert truth.words is not None
    assert [(word.speaker, word.text) for word in truth.words] == [
        ("A", "hello"),
        ("B", "and good bye"),
    ]
    assert truth.speakers == 1


def test_without_a_uem_the_whole_recording_is_scored(tmp_path: Path) -> None:
    (tmp_path / "a.rttm").write_text(RTTM)
    (entry,) = load_manifest(manifest(tmp_path, ENTRY | {"reference": {"rttm": "a.rttm"}}))
    truth = load_truth(entry)
    assert (truth.scored, truth.speakers, truth.words) == ((Span(0.0, 10.0),), 2, None)


def test_words_that_are_not_usable_are_not_scored(tmp_path: Path) -> None:
    (tmp_path / "a.stm").write_text("a 1 A 1.0 3.5 hello\n")
    fields = ENTRY | {"reference": {"stm": "a.stm", "text": "hello"}, "wer_usable": False}
    (entry,) = load_manifest(manifest(tmp_path, fields))
    truth = load_truth(entry)
    assert (truth.words, truth.text) == (None, None)


def test_a_reference_about_several_recordings_gives_the_lines_of_this_one(tmp_path: Path) -> None:
    (tmp_path / "all.rttm").write_text(RTTM + RTTM.replace(" a ", " b "))
    (tmp_path / "else.rttm").write_text(RTTM.replace(" a ", " b ") + RTTM.replace(" a ", " c "))
    good, bad = load_manifest(
        manifest(
            tmp_path,
            ENTRY | {"reference": {"rttm": "all.rttm"}},
            ENTRY | {"id": "d", "reference": {"rttm": "else.rttm"}},
        )
    )
    turns = load_truth(good).turns
    assert turns is not None
    assert len(turns) == 2
    with pytest.raises(ManifestError, match=r"d: .*else.rttm is about several recordings"):
        load_truth(bad)


@pytest.mark.parametrize(
    ("key", "content"),
    [("rttm", "SPEAKER a one"), ("stm", "a 1 A one 2 hi"), ("uem", "a 1 5 x")],
)
def test_a_reference_that_does_not_parse_is_named(tmp_path: Path, key: str, content: str) -> None:
    (tmp_path / "bad").write_text(content + "\n")
    (entry,) = load_manifest(manifest(tmp_path, ENTRY | {"reference": {key: "bad"}}))
    with pytest.raises(ManifestError, match=rf"a: .*bad does not read as {key.upper()}"):
        load_truth(entry)
