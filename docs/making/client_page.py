"""The client of a server; mkdocstrings reads what is named here from the source."""

from __future__ import annotations

from audiosvc import client

FIRST = ("Client", "Jobs", "AsyncClient", "AsyncJobs")
INTRODUCTION = """# The client

Everything here is in `audiosvc.client`. It loads neither a model nor what reads audio. The methods
of `AsyncClient` are those of `Client`, to be awaited."""


def page() -> str:
    """Markdown."""
    names = [*FIRST, *sorted(set(client.__all__) - set(FIRST))]
    wanted = [f"::: {_where(name)}" for name in names]
    return "\n\n".join([INTRODUCTION, *wanted]) + "\n"


def _where(name: str) -> str:
    module = getattr(getattr(client, name), "__module__", None)
    if module in {None, "types", "typing"}:  # a name for several types
        return f"audiosvc.client.{name}"
    return f"{module}.{name}"
