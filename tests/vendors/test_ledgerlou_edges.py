"""LedgerLou at the edges: postings over nothing, the last of all years, accounts that become those of a bank."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from tests.vendors.ledgerlou import NOBODY, LedgerLou, credit, debit
from tests.vendors.ledgerlou_parties import (
    OTHER_IBAN,
    bank_account,
    booked_bill,
    booked_outgoing,
    customer,
    outgoing,
    vendor,
)

INVALID = (400, "INVALID_INPUT")
FAR = {"currency": "USD", "amount": 1000, "rate": 100000, "rate_date": "2026-06-01", "rate_source": "ECB"}

Json = Any  # a JSON value


def account(lou: LedgerLou, number: str = "1800", currency: str = "EUR") -> str:
    """The id of a new bank account."""
    return bank_account(lou, f"DE8937040044053200{number}", account_number=number, currency=currency)


def lines(lou: LedgerLou, bank: str, *amounts: float, currency: str = "EUR") -> list[str]:
    """The ids of new lines of these amounts, which differ."""
    rows = [{"tx_date": "2026-06-10", "amount": amount, "currency": currency} for amount in amounts]
    lou.post("/bank-transactions", {"bank_account_id": bank, "transactions": rows}, status=201)
    found = {each["amount"]: str(each["id"]) for each in lou.get("/bank-transactions")["transactions"]}
    return [found[amount] for amount in amounts]


def ready_case(lou: LedgerLou, total: float) -> str:
    """The path of the case that is ready, over one line of that total."""
    (case,) = lou.get("/invoice-review-cases", queue_state="approval")
    item = {"quantity": 1, "unit_price": total, "tax_rate": 0, "tax_amount": 0, "line_total": total}
    invoice = {
        **case["normalized_invoice"],
        "total_net": total,
        "total_tax": 0,
        "total_gross": total,
        "line_items": [{"description": "Muster", "account_number": "6815", **item}],
    }
    path = f"/invoice-review-cases/{case['id']}"
    lou.done("PATCH", path, {"normalized_invoice": invoice})
    return path


def test_case_over_nothing_is_not_booked(lou_demo: LedgerLou) -> None:
    """A posting has events; one without is refused, and the case says so (Invoice review cases, read 2026-11; 5.1,
    5.11, A62; operation 71)."""
    path = ready_case(lou_demo, 0)
    before = lou_demo.all("intents")

    answer = lou_demo.call("POST", f"{path}/approve")

    assert INVALID == (answer.status_code, answer.json()["error"])
    case = lou_demo.get(path)
    assert ("posting_failed", "INVALID_INPUT") == (case["queue_state"], case["posting_errors"][-1]["code"])
    assert before == lou_demo.all("intents")


def test_case_is_bounded_as_bookings_are(lou_demo: LedgerLou) -> None:
    """No event has more digits than a row of the export takes (Reports, read 2026-11; 7, A55; operations 70 and 71)."""
    path = ready_case(lou_demo, 9999999999.99)
    invoice = lou_demo.get(path)["normalized_invoice"]
    (item,) = invoice["line_items"]

    lou_demo.refuse(INVALID, "PATCH", path, {"normalized_invoice": {**invoice, "total_gross": 10000000000}})
    more = {**invoice, "line_items": [{**item, "line_total": 10000000000}]}
    lou_demo.refuse(INVALID, "PATCH", path, {"normalized_invoice": more})

    booked = lou_demo.post(f"{path}/approve")["intentId"]
    assert [("6815", "3300", "9999999999.99")] == lou_demo.pairs(booked)


def test_payment_that_is_worth_nothing_is_refused(lou: LedgerLou) -> None:
    """Ten dollars of an item over a thousand, which is worth a cent, are no euros to post (Bank, read 2026-11; 5.6,
    A39; operations 26 and 60)."""
    bank = account(lou, "1810", "USD")
    item = lou.book(debit("1200", 0.01), credit("4400", 0.01), fx=FAR)
    part, whole = lines(lou, bank, 10, 1000, currency="USD")
    wanted = {"intent_id": item, "candidate_kind": "open_receivable", "open_item_account": "1200"}
    share = {**wanted, "allocated_bank_amount": 10, "settled_document_amount": 10}

    lou.refuse(INVALID, "POST", f"/bank-transactions/{part}/reconcile", wanted)
    lou.refuse(INVALID, "POST", "/bank-match-groups", {"bank_transaction_ids": [part], "allocations": [share]})

    settled = lou.post(f"/bank-transactions/{whole}/reconcile", wanted)["intent_id"]
    assert [("1810", "1200", "0.01")] == lou.pairs(settled)


def test_bank_and_ledger_differ_by_nothing_in_the_currency_of_the_account(lou: LedgerLou) -> None:
    """Dollars are held against dollars (Bank, get-bank-accounts-id-reconciliation, read 2026-11; A42; operation 17)."""
    bank = account(lou, "1810", "USD")
    item = lou.book(debit("1200", 800), credit("4400", 800), fx={**FAR, "rate": 1.25})
    (paid,) = lines(lou, bank, 250, currency="USD")
    wanted = {"intent_id": item, "candidate_kind": "open_receivable", "open_item_account": "1200"}
    open_summary = lou.get(f"/bank-accounts/{bank}/reconciliation")["summary"]

    lou.post(f"/bank-transactions/{paid}/reconcile", wanted)

    summary = lou.get(f"/bank-accounts/{bank}/reconciliation")["summary"]
    names = ("bank_balance", "ledger_balance", "difference")
    assert (250, 0, 250) == tuple(open_summary[name] for name in names)
    assert (250, 250, 0) == tuple(summary[name] for name in names)
    assert 200 == lou.get("/accounts/1810/entries")["balance"]


def test_last_of_all_years_has_no_year_after_it(lou: LedgerLou) -> None:
    """A month of it is listed though its fiscal year ends beyond (Periods, get-periods, read 2026-11; 1.5, 5.4, A31;
    operation 50)."""
    lou.change("settings", "tenant", fiscal_year_start_month=7)

    lou.book(booking_date="9999-12-31")

    assert ("9999-12", 1) == tuple(lou.get("/periods")[-1][name] for name in ("period", "booking_count"))


def test_invoice_stays_paid_when_its_account_becomes_a_bank_s(lou: LedgerLou) -> None:
    """What was settled counts as before; what was not cannot be settled there (Bank, Receivables, read 2026-11; 5.8,
    A43; operations 14 and 39)."""
    paid, owed = (
        lou.book(debit("1200", 119), credit("4400", 119, "UST19"), description=each) for each in ("bezahlt", "offen")
    )
    owing = customer(lou)
    invoice = f"/outgoing-invoices/{outgoing(lou, owing, intent_id=paid)}"
    first, second = lines(lou, account(lou), 119, 118)
    wanted = {"candidate_kind": "open_receivable", "open_item_account": "1200"}
    lou.post(f"/bank-transactions/{first}/reconcile", {"intent_id": paid, **wanted})

    account(lou, "1200")

    shown = lou.get(invoice)
    assert ("paid", 0) == (shown["status"], shown["remaining_amount"])
    assert 0 == lou.get(f"/customers/{owing}")["open_amount"]
    refusal = (404, "TARGET_NOT_FOUND")
    lou.refuse(refusal, "POST", f"/bank-transactions/{second}/reconcile", {"intent_id": owed, **wanted})
    lou.post(f"/bank-transactions/{first}/unmatch")
    assert ("open", 119) == tuple(lou.get(invoice)[name] for name in ("status", "remaining_amount"))


def test_credit_note_that_was_paid_out_takes_nothing_off(lou: LedgerLou) -> None:
    """What a customer owes, less what is owed to him, is the control account (Receivables, read 2026-11; 5.8, A44;
    operations 35 and 41)."""
    owing = customer(lou)
    booked_outgoing(lou, owing)
    note = booked_outgoing(lou, owing, 50, invoice_number="G-1", type="credit_note")
    credited = lou.get(f"/outgoing-invoices/{note}")["intent_id"]
    wanted = {"candidate_kind": "open_liability", "open_item_account": "1200"}

    paid_out = lines(lou, account(lou), -20, -30)

    for line, given, owed in zip(paid_out, (30, 0), (89, 119), strict=True):
        lou.post(f"/bank-transactions/{line}/reconcile", {"intent_id": credited, **wanted})
        (party,) = lou.get("/outgoing-invoices/open-items")
        assert (119, given, owed) == tuple(party[name] for name in ("total_open", "credit_note_total", "net_open"))
        assert owed == lou.get(f"/customers/{owing}")["open_amount"]
        assert owed == lou.get("/accounts/1200/entries")["balance"]


def test_settlement_that_counts_again_takes_no_second_line(lou: LedgerLou) -> None:
    """Its own line stays open where another was tied to it meanwhile (Bank, Bookings, read 2026-11; 5.2, 5.6, A35, A45;
    operations 12 and 26)."""
    item = lou.book(debit("1200", 119), credit("4400", 119, "UST19"))
    bank = account(lou)
    (own,) = lines(lou, bank, 60)
    wanted = {"intent_id": item, "candidate_kind": "open_receivable", "open_item_account": "1200"}
    settled = lou.post(f"/bank-transactions/{own}/reconcile", wanted)["intent_id"]
    reversal = lou.post(f"/bank-transactions/{own}/unmatch")["reversal_intent_id"]
    row = {"tx_date": "2026-06-11", "amount": 60, "reference": "noch einmal"}
    lou.post("/bank-transactions", {"bank_account_id": bank, "transactions": [row]}, status=201)
    (other,) = {each["id"] for each in lou.get("/bank-transactions")["transactions"]} - {own}
    lou.post(f"/bank-transactions/{other}/reconcile", {"intent_id": settled, "candidate_kind": "bank_booking"})

    lou.reverse(reversal)

    shown = {each["id"]: (each["status"], each["intent_id"]) for each in lou.get("/bank-transactions")["transactions"]}
    assert {own: ("unreconciled", None), other: ("reconciled", settled)} == shown
    refusal = (409, "TARGET_AMBIGUOUS")
    again = {"intent_id": settled, "candidate_kind": "bank_booking"}
    lou.refuse(refusal, "POST", f"/bank-transactions/{own}/reconcile", again)
    lou.refuse((404, "TARGET_NOT_FOUND"), "POST", f"/bank-transactions/{own}/reconcile", {**again, "intent_id": NOBODY})


def test_texts_of_a_transfer_are_cut(lou: LedgerLou) -> None:
    """A name at 70 letters, a reference at 140, once they are spelled as banks spell them (Payables,
    post-payment-runs-id-export, read 2026-11; 6, A54; operation 48)."""
    bill = booked_bill(lou, vendor(lou, "Ö" * 60, iban=OTHER_IBAN), invoice_number="ü" * 100)
    body = {"bank_account_id": bank_account(lou), "execution_date": "2026-12-03", "invoice_ids": [bill]}
    run = lou.post("/payment-runs", body, status=201)
    lou.post(f"/payment-runs/{run['id']}/approve")

    root = ElementTree.fromstring(lou.post(f"/payment-runs/{run['id']}/export")["sepa_xml"])

    said = {element.tag.rpartition("}")[2]: element.text for element in root.iter()}  # the last of each name
    assert ("Oe" * 35, "ue" * 70) == (said["Nm"], said["Ustrd"])
    assert run["items"][0]["id"].replace("-", "") == said["EndToEndId"]
