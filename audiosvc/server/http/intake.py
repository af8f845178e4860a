"""A form with a recording, on its way into the spool."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import TypeVar

from starlette.requests import Request

from audiosvc.errors import AudioEmpty, AudioTooLong, OptionError
from audiosvc.server.http.forms import FILE, Field, File, read_form
from audiosvc.server.incoming import shown_name
from audiosvc.server.spool import SpoolFile
from audiosvc.server.workplace import Workplace

Fields = list[tuple[str, str]]
Asked = TypeVar("Asked")
Settle = Callable[[Fields, str], Asked]
"""What is asked for, from the fields of a form and the name of its file. Raises for what is wrong
with it."""


async def receive_form(
    request: Request, place: Workplace, settle: Settle[Asked]
) -> tuple[Asked, SpoolFile]:
    """What a form asks for, and its file, which went into the spool as it came.

    Whoever gets the file closes it. settle: is asked in a thread, first when the file begins, so
    that nobody sends one in vain, and again when all fields are there. Raises what it raises,
    ProtocolError, OptionError, AudioEmpty, AudioTooLong, TooLarge, StorageFull, and Cancelled.
    """
    began_s, longest_s = time.monotonic(), place.settings.max_session_s
    fields: Fields = []
    name: str | None = None
    in_thread = asyncio.get_running_loop().run_in_executor
    with ExitStack() as held:
        file = place.spool.open("The recording")
        held.callback(file.close)
        async for part in read_form(request):
            if time.monotonic() - began_s > longest_s:
                raise AudioTooLong(
                    f"This request has lasted {longest_s / 60:g} minutes, the most that this "
                    "server allows."
                )
            if isinstance(part, Field):
                fields.append((part.name, part.value))
            elif isinstance(part, File):
                name = part.name
                await asyncio.to_thread(settle, fields, name)
            else:
                await in_thread(place.threads, file.write, part)
        if name is None:
            raise OptionError(f"The form has no file: send the recording as `{FILE}`.", field=FILE)
        if not file.size_bytes:
            raise AudioEmpty("The recording is empty: it has 0 bytes.", field=FILE)
        asked = await asyncio.to_thread(settle, fields, shown_name(name))
        held.pop_all()
    return asked, file
