"""One model server over HTTP: the list of its models, one clip or one question to its reply."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any

from audiosvc.backends.openai_address import CHAT_ROUTE, ROUTE, Address, Patience
from audiosvc.backends.openai_faults import (
    Passing,
    Refused,
    Rubbish,
    Unreachable,
    excerpt,
    reason,
    status_fault,
    told,
)
from audiosvc.backends.openai_form import wav_file
from audiosvc.errors import ModelError, ModelFailed, ModelMissing, ModelUnknown
from audiosvc.types import Audio

MOST_LIST_BYTES = 2**20
MOST_ERROR_BYTES = 2**16
MOST_CHAT_BYTES = 2**20
MOST_NAMES = 8


class Endpoint:
    """Speaks HTTP to one address. Every request has a connection of its own, so that to close it
    is to end the work behind it.
    """

    def __init__(self, address: Address, key: str | None, patience: Patience) -> None:
        import httpx2

        self.address = address
        self._key = key
        self._patience = patience
        headers = {"Accept-Encoding": "identity", "Connection": "close"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self._client = httpx2.AsyncClient(
            headers=headers,
            timeout=httpx2.Timeout(None, connect=patience.connect_s, write=patience.stall_s),
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
            follow_redirects=False,
            trust_env=not address.loopback,
        )

    async def models(self) -> tuple[str, ...] | None:
        """What the server calls its models; None where it has no such list.

        Raises ModelMissing when it cannot be reached or is no model server.
        """
        try:
            return await asyncio.wait_for(self._models(), self._patience.check_s)
        except asyncio.TimeoutError as error:
            raise ModelMissing(
                f"The model server at {self.address.server} does not answer within "
                f"{self._patience.check_s:g} s. Is it up, and is the address right?"
            ) from error

    async def _models(self) -> tuple[str, ...] | None:
        import httpx2

        try:
            async with self._client.stream("GET", f"{self.address.base}/models") as response:
                body = await _read(response, MOST_LIST_BYTES)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise ModelMissing(self._unreachable(error)) from error
        if response.status_code in (404, 405, 429, 501):
            return None
        if response.status_code != 200:
            raise ModelMissing(self.hide(str(self._fault(response, body))))
        try:
            return tuple(str(one["id"]) for one in json.loads(body)["data"])
        except (ValueError, TypeError, LookupError, RecursionError) as error:
            raise ModelMissing(
                f"What answers at {self.address.base} is no model server: it lists its models as "
                f"{self.hide(excerpt(body))!r}."
            ) from error

    @asynccontextmanager
    async def transcription(
        self, fields: Mapping[str, str], audio: Audio
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Send a clip; the reply's bytes as they come. Raises Passing, Refused, ModelFailed,
        or ModelMissing where no other clip would fare better.
        """
        files = {"file": ("clip.wav", wav_file(audio), "audio/wav")}
        async with self._reply(ROUTE, fields["model"], data=fields, files=files) as pieces:
            yield pieces

    async def chat(self, model: str, body: bytes) -> bytes:
        """The whole reply to a chat, without the key. body: JSON. Raises as ``transcription``, and
        Rubbish for one of more than 1 MiB.
        """
        found = bytearray()
        json_type = {"Content-Type": "application/json"}
        async with self._reply(CHAT_ROUTE, model, content=body, headers=json_type) as pieces:
            async for piece in pieces:
                found += piece
                if len(found) > MOST_CHAT_BYTES:
                    raise Rubbish(
                        f"The model server at {self.address.server} answered with more than "
                        f"{MOST_CHAT_BYTES // 2**20} MiB."
                    )
        return bytes(found.replace(self._key.encode(), b"***") if self._key else found)

    @asynccontextmanager
    async def _reply(
        self, route: str, model: str, **content: Any
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """What is answered to this content, in pieces."""
        import httpx2

        url = f"{self.address.base}{route}"
        try:
            async with self._client.stream("POST", url, **content) as response:
                await self._check(response, route, model)
                async with aclosing(self._pieces(response)) as pieces:
                    yield pieces
        except ModelError as fault:  # of the reply's own, too
            self._hide_key(fault)
            raise
        except httpx2.ConnectError as error:
            raise Unreachable(self._unreachable(error)) from error
        except (httpx2.HTTPError, OSError) as error:
            raise Passing(
                f"The connection to the model server at {self.address.server} broke: "
                f"{reason(error)}."
            ) from error

    async def _check(self, response: Any, route: str, model: str) -> None:
        if response.status_code == 200:
            coding = response.headers.get("content-encoding", "identity")
            if coding != "identity":
                raise ModelFailed(
                    f"The model server at {self.address.server} packs its replies ({coding}), "
                    "though asked not to."
                )
            return
        body = await _read(response, MOST_ERROR_BYTES)
        if response.status_code == 404:
            raise ModelMissing(await self._not_found(route, model, told(body)))
        raise self._fault(response, body)

    async def _pieces(self, response: Any) -> AsyncGenerator[bytes, None]:
        """The body. A server may work in silence until its first byte; from then on it goes on."""
        pieces = response.aiter_raw()
        limit_s: float | None = None
        while True:
            try:
                yield await asyncio.wait_for(anext(pieces), limit_s)
            except StopAsyncIteration:
                return
            except asyncio.TimeoutError as error:
                raise Passing(
                    f"The model server at {self.address.server} fell silent in the middle of its "
                    f"reply, for {limit_s:g} s."
                ) from error
            limit_s = self._patience.stall_s

    async def _not_found(self, route: str, model: str, said: str) -> str:
        answer = f"The model server at {self.address.server} answered 404: {said}"
        try:
            served = await self.models()
        except ModelMissing:
            served = None
        if served is None or model in served:
            return f"{answer} Does {self.address.base} have {route}?"
        return f"{answer} It has no model {model!r}; {listed(served)}."

    def _fault(self, response: Any, body: bytes) -> ModelError:
        headers = response.headers
        with_key = self._key is not None
        return status_fault(
            self.address.server, response.status_code, headers, body, with_key=with_key
        )

    def _hide_key(self, fault: ModelError) -> None:
        fault.args = tuple(self.hide(str(part)) for part in fault.args)
        if isinstance(fault, Refused):
            fault.told = self.hide(fault.told)

    def hide(self, text: str) -> str:
        """Without the key, which a server may have sent back."""
        return text.replace(self._key, "***") if self._key else text

    def _unreachable(self, error: BaseException) -> str:
        return (
            f"The model server at {self.address.server} cannot be reached: {reason(error)}. Start "
            "it, or give the address of one that runs."
        )


def listed(models: tuple[str, ...]) -> str:
    """What a server serves, as part of a sentence."""
    names = ", ".join(excerpt(name) for name in models[:MOST_NAMES])
    more = f" and {len(models) - MOST_NAMES} more" if len(models) > MOST_NAMES else ""
    return f"it serves {names}{more}" if models else "it serves none"


def only_model(address: Address, served: tuple[str, ...] | None) -> str:
    """The one that is served. Raises ModelUnknown where that is not one."""
    if served is None:
        raise ModelUnknown(
            f"The model server at {address.server} does not say what it serves: name the model "
            "behind a #, as in http://host:8000/v1#OpenMOSS-Team/MOSS-Transcribe-Diarize"
        )
    if len(served) != 1:
        raise ModelUnknown(
            f"Which model of the server at {address.server}? Name it behind a #; {listed(served)}."
        )
    return served[0]


async def _read(response: Any, most_bytes: int) -> bytes:
    """The beginning of a body that is short if all is well."""
    body = b""
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > most_bytes:
            break
    return body[:most_bytes]
