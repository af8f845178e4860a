"""What happens around every call: its id, its caller, its errors, its log line, its figures."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import grpc
from google.rpc import status_pb2
from grpc_status import rpc_status

from audiosvc.errors import ModelError, OutputError
from audiosvc.server.callers import set_caller
from audiosvc.server.calls import REQUEST_ID, Call, Context, begin_grpc_call, credentials
from audiosvc.server.doors import Door
from audiosvc.server.lifecycle import Lifecycle
from audiosvc.server.logs import fields
from audiosvc.server.metrics import Metrics
from audiosvc.server.requests import checked, lenient
from audiosvc.wire.details import to_status
from audiosvc.wire.statuses import status_of

Behaviour = Callable[[Any, Context], Awaitable[Any]]
# These end when the caller has enough.
ENDLESS = frozenset({"WatchJob", "Watch", "ServerReflectionInfo"})
# Details travel as a header, and a peer refuses 8 KiB of those.
MAX_STATUS_BYTES = 4096
SHOWN = 500
log = logging.getLogger(__name__)

if TYPE_CHECKING:  # these are generic in the stubs alone
    Handler = grpc.RpcMethodHandler[Any, Any]
    _Base = grpc.aio.ServerInterceptor[Any, Any]
else:
    Handler = grpc.RpcMethodHandler
    _Base = grpc.aio.ServerInterceptor


class Interceptor(_Base):
    """Wraps every method. All of them become coroutines that write their responses.

    A generator that a cancelled call leaves behind would be closed some time later; like this it
    is closed at once.
    """

    def __init__(
        self, lifecycle: Lifecycle, door: Door, metrics: Metrics, idle_timeout_s: float
    ) -> None:
        self._lifecycle = lifecycle
        self._door = door
        self._metrics = metrics
        self._idle_timeout_s = idle_timeout_s

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler:
        """The handler of a method, wrapped; None for a method that there is not."""
        handler = await continuation(handler_call_details)
        if not handler:
            return handler
        return _rewrap(handler, self._around(_behaviour(handler), handler_call_details.method))

    def _around(self, behaviour: Behaviour, method: str) -> Behaviour:
        async def run(request: Any, context: Context) -> Any:  # noqa: ANN401 - any message
            call = begin_grpc_call(method, context)
            began_s = time.monotonic()
            code = grpc.StatusCode.OK
            try:
                return await self._run(behaviour, request, context, call)
            except grpc.aio.AbortError:
                code = context.code()
                raise
            except grpc.aio.InternalError:
                # What could not be sent says that nobody is there any more.
                code = _cancelled(context)
                raise asyncio.CancelledError from None
            except asyncio.CancelledError as error:
                if not self._lifecycle.is_cut_off:
                    code = _cancelled(context)
                    raise
                status = _status(self._lifecycle.stopping(), error, call)
                code = status.code
                await _abort(context, status, call)
            except Exception as error:  # noqa: BLE001 - where every error becomes a status
                status = _status(error, error, call)
                code = status.code
                await _abort(context, status, call)
            finally:
                self._tell(call, code, time.monotonic() - began_s)

        return run

    async def _run(
        self,
        behaviour: Behaviour,
        request: Any,  # noqa: ANN401
        context: Context,
        call: Call,
    ) -> Any:  # noqa: ANN401
        context.set_trailing_metadata(((REQUEST_ID, call.request_id),))
        with self._lifecycle.call(endless=call.method.rpartition("/")[2] in ENDLESS):
            if not call.is_open:
                self._lifecycle.check()
                caller = self._door(credentials(context))
                call.notes["caller"] = caller.id
                set_caller(caller)
            await context.send_initial_metadata(((REQUEST_ID, call.request_id),))
            return await behaviour(checked(request, self._idle_timeout_s), context)

    def _tell(self, call: Call, code: grpc.StatusCode, took_s: float) -> None:
        if call.is_open:
            return  # probes come every few seconds; nobody wants to read of them
        self._metrics.requests.labels(call.method, code.name).inc()
        self._metrics.request_s.labels(call.method).observe(took_s)
        log.info(
            "call",
            extra=fields(
                request_id=call.request_id,
                method=call.method,
                code=code.name,
                seconds=round(took_s, 3),
                peer=call.peer,
                **call.notes,
            ),
        )


def _behaviour(handler: Handler) -> Behaviour:
    """What the handler does, as a coroutine in every case."""
    found: Any = (
        handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream
    )
    if not inspect.isasyncgenfunction(found):
        coroutine: Behaviour = found
        return coroutine

    async def write_all(request: Any, context: Context) -> None:  # noqa: ANN401
        async with aclosing(found(request, context)) as responses:
            async for response in responses:
                await context.write(response)

    return write_all


def _rewrap(handler: Handler, behaviour: Behaviour) -> Handler:
    makers = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }
    maker: Any = makers[handler.request_streaming, handler.response_streaming]
    parse = lenient(handler.request_deserializer)
    wrapped: Handler = maker(behaviour, parse, handler.response_serializer)
    return wrapped


def _status(error: BaseException, cause: BaseException, call: Call) -> grpc.Status:
    """The status of an error. Faults of our own are told to the log, and only there."""
    kind = status_of(error)
    call.notes["reason"] = kind.reason
    if kind.code is grpc.StatusCode.INTERNAL or isinstance(error, (ModelError, OutputError)):
        known = fields(request_id=call.request_id, method=call.method)
        log.error("a call failed: %s", kind.reason, exc_info=cause, extra=known)
    return rpc_status.to_status(_brief(to_status(error, call.request_id)))


async def _abort(context: Context, status: grpc.Status, call: Call) -> None:
    """Ends the call. Raises AbortError, as the transport wants it."""
    trailing = (*status.trailing_metadata, (REQUEST_ID, call.request_id))
    await context.abort(status.code, status.details, trailing)


def _cancelled(context: Context) -> grpc.StatusCode:
    """Who gave up: the caller, or the caller's clock."""
    left_s = context.time_remaining()
    late = left_s is not None and left_s <= 0.0
    return grpc.StatusCode.DEADLINE_EXCEEDED if late else grpc.StatusCode.CANCELLED


def _brief(status: status_pb2.Status) -> status_pb2.Status:
    """A status that fits; its reason and when to retry stay."""
    if status.ByteSize() <= MAX_STATUS_BYTES:
        return status
    short = [detail for detail in status.details if detail.ByteSize() < SHOWN]
    message = f"{status.message[:SHOWN]} …"
    return status_pb2.Status(code=status.code, message=message, details=short)
