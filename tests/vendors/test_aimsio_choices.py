"""Aimsio: where the vendor is silent: what the sandbox had to choose."""

from __future__ import annotations

import pytest

from tests.vendors.aimsio import EXAMPLE_GUID, GOOD, NRB, Aimsio, Json, result, still


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("12.3454", "12.345"),
        ("12.3455", "12.346"),
        (-12.3455, "-12.346"),
        (1e2, "100.000"),
        ("123456789012345.999", "123456789012345.999"),
        ("-0", "0.000"),
    ],
)
def test_number_is_kept_as_it_is_shown(aimsio: Aimsio, sent: Json, kept: str) -> None:
    """Three decimals, halves away from zero; a total is made of what is kept (1.5, 5.5; the sandbox's own)."""
    made = aimsio.new(NRB, nrbRate=sent, nrbQuantity=1)

    assert kept == made["nrbRate"]


@pytest.mark.parametrize("sent", ["1234567890123456", 1e300, "1e400", "1_000", "0x10", "", "٣", "1,5", True])
def test_number_that_is_none_is_refused(aimsio: Aimsio, sent: Json) -> None:
    """At most fifteen digits before the point, in the digits of JSON (1.5; the sandbox's own)."""
    before = aimsio.state()

    assert result(0, 0, 0, 1, errors=[(0, "nrbRate")]) == aimsio.load(NRB, {**GOOD[NRB], "nrbRate": sent})
    assert before == aimsio.state()


@pytest.mark.parametrize("code", ["LAB-PF", "EQ-TRUCK"])
def test_item_keeps_its_type_while_it_is_used(aimsio: Aimsio, code: str) -> None:
    """Employees have it as their trade, or units as their kind: it does not become something else
    (3, 7.2; the sandbox's own)."""
    before = aimsio.keyed("BillableItem", code)

    shown = aimsio.load("BillableItem", {"billableItemCode": code, "billableItemTypeUname": "service"})

    assert (0, 0, 1, 0) == shown[:4]
    assert {"ERROR"} == {severity for severity, _, _ in shown.notices}
    assert still(before) == still(aimsio.keyed("BillableItem", code))


def test_client_stays_one_while_it_has_jobs(aimsio: Aimsio) -> None:
    """Jobs refer to customers (3, 7.4; the sandbox's own)."""
    shown = aimsio.load("Company", {"companyCode": "WCM", "companyTypeName": "Vendor"})

    assert result(0, 0, 1, 0, errors=[(0, "companyTypeName")]) == shown
    assert "Client" == aimsio.keyed("Company", "WCM")["companyTypeName"]


def test_breakdown_with_costs_is_not_cleared(aimsio: Aimsio) -> None:
    """Costs stand under its nodes (3, 6; the sandbox's own)."""
    before = aimsio.keyed("JobOrder", "JOB20250514")

    shown = aimsio.load("JobOrder", {"jobNumber": "JOB20250514", "jobWBSSchedule": None})

    assert result(0, 0, 1, 0, errors=[(0, "jobWBSSchedule")]) == shown
    assert still(before) == still(aimsio.keyed("JobOrder", "JOB20250514"))
    assert "b0dd1584-c59a-4a10-a64e-638177a54edc" == aimsio.one(NRB, EXAMPLE_GUID)["nrbWBSGuid"]


def test_child_does_not_change_its_parent(aimsio: Aimsio) -> None:
    """There is no detaching, so a child of one invoice is not posted under another (5.6; the sandbox's own)."""
    record = {
        **GOOD[NRB],
        "nrbDocumentType": "RECEIPT_AP_INVOICE",
        "nrbChildren": [{"nrbExternalId": "ERP-PS-88120"}],
    }
    before = aimsio.state()

    assert (0, 0, 0, 1) == aimsio.load(NRB, record)[:4]
    assert before == aimsio.state()
    parent = aimsio.keyed(NRB, "ERP-AP-40071")["nrbGuid"]
    assert parent == aimsio.keyed(NRB, "ERP-PS-88120")["nrbParentGuid"]


@pytest.mark.parametrize(
    ("entity", "key"),
    [
        ("Invoice", {"invoiceNumber": "INV-2025-0431"}),
        ("Timecard", {"timecardGuid": "5b0c1a52-3c0e-4f5c-9b63-0a4f7be0e0a1"}),
    ],
)
@pytest.mark.parametrize("status", [{}, {"Status": None}])
def test_status_import_needs_a_status(aimsio: Aimsio, entity: str, key: Json, status: Json) -> None:
    """There is nothing else that it could change (8.1, 8.2; the sandbox's own)."""
    named = {f"{entity.lower()}{name}": value for name, value in status.items()}
    before = aimsio.all(entity)

    shown = aimsio.load(entity, {**key, **named})

    assert result(0, 0, 0, 1, errors=[(0, f"{entity.lower()}Status")]) == shown
    assert before == aimsio.all(entity)


def test_deleted_job_can_be_edited_and_stays_deleted(aimsio: Aimsio) -> None:
    """Its number stays taken, so a record of that number finds it (6; the sandbox's own)."""
    guid = "5cfd8567-2fa3-4a69-933e-3eff1141b103"
    edit = {"jobNumber": "JOB20250423", "jobName": "Entered twice", "jobAssigneeEmployeeNumber": "E-1001"}

    assert result(0, 1, 0, 0) == aimsio.load("JobOrder", edit)

    shown = aimsio.one("JobOrder", guid)
    assert ("Deleted", "Entered twice") == (shown["jobStatus"], shown["jobName"])
    assert guid not in aimsio.guids("JobOrder")


@pytest.mark.parametrize("name", ["employeePayrollTypeName", "employeePayrollUnionName"])
def test_payroll_names_are_looked_up_with_the_module(aimsio: Aimsio, name: str) -> None:
    """Type and union of an account that pays by them are there; without the module any text does
    (7.1; the sandbox's own)."""
    payroll = {
        "employeePayrollTypeName": "Hourly",
        "employeePayrollUnionName": "Pipe Trades Alberta",
        "employeePayrollHolidayEligibility": "AB_5_OF_9",
        "employeeAverageDayPay": 1,
        "employeeHolidayHoursTopUp": 1,
    }
    record = {**GOOD["Employee"], **payroll, name: "Nobody's"}
    aimsio.switch(timecardsModule=True)

    assert result(0, 0, 0, 1, errors=[(0, name)]) == aimsio.load("Employee", record)
    aimsio.switch(timecardsModule=False)
    assert result(1, 0, 0, 0) == aimsio.load("Employee", record)


def test_cost_of_a_guid_with_a_key_of_another_is_refused(aimsio: Aimsio) -> None:
    """Of the two rules for keys that find two objects an NRB follows the strict one (4; A13; the sandbox's own)."""
    before = aimsio.all(NRB)

    shown = aimsio.load(NRB, {"nrbGuid": EXAMPLE_GUID, "nrbExternalId": "ERP-AP-39811", "nrbNotes": "Whose?"})

    assert result(0, 0, 0, 1, errors=[(0, "nrbExternalId")]) == shown
    assert before == aimsio.all(NRB)
