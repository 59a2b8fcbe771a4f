"""What kind of value a schema wants, and texts read as such values.

Knows schemas and texts; must not know where a text stood.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from sandbooks.spec.model import Json, Schema
from sandbooks.spec.references import parts_of

Read: TypeAlias = Callable[[str], Json]

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?", re.ASCII)
_MOST_DIGITS: Final = 100


@dataclass(frozen=True, slots=True)
class Shape:
    """What a schema, with all it is made of, says about the kind of value.

    `types` is empty when anything goes; `items` and `extra` are the schemas of list items and of properties that are
    not named, `{}` where nothing is said. `xml` are the words for XML, `is_file` is true for a text that is a file.
    """

    types: frozenset[str] = frozenset()
    items: Schema = field(default_factory=dict)
    properties: Mapping[str, Schema] = field(default_factory=dict)
    extra: Schema = field(default_factory=dict)
    xml: Mapping[str, Json] = field(default_factory=dict)
    is_file: bool = False

    @property
    def is_scalar(self) -> bool:
        """True when neither a list nor an object is wanted."""
        return not self.types & {"array", "object"}


class Shapes:
    """The shapes of one document's schemas, each found once."""

    def __init__(self, document: dict[str, Json]) -> None:
        self.document = document
        # The schema is kept beside its shape, so that its identity cannot pass to another one.
        self.found: dict[int, tuple[Schema, Shape]] = {}

    def of(self, schema: Schema) -> Shape:
        """The shape of a schema."""
        known = self.found.get(id(schema))
        if known is None:
            known = self.found[id(schema)] = (schema, self._shape(schema))
        return known[1]

    def read(self, text: str, schema: Schema) -> Json:
        """A text as the scalar that the schema wants; as it is when it cannot be read so."""
        return scalar_reader(self.of(schema).types)(text)

    def read_tree(self, tree: Json, schema: Schema) -> Json:
        """A tree with texts as leaves, every leaf read as the schema wants."""
        if isinstance(tree, str):
            return self.read(tree, schema)
        shape = self.of(schema)
        if isinstance(tree, list):
            return [self.read_tree(item, shape.items) for item in tree]
        if isinstance(tree, dict):
            return {name: self.read_tree(part, shape.properties.get(name, shape.extra)) for name, part in tree.items()}
        return tree

    def _shape(self, schema: Schema) -> Shape:
        parts = list(parts_of(self.document, schema, ("allOf", "anyOf", "oneOf")))
        properties: dict[str, Schema] = {}
        for part in parts:
            for name, inner in (part.get("properties") or {}).items():
                properties.setdefault(name, inner if isinstance(inner, dict) else {})
        return Shape(
            types=_types(parts),
            items=_first(parts, "items"),
            properties=properties,
            extra=_first(parts, "additionalProperties"),
            xml=_first(parts, "xml"),
            is_file=any(part.get("format") == "binary" or "contentMediaType" in part for part in parts),
        )


def scalar_reader(types: frozenset[str]) -> Read:
    """A function that reads a text as one of these types, and leaves it as it is when that cannot be."""
    if not types or types == {"string"}:
        return _keep
    if types == {"integer"}:
        return read_integer
    if types == {"number"} or types == {"number", "integer"}:
        return read_number
    if types == {"boolean"}:
        return read_boolean
    return _union_reader(types)


def read_integer(text: str) -> int | str:
    """`-12` as a number; `1.0`, `+1`, `1_000`, more than a hundred digits, and everything else as it is."""
    digits = text[1:] if text[:1] == "-" else text
    return int(text) if digits.isdecimal() and digits.isascii() and len(digits) <= _MOST_DIGITS else text


def read_number(text: str) -> float | str:
    """`12` as an integer, `-1.5e3` as a number, everything else as it is."""
    whole = read_integer(text)
    if whole is not text or not _NUMBER.fullmatch(text):
        return whole
    number = float(text)
    return number if math.isfinite(number) else text


def read_boolean(text: str) -> bool | str:
    """`true` and `false`, with a capital too, as some languages write them; everything else as it is."""
    return {"true": True, "false": False, "True": True, "False": False}.get(text, text)


def _keep(text: str) -> str:
    return text


def _union_reader(types: frozenset[str]) -> Read:
    reads: list[Read] = []
    if "number" in types:
        reads.append(read_number)
    elif "integer" in types:
        reads.append(read_integer)
    if "boolean" in types:
        reads.append(read_boolean)
    exact = "string" in types
    empty = "null" in types and not exact

    def read(text: str) -> Json:
        for attempt in reads:
            value = attempt(text)
            # Where a text would do as well, `007` is one: reading it as a number would lose the zeros.
            if value is not text and not (exact and not isinstance(value, bool) and str(value) != text):
                return value
        return None if empty and text == "null" else text

    return read


def _types(parts: list[Schema]) -> frozenset[str]:
    types: set[str] = set()
    for part in parts:
        written = part.get("type")
        types.update([written] if isinstance(written, str) else written or ())
    if not types:
        types = {_type_of(value) for part in parts for value in (*(part.get("enum") or ()), *_const(part))}
    if not types:
        types = {kind for part in parts for key, kind in _IMPLIED.items() if key in part}
    if types and any(part.get("nullable") is True for part in parts):
        types.add("null")
    return frozenset(types)


_IMPLIED: Final = {"properties": "object", "items": "array"}


def _const(part: Schema) -> tuple[Json, ...]:
    return (part["const"],) if "const" in part else ()


def _type_of(value: Json) -> str:
    """The JSON type of a value."""
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array")):
        if isinstance(value, kind):
            return name
    return "null" if value is None else "object"


def _first(parts: list[Schema], key: str) -> Schema:
    return next((part[key] for part in parts if isinstance(part.get(key), dict)), {})
