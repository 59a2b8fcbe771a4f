"""Expenses: paid on the spot and posted when they are recorded; a change reverses and posts anew, a deletion reverses.

Source: /docs/reference/expenses. There is no draft.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbooks import Call, Reply

from . import chart, days, fields, gst, ids, ledger, lines, paging, records
from .documents import VENDOR, branch_of, contact_of
from .errors import Json, invalid, required
from .fields import LARGEST, Body
from .ledger import Leg
from .money import ZERO, dec, out, paise
from .payments import money_account
from .purchases import Charge, charge_of, cost_legs
from .records import Document

COLLECTION, KEY, SOURCE = "expenses", "expense", "EXPENSE"
MODES = ("CASH", "BANK", "BANK_TRANSFER", "UPI", "CARD", "CHEQUE", "OTHER")
COSTS = (*chart.COST_TYPES, "FIXED_ASSET", "STOCK", "OTHER_CURRENT_ASSET")
"""Types of accounts that an expense is debited to."""

MEMBERS = (
    "expense_id",
    "date",
    "account_id",
    "account_name",
    "paid_through_account_id",
    "amount",
    "mode",
    "reference_number",
    "notes",
    "vendor_id",
    "vendor_name",
    "tax_id",
    "is_inclusive_tax",
    "line_items",
    "is_rcm",
    "rcm_rate",
    "itc_blocked_reason",
    "sub_total",
    "taxes",
    "tax_total",
    "total",
    "journal_id",
    "created_time",
    "last_modified_time",
)
_SENT = (
    "date",
    "account_id",
    "paid_through_account_id",
    "amount",
    "mode",
    "reference_number",
    "notes",
    "vendor_id",
    "tax_id",
    "is_inclusive_tax",
    "is_rcm",
    "rcm_rate",
    "itc_blocked_reason",
)
"""What a change leaves as it is where it does not send it; the lines beside them as they were sent."""


# Plain functions, for whoever records expenses.


def create(call: Call, body: Body) -> Document:
    """Record and post an expense.

    Raises:
        Problem: 400 or 404, before anything is stored.
    """
    document = {"expense_id": ids.fresh(call, "exp_"), **_read(call, body)}
    return records.create(call, COLLECTION, {**document, "journal_id": _post(call, document)})


def update(call: Call, expense: Document, body: Body) -> Document:
    """Change what is sent: what was posted is reversed on its own day, and the new expense posted on its own.

    Raises:
        Problem: 400 or 404, before anything is stored.
    """
    kept = {name: expense[name] for name in _SENT} | {"line_items": expense["sent_lines"]}
    document = _read(call, {**kept, **body}, kept_vendor=expense["vendor_id"])
    ledger.reverse(call, SOURCE, expense["expense_id"], "Expense changed")
    return records.change(call, COLLECTION, expense, {**document, "journal_id": _post(call, {**expense, **document})})


def delete(call: Call, expense: Document) -> None:
    """Reverse what was posted, and take the expense out."""
    ledger.reverse(call, SOURCE, expense["expense_id"], "Expense deleted")
    records.remove(call, COLLECTION, expense)


def shown(expense: Mapping[str, Json]) -> Document:
    """An expense as it is answered."""
    return {name: expense[name] for name in MEMBERS}


# Handlers.


def list_expenses(call: Call) -> Reply:
    """Newest first; an account is that of the expense, not of its lines."""
    return paging.page(
        call,
        COLLECTION,
        COLLECTION,
        shown,
        filters={name: call.query.get(name) for name in ("vendor_id", "account_id")},
        predicate=paging.in_dates(call),
    )


def get_expense(call: Call) -> Reply:
    """One expense, with its taxes and its entry."""
    return records.single(KEY, shown(_asked(call)))


def create_expense(call: Call) -> Reply:
    """Record an expense."""
    return records.single(KEY, shown(create(call, call.body)), 201)


def update_expense(call: Call) -> Reply:
    """Change an expense and what it posted."""
    return records.single(KEY, shown(update(call, _asked(call), call.body)))


def delete_expense(call: Call) -> Reply:
    """Undo an expense."""
    delete(call, _asked(call))
    return records.deleted("The expense has been deleted.")


def _asked(call: Call) -> Document:
    return records.fetch(call, COLLECTION, call.path["expense_id"], field="expense_id")


# Reading.


def _read(call: Call, body: Body, *, kept_vendor: str | None = None) -> Document:
    """The expense that a body describes, all of it checked; the vendor it has had may have been archived since."""
    day = fields.day(body, "date", must=True)
    assert day is not None  # the reader has seen to it
    through = money_account(
        call, fields.text(body, "paid_through_account_id", must=True), field="paid_through_account_id"
    )
    account = _account(call, fields.text(body, "account_id"), "account_id")
    vendor = _vendor(call, fields.text(body, "vendor_id"), kept=kept_vendor)
    branch = branch_of(call)
    charge, is_inclusive = charge_of(body), fields.flag(body, "is_inclusive_tax")
    intra = gst.is_intra(gst.seller_state_of_vendor(vendor, branch), branch["state"])
    rows = fields.rows(body, "line_items")
    items = [_item(call, row, body, f"line_items[{index}].") for index, row in enumerate(rows)]
    parts = [
        _part(call, item, charge, intra=intra, is_inclusive=is_inclusive)
        for item in items or [_item(call, body, body, "")]
    ]
    sums = lines.totals([{**part, "item_total": part["taxable"]} for part in parts])
    if dec(sums["total"]) >= LARGEST:
        raise invalid("amount", f"An expense must come to less than {LARGEST}.", received=sums["total"])
    return {
        "date": days.wire_day(day),
        "account_id": account["account_id"] if account else None,
        "account_name": account["name"] if account else None,
        "paid_through_account_id": through,
        "amount": out(sum((dec(item["amount"]) for item in items), ZERO)) if items else parts[0]["amount"],
        "mode": fields.word(body, "mode", MODES) or _mode(call, through),
        "reference_number": fields.text(body, "reference_number"),
        "notes": fields.text(body, "notes"),
        "vendor_id": vendor["contact_id"] if vendor else None,
        "vendor_name": vendor["contact_name"] if vendor else None,
        "tax_id": fields.text(body, "tax_id"),
        "is_inclusive_tax": is_inclusive,
        "line_items": items,
        **charge.members,
        **sums,
        "sent_lines": [dict(row) for row in rows],
        "parts": parts,
        "branch_id": branch["branch_id"],
        "is_intra": intra,
    }


def _account(call: Call, id: str | None, field: str) -> Document | None:
    """An active account that costs are debited to; None for no id."""
    if id is None:
        return None
    account = records.fetch(call, "accounts", id, field=field)
    if account["account_type"] not in COSTS or not account.get("is_active", True):
        message = f"Account '{id}' is no active account of an expense."
        raise invalid(field, message, received=id, account_type=account["account_type"])
    return account


def _vendor(call: Call, id: str | None, *, kept: str | None) -> Document | None:
    """The vendor of an expense; None for no id."""
    if id is None:
        return None
    if id == kept:
        return records.fetch(call, "contacts", id, field="vendor_id")
    return contact_of(call, id, field="vendor_id", sides=VENDOR.sides)


def _mode(call: Call, account_id: str) -> str:
    account_type: str = call.collection("accounts").read(account_id)["account_type"]
    return account_type  # BANK and CASH are both modes


def _item(call: Call, row: Body, body: Body, place: str) -> Document:
    """A line as it is shown, or the header as if it were one: what it does not bring comes from the header."""
    amount = paise(fields.above_zero(row, "amount", field=f"{place}amount", must=True) or ZERO)
    if not amount:
        raise invalid(f"{place}amount", "amount must be more than 0.", received=row["amount"])
    account_id = fields.text(row, "account_id", field=f"{place}account_id")
    if account_id is None and body.get("account_id") is None:
        raise required("account_id")
    if account_id is not None:
        _account(call, account_id, f"{place}account_id")
    tax_id = fields.text(row, "tax_id", field=f"{place}tax_id")
    field = "tax_id" if tax_id is None else f"{place}tax_id"
    tax_id = fields.text(body, "tax_id") if tax_id is None else tax_id
    if tax_id is not None:
        records.fetch(call, "taxes", tax_id, field=field)
    return {
        "account_id": account_id or body["account_id"],
        "amount": out(amount),
        "tax_id": tax_id,
        "note": fields.text(row, "note", field=f"{place}note"),
    }


def _part(call: Call, item: Mapping[str, Json], charge: Charge, *, intra: bool, is_inclusive: bool) -> Document:
    """What a line comes to: its taxable value and the tax on it, whoever owes that."""
    tax = call.collection("taxes").find_one(item["tax_id"]) if item["tax_id"] else None
    amount, shape = dec(item["amount"]), charge.shape(tax)
    if is_inclusive and shape != gst.RCM:
        taxable, taxes = gst.taken_out(amount, tax, intra=intra)
        taxed = {**{name: out(share) for name, share in taxes.items()}, "tax_shape": shape}
    else:
        taxable, taxed = amount, charge.taxed(amount, tax, intra=intra)
    return {**item, "taxable": out(taxable), "tax_percentage": float(gst.rate_of(tax)), **taxed}


# Posting.


def _post(call: Call, expense: Mapping[str, Json]) -> str:
    """Post what an expense costs and how it was paid; the id of the entry."""
    legs = cost_legs(expense["parts"], blocked=expense["itc_blocked_reason"] is not None, taxable="taxable")
    journal = ledger.post(
        call,
        SOURCE,
        expense["expense_id"],
        days.read_day(expense["date"]),
        expense["notes"] or f"Expense {expense['reference_number'] or ''}".strip(),
        [*legs, Leg(expense["paid_through_account_id"], credit=dec(expense["total"]))],
        contact_id=expense["vendor_id"],
        branch_id=expense["branch_id"],
    )
    return str(journal["journal_id"])


HANDLERS = {
    "listExpenses": list_expenses,
    "createExpense": create_expense,
    "getExpense": get_expense,
    "updateExpense": update_expense,
    "deleteExpense": delete_expense,
}
