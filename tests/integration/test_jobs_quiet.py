"""Jobs talk to their database and to nobody else, and say nothing unasked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CODE = """
import sys
import threading
from pathlib import Path
reached = []
def audit(event, args):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"):
        reached.append((event, str(args[1:])))
sys.addaudithook(audit)
from audiosvc.jobs import Jobs, JobSettings, Worker
from audiosvc.settings import Settings
from tests.fakes import jobs as fake
story = fake.long_story(2)
settings = JobSettings(data_dir=Path(sys.argv[1]), poll_s=0.05)
jobs = Jobs(settings)
choose = fake.choose_fake(story, fake.LoggingTranscriber(story))
worker = Worker(Settings(), settings, choose=choose)
worker.start()
job = fake.submit(jobs, fake.recording_of(story))
fake.watch(jobs, job.job_id)
worker.drain(5.0)
worker.close()
jobs.delete("somebody", job.job_id)
jobs.close()
others = set(threading.enumerate()) - {threading.main_thread()}
print(reached, [one.name for one in others if not one.daemon])
"""


def test_nothing_is_sent_and_nothing_is_said(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", CODE, str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    assert (done.stdout.strip(), done.stderr) == ("[] []", "")
    assert done.returncode == 0
