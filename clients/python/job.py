"""Submits a job and watches it, over any break: python job.py 127.0.0.1:50051 meeting.flac.

Run it again with the same file after Ctrl-C: it goes on with the same job.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from pathlib import Path

from audiosvc.client import AsyncClient, JobProgress, JobStateChanged
from audiosvc.errors import AudiosvcError


async def main(address: str, path: str) -> None:
    """Prints the transcript as Markdown; what happens goes to standard error."""
    # The same request is the same job, so that nothing is sent or done twice.
    request_id = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    async with AsyncClient(address) as client:
        job = await client.jobs.submit(path, request_id=request_id)
        print(f"job {job.id}", file=sys.stderr)
        async for happened in client.jobs.watch(job.id):
            if isinstance(happened.event, JobStateChanged):
                print(happened.event.state.value, file=sys.stderr)
            elif isinstance(happened.event, JobProgress):
                print(f"{happened.event.progress.done_s:.0f} s done", file=sys.stderr)
        print((await client.jobs.export(job.id, "md")).decode())


if __name__ == "__main__":
    try:
        asyncio.run(main(*sys.argv[1:3]))
    except AudiosvcError as error:
        sys.exit(str(error))
