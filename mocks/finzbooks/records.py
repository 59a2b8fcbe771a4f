"""Documents as they are fetched, made, changed and removed, with what each leaves in the activity and in the events.

The stored form is the one of the answers and more: what a view does not name stays inside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbooks import Call, Reply

from . import events, ids
from .collections import DEFAULTS, KINDS, Kind
from .days import stamp, stamp_utc
from .errors import Json, not_found

Document = dict[str, Any]  # any JSON

SUCCESS = "success"
_UNTOLD = frozenset({"version", "created_time", "last_modified_time"})


def fetch(call: Call, collection: str, id: Json, *, field: str, word: str = "") -> Document:
    """The organisation's document of that id.

    Raises:
        NotFound: there is none, here or in another organisation alike; `field` is what named it.
    """
    found = call.collection(collection).find_one(id) if isinstance(id, str) else None
    if found is None:
        raise not_found(word or KINDS[collection].word, id, field)
    return {**DEFAULTS.get(collection, {}), **found}


def create(call: Call, collection: str, document: Mapping[str, Json], *, is_told: bool = True) -> Document:
    """Store a new document, with an id where it brings none, its moments and version 1, and tell of it."""
    kind, moment = KINDS[collection], _moment(call, KINDS[collection])
    id = document.get(kind.identity) or _fresh_id(call, kind)
    made = {
        kind.identity: id,
        **document,
        "created_time": document.get("created_time") or moment,
        "last_modified_time": moment,
        "version": 1,
    }
    made[kind.identity] = id
    stored = call.collection(collection).put(made)
    if is_told and kind.entity:
        tell(call, kind.entity, "CREATED", stored)
    return stored


def change(
    call: Call, collection: str, document: Mapping[str, Json], fields: Mapping[str, Json], *, verb: str = "UPDATED"
) -> Document:
    """Store what is new of a document and tell of it under a verb; with an empty one nobody hears of it.

    Where nothing differs, nothing happens.
    """
    kind = KINDS[collection]
    new = {name: value for name, value in fields.items() if name not in document or document[name] != value}
    if not new:
        return dict(document)
    version = {"version": int(document.get("version", 1)) + 1, "last_modified_time": _moment(call, kind)}
    stored = call.collection(collection).change(document[kind.identity], {**new, **version})
    if verb and kind.entity:
        changes = {
            name: {"old": document.get(name), "new": value} for name, value in new.items() if name not in _UNTOLD
        }
        tell(call, kind.entity, verb, stored, changes)
    return stored


def remove(call: Call, collection: str, document: Mapping[str, Json]) -> None:
    """Take a document out and tell of it."""
    kind = KINDS[collection]
    gone = call.collection(collection).delete(document[kind.identity])
    if kind.entity:
        tell(call, kind.entity, "DELETED", gone)


def tell(call: Call, entity: str, verb: str, document: Mapping[str, Json], changes: Json = None) -> None:
    """Write the activity of a change, and emit its event where the vendor names one."""
    events.record(call, entity, verb, document, changes)
    events.announce(call, entity, verb, document)


def single(key: str, document: Json, status: int = 200, message: str = SUCCESS) -> Reply:
    """One object under its own name."""
    return Reply(status, {"code": 0, "message": message, key: document})


def deleted(message: str) -> Reply:
    """The answer to a deletion: no object."""
    return Reply(200, {"code": 0, "message": message})


def pick(document: Mapping[str, Json], names: Iterable[str]) -> Document:
    """Those members of a document, null where it has none."""
    return {name: document.get(name) for name in names}


def default_branch(call: Call) -> Document:
    """The branch of whatever names none.

    Raises:
        NotFound: the organisation has no branch.
    """
    found = [branch for branch in call.collection("branches").views() if branch.get("is_default")]
    if not found:
        raise not_found("Branch", "default", "branch_id")
    return dict(found[0])


def _fresh_id(call: Call, kind: Kind) -> str:
    if kind.form == "uuid":
        return ids.fresh_uuid(call)
    return ids.fresh_hex(call, kind.prefix) if kind.form == "hex" else ids.fresh(call, kind.prefix)


def _moment(call: Call, kind: Kind) -> str:
    return stamp_utc(call) if kind.in_utc else stamp(call)
