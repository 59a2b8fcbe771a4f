"""Goods and services: what the lines of documents take their prices and taxes from."""

from __future__ import annotations

from collections.abc import Mapping

from sandbooks import Call, Reply

from . import paging, records
from .collections import DEFAULTS
from .errors import Json, duplicate, invalid, required
from .money import dec
from .records import Document, pick

ITEM = (
    "item_id",
    "item_name",
    "sku",
    "item_type",
    "description",
    "hsn_or_sac",
    "unit",
    "rate",
    "purchase_rate",
    "tax_id",
    "status",
    "created_time",
    "last_modified_time",
)
ACTIVE, ARCHIVED = "ACTIVE", "ARCHIVED"

_DEFAULTS = DEFAULTS["items"]
_SENT = frozenset(ITEM) - {"item_id", "created_time", "last_modified_time"}
_USES = (
    "invoices",
    "estimates",
    "sales_orders",
    "credit_notes",
    "bills",
    "purchase_orders",
    "debit_notes",
    "recurring",
)
"""Every kind of document whose lines name items, and the templates of schedules."""


def create(call: Call, body: Mapping[str, Json]) -> Document:
    """Store an item; only the name has to be there. Raises as `filled`."""
    return records.create(call, "items", {**filled(call, body), "status": ACTIVE})


def filled(call: Call, body: Mapping[str, Json]) -> Document:
    """The item that a body makes, with every default, not stored.

    Raises:
        Invalid: a name of nothing but spaces.
        NotFound: an unknown tax.
        Conflict: another item has the sku.
    """
    return {**dict.fromkeys(ITEM[1:-2]), **_DEFAULTS, **_read(call, body, None)}


def list_items(call: Call) -> Reply:
    """The items, the newest first; a text is looked for in name and sku."""
    return paging.page(
        call,
        "items",
        "items",
        show,
        filters={name: call.query.get(name) for name in ("status", "item_type")},
        predicate=paging.searched(call, "item_name", "sku"),
    )


def get_item(call: Call) -> Reply:
    """One item, archived ones too."""
    return records.single("item", show(_fetch(call)))


def create_item(call: Call) -> Reply:
    """A new item, ACTIVE."""
    return records.single("item", show(create(call, call.body)), 201)


def update_item(call: Call) -> Reply:
    """Only the members that are sent change; documents keep what they took."""
    item = _fetch(call)
    return records.single("item", show(records.change(call, "items", item, _read(call, call.body, item))))


def archive_item(call: Call) -> Reply:
    """ARCHIVED from now on; a second time changes nothing."""
    return records.single("item", show(records.change(call, "items", _fetch(call), {"status": ARCHIVED})))


def delete_item(call: Call) -> Reply:
    """Gone for good, while no line of a document names it.

    Raises:
        Invalid: one does.
    """
    item = _fetch(call)
    id = item["item_id"]
    for collection in _USES:
        if any(_names(document, id) for document in call.collection(collection).scan()):
            where = collection.replace("_", " ")
            message = f"Item '{id}' is used by documents ({where}) and cannot be deleted; archive it."
            raise invalid("item_id", message, received=id)
    records.remove(call, "items", item)
    return records.deleted("The item has been deleted.")


def show(item: Mapping[str, Json]) -> Document:
    """An item as the answers have it."""
    return pick({**_DEFAULTS, **item}, ITEM)


def _fetch(call: Call) -> Document:
    return records.fetch(call, "items", call.path["item_id"], field="item_id")


def _read(call: Call, body: Mapping[str, Json], item: Mapping[str, Json] | None) -> Document:
    """The members of an item that were sent, as they are kept."""
    sent = {name: value for name, value in body.items() if name in _SENT}
    if "item_name" in sent and not sent["item_name"].strip():
        raise required("item_name")
    for name in ("rate", "purchase_rate"):
        if name in sent:
            sent[name] = float(dec(sent[name], name))
    if "sku" in sent:
        sent["sku"] = sent["sku"] or None
        holder = call.collection("items").find_unique(sku=sent["sku"])
        if holder is not None and (item is None or holder["item_id"] != item["item_id"]):
            raise duplicate("sku", f"The sku '{sent['sku']}' is that of another item.", duplicate_of=holder["item_id"])
    if sent.get("tax_id") is not None:
        records.fetch(call, "taxes", sent["tax_id"], field="tax_id")
    return sent


def _names(document: Mapping[str, Json], id: str) -> bool:
    lines = document.get("line_items") or (document.get("template_payload") or {}).get("line_items") or ()
    return any(isinstance(line, dict) and line.get("item_id") == id for line in lines)


HANDLERS = {
    "listItems": list_items,
    "getItem": get_item,
    "createItem": create_item,
    "updateItem": update_item,
    "archiveItem": archive_item,
    "deleteItem": delete_item,
}
