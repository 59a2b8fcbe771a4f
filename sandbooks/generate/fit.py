"""Whether a value fits a schema: which examples may be used, which of several drafts is handed out.

Knows JSON Schema's words in the spelling of OpenAPI 3.0 and 3.1; makes no values and no messages. What a client sends
is judged by `spec`, not here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from sandbooks.generate.evaluated import names_spoken_of, places_spoken_of
from sandbooks.generate.numbers import read_bounds
from sandbooks.generate.patterns import patterns_of, read_pattern
from sandbooks.generate.references import WHOLES, ref_of
from sandbooks.spec.texts import format_judge

if TYPE_CHECKING:
    from sandbooks.generate.references import References
    from sandbooks.spec.discriminators import Tagging
    from sandbooks.spec.model import Json, Schema

Known: TypeAlias = dict[tuple[int, int, frozenset[str], bool], bool]
"""Whether values fit schemas: by the identities of both, what may be missing, and whether it is a part of another."""

_DEEPEST: Final = 80
_BOUNDS: Final = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"})
_COMPOSED: Final = frozenset({"$ref", "allOf", WHOLES, "oneOf", "anyOf", "not", "if"})
_REST: Final = frozenset({"unevaluatedProperties", "unevaluatedItems"})


class Fitter:
    """Judges values against the schemas of one description.

    Args:
        left_out: `writeOnly` for what an answer holds, `readOnly` for a request; properties so marked may be absent.
        lenient: with a `oneOf` whose schemas lie within one another any of them will do, as when calls are checked.
    """

    def __init__(self, references: References, left_out: str, *, lenient: bool = False) -> None:
        self._references = references
        self._left_out = left_out
        self._lenient = lenient
        self._known: Known = {}

    def fits(self, value: Json, schema: Json, known: Known | None = None) -> bool:
        """True when the value keeps to every keyword; common formats count, unknown keywords do not.

        Args:
            known: what has been found before, to be added to. The values in there must not be changed, nor let go.
        """
        self._known = {} if known is None else known
        return self._fits(value, schema, 0)

    def fits_within(self, value: Json, schema: Json, depth: int) -> bool:
        """The same while a value around this one is judged, `depth` schemas deep."""
        return self._fits(value, schema, depth)

    def target(self, ref: str) -> Json:
        """The schema at a reference."""
        return self._references.target(ref)

    def _fits(
        self, value: Json, schema: Json, depth: int, absent: frozenset[str] = frozenset(), *, is_part: bool = False
    ) -> bool:
        """`absent` are properties that may be missing because a schema around this one leaves them out.

        Each pair of value and schema is judged once, or schemas within schemas would take exponential time; what comes
        back to a pair that is being judged asks for nothing more there. Only the plain rules of texts and numbers are
        judged again, which is faster than to remember.
        """
        if not isinstance(schema, dict):
            return schema is not False
        if depth > _DEEPEST:
            return True
        if not isinstance(value, dict | list) and _COMPOSED.isdisjoint(schema):
            return self._judge(value, schema, depth, absent, is_part=is_part)
        pair = id(value), id(schema), absent, is_part
        if pair not in self._known:
            self._known[pair] = True
            self._known[pair] = self._judge(value, schema, depth, absent, is_part=is_part)
        return self._known[pair]

    def _judge(self, value: Json, schema: Schema, depth: int, absent: frozenset[str], *, is_part: bool) -> bool:
        if value is None and schema.get("nullable") is True:
            return True
        if "$ref" in schema:
            fits = self._fits_reference(value, schema, depth, absent, is_part=is_part)
            return fits and self._fits_rest(value, self._references.beside(schema), depth, schema)
        if not has_type(value, schema) or not _is_listed(value, schema):
            return False
        if isinstance(value, dict):
            absent |= frozenset(self._names_left_out(schema, set()))
        return (
            self._fits_own(value, schema, depth, absent)
            and self._fits_parts(value, schema, depth, absent)
            and self._fits_rest(value, schema, depth, schema)
        )

    def _fits_reference(
        self, value: Json, schema: Schema, depth: int, absent: frozenset[str], *, is_part: bool
    ) -> bool:
        ref = ref_of(schema)
        if not self._fits(value, self._references.target(ref), depth + 1, absent, is_part=is_part):
            return False
        family = None if is_part else self._references.discriminators.of_heirs(ref)
        if family is not None and not all(
            self._fits(value, heir, depth + 1, absent, is_part=True) for heir in _meant(value, family)
        ):
            return False
        beside = {key: each for key, each in self._references.beside(schema).items() if key not in _REST}
        return not beside or self._judge(value, beside, depth + 1, absent, is_part=is_part)

    def _names_left_out(self, schema: Json, met: set[int]) -> Iterator[str]:
        """The properties of a schema, and of all that it is made of, that the other side writes; `met` are its parts
        that were looked into already.
        """
        while ref := ref_of(schema):
            if id(schema) in met:
                return
            met.add(id(schema))
            schema = self._references.target(ref)
        if not isinstance(schema, dict) or id(schema) in met:
            return
        met.add(id(schema))
        for name, part in schema.get("properties", {}).items():
            if self._references.says(part, self._left_out):
                yield name
        for part in schema.get("allOf", ()):
            yield from self._names_left_out(part, met)

    def _fits_own(self, value: Json, schema: Schema, depth: int, absent: frozenset[str]) -> bool:
        if isinstance(value, str):
            return _fits_text(value, schema)
        if isinstance(value, bool) or value is None:
            return True
        if isinstance(value, int | float):
            bounded = not _BOUNDS.isdisjoint(schema)
            return not bounded or read_bounds(schema, whole=schema.get("type") == "integer").admit(value)
        if isinstance(value, list):
            return self._fits_array(value, schema, depth)
        return self._fits_object(value, schema, depth, absent)

    def _fits_parts(self, value: Json, schema: Schema, depth: int, absent: frozenset[str]) -> bool:
        if "not" in schema and self._fits(value, schema["not"], depth + 1):
            return False
        if not all(self._fits(value, part, depth + 1, absent, is_part=True) for part in schema.get("allOf", ())):
            return False
        if not all(self._fits(value, part, depth + 1, absent) for part in schema.get(WHOLES, ())):
            return False
        if not self._fits_choices(value, schema, depth):
            return False
        if "if" in schema:
            then = "then" if self._fits(value, schema["if"], depth + 1) else "else"
            return self._fits(value, schema.get(then, True), depth + 1)
        return True

    def _fits_choices(self, value: Json, schema: Schema, depth: int) -> bool:
        """Where a discriminator tells which option is meant, that one alone counts."""
        tagging = self._references.discriminators.of_choice(schema) if "discriminator" in schema else None
        if tagging is not None:
            meant = _meant(value, tagging)
            return bool(meant) and all(self._fits(value, each, depth + 1) for each in meant)
        if "anyOf" in schema and not any(self._fits(value, part, depth + 1) for part in schema["anyOf"]):
            return False
        if "oneOf" not in schema:
            return True
        fitting = sum(self._fits(value, part, depth + 1) for part in schema["oneOf"])
        vague = self._lenient and fitting > 1 and self._references.alternatives.are_vague(schema["oneOf"])
        return fitting == 1 or vague

    def _fits_array(self, value: list[Json], schema: Schema, depth: int) -> bool:
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            return False
        if schema.get("uniqueItems") is True and len({identity(each) for each in value}) < len(value):
            return False
        first = schema.get("prefixItems", [])
        if not all(self._fits(each, part, depth + 1) for each, part in zip(value, first, strict=False)):
            return False
        rest = schema.get("items", True)
        if not all(self._fits(each, rest, depth + 1) for each in value[len(first) :]):
            return False
        if "contains" not in schema:
            return True
        found = sum(self._fits(each, schema["contains"], depth + 1) for each in value)
        return bool(schema.get("minContains", 1) <= found <= schema.get("maxContains", found))

    def _fits_object(self, value: dict[str, Json], schema: Schema, depth: int, absent: frozenset[str]) -> bool:
        if not schema.get("minProperties", 0) <= len(value) <= schema.get("maxProperties", len(value)):
            return False
        if any(name not in value and name not in absent for name in schema.get("required", ())):
            return False
        names = schema.get("propertyNames", True)
        if not all(self._fits(name, names, depth + 1) for name in value):
            return False
        for name, others in schema.get("dependentRequired", {}).items():
            if name in value and not value.keys() >= {*others}:
                return False
        for name, part in schema.get("dependentSchemas", {}).items():
            if name in value and not self._fits(value, part, depth + 1):
                return False
        return all(
            self._fits(each, part, depth + 1) for name, each in value.items() for part in schemas_of(name, schema)
        )

    def _fits_rest(self, value: Json, rules: Schema, depth: int, schema: Schema) -> bool:
        """`unevaluatedProperties` and `unevaluatedItems`: for what no other keyword of the schema has spoken of."""
        rest: list[Json]
        if isinstance(value, dict) and "unevaluatedProperties" in rules:
            spoken = names_spoken_of(value, schema, self, depth)
            rest = [each for name, each in value.items() if name not in spoken]
            return all(self._fits(each, rules["unevaluatedProperties"], depth + 1) for each in rest)
        if isinstance(value, list) and "unevaluatedItems" in rules:
            spoken_of = places_spoken_of(value, schema, self, depth)
            rest = [each for place, each in enumerate(value) if place not in spoken_of]
            return all(self._fits(each, rules["unevaluatedItems"], depth + 1) for each in rest)
        return True


def has_type(value: Json, schema: Schema) -> bool:
    """True when the value is of a type that the schema names, or it names none."""
    named = schema.get("type")
    if named is None:
        return True
    types = named if isinstance(named, list) else [named]
    return any(_is_a(value, each) for each in types)


def same(left: Json, right: Json) -> bool:
    """Equality as JSON means it, at any depth: true is not 1, 1.0 is."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def identity(value: Json) -> str:
    """A text that two values share exactly when they are the same for `uniqueItems`."""
    return json.dumps(_plain_numbers(value), sort_keys=True)


def schemas_of(name: str, schema: Schema) -> list[Json]:
    """Every schema that speaks of a property: its own, those of matching patterns, else the one for all others."""
    found = [schema["properties"][name]] if name in schema.get("properties", {}) else []
    for pattern, part in schema.get("patternProperties", {}).items():
        compiled = read_pattern(pattern)
        if compiled is not None and compiled.matches(name):
            found.append(part)
    return found or [schema.get("additionalProperties", True)]


def _plain_numbers(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain_numbers(each) for each in value]
    return {name: _plain_numbers(each) for name, each in value.items()} if isinstance(value, dict) else value


def _meant(value: Json, tagging: Tagging) -> list[Schema]:
    """The alternative that a value says it is, as a list of one or none."""
    word = value.get(tagging.property) if isinstance(value, dict) else None
    found = tagging.schemas.get(word) if isinstance(word, str) else None
    return [found] if found is not None else []


def _is_listed(value: Json, schema: Schema) -> bool:
    if "const" in schema and not same(value, schema["const"]):
        return False
    return "enum" not in schema or any(same(value, each) for each in schema["enum"])


def _fits_text(value: str, schema: Mapping[str, Json]) -> bool:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return False
    for text in patterns_of(schema):
        pattern = read_pattern(text)
        if pattern is not None and not pattern.matches(value):
            return False
    judge = format_judge(str(schema.get("format", "")))
    return judge is None or judge(value)


def _is_a(value: Json, type_name: str) -> bool:
    match type_name:
        case "string":
            return isinstance(value, str)
        case "integer":
            return not isinstance(value, bool) and (
                isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            )
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
        case "null":
            return value is None
    return True
