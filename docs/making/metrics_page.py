"""What a server counts, from its own registry."""

from __future__ import annotations

from audiosvc.jobs.counts import Counts
from audiosvc.server.job_figures import JobFigures
from audiosvc.server.metrics import Metrics

INTRODUCTION = """# What the server counts

`GET /metrics` answers in Prometheus' text format, or in OpenMetrics where the caller accepts it.
Counters end in `_total`. What the metrics of transcripts and places mean is on
[another page](../metrics.md)."""


def page() -> str:
    """Markdown."""
    rows = ["| name | kind | labels | |", "|---|---|---|---|"]
    registry = Metrics().registry
    registry.register(JobFigures(lambda: Counts({}, 0, 0)))
    collectors = registry._collector_to_names
    for collector in collectors:
        labels = ", ".join(f"`{name}`" for name in getattr(collector, "_labelnames", ()))
        for family in collector.collect():
            name = family.name + ("_total" if family.type == "counter" else "")
            about = family.documentation.rstrip(".") + "."
            rows.append(f"| `{name}` | {family.type} | {labels} | {about} |")
    return INTRODUCTION + "\n\n" + "\n".join(rows) + "\n"
