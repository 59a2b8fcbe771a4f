"""Day book and ledger: the entries themselves, of all accounts or of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from sandbooks import Call, Reply

from ..chart import NATURAL_DEBIT
from ..errors import Json
from ..lookups import ACCOUNT
from ..money import dec, out
from ..records import fetch, pick, single
from .balances import entries_in, in_order, net_of
from .figures import add
from .spans import range_members, read_range

Document = Mapping[str, Json]
Move = tuple[Document, Document]
"""An entry and one of its lines."""


def get_day_book(call: Call) -> Reply:
    """Every entry of the period, the oldest first; what is debited is what is credited."""
    span = read_range(call)
    entries = in_order(entries_in(call, span))
    report = range_members(span) | {
        "entries": [_day_book_entry(entry) for entry in entries],
        "total_debit": out(_total(entries, "debit")),
        "total_credit": out(_total(entries, "credit")),
    }
    return single("day_book", report)


def get_ledger(call: Call) -> Reply:
    """What moved on one account, the oldest first, with its balance (debit less credit) after each line.

    `limit` cuts the list alone: totals and the closing balance are those of the whole period.
    """
    account = fetch(call, "accounts", call.query["account_id"], field="account_id")
    span = read_range(call)
    moves = _moves_on(call, account["account_id"])
    of_branch = [(entry, line) for entry, line in moves if span.is_of_branch(entry)]
    opening = add(net_of(line) for entry, line in of_branch if entry["date"][:10] < span.first)
    within = [(entry, line) for entry, line in of_branch if span.has_day(entry["date"])]
    debits, credits = (add(dec(line[side]) for _, line in within) for side in ("debit", "credit"))
    report = {
        "account": _account(account, add(net_of(line) for _, line in moves)),
        **range_members(span),
        "opening_balance": out(opening),
        "entries": _ledger_rows(within[: call.query["limit"]], opening),
        "total_debit": out(debits),
        "total_credit": out(credits),
        "closing_balance": out(opening + debits - credits),
    }
    return single("ledger", report)


def _moves_on(call: Call, account_id: str) -> list[Move]:
    def is_on(entry: Document) -> bool:
        return any(line["account_id"] == account_id for line in entry["lines"])

    entries = in_order(call.collection("journals").scan(is_on))
    return [(entry, line) for entry in entries for line in entry["lines"] if line["account_id"] == account_id]


def _account(account: Document, net: Decimal) -> dict[str, Json]:
    """The account as a look-up shows it, with its balance of now."""
    balance = net if account["account_type"] in NATURAL_DEBIT else -net
    defaults = {"currency_code": "INR", "is_active": True, "is_system": False}
    return pick({**defaults, **account, "current_balance": out(balance)}, ACCOUNT)


def _ledger_rows(moves: Iterable[Move], opening: Decimal) -> list[dict[str, Json]]:
    rows, balance = [], opening
    for entry, line in moves:
        balance += net_of(line)
        figures = {"debit": line["debit"], "credit": line["credit"], "balance": out(balance)}
        rows.append(_entry_members(entry) | {"contact_id": entry.get("contact_id")} | figures)
    return rows


def _day_book_entry(entry: Document) -> dict[str, Json]:
    shown = ("account_id", "account_name", "debit", "credit")
    return _entry_members(entry) | {
        "reference": entry["journal_number"],
        "lines": [{name: line[name] for name in shown} for line in entry["lines"]],
        "amount": out(_total([entry], "debit")),
    }


def _entry_members(entry: Document) -> dict[str, Json]:
    return {
        "date": entry["date"][:10],
        "journal_id": entry["journal_id"],
        "source": entry["source"],
        "source_id": entry.get("source_id"),
        "memo": entry.get("memo"),
    }


def _total(entries: Iterable[Document], side: str) -> Decimal:
    return add(dec(line[side]) for entry in entries for line in entry["lines"])
