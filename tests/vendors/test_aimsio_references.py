"""Aimsio: what a record refers to must be there, checked one by one."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.vendors.aimsio import GOOD, KEYS, NOWHERE, NRB, Aimsio, Json, result

LABOUR = "f0b39001-f42c-45c6-85a3-6402db00c97d"
"""GUID of LAB-PF."""


class Reference(NamedTuple):
    """A property of an entity, a value that is there, one that is not, and the vendor's word for it."""

    entity: str
    name: str
    good: Json
    bad: Json
    beside: dict[str, Json]


REFERENCES = [
    Reference(NRB, "nrbJobOrderNumber", "JOB20250602", "JOB20259999", {}),
    Reference(NRB, "nrbWBSSharedIdentifier", "JOB20250514-01.02", "JOB20250514-77", {}),
    Reference(NRB, "nrbWBSSharedIdentifier", "JOB20250514-02.02", "JOB20250505-01.01", {}),
    Reference(NRB, "nrbVendorCode", "GHV", "XYZ", {}),
    Reference(NRB, "nrbVendorCode", "CTL", "BHR", {}),
    Reference(NRB, "nrbTypeUname", "travel_nrb_type", "lunch_nrb_type", {}),
    Reference(NRB, "nrbTypeName", "Subcontractor", "Lunch", {"nrbTypeUname": None}),
    Reference(NRB, "nrbPONumber", "PO-20002", "PO-13624", {"nrbShouldReconcileWithPO": True}),
    Reference("JobOrder", "jobClientCode", "BLP", "XYZ", {}),
    Reference("JobOrder", "jobClientCode", "BHR", "RDP", {}),
    Reference("JobOrder", "jobPriceBookName", "Birch Hollow Flowlines 2025", "Birch Hollow", {}),
    Reference("JobOrder", "jobAssigneeEmployeeNumber", "E-1009", "E-1099", {}),
    Reference("JobOrder", "jobLocationCode", "GP-SHOP", "GP", {}),
    Reference("Employee", "employeeTradeCode", "LAB-SAFE", "LAB-NONE", {}),
    Reference("Employee", "employeeTradeCode", "LAB-OPER", "EQ-EXC", {}),
    Reference("Employee", "employeeTradeGuid", LABOUR, NOWHERE, {"employeeTradeCode": None}),
    Reference(
        "Employee",
        "employeeTradeGuid",
        LABOUR,
        "d3d23c8c-d41f-4c7e-99b6-c35710cc7cf3",
        {"employeeTradeCode": None},
    ),
    Reference("Equipment", "equipmentBillableItemCode", "EQ-EXC", "EQ-NONE", {}),
    Reference("Equipment", "equipmentBillableItemCode", "EQ-LIGHT", "LAB-OPER", {}),
]
EACH = pytest.mark.parametrize("reference", REFERENCES, ids=[f"{each.name}-{each.bad}" for each in REFERENCES])


@EACH
def test_reference_of_a_new_record_must_hold(aimsio: Aimsio, reference: Reference) -> None:
    """With what is there it is created; with what is not, or is of the wrong type, it is not imported, and one notice
    names the property (NRB POST; Job orders, POST; Employee POST, read 2026-11; 3, 12.11 to 12.13, 12.20, 12.22;
    A20, A22, A27, A36)."""
    entity, name, good, bad, beside = reference
    size = len(aimsio.index(entity))

    shown = aimsio.load(
        entity,
        {**GOOD[entity], **beside, KEYS[entity]: "BAD", name: bad},
        {**GOOD[entity], **beside, KEYS[entity]: "GOOD", name: good},
    )

    assert result(1, 0, 0, 1, errors=[(0, name)]) == shown
    assert size + 1 == len(aimsio.index(entity))
    assert good == aimsio.keyed(entity, "GOOD")[name]


@EACH
def test_reference_of_an_edit_must_hold(aimsio: Aimsio, reference: Reference) -> None:
    """What does not hold is not taken over, the rest of the edit is (3, 4; A11)."""
    entity, name, good, bad, beside = reference
    made = aimsio.new(entity, **beside, **{name: good})

    shown = aimsio.load(entity, {KEYS[entity]: made[KEYS[entity]], name: bad})

    assert result(0, 0, 1, 0, errors=[(0, name)]) == shown
    assert good == aimsio.keyed(entity, made[KEYS[entity]])[name]


@pytest.mark.parametrize(
    "item",
    [
        {"priceItemBillableItemCode": "LAB-NONE"},
        {"priceItemBillableItemGuid": NOWHERE},
        {},
    ],
)
def test_price_item_needs_a_billable_item(aimsio: Aimsio, item: Json) -> None:
    """By code or by GUID, one of which is needed (PriceBook, price items, read 2026-11; 3, 7.3; A35)."""
    before = aimsio.state()
    rate = {"priceItemRate": 5, "priceItemRateType": "Each"}

    shown = aimsio.load("PriceBook", {"priceBookName": "Odd", "priceBookPriceItems": [{**item, **rate}]})

    assert (0, 0, 0, 1) == shown[:4]
    assert {"ERROR"} == {severity for severity, _, _ in shown.notices}
    assert before == aimsio.state()


@pytest.mark.parametrize("item", [{"priceItemBillableItemCode": "LAB-PF"}, {"priceItemBillableItemGuid": LABOUR}])
def test_price_item_is_resolved(aimsio: Aimsio, item: Json) -> None:
    """GUID, code and name of the billable item are shown (PriceBook, price items, read 2026-11; 3, 7.3; A35)."""
    rate = {"priceItemRate": 5, "priceItemRateType": "Each"}

    (shown,) = aimsio.new("PriceBook", priceBookPriceItems=[{**item, **rate}])["priceBookPriceItems"]

    assert (LABOUR, "LAB-PF", "Journeyman Pipefitter", False) == (
        shown["priceItemBillableItemGuid"],
        shown["priceItemBillableItemCode"],
        shown["priceItemBillableItemName"],
        shown["priceItemBillableItemIsDeleted"],
    )


def test_ledger_account_must_be_there_where_the_account_has_them(aimsio: Aimsio) -> None:
    """Checked for accounts with GL master data only (BillableItem, GL account, read 2026-11; 3, 7.2; A34)."""
    good = {**GOOD["BillableItem"], "billableItemGLAccountNumber": "4040"}
    bad = {**GOOD["BillableItem"], "billableItemCode": "SVC-2", "billableItemGLAccountNumber": "9999"}
    aimsio.switch(glModule=True)

    assert result(1, 0, 0, 1, errors=[(1, "billableItemGLAccountNumber")]) == aimsio.load("BillableItem", good, bad)

    assert "4040" == aimsio.keyed("BillableItem", "SVC-XRAY")["billableItemGLAccountNumber"]
    aimsio.switch(glModule=False)
    assert 1 == aimsio.load("BillableItem", bad).created


def test_codes_that_change_places_in_one_list_are_followed(aimsio: Aimsio) -> None:
    """Two items swap their codes by way of a third, and a new one takes a code that has become free: price books and
    employees still name the items that they named (3, 4, 7.2, 7.3; A11, A13)."""
    items = {code: aimsio.keyed("BillableItem", code)["billableItemGuid"] for code in ("LAB-PF", "LAB-WELD")}
    books, people = aimsio.all("PriceBook"), aimsio.all("Employee")
    new = {**GOOD["BillableItem"], "billableItemTypeUname": "labour", "billableItemIsTrade": True}
    moves = [("LAB-PF", "T-1"), ("LAB-WELD", "LAB-PF"), ("LAB-PF", "LAB-WELD"), ("LAB-WELD", "LAB-X")]
    edits = [{"billableItemGuid": items[code], "billableItemCode": to} for code, to in moves]

    shown = aimsio.load(
        "BillableItem", *edits, {**new, "billableItemCode": "T-1"}, {**new, "billableItemCode": "LAB-PF"}
    )

    assert result(2, 4, 0, 0) == shown
    became = {"LAB-PF": "LAB-WELD", "LAB-WELD": "LAB-X"}
    for before, after in zip(books, aimsio.all("PriceBook"), strict=True):
        for price in before["priceBookPriceItems"]:
            price["priceItemBillableItemCode"] = became.get(*[price["priceItemBillableItemCode"]] * 2)
        assert before == after
    for person in people:
        person["employeeTradeCode"] = became.get(*[person["employeeTradeCode"]] * 2)
    assert people == aimsio.all("Employee")
