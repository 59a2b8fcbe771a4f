"""Job orders: their status, their work breakdown, and what of other entities stands inside.

Source: https://api.aimsio.com, Job Orders; and A27 to A32.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbooks import Call

from .drafts import Draft
from .employees import EMPLOYEE
from .entities import Derive, Document, Entity, Property, Referrer
from .equipment import EQUIPMENT_UNIT
from .lookups import CLIENT, DELETED, find, find_employee, newly_named, of
from .nrbs import WBS, show_nrbs_of
from .values import (
    Json,
    degrees,
    one_of,
    quoted,
    read_flag,
    read_key,
    read_moment,
    read_objects,
    read_text,
)
from .views import show

UNASSIGNED, ASSIGNED = "Unassigned", "Assigned"
STATUSES = (UNASSIGNED, ASSIGNED, "Active", "Finished", "Cancelled", DELETED)
NUMBER, STATUS, ASSIGNEE = "jobNumber", "jobStatus", "jobAssigneeEmployeeNumber"
START, END = "jobStartDate", "jobEndDate"
SCHEDULE, NODES = "jobWBSSchedule", "jobScheduleWBSList"
NODE, NODE_PARENT = "wbsSharedIdentifier", "wbsParentSharedIdentifier"
CREW, EQUIPMENT_LIST = "jobCrewList", "jobEquipmentList"

_MOST_ROUNDS = 4

_read_status = one_of(*STATUSES)


def _settle(draft: Draft) -> None:
    if draft.is_new:
        draft.values["jobId"] = _next_id(draft.call)
        if not draft.get(NUMBER) and not draft.is_refused(NUMBER):
            draft.values[NUMBER] = _free_number(draft.call, draft.get("jobId"))
    _settle_references(draft)
    _settle_dates(draft)
    _settle_status(draft)
    _settle_schedule(draft)


def _settle_references(draft: Draft) -> None:
    """Client, price book, assignee and location are there, where they are new to the job."""
    company = newly_named(draft, "jobClientCode", "companies", "companyCode", "Customer code")
    if company is not None and company.get("companyTypeName") != CLIENT:
        draft.refuse("jobClientCode", f"Company {quoted(draft.get('jobClientCode'))} is no client")
    newly_named(draft, "jobPriceBookName", "pricebooks", "priceBookName", "Price book")
    newly_named(draft, ASSIGNEE, "employees", "employeeCode", "Employee number")
    newly_named(draft, "jobLocationCode", "locations", "locationCode", "Location code")


def _settle_dates(draft: Draft) -> None:
    for name in (END, START):
        start, end = draft.get(START), draft.get(END)
        if start is not None and end is not None and end < start and draft.changes(name):
            draft.refuse(name, f"{END} {end} is before {START} {start}")
            if draft.is_new:
                return


def _settle_status(draft: Draft) -> None:
    """The status follows from the assignee; a caller can only delete a job that is there (A29)."""
    before = draft.was(STATUS) or UNASSIGNED
    assignee = draft.get(ASSIGNEE)
    status = before
    if before == UNASSIGNED and assignee:
        status = ASSIGNED
    elif before == ASSIGNED and not assignee:
        status = UNASSIGNED
    sent = draft.get(STATUS) if draft.brings(STATUS) else None
    if sent == DELETED and not draft.is_new:
        status = DELETED
    elif sent is not None and sent != status:
        draft.warn(STATUS, f"{STATUS} {sent} is ignored; it follows from the assignee and is {status}")
    draft.values[STATUS] = status


def _settle_schedule(draft: Draft) -> None:
    """Merge the work breakdown; nodes are found by their identifier, and those left out stay."""
    if SCHEDULE not in draft.sent:
        return
    sent, stored = draft.sent[SCHEDULE], draft.was(SCHEDULE)
    if sent is None:
        used = not draft.is_new and any(each.get(WBS) for each in _nrbs_of(draft.call, draft.was(NUMBER)))
        if not draft.refuse_if(used, SCHEDULE, "NRBs stand under nodes of this schedule; it cannot be cleared"):
            draft.values[SCHEDULE] = None
    elif not isinstance(sent, dict):
        draft.refuse(SCHEDULE, f"{quoted(sent)} is not an object")
    else:
        draft.values[SCHEDULE] = draft.part(_SCHEDULE, SCHEDULE, sent, stored) or stored


def _settle_nodes(draft: Draft) -> None:
    """The nodes of a schedule, in the order in which they came first; each parent is one of them, none its own."""
    if not draft.get("jobScheduleGuid"):
        made = draft.call.chance.at("schedule", draft.index).uuid()
        draft.values["jobScheduleGuid"] = draft.was("jobScheduleGuid") or made
    nodes = {each[NODE]: each for each in draft.was(NODES) or ()}
    sent = draft.sent.get(NODES)
    if sent is not None and not isinstance(sent, list):
        draft.refuse(NODES, f"{quoted(sent)} is not a list of nodes")
        sent = None
    for number, each in enumerate(sent or ()):
        identifier = each.get(NODE) if isinstance(each, dict) else None
        known = nodes.get(identifier) if isinstance(identifier, str) else None
        node = draft.part(_WBS_NODE, f"{NODES}[{number}]", each, known)
        if node is not None:
            nodes[node[NODE]] = node
    draft.values[NODES] = list(_rooted(draft, nodes).values())


def _rooted(draft: Draft, nodes: Mapping[str, Document]) -> dict[str, Document]:
    """The nodes with a way up that ends. An old one at fault keeps its old parent; a new one is left out, and the new
    ones below it with it.
    """
    before = {each[NODE]: each.get(NODE_PARENT) for each in draft.was(NODES) or ()}
    kept = dict(nodes)
    rounds = 0
    while faults := _faults(kept, before):
        rounds += 1
        if rounds > _MOST_ROUNDS:  # a tangle: nothing new of it is taken
            faults = [each for each, node in kept.items() if before.get(each, "") != node.get(NODE_PARENT)]
        below: dict[Json, list[str]] = {}
        for identifier, node in kept.items():
            below.setdefault(node.get(NODE_PARENT), []).append(identifier)
        while faults:
            identifier = faults.pop()
            if identifier not in kept:
                continue
            above = quoted(kept[identifier][NODE_PARENT])
            draft.refuse(NODE_PARENT, f"{above} is no node above {quoted(identifier)}")
            if identifier in before:
                kept[identifier] = {**kept[identifier], NODE_PARENT: before[identifier]}
            else:
                del kept[identifier]
                faults += below.get(identifier, ())
    return kept


def _faults(nodes: Mapping[str, Document], before: Mapping[str, Json]) -> list[str]:
    """The nodes whose parent is not there, and those that close a circle: all in it that have not stood so before."""
    seen: set[Json] = set()
    faults = []
    for identifier in nodes:
        way: dict[Json, None] = {}
        above: Json = identifier
        while above in nodes and above not in seen and above not in way:
            way[above] = None
            above = nodes[above].get(NODE_PARENT)
        if above in way:
            steps = list(way)
            circle = steps[steps.index(above) :]
            faults += [each for each in circle if before.get(each, "") != nodes[each][NODE_PARENT]]
        elif above is not None and above not in nodes:
            faults.append(list(way)[-1])
        seen.update(way)  # `|=` with a view of keys makes a new set each time
    return faults


def _settle_node(draft: Draft) -> None:
    if draft.is_new:
        draft.values["wbsGuid"] = draft.call.chance.at("wbs", draft.index, draft.place).uuid()


def _nrbs_of(call: Call, number: Json) -> list[Document]:
    return list(call.collection("nrbs").views(filters={"nrbJobOrderNumber": number}))


def _next_id(call: Call) -> int:
    last = next(call.collection("joborders").views(order=("-jobId",), limit=1), {})
    return int(last.get("jobId") or 1000) + 1


def _free_number(call: Call, start: int) -> str:
    """A number for a job that brings a guid alone (A28)."""
    number = start
    while find(call, "joborders", NUMBER, f"JOB{number:06}") is not None:
        number += 1
    return f"JOB{number:06}"


def _assignee(call: Call, job: Document) -> Document:
    return find_employee(call, job.get(ASSIGNEE)) or {}


def _assignee_name(call: Call, job: Document) -> Json:
    person = _assignee(call, job)
    names = (person.get("employeeFirstName"), person.get("employeeLastName"))
    return " ".join(name for name in names if name) or None


def _assignee_user(call: Call, job: Document) -> Json:
    guid = _assignee(call, job).get("employeeLinkedUserGuid")
    user = call.collection("users").find_one(guid) if guid else None
    return user.get("userName") if user else None


def _inside(name: str, entity: Entity, key: str) -> Derive:
    """The records that a job names by their codes, as GET one shows each."""

    def derive(call: Call, job: Document) -> Json:
        found = (find(call, entity.collection, key, each.get(key)) for each in job.get(name) or ())
        return [show(call, entity, each) for each in found if each is not None]

    return derive


_WBS_NODE = Entity(
    noun="WBS node",
    prefix="wbs",
    form="none",
    settle=_settle_node,
    properties=(
        Property("wbsGuid"),
        Property(NODE, read_key, required=True),
        Property("wbsName", read_text),
        Property(NODE_PARENT, read_key),
    ),
)

_SCHEDULE = Entity(
    noun="WBS schedule",
    prefix="jobSchedule",
    form="none",
    settle=_settle_nodes,
    properties=(
        Property("jobScheduleGuid", read_text),
        Property("jobScheduleBudgetEntryOption", one_of("PerDetailedBreakDown", "PerWBS", "PerBillableItem")),
        Property("jobScheduleContractValueEntryOption", one_of("PerJob", "PerWBS")),
        Property("jobScheduleChangeSettingOption", one_of("Manual", "AutomatedFromChangeOrder")),
        Property("jobScheduleConversionRules", read_objects, default=[]),
        Property(NODES, default=[]),
    ),
)

JOB_ORDER = Entity(
    noun="JobOrder",
    prefix="job",
    collection="joborders",
    list_name="jobList",
    keys=(NUMBER,),
    chooses_guid=True,
    number="jobId",
    settle=_settle,
    hidden=lambda job: job.get(STATUS) == DELETED,
    referrers={
        NUMBER: (Referrer("nrbs", "nrbJobOrderNumber"), Referrer("invoices", "invoiceJobOrderNumber")),
    },
    properties=(
        Property("jobId"),
        Property("jobGuid"),
        Property(NUMBER, read_key, required=True),
        Property("jobName", read_text, required=True),
        Property("jobDescription", read_text),
        Property(STATUS, _read_status),
        Property("jobTypeUname"),
        Property("jobClientCode", read_text, required=True),
        Property("jobPriceBookName", read_text, required=True),
        Property(START, read_moment, required=True),
        Property(END, read_moment),
        Property("jobCreatedAt"),
        Property("jobUpdatedAt"),
        Property("jobShowInDispatching", read_flag, default=True),
        Property(ASSIGNEE, read_key),
        Property("jobAddress", read_text),
        Property("jobLocationCode", read_key),
        Property("jobLocationLat", degrees(90)),
        Property("jobLocationLong", degrees(180)),
        Property("jobDirection", read_text),
        Property(SCHEDULE),
    ),
    derived={
        "jobClientGuid": of("companies", "jobClientCode", "companyCode", "companyGuid"),
        "jobClientName": of("companies", "jobClientCode", "companyCode", "companyName"),
        "jobPriceBookGuid": of("pricebooks", "jobPriceBookName", "priceBookName", "priceBookGuid"),
        "jobAssigneeFullName": _assignee_name,
        "jobAssigneeUserName": _assignee_user,
        "jobLocationName": of("locations", "jobLocationCode", "locationCode", "locationName"),
        "jobNRBList": show_nrbs_of,
        CREW: _inside(CREW, EMPLOYEE, "employeeCode"),
        EQUIPMENT_LIST: _inside(EQUIPMENT_LIST, EQUIPMENT_UNIT, "equipmentCode"),
    },
)
