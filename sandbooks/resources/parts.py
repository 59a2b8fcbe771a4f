"""What stands inside a document and has a path of its own: the lines of an order, the address of a user.

Knows how a document holds other things; must not know operations.
"""

from __future__ import annotations

from sandbooks.resources.envelopes import WRAPPERS, overlap
from sandbooks.resources.identity import find_own_id
from sandbooks.resources.model import Part, Place, Schema
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import squeeze, stem

ALIKE = 0.6  # so much of two elements must be named alike for them to be the same thing


def find_part(schemas: Schemas, schema: Schema, noun: str, listed: Schema) -> Part | None:
    """The array of a document under that noun whose elements are what a list shows; None when it has no such array."""
    for place, element in _arrays(schemas, schema):
        if stem(place[0]) == noun and _is_same(schemas, element, listed):
            return Part(place, element, find_own_id(schemas, element, noun) or "id")
    return None


def find_object(schemas: Schemas, schema: Schema, words: tuple[str, ...], shown: Schema) -> Part | None:
    """The object to which the words of a path lead in a document: one like what is shown there, and not read-only."""
    place: Place = ()
    found = schema
    for word in words:
        named = {squeeze(name): name for name in schemas.properties(found)}
        if squeeze(word) not in named:
            return None
        place, found = (*place, named[squeeze(word)]), schemas.properties(found)[named[squeeze(word)]]
        if schemas.resolve(found).get("readOnly") is True:
            return None
    return Part(place, found) if schemas.properties(found) and _is_same(schemas, found, shown) else None


def _arrays(schemas: Schemas, schema: Schema) -> list[tuple[Place, Schema]]:
    """The arrays of objects in a document: under a name, or in a list object under a name (`lines.data`)."""
    found: list[tuple[Place, Schema]] = []
    for name, inner in schemas.properties(schema).items():
        if schemas.kind(inner) == "object":
            found += [
                ((name, key), each) for key, each in schemas.properties(inner).items() if squeeze(key) in WRAPPERS
            ]
        else:
            found.append(((name,), inner))
    elements = [(place, schemas.items(array)) for place, array in found]
    return [(place, element) for place, element in elements if element is not None and schemas.is_document(element)]


def _is_same(schemas: Schemas, element: Schema, listed: Schema) -> bool:
    names = schemas.name(element), schemas.name(listed)
    return names[0] == names[1] if all(names) else overlap(schemas, element, listed) >= ALIKE
