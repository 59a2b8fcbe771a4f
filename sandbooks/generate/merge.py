"""Schemas laid over one another: `allOf` as one schema, and what is left to choose (`oneOf`, `anyOf`, `if`).

Knows only schemas; draws nothing and makes no values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbooks.generate.fit import same
from sandbooks.generate.tags import ref_name, tag_property, tag_schema, tags_of

if TYPE_CHECKING:
    from sandbooks.generate.fit import Resolve
    from sandbooks.spec.model import Json, Schema

_DEEPEST = 30
_COMPOSITION = frozenset({"allOf", "oneOf", "anyOf", "if", "then", "else"})


@dataclass(frozen=True, slots=True)
class Choice:
    """Options of which one must be met. `tags` holds what the discriminator's property says for each, in order."""

    options: tuple[Schema, ...]
    tag_property: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flat:
    """A schema without composition, and the choices that stand beside it."""

    schema: Schema
    choices: tuple[Choice, ...] = field(default_factory=tuple)


def flatten(schema: Json, resolve: Resolve, depth: int = 0) -> Flat:
    """One schema for a schema and all of its `allOf`; circles end where they begin to repeat."""
    if not isinstance(schema, dict):
        return Flat({} if schema is not False else {"enum": []})
    label = ref_name(schema)
    schema = with_plain_bounds(resolve(schema))
    merged: Schema = {}
    choices = list(_read_choices(schema))
    for part in schema.get("allOf", ()) if depth < _DEEPEST else ():
        inner = flatten(part, resolve, depth + 1)
        merged = merge(merged, tag_schema(inner.schema, label))
        choices += inner.choices
    own = {key: value for key, value in schema.items() if key not in _COMPOSITION}
    return Flat(merge(merged, own) if merged else own, tuple(choices))


def merge(first: Schema, second: Schema) -> Schema:
    """A schema that asks for what both ask; where they only describe (`example`, `title`) the second has its way."""
    merged = {**first, **second}
    for keyword in first.keys() & second.keys() & _RULES.keys():
        merged[keyword] = _RULES[keyword](first[keyword], second[keyword])
    if "const" in first and "enum" in second:
        merged["enum"] = [value for value in second["enum"] if same(value, first["const"])]
    if not (_admits_null(first) and _admits_null(second)):
        merged.pop("nullable", None)
    _close(merged, first, second)
    return merged


def with_plain_bounds(schema: Schema) -> Schema:
    """The schema with `exclusiveMinimum: true` of 3.0 written as the number it stands for."""
    changed = dict(schema)
    for plain, excluded in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(flag := changed.get(excluded), bool):
            del changed[excluded]
            if flag and plain in changed:
                changed[excluded] = changed.pop(plain)
    return changed


def without_refused(schema: Schema) -> Schema:
    """The schema without the one property that its `not` says must be absent."""
    refused = schema.get("not")
    names = refused.get("required") if isinstance(refused, dict) and refused.keys() <= {"required", "type"} else None
    if not isinstance(names, list) or len(names) != 1 or names[0] not in schema.get("properties", {}):
        return schema
    return {**schema, "properties": {name: part for name, part in schema["properties"].items() if name != names[0]}}


def _read_choices(schema: Schema) -> Sequence[Choice]:
    found = []
    name, discriminator = tag_property(schema), schema.get("discriminator")
    for keyword in ("oneOf", "anyOf"):
        options = tuple(each for each in schema.get(keyword, ()) if isinstance(each, dict))
        if options:
            tags = tuple("".join(tags_of(option, discriminator)[:1]) for option in options) if name else ()
            found.append(Choice(options, name, tags))
    if "if" in schema:
        then, otherwise = schema.get("then", {}), schema.get("else", {})
        found.append(Choice(({"allOf": [schema["if"], then]}, otherwise if isinstance(otherwise, dict) else {})))
    return found


def _close(merged: Schema, first: Schema, second: Schema) -> None:
    """Drop properties that one side brings and the other, being closed, does not admit."""
    for closed, other in ((first, second), (second, first)):
        if closed.get("additionalProperties") is False and "properties" in other and "patternProperties" not in closed:
            known, needed = closed.get("properties", {}), merged.get("required", ())
            kept = {name: part for name, part in merged["properties"].items() if name in known or name in needed}
            merged["properties"] = kept


def _admits_null(schema: Schema) -> bool:
    return schema.get("nullable") is True or "type" not in schema


def _both(first: Json, second: Json) -> Json:
    """Two schemas for one place: either alone where the other says nothing, else both."""
    if first is False or second is False:
        return False
    if not isinstance(first, dict) or not first or first == second:
        return second
    return {"allOf": [first, second]} if isinstance(second, dict) and second else first


def _join_properties(first: Schema, second: Schema) -> Schema:
    return {**first, **{name: _both(first[name], part) if name in first else part for name, part in second.items()}}


def _common_types(first: Json, second: Json) -> Json:
    left = first if isinstance(first, list) else [first]
    right = second if isinstance(second, list) else [second]
    common = [each for each in left if each in right]
    if "integer" in left + right and "number" in left + right and "integer" not in common:
        common.append("integer")
    return common if len(common) != 1 else common[0]


def _common_values(first: list[Json], second: list[Json]) -> list[Json]:
    return [value for value in first if any(same(value, other) for other in second)]


def _common_multiple(first: Json, second: Json) -> Json:
    if isinstance(first, int) and isinstance(second, int) and first > 0 and second > 0:
        return math.lcm(first, second)
    return max(first, second)


def _join_patterns(first: str, second: str) -> str:
    return second if first == second else rf"(?=[\s\S]*(?:{first}))(?:{second})"


_RULES: dict[str, Callable[..., Json]] = {
    "properties": _join_properties,
    "patternProperties": _join_properties,
    "required": lambda first, second: [*first, *(name for name in second if name not in first)],
    "type": _common_types,
    "enum": _common_values,
    "items": _both,
    "additionalProperties": _both,
    "multipleOf": _common_multiple,
    "pattern": _join_patterns,
    "not": lambda first, second: {"anyOf": [first, second]},
    "minimum": max,
    "exclusiveMinimum": max,
    "minLength": max,
    "minItems": max,
    "minProperties": max,
    "maximum": min,
    "exclusiveMaximum": min,
    "maxLength": min,
    "maxItems": min,
    "maxProperties": min,
}
