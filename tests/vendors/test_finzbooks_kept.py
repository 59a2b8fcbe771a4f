"""FinzBooks: what is kept of each kind of document, as the control API shows and takes it, and laws of the ledger."""

from __future__ import annotations

import pytest

from sandbooks.project import bundled_project
from tests.vendors.finzbooks import FinzBooks, Json, failure, line, money, widgets

KEPT = {
    "contacts": "contact_id",
    "items": "item_id",
    "accounts": "account_id",
    "taxes": "tax_id",
    "branches": "branch_id",
    "currencies": "currency_code",
    "invoices": "invoice_id",
    "estimates": "estimate_id",
    "sales_orders": "sales_order_id",
    "credit_notes": "credit_note_id",
    "bills": "bill_id",
    "purchase_orders": "purchase_order_id",
    "debit_notes": "debit_note_id",
    "expenses": "expense_id",
    "payments": "payment_id",
    "journals": "journal_id",
    "recurring": "recurring_id",
    "comments": "comment_id",
}
INVALID = "validation.invalid_value"


def kept(books: FinzBooks, collection: str, id: str = "") -> str:
    return f"/@{books.sandbox}/_sandbox/state/finzbooks/{collection}{'/' if id else ''}{id}"


@pytest.mark.parametrize("collection", KEPT)
def test_kept_documents_fit_what_is_told_of_them(books: FinzBooks, collection: str) -> None:
    """Each one of the demo fits its schema of the description and can be put back as it is; one that has nothing but an
    id is refused (1, read 2026-11; A1)."""
    pack = bundled_project().load_vendor("finzbooks").pack
    documents = books.door.get(kept(books, collection)).json()

    put = [books.door.put(kept(books, collection, each[KEPT[collection]]), json=each) for each in documents]
    half = books.door.put(kept(books, collection, "nothing"), json={KEPT[collection]: "nothing"})

    assert pack.collections[collection].schema
    assert {200} == {answer.status_code for answer in put}
    assert 400 == half.status_code, half.text
    assert 404 == books.door.get(kept(books, collection, "nothing")).status_code


def test_entry_that_is_undone_names_the_one_that_undoes_it(books: FinzBooks) -> None:
    """Voiding an invoice posts the mirror image of its entry, on the invoice's day, and once (Invoices, read 2026-11;
    5.5, 8.1, 17.18; operation 23)."""
    invoice = books.invoice(line(1234.56), approve=True)
    books.act(f"/invoices/{invoice['invoice_id']}/void")
    refused = books.call("POST", f"/invoices/{invoice['invoice_id']}/void")

    entries = [each for each in books.door.get(kept(books, "journals") + "?limit=500").json() if is_of(each, invoice)]
    first = next(each for each in entries if each["reverses"] is None)
    (undone,) = (each for each in entries if each["reverses"] is not None)
    failure(refused, 400, INVALID, "status")
    assert 2 == len(entries)
    assert (first["journal_id"], undone["journal_id"]) == (undone["reverses"], first["reversed_by"])
    assert first["date"] == undone["date"] == invoice["date"]
    assert sides(first, "debit", "credit") == sides(undone, "credit", "debit")
    assert money(first["total_debit"]) == money(undone["total_credit"]) == money(invoice["total"])


def test_contact_with_documents_of_a_side_stays_of_that_side(books: FinzBooks) -> None:
    """A customer who has an invoice becomes BOTH and no VENDOR; one without may become either (Contacts, read 2026-11;
    7.1; operation 5; A22)."""
    made = books.make("/contacts", {"contact_name": "Tungabhadra Valves"})["contact_id"]
    free = books.put(f"/contacts/{made}", {"contact_type": "VENDOR"})
    books.put(f"/contacts/{made}", {"contact_type": "CUSTOMER"})
    books.invoice(widgets(1), customer_id=made)

    told = books.refuse(
        (400, INVALID, "contact_type"), "PUT", f"/contacts/{made}", {"contact_type": "VENDOR", "phone": "1"}
    )
    both = books.put(f"/contacts/{made}", {"contact_type": "BOTH"})

    assert ("VENDOR", "VENDOR", "BOTH") == (free["contact_type"], told["details"]["received"], both["contact_type"])


def is_of(entry: Json, invoice: Json) -> bool:
    return bool(entry["source_id"] == invoice["invoice_id"])


def sides(entry: Json, one: str, other: str) -> list[tuple[str, float, float]]:
    return [(each["account_id"], each[one], each[other]) for each in entry["lines"]]
