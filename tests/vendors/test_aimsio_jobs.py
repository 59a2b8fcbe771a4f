"""Aimsio: job orders, their status, their breakdown, and what they show of others."""

from __future__ import annotations

import re

import pytest

from tests.vendors.aimsio import EXAMPLE, EXAMPLE_GUID, GOOD, NOWHERE, NRB, STAMP, Aimsio, Json, result, still, without

JOB = GOOD["JobOrder"]
MEMBERS = {
    *("jobId", "jobGuid", "jobNumber", "jobName", "jobDescription", "jobStatus", "jobTypeUname", "jobClientCode"),
    *("jobClientGuid", "jobClientName", "jobPriceBookName", "jobPriceBookGuid", "jobStartDate", "jobEndDate"),
    *("jobCreatedAt", "jobUpdatedAt", "jobShowInDispatching", "jobAssigneeEmployeeNumber", "jobAssigneeFullName"),
    *("jobAssigneeUserName", "jobAddress", "jobLocationCode", "jobLocationName", "jobLocationLat", "jobLocationLong"),
    *("jobDirection", "jobWBSSchedule", "jobNRBList", "jobCrewList", "jobEquipmentList"),
}
OWN_GUID = "5d0c7a8e-93a4-4f6f-8a3e-2a7f1f2f9b11"


def job(aimsio: Aimsio, number: str = "JOB20250514") -> Json:
    return aimsio.keyed("JobOrder", number)


def errors_of(aimsio: Aimsio, **properties: Json) -> list[Json]:
    """The properties that a new job with these is refused for; nothing is stored."""
    before = aimsio.state()
    shown = aimsio.load("JobOrder", {**JOB, **properties})
    assert (0, 0, 0, 1) == shown[:4], shown
    assert before == aimsio.state()
    return [name for _, _, name in shown.notices]


def test_job_is_shown_with_all_that_belongs_to_it(aimsio: Aimsio) -> None:
    """Codes with their GUIDs and names, WBS, NRBs, crew and equipment; times are numbers, so are latitude and longitude
    (JobOrder GET one, read 2026-11; 6; operation 5; A17, A27, A31, A32)."""
    shown = job(aimsio)

    assert set(shown) == MEMBERS
    assert {
        "jobId": 1047,
        "jobStatus": "Active",
        "jobClientCode": "WCM",
        "jobClientGuid": "20e7c033-4122-45c0-a7e6-cc529b9fc754",
        "jobClientName": "Whitecourt Midstream Ltd.",
        "jobPriceBookGuid": "63b2a7ca-fe24-4d7e-90bc-9c75fd80f8f8",
        "jobStartDate": 1747227600000,
        "jobAssigneeEmployeeNumber": "E-1001",
        "jobAssigneeFullName": "Tyler Paradis",
        "jobAssigneeUserName": "tparadis@kentest-sandbox",
        "jobLocationName": "Whitecourt gas plant",
        "jobLocationLat": 54.1083,
        "jobLocationLong": -115.6672,
    }.items() <= shown.items()
    nodes = shown["jobWBSSchedule"]["jobScheduleWBSList"]
    assert 7 == len(nodes)
    assert {
        "wbsGuid": "b0dd1584-c59a-4a10-a64e-638177a54edc",
        "wbsSharedIdentifier": "JOB20250514-01.01",
        "wbsName": "Field systems and site setup",
        "wbsParentSharedIdentifier": "JOB20250514-01",
    } == nodes[1]


def test_lists_of_a_job_are_what_their_own_gets_show(aimsio: Aimsio) -> None:
    """NRBs, crew and equipment are included (Usage, Posting data, read 2026-11; 6; A32)."""
    shown = job(aimsio)

    costs = [each for each in aimsio.all(NRB) if each["nrbJobOrderNumber"] == "JOB20250514"]
    assert costs == shown["jobNRBList"]
    assert 4 == len(costs)
    assert ["E-1001", "E-1002", "E-1003", "E-1006"] == [each["employeeCode"] for each in shown["jobCrewList"]]
    assert aimsio.keyed("Employee", "E-1003") == shown["jobCrewList"][2]
    assert ["TRK-11", "WR-03", "LT-21"] == [each["equipmentCode"] for each in shown["jobEquipmentList"]]
    assert aimsio.keyed("Equipment", "WR-03") == shown["jobEquipmentList"][1]


def test_index_leaves_out_deleted_jobs(aimsio: Aimsio) -> None:
    """Type, number, GUID and time of each; a deleted one is not among them, and its GET still answers
    (Usage, Querying data, read 2026-11; 6; operation 6; A7, A9, A29, A44)."""
    items = aimsio.index("JobOrder")

    shown = [aimsio.one("JobOrder", item["guid"]) for item in items]
    assert 6 == len(items)
    assert items == [
        {"dtype": "JobOrder", "id": each["jobId"], "guid": each["jobGuid"], "updatedAt": each["jobUpdatedAt"]}
        for each in shown
    ]
    deleted = aimsio.one("JobOrder", "5cfd8567-2fa3-4a69-933e-3eff1141b103")
    assert ("JOB20250423", "Deleted") == (deleted["jobNumber"], deleted["jobStatus"])


def test_clean_account_is_loaded_from_company_to_job(new_account: Aimsio) -> None:
    """Company, billable item, price book, employee, then a job with its assignee: all of it is resolved
    (Job orders, POST, read 2026-11; 3, 6, 12.19; operation 4; A27, A29)."""
    client = new_account.new("Company", companyCode="WCM", companyName="Whitecourt Midstream", companyTypeName="Client")
    trade = {"billableItemTypeUname": "labour", "billableItemIsTrade": True, "billableItemCode": "LAB-PF"}
    new_account.new("BillableItem", **trade)
    book = new_account.new("PriceBook", priceBookName="Standard 2025")
    new_account.new("Employee")

    made = new_account.new("JobOrder", jobAssigneeEmployeeNumber="E-2001")
    alone = new_account.new("JobOrder", jobNumber="JOB20250702")

    assert ("Assigned", "Unassigned") == (made["jobStatus"], alone["jobStatus"])
    assert (client["companyGuid"], "Whitecourt Midstream") == (made["jobClientGuid"], made["jobClientName"])
    assert book["priceBookGuid"] == made["jobPriceBookGuid"]
    assert ("Nadia Kowalchuk", None) == (made["jobAssigneeFullName"], made["jobAssigneeUserName"])
    assert (None, None) == (alone["jobAssigneeEmployeeNumber"], alone["jobAssigneeFullName"])


def test_new_job_has_defaults_and_nulls(aimsio: Aimsio) -> None:
    """Shown in dispatching unless told otherwise, no lists yet, a number of its own, null for the rest
    (JobOrder GET one, read 2026-11; 6; A30)."""
    made = aimsio.new("JobOrder")

    assert set(made) == MEMBERS
    assert (True, [], [], []) == (
        made["jobShowInDispatching"],
        made["jobNRBList"],
        made["jobCrewList"],
        made["jobEquipmentList"],
    )
    assert 1052 < made["jobId"]
    unset = ("jobDescription", "jobEndDate", "jobAddress", "jobLocationCode", "jobLocationName", "jobLocationLat")
    assert [None] * 6 == [made[name] for name in unset]
    assert made["jobUpdatedAt"] == made["jobCreatedAt"] == STAMP


@pytest.mark.parametrize("name", ["jobName", "jobClientCode", "jobPriceBookName", "jobStartDate"])
def test_new_job_needs_its_mandatory_members(aimsio: Aimsio, name: str) -> None:
    """The vendor's flags but for the status, which the system sets (Job orders, POST, read 2026-11; 6; A29)."""
    before = aimsio.state()

    shown = aimsio.load("JobOrder", without(JOB, name), {"jobNumber": "JOB20250514"})

    assert result(0, 1, 0, 1, errors=[(0, name)]) == shown
    assert before == aimsio.state()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("jobClientCode", "XYZ"),
        ("jobClientCode", "BIT"),
        ("jobPriceBookName", "Standard 1925"),
        ("jobAssigneeEmployeeNumber", "E-9999"),
        ("jobLocationCode", "MOON"),
        ("jobEndDate", 1751378399999),
        ("jobEndDate", "2025-07-01"),
        ("jobStartDate", "soon"),
        ("jobName", 5),
        ("jobShowInDispatching", "yes"),
        ("jobLocationLat", "north"),
    ],
)
def test_wrong_value_is_refused_and_named(aimsio: Aimsio, name: str, value: Json) -> None:
    """Client, price book, assignee and location must be there, the client must be one, the end is not before the start:
    a new job is not imported, an existing one is edited in part (Job orders, POST, read 2026-11; 3, 6, 12.20; A27)."""
    made = aimsio.new("JobOrder", jobNumber="JOB20250702")

    assert [name] == errors_of(aimsio, **{name: value})
    shown = aimsio.load("JobOrder", {"jobNumber": "JOB20250702", name: value, "jobAddress": "10-14-59-12 W5M"})

    assert result(0, 0, 1, 0, errors=[(0, name)]) == shown
    assert still({**made, "jobAddress": "10-14-59-12 W5M"}) == still(job(aimsio, "JOB20250702"))


def test_every_fault_of_a_job_is_told(aimsio: Aimsio) -> None:
    """A notice per fault (Job orders, POST, read 2026-11; 6, 12.20; A15)."""
    faults = {
        "jobClientCode": "XYZ",
        "jobPriceBookName": "Standard 1925",
        "jobAssigneeEmployeeNumber": "E-9999",
        "jobLocationCode": "MOON",
        "jobEndDate": 1,
    }

    assert sorted(faults) == sorted(errors_of(aimsio, **faults))


def test_end_on_the_start_is_allowed(aimsio: Aimsio) -> None:
    """`jobEndDate` is at or after `jobStartDate`, also where an edit brings one of the two
    (Job orders, POST, read 2026-11; 6)."""
    made = aimsio.new("JobOrder", jobEndDate=JOB["jobStartDate"])

    late = aimsio.load("JobOrder", {"jobNumber": made["jobNumber"], "jobStartDate": JOB["jobStartDate"] + 1})

    assert (0, 0, 1, 0) == late[:4]
    assert JOB["jobStartDate"] == job(aimsio, made["jobNumber"])["jobStartDate"]


def test_status_follows_the_assignee(aimsio: Aimsio) -> None:
    """Unassigned, assigned with an assignee, unassigned without
    (Job orders, POST, jobStatus, read 2026-11; 6, 12.19; A29)."""
    number = aimsio.new("JobOrder")["jobNumber"]
    statuses = []

    for assignee in ("E-1001", "E-1002", None):
        aimsio.load("JobOrder", {"jobNumber": number, "jobAssigneeEmployeeNumber": assignee})
        statuses.append((job(aimsio, number)["jobStatus"], job(aimsio, number)["jobAssigneeFullName"]))

    assert [("Assigned", "Tyler Paradis"), ("Assigned", "Gurpreet Gill"), ("Unassigned", None)] == statuses


def test_assignee_moves_no_job_that_is_under_way(aimsio: Aimsio) -> None:
    """Only from unassigned to assigned, and back from assigned (6; A29)."""
    for assignee in ("E-1002", None):
        assert result(0, 1, 0, 0) == aimsio.load(
            "JobOrder", {"jobNumber": "JOB20250514", "jobAssigneeEmployeeNumber": assignee}
        )
        assert "Active" == job(aimsio)["jobStatus"]


@pytest.mark.parametrize("status", ["Assigned", "Active", "Finished", "Cancelled"])
def test_other_status_is_ignored_with_a_warning(aimsio: Aimsio, status: str) -> None:
    """The system sets it: in a new job and in an existing one another status changes nothing
    (Job orders, POST, jobStatus, read 2026-11; 6; A29)."""
    assert result(1, 0, 0, 0, warnings=[(0, "jobStatus")]) == aimsio.load("JobOrder", {**JOB, "jobStatus": status})
    again = aimsio.load("JobOrder", {"jobNumber": JOB["jobNumber"], "jobStatus": status, "jobName": "Renamed"})

    assert result(0, 1, 0, 0, warnings=[(0, "jobStatus")]) == again
    shown = job(aimsio, JOB["jobNumber"])
    assert ("Unassigned", "Renamed") == (shown["jobStatus"], shown["jobName"])


def test_status_that_it_has_anyway_is_accepted(aimsio: Aimsio) -> None:
    """Equal to the computed one: no word of it (6; A29)."""
    assigned = {"jobNumber": "JOB20250702", "jobStatus": "Assigned", "jobAssigneeEmployeeNumber": "E-1001"}

    shown = aimsio.load("JobOrder", {**JOB, "jobStatus": "Unassigned"}, {**JOB, **assigned})

    assert result(2, 0, 0, 0) == shown


def test_new_job_is_not_deleted(aimsio: Aimsio) -> None:
    """`Deleted` is for existing jobs only (Job orders, POST, jobStatus, read 2026-11; 6; A29)."""
    shown = aimsio.load("JobOrder", {**JOB, "jobStatus": "Deleted"})

    assert result(1, 0, 0, 0, warnings=[(0, "jobStatus")]) == shown
    assert "Unassigned" == job(aimsio, JOB["jobNumber"])["jobStatus"]


def test_deleted_job_is_gone_from_the_index_alone(aimsio: Aimsio) -> None:
    """Its GET answers with the status, its number stays taken, its costs stay, new ones are refused
    (Job orders, POST, jobStatus, read 2026-11; 6; A29, A44)."""
    before = job(aimsio)

    assert result(0, 1, 0, 0) == aimsio.load("JobOrder", {"jobNumber": "JOB20250514", "jobStatus": "Deleted"})

    guid = before["jobGuid"]
    assert guid not in aimsio.guids("JobOrder")
    assert still({**before, "jobStatus": "Deleted"}) == still(aimsio.one("JobOrder", guid))
    assert result(0, 0, 0, 1, errors=[(0, "nrbJobOrderNumber")]) == aimsio.load(NRB, GOOD[NRB])
    assert 0 == aimsio.load("JobOrder", {**JOB, "jobNumber": "JOB20250514"}).created
    assert 5 == len(aimsio.index("JobOrder"))


def test_new_job_may_bring_its_own_guid(aimsio: Aimsio) -> None:
    """Unlike anything else: with a number, or with a number that is made for it
    (Job orders, POST, jobGuid and jobNumber, read 2026-11; 6; A28)."""
    numbers = {item["id"] for item in aimsio.index("JobOrder")}
    other = OWN_GUID.replace("5d", "6e", 1)

    shown = aimsio.load("JobOrder", {**JOB, "jobGuid": OWN_GUID}, {**without(JOB, "jobNumber"), "jobGuid": other})

    assert result(2, 0, 0, 0) == shown
    assert JOB["jobNumber"] == aimsio.one("JobOrder", OWN_GUID)["jobNumber"]
    made = aimsio.one("JobOrder", other)
    assert made["jobNumber"]
    assert made["jobId"] not in numbers
    assert 8 == len({each["jobNumber"] for each in aimsio.all("JobOrder")})


def test_guid_of_ones_own_with_a_number_that_is_taken_makes_no_job(aimsio: Aimsio) -> None:
    """The number is unique: never is there a second job of it
    (Job orders, POST, jobNumber, read 2026-11; 6; A13, A28)."""
    before = aimsio.all("JobOrder")

    shown = aimsio.load("JobOrder", {**JOB, "jobGuid": NOWHERE, "jobNumber": "JOB20250514"})

    assert 0 == shown.created
    assert [each["jobGuid"] for each in before] == aimsio.guids("JobOrder")


def test_records_inside_of_a_job_are_ignored(aimsio: Aimsio) -> None:
    """NRBs, crew and equipment have their own endpoints; inside of a job they change nothing, without a word
    (Usage, Posting data, read 2026-11; 3, 6, 12.21; A43)."""
    before = {**aimsio.state()}
    inside = {
        "jobNRBList": [GOOD[NRB]],
        "jobCrewList": [GOOD["Employee"], {"employeeCode": "E-1001", "employeeLastName": "Other"}],
        "jobEquipmentList": [],
        "jobId": 7,
        "jobClientName": "Other",
        "jobTypeUname": "other_job_type",
        "jobCreatedAt": 1,
    }
    shown_before = job(aimsio)

    assert result(0, 1, 0, 0) == aimsio.load("JobOrder", {"jobNumber": "JOB20250514", **inside})

    assert before == aimsio.state()
    assert still(shown_before) == still(job(aimsio))


def test_cost_appears_in_its_job_at_once(aimsio: Aimsio) -> None:
    """Posted to its own path it is in the next GET of the job, whose own time does not move; a change, too
    (Usage, Posting data, read 2026-11; 6, 12.21; A32)."""
    before = job(aimsio)
    made = aimsio.new(NRB)

    aimsio.load(NRB, {"nrbGuid": EXAMPLE_GUID, "nrbMarkupAppliesOn": "SUB_TOTAL_AND_VENDOR_TAX"})

    after = job(aimsio)
    assert before["jobUpdatedAt"] == after["jobUpdatedAt"]
    assert made == after["jobNRBList"][-1]
    assert 5 == len(after["jobNRBList"])
    totals = {each["nrbGuid"]: each["nrbTotalAfterMarkup"] for each in after["jobNRBList"]}
    assert "866.25" == totals[EXAMPLE_GUID]


def test_cost_that_moves_leaves_its_job(aimsio: Aimsio) -> None:
    """It is listed in the new one alone (6; A22, A32)."""
    aimsio.load(NRB, {"nrbGuid": EXAMPLE_GUID, "nrbJobOrderNumber": "JOB20250602"})

    listed = {
        number: [each["nrbGuid"] for each in job(aimsio, number)["jobNRBList"]]
        for number in ("JOB20250514", "JOB20250602")
    }

    assert EXAMPLE_GUID not in listed["JOB20250514"]
    assert [EXAMPLE_GUID] == listed["JOB20250602"]


def test_crew_and_equipment_are_shown_as_they_are_now(aimsio: Aimsio) -> None:
    """What the endpoints of employees, equipment, companies and price books change, a job shows
    (Usage, Posting data, read 2026-11; 6; A32)."""
    before = job(aimsio)
    aimsio.load("Employee", {"employeeCode": "E-1001", "employeeLastName": "Paradis-Roy"})
    aimsio.load("Equipment", {"equipmentCode": "WR-03", "equipmentStatus": "In Repair"})
    aimsio.load("Company", {"companyCode": "WCM", "companyName": "Whitecourt Gas Ltd."})

    after = job(aimsio)

    assert ("Tyler Paradis-Roy", "Paradis-Roy") == (
        after["jobAssigneeFullName"],
        after["jobCrewList"][0]["employeeLastName"],
    )
    assert "In Repair" == after["jobEquipmentList"][1]["equipmentStatus"]
    assert "Whitecourt Gas Ltd." == after["jobClientName"]
    assert before["jobUpdatedAt"] == after["jobUpdatedAt"]


def test_new_codes_are_followed(aimsio: Aimsio) -> None:
    """A company, employee, unit, price book or job is still the one that others refer to when its code changes
    (3, 4; A13)."""
    before = job(aimsio)
    for entity, key, old in [
        ("Company", "companyCode", "WCM"),
        ("Employee", "employeeCode", "E-1001"),
        ("Equipment", "equipmentCode", "WR-03"),
        ("PriceBook", "priceBookName", "Whitecourt Midstream MSA 2025"),
        ("JobOrder", "jobNumber", "JOB20250514"),
    ]:
        found = aimsio.keyed(entity, old)
        guid = next(name for name in (f"{key[:-4]}Guid", "priceBookGuid", "jobGuid") if name in found)
        assert result(0, 1, 0, 0) == aimsio.load(entity, {guid: found[guid], key: f"{old}-X"})

    after = aimsio.one("JobOrder", before["jobGuid"])

    for name in ("jobClientGuid", "jobPriceBookGuid", "jobAssigneeFullName"):
        assert before[name] == after[name]
    assert ("WCM-X", "E-1001-X") == (after["jobClientCode"], after["jobAssigneeEmployeeNumber"])
    for name, guid in (
        ("jobCrewList", "employeeGuid"),
        ("jobEquipmentList", "equipmentGuid"),
        ("jobNRBList", "nrbGuid"),
    ):
        assert [each[guid] for each in before[name]] == [each[guid] for each in after[name]]


def test_breakdown_is_made_with_its_job(aimsio: Aimsio) -> None:
    """Nodes get GUIDs of the system and are known by their identifier within the job; costs may refer to them at once
    (Job orders, POST, jobWBSSchedule, read 2026-11; 6; A31)."""
    nodes: list[dict[str, Json]] = [
        {"wbsSharedIdentifier": "J1-01", "wbsName": "Civil"},
        {"wbsSharedIdentifier": "J1-01.01", "wbsName": "Piles", "wbsParentSharedIdentifier": "J1-01"},
    ]
    schedule = {
        "jobScheduleBudgetEntryOption": "PerWBS",
        "jobScheduleContractValueEntryOption": "PerJob",
        "jobScheduleChangeSettingOption": "Manual",
        "jobScheduleWBSList": nodes,
    }
    made = aimsio.new("JobOrder", jobWBSSchedule=schedule)["jobWBSSchedule"]

    assert ("PerWBS", "PerJob", "Manual", []) == (
        made["jobScheduleBudgetEntryOption"],
        made["jobScheduleContractValueEntryOption"],
        made["jobScheduleChangeSettingOption"],
        made["jobScheduleConversionRules"],
    )
    assert made["jobScheduleGuid"]
    first, second = made["jobScheduleWBSList"]
    assert all(re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", node["wbsGuid"]) for node in (first, second))
    assert {**nodes[1], "wbsGuid": second["wbsGuid"]} == second
    assert {**nodes[0], "wbsGuid": first["wbsGuid"], "wbsParentSharedIdentifier": None} == first
    cost = aimsio.new(NRB, nrbJobOrderNumber=JOB["jobNumber"], nrbWBSSharedIdentifier="J1-01.01")
    assert second["wbsGuid"] == cost["nrbWBSGuid"]


@pytest.mark.parametrize("nothing", [None, ""])
def test_schedule_keeps_its_guid(aimsio: Aimsio, nothing: Json) -> None:
    """A schedule gets a GUID, another one where one is sent, and is never without (6; A31)."""
    made = aimsio.new("JobOrder", jobWBSSchedule={})

    shown = aimsio.load("JobOrder", {"jobNumber": made["jobNumber"], "jobWBSSchedule": {"jobScheduleGuid": nothing}})

    assert result(0, 1, 0, 0) == shown
    assert made["jobWBSSchedule"]["jobScheduleGuid"]
    assert still(made) == still(aimsio.one("JobOrder", made["jobGuid"]))


def test_node_keeps_its_guid(aimsio: Aimsio) -> None:
    """The identifier is its key: the same one again is edited, a new one is added
    (Job orders, POST, jobWBSSchedule, read 2026-11; 6; A12, A31)."""
    before = job(aimsio)["jobWBSSchedule"]
    nodes = [
        {**without(before["jobScheduleWBSList"][1], "wbsGuid"), "wbsName": "Field data"},
        {"wbsSharedIdentifier": "JOB20250514-04", "wbsName": "Handover"},
    ]

    assert result(0, 1, 0, 0) == aimsio.load(
        "JobOrder", {"jobNumber": "JOB20250514", "jobWBSSchedule": {"jobScheduleWBSList": nodes}}
    )

    after = job(aimsio)["jobWBSSchedule"]
    shown = {node["wbsSharedIdentifier"]: node for node in after["jobScheduleWBSList"]}
    assert ("b0dd1584-c59a-4a10-a64e-638177a54edc", "Field data") == (
        shown["JOB20250514-01.01"]["wbsGuid"],
        shown["JOB20250514-01.01"]["wbsName"],
    )
    assert "Handover" == shown["JOB20250514-04"]["wbsName"]
    assert before["jobScheduleGuid"] == after["jobScheduleGuid"]
    assert "b0dd1584-c59a-4a10-a64e-638177a54edc" == aimsio.one(NRB, EXAMPLE_GUID)["nrbWBSGuid"]


@pytest.mark.parametrize(
    "option",
    ["jobScheduleBudgetEntryOption", "jobScheduleContractValueEntryOption", "jobScheduleChangeSettingOption"],
)
def test_option_outside_its_list_is_refused(aimsio: Aimsio, option: str) -> None:
    """Each option of the breakdown has its values (Job orders, POST, jobWBSSchedule, read 2026-11; 6)."""
    (name,) = errors_of(aimsio, jobWBSSchedule={option: "PerMoon"})

    assert str(name).endswith(option) or "jobWBSSchedule" == name


def test_documented_cost_is_in_the_documented_job(aimsio: Aimsio) -> None:
    """After the vendor's example the job shows the cost with its total (NRB POST, read 2026-11; 6, 10, 12.21; A47)."""
    aimsio.call("POST", "NRB", EXAMPLE)

    (cost,) = [each for each in job(aimsio)["jobNRBList"] if each["nrbGuid"] == EXAMPLE_GUID]

    assert aimsio.one(NRB, EXAMPLE_GUID) == cost
    assert ("862.50", 1743528967000) == (cost["nrbTotalAfterMarkup"], cost["nrbInvoiceDate"])
