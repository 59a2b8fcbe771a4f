"""FinzBooks: envelopes, and how a call is refused."""

from __future__ import annotations

import pytest

from tests.vendors.finzbooks import GOOD, FinzBooks, Json, failure, widgets
from tests.vendors.test_finzbooks_access import REPORTS

PAGED = {
    "/contacts": "contacts",
    "/items": "items",
    "/taxes": "taxes",
    "/accounts": "accounts",
    "/invoices": "invoices",
    "/bills": "bills",
    "/payments": "payments",
    "/expenses": "expenses",
    "/estimates": "estimates",
    "/credit_notes": "credit_notes",
    "/debit_notes": "debit_notes",
    "/sales_orders": "sales_orders",
    "/purchase_orders": "purchase_orders",
    "/journals": "journals",
    "/recurring": "recurring",
    "/activity": "activity",
    "/webhooks/endpoints": "endpoints",
}
WHOLE = {
    "/branches": "branches",
    "/bank_accounts": "bank_accounts",
    "/cost_centers": "cost_centers",
    "/currencies": "currencies",
    "/exchange_rates": "exchange_rates",
    "/invoices/series": "series",
}
SINGULARS = {
    "/contacts": "contact",
    "/items": "item",
    "/invoices": "invoice",
    "/bills": "bill",
    "/payments": "payment",
    "/expenses": "expense",
    "/estimates": "estimate",
    "/credit_notes": "credit_note",
    "/debit_notes": "debit_note",
    "/sales_orders": "sales_order",
    "/purchase_orders": "purchase_order",
    "/journals": "journal",
}
REQUIRED = [
    *((path, name) for path, body in GOOD.items() for name in body if name not in ("account_id", "mode", "memo")),
    ("/recurring", "entity_type"),
    ("/webhooks/endpoints", "url"),
    ("/webhooks/endpoints", "events"),
    ("/comments", "body"),
    ("/comments", "entity_id"),
]
OPTIONAL = {("/credit_notes", "place_of_supply"), ("/debit_notes", "place_of_supply")}
MORE: dict[str, dict[str, Json]] = {
    "/recurring": {
        "entity_type": "INVOICE",
        "name": "Monthly",
        "frequency": "MONTHLY",
        "start_date": "2026-11-01",
        "template_payload": GOOD["/invoices"],
    },
    "/webhooks/endpoints": {"url": "http://127.0.0.1:9/", "events": ["INVOICE_CREATED"]},
    "/comments": {"entity_type": "INVOICE", "entity_id": "inv_x", "body": "Well"},
}
PARAMETERS = {
    "trial_balance": ["as_of_date"],
    "profit_and_loss": ["to_date"],
    "balance_sheet": ["as_of_date"],
    "ar_aging": [],
    "ap_aging": [],
    "outstanding_receivables": [],
    "outstanding_payables": [],
    "ledger": ["account_id"],
}
"""What the queries of reports need; those that are not here need `from_date` and `to_date`."""


def needs(report: str) -> list[str]:
    return PARAMETERS.get(report, ["from_date", "to_date"])


def query_for(report: str, *, without: str = "") -> str:
    values = {"account_id": "acc_icici"}
    asked = [f"{name}={values.get(name, '2026-10-01')}" for name in needs(report) if name != without]
    return f"/reports/{report}?{'&'.join(asked)}"


@pytest.mark.parametrize("path", PAGED)
def test_list_is_an_envelope_with_a_page(books: FinzBooks, path: str) -> None:
    """`code` 0, a message, the rows under their plural, and where the page ends (Envelopes, read 2026-11; 3.1, 3.2)."""
    body = books.done("GET", path)

    assert {"code", "message", PAGED[path], "page_context"} == set(body)
    assert (0, "success", list) == (body["code"], body["message"], type(body[PAGED[path]]))
    assert {"per_page", "has_more_page", "next_cursor"} == set(body["page_context"])
    assert 50 == body["page_context"]["per_page"]
    assert body["page_context"]["has_more_page"] is (body["page_context"]["next_cursor"] is not None)


@pytest.mark.parametrize("path", WHOLE)
def test_lookup_is_a_whole_list(books: FinzBooks, path: str) -> None:
    """No page: all rows at once (Lookups, read 2026-11; 3.2; A33)."""
    body = books.done("GET", path)

    assert {"code", "message", WHOLE[path]} == set(body)
    assert (0, list) == (body["code"], type(body[WHOLE[path]]))


@pytest.mark.parametrize("path", SINGULARS)
def test_created_object_stands_under_its_own_name(books: FinzBooks, path: str) -> None:
    """201 with the object, which a GET shows in the same way (Envelopes, read 2026-11; 3.1; A2)."""
    name = SINGULARS[path]

    body = books.done("POST", path, GOOD[path], status=201)

    assert {"code", "message", name} == set(body)
    shown = books.done("GET", f"{path}/{body[name][f'{name}_id']}")
    assert {"code", "message", name} == set(shown)
    assert body[name] == shown[name]


@pytest.mark.parametrize("report", REPORTS)
def test_report_stands_under_its_name(books: FinzBooks, report: str) -> None:
    """No flag of success, no generic key (Envelopes, read 2026-11; 3.1)."""
    body = books.done("GET", query_for(report))

    assert {"code", "message", report} == set(body)
    assert 0 == body["code"]


@pytest.mark.parametrize(("path", "name"), [each for each in REQUIRED if each not in OPTIONAL])
def test_missing_member_is_named(books: FinzBooks, path: str, name: str) -> None:
    """400 `validation.required_field` (Errors, read 2026-11; 3.4, 17.6)."""
    body = {**GOOD, **MORE}[path]

    for changed in ({key: value for key, value in body.items() if key != name}, {**body, name: None}):
        answer = books.call("POST", path, changed)
        assert answer.status_code == 400, (changed, answer.text)
        assert name == answer.json()["field"]
        assert answer.json()["code"].startswith("validation.")
    books.refuse(
        (400, "validation.required_field", name),
        "POST",
        path,
        {key: value for key, value in body.items() if key != name},
    )


WRONG = [
    ("/contacts", "contact_name", 5),
    ("/contacts", "contact_name", "x" * 201),
    ("/contacts", "contact_name", ""),
    ("/contacts", "contact_type", "FRIEND"),
    ("/contacts", "gst_no", "27AABCC1234D1X5"),
    ("/contacts", "gst_treatment", "GOOD"),
    ("/contacts", "place_of_contact", "MH"),
    ("/contacts", "payment_terms", "thirty"),
    ("/contacts", "email", "nobody"),
    ("/contacts", "contact_persons", "Asha"),
    ("/items", "item_type", "THING"),
    ("/items", "rate", -1),
    ("/items", "rate", "100"),
    ("/items", "hsn_or_sac", "842"),
    ("/invoices", "customer_id", ""),
    ("/invoices", "date", "12-05-2026"),
    ("/invoices", "date", "2026-02-30"),
    ("/invoices", "place_of_supply", "INKA"),
    ("/invoices", "line_items", []),
    ("/invoices", "line_items", {}),
    ("/invoices", "exchange_rate", 0),
    ("/invoices", "auto_approve", "yes"),
    ("/invoices", "due_date", "2026-09-19"),
    ("/invoices", "series_name", "nonsense"),
    ("/bills", "vendor_id", ""),
    ("/bills", "place_of_supply", "IN-ZZ"),
    ("/bills", "rcm_rate", -5),
    ("/bills", "rcm_rate", 100.5),
    ("/payments", "contact_id", ""),
    ("/payments", "flow", "SIDEWAYS"),
    ("/payments", "amount", 0),
    ("/payments", "amount", -5),
    ("/payments", "mode", "BARTER"),
    ("/payments", "payment_type", "GIFT"),
    ("/payments", "bank_charges", -1),
    ("/payments", "tds_amount", -1),
    ("/expenses", "paid_through_account_id", ""),
    ("/expenses", "amount", 0),
    ("/expenses", "mode", "BARTER"),
    ("/expenses", "is_rcm", "yes"),
    ("/journals", "lines", []),
    ("/webhooks/endpoints", "url", "ftp://127.0.0.1/"),
    ("/webhooks/endpoints", "url", "nowhere"),
    ("/comments", "entity_type", "CONTACT"),
    ("/comments", "body", "x" * 5001),
    ("/recurring", "frequency", "HOURLY"),
    ("/recurring", "interval", 0),
]


@pytest.mark.parametrize(("path", "name", "value"), WRONG)
def test_wrong_value_is_named(books: FinzBooks, path: str, name: str, value: Json) -> None:
    """400 `validation.invalid_value` with what was received (Errors, read 2026-11; 3.4, 17.13)."""
    body = {**{**GOOD, **MORE}[path], name: value}

    told = books.refuse((400, "validation.invalid_value", name), "POST", path, body)

    assert value == told["details"]["received"]


def test_state_that_is_none_is_told_as_documented(books: FinzBooks) -> None:
    """The vendor's sample: `INKA` (Errors, read 2026-11; 3.4, 5.1, 17.13; operation 20)."""
    body = {**GOOD["/invoices"], "place_of_supply": "INKA"}

    told = books.refuse((400, "validation.invalid_value", "place_of_supply"), "POST", "/invoices", body)

    assert {"received": "INKA"} == told["details"]


@pytest.mark.parametrize("content", [b"{", b"[]", b'"x"', b"5", b"", b"\xff"])
@pytest.mark.parametrize("path", ["/contacts", "/invoices", "/bulk/invoices"])
def test_body_that_is_no_object_is_unprocessable(books: FinzBooks, path: str, content: bytes) -> None:
    """422 with a list of errors (Errors, read 2026-11; 3.4; A4)."""
    told = books.refuse((422, "validation.failed", None), "POST", path, content=content)

    (first, *_) = told["details"]["errors"]
    assert {"loc", "msg"} == set(first)


@pytest.mark.parametrize("path", PAGED)
@pytest.mark.parametrize(
    "query", ["per_page=0", "per_page=201", "per_page=x", "per_page=1.5", "cursor=x", "cursor=e30"]
)
def test_query_that_does_not_fit_is_unprocessable(books: FinzBooks, path: str, query: str) -> None:
    """422 for a size out of 1 to 200 and for a cursor that is none (Pagination, read 2026-11; 3.2, 17.7; A7)."""
    told = books.refuse((422, "validation.failed", None), "GET", f"{path}?{query}")

    assert told["details"]["errors"]


@pytest.mark.parametrize(
    "path",
    [
        "/invoices?date_from=May",
        "/bills?date_to=2026-13-01",
        "/reports/trial_balance?as_of_date=yesterday",
        "/reports/ledger?account_id=acc_icici&limit=10001",
        "/branches?active_only=perhaps",
        "/exchange_rates?limit=0",
        "/exchange_rates?limit=1001",
        "/invoices?status=GOOD",
    ],
)
def test_filter_that_does_not_parse_is_unprocessable(books: FinzBooks, path: str) -> None:
    """422, as for any part of a query (Errors, read 2026-11; 3.4; A4)."""
    books.refuse((422, "validation.failed", None), "GET", path)


@pytest.mark.parametrize(("report", "name"), [(report, name) for report in REPORTS for name in needs(report)])
def test_report_without_its_parameter_is_refused(books: FinzBooks, report: str, name: str) -> None:
    """400 with the parameter as field (13; A26)."""
    books.refuse((400, "validation.required_field", name), "GET", query_for(report, without=name))


def test_members_that_are_not_known_are_ignored(books: FinzBooks) -> None:
    """They are neither refused nor kept (3.4; A4)."""
    made = books.make("/contacts", {"contact_name": "Acme", "colour": "blue", "contact_id": "ct_mine"})

    assert "colour" not in made
    assert "ct_mine" != made["contact_id"]


@pytest.mark.parametrize("path", ["/nowhere", "/invoices/inv_x/nowhere", "/reports/nowhere", "/oauth/nowhere"])
def test_unknown_route_is_not_found(books: FinzBooks, path: str) -> None:
    """404 in the same flat shape (3.4; A4)."""
    failure(books.call("GET", path), 404, "not_found.resource")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/taxes"),
        ("PUT", "/taxes/tx_gst_18"),
        ("POST", "/accounts"),
        ("DELETE", "/accounts/acc_icici"),
        ("PATCH", "/invoices"),
        ("DELETE", "/payments/x"),
        ("PUT", "/journals/x"),
        ("POST", "/branches"),
        ("GET", "/bulk/invoices"),
    ],
)
def test_method_that_a_route_does_not_have(books: FinzBooks, method: str, path: str) -> None:
    """405 with what is allowed, in the same shape: taxes and accounts have no write (Items, read 2026-11; 3.4, 7.2)."""
    answer = books.call(method, path, {})

    assert 405 == answer.status_code, answer.text
    assert isinstance(answer.json()["code"], str)
    assert answer.json()["message"]
    assert method not in answer.headers["allow"].split(", ")


def test_unexpected_error_has_the_same_shape(books: FinzBooks) -> None:
    """500 `internal.error` (3.4; A4)."""
    books.fault("listContacts", status=500)

    failure(books.call("GET", "/contacts"), 500, "internal.error")


def test_dates_may_have_a_time(books: FinzBooks) -> None:
    """Both forms are taken; documents show the second (Home, read 2026-11; 1)."""
    plain = books.make("/invoices", {**GOOD["/invoices"], "date": "2026-09-20"})
    timed = books.make("/invoices", {**GOOD["/invoices"], "date": "2026-09-20T00:00:00"})

    assert ("2026-09-20T00:00:00", "2026-10-20T00:00:00") == (plain["date"], plain["due_date"])
    assert (plain["date"], plain["due_date"]) == (timed["date"], timed["due_date"])
    assert "2026-10-01T14:30:00" == plain["created_time"] == plain["last_modified_time"]


def test_time_of_change_moves_with_a_change(books: FinzBooks) -> None:
    """`created_time` stays (Home, read 2026-11; 1)."""
    made = books.make("/invoices", GOOD["/invoices"])
    books.advance(61)

    changed = books.put(f"/invoices/{made['invoice_id']}", {"notes": "By road"})

    assert (made["created_time"], "2026-10-01T14:31:01") == (changed["created_time"], changed["last_modified_time"])
    assert [widgets()["item_id"]] == [each["item_id"] for each in changed["line_items"]]
