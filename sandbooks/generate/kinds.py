"""Which type of value a schema is for, said or meant.

Knows the keywords that belong to each type; looks at one schema without its composition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbooks.spec.model import Schema

SCALARS = frozenset({"string", "number", "integer", "boolean", "null"})
_SHAPES = {
    "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"),
    "object": ("properties", "required", "additionalProperties", "patternProperties", "minProperties", "propertyNames"),
    "string": ("pattern", "minLength", "maxLength"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}


def kind_of(schema: Schema) -> str:
    """The type to make: the first that is not null; what the keywords suggest where none is named; empty for any."""
    named = schema.get("type")
    if isinstance(named, str):
        return named
    if isinstance(named, list):
        return next((each for each in named if each != "null"), "null")
    for kind, keywords in _SHAPES.items():
        if any(keyword in schema for keyword in keywords):
            return kind
    if schema.get("format") in ("int32", "int64"):
        return "integer"
    return "number" if schema.get("format") in ("float", "double") else "string" if "format" in schema else ""
