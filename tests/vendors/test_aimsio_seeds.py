"""Aimsio: what an account begins with: every reference holds, and it is the same each time."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.test_cli import run
from tests.vendors.aimsio import BASE, ENTITIES, EXAMPLE_GUID, NRB, Aimsio, Json

DELETED_JOB = "5cfd8567-2fa3-4a69-933e-3eff1141b103"


def values(documents: list[Json], name: str) -> set[str]:
    """What the documents have under a name; null is nothing."""
    return {each[name] for each in documents if each[name] is not None}


def test_demo_has_what_the_examples_need(aimsio: Aimsio) -> None:
    """The documented account: user, vendor, job, WBS and cost, with their GUIDs; companies of each type, items of each
    type, an order that is there and one that is not (GET one NRB, response, read 2026-11; 10; A47)."""
    cost = aimsio.one(NRB, EXAMPLE_GUID)

    assert ("BIT", "JOB20250514", "AP-INV-123") == (
        cost["nrbVendorCode"],
        cost["nrbJobOrderNumber"],
        cost["nrbOriginReference"],
    )
    assert {"Client", "Vendor", "Subcontractor"} == values(aimsio.all("Company"), "companyTypeName")
    assert 9 == len(values(aimsio.all("BillableItem"), "billableItemTypeUname"))
    assert "Admin Ken" == aimsio.all("User")[0]["userFullName"]
    statuses = {"Unassigned", "Assigned", "Active", "Finished", "Cancelled"}
    assert statuses == values(aimsio.all("JobOrder"), "jobStatus")
    assert {"Draft", "Approved", "Sent", "Paid", "Void"} == values(aimsio.all("Invoice"), "invoiceStatus")


def check_references(aimsio: Aimsio) -> None:
    """Codes, numbers and GUIDs lead to something, of the type that the import asks for."""
    jobs = [*aimsio.all("JobOrder"), aimsio.one("JobOrder", DELETED_JOB)]
    costs, bills, cards = aimsio.all(NRB), aimsio.all("Invoice"), aimsio.all("Timecard")
    companies, items, people = aimsio.all("Company"), aimsio.all("BillableItem"), aimsio.all("Employee")
    clients = {each["companyCode"] for each in companies if each["companyTypeName"] == "Client"}
    trades = {each["billableItemCode"] for each in items if each["billableItemTypeUname"] == "labour"}
    machines = {each["billableItemCode"] for each in items if each["billableItemTypeUname"] == "equipment"}
    numbers = values(jobs, "jobNumber")

    assert values(costs, "nrbJobOrderNumber") <= numbers
    assert values(costs, "nrbVendorCode") <= values(companies, "companyCode") - clients
    assert values(costs, "nrbBilledInName") <= values(bills, "invoiceNumber")
    assert values(costs, "nrbParentGuid") <= values(costs, "nrbGuid")
    assert values(jobs, "jobClientCode") | values(bills, "invoiceClientCode") <= clients
    assert values(jobs, "jobPriceBookName") <= values(aimsio.all("PriceBook"), "priceBookName")
    assert values(jobs, "jobAssigneeEmployeeNumber") <= values(people, "employeeCode")
    assert values(bills, "invoiceJobOrderNumber") <= numbers
    assert values(people, "employeeTradeCode") <= trades
    assert values(people, "employeeLinkedUserGuid") <= values(aimsio.all("User"), "userGuid")
    assert values(aimsio.all("Equipment"), "equipmentBillableItemCode") <= machines
    assert values(cards, "timecardEmployeeCode") <= values(people, "employeeCode")
    assert values(cards, "timecardPayrollPeriodGuid") <= values(aimsio.all("PayrollPeriod"), "payrollPeriodGuid")
    for book in aimsio.all("PriceBook"):
        codes = values(book["priceBookPriceItems"], "priceItemBillableItemCode")
        assert codes <= values(items, "billableItemCode")


def test_every_reference_of_the_demo_holds(aimsio: Aimsio) -> None:
    """Whatever an account begins with refers to what is there (3, 10; A41, A47)."""
    check_references(aimsio)


def test_every_reference_follows_a_new_code(aimsio: Aimsio) -> None:
    """A code that is edited, by GUID, is changed wherever it is named: each object keeps what it refers to, and its
    time of change (3, 4; A13; the sandbox's own)."""
    for entity in ("BillableItem", "Company", "Employee", "Equipment", "PriceBook", "JobOrder"):
        key, guid = ENTITIES[entity].key or "", ENTITIES[entity].guid
        renamed = [{guid: each[guid], key: f"{each[key]}/R"} for each in aimsio.all(entity)]
        others = {name: aimsio.index(name) for name in ENTITIES if name != entity}

        assert (0, len(renamed), 0, 0) == aimsio.load(entity, *renamed)[:4]

        assert others == {name: aimsio.index(name) for name in others}
    check_references(aimsio)
    job = aimsio.keyed("JobOrder", "JOB20250514/R")
    assert (4, 4, 3) == tuple(len(job[name]) for name in ("jobNRBList", "jobCrewList", "jobEquipmentList"))


def test_breakdown_of_each_cost_is_its_jobs(aimsio: Aimsio) -> None:
    """A cost's WBS is a node of its own job, its GUID that node's (NRB POST, read 2026-11; 3, 10)."""
    nodes = {
        (job["jobNumber"], node["wbsSharedIdentifier"]): node["wbsGuid"]
        for job in aimsio.all("JobOrder")
        for node in (job["jobWBSSchedule"] or {}).get("jobScheduleWBSList", [])
    }

    placed = [each for each in aimsio.all(NRB) if each["nrbWBSSharedIdentifier"]]

    assert 10 < len(placed)
    for cost in placed:
        assert nodes[cost["nrbJobOrderNumber"], cost["nrbWBSSharedIdentifier"]] == cost["nrbWBSGuid"]


def test_hours_of_timecards_lie_in_their_period(aimsio: Aimsio) -> None:
    """The day of a timecard is one of its payroll period; regular hours come first (8.2, 8.3; A38, A39)."""
    periods = {each["payrollPeriodGuid"]: each for each in aimsio.all("PayrollPeriod")}

    for card in aimsio.all("Timecard"):
        period = periods[card["timecardPayrollPeriodGuid"]]
        assert period["payrollPeriodStartDate"] <= card["timecardDate"] <= period["payrollPeriodEndDate"]
        hours = [Fraction(card[f"timecard{kind}Hours"]) for kind in ("Regular", "Overtime", "DoubleTime")]
        assert 0 < hours[0] <= 8
        assert 8 == hours[0] or not any(hours[1:])


def test_new_account_has_switches_users_and_lists_alone(new_account: Aimsio) -> None:
    """An account may begin with nothing: what it can choose from is there, objects are not (10; A41, A47)."""
    place = f"/@{new_account.sandbox}/_sandbox/state/aimsio"
    counts = {name: count for name, count in new_account.state().items() if count}

    assert counts["users"] == 3
    assert counts["nrbtypes"] == 6
    assert not set(counts) & {"companies", "billableitems", "employees", "joborders", "nrbs", "invoices"}
    settings = new_account.door.get(f"{place}/settings/account").json()
    assert {"id": "account", "listShape": "value", "timecardsModule": False, "glModule": False} == settings


@pytest.mark.parametrize("entity", ENTITIES)
def test_accounts_of_one_seed_are_alike(aimsio: Aimsio, entity: str) -> None:
    """Two sandboxes begin with the same answers, byte by byte (10; A47)."""
    other = Aimsio(aimsio.door, f"{aimsio.sandbox}-twin")

    assert aimsio.get(entity).content == other.get(entity).content
    guid = aimsio.guids(entity)[0]
    assert aimsio.get(f"{entity}/{guid}").content == other.get(f"{entity}/{guid}").content


def test_every_operation_is_coded() -> None:
    """`sandbooks routes aimsio` has 31 operations and no `schema` row (2; operations 1 to 31)."""
    done = run("routes", "aimsio")

    behaviours = [line.split()[0] for line in done.stdout.splitlines() if f" {BASE}/" in line]
    assert (0, ["coded"] * 31) == (done.returncode, behaviours)
