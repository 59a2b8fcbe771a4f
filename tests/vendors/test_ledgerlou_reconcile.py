"""Bank lines of LedgerLou matched to bookings and to open items, one by one and in batches, and unmatched again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.vendors.ledgerlou import NOBODY, LedgerLou, credit, debit, failure, money

FX = {"currency": "USD", "amount": 200, "rate": 1.25, "rate_date": "2026-06-01", "rate_source": "ECB"}

Json = Any  # a JSON value


def account(lou: LedgerLou, number: str = "1800", currency: str = "EUR") -> str:
    """The id of a new bank account."""
    body = {"name": number, "iban": f"DE8937040044053200{number}", "account_number": number, "currency": currency}
    return str(lou.post("/bank-accounts", body, status=201)["id"])


def line(lou: LedgerLou, bank: str, amount: float, day: str = "2026-06-10", **fields: Json) -> str:
    """The id of a new bank line."""
    before = {each["id"] for each in lou.get("/bank-transactions")["transactions"]}
    currency = lou.get(f"/bank-accounts/{bank}")["currency"]
    row = {"tx_date": day, "amount": amount, "currency": currency, "bank_reference": f"B {len(before)}", **fields}
    lou.post("/bank-transactions", {"bank_account_id": bank, "transactions": [row]}, status=201)
    after = {each["id"] for each in lou.get("/bank-transactions")["transactions"]}
    return str((after - before).pop())


def payable(lou: LedgerLou, **fields: Json) -> str:
    """The id of a booking that leaves 119 to be paid on 3300."""
    return lou.book(debit("6815", 119, "VST19"), credit("3300", 119), skip_duplicate_check=True, **fields)


def receivable(lou: LedgerLou, **fields: Json) -> str:
    """The id of a booking that leaves 119 to be received on 1200."""
    return lou.book(debit("1200", 119), credit("4400", 119, "UST19"), skip_duplicate_check=True, **fields)


def to_open(intent_id: str, kind: str = "open_liability", number: str | None = None) -> Json:
    number = number or {"open_liability": "3300", "open_receivable": "1200"}[kind]
    return {"intent_id": intent_id, "candidate_kind": kind, "open_item_account": number}


def to_booking(intent_id: str) -> Json:
    return {"intent_id": intent_id, "candidate_kind": "bank_booking"}


def match(lou: LedgerLou, line_id: str, body: Json) -> Json:
    return lou.post(f"/bank-transactions/{line_id}/reconcile", body)


def refuse(lou: LedgerLou, refusal: tuple[int, str], line_id: str, body: Json) -> None:
    lou.refuse(refusal, "POST", f"/bank-transactions/{line_id}/reconcile", body)


def unmatch(lou: LedgerLou, line_id: str) -> Json:
    return lou.post(f"/bank-transactions/{line_id}/unmatch")


def shown(lou: LedgerLou, line_id: str) -> Json:
    return lou.get(f"/bank-transactions/{line_id}")["transaction"]


def standing(lou: LedgerLou, line_id: str) -> tuple[str, str | None, str | None]:
    """Status, intent and mode of a line."""
    told = shown(lou, line_id)
    return (told["status"], told["intent_id"], told["match_mode"])


def remaining(lou: LedgerLou, intent_id: str) -> Decimal:
    """What is left of a posting, as the ledger side of the bank's view has it; 0 where it is not there."""
    bank = lou.get("/bank-accounts")[0]["id"]
    ledger = lou.get(f"/bank-accounts/{bank}/reconciliation")["unmatched_ledger"]
    found = [each for each in ledger if each["intent_id"] == intent_id and each["candidate_kind"] != "bank_booking"]
    return money(found[0]["amount"]) if found else Decimal()


OPEN = ("unreconciled", None, None)


# --- open items


def test_a_payable_is_paid_in_parts(lou: LedgerLou) -> None:
    """-60 of 119 leaves 59; -80 is too much, +59 goes the other way, -59 pays the rest. Each posts its settlement on
    the day of the line (Bank, post-bank-transactions-id-reconcile, read 2026-11; 5.6, 10.26, A35; operation 26)."""
    bank, invoice = account(lou), payable(lou)
    first, much, back, rest, nothing = (line(lou, bank, amount) for amount in (-60, -80, 59, -59, 0))
    before = lou.balances()

    settled = match(lou, first, to_open(invoice))

    assert "settlement" == settled["mode"]
    assert settled["intent_id"] != invoice
    assert [("3300", "1800", "60.00")] == lou.pairs(settled["intent_id"])
    told = lou.get(f"/journal/{settled['intent_id']}")
    assert ("2026-06-10", "bank") == (told["summary"]["booking_date"], told["summary"]["source"])
    assert [{"intent_id": invoice, "account": "3300", "amount": 60.0}] == told["linked_intents"]["settles"]
    assert [first] == [each["id"] for each in told["metadata"]["bank_transactions"]]
    assert Decimal(59) == remaining(lou, invoice)
    refuse(lou, (400, "SETTLEMENT_EXCEEDS_OPEN_AMOUNT"), much, to_open(invoice))
    refuse(lou, (400, "DIRECTION_MISMATCH"), back, to_open(invoice))
    refuse(lou, (400, "DIRECTION_MISMATCH"), nothing, to_open(invoice))
    refuse(lou, (400, "DIRECTION_MISMATCH"), back, to_open(invoice, "open_receivable", "3300"))
    assert OPEN == standing(lou, much)
    match(lou, rest, to_open(invoice))
    assert Decimal() == remaining(lou, invoice)
    assert {"3300": "119.00", "1800": "-119.00"} == lou.moved(before)
    assert {"count": 3} == lou.get("/bank-transactions/unreconciled-count")
    refuse(lou, (404, "TARGET_NOT_FOUND"), much, to_open(invoice))


def test_a_receivable_is_paid_to_the_bank(lou: LedgerLou) -> None:
    """The bank is debited, the customer's account credited (Bank, post-bank-transactions-id-reconcile, read 2026-11;
    5.6; operation 26)."""
    bank, invoice = account(lou), receivable(lou)
    paid, away = line(lou, bank, 119), line(lou, bank, -119)

    refuse(lou, (400, "DIRECTION_MISMATCH"), away, to_open(invoice, "open_receivable"))
    settled = match(lou, paid, to_open(invoice, "open_receivable"))

    assert [("1800", "1200", "119.00")] == lou.pairs(settled["intent_id"])
    assert ("reconciled", settled["intent_id"], "settlement") == standing(lou, paid)
    refuse(lou, (409, "TX_ALREADY_HANDLED"), paid, to_open(invoice, "open_receivable"))


def test_a_match_and_its_opposite_leave_what_was_there(lou: LedgerLou) -> None:
    """The settlement is booked back today, the line and the item are open as before (Bank,
    post-bank-transactions-id-unmatch, read 2026-11; 5.6, 10.26, A37; operation 27)."""
    bank, invoice = account(lou), payable(lou)
    paid = line(lou, bank, -60)
    before, as_it_was = lou.balances(), shown(lou, paid)
    settlement = match(lou, paid, to_open(invoice))["intent_id"]

    undone = unmatch(lou, paid)

    assert ("settlement", [paid]) == (undone["mode"], undone["reopened_transaction_ids"])
    assert [("1800", "3300", "60.00")] == lou.pairs(undone["reversal_intent_id"])
    told = lou.get(f"/journal/{undone['reversal_intent_id']}")
    assert "2026-12-01" == told["summary"]["booking_date"]
    assert settlement == told["linked_intents"]["reverses"]
    assert [] == lou.get(f"/journal/{settlement}")["linked_intents"]["settles"]
    assert (as_it_was, before, Decimal(119)) == (shown(lou, paid), lou.balances(), remaining(lou, invoice))
    refuse_again = f"/bank-transactions/{paid}/unmatch"
    lou.refuse((400, "INVALID_INPUT"), "POST", refuse_again)
    match(lou, paid, to_open(invoice))
    assert Decimal(59) == remaining(lou, invoice)


def test_the_reversal_of_a_settlement_opens_its_line(lou: LedgerLou) -> None:
    """Through the journal as through the bank; reversing that reversal settles again (Bank, read 2026-11; 5.2, A45;
    operation 12)."""
    bank, invoice = account(lou), payable(lou)
    paid = line(lou, bank, -60)
    settlement = match(lou, paid, to_open(invoice))["intent_id"]

    reversal = lou.reverse(settlement)

    assert (OPEN, Decimal(119)) == (standing(lou, paid), remaining(lou, invoice))
    lou.reverse(reversal)
    assert ("reconciled", settlement, "settlement") == standing(lou, paid)
    assert Decimal(59) == remaining(lou, invoice)
    assert [paid] == unmatch(lou, paid)["reopened_transaction_ids"]
    assert OPEN == standing(lou, paid)
    assert Decimal(119) == remaining(lou, invoice) == -lou.balances()["3300"]


def test_a_settlement_counts_again_beside_the_one_that_followed(lou: LedgerLou) -> None:
    """A line that was matched anew stays so; the books have two payments then, and so has the item (Bank, read 2026-11;
    5.2, 5.8)."""
    bank, invoice = account(lou), payable(lou)
    paid = line(lou, bank, -50)
    reversal = lou.reverse(match(lou, paid, to_open(invoice))["intent_id"])
    second = match(lou, paid, to_open(invoice))["intent_id"]

    lou.reverse(reversal)

    assert ("reconciled", second, "settlement") == standing(lou, paid)
    assert Decimal(19) == remaining(lou, invoice) == -lou.balances()["3300"]


def test_an_item_whose_posting_is_reversed_is_no_target(lou: LedgerLou) -> None:
    """Nothing is open of it, nor on an account that nobody is paid on (Bank, post-bank-transactions-id-reconcile, read
    2026-11; A35, A45; operation 26)."""
    bank, gone, other = account(lou), payable(lou), payable(lou)
    paid = line(lou, bank, -50)
    lou.reverse(gone)

    for target in (to_open(gone), to_open(NOBODY), to_open(other, number="1406"), to_open(other, number="9999")):
        refuse(lou, (404, "TARGET_NOT_FOUND"), paid, target)
    refuse(lou, (400, "INVALID_INPUT"), paid, {"intent_id": other, "candidate_kind": "open_liability"})
    refuse(lou, (400, "INVALID_INPUT"), paid, {**to_open(other), "candidate_kind": "open"})
    refuse(lou, (400, "INVALID_INPUT"), paid, to_open("x"))
    refuse(lou, (404, "NOT_FOUND"), NOBODY, to_open(other))


def test_a_settlement_needs_an_open_month(lou: LedgerLou) -> None:
    """That of the line to match, that of today to unmatch (Bank, read 2026-11; 4.5, 5.4)."""
    bank, invoice = account(lou), payable(lou)
    paid, later = line(lou, bank, -50), line(lou, bank, -20, "2026-07-01")
    lou.post("/periods/2026-06/soft-lock")

    refuse(lou, (400, "PERIOD_LOCKED"), paid, to_open(invoice))
    match(lou, later, to_open(invoice))
    lou.post("/periods/2026-12/soft-lock")

    lou.refuse((400, "PERIOD_LOCKED"), "POST", f"/bank-transactions/{later}/unmatch")
    assert "reconciled" == shown(lou, later)["status"]


# --- foreign currency


@pytest.mark.parametrize(
    ("kind", "paid", "moved"),
    [
        ("open_receivable", 170, {"1800": "170.00", "1200": "-160.00", "4840": "-10.00"}),
        ("open_receivable", 151.5, {"1800": "151.50", "1200": "-160.00", "6880": "8.50"}),
        ("open_receivable", 160, {"1800": "160.00", "1200": "-160.00"}),
        ("open_liability", -170, {"1800": "-170.00", "3300": "160.00", "6880": "10.00"}),
        ("open_liability", -151.5, {"1800": "-151.50", "3300": "160.00", "4840": "-8.50"}),
    ],
)
def test_euros_close_a_foreign_item_for_what_they_are(
    lou: LedgerLou, kind: str, paid: float, moved: dict[str, str]
) -> None:
    """200 USD over 160 EUR are paid whole, whatever the bank has; the rate gains or loses (Bank, read 2026-11; 5.6,
    A39)."""
    bank = account(lou)
    sides = [debit("1200", 160), credit("4125", 160)]
    if kind == "open_liability":
        sides = [debit("5900", 160), credit("3300", 160)]
    invoice = lou.book(*sides, fx=FX)
    line_id, before = line(lou, bank, paid), lou.balances()
    assert Decimal(200) == remaining(lou, invoice)

    settlement = match(lou, line_id, to_open(invoice, kind))["intent_id"]

    assert moved == lou.moved(before)
    assert Decimal() == remaining(lou, invoice)
    (link,) = lou.get(f"/journal/{settlement}")["linked_intents"]["settles"]
    assert 160 == link["amount"]
    unmatch(lou, line_id)
    assert (before, Decimal(200)) == (lou.balances(), remaining(lou, invoice))


def test_an_account_in_the_currency_of_the_item_pays_parts_of_it(lou: LedgerLou) -> None:
    """Dollars against dollars, at the rate of the item. Another currency than its own and euros is 422 (Bank, read
    2026-11; 5.6, A39)."""
    dollars, pounds = account(lou, "1810", "USD"), account(lou, "1820", "GBP")
    invoice, domestic = lou.book(debit("1200", 160), credit("4125", 160), fx=FX), receivable(lou)
    part, much, rest = (line(lou, dollars, amount) for amount in (50.01, 150, 149.99))
    before = lou.balances()

    match(lou, part, to_open(invoice, "open_receivable"))

    assert {"1810": "40.01", "1200": "-40.01"} == lou.moved(before)
    (event,) = lou.get("/journal", account="1810")["entries"]
    assert ("USD", 50.01) == (event["fx_currency"], event["fx_amount"])
    refuse(lou, (400, "SETTLEMENT_EXCEEDS_OPEN_AMOUNT"), much, to_open(invoice, "open_receivable"))
    refuse(lou, (422, "UNSUPPORTED_SETTLEMENT_CURRENCY"), much, to_open(domestic, "open_receivable"))
    foreign = line(lou, pounds, 10)
    refuse(lou, (422, "UNSUPPORTED_SETTLEMENT_CURRENCY"), foreign, to_open(invoice, "open_receivable"))
    match(lou, rest, to_open(invoice, "open_receivable"))
    assert {"1810": "160.00", "1200": "-160.00"} == lou.moved(before)


def test_parts_of_a_foreign_item_add_up_to_the_whole(lou: LedgerLou) -> None:
    """Three times 100 of 300 USD over 100 EUR: the last takes what rounding left; what is over the same dollars is
    suggested (Bank, read 2026-11; 5.6, A39, A41; operations 26 and 30)."""
    bank = account(lou, "1810", "USD")
    invoice = lou.book(debit("1200", 100), credit("4125", 100), fx={**FX, "amount": 300})
    parts = [line(lou, bank, 100) for _ in range(3)]
    assert [] == lou.get("/bank-transactions/suggestions", bank_account_id=bank)

    cleared = []
    for part in parts:
        before = lou.balances()
        match(lou, part, to_open(invoice, "open_receivable"))
        cleared.append(lou.moved(before)["1200"])

    assert ["-33.33", "-33.33", "-33.34"] == cleared
    for part in parts:
        unmatch(lou, part)
    whole = line(lou, bank, 300)
    (told,) = lou.get("/bank-transactions/suggestions", bank_account_id=bank)
    assert (whole, invoice, 100) == (told["bank_transaction_id"], told["ledger_intent_id"], told["ledger_amount"])


def test_an_account_of_ones_own_has_items_until_it_is_a_bank(lou: LedgerLou) -> None:
    """Nobody is paid on the account of a bank account; what is paid in part keeps its rest (Bank, read 2026-11; 5.8,
    A43; operation 26)."""
    bank = account(lou)
    lou.post("/accounts", {"number": "1210", "name": "Forderungen Inland", "type": "asset"}, status=201)
    booked, other = (lou.book(debit("1210", amount), credit("4400", amount)) for amount in (80, 50))
    part, rest = line(lou, bank, 30), line(lou, bank, 50)
    match(lou, part, to_open(booked, "open_receivable", "1210"))

    account(lou, "1210")

    refuse(lou, (404, "TARGET_NOT_FOUND"), rest, to_open(other, "open_receivable", "1210"))
    match(lou, rest, to_open(booked, "open_receivable", "1210"))


# --- bookings of the bank


def test_a_line_is_tied_to_the_booking_that_has_it(lou: LedgerLou) -> None:
    """Nothing is posted; unmatching removes the tie and leaves the booking. A rent with tax moves the bank twice and is
    one line all the same (Bank, post-bank-transactions-id-reconcile and post-bank-transactions-id-unmatch, read
    2026-11; 5.6, A35; operations 26 and 27)."""
    bank = account(lou)
    rent = lou.book(debit("6310", 2380, "VST19"), credit("1800", 2380))
    paid, second = line(lou, bank, -2380), line(lou, bank, -2380)
    before = lou.events()

    assert {"ok": True, "mode": "link", "intent_id": rent} == match(lou, paid, to_booking(rent))

    assert ("reconciled", rent, "link") == standing(lou, paid)
    refuse(lou, (409, "TARGET_AMBIGUOUS"), second, to_booking(rent))
    refuse(lou, (409, "TX_ALREADY_HANDLED"), paid, to_booking(rent))
    undone = unmatch(lou, paid)
    assert {"ok": True, "mode": "link", "reversal_intent_id": None, "reopened_transaction_ids": [paid]} == undone
    assert (OPEN, before) == (standing(lou, paid), lou.events())
    match(lou, second, to_booking(rent))


def test_a_booking_must_have_the_line(lou: LedgerLou) -> None:
    """Its amount, on its side of its account, once (Bank, post-bank-transactions-id-reconcile, read 2026-11; 5.6, A35;
    operation 26)."""
    bank = account(lou)
    twice = lou.book(debit("6000", 100), debit("6110", 100), credit("1800", 200))
    each, whole, back, other = (line(lou, bank, amount) for amount in (-100, -200, 200, -150))
    apart = payable(lou)

    refuse(lou, (409, "TARGET_AMBIGUOUS"), each, to_booking(twice))
    refuse(lou, (400, "DIRECTION_MISMATCH"), back, to_booking(twice))
    for target in (twice, apart, NOBODY):
        refuse(lou, (404, "TARGET_NOT_FOUND"), other, to_booking(target))
    match(lou, whole, to_booking(twice))


def test_one_event_of_several_is_enough(lou: LedgerLou) -> None:
    """A booking with two payments has the line that is one of them (Bank, read 2026-11; 5.6, A35)."""
    bank = account(lou)
    wages = lou.book(debit("6000", 100), debit("6110", 40), credit("1800", 140))

    assert "link" == match(lou, line(lou, bank, -40), to_booking(wages))["mode"]


def test_a_dollar_line_is_tied_by_its_dollars(lou: LedgerLou) -> None:
    """The amount in the currency of the account is compared (Bank, read 2026-11; 5.6, A39)."""
    bank = account(lou, "1810", "USD")
    booked = lou.book(debit("1810", 160), credit("4125", 160), fx=FX)

    refuse(lou, (404, "TARGET_NOT_FOUND"), line(lou, bank, 160), to_booking(booked))
    assert "link" == match(lou, line(lou, bank, 200), to_booking(booked))["mode"]


# --- many at once


def test_pairs_are_matched_one_by_one(lou: LedgerLou) -> None:
    """A pair that is refused is told and leaves nothing; a pair sees what those before it did (Bank,
    post-bank-transactions-batch-reconcile, read 2026-11; 10.27, A40; operations 28 and 31)."""
    bank, invoice = account(lou), payable(lou)
    good, much, rest = (line(lou, bank, amount) for amount in (-60, -80, -59))
    pairs = [{"bank_transaction_id": id, **to_open(invoice)} for id in (good, much, rest, good, NOBODY)]
    del pairs[4]["open_item_account"]

    told = lou.post("/bank-transactions/batch-reconcile", {"pairs": pairs})

    assert 2 == told["reconciled"]
    assert [
        (much, "SETTLEMENT_EXCEEDS_OPEN_AMOUNT"),
        (good, "TX_ALREADY_HANDLED"),
        (NOBODY, "INVALID_INPUT"),
    ] == [(each["bank_transaction_id"], each["error"]) for each in told["errors"]]
    assert all(each["message"] for each in told["errors"])
    assert {"count": 1} == lou.get("/bank-transactions/unreconciled-count")
    assert Decimal() == remaining(lou, invoice)
    assert Decimal() == lou.balances().get("3300", Decimal())
    wrong: tuple[Json, ...] = ({"pairs": []}, {}, {"pairs": [{"bank_transaction_id": much, "intent_id": invoice}]})
    for body in wrong:
        lou.refuse((400, "INVALID_INPUT"), "POST", "/bank-transactions/batch-reconcile", body)


def test_a_scripted_fault_fails_its_pair_alone(lou: LedgerLou) -> None:
    """The others of the batch go through, of matches as of imports (Bank, post-bank-transactions and
    post-bank-transactions-batch-reconcile, read 2026-11; 5.5, 5.6, A15, A40; operations 21 and 28)."""
    bank, invoice = account(lou), payable(lou)
    for operation in ("batchReconcile", "importBankTransactions"):
        failing = {"index": 0, "code": "LOCKED", "message": "Gerade in Arbeit."}
        match_by = {"vendor": "ledgerlou", "operation": operation}
        lou.control("POST", "/faults", {"match": match_by, "effect": {"fail_items": [failing]}})
    rows = [{"tx_date": "2026-06-10", "amount": amount} for amount in (-1, -60, -50)]

    told = lou.post("/bank-transactions", {"bank_account_id": bank, "transactions": rows}, status=201)

    assert (2, [{"index": 0, "message": "Gerade in Arbeit."}]) == (told["imported"], told["errors"])
    first, second = (each["id"] for each in lou.get("/bank-transactions")["transactions"])
    pairs = [{"bank_transaction_id": id, **to_open(invoice)} for id in (first, second)]
    told = lou.post("/bank-transactions/batch-reconcile", {"pairs": pairs})
    error = {"bank_transaction_id": first, "error": "LOCKED", "message": "Gerade in Arbeit."}
    assert {"reconciled": 1, "errors": [error]} == told
    assert OPEN == standing(lou, first)


def test_what_another_tenant_has_is_no_target(lou: LedgerLou) -> None:
    """A line of one, an intent of another: neither is there (Bank, read 2026-11; 1.4)."""
    bank, invoice = account(lou), payable(lou)
    paid = line(lou, bank, -50)

    answer = lou.call("POST", f"/bank-transactions/{paid}/reconcile", to_open(invoice), who="other")

    failure(answer, 404, "NOT_FOUND")
    assert OPEN == standing(lou, paid)
