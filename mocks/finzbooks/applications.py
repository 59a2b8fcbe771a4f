"""Applying credit notes: what is left of one pays for invoices or bills of its contact.

Note and document were posted when they were made, so that nothing is posted here, but what different rates of a
foreign currency leave between them. Source: /docs/reference/credit-debit-notes.
"""

from __future__ import annotations

from decimal import Decimal

from sandbooks import Call, Reply

from . import chart, days, fields, ids, ledger, records, settlement
from .documents import mirrored
from .errors import invalid, wrong_state
from .fields import Body
from .ledger import Leg
from .money import dec, out, paise
from .notes import (
    APPLIED,
    BILL,
    CANCELLED,
    CREDIT_NOTES,
    DRAFT,
    INVOICE,
    ISSUED,
    OF_CUSTOMER,
    OF_VENDOR,
    Parent,
    asked,
    credit_reply,
)
from .records import Document
from .rupees import balance_rupees


def apply(call: Call, note: Document, kind: Parent, body: Body) -> Document:
    """Use some of a note for an invoice or bill of its contact; without an amount, as much as both have left.

    It counts from the day on which both are there, as the allocation of a payment does, whenever it is asked for.

    Raises:
        Problem: 404; 400 for the other side, another contact or currency, a document that is not open, too much.
    """
    if note["status"] == CANCELLED:
        raise wrong_state(CANCELLED, [ISSUED])
    target = records.fetch(call, kind.collection, fields.text(body, kind.id, must=True), field=kind.id)
    _refuse_other(note, target, kind)
    amount = fields.above_zero(body, "amount")
    most = min(dec(note["balance"]), dec(target["balance"]))
    if amount is None:
        amount = most
    if amount > most or not amount or _has_parts_of_paise(amount):
        message = f"amount must be more than 0, in paise, and at most {most:.2f}, the smaller of both balances."
        raise invalid("amount", message, received=body.get("amount"), note=note["balance"], document=target["balance"])
    left = dec(note["balance"]) - amount
    moved = balance_rupees(note, dec(note["balance"])) - balance_rupees(note, left)
    relieved = settlement.relieved(target, amount)
    settlement.settle(call, kind.collection, target, credited=amount)
    application = {
        "application_id": ids.fresh_uuid(call),
        "invoice_id": None,
        "bill_id": None,
        kind.id: target[kind.id],
        "amount": out(amount),
        "date": max(note["date"], target["date"]),
        "rupees": out(relieved),
        "note_rupees": out(moved),
    }
    changed = {
        "balance": out(left),
        "status": ISSUED if left else APPLIED,
        "applications": [*note["applications"], application],
    }
    stored = records.change(call, CREDIT_NOTES, note, changed, verb="UPDATED" if left else "STATUS_CHANGED")
    _post_difference(call, stored, kind, relieved - moved)
    return stored


def apply_to_invoice(call: Call) -> Reply:
    """Use what is left of a customer's note for an invoice."""
    return credit_reply(apply(call, asked(call), INVOICE, call.body))


def apply_to_bill(call: Call) -> Reply:
    """Use what is left of a vendor's note for a bill."""
    return credit_reply(apply(call, asked(call), BILL, call.body))


def _refuse_other(note: Document, target: Document, kind: Parent) -> None:
    """A note is applied to an open document of its own side, contact and currency."""
    id, side = target[kind.id], OF_VENDOR if kind is BILL else OF_CUSTOMER
    if note["type"] != side:
        raise invalid(kind.id, f"A note of the {note['type']} side is not for a {kind.word}.", received=id)
    if target[kind.party.id] != note["customer_id"]:
        raise invalid(kind.id, f"The {kind.word} '{id}' is of another contact.", received=id)
    if target["currency_code"] != note["currency_code"]:
        message = f"The {kind.word} is in {target['currency_code']}, the note in {note['currency_code']}."
        raise invalid(kind.id, message, received=id)
    if target["status"] in (DRAFT, CANCELLED):
        raise invalid(kind.id, f"The {kind.word} '{id}' is {target['status']}.", received=id, status=target["status"])


def _has_parts_of_paise(amount: Decimal) -> bool:
    return paise(amount) != amount


def _post_difference(call: Call, note: Document, kind: Parent, rest: Decimal) -> None:
    """What an application takes off the document's rupees beyond the note's: a gain or loss of exchange."""
    if not rest:
        return
    control, amount = (chart.AP if kind is BILL else chart.AR), abs(rest)
    falls = (rest > 0) == (kind is INVOICE)  # receivables are credited, payables debited, when a document falls more
    legs = [Leg(control, credit=amount), Leg(chart.OTHER_INCOME, debit=amount)]
    ledger.post(
        call,
        "CREDIT_NOTE",
        note["credit_note_id"],
        days.read_day(note["applications"][-1]["date"]),
        f"Exchange on credit note {note['credit_note_number']}",
        legs if falls else mirrored(legs),
        contact_id=note["customer_id"],
        branch_id=note["branch_id"],
        again=True,
    )


HANDLERS = {
    "applyCreditNoteToInvoice": apply_to_invoice,
    "applyCreditNoteToBill": apply_to_bill,
}
