"""The ledger: balanced entries in the collection `journals`, posted once, and reversed by their mirror image.

Knows sources and accounts; when to post stays with the documents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbooks import Call

from . import ids, numbers, records
from .chart import NATURAL_DEBIT
from .days import read_day, wire_day
from .errors import Json
from .money import PAISA, ZERO, dec, out, paise
from .records import Document

JOURNALS = "journals"
MANUAL = "MANUAL"


@dataclass(frozen=True, slots=True)
class Leg:
    """One line of an entry: an account and what it is debited or credited, in rupees."""

    account_id: str
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    description: str = ""


def post(
    call: Call,
    source: str,
    document_id: str | None,
    day: date,
    memo: str | None,
    legs: Sequence[Leg],
    *,
    contact_id: str | None = None,
    branch_id: str | None = None,
    again: bool = False,
    reverses: str | None = None,
) -> Document:
    """Store a balanced entry with the next number of its year. Legs stay as they are given, but for those of nothing.

    `again` lets a document post beside an entry of its own that stands, as a payment does when it is applied later.

    Raises:
        AssertionError: debits and credits differ, or the document has posted.
    """
    kept = [leg for leg in legs if paise(leg.debit) or paise(leg.credit)]
    debit = sum((paise(leg.debit) for leg in kept), ZERO)
    credit = sum((paise(leg.credit) for leg in kept), ZERO)
    assert debit == credit, f"{source} {document_id}: debits of {debit} and credits of {credit}"
    if document_id is not None and not again and reverses is None:
        standing = [entry["journal_number"] for entry in _standing(call, source, document_id)]
        assert not standing, f"{source} {document_id} has posted {standing[0]}"
    accounts = call.collection("accounts")
    lines = [
        {
            "line_id": ids.fresh(call, "jl_"),
            "account_id": leg.account_id,
            "account_name": accounts.read(leg.account_id)["name"],
            "debit": out(leg.debit),
            "credit": out(leg.credit),
            "description": leg.description or None,
        }
        for leg in kept
    ]
    entry = {
        "journal_number": numbers.next_number(call, "JE", day, prefix="JE-"),
        "date": wire_day(day),
        "memo": memo,
        "source": source,
        "source_id": document_id,
        "contact_id": contact_id,
        "branch_id": branch_id or records.default_branch(call)["branch_id"],
        "lines": lines,
        "total_debit": out(debit),
        "total_credit": out(credit),
        "reverses": reverses,
        "reversed_by": None,
    }
    return records.create(call, JOURNALS, entry, is_told=False)


def reverse(call: Call, source: str, document_id: str, memo: str) -> list[Document]:
    """Post the mirror image of every entry of a document that stands, each on the entry's own day."""
    return [_reverse(call, entry, memo) for entry in _standing(call, source, document_id)]


def entries(
    call: Call, *, start: date | None = None, end: date | None = None, branch_id: str | None = None
) -> list[Mapping[str, Json]]:
    """The entries of a range of days, both included, by day and then as they were made; not to be changed."""
    return sorted(_within(call, start, end, branch_id), key=lambda entry: (entry["date"], entry["journal_id"]))


def movements(
    call: Call, start: date | None = None, end: date | None = None, branch_id: str | None = None
) -> dict[str, tuple[Decimal, Decimal]]:
    """What each account was debited and credited in a range of days; accounts that did not move are absent."""
    debits: dict[str, int] = defaultdict(int)  # in paise: exact, and ten times faster than decimals
    credits: dict[str, int] = defaultdict(int)
    for entry in _within(call, start, end, branch_id):
        for line in entry["lines"]:
            if debit := line["debit"]:
                debits[line["account_id"]] += round(debit * 100)
            if credit := line["credit"]:
                credits[line["account_id"]] += round(credit * 100)
    return {account: (debits[account] * PAISA, credits[account] * PAISA) for account in {*debits, *credits}}


def balance(call: Call, account_id: str) -> Decimal:
    """Debits less credits of an account, of all days."""
    debit, credit = movements(call).get(account_id, (ZERO, ZERO))
    return debit - credit


def natural(account_type: str, debit: Decimal, credit: Decimal) -> Decimal:
    """A balance on the side that an account of this type has by nature."""
    return debit - credit if account_type in NATURAL_DEBIT else credit - debit


def _reverse(call: Call, entry: Mapping[str, Json], memo: str) -> Document:
    legs = [
        Leg(line["account_id"], dec(line["credit"]), dec(line["debit"]), line["description"] or "")
        for line in entry["lines"]
    ]
    made = post(
        call,
        entry["source"],
        entry["source_id"],
        read_day(entry["date"]),
        memo,
        legs,
        contact_id=entry["contact_id"],
        branch_id=entry["branch_id"],
        reverses=entry["journal_id"],
    )
    records.change(call, JOURNALS, entry, {"reversed_by": made["journal_id"]}, verb="")
    return made


def _standing(call: Call, source: str, document_id: str) -> list[Mapping[str, Json]]:
    """A document's entries that are not reversed, nor reversals themselves, as they were made."""
    found = call.collection(JOURNALS).views(
        filters={"source_id": document_id},
        predicate=lambda entry: (
            entry["source"] == source and not entry.get("reversed_by") and not entry.get("reverses")
        ),
    )
    return sorted(found, key=lambda entry: str(entry["journal_id"]))


def _within(call: Call, start: date | None, end: date | None, branch_id: str | None) -> Iterator[Mapping[str, Json]]:
    low, high = wire_day(start) if start else "", wire_day(end) if end else "\uffff"
    return call.collection(JOURNALS).scan(
        lambda entry: low <= entry["date"] <= high and (branch_id is None or entry["branch_id"] == branch_id)
    )
