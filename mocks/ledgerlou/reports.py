"""Reports: what the accounts come to, summed up from the journal each time that it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbooks import Call, Reply

from . import chart, journal, years
from .dates import today
from .money import CENT, out

INCOME, BALANCE_SHEET = "guv", "bilanz"
ASSET, EQUITY, REVENUE, EXPENSE = "asset", "equity", "revenue", "expense"
OF_THE_YEAR = frozenset({REVENUE, EXPENSE})
RESULT = "Periodenergebnis"
MONTHS = 12

_DEBIT_SIDE = frozenset({ASSET, EXPENSE})

Document = dict[str, Any]  # any JSON


@dataclass(slots=True)
class Sums:
    """What was debited and credited, in cents."""

    debit: int = 0
    credit: int = 0

    def balance(self, type: str) -> int:
        """Positive on the side on which accounts of that type usually stand."""
        return self.debit - self.credit if type in _DEBIT_SIDE else self.credit - self.debit


def get_report(call: Call) -> Reply:
    """Accounts that moved, by number: guv those of revenue and expense in the range, susa all of them.

    bilanz: assets, liabilities and equity since the beginning, whatever `startDate` says; what revenue and expense came
    to stands in a line of its own, as nothing ever closes them.
    """
    start, end = years.range_of(call)
    kind = call.query["type"]
    is_sheet = kind == BALANCE_SHEET
    sums = _sums(call, None if is_sheet else start, end)
    accounts = {number: _account(call, number) for number in sorted(sums)}
    if is_sheet:
        rows = [_row(each, sums[number]) for number, each in accounts.items() if each["type"] not in OF_THE_YEAR]
        earned = [sums[number] for number, each in accounts.items() if each["type"] in OF_THE_YEAR]
        return Reply(200, rows + _result(earned))
    shown = OF_THE_YEAR if kind == INCOME else None
    return Reply(200, [_row(each, sums[n]) for n, each in accounts.items() if shown is None or each["type"] in shown])


def get_monthly_revenue_expenses(call: Call) -> Reply:
    """The last twelve months with the one that runs, the oldest first."""
    day = today(call)
    last = day.year * 12 + day.month - 1  # months since the year 0
    months = [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(last - MONTHS + 1, last + 1)]
    types = {each["number"]: each["type"] for each in call.collection(chart.ACCOUNTS).scan()}
    came = {(month, type): Sums() for month in months for type in OF_THE_YEAR}
    for event in call.collection(journal.JOURNAL).scan():
        cents, month = round(event["amount"] * 100), event["booking_date"][:7]
        if debited := came.get((month, types.get(event["account_debit"], ""))):
            debited.debit += cents
        if credited := came.get((month, types.get(event["account_credit"], ""))):
            credited.credit += cents
    rows = [
        {
            "month": month,
            "revenue": _amount(came[month, REVENUE].balance(REVENUE)),
            "expenses": _amount(came[month, EXPENSE].balance(EXPENSE)),
        }
        for month in months
    ]
    return Reply(200, rows)


def _sums(call: Call, start: date | None, end: date) -> dict[str, Sums]:
    """By account, of the events between two days, both included."""
    low, high = start.isoformat() if start else "", end.isoformat()
    sums: dict[str, Sums] = {}
    for event in call.collection(journal.JOURNAL).scan():
        if low <= event["booking_date"] <= high:
            cents = round(event["amount"] * 100)
            sums.setdefault(event["account_debit"], Sums()).debit += cents
            sums.setdefault(event["account_credit"], Sums()).credit += cents
    return sums


def _account(call: Call, number: str) -> Mapping[str, Any]:
    unknown = {"number": number, "name": number, "type": ASSET, "category": None, "report_group": None}
    return {**unknown, **(chart.find_account(call, number) or {})}


def _row(account: Mapping[str, Any], sums: Sums) -> Document:
    return {
        **{name: account[name] for name in ("number", "name", "type", "category", "report_group")},
        "debit_total": _amount(sums.debit),
        "credit_total": _amount(sums.credit),
        "balance": _amount(sums.balance(account["type"])),
    }


def _result(earned: Iterable[Sums]) -> list[Document]:
    """The line of what was earned; none where that is nothing."""
    total = Sums()
    for sums in earned:
        total.debit += sums.debit
        total.credit += sums.credit
    line = {"number": "", "name": RESULT, "type": EQUITY, "category": None, "report_group": EQUITY}
    return [_row(line, total)] if total.balance(EQUITY) else []


def _amount(cents: int) -> float:
    return out(cents * CENT)


HANDLERS = {"getReport": get_report, "getMonthlyRevenueExpenses": get_monthly_revenue_expenses}
