"""Aimsio: invoices and timecards, of which an import changes the status alone; payroll periods and users."""

from __future__ import annotations

import pytest

from tests.vendors.aimsio import ENTITIES, NOWHERE, STAMP, Aimsio, Json, result

DRAFT = "5cead8d1-6122-496e-b437-4d090be4b1f2"
VOID = "09ad0d90-f633-4bcb-9e29-70a8f7ce8da5"
CARD = "5b0c1a52-3c0e-4f5c-9b63-0a4f7be0e0a1"

SHOWN: dict[str, Json] = {
    "Invoice": {
        "invoiceGuid": DRAFT,
        "invoiceNumber": "INV-2025-0431",
        "invoiceStatus": "Draft",
        "invoiceJobOrderNumber": "JOB20250514",
        "invoiceClientCode": "WCM",
        "invoiceDate": 1748584800000,
        "invoiceTotal": "14223.000",
        "invoiceCreatedAt": 1748643300000,
        "invoiceUpdatedAt": 1748643300000,
    },
    "Timecard": {
        "timecardGuid": CARD,
        "timecardEmployeeCode": "E-1006",
        "timecardPayrollPeriodGuid": "2ecc857d-a661-4b36-aaa7-9941a5a3dd37",
        "timecardStatus": "Approved",
    },
    "PayrollPeriod": {
        "payrollPeriodGuid": "0d25887e-102a-49ee-a714-814c02e01ca4",
        "payrollPeriodName": "2025 PP10",
        "payrollPeriodStartDate": 1746338400000,
        "payrollPeriodEndDate": 1747547999000,
        "payrollPeriodStatus": "Closed",
    },
    "User": {
        "userGuid": "a220439e-3b6f-4b3e-9ca6-ade140f9bf4e",
        "userName": "admin@kentest-sandbox",
        "userFullName": "Admin Ken",
        "userEmail": "ken@kentest.example",
        "userIsActive": True,
    },
}
CARD_MEMBERS = {
    *SHOWN["Timecard"],
    *("timecardDate", "timecardRegularHours", "timecardOvertimeHours", "timecardDoubleTimeHours", "timecardUpdatedAt"),
}
COUNTS = {"Invoice": 5, "Timecard": 69, "PayrollPeriod": 3, "User": 7}


@pytest.mark.parametrize("entity", COUNTS)
def test_index_gives_type_guid_and_time(aimsio: Aimsio, entity: str) -> None:
    """A small record of each, which leads to a GET of one (Usage, Querying data, read 2026-11; 8.1 to 8.4; operations
    22, 25, 28 and 30; A7, A9)."""
    items = aimsio.index(entity)

    assert COUNTS[entity] == len(items)
    assert {("dtype", "guid", "updatedAt")} == {tuple(item) for item in items}
    assert {(entity, True)} == {(item["dtype"], item["updatedAt"] > 1600000000000) for item in items}
    named = ENTITIES[entity]
    assert [item["guid"] for item in items] == [aimsio.one(entity, item["guid"])[named.guid] for item in items]


@pytest.mark.parametrize("entity", SHOWN)
def test_one_is_shown(aimsio: Aimsio, entity: str) -> None:
    """Invoice, timecard, payroll period and user by GUID (Transactions; Users, read 2026-11; 8.1 to 8.4; operations 23,
    26, 29 and 31; A37 to A40)."""
    shown = aimsio.one(entity, SHOWN[entity][ENTITIES[entity].guid])

    assert SHOWN[entity].items() <= shown.items()
    assert (CARD_MEMBERS if entity == "Timecard" else set(SHOWN[entity])) == set(shown)


@pytest.mark.parametrize("status", ["Draft", "Approved", "Sent", "Exported", "Paid", "Void"])
@pytest.mark.parametrize("key", [{"invoiceGuid": DRAFT}, {"invoiceNumber": "INV-2025-0431"}])
def test_status_of_an_invoice_is_changed(aimsio: Aimsio, key: Json, status: str) -> None:
    """By GUID or by number, from any status but void to any other; nothing else changes
    (Usage, Posting data, read 2026-11; 8.1, 12.24; operation 24; A37)."""
    assert result(0, 1, 0, 0) == aimsio.load("Invoice", {**key, "invoiceStatus": status})

    assert {**SHOWN["Invoice"], "invoiceStatus": status, "invoiceUpdatedAt": STAMP} == aimsio.one("Invoice", DRAFT)


@pytest.mark.parametrize("status", ["Open", "Submitted", "Approved", "Exported"])
def test_status_of_a_timecard_is_changed(aimsio: Aimsio, status: str) -> None:
    """By GUID, to each of the four; nothing else changes
    (Usage, Posting data, read 2026-11; 8.2, 12.24; operation 27; A38)."""
    before = aimsio.one("Timecard", CARD)

    assert result(0, 1, 0, 0) == aimsio.load("Timecard", {"timecardGuid": CARD, "timecardStatus": status})

    expected = {**before, "timecardStatus": status, "timecardUpdatedAt": STAMP}
    assert expected == aimsio.one("Timecard", CARD)


@pytest.mark.parametrize(
    ("entity", "record"),
    [
        ("Invoice", {"invoiceNumber": "INV-1925-0001", "invoiceStatus": "Paid"}),
        ("Invoice", {"invoiceGuid": NOWHERE, "invoiceStatus": "Paid"}),
        ("Invoice", {"invoiceGuid": "INV-2025-0431", "invoiceStatus": "Paid"}),
        ("Invoice", {"invoiceStatus": "Paid"}),
        ("Invoice", {"invoiceGuid": DRAFT, "invoiceStatus": "Lost"}),
        ("Invoice", {"invoiceGuid": DRAFT, "invoiceStatus": "draft"}),
        ("Invoice", {"invoiceGuid": DRAFT, "invoiceStatus": 5}),
        ("Invoice", {"invoiceGuid": DRAFT, "invoiceNumber": "INV-2025-0402", "invoiceStatus": "Paid"}),
        ("Invoice", {"invoiceGuid": VOID, "invoiceStatus": "Draft"}),
        ("Timecard", {"timecardGuid": NOWHERE, "timecardStatus": "Approved"}),
        ("Timecard", {"timecardStatus": "Approved"}),
        ("Timecard", {"timecardGuid": CARD, "timecardStatus": "Paid"}),
        ("Timecard", {"timecardGuid": CARD, "timecardStatus": ["Open"]}),
        ("Timecard", {**SHOWN["Timecard"], "timecardGuid": "7b0c1a52-3c0e-4f5c-9b63-0a4f7be0e0a1"}),
    ],
)
def test_nothing_is_created_and_no_wrong_status_taken(aimsio: Aimsio, entity: str, record: Json) -> None:
    """An unknown key, a status that is none, a way out of void: not imported, with a notice, and nothing changes
    (Usage, Posting data, read 2026-11; 8.1, 8.2, 12.24; A37, A38)."""
    before = aimsio.all(entity)

    shown = aimsio.load(entity, record)

    assert (0, 0, 0, 1) == shown[:4]
    assert [("ERROR", 0)] == [notice[:2] for notice in shown.notices]
    assert before == aimsio.all(entity)


def test_void_invoice_stays_void(aimsio: Aimsio) -> None:
    """No way leads out of it; into it one leads from everywhere (8.1; A37)."""
    for guid in aimsio.guids("Invoice"):
        aimsio.load("Invoice", {"invoiceGuid": guid, "invoiceStatus": "Void"})

    shown = aimsio.load(
        "Invoice", *({"invoiceGuid": guid, "invoiceStatus": "Paid"} for guid in aimsio.guids("Invoice"))
    )

    assert (0, 0, 0, 5) == shown[:4]
    assert {"invoiceStatus"} == {name for _, _, name in shown.notices}
    assert {"Void"} == {each["invoiceStatus"] for each in aimsio.all("Invoice")}


def test_only_the_status_is_taken(aimsio: Aimsio) -> None:
    """Totals, dates, hours and references that are sent are ignored, without a word
    (Usage, Posting data, read 2026-11; 8.1, 8.2; A37, A38, A43)."""
    card = aimsio.one("Timecard", CARD)
    bill = {"invoiceGuid": DRAFT, "invoiceStatus": "Sent", "invoiceTotal": 1, "invoiceClientCode": "XYZ"}
    hours = {
        "timecardGuid": CARD,
        "timecardStatus": "Exported",
        "timecardRegularHours": "x",
        "timecardEmployeeCode": "E-1",
    }

    assert result(0, 1, 0, 0) == aimsio.load("Invoice", bill)
    assert result(0, 1, 0, 0) == aimsio.load("Timecard", hours)

    assert {**SHOWN["Invoice"], "invoiceStatus": "Sent", "invoiceUpdatedAt": STAMP} == aimsio.one("Invoice", DRAFT)
    expected = {**card, "timecardStatus": "Exported", "timecardUpdatedAt": STAMP}
    assert expected == aimsio.one("Timecard", CARD)


def test_mixed_list_of_invoices(aimsio: Aimsio) -> None:
    """The good ones are changed, the bad ones told (8.1, 12.24; A11, A37)."""
    shown = aimsio.load(
        "Invoice",
        {"invoiceNumber": "INV-2025-0431", "invoiceStatus": "Approved"},
        {"invoiceNumber": "INV-0", "invoiceStatus": "Paid"},
        {"invoiceNumber": "INV-2025-0418", "invoiceStatus": "Paid"},
    )

    assert (0, 2, 0, 1) == shown[:4]
    assert [("ERROR", 1, "invoiceNumber")] == shown.notices
    assert 5 == len(aimsio.index("Invoice"))


@pytest.mark.parametrize("entity", ["PayrollPeriod", "User"])
def test_periods_and_users_are_read_only(aimsio: Aimsio, entity: str) -> None:
    """There is no POST for them (8.3, 8.4; A39, A40)."""
    answer = aimsio.call("POST", entity, {"list": []})

    assert (405, True) == (answer.status_code, "GET" in answer.headers["allow"])
