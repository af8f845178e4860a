"""Every setting with its environment variable, default and limits, from the models themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from audiosvc.jobs.settings import JobSettings
from audiosvc.server.settings import ServerSettings
from audiosvc.settings import PREFIX, Settings

TABLES: tuple[tuple[str, type[BaseSettings], str], ...] = (
    ("Transcription", Settings, "At the top of the file."),
    ("The server", ServerSettings, "In the table `[server]` of the file."),
    ("Jobs", JobSettings, "In the table `[jobs]` of the file."),
)
LIMITS = ((Ge, "at least", "ge"), (Gt, "more than", "gt"), (Le, "at most", "le"))
INTRODUCTION = """# Settings

A setting is taken from the environment, from a TOML file that `--config` or `AUDIOSVC_CONFIG`
names, or from an option of the command line: in that order of growing strength.

```toml
model = "small"
language = "de"

[server]
max_sessions = 8

[jobs]
keep_jobs_days = 7
```"""


def page() -> str:
    """Markdown."""
    parts = [INTRODUCTION]
    for title, kind, where in TABLES:
        parts += [f"## {title}", where, "\n".join(_table(kind))]
    return "\n\n".join(parts) + "\n"


def _table(kind: type[BaseSettings]) -> Iterator[str]:
    told = _descriptions(kind)
    yield "| setting | environment | default | |"
    yield "|---|---|---|---|"
    for name, field in kind.model_fields.items():
        limits = _limits(field)
        about = " ".join(part for part in (told.get(name, ""), limits) if part)
        yield f"| `{name}` | `{PREFIX}{name.upper()}` | {_default(field)} | {about} |"


def _descriptions(kind: type[BaseSettings]) -> dict[str, str]:
    """What the docstring says of each, as in ``name, other: what they are``."""
    text = " ".join((kind.__doc__ or "").replace("``", "`").split())
    name = "|".join(kind.model_fields)
    found = list(re.finditer(rf"(?<![\w.])((?:{name})(?:, (?:{name}))*): ", text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return {
        one: _sentence(text[match.end() : end])
        for match, end in zip(found, ends, strict=True)
        for one in match[1].split(", ")
    }


def _sentence(text: str) -> str:
    text = text.rstrip(" ;.")
    return f"{text[:1].upper()}{text[1:]}."


def _default(field: FieldInfo) -> str:
    """A folder of the user is told by its place, not by where this page was made."""
    value = field.get_default(call_default_factory=True)
    if field.default_factory is not None and isinstance(value, Path):
        return "a folder of the user's"
    return "none" if value is None or value == () else f"`{str(value).lower()}`"


def _limits(field: FieldInfo) -> str:
    found = [
        f"{word} {getattr(limit, attribute)}"
        for limit in field.metadata
        for kind, word, attribute in LIMITS
        if isinstance(limit, kind)
    ]
    if get_origin(field.annotation) is Literal:
        found.append(f"one of {', '.join(f'`{one}`' for one in get_args(field.annotation))}")
    return _sentence(", ".join(found)) if found else ""
