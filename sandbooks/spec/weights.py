"""How many schemas one value is held against, so that none is held against thousands of millions.

Knows translated schemas; must not know values, nor how schemas are compiled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sandbooks.spec.model import Json, Schema

MOST_CHECKS: Final = 100_000
"""A schema that is made of more than this, each counted as often as it is referred to, lets everything pass.

So does what is made of it: within `oneOf` or `not` to let everything pass would be to refuse.
"""

_CIRCLE: Final = 1_000
"""What comes back to itself is followed once more on every way that leads there."""

_DEEPEST: Final = 150
_PREFIX: Final = "#/$defs/"
_LISTS: Final = ("allOf", "anyOf", "oneOf")
_PARTS: Final = ("not", "if", "then", "else")


class Weights:
    """The weights of named schemas, each reckoned once: layers of two references each would double them forty times."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def lightened(self, whole: Schema, named: Mapping[str, Schema | bool]) -> Schema:
        """The whole with the named schemas that it refers to; instead of what is too heavy, what everything fits."""
        light = {
            name: schema if self._of_name(name, named, 0) <= MOST_CHECKS else True for name, schema in named.items()
        }
        return {**(whole if self._of(whole, named, 0) <= MOST_CHECKS else {}), "$defs": light}

    def _of_name(self, name: str, named: Mapping[str, Schema | bool], depth: int) -> int:
        if name not in self._known:
            self._known[name] = _CIRCLE  # if it comes back to itself
            self._known[name] = min(self._of(named.get(name), named, depth), MOST_CHECKS + 1)
        return self._known[name]

    def _of(self, schema: Json, named: Mapping[str, Schema | bool], depth: int) -> int:
        if not isinstance(schema, dict):
            return 1
        if depth > _DEEPEST:
            return MOST_CHECKS + 1
        weight = 1 + sum(self._of(part, named, depth + 1) for part in _parts_in_place(schema))
        ref = schema.get("$ref")
        return weight + self._of_name(ref.removeprefix(_PREFIX), named, depth + 1) if isinstance(ref, str) else weight


def _parts_in_place(schema: Schema) -> Iterator[Json]:
    """The schemas within a schema that the same value is held against."""
    for keyword in _LISTS:
        yield from schema.get(keyword, ())
    for keyword in _PARTS:
        if keyword in schema:
            yield schema[keyword]
    yield from schema.get("dependentSchemas", {}).values()
