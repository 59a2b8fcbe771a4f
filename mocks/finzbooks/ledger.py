"""The ledger: balanced entries in the collection `journals`, posted once, and reversed by their mirror image.

Knows sources and accounts; when to post stays with the documents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbooks import Call

from . import ids, numbers, records
from .chart import NATURAL_DEBIT
from .days import read_day, wire_day
from .errors import Json
from .money import PAISA, ZERO, bounded, dec, out, paise
from .records import Document

JOURNALS = "journals"

Predicate = Callable[[Mapping[str, Json]], bool]


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
        Invalid: the entry comes to 10^13 rupees or more.
    """
    kept = [leg for leg in legs if paise(leg.debit) or paise(leg.credit)]
    debit = bounded(sum((paise(leg.debit) for leg in kept), ZERO))
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


def net_by_account(call: Call, *within: Predicate) -> list[dict[str, Decimal]]:
    """Debits less credits of each account in the entries that pass, for each predicate; all of them in one pass.

    Accounts that no such entry names are absent.
    """
    found: list[dict[str, int]] = [defaultdict(int) for _ in within]
    for entry in call.collection(JOURNALS).scan():
        for passes, nets in zip(within, found, strict=True):
            if passes(entry):
                for line in entry["lines"]:  # in paise: exact, and ten times faster than decimals
                    nets[line["account_id"]] += round(line["debit"] * 100) - round(line["credit"] * 100)
    return [{account: net * PAISA for account, net in nets.items()} for nets in found]


def natural(account_type: str, net: Decimal) -> Decimal:
    """Debits less credits, positive on the side that an account of this type has by nature."""
    return net if account_type in NATURAL_DEBIT else -net


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
