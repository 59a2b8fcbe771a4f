"""Empty texts that take a value away, where a request says that they may stand for it.

Knows schemas of requests; must not know documents that are kept.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbooks.generic.places import Json
from sandbooks.generic.shapes import Shapes, kind_of, only_value
from sandbooks.resources.schemas import branches_of
from sandbooks.spec import Schema


class Emptied:
    """The properties of a request that an empty text empties: `anyOf: [{type: integer}, {enum: [""]}]`.

    What empties a whole map of texts empties its members too.
    """

    def __init__(self, shapes: Shapes, properties: Mapping[str, Schema]) -> None:
        self._names = frozenset(name for name, inner in properties.items() if _may_be_emptied(shapes, inner))
        self._maps = frozenset(name for name in self._names if _is_map(shapes, properties[name]))

    def read(self, sent: dict[str, Json]) -> dict[str, Json]:
        """What was sent, with null for what an empty text empties."""
        if not self._names:
            return sent
        return {name: self._value(name, value) for name, value in sent.items()}

    def _value(self, name: str, value: Json) -> Json:
        if name in self._maps and isinstance(value, dict):
            return {key: None if inner == "" else inner for key, inner in value.items()}
        return None if name in self._names and value == "" else value


def _options(schema: Schema) -> list[Schema]:
    return branches_of(schema, ("anyOf", "oneOf"))


def _may_be_emptied(shapes: Shapes, schema: Schema) -> bool:
    options = [shapes.plain(option) for option in _options(schema)]
    return len(options) > 1 and any(only_value(option) == ("",) for option in options)


def _is_map(shapes: Shapes, schema: Schema) -> bool:
    plain = [shapes.plain(option) for option in _options(schema)]
    return any(kind_of(each) == "object" and not each.get("properties") for each in plain)
