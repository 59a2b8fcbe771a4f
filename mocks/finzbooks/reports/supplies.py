"""What was sold and bought in a period, line by line, in rupees: the common ground of registers and GST returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sandbooks import Call

from ..collections import KINDS
from ..errors import Json
from ..gst import ABROAD, UNTAXED_SHAPES, normal
from ..money import dec
from ..rupees import Parts, is_reverse_charge, line_rupees, rate_of, sum_parts
from .open_items import posted
from .spans import Span

Document = Mapping[str, Json]

EXEMPT, NIL_RATED, NON_GST = UNTAXED_SHAPES
TAXABLE, ZERO_RATED = "TAXABLE", "ZERO_RATED"
SEZ = "SEZ"


@dataclass(frozen=True, slots=True)
class Line:
    """One stored line. `parts` is what the seller charges, `assessed` what the buyer owes the state himself."""

    stored: Document
    parts: Parts
    assessed: Parts
    box: str
    """Where a return puts it: TAXABLE, ZERO_RATED, EXEMPT, NIL_RATED or NON_GST."""

    @property
    def rate(self) -> Decimal:
        return dec(self.stored.get("tax_percentage") or 0)


@dataclass(frozen=True, slots=True)
class Supply:
    """A document with the contact that it names; None where that is gone or there is none."""

    document: Document
    contact: Document | None
    lines: tuple[Line, ...]
    parts: Parts
    """All lines together, as the seller charges them."""

    @property
    def gst_no(self) -> str | None:
        return (self.contact or {}).get("gst_no") or None

    @property
    def is_blocked(self) -> bool:
        return bool(self.document.get("itc_blocked_reason"))


def supplies(
    call: Call, collection: str, contact: str, span: Span, wanted: Callable[[Document], bool] | None = None
) -> list[Supply]:
    """The posted documents of a span, the oldest first; `contact` names the member that holds the contact's id."""
    found = [each for each in posted(call, collection) if span.holds(each) and (wanted is None or wanted(each))]
    contacts, id = _contacts(call), KINDS[collection].identity
    found.sort(key=lambda document: (document["date"][:10], document[id]))  # ids are given in the order of making
    return [_supply(each, contacts.get(each[contact])) for each in found]


def sales(call: Call, span: Span) -> list[Supply]:
    return supplies(call, "invoices", "customer_id", span)


def sales_returns(call: Call, span: Span) -> list[Supply]:
    return supplies(call, "credit_notes", "customer_id", span, lambda note: bool(note["type"] == "customer"))


def purchases(call: Call, span: Span) -> list[Supply]:
    return supplies(call, "bills", "vendor_id", span)


def purchase_returns(call: Call, span: Span) -> list[Supply]:
    """Credit notes of vendors and debit notes."""
    notes = supplies(call, "credit_notes", "customer_id", span, lambda note: bool(note["type"] == "vendor"))
    return notes + supplies(call, "debit_notes", "vendor_id", span)


def expenses(call: Call, span: Span) -> Iterator[Supply]:
    """The expenses of a span, in no order; their parts stand for lines."""
    for expense in call.collection("expenses").scan(span.holds):
        rate = rate_of(expense)
        parts = ((part, line_rupees(part, rate, taxable="taxable")) for part in expense["parts"])
        yield _made(expense, None, parts)


def is_abroad(document: Document) -> bool:
    return normal(str(document.get("place_of_supply") or "")) == ABROAD


def _supply(document: Document, contact: Document | None) -> Supply:
    rate = rate_of(document)
    return _made(document, contact, ((line, line_rupees(line, rate)) for line in document["line_items"]))


def _made(document: Document, contact: Document | None, parts: Iterable[tuple[Document, Parts]]) -> Supply:
    lines = tuple(_line(document, contact, stored, worth) for stored, worth in parts)
    return Supply(document, contact, lines, sum_parts(line.parts for line in lines))


def _line(document: Document, contact: Document | None, stored: Document, parts: Parts) -> Line:
    if is_reverse_charge(document, stored):
        return Line(stored, parts.untaxed(), parts, TAXABLE)
    return Line(stored, parts, Parts(), _box(document, contact, stored))


def _box(document: Document, contact: Document | None, stored: Document) -> str:
    """The shape of the tax decides; what bears one goes to exports and special zones at zero."""
    shape = stored.get("tax_shape")
    if shape is None:
        return NON_GST
    if shape in UNTAXED_SHAPES:
        return str(shape)
    to_zone = (contact or {}).get("gst_treatment") == SEZ
    return ZERO_RATED if to_zone or is_abroad(document) else TAXABLE


def _contacts(call: Call) -> dict[str, Document]:
    return {each["contact_id"]: each for each in call.collection("contacts").scan()}
