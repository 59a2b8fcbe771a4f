"""Aimsio: master data: employees, billable items, price books, companies and equipment."""

from __future__ import annotations

import pytest

from tests.vendors.aimsio import GOOD, NRB, STAMP, Aimsio, Json, result, still, without

MEMBERS = {
    "Employee": {
        *("employeeGuid", "employeeCode", "employmentType", "employeeStatusUname", "employeeFirstName"),
        *("employeeLastName", "employeeNickName", "employeeTradeGuid", "employeeTradeCode", "employmentHireDate"),
        *("employmentTerminationDate", "employmentReHireDate", "employeeAddress", "employeePhone", "employeeEmail"),
        *("employeeNotes", "employeeLinkedUserGuid", "employeeLinkedUserName", "employeePayrollTypeName"),
        *("employeePayrollUnionName", "employeePayrollHolidayEligibility", "employeeAverageDayPay"),
        *("employeeHolidayHoursTopUp", "employeeCreatedAt", "employeeUpdatedAt", "employeeFormData"),
    },
    "BillableItem": {
        *("billableItemGuid", "billableItemCode", "billableItemName", "billableItemTypeUname", "billableItemTypeName"),
        *("billableItemIsTrade", "billableItemIsEquipment", "billableItemCategory", "billableItemDescription"),
        *("billableItemStatus", "billableItemDefaultRate", "billableItemDefaultRateType"),
        *("billableItemDefaultRateTypeUname", "billableItemDefaultRate2", "billableItemDefaultRateType2"),
        *("billableItemDefaultRateTypeUname2", "billableItemDefaultRate3", "billableItemDefaultRateType3"),
        *("billableItemDefaultRateTypeUname3", "billableItemDefaultCost", "billableItemDefaultCost2"),
        *("billableItemDefaultCost3", "billableItemGLAccountNumber", "billableItemCreatedAt", "billableItemUpdatedAt"),
        "billableItemFormData",
    },
    "PriceBook": {
        *("priceBookGuid", "priceBookName", "priceBookStatus", "priceBookCreatedAt", "priceBookUpdatedAt"),
        "priceBookPriceItems",
    },
    "Company": {
        *("companyGuid", "companyCode", "companyName", "companyTypeName", "companyStatus", "companyAddress"),
        *("companyPhone", "companyEmail", "companyCreatedAt", "companyUpdatedAt"),
    },
    "Equipment": {
        *("equipmentGuid", "equipmentCode", "equipmentName", "equipmentBillableItemCode", "equipmentStatus"),
        *("equipmentCreatedAt", "equipmentUpdatedAt"),
    },
}
PRICE_MEMBERS = {
    *("priceItemBillableItemGuid", "priceItemBillableItemCode", "priceItemBillableItemName", "priceItemRate"),
    *("priceItemRateTypeUname", "priceItemRateType", "priceItemRate2", "priceItemRateTypeUname2"),
    *("priceItemRateType2", "priceItemRate3", "priceItemRateTypeUname3", "priceItemRateType3"),
    *("priceItemDefaultCost", "priceItemDefaultCost2", "priceItemDefaultCost3", "priceItemBillableItemIsDeleted"),
    "priceItemFormData",
}
COUNTS = {"Employee": 10, "BillableItem": 21, "PriceBook": 3, "Company": 13, "Equipment": 8}
PAYROLL: dict[str, Json] = {
    "employeePayrollTypeName": "Hourly",
    "employeePayrollUnionName": "Pipe Trades Alberta",
    "employeePayrollHolidayEligibility": "PER_UNION",
    "employeeAverageDayPay": 424,
    "employeeHolidayHoursTopUp": "0",
}


def errors_of(aimsio: Aimsio, entity: str, **properties: Json) -> list[Json]:
    """The properties that a new record with these is refused for; nothing is stored."""
    before = aimsio.state()
    shown = aimsio.load(entity, {**GOOD[entity], **properties})
    assert (0, 0, 0, 1) == shown[:4], shown
    assert before == aimsio.state()
    return [name for _, _, name in shown.notices]


@pytest.mark.parametrize("entity", MEMBERS)
def test_index_and_one(aimsio: Aimsio, entity: str) -> None:
    """The index has a small record of each, its GUID leads to all members of one, null where there is no value
    (Master data, read 2026-11; 1.5, 7.1 to 7.5; operations 8, 9, 11, 12, 14, 15, 17, 18, 20 and 21; A7, A9)."""
    items = aimsio.index(entity)

    assert COUNTS[entity] == len(items)
    prefix = f"{entity[0].lower()}{entity[1:]}"
    for item in items:
        shown = aimsio.one(entity, item["guid"])
        assert {"dtype": entity, "guid": shown[f"{prefix}Guid"], "updatedAt": shown[f"{prefix}UpdatedAt"]} == item
        assert MEMBERS[entity] == set(without(shown, *({f"{prefix}FormData"} - MEMBERS[entity])))
    for item in items if entity == "PriceBook" else []:
        for price in aimsio.one(entity, item["guid"])["priceBookPriceItems"]:
            assert PRICE_MEMBERS == set(price)


@pytest.mark.parametrize(
    ("entity", "name"),
    [
        *(
            ("Employee", name)
            for name in ("employmentType", "employeeStatusUname", "employeeFirstName", "employeeLastName")
        ),
        ("BillableItem", "billableItemName"),
        ("BillableItem", "billableItemDefaultRate"),
        ("Company", "companyName"),
        ("Company", "companyTypeName"),
        ("Equipment", "equipmentBillableItemCode"),
    ],
)
def test_new_record_needs_its_mandatory_members(aimsio: Aimsio, entity: str, name: str) -> None:
    """The vendor's flags are enforced on create; an edit needs the key alone
    (Master data, read 2026-11; 7; A14, A26, A36)."""
    before = aimsio.state()

    shown = aimsio.load(entity, without(GOOD[entity], name))

    assert result(0, 0, 0, 1, errors=[(0, name)]) == shown
    assert before == aimsio.state()


@pytest.mark.parametrize(
    ("entity", "left_out", "named"),
    [
        ("Employee", "employeeTradeCode", {"employeeTradeCode", "employeeTradeGuid"}),
        ("BillableItem", "billableItemTypeUname", {"billableItemTypeUname", "billableItemTypeName"}),
        (
            "BillableItem",
            "billableItemDefaultRateType",
            {"billableItemDefaultRateType", "billableItemDefaultRateTypeUname"},
        ),
    ],
)
def test_new_record_needs_one_of_two(aimsio: Aimsio, entity: str, left_out: str, named: set[str]) -> None:
    """Code or GUID of the trade, uname or name of the type
    (Employee POST; BillableItem POST, read 2026-11; 7.1, 7.2)."""
    (name,) = errors_of(aimsio, entity, **{left_out: None})

    assert name in named


@pytest.mark.parametrize(
    ("entity", "name", "value"),
    [
        ("Employee", "employmentType", "FRIEND"),
        ("Employee", "employeeStatusUname", "active"),
        ("Employee", "employeeFirstName", 7),
        ("Employee", "employmentHireDate", "2025-01-01"),
        ("Employee", "employeePayrollHolidayEligibility", "NONE"),
        ("Employee", "employeeAverageDayPay", "much"),
        ("BillableItem", "billableItemTypeUname", "lunch"),
        ("BillableItem", "billableItemDefaultRate", "much"),
        ("BillableItem", "billableItemDefaultCost2", {}),
        ("BillableItem", "billableItemIsTrade", "no"),
        ("Company", "companyTypeName", "client"),
        ("Company", "companyTypeName", "Friend"),
        ("Company", "companyEmail", ["x"]),
        ("Equipment", "equipmentName", 5),
        ("PriceBook", "priceBookStatus", 5),
        ("PriceBook", "priceBookPriceItems", "x"),
    ],
)
def test_wrong_value_is_refused_and_named(aimsio: Aimsio, entity: str, name: str, value: Json) -> None:
    """Outside of its list, or of another type (Master data, read 2026-11; 4, 7; A11)."""
    assert [name] == errors_of(aimsio, entity, **{name: value})


# ---------------------------------------------------------------------------------------------------------- employees


@pytest.mark.parametrize("sent", ["SUBCONTRACTOR", " SUBCONTRACTOR"])
def test_subcontractor_with_and_without_a_blank(aimsio: Aimsio, sent: str) -> None:
    """The documented value has a blank in front: both are taken, none is given back
    (Employee POST, employmentType, read 2026-11; 7.1, 11; operation 7; A33)."""
    assert "SUBCONTRACTOR" == aimsio.new("Employee", employmentType=sent)["employmentType"]


def test_blanks_belong_to_a_word_elsewhere(aimsio: Aimsio) -> None:
    """The leading blank is one of a single enumeration: other words are taken as they are listed (7.1, 11; A33)."""
    for name, word in (
        ("employeeStatusUname", " active_employee_status"),
        ("employeePayrollHolidayEligibility", "PER_UNION "),
    ):
        record = {**GOOD["Employee"], name: word}
        assert result(0, 0, 0, 1, errors=[(0, name)]) == aimsio.load("Employee", record)


def test_trade_is_a_labour_item(aimsio: Aimsio) -> None:
    """The code of an equipment item, or one that is not there, is refused; of a labour item it creates; the same code
    again edits (Employee POST, employeeTradeCode, read 2026-11; 3, 7.1, 12.22; operation 7)."""
    assert ["employeeTradeCode"] == errors_of(aimsio, "Employee", employeeTradeCode="EQ-TRUCK")
    assert ["employeeTradeCode"] == errors_of(aimsio, "Employee", employeeTradeCode="LAB-NONE")
    labour = {"employeeTradeCode": "LAB-WELD"}
    assert result(1, 0, 0, 0) == aimsio.load("Employee", {**GOOD["Employee"], **labour})
    assert result(0, 1, 0, 0) == aimsio.load("Employee", {**GOOD["Employee"], **labour})

    shown = aimsio.keyed("Employee", "E-2001")

    assert ("LAB-WELD", "edcddfd7-6479-4015-a41b-61b8984e8947") == (
        shown["employeeTradeCode"],
        shown["employeeTradeGuid"],
    )


def test_trade_by_guid(aimsio: Aimsio) -> None:
    """GUID or code does (Employee, employeeTradeGuid, read 2026-11; 7.1; A33)."""
    guid = aimsio.keyed("BillableItem", "LAB-INST")["billableItemGuid"]

    made = aimsio.new("Employee", employeeTradeCode=None, employeeTradeGuid=guid)

    assert ("LAB-INST", guid) == (made["employeeTradeCode"], made["employeeTradeGuid"])


@pytest.mark.parametrize("left_out", PAYROLL)
def test_payroll_is_mandatory_with_the_timecards_module(aimsio: Aimsio, left_out: str) -> None:
    """Five members, each of them, for accounts with the module only
    (Employee POST, payroll members, read 2026-11; 7.1; A33)."""
    record = {**GOOD["Employee"], **without(PAYROLL, left_out)}
    assert result(1, 0, 0, 0) == aimsio.load("Employee", record)
    aimsio.switch(timecardsModule=True)

    assert [left_out] == errors_of(aimsio, "Employee", **without(PAYROLL, left_out), employeeCode="E-2002")
    made = aimsio.new("Employee", **PAYROLL, employeeCode="E-2003")

    assert ("424.000", "0.000") == (made["employeeAverageDayPay"], made["employeeHolidayHoursTopUp"])


def test_linked_user_is_read_only(aimsio: Aimsio) -> None:
    """An employee shows the user it is linked to, by GUID and name; what is sent for it is ignored
    (Employee, employeeLinkedUser, read 2026-11; 7.1, 8.4; A43)."""
    before = aimsio.keyed("Employee", "E-1001")
    link = {"employeeLinkedUserGuid": "a220439e-3b6f-4b3e-9ca6-ade140f9bf4e", "employeeLinkedUserName": "x"}

    assert result(0, 1, 0, 0) == aimsio.load("Employee", {"employeeCode": "E-1001", **link})

    assert ("666ff8c1-3aac-4030-bbbf-61932d3fec76", "tparadis@kentest-sandbox") == (
        before["employeeLinkedUserGuid"],
        before["employeeLinkedUserName"],
    )
    assert {**before, "employeeUpdatedAt": STAMP} == aimsio.keyed("Employee", "E-1001")


# ----------------------------------------------------------------------------------------------------- billable items


@pytest.mark.parametrize(
    ("uname", "name"),
    [
        ("labour", "Labour"),
        ("equipment", "Equipment"),
        ("material", "Material"),
        ("service", "Service"),
        ("unit_billing", "Unit Billing"),
        ("per_diem", "Per Diem"),
        ("accommodation", "Accommodation"),
        ("mileage", "Mileage"),
        ("surcharge", "Surcharge"),
    ],
)
def test_type_of_an_item_by_uname_or_name(aimsio: Aimsio, uname: str, name: str) -> None:
    """Nine types, known by either; what is a trade and what is equipment follows from it
    (BillableItem POST, read 2026-11; 1.5, 7.2; operation 10; A34)."""
    derived = {"billableItemIsTrade": None, "billableItemIsEquipment": None}

    first = aimsio.new("BillableItem", **derived, billableItemTypeUname=uname)
    second = aimsio.new(
        "BillableItem", **derived, billableItemCode="TWO", billableItemTypeUname=None, billableItemTypeName=name
    )

    expected = (uname, name, uname == "labour", uname == "equipment")
    shown = ("billableItemTypeUname", "billableItemTypeName", "billableItemIsTrade", "billableItemIsEquipment")
    assert expected == tuple(first[each] for each in shown)
    assert expected == tuple(second[each] for each in shown)


def test_flag_that_contradicts_the_type_is_warned_of(aimsio: Aimsio) -> None:
    """The type decides; the record is created all the same (BillableItem POST, read 2026-11; 7.2; A34)."""
    record = {**GOOD["BillableItem"], "billableItemIsTrade": True, "billableItemIsEquipment": True}

    shown = aimsio.load("BillableItem", record)

    warnings = [(0, "billableItemIsTrade"), (0, "billableItemIsEquipment")]
    assert result(1, 0, 0, 0, warnings=warnings) == shown
    made = aimsio.keyed("BillableItem", "SVC-XRAY")
    assert (False, False) == (made["billableItemIsTrade"], made["billableItemIsEquipment"])


@pytest.mark.parametrize("number", ["2", "3"])
def test_further_rate_needs_its_type(aimsio: Aimsio, number: str) -> None:
    """Rate 2, or 3, without one of its two types is refused; with either it is taken
    (BillableItem POST, read 2026-11; 7.2, 12.23)."""
    rate = {f"billableItemDefaultRate{number}": "221.25"}
    uname, name = f"billableItemDefaultRateTypeUname{number}", f"billableItemDefaultRateType{number}"

    (refused,) = errors_of(aimsio, "BillableItem", **rate)
    assert refused in {uname, name, *rate}
    made = aimsio.new("BillableItem", **rate, **{uname: "overtime_weld"})
    other = aimsio.new("BillableItem", **rate, **{name: "Overtime Weld"}, billableItemCode="TWO")

    assert ("221.250", "overtime_weld") == (made[f"billableItemDefaultRate{number}"], made[uname])
    assert ("221.250", "overtime_weld", "Overtime Weld") == (
        other[f"billableItemDefaultRate{number}"],
        other[uname],
        other[name],
    )


def test_further_rate_of_an_edit_needs_its_type(aimsio: Aimsio) -> None:
    """The rate is not taken without one, the rest is (BillableItem POST, read 2026-11; 4, 7.2, 12.23; A11)."""
    made = aimsio.new("BillableItem")

    edit = {"billableItemCode": "SVC-XRAY", "billableItemDefaultRate2": 5, "billableItemName": "X-ray"}
    shown = aimsio.load("BillableItem", edit)

    assert (0, 0, 1, 0) == shown[:4]
    assert still({**made, "billableItemName": "X-ray"}) == still(aimsio.keyed("BillableItem", "SVC-XRAY"))


def test_uname_of_a_rate_follows_from_its_name(aimsio: Aimsio) -> None:
    """Rate types are free text; the uname is the name in lower case and underscores; three decimals go out
    (BillableItem POST, read 2026-11; 1.5, 7.2; A17, A34)."""
    made = aimsio.new("BillableItem", billableItemDefaultCost="98.7")

    assert ("147.500", "Per Weld", "per_weld", "98.700") == (
        made["billableItemDefaultRate"],
        made["billableItemDefaultRateType"],
        made["billableItemDefaultRateTypeUname"],
        made["billableItemDefaultCost"],
    )


@pytest.mark.parametrize(
    ("sent", "name", "uname"),
    [
        ("per_hour", "Per Hour", "per_hour"),
        ("PER_HOUR", "PER HOUR", "per_hour"),
        ("Per-Day!", "Per-Day!", "per_day"),
        ("\N{LATIN SMALL LETTER SHARP S}", "SS", "ss"),
        ("???", "???", "???"),
    ],
)
def test_rate_type_by_its_uname_can_be_posted_back(aimsio: Aimsio, sent: str, name: str, uname: str) -> None:
    """Whatever was sent as a uname, both names that are shown agree with each other (1.5, 7.2; A34, A43)."""
    made = aimsio.new("BillableItem", billableItemDefaultRateType=None, billableItemDefaultRateTypeUname=sent)

    shown = aimsio.load("BillableItem", made)

    assert (name, uname) == (made["billableItemDefaultRateType"], made["billableItemDefaultRateTypeUname"])
    assert result(0, 1, 0, 0) == shown
    assert still(made) == still(aimsio.keyed("BillableItem", "SVC-XRAY"))


def test_rate_with_a_fault_keeps_its_type(aimsio: Aimsio) -> None:
    """A wrong amount keeps the old one, and with it the type that null was sent for (7.2; A11)."""
    rate = {"billableItemDefaultRate2": 99.5, "billableItemDefaultRateType2": "Daily"}
    made = aimsio.new("BillableItem", **rate)
    names = ("billableItemDefaultRateType2", "billableItemDefaultRateTypeUname2")
    edit = {"billableItemCode": "SVC-XRAY", "billableItemDefaultRate2": "dear", **dict.fromkeys(names)}

    shown = aimsio.load("BillableItem", edit)

    assert result(0, 0, 1, 0, errors=[(0, "billableItemDefaultRate2")]) == shown
    assert still(made) == still(aimsio.keyed("BillableItem", "SVC-XRAY"))


# -------------------------------------------------------------------------------------------------------- price books


def price(code: str, rate: Json, **more: Json) -> Json:
    return {"priceItemBillableItemCode": code, "priceItemRate": rate, "priceItemRateType": "Hourly", **more}


def test_price_items_are_known_by_their_billable_item(aimsio: Aimsio) -> None:
    """An edit changes the one of that item, adds a new one, and leaves those that it does not name
    (PriceBook, price items, read 2026-11; 7.3; operation 13; A35)."""
    made = aimsio.new("PriceBook", priceBookPriceItems=[price("LAB-PF", 101), price("LAB-WELD", 109)])
    items = [price("LAB-WELD", "110.5"), price("EQ-TRUCK", 31)]

    assert result(0, 1, 0, 0) == aimsio.load(
        "PriceBook", {"priceBookName": made["priceBookName"], "priceBookPriceItems": items}
    )

    shown = aimsio.one("PriceBook", made["priceBookGuid"])["priceBookPriceItems"]
    assert [("LAB-PF", "101.000"), ("LAB-WELD", "110.500"), ("EQ-TRUCK", "31.000")] == [
        (each["priceItemBillableItemCode"], each["priceItemRate"]) for each in shown
    ]
    assert made["priceBookPriceItems"][0] == shown[0]


@pytest.mark.parametrize(
    "bad",
    [
        {"priceItemRateType": None},
        {"priceItemRate2": 5},
        {"priceItemRate3": 5},
        {"priceItemRate2": 5, "priceItemRateType3": "Daily"},
        {"priceItemRate": "dear"},
    ],
)
def test_rate_of_a_price_needs_its_type(aimsio: Aimsio, bad: Json) -> None:
    """Each rate has one of its own two types: the names of price items count, not those that the documented sentence
    borrows (PriceBook, price items, read 2026-11; 7.3, 11; A35)."""
    assert [] != errors_of(aimsio, "PriceBook", priceBookPriceItems=[price("LAB-PF", 101), price("LAB-WELD", 1, **bad)])


def test_bad_price_of_an_edit_leaves_the_others(aimsio: Aimsio) -> None:
    """Edited with errors: what is right is taken over (4, 7.3; A11, A35)."""
    made = aimsio.new("PriceBook")
    items = [price("LAB-NONE", 1), price("EQ-TRUCK", 31, priceItemRate2=240, priceItemRateType2="Daily")]

    shown = aimsio.load("PriceBook", {"priceBookGuid": made["priceBookGuid"], "priceBookPriceItems": items})

    assert (0, 0, 1, 0) == shown[:4]
    after = aimsio.one("PriceBook", made["priceBookGuid"])["priceBookPriceItems"]
    assert ["LAB-PF", "EQ-TRUCK"] == [each["priceItemBillableItemCode"] for each in after]
    assert ("240.000", "daily") == (after[1]["priceItemRate2"], after[1]["priceItemRateTypeUname2"])


def test_name_of_a_billable_item_is_read_where_it_is(aimsio: Aimsio) -> None:
    """`priceItemBillableItemName` is resolved; what is sent for it is ignored
    (PriceBook, price items, read 2026-11; 7.3; A35, A43)."""
    made = aimsio.new("PriceBook", priceBookPriceItems=[price("LAB-PF", 1, priceItemBillableItemName="Other")])
    aimsio.load("BillableItem", {"billableItemCode": "LAB-PF", "billableItemName": "Steamfitter"})

    (after,) = aimsio.one("PriceBook", made["priceBookGuid"])["priceBookPriceItems"]

    assert "Journeyman Pipefitter" == made["priceBookPriceItems"][0]["priceItemBillableItemName"]
    assert "Steamfitter" == after["priceItemBillableItemName"]


# ------------------------------------------------------------------------------------------- companies and equipment


@pytest.mark.parametrize("kind", ["Client", "Vendor", "Subcontractor"])
def test_company_of_each_type(aimsio: Aimsio, kind: str) -> None:
    """Customers and those who sell (Company; operation 16; 7.4; A26)."""
    made = aimsio.new("Company", companyTypeName=kind)

    assert (kind, "TMB", "Timber Mats Ltd.", None) == (
        made["companyTypeName"],
        made["companyCode"],
        made["companyName"],
        made["companyEmail"],
    )


def test_vendor_of_a_cost_does_not_become_a_client(aimsio: Aimsio) -> None:
    """While costs name it as their vendor; one that nothing names may (7.4; operation 16; A26)."""
    before = aimsio.keyed("Company", "BIT")
    edit = {"companyCode": "BIT", "companyTypeName": "Client", "companyPhone": "780-555-0100"}

    shown = aimsio.load("Company", edit)

    assert result(0, 0, 1, 0, errors=[(0, "companyTypeName")]) == shown
    assert still({**before, "companyPhone": "780-555-0100"}) == still(aimsio.keyed("Company", "BIT"))
    assert result(0, 1, 0, 0) == aimsio.load("Company", {"companyCode": "BIT", "companyTypeName": "Subcontractor"})
    aimsio.load("Company", GOOD["Company"])
    assert result(0, 1, 0, 0) == aimsio.load("Company", {"companyCode": "TMB", "companyTypeName": "Client"})
    assert "Client" == aimsio.keyed("Company", "TMB")["companyTypeName"]
    assert 1 == aimsio.load(NRB, {**GOOD[NRB], "nrbVendorCode": "TMB"}).not_imported


def test_unit_of_equipment(aimsio: Aimsio) -> None:
    """A code, a name and a billable item of type equipment (Equipment, read 2026-11; 7.5; operation 19; A36)."""
    made = aimsio.new("Equipment")

    assert ("TRK-17", "EQ-TRUCK", None) == (
        made["equipmentCode"],
        made["equipmentBillableItemCode"],
        made["equipmentStatus"],
    )
    assert ["equipmentBillableItemCode"] == errors_of(
        aimsio, "Equipment", equipmentCode="TRK-18", equipmentBillableItemCode="MAT-PIPE4"
    )
