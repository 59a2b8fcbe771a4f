"""FinzBooks: credit notes of either side, what they are applied to, and debit notes."""

from __future__ import annotations

import pytest

from tests.vendors.finzbooks import GOOD, FinzBooks, Json, line, widgets

INVALID = "validation.invalid_value"
STATUS = (400, INVALID, "status")


def at(note: Json) -> str:
    return f"/credit_notes/{note['credit_note_id']}"


def apply(books: FinzBooks, note: Json, document: Json, amount: float | None = None) -> Json:
    """The note after it was applied to an invoice or a bill."""
    word = "invoice" if "invoice_id" in document else "bill"
    body: dict[str, Json] = {f"{word}_id": document[f"{word}_id"]}
    if amount is not None:
        body["amount"] = amount
    return books.act(f"{at(note)}/apply-to-{word}", body)


def again(books: FinzBooks, document: Json) -> Json:
    word = "invoice" if "invoice_id" in document else "bill"
    return books.get(f"/{word}s/{document[f'{word}_id']}")


def test_credit_note_posts_and_touches_no_invoice(books: FinzBooks) -> None:
    """100 and 18 of IGST against an inter-state invoice of 354, which still owes all of it
    (Credit notes, read 2026-11; 5.5, 8.4, 17.25; operations 49 and 50; A19)."""
    invoice = books.invoice(widgets(3), customer_id="ct_beta", place_of_supply="IN-KA", approve=True)
    before = books.trial()

    note = books.credit(customer_id="ct_beta", invoice_id=invoice["invoice_id"])

    assert note["credit_note_id"].startswith("cn_")
    assert note["credit_note_number"].startswith("CN-2026-")
    assert {
        "type": "customer",
        "customer_id": "ct_beta",
        "invoice_id": invoice["invoice_id"],
        "bill_id": None,
        "place_of_supply": "IN-KA",
        "sub_total": 100,
        "tax_total": 18,
        "total": 118,
        "balance": 118,
        "status": "ISSUED",
        "applications": [],
    }.items() <= note.items()
    assert {"ar": "-118.00", "sales": "100.00", "output_igst": "18.00"} == books.moved(before)
    (entry,) = books.entries(note["credit_note_id"])
    assert ("CREDIT_NOTE", note["date"]) == (entry["source"], entry["date"])
    assert invoice == again(books, invoice)
    assert note == books.get(at(note))
    books.refuse((404, "not_found.resource", "credit_note_id"), "GET", "/credit_notes/cn_none")


def test_applied_note_lowers_what_is_owed(books: FinzBooks) -> None:
    """Nothing is posted; 236 of 354 are left, PARTIALLY_PAID, and the note is used up; it can then be neither changed
    nor voided nor applied (Credit notes, read 2026-11; 5.5, 8.4, 17.25; operations 51, 52 and 53; A15, A19)."""
    invoice = books.invoice(widgets(3), place_of_supply="IN-KA", approve=True)
    note = books.credit(place_of_supply="IN-KA")
    before = books.trial()

    applied = apply(books, note, invoice)

    shown = again(books, invoice)
    assert (118, 236, 0, "PARTIALLY_PAID") == tuple(
        shown[name] for name in ("credits_applied", "balance", "payment_made", "status")
    )
    assert (0, "APPLIED", 118) == tuple(applied[name] for name in ("balance", "status", "total"))
    (application,) = applied["applications"]
    assert (invoice["invoice_id"], None, 118) == tuple(
        application[name] for name in ("invoice_id", "bill_id", "amount")
    )
    assert {} == books.moved(before)
    books.refuse(STATUS, "PUT", at(note), {"notes": "x"})
    books.refuse(STATUS, "POST", f"{at(note)}/void")
    answer = books.call("POST", f"{at(note)}/apply-to-invoice", {"invoice_id": invoice["invoice_id"], "amount": 1})
    assert (400, INVALID) == (answer.status_code, answer.json()["code"])


def test_note_is_applied_in_parts(books: FinzBooks) -> None:
    """To several invoices of its customer; after the first it is changed no more; an invoice that credits alone settle
    is CREDIT_APPLIED, one that a payment settled too is PAID (8.1, 8.4; operation 53; A15, A19)."""
    small, large = books.invoice(line(10), approve=True), books.invoice(approve=True)
    note = books.credit(widgets(3))

    first = apply(books, note, small)
    books.refuse(STATUS, "PUT", at(note), {"notes": "x"})
    books.refuse(STATUS, "POST", f"{at(note)}/void")
    second = apply(books, note, large, 200)
    books.receive(36, large)

    assert [("ISSUED", 342.2), ("ISSUED", 142.2)] == [(each["status"], each["balance"]) for each in (first, second)]
    assert ("CREDIT_APPLIED", 0, 0) == tuple(
        again(books, small)[name] for name in ("status", "balance", "payment_made")
    )
    assert ("PAID", 0, 36) == tuple(again(books, large)[name] for name in ("status", "balance", "payment_made"))
    assert [11.8, 200] == [each["amount"] for each in second["applications"]]


def test_application_counts_when_both_are_there(books: FinzBooks) -> None:
    """On the day of the note or of the invoice, whichever is later; before that the note stands beside what is owed
    (8.4, 13; operations 53 and 78; A19)."""
    invoice = books.invoice(approve=True, date="2026-09-26")
    note = books.credit(date="2026-09-22")

    applied = apply(books, note, invoice)

    assert ["2026-09-26"] == [each["date"][:10] for each in applied["applications"]]


def test_note_is_not_applied_beyond_a_balance(books: FinzBooks) -> None:
    """Neither the note's nor the document's; not to a draft, a cancelled or another's document, nor to the other side
    (8.4, 17.25; operations 53 and 54; A19)."""
    small, large = books.invoice(line(10), approve=True), books.invoice(approve=True)
    note, place = books.credit(), f"{at(books.credit())}/apply-to-invoice"
    cancelled = books.act(f"/invoices/{books.invoice(approve=True)['invoice_id']}/void")
    beta = books.invoice(customer_id="ct_beta", approve=True)
    bill = books.bill(approve=True)

    for invoice, amount in ((small, 11.81), (large, 118.01), (large, 0), (large, -5)):
        body = {"invoice_id": invoice["invoice_id"], "amount": amount}
        books.refuse((400, INVALID, "amount"), "POST", f"{at(note)}/apply-to-invoice", body)
    for invoice in (books.invoice(), cancelled, beta):
        body = {"invoice_id": invoice["invoice_id"], "amount": 1}
        books.refuse((400, INVALID, "invoice_id"), "POST", place, body)
    books.refuse((404, "not_found.resource", "invoice_id"), "POST", place, {"invoice_id": "inv_none"})
    books.refuse((400, "validation.required_field", "invoice_id"), "POST", place, {"amount": 5})
    answer = books.call("POST", f"{at(note)}/apply-to-bill", {"bill_id": bill["bill_id"], "amount": 1})
    assert (400, INVALID) == (answer.status_code, answer.json()["code"])
    for side in ("invoice", "bill"):
        path = f"/credit_notes/cn_none/apply-to-{side}"
        books.refuse((404, "not_found.resource", "credit_note_id"), "POST", path, {f"{side}_id": "x"})
    assert 118 == books.get(at(note))["balance"]


def test_unapplied_note_is_changed(books: FinzBooks) -> None:
    """Lines replace all, and the ledger follows (Credit notes, read 2026-11; 8.4; operation 51)."""
    before = books.trial()
    note = books.credit()

    changed = books.put(at(note), {"line_items": [widgets(2)], "notes": "Two came back"})

    assert (236, 236, "ISSUED", "Two came back") == tuple(
        changed[name] for name in ("total", "balance", "status", "notes")
    )
    assert {"ar": "-236.00", "sales": "200.00", "output_cgst": "18.00", "output_sgst": "18.00"} == books.moved(before)
    assert changed == books.get(at(note))
    books.refuse((404, "not_found.resource", "credit_note_id"), "PUT", "/credit_notes/cn_none", {"notes": "x"})


def test_void_takes_a_note_back(books: FinzBooks) -> None:
    """CANCELLED, once, and the ledger is as before (Credit notes, read 2026-11; 8.4; operation 52; A19)."""
    before = books.trial()
    note = books.credit()

    cancelled = books.act(f"{at(note)}/void")

    assert ("CANCELLED", 0) == (cancelled["status"], cancelled["balance"])
    assert {} == books.moved(before)
    books.refuse(STATUS, "POST", f"{at(note)}/void")
    books.refuse(STATUS, "PUT", at(note), {"notes": "x"})
    invoice = books.invoice(approve=True)
    answer = books.call("POST", f"{at(note)}/apply-to-invoice", {"invoice_id": invoice["invoice_id"]})
    assert (400, INVALID) == (answer.status_code, answer.json()["code"])
    books.refuse((404, "not_found.resource", "credit_note_id"), "POST", "/credit_notes/cn_none/void")


def test_vendor_gives_credit_as_well(books: FinzBooks) -> None:
    """With a vendor's contact the note is a purchase return: less is owed, the purchase and its input tax go back;
    it is applied to a bill of that vendor (Credit notes, read 2026-11; 5.5, 8.4; operations 50 and 54; A19)."""
    bill = books.bill(approve=True)
    before = books.trial()

    note = books.credit(widgets(2, rate=70), customer_id="ct_vendor", bill_id=bill["bill_id"])

    assert ("vendor", bill["bill_id"], None, 165.2) == tuple(
        note[name] for name in ("type", "bill_id", "invoice_id", "total")
    )
    moved = {"ap": "165.20", "purchases": "-140.00", "input_cgst": "-12.60", "input_sgst": "-12.60"}
    assert moved == books.moved(before)
    applied = apply(books, note, bill, 165.2)
    assert (660.8, 165.2, "PARTIALLY_PAID") == tuple(
        again(books, bill)[name] for name in ("balance", "credits_applied", "status")
    )
    assert ("APPLIED", bill["bill_id"]) == (applied["status"], applied["applications"][0]["bill_id"])
    assert moved == books.moved(before)


def test_bill_that_credits_alone_settle_is_paid(books: FinzBooks) -> None:
    """A bill has no status of its own for that (9.1; operation 54; A15)."""
    bill = books.bill(approve=True)

    apply(books, books.credit(widgets(10, rate=70), customer_id="ct_vendor", bill_id=bill["bill_id"]), bill)

    assert ("PAID", 0, 0, 826) == tuple(
        again(books, bill)[name] for name in ("status", "balance", "payment_made", "credits_applied")
    )


def test_direction_of_a_note(books: FinzBooks) -> None:
    """By the contact's type, and by the parent for one who is both: without a parent it is a customer; invoice and
    bill together are refused (Credit notes, read 2026-11; 8.4; operation 50; A19)."""
    both = books.make("/contacts", {"contact_name": "Both", "contact_type": "BOTH"})["contact_id"]
    sold, bought = books.invoice(customer_id=both, approve=True), books.bill(vendor_id=both, approve=True)
    here = {"customer_id": both, "place_of_supply": "IN-MH"}

    kinds = [
        books.credit(**fields)["type"]
        for fields in (
            {"customer_id": "ct_acme"},
            {"customer_id": "ct_vendor"},
            here,
            {**here, "invoice_id": sold["invoice_id"]},
            {**here, "bill_id": bought["bill_id"]},
        )
    ]

    assert ["customer", "vendor", "customer", "customer", "vendor"] == kinds
    body = {**GOOD["/credit_notes"], **here, "invoice_id": sold["invoice_id"], "bill_id": bought["bill_id"]}
    answer = books.call("POST", "/credit_notes", body)
    assert (400, INVALID) == (answer.status_code, answer.json()["code"])


def test_notes_of_an_invoice_do_not_exceed_it(books: FinzBooks) -> None:
    """Together they come to its total at most; voided ones do not count (8.4; operation 50; A19)."""
    invoice = books.invoice(approve=True)["invoice_id"]
    first = books.credit(invoice_id=invoice)
    books.credit(invoice_id=invoice)
    body = {**GOOD["/credit_notes"], "invoice_id": invoice, "line_items": [line(1)]}

    answer = books.call("POST", "/credit_notes", body)

    assert (400, INVALID) == (answer.status_code, answer.json()["code"])
    books.act(f"{at(first)}/void")
    assert 118 == books.credit(invoice_id=invoice)["total"]


@pytest.mark.parametrize(("fields", "place"), [({}, "IN-MH"), ({"place_of_supply": "IN-KA"}, "IN-KA")])
def test_place_of_supply_of_a_note(books: FinzBooks, fields: dict[str, Json], place: str) -> None:
    """Its parent's, else its contact's, unless it says otherwise (8.4; operation 50; A19)."""
    invoice = books.invoice(place_of_supply="IN-TN", approve=True)

    alone, linked = books.credit(**fields), books.credit(invoice_id=invoice["invoice_id"], **fields)

    assert (place, fields.get("place_of_supply", "IN-TN")) == (alone["place_of_supply"], linked["place_of_supply"])


def test_goods_of_a_note_may_go_back_into_stock(books: FinzBooks) -> None:
    """A line tells whether they do; the ledger knows no stock
    (Credit notes, read 2026-11; 8.4; operation 50; A24)."""
    before = books.trial()

    note = books.credit(widgets(1, restock=True), widgets(1, restock=False))

    assert [True, False] == [each["restock"] for each in note["line_items"]]
    assert {"ar", "sales", "output_cgst", "output_sgst"} == set(books.moved(before))


def test_credit_notes_are_filtered(books: FinzBooks) -> None:
    """By status, contact of either side, parent and type (Credit notes, read 2026-11; 8.4; operation 48)."""
    invoice, bill = books.invoice(approve=True), books.bill(approve=True)
    one = books.credit(invoice_id=invoice["invoice_id"])
    two = books.credit(widgets(1, rate=70), customer_id="ct_vendor", bill_id=bill["bill_id"])
    three = books.act(f"{at(books.credit())}/void")
    mine = [each["credit_note_id"] for each in (one, two, three)]

    def found(**query: Json) -> list[int]:
        ids = [each["credit_note_id"] for each in books.all("/credit_notes", **query)]
        return [mine.index(each) + 1 for each in ids if each in mine]

    assert [3, 2, 1] == found()
    assert [2, 1] == found(status="ISSUED")
    assert [3] == found(status="CANCELLED")
    assert [2] == found(customer_id="ct_vendor") == found(type="vendor") == found(bill_id=bill["bill_id"])
    assert [3, 1] == found(type="customer") == found(customer_id="ct_acme")
    assert [1] == found(invoice_id=invoice["invoice_id"])


def test_debit_note_returns_a_purchase(books: FinzBooks) -> None:
    """Posted as a vendor's credit note is, ISSUED (8.5; 5.5; operations 55, 56 and 57; A20)."""
    bill = books.bill(approve=True)
    before = books.trial()

    body = {**GOOD["/debit_notes"], "bill_id": bill["bill_id"], "line_items": [widgets(1)], "notes": "Bent"}
    note = books.make("/debit_notes", body)

    assert note["debit_note_id"].startswith("dn_")
    assert note["debit_note_number"].startswith("DN-2026-")
    assert ("ct_vendor", bill["bill_id"], 70, 12.6, 82.6, 82.6, "ISSUED") == tuple(
        note[name] for name in ("vendor_id", "bill_id", "sub_total", "tax_total", "total", "balance", "status")
    )
    moved = {"ap": "82.60", "purchases": "-70.00", "input_cgst": "-6.30", "input_sgst": "-6.30"}
    assert moved == books.moved(before)
    assert ["DEBIT_NOTE"] == [each["source"] for each in books.entries(note["debit_note_id"])]
    assert note == books.get(f"/debit_notes/{note['debit_note_id']}") == books.get("/debit_notes")[0]
    assert bill == again(books, bill)
    books.refuse((404, "not_found.resource", "debit_note_id"), "GET", "/debit_notes/dn_none")
    rest = {"customer_id": "ct_vendor", "bill_id": bill["bill_id"], "date": "2026-09-25"}
    beyond = {**rest, "line_items": [widgets(10, rate=70)]}
    books.refuse((400, INVALID, "line_items"), "POST", "/credit_notes", beyond)
    assert 743.4 == books.make("/credit_notes", {**rest, "line_items": [widgets(9, rate=70)]})["total"]
    wrong = {**GOOD["/debit_notes"], "vendor_id": "ct_acme"}
    books.refuse((400, INVALID, "vendor_id"), "POST", "/debit_notes", wrong)
