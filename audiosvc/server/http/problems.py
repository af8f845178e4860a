"""Errors as ``application/problem+json`` (RFC 9457), by the one table of all transports."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from audiosvc.errors import AudiosvcError, DeadlineExceeded, InputError
from audiosvc.server.calls import current_request_id, note
from audiosvc.server.http.allowed import allowed
from audiosvc.wire.details import UNTOLD
from audiosvc.wire.statuses import status_of

PROBLEM = "application/problem+json"
REQUEST_TIMEOUT = 408
LONGEST_FIELD = 100
# Routes that programs written for OpenAI's call: they look for the sentence elsewhere.
_OPENAI = ("/v1/audio/", "/v1/models")
_PHRASES = {
    404: ("NO_SUCH_PAGE", "There is nothing at this address. /openapi.json lists what there is."),
    405: ("NO_SUCH_METHOD", "This address does not take that method."),
}


class Problem(BaseModel):
    """What went wrong. detail: a sentence for people. reason: a word for programs, as in gRPC."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    reason: str
    field: str | None = Field(default=None, description="Which part of the request is meant.")
    retry_after_s: float | None = Field(default=None, description="When to try again.")
    request_id: str

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Too busy",
                    "status": 429,
                    "detail": "This server is busy with 4 sessions, the most it takes at once.",
                    "reason": "TOO_BUSY",
                    "retry_after_s": 5.0,
                    "request_id": "6d1d70f0a2c3b4e5",
                }
            ]
        }
    }


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's ``responses``: these statuses are answered with a problem."""
    return {
        status: {
            "model": Problem,
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            "description": "A problem.",
        }
        for status in statuses
    }


def problem_of(error: BaseException) -> Problem:
    """What the caller is told. The text of a fault of ours stays here: it may name anything."""
    kind = status_of(error)
    late = isinstance(error, DeadlineExceeded)
    return Problem(
        title=kind.reason.replace("_", " ").capitalize(),
        status=REQUEST_TIMEOUT if late else kind.http,
        detail=str(error) if isinstance(error, AudiosvcError) else UNTOLD,
        reason=kind.reason,
        field=error.field if isinstance(error, InputError) else None,
        retry_after_s=getattr(error, "retry_after_s", None),
        request_id=current_request_id(),
    )


def answer(problem: Problem, path: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """A response. path: of the request, which tells for whom it is written."""
    known = dict(headers or {})
    if problem.retry_after_s is not None:
        known["Retry-After"] = str(max(1, math.ceil(problem.retry_after_s)))
    if problem.status == 401:
        known["WWW-Authenticate"] = "Bearer"
    return JSONResponse(told(problem, path), problem.status, known, media_type=PROBLEM)


def told(problem: Problem, path: str) -> dict[str, Any]:
    """What is sent of a problem, which the log tells too."""
    note(reason=problem.reason)
    body: dict[str, Any] = problem.model_dump(exclude_none=True)
    if path.startswith(_OPENAI):
        body["error"] = {
            "message": problem.detail,
            "type": "invalid_request_error" if problem.status < 500 else "server_error",
            "param": problem.field,
            "code": problem.reason.lower(),
        }
    return body


def on_error(request: Request, error: Exception) -> JSONResponse:
    """For errors of ours, and for faults."""
    return answer(problem_of(error), request.url.path)


def on_invalid(request: Request, error: Exception) -> JSONResponse:
    """For a request that does not fit its route."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part not in {"body", "query", "path"})
    where = where[:LONGEST_FIELD]
    problem = Problem(
        title="Option error",
        status=400,
        detail=_sentence(first["type"], where, str(first["msg"])[:200]),
        reason="OPTION_ERROR",
        field=where or None,
        request_id=current_request_id(),
    )
    return answer(problem, request.url.path)


def _sentence(kind: str, where: str, said: str) -> str:
    if kind == "extra_forbidden":
        return f"There is no field {where!r} here. /openapi.json lists those there are."
    return f"{where or 'The request'}: {said}."


def on_http(request: Request, error: Exception) -> JSONResponse:
    """For what the framework refuses: no such address, no such method, a body without a form."""
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, AudiosvcError):
        return on_error(request, error.__cause__)  # which came up while the body was read
    reason, detail = _PHRASES.get(error.status_code, ("PROTOCOL_ERROR", str(error.detail)[:200]))
    problem = Problem(
        title=reason.replace("_", " ").capitalize(),
        status=error.status_code,
        detail=detail,
        reason=reason,
        request_id=current_request_id(),
    )
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and (methods := allowed(request)):
        headers["Allow"] = methods
    return answer(problem, request.url.path, headers)
