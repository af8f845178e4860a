"""An audio-language model behind an OpenAI-compatible ``/v1/chat/completions`` that takes audio."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import Mapping

from audiosvc.backends.background import BackgroundLoop
from audiosvc.backends.openai_address import (
    Patience,
    read_address,
    read_concurrency,
    read_key,
    read_patience,
)
from audiosvc.backends.openai_chat_replies import text_of
from audiosvc.backends.openai_endpoint import Endpoint, only_model
from audiosvc.backends.openai_faults import Refused
from audiosvc.backends.openai_form import wav_file
from audiosvc.backends.openai_tries import try_until_done
from audiosvc.errors import ModelMissing
from audiosvc.types import Audio

LONGEST_S = 120.0
MOST_TOKENS = 1000  # some think aloud before they answer
AT_ONCE = 4


def forms(schema: Mapping[str, object]) -> tuple[dict[str, object], ...]:
    """What is asked for beside the messages, from what is wanted to what anybody takes."""
    held = {"name": "answer", "strict": True, "schema": dict(schema)}
    return (
        {
            "temperature": 0,
            "max_completion_tokens": MOST_TOKENS,
            "response_format": {"type": "json_schema", "json_schema": held},
        },
        {"temperature": 0, "max_tokens": MOST_TOKENS},
        {},
    )


class OpenAIChat:
    """Sends a clip with a question to a model server; fulfils ``ports.AudioLanguageModel``."""

    longest_s = LONGEST_S

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
        key = read_key(self._address, os.environ)
        self._endpoint = Endpoint(self._address, key, self._patience)
        self._slots = asyncio.Semaphore(at_once)
        self._form = 0  # the richest that the server has not refused
        self._loop = BackgroundLoop("model-server")
        try:
            served = self._loop.submit(self._endpoint.models()).result()
            self.name = self._address.model or only_model(self._address, served)
        except BaseException:
            self._loop.close()
            raise

    def ask(self, audio: Audio, question: str, schema: Mapping[str, object]) -> str:
        """The reply of the model. Raises ModelFailed, or ModelMissing when the server is down,
        wants another key, has no such model, or takes no audio.
        """
        return self._loop.submit(self._ask(audio, question, schema)).result()

    def close(self) -> None:
        """End what is under way, and the thread behind it. Garbage collection does the same."""
        self._loop.close()

    async def _ask(self, audio: Audio, question: str, schema: Mapping[str, object]) -> str:
        chat: dict[str, object] = {"model": self.name, "messages": [_message(audio, question)]}
        async with self._slots:
            return await try_until_done(
                lambda: self._in_some_form(chat, forms(schema)),
                self._address.server,
                audio.duration_s,
                self._patience,
            )

    async def _in_some_form(
        self, chat: Mapping[str, object], wanted: tuple[dict[str, object], ...]
    ) -> str:
        """In the richest form that the server takes, which is found out once."""
        refusals: list[str] = []
        for place in range(self._form, len(wanted)):
            body = json.dumps({**chat, **wanted[place]}).encode()
            try:
                reply = await self._endpoint.chat(self.name, body)
            except Refused as refusal:
                if refusal.for_length:
                    raise
                refusals.append(refusal.told)
                continue
            self._form = place
            return text_of(self._address.server, reply)
        raise ModelMissing(
            f"The model server at {self._address.server} refuses the request in every form: "
            f"{'; '.join(dict.fromkeys(refusals))}. Does {self.name} take audio?"
        )


def _message(audio: Audio, question: str) -> dict[str, object]:
    """One turn: the clip as WAV, and what is asked about it."""
    sound = {"data": base64.b64encode(wav_file(audio).read()).decode("ascii"), "format": "wav"}
    return {
        "role": "user",
        "content": [
            {"type": "input_audio", "input_audio": sound},
            {"type": "text", "text": question},
        ],
    }
