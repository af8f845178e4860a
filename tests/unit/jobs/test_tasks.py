"""Tasks: counted, tried again, alone when they are suspect, stopped when not wanted."""

from __future__ import annotations

import faulthandler
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from audiosvc.errors import AudioUnreadable, ModelFailed
from audiosvc.jobs import NewJob
from audiosvc.jobs.crashes import CrashWatch
from audiosvc.jobs.presence import Presence
from audiosvc.jobs.stores import Stores
from audiosvc.jobs.tasks import KILLS, Abandoned, GaveUpError, Interrupted, Stop, Tasks


@pytest.fixture
def job_id(stores: Stores) -> str:
    return stores.jobs.create("me", NewJob(), 1.0).job_id


@pytest.fixture
def tasks(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Tasks:
    monkeypatch.setattr("audiosvc.jobs.tasks.FIRST_PAUSE_S", 0.001)
    return Tasks(stores.attempts, 3, "me")


def test_a_task_gives_what_it_gives(stores: Stores, tasks: Tasks, job_id: str) -> None:
    assert tasks.run(job_id, "listen", lambda _: 42) == 42
    assert stores.attempts.look(job_id, "listen").begun == 0
    assert tasks.running == []


def test_what_fails_now_and_then_is_tried_again(tasks: Tasks, job_id: str) -> None:
    tries: list[int] = []

    def call(_: Stop) -> str:
        tries.append(1)
        if len(tries) < 3:
            raise ModelFailed("once more")
        return "done"

    assert tasks.run(job_id, "w", call) == "done"


def test_what_always_fails_ends_with_its_reason(tasks: Tasks, job_id: str) -> None:
    tries: list[int] = []

    def call(_: Stop) -> None:
        tries.append(1)
        raise KeyError("secret")

    with pytest.raises(GaveUpError) as error:
        tasks.run(job_id, "w", call)
    assert len(tries) == 3
    assert error.value.failure.reason == "SERVER_FAULT"
    assert "secret" not in error.value.failure.message
    with pytest.raises(GaveUpError):
        tasks.run(job_id, "w", call)
    assert len(tries) == 3, "the count is kept"


def test_what_the_caller_did_wrong_is_not_tried_again(tasks: Tasks, job_id: str) -> None:
    tries: list[int] = []

    def call(_: Stop) -> None:
        tries.append(1)
        raise AudioUnreadable("no audio")

    with pytest.raises(GaveUpError) as error:
        tasks.run(job_id, "w", call)
    assert (len(tries), error.value.failure.reason) == (1, "AUDIO_UNREADABLE")


def test_a_crash_counts_as_a_fault_and_a_kill_ten_times_less(
    stores: Stores, tasks: Tasks, job_id: str
) -> None:
    for _ in range(3):
        stores.attempts.begin(job_id, "w", "dead")
        stores.attempts.blame("dead")
    with pytest.raises(GaveUpError) as error:
        tasks.run(job_id, "w", lambda _: None)
    assert error.value.failure.reason == "MODEL_FAILED"
    for _ in range(3 * KILLS - 1):
        stores.attempts.begin(job_id, "listen", "dead")
    assert tasks.run(job_id, "listen", lambda _: "done") == "done"
    for _ in range(3 * KILLS):
        stores.attempts.begin(job_id, "listen", "dead")
    with pytest.raises(GaveUpError) as error:
        tasks.run(job_id, "listen", lambda _: None)
    assert error.value.failure.reason == "AUDIO_UNREADABLE"


def test_what_is_suspect_runs_alone(stores: Stores, tasks: Tasks, job_id: str) -> None:
    stores.attempts.begin(job_id, "suspect", "dead")
    together: list[int] = []
    seen: list[int] = []

    def innocent(_: Stop) -> None:
        together.append(1)
        time.sleep(0.02)
        together.pop()

    def suspect(_: Stop) -> None:
        seen.append(len(together))
        time.sleep(0.02)
        seen.append(len(together))

    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(tasks.run, job_id, f"w{n}", innocent) for n in range(6)]
        calls.append(pool.submit(tasks.run, job_id, "suspect", suspect))
        calls += [pool.submit(tasks.run, job_id, f"v{n}", innocent) for n in range(6)]
        for call in calls:
            call.result()
    assert seen == [0, 0]


def test_a_task_of_a_job_that_has_ended_is_not_begun(
    stores: Stores, tasks: Tasks, job_id: str
) -> None:
    stores.delete(job_id)
    with pytest.raises(Abandoned):
        tasks.run(job_id, "w", lambda _: pytest.fail("it was begun"))


def test_a_task_is_stopped_and_what_then_breaks_is_no_fault(
    stores: Stores, tasks: Tasks, job_id: str
) -> None:
    begun, closed = threading.Event(), threading.Event()

    class Pieces:
        def close(self) -> None:
            closed.set()

    def call(stop: Stop) -> None:
        stop.closes(Pieces())
        begun.set()
        assert closed.wait(5)
        raise RuntimeError("the futures were cancelled")

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(tasks.run, job_id, "w", call)
        assert begun.wait(5)
        assert tasks.running == [job_id]
        tasks.stop(job_id)
        with pytest.raises(Abandoned):
            running.result()
    assert stores.attempts.look(job_id, "w").faults == 0


def test_a_worker_that_closes_begins_nothing_and_counts_nothing(
    stores: Stores, tasks: Tasks, job_id: str
) -> None:
    def call(_: Stop) -> None:
        tasks.stopping.set()
        tasks.check()

    with pytest.raises(Interrupted):
        tasks.run(job_id, "w", call)
    assert stores.attempts.look(job_id, "w").begun == 0
    tasks.closing.set()
    with pytest.raises(Interrupted):
        tasks.run(job_id, "w", lambda _: pytest.fail("it was begun"))


def test_a_worker_is_dead_when_it_stands_still_or_its_process_is_gone(stores: Stores) -> None:
    me = Presence(stores.database, lost_after_s=0.2)
    other = Presence(stores.database, lost_after_s=0.2)
    me.enter()
    other.enter()
    known = {me.executor_id, other.executor_id, "never heard of"}
    assert me.find_dead(known) == ["never heard of"]
    end_s = time.monotonic() + 0.4
    while time.monotonic() < end_s:
        other.beat()
        assert me.find_dead({other.executor_id}) == []
        time.sleep(0.05)
    time.sleep(0.3)
    assert me.find_dead({other.executor_id}) == [other.executor_id]
    other.beat()
    assert me.find_dead({other.executor_id}) == [], "it was only slow, and is back"
    other.leave()
    assert me.find_dead({other.executor_id, me.executor_id}) == [other.executor_id]


def test_a_process_of_this_machine_is_missed_at_once(stores: Stores) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    me, other = (Presence(stores.database, lost_after_s=60.0) for _ in range(2))
    me.enter()
    other.enter()
    with stores.database.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE audiosvc_workers SET process_id = {gone.pid} "
            f"WHERE executor_id = '{other.executor_id}'"
        )
    assert me.find_dead({other.executor_id}) == [other.executor_id]


@pytest.mark.parametrize(
    ("end", "fell"), [("os.abort()", True), ("os.kill(os.getpid(), 9)", False)]
)
def test_who_falls_leaves_a_trace_and_who_is_killed_does_not(
    tmp_path: Path, end: str, fell: bool
) -> None:
    code = (
        "import os, pathlib, sys\n"
        "from audiosvc.jobs.crashes import CrashWatch\n"
        f"CrashWatch(pathlib.Path(sys.argv[1])).start('w')\n{end}\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode < 0
    watch = CrashWatch(tmp_path)
    assert watch.take("w") is fell
    assert watch.take("w") is False


def test_somebody_elses_trace_is_left_alone(tmp_path: Path) -> None:
    before = faulthandler.is_enabled()
    watch = CrashWatch(tmp_path)
    if not before:
        faulthandler.enable(sys.__stderr__)
    watch.start("w")
    watch.stop()
    assert faulthandler.is_enabled()
    assert not list(tmp_path.iterdir())
    if not before:
        faulthandler.disable()
