"""Other paths to a known collection: those that only make its documents, or act on one, or are of whoever calls.

Knows drafts and what paths answer; must not know what the single operations do.
"""

from __future__ import annotations

from sandbooks.resources.bodies import answer_schema, request_schema, success_statuses
from sandbooks.resources.drafts import Draft
from sandbooks.resources.envelopes import find_spots
from sandbooks.resources.paths import VALUE, Group
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import CALLERS, PEOPLE, stem
from sandbooks.spec import Operation


def add_doors(schemas: Schemas, drafts: list[Draft], groups: list[Group]) -> None:
    """Give each collection the paths that are called like it and speak of its documents, by the name of their schema.

    `POST /push/bills` makes a bill where `/data/bills` lists them; `POST /tests/bills/{id}/expire` acts on one.
    """
    taken = {place.template.key for draft in drafts for pair in draft.places for place in pair if place}
    for group in groups:
        key = group.template.key
        if group.template.verb or group.template.opaque or key in taken or not key:
            continue
        makes = key[-1] != VALUE and "POST" in group.operations
        if makes and (owner := _owner(schemas, drafts, key[-1], group)):
            owner.places.append((group, None))
        if len(key) > 2 and key[-2] == VALUE != key[-1] and key[:-1] not in taken and key[-3] != VALUE:
            owner = _owner(schemas, drafts, key[-3], group)
            if owner and owner.places[0][1] is not None and key[:-1] not in owner.doors:
                owner.doors.append(key[:-1])


def is_of_caller(schemas: Schemas, drafts: list[Draft], group: Group) -> bool:
    """A path shows the person who calls, one of a known collection: `/me` or `/user` where `/users/{id}` shows such.

    Then it is a door to one of that collection, which lives by it: the person can be read by its id, too.
    """
    key = group.template.key
    if "GET" not in group.operations or group.template.opaque or VALUE in key or not key:
        return False
    word = stem(key[-1])
    for draft in drafts:
        is_person = draft.noun in PEOPLE and draft.places[0][1] is not None and VALUE not in draft.key
        is_called = word in CALLERS or (word == draft.noun and key != draft.key)
        if is_person and is_called and not draft.refusal and _speaks_of(schemas, draft, group.operations["GET"]):
            draft.doors.append(key)
            draft.viewed = True
            return True
    return False


def _owner(schemas: Schemas, drafts: list[Draft], word: str, group: Group) -> Draft | None:
    """The collection of that name whose documents the operations of a path take or answer."""
    called = (each for each in drafts if each.noun == stem(word) and not each.singleton and not each.refusal)
    operations = group.operations.values()
    return next((each for each in called if any(_speaks_of(schemas, each, every) for every in operations)), None)


def _speaks_of(schemas: Schemas, draft: Draft, operation: Operation) -> bool:
    bodies = [answer_schema(operation, status) for status in success_statuses(operation)]
    named = {
        spot.name
        for body in (*bodies, request_schema(operation))
        for spot in find_spots(schemas, body)
        if spot.envelope.kind == "item"
    }
    return bool(named & draft.schema_names)
