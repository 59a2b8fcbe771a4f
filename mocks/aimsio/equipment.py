"""Units of equipment. Hardly anything is public of them: assumed (A36)."""

from __future__ import annotations

from .drafts import Draft
from .entities import Entity, Property, Referrer
from .lookups import EQUIPMENT, newly_named
from .values import quoted, read_key, read_text

ITEM = "equipmentBillableItemCode"


def _settle(draft: Draft) -> None:
    item = newly_named(draft, ITEM, "billableitems", "billableItemCode", "Billable item code")
    if item is not None and item.get("billableItemTypeUname") != EQUIPMENT:
        draft.refuse(ITEM, f"Billable item {quoted(draft.get(ITEM))} is not of type equipment")


EQUIPMENT_UNIT = Entity(
    noun="Equipment",
    prefix="equipment",
    collection="equipment",
    list_name="equipmentList",
    keys=("equipmentCode",),
    settle=_settle,
    referrers={"equipmentCode": (Referrer("joborders", "equipmentCode", within="jobEquipmentList"),)},
    properties=(
        Property("equipmentGuid"),
        Property("equipmentCode", read_key, required=True),
        Property("equipmentName", read_text, required=True),
        Property(ITEM, read_key, required=True),
        Property("equipmentStatus", read_text),
        Property("equipmentCreatedAt"),
        Property("equipmentUpdatedAt"),
    ),
)
