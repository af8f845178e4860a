"""A worker process with fake models, for tests that kill it.

python -m tests.fakes.jobs_worker '{"data_dir": …, "windows": …, "pause_s": …, "log": …}'
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path

from audiosvc.jobs import Worker, read_job_settings
from audiosvc.settings import Settings
from tests.fakes.jobs import LoggingTranscriber, choose_fake, long_story


def main() -> None:
    given = json.loads(sys.argv[1])
    log = Path(given.pop("log"))
    story = long_story(given.pop("windows"))
    falls_over = given.pop("falls_over", None)

    def before(number: int) -> None:
        if number == falls_over:
            os.abort()

    pause_s = given.pop("pause_s")
    transcriber = LoggingTranscriber(story, log=log, pause_s=pause_s, before=before)
    settings = read_job_settings(poll_s=0.05, lost_after_s=3.0, **given)
    worker = Worker(Settings(), settings, choose=choose_fake(story, transcriber))
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    worker.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    stopped.wait()
    worker.drain(10.0)
    worker.close()


if __name__ == "__main__":
    main()
