"""Requests made up from the description of the interface: none may break anything.

What is not described does not come back either: no other status, no other kind of body.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import BaseSchema, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from audiosvc.jobs import JobSettings
from tests.fakes.server import WAIT_S, serving
from tests.integration.http.openai_calls import wav

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
# How the library draws its requests.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module inside")
EXAMPLES = 20
# What can be said in them cannot be said in another way.
PLAIN = (
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "GET /v1/models",
    "GET /v1/models/{model}",
    "GET /v1/jobs/{job_id}",
    "DELETE /v1/jobs/{job_id}",
    "POST /v1/jobs/{job_id}/cancel",
    "GET /v1/jobs/{job_id}/audio",
    "GET /v1/jobs/{job_id}/waveform",
    "OPTIONS /v1/uploads",
)
WITH_INPUT = (
    "POST /v1/audio/transcriptions",
    "POST /v1/locate",
    "POST /v1/transcripts/export",
    "GET /v1/jobs",
    "POST /v1/jobs",
    "GET /v1/jobs/{job_id}/transcript",
    "GET /v1/jobs/{job_id}/events",
    "POST /v1/uploads",
    "HEAD /v1/uploads/{upload_id}",
    "PATCH /v1/uploads/{upload_id}",
    "DELETE /v1/uploads/{upload_id}",
)
RECORDING = wav(1.0)


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseSchema]:
    folder = tmp_path_factory.mktemp("data")
    jobs = JobSettings(data_dir=folder)
    with serving(folder, jobs=jobs, locate_per_minute=10_000) as server:
        yield schemathesis.openapi.from_url(f"{server.http}/openapi.json")


def test_all_of_them_are_tried(described: BaseSchema) -> None:
    labels = {one.ok().label for one in described.get_all_operations()}
    assert labels == {*PLAIN, *WITH_INPUT}


@pytest.mark.parametrize("name", [*PLAIN, *WITH_INPUT])
def test_what_is_described_breaks_nothing(described: BaseSchema, name: str) -> None:
    try_some(described, name, GenerationMode.POSITIVE)


@pytest.mark.parametrize("name", WITH_INPUT)
def test_what_is_not_described_breaks_nothing(described: BaseSchema, name: str) -> None:
    try_some(described, name, GenerationMode.NEGATIVE)


def try_some(described: BaseSchema, name: str, mode: GenerationMode) -> None:
    """Some requests of one kind; of forms, every other one has a recording that is one."""
    method, path = name.split()
    operation = described[path][method]

    @given(case=operation.as_strategy(generation_mode=mode), has_recording=st.booleans())
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    def try_one(case: schemathesis.Case, has_recording: bool) -> None:
        if has_recording and isinstance(case.body, dict) and "file" in case.body:
            case.body["file"] = RECORDING
        case.call_and_validate(checks=CHECKS, timeout=WAIT_S)

    try_one()
