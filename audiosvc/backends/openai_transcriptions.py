"""A joint model behind an OpenAI-compatible ``/v1/audio/transcriptions``: vLLM, SGLang, others."""

from __future__ import annotations

import asyncio
import os
import random
import time

from audiosvc.backends.background import BackgroundLoop
from audiosvc.backends.openai_address import (
    TIMEOUT,
    Patience,
    read_address,
    read_concurrency,
    read_key,
    read_patience,
)
from audiosvc.backends.openai_endpoint import Endpoint, listed
from audiosvc.backends.openai_faults import Passing, Refused, Rubbish, Unreachable
from audiosvc.backends.openai_form import FORMS, Form, fields
from audiosvc.backends.openai_replies import Reply
from audiosvc.backends.openai_writing import RetriedWriting
from audiosvc.errors import ModelFailed, ModelMissing, ModelUnknown
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
            self.model = self._address.model or self._only(served)
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

    def _only(self, served: tuple[str, ...] | None) -> str:
        server = self._address.server
        if served is None:
            raise ModelUnknown(
                f"The model server at {server} does not say what it serves: name the model "
                "behind a #, as in http://host:8000/v1#OpenMOSS-Team/MOSS-Transcribe-Diarize"
            )
        if len(served) != 1:
            raise ModelUnknown(
                f"Which model of the server at {server}? Name it behind a #; {listed(served)}."
            )
        return served[0]

    async def _write(self, request: Request, writing: RetriedWriting) -> Ending:
        async with self._slots:
            total_s = self._patience.total_s(request.audio.duration_s)
            tries = _Tries(self._patience, total_s)
            try:
                return await asyncio.wait_for(self._until_whole(request, writing, tries), total_s)
            except asyncio.TimeoutError as error:
                before = f" Before that: {tries.last}" if tries.last else ""
                raise ModelFailed(
                    f"The model server at {self._address.server} took longer than {total_s:.0f} s "
                    f"for {request.audio.duration_s:.0f} s of audio. Give it less at once, or more "
                    f"time with {TIMEOUT}.{before}"
                ) from error

    async def _until_whole(
        self, request: Request, writing: RetriedWriting, tries: _Tries
    ) -> Ending:
        while True:
            try:
                return await self._in_some_form(request, writing)
            except Passing as fault:
                await asyncio.sleep(tries.wait_s(fault))

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


class _Tries:
    """The tries of one clip. last: what the one before came to."""

    def __init__(self, patience: Patience, total_s: float) -> None:
        self._patience = patience
        self._until_s = time.monotonic() + total_s
        self._failed = 0
        self.last: Passing | None = None

    def wait_s(self, fault: Passing) -> float:
        """How long to wait before the next try. Raises ModelFailed, or ModelMissing, when there is
        none.
        """
        patience = self._patience
        backoff_s = patience.first_wait_s * patience.factor**self._failed
        wait_s = (fault.retry_after_s or 0.0) + backoff_s * (0.5 + random.random() / 2)  # noqa: S311
        self._failed += 1
        self.last = fault
        if self._failed >= patience.tries or time.monotonic() + wait_s > self._until_s:
            times = f" It was tried {self._failed} times." if self._failed > 1 else ""
            kind = ModelMissing if isinstance(fault, Unreachable) else ModelFailed
            raise kind(f"{fault}{times}") from fault
        return wait_s
