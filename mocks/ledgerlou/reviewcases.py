"""Review cases: what was read from an invoice, until a person approves it; then it is booked, all or nothing.

The states say what is to be done: approval (ready), correction (data missing), exception (no invoice, a duplicate, no
vendor), approved, rejected, posting_failed (the booking was refused; it can be mended and approved again).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sandbooks import Call, Invalid, Reply

from . import chart, invoices, journal
from .dates import read_day, stamp
from .errors import LedgerLouErrors, invalid, refuse
from .invoices import PAYABLE
from .journal import Line
from .money import ZERO, cents, dec

CASES = "invoice-review-cases"
APPROVAL, CORRECTION, EXCEPTION = "approval", "correction", "exception"
APPROVED, REJECTED, POSTING_FAILED = "approved", "rejected", "posting_failed"
FINAL: Mapping[str, str] = {APPROVED: "ALREADY_APPROVED", REJECTED: "ALREADY_REJECTED"}
"""States that nothing follows, and the code of a refusal that says so."""
PAYABLES_ACCOUNT = "3300"
CODES_BY_RATE: Mapping[Decimal, str | None] = {Decimal("0.19"): "VST19", Decimal("0.07"): "VST7", Decimal(0): None}
CASE = (
    "id",
    "queue_state",
    "inbox_id",
    "document_id",
    "vendor_id",
    "vendor_candidates",
    "normalized_invoice",
    "posting_errors",
    "rejection_reason",
    "intent_id",
    "invoice_id",
    "created_at",
    "updated_at",
)
NEEDED = ("invoice_number", "invoice_date", "total_net", "total_tax", "total_gross")
"""What an invoice cannot be booked without, beside vendor and lines."""
LONGEST_NUMBER = 100

INVOICE = (
    "is_invoice",
    "vendor_name",
    "vendor_vat_id",
    "vendor_iban",
    "invoice_number",
    "invoice_date",
    "due_date",
    "currency",
    "total_net",
    "total_tax",
    "total_gross",
    "line_items",
    "duplicate_hint",
)
LINE = (
    "description",
    "quantity",
    "unit_price",
    "tax_rate",
    "tax_amount",
    "line_total",
    "account_number",
    "tax_code",
)

Document = dict[str, Any]  # any JSON


def list_review_cases(call: Call) -> Reply:
    """The cases, the newest first."""
    query = call.query
    filters = {"queue_state": query["queue_state"]} if query.get("queue_state") else {}
    found = call.collection(CASES).views(filters=filters, offset=query["offset"], limit=query["limit"])
    return Reply(200, [_view(case) for case in found])


def get_review_case(call: Call) -> Reply:
    """One case."""
    return Reply(200, _view(_find(call)))


def update_review_case(call: Call) -> Reply:
    """Mend a case: another vendor, or the whole invoice anew. With vendor, lines and totals it is ready for approval.

    Raises:
        NotFound: no such case; VENDOR_NOT_FOUND.
        Conflict: ALREADY_APPROVED, ALREADY_REJECTED.
        Invalid: NO_CHANGES; INVALID_INPUT, no such day.
    """
    case = _find_open(call)
    given = {name: call.body[name] for name in ("vendor_id", "normalized_invoice") if name in call.body}
    vendor_id = given.get("vendor_id")
    if vendor_id is not None and call.collection(PAYABLE.parties).find_one(vendor_id) is None:
        raise refuse("VENDOR_NOT_FOUND", f"There is no vendor {vendor_id}.")
    if "normalized_invoice" in given:
        given["normalized_invoice"] = _whole(given["normalized_invoice"])
    if all(case.get(name) == value for name, value in given.items()):
        raise refuse("NO_CHANGES", "Nothing was sent that changes the case.")
    changed = {**case, **given}
    fields = {**given, "queue_state": _state_after(changed), "updated_at": stamp(call)}
    return Reply(200, _view(call.collection(CASES).change(case["id"], fields)))


def approve_review_case(call: Call) -> Reply:
    """Book the invoice of a case and store it, tied to its booking. A booking that is refused is kept in the case.

    Raises:
        NotFound: no such case.
        Conflict: ALREADY_APPROVED, ALREADY_REJECTED; DUPLICATE_SUSPECTED for a hint that stands, a number that the
            vendor has used, or a booking that looks the same.
        Invalid: VENDOR_REQUIRED, NOT_AN_INVOICE, NO_LINE_ITEMS, INVALID_INPUT for what is missing; the first that
            holds. What the booking is refused for is answered, not raised.
    """
    case = _find_open(call)
    invoice, vendor = case["normalized_invoice"], _vendor(call, case)
    _check(call, case, vendor)
    try:
        intent_id = _post(call, case, vendor)
    except Invalid as problem:
        return _fail(call, case, problem)
    made = invoices.create(call, PAYABLE, {**_as_sent(invoice), "vendor_id": vendor["id"], "intent_id": intent_id})
    if case.get("document_id"):
        call.collection(PAYABLE.collection).change(made["id"], {"document_id": case["document_id"]})
    done = {"queue_state": APPROVED, "intent_id": intent_id, "invoice_id": made["id"], "updated_at": stamp(call)}
    call.collection(CASES).change(case["id"], done)
    return Reply(200, {"reviewCaseId": case["id"], "intentId": intent_id, "invoiceId": made["id"]})


def reject_review_case(call: Call) -> Reply:
    """Turn a case down, perhaps with a reason.

    Raises:
        NotFound: no such case.
        Conflict: ALREADY_APPROVED, ALREADY_REJECTED.
    """
    case = _find_open(call)
    reason = (call.body or {}).get("reason")
    fields = {"queue_state": REJECTED, "rejection_reason": reason, "updated_at": stamp(call)}
    return Reply(200, _view(call.collection(CASES).change(case["id"], fields)))


def _check(call: Call, case: Mapping[str, Any], vendor: Mapping[str, Any]) -> None:
    """What keeps a case from being booked before a posting is tried. Raises as `approve_review_case`."""
    invoice = case["normalized_invoice"]
    if not invoice["is_invoice"]:
        raise refuse("NOT_AN_INVOICE", "The document is no invoice; mend the case, or reject it.")
    if not invoice["line_items"]:
        raise refuse("NO_LINE_ITEMS", "The invoice has no lines; add them to the case first.")
    for name in NEEDED:
        if invoice.get(name) in (None, ""):
            raise invalid(f"normalized_invoice.{name}", "it is needed to book the invoice")
    number = invoice["invoice_number"]
    if len(number) > LONGEST_NUMBER:
        raise invalid("normalized_invoice.invoice_number", f"it has more than {LONGEST_NUMBER} characters")
    for name in ("invoice_date", *(("due_date",) if invoice.get("due_date") else ())):
        read_day(invoice[name], f"normalized_invoice.{name}")
    if invoice.get("duplicate_hint"):
        message = f"{invoice['duplicate_hint']} If it is no duplicate, take the hint out of the case."
        raise refuse("DUPLICATE_SUSPECTED", message)
    same = invoices.find_number(call, PAYABLE, vendor["id"], number)
    if same is not None:
        message = f"{vendor['name']} has an invoice {number} already."
        raise refuse("DUPLICATE_SUSPECTED", message, existing_id=same["id"])


def _post(call: Call, case: Mapping[str, Any], vendor: Mapping[str, Any]) -> str:
    """Book each line against payables, on the day of the invoice.

    Raises:
        Invalid: ACCOUNT_NOT_FOUND for a line without an account whose vendor has none for expenses either,
            INVALID_TAX_CODE for a rate that no code stands for, INVALID_INPUT for another currency than euros; then as
            `journal.post`.
        Conflict: DUPLICATE_SUSPECTED.
    """
    invoice = case["normalized_invoice"]
    currency = str(invoice.get("currency") or journal.CURRENCY).upper()
    if currency != journal.CURRENCY:
        raise invalid("normalized_invoice.currency", f"there is no rate for {currency}; book the invoice by hand")
    lines = [_line(call, vendor, line) for line in invoice["line_items"] if dec(line["line_total"])]
    gross = dec(invoice["total_gross"])
    lines.append(_sided(PAYABLES_ACCOUNT, -gross, None))
    posted = journal.post(
        call,
        read_day(invoice["invoice_date"], "normalized_invoice.invoice_date"),
        f"{vendor['name']} {invoice['invoice_number']}",
        lines,
        document_id=case.get("document_id"),
        external_reference=invoice["invoice_number"],
        check_duplicate=True,
    )
    return posted.intent_id


def _line(call: Call, vendor: Mapping[str, Any], line: Mapping[str, Any]) -> Line:
    gross = dec(line["line_total"])
    if gross != cents(gross):
        raise invalid("normalized_invoice.line_items", f"{gross} has more than two decimals")
    return _sided(_expense_account(call, vendor, line), gross, _tax_code(line))


def _sided(account: str, amount: Decimal, tax_code: str | None) -> Line:
    """A debit; of less than nothing, a credit."""
    return Line(account, debit=max(amount, ZERO), credit=max(-amount, ZERO), tax_code=tax_code)


def _expense_account(call: Call, vendor: Mapping[str, Any], line: Mapping[str, Any]) -> str:
    if line.get("account_number"):
        return str(line["account_number"])
    number = vendor.get("default_account")
    found = chart.find_account(call, number) if number else None
    if found is None or found["type"] != "expense":
        message = f"'{line['description']}' has no account, and {vendor['name']} has none for expenses."
        raise refuse("ACCOUNT_NOT_FOUND", message)
    return str(number)


def _tax_code(line: Mapping[str, Any]) -> str | None:
    if line.get("tax_code"):
        return str(line["tax_code"])
    rate = dec(line["tax_rate"])
    if rate not in CODES_BY_RATE:
        message = f"'{line['description']}' has a rate of {rate * 100:f} %, for which a tax code must be named."
        raise refuse("INVALID_TAX_CODE", message)
    return CODES_BY_RATE[rate]


def _fail(call: Call, case: Mapping[str, Any], problem: Invalid) -> Reply:
    """The refusal as it would be answered, kept in the case."""
    error = {"code": problem.code, "message": problem.message, "at": stamp(call)}
    fields = {
        "queue_state": POSTING_FAILED,
        "posting_errors": [*case.get("posting_errors", ()), error],
        "updated_at": stamp(call),
    }
    call.collection(CASES).change(case["id"], fields)
    return Reply(400, LedgerLouErrors().body(problem, 400))


def _as_sent(invoice: Mapping[str, Any]) -> Document:
    """The invoice of a case as `invoices.create` takes one."""
    lines = [{**line, "position": position} for position, line in enumerate(invoice["line_items"], 1)]
    return {**invoice, "lines": lines}


def _state_after(case: Mapping[str, Any]) -> str:
    """The state of a case that was mended: ready if all is there; one that was ready may need more."""
    invoice = case["normalized_invoice"]
    if case.get("vendor_id") is None or not invoice["is_invoice"] or invoice.get("duplicate_hint"):
        wanted = EXCEPTION
    elif not invoice["line_items"] or any(invoice.get(name) in (None, "") for name in NEEDED):
        wanted = CORRECTION
    else:
        return APPROVAL
    return wanted if case["queue_state"] == APPROVAL else str(case["queue_state"])


def _whole(invoice: Mapping[str, Any]) -> Document:
    """A normalized invoice with every member that it may have."""
    lines = [{name: line.get(name) for name in LINE} for line in invoice["line_items"]]
    return {**{name: invoice.get(name) for name in INVOICE}, "line_items": lines}


def _vendor(call: Call, case: Mapping[str, Any]) -> Document:
    found = call.collection(PAYABLE.parties).find_one(case["vendor_id"]) if case.get("vendor_id") else None
    if found is None:
        raise refuse("VENDOR_REQUIRED", "The case has no vendor; choose one first.")
    return found


def _find(call: Call) -> Document:
    found = call.collection(CASES).find_one(call.path["id"])
    if found is None:
        raise refuse("NOT_FOUND", f"There is no review case {call.path['id']}.")
    return found


def _find_open(call: Call) -> Document:
    case = _find(call)
    if case["queue_state"] in FINAL:
        raise refuse(FINAL[case["queue_state"]], f"Case {case['id']} is {case['queue_state']} already.")
    return case


def _view(case: Mapping[str, Any]) -> Document:
    return {name: case.get(name) for name in CASE}


HANDLERS = {
    "listReviewCases": list_review_cases,
    "getReviewCase": get_review_case,
    "updateReviewCase": update_review_case,
    "approveReviewCase": approve_review_case,
    "rejectReviewCase": reject_review_case,
}
