"""Invoices: DRAFT until approved, then posted, and not changed any more but by payments, credits and voiding.

Source: /docs/reference/invoices. Settling them is in `settlement`, PDF and mail are elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from sandbooks import Call, Reply

from . import days, fields, ids, ledger, lines, numbers, paging, records
from .documents import (
    CUSTOMER,
    OVERDUE,
    Origin,
    branch_of,
    due_after,
    due_of,
    head_of,
    sales_legs,
    salesperson_of,
    status_on,
)
from .errors import Json, duplicate, invalid, wrong_state
from .fields import Body
from .numbers import DEFAULT_SERIES
from .records import Document

COLLECTION, KEY, SOURCE = "invoices", "invoice", "INVOICE"
DRAFT, SENT, CANCELLED = "DRAFT", "SENT", "CANCELLED"

SERIES = (DEFAULT_SERIES, "export", "rcm")
"""The series that a branch has, where the settings of the organisation name no others."""

ORIGIN = Origin("sales_orders", "sales_order_id", "converted_to_invoice_id", "CONFIRMED")

MEMBERS = (
    "invoice_id",
    "invoice_number",
    "customer_id",
    "customer_name",
    "date",
    "due_date",
    "reference_number",
    "place_of_supply",
    "currency_code",
    "exchange_rate",
    "line_items",
    "sub_total",
    "taxes",
    "tax_total",
    "total",
    "payment_made",
    "credits_applied",
    "balance",
    "status",
    "notes",
    "branch_id",
    "series_name",
    "salesperson_id",
    "tags",
    "created_time",
    "last_modified_time",
)


# Plain functions, for whoever makes invoices.


def create(call: Call, body: Body, *, copy: Sequence[Document] | None = None, **more: Json) -> Document:
    """Store a new invoice: DRAFT, or with `auto_approve` SENT and posted.

    Args:
        copy: lines of another document, to be taken as they are in the place of those of the body.
        more: members that are kept beside those of the body, not shown.

    Raises:
        Problem: 400, 404, 409 for a number that is taken; nothing is stored and no number is used up then.
    """
    head, contact = head_of(call, body, CUSTOMER)
    given = lines.given(call, body, side="sale", intra=head["is_intra"]) if copy is None else lines.copied(call, copy)
    day = days.read_day(head["date"])
    sums = lines.totals(given)
    approved = fields.flag(body, "auto_approve")
    document = {
        "invoice_id": ids.fresh(call, "inv_"),
        **head,
        "due_date": days.wire_day(due_of(body, day, contact)),
        "line_items": given,
        **sums,
        "payment_made": 0.0,
        "credits_applied": 0.0,
        "balance": sums["total"],
        "status": SENT if approved else DRAFT,
        "series_name": _series_of(call, body),
        "salesperson_id": salesperson_of(call, body),
        **more,
    }
    document["invoice_number"] = _number_of(call, body, document) or _next_number(call, document, day)
    stored = records.create(call, COLLECTION, document)
    if approved:
        _post(call, stored)
    return stored


def update(call: Call, invoice: Document, body: Body) -> Document:
    """Change what is sent of a DRAFT; its number stays unless another is sent."""
    _refuse_unless(call, invoice, DRAFT)
    head, contact = head_of(call, body, CUSTOMER, invoice)
    given = lines.given(call, body, side="sale", intra=head["is_intra"], before=invoice)
    sums = lines.totals(given)
    changed = {
        **head,
        "due_date": days.wire_day(due_after(call, body, CUSTOMER, invoice, head, contact)),
        "line_items": given,
        **sums,
        "balance": sums["total"],
    }
    if "salesperson_id" in body:
        changed["salesperson_id"] = salesperson_of(call, body)
    if body.get("series_name") is not None:
        changed["series_name"] = _series_of(call, body)
    number = _number_of(call, body, {**invoice, **changed})
    if number is not None:
        changed["invoice_number"] = number
    elif head["branch_id"] != invoice["branch_id"]:
        _refuse_taken(call, invoice["invoice_number"], {**invoice, **changed}, field="branch_id")
    return records.change(call, COLLECTION, invoice, changed)


def approve(call: Call, invoice: Document) -> Document:
    """DRAFT becomes SENT, and the sale is posted.

    Raises:
        Problem: it is no DRAFT.
    """
    _refuse_unless(call, invoice, DRAFT)
    stored = records.change(call, COLLECTION, invoice, {"status": SENT}, verb="STATUS_CHANGED")
    _post(call, stored)
    return stored


def void(call: Call, invoice: Document) -> Document:
    """SENT or OVERDUE becomes CANCELLED with nothing to pay, and the posting is reversed on the invoice's own date.

    Raises:
        Problem: it is in another state, which is so too once a payment or a credit is applied.
    """
    _refuse_unless(call, invoice, SENT, OVERDUE)
    stored = records.change(call, COLLECTION, invoice, {"status": CANCELLED, "balance": 0.0}, verb="VOIDED")
    ledger.reverse(call, SOURCE, invoice["invoice_id"], f"Invoice {invoice['invoice_number']} voided")
    return stored


def status_of(invoice: Mapping[str, Json], today: date) -> str:
    """The status as it is shown: an unpaid SENT invoice is OVERDUE from the day after its due date."""
    return status_on(invoice, SENT, today)


def shown(call: Call, invoice: Mapping[str, Json]) -> Document:
    """An invoice as it is read."""
    return {**answered(invoice), "status": status_of(invoice, days.today(call))}


def answered(invoice: Mapping[str, Json]) -> Document:
    """An invoice as the call that changes it answers: in the status that it was given, though it be late already."""
    return {**records.pick(invoice, MEMBERS), "line_items": [lines.shown(line) for line in invoice["line_items"]]}


# Handlers.


def list_invoices(call: Call) -> Reply:
    """Newest first; `status` is compared with the status as it is shown."""
    today, wanted = days.today(call), call.query.get("status")
    is_asked = None if wanted is None else lambda invoice: status_of(invoice, today) == wanted
    return paging.page(
        call,
        COLLECTION,
        COLLECTION,
        partial(shown, call),
        filters={"customer_id": call.query.get("customer_id")},
        predicate=paging.all_of(is_asked, paging.in_dates(call)),
    )


def get_invoice(call: Call) -> Reply:
    """One invoice, with what is still to be paid."""
    return records.single(KEY, shown(call, _asked(call)))


def create_invoice(call: Call) -> Reply:
    """Fill the lines, number the draft; with auto_approve, post it."""
    return records.single(KEY, answered(create(call, call.body)), 201)


def update_invoice(call: Call) -> Reply:
    """Change a DRAFT."""
    return records.single(KEY, answered(update(call, _asked(call), call.body)))


def approve_invoice(call: Call) -> Reply:
    """DRAFT becomes SENT, and the sale is posted."""
    return records.single(KEY, answered(approve(call, _asked(call))))


def void_invoice(call: Call) -> Reply:
    """SENT or OVERDUE becomes CANCELLED, and the posting is reversed."""
    return records.single(KEY, answered(void(call, _asked(call))))


def delete_invoice(call: Call) -> Reply:
    """Take a DRAFT out; its number is not given again, and the order that it came from is open again."""
    invoice = _asked(call)
    _refuse_unless(call, invoice, DRAFT)
    records.remove(call, COLLECTION, invoice)
    ORIGIN.reopen(call, invoice)
    return records.deleted(f"Invoice {invoice['invoice_number']} has been deleted.")


def list_invoice_series(call: Call) -> Reply:
    """The series of a branch, or of all, with the number that the next invoice of today gets."""
    id = call.query.get("branch_id")
    branches = [branch_of(call, id)] if id else sorted(call.collection("branches").views(), key=_default_first)
    today = days.today(call)
    series = [
        {
            "series_name": name,
            "prefix": _prefix(branch, name),
            "next_number": _peek(call, branch, name, today),
            "branch_id": branch["branch_id"],
            "is_default": name == DEFAULT_SERIES,
        }
        for branch in branches
        for name in _series(call)
    ]
    return Reply(200, {"code": 0, "message": "success", "series": series})


def _asked(call: Call) -> Document:
    return records.fetch(call, COLLECTION, call.path["invoice_id"], field="invoice_id")


def _refuse_unless(call: Call, invoice: Document, *allowed: str) -> None:
    current = status_of(invoice, days.today(call))
    if current not in allowed:
        raise wrong_state(current, list(allowed))


def _post(call: Call, invoice: Document) -> None:
    legs = sales_legs(invoice)
    if any(leg.debit or leg.credit for leg in legs):
        ledger.post(
            call,
            SOURCE,
            invoice["invoice_id"],
            days.read_day(invoice["date"]),
            f"Invoice {invoice['invoice_number']}",
            legs,
            contact_id=invoice["customer_id"],
            branch_id=invoice["branch_id"],
        )


# Numbers.


def _series(call: Call) -> Sequence[str]:
    settings = call.collection("settings").find_one("account") or {}
    return settings.get("invoice_series") or SERIES


def _series_of(call: Call, body: Body) -> str:
    name = fields.text(body, "series_name") or DEFAULT_SERIES
    known = _series(call)
    if name not in known:
        raise invalid("series_name", f"There is no series '{name}'; {', '.join(known)} are there.", received=name)
    return name


def _prefix(branch: Mapping[str, Json], series: str) -> str:
    return str(branch["invoice_prefix"]) + ("" if series == DEFAULT_SERIES else f"{series.upper()}-")


def _number_of(call: Call, body: Body, invoice: Document) -> str | None:
    """The number that a body chooses itself; None for none."""
    number = fields.text(body, "invoice_number")
    if number:
        _refuse_taken(call, number, invoice, field="invoice_number")
    return number or None


def _refuse_taken(call: Call, number: str, invoice: Document, *, field: str) -> None:
    if _is_taken(call, number, invoice["branch_id"], invoice["invoice_id"]):
        raise duplicate(field, f"Invoice number '{number}' is taken in this branch.", received=number)


def _is_taken(call: Call, number: str, branch_id: str, but: str = "") -> bool:
    found = call.collection(COLLECTION).views(filters={"invoice_number": number, "branch_id": branch_id})
    return any(each["invoice_id"] != but for each in found)


def _next_number(call: Call, invoice: Document, day: date) -> str:
    """The next of the series; numbers that somebody chose before it came to them are passed over."""
    branch = branch_of(call, invoice["branch_id"])
    return numbers.next_number(call, KEY, day, **_sequence(call, branch, invoice["series_name"]))


def _peek(call: Call, branch: Mapping[str, Json], series: str, day: date) -> str:
    return numbers.peek(call, KEY, day, **_sequence(call, branch, series))


def _sequence(call: Call, branch: Mapping[str, Json], series: str) -> dict[str, Json]:
    """Which sequence of numbers it is, and which of them are passed over."""
    id = branch["branch_id"]
    taken = partial(_is_taken, call, branch_id=id)
    return {"prefix": branch["invoice_prefix"], "branch_id": id, "series": series, "taken": taken}


def _default_first(branch: Mapping[str, Json]) -> tuple[bool, str]:
    return not branch["is_default"], branch["branch_id"]


HANDLERS = {
    "listInvoices": list_invoices,
    "getInvoice": get_invoice,
    "createInvoice": create_invoice,
    "updateInvoice": update_invoice,
    "approveInvoice": approve_invoice,
    "voidInvoice": void_invoice,
    "deleteInvoice": delete_invoice,
    "listInvoiceSeries": list_invoice_series,
}
