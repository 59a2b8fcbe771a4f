"""Credit notes of both sides, and debit notes: returns that are posted as they are made.

A note lowers no balance by itself: what is left of a credit note is applied to invoices or bills later. Source:
/docs/reference/credit-debit-notes; of debit notes only the path of the POST is public, they follow notes to vendors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sandbooks import Call, Reply

from . import days, fields, gst, ledger, lines, numbers, paging, records
from .collections import KINDS
from .documents import CUSTOMER, VENDOR, Party, branch_of, contact_of, mirrored, sales_legs, seller_state, text_in
from .errors import Json, invalid, required, wrong_state
from .fields import Body
from .money import dec, out
from .purchases import Charge, bill_legs, charged
from .records import Document

CREDIT_NOTES, DEBIT_NOTES = "credit_notes", "debit_notes"
ISSUED, APPLIED, CANCELLED, DRAFT = "ISSUED", "APPLIED", "CANCELLED", "DRAFT"
OF_CUSTOMER, OF_VENDOR = "customer", "vendor"
ZERO = Decimal(0)

APPLICATIONS = "applications"
_APPLICATION = ("application_id", "invoice_id", "bill_id", "amount", "date")
_COMMON = (
    "date",
    "reference_number",
    "place_of_supply",
    "currency_code",
    "exchange_rate",
    "line_items",
    "sub_total",
    "taxes",
    "tax_total",
    "total",
    "balance",
    "status",
    "notes",
    "branch_id",
    "created_time",
    "last_modified_time",
)
CREDIT_NOTE_MEMBERS = (
    *("credit_note_id", "credit_note_number", "type", "customer_id", "customer_name", "invoice_id", "bill_id"),
    *(*_COMMON, APPLICATIONS),
)
DEBIT_NOTE_MEMBERS = ("debit_note_id", "debit_note_number", "vendor_id", "vendor_name", "bill_id", *_COMMON)

_FROM_PARENT = ("name", "description", "hsn_or_sac", "unit", "rate", "tax_id", "account_id")
"""What a line of a note takes from the line of the same item that it returns."""


@dataclass(frozen=True, slots=True)
class Parent:
    """What a note gives back a part of: an invoice or a bill, and the member that names it."""

    collection: str
    id: str
    party: Party

    @property
    def word(self) -> str:
        """As messages name it."""
        return KINDS[self.collection].key


INVOICE = Parent("invoices", "invoice_id", CUSTOMER)
BILL = Parent("bills", "bill_id", VENDOR)


# Making and changing them.


def create_credit(call: Call, body: Body) -> Document:
    """Store and post a credit note of the side that its parent names, else its contact.

    Raises:
        Problem: 400 for two parents, one of another contact or not posted, more than is left of it; 404.
    """
    if body.get("invoice_id") is not None and body.get("bill_id") is not None:
        raise invalid("bill_id", "A credit note has an invoice or a bill, not both.", received=body["bill_id"])
    contact = contact_of(call, fields.text(body, "customer_id", must=True), field="customer_id")
    is_vendor = contact["contact_type"] == "VENDOR"
    of_vendor = body.get("invoice_id") is None and (is_vendor or body.get("bill_id") is not None)
    kind = BILL if of_vendor else INVOICE
    contact_of(call, contact["contact_id"], field="customer_id", sides=kind.party.sides)
    parent = _parent_of(call, body, kind, contact)
    note = _filled(call, body, kind, contact, parent)
    _refuse_beyond(call, kind, parent, note)
    document = {
        **note,
        "type": OF_VENDOR if of_vendor else OF_CUSTOMER,
        "customer_id": contact["contact_id"],
        "customer_name": contact["contact_name"],
        "invoice_id": None,
        "bill_id": None,
        **({kind.id: parent[kind.id]} if parent else {}),
        "applications": [],
        "credit_note_number": _next_number(call, "credit_note", "CN-", note),
    }
    stored = records.create(call, CREDIT_NOTES, document)
    _post(call, CREDIT_NOTES, stored)
    return stored


def create_debit(call: Call, body: Body) -> Document:
    """Store and post a debit note: goods that go back to a vendor.

    Raises:
        Problem: as `create_credit`.
    """
    contact = contact_of(call, fields.text(body, "vendor_id", must=True), field="vendor_id", sides=VENDOR.sides)
    parent = _parent_of(call, body, BILL, contact)
    note = _filled(call, body, BILL, contact, parent)
    _refuse_beyond(call, BILL, parent, note)
    document = {
        **note,
        "vendor_id": contact["contact_id"],
        "vendor_name": contact["contact_name"],
        "bill_id": parent["bill_id"] if parent else None,
        "debit_note_number": _next_number(call, "debit_note", "DN-", note),
    }
    stored = records.create(call, DEBIT_NOTES, document)
    _post(call, DEBIT_NOTES, stored)
    return stored


def update_credit(call: Call, note: Document, body: Body) -> Document:
    """Change what is sent of a note of which nothing is applied; what it has posted is undone and posted anew.

    Raises:
        Problem: it is applied in part or wholly, or CANCELLED; as `create_credit`.
    """
    _refuse_unless_untouched(note)
    kind = BILL if note["type"] == OF_VENDOR else INVOICE
    contact = records.fetch(call, "contacts", note["customer_id"], field="customer_id")
    parent = records.fetch(call, kind.collection, note[kind.id], field=kind.id) if note[kind.id] else None
    changed = _filled(call, body, kind, contact, parent, note)
    _refuse_beyond(call, kind, parent, changed, but=note["credit_note_id"])
    stored = records.change(call, CREDIT_NOTES, note, changed)
    if any(stored[name] != note[name] for name in ("date", "line_items", "branch_id", "is_intra")):
        ledger.reverse(call, "CREDIT_NOTE", note["credit_note_id"], f"Credit note {note['credit_note_number']} changed")
        _post(call, CREDIT_NOTES, stored)
    return stored


def void_credit(call: Call, note: Document) -> Document:
    """ISSUED becomes CANCELLED with nothing left, and the posting is reversed on the note's own date.

    Raises:
        Problem: something of it is applied, or it is CANCELLED.
    """
    _refuse_unless_untouched(note)
    stored = records.change(call, CREDIT_NOTES, note, {"status": CANCELLED, "balance": 0.0}, verb="VOIDED")
    ledger.reverse(call, "CREDIT_NOTE", note["credit_note_id"], f"Credit note {note['credit_note_number']} voided")
    return stored


def credit_shown(note: Mapping[str, Json]) -> Document:
    """A credit note as it is answered."""
    return _shown(note, CREDIT_NOTE_MEMBERS)


def debit_shown(note: Mapping[str, Json]) -> Document:
    """A debit note as it is answered."""
    return _shown(note, DEBIT_NOTE_MEMBERS)


# Handlers.


def list_credit_notes(call: Call) -> Reply:
    """Newest first."""
    names = ("status", "customer_id", "invoice_id", "bill_id", "type")
    filters = {name: call.query.get(name) for name in names}
    return paging.page(call, CREDIT_NOTES, CREDIT_NOTES, credit_shown, filters=filters)


def get_credit_note(call: Call) -> Reply:
    """One credit note, with what it was applied to."""
    return credit_reply(asked(call))


def create_credit_note(call: Call) -> Reply:
    """Post a return of the side that the parent or the contact names."""
    return credit_reply(create_credit(call, call.body), 201)


def update_credit_note(call: Call) -> Reply:
    """Change a note of which nothing is applied; what it has posted is posted anew."""
    return credit_reply(update_credit(call, asked(call), call.body))


def void_credit_note(call: Call) -> Reply:
    """ISSUED becomes CANCELLED, and the posting is reversed."""
    return credit_reply(void_credit(call, asked(call)))


def list_debit_notes(call: Call) -> Reply:
    """Newest first."""
    filters = {name: call.query.get(name) for name in ("vendor_id", "bill_id")}
    predicate = paging.in_dates(call)
    return paging.page(call, DEBIT_NOTES, DEBIT_NOTES, debit_shown, filters=filters, predicate=predicate)


def get_debit_note(call: Call) -> Reply:
    """One debit note."""
    note = records.fetch(call, DEBIT_NOTES, call.path["debit_note_id"], field="debit_note_id")
    return records.single("debit_note", debit_shown(note))


def create_debit_note(call: Call) -> Reply:
    """Post a return to a vendor."""
    return records.single("debit_note", debit_shown(create_debit(call, call.body)), 201)


def credit_reply(note: Document, status: int = 200) -> Reply:
    """A credit note under its own name."""
    return records.single("credit_note", credit_shown(note), status)


def asked(call: Call) -> Document:
    """The credit note in the path."""
    return records.fetch(call, CREDIT_NOTES, call.path["credit_note_id"], field="credit_note_id")


def _shown(note: Mapping[str, Json], members: Sequence[str]) -> Document:
    shown = [lines.shown(line, "restock") for line in note["line_items"]]
    more = {name: [records.pick(each, _APPLICATION) for each in note[name]] for name in members if name == APPLICATIONS}
    return {**records.pick(note, members), "line_items": shown, **more}


# What they are made of.


def _parent_of(call: Call, body: Body, kind: Parent, contact: Document) -> Document | None:
    """The posted document that a note is linked to; None for none."""
    id = fields.text(body, kind.id)
    if id is None:
        return None
    parent = records.fetch(call, kind.collection, id, field=kind.id)
    if parent[kind.party.id] != contact["contact_id"]:
        raise invalid(kind.id, f"The {kind.word} '{id}' is of another contact.", received=id)
    if parent["status"] in (DRAFT, CANCELLED):
        raise invalid(kind.id, f"The {kind.word} '{id}' is {parent['status']}.", received=id, status=parent["status"])
    return parent


def _filled(
    call: Call,
    body: Body,
    kind: Parent,
    contact: Document,
    parent: Document | None,
    before: Document | None = None,
) -> Document:
    """The members that notes of all kinds have; with `before`, the note that a body changes."""
    old, over = before or {}, parent or {}
    new = before is None
    day = fields.day(body, "date", must=new) or days.read_day(old["date"])
    branch = branch_of(call, fields.text(body, "branch_id") or old.get("branch_id") or over.get("branch_id"))
    place = _place_of(body, contact, parent, before)
    intra = gst.is_intra(seller_state(kind.party, contact, branch), place)
    given = _lines_of(call, body, kind, parent, before, intra=intra)
    sums = lines.totals(given)
    filled = {"line_items": given, **sums, "balance": sums["total"]}
    if kind is BILL:
        filled = charged(call, given, _charge_of(over), intra=intra)
    return {
        "date": days.wire_day(day),
        "reference_number": text_in(body, "reference_number", old),
        "place_of_supply": place,
        "currency_code": over.get("currency_code", "INR"),
        "exchange_rate": over.get("exchange_rate", 1.0),
        **filled,
        "status": ISSUED,
        "notes": text_in(body, "notes", old),
        "branch_id": branch["branch_id"],
        "is_intra": intra,
    }


def _place_of(body: Body, contact: Document, parent: Document | None, before: Document | None) -> str:
    """The place of supply: what is sent, else as it was, else the parent's, else the contact's own."""
    sent = fields.text(body, "place_of_supply")
    if sent is not None:
        return gst.state_of(sent)
    known = before or parent
    place = known["place_of_supply"] if known else contact.get("place_of_contact")
    if not place:
        raise required("place_of_supply")
    return str(place)


def _lines_of(
    call: Call, body: Body, kind: Parent, parent: Document | None, before: Document | None, *, intra: bool
) -> list[Document]:
    """The lines of a note; what a line does not bring comes from the parent's line of the same item."""
    if before is not None and body.get("line_items") is None:
        same = before["is_intra"] == intra
        return before["line_items"] if same else lines.split_anew(call, before["line_items"], intra=intra)
    sent = fields.rows(body, "line_items", must=True)
    returned = {line["item_id"]: line for line in (parent or {}).get("line_items", ()) if line["item_id"]}
    taken = [_over(each, returned.get(each.get("item_id"))) for each in sent]
    side: lines.Side = "purchase" if kind is BILL else "sale"
    return lines.fill(call, taken, side=side, intra=intra, restock=True)


def _charge_of(bill: Mapping[str, Json]) -> Charge:
    """How the returned goods were taxed: their bill's reverse charge or blocked credit."""
    rate = bill.get("rcm_rate")
    return Charge(bool(bill.get("is_rcm")), None if rate is None else dec(rate), bill.get("itc_blocked_reason"))


def _over(sent: Body, returned: Mapping[str, Json] | None) -> Body:
    """A sent line with what the returned one has beside it."""
    if returned is None:
        return sent
    known = {name: returned[name] for name in _FROM_PARENT if returned.get(name) is not None}
    return {**known, **{name: value for name, value in sent.items() if value is not None}}


def _refuse_beyond(call: Call, kind: Parent, parent: Document | None, note: Document, but: str = "") -> None:
    """A linked note comes to no more than its parent less the notes before it."""
    if parent is None:
        return
    filters = {kind.id: parent[kind.id]}
    before = [
        dec(each["total"])
        for each in call.collection(CREDIT_NOTES).views(filters=filters)
        if each["status"] != CANCELLED and each["credit_note_id"] != but
    ]
    if kind is BILL:
        before += [dec(each["total"]) for each in call.collection(DEBIT_NOTES).views(filters=filters)]
    left = dec(parent["total"]) - sum(before, ZERO)
    if dec(note["total"]) > left:
        message = f"The note comes to {note['total']:.2f}; of the {kind.word} {left:.2f} are left."
        raise invalid("line_items", message, received=note["total"], allowed=out(left))


def _refuse_unless_untouched(note: Document) -> None:
    if note["status"] != ISSUED:
        raise wrong_state(note["status"], [ISSUED])
    if note["applications"]:
        applied = out(dec(note["total"]) - dec(note["balance"]))
        message = f"{applied:.2f} of the note are applied; it stays as it is."
        raise invalid("status", message, current=note["status"], allowed=[], applied=applied)


def _next_number(call: Call, kind: str, prefix: str, note: Document) -> str:
    return numbers.next_number(call, kind, days.read_day(note["date"]), prefix=prefix)


def _post(call: Call, collection: str, note: Document) -> None:
    """An invoice's or a bill's entry the other way round."""
    is_credit = collection == CREDIT_NOTES
    of_customer = is_credit and note["type"] == OF_CUSTOMER
    legs = mirrored(sales_legs(note) if of_customer else bill_legs(note))
    if not any(leg.debit or leg.credit for leg in legs):
        return
    source, word = ("CREDIT_NOTE", "Credit note") if is_credit else ("DEBIT_NOTE", "Debit note")
    key = "credit_note" if is_credit else "debit_note"
    ledger.post(
        call,
        source,
        note[f"{key}_id"],
        days.read_day(note["date"]),
        f"{word} {note[f'{key}_number']}",
        legs,
        contact_id=note["customer_id" if is_credit else "vendor_id"],
        branch_id=note["branch_id"],
    )


HANDLERS = {
    "listCreditNotes": list_credit_notes,
    "getCreditNote": get_credit_note,
    "createCreditNote": create_credit_note,
    "updateCreditNote": update_credit_note,
    "voidCreditNote": void_credit_note,
    "listDebitNotes": list_debit_notes,
    "getDebitNote": get_debit_note,
    "createDebitNote": create_debit_note,
}
