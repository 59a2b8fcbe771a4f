"""FinzBooks: expenses, which are posted as they are made."""

from __future__ import annotations

import pytest

from tests.vendors.finzbooks import GOOD, FinzBooks, Json, money

INVALID = "validation.invalid_value"


def place(expense: Json) -> str:
    return f"/expenses/{expense['expense_id']}"


def taxes(expense: Json) -> dict[str, float]:
    return {each["tax_name"]: each["tax_amount"] for each in expense["taxes"] if each["tax_amount"]}


def test_expense_is_posted_as_it_is_made(books: FinzBooks) -> None:
    """5000 and 18 percent: the bank gives 5900, the input tax takes 450 twice
    (Expenses, read 2026-11; 5.5, 9.3, 17.23; operations 37 and 38)."""
    before = books.trial()

    made = books.expense(5000, tax_id="tx_gst_18", reference_number="R-5")

    assert made["expense_id"].startswith("exp_")
    assert {
        "date": "2026-09-20T00:00:00",
        "account_id": "acc_office_rent",
        "account_name": books.get("/accounts/acc_office_rent")["name"],
        "paid_through_account_id": "acc_icici",
        "amount": 5000,
        "mode": "BANK",
        "reference_number": "R-5",
        "is_inclusive_tax": False,
        "is_rcm": False,
        "itc_blocked_reason": None,
        "sub_total": 5000,
        "tax_total": 900,
        "total": 5900,
    }.items() <= made.items()
    assert {"CGST": 450, "SGST": 450} == taxes(made)
    moved = {"office_rent": "5000.00", "input_cgst": "450.00", "input_sgst": "450.00", "icici": "-5900.00"}
    assert moved == books.moved(before)
    (entry,) = books.entries(made["expense_id"])
    assert ("EXPENSE", made["journal_id"]) == (entry["source"], entry["journal_id"])
    assert made == books.get(place(made)) == books.get("/expenses")[0]
    books.refuse((404, "not_found.resource", "expense_id"), "GET", "/expenses/exp_none")


def test_expense_of_several_lines(books: FinzBooks) -> None:
    """4000 of rent and 1000 of internet are two debits; account and tax of a line go before those of the header, whose
    amount is ignored (Expenses, read 2026-11; 9.3, 17.23; operation 38)."""
    before = books.trial()
    lines = [{"amount": 4000}, {"account_id": "acc_internet", "amount": 1000, "note": "Fibre"}]

    made = books.expense(0, tax_id="tx_gst_18", line_items=lines)

    assert (5000, 900, 5900) == tuple(made[name] for name in ("sub_total", "tax_total", "total"))
    moved = {
        "office_rent": "4000.00",
        "internet": "1000.00",
        "input_cgst": "450.00",
        "input_sgst": "450.00",
        "icici": "-5900.00",
    }
    assert moved == books.moved(before)
    before = books.trial()
    books.expense(7, line_items=[{"account_id": "acc_legal_fees", "amount": 100, "tax_id": "tx_gst_5"}])
    moved = {"legal_fees": "100.00", "input_cgst": "2.50", "input_sgst": "2.50", "icici": "-105.00"}
    assert moved == books.moved(before)


@pytest.mark.parametrize(
    ("amount", "tax_id", "taxable", "cgst", "sgst"),
    [
        (5000, "tx_gst_18", "4237.29", "381.36", "381.35"),
        (118, "tx_gst_18", "100.00", "9.00", "9.00"),
        (100.01, "tx_gst_5", "95.25", "2.38", "2.38"),
        (0.5, "tx_gst_28", "0.39", "0.06", "0.05"),
    ],
)
def test_amount_may_hold_the_tax(
    books: FinzBooks, amount: float, tax_id: str, taxable: str, cgst: str, sgst: str
) -> None:
    """The taxable value is rounded, the tax is the rest, its first half is rounded up
    (Expenses, read 2026-11; 5.3, 9.3, 17.23; operation 38; A11)."""
    before = books.trial()

    made = books.expense(amount, tax_id=tax_id, is_inclusive_tax=True)

    assert (f"{amount:.2f}", taxable) == (f"{money(made['total']):.2f}", f"{money(made['sub_total']):.2f}")
    moved = {"office_rent": taxable, "input_cgst": cgst, "input_sgst": sgst, "icici": f"-{amount:.2f}"}
    assert moved == books.moved(before)


def test_expense_of_another_state(books: FinzBooks) -> None:
    """With a vendor elsewhere the tax is integrated (5.2; operation 38; A10)."""
    vendor = books.make("/contacts", {"contact_name": "Seller", "contact_type": "VENDOR", "gst_no": "29AABCC1234D1Z5"})

    made = books.expense(1000, tax_id="tx_gst_18", vendor_id=vendor["contact_id"])

    assert ({"IGST": 180}, "Seller") == (taxes(made), made["vendor_name"])


def test_expense_under_reverse_charge(books: FinzBooks) -> None:
    """What is paid has no tax; it is charged to oneself; the rate is needed
    (Expenses, read 2026-11; 5.5, 9.3, 17.24; operation 38)."""
    before = books.trial()

    made = books.expense(2000, account_id="acc_legal_fees", is_rcm=True, rcm_rate=18)

    assert (2000, 0, 2000) == tuple(made[name] for name in ("sub_total", "tax_total", "total"))
    moved = {
        "legal_fees": "2000.00",
        "input_cgst": "180.00",
        "input_sgst": "180.00",
        "rcm_cgst": "-180.00",
        "rcm_sgst": "-180.00",
        "icici": "-2000.00",
    }
    assert moved == books.moved(before)
    body = {**GOOD["/expenses"], "is_rcm": True}
    books.refuse((400, "validation.required_field", "rcm_rate"), "POST", "/expenses", body)


def test_amount_under_reverse_charge_holds_no_tax(books: FinzBooks) -> None:
    """The vendor is paid no GST, so that none is taken out of the amount (Expenses, read 2026-11; 5.3, 9.3;
    operation 38)."""
    before = books.trial()

    books.expense(2000, is_rcm=True, rcm_rate=18, tax_id="tx_gst_18", is_inclusive_tax=True)

    assert {
        "office_rent": "2000.00",
        "icici": "-2000.00",
        "input_cgst": "180.00",
        "input_sgst": "180.00",
        "rcm_cgst": "-180.00",
        "rcm_sgst": "-180.00",
    } == books.moved(before)


def test_expense_with_blocked_credit(books: FinzBooks) -> None:
    """The tax becomes part of the expense (Expenses, read 2026-11; 5.5, 9.3, 17.24; operation 38)."""
    before = books.trial()

    books.expense(1000, account_id="acc_staff_welfare", tax_id="tx_gst_18", itc_blocked_reason="17(5)(b)")

    assert {"staff_welfare": "1180.00", "icici": "-1180.00"} == books.moved(before)


def test_changed_expense_is_posted_anew(books: FinzBooks) -> None:
    """What was posted is taken back (Expenses, read 2026-11; 5.5, 9.3; operation 39)."""
    before = books.trial()
    made = books.expense(5000, tax_id="tx_gst_18")

    changed = books.put(place(made), {"amount": 1000, "paid_through_account_id": "acc_cash"})

    assert (1000, 180, 1180) == tuple(changed[name] for name in ("sub_total", "tax_total", "total"))
    moved = {"office_rent": "1000.00", "input_cgst": "90.00", "input_sgst": "90.00", "cash": "-1180.00"}
    assert moved == books.moved(before)
    assert made["journal_id"] != changed["journal_id"]
    assert changed == books.get(place(made))
    assert 3 == len(books.entries(made["expense_id"]))
    books.refuse((400, INVALID, "amount"), "PUT", place(made), {"amount": -5})
    books.refuse((404, "not_found.resource", "account_id"), "PUT", place(made), {"account_id": "acc_none"})
    books.refuse((404, "not_found.resource", "expense_id"), "PUT", "/expenses/exp_none", {"notes": "x"})
    assert moved == books.moved(before)


def test_deleted_expense_is_taken_back(books: FinzBooks) -> None:
    """The ledger is as before, its entries remain (Expenses, read 2026-11; 5.5, 9.3; operation 40)."""
    before = books.trial()
    made = books.expense(5000, tax_id="tx_gst_18")

    books.delete(place(made))

    assert {} == books.moved(before)
    assert 2 == len(books.entries(made["expense_id"]))
    for method in ("GET", "DELETE"):
        books.refuse((404, "not_found.resource", "expense_id"), method, place(made))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"paid_through_account_id": "acc_office_rent"}, (400, INVALID, "paid_through_account_id")),
        ({"account_id": "acc_icici"}, (400, INVALID, "account_id")),
        ({"vendor_id": "ct_acme"}, (400, INVALID, "vendor_id")),
        ({"line_items": [{"amount": 0}]}, (400, INVALID, "line_items[0].amount")),
        ({"line_items": [{"amount": 5, "tax_id": "x"}]}, (404, "not_found.resource", "line_items[0].tax_id")),
        ({"line_items": [{"amount": 5, "account_id": "x"}]}, (404, "not_found.resource", "line_items[0].account_id")),
    ],
)
def test_expense_of_wrong_accounts_is_refused(
    books: FinzBooks, changes: dict[str, Json], refusal: tuple[int, str, str]
) -> None:
    """Paid from bank or cash, for an expense, to a vendor (Expenses, read 2026-11; 9.3; operation 38)."""
    before = books.trial()

    books.refuse(refusal, "POST", "/expenses", {**GOOD["/expenses"], **changes})

    assert {} == books.moved(before)


def test_expense_may_be_paid_in_cash(books: FinzBooks) -> None:
    """Without tax, and in each mode (Expenses, read 2026-11; 9.3; operation 38)."""
    before = books.trial()

    for mode in ("CASH", "BANK", "BANK_TRANSFER", "UPI", "CARD", "CHEQUE", "OTHER"):
        assert mode == books.expense(10, mode=mode, paid_through_account_id="acc_cash")["mode"]

    assert {"office_rent": "70.00", "cash": "-70.00"} == books.moved(before)


def test_expenses_are_filtered(books: FinzBooks) -> None:
    """By vendor, account and dates (9.3; operation 36)."""
    one = books.expense(1, date="2031-02-01", vendor_id="ct_landlord")["expense_id"]
    two = books.expense(2, date="2031-02-02", account_id="acc_internet")["expense_id"]

    def found(**query: Json) -> list[str]:
        return [each["expense_id"] for each in books.all("/expenses", date_from="2031-01-01", **query)]

    assert [two, one] == found()
    assert [one] == found(vendor_id="ct_landlord") == found(account_id="acc_office_rent") == found(date_to="2031-02-01")
