"""Small descriptions for the tests of inference, written down by operation, and short words for what was inferred."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from sandbooks.resources import Behaviour, Inference, read_resources
from sandbooks.spec import read_description

Schema = dict[str, Any]  # JSON schema: any JSON

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
UUID: Schema = {"type": "string", "format": "uuid"}


def ref(name: str) -> Schema:
    """A reference to a schema of the description."""
    return {"$ref": f"#/components/schemas/{name}"}


def many(item: Schema) -> Schema:
    """An array."""
    return {"type": "array", "items": item}


def thing(*, required: list[str] | None = None, **properties: Schema) -> Schema:
    """An object with these properties."""
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def members(properties: dict[str, Schema]) -> Schema:
    """An object with properties whose names are no words of Python."""
    return {"type": "object", "properties": properties}


def one_of(*values: Any) -> Schema:
    """A text (or number) out of a list."""
    return {"type": "string" if isinstance(values[0], str) else "integer", "enum": list(values)}


def op(
    answer: Schema | None = None,
    *,
    status: int = 200,
    body: Schema | None = None,
    query: dict[str, Schema] | None = None,
    ids: Schema | None = None,
    media: str = "application/json",
    answer_media: str = "application/json",
    headers: dict[str, Schema] | None = None,
    also: dict[str, Any] | None = None,
    **raw: Any,
) -> dict[str, Any]:
    """One operation; `query` schemas may hold a `description` and `style` of the parameter, `ids` is for the path."""
    response: dict[str, Any] = {"description": "fine"}
    if answer is not None:
        response["content"] = {answer_media: {"schema": answer}}
    if headers:
        response["headers"] = {name: {"schema": schema} for name, schema in headers.items()}
    return {
        **({"requestBody": {"content": {media: {"schema": body}}}} if body is not None else {}),
        "responses": {str(status): response, **(also or {})},
        "parameters": [
            {"name": name, "in": "query", "schema": schema, **_parameter_words(schema)}
            for name, schema in (query or {}).items()
        ],
        "x-ids": ids or TEXT,
        **raw,
    }


def infer(
    operations: dict[str, dict[str, Any]], schemas: dict[str, Schema] | None = None, *, server: str = "", **top: Any
) -> Inference:
    """What is inferred from operations by `METHOD /path`; operation ids are these keys."""
    paths: dict[str, dict[str, Any]] = {}
    for key, operation in operations.items():
        method, path = key.split(" ", 1)
        operation = {"operationId": key, **operation}
        ids = operation.pop("x-ids")
        operation["parameters"] = [
            *operation["parameters"],
            *({"name": name, "in": "path", "required": True, "schema": ids} for name in re.findall(r"{(.+?)}", path)),
        ]
        paths.setdefault(path, {})[method.lower()] = operation
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Test", "version": "1"},
        **({"servers": [{"url": server}]} if server else {}),
        "paths": paths,
        "components": {"schemas": schemas or {}},
        **top,
    }
    return read_document(document)


def read_document(document: dict[str, Any]) -> Inference:
    """What is inferred from a whole description."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "openapi.json"
        path.write_text(json.dumps(document))
        return read_resources(read_description(path))


def told(inference: Inference) -> dict[str, str]:
    """Each operation in a few words: `get pets` or `schema`."""
    return {key: _tell(behaviour) for key, behaviour in inference.behaviours.items()}


def _tell(behaviour: Behaviour) -> str:
    if behaviour.kind == "schema":
        return "schema"
    words = [behaviour.verb or behaviour.role, str(behaviour.resource)]
    if behaviour.role == "singleton":
        words.insert(0, "one")
    if behaviour.many:
        words.append("many")
    if behaviour.upsert:
        words.append("upsert")
    if behaviour.action:
        words.append(f"{behaviour.action.property}={behaviour.action.value}")
    return " ".join(words)


def _parameter_words(schema: Schema) -> dict[str, Any]:
    words = {key: schema[key] for key in ("description",) if key in schema}
    return {**words, "style": "deepObject", "explode": True} if schema.get("type") == "object" else words
