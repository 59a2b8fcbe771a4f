"""Values taken from a description's examples that speak of each other: a full name that holds the name.

Where the example of one property occurs in the example of another, a document's values agree in the same way.
Knows schemas of documents; must not know calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sandbooks.generic.places import Json, Place, find_at
from sandbooks.generic.shapes import Shapes, kind_of
from sandbooks.spec import Schema

SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Agreement:
    """The property `whole` holds what the properties at `parts` hold, each where the example of that part stands."""

    whole: str
    example: str
    schema: Schema
    parts: tuple[tuple[Place, re.Pattern[str]], ...]


class Agreements:
    """What the examples of one collection's documents have in common."""

    def __init__(self, shapes: Shapes, schema: Schema) -> None:
        self._shapes = shapes
        self._found = tuple(_read(shapes, schema))

    def apply(self, document: dict[str, Json], sent: dict[str, Json]) -> None:
        """Let the values that came from examples speak of the document's own; what was sent stays as it was sent."""
        for each in self._found:
            value = document.get(each.whole)
            if each.whole not in sent and isinstance(value, str):
                self._put(document, each, value)

    def renew(self, document: dict[str, Json]) -> None:
        """As `apply`, for a document that was made up as a whole: its values follow the examples' form."""
        for each in self._found:
            if isinstance(document.get(each.whole), str):
                self._put(document, each, each.example)

    def _put(self, document: dict[str, Json], agreement: Agreement, text: str) -> None:
        for place, pattern in agreement.parts:
            part = find_at(document, place)
            if isinstance(part, str):
                text = pattern.sub(part.replace("\\", r"\\"), text)
        if text != document[agreement.whole] and self._shapes.fits(text, agreement.schema):
            document[agreement.whole] = text


def _read(shapes: Shapes, schema: Schema) -> Iterator[Agreement]:
    wholes = {
        name: (example, inner)
        for name, inner in shapes.shape(schema).properties.items()
        if (example := _example(shapes, inner))
    }
    parts = dict(_parts(shapes, schema, ()))
    words = {place: re.compile(rf"(?<![\w-]){re.escape(example)}(?![\w-])") for place, example in parts.items()}
    longest = sorted(words, key=lambda place: -len(parts[place]))
    for name, (example, inner) in wholes.items():
        found = tuple(
            (place, words[place])
            for place in longest
            if len(parts[place]) < len(example) and words[place].search(example)
        )
        if found:
            yield Agreement(name, example, inner, found)


def _parts(shapes: Shapes, schema: Schema, at: Place) -> Iterator[tuple[Place, str]]:
    """The texts with an example, of the document and of the objects right inside it; of equal ones the first."""
    for name, inner in shapes.shape(schema).properties.items():
        if example := _example(shapes, inner):
            yield (*at, name), example
        elif not at and kind_of(shapes.plain(inner)) == "object":
            yield from _parts(shapes, inner, (name,))


def _example(shapes: Shapes, schema: Schema) -> str:
    plain = shapes.plain(schema)
    example = plain.get("example")
    is_free = isinstance(example, str) and len(example) >= SHORTEST and not plain.get("enum")
    return str(example) if is_free else ""
