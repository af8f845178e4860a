"""A joint model behind an OpenAI-compatible ``/v1/audio/transcriptions``: vLLM, SGLang, others."""

from __future__ import annotations

import asyncio
import os

from audiosvc.backends.background import BackgroundLoop
from audiosvc.backends.openai_address import (
    Patience,
    read_address,
    read_concurrency,
    read_key,
    read_patience,
)
from audiosvc.backends.openai_endpoint import Endpoint, only_model
from audiosvc.backends.openai_faults import Passing, Refused, Rubbish
from audiosvc.backends.openai_form import FORMS, Form, fields
from audiosvc.backends.openai_replies import Reply
from audiosvc.backends.openai_tries import try_until_done
from audiosvc.backends.openai_writing import RetriedWriting
from audiosvc.errors import ModelMissing
from audiosvc.ports import Ending, Markup, Writing
from audiosvc.types import Limits, Request

WINDOW_S = 300.0
MARGIN_S = 10.0
LONGEST_S = 5400.0
AT_ONCE = 8


class OpenAITranscriptions:
    """Sends clips to a model server; fulfils ``ports.JointModel``.

    As many requests are under way as the server is to get at once; further clips wait in line.
    """

    markup: Markup = "sats"

    def __init__(
        self,
        address: str,
        *,
        threads: int = 1,
        device: str = "auto",
        dtype: str = "auto",
        patience: Patience | None = None,
    ) -> None:
        """address: ``http://host:8000/v1#model``; without a model, the one that is served.

        The server decides what it computes on: threads, device and dtype are for other backends.
        Raises OptionError for the address or the environment, ModelMissing when nothing answers
        there, ModelUnknown when a model has to be named.
        """
        del threads, device, dtype
        self._address = read_address(address)
        self._patience = read_patience(os.environ, patience or Patience())
        at_once = read_concurrency(os.environ, AT_ONCE)
        self.limits = Limits(
            WINDOW_S,
            MARGIN_S,
            windows_at_once=at_once,
            longest_s=LONGEST_S,
            streams=True,
            knows_speakers=True,
        )
        self._endpoint = Endpoint(
            self._address, read_key(self._address, os.environ), self._patience
        )
        self._slots = asyncio.Semaphore(at_once)
        self._form = 0  # the richest that the server has not refused
        self._settled = False  # whether it has taken one
        self._loop = BackgroundLoop("model-server")
        try:
            served = self._loop.submit(self._endpoint.models()).result()
            self.model = self._address.model or only_model(self._address, served)
        except BaseException:
            self._loop.close()
            raise

    def write(self, request: Request) -> Writing:
        """Lines a clip up, and returns at once.

        The text raises ModelMissing where no other clip would fare better: the server is down,
        wants another key, has no such model, or speaks no such language. Else ModelFailed.
        """
        writing = RetriedWriting()
        writing.follow(self._loop.submit(self._write(request, writing)))
        return writing

    def close(self) -> None:
        """End what is under way, and the thread behind it. Garbage collection does the same."""
        self._loop.close()

    async def _write(self, request: Request, writing: RetriedWriting) -> Ending:
        async with self._slots:
            return await try_until_done(
                lambda: self._in_some_form(request, writing),
                self._address.server,
                request.audio.duration_s,
                self._patience,
            )

    async def _in_some_form(self, request: Request, writing: RetriedWriting) -> Ending:
        """In the richest form that the server takes; what that is has to be found out once."""
        refusals: list[Refused] = []
        for place in range(self._form, len(FORMS)):
            try:
                ending = await self._once(request, writing, FORMS[place])
            except Refused as refusal:
                if self._settled or refusal.for_length:
                    raise
                refusals.append(refusal)
            except Rubbish as rubbish:
                if self._settled:
                    raise
                raise ModelMissing(str(rubbish)) from rubbish
            else:
                if not self._settled:
                    self._form, self._settled = place, True
                return ending
        reasons = "; ".join(dict.fromkeys(one.told for one in refusals))
        raise ModelMissing(
            f"The model server at {self._address.server} refuses the request in every form: "
            f"{reasons}"
        )

    async def _once(self, request: Request, writing: RetriedWriting, form: Form) -> Ending:
        reply = Reply(self._address.server, request.max_tokens)
        writing.begin()
        try:
            async with self._endpoint.transcription(
                fields(request, self.model, form), request.audio
            ) as pieces:
                async for piece in pieces:
                    writing.add(reply.feed(piece))
                    if reply.done:
                        break
                else:
                    writing.add(reply.finish())
        except Passing:
            if not reply.over:
                raise
        writing.finish()
        return reply.ending
