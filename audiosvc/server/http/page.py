"""The web page, from the package."""

from __future__ import annotations

from collections.abc import MutableMapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

FOLDER = Path(str(files("audiosvc"))) / "web"
# Nothing from elsewhere, nothing inline but styles, which libraries set; blobs are recordings.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self' blob:; "
    "worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
}
FOR_EVER = "public, max-age=31536000, immutable"  # their names change when they do


class _Assets(StaticFiles):
    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS)
        response.headers["Cache-Control"] = FOR_EVER
        return response


def add_page(app: FastAPI, folder: Path = FOLDER) -> None:
    """``/`` and ``/assets/``. folder: what the build of the page has made."""

    @app.get("/", include_in_schema=False)
    def page() -> Response:
        found = folder / "index.html"
        if not found.is_file():
            raise HTTPException(404, "The page was not built: `make page`, or install a wheel.")
        return FileResponse(found, headers={**HEADERS, "Cache-Control": "no-cache"})

    if (folder / "assets").is_dir():
        app.mount("/assets", _Assets(directory=folder / "assets"), name="assets")
