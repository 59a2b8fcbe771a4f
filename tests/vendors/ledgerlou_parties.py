"""Customers, vendors and invoices of LedgerLou, as several tests make them."""

from __future__ import annotations

from typing import Any

from tests.vendors.ledgerlou import LedgerLou, credit, debit

IBAN = "DE89370400440532013000"
OTHER_IBAN = "DE27100777770209299700"

Json = Any  # a JSON value


def vendor(lou: LedgerLou, name: str = "Acme GmbH", **fields: Json) -> str:
    """The id of a new vendor."""
    return str(lou.post("/vendors", {"name": name, **fields}, status=201)["id"])


def customer(lou: LedgerLou, name: str = "Musterkunde AG", **fields: Json) -> str:
    return str(lou.post("/customers", {"name": name, **fields}, status=201)["id"])


def line(gross: float = 119, **fields: Json) -> Json:
    """A line of an invoice, 19 % in its gross."""
    net = round(gross / 1.19, 2)
    tax = round(gross - net, 2)
    amounts = {"quantity": 1, "unit_price": net, "tax_rate": 0.19, "tax_amount": tax, "line_total": gross}
    return {"position": 1, "description": "Beratung", **amounts, **fields}


def invoice_body(gross: float = 119, **fields: Json) -> Json:
    """The body of an invoice RE-1 of the first of June, not due before the end of 2026."""
    position = line(gross)
    totals = {
        "total_net": position["unit_price"],
        "total_tax": position["tax_amount"],
        "total_gross": gross,
        "lines": [position],
    }
    days = {"invoice_date": "2026-06-01", "due_date": "2026-12-31"}
    return {"invoice_number": "RE-1", **days, **totals, **fields}


def bill(lou: LedgerLou, vendor_id: str, gross: float = 119, **fields: Json) -> str:
    """The id of an invoice of a vendor."""
    return str(lou.post("/invoices", invoice_body(gross, vendor_id=vendor_id, **fields), status=201)["id"])


def booked_bill(lou: LedgerLou, vendor_id: str, gross: float = 119, **fields: Json) -> str:
    """As `bill`, tied to a booking on 3300."""
    lines = (debit("6815", gross, "VST19"), credit("3300", gross))
    intent_id = lou.book(*lines, skip_duplicate_check=True)
    return bill(lou, vendor_id, gross, intent_id=intent_id, **fields)


def outgoing(lou: LedgerLou, customer_id: str, gross: float = 119, **fields: Json) -> str:
    """The id of an invoice to a customer."""
    body = invoice_body(gross, customer_id=customer_id, **{"type": "invoice", **fields})
    return str(lou.post("/outgoing-invoices", body, status=201)["id"])


def booked_outgoing(lou: LedgerLou, customer_id: str, gross: float = 119, **fields: Json) -> str:
    """As `outgoing`, tied to a booking on 1200; that of a credit note is the other way round."""
    is_credit = fields.get("type") == "credit_note"
    lines = (debit("1200", gross), credit("4400", gross, "UST19"))
    if is_credit:
        lines = (debit("4400", gross, "UST19"), credit("1200", gross))
    intent_id = lou.book(*lines, skip_duplicate_check=True)
    return outgoing(lou, customer_id, gross, intent_id=intent_id, **fields)


def bank_account(lou: LedgerLou, iban: str = IBAN, **fields: Json) -> str:
    """The id of a bank account on 1800."""
    body = {"name": "Geschäftskonto", "iban": iban, "account_number": "1800", **fields}
    return str(lou.post("/bank-accounts", body, status=201)["id"])


def pay(lou: LedgerLou, bank: str, intent_id: str, amount: float, kind: str = "open_liability") -> str:
    """The id of a bank line that settles so much of an open item."""
    count = len(lou.get("/bank-transactions")["transactions"])
    row = {"tx_date": "2026-06-10", "amount": amount, "bank_reference": f"B{count}"}
    lou.post("/bank-transactions", {"bank_account_id": bank, "transactions": [row]}, status=201)
    found = lou.get("/bank-transactions", status="unreconciled")["transactions"]
    made = next(str(each["id"]) for each in found if each["bank_reference"] == f"B{count}")
    account = {"open_liability": "3300", "open_receivable": "1200"}[kind]
    match = {"intent_id": intent_id, "candidate_kind": kind, "open_item_account": account}
    lou.post(f"/bank-transactions/{made}/reconcile", match)
    return made
