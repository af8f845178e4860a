"""Which methods an address takes, for who has tried another."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import compile_path


def allowed(request: Request) -> str:
    """The header Allow, by the description of the interface; empty for what it does not tell."""
    found: set[str] = set()
    for template, methods in request.app.openapi()["paths"].items():
        if compile_path(template)[0].match(request.url.path):
            found |= {method.upper() for method in methods}
    return ", ".join(sorted(found))
