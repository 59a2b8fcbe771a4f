"""Sums of money: what follows from other amounts where nobody said otherwise.

Reckons in decimals and gives JSON numbers; enforces nothing (A23: what a caller sends stands, even if it does not add
up).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, localcontext
from math import fsum
from typing import Any

from .links import Links
from .operators import Document

DIGITS = 400  # a sum of floats needs no more to be exact, so that it does not depend on their order
UNBILLED = ("DRAFT", "CANCELLED")
PAID = "CONFIRMED"
ROUNDING = 2.0**-52
"""By this share of its size a decimal may differ from the number that stands for it, twice over."""

NEGLIGIBLE = 1e-9
"""Differences below this are no amounts of money."""

LARGEST = 2**53
"""Whole numbers from here on are not told apart by every JSON reader; no amount may be that large."""


def complete(collection: str, document: dict[str, Any], sent: Iterable[str]) -> None:
    """Fill in, in a document about to be stored, the amounts that follow from those just `sent`.

    Raises:
        OverflowError: one of them would be too large.
    """
    given = set(sent)
    for name, sources, reckon in _RULES.get(collection, ()):
        if name not in given and not given.isdisjoint(sources):
            amount = reckon(document)
            if abs(amount) >= LARGEST:
                raise OverflowError(f"{name} would be {amount:.3e}, which is too large.")
            document[name] = to_json(amount)
            given.add(name)


def total(values: Iterable[float | None]) -> float:
    """The sum of stored numbers, null counting as nothing.

    Where it comes to whole cents, as far as numbers of these sizes can tell, it is these: sums of amounts in cents are,
    and so found ten times as fast. Others are summed as decimals.
    """
    given = [value for value in values if value]
    near = fsum(given)
    cents, inexact = round(near, 2), fsum(map(abs, given)) * ROUNDING
    if abs(near - cents) <= inexact < NEGLIGIBLE * max(1, len(given)):
        return to_json(Decimal(str(cents)))
    with localcontext(prec=DIGITS):
        return to_json(sum(map(to_decimal, given), Decimal(0)))


def paid_amount(invoice: Document, links: Links) -> float:
    """What an invoice says is paid, else its confirmed payments."""
    if invoice.get("paidAmount") is not None:
        return _number(invoice, "paidAmount")
    payments = links.many("payments", "invoiceId", invoice["id"])
    return total(payment["amount"] for payment in payments if payment.get("status") == PAID and payment.get("active"))


def outstanding_amount(invoice: Document, links: Links) -> float | None:
    """What an invoice says is open, else what its total leaves after payment; None without a total."""
    if invoice.get("outstandingAmount") is not None:
        return _number(invoice, "outstandingAmount")
    if invoice.get("totalAmount") is None:
        return None
    return to_json(to_decimal(invoice["totalAmount"]) - to_decimal(paid_amount(invoice, links)))


def financial_summary(client: Document, links: Links) -> dict[str, float]:
    """Total and open amount of a client's invoices, without drafts, cancelled and inactive ones."""
    invoices = [
        invoice
        for invoice in links.many("invoices", "clientId", client["id"])
        if invoice.get("status") not in UNBILLED and invoice.get("active")
    ]
    return {
        "totalRevenue": total(invoice.get("totalAmount") for invoice in invoices),
        "outstandingBalance": total(outstanding_amount(invoice, links) for invoice in invoices),
    }


def to_decimal(value: float | None) -> Decimal:
    """A stored number to reckon with; null is nothing."""
    return Decimal(0) if value is None else Decimal(str(value))


def to_json(value: Decimal) -> float:
    """A number for the wire: whole ones without decimals, as long as JSON readers know them exactly."""
    return int(value) if abs(value) < LARGEST and value == value.to_integral_value() else float(value)


def _number(document: Document, name: str) -> float:
    value: float = document[name]
    return value


def _read(document: Mapping[str, Any], name: str) -> Decimal:
    return to_decimal(document.get(name))


def _subtotal(invoice: Mapping[str, Any]) -> Decimal:
    return sum((_read(line, "amount") for line in invoice["lineItems"]), Decimal(0))


def _tax(invoice: Mapping[str, Any]) -> Decimal:
    return sum((_read(line, "amount") * _read(line, "taxRate") for line in invoice["lineItems"]), Decimal(0))


_RULES: Mapping[str, tuple[tuple[str, tuple[str, ...], Callable[[Mapping[str, Any]], Decimal]], ...]] = {
    "invoices": (
        ("subtotal", ("lineItems",), _subtotal),
        ("taxAmount", ("lineItems",), _tax),
        ("totalAmount", ("subtotal", "taxAmount"), lambda at: _read(at, "subtotal") + _read(at, "taxAmount")),
        (
            "outstandingAmount",
            ("paidAmount",),
            lambda at: _read(at, "totalAmount") - _read(at, "paidAmount"),
        ),
    ),
    "wip": (
        (
            "duration",
            ("billableHours", "nonBillableHours"),
            lambda at: _read(at, "billableHours") + _read(at, "nonBillableHours"),
        ),
        (
            "value",
            ("billableHours", "hourlyRate"),
            lambda at: _read(at, "billableHours") * _read(at, "hourlyRate"),
        ),
        (
            "outstandingValue",
            ("value", "billedAmount", "writeOffAmount"),
            lambda at: _read(at, "value") - _read(at, "billedAmount") - _read(at, "writeOffAmount"),
        ),
    ),
}
"""For each collection: an amount, the members it follows from, and how; those that others build on come first."""
