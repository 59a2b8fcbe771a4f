"""What attachments and comments hang on: an object of the organisation, named by its kind and its id."""

from __future__ import annotations

from sandbooks import Call

from . import records
from .collections import KINDS
from .errors import not_found
from .records import Document

RECEIPT = "RECEIPT"
"""An incoming payment, as comments call it."""

COLLECTIONS = {kind.entity: name for name, kind in KINDS.items() if kind.entity}
"""The collection of each kind of object."""


def subject_of(call: Call, entity_type: str, entity_id: str) -> Document:
    """The object.

    Raises:
        NotFound: the organisation has none of that kind and id.
    """
    if entity_type != RECEIPT:
        return records.fetch(call, COLLECTIONS[entity_type], entity_id, field="entity_id")
    payment = records.fetch(call, "payments", entity_id, field="entity_id", word="Receipt")
    if payment["flow"] != "INCOMING":
        raise not_found("Receipt", entity_id, "entity_id")
    return payment


def entity_of(entity_type: str) -> str:
    """The kind under which the activity keeps it."""
    return "PAYMENT" if entity_type == RECEIPT else entity_type


def user_of(call: Call) -> str:
    """The user for whom the token speaks."""
    return str(call.caller.claims.get("user_id") or call.caller.name)
