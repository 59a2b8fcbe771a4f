"""Bills: DRAFT until approved, then posted, and not changed any more but by payments and credits. Nothing voids one.

Source: /docs/reference/bills. Settling them is in `settlement`, what they post in `purchases`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from sandbooks import Call, Invalid, Reply

from . import days, fields, ids, ledger, lines, numbers, paging, records
from .documents import VENDOR, Origin, branch_of, due_after, due_of, head_of, status_on
from .errors import INVALID_VALUE, Json, wrong_state
from .fields import Body
from .purchases import bill_legs, charge_of, charged
from .records import Document

COLLECTION, KEY, SOURCE = "bills", "bill", "BILL"
DRAFT, OPEN = "DRAFT", "OPEN"

ORIGIN = Origin("purchase_orders", "purchase_order_id", "converted_to_bill_id", "ISSUED")

MEMBERS = (
    "bill_id",
    "bill_number",
    "vendor_id",
    "vendor_name",
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
    "is_rcm",
    "rcm_rate",
    "itc_blocked_reason",
    "tags",
    "created_time",
    "last_modified_time",
)
_CHARGE = ("is_rcm", "rcm_rate", "itc_blocked_reason")


# Plain functions, for whoever makes bills.


def create(call: Call, body: Body, *, copy: Sequence[Document] | None = None, **more: Json) -> Document:
    """Store a new bill: DRAFT, or with `auto_approve` OPEN and posted.

    Args:
        copy: lines of another document, to be taken as they are in the place of those of the body.
        more: members that are kept beside those of the body, not shown.

    Raises:
        Problem: 400, also for a duplicate of a posted bill, or 404; nothing is stored and no number is used up then.
    """
    head, contact = head_of(call, body, VENDOR)
    day = days.read_day(head["date"])
    given = lines.copied(call, copy) if copy is not None else _sent_lines(call, body, head)
    document = {
        "bill_id": ids.fresh(call, "bl_"),
        **head,
        "due_date": days.wire_day(due_of(body, day, contact)),
        **charged(call, given, charge_of(body), intra=head["is_intra"]),
        "payment_made": 0.0,
        "credits_applied": 0.0,
        "status": DRAFT,
        **more,
    }
    _refuse_duplicate(call, document)
    branch = branch_of(call, head["branch_id"])
    document["bill_number"] = numbers.next_number(
        call, KEY, day, prefix=branch["bill_prefix"], branch_id=branch["branch_id"]
    )
    approved = fields.flag(body, "auto_approve")
    stored = records.create(call, COLLECTION, {**document, "status": OPEN if approved else DRAFT})
    if approved:
        _post(call, stored)
    return stored


def update(call: Call, bill: Document, body: Body) -> Document:
    """Change what is sent of a DRAFT; its number stays.

    Raises:
        Problem: it is no DRAFT, or something that is sent does not fit.
    """
    _refuse_unless_draft(call, bill)
    head, contact = head_of(call, body, VENDOR, bill)
    has_lines = body.get("line_items") is not None
    given = _sent_lines(call, body, head) if has_lines else bill["line_items"]
    charge = charge_of({name: body.get(name, bill[name]) for name in _CHARGE})
    changed = {
        **head,
        "due_date": days.wire_day(due_after(call, body, VENDOR, bill, head, contact)),
        **charged(call, given, charge, intra=head["is_intra"]),
    }
    return records.change(call, COLLECTION, bill, changed)


def approve(call: Call, bill: Document) -> Document:
    """DRAFT becomes OPEN, and the purchase is posted.

    Raises:
        Problem: it is no DRAFT, or another posted bill looks just like it.
    """
    _refuse_unless_draft(call, bill)
    _refuse_duplicate(call, bill)
    stored = records.change(call, COLLECTION, bill, {"status": OPEN}, verb="STATUS_CHANGED")
    _post(call, stored)
    return stored


def status_of(bill: Mapping[str, Json], today: date) -> str:
    """The status as it is shown: an unpaid OPEN bill is OVERDUE from the day after its due date."""
    return status_on(bill, OPEN, today)


def shown(call: Call, bill: Mapping[str, Json]) -> Document:
    """A bill as it is read."""
    return {**answered(bill), "status": status_of(bill, days.today(call))}


def answered(bill: Mapping[str, Json]) -> Document:
    """A bill as the call that changes it answers: in the status that it was given, though it be late already."""
    given = [lines.shown(line, "account_id") for line in bill["line_items"]]
    return {**records.pick(bill, MEMBERS), "line_items": given}


# Handlers.


def list_bills(call: Call) -> Reply:
    """Newest first; `status` is compared with the status as it is shown."""
    today, wanted = days.today(call), call.query.get("status")
    is_asked = None if wanted is None else lambda bill: status_of(bill, today) == wanted
    return paging.page(
        call,
        COLLECTION,
        COLLECTION,
        partial(shown, call),
        filters={"vendor_id": call.query.get("vendor_id")},
        predicate=paging.all_of(is_asked, paging.in_dates(call)),
    )


def get_bill(call: Call) -> Reply:
    """One bill, with what is still owed."""
    return records.single(KEY, shown(call, _asked(call)))


def create_bill(call: Call) -> Reply:
    """A new bill."""
    return records.single(KEY, answered(create(call, call.body)), 201)


def update_bill(call: Call) -> Reply:
    """Change a DRAFT."""
    return records.single(KEY, answered(update(call, _asked(call), call.body)))


def approve_bill(call: Call) -> Reply:
    """Post a DRAFT."""
    return records.single(KEY, answered(approve(call, _asked(call))))


def delete_bill(call: Call) -> Reply:
    """Take a DRAFT out; its number is not given again, and the order that it came from is open again."""
    bill = _asked(call)
    _refuse_unless_draft(call, bill)
    records.remove(call, COLLECTION, bill)
    ORIGIN.reopen(call, bill)
    return records.deleted(f"Bill {bill['bill_number']} has been deleted.")


def _asked(call: Call) -> Document:
    return records.fetch(call, COLLECTION, call.path["bill_id"], field="bill_id")


def _refuse_unless_draft(call: Call, bill: Mapping[str, Json]) -> None:
    if bill["status"] != DRAFT:
        raise wrong_state(status_of(bill, days.today(call)), [DRAFT])


def _refuse_duplicate(call: Call, bill: Mapping[str, Json]) -> None:
    """Refuse a bill that has vendor, date and total of a posted one, but for one with a reference of its own."""
    reference = bill["reference_number"]
    alike = call.collection(COLLECTION).views(
        filters={"vendor_id": bill["vendor_id"], "date": bill["date"], "total": bill["total"]}
    )
    for other in alike:
        is_told_apart = reference and reference != other["reference_number"]
        if other["status"] != DRAFT and other["bill_id"] != bill["bill_id"] and not is_told_apart:
            message = f"Bill {other['bill_number']} has the same vendor, date and total; send another reference_number."
            raise Invalid(message, code=INVALID_VALUE, extra={"details": {"duplicate_of": other["bill_id"]}})


def _sent_lines(call: Call, body: Body, head: Document) -> list[Document]:
    return lines.given(call, body, side="purchase", intra=head["is_intra"])


def _post(call: Call, bill: Document) -> None:
    legs = bill_legs(bill)
    if any(leg.debit or leg.credit for leg in legs):
        ledger.post(
            call,
            SOURCE,
            bill["bill_id"],
            days.read_day(bill["date"]),
            f"Bill {bill['bill_number']}",
            legs,
            contact_id=bill["vendor_id"],
            branch_id=bill["branch_id"],
        )


HANDLERS = {
    "listBills": list_bills,
    "createBill": create_bill,
    "getBill": get_bill,
    "updateBill": update_bill,
    "deleteBill": delete_bill,
    "approveBill": approve_bill,
}
