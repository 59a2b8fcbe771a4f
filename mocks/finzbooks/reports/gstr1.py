"""GSTR-1, the return of what was sold: by customer, by state and rate, by HSN code.

Its totals are the sales register less the credit notes of customers; so are the sums of its sections, where the notes
of unregistered customers are taken off the small supplies, and those of the HSN summary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from sandbooks import Call, Reply

from ..errors import Json
from ..money import dec, out
from ..records import single
from ..rupees import NOTHING, Parts, sum_parts
from .figures import add, number, tax_figures
from .spans import Span, range_members, read_range
from .supplies import EXEMPT, NIL_RATED, NON_GST, TAXABLE, ZERO_RATED, Line, Supply, sales, sales_returns

LARGE_ABOVE = Decimal(100_000)
"""Rupees of an invoice between states to somebody without a GSTIN, since 1 August 2024 (Notification 12/2024-CT)."""

TAXED = (TAXABLE, ZERO_RATED)
INTRA, INTER = "INTRA", "INTER"
_SmallKey = tuple[str, str, Decimal]
_HsnKey = tuple[str, str, Decimal]


def get_gstr1(call: Call) -> Reply:
    """Outward supplies of a period; a credit note counts on its own day."""
    span = read_range(call)
    invoices, notes = sales(call, span), sales_returns(call, span)
    unregistered = [each for each in invoices if not each.gst_no]
    large = [each for each in unregistered if _is_large(each)]
    small = [each for each in unregistered if not _is_large(each)]
    unregistered_notes = [each for each in notes if not each.gst_no]
    report = {
        "gstin": gstin_of(call, span),
        **range_members(span),
        "b2b": _by_customer([each for each in invoices if each.gst_no]),
        "b2c": {"large": _invoices(large), "small": _small(small, unregistered_notes)},
        "credit_notes": {
            "registered": [_note(each) for each in notes if each.gst_no],
            "unregistered": [_note(each) for each in unregistered_notes],
        },
        "nil_exempt": {
            "nil_rated": out(_value_of(invoices, NIL_RATED) - _value_of(notes, NIL_RATED)),
            "exempt": out(_value_of(invoices, EXEMPT) - _value_of(notes, EXEMPT)),
            "non_gst": out(_value_of(invoices, NON_GST) - _value_of(notes, NON_GST)),
        },
        "hsn_summary": _hsn_summary(invoices, notes),
        "totals": tax_figures(sum_supplies(invoices) - sum_supplies(notes)),
    }
    return single("gstr1", report)


def gstin_of(call: Call, span: Span) -> str | None:
    """The number of the branch, or of the default one where the return is of all."""
    for branch in call.collection("branches").scan():
        wanted = branch.get("is_default") if span.branch_id is None else branch["branch_id"] == span.branch_id
        if wanted:
            return branch.get("gstin") or None
    return None


def sum_supplies(supplies: Iterable[Supply]) -> Parts:
    return sum_parts(supply.parts for supply in supplies)


def sum_box(supplies: Iterable[Supply], *boxes: str) -> Parts:
    """What the lines in some boxes of a return come to."""
    return sum_parts(line.parts for supply in supplies for line in supply.lines if line.box in boxes)


def _is_large(supply: Supply) -> bool:
    return not supply.document["is_intra"] and supply.parts.total > LARGE_ABOVE


def _value_of(supplies: Iterable[Supply], box: str) -> Decimal:
    return sum_box(supplies, box).taxable


def _by_customer(supplies: Iterable[Supply]) -> list[dict[str, Json]]:
    customers: dict[str, list[Supply]] = {}
    for supply in supplies:
        customers.setdefault(supply.gst_no or "", []).append(supply)
    rows = [
        {"gst_no": gst_no, "customer_name": theirs[0].document["customer_name"], "invoices": _invoices(theirs)}
        for gst_no, theirs in sorted(customers.items())
    ]
    return [row for row in rows if row["invoices"]]


def _invoices(supplies: Iterable[Supply]) -> list[dict[str, Json]]:
    """The invoices that have a taxed line; those without one are in the nil and exempt supplies alone."""
    return [_invoice(each) for each in supplies if any(line.box in TAXED for line in each.lines)]


def _invoice(supply: Supply) -> dict[str, Json]:
    document = supply.document
    is_reverse = any(line.stored.get("tax_shape") == "RCM" for line in supply.lines)
    return {
        "invoice_id": document["invoice_id"],
        "invoice_number": document["invoice_number"],
        "date": document["date"][:10],
        "invoice_value": out(supply.parts.total),
        "place_of_supply": document["place_of_supply"],
        "reverse_charge": "Y" if is_reverse else "N",
        "rates": _rates(supply),
    }


def _note(supply: Supply) -> dict[str, Json]:
    document = supply.document
    return {
        "credit_note_id": document["credit_note_id"],
        "credit_note_number": document["credit_note_number"],
        "date": document["date"][:10],
        "gst_no": supply.gst_no,
        "customer_name": document["customer_name"],
        "note_value": out(supply.parts.total),
        "place_of_supply": document["place_of_supply"],
        "rates": _rates(supply),
    }


def _rates(supply: Supply) -> list[dict[str, Json]]:
    sums: dict[Decimal, Parts] = {}
    for line in _taxed(supply):
        sums[line.rate] = sums.get(line.rate, NOTHING) + line.parts
    return [{"rate": number(rate)} | tax_figures(parts) for rate, parts in sorted(sums.items())]


def _taxed(supply: Supply) -> list[Line]:
    return [line for line in supply.lines if line.box in TAXED]


def _small(invoices: Iterable[Supply], notes: Iterable[Supply]) -> list[dict[str, Json]]:
    """Sums of a state and a rate, less the credit notes."""
    sums: dict[_SmallKey, Parts] = {}

    def book(supply: Supply, signed: Callable[[Parts], Parts]) -> None:
        document = supply.document
        for line in _taxed(supply):
            key = (document["place_of_supply"], INTRA if document["is_intra"] else INTER, line.rate)
            sums[key] = sums.get(key, NOTHING) + signed(line.parts)

    for invoice in invoices:
        book(invoice, lambda parts: parts)
    for note in notes:
        book(note, lambda parts: -parts)
    return [
        {"place_of_supply": place, "supply_type": kind, "rate": number(rate)} | tax_figures(parts)
        for (place, kind, rate), parts in sorted(sums.items())
        if not parts.is_nothing
    ]


def _hsn_summary(invoices: Sequence[Supply], notes: Sequence[Supply]) -> list[dict[str, Json]]:
    """Sums of a code, a unit and a rate, less the credit notes; a line without a code has a row too."""
    sums: dict[_HsnKey, Parts] = {}
    quantities: dict[_HsnKey, Decimal] = {}
    first: dict[_HsnKey, Line] = {}
    signed = [(line, line.parts, 1) for each in invoices for line in each.lines]
    signed += [(line, -line.parts, -1) for each in notes for line in each.lines]
    for line, parts, sign in signed:
        key = (line.stored.get("hsn_or_sac") or "", line.stored.get("unit") or "", line.rate)
        first.setdefault(key, line)
        sums[key] = sums.get(key, NOTHING) + parts
        quantities[key] = add((quantities.get(key, Decimal(0)), dec(line.stored["quantity"]) * sign))
    return [
        {
            "hsn_or_sac": key[0] or None,
            "description": first[key].stored.get("description") or first[key].stored.get("name"),
            "uqc": key[1] or None,
            "rate": number(key[2]),
            "quantity": number(quantities[key]),
            "total_value": out(parts.total),
        }
        | tax_figures(parts)
        for key, parts in sorted(sums.items())
        if quantities[key] or not parts.is_nothing
    ]
