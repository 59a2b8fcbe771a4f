"""Entries of the ledger: all of them are listed, manual ones are made and deleted here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from sandbooks import Call, Reply

from . import fields, ledger, paging, records
from .documents import branch_of
from .errors import Json, invalid
from .fields import Body
from .ledger import Leg
from .money import out, paise
from .records import Document

MANUAL = "MANUAL"
TOLERANCE = Decimal("0.01")
"""By how much debits and credits of a manual entry may differ."""

_SHOWN = (
    "journal_id",
    "journal_number",
    "date",
    "memo",
    "source",
    "source_id",
    "contact_id",
    "branch_id",
    "lines",
    "total_debit",
    "total_credit",
    "created_time",
    "last_modified_time",
)


def create(call: Call, body: Body) -> Document:
    """A manual entry.

    Raises:
        Problem: 404 for an account, contact or branch that is not there; 400 for a line that has not exactly one side
            and for sides that differ by more than `TOLERANCE`.
    """
    day = fields.day(body, "date", must=True)
    assert day is not None  # the reader has seen to it
    legs = [_leg(call, line, f"lines[{index}]") for index, line in enumerate(_lines(body))]
    contact_id = fields.text(body, "contact_id")
    if contact_id is not None:
        records.fetch(call, "contacts", contact_id, field="contact_id")
    branch = branch_of(call, fields.text(body, "branch_id"))
    journal = ledger.post(
        call,
        MANUAL,
        None,
        day,
        fields.text(body, "memo"),
        _balanced(legs),
        contact_id=contact_id,
        branch_id=branch["branch_id"],
    )
    records.tell(call, "JOURNAL", "CREATED", journal)
    return journal


def create_journal(call: Call) -> Reply:
    """Post a manual entry."""
    return records.single("journal", shown(create(call, call.body)), status=201)


def get_journal(call: Call) -> Reply:
    """One entry of any source."""
    return records.single("journal", shown(_fetch(call)))


def list_journals(call: Call) -> Reply:
    """Newest first, whatever has posted them."""
    return paging.page(
        call,
        "journals",
        "journals",
        shown,
        filters={"source": call.query.get("source")},
        predicate=paging.in_dates(call),
    )


def delete_journal(call: Call) -> Reply:
    """Only a manual one: any other is undone through its document."""
    journal = _fetch(call)
    if journal["source"] != MANUAL:
        message = f"Journal '{journal['journal_number']}' was posted by its {journal['source']}: change that instead."
        raise invalid("source", message, received=journal["source"], allowed=[MANUAL])
    records.remove(call, "journals", journal)
    return records.deleted("The journal has been deleted.")


def shown(journal: Mapping[str, Json]) -> Document:
    return {name: journal[name] for name in _SHOWN}


def _fetch(call: Call) -> Document:
    return records.fetch(call, "journals", call.path["journal_id"], field="journal_id")


def _lines(body: Body) -> list[Body]:
    lines = fields.rows(body, "lines", must=True)
    if len(lines) < 2:
        raise invalid("lines", "An entry has two lines or more.", received=len(lines))
    return lines


def _leg(call: Call, line: Body, place: str) -> Leg:
    account_id = fields.text(line, "account_id", field=f"{place}.account_id", must=True)
    account = records.fetch(call, "accounts", account_id, field=f"{place}.account_id")
    if not account.get("is_active", True):
        raise invalid(f"{place}.account_id", f"Account '{account_id}' is not active.", received=account_id)
    debit = fields.not_negative(line, "debit", field=f"{place}.debit") or Decimal(0)
    credit = fields.not_negative(line, "credit", field=f"{place}.credit") or Decimal(0)
    if (paise(debit) > 0) == (paise(credit) > 0):
        message = "Exactly one of debit and credit is more than 0."
        raise invalid(place, message, received={"debit": out(debit), "credit": out(credit)})
    description = fields.text(line, "description", field=f"{place}.description")
    return Leg(account["account_id"], debit=debit, credit=credit, description=description or "")


def _balanced(legs: Sequence[Leg]) -> list[Leg]:
    """The legs in paise, both sides the same: what little they may differ by is added to the largest of the smaller
    side.
    """
    debit, credit = _sums(legs)
    if abs(debit - credit) > TOLERANCE:
        message = f"Debits of {debit:.2f} and credits of {credit:.2f} do not agree."
        raise invalid("lines", message, debit=out(debit), credit=out(credit))
    whole = [replace(leg, debit=paise(leg.debit), credit=paise(leg.credit)) for leg in legs]
    debit, credit = _sums(whole)
    side = "debit" if debit < credit else "credit"
    place = max(range(len(whole)), key=lambda index: getattr(whole[index], side))
    whole[place] = replace(whole[place], **{side: getattr(whole[place], side) + abs(debit - credit)})
    return whole


def _sums(legs: Sequence[Leg]) -> tuple[Decimal, Decimal]:
    return sum((leg.debit for leg in legs), Decimal(0)), sum((leg.credit for leg in legs), Decimal(0))


HANDLERS = {
    "listJournals": list_journals,
    "createJournal": create_journal,
    "getJournal": get_journal,
    "deleteJournal": delete_journal,
}
