"""A small API to call: its description, what was inferred of it, and a store. What tests of generic handlers use."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest

from sandbooks.chance import Chance
from sandbooks.errors import Problem
from sandbooks.generate import Generator
from sandbooks.generic import handler_for, identify, table_for
from sandbooks.pack import Call, Reply
from sandbooks.resources import Behaviour, Inference, Resource, read_resources
from sandbooks.spec import Description, Operation, Values, is_json, read_description
from sandbooks.store import Store

NOW = datetime(2026, 1, 31, 9, 15, tzinfo=UTC)
BASE_URL = "http://127.0.0.1:4010/shop"
JSON = "application/json"
JSON_PATCH = "application/json-patch+json"

Json = Any  # a JSON value
Schema = dict[str, Json]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time"}


class Shop:
    """An API with a memory of its own. Every answer is held against the description, and so is every body sent."""

    def __init__(self, description: Description, inference: Inference) -> None:
        self.description = description
        self.inference = inference
        self.store = Store([table_for(resource, inference) for resource in inference.resources.values()])
        self.now = NOW
        self.notes: list[str] = []
        self._generator = Generator(description)
        self._handlers = {
            operation.id: handler_for(
                operation, behaviour, inference.resources.get(behaviour.resource or ""), inference
            )
            for operation in description.operations
            for behaviour in [inference.behaviours[operation.id]]
        }

    def send(
        self, line: str, body: Json = None, *, media_type: str = JSON, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """The reply to `GET /pets/10?limit=2`."""
        method, _, address = line.partition(" ")
        path, _, query = address.partition("?")
        operation, named = self._route(method, path)
        values = operation.read_parameters(named, parse_qsl(query, keep_blank_values=True), headers or {}, {})
        assert isinstance(values, Values), values
        faults = operation.check_body(media_type, body) if body is not None else []
        assert faults == []
        call = self._call(operation, values, body, media_type if body is not None else "")
        with self.store.transaction():
            reply = self._handlers[operation.id](call)
        self.notes = call.notes
        if reply.body is not None and not isinstance(reply.body, bytes):
            assert operation.check_answer(reply.status, reply.media_type, reply.body) == []
        return reply

    def refuse(self, line: str, body: Json = None, *, media_type: str = JSON) -> Problem:
        """The problem that a call ends in; asserts that it stored nothing."""
        before = self.store.revision
        with pytest.raises(Problem) as caught:
            self.send(line, body, media_type=media_type)
        assert self.store.revision == before
        return caught.value

    def send_patch(self, line: str, operations: Json) -> Reply:
        """The reply to a JSON patch, which the description need not speak of."""
        return self.send(line, operations, media_type=JSON_PATCH)

    def refuse_patch(self, line: str, operations: Json) -> Problem:
        """The problem that a JSON patch ends in."""
        return self.refuse(line, operations, media_type=JSON_PATCH)

    def body(self, line: str, body: Json = None, **options: Any) -> Json:
        """The body of the reply to a call."""
        return self.send(line, body, **options).body

    def put(self, collection: str, *documents: Mapping[str, Json]) -> None:
        """Store documents as they are."""
        with self.store.transaction():
            for document in documents:
                self.store.table(collection).put(identify(dict(document), self.inference.resources[collection]))

    def stored(self, collection: str) -> list[dict[str, Json]]:
        """Every document of a collection, in the order of arrival."""
        return self.store.table(collection).page().items

    def wait(self, **span: float) -> None:
        """Let time pass: `wait(minutes=5)`."""
        self.now += timedelta(**span)

    def _route(self, method: str, path: str) -> tuple[Operation, dict[str, str]]:
        ordered = sorted(self.description.operations, key=lambda operation: operation.path.count("{"))
        for operation in ordered:
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(operation.path))
            if operation.method == method and (found := re.fullmatch(pattern, path)):
                return operation, found.groupdict()
        raise AssertionError(f"no operation for {method} {path}")

    def _call(self, operation: Operation, values: Values, body: Json, media_type: str) -> Call:
        return Call(
            operation=operation,
            description=self.description,
            store=self.store,
            now=self.now,
            chance=Chance(1).at("shop", self.store.revision),
            generator=self._generator,
            base_url=BASE_URL,
            path=values.path,
            query=values.query,
            headers=values.header,
            cookies=values.cookie,
            body=body,
            media_type=media_type,
        )


Alter = Callable[[Inference], Inference]


def open_shop(
    folder: Path,
    operations: Mapping[str, Mapping[str, Json]],
    schemas: Mapping[str, Schema] | None = None,
    *,
    alter: Alter | None = None,
    version: str = "3.0.3",
) -> Shop:
    """A shop whose operations are given by `GET /pets/{petId}`; that is their id, too.

    Args:
        alter: what to change in what was inferred.
    """
    paths: dict[str, dict[str, Json]] = {}
    for key, operation in operations.items():
        method, _, path = key.partition(" ")
        paths.setdefault(path, {})[method.lower()] = {
            **operation,
            "operationId": key,
            "parameters": [*_path_parameters(path, operation), *operation.get("parameters", ())],
        }
    document = {
        "openapi": version,
        "info": {"title": "Shop", "version": "1"},
        "paths": paths,
        "components": {"schemas": dict(schemas or {})},
    }
    file = folder / "shop.json"
    file.write_text(json.dumps(document))
    description = read_description(file)
    inference = read_resources(description)
    return Shop(description, alter(inference) if alter else inference)


def op(
    answer: Schema | None = None,
    *,
    status: int | str = 200,
    body: Schema | None = None,
    query: Mapping[str, Schema] | None = None,
    ids: Schema | None = None,
    media: str = JSON,
    answer_media: str = JSON,
    headers: Mapping[str, Schema] | None = None,
    **more: Json,
) -> dict[str, Json]:
    """One operation: the schema of its answer, of its body, of its query parameters, of its path parameters."""
    response: dict[str, Json] = {"description": "As asked."}
    if answer is not None:
        response["content"] = {answer_media: {"schema": answer}}
    if headers:
        response["headers"] = {name: {"schema": schema} for name, schema in headers.items()}
    return {
        "responses": {str(status): response},
        "parameters": [_query_parameter(name, schema) for name, schema in (query or {}).items()],
        **({"requestBody": {"content": {media: {"schema": body}}}} if body is not None else {}),
        **({"x-ids": ids} if ids else {}),
        **more,
    }


def ref(name: str) -> Schema:
    """A reference to a schema of the description."""
    return {"$ref": f"#/components/schemas/{name}"}


def many(item: Schema) -> Schema:
    """The schema of an array."""
    return {"type": "array", "items": item}


def thing(*required: str, **properties: Schema) -> Schema:
    """The schema of an object."""
    return {
        "type": "object",
        "properties": properties,
        **({"required": list(required)} if required else {}),
    }


def closed(schema: Schema) -> Schema:
    """An object that holds no other properties."""
    return {**schema, "additionalProperties": False}


def one_of(*values: Json) -> Schema:
    """The schema of a text out of a list."""
    return {"type": "string", "enum": list(values)}


def read_only(schema: Schema) -> Schema:
    """The schema of what callers cannot set."""
    return {**schema, "readOnly": True}


def crud(collection: str, name: str, *, ids: Schema = WHOLE, prefix: str = "", **list_options: Json) -> dict[str, Json]:
    """The usual six operations of a collection of `#/components/schemas/{name}`."""
    path = f"{prefix}/{collection}"
    return {
        f"GET {path}": op(many(ref(name)), ids=ids, **list_options),
        f"POST {path}": op(ref(name), status=201, body=ref(name), ids=ids),
        f"GET {path}/{{id}}": op(ref(name), ids=ids),
        f"PUT {path}/{{id}}": op(ref(name), body=ref(name), ids=ids),
        f"PATCH {path}/{{id}}": op(ref(name), body={"type": "object"}, ids=ids),
        f"DELETE {path}/{{id}}": op(status=204, ids=ids),
    }


def behaving(operation: str, /, **changes: Json) -> Alter:
    """Changes what was inferred of one operation."""

    def alter(inference: Inference) -> Inference:
        changed: Behaviour = replace(inference.behaviours[operation], **changes)
        return Inference(inference.resources, {**inference.behaviours, operation: changed})

    return alter


def kept_as(name: str, **changes: Json) -> Alter:
    """Changes what was inferred of one collection."""

    def alter(inference: Inference) -> Inference:
        changed: Resource = replace(inference.resources[name], **changes)
        return Inference({**inference.resources, name: changed}, inference.behaviours)

    return alter


def both(*alters: Alter) -> Alter:
    """Several changes, one after the other."""

    def alter(inference: Inference) -> Inference:
        for each in alters:
            inference = each(inference)
        return inference

    return alter


def ids_of(documents: Sequence[Mapping[str, Json]]) -> list[Json]:
    """The ids of documents, in their order."""
    return [document["id"] for document in documents]


def _path_parameters(path: str, operation: Mapping[str, Json]) -> Iterator[dict[str, Json]]:
    for name in re.findall(r"\{(\w+)\}", path):
        yield {"name": name, "in": "path", "required": True, "schema": operation.get("x-ids", TEXT)}


def _query_parameter(name: str, schema: Schema) -> dict[str, Json]:
    style = {"style": "deepObject", "explode": True} if schema.get("type") == "object" else {}
    return {"name": name, "in": "query", "schema": schema, **style}


def decoded(address: str) -> str:
    """An address with its escapes undone, to be read in a test."""
    return unquote(address.removeprefix(BASE_URL))


def is_json_reply(reply: Reply) -> bool:
    """The reply is JSON."""
    return is_json(reply.media_type)
