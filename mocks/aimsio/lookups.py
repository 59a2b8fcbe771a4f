"""How documents of other collections are found, by the keys that records name them with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sandbooks import Call

from .entities import Derive, Document
from .values import Json, quoted

if TYPE_CHECKING:
    from .drafts import Draft

CLIENT = "Client"
DELETED = "Deleted"
LABOUR, EQUIPMENT = "labour", "equipment"

SETTINGS: Document = {"listShape": "value", "timecardsModule": False, "glModule": False}
"""What an account without settings of its own has (A6, A33)."""

NRB_TYPES: Sequence[dict[str, Any]] = (
    {"nrbTypeUname": "other_nrb_type", "nrbTypeName": "Other"},
    {"nrbTypeUname": "material_nrb_type", "nrbTypeName": "Material"},
)
"""What an account without types of its own has: no endpoint gives it any (A20, A47)."""


def settings(call: Call) -> Document:
    """The switches of the account."""
    return {**SETTINGS, **(call.collection("settings").find_one("account") or {})}


def find(call: Call, collection: str, name: str, key: Json) -> dict[str, Any] | None:
    """The document with that unique key; None for no key, too."""
    return call.collection(collection).find_unique(**{name: key}) if isinstance(key, str) else None


def newly_named(draft: Draft, name: str, collection: str, key: str, what: str) -> dict[str, Any] | None:
    """The document that a property has come to name, refused where there is none; None where it has not changed."""
    value = draft.get(name)
    if value is None or not draft.changes(name):
        return None
    found = find(draft.call, collection, key, value)
    if found is None:
        draft.refuse(name, f"{what} {quoted(value)} does not exist")
    return found


def find_nrb_type(call: Call, name: str, key: Json) -> dict[str, Any] | None:
    """By its uname or its display name, as `name` says."""
    if call.collection("nrbtypes").count():
        return find(call, "nrbtypes", name, key)
    return next((each for each in NRB_TYPES if each[name] == key), None)


def find_company(call: Call, code: Json) -> dict[str, Any] | None:
    return find(call, "companies", "companyCode", code)


def find_job(call: Call, number: Json) -> Document | None:
    """The stored job itself, not to be changed: a long work breakdown is not copied for each of its NRBs."""
    return next(call.collection("joborders").views(filters={"jobNumber": number}, limit=1), None)


def find_item(call: Call, code: Json) -> dict[str, Any] | None:
    return find(call, "billableitems", "billableItemCode", code)


def find_employee(call: Call, code: Json) -> dict[str, Any] | None:
    return find(call, "employees", "employeeCode", code)


def wbs_nodes(job: Document | None) -> Sequence[Document]:
    """The nodes of a job's work breakdown; none without a schedule."""
    schedule = (job or {}).get("jobWBSSchedule") or {}
    nodes: Sequence[Document] = schedule.get("jobScheduleWBSList") or ()
    return nodes


def find_wbs(job: Document | None, identifier: Json) -> Document | None:
    return next((node for node in wbs_nodes(job) if node.get("wbsSharedIdentifier") == identifier), None)


def is_used(call: Call, collection: str, name: str, key: Json) -> bool:
    """Whether a document of that collection names this key."""
    return call.collection(collection).count(filters={name: key}) > 0


def of(collection: str, key: str, name: str, shown: str) -> Derive:
    """A member of the document whose unique `name` stands under `key`; null where there is none."""

    def derive(call: Call, document: Document) -> Json:
        return (find(call, collection, name, document.get(key)) or {}).get(shown)

    return derive
