"""Aimsio: costs of a job (NRBs), as they are shown and as they are imported."""

from __future__ import annotations

import base64
import re

import pytest

from tests.vendors.aimsio import EXAMPLE, EXAMPLE_GUID, GOOD, NRB, STAMP, Aimsio, Json, result, still, without

SHOWN: dict[str, Json] = {
    "nrbFileName": "pdf_sample.pdf",
    "nrbExternalId": None,
    "nrbAccountType": "Billable",
    "nrbCreatedByFullName": "Admin Ken",
    "nrbIsBillable": True,
    "nrbQuantity": "1.000",
    "nrbTypeUname": "other_nrb_type",
    "nrbOriginReference": "AP-INV-123",
    "nrbLineItems": [{}],
    "nrbBilledInName": None,
    "nrbMarkupAppliesOn": "SUB_TOTAL",
    "nrbVendorGuid": "d74e8cbb-c7ce-43d9-be2d-c65f0ce0af49",
    "nrbWBSGuid": "b0dd1584-c59a-4a10-a64e-638177a54edc",
    "nrbInvoiceDate": 1743503400000,
    "nrbName": None,
    "nrbCreatedByUserName": "admin@kentest-sandbox",
    "nrbVendorTax": "37.500",
    "nrbPurchaseOrderGuid": None,
    "nrbPurchaseOrderCostItemOriginReference": None,
    "nrbPONumber": "PO-13624",
    "nrbGuid": "3f06d188-45ee-4ee0-83c3-85445748b649",
    "nrbUpcharge": "10.000",
    "nrbTotalAfterMarkup": "862.50",
    "nrbNotes": "Purchased field software",
    "nrbRate": "750.000",
    "nrbTypeName": "Other",
    "nrbCreatedAt": 1747849689000,
    "nrbUpdatedAt": 1747851986000,
    "nrbInvoiceNumber": "AP-INV-123",
    "nrbIsExported": False,
    "nrbBilledInGuid": None,
    "isInternal": False,
    "nrbVendorCode": "BIT",
}
"""The vendor's example of one NRB (GET one NRB, response, read 2026-11), word for word."""

BESIDE: dict[str, Json] = {
    "nrbJobOrderNumber": "JOB20250514",
    "nrbWBSSharedIdentifier": "JOB20250514-01.01",
    "nrbDocumentType": None,
    "nrbShouldReconcileWithPO": False,
    "nrbParentGuid": None,
    "nrbParentExternalId": None,
    "nrbChildren": [],
}
"""What the schema has and the example leaves out (A25)."""


def errors_of(aimsio: Aimsio, **properties: Json) -> list[Json]:
    """The properties that a new record with these is refused for; nothing is stored."""
    before = aimsio.state()
    shown = aimsio.load(NRB, {**GOOD[NRB], **properties})
    assert (0, 0, 0, 1) == shown[:4], shown
    assert before == aimsio.state()
    assert {"ERROR"} == {severity for severity, _, _ in shown.notices}
    return [name for _, _, name in shown.notices]


def test_documented_cost_is_shown_word_for_word(aimsio: Aimsio) -> None:
    """33 members as in the example, and the seven that the schema has beside them
    (GET one NRB, response, read 2026-11; 5.4, 10; operation 3; A25, A47)."""
    assert {**SHOWN, **BESIDE} == aimsio.one(NRB, EXAMPLE_GUID)


def test_documented_cost_after_the_documented_import(aimsio: Aimsio) -> None:
    """Strings for numbers, real booleans and times; the times of the request come back unchanged
    (GET one NRB, response, read 2026-11; 1.5, 12.7; A19)."""
    aimsio.call("POST", "NRB", EXAMPLE)

    shown = aimsio.one(NRB, EXAMPLE_GUID)

    assert {**SHOWN, **BESIDE, "nrbInvoiceDate": 1743528967000, "nrbUpdatedAt": STAMP} == shown
    numbers = ("nrbRate", "nrbQuantity", "nrbVendorTax", "nrbUpcharge", "nrbTotalAfterMarkup")
    assert ["750.000", "1.000", "37.500", "10.000", "862.50"] == [shown[name] for name in numbers]


def test_index_gives_type_guid_and_time(aimsio: Aimsio) -> None:
    """`value` with an item for each NRB, children too, the oldest first; each leads to a GET of one
    (Usage, Querying data; list NRBs, read 2026-11; 5.3, 12.5; operation 2; A6, A7, A23)."""
    body = aimsio.get(NRB).json()

    assert {"value"} == set(body)
    assert 16 == len(body["value"])
    shown = [aimsio.one(NRB, item["guid"]) for item in body["value"]]
    assert body["value"] == [
        {"dtype": NRB, "guid": each["nrbGuid"], "updatedAt": each["nrbUpdatedAt"]} for each in shown
    ]
    assert sorted(each["nrbCreatedAt"] for each in shown) == [each["nrbCreatedAt"] for each in shown]
    assert 2 == len([each for each in shown if each["nrbParentGuid"]])


def test_edit_moves_the_time_of_its_cost_alone(aimsio: Aimsio) -> None:
    """Only the edited item's `updatedAt` grew, in milliseconds: what a poller looks for
    (Usage, Querying data, read 2026-11; 5.3, 12.6; A19)."""
    before = {item["guid"]: item["updatedAt"] for item in aimsio.index(NRB)}

    aimsio.load(NRB, {"nrbGuid": EXAMPLE_GUID, "nrbNotes": "Seen"})

    assert {**before, EXAMPLE_GUID: STAMP} == {item["guid"]: item["updatedAt"] for item in aimsio.index(NRB)}
    assert before[EXAMPLE_GUID] < STAMP


def test_edit_of_no_change_moves_the_time_forward_again(aimsio: Aimsio) -> None:
    """Each later edit has a later time, in whole seconds of the sandbox's clock (5.3, 12.6; A19)."""
    times = []
    for _ in range(3):
        aimsio.load(NRB, {"nrbGuid": EXAMPLE_GUID, "nrbNotes": "Seen"})
        times.append(aimsio.one(NRB, EXAMPLE_GUID)["nrbUpdatedAt"])
        aimsio.advance(2)

    assert [STAMP, STAMP + 2000, STAMP + 4000] == times


def test_new_cost_has_what_follows_from_the_rest(aimsio: Aimsio) -> None:
    """Forty members: what was sent, what is resolved or computed, defaults, and null for the rest
    (GET one NRB, read 2026-11; 5.1, 5.4; A18, A20, A21, A25)."""
    made = aimsio.new(NRB, nrbWBSSharedIdentifier="JOB20250514-02.01", nrbUpcharge=None)

    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", made["nrbGuid"])
    expected = {
        **dict.fromkeys({**SHOWN, **BESIDE}),
        "nrbGuid": made["nrbGuid"],
        "nrbExternalId": "ERP-AP-50001",
        "nrbJobOrderNumber": "JOB20250514",
        "nrbWBSSharedIdentifier": "JOB20250514-02.01",
        "nrbWBSGuid": "d3074481-ffa6-4538-a979-86f19c43636b",
        "nrbTypeUname": "material_nrb_type",
        "nrbTypeName": "Material",
        "nrbAccountType": "Billable",
        "nrbIsBillable": True,
        "nrbVendorCode": "RDP",
        "nrbVendorGuid": "2ee09965-b331-4973-bdee-1ac13e4d6b04",
        "nrbRate": "12.340",
        "nrbQuantity": "5.000",
        "nrbTotalAfterMarkup": "61.70",
        "nrbIsExported": False,
        "isInternal": False,
        "nrbShouldReconcileWithPO": False,
        "nrbLineItems": [],
        "nrbChildren": [],
        "nrbCreatedAt": STAMP,
        "nrbCreatedByUserName": "admin@kentest-sandbox",
        "nrbCreatedByFullName": "Admin Ken",
        "nrbUpdatedAt": STAMP,
    }
    assert expected == made


def test_cost_names_who_created_it(aimsio: Aimsio) -> None:
    """User name and full name of the caller; an edit by another keeps them (GET one NRB, read 2026-11; 5.1)."""
    aimsio.load(NRB, GOOD[NRB], who="integration")
    aimsio.load(NRB, {"nrbExternalId": "ERP-AP-50001", "nrbName": "Seen"}, who="admin")

    shown = aimsio.keyed(NRB, "ERP-AP-50001")

    assert ("integration@kentest-sandbox", "ERP Integration", "Seen") == (
        shown["nrbCreatedByUserName"],
        shown["nrbCreatedByFullName"],
        shown["nrbName"],
    )


def test_read_only_members_are_ignored(aimsio: Aimsio) -> None:
    """Whatever is sent for them, what is computed and resolved stays, without a word
    (NRB POST and GET one, read 2026-11; 1.5, 12.9; A43)."""
    before = aimsio.one(NRB, EXAMPLE_GUID)
    read_only: dict[str, Json] = {
        "nrbTotalAfterMarkup": 1,
        "nrbVendorGuid": "2ee09965-b331-4973-bdee-1ac13e4d6b04",
        "nrbWBSGuid": "6835cdd7-3361-4a42-a604-a858aa50e95c",
        "nrbPurchaseOrderGuid": "0881a7ed-23cb-4eed-a44d-10dbef7d6628",
        "nrbPurchaseOrderCostItemOriginReference": "PO-20001-1",
        "nrbBilledInGuid": "dfb83eaa-daec-4db5-8cb6-2a67985958b9",
        "nrbBilledInName": "INV-2025-0402",
        "nrbCreatedAt": 1,
        "nrbUpdatedAt": 1,
        "nrbCreatedByUserName": "nobody@nowhere",
        "nrbCreatedByFullName": 7,
        "nrbLineItems": [],
        "nrbParentGuid": "e1672276-e2b3-4d8e-8d08-12e427059228",
        "nrbParentExternalId": "ERP-AP-40071",
        "companyCode": "BIT",
    }

    shown = aimsio.load(NRB, {"nrbGuid": EXAMPLE_GUID, **read_only}, {**GOOD[NRB], **read_only})

    assert result(1, 1, 0, 0) == shown
    assert {**before, "nrbUpdatedAt": STAMP} == aimsio.one(NRB, EXAMPLE_GUID)
    made = aimsio.keyed(NRB, "ERP-AP-50001")
    assert ("61.70", "RDP", STAMP, None, None) == (
        made["nrbTotalAfterMarkup"],
        made["nrbVendorCode"],
        made["nrbCreatedAt"],
        made["nrbParentGuid"],
        made["nrbBilledInName"],
    )


@pytest.mark.parametrize(
    ("left_out", "named"),
    [
        (["nrbExternalId"], {"nrbExternalId", "nrbOriginReference", "nrbGuid"}),
        (["nrbJobOrderNumber"], {"nrbJobOrderNumber"}),
        (["nrbTypeUname"], {"nrbTypeUname", "nrbTypeName"}),
        (["nrbAccountType"], {"nrbAccountType", "nrbIsBillable"}),
        (["nrbVendorCode"], {"nrbVendorCode"}),
        (["nrbRate"], {"nrbRate"}),
        (["nrbQuantity"], {"nrbQuantity"}),
    ],
)
def test_new_cost_needs_its_mandatory_members(aimsio: Aimsio, left_out: list[str], named: set[str]) -> None:
    """The vendor's flags less those that its own example leaves out (NRB POST, read 2026-11; 5.1, 11; A14)."""
    before = aimsio.state()

    shown = aimsio.load(NRB, without(GOOD[NRB], *left_out))

    assert (0, 0, 0, 1) == shown[:4]
    ((severity, index, name),) = shown.notices
    assert ("ERROR", 0) == (severity, index)
    assert name in named
    assert before == aimsio.state()


@pytest.mark.parametrize("alternative", [{"nrbExternalId": None, "nrbOriginReference": "AP-77"}, {"nrbName": None}])
def test_new_cost_does_without_external_id_or_name(aimsio: Aimsio, alternative: Json) -> None:
    """As in the vendor's example: an origin reference does, and there is no name (NRB POST, read 2026-11; 5.1; A14)."""
    assert result(1, 0, 0, 0) == aimsio.load(NRB, {**GOOD[NRB], **alternative})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nrbJobOrderNumber", "JOB-NONE"),
        ("nrbJobOrderNumber", "JOB20250423"),
        ("nrbWBSSharedIdentifier", "JOB20250514-09"),
        ("nrbWBSSharedIdentifier", "JOB20250505-01.01"),
        ("nrbVendorCode", "XYZ"),
        ("nrbVendorCode", "WCM"),
        ("nrbTypeUname", "lunch_nrb_type"),
        ("nrbDocumentType", "RECEIPT"),
        ("nrbAccountType", "billable"),
        ("nrbMarkupAppliesOn", "TOTAL"),
        ("nrbRate", "dear"),
        ("nrbRate", True),
        ("nrbQuantity", "1,5"),
        ("nrbQuantity", [1]),
        ("nrbVendorTax", "NaN"),
        ("nrbUpcharge", {}),
        ("nrbInvoiceDate", "2025-04-01"),
        ("nrbInvoiceDate", 1743528967000.5),
        ("nrbIsExported", "true"),
        ("isInternal", 1),
        ("nrbShouldReconcileWithPO", "yes"),
        ("nrbNotes", 5),
        ("nrbPONumber", ["PO-20001"]),
    ],
)
def test_wrong_value_is_refused_and_named(aimsio: Aimsio, name: str, value: Json) -> None:
    """A new record with a reference that does not hold, a value outside its list or of another type is not imported; an
    edit keeps the old value and takes the rest: the job must be there and not deleted, the WBS under that very job, the
    vendor no client (NRB POST, read 2026-11; 3, 5.1, 12.11 to 12.14; A11, A20, A29)."""
    before = aimsio.one(NRB, EXAMPLE_GUID)

    assert [name] == errors_of(aimsio, **{name: value})
    shown = aimsio.load(NRB, {"nrbGuid": EXAMPLE_GUID, name: value, "nrbName": "Kept"})

    assert result(0, 0, 1, 0, errors=[(0, name)]) == shown
    assert still({**before, "nrbName": "Kept"}) == still(aimsio.one(NRB, EXAMPLE_GUID))


def test_unknown_job_leaves_the_index_as_it_was(aimsio: Aimsio) -> None:
    """A new cost of an unknown job is not in the index (NRB POST, read 2026-11; 3, 12.11)."""
    before = aimsio.index(NRB)

    assert ["nrbJobOrderNumber"] == errors_of(aimsio, nrbJobOrderNumber="JOB20259999")
    assert before == aimsio.index(NRB)


@pytest.mark.parametrize("vendor", ["BIT", "FCH", "OHY"])
def test_any_company_but_a_client_sells(aimsio: Aimsio, vendor: str) -> None:
    """Vendors and subcontractors, whatever their status (NRB POST, nrbVendorCode, read 2026-11; 3, 12.13)."""
    guid = aimsio.keyed("Company", vendor)["companyGuid"]

    assert guid == aimsio.new(NRB, nrbVendorCode=vendor)["nrbVendorGuid"]


@pytest.mark.parametrize("number", ["750.5", 750.5, "750.500"])
def test_numbers_come_as_numbers_or_as_text(aimsio: Aimsio, number: Json) -> None:
    """Both forms stand in the vendor's own example; text with three decimals goes out (NRB POST, read 2026-11; 1.5)."""
    made = aimsio.new(NRB, nrbRate=number, nrbQuantity="2", nrbVendorTax=number)

    assert ("750.500", "2.000", "750.500", "2251.50") == (
        made["nrbRate"],
        made["nrbQuantity"],
        made["nrbVendorTax"],
        made["nrbTotalAfterMarkup"],
    )


@pytest.mark.parametrize(
    ("sent", "kept", "warned"),
    [
        ({"nrbAccountType": "Billable"}, ("Billable", True), []),
        ({"nrbAccountType": "Not Billable"}, ("Not Billable", False), []),
        ({"nrbAccountType": None, "nrbIsBillable": True}, ("Billable", True), []),
        ({"nrbAccountType": None, "nrbIsBillable": False}, ("Not Billable", False), []),
        ({"nrbAccountType": "Not Billable", "nrbIsBillable": False}, ("Not Billable", False), []),
        ({"nrbAccountType": "Billable", "nrbIsBillable": False}, ("Billable", True), ["nrbIsBillable"]),
        ({"nrbAccountType": "Not Billable", "nrbIsBillable": True}, ("Not Billable", False), ["nrbIsBillable"]),
    ],
)
def test_account_type_beats_the_flag(aimsio: Aimsio, sent: Json, kept: tuple[str, bool], warned: list[str]) -> None:
    """Either of the two does; where they contradict the account type wins, with a warning that changes no counter
    (NRB POST, read 2026-11; 5.1; A14, A21)."""
    shown = aimsio.load(NRB, {**GOOD[NRB], **sent})

    assert (1, 0, 0, 0) == shown[:4]
    assert [("WARNING", 0)] * len(warned) == [notice[:2] for notice in shown.notices]
    made = aimsio.keyed(NRB, "ERP-AP-50001")
    assert kept == (made["nrbAccountType"], made["nrbIsBillable"])


@pytest.mark.parametrize(
    "sent",
    [
        {"nrbTypeUname": "fuel_nrb_type", "nrbTypeName": None},
        {"nrbTypeUname": "", "nrbTypeName": "Fuel"},
        {"nrbTypeUname": None, "nrbTypeName": "Fuel"},
        {"nrbTypeUname": "fuel_nrb_type", "nrbTypeName": "Fuel"},
    ],
)
def test_type_is_known_by_uname_or_name(aimsio: Aimsio, sent: Json) -> None:
    """Either identifies, both are shown (NRB POST, nrbTypeUname and nrbTypeName, read 2026-11; 1.5, 5.1; A20)."""
    made = aimsio.new(NRB, **sent)

    assert ("fuel_nrb_type", "Fuel") == (made["nrbTypeUname"], made["nrbTypeName"])


def test_type_that_contradicts_itself_is_refused(aimsio: Aimsio) -> None:
    """Uname of one type, name of another: an error on the uname (5.1; A20)."""
    assert ["nrbTypeUname"] == errors_of(aimsio, nrbTypeUname="fuel_nrb_type", nrbTypeName="Rental")


def test_new_type_on_an_edit_changes_both_names(aimsio: Aimsio) -> None:
    """A name alone moves the cost to that type, uname and all (1.5, 5.1; A20)."""
    aimsio.load(NRB, {"nrbGuid": EXAMPLE_GUID, "nrbTypeName": "Rental"})

    shown = aimsio.one(NRB, EXAMPLE_GUID)

    assert ("rental_nrb_type", "Rental") == (shown["nrbTypeUname"], shown["nrbTypeName"])


def test_cost_to_reconcile_needs_external_id_and_order(aimsio: Aimsio) -> None:
    """Without an order number, or without an external id, it is refused; with both, and an order that is there, the
    order is resolved (NRB POST, nrbShouldReconcileWithPO, read 2026-11; 3, 5.1, 12.16; A14, A22)."""
    flag = {"nrbShouldReconcileWithPO": True}

    assert ["nrbPONumber"] == errors_of(aimsio, **flag)
    assert ["nrbPONumber"] == errors_of(aimsio, **flag, nrbPONumber="")
    assert ["nrbPONumber"] == errors_of(aimsio, **flag, nrbPONumber="PO-13624")
    by_origin = {"nrbExternalId": None, "nrbOriginReference": "AP-77", "nrbPONumber": "PO-20001"}
    assert ["nrbExternalId"] == errors_of(aimsio, **flag, **by_origin)
    made = aimsio.new(NRB, **flag, nrbPONumber="PO-20001")
    assert (True, "PO-20001", "0881a7ed-23cb-4eed-a44d-10dbef7d6628") == (
        made["nrbShouldReconcileWithPO"],
        made["nrbPONumber"],
        made["nrbPurchaseOrderGuid"],
    )


@pytest.mark.parametrize(
    ("sent", "resolved"),
    [
        ({"nrbPONumber": "PO-20002"}, ("213ba155-f60a-4c8c-8000-17f9e79b9787", None)),
        ({"nrbShouldReconcileWithPO": False}, (None, None)),
        ({"nrbPONumber": "PO-9"}, ("0881a7ed-23cb-4eed-a44d-10dbef7d6628", "PO-20001-1")),
        ({"nrbNotes": "Third week"}, ("0881a7ed-23cb-4eed-a44d-10dbef7d6628", "PO-20001-1")),
    ],
)
def test_cost_item_goes_with_its_order(aimsio: Aimsio, sent: Json, resolved: tuple[str | None, str | None]) -> None:
    """Another order, or none, and the cost item of the first is gone; it stays where the order does (5.1; A22)."""
    aimsio.load(NRB, {"nrbExternalId": "ERP-AP-40085", **sent})

    shown = aimsio.keyed(NRB, "ERP-AP-40085")

    assert resolved == (shown["nrbPurchaseOrderGuid"], shown["nrbPurchaseOrderCostItemOriginReference"])


def test_edit_cannot_set_the_flag_without_what_it_needs(aimsio: Aimsio) -> None:
    """What counts is the record as it will be: the documented cost has an order number and no external id; with one it
    also needs an order that is there (5.1, 12.16; A14, A22)."""
    flag = {"nrbGuid": EXAMPLE_GUID, "nrbShouldReconcileWithPO": True}
    before = aimsio.one(NRB, EXAMPLE_GUID)

    shown = aimsio.load(NRB, flag)

    assert (0, 0, 1, 0) == shown[:4]
    assert ("ERROR", 0, "nrbExternalId") in shown.notices
    assert still(before) == still(aimsio.one(NRB, EXAMPLE_GUID))
    assert result(0, 1, 0, 0) == aimsio.load(NRB, {**flag, "nrbExternalId": "ERP-1", "nrbPONumber": "PO-20002"})
    after = aimsio.one(NRB, EXAMPLE_GUID)
    assert (True, "213ba155-f60a-4c8c-8000-17f9e79b9787") == (
        after["nrbShouldReconcileWithPO"],
        after["nrbPurchaseOrderGuid"],
    )


def test_flag_that_is_refused_resolves_no_order(aimsio: Aimsio) -> None:
    """An existing order, but no external id: the flag stays as it was, and no guid of the order appears (5.1; A22)."""
    cost = {**without(GOOD[NRB], "nrbExternalId"), "nrbOriginReference": "AP-77", "nrbPONumber": "PO-20001"}
    assert result(1, 0, 0, 0) == aimsio.load(NRB, cost)
    before = aimsio.one(NRB, aimsio.guids(NRB)[-1])
    assert before["nrbPurchaseOrderGuid"] is None

    shown = aimsio.load(NRB, {"nrbOriginReference": "AP-77", "nrbShouldReconcileWithPO": True})

    assert result(0, 0, 1, 0, errors=[(0, "nrbExternalId")]) == shown
    assert still(before) == still(aimsio.one(NRB, before["nrbGuid"]))


def test_number_that_rounding_makes_too_long_is_refused(aimsio: Aimsio) -> None:
    """What is shown can be posted back: three decimals do not round up to a sixteenth digit (1.5; A17)."""
    size = len(aimsio.index(NRB))

    shown = aimsio.load(NRB, {**GOOD[NRB], "nrbRate": "999999999999999.9995"})

    assert result(0, 0, 0, 1, errors=[(0, "nrbRate")]) == shown
    assert size == len(aimsio.index(NRB))
    assert "999999999999999.999" == aimsio.new(NRB, nrbRate="999999999999999.9994")["nrbRate"]


def test_order_number_is_not_checked_without_the_flag(aimsio: Aimsio) -> None:
    """The example has an order number and no order (GET one NRB, response, read 2026-11; 3; A22)."""
    made = aimsio.new(NRB, nrbPONumber="PO-99999")

    assert ("PO-99999", None) == (made["nrbPONumber"], made["nrbPurchaseOrderGuid"])


def test_move_to_another_job_clears_the_breakdown(aimsio: Aimsio) -> None:
    """Without a new WBS identifier there is none; with one of the new job it is resolved there (5.1; A22)."""
    assert result(0, 1, 0, 0) == aimsio.load(NRB, {"nrbGuid": EXAMPLE_GUID, "nrbJobOrderNumber": "JOB20250505"})
    moved = aimsio.one(NRB, EXAMPLE_GUID)
    back = {"nrbJobOrderNumber": "JOB20250514", "nrbWBSSharedIdentifier": "JOB20250514-03"}
    assert result(0, 1, 0, 0) == aimsio.load(NRB, {"nrbGuid": EXAMPLE_GUID, **back})

    shown = aimsio.one(NRB, EXAMPLE_GUID)

    assert (None, None) == (moved["nrbWBSSharedIdentifier"], moved["nrbWBSGuid"])
    assert ("JOB20250514-03", "e8b32634-6d55-494a-9510-f5f8185466a9") == (
        shown["nrbWBSSharedIdentifier"],
        shown["nrbWBSGuid"],
    )


def test_export_flag_alone_changes_nothing_else(aimsio: Aimsio) -> None:
    """The key and `nrbIsExported`: how an ERP marks what it has taken over (NRB POST, read 2026-11; 12.18; A12)."""
    before = aimsio.one(NRB, EXAMPLE_GUID)

    shown = aimsio.load(NRB, {"nrbOriginReference": "AP-INV-123", "nrbIsExported": True})

    assert result(0, 1, 0, 0) == shown
    assert {**before, "nrbIsExported": True, "nrbUpdatedAt": STAMP} == aimsio.one(NRB, EXAMPLE_GUID)


def test_file_needs_its_type_and_is_not_given_back(aimsio: Aimsio) -> None:
    """Content with a type of the three; its name is shown, the file is not (NRB POST, read 2026-11; 5.1; A24)."""
    content = base64.b64encode(b"%PDF-1.4 receipt").decode()
    name = {"nrbFileName": "receipt.pdf", "nrbFileBase64Content": content}

    assert ["nrbFileMimeType"] == errors_of(aimsio, **name)
    assert ["nrbFileMimeType"] == errors_of(aimsio, **name, nrbFileMimeType="text/plain")
    assert ["nrbFileMimeType"] == errors_of(aimsio, nrbFileMimeType=5)
    wrong = {**name, "nrbFileBase64Content": "not/base64!", "nrbFileMimeType": "image/png"}
    assert ["nrbFileBase64Content"] == errors_of(aimsio, **wrong)
    made = aimsio.new(NRB, **name, nrbFileMimeType="application/pdf")
    assert "receipt.pdf" == made["nrbFileName"]
    assert {*SHOWN, *BESIDE} == set(made)
