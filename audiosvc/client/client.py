"""The client that waits."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from types import TracebackType
from typing import TYPE_CHECKING, Any

from audiosvc.client import calls, geo, session
from audiosvc.client.blocking import BlockingDriver
from audiosvc.client.options import Options, Tls
from audiosvc.client.recording import Recording, open_upload
from audiosvc.client.retry import Retry
from audiosvc.client.upload import Sent
from audiosvc.client.values import Job, JobEvent, JobState, Served
from audiosvc.client.wishes import LocateWishes, Wishes, to_locate_wish, to_wish
from audiosvc.errors import OptionError
from audiosvc.estimates import GeoEstimate
from audiosvc.events import Finished, LiveEvent
from audiosvc.types import Transcript
from audiosvc.wire.config import Pcm

if TYPE_CHECKING:
    from typing_extensions import Unpack

_ALL: tuple[JobState, ...] = ()


class Client:
    """A connection to a server; close it when done, or use it in a ``with``.

    address: ``host:port``. key: of the caller, where the server wants one. tls: None for a plain
    connection. timeout_s: how long a single short call may take. retry: how patiently what can be
    said twice is said again. plaintext_key: send a key over a connection that others can read.
    It may be used from several threads. Raises OptionError.
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
        self._driver = BlockingDriver(options)
        self.jobs = Jobs(self._driver)

    def transcribe(
        self,
        recording: Recording,
        *,
        sample_rate_hz: int | None = None,
        pcm: Pcm | None = None,
        on_event: Callable[[LiveEvent], object] | None = None,
        timeout_s: float | None = None,
        **wishes: Unpack[Wishes],
    ) -> Transcript:
        """Who said what, when, in a whole recording.

        recording: a path, ``-`` for standard input, the bytes of a file, a binary stream, or
        samples ``(n,)`` or ``(channels, n)`` together with ``sample_rate_hz``. pcm: for bytes
        without a header. on_event: told what happens meanwhile. timeout_s: for all of it.

        A server that is busy is asked again; a call that breaks later is not, since all of it would
        be done twice: for long recordings, submit a job. Raises what ``audiosvc.transcribe``
        raises, AccessError, LimitError and ServerError.
        """
        events = self.events(
            recording, sample_rate_hz=sample_rate_hz, pcm=pcm, timeout_s=timeout_s, **wishes
        )
        with closing(events):
            for event in events:
                if on_event:
                    on_event(event)
                if isinstance(event, Finished):
                    return event.transcript
        raise AssertionError("a stream ends with Finished")

    def events(
        self,
        recording: Recording,
        *,
        sample_rate_hz: int | None = None,
        pcm: Pcm | None = None,
        timeout_s: float | None = None,
        **wishes: Unpack[Wishes],
    ) -> Generator[LiveEvent, None, None]:
        """The same as events; the last one is ``Finished``. Closing the iterator ends the call."""
        wish = to_wish(wishes)
        with open_upload(recording, sample_rate_hz=sample_rate_hz, pcm=pcm) as upload:
            task = session.of_recording(upload, wish, timeout_s)
            yield from self._driver.iterate(session.converse(self._driver.contact, task))

    def stream(
        self,
        audio: Iterable[Any],
        *,
        sample_rate_hz: int | None = None,
        pcm: Pcm | None = None,
        interim: bool = True,
        timeout_s: float | None = None,
        **wishes: Unpack[Wishes],
    ) -> Generator[LiveEvent, None, None]:
        """Live: text while people speak. The last event is ``Finished``.

        audio: blocks of any length, taken from another thread as fast as the server listens: bytes
        of a container, bytes of ``pcm``, or arrays ``(n,)`` with ``sample_rate_hz``. interim: also
        text that still changes. Closing the iterator ends the call. A stream that has begun is
        never begun again.
        """
        task = session.of_live(
            audio,
            to_wish(wishes),
            session.live_pcm(pcm, sample_rate_hz),
            interim=interim,
            timeout_s=timeout_s,
        )
        return self._driver.iterate(session.converse(self._driver.contact, task))

    def locate(
        self,
        recording: Recording,
        *,
        sample_rate_hz: int | None = None,
        pcm: Pcm | None = None,
        timeout_s: float | None = None,
        **wishes: Unpack[LocateWishes],
    ) -> GeoEstimate:
        """Where on Earth a recording was made, as far as it can be heard, and why.

        Takes the recordings that ``transcribe`` takes, and asks a busy server again as it does.
        Coordinates are those of a city unless ``precision`` says otherwise. The server keeps
        nothing. Raises what ``audiosvc.locate`` raises, AccessError, LimitError and ServerError.
        """
        wish = to_locate_wish(wishes)
        with open_upload(recording, sample_rate_hz=sample_rate_hz, pcm=pcm) as upload:
            task = geo.of_recording(upload, wish, timeout_s)
            return self._driver.run(geo.locate(self._driver.contact, task))

    def locate_stream(
        self,
        audio: Iterable[Any],
        *,
        sample_rate_hz: int | None = None,
        pcm: Pcm | None = None,
        timeout_s: float | None = None,
        **wishes: Unpack[LocateWishes],
    ) -> Generator[GeoEstimate, None, None]:
        """The same while audio comes, for up to half an hour of it.

        Gives an estimate for the audio so far whenever it has changed, the last one for all of it.
        audio: as for ``stream``. Closing the iterator ends the call.
        """
        pcm = session.live_pcm(pcm, sample_rate_hz)
        task = geo.of_live(audio, to_locate_wish(wishes), pcm, timeout_s)
        return self._driver.iterate(geo.follow(self._driver.contact, task))

    def models(self) -> Served:
        """What the server serves, and its limits."""
        return self._driver.run(calls.models(self._driver.contact))

    def close(self) -> None:
        """Ends every call."""
        self._driver.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Jobs:
    """Recordings that are transcribed without anybody waiting on the line.

    Every call is tried again when the server is away or busy, and raises AccessError, JobError,
    LimitError and ServerError.
    """

    def __init__(self, driver: BlockingDriver) -> None:
        self._driver = driver
        self._contact = driver.contact

    def submit(
        self,
        recording: Recording,
        *,
        sample_rate_hz: int | None = None,
        pcm: Pcm | None = None,
        request_id: str | None = None,
        on_sent: Sent | None = None,
        **wishes: Unpack[Wishes],
    ) -> Job:
        """A job with all of its audio. Takes the recordings that ``Client.transcribe`` takes.

        A break is mended: the upload goes on behind what the server has kept. request_id: of the
        caller's choice; said again, also by another process, it goes on with the same job. on_sent:
        told how many bytes of how many are on their way, from another thread.
        """
        with open_upload(recording, sample_rate_hz=sample_rate_hz, pcm=pcm, again=True) as upload:
            wish = to_wish(wishes)
            return self._driver.run(calls.submit(self._contact, upload, wish, request_id, on_sent))

    def create(
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
        return self._driver.run(flow)

    def upload(
        self,
        job_id: str,
        recording: Recording,
        *,
        sample_rate_hz: int | None = None,
        on_sent: Sent | None = None,
    ) -> Job:
        """The audio of a job, or the rest of it."""
        with open_upload(recording, sample_rate_hz=sample_rate_hz, again=True) as upload:
            return self._driver.run(calls.resume(self._contact, job_id, upload, on_sent))

    def get(self, job_id: str) -> Job:
        """How it stands."""
        return self._driver.run(calls.get(self._contact, job_id))

    def list(self, states: Sequence[JobState] = _ALL) -> Generator[Job, None, None]:
        """The jobs of this key, newest first; only those in the given states, if any are."""
        return self._driver.iterate(calls.every(self._contact, states))

    def watch(self, job_id: str, cursor: int = 0) -> Generator[JobEvent, None, None]:
        """What happens to a job, until it has ended.

        cursor: of the last event seen. After a break it goes on by itself, and misses and repeats
        nothing. Closing the iterator ends the call.
        """
        return self._driver.iterate(calls.watch(self._contact, job_id, cursor))

    def wait(self, job_id: str) -> Job:
        """The job, when it has ended."""
        for _ in self.watch(job_id):
            pass
        return self.get(job_id)

    def transcript(self, job_id: str) -> Transcript:
        """The result. Raises JobNotReady before the end, JobFailed when there is none."""
        return self._driver.run(calls.transcript(self._contact, job_id))

    def export(self, job_id: str, format_name: str) -> bytes:
        """The result as a file: txt, json, srt, vtt, rttm, stm, ctm, seglst or md."""
        if not format_name:
            raise OptionError("A file needs the name of its format, such as json.")
        return self._driver.run(calls.export(self._contact, job_id, format_name))

    def cancel(self, job_id: str) -> Job:
        """Stops it. What has ended stays as it is."""
        return self._driver.run(calls.cancel(self._contact, job_id))

    def delete(self, job_id: str) -> None:
        """Removes the job, its audio and its text for good."""
        self._driver.run(calls.delete(self._contact, job_id))
