"""FinzBooks: a POST that is sent again does nothing again."""

from __future__ import annotations

import pytest

from tests.vendors.finzbooks import GOOD, FinzBooks, Json, failure
from tests.vendors.test_finzbooks_access import SCOPED, body_for

DAY_S = 86400
MANDATORY = {
    "createInvoice",
    "createPayment",
    "applyPayment",
    "createCreditNote",
    "applyCreditNoteToInvoice",
    "applyCreditNoteToBill",
    "createDebitNote",
}
POSTS = [(path, operation) for method, path, operation, _ in SCOPED if method == "POST"]
REQUIRED = (400, "idempotency.key_required", "Idempotency-Key")


@pytest.mark.parametrize("path", [path for path, operation in POSTS if operation in MANDATORY])
def test_money_needs_a_key(books: FinzBooks, path: str) -> None:
    """Invoices, payments, credit and debit notes, and what applies them, go without a key nowhere
    (Idempotency, read 2026-11; 3.3, 17.8)."""
    books.refuse(REQUIRED, "POST", path, GOOD.get(path, {}), key=None)


@pytest.mark.parametrize("path", [path for path, operation in POSTS if operation not in MANDATORY])
def test_other_posts_go_without_a_key(books: FinzBooks, path: str) -> None:
    """A key is optional there, and kept to where it is sent (Idempotency, read 2026-11; 3.3)."""
    body = GOOD.get(path, body_for("POST"))

    assert "idempotency." not in books.call("POST", path, body, key=None).text
    first, again = (books.call("POST", path, body, key="k:1_a-b") for _ in range(2))
    assert (first.status_code, first.content) == (again.status_code, again.content)


def test_same_key_creates_once(books: FinzBooks) -> None:
    """Status and body come again, there is one invoice, one event and one entry of activity; a new key runs anew
    (Idempotency, read 2026-11; 3.3, 17.9; operation 20; A6)."""
    before = books.state()
    first, again = (books.call("POST", "/invoices", GOOD["/invoices"], key="same") for _ in range(2))
    made = books.state()
    other = books.call("POST", "/invoices", GOOD["/invoices"], key="other")

    assert 201 == first.status_code
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert (before["invoices"] + 1, before["activity"] + 1) == (made["invoices"], made["activity"])
    assert first.json()["invoice"]["invoice_id"] != other.json()["invoice"]["invoice_id"]
    assert before["invoices"] + 2 == books.state()["invoices"]


def test_key_does_not_look_at_the_body(books: FinzBooks) -> None:
    """The same key with another body replays the first answer (3.3; A6)."""
    first = books.call("POST", "/contacts", {"contact_name": "One"}, key="k")
    again = books.call("POST", "/contacts", {"contact_name": "Two"}, key="k")
    broken = books.call("POST", "/contacts", content=b"{", key="k")

    assert {first.content} == {again.content, broken.content}
    assert (201, 201, 201) == (first.status_code, again.status_code, broken.status_code)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({**GOOD["/invoices"], "customer_id": "ct_late"}, 404),
        ({**GOOD["/invoices"], "place_of_supply": "INKA"}, 400),
        ({}, 400),
    ],
)
def test_refusal_is_kept_too(books: FinzBooks, body: Json, status: int) -> None:
    """A 4xx is replayed although the call would go through by now; with a new key it does
    (Idempotency, read 2026-11; 3.3, 17.9)."""
    first = books.call("POST", "/invoices", body, key="k")
    again = books.call("POST", "/invoices", GOOD["/invoices"], key="k")

    assert status == first.status_code
    assert (status, first.content) == (again.status_code, again.content)
    assert 201 == books.call("POST", "/invoices", GOOD["/invoices"], key="k2").status_code


def test_unparsable_body_is_kept_as_well(books: FinzBooks) -> None:
    """422 is a 4xx as any (Idempotency, read 2026-11; 3.3)."""
    first = books.call("POST", "/invoices", content=b"{", key="k")
    again = books.call("POST", "/invoices", GOOD["/invoices"], key="k")

    assert (422, first.content) == (again.status_code, again.content)


def test_failure_of_the_server_is_not_kept(books: FinzBooks) -> None:
    """After a 500 the call runs (Idempotency, read 2026-11; 3.3)."""
    books.fault("createInvoice", status=500)

    first, again = (books.call("POST", "/invoices", GOOD["/invoices"], key="k") for _ in range(2))

    assert (500, 201) == (first.status_code, again.status_code)


def test_what_comes_before_the_key_is_not_kept(books: FinzBooks) -> None:
    """401, 403, 429 and faults of the key itself (3.3; A6)."""
    body = GOOD["/contacts"]
    failure(books.call("POST", "/contacts", body, key="k", who=""), 401, "auth.missing_token")
    failure(books.call("POST", "/contacts", body, key="k", who="limited"), 403, "auth.insufficient_scope")
    books.fault("createContact", status=429)
    failure(books.call("POST", "/contacts", body, key="k"), 429, "rate_limit.exceeded")
    failure(books.call("POST", "/invoices", GOOD["/invoices"], key=None), *REQUIRED)

    assert 201 == books.call("POST", "/contacts", body, key="k").status_code
    assert 201 == books.call("POST", "/invoices", GOOD["/invoices"], key="k").status_code


def test_key_is_forgotten_after_a_day(books: FinzBooks) -> None:
    """A second before the day is over it replays, then it runs anew (Idempotency, read 2026-11; 3.3)."""
    first = books.call("POST", "/contacts", GOOD["/contacts"], key="k").json()

    books.advance(DAY_S - 1)
    assert first == books.call("POST", "/contacts", GOOD["/contacts"], key="k").json()
    books.advance(1)
    later = books.call("POST", "/contacts", GOOD["/contacts"], key="k").json()
    assert first["contact"]["contact_id"] != later["contact"]["contact_id"]


def test_key_is_of_its_token_and_path(books: FinzBooks) -> None:
    """The same key on another path, of another object, or with another token, is another one
    (Idempotency, read 2026-11; 3.3)."""
    made = [
        books.call("POST", "/contacts", GOOD["/contacts"], key="k"),
        books.call("POST", "/items", GOOD["/items"], key="k"),
        books.call("POST", "/contacts", GOOD["/contacts"], key="k", who="partner"),
        books.call("POST", "/contacts", GOOD["/contacts"], key="k", who="other-tenant"),
    ]
    assert [201] * 4 == [each.status_code for each in made]
    assert 4 == len({each.content for each in made})

    one, two = (books.invoice()["invoice_id"] for _ in range(2))
    for invoice in (one, two):
        assert invoice == books.call("POST", f"/invoices/{invoice}/approve", key="k").json()["invoice"]["invoice_id"]


@pytest.mark.parametrize("key", ["a", "0d6f4f0e-7d0c-4a53-9c39-3c1fd2a1a0b7", "A:b_c-9", "x" * 200])
def test_key_may_have_these_characters(books: FinzBooks, key: str) -> None:
    """1 to 200 of `[A-Za-z0-9-_:]` (Idempotency, read 2026-11; 3.3)."""
    assert 201 == books.call("POST", "/invoices", GOOD["/invoices"], key=key).status_code


@pytest.mark.parametrize("key", ["a b", "x" * 201, "a/b", "\u00e9", "a.b"])
@pytest.mark.parametrize("path", ["/invoices", "/contacts"])
def test_key_of_another_form_is_refused(books: FinzBooks, path: str, key: str) -> None:
    """400 that names the header (3.3; A6)."""
    books.refuse((400, "validation.invalid_value", "Idempotency-Key"), "POST", path, GOOD[path], key=key)


@pytest.mark.parametrize("path", ["/invoices", "/contacts", "/bulk/invoices"])
def test_second_call_while_the_first_runs_is_refused(books: FinzBooks, path: str) -> None:
    """Of two at once one is told to wait, at once, and one runs (Idempotency, read 2026-11; 3.3, 17.9)."""
    body = GOOD.get(path, {"invoices": [GOOD["/invoices"]]})
    before = books.state()

    first, second = books.at_once(path, body)

    assert first.status_code in (200, 201)
    failure(second, 409, "idempotency.in_progress")
    name = "contacts" if path == "/contacts" else "invoices"
    assert before[name] + 1 == books.state()[name]


def test_replay_moves_no_money(books: FinzBooks) -> None:
    """A receipt that is sent twice settles once and is announced once (Idempotency, read 2026-11; 3.3, 17.9;
    operation 34)."""
    invoice = books.invoice(approve=True)
    body = {**GOOD["/payments"], "allocations": [{"invoice_id": invoice["invoice_id"], "amount": 100}]}

    first, again = (books.call("POST", "/payments", body, key="utr-1") for _ in range(2))

    assert first.content == again.content
    shown = books.get(f"/invoices/{invoice['invoice_id']}")
    assert (100, 136, "PARTIALLY_PAID") == (shown["payment_made"], shown["balance"], shown["status"])
