"""The routes of HTTP, from the description that the server itself gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

from audiosvc.events import (
    AudioCursors,
    Finished,
    Interim,
    SegmentReady,
    SegmentRevised,
    SpeakersMerged,
)
from audiosvc.server.http.app import make_api
from audiosvc.server.http.live.socket import BUSY, FAULT, FINISHED, LATER, REFUSED, Start
from audiosvc.server.http.live.values import live_documents
from audiosvc.server.http.place import HttpPlace
from audiosvc.server.http.problems import PROBLEM
from audiosvc.spans import Span
from audiosvc.types import Coverage, Segment, Speaker, Transcript, Turn, Word

INTRODUCTION = """# HTTP

The same as `GET /openapi.json` of a server, which tools read. A key travels as
`Authorization: Bearer KEY`. Names have their units, times of day are RFC 3339 in UTC. Errors are
`application/problem+json`, of [one table](errors.md); every answer has an `X-Request-Id`, which the
server's log has as well."""
Schema = dict[str, Any]


def page() -> str:
    """Markdown."""
    # Described without a server: no route looks at its place before a request comes.
    there = cast("Any", object())
    description = make_api(HttpPlace(there, there, there, there, there)).openapi()
    parts = [INTRODUCTION, "## Routes"]
    for path, methods in description["paths"].items():
        for method, route in methods.items():
            parts += _route(f"{method.upper()} {path}", route)
    parts += _socket()
    parts.append("## Schemas")
    own = Start.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = description["components"]["schemas"] | own.pop("$defs") | {"Start": own}
    for name, schema in sorted(schemas.items()):
        parts += _schema(name, schema)
    return "\n\n".join(part for part in parts if part) + "\n"


def _route(title: str, route: Schema) -> Iterator[str]:
    yield f"### {title}"
    yield f"*{route['summary']}.*" if "summary" in route else ""
    yield str(route.get("description", "")).replace("``", "`")
    rows = [
        f"| `{one['name']}` | {one['in']} | {_type(one.get('schema', {}))} "
        f"| {_cell(one.get('description', ''))} |"
        for one in route.get("parameters", ())
    ]
    if rows:
        yield "\n".join(["| parameter | in | type | |", "|---|---|---|---|", *rows])
    for kind, body in route.get("requestBody", {}).get("content", {}).items():
        schema = body.get("schema", {})
        yield f"Body: `{kind}`" + (":" if "properties" in schema else f", {_type(schema)}.")
        yield _properties(schema)
    problems = [status for status, answer in route["responses"].items() if _is_problem(answer)]
    rows = [
        f"| {status} | {', '.join(f'`{kind}`' for kind in answer.get('content', {}))} "
        f"| {_cell(answer.get('description', ''))} |"
        for status, answer in route["responses"].items()
        if status not in problems
    ]
    if problems:
        rows.append(f"| {', '.join(sorted(problems))} | `{PROBLEM}` | [Problem](#problem) |")
    yield "\n".join(["| status | body | |", "|---|---|---|", *rows])


def _is_problem(answer: Schema) -> bool:
    return PROBLEM in answer.get("content", {}) and answer.get("description") == "A problem."


def _schema(name: str, schema: Schema) -> Iterator[str]:
    yield f"### {name}"
    yield str(schema.get("description", "")).replace("``", "`")
    yield _properties(schema)
    for example in schema.get("examples", ()):
        yield f"```json\n{json.dumps(example, indent=1, ensure_ascii=False)}\n```"


def _properties(schema: Schema) -> str:
    required = schema.get("required", ())
    rows = [
        f"| `{key}` | {_type(one)} | {'required' if key in required else ''} "
        f"| {_cell(one.get('description', ''))} |"
        for key, one in schema.get("properties", {}).items()
    ]
    return "\n".join(["| name | type | | |", "|---|---|---|---|", *rows]) if rows else ""


def _socket() -> Iterator[str]:
    """What OpenAPI has no words for, by messages as the server makes them."""
    yield "### WebSocket /v1/stream"
    yield (
        "*Live audio, and its text while people speak.* The first message is text, a "
        "[Start](#start). Binary messages with audio follow, as they come, and at the end "
        '`{"type": "end"}`. Every answer is JSON, the last one `finished`, or `error` with a '
        "[Problem](#problem)."
    )
    yield (
        f"The socket is then closed: {FINISHED} when all went well, {REFUSED} for a request that "
        f"will not do, {FAULT} for a fault of the server, {LATER} where trying again later makes "
        f"sense (statuses {', '.join(map(str, sorted(BUSY)))})."
    )
    first = {"type": "started", "session_id": "5f0c9a1be2d34876", "model": "whisper-base"}
    yield "\n".join(["```text", json.dumps(first), *map(json.dumps, _live()), "```"])


def _live() -> Iterator[Schema]:
    span = Span(0.5, 2.0)
    words = (Word("Good", Span(0.5, 0.8), 0.98), Word("morning.", Span(0.8, 2.0), 0.97))
    segment = Segment(0, span, "S2", "Good morning.", words, "en", 0.975)
    revised = Segment(0, span, "S1", "Good morning.", words, "en", 0.975)
    whole = Transcript(
        segments=(revised,),
        speakers=(Speaker("S1", 1.5, 0.5),),
        language="en",
        duration_s=2.5,
        coverage=Coverage(1.5, 1.5),
        model="whisper-base",
        turns=(Turn(span, "S1"),),
    )
    for event in (
        Interim(1, span, ("Good",), ("morn",), "en"),
        AudioCursors(2.1, 2.0, 0.0),
        SegmentReady(segment),
        SpeakersMerged("S1", "S2"),
        SegmentRevised(revised),
        Finished(whole),
    ):
        yield from live_documents(event, 1)


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(_type(one) for one in choices))
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "anything")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
