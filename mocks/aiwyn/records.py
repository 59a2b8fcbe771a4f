"""The Records API: batches that create, update and inactivate records, each item for itself.

Knows the order of checks and what an answer says of each item; what a type asks for is told by its kind.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbooks import Call, Problem, Reply

from .errors import (
    DUPLICATE_SYSTEM_REF,
    RECORD_NOT_FOUND,
    RECORD_TYPE_INACTIVE,
    SYSTEM_REF_REQUIRED,
    UNKNOWN_RECORD_TYPE,
    VALIDATION_ERROR,
    Failure,
)
from .kinds import Attributes, Kind, Stored, as_integers, find_kind
from .operators import shown
from .subscriptions import record_event
from .views import Json, moment, success

CREATED, UPDATED, DELETED, FAILED = "CREATED", "UPDATED", "DELETED", "FAILED"


@dataclass(slots=True)
class Item:
    """One item of a batch, as far as it has been read; `ref` is None for null and `{}` (A25)."""

    index: int
    sent: Mapping[str, Any]  # as it came: JSON
    kind: Kind | None = None
    ref: Mapping[str, Any] | None = None  # any JSON object
    stored: Stored | None = None

    def result(self, status: str, failure: Failure | None = None) -> dict[str, Json]:
        error = {"code": failure.code, "message": failure.message, "field": failure.field} if failure else None
        return {
            "index": self.index,
            "type": self.kind.name if self.kind else self.sent.get("type"),
            "systemRef": self.sent.get("systemRef"),
            "id": self.stored["id"] if self.stored else None,
            "status": status,
            "error": error,
        }


Act = Callable[[Call, Item, Kind], str]


def upsert_records(call: Call) -> Reply:
    """Create or update each record; one that was inactive is active again (A27)."""
    return _batch(call, _upsert)


def update_records(call: Call) -> Reply:
    """Update each record that exists and is active; an item of any other fails."""
    return _batch(call, _update)


def deactivate_records(call: Call) -> Reply:
    """Inactivate each record that exists and is active; it stays readable."""
    return _batch(call, _deactivate)


def _batch(call: Call, act: Act) -> Reply:
    """Do something with each item. A failed one stores nothing and leaves the others alone; the answer is 200."""
    seen: set[tuple[str, str]] = set()
    results = []
    for index, sent in enumerate(call.body["records"]):
        item = Item(index, sent if isinstance(sent, dict) else {})
        try:
            call.check_item(index)
            kind = _read(call, item, sent, seen)
            results.append(item.result(act(call, item, kind)))
        except Failure as failure:
            results.append(item.result(FAILED, failure))
        except Problem as scripted:
            results.append(item.result(FAILED, Failure(scripted.code, scripted.message)))
    counts = {name: _count(results, status) for name, status in _SUMMARY}
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    summary = {"total": len(results), **counts}
    call.note(f"Items stand alone: {told}.")
    return success(call, {"summary": summary, "records": results}, f"Processed {len(results)} records: {told}.")


_SUMMARY = (("created", CREATED), ("updated", UPDATED), ("deleted", DELETED), ("failed", FAILED))


def _count(results: list[dict[str, Json]], status: str) -> int:
    return sum(result["status"] == status for result in results)


def _read(call: Call, item: Item, sent: Json, seen: set[tuple[str, str]]) -> Kind:
    """Type and systemRef of an item, checked; `seen` holds those of the items before."""
    if not isinstance(sent, dict):
        raise Failure(VALIDATION_ERROR, "A record is an object with type, systemRef and attributes.")
    name, ref = sent.get("type"), sent.get("systemRef")
    if not isinstance(name, str) or not name:
        raise Failure(VALIDATION_ERROR, f"type is {shown(name)}; it must be the name of a record type.", "type")
    kind = item.kind = find_kind(call, name)
    if kind is None:
        raise Failure(UNKNOWN_RECORD_TYPE, f"There is no record type {name!r}; see GET /api/v1/records/types.", "type")
    if ref is not None and not isinstance(ref, dict):
        raise Failure(VALIDATION_ERROR, f"systemRef is {shown(ref)}; it must be an object or null.", "systemRef")
    item.ref = as_integers(ref) if ref else None
    if item.ref is not None:
        key = kind.name, json.dumps(item.ref, sort_keys=True)
        if key in seen:
            raise Failure(DUPLICATE_SYSTEM_REF, "An item before this one has the same type and systemRef.", "systemRef")
        seen.add(key)
        item.stored = kind.find(call, item.ref)
    if not kind.active:
        raise Failure(RECORD_TYPE_INACTIVE, f"The record type {kind.name!r} is not active.", "type")
    return kind


def _upsert(call: Call, item: Item, kind: Kind) -> str:
    attributes = _attributes(item)
    if item.stored is not None:
        revived = {**item.stored, "active": True}  # unless the attributes say otherwise
        return _change(call, item, kind, kind.merged(call, revived, attributes), UPDATED)
    now = moment(call.now)
    document = {
        **kind.merged(call, None, attributes),
        "systemRef": item.ref,
        "createdAt": now,
        "updatedAt": now,
    }
    item.stored = call.collection(kind.collection).put(document)
    call.emit(record_event(call, kind, None, item.stored))
    return CREATED


def _update(call: Call, item: Item, kind: Kind) -> str:
    stored = _known(item, kind)
    return _change(call, item, kind, kind.merged(call, stored, _attributes(item)), UPDATED)


def _deactivate(call: Call, item: Item, kind: Kind) -> str:
    _known(item, kind)
    return _change(call, item, kind, {"active": False}, DELETED)


def _known(item: Item, kind: Kind) -> Stored:
    if item.ref is None:
        raise Failure(SYSTEM_REF_REQUIRED, "systemRef is required here; it names the record.", "systemRef")
    if item.stored is None or not item.stored["active"]:
        raise Failure(RECORD_NOT_FOUND, f"There is no active {kind.name} with this systemRef.", "systemRef")
    return item.stored


def _attributes(item: Item) -> Mapping[str, Any]:
    attributes = item.sent.get("attributes", {})
    if not isinstance(attributes, dict):
        raise Failure(VALIDATION_ERROR, f"attributes is {shown(attributes)}; it must be an object.", "attributes")
    return attributes


def _change(call: Call, item: Item, kind: Kind, fields: Attributes, status: str) -> str:
    before = item.stored
    assert before is not None
    changed = {**fields, "updatedAt": moment(call.now)}
    item.stored = call.collection(kind.collection).change(before["id"], changed)
    call.emit(record_event(call, kind, before, item.stored))
    return status
