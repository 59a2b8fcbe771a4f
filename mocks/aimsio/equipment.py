"""Units of equipment. Source of the rules: the fact sheet, section 7.5 (A36)."""

from __future__ import annotations

from .drafts import Draft
from .entities import Entity, Property, Referrer
from .lookups import EQUIPMENT, find_item
from .values import quoted, read_key, read_text

ITEM = "equipmentBillableItemCode"


def _settle(draft: Draft) -> None:
    code = draft.get(ITEM)
    if code is None or not draft.changes(ITEM):
        return
    item = find_item(draft.call, code)
    if item is None:
        draft.refuse(ITEM, f"Billable item code {quoted(code)} does not exist")
    elif item.get("billableItemTypeUname") != EQUIPMENT:
        draft.refuse(ITEM, f"Billable item {quoted(code)} is not of type equipment")


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
