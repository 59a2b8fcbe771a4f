"""FinzBooks: bills, with reverse charge and blocked credit."""

from __future__ import annotations

import pytest

from tests.vendors.finzbooks import GOOD, FinzBooks, Json, line, widgets

INVALID = "validation.invalid_value"
STATUS = (400, INVALID, "status")
MEMBERS = {
    *("bill_id", "bill_number", "vendor_id", "vendor_name", "date", "due_date", "reference_number"),
    *("place_of_supply", "currency_code", "exchange_rate", "line_items", "sub_total", "tax_total", "total"),
    *("payment_made", "balance", "status", "notes", "created_time", "last_modified_time"),
    *("branch_id", "taxes", "credits_applied", "tags", "is_rcm", "rcm_rate", "itc_blocked_reason"),
}


def place(bill: Json) -> str:
    return f"/bills/{bill['bill_id']}"


def test_bill_is_a_draft_first(books: FinzBooks) -> None:
    """The vendor's sample: ten widgets at the purchase price are 700, 126, 826; due by the vendor's terms
    (Bills, read 2026-11; 5.3, 9.1, 17.22; operations 27 and 28)."""
    before = books.trial()

    made = books.bill()

    assert MEMBERS == set(made)
    assert made["bill_id"].startswith("bl_")
    assert made["bill_number"].startswith("BILL-2026-")
    assert {
        "vendor_id": "ct_vendor",
        "vendor_name": "ACME Supplies",
        "date": "2026-09-20T00:00:00",
        "due_date": "2026-10-04T00:00:00",
        "sub_total": 700,
        "tax_total": 126,
        "total": 826,
        "balance": 826,
        "status": "DRAFT",
    }.items() <= made.items()
    assert {} == books.moved(before)
    assert made == books.get(place(made))
    assert int(made["bill_number"][-4:]) + 1 == int(books.bill()["bill_number"][-4:])
    books.refuse((404, "not_found.resource", "bill_id"), "GET", "/bills/bl_none")


def test_approved_bill_is_owed(books: FinzBooks) -> None:
    """OPEN, with one entry; it is then approved, changed and deleted no more
    (Bills, read 2026-11; 5.5, 9.1, 17.22; operations 29, 30 and 31)."""
    draft, before = books.bill(), books.trial()

    opened = books.act(f"{place(draft)}/approve")

    assert "OPEN" == opened["status"]
    moved = {"ap": "-826.00", "purchases": "700.00", "input_cgst": "63.00", "input_sgst": "63.00"}
    assert moved == books.moved(before)
    (entry,) = books.entries(draft["bill_id"])
    assert ("BILL", draft["date"], "ct_vendor") == (entry["source"], entry["date"], entry["contact_id"])
    books.refuse(STATUS, "POST", f"{place(draft)}/approve")
    books.refuse(STATUS, "PUT", place(draft), {"notes": "Late"})
    books.refuse(STATUS, "DELETE", place(draft))
    assert opened == books.get(place(draft))
    for method, path in (("PUT", ""), ("DELETE", ""), ("POST", "/approve")):
        books.refuse((404, "not_found.resource", "bill_id"), method, f"/bills/bl_none{path}", {})


def test_bill_may_be_approved_as_it_is_made(books: FinzBooks) -> None:
    """`auto_approve`, and a line that goes to an account of its own (Bills, read 2026-11; 9.1, 17.17; operation 28)."""
    before = books.trial()

    made = books.bill(line(100, account_id="acc_internet"), widgets(1), place_of_supply="IN-GA", approve=True)

    assert "OPEN" == made["status"]
    assert {"internet": "100.00", "purchases": "70.00", "input_igst": "30.60", "ap": "-200.60"} == books.moved(before)


def test_draft_is_changed_and_deleted(books: FinzBooks) -> None:
    """Lines that are sent replace all (Bills, read 2026-11; 9.1; operations 29 and 31)."""
    draft = books.bill()

    changed = books.put(place(draft), {"line_items": [widgets(1)], "reference_number": "V-9"})

    assert (82.6, 82.6, "V-9") == tuple(changed[name] for name in ("total", "balance", "reference_number"))
    books.refuse((400, INVALID, "place_of_supply"), "PUT", place(draft), {"place_of_supply": "MH"})
    assert changed == books.get(place(draft))
    books.delete(place(draft))
    books.refuse((404, "not_found.resource", "bill_id"), "GET", place(draft))


def test_same_bill_is_refused(books: FinzBooks) -> None:
    """Vendor, date and total of one that is posted, unless both have their own reference; drafts do not count, neither
    as first nor as second (Bills, read 2026-11; 9.1, 17.22; operations 28 and 30; A5)."""
    draft = books.bill()
    first = books.bill(approve=True)
    body = {**GOOD["/bills"], "line_items": [widgets(10)]}

    told = books.refuse((400, INVALID, None), "POST", "/bills", {**body, "auto_approve": True})

    assert {"duplicate_of": first["bill_id"]} == told["details"]
    books.refuse((400, INVALID, None), "POST", f"{place(draft)}/approve")
    other = books.bill(approve=True, reference_number="V-2")
    answer = books.call("POST", "/bills", {**body, "auto_approve": True, "reference_number": "V-2"})
    assert (400, {"duplicate_of": other["bill_id"]}) == (answer.status_code, answer.json()["details"])
    books.bill(widgets(12), approve=True, reference_number="V-3")
    for nothing in ({}, {"reference_number": ""}):
        books.refuse((400, INVALID, None), "POST", "/bills", {**body, "line_items": [widgets(12)], **nothing})
    for changes in ({"date": "2026-09-21"}, {"vendor_id": "ct_landlord"}, {"line_items": [widgets(11)]}):
        assert "OPEN" == books.make("/bills", {**body, **changes, "auto_approve": True})["status"]


def test_draft_of_a_bill_that_is_posted_is_refused(books: FinzBooks) -> None:
    """The guard looks at what is sent, approved or not (Bills, read 2026-11; 9.1, 17.22; operation 28; A5)."""
    first = books.bill(approve=True)

    told = books.refuse((400, INVALID, None), "POST", "/bills", {**GOOD["/bills"], "line_items": [widgets(10)]})

    assert {"duplicate_of": first["bill_id"]} == told["details"]


@pytest.mark.parametrize(
    ("sold_in", "moved"),
    [
        ("IN-MH", {"input_cgst": "63.00", "input_sgst": "63.00", "rcm_cgst": "-63.00", "rcm_sgst": "-63.00"}),
        ("IN-KA", {"input_igst": "126.00", "rcm_igst": "-126.00"}),
    ],
)
def test_bill_under_reverse_charge(books: FinzBooks, sold_in: str, moved: dict[str, str]) -> None:
    """It bears no tax; the tax is charged to oneself, as credit and as liability
    (5.5, 9.1; operation 28; A23)."""
    before = books.trial()

    made = books.bill(approve=True, is_rcm=True, rcm_rate=18, place_of_supply=sold_in)

    assert (0, 700, 700, True, 18) == tuple(
        made[name] for name in ("tax_total", "total", "balance", "is_rcm", "rcm_rate")
    )
    assert {"purchases": "700.00", "ap": "-700.00", **moved} == books.moved(before)
    body = {**GOOD["/bills"], "is_rcm": True}
    books.refuse((400, "validation.required_field", "rcm_rate"), "POST", "/bills", body)


def test_bill_with_blocked_credit(books: FinzBooks) -> None:
    """What is owed has the tax, the expense bears it (5.5, 9.1; operation 28; A23)."""
    before = books.trial()

    made = books.bill(line(1000, account_id="acc_staff_welfare"), approve=True, itc_blocked_reason="17(5)(b)")

    assert (180, 1180, "17(5)(b)") == tuple(made[name] for name in ("tax_total", "total", "itc_blocked_reason"))
    assert {"staff_welfare": "1180.00", "ap": "-1180.00"} == books.moved(before)


def test_bill_is_paid(books: FinzBooks) -> None:
    """In two parts (Bills; Payments, read 2026-11; 9.1, 10; operations 27 and 34)."""
    bill = books.bill(approve=True)

    books.pay(400, bill)
    partly = books.get(place(bill))
    books.pay(426, bill)
    whole = books.get(place(bill))

    assert ("PARTIALLY_PAID", 400, 426) == tuple(partly[name] for name in ("status", "payment_made", "balance"))
    assert ("PAID", 826, 0) == tuple(whole[name] for name in ("status", "payment_made", "balance"))


def test_bill_is_overdue_by_the_day_of_india(books: FinzBooks) -> None:
    """From the day after its due date, where it was OPEN (Bills, read 2026-11; 9.1; operation 26; A28)."""
    bill = books.bill(approve=True, due_date="2026-10-01")
    books.set_clock("2026-10-01T18:29:59Z")
    assert "OPEN" == books.get(place(bill))["status"]

    books.advance(1)

    assert "OVERDUE" == books.get(place(bill))["status"]
    assert bill["bill_id"] in [each["bill_id"] for each in books.all("/bills", status="OVERDUE")]
    assert bill["bill_id"] not in [each["bill_id"] for each in books.all("/bills", status="OPEN")]


def test_vendor_of_a_bill_is_one(books: FinzBooks) -> None:
    """A customer is none (Bills, read 2026-11; 9.1; operation 28)."""
    books.refuse((400, INVALID, "vendor_id"), "POST", "/bills", {**GOOD["/bills"], "vendor_id": "ct_acme"})


def test_bills_are_filtered(books: FinzBooks) -> None:
    """By status, vendor and dates (Bills, read 2026-11; 9.1; operation 26)."""
    one = books.bill(date="2031-02-01", approve=True)["bill_id"]
    two = books.bill(date="2031-02-02", vendor_id="ct_landlord")["bill_id"]

    def found(**query: Json) -> list[str]:
        return [each["bill_id"] for each in books.all("/bills", date_from="2031-01-01", **query)]

    assert [two, one] == found()
    assert [one] == found(status="OPEN") == found(vendor_id="ct_vendor") == found(date_to="2031-02-01")
