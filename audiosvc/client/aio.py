"""The same client for asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable, Sequence
from contextlib import aclosing
from types import TracebackType
from typing import TYPE_CHECKING, Any

from audiosvc.client import calls, geo, session
from audiosvc.client.options import Options, Tls
from audiosvc.client.recording import Recording, open_upload
from audiosvc.client.retry import Retry
from audiosvc.client.upload import Sent
from audiosvc.client.values import Job, JobEvent, JobState, Served
from audiosvc.client.waiting import WaitingDriver
from audiosvc.client.wishes import LocateWishes, Wishes, to_locate_wish, to_wish
from audiosvc.errors import OptionError
from audiosvc.estimates import GeoEstimate
from audiosvc.events import Finished, LiveEvent
from audiosvc.types import Transcript
from audiosvc.wire.config import Pcm

if TYPE_CHECKING:
    from typing_extensions import Unpack

_ALL: tuple[JobState, ...] = ()


class AsyncClient:
    """``Client`` for one event loop; close it when done, or use it in an ``async with``.

    Each method takes, gives and raises what the one of that name does there.
    """

    def __init__(
        self,
        address: str,
        *,
        key: str | None = None,
        tls: Tls | None = None,
        timeout_s: float = 30.0,
        retry: Retry | None = None,
        plaintext_key: bool = False,
    ) -> None:
        options = Options(address, key, tls, timeout_s, retry or Retry(), plaintext_key)
        self._driver = WaitingDriver(options)
        self.jobs = AsyncJobs(self._driver)

    async def transcribe(
        self,
        recording: Recording,
        *,
        sample_rate_hz: int | None = None,
        pcm: Pcm | None = None,
        on_event: Callable[[LiveEvent], object] | None = None,
        timeout_s: float | None = None,
        **wishes: Unpack[Wishes],
    ) -> Transcript:
        """Who said what, when, in a whole recording."""
        events = self.events(
            recording, sample_rate_hz=sample_rate_hz, pcm=pcm, timeout_s=timeout_s, **wishes
        )
        async with aclosing(events):
            async for event in events:
                if on_event:
                    on_event(event)
                if isinstance(event, Finished):
                    return event.transcript
        raise AssertionError("a stream ends with Finished")

    async def events(
        self,
        recording: Recording,
        *,
        sample_rate_hz: int | None = None,
        pcm: Pcm | None = None,
        timeout_s: float | None = None,
        **wishes: Unpack[Wishes],
    ) -> AsyncGenerator[LiveEvent, None]:
        """The same as events; the last one is ``Finished``. Closing the iterator ends the call."""
        wish = to_wish(wishes)
        with open_upload(recording, sample_rate_hz=sample_rate_hz, pcm=pcm) as upload:
            task = session.of_recording(upload, wish, timeout_s)
            flow = session.converse(self._driver.contact, task)
            async with aclosing(self._driver.iterate(flow)) as events:
                async for event in events:
                    yield event

    def stream(
        self,
        audio: Iterable[Any] | AsyncIterable[Any],
        *,
        sample_rate_hz: int | None = None,
        pcm: Pcm | None = None,
        interim: bool = True,
        timeout_s: float | None = None,
        **wishes: Unpack[Wishes],
    ) -> AsyncGenerator[LiveEvent, None]:
        """Live: text while people speak. The blocks of audio may also be awaited.

        Those of an ordinary iterable are taken in another thread.
        """
        task = session.of_live(
            audio,
            to_wish(wishes),
            session.live_pcm(pcm, sample_rate_hz),
            interim=interim,
            timeout_s=timeout_s,
        )
        return self._driver.iterate(session.converse(self._driver.contact, task))

    async def locate(
        self,
        recording: Recording,
        *,
        sample_rate_hz: int | None = None,
        pcm: Pcm | None = None,
        timeout_s: float | None = None,
        **wishes: Unpack[LocateWishes],
    ) -> GeoEstimate:
        """Where on Earth a recording was made, as far as it can be heard, and why."""
        wish = to_locate_wish(wishes)
        with open_upload(recording, sample_rate_hz=sample_rate_hz, pcm=pcm) as upload:
            task = geo.of_recording(upload, wish, timeout_s)
            return await self._driver.run(geo.locate(self._driver.contact, task))

    def locate_stream(
        self,
        audio: Iterable[Any] | AsyncIterable[Any],
        *,
        sample_rate_hz: int | None = None,
        pcm: Pcm | None = None,
        timeout_s: float | None = None,
        **wishes: Unpack[LocateWishes],
    ) -> AsyncGenerator[GeoEstimate, None]:
        """The same while audio comes; its blocks may also be awaited."""
        pcm = session.live_pcm(pcm, sample_rate_hz)
        task = geo.of_live(audio, to_locate_wish(wishes), pcm, timeout_s)
        return self._driver.iterate(geo.follow(self._driver.contact, task))

    async def models(self) -> Served:
        """What the server serves, and its limits."""
        return await self._driver.run(calls.models(self._driver.contact))

    async def close(self) -> None:
        """Ends every call."""
        await self._driver.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


class AsyncJobs:
    """``Jobs`` for one event loop."""

    def __init__(self, driver: WaitingDriver) -> None:
        self._driver = driver
        self._contact = driver.contact

    async def submit(
        self,
        recording: Recording,
        *,
        sample_rate_hz: int | None = None,
        pcm: Pcm | None = None,
        request_id: str | None = None,
        on_sent: Sent | None = None,
        **wishes: Unpack[Wishes],
    ) -> Job:
        """A job with all of its audio. A break is mended."""
        with await asyncio.to_thread(
            open_upload, recording, sample_rate_hz=sample_rate_hz, pcm=pcm, again=True
        ) as upload:
            wish = to_wish(wishes)
            return await self._driver.run(
                calls.submit(self._contact, upload, wish, request_id, on_sent)
            )

    async def create(
        self,
        name: str,
        *,
        pcm: Pcm | None = None,
        size_bytes: int | None = None,
        request_id: str | None = None,
        **wishes: Unpack[Wishes],
    ) -> Job:
        """A job without its audio, which ``upload`` sends."""
        flow = calls.create(
            self._contact,
            name,
            to_wish(wishes),
            pcm=pcm,
            size_bytes=size_bytes,
            request_id=request_id,
        )
        return await self._driver.run(flow)

    async def upload(
        self,
        job_id: str,
        recording: Recording,
        *,
        sample_rate_hz: int | None = None,
        on_sent: Sent | None = None,
    ) -> Job:
        """The audio of a job, or the rest of it."""
        with await asyncio.to_thread(
            open_upload, recording, sample_rate_hz=sample_rate_hz, again=True
        ) as upload:
            return await self._driver.run(calls.resume(self._contact, job_id, upload, on_sent))

    async def get(self, job_id: str) -> Job:
        """How it stands."""
        return await self._driver.run(calls.get(self._contact, job_id))

    def list(self, states: Sequence[JobState] = _ALL) -> AsyncGenerator[Job, None]:
        """The jobs of this key, newest first; only those in the given states, if any are."""
        return self._driver.iterate(calls.every(self._contact, states))

    def watch(self, job_id: str, cursor: int = 0) -> AsyncGenerator[JobEvent, None]:
        """What happens to a job, until it has ended, each event once over any break."""
        return self._driver.iterate(calls.watch(self._contact, job_id, cursor))

    async def wait(self, job_id: str) -> Job:
        """The job, when it has ended."""
        async for _ in self.watch(job_id):
            pass
        return await self.get(job_id)

    async def transcript(self, job_id: str) -> Transcript:
        """The result. Raises JobNotReady before the end, JobFailed when there is none."""
        return await self._driver.run(calls.transcript(self._contact, job_id))

    async def export(self, job_id: str, format_name: str) -> bytes:
        """The result as a file: txt, json, srt, vtt, rttm, stm, ctm, seglst or md."""
        if not format_name:
            raise OptionError("A file needs the name of its format, such as json.")
        return await self._driver.run(calls.export(self._contact, job_id, format_name))

    async def cancel(self, job_id: str) -> Job:
        """Stops it. What has ended stays as it is."""
        return await self._driver.run(calls.cancel(self._contact, job_id))

    async def delete(self, job_id: str) -> None:
        """Removes the job, its audio and its text for good."""
        await self._driver.run(calls.delete(self._contact, job_id))
