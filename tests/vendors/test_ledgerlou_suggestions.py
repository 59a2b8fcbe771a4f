"""Bank and ledger of LedgerLou side by side, and what is suggested of each line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.vendors.ledgerlou import NOBODY, LedgerLou, credit, debit
from tests.vendors.test_ledgerlou_reconcile import (
    FX,
    account,
    line,
    match,
    payable,
    receivable,
    to_booking,
    to_open,
)

Json = Any  # a JSON value


# --- side by side


def test_the_bank_and_the_ledger_side_by_side(lou: LedgerLou) -> None:
    """What is tied, what is open on either side; items in another currency with both amounts (Bank,
    get-bank-accounts-id-reconciliation, read 2026-11; A42; operation 17)."""
    bank = account(lou)
    rent = lou.book(debit("6310", 2380, "VST19"), credit("1800", 2380), description="Miete")
    fee = lou.book(debit("6855", 5), credit("1800", 5), description="Gebühr")
    abroad = lou.book(debit("1200", 160), credit("4125", 160), description="Export", fx=FX)
    paid, open_line = line(lou, bank, -2380), line(lou, bank, -7.5)
    match(lou, paid, to_booking(rent))
    gone = lou.book(debit("6855", 9), credit("1800", 9), description="Irrtum")
    lou.reverse(gone)
    by_hand = lou.book(debit("3300", 2), credit("1800", 2), description="Zahlung von Hand")

    told = lou.get(f"/bank-accounts/{bank}/reconciliation")

    ((line_id, ledger),) = [(each["bank_transaction"]["id"], each["ledger"]) for each in told["matched"]]
    assert (paid, rent, 2380, "bank_booking") == (
        line_id,
        ledger["intent_id"],
        ledger["amount"],
        ledger["candidate_kind"],
    )
    assert [open_line] == [each["id"] for each in told["unmatched_bank"]]
    assert [
        (fee, "bank_booking", None, 5, "EUR", 5, "EUR"),
        (by_hand, "bank_booking", None, 2, "EUR", 2, "EUR"),
        (abroad, "open_receivable", "1200", 200, "USD", 160, "EUR"),
    ] == [
        (
            each["intent_id"],
            each["candidate_kind"],
            each["open_item_account"],
            each["amount"],
            each["currency"],
            each["base_amount"],
            each["base_currency"],
        )
        for each in told["unmatched_ledger"]
    ]
    assert {
        "bank_balance": -2387.5,
        "ledger_balance": -2387,
        "difference": -0.5,
        "matched_count": 1,
        "unmatched_bank_count": 1,
        "unmatched_ledger_count": 3,
    } == told["summary"]
    assert bank == told["bank_account"]["id"]
    lou.refuse((404, "NOT_FOUND"), "GET", f"/bank-accounts/{NOBODY}/reconciliation")


def test_what_belongs_together_is_suggested_the_best_first(lou: LedgerLou) -> None:
    """The amount must be the same; day and text put a pair before others (Bank, get-bank-transactions-suggestions, read
    2026-11; A41; operation 30)."""
    bank = account(lou)
    far = payable(lou, description="fern")
    near = payable(lou, description="nah", booking_date="2026-06-07", external_reference="RE-77")
    payable(lou, description="anderer Betrag", booking_date="2026-06-10")
    owed = lou.book(debit("1200", 160), credit("4125", 160), fx=FX, description="Export")
    lou.book(debit("6815", 50), credit("3300", 50), booking_date="2026-06-10", external_reference="RE-77")
    settled = line(lou, bank, -119)
    match(lou, settled, to_open(lou.get("/journal?search=anderer")["entries"][0]["intent_id"]))
    out = line(lou, bank, -119, reference="Rechnung re-77 vom Juni")
    got = line(lou, bank, 160)
    line(lou, bank, -160)
    line(lou, bank, 0)

    told = lou.get("/bank-transactions/suggestions", bank_account_id=bank)

    assert [
        (out, near, 1.0, ["amount", "date", "reference"], "nah", 119, "2026-06-07"),
        (out, far, 0.6, ["amount"], "fern", 119, "2026-06-01"),
        (got, owed, 0.6, ["amount"], "Export", 160, "2026-06-01"),
    ] == [
        (
            each["bank_transaction_id"],
            each["ledger_intent_id"],
            each["match_score"],
            each["match_reasons"],
            each["ledger_description"],
            each["ledger_amount"],
            each["ledger_date"],
        )
        for each in told
    ]
    lou.refuse((400, "INVALID_INPUT"), "GET", "/bank-transactions/suggestions")
    lou.refuse((404, "NOT_FOUND"), "GET", f"/bank-transactions/suggestions?bank_account_id={NOBODY}")


@pytest.mark.parametrize(
    ("said", "reasons"),
    [
        ({"reference": "Zahlung AR-2024-001, danke"}, ["amount", "reference"]),
        ({"counterparty_name": "MUSTERKUNDE AG"}, ["amount", "reference"]),
        ({"reference": "AR-2024-0011", "counterparty_name": "Musterkunde AGs"}, ["amount"]),
        ({"value_date": "2026-06-01", "tx_date": "2026-06-04"}, ["amount", "date"]),
        ({"tx_date": "2026-06-05"}, ["amount"]),
    ],
)
def test_number_and_name_of_an_invoice_speak_for_a_pair(lou: LedgerLou, said: Json, reasons: list[str]) -> None:
    """As words of their own; the item knows its invoice. Up to three days count (Bank,
    get-bank-transactions-suggestions and get-bank-accounts-id-reconciliation, read 2026-11; A41, A42; operations 17
    and 30)."""
    bank, booked = account(lou), receivable(lou)
    customer = lou.post("/customers", {"name": "Musterkunde AG"}, status=201)["id"]
    position = {"position": 1, "description": "Beratung", "quantity": 1, "unit_price": 100, "tax_rate": 0.19}
    body = {
        "customer_id": customer,
        "invoice_number": "AR-2024-001",
        "invoice_date": "2026-06-01",
        "total_net": 100,
        "total_tax": 19,
        "total_gross": 119,
        "type": "invoice",
        "intent_id": booked,
        "lines": [{**position, "tax_amount": 19, "line_total": 119}],
    }
    invoice = lou.post("/outgoing-invoices", body, status=201)["id"]

    paid = line(lou, bank, 119, **said)

    (told,) = lou.get("/bank-transactions/suggestions", bank_account_id=bank)
    assert (paid, booked, reasons) == (told["bank_transaction_id"], told["ledger_intent_id"], told["match_reasons"])
    score = {"amount": Decimal("0.6"), "date": Decimal("0.2"), "reference": Decimal("0.2")}
    assert sum(score[reason] for reason in reasons) == Decimal(str(told["match_score"]))
    (item,) = lou.get(f"/bank-accounts/{bank}/reconciliation")["unmatched_ledger"]
    assert invoice == item["invoice_id"]
    match(lou, paid, to_open(booked, "open_receivable"))
    told = lou.get(f"/bank-accounts/{bank}/reconciliation")
    assert [] == told["unmatched_ledger"]
    (ledger,) = [each["ledger"] for each in told["matched"]]
    assert (invoice, "open_receivable", "1200", 119) == (
        ledger["invoice_id"],
        ledger["candidate_kind"],
        ledger["open_item_account"],
        ledger["amount"],
    )
    shown_as = lou.get(f"/outgoing-invoices/{invoice}")
    assert ("paid", 0) == (shown_as["status"], shown_as["remaining_amount"])


def test_an_invoice_of_a_vendor_is_known_as_well(lou: LedgerLou) -> None:
    """Its item names it, its number speaks for the pair (Bank, get-bank-transactions-suggestions, read 2026-11; A41,
    A42; operations 17 and 30)."""
    bank, booked = account(lou), payable(lou)
    position = {"position": 1, "description": "Papier", "quantity": 1, "unit_price": 100, "tax_rate": 0.19}
    body = {
        "vendor_id": lou.post("/vendors", {"name": "Acme GmbH"}, status=201)["id"],
        "invoice_number": "A/77",
        "invoice_date": "2026-06-01",
        "total_net": 100,
        "total_tax": 19,
        "total_gross": 119,
        "intent_id": booked,
        "lines": [{**position, "tax_amount": 19, "line_total": 119}],
    }
    invoice = lou.post("/invoices", body, status=201)["id"]
    line(lou, bank, -119, reference="Rechnung a/77")

    (told,) = lou.get("/bank-transactions/suggestions", bank_account_id=bank)

    assert ["amount", "reference"] == told["match_reasons"]
    (item,) = lou.get(f"/bank-accounts/{bank}/reconciliation")["unmatched_ledger"]
    assert (invoice, "open_liability", "3300") == (
        item["invoice_id"],
        item["candidate_kind"],
        item["open_item_account"],
    )
