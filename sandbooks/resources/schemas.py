"""Schemas seen as documents: their properties through references and `allOf`, their names, what an array holds.

Knows JSON schema words as far as they show a shape; must not know paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

from sandbooks.resources.model import Schema
from sandbooks.resources.words import squeeze, vocabulary
from sandbooks.spec import Description

Found = TypeVar("Found")
UNTOLD = vocabulary("type nullable readOnly writeOnly deprecated default example description title")  # of a shape
UNIONS = ("allOf", "oneOf", "anyOf")
SCALARS = ("string", "integer", "number", "boolean")
MOST = 500  # parts of one schema that are looked at; a union of more shows nothing new about a document


class Member(NamedTuple):
    """One property of a document: `schema` is that of an element where it is an array, `kind` is of that."""

    name: str
    whole: Schema
    schema: Schema
    is_array: bool
    kind: str


class Schemas:
    """Reads the schemas of one description; each is taken apart once."""

    def __init__(self, description: Description) -> None:
        self._description = description
        self._notes: dict[int, dict[object, Any]] = {}  # what each function found in a schema
        self._shared_notes: dict[str, dict[object, Any]] = {}
        self._kept: list[Schema] = []  # an id() stays right only while its object lives

    def resolve(self, schema: Schema | None) -> Schema:
        """The schema without a reference at its top; `{}` for none."""
        if not isinstance(schema, dict):
            return {}
        return self.noted(schema, _resolved) if "$ref" in schema else schema

    def follow(self, schema: Schema) -> Schema:
        """What stands behind a reference, looked up anew."""
        return self._description.resolve(schema)

    def properties(self, schema: Schema | None) -> dict[str, Schema]:
        """Every property that a document of this schema may have; what it says itself wins over what it is made of."""
        return self.noted(schema, _properties) if isinstance(schema, dict) else {}

    def members(self, schema: Schema) -> list[Member]:
        """The properties with what a look at each shows."""
        return self.noted(schema, _members)

    def words(self, schema: Schema) -> frozenset[str]:
        """The names of its properties without case and separators."""
        return self.noted(schema, _words)

    def kind(self, schema: Schema | None) -> str:
        """`object`, `array`, `string`, `integer`, `number`, `boolean`, or empty when nothing shows it."""
        return self.noted(schema, _kind_of) if isinstance(schema, dict) else ""

    def items(self, schema: Schema | None) -> Schema | None:
        """The schema of an array's elements, None when it is no array."""
        return self.noted(schema, _items) if isinstance(schema, dict) else None

    def noted(self, schema: Schema, find: Callable[[Schemas, Schema], Found]) -> Found:
        """What a function finds in a schema; it is asked once. Do not change what it gives."""
        try:
            found: Found = self._notes[id(schema)][find]
        except KeyError:
            found = self._note(schema, find)
        return found

    def required(self, schema: Schema | None) -> frozenset[str]:
        """The names that a document of this schema must have."""
        made_of = self.walk(schema, ("allOf",))
        return frozenset(name for part in made_of for name in listed(part.get("required")) if isinstance(name, str))

    def enum(self, schema: Schema | None) -> tuple[Any, ...]:
        """The values that a property may have, where they are listed; null is left out."""
        values: list[Any] = []
        for part in self.parts(schema):
            values.extend([part["const"]] if "const" in part else listed(part.get("enum")))
        return tuple(value for value in values if value is not None)

    def name(self, schema: Schema | None) -> str:
        """The name under which the description keeps the schema (`Pet`), empty for one written in place."""
        return self.noted(schema, _name) if isinstance(schema, dict) else ""

    def is_document(self, schema: Schema | None) -> bool:
        """An object with properties of its own, or one that says nothing about them."""
        return self.kind(schema) == "object"

    def is_value(self, schema: Schema | None) -> bool:
        """A text, number or flag, or a choice that has one: `{anyOf: [{type: string}, {$ref: Customer}]}`."""
        return self.noted(schema, _is_value) if isinstance(schema, dict) else False

    def is_closed(self, schema: Schema | None) -> bool:
        """An object that admits no other properties than it names."""
        words = ("additionalProperties", "unevaluatedProperties")
        return any(part.get(word) is False for part in self.parts(schema) for word in words)

    def parts(self, schema: Schema | None) -> list[Schema]:
        """All that a schema is made of, itself last, without references; null alone is left out."""
        return self.noted(schema, _parts) if isinstance(schema, dict) else []

    def walk(self, schema: Schema | None, words: tuple[str, ...]) -> Iterator[Schema]:
        """The same for some of the words only."""
        return self._walk(schema, words, set())

    def _note(self, schema: Schema, find: Callable[[Schemas, Schema], Found]) -> Found:
        notes = self._notes.get(id(schema))
        if notes is None:
            notes = self._notes[id(schema)] = self._notes_of(schema)
            self._kept.append(schema)
        if find not in notes:
            notes[find] = find(self, schema)
        found: Found = notes[find]
        return found

    def _notes_of(self, schema: Schema) -> dict[object, Any]:
        """A place for notes; the same for all that is nothing but one reference."""
        ref = schema.get("$ref")
        return self._shared_notes.setdefault(ref, {}) if isinstance(ref, str) and len(schema) == 1 else {}

    def _walk(self, schema: Schema | None, words: tuple[str, ...], seen: set[str]) -> Iterator[Schema]:
        """Depth first; a schema that is met again in its own parts is not entered."""
        if not isinstance(schema, dict) or len(seen) > MOST:
            return
        ref = schema.get("$ref")
        if isinstance(ref, str):
            if ref in seen:
                return
            seen.add(ref)
        found = self.resolve(schema)
        for branch in branches_of(found, words):
            if not is_null(branch):
                yield from self._walk(branch, words, seen)
        yield found


def branches_of(schema: Schema, words: tuple[str, ...]) -> list[Schema]:
    """The schemas under `allOf` and its like."""
    return [part for word in words if word in schema for part in listed(schema[word]) if isinstance(part, dict)]


def listed(value: Any) -> list[Any]:
    """A list as it is, anything else as an empty one."""
    return value if isinstance(value, list) else []


def is_null(schema: Schema) -> bool:
    """The schema of null alone, as 3.1 writes an optional value."""
    return schema.get("type") == "null" or schema.get("enum") == [None]


def _resolved(schemas: Schemas, schema: Schema) -> Schema:
    return schemas.follow(schema)


def _parts(schemas: Schemas, schema: Schema) -> list[Schema]:
    whole = schemas.resolve(schema)
    return [whole] if whole.keys().isdisjoint(UNIONS) else list(schemas.walk(schema, UNIONS))


def _properties(schemas: Schemas, schema: Schema) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for part in schemas.parts(schema):
        own = part.get("properties")
        if isinstance(own, dict):
            found.update({str(name): value for name, value in own.items() if isinstance(value, dict)})
    return found


def _members(schemas: Schemas, schema: Schema) -> list[Member]:
    found = []
    for name, whole in schemas.properties(schema).items():
        element = schemas.items(whole)
        each = whole if element is None else element
        found.append(Member(name, whole, each, element is not None, schemas.kind(each)))
    return found


def _words(schemas: Schemas, schema: Schema) -> frozenset[str]:
    return frozenset(map(squeeze, schemas.properties(schema)))


def _kind_of(schemas: Schemas, schema: Schema) -> str:
    *made_of, own = schemas.parts(schema) or [{}]
    return _kind(own) or next((kind for part in made_of if (kind := _kind(part))), "")


def _is_value(schemas: Schemas, schema: Schema) -> bool:
    return schemas.kind(schema) in SCALARS or any(_kind(part) in SCALARS for part in schemas.parts(schema))


def _items(schemas: Schemas, schema: Schema) -> Schema | None:
    if schemas.kind(schema) != "array":
        return None
    found = (part["items"] for part in schemas.parts(schema) if isinstance(part.get("items"), dict))
    return next(found, {})


def _name(_: Schemas, schema: Schema) -> str:
    while True:
        if isinstance(schema.get("$ref"), str):
            return str(schema["$ref"]).rsplit("/", 1)[-1]
        told = [part for part in branches_of(schema, ("allOf",)) if part.keys() - UNTOLD]
        branches = [*told, *(part for part in branches_of(schema, ("oneOf", "anyOf")) if not is_null(part))]
        if len(branches) != 1 or schema.get("properties"):
            return ""
        schema = branches[0]


def _kind(part: Schema) -> str:
    named = part.get("type")
    if isinstance(named, list):
        named = next((each for each in named if each != "null"), "")
    if isinstance(named, str) and named:
        return named
    if "properties" in part or "additionalProperties" in part:
        return "object"
    return "array" if "items" in part else _kind_of_values(part)


def _kind_of_values(schema: Schema) -> str:
    """The type that an enum, a default or an example shows."""
    values = [*listed(schema.get("enum")), schema.get("const"), schema.get("default"), schema.get("example")]
    for value in values:
        for kind, types in (("boolean", bool), ("integer", int), ("number", float), ("string", str)):
            if isinstance(value, types):
                return kind
    return ""
