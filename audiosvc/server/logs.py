"""Log lines: for people, or one JSON object each."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

FIELDS = "fields"


def fields(**values: object) -> dict[str, Mapping[str, object]]:
    """For ``extra``: what a line tells beside its message. None is left out."""
    return {FIELDS: {name: value for name, value in values.items() if value is not None}}


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, and the fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": _utc(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, FIELDS, {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str)


class PlainLines(logging.Formatter):
    """The same for people. Line breaks that strangers might send are written as escapes."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = getattr(record, FIELDS, {})
        parts = [_utc(record.created), record.levelname.lower(), record.getMessage()]
        parts += [f"{name}={value}" for name, value in told.items()]
        line = " ".join(parts).replace("\n", "\\n").replace("\r", "\\r")
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


@contextmanager
def logging_to_stderr(*, as_json: bool) -> Iterator[None]:
    """All lines of audiosvc go to standard error, and to nothing else, inside the block."""
    logger = logging.getLogger("audiosvc")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else PlainLines())
    before = logger.handlers[:], logger.level, logger.propagate
    logger.handlers[:], logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.handlers[:], _, logger.propagate = before
        logger.setLevel(before[1])


def _utc(time_s: float) -> str:
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time_s))
    return f"{whole}.{int(time_s % 1 * 1000):03d}Z"
