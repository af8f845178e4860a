"""One part of an upload: kept as it comes, or after its checksum was found to be right."""

from __future__ import annotations

import asyncio

from starlette.requests import Request

from audiosvc.errors import Cancelled, DeadlineExceeded, UploadCorrupt
from audiosvc.server.http.forms import body_of
from audiosvc.server.http.uploads import tus
from audiosvc.server.http.uploads.keeping import PART_BYTES, Keeper
from audiosvc.server.spool import Spool, SpoolFile


async def keep_part(
    request: Request, keeper: Keeper, checksum: tus.Checksum | None, spool: Spool
) -> None:
    """Keeps the body of a request. spool: for a part that has to be checked first.

    Raises Refused for a wrong checksum, and what reading and keeping raise.
    """
    if checksum is None:
        await _keep(request, keeper)
        return
    file = await asyncio.to_thread(spool.open, "The part")
    try:
        await _check(request, file, checksum)
        file.file.seek(0)
        while data := await asyncio.to_thread(file.file.read, PART_BYTES):
            await keeper.write(data)
        await keeper.flush_alone()
    finally:
        file.close()


async def _keep(request: Request, keeper: Keeper) -> None:
    try:
        async for data in body_of(request):
            await keeper.write(data)
    except (Cancelled, DeadlineExceeded):
        await keeper.flush_alone()  # what has come need not come again
        raise
    await keeper.flush_alone()


async def _check(request: Request, file: SpoolFile, checksum: tus.Checksum) -> None:
    digest = tus.CHECKSUMS[checksum.algorithm]()
    async for data in body_of(request):
        digest.update(data)
        await asyncio.to_thread(file.write, data)
    if digest.digest() != checksum.digest:
        error = UploadCorrupt("The part does not match its checksum. Send it again.")
        raise tus.Refused(tus.MISMATCH, error)
