"""What a worker does for a job: listen, transcribe each window, link."""

from __future__ import annotations

import functools
import logging
import secrets
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from audiosvc import service
from audiosvc.audio.guard import Guard
from audiosvc.events import Event, Progress, SegmentReady, SegmentRevised, SpeakersMerged
from audiosvc.jobs import codec, engine
from audiosvc.jobs.journal import Change
from audiosvc.jobs.recording import Recorder, SpooledSource, read_blocks
from audiosvc.jobs.records import Failure, Happening, Job, JobProgress, JobState, Result
from audiosvc.jobs.stores import Stores
from audiosvc.jobs.tasks import LINK, LISTEN, Abandoned, GaveUpError, Stop, Tasks, describe
from audiosvc.service import Models, Plan
from audiosvc.settings import AUTO, Settings, change_settings
from audiosvc.spans import Span
from audiosvc.types import Transcript, WindowPiece
from audiosvc.wire.config import Wish

# A recording's progress is told once for so much of it.
TELL_EVERY_S = 300.0
PLANS_KEPT = 8
NO_MODEL = ("model", AUTO)  # the worker's own

_log = logging.getLogger("audiosvc.jobs")
Choose = Callable[[Wish], tuple[Models, Settings]]


@dataclass(frozen=True, slots=True)
class Planned:
    """What listening gave. pcm: the name of the file of samples. model: the model's id."""

    plan: Plan
    pcm: str
    model: str


def choose_from(settings: Settings, load: Callable[[Settings], Models]) -> Choose:
    """Models by name. settings: for whatever is not wished for; ``auto`` is decided once."""
    usual = functools.cache(lambda: service.choose_model(settings)[0])

    def choose(wish: Wish) -> tuple[Models, Settings]:
        said = {name: value for name, value in wish.settings.items() if (name, value) != NO_MODEL}
        chosen = change_settings(usual(), said)
        return load(chosen), chosen

    return choose


class JobWork:
    """The workflows of one worker. Everything they keep lies in the stores."""

    def __init__(
        self, stores: Stores, tasks: Tasks, choose: Choose, done: Callable[[Transcript], None]
    ) -> None:
        """choose: the models and settings that fulfil a wish; asked for every task. done: told of
        every transcript.
        """
        self._done = done
        self._stores = stores
        self._tasks = tasks
        self._choose = choose
        self._plan = functools.lru_cache(PLANS_KEPT)(self._read_plan)

    def run_job(self, job_id: str) -> None:
        """From the audio to the transcript. Done again from the beginning after a fault, it finds
        every finished part where it left it.
        """
        try:
            self._run(job_id)
        except Abandoned:
            _log.debug("job %s has ended before its work was done", job_id)
        except GaveUpError as error:
            self._give_up(job_id, error.failure)
        except Exception as error:  # noqa: BLE001 - whatever it is, only this job fails
            _log.exception("job %s failed", job_id)
            self._give_up(job_id, describe(error))

    def listen(self, job_id: str) -> Any:  # noqa: ANN401 - JSON
        """The first pass: gives the plan, and the name of the file of samples."""

        def call(stop: Stop) -> Any:  # noqa: ANN401 - JSON
            job = self._job(job_id)
            models, settings = self._choose(job.wish)
            guard = Guard(self._stores.settings.max_audio_s, check=stop.check)
            spool = self._stores.spool_of(job)
            name = f"pcm-{secrets.token_hex(8)}"
            with (
                SpooledSource(spool, job, guard) as source,
                spool.create(job_id, name) as file,
            ):
                recorder = Recorder(source, file)
                planning = service.make_plan(recorder, settings, models, job.wish.hints)
                plan = self._follow(job_id, planning, stop)
            if not self._stores.uploads.note_space(job_id, pcm_bytes=recorder.written_bytes):
                spool.remove(job_id)
                raise Abandoned
            self._stores.journal.draw(job_id, recorder.waveform())
            return {"plan": codec.to_json(plan), "pcm": name, "model": models.name}

        return self._attempt(job_id, LISTEN, call)

    def transcribe(self, job_id: str, index: int) -> Any:  # noqa: ANN401 - JSON
        """One window: gives its pieces."""

        def call(stop: Stop) -> Any:  # noqa: ANN401 - JSON
            planned = self._plan(job_id)
            plan = planned.plan
            job = self._job(job_id)
            models, _ = self._choose(job.wish)
            core = plan.cores[index]
            wanted = Span(core.start_s - plan.margin_s, core.end_s + plan.margin_s)
            spool = self._stores.spool_of(job)
            blocks = read_blocks(spool, job_id, planned.pcm, plan.whole, wanted)
            stop.check()
            found: list[WindowPiece] = []
            with service.model_faults():
                pieces = service.begin_window(blocks, plan, index, models)
                stop.closes(pieces)
                for piece in pieces:
                    stop.check()
                    found.append(piece)
            return codec.to_json(found)

        return self._attempt(job_id, f"window-{index}", call)

    def _run(self, job_id: str) -> None:
        stores = self._stores
        stores.journal.move(job_id, Change(JobState.RUNNING), stores.now_s())
        job = self._job(job_id)
        engine.enqueue(engine.LISTEN, _listen_id(job_id), engine.LISTEN_PRIORITY, job_id)
        planned = _planned(self._wait(job_id, _listen_id(job_id)))
        plan = planned.plan
        for index in range(len(plan.cores)):
            priority = engine.WINDOW_PRIORITY + index
            engine.enqueue(engine.WINDOW, _window_id(job_id, index), priority, job_id, index)
        linker = service.open_linker(self._choose(job.wish)[1])
        count = len(plan.cores)
        for index, core in enumerate(plan.cores):
            pieces = codec.from_json(self._wait(job_id, _window_id(job_id, index)))
            events = _told(linker.take(core, pieces, last=index == count - 1))
            done_s = core.end_s - plan.whole.start_s
            stage = "transcribe" if index < count - 1 else "link"
            progress = JobProgress(done_s, plan.whole.duration_s, index + 1, count, stage)
            if not stores.journal.append(job_id, f"window-{index}", events, progress):
                raise Abandoned

        def link(_: Stop) -> None:
            changes, transcript = service.conclude(linker, plan, planned.model)
            summary = replace(transcript, segments=(), turns=())
            result = Result(summary, len(transcript.segments))
            stores.journal.succeed(job_id, _told(changes), transcript, result, stores.now_s())
            self._done(transcript)

        self._tasks.run(job_id, LINK, link)
        stores.clear_spool(job, keep_audio=not stores.settings.delete_audio_after_success)

    def _attempt(self, job_id: str, task: str, call: Callable[[Stop], Any]) -> Any:  # noqa: ANN401
        """What the task gives; nothing when the job has ended, or ends with this."""
        try:
            return self._tasks.run(job_id, task, call)
        except Abandoned:
            return None
        except GaveUpError as error:
            self._give_up(job_id, error.failure)
            return None

    def _give_up(self, job_id: str, failure: Failure) -> None:
        stores = self._stores
        change = Change(JobState.FAILED, failure)
        if stores.journal.move(job_id, change, stores.now_s()):
            _log.info("job %s failed: %s", job_id, failure.reason)
        stores.engine.cancel(job_id)
        self._tasks.stop(job_id)

    def _follow(self, job_id: str, planning: Generator[Progress, None, Plan], stop: Stop) -> Plan:
        """The plan that comes out of it; tells now and then how far it is."""
        told = -1
        with closing(planning):
            while True:
                self._tasks.check()
                stop.check()
                try:
                    progress = next(planning)
                except StopIteration as done:
                    plan: Plan = done.value
                    return plan
                place = int(progress.done_s // TELL_EVERY_S)
                if place > told:
                    told = place
                    total_s = progress.total_s or progress.done_s
                    heard = JobProgress(progress.done_s, total_s, stage=LISTEN)
                    self._stores.journal.append(job_id, f"{LISTEN}-{place}", [], heard)

    def _wait(self, job_id: str, workflow_id: str) -> Any:  # noqa: ANN401 - JSON
        """What a part of the job gave. Raises Abandoned, Interrupted."""
        stores = self._stores
        while True:
            self._tasks.check_open()
            outcome = stores.engine.look(workflow_id)
            if outcome.is_done and outcome.output is not None:
                return outcome.output
            job = stores.jobs.find(job_id)
            if job is None or job.state.is_final:
                raise Abandoned
            if outcome.is_done or outcome.is_broken:
                raise RuntimeError(f"{workflow_id} ended without a result")
            self._tasks.closing.wait(stores.settings.poll_s)

    def _job(self, job_id: str) -> Job:
        job = self._stores.jobs.find(job_id)
        if job is None or job.state.is_final:
            raise Abandoned
        return job

    def _read_plan(self, job_id: str) -> Planned:
        output = self._stores.engine.look(_listen_id(job_id)).output
        if output is None:
            raise Abandoned
        return _planned(output)


def _planned(output: Any) -> Planned:  # noqa: ANN401 - JSON
    plan = codec.from_json(output["plan"])
    assert isinstance(plan, Plan)
    return Planned(plan, str(output["pcm"]), str(output["model"]))


def _told(events: Iterable[Event]) -> list[Happening]:
    """Those that watchers are told; how far the job is, is told otherwise."""
    return [
        event
        for event in events
        if isinstance(event, (SegmentReady, SegmentRevised, SpeakersMerged))
    ]


def _listen_id(job_id: str) -> str:
    return f"{job_id}-listen"


def _window_id(job_id: str, index: int) -> str:
    return f"{job_id}-w{index}"
