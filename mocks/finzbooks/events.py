"""What a change leaves behind: an entry of the activity, and the event that endpoints hear of.

Knows nothing of how documents are stored, so that those who store may use it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbooks import Call, Event

from . import ids
from .answered import shown_changes, shown_member
from .collections import KINDS
from .days import stamp_utc
from .errors import Json

Document = Mapping[str, Json]

ACTIVITY = "activity"
PUBLIC_API, SCHEDULER = "PUBLIC_API", "SCHEDULER"
SOURCE = "source"
"""The claim of a caller that says by which door a change came; the public one where it is absent."""

_VERBS = {
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
}
NAMES: Mapping[tuple[str, str], str] = {
    **{(entity, verb): f"{entity}_{verb}" for entity, verbs in _VERBS.items() for verb in verbs.split()},
    ("ATTACHMENT", "ADDED"): "ATTACHMENT_ADDED",
    ("COMMENT", "CREATED"): "comment.created",
}
"""The event that tells of an entity and what befell it; a payment's depends on its direction."""

_BY_FLOW = {"INCOMING": "PAYMENT_RECEIVED", "OUTGOING": "PAYMENT_MADE"}
_IDENTITIES = {
    **{kind.entity: kind.identity for kind in KINDS.values() if kind.entity},
    "ATTACHMENT": "attachment_id",
    "COMMENT": "comment_id",
}
_REFERENCES = {
    "CONTACT": "contact_name",
    "ITEM": "item_name",
    "PAYMENT": "reference_number",
    "EXPENSE": "reference_number",
    "RECURRING": "name",
}
"""What names an object where that is not its number."""

_TOLD: Mapping[str, Mapping[str, str]] = {
    "INVOICE": {"number": "invoice_number", "customer_id": "", "total": "", "status": ""},
    "ESTIMATE": {"number": "estimate_number", "customer_id": "", "total": "", "status": ""},
    "SALES_ORDER": {"number": "sales_order_number", "customer_id": "", "total": "", "status": ""},
    "CREDIT_NOTE": {"number": "credit_note_number", "customer_id": "", "total": "", "status": ""},
    "BILL": {"number": "bill_number", "vendor_id": "", "total": "", "status": ""},
    "PURCHASE_ORDER": {"number": "purchase_order_number", "vendor_id": "", "total": "", "status": ""},
    "DEBIT_NOTE": {"number": "debit_note_number", "vendor_id": "", "total": "", "status": ""},
    "PAYMENT": {"contact_id": "", "flow": "", "amount": "", "allocations": ""},
    "EXPENSE": {"vendor_id": "", "total": ""},
    "JOURNAL": {"number": "journal_number", "source": "", "total": "total_debit"},
    "CONTACT": {"name": "contact_name"},
    "ITEM": {"name": "item_name"},
    "ATTACHMENT": {"name": "filename", "entity_type": "", "entity_id": ""},
    "COMMENT": {"entity_type": "", "entity_id": "", "body": "", "author_user_id": ""},
}
"""What events tell beside the id, and which member of the document it is where that has another name."""


def record(call: Call, entity: str, verb: str, document: Document, changes: Json = None) -> None:
    """Write one entry of the activity; `changes` are `{"old", "new"}` by member, of updates alone."""
    is_public = SOURCE not in call.caller.claims
    entry: dict[str, Any] = {
        "event_id": ids.fresh_hex(call, "evt_"),
        "action": f"{entity}_{verb}",
        "entity_type": entity,
        "entity_id": document[_IDENTITIES[entity]],
        "entity_ref": document.get(_REFERENCES.get(entity, f"{entity.lower()}_number")),
        "actor_user_id": call.caller.claims.get("user_id"),
        "changes": shown_changes(call, entity, changes or {}) or None,
        "metadata": {
            "ip": call.client_ip or None,
            "user_agent": call.user_agent or None,
            "request_id": call.chance.at("request").uuid() if is_public else None,
            "source": call.caller.claims.get(SOURCE, PUBLIC_API),
        },
        "occurred_at": stamp_utc(call),
    }
    call.collection(ACTIVITY).put(entry)


def announce(call: Call, entity: str, verb: str, document: Document) -> None:
    """Emit the event of a change where the vendor names one."""
    name = NAMES.get((entity, verb))
    if (entity, verb) == ("PAYMENT", "CREATED"):
        name = _BY_FLOW[document["flow"]]
    if name is not None:
        call.emit(Event(name, data_of(call, entity, document)))


def data_of(call: Call, entity: str, document: Document) -> dict[str, Json]:
    """What an event tells of a document."""
    told = {name: document.get(member or name) for name, member in _TOLD.get(entity, {}).items()}
    shown = {name: shown_member(call, entity, name, value) for name, value in told.items()}
    return {"id": document[_IDENTITIES[entity]], **shown}
