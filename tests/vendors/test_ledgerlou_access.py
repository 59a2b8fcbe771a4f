"""LedgerLou: which operations there are, who may call them, and how users sign in."""

from __future__ import annotations

import re

import pytest

from tests.vendors.ledgerlou import BASE, NOBODY, Json, LedgerLou, failure

Row = tuple[str, str, str, str]  # method, path, operation, scopes

OPERATIONS: list[Row] = [
    ("GET", "/accounts", "listAccounts", "journal:read"),
    ("POST", "/accounts", "createAccount", "journal:write"),
    ("GET", "/accounts/{number}/entries", "listAccountEntries", "journal:read"),
    ("GET", "/accounts/search", "searchAccounts", "journal:read"),
    ("POST", "/bookings", "createBooking", "journal:write"),
    ("POST", "/bookings/opening-balances", "createOpeningBalances", "journal:write"),
    ("POST", "/documents", "uploadDocument", "journal:write"),
    ("GET", "/documents/{id}/file", "downloadDocument", "journal:read"),
    ("GET", "/documents/{id}/preview", "previewDocument", "journal:read"),
    ("GET", "/journal", "listJournal", "journal:read"),
    ("GET", "/journal/{intent_id}", "getIntent", "journal:read"),
    ("POST", "/journal/reverse", "reverseIntent", "journal:write"),
    ("GET", "/bank-accounts", "listBankAccounts", "bank:read"),
    ("POST", "/bank-accounts", "createBankAccount", "bank:write"),
    ("GET", "/bank-accounts/{id}", "getBankAccount", "bank:read"),
    ("PUT", "/bank-accounts/{id}", "renameBankAccount", "bank:write"),
    ("GET", "/bank-accounts/{id}/reconciliation", "getReconciliation", "bank:read"),
    ("POST", "/bank-accounts/{id}/upload", "uploadStatement", "bank:write"),
    ("GET", "/bank-accounts/balance-history", "getBalanceHistory", "bank:read"),
    ("GET", "/bank-transactions", "listBankTransactions", "bank:read"),
    ("POST", "/bank-transactions", "importBankTransactions", "bank:write"),
    ("GET", "/bank-transactions/{id}", "getBankTransaction", "bank:read"),
    ("POST", "/bank-transactions/{id}/dismiss", "dismissBankTransaction", "bank:write"),
    ("GET", "/bank-transactions/{id}/evidence", "getEvidence", "bank:read"),
    ("PUT", "/bank-transactions/{id}/evidence", "putEvidence", "bank:write"),
    ("POST", "/bank-transactions/{id}/reconcile", "reconcileBankTransaction", "bank:write"),
    ("POST", "/bank-transactions/{id}/unmatch", "unmatchBankTransaction", "bank:write"),
    ("POST", "/bank-transactions/batch-reconcile", "batchReconcile", "bank:write"),
    ("POST", "/bank-transactions/import-file", "importStatementFile", "bank:write"),
    ("GET", "/bank-transactions/suggestions", "listSuggestions", "bank:read"),
    ("GET", "/bank-transactions/unreconciled-count", "countUnreconciled", "bank:read"),
    ("GET", "/customers", "listCustomers", "debitoren:read"),
    ("POST", "/customers", "createCustomer", "debitoren:write"),
    ("DELETE", "/customers/{id}", "deactivateCustomer", "debitoren:write"),
    ("GET", "/customers/{id}", "getCustomer", "debitoren:read"),
    ("PUT", "/customers/{id}", "updateCustomer", "debitoren:write"),
    ("GET", "/outgoing-invoices", "listOutgoingInvoices", "debitoren:read"),
    ("POST", "/outgoing-invoices", "createOutgoingInvoice", "debitoren:write"),
    ("GET", "/outgoing-invoices/{id}", "getOutgoingInvoice", "debitoren:read"),
    ("PATCH", "/outgoing-invoices/{id}", "updateOutgoingInvoice", "debitoren:write"),
    ("GET", "/outgoing-invoices/open-items", "listReceivables", "debitoren:read"),
    ("GET", "/payment-runs", "listPaymentRuns", "kreditoren:read"),
    ("POST", "/payment-runs", "createPaymentRun", "kreditoren:write"),
    ("GET", "/payment-runs/{id}", "getPaymentRun", "kreditoren:read"),
    ("POST", "/payment-runs/{id}/approve", "approvePaymentRun", "kreditoren:write"),
    ("POST", "/payment-runs/{id}/cancel", "cancelPaymentRun", "kreditoren:write"),
    ("POST", "/payment-runs/{id}/complete", "completePaymentRun", "kreditoren:write"),
    ("POST", "/payment-runs/{id}/export", "exportPaymentRun", "kreditoren:write"),
    ("GET", "/payment-runs/eligible-invoices", "listEligibleInvoices", "kreditoren:read"),
    ("GET", "/periods", "listPeriods", "perioden:read"),
    ("POST", "/periods/{period}/lock", "requestLock", "perioden:write"),
    ("POST", "/periods/{period}/lock/{requestId}/approve", "approveLock", "perioden:write"),
    ("POST", "/periods/{period}/lock/{requestId}/cancel", "cancelLock", "perioden:write"),
    ("GET", "/periods/{period}/lock/status", "getLockStatus", "perioden:read"),
    ("POST", "/periods/{period}/reopen", "reopenPeriod", "perioden:write"),
    ("POST", "/periods/{period}/soft-lock", "softLockPeriod", "perioden:write"),
    ("GET", "/reports", "getReport", "auswertungen:read"),
    ("GET", "/reports/datev-export", "exportDatev", "auswertungen:read"),
    ("GET", "/reports/monthly-revenue-expenses", "getMonthlyRevenueExpenses", "auswertungen:read"),
    ("POST", "/bank-match-groups", "createMatchGroup", "bank:write"),
    ("POST", "/bank-match-groups/{id}/unmatch", "unmatchMatchGroup", "bank:write"),
    ("POST", "/contact", "sendContactMessage", ""),
    ("GET", "/inbox", "listInbox", "kreditoren:read"),
    ("GET", "/inbox/{id}", "getInboxItem", "kreditoren:read"),
    ("POST", "/inbox/{id}/confirm", "confirmInboxItem", "kreditoren:write"),
    ("POST", "/inbox/{id}/reject", "rejectInboxItem", "kreditoren:write"),
    ("GET", "/inbox/address", "getInboxAddress", "kreditoren:read"),
    ("GET", "/invoice-review-cases", "listReviewCases", "kreditoren:read"),
    ("GET", "/invoice-review-cases/{id}", "getReviewCase", "kreditoren:read"),
    ("PATCH", "/invoice-review-cases/{id}", "updateReviewCase", "kreditoren:write"),
    ("POST", "/invoice-review-cases/{id}/approve", "approveReviewCase", "kreditoren:write"),
    ("POST", "/invoice-review-cases/{id}/reject", "rejectReviewCase", "kreditoren:write"),
    ("GET", "/invoices", "listInvoices", "kreditoren:read"),
    ("POST", "/invoices", "createInvoice", "kreditoren:write"),
    ("GET", "/invoices/{id}", "getInvoice", "kreditoren:read"),
    ("PATCH", "/invoices/{id}", "updateInvoice", "kreditoren:write"),
    ("GET", "/invoices/open-items", "listPayables", "kreditoren:read"),
    ("POST", "/ocr/extract", "extractDocument", "kreditoren:read journal:write"),
    ("GET", "/payables/ingestion-log", "listIngestionLog", "kreditoren:read"),
    ("GET", "/tax-codes", "listTaxCodes", "config:read"),
    ("POST", "/tax-codes", "createTaxCode", "config:write"),
    ("DELETE", "/tax-codes/{code}", "deactivateTaxCode", "config:write"),
    ("PATCH", "/tax-codes/{code}", "updateTaxCode", "config:write"),
    ("GET", "/vendors", "listVendors", "kreditoren:read"),
    ("POST", "/vendors", "createVendor", "kreditoren:write"),
    ("DELETE", "/vendors/{id}", "deactivateVendor", "kreditoren:write"),
    ("GET", "/vendors/{id}", "getVendor", "kreditoren:read"),
    ("PUT", "/vendors/{id}", "updateVendor", "kreditoren:write"),
]
"""Operations 1 to 88 in the order of the index."""

AUTH: list[Row] = [
    ("POST", "/auth/login", "login", ""),
    ("POST", "/auth/forgot-password", "forgotPassword", ""),
    ("POST", "/auth/setup-password", "setupPassword", ""),
]
"""Those that need no token."""

SCOPED = [each for each in OPERATIONS if each[3]]
PARTS = {"number": "1800", "period": "2026-06", "code": "VST19"}
OLGA = {"email": "olga@example.com", "password": "sandbox"}
SIGNED_IN = "Bearer {}"


def path_of(template: str) -> str:
    """An address of that form, of something that is not there where it names one by id."""
    return re.sub(r"\{(\w+)\}", lambda found: PARTS.get(found[1], NOBODY), template)


def rows(operations: list[Row]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("method", "path", "scopes"),
        [(each[0], path_of(each[1]), each[3]) for each in operations],
        ids=[each[2] for each in operations],
    )


def body_for(method: str) -> Json:
    return {} if method in ("POST", "PUT", "PATCH") else None


def test_operations_are_those_of_the_index(lou: LedgerLou) -> None:
    """Operations 1 to 88 and the three of signing in (Reference, read 2026-11; 4, 4.10)."""
    listed = lou.door.get("/_sandbox/vendors/ledgerlou/operations").json()

    wanted = sorted((method, BASE + path, operation) for method, path, operation, _ in [*OPERATIONS, *AUTH])
    assert wanted == sorted((each["method"], each["path"], each["operation"]) for each in listed)
    assert 88 == len(OPERATIONS)


@rows(OPERATIONS)
def test_call_without_token_is_refused(lou_shared: LedgerLou, method: str, path: str, scopes: str) -> None:
    """401 before anything else, in the vendor's words (Auth, auth-scopes, read 2026-11; 1.2, 1.4, 10.1, A4, A6)."""
    answer = lou_shared.call(method, path, body_for(method), who="")

    failure(answer, 401, "UNAUTHORIZED")
    assert "Bearer" == answer.headers["www-authenticate"].split()[0]
    assert [] == lou_shared.last()["changes"]


@rows(SCOPED)
def test_scope_of_an_operation_is_needed(lou_shared: LedgerLou, method: str, path: str, scopes: str) -> None:
    """A key that writes may not read, one that reads may not write; the answer tells what was needed (Auth,
    auth-scopes, read 2026-11; 1.3, 10.1, A3)."""
    needed = scopes.split()
    for who in ("read", "write"):
        has_all = all(scope.endswith(who) for scope in needed)
        answer = lou_shared.call(method, path, body_for(method), who=who)
        if has_all:
            assert answer.status_code not in (401, 403), answer.text
        else:
            told = failure(answer, 403, "INSUFFICIENT_SCOPE")
            assert {"required_scopes": needed} == told["details"]
            assert [] == lou_shared.last()["changes"]


@pytest.mark.parametrize("who", ["admin", "member"])
def test_admin_stands_for_every_scope(lou_shared: LedgerLou, who: str) -> None:
    """The superscope (Auth, auth-scopes, read 2026-11; 1.3)."""
    refused = [
        operation
        for method, path, operation, _ in OPERATIONS
        if method == "GET" and lou_shared.call(method, path_of(path), who=who).status_code in (401, 403)
    ]

    assert [] == refused


@pytest.mark.parametrize("who", ["revoked", "expired"])
def test_key_that_was_good_once_is_refused(lou_shared: LedgerLou, who: str) -> None:
    """401 (Auth, auth-scopes, read 2026-11; 1.2, 8, A68)."""
    lou_shared.refuse((401, "UNAUTHORIZED"), "GET", "/accounts", who=who)


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer guessed", "Basic bGw6", "ll_sandbox_admin", "Bearer ll_sandbox_x"]
)
def test_token_that_nobody_has_is_refused(lou_shared: LedgerLou, header: str) -> None:
    """401 (Auth, auth-scopes, read 2026-11; 1.2)."""
    lou_shared.refuse((401, "UNAUTHORIZED"), "GET", "/accounts", who="", headers={"Authorization": header})


def test_reading_key_makes_no_account(lou: LedgerLou) -> None:
    """Without a header, with a key that reads, with one that may (Auth, auth-scopes, read 2026-11; 8, 10.1; operation
    2)."""
    account = {"number": "6817", "name": "Cloud-Infrastruktur", "type": "expense"}
    lou.refuse((401, "UNAUTHORIZED"), "POST", "/accounts", account, who="")
    lou.refuse((403, "INSUFFICIENT_SCOPE"), "POST", "/accounts", account, who="read")

    assert "6817" == lou.post("/accounts", account, status=201)["number"]


def test_tax_codes_are_read_with_either_scope(lou: LedgerLou) -> None:
    """`config:read` or `journal:read`: both are in the key that reads; none is in the one that writes (Auth,
    auth-scopes, read 2026-11; 1.3; operation 80)."""
    assert 7 == len(lou.get("/tax-codes", who="read")["tax_codes"])

    told = lou.refuse((403, "INSUFFICIENT_SCOPE"), "GET", "/tax-codes", who="write")
    assert {"required_scopes": ["config:read"]} == told["details"]


def test_credentials_are_listed(lou: LedgerLou) -> None:
    """Keys of two users and of another tenant, of all scopes, to read and to write, expired and revoked (8, A68)."""
    assert {"admin", "member", "read", "write", "expired", "revoked", "other"} == set(lou.credentials)
    assert f"Bearer ll_sandbox_admin~{lou.sandbox}" == lou.headers()["Authorization"]


# --- signing in ------------------------------------------------------------------------------------------------------


def signed_in(lou: LedgerLou, **changes: str) -> Json:
    return lou.post("/auth/login", {**OLGA, **changes}, who="")


def test_login_brings_a_token_for_everything(lou: LedgerLou) -> None:
    """A session of the user, until it expires (Auth, read 2026-11; 4.10, 8, A2)."""
    made = signed_in(lou)

    assert {"token", "expires_at", "user"} == set(made)
    assert {"id", "email", "name", "role"} == set(made["user"])
    assert ("olga@example.com", "Olga Owner", "owner") == tuple(
        made["user"][name] for name in ("email", "name", "role")
    )
    headers = {"Authorization": SIGNED_IN.format(made["token"])}
    assert 200 == lou.call("GET", "/accounts", who="", headers=headers).status_code
    posted = lou.call("POST", "/accounts", {"number": "68", "name": "x", "type": "expense"}, who="", headers=headers)
    assert 201 == posted.status_code
    lou.set_clock(made["expires_at"])
    lou.refuse((401, "UNAUTHORIZED"), "GET", "/accounts", who="", headers=headers)


def test_member_signs_in(lou: LedgerLou) -> None:
    """Max, by his own password (Auth, read 2026-11; 1.2, 8)."""
    made = signed_in(lou, email="max@example.com")

    assert ("Max Member", "member") == (made["user"]["name"], made["user"]["role"])


@pytest.mark.parametrize("changes", [{"password": "Sandbox"}, {"email": "nobody@example.com"}])
def test_wrong_password_is_refused(lou: LedgerLou, changes: dict[str, str]) -> None:
    """401, whatever of the two was wrong (Auth, read 2026-11; 1.2, A2)."""
    lou.refuse((401, "UNAUTHORIZED"), "POST", "/auth/login", {**OLGA, **changes}, who="")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/auth/login", {"email": "olga@example.com"}),
        ("/auth/login", {}),
        ("/auth/forgot-password", {}),
        ("/auth/setup-password", {"token": "x"}),
        ("/auth/setup-password", []),
    ],
)
def test_body_without_its_members_is_refused(lou: LedgerLou, path: str, body: Json) -> None:
    """400 with what is missing (Auth, read 2026-11; 1.4, 4.10, A2)."""
    lou.refuse((400, "INVALID_INPUT"), "POST", path, body, who="")


def test_forgotten_password_is_set_anew(lou: LedgerLou) -> None:
    """By the token of a mail, once; the answer does not tell whether there is such a user (Auth, read 2026-11; 4.10,
    A2)."""
    assert {"ok": True} == lou.post("/auth/forgot-password", {"email": "nobody@example.com"}, who="")
    assert [] == lou.all("password-tokens")
    assert {"ok": True} == lou.post("/auth/forgot-password", {"email": "olga@example.com"}, who="")
    (kept,) = lou.all("password-tokens")

    body = {"token": kept["id"], "password": "a new one"}
    assert {"ok": True} == lou.post("/auth/setup-password", body, who="")

    lou.refuse((400, "INVALID_INPUT"), "POST", "/auth/setup-password", body, who="")
    lou.refuse((401, "UNAUTHORIZED"), "POST", "/auth/login", OLGA, who="")
    assert "owner" == signed_in(lou, password="a new one")["user"]["role"]


def test_session_books_in_the_name_of_its_user(lou: LedgerLou) -> None:
    """A user by name, a key by its label (Auth, read 2026-11; 3.2, A1, A23; operations 5 and 11)."""
    headers = {"Authorization": SIGNED_IN.format(signed_in(lou)["token"])}
    lines = [{"account_number": a, "debit": d, "credit": c} for a, d, c in (("6815", 5, 0), ("1800", 0, 5))]
    body = {"booking_date": "2026-06-01", "description": "Porto", "lines": lines}
    made = lou.call("POST", "/bookings", body, who="", headers=headers).json()["intent_id"]

    event = lou.get(f"/journal/{made}")["entries"][0]

    assert ("Olga Owner", "user") == (event["created_by"], event["provenance_summary"]["actor_type"])
    keyed = lou.get(f"/journal/{lou.book()}")["entries"][0]
    assert ("api_key", "ll_sandb") == tuple(
        keyed["provenance_summary"][name] for name in ("actor_type", "actor_key_prefix")
    )
