"""FinzBooks: payments of either flow, what they settle, advances, tax deducted at source."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.vendors.finzbooks import GOOD, FinzBooks, Json, line

INVALID = "validation.invalid_value"


def at(payment: Json) -> str:
    return f"/payments/{payment['payment_id']}"


def state(books: FinzBooks, document: Json) -> tuple[str, float, float]:
    word = "invoice" if "invoice_id" in document else "bill"
    shown = books.get(f"/{word}s/{document[f'{word}_id']}")
    return shown["status"], shown["payment_made"], shown["balance"]


def test_receipt_settles_an_invoice_in_parts(books: FinzBooks) -> None:
    """100 of 236, then 136, then no rupee more (Payments, read 2026-11; 5.5, 10, 17.19; operations 33 and 34)."""
    invoice = books.invoice(approve=True)
    before = books.trial()

    made = books.receive(100, invoice)

    assert str(UUID(made["payment_id"])) == made["payment_id"]
    assert {
        *("payment_id", "flow", "payment_type", "contact_id", "contact_name", "date", "amount", "mode"),
        *("reference_number", "description", "currency_code", "exchange_rate", "bank_charges", "tds_amount"),
        *("allocations", "created_time", "last_modified_time", "unallocated_amount", "bank_account_id"),
    } == set(made)
    assert ("INCOMING", "REGULAR", "ct_acme", 100, 0, 0, 0, "INR", 1) == tuple(
        made[name] for name in ("flow", "payment_type", "contact_id", "amount", "unallocated_amount", "bank_charges")
    ) + tuple(made[name] for name in ("tds_amount", "currency_code", "exchange_rate"))
    (allocation,) = made["allocations"]
    assert (invoice["invoice_id"], None, 100) == tuple(allocation[name] for name in ("invoice_id", "bill_id", "amount"))
    assert UUID(allocation["allocation_id"])
    assert made == books.get(at(made)) == books.get("/payments")[0]
    assert {"icici": "100.00", "ar": "-100.00"} == books.moved(before)
    assert ("PARTIALLY_PAID", 100, 136) == state(books, invoice)

    books.receive(136, invoice)

    assert ("PAID", 236, 0) == state(books, invoice)
    body = {**GOOD["/payments"], "allocations": [{"invoice_id": invoice["invoice_id"], "amount": 1}]}
    books.refuse((400, INVALID, "allocations[0].amount"), "POST", "/payments", body)
    assert {"icici": "236.00", "ar": "-236.00"} == books.moved(before)
    books.refuse((404, "not_found.resource", "payment_id"), "GET", "/payments/none")


def test_receipt_without_allocations_is_an_advance(books: FinzBooks) -> None:
    """It stands apart until it is applied, in one step or several; only then does AR move
    (Payments, read 2026-11; 5.5, 10, 17.20; operations 34 and 35; A17)."""
    invoice = books.invoice(approve=True)
    before = books.trial()

    advance = books.receive(300)
    assert ([], 300) == (advance["allocations"], advance["unallocated_amount"])
    assert {"icici": "300.00", "customer_advances": "-300.00"} == books.moved(before)
    applied = books.act(f"{at(advance)}/apply", {"allocations": [{"invoice_id": invoice["invoice_id"], "amount": 236}]})

    assert (64, [(invoice["invoice_id"], 236)]) == (
        applied["unallocated_amount"],
        [(each["invoice_id"], each["amount"]) for each in applied["allocations"]],
    )
    assert {"icici": "300.00", "customer_advances": "-64.00", "ar": "-236.00"} == books.moved(before)
    assert ("PAID", 236, 0) == state(books, invoice)
    assert ["PAYMENT", "PAYMENT"] == [each["source"] for each in books.entries(advance["payment_id"])]
    other = books.invoice(approve=True)
    too_much = {"allocations": [{"invoice_id": other["invoice_id"], "amount": 64.01}]}
    books.refuse((400, INVALID, "allocations[0].amount"), "POST", f"{at(advance)}/apply", too_much)
    books.act(f"{at(advance)}/apply", {"allocations": [{"invoice_id": other["invoice_id"], "amount": 64}]})
    assert ("PARTIALLY_PAID", 64, 172) == state(books, other)
    books.refuse((404, "not_found.resource", "payment_id"), "POST", "/payments/none/apply", too_much)
    books.refuse((400, "validation.required_field", "allocations"), "POST", f"{at(advance)}/apply", {})


def test_tax_deducted_at_source_settles_too(books: FinzBooks) -> None:
    """10800 and 1000 of TDS pay an invoice of 11800 (Payments, read 2026-11; 5.5, 10, 17.21; operation 34; A17)."""
    invoice = books.invoice(line(10000), approve=True)
    before = books.trial()

    made = books.receive(10800, invoice, 11800, tds_amount=1000)

    assert (1000, 0) == (made["tds_amount"], made["unallocated_amount"])
    assert ("PAID", 11800, 0) == state(books, invoice)
    assert {"icici": "10800.00", "tds_receivable": "1000.00", "ar": "-11800.00"} == books.moved(before)


def test_bank_charges_lessen_what_the_bank_gets(books: FinzBooks) -> None:
    """And raise what it gives; the contact's account has the whole amount (5.5, 10; operation 34; A17)."""
    invoice, bill = books.invoice(approve=True), books.bill(approve=True)
    before = books.trial()
    books.receive(236, invoice, bank_charges=11.5)
    assert {"icici": "224.50", "bank_charges": "11.50", "ar": "-236.00"} == books.moved(before)

    before = books.trial()
    books.pay(826, bill, bank_charges=5.9)

    assert {"ap": "826.00", "bank_charges": "5.90", "icici": "-831.90"} == books.moved(before)


def test_bank_keeps_no_more_than_comes_in(books: FinzBooks) -> None:
    """Of a receipt; beside a payment it may take more than the payment is (10; operation 34; A17)."""
    body = {**GOOD["/payments"], "bank_charges": 100.01}
    books.refuse((400, INVALID, "bank_charges"), "POST", "/payments", body)
    before = books.trial()

    books.pay(100, bank_charges=150)

    assert {"vendor_advances": "100.00", "bank_charges": "150.00", "icici": "-250.00"} == books.moved(before)


def test_payment_to_a_vendor(books: FinzBooks) -> None:
    """With TDS kept back, and an advance for the rest that is applied later
    (Payments, read 2026-11; 5.5, 10; operations 34 and 35; A17)."""
    bill, other = books.bill(approve=True), books.bill(approve=True, reference_number="V-2")
    before = books.trial()

    made = books.pay(900, bill, 826, tds_amount=26)

    assert 100 == made["unallocated_amount"]
    moved = {"ap": "826.00", "vendor_advances": "100.00", "tds_payable": "-26.00", "icici": "-900.00"}
    assert moved == books.moved(before)
    assert ("PAID", 826, 0) == state(books, bill)
    books.act(f"{at(made)}/apply", {"allocations": [{"bill_id": other["bill_id"], "amount": 100}]})
    assert {"ap": "926.00", "tds_payable": "-26.00", "icici": "-900.00"} == books.moved(before)
    assert ("PARTIALLY_PAID", 100, 726) == state(books, other)


def test_one_payment_settles_several(books: FinzBooks) -> None:
    """Each its part; the same invoice may be named twice, but not beyond its balance
    (Payments, read 2026-11; 10; operation 34; A17)."""
    one, two = (books.invoice(approve=True) for _ in range(2))
    twice = [{"invoice_id": one["invoice_id"], "amount": amount} for amount in (200, 36.01)]
    books.refuse(
        (400, INVALID, "allocations[1].amount"),
        "POST",
        "/payments",
        {**GOOD["/payments"], "amount": 500, "allocations": twice},
    )

    allocations = [{"invoice_id": each["invoice_id"], "amount": 200.5} for each in (one, two)]
    made = books.receive(401, allocations=allocations)

    assert [200.5, 200.5] == [each["amount"] for each in made["allocations"]]
    assert [("PARTIALLY_PAID", 200.5, 35.5)] * 2 == [state(books, each) for each in (one, two)]


def test_wrong_allocation_refuses_the_whole_payment(books: FinzBooks) -> None:
    """Another side, another contact, a draft, a cancelled one, nothing, more than there is; nothing is written
    (Payments, read 2026-11; 10, 17.19; operation 34; A17)."""
    invoice, bill, draft = books.invoice(approve=True), books.bill(approve=True), books.invoice()
    beta = books.invoice(customer_id="ct_beta", approve=True)
    cancelled = books.act(f"/invoices/{books.invoice(approve=True)['invoice_id']}/void")
    good = {"invoice_id": invoice["invoice_id"], "amount": 50}
    before = books.trial()

    for bad, field in (
        ({"bill_id": bill["bill_id"], "amount": 5}, "allocations[1].bill_id"),
        ({"invoice_id": beta["invoice_id"], "amount": 5}, "allocations[1].invoice_id"),
        ({"invoice_id": draft["invoice_id"], "amount": 5}, "allocations[1].invoice_id"),
        ({"invoice_id": cancelled["invoice_id"], "amount": 5}, "allocations[1].invoice_id"),
        ({"invoice_id": invoice["invoice_id"], "amount": 0}, "allocations[1].amount"),
        ({"invoice_id": invoice["invoice_id"], "amount": -5}, "allocations[1].amount"),
        ({"invoice_id": invoice["invoice_id"], "amount": 50.01}, "allocations[1].amount"),
    ):
        body = {**GOOD["/payments"], "allocations": [good, bad]}
        books.refuse((400, INVALID, field), "POST", "/payments", body)
    lost = {**GOOD["/payments"], "allocations": [good, {"invoice_id": "inv_none", "amount": 5}]}
    books.refuse((404, "not_found.resource", "allocations[1].invoice_id"), "POST", "/payments", lost)
    answer = books.call("POST", "/payments", {**GOOD["/payments"], "allocations": [{"amount": 5}]})
    assert 400 == answer.status_code
    assert {} == books.moved(before)
    assert ("SENT", 0, 236) == state(books, invoice)


def test_advance_has_no_allocations(books: FinzBooks) -> None:
    """`ADVANCE` stands alone, and is applied later (Payments, read 2026-11; 10; operation 34; A17)."""
    invoice = books.invoice(approve=True)["invoice_id"]
    body = {**GOOD["/payments"], "payment_type": "ADVANCE"}

    answer = books.call("POST", "/payments", {**body, "allocations": [{"invoice_id": invoice, "amount": 5}]})

    assert (400, INVALID) == (answer.status_code, answer.json()["code"])
    made = books.make("/payments", body)
    assert ("ADVANCE", 100) == (made["payment_type"], made["unallocated_amount"])
    applied = books.act(f"{at(made)}/apply", {"allocations": [{"invoice_id": invoice, "amount": 100}]})
    assert 0 == applied["unallocated_amount"]


@pytest.mark.parametrize(
    ("flow", "contact", "bank"), [("OUTGOING", "ct_acme", "-250.00"), ("INCOMING", "ct_vendor", "250.00")]
)
def test_refund_goes_the_other_way(books: FinzBooks, flow: str, contact: str, bank: str) -> None:
    """Money back to a customer, or from a vendor; it settles nothing
    (Payments, read 2026-11; 10; operation 34; A17)."""
    before = books.trial()

    made = books.make(
        "/payments",
        {**GOOD["/payments"], "flow": flow, "contact_id": contact, "payment_type": "REFUND", "amount": 250},
    )

    moved = books.moved(before)
    assert ("REFUND", []) == (made["payment_type"], made["allocations"])
    assert bank == moved.pop("icici")
    assert bank.lstrip("-") == next(iter(moved.values())).lstrip("-")
    assert 1 == len(moved)
    assert not {"ar", "ap"} & set(moved)


@pytest.mark.parametrize(
    ("fields", "account"),
    [
        ({}, "acc_icici"),
        ({"mode": "CASH"}, "acc_cash"),
        ({"bank_account_id": "acc_cash"}, "acc_cash"),
        ({"paid_through_account_id": "acc_cash"}, "acc_cash"),
    ],
)
def test_account_of_a_payment(books: FinzBooks, fields: dict[str, Json], account: str) -> None:
    """Named under either of two names, else the first bank, for cash the till
    (Payments; Lookups, read 2026-11; 10, 16; operation 34; A18)."""
    before = books.trial()

    made = books.receive(70.5, **fields)

    assert account == made["bank_account_id"]
    assert "70.50" == books.moved(before)[account.removeprefix("acc_")]


def test_refund_settles_nothing_later_either(books: FinzBooks) -> None:
    """It draws on the advances (10; operation 35; A17)."""
    invoice = books.invoice(approve=True)
    refund = books.make(
        "/payments", {**GOOD["/payments"], "flow": "OUTGOING", "contact_id": "ct_acme", "payment_type": "REFUND"}
    )

    body = {"allocations": [{"invoice_id": invoice["invoice_id"], "amount": 1}]}

    books.refuse((400, INVALID, "payment_type"), "POST", f"{at(refund)}/apply", body)


def test_payment_before_its_invoice_is_an_advance_first(books: FinzBooks) -> None:
    """What it settles is posted on the day of the invoice, in one call and later alike (Payments, read 2026-11; 5.5,
    10; operations 34 and 35; A17)."""
    first, second = (books.invoice(approve=True, date="2026-09-25", reference_number=each) for each in ("1", "2"))
    before = {day: books.trial(day) for day in ("2026-09-24", "2026-09-25")}

    books.receive(236, first, date="2026-09-22")
    later = books.receive(236, date="2026-09-22")
    books.act(f"{at(later)}/apply", {"allocations": [{"invoice_id": second["invoice_id"], "amount": 236}]})

    after = {day: books.trial(day) for day in before}
    changed = [
        {name: after[day].get(name, 0) - before[day].get(name, 0) for name in ("acc_ar", "acc_customer_advances")}
        for day in before
    ]
    assert [{"acc_ar": 0, "acc_customer_advances": -472}, {"acc_ar": -472, "acc_customer_advances": 0}] == changed


def test_payment_has_a_side(books: FinzBooks) -> None:
    """A receipt is from a customer, a payment to a vendor; an account is one of bank or cash
    (10; operation 34; A17)."""
    for changes, field in (
        ({"contact_id": "ct_vendor"}, "contact_id"),
        ({"flow": "OUTGOING"}, "contact_id"),
        ({"bank_account_id": "acc_sales"}, "bank_account_id"),
    ):
        books.refuse((400, INVALID, field), "POST", "/payments", {**GOOD["/payments"], **changes})
    made = {name: value for name, value in GOOD["/payments"].items() if name != "mode"}
    assert "BANK_TRANSFER" == books.make("/payments", made)["mode"]


def test_payments_are_filtered(books: FinzBooks) -> None:
    """By flow, contact and dates (Payments, read 2026-11; 10; operation 32)."""
    one = books.receive(5, date="2031-02-01")["payment_id"]
    two = books.pay(5, date="2031-02-02")["payment_id"]

    def found(**query: Json) -> list[str]:
        return [each["payment_id"] for each in books.all("/payments", date_from="2031-01-01", **query)]

    assert [two, one] == found()
    assert [one] == found(flow="INCOMING") == found(contact_id="ct_acme") == found(date_to="2031-02-01")


def test_foreign_payment_settles_a_foreign_invoice(books: FinzBooks) -> None:
    """In its currency, in the ledger at its rate; nothing is left on AR (5.3, 10; operation 34)."""
    before = books.trial()
    invoice = books.invoice(
        line(33.33), place_of_supply="IN-OT", currency_code="USD", exchange_rate=83.42, approve=True
    )

    books.receive(20, invoice, currency_code="USD", exchange_rate=83.42)
    books.receive(19.33, invoice, currency_code="USD", exchange_rate=83.42)

    assert ("PAID", 39.33, 0) == state(books, invoice)
    assert "ar" not in books.moved(before)
