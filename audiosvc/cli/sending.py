"""Recordings on their way to become jobs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from audiosvc.cli.batch import EVERYWHERE, STDIN, refuse_terminal
from audiosvc.cli.joblines import watch_to_end
from audiosvc.cli.listening import Listening
from audiosvc.cli.output import tell, write
from audiosvc.cli.remote import to_pcm, to_wishes
from audiosvc.cli.sendline import SendLine
from audiosvc.settings import Settings

if TYPE_CHECKING:
    from audiosvc.client import Client, Job


class Sender:
    """Submits recordings one after the other. quiet: nothing but errors on standard error."""

    def __init__(
        self,
        client: Client,
        settings: Settings,
        listening: Listening,
        *,
        request_id: str | None,
        quiet: bool,
    ) -> None:
        self._client = client
        self._pcm = to_pcm(listening)
        self._wishes = to_wishes(settings, listening)
        self._request_id = request_id
        self._quiet = quiet

    def send_all(self, files: Sequence[str], *, wait: bool) -> int:
        """Prints the id of each job; returns the exit code of the first file that failed, or 0.

        Raises what would fail with every file. wait: until all jobs have ended.
        """
        codes: list[int] = []
        jobs: list[Job] = []
        for file in files:
            try:
                jobs.append(self._send(file))
                write(jobs[-1].id)
            except Exception as error:
                if len(files) == 1 or isinstance(error, EVERYWHERE):
                    raise
                codes.append(tell(error))
        for job in jobs if wait else ():
            try:
                watch_to_end(self._client, job, quiet=self._quiet, follow=False)
            except Exception as error:
                if len(jobs) == 1:
                    raise
                codes.append(tell(error))
        return next(iter(codes), 0)

    def _send(self, file: str) -> Job:
        refuse_terminal(file)
        name = "standard input" if file == STDIN else Path(file).name
        with SendLine(name, quiet=self._quiet) as line:
            return self._client.jobs.submit(
                file,
                pcm=self._pcm,
                request_id=self._request_id,
                on_sent=line.show,
                **self._wishes,
            )
