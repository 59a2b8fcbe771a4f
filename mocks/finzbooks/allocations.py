"""What payments settle, and the entries that they post.

A receipt settles invoices, a payment bills; tax that was withheld settles as money does. Legs are signed as those of a
receipt, debits above 0, and add up to 0; money that goes out turns them round. What the rates of a payment and of the
documents make differ in rupees is other income. Stores entries of the ledger and balances of documents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbooks import Call

from . import chart, days, fields, ids, ledger, records
from .errors import Json, invalid
from .fields import Body
from .ledger import Leg
from .money import ZERO, dec, out, paise
from .records import Document
from .rupees import in_rupees, rate_of
from .settlement import relieved, settle

INCOMING = "INCOMING"
REFUND = "REFUND"
SOURCE = "PAYMENT"


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
    """A part of a payment that settles a document: `document` as it is before, `day` when the ledger shows it."""

    document: Document
    amount: Decimal
    rupees: Decimal
    day: date

    @property
    def entry(self) -> tuple[date, str]:
        """Day and branch of the entry that it belongs to."""
        return self.day, self.document["branch_id"]


# What it settles.


def side_of(payment: Mapping[str, Json]) -> Side:
    """Whose money it is: a receipt is a customer's, unless it is a refund."""
    is_refund = payment["payment_type"] == REFUND
    return CUSTOMERS if (payment["flow"] == INCOMING) != is_refund else VENDORS


def read_shares(
    call: Call, side: Side, payment: Mapping[str, Json], rows: Sequence[Body], power: Decimal
) -> list[Share]:
    """What allocations settle, all of it checked; a document that comes twice is lower the second time."""
    shares: list[Share] = []
    for index, row in enumerate(rows):
        place = f"allocations[{index}]"
        document = _target(call, side, payment, row, place)
        before = [share for share in shares if share.document[side.id] == document[side.id]]
        document["balance"] = out(dec(document["balance"]) - sum_of(before))
        amount = money_in(row, "amount", field=f"{place}.amount", must=True)
        balance, left = dec(document["balance"]), power - sum_of(shares)
        if not amount:
            raise invalid(f"{place}.amount", "amount must be more than 0.", received=row["amount"])
        if amount > balance:
            message = f"{side.word} '{document[side.id]}' has a balance of {balance:.2f}; the amount is more."
            raise invalid(f"{place}.amount", message, received=row["amount"], balance=out(balance))
        if amount > left:
            message = f"Only {left:.2f} of the payment can be allocated; the amount is more."
            raise invalid(f"{place}.amount", message, received=row["amount"], unallocated_amount=out(left))
        day = max(days.read_day(each["date"]) for each in (payment, document))
        shares.append(Share(document, amount, relieved(document, amount), day))
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


def settle_all(call: Call, side: Side, shares: Sequence[Share]) -> None:
    """Take what is settled from the balances of the documents."""
    for share in shares:
        document = call.collection(side.collection).read(share.document[side.id])
        settle(call, side.collection, document, paid=share.amount)


def kept(call: Call, side: Side, shares: Sequence[Share]) -> list[Document]:
    """As the payment keeps them; `date` is that of the entry which settles, `rupees` what that takes off."""
    return [
        {
            "allocation_id": ids.fresh_uuid(call),
            "invoice_id": None,
            "bill_id": None,
            side.id: share.document[side.id],
            "amount": out(share.amount),
            "date": days.wire_day(share.day),
            "rupees": out(share.rupees),
        }
        for share in shares
    ]


def power_of(payment: Mapping[str, Json]) -> Decimal:
    """What a payment can settle in all: the money and the tax that was withheld."""
    return dec(payment["amount"]) + dec(payment["tds_amount"])


def money_in(body: Body, name: str, *, field: str = "", must: bool = False) -> Decimal:
    """An amount to the paisa, 0 for none."""
    return paise(fields.not_negative(body, name, field=field, must=must) or ZERO)


def sum_of(shares: Sequence[Share]) -> Decimal:
    return sum((share.amount for share in shares), ZERO)


# Posting.

_Signed = tuple[str, Decimal, str]


def post_first(call: Call, payment: Mapping[str, Json], side: Side, shares: Sequence[Share], *, branch_id: str) -> str:
    """Post a payment that is new: money and withheld tax against what is settled, and an advance for the rest.

    What is settled in another branch or on a later day is an advance first. Gives the id of the first entry.
    """
    home = days.read_day(payment["date"]), branch_id
    at_once = [share for share in shares if share.entry == home]
    journal = _post(call, payment, home, _first_legs(payment, side, at_once))
    left = power_of(payment) - sum_of(at_once)
    post_later(call, payment, side, [share for share in shares if share.entry != home], left)
    return str(journal["journal_id"])


def post_later(call: Call, payment: Mapping[str, Json], side: Side, shares: Sequence[Share], power: Decimal) -> None:
    """Post what was an advance against what it settles: an entry for each day and branch, `power` being left before.

    The day is the payment's, or the document's where that is later, and the branch is the document's, so that what a
    branch is owed is in its books on any day what its documents say.
    """
    is_in = payment["flow"] == INCOMING
    for entry in sorted({share.entry for share in shares}):
        settled = [share for share in shares if share.entry == entry]
        left = power - sum_of(settled)
        moved = _advance(payment, power) - _advance(payment, left)
        legs = _legs([(side.advances, moved, ""), *_settled(side, settled)], is_in=is_in)
        _post(call, payment, entry, legs, again=True)
        power = left


def _first_legs(payment: Mapping[str, Json], side: Side, shares: Sequence[Share]) -> list[Leg]:
    """Money and withheld tax against what is settled, and an advance for the rest."""
    rate, is_in = rate_of(payment), payment["flow"] == INCOMING
    money, charges, withheld = (
        in_rupees(dec(payment[name]), rate) for name in ("amount", "bank_charges", "tds_amount")
    )
    kept_back = charges if is_in else -charges
    left = power_of(payment) - sum_of(shares)
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


def _settled(side: Side, shares: Sequence[Share]) -> list[_Signed]:
    return [(side.control, -share.rupees, share.document[side.number]) for share in shares]


def _advance(payment: Mapping[str, Json], left: Decimal) -> Decimal:
    """What an advance stands in the books for while so much of the payment is left; all of it is what was paid."""
    rate = rate_of(payment)
    if left == power_of(payment):
        return in_rupees(dec(payment["amount"]), rate) + in_rupees(dec(payment["tds_amount"]), rate)
    return in_rupees(left, rate)


def _legs(signed: Sequence[_Signed], *, is_in: bool) -> list[Leg]:
    """The legs of one entry; what the rates of payment and documents make differ is other income."""
    difference = -sum((amount for _, amount, _ in signed), ZERO)
    turned = [
        (id, amount if is_in else -amount, text) for id, amount, text in (*signed, (chart.OTHER_INCOME, difference, ""))
    ]
    return [
        Leg(id, debit=max(amount, ZERO), credit=max(-amount, ZERO), description=text) for id, amount, text in turned
    ]


def _post(
    call: Call, payment: Mapping[str, Json], entry: tuple[date, str], legs: Sequence[Leg], *, again: bool = False
) -> Document:
    words = "applied" if again else "received" if payment["flow"] == INCOMING else "made"
    day, branch_id = entry
    return ledger.post(
        call,
        SOURCE,
        payment["payment_id"],
        day,
        payment["description"] or f"Payment {words}: {payment['contact_name']}",
        legs,
        contact_id=payment["contact_id"],
        branch_id=branch_id,
        again=again,
    )
