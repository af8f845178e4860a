"""Log lines: one a record, for people or for programs."""

from __future__ import annotations

import json
import logging

import pytest

from audiosvc.server.logs import fields, logging_to_stderr

log = logging.getLogger("audiosvc.server.test")


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to_stderr(as_json=True):
        log.info("call", extra=fields(method="/x", seconds=0.5, left_out=None))
        try:
            raise ValueError("two\nlines")
        except ValueError:
            log.exception("a call failed")
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert first.pop("time").endswith("Z")
    assert first == {
        "level": "info",
        "logger": "audiosvc.server.test",
        "message": "call",
        "method": "/x",
        "seconds": 0.5,
    }
    assert "ValueError: two\nlines" in second["traceback"]


def test_plain(capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to_stderr(as_json=False):
        log.warning("a\nb", extra=fields(given="x\r\ny"))
        log.debug("nothing")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("warning a\\nb given=x\\r\\ny")


def test_afterwards_everything_is_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("audiosvc")
    before = logger.handlers[:], logger.level, logger.propagate
    with logging_to_stderr(as_json=True):
        assert logger.handlers != before[0]
    assert (logger.handlers, logger.level, logger.propagate) == before
    assert capsys.readouterr().err == ""
