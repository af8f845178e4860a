"""A route of the tus protocol: its version is checked, and every answer tells it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from audiosvc.errors import AudiosvcError, ProtocolError
from audiosvc.server.http.problems import answer, on_error, on_http, on_invalid, problem_of
from audiosvc.server.http.uploads import tus

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class TusRoute(APIRoute):
    """Every method but OPTIONS needs ``Tus-Resumable``."""

    def get_route_handler(self) -> Handler:
        """The handler, with that around it."""
        handle = super().get_route_handler()

        async def run(request: Request) -> Response:
            try:
                if request.method != "OPTIONS":
                    _check_version(request)
                response = await handle(request)
            except tus.Refused as refused:
                problem = problem_of(refused.error)
                problem = problem.model_copy(update={"status": refused.status})
                response = answer(problem, request.url.path)
                response.headers["Tus-Version"] = tus.VERSION
            except AudiosvcError as error:
                response = on_error(request, error)
            except RequestValidationError as error:
                response = on_invalid(request, error)
            except HTTPException as error:
                response = on_http(request, error)
            return tus.told(response)

        return run


def _check_version(request: Request) -> None:
    given = request.headers.get("tus-resumable")
    if given != tus.VERSION:
        shown = "none" if given is None else repr(given[:20])
        error = ProtocolError(
            f"This address speaks tus {tus.VERSION}: send the header Tus-Resumable with that "
            f"version, not {shown}.",
            field="Tus-Resumable",
        )
        raise tus.Refused(tus.UNSUPPORTED_VERSION, error)
