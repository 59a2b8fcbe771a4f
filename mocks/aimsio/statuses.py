"""Invoices and timecards, of which a POST changes the status alone, and what is only read: payroll periods and users.

Source: https://api.aimsio.com, introduction (status alone), Transactions and Users; the rest is assumed (A37 to A40).
"""

from __future__ import annotations

from collections.abc import Callable

from .drafts import Draft
from .entities import Entity, Property
from .values import one_of

INVOICE_STATUSES = ("Draft", "Approved", "Sent", "Exported", "Paid", "Void")
TIMECARD_STATUSES = ("Open", "Submitted", "Approved", "Exported")
VOID = "Void"


def _settle(name: str) -> Callable[[Draft], None]:
    """A status was sent; nothing leads out of Void."""

    def settle(draft: Draft) -> None:
        if name not in draft.sent:
            draft.refuse(name, f"{name} is needed; it is all that can be changed here")
        elif draft.was(name) == VOID and draft.changes(name):
            draft.refuse(name, f"A void {draft.entity.noun} keeps its status")

    return settle


INVOICE = Entity(
    noun="Invoice",
    prefix="invoice",
    collection="invoices",
    list_name="invoiceList",
    keys=("invoiceNumber",),
    creates=False,
    strict=True,
    form="none",
    settle=_settle("invoiceStatus"),
    properties=(
        Property("invoiceGuid"),
        Property("invoiceNumber"),
        Property("invoiceStatus", one_of(*INVOICE_STATUSES), required=True),
        Property("invoiceJobOrderNumber"),
        Property("invoiceClientCode"),
        Property("invoiceDate"),
        Property("invoiceTotal"),
        Property("invoiceCreatedAt"),
        Property("invoiceUpdatedAt"),
    ),
)

TIMECARD = Entity(
    noun="Timecard",
    prefix="timecard",
    collection="timecards",
    list_name="timecardList",
    creates=False,
    strict=True,
    form="none",
    settle=_settle("timecardStatus"),
    properties=(
        Property("timecardGuid"),
        Property("timecardEmployeeCode"),
        Property("timecardPayrollPeriodGuid"),
        Property("timecardDate"),
        Property("timecardStatus", one_of(*TIMECARD_STATUSES), required=True),
        Property("timecardRegularHours"),
        Property("timecardOvertimeHours"),
        Property("timecardDoubleTimeHours"),
        Property("timecardUpdatedAt"),
    ),
)

PAYROLL_PERIOD = Entity(
    noun="PayrollPeriod",
    prefix="payrollPeriod",
    collection="payrollperiods",
    form="none",
    properties=tuple(Property(f"payrollPeriod{name}") for name in ("Guid", "Name", "StartDate", "EndDate", "Status")),
)

USER = Entity(
    noun="User",
    prefix="user",
    collection="users",
    form="none",
    properties=(
        *(Property(f"user{name}") for name in ("Guid", "Name", "FullName", "Email")),
        Property("userIsActive", default=True),
    ),
)
