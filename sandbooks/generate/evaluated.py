"""What a schema has spoken of in a value, so that `unevaluatedProperties` and `unevaluatedItems` know the rest.

Knows keywords; whether a value fits a schema it asks its judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Protocol

from sandbooks.generate.patterns import read_pattern
from sandbooks.generate.references import ref_of

if TYPE_CHECKING:
    from sandbooks.spec.model import Json, Schema

_DEEPEST: Final = 80


class Judge(Protocol):
    """Who decides which alternatives count."""

    def fits_within(self, value: Json, schema: Json, depth: int) -> bool:
        """Whether a value fits a schema."""
        ...

    def target(self, ref: str) -> Json:
        """The schema at a reference."""
        ...


def names_spoken_of(value: dict[str, Json], schema: Schema, judge: Judge, depth: int) -> set[str]:
    """The properties that keywords other than `unevaluatedProperties` of the schema itself have looked at."""
    spoken: set[str] = set()
    for number, part in enumerate(_counting(value, schema, judge, depth, set())):
        if "additionalProperties" in part or (number and "unevaluatedProperties" in part):
            return set(value)
        spoken |= value.keys() & part.get("properties", {}).keys()
        for pattern in part.get("patternProperties", {}):
            compiled = read_pattern(pattern)
            spoken |= {name for name in value if compiled is not None and compiled.matches(name)}
    return spoken


def places_spoken_of(value: list[Json], schema: Schema, judge: Judge, depth: int) -> set[int]:
    """The places of items that keywords other than `unevaluatedItems` of the schema itself have looked at."""
    spoken: set[int] = set()
    for number, part in enumerate(_counting(value, schema, judge, depth, set())):
        if "items" in part or (number and "unevaluatedItems" in part):
            return set(range(len(value)))
        spoken |= set(range(len(part.get("prefixItems", ()))))
        if "contains" in part:
            fits = judge.fits_within
            spoken |= {place for place, each in enumerate(value) if fits(each, part["contains"], depth + 1)}
    return spoken


def _counting(value: Json, schema: Json, judge: Judge, depth: int, met: set[int]) -> Iterator[Schema]:
    """The schema itself, then every part of it that the value fits, each once; `met` are those that came already."""
    if not isinstance(schema, dict) or depth > _DEEPEST or id(schema) in met:
        return
    met.add(id(schema))
    yield schema
    if ref := ref_of(schema):
        yield from _counting(value, judge.target(ref), judge, depth + 1, met)
    for part in schema.get("allOf", ()):
        yield from _counting(value, part, judge, depth + 1, met)
    for part in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        if judge.fits_within(value, part, depth + 1):
            yield from _counting(value, part, judge, depth + 1, met)
    if "if" in schema:
        is_met = judge.fits_within(value, schema["if"], depth + 1)
        for part in (schema["if"], schema.get("then")) if is_met else (schema.get("else"),):
            yield from _counting(value, part, judge, depth + 1, met)
    for name, part in schema.get("dependentSchemas", {}).items():
        if isinstance(value, dict) and name in value:
            yield from _counting(value, part, judge, depth + 1, met)
