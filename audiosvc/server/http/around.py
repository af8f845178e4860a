"""What happens around every request: its id, its caller, its errors, its log line, its figures."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response

from audiosvc.errors import AudiosvcError
from audiosvc.server.callers import set_caller
from audiosvc.server.calls import REQUEST_ID, Call, begin_call
from audiosvc.server.doors import Credentials
from audiosvc.server.http.bodies import Body, check_length, most_bytes
from audiosvc.server.http.guarding import Guard, HostRefused
from audiosvc.server.http.place import HttpPlace
from audiosvc.server.http.problems import answer, problem_of
from audiosvc.server.logs import fields

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
# Everything else tells whether the server is there, or is the page itself.
CLOSED = "/v1/"
STREAM = "/v1/stream"  # whose first message holds the key: a browser cannot send the header
ENDLESS = ("/events",)
VERBS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "WEBSOCKET"})
COMMON_NAME = "audiosvc.common_name"
MISDIRECTED = 421
CLIENT_CLOSED = 499
log = logging.getLogger(__name__)


class Around:
    """The outermost layer of the application."""

    def __init__(self, app: App, place: HttpPlace, guard: Guard) -> None:
        self._app = app
        self._place = place
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one WebSocket."""
        if scope["type"] == "lifespan":
            return
        headers = Headers(scope=scope)
        path: str = scope["path"]
        peer = ":".join(map(str, scope.get("client") or ("?",)))
        is_open = not path.startswith(CLOSED)
        call = begin_call(path, peer, headers.get(REQUEST_ID, ""), is_open=is_open)
        exchange = _Exchange(send, call.request_id)
        began_s = time.monotonic()
        try:
            await self._run(call, scope, headers, receive, exchange)
        except asyncio.CancelledError:
            if not self._place.lifecycle.is_cut_off:
                exchange.status = CLIENT_CLOSED
                raise
            await self._refuse(self._place.lifecycle.stopping(), scope, receive, exchange)
        except Exception as error:
            if not isinstance(error, AudiosvcError):
                known = fields(request_id=call.request_id, path=path)
                log.error("a request failed", exc_info=error, extra=known)
            await self._refuse(error, scope, receive, exchange)
        finally:
            self._tell(call, scope, exchange.status, time.monotonic() - began_s)

    async def _run(
        self, call: Call, scope: Scope, headers: Headers, receive: Receive, send: _Exchange
    ) -> None:
        is_socket = scope["type"] == "websocket"
        method = "WEBSOCKET" if is_socket else scope["method"]
        site = headers.get("sec-fetch-site")
        self._guard.check(method, headers.get("host", ""), headers.get("origin"), site)
        lifecycle, settings = self._place.lifecycle, self._place.place.settings
        with lifecycle.call(endless=call.is_open or call.method.endswith(ENDLESS)):
            if not call.is_open and method != "OPTIONS":
                lifecycle.check()
                if call.method != STREAM:
                    shown = headers.get("authorization", "")
                    caller = self._place.door(Credentials(shown, scope.get(COMMON_NAME)))
                    call.notes["caller"] = caller.id
                    set_caller(caller)
            if is_socket:
                await self._app(scope, receive, send)
                return
            kind = headers.get("content-type", "")
            limit = most_bytes(call.method, kind, settings.max_upload_bytes)
            check_length(headers.get("content-length"), limit)
            body = Body(receive, limit, settings.idle_timeout_s)
            await self._app(scope, body, send)

    async def _refuse(
        self, error: BaseException, scope: Scope, receive: Receive, send: _Exchange
    ) -> None:
        """Answers, if nothing was answered yet."""
        if send.status:
            return
        problem = problem_of(error)
        if isinstance(error, HostRefused):
            problem = problem.model_copy(update={"status": MISDIRECTED})
        response: Response = answer(problem, scope["path"], {"Connection": "close"})
        if scope["type"] == "websocket":
            await send.refuse_socket(scope, response, receive)
        else:
            await response(scope, receive, send)

    def _tell(self, call: Call, scope: Scope, status: int, took_s: float) -> None:
        if call.is_open:
            return  # probes come every few seconds; nobody wants to read of them
        # The route, not the path: that one holds ids, and anything that a stranger may think of.
        verb = scope.get("method", "WEBSOCKET")
        verb = verb if verb in VERBS else "OTHER"
        method = f"{verb} {getattr(scope.get('route'), 'path', 'unknown')}"
        metrics = self._place.place.metrics
        metrics.requests.labels(method, _code(status)).inc()
        metrics.request_s.labels(method).observe(took_s)
        known = {"request_id": call.request_id, "method": method, "code": status or None}
        told = fields(**known, seconds=round(took_s, 3), peer=call.peer, **call.notes)
        log.info("call", extra=told)


class _Exchange:
    """Remembers what was answered, and adds the id of the request."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._header = (REQUEST_ID.encode(), request_id.encode())
        self.status = 0

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        kind = message["type"]
        if kind == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": [*message.get("headers", ()), self._header]}
        elif kind == "websocket.accept":
            self.status = HTTPStatus.SWITCHING_PROTOCOLS
        elif kind == "websocket.http.response.start":
            self.status = message["status"]
        await self._send(message)

    async def refuse_socket(self, scope: Scope, response: Response, receive: Receive) -> None:
        """Before a WebSocket is accepted, it can be refused like any request."""
        if "websocket.http.response" in scope.get("extensions", {}):
            await response(scope, receive, self)
        else:
            await self._send({"type": "websocket.close", "code": 1008})


def _code(status: int) -> str:
    try:
        return HTTPStatus(status).name
    except ValueError:
        return str(status)
