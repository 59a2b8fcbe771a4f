"""What the ledger has that a bank line could be: bookings on the account that no line is tied to, and open items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbooks import Call

from . import journal, matching, openitems
from .money import CENT, out
from .openitems import LINES, RECEIVABLE, Item

OUTGOING, INCOMING = "outgoing-invoices", "invoices"
_PARTIES: Mapping[str, tuple[str, str]] = {
    OUTGOING: ("customers", "customer_id"),
    INCOMING: ("vendors", "vendor_id"),
}

Document = dict[str, Any]  # any JSON


@dataclass(frozen=True, slots=True)
class Candidate:
    """`amount` is in `currency`, `base` in euros; both are positive where money comes in."""

    intent: Mapping[str, Any]  # as it is stored
    kind: str
    account: str | None
    amount: Decimal
    currency: str
    base: Decimal


def find_candidates(call: Call, bank: Mapping[str, Any]) -> list[Candidate]:
    """Bookings on a bank account first, then open items, each by day."""
    return [*_bookings(call, bank), *(_of_item(item) for item in openitems.open_items(call))]


def of_line(call: Call, bank: Mapping[str, Any], line: Mapping[str, Any]) -> Candidate:
    """What a line is tied to: a booking, or the settlement of an open item, as it stands on the bank account."""
    intent = journal.get_intent(call, line["intent_id"])
    paid = list(call.collection(openitems.SETTLEMENTS).views(filters={"settlement_intent_id": line["intent_id"]}))
    is_settled = line["match_mode"] != matching.LINKED and paid
    kind = matching.BANK_BOOKING
    if is_settled:
        kind = RECEIVABLE if line["amount"] > 0 else openitems.LIABILITY
    return _of_booking(call, bank, intent, kind, paid[0]["account"] if is_settled else None)


def view(call: Call, candidate: Candidate) -> Document:
    """A `LedgerItem` of the description; its amounts bear no sign."""
    invoice = invoice_of(call, candidate.intent)
    return {
        "intent_id": candidate.intent["intent_id"],
        "candidate_kind": candidate.kind,
        "open_item_account": candidate.account,
        "booking_date": candidate.intent["booking_date"],
        "description": candidate.intent["description"],
        "amount": out(abs(candidate.amount)),
        "currency": candidate.currency,
        "base_amount": out(abs(candidate.base)),
        "base_currency": journal.CURRENCY,
        "invoice_id": invoice["id"] if invoice else None,
    }


def invoice_of(call: Call, intent: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The invoice of a posting, or of the item that a settlement pays; None where there is none."""
    paid = call.collection(openitems.SETTLEMENTS).views(filters={"settlement_intent_id": intent["intent_id"]})
    for intent_id in [intent["intent_id"], *(each["intent_id"] for each in paid)]:
        for collection in (OUTGOING, INCOMING):
            found = next(call.collection(collection).views(filters={"intent_id": intent_id}), None)
            if found is not None:
                return found
    return None


def words_of(call: Call, intent: Mapping[str, Any]) -> list[str]:
    """What a bank line may say of a posting: its reference, the number of its invoice and the name on it."""
    words = [intent["external_reference"]]
    for collection, (parties, member) in _PARTIES.items():
        for invoice in call.collection(collection).views(filters={"intent_id": intent["intent_id"]}):
            party = call.collection(parties).find_one(invoice[member])
            words += [invoice["invoice_number"], party["name"] if party else None]
    return [word for word in words if word]


def _bookings(call: Call, bank: Mapping[str, Any]) -> list[Candidate]:
    """Postings that move the account and that no line is tied to; one and its reversal leave nothing to tie."""
    lines = call.collection(LINES)
    on_account = {event["intent_id"]: None for event in journal.events_on(call, bank["account_number"])}
    open_by_root: dict[str, list[Candidate]] = {}
    for intent_id in reversed(on_account):
        if lines.count(filters={"intent_id": intent_id}):
            continue
        intent = journal.get_intent(call, intent_id)
        candidate = _of_booking(call, bank, intent)
        chain = open_by_root.setdefault(_root(call, intent), [])
        if chain and chain[-1].base == -candidate.base:
            chain.pop()
        elif candidate.amount:
            chain.append(candidate)
    found = [candidate for chain in open_by_root.values() for candidate in chain]
    return sorted(found, key=lambda candidate: str(candidate.intent["booking_date"]))


def _of_booking(
    call: Call,
    bank: Mapping[str, Any],
    intent: Mapping[str, Any],
    kind: str = matching.BANK_BOOKING,
    account: str | None = None,
) -> Candidate:
    events = journal.events_of(call, intent["intent_id"])
    base = sum(matching.moves(events, {**bank, "currency": journal.CURRENCY})) * CENT
    foreign = matching.moves(events, bank) if bank["currency"] != journal.CURRENCY else []
    currency = str(bank["currency"]) if foreign else journal.CURRENCY
    return Candidate(intent, kind, account, sum(foreign) * CENT if foreign else base, currency, base)


def _of_item(item: Item) -> Candidate:
    sign = 1 if item.kind == RECEIVABLE else -1
    amounts = (sign * item.remaining, item.currency, sign * item.base_remaining)
    return Candidate(item.intent, item.kind, item.account, *amounts)


def _root(call: Call, intent: Mapping[str, Any]) -> str:
    while intent["reverses_intent_id"]:
        intent = journal.get_intent(call, intent["reverses_intent_id"])
    return str(intent["intent_id"])
