"""Payment runs: what is owed to vendors, put together, approved, and handed to the bank as one file. They post nothing:
the bank line does, once it is reconciled.

A run keeps name, IBAN and amount of the day on which it was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from sandbooks import Call, Reply

from . import ids, invoices, journal, sepa, years
from .dates import read_day, stamp, today
from .errors import invalid, refuse
from .invoices import PAYABLE, Standing
from .money import ZERO, dec, out, text

RUNS, BANK_ACCOUNTS = "payment-runs", "bank-accounts"
DRAFT, APPROVED, EXPORTED, COMPLETED, CANCELLED = "draft", "approved", "exported", "completed", "cancelled"
ACTIVE = frozenset({DRAFT, APPROVED, EXPORTED})
ROW = ("id", "status", "execution_date", "label", "total_amount", "invoice_count", "created_at")
MOMENTS: Mapping[str, str] = {
    APPROVED: "approved_at",
    EXPORTED: "exported_at",
    COMPLETED: "completed_at",
    CANCELLED: "cancelled_at",
}
"""The member that says when a run came to a status."""
ITEM = ("id", "invoice_id", "invoice_number", "vendor_name", "vendor_iban", "amount", "reference")

Document = dict[str, Any]  # any JSON


def list_payment_runs(call: Call) -> Reply:
    """The runs, the newest first."""
    query = call.query
    filters = {"status": query["status"]} if query.get("status") else {}
    found = call.collection(RUNS).views(filters=filters, offset=query["offset"], limit=query["limit"])
    return Reply(200, [{name: run.get(name) for name in ROW} for run in found])


def create_payment_run(call: Call) -> Reply:
    """A draft over invoices, each with what remains of it.

    Raises:
        NotFound: BANK_ACCOUNT_NOT_FOUND; INVOICE_NOT_FOUND, also for an invoice that is not open.
        Conflict: INVOICE_ALREADY_IN_ACTIVE_RUN.
        Invalid: INVALID_INPUT for a day in the past, an invoice named twice or not in euros, an amount that is too
            large for a transfer, or an account whose IBAN no bank would take; VENDOR_IBAN_MISSING.
    """
    body = call.body
    day = read_day(body["execution_date"], "execution_date")
    if day < today(call):
        raise invalid("execution_date", f"{day} is in the past")
    chosen = body["invoice_ids"]
    if len(set(chosen)) < len(chosen):
        raise invalid("invoice_ids", "an invoice is named twice")
    account = call.collection(BANK_ACCOUNTS).find_one(body["bank_account_id"])
    if account is None:
        raise refuse("BANK_ACCOUNT_NOT_FOUND", f"There is no bank account {body['bank_account_id']}.")
    if not sepa.is_iban(account["iban"]):
        raise invalid("bank_account_id", f"no transfer can leave from {account['iban']}, which is no valid IBAN")
    found = [_open_invoice(call, id) for id in chosen]
    taken = _taken(call)
    for invoice, _ in found:
        if invoice["id"] in taken:
            message = f"Invoice {invoice['invoice_number']} is in another run; cancel that or choose others."
            raise refuse("INVOICE_ALREADY_IN_ACTIVE_RUN", message, existing_id=taken[invoice["id"]])
    items = [_item(call, invoice, standing, number) for number, (invoice, standing) in enumerate(found)]
    run = {
        "id": ids.fresh(call),
        "status": DRAFT,
        "bank_account_id": account["id"],
        "execution_date": day.isoformat(),
        "label": body.get("label"),
        "total_amount": text(_total(items)),
        "invoice_count": len(items),
        "items": items,
        "message_id": None,
        **dict.fromkeys(MOMENTS.values()),
        "created_at": stamp(call),
    }
    return Reply(201, _view(call.collection(RUNS).put(run)))


def get_payment_run(call: Call) -> Reply:
    """One run with its items."""
    return Reply(200, _view(_find(call)))


def approve_payment_run(call: Call) -> Reply:
    """Free a draft for export. Raises as `_move`, also where nothing is to be paid."""
    run = _find(call)
    if not run["items"] or any(dec(item["amount"]) <= ZERO for item in run["items"]):
        raise refuse("INVALID_STATE_TRANSITION", "The run has nothing to pay.")
    return Reply(200, _view(_move(call, APPROVED, DRAFT)))


def cancel_payment_run(call: Call) -> Reply:
    """Give up a run that no bank has seen; its invoices can go into another one. Raises as `_move`."""
    return Reply(200, _view(_move(call, CANCELLED, DRAFT, APPROVED)))


def complete_payment_run(call: Call) -> Reply:
    """Say that the bank has carried out a run. Raises as `_move`."""
    return Reply(200, _view(_move(call, COMPLETED, EXPORTED)))


def export_payment_run(call: Call) -> Reply:
    """The file for the bank; a run is exported once. Raises as `_move`."""
    message_id = f"LL-{call.path['id'].replace('-', '')[:24]}"
    run = _move(call, EXPORTED, APPROVED, message_id=message_id)
    message = _message(call, run)
    exported = {
        "run": {"id": run["id"], "status": run["status"]},
        "sepa_xml": sepa.render(message),
        "message_id": message_id,
        "number_of_transactions": len(message.transfers),
        "control_sum": out(message.control_sum),
    }
    return Reply(200, exported)


def list_eligible_invoices(call: Call) -> Reply:
    """What can be paid: booked, not paid, in no active run; by the day on which it is due."""
    taken = _taken(call)
    rows = [
        _eligible(call, invoice, standing) for invoice, standing in _open_invoices(call) if invoice["id"] not in taken
    ]
    return Reply(200, sorted(rows, key=lambda row: (row["due_date"] or "9999", row["invoice_date"])))


def _eligible(call: Call, invoice: Mapping[str, Any], standing: Standing) -> Document:
    vendor = _vendor(call, invoice)
    same = ("id", "vendor_id", "invoice_number", "invoice_date", "due_date", "currency", "intent_id")
    return {
        **{name: invoice.get(name) for name in same},
        "vendor_name": vendor.get("name", ""),
        "total_gross": text(dec(invoice["total_gross"])),
        "remaining_amount": text(standing.remaining),
        "iban_missing": not sepa.is_iban(vendor.get("iban")),
    }


def _open_invoices(call: Call) -> Iterator[tuple[Mapping[str, Any], Standing]]:
    for invoice in call.collection(PAYABLE.collection).views():
        standing = invoices.standing_of(call, invoice)
        if standing.is_open:
            yield invoice, standing


def _open_invoice(call: Call, id: str) -> tuple[Document, Standing]:
    invoice = call.collection(PAYABLE.collection).find_one(id)
    standing = invoices.standing_of(call, invoice) if invoice is not None else None
    if invoice is None or standing is None or not standing.is_open:
        how = f"is {standing.status}, not open" if standing is not None else "is not there"
        raise refuse("INVOICE_NOT_FOUND", f"Invoice {id} {how}.")
    return invoice, standing


def _taken(call: Call) -> dict[str, str]:
    """The invoices in runs that are neither cancelled nor completed, each with its run."""
    active = call.collection(RUNS).scan(lambda run: run["status"] in ACTIVE)
    return {item["invoice_id"]: run["id"] for run in active for item in run["items"]}


def _item(call: Call, invoice: Mapping[str, Any], standing: Standing, number: int) -> Document:
    vendor, path = _vendor(call, invoice), f"invoice_ids.{number}"
    if not sepa.is_iban(vendor.get("iban")):
        message = f"Vendor {vendor.get('name')} has no valid IBAN; add one first."
        raise refuse("VENDOR_IBAN_MISSING", message, vendor_id=invoice["vendor_id"])
    if invoice["currency"] != journal.CURRENCY:
        raise invalid(path, f"invoice {invoice['invoice_number']} is in {invoice['currency']}; transfers are in EUR")
    if standing.remaining > sepa.MOST:
        raise invalid(path, f"{text(standing.remaining)} is more than a transfer can carry ({sepa.MOST})")
    return {
        "id": ids.fresh(call),
        "invoice_id": invoice["id"],
        "invoice_number": invoice["invoice_number"],
        "vendor_name": vendor["name"],
        "vendor_iban": vendor["iban"],
        "vendor_bic": sepa.known_bic(vendor.get("bic")),
        "amount": text(standing.remaining),
        "reference": invoice["invoice_number"],
    }


def _move(call: Call, status: str, *before: str, **changes: Any) -> Document:
    """Bring a run to a status.

    Raises:
        NotFound: no such run.
        Conflict: INVALID_STATE_TRANSITION, it is in none of the statuses before.
    """
    run = _find(call)
    if run["status"] not in before:
        message = f"A run that is {run['status']} cannot become {status}; it must be {' or '.join(before)}."
        raise refuse("INVALID_STATE_TRANSITION", message)
    return call.collection(RUNS).change(run["id"], {"status": status, MOMENTS[status]: stamp(call), **changes})


def _message(call: Call, run: Mapping[str, Any]) -> sepa.Message:
    account = call.collection(BANK_ACCOUNTS).read(run["bank_account_id"])
    settings = call.collection(years.SETTINGS).find_one(years.TENANT) or {}
    return sepa.Message(
        message_id=run["message_id"],
        created_at=run["exported_at"],
        execution_day=read_day(run["execution_date"], "execution_date"),
        name=str(settings.get("name", "")),
        iban=account["iban"],
        bic=sepa.known_bic(account.get("bic")),
        transfers=[_transfer(item) for item in run["items"]],
    )


def _transfer(item: Mapping[str, Any]) -> sepa.Transfer:
    """The invoice number goes with the money where a bank carries it unchanged, else the id of the item."""
    number = item["invoice_number"]
    return sepa.Transfer(
        end_to_end_id=number if sepa.is_identifier(number) else item["id"].replace("-", ""),
        name=item["vendor_name"],
        iban=item["vendor_iban"],
        bic=item.get("vendor_bic") or "",
        amount=dec(item["amount"]),
        reference=item["reference"],
    )


def _vendor(call: Call, invoice: Mapping[str, Any]) -> Document:
    return call.collection(PAYABLE.parties).find_one(invoice["vendor_id"]) or {}


def _find(call: Call) -> Document:
    found = call.collection(RUNS).find_one(call.path["id"])
    if found is None:
        raise refuse("NOT_FOUND", f"There is no payment run {call.path['id']}.")
    return found


def _view(run: Mapping[str, Any]) -> Document:
    more = ("bank_account_id", *MOMENTS.values(), "message_id")
    items = [{name: item[name] for name in ITEM} for item in run["items"]]
    return {**{name: run.get(name) for name in (*ROW, *more)}, "items": items}


def _total(items: list[Document]) -> Decimal:
    return sum((dec(item["amount"]) for item in items), ZERO)


HANDLERS = {
    "listPaymentRuns": list_payment_runs,
    "createPaymentRun": create_payment_run,
    "getPaymentRun": get_payment_run,
    "approvePaymentRun": approve_payment_run,
    "cancelPaymentRun": cancel_payment_run,
    "completePaymentRun": complete_payment_run,
    "exportPaymentRun": export_payment_run,
    "listEligibleInvoices": list_eligible_invoices,
}
