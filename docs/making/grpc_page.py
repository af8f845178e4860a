"""The contract of gRPC, from descriptors that have kept the comments of the protos."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)
from grpc_tools import protoc

PROTOS = Path(__file__).resolve().parents[2] / "protos"
PACKAGE = ".audiosvc.v1."
# By which numbers a comment's path says what it belongs to: see descriptor.proto.
MESSAGE, ENUM, SERVICE, METHOD, FIELD, VALUE, NESTED, NESTED_ENUM = 4, 5, 6, 2, 2, 2, 3, 4
INTRODUCTION = """# gRPC

Package `audiosvc.v1`; the files lie in `protos/audiosvc/v1`. A client for Python is
[there](client.md); any other language generates one from the files. The server answers reflection.
Keys travel as metadata, `authorization: Bearer KEY`; errors are told in
[one table](errors.md)."""
Comments = dict[tuple[int, ...], str]


def page() -> str:
    """Markdown."""
    parts = [INTRODUCTION]
    for file in _descriptors():
        notes = {
            tuple(place.path): _text(place.leading_comments or place.trailing_comments)
            for place in file.source_code_info.location
        }
        parts.append(f"## {Path(file.name).name}")
        parts += _services(file, notes)
        for number, message in enumerate(file.message_type):
            parts += _message(message, message.name, (MESSAGE, number), notes)
        for number, kind in enumerate(file.enum_type):
            parts += _enum(kind, kind.name, (ENUM, number), notes)
    return "\n\n".join(part for part in parts if part) + "\n"


def _descriptors() -> Sequence[FileDescriptorProto]:
    """Of our own files, in the order of their names."""
    sources = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.glob("audiosvc/v1/*.proto"))
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "set"
        paths = [f"-I{PROTOS}", f"-I{files('grpc_tools') / '_proto'}"]
        options = ["--include_source_info", f"--descriptor_set_out={found}"]
        if protoc.main(["", *paths, *options, *sources]):
            raise RuntimeError("The protos cannot be compiled.")
        return FileDescriptorSet.FromString(found.read_bytes()).file


def _services(file: FileDescriptorProto, notes: Comments) -> Iterator[str]:
    for number, service in enumerate(file.service):
        yield f"### {service.name}"
        yield notes.get((SERVICE, number), "")
        for place, method in enumerate(service.method):
            request = "stream " * method.client_streaming + _short(method.input_type)
            answer = "stream " * method.server_streaming + _short(method.output_type)
            yield f"**`{method.name}({request}) → {answer}`**"
            yield notes.get((SERVICE, number, METHOD, place), "")


def _message(
    message: DescriptorProto, name: str, path: tuple[int, ...], notes: Comments
) -> Iterator[str]:
    entries = {one.name: one for one in message.nested_type if one.options.map_entry}
    yield f"### {name}"
    yield notes.get(path, "")
    rows = [
        f"| `{field.name}` | {field.number} | `{_type(field, entries)}` "
        f"| {_cell(notes.get((*path, FIELD, number), ''))} |"
        for number, field in enumerate(message.field)
    ]
    if rows:
        yield "\n".join(["| field | number | type | |", "|---|---|---|---|", *rows])
    for number, one in enumerate(message.nested_type):
        if one.name not in entries:
            yield from _message(one, f"{name}.{one.name}", (*path, NESTED, number), notes)
    for number, kind in enumerate(message.enum_type):
        yield from _enum(kind, f"{name}.{kind.name}", (*path, NESTED_ENUM, number), notes)


def _enum(
    kind: EnumDescriptorProto, name: str, path: tuple[int, ...], notes: Comments
) -> Iterator[str]:
    yield f"### {name}"
    yield notes.get(path, "")
    rows = [
        f"| `{value.name}` | {value.number} | {_cell(notes.get((*path, VALUE, number), ''))} |"
        for number, value in enumerate(kind.value)
    ]
    yield "\n".join(["| value | number | |", "|---|---|---|", *rows])


def _type(field: FieldDescriptorProto, entries: dict[str, DescriptorProto]) -> str:
    short = _short(field.type_name) or FieldDescriptorProto.Type.Name(field.type)[5:].lower()
    if (entry := entries.get(short.rpartition(".")[2])) is not None:
        key, value = (_type(one, {}) for one in entry.field)
        return f"map<{key}, {value}>"
    if field.label == FieldDescriptorProto.LABEL_REPEATED:
        return f"repeated {short}"
    return f"optional {short}" if field.proto3_optional else short


def _short(name: str) -> str:
    return name.removeprefix(PACKAGE).removeprefix(".")


def _text(comment: str) -> str:
    return "\n".join(line.strip() for line in comment.strip().splitlines()).replace("<", "&lt;")


def _cell(comment: str) -> str:
    return " ".join(comment.split()).replace("|", "\\|")
