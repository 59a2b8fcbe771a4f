"""What a stored document is worth in rupees, part by part: the one rounding that ledger, registers and returns share.

A document is in its own currency. Each part of a line is turned into rupees and rounded by itself; every sum, that of
the whole document too, is made of those parts. Knows no collection and posts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from .errors import Json
from .gst import RCM
from .money import ZERO, dec, paise

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Parts:
    """A taxable value and the taxes on it, in rupees."""

    taxable: Decimal = ZERO
    cgst: Decimal = ZERO
    sgst: Decimal = ZERO
    igst: Decimal = ZERO
    cess: Decimal = ZERO

    @property
    def tax(self) -> Decimal:
        return self.cgst + self.sgst + self.igst + self.cess

    @property
    def total(self) -> Decimal:
        return self.taxable + self.tax

    @property
    def is_nothing(self) -> bool:
        return not (self.taxable or self.cgst or self.sgst or self.igst or self.cess)

    def untaxed(self) -> Parts:
        """The taxable value alone."""
        return Parts(self.taxable)

    def taxes_only(self) -> Parts:
        """The taxes alone."""
        return Parts(ZERO, self.cgst, self.sgst, self.igst, self.cess)

    def __add__(self, other: Parts) -> Parts:
        return Parts(
            self.taxable + other.taxable,
            self.cgst + other.cgst,
            self.sgst + other.sgst,
            self.igst + other.igst,
            self.cess + other.cess,
        )

    def __neg__(self) -> Parts:
        return Parts(-self.taxable, -self.cgst, -self.sgst, -self.igst, -self.cess)

    def __sub__(self, other: Parts) -> Parts:
        return self + -other


NOTHING = Parts()


def rate_of(document: Mapping[str, Json]) -> Decimal:
    """Rupees for one unit of the document's currency."""
    return dec(document.get("exchange_rate") or 1)


def in_rupees(amount: Decimal, rate: Decimal) -> Decimal:
    return amount if rate == ONE else paise(amount * rate)


def line_rupees(line: Mapping[str, Json], rate: Decimal, *, taxable: str = "item_total") -> Parts:
    """One stored line: its value, which stands under `taxable`, and its four taxes."""
    return Parts(*[_part(line.get(name), rate) for name in (taxable, "cgst", "sgst", "igst", "cess")])


def sum_parts(parts: Iterable[Parts]) -> Parts:
    return sum(parts, NOTHING)


def is_reverse_charge(document: Mapping[str, Json], line: Mapping[str, Json]) -> bool:
    """The taxes of the line are not the seller's to collect."""
    return line.get("tax_shape") == RCM or bool(document.get("is_rcm"))


def document_rupees(document: Mapping[str, Json]) -> Parts:
    """All lines of a stored document; under reverse charge with the taxes that are not the seller's."""
    rate = rate_of(document)
    return sum_parts(line_rupees(line, rate) for line in document["line_items"])


def charged_rupees(document: Mapping[str, Json], line: Mapping[str, Json], rate: Decimal) -> Parts:
    """One stored line as the seller charges it: without tax under reverse charge."""
    parts = line_rupees(line, rate)
    return parts.untaxed() if is_reverse_charge(document, line) else parts


def total_rupees(document: Mapping[str, Json]) -> Decimal:
    """What is owed for a stored document when nothing is settled."""
    rate = rate_of(document)
    return sum_parts(charged_rupees(document, line, rate) for line in document["line_items"]).total


def balance_rupees(document: Mapping[str, Json], balance: Decimal) -> Decimal:
    """What is owed while `balance`, in the document's currency, is open: all of it, nothing, or that much at its rate.

    A settlement is worth the difference of two of these, so that none leaves a paisa behind.
    """
    rate = rate_of(document)
    if not balance or rate == ONE:
        return balance
    return total_rupees(document) if balance == dec(document["total"]) else paise(balance * rate)


def _part(number: Json, rate: Decimal) -> Decimal:
    return in_rupees(dec(number), rate) if number else ZERO
