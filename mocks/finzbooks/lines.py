"""Lines of documents: filled from the item, checked, taxed; and the sums of a document.

Knows nothing of the document around them beside the side it is of and whether its supply stays within a state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal

from sandbooks import Call

from . import chart, fields, ids, records
from .errors import Json, invalid, required
from .fields import LARGEST, Body
from .gst import NONE, RCM, Taxes, rate_of, tax_of, taxes_of
from .money import dec, out, paise

Line = dict[str, Json]
Side = Literal["sale", "purchase"]

_PRICE = {"sale": "rate", "purchase": "purchase_rate"}
_FROM_ITEM = {"name": "item_name", "description": "description", "unit": "unit", "hsn_or_sac": "hsn_or_sac"}


def fill(
    call: Call,
    sent_lines: Sequence[Body],
    *,
    side: Side,
    intra: bool,
    restock: bool = False,
) -> list[Line]:
    """The lines of a new document as they are kept.

    What a line does not bring comes from its item: name, description, unit, HSN, tax, and the price of its side. On
    the purchase side `account_id` is what is debited.

    Args:
        restock: lines of a note, which keep whether goods go back into stock; true by default.

    Raises:
        Problem: 404 for an item, tax or account that is not there, 400 for what is missing, out of bounds or archived;
            the field is that of the line, `line_items[0].item_id`.
    """
    lines = []
    for index, sent in enumerate(sent_lines):
        line = _filled(call, sent, f"line_items[{index}]", side=side, intra=intra)
        if restock:
            line["restock"] = sent.get("restock") is None or fields.flag(
                sent, "restock", field=f"line_items[{index}].restock"
            )
        lines.append(line)
    _refuse_too_much(lines)
    return lines


def given(call: Call, body: Body, *, side: Side, intra: bool, before: Mapping[str, Json] | None = None) -> list[Line]:
    """The lines that a body gives a document; for one that is changed, its own where none are sent.

    Raises:
        Problem: as `fill`; 400 where none are sent for a new document.
    """
    if before is None or body.get("line_items") is not None:
        return fill(call, fields.rows(body, "line_items", must=True), side=side, intra=intra)
    lines: list[Line] = before["line_items"]
    return lines if before["is_intra"] == intra else split_anew(call, lines, intra=intra)


def split_anew(call: Call, lines: Sequence[Line], *, intra: bool) -> list[Line]:
    """Kept lines with their taxes computed again, for a document whose place of supply or branch has changed."""
    split = []
    for line in lines:
        tax = call.collection("taxes").find_one(line["tax_id"]) if line["tax_id"] else None
        split.append({**line, **_taxed(tax_of(dec(line["item_total"]), tax, intra))})
    return split


def copied(call: Call, lines: Sequence[Line]) -> list[Line]:
    """The lines of one document for another, with ids of their own."""
    return [{**line, "line_item_id": ids.fresh(call, "li_")} for line in lines]


def totals(lines: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    """`sub_total`, `taxes`, `tax_total` and `total` of these lines; tax that the buyer owes is in none."""
    sub_total = sum((dec(line["item_total"]) for line in lines), Decimal(0))
    taxes = sum((taxes_of(line) for line in lines if line["tax_shape"] != RCM), NONE)
    return {
        "sub_total": out(sub_total),
        "taxes": [{"tax_name": name.upper(), "tax_amount": out(amount)} for name, amount in taxes.items() if amount],
        "tax_total": out(taxes.total),
        "total": out(sub_total + taxes.total),
    }


def shown(line: Mapping[str, Json], *more: str) -> Line:
    """A line as documents show it, with these members beside the usual ones."""
    return {name: line[name] for name in (*SHOWN, *more)}


SHOWN = (
    "line_item_id",
    "item_id",
    "name",
    "description",
    "hsn_or_sac",
    "quantity",
    "unit",
    "rate",
    "discount",
    "tax_id",
    "tax_percentage",
    "item_total",
)


def _filled(call: Call, sent: Body, place: str, *, side: Side, intra: bool) -> Line:
    item = _item_of(call, sent, place)
    price = dec(item.get(_PRICE[side])) if item else None
    rate = fields.not_negative(sent, "rate", field=f"{place}.rate", must=item is None)
    rate = price if rate is None else rate
    quantity = fields.above_zero(sent, "quantity", field=f"{place}.quantity", must=True)
    assert rate is not None and quantity is not None  # the readers have seen to it
    discount = fields.not_negative(sent, "discount", field=f"{place}.discount") or Decimal(0)
    gross = quantity * rate
    if discount > gross:
        message = f"The discount must not be more than quantity times rate, {gross:f}."
        raise invalid(f"{place}.discount", message, received=sent["discount"])
    item_total = paise(gross - discount) if gross < LARGEST else LARGEST
    if item_total >= LARGEST:
        raise invalid(f"{place}.quantity", f"A line must come to less than {LARGEST}.", received=sent["quantity"])
    tax_id, tax = _tax_of(call, sent, item, place)
    return {
        "line_item_id": ids.fresh(call, "li_"),
        "item_id": item["item_id"] if item else None,
        **_texts_of(sent, item, place),
        "quantity": float(quantity),
        "rate": float(rate),
        "discount": float(discount),
        "tax_id": tax_id,
        "tax_percentage": float(rate_of(tax)),
        "item_total": out(item_total),
        **_taxed(tax_of(item_total, tax, intra)),
        "tax_shape": tax["shape"] if tax else None,
        "account_id": _account_of(call, sent, place, side),
    }


def _item_of(call: Call, sent: Body, place: str) -> Line | None:
    id = fields.text(sent, "item_id", field=f"{place}.item_id")
    if id is None:
        return None
    item = records.fetch(call, "items", id, field=f"{place}.item_id")
    if item["status"] != "ACTIVE":
        raise invalid(f"{place}.item_id", f"Item '{id}' is archived.", received=id, status=item["status"])
    return item


def _texts_of(sent: Body, item: Line | None, place: str) -> Line:
    """Name, description, unit and HSN; without an item the name or the description is a must."""
    texts: Line = {}
    for name, of_item in _FROM_ITEM.items():
        value = fields.text(sent, name, field=f"{place}.{name}")
        texts[name] = item.get(of_item) if value is None and item else value
    if not item and not texts["name"] and not texts["description"]:
        raise required(f"{place}.name")
    hsn = texts["hsn_or_sac"]
    if hsn is not None and not (hsn.isascii() and hsn.isdigit() and len(hsn) in (4, 6, 8)):
        raise invalid(f"{place}.hsn_or_sac", "hsn_or_sac must have 4, 6 or 8 digits.", received=hsn)
    return texts


def _tax_of(call: Call, sent: Body, item: Line | None, place: str) -> tuple[str | None, Line | None]:
    id = fields.text(sent, "tax_id", field=f"{place}.tax_id")
    if id is None and item:
        id = item.get("tax_id")
    return (id, records.fetch(call, "taxes", id, field=f"{place}.tax_id")) if id is not None else (None, None)


def _account_of(call: Call, sent: Body, place: str, side: Side) -> str:
    if side == "sale":
        return chart.SALES
    id = fields.text(sent, "account_id", field=f"{place}.account_id")
    if id is None:
        return chart.PURCHASES
    account = records.fetch(call, "accounts", id, field=f"{place}.account_id")
    if not account.get("is_active", True):
        raise invalid(f"{place}.account_id", f"Account '{id}' is not active.", received=id)
    return id


def _taxed(taxes: Taxes) -> Line:
    return {name: out(amount) for name, amount in taxes.items()}


def _refuse_too_much(lines: Sequence[Line]) -> None:
    total = sum((dec(line["item_total"]) + taxes_of(line).total for line in lines), Decimal(0))
    if total >= LARGEST:
        raise invalid("line_items", f"A document must come to less than {LARGEST}.", received=out(total))
