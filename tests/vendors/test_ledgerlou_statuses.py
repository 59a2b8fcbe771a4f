"""LedgerLou: every operation answers with every status that it documents."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest

from tests.vendors.ledgerlou import DAY, NOBODY, Json, LedgerLou, credit, debit
from tests.vendors.test_ledgerlou_access import AUTH, OPERATIONS, PARTS, Row

PDF = b"%PDF-1.4 paper"
LINE = {"position": 1, "description": "x", "quantity": 1, "unit_price": 100, "tax_rate": 0.19, "tax_amount": 19}
INVOICE = {
    "invoice_date": DAY,
    "total_net": 100,
    "total_tax": 19,
    "total_gross": 119,
    "lines": [{**LINE, "line_total": 119}],
}
BALANCES = [
    {"account_number": "1800", "account_name": "Bank", "debit": 5, "credit": 0},
    {"account_number": "2900", "account_name": "Kapital", "debit": 0, "credit": 5},
]
ENTRY = {"booking_date": DAY, "description": "Porto", "lines": [debit("6800", 5), credit("1600", 5)]}


class Sent(NamedTuple):
    """What a call needs beside its method: the address, the body, and who sends it."""

    path: str
    body: Json = None
    who: str = "admin"
    file: tuple[str, bytes, str] | None = None


class Maker:
    """What the calls of these tests name: made once for each sandbox, when it is first needed."""

    def __init__(self, lou: LedgerLou) -> None:
        self.lou, self.count = lou, 0

    def number(self) -> int:
        self.count += 1
        return self.count

    def bank(self) -> str:
        for each in self.lou.get("/bank-accounts"):
            return str(each["id"])
        body = {"name": "Bank", "iban": "DE89370400440532013000", "account_number": "1800"}
        return str(self.lou.post("/bank-accounts", body, status=201)["id"])

    def line(self, amount: float = -119, **fields: Json) -> str:
        """A bank line that is open."""
        bank, reference = self.bank(), f"r-{self.number()}"
        row = {"tx_date": DAY, "amount": amount, "reference": reference, **fields}
        self.lou.post("/bank-transactions", {"bank_account_id": bank, "transactions": [row]}, status=201)
        return str(self.lou.get("/bank-transactions", search=reference)["transactions"][0]["id"])

    def owed(self) -> str:
        """A posting that leaves 119 open to a vendor."""
        return self.lou.book(debit("6815", 119, "VST19"), credit("3300", 119), description=f"d-{self.number()}")

    def party(self, kind: str = "vendor") -> str:
        body = {"name": f"n-{self.number()}", "iban": "DE27100777770209299700"}
        return str(self.lou.post(f"/{kind}s", body, status=201)["id"])

    def bill(self, *, is_open: bool = True, vendor_id: str = "") -> str:
        body = {**INVOICE, "vendor_id": vendor_id or self.party(), "invoice_number": "1"}
        if is_open:
            body["intent_id"] = self.owed()
        return str(self.lou.post("/invoices", body, status=201)["id"])

    def sale(self) -> str:
        body = {**INVOICE, "customer_id": self.party("customer"), "invoice_number": "1", "type": "invoice"}
        return str(self.lou.post("/outgoing-invoices", body, status=201)["id"])

    def run_body(self) -> Json:
        return {"bank_account_id": self.bank(), "execution_date": "2026-12-02", "invoice_ids": [self.bill()]}

    def run(self, *steps: str) -> str:
        id = str(self.lou.post("/payment-runs", self.run_body(), status=201)["id"])
        for step in steps:
            self.lou.post(f"/payment-runs/{id}/{step}")
        return id

    def document(self, content: bytes = PDF) -> str:
        return str(self.lou.upload("/documents", "a.pdf", content).json()["id"])

    def settlement(self) -> Json:
        """The body of a match group of one line and one open item."""
        allocation = {"intent_id": self.owed(), "candidate_kind": "open_liability", "open_item_account": "3300"}
        allocations = [{**allocation, "allocated_bank_amount": 119}]
        return {"bank_transaction_ids": [self.line()], "allocations": allocations}

    def group(self) -> str:
        return str(self.lou.post("/bank-match-groups", self.settlement(), status=201)["match_group_id"])

    def pair(self, **fields: Json) -> Json:
        body = {"intent_id": self.owed(), "candidate_kind": "open_liability", "open_item_account": "3300"}
        return {**body, **fields}

    def reconciled(self) -> str:
        id = self.line()
        self.lou.post(f"/bank-transactions/{id}/reconcile", self.pair())
        return id

    def dismissed(self) -> str:
        id = self.line(0)
        self.lou.post(f"/bank-transactions/{id}/dismiss")
        return id

    def request(self, period: str = "2026-06") -> str:
        return str(self.lou.post(f"/periods/{period}/lock", status=201)["request_id"])

    def locked(self, period: str) -> str:
        id = self.request(period)
        self.lou.post(f"/periods/{period}/lock/{id}/approve", who="member")
        return id

    def code(self) -> str:
        body = {"code": f"C{self.number()}", "label": "x", "rate": 19, "vat_account": "1406"}
        return str(self.lou.post("/tax-codes", body, status=201)["code"])

    def mail(self) -> str:
        return str(self.lou.get("/inbox")[0]["id"])

    def case(self) -> str:
        return str(self.lou.get("/invoice-review-cases", queue_state="approval")[0]["id"])

    def rejected(self) -> str:
        """A case that was turned down, whatever was missing in it."""
        cases = self.lou.get("/invoice-review-cases", queue_state="exception")
        self.lou.post(f"/invoice-review-cases/{cases[0]['id']}/reject", {})
        return str(cases[0]["id"])


Way = Callable[[Maker], Sent]


PARTY = {"name": "Acme GmbH"}
ACCOUNT = {"number": "6817", "name": "x", "type": "expense"}
TAX_CODE = {"code": "RC19", "label": "x", "rate": 19, "vat_account": "1406"}
FILE = ("a.pdf", PDF, "application/pdf")
ROWS = ("a.csv", b"tx_date;amount;reference\n2026-06-01;5,00;x\n", "text/csv")

GOOD: dict[str, Way] = {
    "createAccount": lambda m: Sent("/accounts", ACCOUNT),
    "createBooking": lambda m: Sent("/bookings", ENTRY),
    "createOpeningBalances": lambda m: Sent("/bookings/opening-balances", {"booking_date": DAY, "balances": BALANCES}),
    "uploadDocument": lambda m: Sent("/documents", file=FILE),
    "downloadDocument": lambda m: Sent(f"/documents/{m.document()}/file"),
    "previewDocument": lambda m: Sent(f"/documents/{m.document()}/preview"),
    "getIntent": lambda m: Sent(f"/journal/{m.owed()}"),
    "reverseIntent": lambda m: Sent("/journal/reverse", {"intent_id": m.owed()}),
    "createBankAccount": lambda m: Sent(
        "/bank-accounts", {"name": "x", "iban": "DE27100777770209299700", "account_number": "1820"}
    ),
    "getBankAccount": lambda m: Sent(f"/bank-accounts/{m.bank()}"),
    "renameBankAccount": lambda m: Sent(f"/bank-accounts/{m.bank()}", {"name": "y"}),
    "getReconciliation": lambda m: Sent(f"/bank-accounts/{m.bank()}/reconciliation"),
    "uploadStatement": lambda m: Sent(f"/bank-accounts/{m.bank()}/upload", file=ROWS),
    "importBankTransactions": lambda m: Sent(
        "/bank-transactions", {"bank_account_id": m.bank(), "transactions": [{"tx_date": DAY, "amount": 5}]}
    ),
    "getBankTransaction": lambda m: Sent(f"/bank-transactions/{m.line()}"),
    "dismissBankTransaction": lambda m: Sent(f"/bank-transactions/{m.line(0)}/dismiss"),
    "getEvidence": lambda m: Sent(f"/bank-transactions/{m.line()}/evidence"),
    "putEvidence": lambda m: Sent(f"/bank-transactions/{m.line()}/evidence", {"evidence_type": "bank_statement"}),
    "reconcileBankTransaction": lambda m: Sent(f"/bank-transactions/{m.line()}/reconcile", m.pair()),
    "unmatchBankTransaction": lambda m: Sent(f"/bank-transactions/{m.reconciled()}/unmatch"),
    "batchReconcile": lambda m: Sent(
        "/bank-transactions/batch-reconcile", {"pairs": [{"bank_transaction_id": m.line(), **m.pair()}]}
    ),
    "importStatementFile": lambda m: Sent(
        "/bank-transactions/import-file",
        {"bank_account_id": m.bank()},
        file=("a.xml", camt("DE89370400440532013000"), "application/xml"),
    ),
    "listSuggestions": lambda m: Sent(f"/bank-transactions/suggestions?bank_account_id={m.bank()}"),
    "createMatchGroup": lambda m: Sent("/bank-match-groups", m.settlement()),
    "unmatchMatchGroup": lambda m: Sent(f"/bank-match-groups/{m.group()}/unmatch"),
    "createCustomer": lambda m: Sent("/customers", PARTY),
    "createVendor": lambda m: Sent("/vendors", PARTY),
    "createOutgoingInvoice": lambda m: Sent(
        "/outgoing-invoices",
        {**INVOICE, "customer_id": m.party("customer"), "invoice_number": "1", "type": "invoice"},
    ),
    "createInvoice": lambda m: Sent("/invoices", {**INVOICE, "vendor_id": m.party(), "invoice_number": "1"}),
    "createPaymentRun": lambda m: Sent("/payment-runs", m.run_body()),
    "getPaymentRun": lambda m: Sent(f"/payment-runs/{m.run()}"),
    "approvePaymentRun": lambda m: Sent(f"/payment-runs/{m.run()}/approve"),
    "cancelPaymentRun": lambda m: Sent(f"/payment-runs/{m.run()}/cancel"),
    "exportPaymentRun": lambda m: Sent(f"/payment-runs/{m.run('approve')}/export"),
    "completePaymentRun": lambda m: Sent(f"/payment-runs/{m.run('approve', 'export')}/complete"),
    "approveLock": lambda m: Sent(f"/periods/2026-06/lock/{m.request()}/approve", who="member"),
    "cancelLock": lambda m: Sent(f"/periods/2026-06/lock/{m.request()}/cancel"),
    "reopenPeriod": lambda m: Sent(soft_locked(m) + "/reopen"),
    "getReport": lambda m: Sent("/reports?type=susa"),
    "sendContactMessage": lambda m: Sent("/contact", {"name": "A", "email": "a@example.com", "message": "x"}),
    "getInboxItem": lambda m: Sent(f"/inbox/{m.mail()}"),
    "confirmInboxItem": lambda m: Sent(f"/inbox/{m.mail()}/confirm"),
    "rejectInboxItem": lambda m: Sent(f"/inbox/{m.mail()}/reject", {}),
    "getReviewCase": lambda m: Sent(f"/invoice-review-cases/{m.case()}"),
    "updateReviewCase": lambda m: Sent(f"/invoice-review-cases/{m.case()}", {"vendor_id": m.party()}),
    "approveReviewCase": lambda m: Sent(f"/invoice-review-cases/{m.case()}/approve"),
    "rejectReviewCase": lambda m: Sent(f"/invoice-review-cases/{m.case()}/reject", {}),
    "extractDocument": lambda m: Sent("/ocr/extract", {"document_id": m.document()}),
    "createTaxCode": lambda m: Sent("/tax-codes", TAX_CODE),
    "deactivateTaxCode": lambda m: Sent(f"/tax-codes/{m.code()}"),
    "updateTaxCode": lambda m: Sent(f"/tax-codes/{m.code()}", {"label": "y"}),
    **{
        f"{act}{kind.title()}": lambda m, kind=kind, body=body: Sent(f"/{kind}s/{m.party(kind)}", body)  # type: ignore[misc]
        for kind in ("customer", "vendor")
        for act, body in (("get", None), ("update", {"notes": "y"}), ("deactivate", None))
    },
    "getInvoice": lambda m: Sent(f"/invoices/{m.bill()}"),
    "updateInvoice": lambda m: Sent(f"/invoices/{m.bill()}", {"notes": "y"}),
    "getOutgoingInvoice": lambda m: Sent(f"/outgoing-invoices/{m.sale()}"),
    "updateOutgoingInvoice": lambda m: Sent(f"/outgoing-invoices/{m.sale()}", {"notes": "y"}),
    "login": lambda m: Sent("/auth/login", {"email": "olga@example.com", "password": "sandbox"}, ""),
    "forgotPassword": lambda m: Sent("/auth/forgot-password", {"email": "olga@example.com"}, ""),
    "setupPassword": lambda m: Sent("/auth/setup-password", {"token": mailed(m), "password": "a new one"}, ""),
}
"""Calls that succeed; the others need no more than their address."""

BAD_QUERY = {
    "listTaxCodes": "include_inactive=perhaps",
    "searchAccounts": "type=foo",
    "getBalanceHistory": "days=0",
    "getReport": "type=x",
    "exportDatev": "startDate=June",
    "listSuggestions": "bank_account_id=x",
}
BAD_PATH = {"number": "12A", "period": "June"}
INVALID: dict[str, Way] = {
    "uploadDocument": lambda m: Sent("/documents", file=("a.txt", b"x", "text/plain")),
    "importStatementFile": lambda m: Sent("/bank-transactions/import-file", file=ROWS),
    "updateTaxCode": lambda m: Sent("/tax-codes/VST19", {}),
    "deactivateTaxCode": lambda m: Sent("/tax-codes/VST19"),
}
UNKNOWN: dict[str, Way] = {
    "listAccountEntries": lambda m: Sent("/accounts/9999/entries"),
    "createBooking": lambda m: Sent("/bookings", {**ENTRY, "document_id": NOBODY}),
    "reverseIntent": lambda m: Sent("/journal/reverse", {"intent_id": NOBODY}),
    "importBankTransactions": lambda m: Sent(
        "/bank-transactions", {"bank_account_id": NOBODY, "transactions": [{"tx_date": DAY, "amount": 5}]}
    ),
    "listSuggestions": lambda m: Sent(f"/bank-transactions/suggestions?bank_account_id={NOBODY}"),
    "importStatementFile": lambda m: Sent(
        "/bank-transactions/import-file", {"bank_account_id": NOBODY}, file=("a.xml", camt("DE"), "application/xml")
    ),
    "createMatchGroup": lambda m: Sent("/bank-match-groups", {**m.settlement(), "bank_transaction_ids": [NOBODY]}),
    "createOutgoingInvoice": lambda m: Sent(
        "/outgoing-invoices", {**INVOICE, "customer_id": NOBODY, "invoice_number": "1", "type": "invoice"}
    ),
    "createInvoice": lambda m: Sent("/invoices", {**INVOICE, "vendor_id": NOBODY, "invoice_number": "1"}),
    "createPaymentRun": lambda m: Sent("/payment-runs", {**m.run_body(), "bank_account_id": NOBODY}),
    "requestLock": lambda m: Sent("/periods/2019-P13/lock"),
    "softLockPeriod": lambda m: Sent("/periods/2019-P13/soft-lock"),
    "approveLock": lambda m: Sent(f"/periods/2026-06/lock/{NOBODY}/approve"),
    "approveReviewCase": lambda m: Sent(f"/invoice-review-cases/{NOBODY}/approve"),
    "rejectReviewCase": lambda m: Sent(f"/invoice-review-cases/{NOBODY}/reject", {}),
    "extractDocument": lambda m: Sent("/ocr/extract", {"document_id": NOBODY}),
    "deactivateTaxCode": lambda m: Sent("/tax-codes/NONE"),
    "updateTaxCode": lambda m: Sent("/tax-codes/NONE", {"label": "y"}),
}
CONFLICT: dict[str, Way] = {
    "createAccount": lambda m: Sent("/accounts", {**ACCOUNT, "number": "1800"}),
    "createBooking": lambda m: Sent("/bookings", ENTRY),
    "createOpeningBalances": lambda m: Sent("/bookings/opening-balances", {"booking_date": DAY, "balances": BALANCES}),
    "reverseIntent": lambda m: twice(m, Sent("/journal/reverse", {"intent_id": m.owed()})),
    "createBankAccount": lambda m: Sent(
        "/bank-accounts", {"name": m.bank(), "iban": "DE27100777770209299700", "account_number": "1800"}
    ),
    "dismissBankTransaction": lambda m: Sent(f"/bank-transactions/{m.dismissed()}/dismiss"),
    "reconcileBankTransaction": lambda m: Sent(f"/bank-transactions/{m.reconciled()}/reconcile", m.pair()),
    "createMatchGroup": lambda m: Sent(
        "/bank-match-groups", {**m.settlement(), "bank_transaction_ids": [m.reconciled()]}
    ),
    "unmatchMatchGroup": lambda m: twice(m, Sent(f"/bank-match-groups/{m.group()}/unmatch")),
    "createCustomer": lambda m: Sent("/customers", {"name": m.lou.get(f"/customers/{m.party('customer')}")["name"]}),
    "createVendor": lambda m: Sent("/vendors", {"name": m.lou.get(f"/vendors/{m.party()}")["name"]}),
    "updateCustomer": lambda m: Sent(
        f"/customers/{m.party('customer')}", {"name": m.lou.get(f"/customers/{m.party('customer')}")["name"]}
    ),
    "updateVendor": lambda m: Sent(f"/vendors/{m.party()}", {"name": m.lou.get(f"/vendors/{m.party()}")["name"]}),
    "deactivateCustomer": lambda m: Sent(f"/customers/{customer_who_owes(m)}"),
    "deactivateVendor": lambda m: Sent(f"/vendors/{m.lou.get('/invoices/' + m.bill())['vendor_id']}"),
    "createInvoice": lambda m: Sent(
        "/invoices", {**INVOICE, "vendor_id": m.lou.get("/invoices/" + m.bill())["vendor_id"], "invoice_number": "1"}
    ),
    "createOutgoingInvoice": lambda m: Sent(
        "/outgoing-invoices",
        {**INVOICE, "customer_id": customer_who_owes(m), "invoice_number": "1", "type": "invoice"},
    ),
    "updateInvoice": lambda m: Sent(f"/invoices/{m.bill()}", {"intent_id": m.owed()}),
    "updateOutgoingInvoice": lambda m: twice(
        m, Sent(f"/outgoing-invoices/{m.sale()}", {"intent_id": m.owed()}), "PATCH"
    ),
    "createPaymentRun": lambda m: twice(m, Sent("/payment-runs", m.run_body())),
    "approvePaymentRun": lambda m: Sent(f"/payment-runs/{m.run('approve')}/approve"),
    "cancelPaymentRun": lambda m: Sent(f"/payment-runs/{m.run('approve', 'export')}/cancel"),
    "exportPaymentRun": lambda m: Sent(f"/payment-runs/{m.run()}/export"),
    "completePaymentRun": lambda m: Sent(f"/payment-runs/{m.run()}/complete"),
    "requestLock": lambda m: Sent("/periods/2026-06/lock"),
    "approveLock": lambda m: Sent(f"/periods/2026-07/lock/{m.locked('2026-07')}/approve", who="member"),
    "reopenPeriod": lambda m: Sent(f"/periods/2026-06/reopen{m.locked('2026-06')[:0]}"),
    "softLockPeriod": lambda m: Sent("/periods/2026-06/soft-lock"),
    "updateReviewCase": lambda m: Sent(f"/invoice-review-cases/{m.rejected()}", {"vendor_id": None}),
    "approveReviewCase": lambda m: Sent(f"/invoice-review-cases/{m.rejected()}/approve"),
    "rejectReviewCase": lambda m: Sent(f"/invoice-review-cases/{m.rejected()}/reject", {}),
    "createTaxCode": lambda m: Sent("/tax-codes", {**TAX_CODE, "code": "VST19"}),
}


def camt(iban: str) -> bytes:
    """A statement of one line."""
    entry = '<Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-06-02</Dt></BookgDt></Ntry>'
    account = f"<Acct><Id><IBAN>{iban}</IBAN></Id></Acct>"
    space = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"
    statement = f"<BkToCstmrStmt><Stmt>{account}{entry}</Stmt></BkToCstmrStmt>"
    return f'<Document xmlns="{space}">{statement}</Document>'.encode()


def soft_locked(maker: Maker) -> str:
    maker.lou.post("/periods/2026-06/soft-lock")
    return "/periods/2026-06"


def mailed(maker: Maker) -> str:
    """The token that a mail would bring to who forgot a password."""
    maker.lou.post("/auth/forgot-password", {"email": "olga@example.com"}, who="")
    return str(maker.lou.all("password-tokens")[0]["id"])


def customer_who_owes(maker: Maker) -> str:
    sale = maker.sale()
    intent = maker.lou.book(debit("1200", 119), credit("4400", 119, "UST19"))
    shown = maker.lou.done("PATCH", f"/outgoing-invoices/{sale}", {"intent_id": intent})
    return str(shown["customer_id"])


def twice(maker: Maker, sent: Sent, method: str = "POST") -> Sent:
    """A call that was made once already."""
    assert maker.lou.call(method, sent.path, sent.body).is_success
    return sent


class Operation:
    """One operation, and calls of it that end in each of its ways."""

    def __init__(self, lou: LedgerLou, row: Row) -> None:
        self.lou, self.maker = lou, Maker(lou)
        self.method, self.template, self.name, self.scopes = row
        (bound,) = [
            each for each in lou.door.server.vendors["ledgerlou"].bindings.values() if self.name == each.operation.id
        ]
        self.documented = {int(status) for status in bound.operation.responses}

    def plain(self) -> Sent:
        """The call with ids that nobody has, and no body to speak of."""
        path = re.sub(r"\{(\w+)\}", lambda found: PARTS.get(found[1], NOBODY), self.template)
        return Sent(path, {} if self.method in ("POST", "PUT", "PATCH") else None)

    def good(self) -> Sent:
        way = GOOD.get(self.name)
        return way(self.maker) if way else self.plain()

    def send(self, sent: Sent) -> int:
        """The status of a call; `file` goes as a form, with the members of the body."""
        if sent.file is not None:
            return self.lou.upload(sent.path, *sent.file, who=sent.who, **(sent.body or {})).status_code
        return self.lou.call(self.method, sent.path, sent.body, who=sent.who).status_code

    def is_unknown_caller(self) -> int:
        if self.name == "login":
            return self.send(Sent("/auth/login", {"email": "olga@example.com", "password": "x"}, ""))
        return self.send(self.plain()._replace(who=""))

    def is_forbidden(self) -> int:
        return self.send(self.plain()._replace(who="write" if self.scopes.endswith("read") else "read"))

    def is_invalid(self) -> int:
        """A query or a path that does not parse, a body that is no object."""
        if self.name in INVALID:
            return self.send(INVALID[self.name](self.maker))
        if self.method == "GET" and "{" not in self.template:
            return self.send(Sent(f"{self.template}?{BAD_QUERY.get(self.name, 'limit=0')}"))
        if "{" in self.template:
            path = re.sub(r"\{(\w+)\}", lambda found: BAD_PATH.get(found[1], "4711"), self.template, count=1)
            path = re.sub(r"\{\w+\}", NOBODY, path)
            return self.send(self.plain()._replace(path=path))
        answer = self.lou.call(
            self.method, self.template, content=b"[", who="" if "/auth/" in self.template else "admin"
        )
        return answer.status_code

    def is_unknown(self) -> int:
        way = UNKNOWN.get(self.name)
        if way:
            return self.send(way(self.maker))
        good = GOOD[self.name](self.maker)
        return self.send(good._replace(path=self.plain().path))

    def conflicts(self) -> int:
        return self.send(CONFLICT[self.name](self.maker))

    def is_in_a_foreign_currency(self) -> int:
        """A bank account in dollars, an item in pounds."""
        bank = {"name": "USD", "iban": "DE02120300000000202051", "account_number": "1820", "currency": "USD"}
        id = self.lou.post("/bank-accounts", bank, status=201)["id"]
        row = {"tx_date": DAY, "amount": -100, "currency": "USD"}
        self.lou.post("/bank-transactions", {"bank_account_id": id, "transactions": [row]}, status=201)
        (line,) = self.lou.get("/bank-transactions", bank_account_id=id)["transactions"]
        fx = {"currency": "GBP", "amount": 100, "rate": 0.84, "rate_date": DAY, "rate_source": "ECB"}
        owed = self.lou.book(debit("6815", 119), credit("3300", 119), fx=fx)
        pair = self.maker.pair(intent_id=owed)
        if self.name == "createMatchGroup":
            allocation = {**pair, "allocated_bank_amount": 100, "settled_document_amount": 100}
            return self.send(
                Sent("/bank-match-groups", {"bank_transaction_ids": [line["id"]], "allocations": [allocation]})
            )
        return self.send(Sent(f"/bank-transactions/{line['id']}/reconcile", pair))

    def cannot_be_read(self) -> int:
        """A PDF under lock and key."""
        return self.send(Sent("/ocr/extract", {"document_id": self.maker.document(locked_pdf())}))


def locked_pdf() -> bytes:
    from fpdf import FPDF

    paper = FPDF()
    paper.set_encryption(owner_password="owner", user_password="user")
    paper.add_page()
    paper.set_font("helvetica")
    paper.cell(text="Rechnung")
    return bytes(paper.output())


FROM_DEMO = re.compile(r".*(Inbox(Item|Address)?|ReviewCases?|IngestionLog)\Z")
"""Operations on what came by mail, which only the demo company has."""


def answers(lou: LedgerLou, row: Row) -> list[str]:
    """Call an operation in each of its ways; the statuses that it documents and was not answered with."""
    operation = Operation(lou, row)
    ways: dict[int, Callable[[], int]] = {
        401: operation.is_unknown_caller,
        403: operation.is_forbidden,
        400: operation.is_invalid,
        404: operation.is_unknown,
        409: operation.conflicts,
        422: operation.is_in_a_foreign_currency,
        500: operation.cannot_be_read,
    }
    (success,) = operation.documented - set(ways)
    assert success == operation.send(operation.good())
    for status in sorted(operation.documented & set(ways)):
        assert status == ways[status](), (operation.name, status)
        assert [] == lou.last()["changes"]
    covered = lou.control("GET", "/coverage")["ledgerlou"]["exercised"]
    (left,) = [each["missing"] for each in covered if operation.name == each["operation"]]
    return list(left)


MAILED = [each for each in OPERATIONS if FROM_DEMO.match(each[2])]
OTHERS = [each for each in [*OPERATIONS, *AUTH] if each not in MAILED]


@pytest.mark.parametrize("row", OTHERS, ids=[each[2] for each in OTHERS])
def test_operation_answers_with_each_status_it_documents(lou: LedgerLou, row: Row) -> None:
    """Success, and whatever can go wrong: what is sent, who sends it, what is not there, what stands against it;
    no refusal stores anything (Reference, read 2026-11; 1.4, 4)."""
    assert [] == answers(lou, row)


@pytest.mark.parametrize("row", MAILED, ids=[each[2] for each in MAILED])
def test_operation_on_mail_answers_with_each_status_it_documents(lou_demo: LedgerLou, row: Row) -> None:
    """The same for what came by mail, which the demo company alone has (Payables, read 2026-11; 1.4, 4.7)."""
    assert [] == answers(lou_demo, row)
