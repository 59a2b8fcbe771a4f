"""FinzBooks: which organisation a call is for, and what is looked up in it."""

from __future__ import annotations

import pytest

from tests.vendors.finzbooks import GOOD, MAIN, OTHER, SECOND, FinzBooks, Json, inner, line, widgets

UNKNOWN_CONTACT = (404, "not_found.resource", "contact_id")


def test_token_of_all_organisations_needs_one_for_each_call(books: FinzBooks) -> None:
    """400 without, the books of the one that is named with; whoami alone goes without, and then has none
    (Cross-org, read 2026-11; 2.1, 2.2, 17.3; operation 1)."""
    for method, path in (("GET", "/contacts"), ("POST", "/contacts"), ("GET", "/reports/trial_balance")):
        books.refuse((400, "auth.missing_organization_id", None), method, path, {}, who="multi-org")

    assert None is books.get("/whoami", who="multi-org")["org_id"]
    assert MAIN == books.get("/whoami", organization_id=MAIN, who="multi-org")["org_id"]
    assert "ct_acme" == books.get("/contacts/ct_acme", organization_id=MAIN, who="multi-org")["contact_id"]
    books.refuse(UNKNOWN_CONTACT, "GET", f"/contacts/ct_acme?organization_id={SECOND}", who="multi-org")


@pytest.mark.parametrize("organisation", [OTHER, "nowhere", ""])
def test_organisation_of_others_is_refused(books: FinzBooks, organisation: str) -> None:
    """403 where the user is no member, of an organisation that is there or not (Cross-org, read 2026-11; 2.1, 17.3)."""
    code, status = ("auth.no_membership", 403) if organisation else ("auth.missing_organization_id", 400)

    books.refuse((status, code, None), "GET", f"/contacts?organization_id={organisation}", who="multi-org")


def test_membership_is_looked_up_at_each_call(books: FinzBooks) -> None:
    """A member whose membership ends is refused from then on (Cross-org, read 2026-11; 2.1)."""
    path = f"/contacts?organization_id={SECOND}"
    assert [] == inner(books.done("GET", path, who="multi-org"))
    (membership,) = [
        each
        for each in books.control("GET", "/state/finzbooks/memberships")
        if ("usr_asha", SECOND) == (each["user_id"], each["organization_id"])
    ]
    place = f"/state/finzbooks/memberships/{membership['membership_id']}"

    books.control("PUT", place, {**membership, "is_active": False})

    books.refuse((403, "auth.no_membership", None), "GET", path, who="multi-org")
    assert 200 == books.call("GET", f"/contacts?organization_id={MAIN}", who="multi-org").status_code


def test_token_of_one_organisation_serves_no_other(books: FinzBooks) -> None:
    """Its own may be named or left out; another one, of the same user or not, is 403
    (Authentication, read 2026-11; 2.1, 17.3)."""
    for organisation in (SECOND, OTHER, "nowhere"):
        told = (403, "auth.org_mismatch", None)
        books.refuse(told, "GET", f"/contacts?organization_id={organisation}")
        books.refuse(told, "GET", "/contacts", headers={"X-AIBooks-Org": organisation})
        books.refuse(told, "GET", f"/whoami?organization_id={organisation}")
    assert 200 == books.call("GET", f"/contacts?organization_id={MAIN}").status_code
    assert 200 == books.call("GET", "/contacts", headers={"X-AIBooks-Org": MAIN}).status_code


def test_organisation_may_stand_in_a_header(books: FinzBooks) -> None:
    """X-AIBooks-Org does as organization_id does; where both are sent they must agree
    (PDFs, read 2026-11; 2.1, 16; A3)."""
    header = {"X-AIBooks-Org": MAIN}

    assert 200 == books.call("GET", "/contacts/ct_acme", who="multi-org", headers=header).status_code
    both = f"/contacts/ct_acme?organization_id={MAIN}"
    assert 200 == books.call("GET", both, who="multi-org", headers=header).status_code
    told = (403, "auth.org_mismatch", None)
    books.refuse(told, "GET", f"/contacts?organization_id={SECOND}", who="multi-org", headers=header)


def test_organisations_do_not_see_each_other(books: FinzBooks) -> None:
    """An id of another organisation is as unknown as any: 404 with its field, in a path and in a body, before anything
    is written (Cross-org, read 2026-11; 2.1, 17.14)."""
    theirs = books.make("/contacts", {"contact_name": "Theirs"}, who="other-tenant")
    customer, mine = theirs["contact_id"], books.get("/contacts")
    body = {"customer_id": customer, "date": "2026-09-20", "place_of_supply": "IN-MH", "line_items": [widgets()]}

    told = books.refuse((404, "not_found.resource", "contact_id"), "GET", f"/contacts/{customer}")
    unknown = books.refuse((404, "not_found.resource", "customer_id"), "POST", "/invoices", body)

    assert f"Contact '{customer}' not found in this org." == told["message"]
    assert customer in unknown["message"]
    assert [customer] == [each["contact_id"] for each in books.get("/contacts", who="other-tenant")]
    assert customer not in [each["contact_id"] for each in mine]
    books.refuse((404, "not_found.resource", "contact_id"), "GET", "/contacts/ct_acme", who="other-tenant")
    assert OTHER == books.get("/whoami", who="other-tenant")["org_id"]


LOOKED_UP = [
    ("/invoices", "customer_id", {"customer_id": "x"}),
    ("/invoices", "salesperson_id", {"salesperson_id": "x"}),
    ("/invoices", "branch_id", {"branch_id": "x"}),
    ("/invoices", "line_items[0].item_id", {"line_items": [widgets(item_id="x")]}),
    ("/invoices", "line_items[1].item_id", {"line_items": [widgets(), widgets(item_id="x")]}),
    ("/invoices", "line_items[1].tax_id", {"line_items": [widgets(), line(5, "x")]}),
    ("/bills", "vendor_id", {"vendor_id": "x"}),
    ("/bills", "line_items[1].item_id", {"line_items": [widgets(), widgets(item_id="x")]}),
    ("/bills", "line_items[0].account_id", {"line_items": [widgets(account_id="x")]}),
    ("/payments", "contact_id", {"contact_id": "x"}),
    ("/payments", "bank_account_id", {"bank_account_id": "x"}),
    ("/payments", "allocations[0].invoice_id", {"allocations": [{"invoice_id": "x", "amount": 1}]}),
    ("/credit_notes", "customer_id", {"customer_id": "x"}),
    ("/credit_notes", "invoice_id", {"invoice_id": "x"}),
    ("/credit_notes", "line_items[0].item_id", {"line_items": [widgets(item_id="x")]}),
    ("/expenses", "vendor_id", {"vendor_id": "x"}),
    ("/expenses", "account_id", {"account_id": "x"}),
    ("/expenses", "paid_through_account_id", {"paid_through_account_id": "x"}),
    ("/expenses", "tax_id", {"tax_id": "x"}),
    ("/estimates", "customer_id", {"customer_id": "x"}),
    ("/sales_orders", "customer_id", {"customer_id": "x"}),
    ("/purchase_orders", "vendor_id", {"vendor_id": "x"}),
    ("/debit_notes", "vendor_id", {"vendor_id": "x"}),
    ("/debit_notes", "bill_id", {"bill_id": "x"}),
    ("/items", "tax_id", {"tax_id": "x"}),
    ("/journals", "lines[1].account_id", {"lines": [GOOD["/journals"]["lines"][0], {"account_id": "x", "credit": 5}]}),
    ("/journals", "contact_id", {"contact_id": "x"}),
]


@pytest.mark.parametrize(("path", "field", "changes"), LOOKED_UP)
def test_id_of_a_body_is_looked_up_before_anything_is_written(
    books: FinzBooks, path: str, field: str, changes: dict[str, Json]
) -> None:
    """404 with the field that names it, and no number is taken (Cross-org; Errors, read 2026-11; 2.1, 3.4, 17.14)."""
    body = {**GOOD[path], **changes}

    told = books.refuse((404, "not_found.resource", field), "POST", path, body)

    assert "'x' not found in this org." in told["message"]
    first, second = (books.make(path, {**GOOD[path], "date": f"2027-01-0{day}"}) for day in (1, 2))
    assert following(first, second)


def following(first: Json, second: Json) -> bool:
    """Whether the numbers of two documents, if they have any, are consecutive."""
    name = next((each for each in first if each.endswith("_number") and each != "reference_number"), "")
    return not name or int(first[name][-4:]) + 1 == int(second[name][-4:])


def test_checks_come_in_their_order(books: FinzBooks) -> None:
    """Token, organisation, scope, key, schema: what is wrong first is told (2.1; A6)."""
    for who, status, code, field in (
        ("", 401, "auth.missing_token", None),
        ("multi-org", 400, "auth.missing_organization_id", None),
        ("limited", 403, "auth.insufficient_scope", None),
        ("full", 400, "idempotency.key_required", "Idempotency-Key"),
    ):
        books.refuse((status, code, field), "POST", "/payments", {"flow": 5}, who=who, key=None)
    books.refuse((400, "validation.invalid_value", "flow"), "POST", "/payments", {**GOOD["/payments"], "flow": 5})
