"""A call of each operation that should succeed as it stands: made from the description, with what a sandbox holds.

Knows descriptions and values; knows no vendor, and sends nothing.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from sandbooks.chance import Chance
from sandbooks.errors import Problem
from sandbooks.spec import URLENCODED, Operation, Parameter, is_json
from sandbooks.vendor import Binding, Vendor

SET_BY_CLIENTS = frozenset({"authorization", "accept", "content-type"})
BODILESS = frozenset({"GET", "HEAD", "DELETE"})
"""Methods whose body is left out where it may be."""

Json = Any  # a JSON value


@dataclass(frozen=True, slots=True)
class Sample:
    """One call: its path and query below the server's root, headers without credentials, and its body as text."""

    operation: Operation
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None


def first_call(vendor: Vendor, now: datetime) -> Sample | None:
    """What a stranger might try first: a list that can be read, else whatever asks for least. None where all fails."""
    for binding in sorted(vendor.bindings.values(), key=lambda binding: _effort(vendor, binding)):
        sample = _sample(vendor, binding.operation, now)
        if sample is not None:
            return sample
    return None


def curl_words(sample: Sample, root: str, credential: Mapping[str, str]) -> list[str]:
    """The call as the words of a line for a shell, each quoted as it needs.

    Args:
        root: of the server, or of the sandbox: `http://localhost:4010/@team-a`.
        credential: the headers that a secured operation wants.
    """
    headers = dict(sample.headers)
    for name, value in credential.items() if sample.operation.security else ():
        cookies = headers.get(name) if name.lower() == "cookie" else None
        headers[name] = f"{value}; {cookies}" if cookies else value
    words = ["curl"]
    if sample.operation.method != ("GET" if sample.body is None else "POST"):
        words += ["-X", sample.operation.method]
    words.append(root + sample.target)
    for name, value in headers.items():
        words += ["-H", f"{name}: {value}"]
    if sample.body is not None:
        words += ["-d", sample.body]
    return [shlex.quote(word) for word in words]


def _effort(vendor: Vendor, binding: Binding) -> tuple[int, int, int]:
    """How much an operation asks of a stranger, and how little it shows; the smaller the better."""
    operation = binding.operation
    required = [each for each in operation.parameters if each.required and each.name.lower() not in SET_BY_CLIENTS]
    given = sum(each.location == "path" for each in required)
    answer = operation.response_for(operation.success)
    shows = answer is not None and any(is_json(name) for name in answer.content)
    reads = operation.method == "GET"
    if reads and _lists(vendor, binding) and shows and not given:
        rank = 0
    elif reads and shows and not given:
        rank = 1
    elif operation.method == "POST" and not given:
        rank = 2 if binding.collection is not None else 3
    else:
        rank = 4 if reads else 5
    return rank, len(required), 0 if operation.security else 1


def _lists(vendor: Vendor, binding: Binding) -> bool:
    """The operation reads a collection; of a coded one that much is known alone."""
    if binding.kind == "inferred":
        return vendor.inference.behaviours[binding.operation.id].role == "list"
    return binding.kind == "coded" and binding.collection is not None


def _sample(vendor: Vendor, operation: Operation, now: datetime) -> Sample | None:
    """A call with whatever the operation requires; None where that cannot be made up, or is no text."""
    values = _Values(vendor, operation, now)
    try:
        target, headers = values.target(), values.headers()
        body, media_type = values.body()
    except (Problem, _NoText):
        return None
    if media_type:
        headers["Content-Type"] = media_type
    return Sample(operation, f"/{vendor.id}{target}", headers, body)


class _NoText(Exception):
    """A value that no line of text holds."""


class _Values:
    """What one operation is given."""

    def __init__(self, vendor: Vendor, operation: Operation, now: datetime) -> None:
        self._vendor = vendor
        self._operation = operation
        self._now = now
        self._chance = Chance("sample").at(operation.id)

    def target(self) -> str:
        """Path and query."""
        path = self._operation.path
        for parameter, value in self._required("path"):
            path = path.replace(f"{{{parameter.name}}}", quote(_text(value), safe=""))
        pairs = [pair for parameter, value in self._required("query") for pair in _pairs(parameter, value)]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def headers(self) -> dict[str, str]:
        headers = {parameter.name: _text(value) for parameter, value in self._required("header")}
        cookies = [f"{parameter.name}={quote(_text(value))}" for parameter, value in self._required("cookie")]
        return {**headers, "Cookie": "; ".join(cookies)} if cookies else headers

    def body(self) -> tuple[str | None, str]:
        """The body and its media type; none where the operation takes none."""
        body = self._operation.body
        if body is None or not body.content or (self._operation.method in BODILESS and not body.required):
            return None, ""
        content = body.content
        name = next((name for name in content if is_json(name)), "")
        if not name and URLENCODED not in content:
            raise _NoText
        value = self._made(content[name or URLENCODED].schema, self._operation.id)
        if name:
            return json.dumps(value, ensure_ascii=False, default=_no_text), name
        return urlencode([pair for key, inner in value.items() for pair in _pairs(None, inner, key)]), URLENCODED

    def _required(self, location: str) -> Iterator[tuple[Parameter, Json]]:
        for parameter in self._operation.parameters:
            if parameter.location == location and parameter.required and parameter.name.lower() not in SET_BY_CLIENTS:
                yield parameter, self._made(parameter.schema, parameter.name)

    def _made(self, schema: dict[str, Json], name: str) -> Json:
        return self._vendor.generator.value(schema, self._chance.at(name), now=self._now, name=name, for_answer=False)


def _pairs(parameter: Parameter | None, value: Json, name: str = "") -> list[tuple[str, str]]:
    """One value of a query or a form, as text under its name."""
    name = parameter.name if parameter is not None else name
    if isinstance(value, list) and (parameter is None or parameter.explode):
        return [(name, _text(each)) for each in value]
    if isinstance(value, list):
        return [(name, ",".join(map(_text, value)))]
    return [] if value is None else [(name, _text(value))]


def _text(value: Json) -> str:
    if isinstance(value, dict | list | bytes):
        raise _NoText
    return str(value).lower() if isinstance(value, bool) else str(value)


def _no_text(value: object) -> str:
    raise _NoText
