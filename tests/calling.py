"""Calls of any operation as a client would write them: path, query, headers, and a body in its content type."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from sandbooks.chance import Chance
from sandbooks.generic.places import put_at
from sandbooks.resources import Input
from sandbooks.spec import Operation, Parameter, is_form, is_json
from sandbooks.vendor import Vendor
from tests.serving import Door
from tests.sweeping import NOON, full_rights

Json = Any  # a JSON value
Place = tuple[str, ...]
JSON_PATCH = "application/json-patch+json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
BOUNDARY = "a-boundary-of-our-own"
JOINTS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


class Client:
    """Sends calls to one vendor of a server, with full rights; counts them.

    Args:
        door: of a server that serves the vendor.
        vendor: whose operations are called.
    """

    def __init__(self, door: Door, vendor: Vendor) -> None:
        self.door = door
        self.vendor = vendor
        self.calls = 0
        self._rights = full_rights(door.server, vendor)
        self._headers = self._rights

    def value(self, schema: Mapping[str, Any], name: str, *, seed: Json = 0, for_answer: bool = False) -> Json:
        """A value that fits a schema; the first one is from the examples, another seed gives another value."""
        chance = Chance("lifecycle").at(name, seed)
        made = self.vendor.generator
        return made.value(dict(schema), chance, now=NOON, name=name, for_answer=for_answer, examples=seed == 0)

    def body(self, operation: Operation, *, seed: Json = 0) -> Json:
        """A body that fits; None where the operation takes none."""
        content = operation.body.content if operation.body else {}
        media_type = media_type_of(operation)
        return self.value(content[media_type].schema, operation.id, seed=seed) if media_type in content else None

    def send(
        self,
        operation: Operation,
        path: Mapping[str, Json] | None = None,
        *,
        inputs: Mapping[Input, Json] | None = None,
        body: Json = None,
    ) -> httpx.Response:
        """One call. Required parameters that are not given are made up; `inputs` go where each belongs."""
        values = self._parameters(operation, path or {})
        for place, value in (inputs or {}).items():
            if place.source == "body":
                body = dict(body) if isinstance(body, dict) else {}
                put_at(body, place.path, value)
            else:
                put_at(values[place.source], place.path, value)
        headers = {**self._rights, "Accept": "application/json, */*;q=0.5"}
        headers |= {name: _text(value) for name, value in values["header"].items()}
        if values["cookie"]:
            pairs = [f"{name}={quote(_text(value))}" for name, value in values["cookie"].items()]
            headers["Cookie"] = "; ".join([*pairs, *([self._rights["Cookie"]] if "Cookie" in self._rights else [])])
        address = self.path(operation, values["path"]) + _query(operation, values["query"])
        self._headers = headers
        return self.follow(operation.method, address, body=body, media_type=media_type_of(operation))

    def follow(
        self,
        method: str,
        address: str,
        *,
        body: Json = None,
        media_type: str = "",
    ) -> httpx.Response:
        """One call of an address as it is, with the headers of the call before."""
        self.calls += 1
        sent = dict(self._headers)
        content = None
        if body is not None:
            content, sent["Content-Type"] = encode(body, media_type)
        return self.door.call(method, address, content=content, headers=sent)

    def path(self, operation: Operation, values: Mapping[str, Json]) -> str:
        """The operation's path below the server's root."""
        path = operation.path
        for name, value in values.items():
            path = path.replace(f"{{{name}}}", quote(_text(value), safe="") or "-")
        return f"/{self.vendor.id}{path}"

    def _parameters(self, operation: Operation, path: Mapping[str, Json]) -> dict[str, dict[str, Json]]:
        values: dict[str, dict[str, Json]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
        for parameter in operation.parameters:
            if parameter.location == "path" and parameter.name in path:
                values["path"][parameter.name] = path[parameter.name]
            elif parameter.required and parameter.name.lower() not in ("authorization", "content-type", "accept"):
                values[parameter.location][parameter.name] = self.value(parameter.schema, parameter.name)
        return values


def media_type_of(operation: Operation) -> str:
    """The content type in which a body is sent: JSON, else a form, else the first that is read; empty for none."""
    content = list(operation.body.content) if operation.body else []
    for suits in (lambda name: is_json(name) and name != JSON_PATCH, is_json, is_form):
        if found := next((name for name in content if suits(name)), ""):
            return found
    return content[0] if content else ""


def encode(body: Json, media_type: str) -> tuple[bytes, str]:
    """A body as bytes, and its `Content-Type`."""
    if media_type == FORM:
        return urlencode(list(_fields(body, ""))).encode(), FORM
    if media_type == MULTIPART:
        parts = list(_fields(body, ""))
        files = [(name, (None if isinstance(value, str) else f"{name}.bin", value)) for name, value in parts]
        request = httpx.Request(
            "POST", "http://localhost/", files=files, headers={"Content-Type": f"{MULTIPART}; boundary={BOUNDARY}"}
        )
        return request.read(), f"{MULTIPART}; boundary={BOUNDARY}"
    if is_json(media_type) or "*" in media_type:
        return json.dumps(body, default=_undecoded).encode(), "application/json" if "*" in media_type else media_type
    return body if isinstance(body, bytes) else str(body).encode(), media_type


def _fields(value: Json, name: str) -> Iterator[tuple[str, Json]]:
    """The fields of a form: members in brackets, scalars of an array by repeating, objects of one by number."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _fields(inner, f"{name}[{key}]" if name else str(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _fields(inner, f"{name}[{index}]" if isinstance(inner, dict | list) else name)
    elif value is not None:
        yield name, value if isinstance(value, bytes) else _text(value)


def _query(operation: Operation, values: Mapping[str, Json]) -> str:
    known = {parameter.name: parameter for parameter in operation.parameters if parameter.location == "query"}
    pairs = [pair for name, value in values.items() for pair in _pairs(known.get(name), name, value)]
    return "?" + urlencode(pairs) if pairs else ""


def _pairs(parameter: Parameter | None, name: str, value: Json) -> Iterator[tuple[str, str]]:
    if parameter is not None and parameter.media_type:
        yield name, json.dumps(value)
    elif isinstance(value, dict):
        is_bare = parameter is not None and parameter.style == "form"
        for key, inner in value.items():
            yield from _pairs(None, key if is_bare else f"{name}[{key}]", inner)
    elif isinstance(value, list) and parameter is not None and not parameter.explode:
        yield name, JOINTS.get(parameter.style, ",").join(map(_text, value))
    elif isinstance(value, list):
        yield from ((name, _text(each)) for each in value)
    elif value is not None:
        yield name, _text(value)


def _text(value: Json) -> str:
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _undecoded(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
