"""FinzBooks: invoices, from draft to paid or void, and their numbers."""

from __future__ import annotations

import pytest

from tests.vendors.finzbooks import GOOD, FinzBooks, Json, line, widgets

INVALID = "validation.invalid_value"
STATUS = (400, INVALID, "status")
MEMBERS = {
    *("invoice_id", "invoice_number", "customer_id", "customer_name", "date", "due_date", "reference_number"),
    *("place_of_supply", "currency_code", "exchange_rate", "line_items", "sub_total", "tax_total", "total"),
    *("payment_made", "balance", "status", "notes", "created_time", "last_modified_time"),
    *("branch_id", "series_name", "taxes", "credits_applied", "salesperson_id", "tags"),
}
SALE = [
    ("acc_ar", "236.00", "0.00"),
    ("acc_output_cgst", "0.00", "18.00"),
    ("acc_output_sgst", "0.00", "18.00"),
    ("acc_sales", "0.00", "200.00"),
]


def place(invoice: Json) -> str:
    return f"/invoices/{invoice['invoice_id']}"


def number(invoice: Json) -> int:
    return int(invoice["invoice_number"].rsplit("-", 1)[1])


def paid(books: FinzBooks, invoice: Json) -> Json:
    books.receive(invoice["balance"], invoice)
    return books.get(place(invoice))


def test_invoice_is_a_draft_first(books: FinzBooks) -> None:
    """The vendor's sample: two widgets within the state are 200, 18 and 18, 236; nothing is posted
    (Invoices, read 2026-11; 5.3, 8.1, 17.10; operations 19 and 20)."""
    before = books.trial()

    made = books.make("/invoices", {**GOOD["/invoices"], "line_items": [widgets(2)]})

    assert MEMBERS == set(made)
    assert {
        "customer_id": "ct_acme",
        "customer_name": books.get("/contacts/ct_acme")["contact_name"],
        "date": "2026-09-20T00:00:00",
        "due_date": "2026-10-20T00:00:00",
        "place_of_supply": "IN-MH",
        "currency_code": "INR",
        "exchange_rate": 1,
        "sub_total": 200,
        "tax_total": 36,
        "total": 236,
        "payment_made": 0,
        "credits_applied": 0,
        "balance": 236,
        "status": "DRAFT",
        "branch_id": "br_hq",
        "series_name": "default",
    }.items() <= made.items()
    assert made["invoice_id"].startswith("inv_")
    assert {} == books.moved(before)
    assert [] == books.entries(made["invoice_id"])
    assert made == books.get(place(made)) == books.get("/invoices", per_page=1)[0]
    books.refuse((404, "not_found.resource", "invoice_id"), "GET", "/invoices/inv_none")


def test_approval_posts_once(books: FinzBooks) -> None:
    """SENT, with one balanced entry of the invoice's date; a second approval is refused, as are changes
    (Invoices; Email, read 2026-11; 5.5, 8.1, 17.16; operation 22)."""
    draft, before = books.invoice(), books.trial()

    sent = books.act(f"{place(draft)}/approve")

    assert ("SENT", 236) == (sent["status"], sent["balance"])
    assert {"ar": "236.00", "sales": "-200.00", "output_cgst": "-18.00", "output_sgst": "-18.00"} == books.moved(before)
    (entry,) = books.entries(draft["invoice_id"])
    assert ("INVOICE", draft["date"], "ct_acme") == (entry["source"], entry["date"], entry["contact_id"])
    assert SALE == books.legs(draft["invoice_id"])
    told = books.refuse(STATUS, "POST", f"{place(draft)}/approve")
    assert {"current": "SENT", "allowed": ["DRAFT"]} == told["details"]
    books.refuse(STATUS, "PUT", place(draft), {"notes": "Late"})
    books.refuse(STATUS, "DELETE", place(draft))
    assert SALE == books.legs(draft["invoice_id"])
    assert sent == books.get(place(draft))
    books.refuse((404, "not_found.resource", "invoice_id"), "POST", "/invoices/inv_none/approve")


def test_invoice_may_be_approved_as_it_is_made(books: FinzBooks) -> None:
    """`auto_approve` posts in the same call (Bulk, read 2026-11; 8.1, 17.17; operation 20)."""
    made = books.invoice(approve=True)

    assert "SENT" == made["status"]
    assert SALE == books.legs(made["invoice_id"])


def test_draft_is_changed(books: FinzBooks) -> None:
    """The header in part; lines that are sent replace all, and totals follow (8.1; operation 21; A14)."""
    draft = books.invoice(widgets(2), line(50))

    noted = books.put(place(draft), {"notes": "By road", "reference_number": "PO-7"})
    lined = books.put(place(draft), {"line_items": [widgets(3)]})
    moved = books.put(place(draft), {"place_of_supply": "IN-KA", "date": "2026-09-22"})

    assert ("By road", "PO-7", draft["line_items"]) == (noted["notes"], noted["reference_number"], noted["line_items"])
    assert (300, 54, 354, 354) == tuple(lined[name] for name in ("sub_total", "tax_total", "total", "balance"))
    assert ("By road", 1) == (lined["notes"], len(lined["line_items"]))
    assert [{"tax_name": "IGST", "tax_amount": 54}] == [each for each in moved["taxes"] if each["tax_amount"]]
    assert ("2026-09-22T00:00:00", 354) == (moved["date"], moved["total"])
    assert draft["invoice_number"] == moved["invoice_number"]
    assert moved == books.get(place(draft))
    bad = {"notes": "x", "line_items": [widgets(0)]}
    books.refuse((400, INVALID, "line_items[0].quantity"), "PUT", place(draft), bad)
    books.refuse((404, "not_found.resource", "customer_id"), "PUT", place(draft), {"customer_id": "ct_none"})
    books.refuse((404, "not_found.resource", "invoice_id"), "PUT", "/invoices/inv_none", {"notes": "x"})
    assert moved == books.get(place(draft))


def test_draft_is_deleted(books: FinzBooks) -> None:
    """It is gone, and its number with it (8.1; operation 24; A14)."""
    draft = books.invoice()

    books.delete(place(draft))

    for method in ("GET", "DELETE"):
        books.refuse((404, "not_found.resource", "invoice_id"), method, place(draft))
    assert number(draft) + 1 == number(books.invoice())


def test_void_takes_an_invoice_back(books: FinzBooks) -> None:
    """The ledger is as before, by an entry of the same date; the invoice is CANCELLED and owes nothing
    (8.1, 17.18; 5.5; operation 23; A14)."""
    before = books.trial()
    sent = books.invoice(approve=True)

    cancelled = books.act(f"{place(sent)}/void")

    assert ("CANCELLED", 0, 236) == (cancelled["status"], cancelled["balance"], cancelled["total"])
    assert {} == books.moved(before)
    first, second = books.entries(sent["invoice_id"])
    assert (first["date"], "INVOICE") == (second["date"], second["source"])
    mirrored = [(each["account_id"], each["credit"], each["debit"]) for each in second["lines"]]
    assert sorted((each["account_id"], each["debit"], each["credit"]) for each in first["lines"]) == sorted(mirrored)
    for action in ("void", "approve"):
        books.refuse(STATUS, "POST", f"{place(sent)}/{action}")
    books.refuse((404, "not_found.resource", "invoice_id"), "POST", "/invoices/inv_none/void")


def test_void_is_for_what_nobody_has_paid(books: FinzBooks) -> None:
    """A draft, a paid, a partly paid and a credited invoice are not voided (8.1, 17.18; operation 23; A14)."""
    draft = books.invoice()
    partly, whole, credited = (books.invoice(approve=True) for _ in range(3))
    books.receive(100, partly)
    books.receive(236, whole)
    note = books.credit()
    body = {"invoice_id": credited["invoice_id"]}
    books.act(f"/credit_notes/{note['credit_note_id']}/apply-to-invoice", body)

    for invoice in (draft, partly, whole, credited):
        books.refuse(STATUS, "POST", f"{place(invoice)}/void")


def test_overdue_is_seen_at_the_time_of_reading(books: FinzBooks) -> None:
    """The day after the due date, in India, a SENT invoice is OVERDUE in object, list and filter; a partly paid one
    keeps its name; overdue ones are paid and voided all the same (8.1; operations 18 and 23; A15, A28)."""
    sent, partly, other = (books.invoice(approve=True, date="2026-09-01", due_date="2026-10-01") for _ in range(3))
    draft = books.invoice(date="2026-09-01", due_date="2026-10-01")
    books.receive(100, partly)
    books.set_clock("2026-10-01T18:29:59Z")
    assert "SENT" == books.get(place(sent))["status"]

    books.advance(1)

    assert ("OVERDUE", "PARTIALLY_PAID", "DRAFT") == tuple(
        books.get(place(each))["status"] for each in (sent, partly, draft)
    )
    overdue = [each["invoice_id"] for each in books.all("/invoices", status="OVERDUE")]
    assert {sent["invoice_id"], other["invoice_id"]} <= set(overdue)
    assert sent["invoice_id"] not in [each["invoice_id"] for each in books.all("/invoices", status="SENT")]
    assert "PAID" == paid(books, sent)["status"]
    assert "CANCELLED" == books.act(f"{place(other)}/void")["status"]


def test_due_date_follows_the_terms_of_the_customer(books: FinzBooks) -> None:
    """Or what is sent, which is not before the date (Invoices, read 2026-11; 8.1; operation 20)."""
    cash = books.make("/contacts", {"contact_name": "Counter"})["contact_id"]

    assert "2026-09-20T00:00:00" == books.invoice(customer_id=cash)["due_date"]
    assert "2026-11-01T00:00:00" == books.invoice(due_date="2026-11-01")["due_date"]
    assert "2026-09-20T00:00:00" == books.invoice(due_date="2026-09-20")["due_date"]
    body = {**GOOD["/invoices"], "due_date": "2026-09-19"}
    books.refuse((400, INVALID, "due_date"), "POST", "/invoices", body)


def test_due_date_of_a_draft_moves_with_it(books: FinzBooks) -> None:
    """Where it came from the terms; one that was chosen stays (8.1; operation 21; A14)."""
    by_terms, chosen = books.invoice(), books.invoice(due_date="2026-12-31")

    moved = [books.put(place(each), {"date": "2026-09-22"})["due_date"][:10] for each in (by_terms, chosen)]

    assert ["2026-10-22", "2026-12-31"] == moved


def test_customer_of_an_invoice_is_one(books: FinzBooks) -> None:
    """A vendor is none, one who is both is (Invoices, read 2026-11; 8.1; operation 20)."""
    both = books.make("/contacts", {"contact_name": "Both", "contact_type": "BOTH"})

    assert "Both" == books.invoice(customer_id=both["contact_id"])["customer_name"]
    body = {**GOOD["/invoices"], "customer_id": "ct_vendor"}
    books.refuse((400, INVALID, "customer_id"), "POST", "/invoices", body)


def test_numbers_follow_one_another(books: FinzBooks) -> None:
    """Prefix of the branch, year of the date, four digits; a number of the caller's own takes none, and is taken once
    in its branch (Invoices, read 2026-11; 8.1, 17.15; operation 20; A5, A16)."""
    first, second = books.invoice(), books.invoice()
    own = books.invoice(invoice_number="AC/2026/7")
    third = books.invoice()

    assert f"INV-2026-{number(first):04}" == first["invoice_number"]
    assert [1, 2] == [number(each) - number(first) for each in (second, third)]
    assert "AC/2026/7" == own["invoice_number"]
    taken = (409, "conflict.duplicate", "invoice_number")
    for used in ("AC/2026/7", first["invoice_number"]):
        books.refuse(taken, "POST", "/invoices", {**GOOD["/invoices"], "invoice_number": used})
    books.refuse(taken, "PUT", place(third), {"invoice_number": "AC/2026/7"})
    other = next(each["branch_id"] for each in books.get("/branches") if not each["is_default"])
    assert "AC/2026/7" == books.invoice(branch_id=other, invoice_number="AC/2026/7")["invoice_number"]


@pytest.mark.parametrize("year", ["0999", "2025", "2041"])
def test_each_year_counts_for_itself(books: FinzBooks, year: str) -> None:
    """The year is that of the date, in four digits (8.1; operation 20; A16)."""
    made = [books.invoice(date=f"{year}-05-12")["invoice_number"] for _ in range(2)]

    assert [f"INV-{year}-0001", f"INV-{year}-0002"] == made


def test_number_that_was_taken_by_hand_is_passed_over(books: FinzBooks) -> None:
    """The sequence never gives a number a second time (8.1, 17.15; operation 20; A16)."""
    first = books.invoice()
    books.invoice(invoice_number=f"INV-2026-{number(first) + 1:04}")

    following = books.invoice()

    assert number(first) + 2 == number(following)


def test_each_year_branch_and_series_counts_by_itself(books: FinzBooks) -> None:
    """The year is that of the document (Invoices, read 2026-11; 8.1; operation 20; A16)."""
    branch = next(each for each in books.get("/branches") if not each["is_default"])
    numbers = [
        books.invoice(**fields)["invoice_number"]
        for fields in (
            {"date": "2031-01-01"},
            {"date": "2031-12-31"},
            {"date": "2032-01-01"},
            {"date": "2031-01-01", "series_name": "export"},
            {"date": "2031-01-01", "branch_id": branch["branch_id"]},
            {"date": "2031-01-01"},
        )
    ]

    prefix = branch["invoice_prefix"]
    assert ["INV-2031-0001", "INV-2031-0002", "INV-2032-0001", "INV-EXPORT-2031-0001"] == numbers[:4]
    assert [f"{prefix}2031-0001", "INV-2031-0003"] == numbers[4:]


def test_series_tell_their_next_number(books: FinzBooks) -> None:
    """Of the default branch or of the one that is named; its path is not that of an invoice
    (Invoices, read 2026-11; 8.1; operation 25)."""
    made = books.invoice()
    rows = books.get("/invoices/series", branch_id="br_hq")

    assert {"series_name", "prefix", "next_number", "branch_id", "is_default"} == set(rows[0])
    (default,) = [each for each in rows if each["is_default"]]
    assert ("default", "INV-", "br_hq") == (default["series_name"], default["prefix"], default["branch_id"])
    assert f"INV-2026-{number(made) + 1:04}" == default["next_number"]
    assert default["next_number"] == books.invoice()["invoice_number"]
    assert {"default", "export", "rcm"} <= {each["series_name"] for each in rows}
    assert default["series_name"] in [each["series_name"] for each in books.get("/invoices/series")]
    books.refuse((404, "not_found.resource", "branch_id"), "GET", "/invoices/series?branch_id=br_none")


def test_refused_invoice_takes_no_number(books: FinzBooks) -> None:
    """Whatever is wrong with it (17.14; 8.1; operation 20)."""
    first = books.invoice()

    for changes, refusal in (
        ({"customer_id": "ct_none"}, (404, "not_found.resource", "customer_id")),
        ({"line_items": [widgets(item_id="it_none")]}, (404, "not_found.resource", "line_items[0].item_id")),
        ({"line_items": [widgets(), widgets(0)]}, (400, INVALID, "line_items[1].quantity")),
        ({"due_date": "2026-01-01"}, (400, INVALID, "due_date")),
    ):
        books.refuse(refusal, "POST", "/invoices", {**GOOD["/invoices"], **changes})

    assert number(first) + 1 == number(books.invoice())


def test_people_and_cost_centres_are_kept(books: FinzBooks) -> None:
    """A salesperson is a user, tags name cost centres (Invoices, read 2026-11; 8.1; operation 20)."""
    centre = books.get("/cost_centers")[0]["cost_center_id"]

    made = books.invoice(salesperson_id="usr_asha", tags=[{"cost_center_id": centre}])

    assert ("usr_asha", [{"cost_center_id": centre}]) == (made["salesperson_id"], made["tags"])
    tags = [{"cost_center_id": centre}, {"cost_center_id": "x"}]
    body = {**GOOD["/invoices"], "tags": tags}
    books.refuse((404, "not_found.resource", "tags[1].cost_center_id"), "POST", "/invoices", body)


def test_foreign_invoice_is_posted_in_rupees(books: FinzBooks) -> None:
    """Figures of the document in its currency, of the ledger at its rate; without a rate the latest of the tables is
    taken, and where there is none it is refused (Invoices; Lookups, read 2026-11; 5.3, 8.1; operation 20)."""
    before = books.trial()
    exported = books.invoice(line(1000), place_of_supply="IN-OT", currency_code="USD", exchange_rate=80, approve=True)
    moved = books.moved(before)

    assert ("USD", 80, 1180, 1180) == tuple(
        exported[name] for name in ("currency_code", "exchange_rate", "total", "balance")
    )
    assert {"ar": "94400.00", "sales": "-80000.00", "output_igst": "-14400.00"} == moved
    assert 83.42 == books.invoice(currency_code="USD", date="2026-05-12")["exchange_rate"]
    for changes in ({"currency_code": "USD", "date": "1999-01-01"}, {"currency_code": "JPY"}):
        answer = books.call("POST", "/invoices", {**GOOD["/invoices"], **changes})
        assert (400, INVALID) == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "DRAFT"}, ["three", "two"]),
        ({"status": "SENT"}, ["one"]),
        ({"date_from": "2031-02-02"}, ["three", "two"]),
        ({"date_to": "2031-02-02"}, ["two", "one"]),
        ({"date_from": "2031-02-02", "date_to": "2031-02-02T00:00:00"}, ["two"]),
        ({"customer_id": "ct_beta"}, ["three"]),
        ({"customer_id": "ct_beta", "status": "SENT"}, []),
    ],
)
def test_invoices_are_filtered(books: FinzBooks, query: dict[str, Json], found: list[str]) -> None:
    """By status, customer and dates, both ends included (Invoices, read 2026-11; 8.1; operation 18)."""
    books.invoice(date="2031-02-01", reference_number="one", approve=True)
    books.invoice(date="2031-02-02", reference_number="two")
    books.invoice(date="2031-02-03", reference_number="three", customer_id="ct_beta")

    rows = books.all("/invoices", **query)

    shown = [each["reference_number"] for each in rows if each["reference_number"] in ("one", "two", "three")]
    assert found == shown
