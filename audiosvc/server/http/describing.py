"""Bodies that a route reads by itself, as the description of the interface tells them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


def body_of_model(model: type[BaseModel]) -> dict[str, Any]:
    """A body in JSON."""
    return {"schema": _schema(model)}


def documented_form(model: type[BaseModel]) -> dict[str, Any]:
    """A form with a file beside the fields of a model."""
    schema = _schema(model)
    # In a form, what is not said is left out.
    schema["properties"] = {name: _said(field) for name, field in schema["properties"].items()}
    file = {"type": "string", "format": "binary", "description": "The recording."}
    schema["properties"] = {"file": file, **schema["properties"]}
    return {"schema": {**schema, "required": ["file"]}}


def _said(field: dict[str, Any]) -> dict[str, Any]:
    known = [one for one in field.get("anyOf", ()) if one != {"type": "null"}]
    rest = {name: value for name, value in field.items() if name not in {"anyOf", "default"}}
    return {**known[0], **rest} if len(known) == 1 else field


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """A schema that refers to nothing outside of itself."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})

    def resolved(node: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(node, dict):
            reference = str(node.get("$ref", ""))
            if reference:
                return resolved(definitions[reference.rpartition("/")[2]])
            return {name: resolved(value) for name, value in node.items() if name != "title"}
        return [resolved(value) for value in node] if isinstance(node, list) else node

    found: dict[str, Any] = resolved(schema)
    return found
