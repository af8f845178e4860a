"""Our own tables, beside those of dbos in the same database."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

jobs = sa.Table(
    "audiosvc_jobs",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("owner", sa.String(128), nullable=False),
    sa.Column("request_id", sa.String(128), nullable=False),
    # Of what was asked for: the same request_id with another one is a conflict.
    sa.Column("content_sha256", sa.String(64), nullable=False),
    sa.Column("display_name", sa.Text, nullable=False),
    sa.Column("wish", sa.Text, nullable=False),
    sa.Column("pcm", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("progress", sa.Text, nullable=False),
    sa.Column("failure", sa.Text),
    sa.Column("result", sa.Text),
    sa.Column("create_time_s", sa.Double, nullable=False),
    sa.Column("start_time_s", sa.Double),
    sa.Column("end_time_s", sa.Double),
    # The number of the last event; counting it up is what puts events in order.
    sa.Column("last_seq", sa.Integer, nullable=False, default=0),
    # Whether what only a running job needs has been cleared away.
    sa.Column("is_cleared", sa.Boolean, nullable=False, default=False),
    sa.UniqueConstraint("owner", "request_id"),
)
sa.Index("audiosvc_jobs_by_time", jobs.c.owner, jobs.c.create_time_s, jobs.c.id)
sa.Index("audiosvc_jobs_by_state", jobs.c.state, jobs.c.is_cleared)

uploads = sa.Table(
    "audiosvc_uploads",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("job_id", sa.String(36), nullable=False, unique=True),
    # Where its audio lies; what later settings say holds for later jobs.
    sa.Column("spool", sa.Text, nullable=False),
    sa.Column("committed_bytes", sa.BigInteger, nullable=False, default=0),
    sa.Column("size_bytes", sa.BigInteger),
    sa.Column("is_complete", sa.Boolean, nullable=False, default=False),
    # What the job takes up in the spool: its audio, and the same decoded.
    sa.Column("audio_bytes", sa.BigInteger, nullable=False, default=0),
    sa.Column("pcm_bytes", sa.BigInteger, nullable=False, default=0),
    sa.Column("touch_time_s", sa.Double, nullable=False),
)

events = sa.Table(
    "audiosvc_events",
    metadata,
    sa.Column("job_id", sa.String(36), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    # What they belong to, such as a window: appended once, however often it is tried.
    sa.Column("batch", sa.String(64), nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
)
sa.Index("audiosvc_events_by_batch", events.c.job_id, events.c.batch)

transcripts = sa.Table(
    "audiosvc_transcripts",
    metadata,
    sa.Column("job_id", sa.String(36), primary_key=True),
    sa.Column("transcript", sa.Text, nullable=False),
)

waveforms = sa.Table(
    "audiosvc_waveforms",
    metadata,
    sa.Column("job_id", sa.String(36), primary_key=True),
    sa.Column("waveform", sa.Text, nullable=False),
)

attempts = sa.Table(
    "audiosvc_attempts",
    metadata,
    sa.Column("job_id", sa.String(36), primary_key=True),
    # listen, window-3 or link.
    sa.Column("task", sa.String(32), primary_key=True),
    sa.Column("begun", sa.Integer, nullable=False),
    sa.Column("faults", sa.Integer, nullable=False),
    sa.Column("executor_id", sa.String(64), nullable=False),
    # Why the last one failed; null while it runs, and when the process went down with it.
    sa.Column("failure", sa.Text),
)

workers = sa.Table(
    "audiosvc_workers",
    metadata,
    sa.Column("executor_id", sa.String(64), primary_key=True),
    # Which machine's process it is, so that its neighbours see at once when it is gone.
    sa.Column("machine", sa.Text, nullable=False),
    sa.Column("process_id", sa.BigInteger, nullable=False),
    # Counted up while the worker lives. A count needs no clocks that agree.
    sa.Column("beats", sa.BigInteger, nullable=False, default=0),
)
