"""The chart of accounts: what is listed, added and searched, and the movements of one account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from heapq import nsmallest
from itertools import islice
from typing import Any

from sandbooks import Call, Reply

from . import chart, journal
from .dates import query_day
from .errors import refuse
from .money import CENT, out

ACCOUNT = ("number", "name", "type", "category", "report_group", "is_system")
MOST_FOUND = 20

Document = dict[str, Any]  # any JSON


def list_accounts(call: Call) -> Reply:
    """The active accounts, by number."""
    offset, limit = call.query["offset"], call.query["limit"]
    found = call.collection(chart.ACCOUNTS).page(predicate=chart.is_active, offset=offset, limit=limit)
    shown = [_view(account) for account in found.items]
    return Reply(200, {"accounts": shown, "total": found.total, "offset": offset, "limit": limit})


def create_account(call: Call) -> Reply:
    """An account of one's own.

    Raises:
        Conflict: DUPLICATE_ACCOUNT, also where the other one is not active.
    """
    table, number = call.collection(chart.ACCOUNTS), call.body["number"]
    if table.find_one(number) is not None:
        raise refuse("DUPLICATE_ACCOUNT", f"Account {number} is there already.")
    given = {name: call.body.get(name) for name in ACCOUNT}
    return Reply(201, _view(table.put({**given, "is_system": False, "is_active": True})))


def search_accounts(call: Call) -> Reply:
    """The first active accounts whose number begins so or whose name holds it, in any case; by number."""
    text, type = str(call.query.get("q") or "").strip().casefold(), call.query.get("type")

    def matches(account: Mapping[str, Any]) -> bool:
        is_meant = type is None or account["type"] == type
        said = account["number"].startswith(text) or text in account["name"].casefold()
        return chart.is_active(account) and is_meant and said

    found = call.collection(chart.ACCOUNTS).views(predicate=matches, limit=MOST_FOUND)
    return Reply(200, {"accounts": [{name: each[name] for name in ("number", "name")} for each in found]})


def list_account_entries(call: Call) -> Reply:
    """The movements between two days, by day and number, with a running balance; the balance is that of all of them.

    Raises:
        NotFound: no such account.
        Invalid: INVALID_INPUT, no such day.
    """
    number = call.path["number"]
    start, end = query_day(call, "startDate"), query_day(call, "endDate")
    if chart.find_account(call, number) is None:
        raise refuse("NOT_FOUND", f"There is no account {number}.")
    limit = call.query["limit"]
    moved = list(journal.events_on(call, number, start=start, end=end))
    first = nsmallest(limit, moved, key=_day_and_number)
    balance = journal.net(moved, number)
    return Reply(200, {"entries": list(islice(_entries(first, number), limit)), "balance": out(balance)})


def _day_and_number(event: Mapping[str, Any]) -> tuple[str, int]:
    return event["booking_date"], event["journal_number"]


def _entries(moved: list[Mapping[str, Any]], number: str) -> Iterator[Document]:
    """A row for each side of an event that is this account."""
    running = 0
    for event in moved:
        cents = round(event["amount"] * 100)
        for side, contra, sign in (("debit", "credit", 1), ("credit", "debit", -1)):
            if event[f"account_{side}"] != number:
                continue
            running += sign * cents
            yield {
                **{name: event[name] for name in ("id", "intent_id", "journal_number", "booking_date", "description")},
                "contra_account": event[f"account_{contra}"],
                "contra_account_name": event[f"account_{contra}_name"],
                "debit": event["amount"] if side == "debit" else 0.0,
                "credit": event["amount"] if side == "credit" else 0.0,
                "running_balance": out(running * CENT),
                "external_reference": event["external_reference"],
            }


def _view(account: Mapping[str, Any]) -> Document:
    whole = {**chart.DEFAULTS[chart.ACCOUNTS], **account}
    return {name: whole[name] for name in ACCOUNT}


HANDLERS = {
    "listAccounts": list_accounts,
    "createAccount": create_account,
    "searchAccounts": search_accounts,
    "listAccountEntries": list_account_entries,
}
