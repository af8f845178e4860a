"""Keys: made once, kept as digests, gone when they are removed."""

from __future__ import annotations

import json
import logging
import re
import stat
import sys
from pathlib import Path

import pytest

from audiosvc import cli
from audiosvc.errors import OptionError, OutputError
from audiosvc.server.callers import Caller, Quotas
from audiosvc.server.keys import Keys, add_key, read_keys, remove_key


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def test_a_key_is_found_by_itself_alone(file: Path) -> None:
    entry, key = add_key(file, "ann", Quotas(2, 3))
    add_key(file, "ben", Quotas())
    keys = Keys(file)
    assert keys.find(key) == Caller(entry.id, Quotas(2, 3))
    for wrong in ("", key[:-1], f"{key}x", key.upper(), entry.sha256, "ä", "\udcff"):
        assert keys.find(wrong) is None


def test_the_file_holds_no_key_and_is_private(file: Path) -> None:
    _, key = add_key(file, "ann", Quotas())
    assert key not in file.read_text("utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["keys.json"]


def test_keys_differ(file: Path) -> None:
    made = [add_key(file, f"n{n}", Quotas()) for n in range(20)]
    assert len({key for _, key in made}) == len({entry.id for entry, _ in made}) == 20
    assert all(len(key) > 40 for _, key in made)


def test_a_name_is_given_once(file: Path) -> None:
    add_key(file, "ann", Quotas())
    with pytest.raises(OptionError, match="already"):
        add_key(file, "ann", Quotas())
    with pytest.raises(OptionError, match="name"):
        add_key(file, "", Quotas())
    assert len(read_keys(file)) == 1


@pytest.mark.parametrize("by", ["id", "name"])
def test_a_removed_key_is_refused_from_then_on(file: Path, by: str) -> None:
    entry, key = add_key(file, "ann", Quotas())
    _, other = add_key(file, "ben", Quotas())
    keys = Keys(file)
    assert keys.find(key)
    remove_key(file, getattr(entry, by))
    assert keys.find(key) is None
    assert keys.find(other)
    with pytest.raises(OptionError, match="no key"):
        remove_key(file, "ann")


def test_a_key_that_is_added_later_is_known_at_once(file: Path) -> None:
    add_key(file, "ann", Quotas())
    keys = Keys(file)
    _, key = add_key(file, "ben", Quotas())
    assert keys.find(key)


@pytest.mark.parametrize("text", ["", "{", "[{}]", '[{"id": "../x"}]', "null"])
def test_a_file_that_is_spoilt_later_changes_nothing(
    file: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    _, key = add_key(file, "ann", Quotas())
    keys = Keys(file)
    file.write_text(text)
    with caplog.at_level(logging.ERROR):
        assert keys.find(key)
        assert keys.find(key)
    assert len(caplog.records) == 1
    with pytest.raises(OptionError, match="keys file"):
        Keys(file)


def test_a_message_about_a_wrong_file_shows_nothing_of_it(file: Path) -> None:
    file.write_text(json.dumps([{"id": "aaaa", "name": "x", "sha256": "hunter2"}]))
    with pytest.raises(OptionError) as caught:
        read_keys(file)
    assert "hunter2" not in str(caught.value)


def test_no_file(file: Path) -> None:
    with pytest.raises(OptionError, match="not there"):
        Keys(file)
    (file.parent / "taken").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        add_key(file.parent / "taken" / "keys.json", "ann", Quotas())


def test_keys_by_command(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def keys(*words: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["audiosvc", "keys", *words, "--keys-file", str(file)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        said = capsys.readouterr()
        return end.value.code, said.out, said.err

    code, key, said = keys("add", "ann", "--max-jobs", "3", "--locate-per-minute", "7")
    assert (code, key[:5]) == (0, "asvc_")
    assert key.strip() not in said
    caller = Keys(file).find(key.strip())
    assert caller is not None
    assert caller.quotas == Quotas(max_jobs=3, locate_per_minute=7)
    _, listed, _ = keys("list")
    assert re.search(r"^\w{8}  ann +\d{4}-\d\d-\d\d +3 +7$", listed, re.MULTILINE)
    assert [keys(*words)[0] for words in (("add", "ann"), ("remove", "ann"))] == [2, 0]
    code, _, said = keys("remove", "ann")
    assert (code, len(said.splitlines())) == (2, 1)
