"""FinzBooks: every operation answers with every status that it documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import httpx
import pytest

from tests.vendors.finzbooks import GOOD, OTHER, FinzBooks, Json, failure, inner
from tests.vendors.test_finzbooks_access import DOWNLOAD, GUARDED, OPERATIONS, Row
from tests.vendors.test_finzbooks_conventions import MORE, query_for
from tests.vendors.test_finzbooks_papers import upload

MAKERS: dict[str, Callable[[FinzBooks], str]] = {
    "contact_id": lambda books: books.make("/contacts", GOOD["/contacts"])["contact_id"],
    "item_id": lambda books: books.make("/items", GOOD["/items"])["item_id"],
    "tax_id": lambda books: "tx_gst_18",
    "account_id": lambda books: "acc_icici",
    "branch_id": lambda books: "br_hq",
    "invoice_id": lambda books: books.invoice()["invoice_id"],
    "bill_id": lambda books: books.bill()["bill_id"],
    "payment_id": lambda books: books.receive(100)["payment_id"],
    "expense_id": lambda books: books.expense(5)["expense_id"],
    "estimate_id": lambda books: books.make("/estimates", GOOD["/estimates"])["estimate_id"],
    "credit_note_id": lambda books: books.credit()["credit_note_id"],
    "debit_note_id": lambda books: books.make("/debit_notes", GOOD["/debit_notes"])["debit_note_id"],
    "sales_order_id": lambda books: books.make("/sales_orders", GOOD["/sales_orders"])["sales_order_id"],
    "purchase_order_id": lambda books: books.make("/purchase_orders", GOOD["/purchase_orders"])["purchase_order_id"],
    "journal_id": lambda books: books.make("/journals", GOOD["/journals"])["journal_id"],
    "attachment_id": lambda books: inner(upload(books, entity_type="CONTACT", entity_id="ct_acme").json())[
        "attachment_id"
    ],
    "recurring_id": lambda books: books.make("/recurring", MORE["/recurring"])["recurring_id"],
    "comment_id": lambda books: books.make(
        "/comments", {"entity_type": "INVOICE", "entity_id": books.invoice()["invoice_id"], "body": "x"}
    )["comment_id"],
    "endpoint_id": lambda books: books.make("/webhooks/endpoints", MORE["/webhooks/endpoints"])["endpoint_id"],
}
"""By the name of a path's parameter, what makes something that it names."""


def convertible(books: FinzBooks) -> str:
    estimate = MAKERS["estimate_id"](books)
    books.act(f"/estimates/{estimate}/accept")
    return estimate


OWN: dict[str, Callable[[FinzBooks], str]] = {
    "voidInvoice": lambda books: books.invoice(approve=True)["invoice_id"],
    "convertEstimate": convertible,
    "applyCreditNoteToBill": lambda books: books.credit(customer_id="ct_vendor")["credit_note_id"],
}
"""Operations for which what is made must be of another kind, or in another state."""

NOTED = {"notes": "By road"}
BODIES: dict[str, Callable[[FinzBooks], Json]] = {
    "applyPayment": lambda books: {
        "allocations": [{"invoice_id": books.invoice(approve=True)["invoice_id"], "amount": 5}]
    },
    "applyCreditNoteToInvoice": lambda books: {"invoice_id": books.invoice(approve=True)["invoice_id"]},
    "applyCreditNoteToBill": lambda books: {"bill_id": books.bill(approve=True)["bill_id"]},
    "createComment": lambda books: {**MORE["/comments"], "entity_id": books.invoice()["invoice_id"]},
    "createInvoicesInBulk": lambda books: {"invoices": [GOOD["/invoices"]]},
    "createBillsInBulk": lambda books: {"bills": [GOOD["/bills"]]},
    "updateContact": lambda books: {"payment_terms": 5},
    "updateItem": lambda books: {"rate": 5},
    "updateComment": lambda books: {"body": "y"},
    "updateRecurring": lambda books: {"name": "y"},
    "updateWebhookEndpoint": lambda books: {"is_active": False},
}
UNKNOWN: dict[str, dict[str, Json]] = {
    "/items": {"tax_id": "x"},
    "/bills": {"vendor_id": "x"},
    "/purchase_orders": {"vendor_id": "x"},
    "/debit_notes": {"vendor_id": "x"},
    "/payments": {"contact_id": "x"},
    "/journals": {"contact_id": "x"},
    "/expenses": {"vendor_id": "x"},
    "/recurring": {"template_payload": None, "template_entity_id": "x"},
    "/comments": {"entity_id": "x"},
}
"""Of the creates, a member that names nothing; those that are not here have a customer."""

DUPLICATES: dict[str, Callable[[FinzBooks], Json]] = {
    "updateItem": lambda books: {"sku": "W-100"},
    "updateInvoice": lambda books: {"invoice_number": books.invoice()["invoice_number"]},
}
ODD = {
    "/branches": "active_only=perhaps",
    "/bank_accounts": "include_cash=perhaps",
    "/exchange_rates": "limit=0",
}


class Operation:
    """One operation, and calls of it that end in each of its ways."""

    def __init__(self, books: FinzBooks, row: Row) -> None:
        self.books = books
        self.method, self.template, self.name, _ = row
        (listed,) = [each for each in books.door.server.vendors["finzbooks"].bindings.values() if self._is(each)]
        self.documented = {int(status) for status in listed.operation.responses}
        self.body = self._body()

    def _is(self, binding: Json) -> bool:
        return bool(self.name == binding.operation.id)

    def path(self, entity: str) -> str:
        path = re.sub(r"\{\w+\}", entity, self.template)
        if self.template.startswith("/reports/"):
            return query_for(self.template.removeprefix("/reports/"))
        if self.name in ("listComments", "listAttachments"):
            return f"{path}?entity_type=INVOICE&entity_id={entity}"
        return path

    def entity(self) -> str:
        """The id of something that the call can be made for; none is needed where the path names none."""
        if self.name in OWN:
            return OWN[self.name](self.books)
        names = re.findall(r"\{(\w+)\}", self.template)
        if self.name in ("listComments", "listAttachments"):
            names = ["invoice_id"]
        return MAKERS[names[0]](self.books) if names else ""

    def _body(self) -> Json:
        if self.method not in ("POST", "PUT"):
            return None
        if self.name in BODIES:
            return BODIES[self.name](self.books)
        if self.template.endswith("/email"):
            return {"to": ["a@example.in"]}
        if self.method == "PUT":
            return NOTED
        return {**GOOD, **MORE}.get(self.template)

    def succeeds(self) -> None:
        """The call, and where two can meet, the one that meets another."""
        if self.name == "uploadAttachment":
            files = {"file": ("a.png", b"x", "image/png")}
            done = self.books.at_once(
                self.template, data={"entity_type": "CONTACT", "entity_id": "ct_acme"}, files=files
            )
        elif self.method == "POST":
            done = self.books.at_once(self.path(self.entity()), self.body)
        else:
            done = [self.books.call(self.method, self.path(self.entity()), self.body)]
        assert done[0].is_success, done[0].text
        for late in done[1:]:
            failure(late, 409, "idempotency.in_progress")

    def is_refused(self, who: str) -> int:
        """Without a token, or one for all organisations that names none."""
        return self.books.call(self.method, self.path("x"), self.body, who=who).status_code

    def is_for_another(self) -> int:
        path = self.path("x")
        query = f"{'&' if '?' in path else '?'}organization_id={OTHER}"
        return self.books.call(self.method, path + query, self.body).status_code

    def is_unknown(self) -> int:
        """For an id that nobody has, in the path or in the body."""
        if self.name == "uploadAttachment":
            return upload(self.books, entity_type="CONTACT", entity_id="x").status_code
        if "{" in self.template or self.name in ("listComments", "listAttachments"):
            return self.books.call(self.method, self.path("x"), self.body).status_code
        if self.method == "GET":
            path = self.path("")
            return self.books.call("GET", f"{path}{'&' if '?' in path else '?'}branch_id=x").status_code
        changes = UNKNOWN.get(self.template, {"customer_id": "x"})
        body = {name: value for name, value in {**self.body, **changes}.items() if value is not None}
        return self.books.call("POST", self.path(""), body).status_code

    def is_unprocessable(self) -> int:
        """A body that is no object, a query that does not parse."""
        if self.name == "uploadAttachment":
            form = {"Content-Type": "multipart/form-data; boundary=b"}
            return self.books.call("POST", self.template, content=b"x", headers=form).status_code
        if self.method != "GET":
            return self.books.call(self.method, self.path("x"), content=b"[]").status_code
        if self.template.startswith("/reports/"):
            path = self.path("")
            date = re.sub(r"((?:as_of|from|to)_date)=[0-9-]+", r"\1=May", path)
            odd = date if date != path else f"{path}{'&' if '?' in path else '?'}{self._odd_date()}=May"
            return self.books.call("GET", odd).status_code
        path = self.path("x")
        odd = ODD.get(self.template, "download=perhaps" if path.endswith("/pdf") else "per_page=0")
        return self.books.call("GET", f"{path}{'&' if '?' in path else '?'}{odd}").status_code

    def _odd_date(self) -> str:
        return "to_date" if self.template.endswith("/ledger") else "as_of_date"

    def is_duplicate(self) -> int:
        body = DUPLICATES[self.name](self.books)
        return self.books.call(self.method, self.path(self.entity()), body).status_code

    def is_limited(self) -> int:
        self.books.control("PATCH", "/limits", {"vendor": "finzbooks", "enabled": True, "scale": 0.001})
        status = self.books.call(self.method, self.path("x"), self.body).status_code
        self.books.control("PATCH", "/limits", {"vendor": "finzbooks", "enabled": False, "scale": 1})
        return status

    def fails(self) -> int:
        self.books.fault(self.name, status=500)
        return self.books.call(self.method, self.path("x"), self.body).status_code


@pytest.mark.parametrize("row", GUARDED, ids=[each[2] for each in GUARDED])
def test_operation_answers_with_each_status_it_documents(books: FinzBooks, row: Row) -> None:
    """Success, and whatever can go wrong: what is sent, who sends it, what is not there, two at once, too many, a
    failure of the server; no refusal stores anything (Errors, read 2026-11; 2.1, 3.3, 3.4, 3.5, 6)."""
    operation = Operation(books, row)
    ways: Mapping[int, Callable[[], int]] = {
        400: lambda: operation.is_refused("multi-org"),
        401: lambda: operation.is_refused(""),
        403: operation.is_for_another,
        404: operation.is_unknown,
        422: operation.is_unprocessable,
        429: operation.is_limited,
        500: operation.fails,
    }

    for status in sorted(operation.documented & set(ways)):
        assert status == ways[status]()
        assert [] == books.last()["changes"]
    if operation.method == "PUT" and 409 in operation.documented:
        assert 409 == operation.is_duplicate()
    operation.succeeds()

    assert [] == missing(books, operation.name)


def missing(books: FinzBooks, operation: str) -> list[str]:
    """The documented statuses of an operation that no call was answered with."""
    covered = books.control("GET", "/coverage")["finzbooks"]["exercised"]
    (left,) = [each["missing"] for each in covered if operation == each["operation"]]
    return list(left)


def test_oauth_answers_with_each_status_it_documents(books: FinzBooks) -> None:
    """Consent, tokens and revocation, and their refusals; the page for people is the console's, to which the call for
    consent leads (OAuth, read 2026-11; 2.3; operations 125, 126 and 127; A8)."""
    client = {name: books.value(name) for name in ("client_id", "client_secret")}
    books.granted()
    books.authorize(client_id="nobody")
    books.exchange(grant_type="password")
    books.exchange(grant_type="refresh_token", refresh_token="x", client_secret="x")
    for form in ({**client, "token": "x"}, client, {**client, "client_secret": "x", "token": "x"}):
        books.door.post(books.address("/oauth/revoke"), data=form)

    assert {"authorize": ["200"], "exchangeToken": [], "revokeToken": []} == {
        name: missing(books, name) for _, path, name, _ in OPERATIONS if path.startswith("/oauth")
    }


def test_storage_answers_with_each_status_it_documents(books: FinzBooks) -> None:
    """Bytes, a link that has run out, a file that is gone, a failure (12.3; A32)."""
    made = inner(upload(books, entity_type="CONTACT", entity_id="ct_acme").json())
    link = urlsplit(made["download_url"])

    def fetch(path: str = link.path) -> httpx.Response:
        return books.door.get(f"{path}?{link.query}")

    assert 200 == fetch().status_code
    assert 403 == books.door.get(link.path).status_code
    books.fault(DOWNLOAD, status=500)
    assert 500 == fetch().status_code
    books.delete(f"/attachments/{made['attachment_id']}")
    assert 404 == fetch().status_code
    assert [] == missing(books, DOWNLOAD)
