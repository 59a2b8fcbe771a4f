"""Payments, posted when they are recorded: what they settle, what stays as an advance, and what is applied later.

Source: /docs/reference/payments. A receipt settles invoices, a payment bills; tax that was withheld settles as money
does. A REFUND turns the direction of the money and draws on advances. What a foreign document costs more or less in
rupees than it stands in the books for is other income.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sandbooks import Call, Reply

from . import chart, days, fields, ids, ledger, paging, records
from .documents import branch_of, currency_of
from .errors import invalid, required
from .fields import Body
from .ledger import Leg
from .money import ZERO, dec, out, paise
from .rupees import in_rupees, rate_of
from .settlement import relieved, settle

Json = Any  # a JSON value
Document = dict[str, Json]

INCOMING, OUTGOING = FLOWS = ("INCOMING", "OUTGOING")
REGULAR, ADVANCE, REFUND = TYPES = ("REGULAR", "ADVANCE", "REFUND")
CASH, BANK = "CASH", "BANK"
MODES = (CASH, "BANK_TRANSFER", "CHEQUE", "UPI", "CARD", "OTHER")
DEFAULT_MODE = "BANK_TRANSFER"
SOURCE = "PAYMENT"

MEMBERS = (
    "payment_id",
    "flow",
    "payment_type",
    "contact_id",
    "contact_name",
    "date",
    "amount",
    "mode",
    "reference_number",
    "description",
    "bank_account_id",
    "currency_code",
    "exchange_rate",
    "bank_charges",
    "tds_amount",
    "allocations",
    "unallocated_amount",
    "created_time",
    "last_modified_time",
)
_ALLOCATION = ("allocation_id", "invoice_id", "bill_id", "amount")


@dataclass(frozen=True, slots=True)
class Side:
    """Customers or vendors: their documents, and the accounts of what they owe, paid ahead and withheld."""

    contact_types: tuple[str, ...]
    collection: str
    id: str
    word: str
    number: str
    control: str
    advances: str
    withheld: str


CUSTOMERS = Side(
    ("CUSTOMER", "BOTH"),
    "invoices",
    "invoice_id",
    "Invoice",
    "invoice_number",
    chart.AR,
    chart.CUSTOMER_ADVANCES,
    chart.TDS_RECEIVABLE,
)
VENDORS = Side(
    ("VENDOR", "BOTH"),
    "bills",
    "bill_id",
    "Bill",
    "bill_number",
    chart.AP,
    chart.VENDOR_ADVANCES,
    chart.TDS_PAYABLE,
)


@dataclass(slots=True)
class Share:
    """A part of a payment that settles a document: `document` as it is before."""

    document: Document
    amount: Decimal
    rupees: Decimal


# Plain functions, for whoever records payments.


def create(call: Call, body: Body) -> Document:
    """Record and post a payment, with what it settles at once.

    Raises:
        Problem: 400 or 404, before anything is stored.
    """
    payment = _read(call, body)
    side = _side(payment)
    if payment["payment_type"] != REGULAR and fields.rows(body, "allocations"):
        message = f"A payment of type {payment['payment_type']} has no allocations."
        raise invalid("allocations", message, received=body["allocations"])
    power = dec(payment["unallocated_amount"])
    shares = _shares(call, side, payment, fields.rows(body, "allocations"), power)
    branch_id = fields.text(body, "branch_id") or (shares[0].document["branch_id"] if shares else None)
    payment["branch_id"] = branch_of(call, branch_id)["branch_id"]
    day = days.read_day(payment["date"])
    payment["allocations"] = _allocations(call, side, shares, day)
    payment["unallocated_amount"] = out(power - _sum(shares))
    payment["journal_id"] = _post(call, payment, day, _first_legs(payment, side, shares))["journal_id"]
    stored = records.create(call, "payments", payment)
    _settle(call, side, shares)
    return stored


def apply(call: Call, payment: Document, body: Body) -> Document:
    """Settle documents with what is left of a payment: what it was an advance for moves to what is owed.

    It is posted on the payment's day, or that of the latest of the documents.

    Raises:
        Problem: a refund, or an allocation that does not fit, before anything is stored.
    """
    if payment["payment_type"] == REFUND:
        raise invalid("payment_type", "A refund settles nothing.", received=REFUND, allowed=[REGULAR, ADVANCE])
    side = _side(payment)
    power = dec(payment["unallocated_amount"])
    shares = _shares(call, side, payment, fields.rows(body, "allocations", must=True), power)
    day = max(days.read_day(each["date"]) for each in (payment, *(share.document for share in shares)))
    _post(call, payment, day, _later_legs(payment, side, shares), again=True)
    allocations = [*payment["allocations"], *_allocations(call, side, shares, day)]
    stored = records.change(
        call, "payments", payment, {"allocations": allocations, "unallocated_amount": out(power - _sum(shares))}
    )
    _settle(call, side, shares)
    return stored


def shown(payment: Mapping[str, Json]) -> Document:
    """A payment as it is answered."""
    allocations = [{name: each[name] for name in _ALLOCATION} for each in payment["allocations"]]
    return {**{name: payment[name] for name in MEMBERS}, "allocations": allocations}


# Handlers.


def list_payments(call: Call) -> Reply:
    """Newest first, of both directions."""
    return paging.page(
        call,
        "payments",
        "payments",
        shown,
        filters={name: call.query.get(name) for name in ("flow", "contact_id")},
        predicate=paging.in_dates(call),
    )


def get_payment(call: Call) -> Reply:
    """One payment, with its allocations."""
    return records.single("payment", shown(_asked(call)))


def create_payment(call: Call) -> Reply:
    """Record a payment."""
    return records.single("payment", shown(create(call, call.body)), 201)


def apply_payment(call: Call) -> Reply:
    """Allocate what is left of a payment."""
    return records.single("payment", shown(apply(call, _asked(call), call.body)))


def _asked(call: Call) -> Document:
    return records.fetch(call, "payments", call.path["payment_id"], field="payment_id")


# Reading.


def _read(call: Call, body: Body) -> Document:
    """The payment that a body describes, before it settles anything."""
    flow = fields.word(body, "flow", FLOWS, must=True)
    kind = fields.word(body, "payment_type", TYPES) or REGULAR
    contact = records.fetch(call, "contacts", fields.text(body, "contact_id", must=True), field="contact_id")
    types = _side({"flow": flow, "payment_type": kind}).contact_types
    if contact["contact_type"] not in types:
        message = f"{flow} {kind} is for a contact that is {' or '.join(types)}."
        raise invalid("contact_id", message, received=contact["contact_id"], contact_type=contact["contact_type"])
    day = fields.day(body, "date", must=True)
    assert day is not None  # the reader has seen to it
    amount = _money(body, "amount", must=True)
    if not amount:
        raise invalid("amount", "amount must be more than 0.", received=body["amount"])
    mode = fields.word(body, "mode", MODES) or DEFAULT_MODE
    code, rate = currency_of(call, body, day)
    charges, withheld = _money(body, "bank_charges"), _money(body, "tds_amount")
    if flow == INCOMING and charges > amount:
        raise invalid("bank_charges", "bank_charges must not be more than amount.", received=body["bank_charges"])
    return {
        "payment_id": ids.fresh_uuid(call),
        "flow": flow,
        "payment_type": kind,
        "contact_id": contact["contact_id"],
        "contact_name": contact["contact_name"],
        "date": days.wire_day(day),
        "amount": out(amount),
        "mode": mode,
        "reference_number": fields.text(body, "reference_number"),
        "description": fields.text(body, "description"),
        "bank_account_id": _bank_account(call, body, mode),
        "currency_code": code,
        "exchange_rate": float(rate),
        "bank_charges": out(charges),
        "tds_amount": out(withheld),
        "unallocated_amount": 0.0 if kind == REFUND else out(amount + withheld),
    }


def _money(body: Body, name: str, *, field: str = "", must: bool = False) -> Decimal:
    return paise(fields.not_negative(body, name, field=field, must=must) or ZERO)


def _bank_account(call: Call, body: Body, mode: str) -> str:
    """The account that a body names by either name; else the first that holds money of its kind, by code."""
    names = [name for name in ("bank_account_id", "paid_through_account_id") if fields.text(body, name)]
    if len({body[name] for name in names}) > 1:
        message = "bank_account_id and paid_through_account_id are two names of one thing and differ."
        raise invalid(names[1], message, received=body[names[1]])
    if names:
        return money_account(call, body[names[0]], field=names[0])
    kind = CASH if mode == CASH else BANK
    accounts = call.collection("accounts").views(filters={"account_type": kind}, order=("code",))
    found = next((each for each in accounts if each.get("is_active", True)), None)
    if found is None:
        raise required("bank_account_id")
    return str(found["account_id"])


def money_account(call: Call, id: str | None, *, field: str) -> str:
    """The id of an account that holds money.

    Raises:
        Problem: 404 for an unknown one, 400 for another type or one that is not active.
    """
    account = records.fetch(call, "accounts", id, field=field)
    if account["account_type"] not in chart.MONEY_TYPES or not account.get("is_active", True):
        message = f"Account '{id}' is no active account of type BANK or CASH."
        raise invalid(field, message, received=id, account_type=account["account_type"])
    return str(account["account_id"])


# What it settles.


def _side(payment: Mapping[str, Json]) -> Side:
    """Whose money it is: a receipt is a customer's, unless it is a refund."""
    is_refund = payment["payment_type"] == REFUND
    return CUSTOMERS if (payment["flow"] == INCOMING) != is_refund else VENDORS


def _shares(call: Call, side: Side, payment: Mapping[str, Json], rows: Sequence[Body], power: Decimal) -> list[Share]:
    """What allocations settle, all of it checked; a document that comes twice is lower the second time."""
    shares: list[Share] = []
    for index, row in enumerate(rows):
        place = f"allocations[{index}]"
        document = _target(call, side, payment, row, place)
        before = [share for share in shares if share.document[side.id] == document[side.id]]
        document["balance"] = out(dec(document["balance"]) - _sum(before))
        amount = _money(row, "amount", field=f"{place}.amount", must=True)
        balance, left = dec(document["balance"]), power - _sum(shares)
        if not amount:
            raise invalid(f"{place}.amount", "amount must be more than 0.", received=row["amount"])
        if amount > balance:
            message = f"{side.word} '{document[side.id]}' has a balance of {balance:.2f}; the amount is more."
            raise invalid(f"{place}.amount", message, received=row["amount"], balance=out(balance))
        if amount > left:
            message = f"Only {left:.2f} of the payment can be allocated; the amount is more."
            raise invalid(f"{place}.amount", message, received=row["amount"], unallocated_amount=out(left))
        shares.append(Share(document, amount, relieved(document, amount)))
    return shares


def _target(call: Call, side: Side, payment: Mapping[str, Json], row: Body, place: str) -> Document:
    """The document that an allocation names: one of the contact, posted, in the payment's currency."""
    other = VENDORS if side is CUSTOMERS else CUSTOMERS
    if fields.text(row, other.id, field=f"{place}.{other.id}"):
        message = f"{payment['flow']} settles {side.collection} only; send {side.id}."
        raise invalid(f"{place}.{other.id}", message, received=row[other.id])
    field = f"{place}.{side.id}"
    id = fields.text(row, side.id, field=field, must=True)
    document = records.fetch(call, side.collection, id, field=field)
    if _contact_of(document) != payment["contact_id"]:
        message = f"{side.word} '{id}' is not one of contact '{payment['contact_id']}'."
        raise invalid(field, message, received=id)
    if document["status"] in ("DRAFT", "CANCELLED"):
        message = f"{side.word} '{id}' is {document['status']} and cannot be settled."
        raise invalid(field, message, received=id, status=document["status"])
    if document["currency_code"] != payment["currency_code"]:
        message = f"{side.word} '{id}' is in {document['currency_code']}, the payment in {payment['currency_code']}."
        raise invalid(field, message, received=id, currency_code=document["currency_code"])
    return document


def _contact_of(document: Mapping[str, Json]) -> Json:
    return document.get("customer_id") or document.get("vendor_id")


def _settle(call: Call, side: Side, shares: Sequence[Share]) -> None:
    for share in shares:
        document = call.collection(side.collection).read(share.document[side.id])
        settle(call, side.collection, document, paid=share.amount)


def _allocations(call: Call, side: Side, shares: Sequence[Share], day: date) -> list[Document]:
    """As the payment keeps them; `date` is that of the entry which settles, `rupees` what that takes off."""
    return [
        {
            "allocation_id": ids.fresh_uuid(call),
            "invoice_id": None,
            "bill_id": None,
            side.id: share.document[side.id],
            "amount": out(share.amount),
            "date": days.wire_day(day),
            "rupees": out(share.rupees),
        }
        for share in shares
    ]


def _sum(shares: Sequence[Share]) -> Decimal:
    return sum((share.amount for share in shares), ZERO)


# Posting. Legs are signed as those of a receipt, debits above 0, and add up to 0; money that goes out turns them round.

_Signed = tuple[str, Decimal, str]


def _first_legs(payment: Mapping[str, Json], side: Side, shares: Sequence[Share]) -> list[Leg]:
    """Money and withheld tax against what is settled, and an advance for the rest."""
    rate, is_in = rate_of(payment), payment["flow"] == INCOMING
    money, charges, withheld = (
        in_rupees(dec(payment[name]), rate) for name in ("amount", "bank_charges", "tds_amount")
    )
    kept_back = charges if is_in else -charges
    left = dec(payment["amount"]) + dec(payment["tds_amount"]) - _sum(shares)
    return _legs(
        [
            (payment["bank_account_id"], money - kept_back, ""),
            (chart.BANK_CHARGES, kept_back, ""),
            (side.withheld, withheld, ""),
            *_settled(side, shares),
            (side.advances, -_advance(payment, left), ""),
        ],
        is_in=is_in,
    )


def _later_legs(payment: Mapping[str, Json], side: Side, shares: Sequence[Share]) -> list[Leg]:
    """What was an advance, against what it settles now."""
    power = dec(payment["unallocated_amount"])
    moved = _advance(payment, power) - _advance(payment, power - _sum(shares))
    return _legs([(side.advances, moved, ""), *_settled(side, shares)], is_in=payment["flow"] == INCOMING)


def _settled(side: Side, shares: Sequence[Share]) -> list[_Signed]:
    return [(side.control, -share.rupees, share.document[side.number]) for share in shares]


def _advance(payment: Mapping[str, Json], left: Decimal) -> Decimal:
    """What an advance stands in the books for while so much of the payment is left; all of it is what was paid."""
    rate = rate_of(payment)
    amount, withheld = dec(payment["amount"]), dec(payment["tds_amount"])
    return in_rupees(amount, rate) + in_rupees(withheld, rate) if left == amount + withheld else in_rupees(left, rate)


def _legs(signed: Sequence[_Signed], *, is_in: bool) -> list[Leg]:
    """The legs of one entry; what the rates of payment and documents make differ is other income."""
    difference = -sum((amount for _, amount, _ in signed), ZERO)
    turned = [
        (id, amount if is_in else -amount, text) for id, amount, text in (*signed, (chart.OTHER_INCOME, difference, ""))
    ]
    return [
        Leg(id, debit=max(amount, ZERO), credit=max(-amount, ZERO), description=text) for id, amount, text in turned
    ]


def _post(call: Call, payment: Mapping[str, Json], day: date, legs: Sequence[Leg], *, again: bool = False) -> Document:
    words = "applied" if again else "received" if payment["flow"] == INCOMING else "made"
    return ledger.post(
        call,
        SOURCE,
        payment["payment_id"],
        day,
        payment["description"] or f"Payment {words}: {payment['contact_name']}",
        legs,
        contact_id=payment["contact_id"],
        branch_id=payment["branch_id"],
        again=again,
    )


HANDLERS = {
    "listPayments": list_payments,
    "createPayment": create_payment,
    "getPayment": get_payment,
    "applyPayment": apply_payment,
}
