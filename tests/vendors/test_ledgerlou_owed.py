"""LedgerLou: what remains of invoices that are not what their booking is, and what is owed in all."""

from __future__ import annotations

from tests.vendors.ledgerlou import Json, LedgerLou, credit, debit
from tests.vendors.ledgerlou_parties import bank_account, bill, booked_bill, customer, outgoing, pay, vendor

DOLLARS = {"currency": "USD", "amount": 200, "rate": 1.25, "rate_date": "2026-06-01", "rate_source": "ECB"}


def how(lou: LedgerLou, id: str, path: str = "/invoices") -> tuple[str, float]:
    """Status and what remains."""
    found = lou.get(f"{path}/{id}")
    return found["status"], found["remaining_amount"]


def owed(lou: LedgerLou, vendor_id: str) -> tuple[float, list[float]]:
    """What a vendor is owed, by the vendor and by the open items."""
    open_items: list[Json] = lou.get("/invoices/open-items")
    return lou.get(f"/vendors/{vendor_id}")["open_amount"], [each["total_open"] for each in open_items]


def test_a_foreign_invoice_remains_in_its_currency(lou: LedgerLou) -> None:
    """What the vendor is owed is in euros, as the account says (5.6, 5.8, A39, A43)."""
    vendor_id, bank = vendor(lou), bank_account(lou)
    intent_id = lou.book(debit("6825", 160), credit("3300", 160), fx=DOLLARS)
    id = bill(lou, vendor_id, 200, currency="USD", intent_id=intent_id)
    booked_bill(lou, vendor_id, invoice_number="RE-2")
    assert ("open", 200.0) == how(lou, id)
    assert (279.0, [279.0]) == owed(lou, vendor_id)
    assert 279 == -lou.balances()["3300"]

    line = pay(lou, bank, intent_id, -158.5)

    assert ("paid", 0.0) == how(lou, id)
    assert (119.0, [119.0]) == owed(lou, vendor_id)
    lou.post(f"/bank-transactions/{line}/unmatch")
    assert ("open", 200.0) == how(lou, id)


def test_an_invoice_in_euros_of_a_foreign_booking_is_paid_in_proportion(lou: LedgerLou) -> None:
    """The share of its total that was paid of the booking (5.8, A43; operation 75)."""
    vendor_id, bank = vendor(lou), bank_account(lou)
    intent_id = lou.book(debit("6825", 160), credit("3300", 160), fx=DOLLARS)
    id = bill(lou, vendor_id, 160, intent_id=intent_id)

    pay(lou, bank, intent_id, -170)

    assert ("paid", 0.0) == how(lou, id)


def test_a_payable_may_stand_on_the_account_of_the_samples(lou: LedgerLou) -> None:
    """They book a purchase against 1200 (2.3, A16, A43)."""
    intent_id = lou.book(debit("6815", 119, "VST19"), credit("1200", 119))
    id = bill(lou, vendor(lou), intent_id=intent_id)

    assert ("open", 119.0) == how(lou, id)


def test_a_total_that_is_not_the_bookings_is_taken_as_it_is(lou: LedgerLou) -> None:
    """What was paid of the booking is taken off the total of the invoice (5.8, A43, A48)."""
    bank, customer_id = bank_account(lou), customer(lou)
    intent_id = lou.book(debit("1200", 119), credit("4400", 119, "UST19"))
    id = outgoing(lou, customer_id, 100, intent_id=intent_id)

    pay(lou, bank, intent_id, 60, "open_receivable")
    assert ("partially_paid", 40.0) == how(lou, id, "/outgoing-invoices")
    pay(lou, bank, intent_id, 40, "open_receivable")
    assert ("paid", 0.0) == how(lou, id, "/outgoing-invoices")


def test_a_reversal_of_the_reversal_counts_again(lou: LedgerLou) -> None:
    """An invoice whose booking is reversed is a draft that keeps its posting (5.2, A45)."""
    vendor_id = vendor(lou)
    id = booked_bill(lou, vendor_id)
    intent_id = lou.get(f"/invoices/{id}")["intent_id"]

    reversal = lou.reverse(intent_id)

    assert ("draft", 119.0) == how(lou, id)
    assert intent_id == lou.get(f"/invoices/{id}")["intent_id"]
    assert (0.0, []) == owed(lou, vendor_id)
    lou.reverse(reversal)
    assert ("open", 119.0) == how(lou, id)
    assert (119.0, [119.0]) == owed(lou, vendor_id)
