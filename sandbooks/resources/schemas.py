"""Schemas seen as documents: their properties through references and `allOf`, their names, what an array holds.

Knows JSON schema words as far as they show a shape; must not know paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from sandbooks.resources.model import Schema
from sandbooks.spec import Description

Found = TypeVar("Found")
UNIONS = ("allOf", "oneOf", "anyOf")
MOST = 500  # parts of one schema that are looked at; a union of more shows nothing new about a document


class Schemas:
    """Reads the schemas of one description; each is taken apart once."""

    def __init__(self, description: Description) -> None:
        self._description = description
        self._parts: dict[int | str, list[Schema]] = {}
        self._properties: dict[int | str, dict[str, Schema]] = {}
        self._kinds: dict[int | str, str] = {}
        self._noted: dict[tuple[object, int | str], Any] = {}  # what the functions return
        self._kept: list[Schema] = []  # an id() stays right only while its object lives

    def resolve(self, schema: Schema | None) -> Schema:
        """The schema without a reference at its top; `{}` for none."""
        if not isinstance(schema, dict):
            return {}
        return self._description.resolve(schema) if "$ref" in schema else schema

    def properties(self, schema: Schema | None) -> dict[str, Schema]:
        """Every property that a document of this schema may have; what it says itself wins over what it is made of."""
        if not isinstance(schema, dict):
            return {}
        key = _key(schema)
        known = self._properties.get(key)
        if known is None:
            known = {}
            for part in self.parts(schema):
                own = part.get("properties")
                if isinstance(own, dict):
                    known.update({str(name): value for name, value in own.items() if isinstance(value, dict)})
            self._properties[key] = known
        return known

    def kind(self, schema: Schema | None) -> str:
        """`object`, `array`, `string`, `integer`, `number`, `boolean`, or empty when nothing shows it."""
        if not isinstance(schema, dict):
            return ""
        key = _key(schema)
        known = self._kinds.get(key)
        if known is None:
            *made_of, own = self.parts(schema) or [{}]
            kinds = (_kind(part) for part in (own, *made_of))
            known = self._kinds[key] = next((kind for kind in kinds if kind), "")
        return known

    def items(self, schema: Schema | None) -> Schema | None:
        """The schema of an array's elements, None when it is no array."""
        if self.kind(schema) != "array":
            return None
        found = (part["items"] for part in self.parts(schema) if isinstance(part.get("items"), dict))
        return next(found, {})

    def noted(self, schema: Schema, find: Callable[[Schemas, Schema], Found]) -> Found:
        """What a function finds in a schema; it is asked once. Do not change what it gives."""
        key = find, _key(schema)
        if key not in self._noted:
            self._noted[key] = find(self, schema)
            self._kept.append(schema)
        found: Found = self._noted[key]
        return found

    def required(self, schema: Schema | None) -> frozenset[str]:
        """The names that a document of this schema must have."""
        made_of = self._walk(schema, ("allOf",), set())
        return frozenset(name for part in made_of for name in listed(part.get("required")) if isinstance(name, str))

    def enum(self, schema: Schema | None) -> tuple[Any, ...]:
        """The values that a property may have, where they are listed; null is left out."""
        values: list[Any] = []
        for part in self.parts(schema):
            values.extend([part["const"]] if "const" in part else listed(part.get("enum")))
        return tuple(value for value in values if value is not None)

    def name(self, schema: Schema | None) -> str:
        """The name under which the description keeps the schema (`Pet`), empty for one written in place."""
        while isinstance(schema, dict):
            if isinstance(schema.get("$ref"), str):
                return str(schema["$ref"]).rsplit("/", 1)[-1]
            branches = [part for part in branches_of(schema, UNIONS) if not is_null(part)]
            if len(branches) != 1 or schema.get("properties"):
                break
            schema = branches[0]
        return ""

    def is_document(self, schema: Schema | None) -> bool:
        """An object with properties of its own, or one that says nothing about them."""
        return self.kind(schema) == "object"

    def is_value(self, schema: Schema | None) -> bool:
        """A text, number or flag, or a choice that has one: `{anyOf: [{type: string}, {$ref: Customer}]}`."""
        scalars = ("string", "integer", "number", "boolean")
        return self.kind(schema) in scalars or any(_kind(part) in scalars for part in self.parts(schema))

    def is_closed(self, schema: Schema | None) -> bool:
        """An object that admits no other properties than it names."""
        words = ("additionalProperties", "unevaluatedProperties")
        return any(part.get(word) is False for part in self.parts(schema) for word in words)

    def parts(self, schema: Schema | None) -> list[Schema]:
        """All that a schema is made of, itself last, without references; null alone is left out."""
        if not isinstance(schema, dict):
            return []
        key = _key(schema)
        known = self._parts.get(key)
        if known is None:
            known = self._parts[key] = list(self._walk(schema, UNIONS, set()))
            self._kept.append(schema)
        return known

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


def _key(schema: Schema) -> int | str:
    ref = schema.get("$ref")
    return ref if isinstance(ref, str) and len(schema) == 1 else id(schema)


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
