"""FinzBooks: which operations there are, and who may call them."""

from __future__ import annotations

import pytest

from tests.serving import Door
from tests.vendors.finzbooks import BASE, MAIN, FinzBooks, Json, failure

DOCUMENTS = ("estimates", "credit_notes", "debit_notes", "bills", "sales_orders", "purchase_orders")
REPORTS = (
    *("trial_balance", "profit_and_loss", "balance_sheet", "cash_flow", "ar_aging", "ap_aging"),
    *("outstanding_receivables", "outstanding_payables", "sales_register", "purchase_register", "day_book", "ledger"),
    *("gstr1", "gstr3b"),
)

Row = tuple[str, str, str, str]  # method, path, operation, scope without "AIBooks."

OPERATIONS: list[Row] = [
    ("GET", "/whoami", "getWhoami", ""),
    ("GET", "/contacts", "listContacts", "contacts.READ"),
    ("GET", "/contacts/{contact_id}", "getContact", "contacts.READ"),
    ("POST", "/contacts", "createContact", "contacts.CREATE"),
    ("PUT", "/contacts/{contact_id}", "updateContact", "contacts.UPDATE"),
    ("POST", "/contacts/{contact_id}/archive", "archiveContact", "contacts.UPDATE"),
    ("DELETE", "/contacts/{contact_id}", "deleteContact", "contacts.DELETE"),
    ("GET", "/items", "listItems", "items.READ"),
    ("GET", "/items/{item_id}", "getItem", "items.READ"),
    ("POST", "/items", "createItem", "items.CREATE"),
    ("PUT", "/items/{item_id}", "updateItem", "items.UPDATE"),
    ("POST", "/items/{item_id}/archive", "archiveItem", "items.UPDATE"),
    ("DELETE", "/items/{item_id}", "deleteItem", "items.DELETE"),
    ("GET", "/taxes", "listTaxes", "taxes.READ"),
    ("GET", "/taxes/{tax_id}", "getTax", "taxes.READ"),
    ("GET", "/accounts", "listAccounts", "accounts.READ"),
    ("GET", "/accounts/{account_id}", "getAccount", "accounts.READ"),
    ("GET", "/invoices", "listInvoices", "invoices.READ"),
    ("GET", "/invoices/{invoice_id}", "getInvoice", "invoices.READ"),
    ("POST", "/invoices", "createInvoice", "invoices.CREATE"),
    ("PUT", "/invoices/{invoice_id}", "updateInvoice", "invoices.UPDATE"),
    ("POST", "/invoices/{invoice_id}/approve", "approveInvoice", "invoices.UPDATE"),
    ("POST", "/invoices/{invoice_id}/void", "voidInvoice", "invoices.UPDATE"),
    ("DELETE", "/invoices/{invoice_id}", "deleteInvoice", "invoices.DELETE"),
    ("GET", "/invoices/series", "listInvoiceSeries", "invoices.READ"),
    ("GET", "/bills", "listBills", "bills.READ"),
    ("GET", "/bills/{bill_id}", "getBill", "bills.READ"),
    ("POST", "/bills", "createBill", "bills.CREATE"),
    ("PUT", "/bills/{bill_id}", "updateBill", "bills.UPDATE"),
    ("POST", "/bills/{bill_id}/approve", "approveBill", "bills.UPDATE"),
    ("DELETE", "/bills/{bill_id}", "deleteBill", "bills.DELETE"),
    ("GET", "/payments", "listPayments", "payments.READ"),
    ("GET", "/payments/{payment_id}", "getPayment", "payments.READ"),
    ("POST", "/payments", "createPayment", "payments.CREATE"),
    ("POST", "/payments/{payment_id}/apply", "applyPayment", "payments.UPDATE"),
    ("GET", "/expenses", "listExpenses", "expenses.READ"),
    ("GET", "/expenses/{expense_id}", "getExpense", "expenses.READ"),
    ("POST", "/expenses", "createExpense", "expenses.CREATE"),
    ("PUT", "/expenses/{expense_id}", "updateExpense", "expenses.UPDATE"),
    ("DELETE", "/expenses/{expense_id}", "deleteExpense", "expenses.DELETE"),
    ("GET", "/estimates", "listEstimates", "estimates.READ"),
    ("GET", "/estimates/{estimate_id}", "getEstimate", "estimates.READ"),
    ("POST", "/estimates", "createEstimate", "estimates.CREATE"),
    ("PUT", "/estimates/{estimate_id}", "updateEstimate", "estimates.UPDATE"),
    ("POST", "/estimates/{estimate_id}/accept", "acceptEstimate", "estimates.UPDATE"),
    ("POST", "/estimates/{estimate_id}/convert", "convertEstimate", "estimates.UPDATE"),
    ("DELETE", "/estimates/{estimate_id}", "deleteEstimate", "estimates.DELETE"),
    ("GET", "/credit_notes", "listCreditNotes", "creditnotes.READ"),
    ("GET", "/credit_notes/{credit_note_id}", "getCreditNote", "creditnotes.READ"),
    ("POST", "/credit_notes", "createCreditNote", "creditnotes.CREATE"),
    ("PUT", "/credit_notes/{credit_note_id}", "updateCreditNote", "creditnotes.UPDATE"),
    ("POST", "/credit_notes/{credit_note_id}/void", "voidCreditNote", "creditnotes.UPDATE"),
    ("POST", "/credit_notes/{credit_note_id}/apply-to-invoice", "applyCreditNoteToInvoice", "creditnotes.UPDATE"),
    ("POST", "/credit_notes/{credit_note_id}/apply-to-bill", "applyCreditNoteToBill", "creditnotes.UPDATE"),
    ("GET", "/debit_notes", "listDebitNotes", "debitnotes.READ"),
    ("GET", "/debit_notes/{debit_note_id}", "getDebitNote", "debitnotes.READ"),
    ("POST", "/debit_notes", "createDebitNote", "debitnotes.CREATE"),
    ("GET", "/sales_orders", "listSalesOrders", "salesorders.READ"),
    ("GET", "/sales_orders/{sales_order_id}", "getSalesOrder", "salesorders.READ"),
    ("POST", "/sales_orders", "createSalesOrder", "salesorders.CREATE"),
    ("PUT", "/sales_orders/{sales_order_id}", "updateSalesOrder", "salesorders.UPDATE"),
    (
        "POST",
        "/sales_orders/{sales_order_id}/convert-to-invoice",
        "convertSalesOrderToInvoice",
        "salesorders.UPDATE",
    ),
    ("DELETE", "/sales_orders/{sales_order_id}", "deleteSalesOrder", "salesorders.DELETE"),
    ("GET", "/purchase_orders", "listPurchaseOrders", "purchaseorders.READ"),
    ("GET", "/purchase_orders/{purchase_order_id}", "getPurchaseOrder", "purchaseorders.READ"),
    ("POST", "/purchase_orders", "createPurchaseOrder", "purchaseorders.CREATE"),
    ("PUT", "/purchase_orders/{purchase_order_id}", "updatePurchaseOrder", "purchaseorders.UPDATE"),
    (
        "POST",
        "/purchase_orders/{purchase_order_id}/convert-to-bill",
        "convertPurchaseOrderToBill",
        "purchaseorders.UPDATE",
    ),
    ("DELETE", "/purchase_orders/{purchase_order_id}", "deletePurchaseOrder", "purchaseorders.DELETE"),
    ("GET", "/journals", "listJournals", "journals.READ"),
    ("GET", "/journals/{journal_id}", "getJournal", "journals.READ"),
    ("POST", "/journals", "createJournal", "journals.CREATE"),
    ("DELETE", "/journals/{journal_id}", "deleteJournal", "journals.DELETE"),
    *(
        ("GET", f"/reports/{name}", f"get{''.join(map(str.capitalize, name.split('_')))}Report", "reports.READ")
        for name in REPORTS
    ),
    ("GET", "/branches", "listBranches", "branches.READ"),
    ("GET", "/branches/{branch_id}", "getBranch", "branches.READ"),
    ("GET", "/bank_accounts", "listBankAccounts", "bankaccounts.READ"),
    ("GET", "/cost_centers", "listCostCenters", "costcenters.READ"),
    ("GET", "/currencies", "listCurrencies", "currencies.READ"),
    ("GET", "/exchange_rates", "listExchangeRates", "currencies.READ"),
    ("POST", "/bulk/invoices", "createInvoicesInBulk", "invoices.CREATE"),
    ("POST", "/bulk/bills", "createBillsInBulk", "bills.CREATE"),
    ("GET", "/invoices/{invoice_id}/pdf", "getInvoicePdf", "invoices.READ"),
    *(
        (
            "GET",
            f"/{name}/{{{name[:-1]}_id}}/pdf",
            f"get{name[:-1].title().replace('_', '')}Pdf",
            f"{name.replace('_', '')}.READ",
        )
        for name in DOCUMENTS
    ),
    ("POST", "/invoices/{invoice_id}/email", "emailInvoice", "invoices.UPDATE"),
    ("POST", "/estimates/{estimate_id}/email", "emailEstimate", "estimates.UPDATE"),
    ("POST", "/credit_notes/{credit_note_id}/email", "emailCreditNote", "creditnotes.UPDATE"),
    ("POST", "/attachments", "uploadAttachment", "attachments.CREATE"),
    ("GET", "/attachments", "listAttachments", "attachments.READ"),
    ("GET", "/attachments/{attachment_id}", "getAttachment", "attachments.READ"),
    ("DELETE", "/attachments/{attachment_id}", "deleteAttachment", "attachments.DELETE"),
    ("GET", "/recurring", "listRecurring", "recurring.READ"),
    ("POST", "/recurring", "createRecurring", "recurring.CREATE"),
    ("GET", "/recurring/{recurring_id}", "getRecurring", "recurring.READ"),
    ("PUT", "/recurring/{recurring_id}", "updateRecurring", "recurring.UPDATE"),
    ("DELETE", "/recurring/{recurring_id}", "deleteRecurring", "recurring.DELETE"),
    ("GET", "/activity", "listActivity", "activity.READ"),
    ("POST", "/comments", "createComment", "comments.CREATE"),
    ("GET", "/comments", "listComments", "comments.READ"),
    ("PUT", "/comments/{comment_id}", "updateComment", "comments.UPDATE"),
    ("DELETE", "/comments/{comment_id}", "deleteComment", "comments.DELETE"),
    ("POST", "/webhooks/endpoints", "createWebhookEndpoint", "webhooks.CREATE"),
    ("GET", "/webhooks/endpoints", "listWebhookEndpoints", "webhooks.READ"),
    ("GET", "/webhooks/endpoints/{endpoint_id}", "getWebhookEndpoint", "webhooks.READ"),
    ("PUT", "/webhooks/endpoints/{endpoint_id}", "updateWebhookEndpoint", "webhooks.UPDATE"),
    ("DELETE", "/webhooks/endpoints/{endpoint_id}", "deleteWebhookEndpoint", "webhooks.DELETE"),
    ("GET", "/oauth/authorize", "authorize", ""),
    ("POST", "/oauth/token", "exchangeToken", ""),
    ("POST", "/oauth/revoke", "revokeToken", ""),
]
"""Operations 1 to 127 in the order of the index."""

DELIVERIES: Row = ("GET", "/webhooks/endpoints/{endpoint_id}/deliveries", "listWebhookDeliveries", "webhooks.READ")
"""Of section 4.1, which the index leaves out."""

DOWNLOAD = "downloadAttachment"
"""The sandbox's own stand-in for the storage to which the links of attachments lead (12.3)."""

GUARDED = [each for each in [*OPERATIONS, DELIVERIES] if not each[1].startswith("/oauth")]
SCOPED = [each for each in GUARDED if each[3]]
SCOPES = sorted({f"AIBooks.{each[3]}" for each in SCOPED})


def rows(operations: list[Row]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("method", "path", "scope"),
        [(each[0], each[1], each[3]) for each in operations],
        ids=[o[2] for o in operations],
    )


def body_for(method: str) -> Json:
    return {} if method in ("POST", "PUT") else None


def test_operations_are_those_of_the_index(books: FinzBooks) -> None:
    """Operations 1 to 127 and the log of deliveries, each of them coded (Reference, read 2026-11; 4.1, 6)."""
    listed = books.door.get("/_sandbox/vendors/finzbooks/operations").json()

    wanted = [
        (method, path if path.startswith("/oauth") else BASE + path, operation)
        for method, path, operation, _ in [*OPERATIONS, DELIVERIES]
    ]
    documented = [each for each in listed if each["operation"] != DOWNLOAD]
    assert sorted(wanted) == sorted((each["method"], each["path"], each["operation"]) for each in documented)
    assert 127 == len(OPERATIONS)
    assert {"coded"} == {each["behaviour"] for each in listed}


@rows(GUARDED)
def test_call_without_token_is_refused(books: FinzBooks, method: str, path: str, scope: str) -> None:
    """401 before anything else, without the headers of a limit (Authentication, read 2026-11; 2.1, 3.5, 17.1)."""
    books.refuse((401, "auth.missing_token", None), method, path, body_for(method), who="")

    answer = books.call(method, path, body_for(method), who="")
    assert not [name for name in answer.headers if name.startswith("x-ratelimit")]


@rows(SCOPED)
def test_scope_of_an_operation_is_needed_and_is_enough(books: FinzBooks, method: str, path: str, scope: str) -> None:
    """With every scope but its own it is 403 and tells the one it needs; with its own alone it is not
    (Authentication, read 2026-11; 2.4, 17.2)."""
    others = " ".join(each for each in SCOPES if each != f"AIBooks.{scope}")
    without, alone = (books.granted(each)["access_token"] for each in (others, f"AIBooks.{scope}"))
    before = books.state()

    refused = books.bearing(without, method, path, body_for(method))

    told = failure(refused, 403, "auth.insufficient_scope")
    assert {"required_scope": f"AIBooks.{scope}"} == told["details"]
    assert before == books.state()
    assert 403 != books.bearing(alone, method, path, body_for(method)).status_code


@pytest.mark.parametrize("name", ["full", "partner"])
def test_full_access_passes_everywhere(books: FinzBooks, name: str) -> None:
    """`AIBooks.fullaccess.all` stands for every scope (Authentication, read 2026-11; 2.4, 17.2)."""
    refused = [
        operation
        for method, path, operation, _ in SCOPED
        if books.call(method, path, body_for(method), who=name).status_code in (401, 403)
    ]

    assert [] == refused


def test_reading_token_may_not_write(books: FinzBooks) -> None:
    """A token with scopes to read lists contacts and makes none (17.2; operations 2 and 4)."""
    assert [] != books.get("/contacts", who="limited")

    told = books.refuse(
        (403, "auth.insufficient_scope", None), "POST", "/contacts", {"contact_name": "Acme"}, who="limited"
    )

    assert {"required_scope": "AIBooks.contacts.CREATE"} == told["details"]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Bearer x", "auth.invalid_token"),
        ("Bearer aibk_pat_test_nobody", "auth.invalid_token"),
        ("Bearer aibk_oat_0123456789abcdef", "auth.invalid_token"),
        ("Bearer", "auth.invalid_token"),
        ("Basic YTpi", "auth.invalid_token"),
        ("aibk_pat_test_full", "auth.invalid_token"),
    ],
)
def test_unknown_or_malformed_token_is_refused(books: FinzBooks, header: str, code: str) -> None:
    """401 for what is no token, or one that nobody has (Errors, read 2026-11; 3.4, 17.1)."""
    books.refuse((401, code, None), "GET", "/whoami", who="", headers={"Authorization": header})


@pytest.mark.parametrize("kind", ["revoked", "expired"])
def test_token_that_was_good_once_is_refused(books: FinzBooks, kind: str) -> None:
    """A revoked and an expired token have codes of their own (Errors, read 2026-11; 3.4, 17.1)."""
    for method, path in (("GET", "/whoami"), ("GET", "/contacts"), ("POST", "/contacts")):
        books.refuse((401, f"auth.{kind}_token", None), method, path, who=kind)


@pytest.mark.parametrize("prefix", ["aibk_pat_test_", "aibk_pat_", "aibooks_pat_"])
def test_prefix_of_a_personal_token_may_be_any_of_three(finzbooks_door: Door, prefix: str) -> None:
    """Sandbox tokens, personal ones and their newer spelling are the same (Authentication, read 2026-11; 2.1; A3)."""
    answer = finzbooks_door.get(f"/finzbooks{BASE}/whoami", headers={"Authorization": f"Bearer {prefix}full"})

    assert 200 == answer.status_code, answer.text
    assert "usr_asha" == answer.json()["token"]["user_id"]


def test_token_tells_what_it_is(books: FinzBooks) -> None:
    """Id, organisation, user, scopes and tier, with no scope needed (Authentication, read 2026-11; 2.2, 17.4;
    operation 1)."""
    told = books.get("/whoami")
    narrow, partner = books.get("/whoami", who="narrow"), books.get("/whoami", who="partner")

    assert {"token_id", "org_id", "user_id", "scopes", "tier"} == set(told)
    assert (MAIN, "usr_asha", ["AIBooks.fullaccess.all"], "DEFAULT") == (
        told["org_id"],
        told["user_id"],
        told["scopes"],
        told["tier"],
    )
    assert ["AIBooks.invoices.CREATE", "AIBooks.invoices.READ"] == sorted(narrow["scopes"])
    assert ("usr_ravi", "PARTNER") == (partner["user_id"], partner["tier"])
    assert 3 == len({each["token_id"] for each in (told, narrow, partner)})
