"""What documents of both sides share: parties, branch, currency, days, tags, and the legs of what they post.

Knows no kind of document and stores nothing. All of it is read before anything is stored or a number is used up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbooks import Call

from . import chart, days, fields, gst, records
from .errors import Json, invalid, not_found
from .fields import Body
from .gst import COMPONENTS
from .ledger import Leg
from .money import dec
from .records import Document
from .rupees import Parts, document_rupees, line_rupees, rate_of, total_rupees

BASE_CURRENCY = "INR"
ACTIVE = "ACTIVE"
OVERDUE = "OVERDUE"


# What a document refers to.


def contact_of(call: Call, id: Json, *, field: str, sides: Sequence[str] = ()) -> Document:
    """The contact of a new document, of one of these types; of any type for no `sides`.

    Raises:
        Problem: 404 for an unknown one, 400 for one of the other side or an archived one.
    """
    contact = records.fetch(call, "contacts", id, field=field)
    if sides and contact["contact_type"] not in sides:
        message = f"Contact '{id}' is a {contact['contact_type']}; {' or '.join(sides)} is needed here."
        raise invalid(field, message, received=id, contact_type=contact["contact_type"])
    if contact["status"] != ACTIVE:
        raise invalid(field, f"Contact '{id}' is archived.", received=id, status=contact["status"])
    return contact


def branch_of(call: Call, id: Json = None) -> Document:
    """The branch of that id, the default one for none."""
    return records.default_branch(call) if id is None else records.fetch(call, "branches", id, field="branch_id")


def tags_of(call: Call, body: Body) -> list[Document]:
    """The cost centres that a body names."""
    tags = []
    for index, each in enumerate(fields.rows(body, "tags")):
        field = f"tags[{index}].cost_center_id"
        id = fields.text(each, "cost_center_id", field=field, must=True)
        records.fetch(call, "cost_centers", id, field=field)
        tags.append({"cost_center_id": id})
    return tags


def salesperson_of(call: Call, body: Body) -> str | None:
    """The user who sold, a member of the organisation."""
    id = fields.text(body, "salesperson_id")
    if id is not None:
        organisations = call.shared("organisations").views(filters={"tenant": call.caller.tenant})
        ids = {each["organization_id"] for each in organisations}
        members = call.shared("memberships").views(filters={"user_id": id})
        if not any(each["organization_id"] in ids for each in members):
            raise not_found("Salesperson", id, "salesperson_id")
    return id


# Currency and days.


def currency_of(call: Call, body: Body, day: date) -> tuple[str, Decimal]:
    """The currency of a body and rupees for one of it: 1 for rupees, else what is sent, else the latest daily rate up
    to `day`.

    Raises:
        Problem: a currency that is not enabled, one without any rate (both 400), or rupees at another rate than 1.
    """
    code = fields.text(body, "currency_code") or BASE_CURRENCY
    rate = fields.above_zero(body, "exchange_rate")
    if code == BASE_CURRENCY:
        if rate is not None and rate != 1:
            raise invalid("exchange_rate", "Rupees have the rate 1.", received=body["exchange_rate"])
        return code, Decimal(1)
    currency = call.collection("currencies").find_one(code)
    if currency is None or not currency.get("is_active", True):
        raise invalid("currency_code", f"'{code}' is not an enabled currency.", received=code)
    if rate is not None:
        return code, rate
    until = day.isoformat()
    rates = call.collection("exchange_rates").views(filters={"from_currency": code, "to_currency": BASE_CURRENCY})
    known = [each for each in rates if each["rate_date"][:10] <= until]
    if not known:
        message = f"There is no rate of {code} up to {until}; send exchange_rate."
        raise invalid("exchange_rate", message, received=None, currency_code=code)
    return code, dec(max(known, key=lambda each: each["rate_date"])["rate"])


def status_on(document: Mapping[str, Json], unpaid: str, today: date) -> str:
    """The status as it is shown: what has the status `unpaid` is OVERDUE from the day after its due date."""
    status: str = document["status"]
    late = status == unpaid and document["balance"] > 0 and document["due_date"][:10] < today.isoformat()
    return OVERDUE if late else status


def due_of(body: Body, day: date, contact: Mapping[str, Json]) -> date:
    """The due date of a body, else the day and the contact's terms; never before the day."""
    due = fields.day(body, "due_date")
    if due is None:
        return days.add_days(day, int(contact.get("payment_terms") or 0))
    if due < day:
        raise invalid("due_date", "due_date must not be before date.", received=body["due_date"])
    return due


def due_after(call: Call, body: Body, party: Party, before: Document, head: Document, contact: Document) -> date:
    """The due date of a changed draft: what is sent, else as it was; by the old terms it moves with day and contact."""
    day, due = days.read_day(head["date"]), days.read_day(before["due_date"])
    if "due_date" in body:
        return due_of(body, day, contact)
    former = call.collection("contacts").find_one(before[party.id]) or {}
    by_terms = due_of({}, days.read_day(before["date"]), former)
    return due_of({} if due == by_terms else {"due_date": due.isoformat()}, day, contact)


# The head of a document.


@dataclass(frozen=True, slots=True)
class Party:
    """Who stands on the other side of a document: the members that name it, the types it can be of."""

    id: str
    name: str
    sides: tuple[str, ...]
    sells: bool = False


CUSTOMER = Party("customer_id", "customer_name", ("CUSTOMER", "BOTH"))
VENDOR = Party("vendor_id", "vendor_name", ("VENDOR", "BOTH"), sells=True)


def head_of(call: Call, body: Body, party: Party, before: Document | None = None) -> tuple[Document, Document]:
    """The head of a document as it is kept, and the contact it is with.

    With `before`, the document that a body changes: members that are not sent stay as they are.

    Raises:
        Problem: 400 for what is missing or wrong, 404 for what is not in this organisation.
    """
    old = before or {}
    new = before is None
    id = fields.text(body, party.id, must=new)
    contact = call.collection("contacts").find_one(old[party.id]) if id is None else None
    if contact is None:
        contact = contact_of(call, id, field=party.id, sides=party.sides)
    day = fields.day(body, "date", must=new) or days.read_day(old["date"])
    place = fields.text(body, "place_of_supply", must=new)
    place = old["place_of_supply"] if place is None else gst.state_of(place)
    branch = branch_of(call, fields.text(body, "branch_id") or old.get("branch_id"))
    code, rate = _currency_in(call, body, day, old)
    head = {
        party.id: contact["contact_id"],
        party.name: contact["contact_name"],
        "date": days.wire_day(day),
        "reference_number": text_in(body, "reference_number", old),
        "place_of_supply": place,
        "currency_code": code,
        "exchange_rate": float(rate),
        "notes": text_in(body, "notes", old),
        "branch_id": branch["branch_id"],
        "is_intra": gst.is_intra(seller_state(party, contact, branch), place),
        "tags": tags_of(call, body) if new or "tags" in body else old.get("tags", []),
    }
    return head, contact


def seller_state(party: Party, contact: Mapping[str, Json], branch: Mapping[str, Json]) -> str:
    """The state that a supply comes from: the vendor's, or the branch's own."""
    return gst.seller_state_of_vendor(contact, branch) if party.sells else str(branch["state"])


def _currency_in(call: Call, body: Body, day: date, old: Mapping[str, Json]) -> tuple[str, Decimal]:
    """The currency and rate of a body; a rate that is kept stays while the currency does."""
    code = fields.text(body, "currency_code") or old.get("currency_code")
    rate = body.get("exchange_rate")
    if rate is None and code == old.get("currency_code"):
        rate = old.get("exchange_rate")
    return currency_of(call, {"currency_code": code, "exchange_rate": rate}, day)


def text_in(body: Body, name: str, old: Mapping[str, Json]) -> str | None:
    """A text that a body brings, else the one that was there."""
    return fields.text(body, name) if name in body else old.get(name)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a document can have come from: the member that names it, and where the other names this one.

    `status` is the one that the other had.
    """

    collection: str
    id: str
    link: str
    status: str

    def reopen(self, call: Call, document: Mapping[str, Json]) -> None:
        """Put what became this document, which is gone, back to where it was."""
        source = call.collection(self.collection).find_one(document.get(self.id) or "")
        if source is not None:
            again = {"status": self.status, self.link: None}
            records.change(call, self.collection, source, again, verb="STATUS_CHANGED")


# What they post.


def tax_legs(parts: Parts, accounts: Mapping[str, str], *, debit: bool) -> list[Leg]:
    """A leg for each component of tax that there is, on its account of `accounts`."""
    amounts = ((accounts[name], getattr(parts, name)) for name in COMPONENTS if getattr(parts, name))
    return [Leg(id, debit=amount) if debit else Leg(id, credit=amount) for id, amount in amounts]


def sales_legs(document: Mapping[str, Json]) -> list[Leg]:
    """What an approved invoice posts: receivables against the sale of each line and the tax."""
    rate = rate_of(document)
    legs = [Leg(chart.AR, debit=total_rupees(document))]
    for line in document["line_items"]:
        taxable = line_rupees(line, rate).taxable
        legs.append(Leg(line["account_id"], credit=taxable, description=line["name"] or ""))
    return legs + tax_legs(document_rupees(document), chart.OUTPUT, debit=False)


def mirrored(legs: Sequence[Leg]) -> list[Leg]:
    """The same legs, each on the other side."""
    return [Leg(leg.account_id, debit=leg.credit, credit=leg.debit, description=leg.description) for leg in legs]
