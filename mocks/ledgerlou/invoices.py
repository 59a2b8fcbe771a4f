"""Invoices of vendors and to customers. They post nothing: what is paid of one follows from the booking it is tied to.

What remains is the total less what settlements paid of the booking; the status is worked out when it is read. Sums over
several invoices are in euros, an invoice itself is in its own currency.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial, update_wrapper
from itertools import islice
from typing import Any

from sandbooks import Call, Reply

from . import ids, journal, openitems
from .dates import query_day, read_day, stamp, today
from .errors import invalid, refuse
from .money import ZERO, cents, dec, out

DRAFT, OPEN, PARTIALLY_PAID, PAID, OVERDUE = "draft", "open", "partially_paid", "paid", "overdue"
UNPAID = frozenset({OPEN, PARTIALLY_PAID, OVERDUE})
INVOICE, CREDIT_NOTE = "invoice", "credit_note"
EURO = journal.CURRENCY
LINE = ("position", "description", "quantity", "unit_price", "tax_rate", "tax_amount", "line_total", "account_number")
CHANGEABLE = ("intent_id", "notes", "due_date")

Document = dict[str, Any]  # any JSON


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two kinds of invoices: where they are kept, with whom they are exchanged, what they leave open."""

    collection: str
    parties: str
    party: str
    kind: str

    @property
    def party_id(self) -> str:
        return f"{self.party}_id"

    @property
    def party_name(self) -> str:
        return f"{self.party}_name"

    @property
    def types(self) -> tuple[str, ...]:
        """The member that tells an invoice from a credit note, where there are both."""
        return ("type",) if self.kind == openitems.RECEIVABLE else ()


PAYABLE = Side("invoices", "vendors", "vendor", openitems.LIABILITY)
RECEIVABLE = Side("outgoing-invoices", "customers", "customer", openitems.RECEIVABLE)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an invoice stands: `remaining` in its currency; what counts in sums over several, `owed`, in euros.

    Of a credit note that is booked nothing remains; `owed` is what it takes off: what was not paid out of it.
    """

    status: str
    remaining: Decimal
    owed: Decimal = ZERO

    @property
    def is_open(self) -> bool:
        return self.status in UNPAID


def status_of(call: Call, invoice: Mapping[str, Any]) -> str:
    """draft, paid, overdue, partially_paid or open: the first that fits."""
    return standing_of(call, invoice).status


def standing_of(call: Call, invoice: Mapping[str, Any]) -> Standing:
    """How an invoice stands today. Without a booking that counts it is a draft."""
    total, side = dec(invoice["total_gross"]), _side_of(invoice)
    intent = journal.find_intent(call, invoice["intent_id"]) if invoice.get("intent_id") else None
    if intent is None or not journal.stands(call, intent):
        return Standing(DRAFT, total)
    if invoice.get("type") == CREDIT_NOTE:
        item = _item(call, intent, openitems.LIABILITY)
        return Standing(PAID, ZERO, _in_euros(invoice, total - _paid(invoice, total, item), item))
    item = _item(call, intent, side.kind)
    paid = _paid(invoice, total, item)
    remaining = total - paid
    if remaining <= ZERO:
        return Standing(PAID, remaining)
    owed = _in_euros(invoice, remaining, item)
    due = invoice.get("due_date")
    if due is not None and due < today(call).isoformat():
        return Standing(OVERDUE, remaining, owed)
    return Standing(PARTIALLY_PAID if paid > ZERO else OPEN, remaining, owed)


def owed_with(call: Call, side: Side, party_id: str) -> Decimal:
    """What remains of all open invoices of a party, in euros; credit notes to a customer are taken off."""
    owed = ZERO
    for invoice in call.collection(side.collection).views(filters={side.party_id: party_id}):
        standing = standing_of(call, invoice)
        owed += -standing.owed if invoice.get("type") == CREDIT_NOTE else standing.owed
    return owed


def has_open(call: Call, side: Side, party_id: str) -> bool:
    """Whether an invoice of a party is booked and not paid."""
    found = call.collection(side.collection).views(filters={side.party_id: party_id})
    return any(standing_of(call, invoice).is_open for invoice in found)


def find_number(call: Call, side: Side, party_id: str, number: str) -> Mapping[str, Any] | None:
    """The invoice of that number with that party; None where there is none."""
    filters = {"invoice_number": number, side.party_id: party_id}
    return next(call.collection(side.collection).views(filters=filters), None)


def of(side: Side, handler: Callable[[Side, Call], Reply]) -> Callable[[Call], Reply]:
    """A handler of both sides as that of one."""
    return update_wrapper(partial(handler, side), handler)


def create(call: Call, side: Side, body: Mapping[str, Any]) -> Document:
    """Store an invoice.

    Raises:
        NotFound: VENDOR_NOT_FOUND or CUSTOMER_NOT_FOUND.
        Invalid: INVALID_INPUT, no such day, document or posting.
        Conflict: DUPLICATE_INVOICE_NUMBER, the party has an invoice of that number.
    """
    party_id, number = body[side.party_id], body["invoice_number"]
    due = body.get("due_date")
    for name in ("invoice_date", *(("due_date",) if due is not None else ())):
        read_day(body[name], name)
    if call.collection(side.parties).find_one(party_id) is None:
        raise refuse(f"{side.party.upper()}_NOT_FOUND", f"There is no {side.party} {party_id}.")
    document_id, intent_id = body.get("document_id"), body.get("intent_id")
    if document_id is not None and call.collection("documents").find_one(document_id) is None:
        raise invalid("document_id", f"there is no document {document_id}")
    _check_intent(call, intent_id)
    same = find_number(call, side, party_id, number)
    if same is not None:
        message = f"The {side.party} has an invoice {number} already."
        raise refuse("DUPLICATE_INVOICE_NUMBER", message, existing_id=same["id"])
    made = {
        "id": ids.fresh(call),
        side.party_id: party_id,
        "document_id": document_id,
        "invoice_number": number,
        "invoice_date": body["invoice_date"],
        "due_date": due,
        **{name: out(dec(body[name])) for name in ("total_net", "total_tax", "total_gross")},
        "currency": str(body.get("currency") or EURO).upper(),
        **{name: body[name] for name in side.types},
        "intent_id": intent_id,
        "notes": body.get("notes"),
        "lines": [{name: line.get(name) for name in LINE} for line in body["lines"]],
        "created_at": stamp(call),
    }
    return call.collection(side.collection).put(made)


def view_row(call: Call, side: Side, invoice: Mapping[str, Any], standing: Standing) -> Document:
    """An invoice as lists show it."""
    party = call.collection(side.parties).find_one(invoice[side.party_id])
    return {
        **{name: invoice[name] for name in ("id", side.party_id)},
        side.party_name: party["name"] if party else "",
        **{name: invoice.get(name) for name in ("invoice_number", "invoice_date", "due_date", "total_gross")},
        **{name: invoice[name] for name in side.types},
        "status": standing.status,
        "remaining_amount": out(standing.remaining),
    }


def list_invoices(side: Side, call: Call) -> Reply:
    """The invoices between two days, the newest first."""
    query, status = call.query, call.query.get("status")
    days = {name: query_day(call, name) for name in ("start_date", "end_date")}
    low, high = (day.isoformat() if day else None for day in days.values())

    def lies_within(invoice: Mapping[str, Any]) -> bool:
        day = invoice["invoice_date"]
        return (low is None or day >= low) and (high is None or day <= high)

    filters = {name: query[name] for name in (side.party_id, *side.types) if query.get(name) is not None}
    found = call.collection(side.collection).views(filters=filters, predicate=lies_within)
    meant = (invoice for invoice in found if status is None or status_of(call, invoice) == status)
    shown = islice(meant, query["offset"], query["offset"] + query["limit"])
    return Reply(200, [view_row(call, side, invoice, standing_of(call, invoice)) for invoice in shown])


def create_invoice(side: Side, call: Call) -> Reply:
    """A new invoice. Raises as `create`."""
    return Reply(201, {"id": create(call, side, call.body)["id"]})


def get_invoice(side: Side, call: Call) -> Reply:
    """One invoice with its lines."""
    return Reply(200, _view(call, side, _find(call, side)))


def update_invoice(side: Side, call: Call) -> Reply:
    """Tie an invoice to its booking, once, and change its notes or the day on which it is due.

    Raises:
        NotFound: no such invoice.
        Conflict: INTENT_ALREADY_SET, also for the posting to which it is tied.
        Invalid: INVALID_INPUT, no such posting or day; NO_CHANGES.
    """
    invoice = _find(call, side)
    given = {name: call.body[name] for name in CHANGEABLE if name in call.body}
    if "intent_id" in given and invoice.get("intent_id") is not None:
        message = f"The invoice is tied to {invoice['intent_id']}; that cannot be changed."
        raise refuse("INTENT_ALREADY_SET", message)
    _check_intent(call, given.get("intent_id"))
    if given.get("due_date") is not None:
        read_day(given["due_date"], "due_date")
    if all(invoice.get(name) == value for name, value in given.items()):
        raise refuse("NO_CHANGES", "Nothing was sent that changes the invoice.")
    return Reply(200, _view(call, side, call.collection(side.collection).change(invoice["id"], given)))


def list_open_items(side: Side, call: Call) -> Reply:
    """What is open, by party and in the order of their names; parties with nothing open are left out."""
    by_party: dict[str, list[tuple[Mapping[str, Any], Standing]]] = {}
    for invoice in call.collection(side.collection).views(predicate=lambda each: each.get("intent_id") is not None):
        by_party.setdefault(invoice[side.party_id], []).append((invoice, standing_of(call, invoice)))
    shown = [
        _view_party(call, side, party_id, own)
        for party_id, own in by_party.items()
        if any(standing.is_open for _, standing in own)
    ]
    return Reply(200, sorted(shown, key=lambda each: (each[side.party_name].casefold(), each[side.party_id])))


def _view_party(call: Call, side: Side, party_id: str, own: list[tuple[Mapping[str, Any], Standing]]) -> Document:
    party = call.collection(side.parties).find_one(party_id)
    total = sum((standing.owed for _, standing in own if standing.is_open), ZERO)
    credit = sum((standing.owed for invoice, standing in own if invoice.get("type") == CREDIT_NOTE), ZERO)
    credits = {"credit_note_total": out(credit), "net_open": out(total - credit)} if side.types else {}
    hidden = (side.party_id, side.party_name)
    rows = (view_row(call, side, invoice, standing) for invoice, standing in own if standing.is_open)
    return {
        side.party_id: party_id,
        side.party_name: party["name"] if party else "",
        "total_open": out(total),
        **credits,
        "invoices": [{name: value for name, value in row.items() if name not in hidden} for row in rows],
    }


def _view(call: Call, side: Side, invoice: Mapping[str, Any]) -> Document:
    more = ("document_id", "total_net", "total_tax", "currency", "intent_id", "notes", "lines", "created_at")
    row = view_row(call, side, invoice, standing_of(call, invoice))
    return {**row, **{name: invoice.get(name) for name in more}}


def _find(call: Call, side: Side) -> Document:
    found = call.collection(side.collection).find_one(call.path["id"])
    if found is None:
        raise refuse("NOT_FOUND", f"There is no such invoice of a {side.party}: {call.path['id']}.")
    return found


def _check_intent(call: Call, intent_id: str | None) -> None:
    if intent_id is not None and journal.find_intent(call, intent_id) is None:
        raise invalid("intent_id", f"there is no posting {intent_id}")


def _side_of(invoice: Mapping[str, Any]) -> Side:
    return PAYABLE if PAYABLE.party_id in invoice else RECEIVABLE


def _item(call: Call, intent: Mapping[str, Any], kind: str) -> openitems.Item | None:
    """What the booking of an invoice leaves on the account of a payable or receivable."""
    account = openitems.account_of(call, intent["intent_id"], kind)
    return openitems.find(call, intent["intent_id"], account) if account is not None else None


def _paid(invoice: Mapping[str, Any], total: Decimal, item: openitems.Item | None) -> Decimal:
    """What settlements paid, in the currency of the invoice; of a booking in another one the same share is paid."""
    if item is None:
        return ZERO
    if item.currency == invoice["currency"]:
        return item.settled
    return cents(total * item.base_settled / item.base_total)


def _in_euros(invoice: Mapping[str, Any], left: Decimal, item: openitems.Item | None) -> Decimal:
    """What is left of an invoice, in euros."""
    return left if invoice["currency"] == EURO or item is None else item.base_remaining


HANDLERS = {
    "listInvoices": of(PAYABLE, list_invoices),
    "createInvoice": of(PAYABLE, create_invoice),
    "getInvoice": of(PAYABLE, get_invoice),
    "updateInvoice": of(PAYABLE, update_invoice),
    "listPayables": of(PAYABLE, list_open_items),
    "listOutgoingInvoices": of(RECEIVABLE, list_invoices),
    "createOutgoingInvoice": of(RECEIVABLE, create_invoice),
    "getOutgoingInvoice": of(RECEIVABLE, get_invoice),
    "updateOutgoingInvoice": of(RECEIVABLE, update_invoice),
    "listReceivables": of(RECEIVABLE, list_open_items),
}
