"""A call of each operation that should succeed as it stands: made from the description, with what a sandbox holds.

Knows descriptions and values; knows no vendor, and sends nothing.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from sandbooks.chance import Chance
from sandbooks.errors import Problem
from sandbooks.pack import TENANT_MARK
from sandbooks.spec import URLENCODED, Description, Operation, Parameter, Schema, is_json
from sandbooks.store import Store
from sandbooks.vendor import Binding, Vendor

SET_BY_CLIENTS = frozenset({"authorization", "accept", "content-type"})
BODILESS = frozenset({"GET", "HEAD", "DELETE"})
"""Methods whose body is left out where it may be."""
COMPOSED = frozenset({"allOf", "anyOf", "oneOf", "if", "dependentRequired", "minProperties"})
"""Words of a schema under which it takes more than one look to tell what is required."""
LEADS = re.compile(r"\w(_id|_?Id|ID|_number|_?[Gg]uid|_code)$|account$")
READ_DOCUMENTS = 20
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
PLAIN_IN_PATHS = "/%:@!$&'()*+,;=~"

Json = Any  # a JSON value


@dataclass(frozen=True, slots=True)
class Sample:
    """One call: its path and query below the server's root, headers without credentials, and its body as text.

    `parameters` are what was put in for which, such as `path.id`; `value` is the body before it became text.
    """

    operation: Operation
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    parameters: Mapping[str, Json] = field(default_factory=dict)
    value: Json = None


class Known:
    """What the documents of a sandbox hold under names that lead from one to another: ids, numbers, codes.

    Read once, from the first documents of each collection; of a name counts the value that is met first.
    """

    def __init__(self, vendor: Vendor, store: Store) -> None:
        self._vendor = vendor
        self._values: dict[str, Json] = {}
        self._firsts: dict[str, Mapping[str, Json]] = {}
        for name in store.names():
            if TENANT_MARK not in name:
                documents = store.table(name).page(limit=READ_DOCUMENTS).items
                for document in documents:
                    self._firsts.setdefault(_folded(name), document)
                    self._read(document)

    def value(self, name: str) -> Json:
        """A value that a reference of that name may have; None where none is known."""
        return self._values.get(name) if LEADS.search(name) else None

    def place(self, binding: Binding, name: str) -> Json:
        """A value for a parameter of a path: what the document of the operation hangs on, or the id of one of the
        collection that the segment before it names; else as `value`."""
        own = self._firsts.get(_folded(binding.collection or ""))
        if own is not None and binding.kind == "inferred":
            for parent in self._vendor.inference.behaviours[binding.operation.id].parents:
                if parent.parameter == name and parent.property in own:
                    return own[parent.property]
        collection = _folded(binding.operation.path.partition(f"{{{name}}}")[0].rstrip("/").rpartition("/")[2])
        if collection not in self._firsts and binding.operation.path.endswith(f"{{{name}}}"):
            collection = _folded(binding.collection or "")
        document = self._firsts.get(collection)
        if document is None:
            return self._values.get(name)
        if name in document:
            return document[name]
        return document.get(self._id_of(collection))

    def _id_of(self, collection: str) -> str:
        """The property of a document that a path names it by: what the store alone keeps is none."""
        table = next((each for each in self._vendor.tables.values() if _folded(each.name) == collection), None)
        if table is None or not table.id.startswith("_"):
            return table.id if table is not None else "id"
        resource = self._vendor.inference.resources.get(table.name)
        return resource.id_property if resource is not None else "id"

    def _read(self, value: Json) -> None:
        if isinstance(value, Mapping):
            for name, inner in value.items():
                if isinstance(inner, str | int) and not isinstance(inner, bool) and inner != "":
                    self._values.setdefault(name, inner)
                else:
                    self._read(inner)
        elif isinstance(value, list | tuple):
            for inner in value[:READ_DOCUMENTS]:
                self._read(inner)


def sample_calls(
    vendor: Vendor, store: Store, now: datetime, operations: Iterable[str] | None = None
) -> dict[str, Sample]:
    """A call of every operation, or of those with these ids, by its id, that names documents which are in a store;
    without those for which none can be made up, or whose body is no text."""
    known = Known(vendor, store)
    chosen = vendor.bindings if operations is None else operations
    made = {id: _sample(vendor, vendor.bindings[id], now, known) for id in chosen}
    return {id: sample for id, sample in made.items() if sample is not None}


def first_call(vendor: Vendor, now: datetime) -> Sample | None:
    """What a stranger might try first: a list that can be read, else whatever asks for least. None where all fails."""
    for binding in sorted(vendor.bindings.values(), key=lambda binding: _effort(vendor, binding)):
        sample = _sample(vendor, binding, now, None)
        if sample is not None:
            return sample
    return None


def curl_words(sample: Sample, root: str, credential: Mapping[str, str]) -> list[str]:
    """The call as the words of a line for a shell, each quoted as it needs. None at all where quoting does not help:
    a terminal into which a line is pasted obeys control characters, quoted or not, and curl reads a header `@name`
    from a file.

    Args:
        root: of the server, or of the sandbox: `http://localhost:4010/@team-a`.
        credential: the headers that a secured operation wants.
    """
    headers = dict(sample.headers)
    for name, value in credential.items() if sample.operation.security else ():
        cookies = headers.get(name) if name.lower() == "cookie" else None
        headers[name] = f"{value}; {cookies}" if cookies else value
    words = ["curl"]
    if sample.operation.method == "HEAD":
        words.append("--head")
    elif sample.operation.method != ("GET" if sample.body is None else "POST"):
        words += ["-X", sample.operation.method]
    words.append(root + sample.target)
    for name, value in headers.items():
        words += ["-H", f"{name}: {value}"]
    if sample.body is not None:
        words += ["-d", sample.body]
    if not all(map(str.isprintable, words)) or not all(map(HEADER_NAME.fullmatch, headers)):
        return []
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


def _sample(vendor: Vendor, binding: Binding, now: datetime, known: Known | None) -> Sample | None:
    """A call with whatever the operation requires; None where that cannot be made up, or is no text."""
    operation = binding.operation
    values = _Values(vendor, binding, now, known)
    try:
        target, headers = values.target(), values.headers()
        value, body, media_type = values.body()
    except (Problem, _NoText):
        return None
    if media_type:
        headers["Content-Type"] = media_type
    return Sample(operation, f"/{vendor.id}{target}", headers, body, values.given, value)


class _NoText(Exception):
    """A value that no line of text holds."""


class _Values:
    """What one operation is given."""

    def __init__(self, vendor: Vendor, binding: Binding, now: datetime, known: Known | None) -> None:
        self._vendor = vendor
        self._binding = binding
        self._operation = operation = binding.operation
        self._known = known
        self._now = now
        self._chance = Chance("sample").at(operation.id)
        self.given: dict[str, Json] = {}

    def target(self) -> str:
        """Path and query."""
        path = quote(self._operation.path, safe=f"{PLAIN_IN_PATHS}{{}}")
        for parameter, value in self._required("path"):
            path = path.replace(f"{{{quote(parameter.name, safe=PLAIN_IN_PATHS)}}}", quote(_text(value), safe=""))
        pairs = [pair for parameter, value in self._required("query") for pair in _pairs(parameter, value)]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def headers(self) -> dict[str, str]:
        headers = {parameter.name: _text(value) for parameter, value in self._required("header")}
        cookies = [f"{parameter.name}={quote(_text(value))}" for parameter, value in self._required("cookie")]
        return {**headers, "Cookie": "; ".join(cookies)} if cookies else headers

    def body(self) -> tuple[Json, str | None, str]:
        """The body, as text too, and its media type; none where the operation takes none."""
        body = self._operation.body
        if body is None or not body.content or (self._operation.method in BODILESS and not body.required):
            return None, None, ""
        content = body.content
        name = next((name for name in content if is_json(name)), "")
        if not name and URLENCODED not in content:
            raise _NoText
        schema = content[name or URLENCODED].schema
        made = self._made(schema, self._operation.id)
        value = self._linked(needed_part(self._vendor.description, schema, made) or _plain_part(made))
        if name:
            return value, _printable(json.dumps(value, ensure_ascii=False, default=_no_text)), name
        fields = [pair for key, inner in value.items() for pair in _pairs(None, inner, key)]
        return value, urlencode(fields), URLENCODED

    def _required(self, location: str) -> Iterator[tuple[Parameter, Json]]:
        for parameter in self._operation.parameters:
            if parameter.location == location and parameter.required and parameter.name.lower() not in SET_BY_CLIENTS:
                value = self.given[f"{location}.{parameter.name}"] = self._value_of(parameter)
                yield parameter, value

    def _value_of(self, parameter: Parameter) -> Json:
        found = None
        if self._known is not None:
            if parameter.location == "path":
                found = self._known.place(self._binding, parameter.name)
            else:
                found = self._known.value(parameter.name)
        return self._made(parameter.schema, parameter.name) if found is None else found

    def _linked(self, value: Json) -> Json:
        """A body whose references lead to documents, as far as such are known."""
        if isinstance(value, dict):
            return {name: self._link(name, inner) for name, inner in value.items()}
        return [self._linked(each) for each in value] if isinstance(value, list) else value

    def _link(self, name: str, value: Json) -> Json:
        found = self._known.value(name) if self._known is not None and isinstance(value, str | int) else None
        return found if found is not None and type(found) is type(value) else self._linked(value)

    def _made(self, schema: dict[str, Json], name: str) -> Json:
        return self._vendor.generator.value(schema, self._chance.at(name), now=self._now, name=name, for_answer=False)


def needed_part(description: Description, schema: Schema, value: Json) -> Json:
    """A value without the properties that its schema can do without: what is not sent cannot be wrong."""
    shape = description.resolve(schema)
    if isinstance(value, list) and isinstance(shape.get("items"), dict):
        return [needed_part(description, shape["items"], each) for each in value]
    properties = shape.get("properties")
    if not isinstance(value, dict) or not isinstance(properties, dict) or COMPOSED & shape.keys():
        return value
    required = shape.get("required") or ()
    return {
        name: needed_part(description, properties.get(name, {}), inner)
        for name, inner in value.items()
        if name in required
    }


def _plain_part(value: Json) -> Json:
    """Of an object that could be empty the texts, numbers and truths."""
    if not isinstance(value, dict):
        return value
    return {name: inner for name, inner in value.items() if isinstance(inner, str | int | float)}


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


def _printable(text: str) -> str:
    """The same JSON in which nothing is hidden, and nothing is told to a terminal."""
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in text)


def _no_text(value: object) -> str:
    raise _NoText


def _folded(name: str) -> str:
    """Names of one collection alike: `bank-accounts`, `BankAccount`."""
    return re.sub(r"[^a-z0-9]", "", name.lower()).removesuffix("s")
