"""The dashboard and the alerts ask for what the server tells, in PromQL that Prometheus reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import grpc
import promql_parser
import pytest
import yaml

from audiosvc.jobs import JobState
from audiosvc.jobs.counts import Counts
from audiosvc.server.figures import JOB
from audiosvc.server.job_figures import JobFigures
from audiosvc.server.metrics import MODES, Metrics

# Grafana fills it in; any span will do here.
INTERVAL = "$__rate_interval"
# Of Prometheus itself.
FOREIGN = {"up"}
# Of the process, told by the client library where the system has them.
BY_PLATFORM = re.compile(r"process_|python_")


@pytest.fixture(scope="module")
def told() -> set[str]:
    """The names of all samples and of what a histogram has."""
    metrics = Metrics()
    counts = Counts(dict.fromkeys(JobState, 0), 0, 0)
    metrics.registry.register(JobFigures(lambda: counts))
    names = set()
    for family in metrics.registry.collect():
        ends = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
        names |= {family.name + end for end in ends.get(family.type, ("",))}
    return names


@pytest.fixture(scope="module")
def asked(repository: Path) -> list[str]:
    """Every expression of the dashboard, then those of the alerts."""
    return [*_of_dashboard(_dashboard(repository)), *_of_alerts(repository)]


def test_they_ask_for_what_is_told(asked: list[str], told: set[str]) -> None:
    wanted = {name for expression in asked for name in _names(expression)}
    assert {name for name in wanted if not BY_PLATFORM.match(name)} <= told | FOREIGN
    # A figure that nobody looks at need not be counted.
    shown = {re.sub(r"_(sum|count|bucket)$", "", name) for name in wanted}
    own = {re.sub(r"_(sum|count|bucket)$", "", name) for name in told}
    assert {name for name in own if name.startswith("audiosvc_")} <= shown


def test_a_misspelt_expression_would_be_seen() -> None:
    for wrong in ("rate(audiosvc_requests_total)", "sum(rate(audiosvc_requests_total[5m])"):
        with pytest.raises(ValueError):
            _names(wrong)
    assert _names('sum(a{mode="x"}) / rate(b[5m])') == {"a", "b"}


def test_labels_have_values_that_there_are(asked: list[str]) -> None:
    codes = {code.name for code in grpc.StatusCode} | {status.name for status in HTTPStatus}
    known = {"mode": {*MODES, JOB}, "state": {state.value for state in JobState}, "code": codes}
    found = 0
    for expression in asked:
        for label, values in re.findall(r'(mode|state|code)=~?"([^"]+)"', expression):
            assert set(values.split("|")) <= known[label], expression
            found += 1
    assert found


def test_the_documentation_explains_all_of_them(repository: Path, told: set[str]) -> None:
    text = (repository / "docs" / "operations.md").read_text("utf-8")
    named = set(re.findall(r"`(audiosvc_\w+)`", text))
    own = {re.sub(r"_(sum|count|bucket)$", "", name) for name in told}
    assert named == {name for name in own if name.startswith("audiosvc_")}


def test_the_panels_lie_beside_each_other(repository: Path) -> None:
    panels = _dashboard(repository)["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells


def test_every_alert_says_what_it_is_about(repository: Path) -> None:
    for rule in _rules(repository):
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"]["summary"]


def _dashboard(repository: Path) -> dict[str, Any]:
    path = repository / "deploy" / "grafana" / "audiosvc.json"
    return json.loads(path.read_text("utf-8"))  # type: ignore[no-any-return]


def _of_dashboard(board: dict[str, Any]) -> Iterator[str]:
    for panel in board["panels"]:
        for target in panel.get("targets", ()):
            yield target["expr"].replace(INTERVAL, "5m")


def _rules(repository: Path) -> list[dict[str, Any]]:
    path = repository / "deploy" / "prometheus" / "alerts.yml"
    groups = yaml.safe_load(path.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def _of_alerts(repository: Path) -> Iterator[str]:
    for rule in _rules(repository):
        yield rule["expr"]


def _names(expression: str) -> set[str]:
    """The metrics that an expression asks for. Raises ValueError for what is no PromQL."""
    found: set[str] = set()

    def note(node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.VectorSelector) and node.name:
            found.add(node.name)

    promql_parser.walk(promql_parser.parse(expression), note)
    return found
