"""References between documents: made to point at documents that exist.

Knows resources; must not know calls or schemas.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbooks.generic.places import Json, copy_json, read_whole, split_property, values_at
from sandbooks.resources import Reference, Resource
from sandbooks.store import Document

Pick = Callable[[str, Json], object | None]
"""Gives, for a collection and what a reference holds, the id that it shall hold; None where there is none."""

Find = Callable[[str, str | int], Document | None]
"""Gives the document of a collection that has an id."""

Fits = Callable[[Reference, Json], bool]
"""Says whether the property of a reference may hold an id."""


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


def show_referred(document: Document, resource: Resource, find: Find) -> None:
    """Let each document inside this one say, in place, what the one that it stands for says."""
    for reference in resource.references:
        name = split_property(reference.property)[-1]
        for shown in values_at(document, split_property(reference.embedded)) if reference.embedded else ():
            held = shown.get(name) if isinstance(shown, dict) else None
            found = find(reference.collection, held) if isinstance(held, str | int) else None
            if isinstance(shown, dict) and found is not None:
                shown.update({key: found[key] for key in shown if _is_alike(found.get(key), shown[key])})


def _is_alike(one: Json, other: Json) -> bool:
    return type(one) is type(other) and not isinstance(one, dict | list)


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
        found = [_like(pick(reference.collection, element), element) for element in held]
        return list(dict.fromkeys(found)) if all(isinstance(each, str | int) for each in found) else held
    return _like(pick(reference.collection, held), held)


def _like(id: object, held: Json) -> Json:
    """The id in the type of what stood there, which the schema of the document asks for; else what stood there.

    Where a whole document stood, its id may stand too.
    """
    if isinstance(held, dict) and isinstance(id, str | int):
        return id
    if isinstance(held, str) and isinstance(id, str | int):
        return str(id)
    if isinstance(held, int) and not isinstance(held, bool):
        number = id if isinstance(id, int) else read_whole(id)
        return held if number is None else number
    return held
