"""References between documents: made to point at documents that exist.

Knows resources; must not know calls or schemas.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbooks.generic.places import Json, copy_json, split_property
from sandbooks.resources import Reference, Resource
from sandbooks.store import Document

Pick = Callable[[str], object | None]
Fits = Callable[[Reference, Json], bool]


def link_references(document: Document, resource: Resource, pick: Pick, fits: Fits | None = None) -> Document:
    """The document with every reference that it holds set to an id that `pick` gives for the collection.

    A reference that the document does not hold, for which `pick` has nothing, or where the id does not fit, stays as it
    is. Of several ids each is picked anew, and none stands twice.
    """
    linked: Document = copy_json(document)
    for reference in resource.references:
        _set(linked, split_property(reference.property), reference, pick, fits or _anything)
    return linked


def _anything(reference: Reference, value: Json) -> bool:
    return True


def _set(value: Json, place: tuple[str, ...], reference: Reference, pick: Pick, fits: Fits) -> None:
    if isinstance(value, list):
        for element in value:
            _set(element, place, reference, pick, fits)
    elif isinstance(value, dict) and value.get(place[0]) is not None:
        if len(place) > 1:
            _set(value[place[0]], place[1:], reference, pick, fits)
            return
        linked = _linked(value[place[0]], reference, pick)
        if fits(reference, linked):
            value[place[0]] = linked


def _linked(held: Json, reference: Reference, pick: Pick) -> Json:
    if isinstance(held, list):
        found = [_like(pick(reference.collection), element) for element in held]
        return list(dict.fromkeys(found)) if all(isinstance(each, str | int) for each in found) else held
    return _like(pick(reference.collection), held)


def _like(id: object, held: Json) -> Json:
    """The id in the type of what stood there, which the schema of the document asks for; else what stood there.

    Where a whole document stood, its id may stand too.
    """
    if isinstance(held, dict) and isinstance(id, str | int):
        return id
    if isinstance(held, str) and isinstance(id, str | int):
        return str(id)
    if isinstance(held, int) and not isinstance(held, bool):
        if isinstance(id, int):
            return id
        return int(id) if isinstance(id, str) and id.isdecimal() else held
    return held
