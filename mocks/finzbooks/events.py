"""What a change leaves behind: an entry of the activity, and the event that endpoints hear of.

Knows nothing of how documents are stored, so that those who store may use it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbooks import Call, Event

from . import ids
from .collections import KINDS
from .days import stamp_utc
from .errors import Json

Document = Mapping[str, Json]

NAMES = frozenset(
    f"{entity}_{verb}"
    for entity, verbs in {
        "INVOICE": "CREATED UPDATED SENT STATUS_CHANGED PAID PARTIALLY_PAID VOIDED DELETED",
        "BILL": "CREATED UPDATED STATUS_CHANGED PAID PARTIALLY_PAID DELETED",
        "CONTACT": "CREATED UPDATED DELETED",
        "ITEM": "CREATED UPDATED DELETED",
        "ESTIMATE": "CREATED STATUS_CHANGED",
        "CREDIT_NOTE": "CREATED VOIDED",
        "DEBIT_NOTE": "CREATED",
        "EXPENSE": "CREATED UPDATED DELETED",
        "JOURNAL": "CREATED DELETED",
        "SALES_ORDER": "CREATED",
        "PURCHASE_ORDER": "CREATED",
    }.items()
    for verb in verbs.split()
)
"""The events that follow from an entity and what befell it."""

_BY_FLOW = {"INCOMING": "PAYMENT_RECEIVED", "OUTGOING": "PAYMENT_MADE"}
_IDENTITIES = {kind.entity: kind.identity for kind in KINDS.values() if kind.entity}


def record(call: Call, entity: str, verb: str, document: Document, changes: Json = None) -> None:
    """Write one entry of the activity."""
    id = document[_IDENTITIES[entity]]
    entry: dict[str, Any] = {
        "event_id": ids.fresh_hex(call, "evt_"),
        "action": f"{entity}_{verb}",
        "entity_type": entity,
        "entity_id": id,
        "entity_ref": document.get(f"{entity.lower()}_number") or id,
        "actor_user_id": str(call.caller.claims.get("user_id", call.caller.name)),
        "changes": changes,
        "metadata": {"ip": None, "user_agent": None, "request_id": None, "source": "PUBLIC_API"},
        "occurred_at": stamp_utc(call),
    }
    call.collection("activity").put(entry)


def announce(call: Call, entity: str, verb: str, document: Document) -> None:
    """Emit the event of a change where the vendor names one."""
    name = _BY_FLOW[document["flow"]] if (entity, verb) == ("PAYMENT", "CREATED") else f"{entity}_{verb}"
    if name in NAMES or name in _BY_FLOW.values():
        call.emit(Event(name, data_of(entity, document)))


def data_of(entity: str, document: Document) -> dict[str, Json]:
    """What an event tells of a document."""
    return {"id": document[_IDENTITIES[entity]]}
