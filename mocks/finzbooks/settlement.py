"""What a payment or a credit does to the document that it settles. Posts nothing: who settles, posts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sandbooks import Call

from . import records
from .errors import Json
from .money import dec, out
from .records import Document
from .rupees import balance_rupees

NOTHING = Decimal(0)


def settle(
    call: Call, collection: str, doc: Document, *, paid: Decimal = NOTHING, credited: Decimal = NOTHING
) -> Document:
    """The invoice or bill with that much less to be paid; that it is no more than the balance has been checked.

    An invoice whose balance is 0 is PAID where a payment had a part in it, else CREDIT_APPLIED; a bill is PAID either
    way. PAID is told at a balance of 0, else PARTIALLY_PAID.
    """
    payment_made = dec(doc["payment_made"]) + paid
    credits_applied = dec(doc["credits_applied"]) + credited
    balance = dec(doc["total"]) - payment_made - credits_applied
    told = "PARTIALLY_PAID" if balance else "PAID"
    by_credits_alone = collection == "invoices" and not balance and not payment_made
    fields = {
        "payment_made": out(payment_made),
        "credits_applied": out(credits_applied),
        "balance": out(balance),
        "status": "CREDIT_APPLIED" if by_credits_alone else told,
    }
    return records.change(call, collection, doc, fields, verb=told)


def relieved(doc: Mapping[str, Json], amount: Decimal) -> Decimal:
    """By how many rupees what is owed for a document falls in the ledger when `amount`, in its currency, is settled."""
    balance = dec(doc["balance"])
    return balance_rupees(doc, balance) - balance_rupees(doc, balance - amount)
