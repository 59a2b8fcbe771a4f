"""The inbox: invoices that came by mail, until somebody says that they are dealt with. It books nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbooks import Call, Reply

from . import years
from .errors import refuse

INBOX = "inbox"
PENDING, PROCESSING, CONFIRMED, REJECTED = "pending", "processing", "confirmed", "rejected"
WAITING = frozenset({PENDING, PROCESSING})
ROW = (
    "id",
    "document_id",
    "status",
    "ocr_extraction",
    "vendor_match",
    "compliance_check",
    "source_email",
    "source_subject",
    "original_name",
    "created_at",
)
HOST = "ledgerlou.de"
PLACES = ("orbits", "drifts", "circles", "visits", "passes", "signals", "follows", "crosses")
BODIES = ("neptune", "saturn", "venus", "mercury", "jupiter", "uranus", "titan", "europa", "ceres", "vesta")

Document = dict[str, Any]  # any JSON


def list_inbox(call: Call) -> Reply:
    """The entries of a status, pending without one, the newest first and without the text of the document."""
    query = call.query
    filters = {"status": query.get("status") or PENDING}
    found = call.collection(INBOX).views(filters=filters, offset=query["offset"], limit=query["limit"])
    return Reply(200, [{name: entry.get(name) for name in ROW} for entry in found])


def get_inbox_item(call: Call) -> Reply:
    """One entry with the text of its document."""
    entry = _find(call)
    return Reply(200, {**{name: entry.get(name) for name in ROW}, "ocr_raw": entry.get("ocr_raw") or ""})


def confirm_inbox_item(call: Call) -> Reply:
    """Say that an entry is dealt with.

    Raises:
        NotFound: no such entry, or one that is confirmed or rejected.
    """
    entry = _find_waiting(call)
    call.collection(INBOX).change(entry["id"], {"status": CONFIRMED})
    return Reply(200, {"confirmed": True, "inbox_id": entry["id"]})


def reject_inbox_item(call: Call) -> Reply:
    """Turn an entry down, perhaps with a reason. Raises as `confirm_inbox_item`."""
    entry = _find_waiting(call)
    reason = (call.body or {}).get("reason")
    call.collection(INBOX).change(entry["id"], {"status": REJECTED, "rejection_reason": reason})
    return Reply(200, {"rejected": True, "inbox_id": entry["id"]})


def get_inbox_address(call: Call) -> Reply:
    """Where invoices are sent to; made when it is first asked for."""
    table = call.collection(years.SETTINGS)
    settings: Mapping[str, Any] = table.find_one(years.TENANT) or table.put({"id": years.TENANT})
    address = settings.get("inbox_address")
    if not address:
        chance = call.chance.at(INBOX, "address", call.sandbox, call.caller.tenant)
        address = f"lou-{chance.choice(PLACES)}-{chance.choice(BODIES)}@{HOST}"
        table.change(years.TENANT, {"inbox_address": address})
    return Reply(200, {"inbox_address": address})


def _find(call: Call) -> Document:
    found = call.collection(INBOX).find_one(call.path["id"])
    if found is None:
        raise refuse("NOT_FOUND", f"The inbox has no entry {call.path['id']}.")
    return found


def _find_waiting(call: Call) -> Document:
    entry = _find(call)
    if entry["status"] not in WAITING:
        raise refuse("NOT_FOUND", f"Entry {entry['id']} is {entry['status']} already.")
    return entry


HANDLERS = {
    "listInbox": list_inbox,
    "getInboxItem": get_inbox_item,
    "confirmInboxItem": confirm_inbox_item,
    "rejectInboxItem": reject_inbox_item,
    "getInboxAddress": get_inbox_address,
}
