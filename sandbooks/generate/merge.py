"""Schemas laid over one another: `$ref` and `allOf` as one schema, and what is left to choose.

Knows only schemas; draws nothing and makes no values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from sandbooks.generate.fit import same
from sandbooks.generate.patterns import PATTERNS, patterns_of
from sandbooks.generate.references import WHOLES, ref_of

if TYPE_CHECKING:
    from sandbooks.generate.references import References
    from sandbooks.spec.model import Json, Schema

NOTHING: Final[Mapping[str, Json]] = {"enum": []}
"""A schema that no value fits."""

SETTLED: Final = "settled"
"""Choices that are made already, by their keys: where a schema comes back to one of them, it is not asked again."""

_DEEPEST: Final = 120
_COMPOSITION: Final = frozenset(
    {"$ref", "allOf", WHOLES, SETTLED, "oneOf", "anyOf", "if", "then", "else", "dependentSchemas"}
)
_CHOICES: Final = ("oneOf", "anyOf")


@dataclass(frozen=True, slots=True)
class Choice:
    """Options of which one must be met.

    `tag_property` is the property that tells which, `tags` its word for each option, in order; both may be empty.
    `exclusive` where meeting one does not suffice: no other may be met. `key` is the same wherever the choice is met,
    as long as this one is kept.
    """

    key: Hashable
    options: tuple[Schema, ...]
    tag_property: str = ""
    tags: tuple[str, ...] = ()
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Flat:
    """A schema without composition, and the choices that stand beside it.

    `lossy` where several schemas said something that one schema cannot say: what is made must be weighed.
    """

    schema: Schema
    choices: tuple[Choice, ...] = field(default_factory=tuple)
    lossy: bool = False


def flatten(schema: Json, references: References, *, families: bool = True) -> Flat:
    """One schema for a schema, what it refers to and all of its `allOf`.

    What several parts refer to, or a part that refers back to what it is part of, counts once: to ask for the same
    again asks for nothing more. A schema that others build on becomes a choice of those, unless it is itself a part
    (in `allOf`) of one, or `families` is off.
    """
    flat = _Flattening(references).flatten(schema, is_part=False, families=families)
    settled = schema.get(SETTLED, ()) if isinstance(schema, dict) else ()
    choices = {choice.key: choice for choice in flat.choices if choice.key not in settled}
    return Flat(flat.schema, tuple(choices.values()), flat.lossy)


class _Flattening:
    """One flattening, with the references that are in it already."""

    def __init__(self, references: References) -> None:
        self.references = references
        self.met: set[tuple[str, bool, bool]] = set()

    def flatten(self, schema: Json, depth: int = 0, *, is_part: bool, families: bool) -> Flat:
        """As the function, of a part this many schemas deep."""
        if not isinstance(schema, dict):
            return Flat(dict(NOTHING) if schema is False else {})
        if depth > _DEEPEST:
            return Flat({})
        ref = ref_of(schema)
        if ref:
            return self._flatten_reference(ref, schema, depth, is_part=is_part, families=families)
        schema = with_plain_bounds(schema)
        choices = list(_read_choices(schema, self.references))
        own = {key: value for key, value in schema.items() if key not in _COMPOSITION}
        if any(keyword in schema for keyword in _CHOICES):
            own.pop("discriminator", None)
        merged: Schema = {}
        lossy = False
        parts = [(part, True) for part in schema.get("allOf", ())] + [(part, False) for part in schema.get(WHOLES, ())]
        for part, belongs in parts:
            inner = self.flatten(part, depth + 1, is_part=belongs, families=families)
            lossy = lossy or inner.lossy or _loses(merged, inner.schema)
            merged = merge(merged, inner.schema)
            choices += inner.choices
        lossy = lossy or _loses(merged, own)
        return Flat(merge(merged, own) if merged else own, tuple(choices), lossy)

    def _flatten_reference(self, ref: str, schema: Schema, depth: int, *, is_part: bool, families: bool) -> Flat:
        found = self._target(ref, depth, is_part=is_part, families=families)
        beside = self.flatten(self.references.beside(schema), depth + 1, is_part=False, families=families)
        if not beside.schema and not beside.choices:
            return found
        lossy = found.lossy or beside.lossy or _loses(found.schema, beside.schema)
        return Flat(merge(found.schema, beside.schema), (*found.choices, *beside.choices), lossy)

    def _target(self, ref: str, depth: int, *, is_part: bool, families: bool) -> Flat:
        if (ref, is_part, families) in self.met:
            return Flat({})
        self.met.add((ref, is_part, families))
        found = self.flatten(self.references.target(ref), depth + 1, is_part=True, families=True)
        return found if is_part else _as_itself(found, ref, self.references, families=families)


def _as_itself(found: Flat, ref: str, references: References, *, families: bool) -> Flat:
    """What a reference names, told apart by the discriminator that it has or inherits."""
    rule = found.schema.get("discriminator")
    if not isinstance(rule, dict):
        return found
    family = references.discriminators.of_heirs(ref)
    if family is not None:
        options = tuple({"$ref": heir} for heir in family.words)
        choice = Choice(("heirs", ref), options, family.property, tuple(words[0] for words in family.words.values()))
        return Flat(found.schema, (*found.choices, choice), found.lossy) if families else found
    layer = tag_layer(rule["propertyName"], references.discriminators.words(rule, ref)[:1])
    return Flat(merge(found.schema, layer), found.choices, found.lossy)


def tag_layer(name: str, words: Sequence[str]) -> Schema:
    """A schema whose property holds one of these words; of anything where there are none."""
    return {"properties": {name: {"enum": list(words)}}} if words else {}


def merge(first: Schema, second: Schema) -> Schema:
    """A schema that asks for what both ask; where they only describe (`example`, `title`) the second has its way."""
    if not first or not second:
        return second or first
    merged = {**first, **second}
    for keyword in first.keys() & second.keys() & _RULES.keys():
        merged[keyword] = _RULES[keyword](first[keyword], second[keyword])
    if "const" in first and "enum" in second:
        merged["enum"] = [value for value in second["enum"] if same(value, first["const"])]
    if not (_admits_null(first) and _admits_null(second)):
        merged.pop("nullable", None)
    patterns = dict.fromkeys((*patterns_of(first), *patterns_of(second)))
    if len(patterns) > 1:
        merged["pattern"] = next(iter(patterns))
        merged[PATTERNS] = list(patterns)[1:]
    _close(merged, first, second)
    return merged


def with_plain_bounds(schema: Schema) -> Schema:
    """The schema with `exclusiveMinimum: true` of 3.0 written as the number it stands for."""
    changed = schema
    for plain, excluded in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(flag := changed.get(excluded), bool):
            changed = {key: each for key, each in changed.items() if key != excluded}
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


def _read_choices(schema: Schema, references: References) -> Iterator[Choice]:
    tagging = references.discriminators.of_choice(schema) if "discriminator" in schema else None
    for keyword in _CHOICES:
        options = tuple(_as_dict(each) for each in schema.get(keyword, ()) if each is not False)
        if not options and keyword not in schema:
            continue
        key = (keyword, *map(id, schema[keyword]))
        words = [tagging.words.get(ref_of(option), []) for option in options] if tagging is not None else []
        if tagging is not None and words and all(words):
            yield Choice(key, options, tagging.property, tuple(each[0] for each in words))
        else:
            yield Choice(key, options or (dict(NOTHING),), exclusive=keyword == "oneOf")
    if "if" in schema:
        then, otherwise = schema.get("then", {}), schema.get("else", {})
        key = ("if", *map(id, (schema["if"], then, otherwise)))
        yield Choice(key, ({"allOf": [schema["if"], then]}, _as_dict(otherwise)), exclusive=True)
    for name, part in schema.get("dependentSchemas", {}).items():
        yield Choice((name, id(part)), (_as_dict(part), {"properties": {name: False}}))


def _as_dict(schema: Json) -> Schema:
    """A schema written `true` or `false` in the words of the others."""
    return schema if isinstance(schema, dict) else dict(NOTHING) if schema is False else {}


def _loses(first: Schema, second: Schema) -> bool:
    """Both say something that is not laid together but replaced."""
    return any(first[keyword] != second[keyword] for keyword in _REPLACED & first.keys() & second.keys())


def _close(merged: Schema, first: Schema, second: Schema) -> None:
    """Let each side's rule for further properties count for those that the other side brings.

    What a closed side does not admit is dropped, or can never fit where it is required.
    """
    for closed, other in ((first, second), (second, first)):
        beyond = closed.get("additionalProperties", True)
        if beyond in (True, {}) or "properties" not in other or "patternProperties" in closed:
            continue
        known, needed = closed.get("properties", {}), merged.get("required", ())
        shown = [
            (name, part) for name, part in merged["properties"].items() if name in known or name in needed or beyond
        ]
        merged["properties"] = {name: part if name in known else _both(part, beyond) for name, part in shown}


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


def _join_names(first: Mapping[str, list[str]], second: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name: [*first.get(name, ()), *second.get(name, ())] for name in (*first, *second)}


def _join_places(first: list[Json], second: list[Json]) -> list[Json]:
    longer = first if len(first) > len(second) else second
    return [_both(one, other) for one, other in zip(first, second, strict=False)] + longer[
        min(len(first), len(second)) :
    ]


def _common_types(first: Json, second: Json) -> Json:
    left = first if isinstance(first, list) else [first]
    right = second if isinstance(second, list) else [second]
    common = [each for each in left if each in right]
    if _admit_whole(left) and _admit_whole(right) and not _admit_whole(common):
        common.append("integer")
    return common if len(common) != 1 else common[0]


def _admit_whole(types: list[Json]) -> bool:
    return "integer" in types or "number" in types


def _common_values(first: list[Json], second: list[Json]) -> list[Json]:
    return [value for value in first if any(same(value, other) for other in second)]


def _common_multiple(first: Json, second: Json) -> Json:
    one, other = Fraction(str(first)), Fraction(str(second))
    common = Fraction(math.lcm(one.numerator, other.numerator), math.gcd(one.denominator, other.denominator))
    return int(common) if common.denominator == 1 else float(common)


_RULES: Final[Mapping[str, Callable[..., Json]]] = {
    "properties": _join_properties,
    "patternProperties": _join_properties,
    "required": lambda first, second: [*first, *(name for name in second if name not in first)],
    "dependentRequired": _join_names,
    "type": _common_types,
    "enum": _common_values,
    "items": _both,
    "prefixItems": _join_places,
    "propertyNames": _both,
    "additionalProperties": _both,
    "unevaluatedProperties": _both,
    "multipleOf": _common_multiple,
    "not": lambda first, second: {"anyOf": [first, second]},
    "uniqueItems": lambda first, second: first or second,
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
_REPLACED: Final = frozenset({"const", "format", "contains", "minContains", "maxContains", "unevaluatedItems"})
