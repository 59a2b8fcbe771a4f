"""Payments: posted as they are recorded, applied at once or later.

Source: /docs/reference/payments. A REFUND turns the direction of the money and draws on advances.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbooks import Call, Reply

from . import chart, days, fields, ids, paging, records
from .allocations import (
    INCOMING,
    REFUND,
    kept,
    money_in,
    post_first,
    post_later,
    read_shares,
    settle_all,
    side_of,
    sum_of,
)
from .documents import branch_of, currency_of
from .errors import Json, invalid, required
from .fields import Body
from .money import dec, out
from .records import Document

FLOWS = (INCOMING, "OUTGOING")
REGULAR, ADVANCE = "REGULAR", "ADVANCE"
TYPES = (REGULAR, ADVANCE, REFUND)
CASH, BANK = "CASH", "BANK"
MODES = (CASH, "BANK_TRANSFER", "CHEQUE", "UPI", "CARD", "OTHER")
DEFAULT_MODE = "BANK_TRANSFER"

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


# Plain functions, for whoever records payments.


def create(call: Call, body: Body) -> Document:
    """Record and post a payment, with what it settles at once.

    Raises:
        Problem: 400 or 404, before anything is stored.
    """
    payment = _read(call, body)
    side = side_of(payment)
    if payment["payment_type"] != REGULAR and fields.rows(body, "allocations"):
        message = f"A payment of type {payment['payment_type']} has no allocations."
        raise invalid("allocations", message, received=body["allocations"])
    power = dec(payment["unallocated_amount"])
    shares = read_shares(call, side, payment, fields.rows(body, "allocations"), power)
    branch_id = fields.text(body, "branch_id") or (shares[0].document["branch_id"] if shares else None)
    payment["branch_id"] = branch_of(call, branch_id)["branch_id"]
    payment["allocations"] = kept(call, side, shares)
    payment["unallocated_amount"] = out(power - sum_of(shares))
    payment["journal_id"] = post_first(call, payment, side, shares, branch_id=payment["branch_id"])
    stored = records.create(call, "payments", payment)
    settle_all(call, side, shares)
    return stored


def apply(call: Call, payment: Document, body: Body) -> Document:
    """Settle documents with what is left of a payment: what it was an advance for moves to what is owed.

    Raises:
        Problem: a refund, or an allocation that does not fit, before anything is stored.
    """
    if payment["payment_type"] == REFUND:
        raise invalid("payment_type", "A refund settles nothing.", received=REFUND, allowed=[REGULAR, ADVANCE])
    side = side_of(payment)
    power = dec(payment["unallocated_amount"])
    shares = read_shares(call, side, payment, fields.rows(body, "allocations", must=True), power)
    post_later(call, payment, side, shares, power)
    changed = {
        "allocations": [*payment["allocations"], *kept(call, side, shares)],
        "unallocated_amount": out(power - sum_of(shares)),
    }
    stored = records.change(call, "payments", payment, changed)
    settle_all(call, side, shares)
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
    types = side_of({"flow": flow, "payment_type": kind}).contact_types
    if contact["contact_type"] not in types:
        message = f"{flow} {kind} is for a contact that is {' or '.join(types)}."
        raise invalid("contact_id", message, received=contact["contact_id"], contact_type=contact["contact_type"])
    day = fields.day(body, "date", must=True)
    assert day is not None  # the reader has seen to it
    amount = money_in(body, "amount", must=True)
    if not amount:
        raise invalid("amount", "amount must be more than 0.", received=body["amount"])
    mode = fields.word(body, "mode", MODES) or DEFAULT_MODE
    code, rate = currency_of(call, body, day)
    charges, withheld = money_in(body, "bank_charges"), money_in(body, "tds_amount")
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


HANDLERS = {
    "listPayments": list_payments,
    "createPayment": create_payment,
    "getPayment": get_payment,
    "applyPayment": apply_payment,
}
