"""The import behind every POST: records one by one, found by their keys, created, edited or refused (A11).

Knows the order of the steps and what an answer counts; the rules of a record stand with its entity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sandbooks import Call, Problem, Reply

from .drafts import Draft, Refused, Rename, keyed
from .entities import Document, Entity, Referrer
from .values import Json, is_guid, quoted

CREATED = "numberOfEntitiesCreated"
EDITED = "numberOfEntitiesEdited"
EDITED_WITH_ERRORS = "numberOfEntitiesEditedWithErrors"
NOT_IMPORTED = "numberOfEntitiesNotImportedDueToErrors"
IMPORTED = "numberOfEntitiesImported"
RESULT = "IntegrationImportResult"

_IMPORTS = "~imports"  # hidden: no list of collections shows it, and no answer but the guid depends on it

_TOLD = {CREATED: "created", EDITED: "edited", EDITED_WITH_ERRORS: "edited with errors", NOT_IMPORTED: "not imported"}


def importer(entity: Entity) -> Callable[[Call], Reply]:
    """The handler that imports records of an entity."""

    def import_records(call: Call) -> Reply:
        """Import each record by its keys: create it, edit it, or refuse it with a notice; the answer is 200."""
        counts = dict.fromkeys(_TOLD, 0)
        notices: list[Json] = []
        renames: list[Rename] = []
        for index, sent in enumerate(call.body[entity.list_name]):
            draft = Draft(call, entity, index, sent)
            counts[_import_alone(draft, sent)] += 1
            notices += draft.notices
            renames += draft.renames
        _rename_parts(call, renames)
        call.note(f"Records stand alone: {', '.join(f'{counts[name]} {word}' for name, word in _TOLD.items())}.")
        return Reply(200, _result(call, counts, notices))

    return import_records


def import_within(parent: Draft, place: str, sent: Json) -> None:
    """Import a record that stands inside another, wholly or not at all; what is wrong with it is told as the parent's.

    Raises:
        Refused: it was not imported.
    """
    draft = Draft(parent.call, parent.entity, parent.index, sent, parent=parent, place=place)
    try:
        with parent.call.attempt():
            _import(draft, sent)
            if draft.failed:
                raise Refused
    finally:
        parent.notices += draft.notices


def milliseconds(call: Call) -> int:
    """The time of a call, to the millisecond."""
    return int(call.now.timestamp()) * 1000 + call.now.microsecond // 1000


def stamp(call: Call) -> int:
    """The time of a call as objects bear it: whole seconds, in milliseconds (A19)."""
    return int(call.now.timestamp()) * 1000


def _import_alone(draft: Draft, sent: Json) -> str:
    """Import one record of the list, and say where it counts. A refused one leaves nothing behind."""
    try:
        with draft.call.attempt():
            draft.call.check_item(draft.index)
            return _import(draft, sent)
    except Refused:
        return NOT_IMPORTED
    except Problem as problem:  # a scripted fault
        draft.refuse(None, problem.message)
        return NOT_IMPORTED


def _import(draft: Draft, sent: Json) -> str:
    """
    Raises:
        Refused: it is not imported.
    """
    if not isinstance(sent, dict):
        draft.refuse(None, f"{quoted(sent)} is not a record; records are objects")
        raise Refused
    entity = draft.entity
    new_guid = _identify(draft)
    draft.read()
    entity.settle(draft)
    draft.require()
    if draft.failed and (draft.is_new or entity.strict):
        raise Refused
    _store(draft, new_guid)
    entity.follow(draft)
    if draft.is_new:
        if draft.failed:
            raise Refused
        return CREATED
    return EDITED_WITH_ERRORS if draft.failed else EDITED


def _identify(draft: Draft) -> str:
    """Find the record by its keys in their order; the guid that a new one brings of its own, or empty (A13, A28).

    Raises:
        Refused: its keys lead nowhere, or to more than one record.
    """
    entity, table = draft.entity, draft.call.collection(draft.entity.collection)
    guid = keyed(draft, [entity.guid]).get(entity.guid, "").lower()
    keys = keyed(draft, entity.keys)
    found = table.find_one(guid) if guid else None
    new_guid = guid if guid and found is None else ""
    if new_guid and not (entity.chooses_guid and is_guid(guid)):
        draft.refuse(entity.guid, f"{entity.guid} {quoted(guid)} does not exist; a guid only finds what is there")
        raise Refused
    by_guid = found is not None
    for name, key in keys.items():
        other = table.find_unique(**{name: key})
        if other is None:
            continue
        if found is None and not new_guid:
            found = other
        elif found is None or other[entity.guid] != found[entity.guid]:
            draft.refuse(name, f"{name} {quoted(key)} belongs to another {entity.noun}")
            if not by_guid or entity.taken_key_refuses:
                raise Refused
    if found is None and not new_guid and not (keys and entity.creates):
        _refuse_unknown(draft, keys)
    draft.stored = found
    draft.values = dict(found or {})
    return new_guid


def _refuse_unknown(draft: Draft, keys: dict[str, str]) -> None:
    entity = draft.entity
    for name, key in keys.items():
        draft.refuse(name, f"{name} {quoted(key)} does not exist; a POST creates no {entity.noun}")
    if not keys:
        names = (*entity.keys, entity.guid)
        draft.refuse(names[0], f"A record is known by {' or '.join(names)}; it has none")
    raise Refused


def _store(draft: Draft, new_guid: str) -> None:
    """Store the record as far as it goes, with its times; what names it by a key that changed goes along."""
    call, entity, values = draft.call, draft.entity, draft.values
    table = call.collection(entity.collection)
    values[entity.updated_at] = stamp(call)
    if draft.stored is None:
        place = f"{draft.parent.index if draft.parent else ''}{draft.place}"
        values[entity.guid] = new_guid or call.chance.at(entity.collection, place, draft.index).uuid()
        values[entity.created_at] = stamp(call)
        draft.values = table.put(values)
        return
    draft.values = table.replace(values[entity.guid], values)
    for name, referrers in entity.referrers.items():
        if draft.changes(name):
            for referrer in referrers:
                _rename(draft, Rename(referrer, draft.was(name), draft.get(name)))


def _rename(draft: Draft, rename: Rename) -> None:
    """Let others name a record by its new key; their own times stay. Their parts follow when the list is through."""
    referrer, old, new = rename
    if referrer.within:
        draft.renames.append(rename)
        return
    table = draft.call.collection(referrer.collection)
    for document in list(table.views(filters={referrer.name: old})):
        table.change(document[table.schema.id], {referrer.name: new})


def _rename_parts(call: Call, renames: Sequence[Rename]) -> None:
    """Let parts of others follow all renames of a list at once: no rule of the list looks at them, and a book of many
    prices is written once.
    """
    for referrer in dict.fromkeys(each.referrer for each in renames):
        _rename_within(call, referrer, _what_became(each for each in renames if each.referrer == referrer))


def _rename_within(call: Call, referrer: Referrer, became: Mapping[str, str]) -> None:
    table, name, within = call.collection(referrer.collection), referrer.name, referrer.within
    for document in list(table.views(predicate=lambda each: _names(each, referrer, became))):
        parts = [{**part, name: became[part[name]]} if part.get(name) in became else part for part in document[within]]
        table.change(document[table.schema.id], {within: parts})


def _what_became(renames: Iterable[Rename]) -> dict[str, str]:
    """From the keys before a series of renames to those after it. A key that is free again may be another's by now:
    of a record that came in between nobody has spoken yet.
    """
    became: dict[str, str] = {}
    first: dict[str, str] = {}
    for _, old, new in renames:
        if old not in first and old in became:
            continue
        origin = first.pop(old, old)
        became[origin] = new
        first[new] = origin
    return became


def _names(document: Document, referrer: Referrer, keys: Mapping[str, str]) -> bool:
    return any(part.get(referrer.name) in keys for part in document.get(referrer.within) or ())


def _count_import(call: Call) -> int:
    """How many imports there have been, this one included; results differ by it though nothing else may."""
    table = call.collection(_IMPORTS)
    counted = table.find_one(1)
    if counted is None:
        table.put({"id": 1, "count": 1})
        return 1
    return int(table.change(1, {"count": counted["count"] + 1})["count"])


def _result(call: Call, counts: dict[str, int], notices: list[Json]) -> dict[str, Any]:
    """The answer of an import; its guid is new each time, and the result is not kept (A16)."""
    return {
        "dtype": RESULT,
        "id": 0,
        "guid": call.chance.at("result", _count_import(call)).uuid(),
        "importConfiguration": None,
        **counts,
        "extra": None,
        "notices": notices,
        "updatedAt": milliseconds(call),
        "importResultType": None,
        IMPORTED: counts[CREATED] + counts[EDITED] + counts[EDITED_WITH_ERRORS],
    }
