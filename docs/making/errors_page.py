"""Every error with its status on each transport, its exit code, and the tree they stand in."""

from __future__ import annotations

import inspect
import re
from textwrap import dedent

from audiosvc import errors
from audiosvc.cli.exits import CODES, UNEXPECTED
from audiosvc.wire.statuses import STATUSES

INTRODUCTION = """# Errors

Every error is told in one sentence: what happened, to which input, what to do. Programs look at
the `reason`, which is the same everywhere: the class in Python, `ErrorInfo.reason` in gRPC's
details, `reason` in the problem that HTTP answers with. Where trying again makes sense, the answer
says when: `retry_after_s` in Python and in the problem, `RetryInfo` in gRPC, `Retry-After` in
HTTP."""


def page() -> str:
    """Markdown."""
    rows = ["| reason | Python | HTTP | gRPC | command line | |", "|---|---|---|---|---|---|"]
    for kind, status in STATUSES.items():
        about = _first_sentence(kind)
        rows.append(
            f"| `{status.reason}` | `{kind.__name__}` | {status.http} | `{status.code.name}` "
            f"| {_exit_code(kind)} | {about} |"
        )
    tree = dedent((errors.__doc__ or "").split("\n\n")[1])
    parts = [INTRODUCTION, "\n".join(rows), "## The tree", f"```text\n{tree}\n```"]
    return "\n\n".join(parts) + "\n"


def _exit_code(kind: type[errors.AudiosvcError]) -> int:
    return next((code for base, code in CODES if issubclass(kind, base)), UNEXPECTED)


def _first_sentence(kind: type[errors.AudiosvcError]) -> str:
    text = " ".join((inspect.getdoc(kind) or "").replace("``", "`").split())
    return re.split(r"[.;:] ", text)[0].rstrip(".") + "."
