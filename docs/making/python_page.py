"""The public face of the package; mkdocstrings reads what is named here from the source."""

from __future__ import annotations

import inspect

import audiosvc

FIRST = ("transcribe", "stream", "locate", "parse_sats")
INTRODUCTION = """# Python

Everything here is in `audiosvc`. Errors have [a page of their own](errors.md), settings
[another](settings.md)."""


def page() -> str:
    """Markdown."""
    others = sorted(set(audiosvc.__all__) - set(FIRST) - {"__version__"})
    values = [name for name in others if not _is_error(name)]
    wanted = [f"::: {_where(name)}" for name in (*FIRST, *values)]
    return "\n\n".join([INTRODUCTION, *wanted]) + "\n"


def _is_error(name: str) -> bool:
    found = getattr(audiosvc, name)
    return inspect.isclass(found) and issubclass(found, audiosvc.AudiosvcError)


def _where(name: str) -> str:
    """Where it is written: an import is not followed."""
    module = getattr(getattr(audiosvc, name), "__module__", None)
    if module in {None, "types", "typing"}:  # a name for several types
        return f"audiosvc.{name}"
    return f"{module}.{name}"
