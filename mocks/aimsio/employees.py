"""Employees. Source: https://api.aimsio.com, Master Data, Employee; and A33."""

from __future__ import annotations

from sandbooks import Call

from .drafts import Draft
from .entities import Document, Entity, Property, Referrer
from .lookups import LABOUR, find_item, newly_named, of, settings
from .values import Json, one_of, quoted, read_key, read_moment, read_number, read_text, trimmed

TRADE_GUID, TRADE = "employeeTradeGuid", "employeeTradeCode"
PAYROLL_TYPE, UNION = "employeePayrollTypeName", "employeePayrollUnionName"
PAYROLL = (
    PAYROLL_TYPE,
    UNION,
    "employeePayrollHolidayEligibility",
    "employeeAverageDayPay",
    "employeeHolidayHoursTopUp",
)
"""What an employee needs in an account with the Timecards module (A33)."""


def _settle(draft: Draft) -> None:
    _settle_trade(draft)
    if settings(draft.call)["timecardsModule"]:
        _settle_payroll(draft)


def _settle_trade(draft: Draft) -> None:
    """The trade is a labour item, by guid or code; what is kept is the code (A33)."""
    guid = draft.values.pop(TRADE_GUID, None)
    if draft.brings(TRADE_GUID):
        item = draft.call.collection("billableitems").find_one(str(guid).lower())
        if item is None:
            draft.refuse(TRADE_GUID, f"Billable item {quoted(guid)} does not exist", TRADE)
        elif draft.brings(TRADE) and draft.get(TRADE) != item["billableItemCode"]:
            draft.refuse(TRADE_GUID, f"{TRADE_GUID} and {TRADE} are two different billable items", TRADE)
        else:
            draft.values[TRADE] = item["billableItemCode"]
        draft.values.pop(TRADE_GUID, None)
    code = draft.get(TRADE)
    if code is None:
        if draft.is_new and not draft.is_refused(TRADE) and not draft.is_refused(TRADE_GUID):
            draft.refuse(TRADE, f"{TRADE} or {TRADE_GUID} is needed for a new Employee")
        elif not draft.is_new and draft.clears(TRADE):
            draft.refuse(TRADE, f"{TRADE} cannot be cleared")
        return
    if draft.changes(TRADE):
        name = TRADE if draft.brings(TRADE) else TRADE_GUID
        item = find_item(draft.call, code)
        if item is None:
            draft.refuse(name, f"Billable item code {quoted(code)} does not exist", TRADE)
        elif item.get("billableItemTypeUname") != LABOUR:
            draft.refuse(name, f"Billable item {quoted(code)} is not of type labour", TRADE)


def _settle_payroll(draft: Draft) -> None:
    for name in PAYROLL:
        if draft.get(name) is None and not draft.is_refused(name):
            if draft.is_new:
                draft.refuse(name, f"{name} is needed in an account with timecards")
            elif draft.clears(name) and draft.was(name) is not None:
                draft.refuse(name, f"{name} cannot be cleared in an account with timecards")
    newly_named(draft, PAYROLL_TYPE, "payrolltypes", "payrollTypeName", "Payroll type")
    newly_named(draft, UNION, "unions", "unionName", "Union")


def _linked_user(call: Call, employee: Document) -> Json:
    guid = employee.get("employeeLinkedUserGuid")
    user = call.collection("users").find_one(guid) if guid else None
    return user.get("userName") if user else None


EMPLOYEE = Entity(
    noun="Employee",
    prefix="employee",
    collection="employees",
    list_name="employeeList",
    keys=("employeeCode",),
    settle=_settle,
    form="shown",
    referrers={
        "employeeCode": (
            Referrer("joborders", "jobAssigneeEmployeeNumber"),
            Referrer("joborders", "employeeCode", within="jobCrewList"),
            Referrer("timecards", "timecardEmployeeCode"),
        ),
    },
    properties=(
        Property("employeeGuid"),
        Property("employeeCode", read_key, required=True),
        Property("employmentType", trimmed(one_of("DIRECT_HIRE", "SUBCONTRACTOR")), required=True),
        Property(
            "employeeStatusUname",
            one_of(
                "active_employee_status",
                "inactive_permanent_layoff_employee_status",
                "inactive_temporary_layoff_employee_status",
            ),
            required=True,
        ),
        Property("employeeFirstName", read_text, required=True),
        Property("employeeLastName", read_text, required=True),
        Property("employeeNickName", read_text),
        Property(TRADE_GUID, read_key),
        Property(TRADE, read_key),
        Property("employmentHireDate", read_moment),
        Property("employmentTerminationDate", read_moment),
        Property("employmentReHireDate", read_moment),
        Property("employeeAddress", read_text),
        Property("employeePhone", read_text),
        Property("employeeEmail", read_text),
        Property("employeeNotes", read_text),
        Property("employeeLinkedUserGuid"),
        Property(PAYROLL_TYPE, read_text),
        Property(UNION, read_text),
        Property("employeePayrollHolidayEligibility", one_of("PER_UNION", "AB_5_OF_9")),
        Property("employeeAverageDayPay", read_number),
        Property("employeeHolidayHoursTopUp", read_number),
        Property("employeeCreatedAt"),
        Property("employeeUpdatedAt"),
    ),
    derived={
        TRADE_GUID: of("billableitems", TRADE, "billableItemCode", "billableItemGuid"),
        "employeeLinkedUserName": _linked_user,
    },
)
