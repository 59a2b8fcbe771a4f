"""What a document holds and no answer shows: write-only properties, at whatever depth.

Knows schemas; must not know operations.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from sandbooks.generic.places import Json
from sandbooks.generic.shapes import Shape, Shapes, kind_of
from sandbooks.spec import Schema

MOST_OBJECTS = 300


@dataclass(slots=True)
class Secrets:
    """The write-only properties of one object, and the properties below which there are more."""

    names: set[str] = field(default_factory=set)
    below: dict[str, Secrets] = field(default_factory=dict)

    def drop(self, value: Json) -> None:
        """Take the secrets out of a value, in each element of an array; the value is changed."""
        if isinstance(value, list):
            for element in value:
                self.drop(element)
        elif isinstance(value, dict):
            for name in self.names:
                value.pop(name, None)
            for name, inner in self.below.items():
                inner.drop(value.get(name))


def find_secrets(schema: Schema, shapes: Shapes) -> Secrets:
    """The secrets of a schema, as far as a few hundred objects show them: a schema may hold itself."""
    top = Secrets()
    known: dict[int, Secrets] = {}
    waiting: deque[tuple[Shape, Secrets]] = deque()

    def secrets_of(inner: Schema) -> Secrets:
        shape = shapes.shape(shapes.element(inner))
        if id(shape) not in known:
            known[id(shape)] = Secrets() if known else top
            if len(known) <= MOST_OBJECTS:
                waiting.append((shape, known[id(shape)]))
        return known[id(shape)]

    secrets_of(schema)
    while waiting:
        shape, secrets = waiting.popleft()
        for name, part in shape.properties.items():
            plain = shapes.plain(part)
            if plain.get("writeOnly") is True:
                secrets.names.add(name)
            elif kind_of(plain) in ("object", "array"):
                secrets.below[name] = secrets_of(part)
    _prune(list(known.values()))
    return top


def _prune(found: list[Secrets]) -> None:
    """Leave out the ways that lead to no secret."""
    leading = {id(secrets) for secrets in found if secrets.names}
    grows = True
    while grows:
        before = len(leading)
        leading |= {id(each) for each in found if any(id(inner) in leading for inner in each.below.values())}
        grows = len(leading) > before
    for secrets in found:
        secrets.below = {name: inner for name, inner in secrets.below.items() if id(inner) in leading}
