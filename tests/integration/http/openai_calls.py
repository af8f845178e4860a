"""What the tests of routes for OpenAI's programs have in common."""

from __future__ import annotations

import io
import time
import wave
from collections.abc import Callable

import numpy as np
from openai import OpenAI

from tests.fakes.script import RATE_HZ
from tests.fakes.server import WAIT_S, Serving


def client_of(server: Serving, key: str = "none") -> OpenAI:
    """The package, which tries once."""
    return OpenAI(base_url=f"{server.http}/v1", api_key=key, max_retries=0, timeout=WAIT_S)


def wav(seconds: float = 5.0) -> bytes:
    """A recording that is not silent."""
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes(np.full(round(seconds * RATE_HZ), 3000, "<i2").tobytes())
    return held.getvalue()


def soon(condition: Callable[[], bool], within_s: float = 5.0) -> bool:
    """Whether something comes true, asked again and again."""
    end_s = time.monotonic() + within_s
    while not condition() and time.monotonic() < end_s:
        time.sleep(0.01)
    return condition()
