"""Aging and outstanding, of customers and of vendors: what is open at a day, by contact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from sandbooks import Call, Reply

from ..errors import Json
from ..money import ZERO, out
from ..records import fetch, single
from .figures import add
from .open_items import PAYABLES, RECEIVABLES, OpenItem, Side, open_items
from .spans import days_between, read_as_of

Handler = Callable[[Call], Reply]

BUCKETS = (("0_30", 30), ("31_60", 60), ("61_90", 90))
"""Days past the due date, with the last of each; what is not due yet is in the first."""

OLDEST, UNAPPLIED, TOTAL = "90_plus", "unapplied", "total"
COLUMNS = (*(name for name, _ in BUCKETS), OLDEST, UNAPPLIED, TOTAL)

Row = dict[str, Decimal]


def aging(key: str, side: Side) -> Handler:
    """The handler of one aging."""

    def get_aging(call: Call) -> Reply:
        """What is open by days past due; `unapplied` lowers it by notes that settle nothing yet."""
        span = read_as_of(call)
        found = open_items(call, side, span)
        rows: dict[str, Row] = {}
        for item in found.items:
            row = rows.setdefault(item.document[side.contact], _empty_row())
            row[bucket_of(overdue_days(item, span.last))] += item.balance
        for contact_id, amount in found.unapplied.items():
            if amount:
                rows.setdefault(contact_id, _empty_row())[UNAPPLIED] += amount
        for row in rows.values():
            row[TOTAL] = add(row[name] for name in COLUMNS if name != TOTAL)
        names = _contact_names(call)
        ordered = sorted(rows.items(), key=lambda pair: (names.get(pair[0], ""), pair[0]))
        report = {
            "as_of_date": span.last,
            "rows": [_who(contact_id, names) | _shown(row) for contact_id, row in ordered],
            "totals": {name: out(add(row[name] for row in rows.values())) for name in COLUMNS},
        }
        return single(key, report)

    return get_aging


def outstanding(key: str, side: Side) -> Handler:
    """The handler of one list of what is outstanding."""

    def get_outstanding(call: Call) -> Reply:
        """Every open document by contact, the longest due first; notes that settle nothing yet do not count."""
        span = read_as_of(call)
        wanted = call.query.get("contact_id")
        if wanted is not None:
            fetch(call, "contacts", wanted, field="contact_id")
        items: dict[str, list[OpenItem]] = {}
        for item in open_items(call, side, span).items:
            contact_id = item.document[side.contact]
            if wanted is None or contact_id == wanted:
                items.setdefault(contact_id, []).append(item)
        names = _contact_names(call)
        ordered = sorted(items.items(), key=lambda pair: (names.get(pair[0], ""), pair[0]))
        report = {
            "as_of_date": span.last,
            "contacts": [_who(contact_id, names) | _documents(found, side, span.last) for contact_id, found in ordered],
            "grand_total": out(add(item.balance for found in items.values() for item in found)),
        }
        return single(key, report)

    return get_outstanding


def bucket_of(days: int) -> str:
    """The column of so many days past due.

    >>> bucket_of(0), bucket_of(30), bucket_of(31), bucket_of(90), bucket_of(91)
    ('0_30', '0_30', '31_60', '61_90', '90_plus')
    """
    return next((name for name, last in BUCKETS if days <= last), OLDEST)


def overdue_days(item: OpenItem, day: str) -> int:
    """Days from the due date to `day`, 0 while it is not due."""
    return max(0, days_between(_due(item), day))


def _due(item: OpenItem) -> str:
    return str(item.document.get("due_date") or item.document["date"])


def _documents(found: Iterable[OpenItem], side: Side, day: str) -> dict[str, Json]:
    ordered = sorted(found, key=lambda item: (_due(item), item.document["date"], item.document[side.id]))
    rows = [
        {
            side.id: item.document[side.id],
            "number": item.document[side.number],
            "date": item.document["date"][:10],
            "due_date": _due(item)[:10],
            "total": out(item.total),
            "balance": out(item.balance),
            "days_overdue": overdue_days(item, day),
        }
        for item in ordered
    ]
    return {"documents": rows, "total_outstanding": out(add(item.balance for item in ordered))}


def _contact_names(call: Call) -> dict[str, str]:
    return {each["contact_id"]: each["contact_name"] for each in call.collection("contacts").scan()}


def _who(contact_id: str, names: Mapping[str, str]) -> dict[str, Json]:
    return {"contact_id": contact_id, "contact_name": names.get(contact_id, "")}


def _empty_row() -> Row:
    return dict.fromkeys(COLUMNS, ZERO)


def _shown(row: Row) -> dict[str, Json]:
    return {name: out(row[name]) for name in COLUMNS}


HANDLERS: dict[str, Handler] = {
    "getArAgingReport": aging("ar_aging", RECEIVABLES),
    "getApAgingReport": aging("ap_aging", PAYABLES),
    "getOutstandingReceivablesReport": outstanding("outstanding_receivables", RECEIVABLES),
    "getOutstandingPayablesReport": outstanding("outstanding_payables", PAYABLES),
}
