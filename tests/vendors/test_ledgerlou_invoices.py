"""LedgerLou: invoices of vendors and to customers, whose status follows from the journal, and open items."""

from __future__ import annotations

import pytest

from tests.vendors.ledgerlou import NOBODY, Json, LedgerLou, credit, debit

INVALID = (400, "INVALID_INPUT")
LINE = {
    "position": 1,
    "description": "Papier",
    "quantity": 2,
    "unit_price": 50,
    "tax_rate": 0.19,
    "tax_amount": 19,
    "line_total": 119,
    "account_number": "6815",
}
PAYABLE, RECEIVABLE = "/invoices", "/outgoing-invoices"
PARTY = {PAYABLE: "vendor", RECEIVABLE: "customer"}
both = pytest.mark.parametrize("path", [PAYABLE, RECEIVABLE])
SHOWN = ("status", "remaining_amount")
MOVES = {
    PAYABLE: ((debit("6815", 119, "VST19"), credit("3300", 119)), "open_liability", "3300", -1),
    RECEIVABLE: ((debit("1200", 119), credit("4400", 119, "UST19")), "open_receivable", "1200", 1),
}


class Bench:
    """One side of invoices, with one party and a bank account."""

    def __init__(self, lou: LedgerLou, path: str) -> None:
        self.lou, self.path, self.party = lou, path, PARTY[path]
        self.party_id = lou.post(f"/{self.party}s", {"name": "Acme GmbH"}, status=201)["id"]
        self.lines, self.kind, self.account, self.sign = MOVES[path]

    def body(self, **changes: Json) -> Json:
        body = {
            f"{self.party}_id": self.party_id,
            "invoice_number": "AR-2026-001",
            "invoice_date": "2026-06-01",
            "total_net": 100,
            "total_tax": 19,
            "total_gross": 119,
            "lines": [LINE],
            **({"type": "invoice"} if self.path == RECEIVABLE else {}),
            **changes,
        }
        return {name: value for name, value in body.items() if value is not ...}

    def make(self, **changes: Json) -> str:
        return str(self.lou.post(self.path, self.body(**changes), status=201)["id"])

    def get(self, id: str) -> Json:
        return self.lou.get(f"{self.path}/{id}")

    def standing(self, id: str) -> tuple[str, float]:
        shown = self.get(id)
        return shown["status"], shown["remaining_amount"]

    def book(self, **fields: Json) -> str:
        return self.lou.book(*self.lines, skip_duplicate_check=True, **fields)

    def pay(self, intent_id: str, *amounts: float) -> list[str]:
        """The ids of bank lines that paid a posting."""
        if not self.lou.get("/bank-accounts"):
            bank = {"name": "Bank", "iban": "DE89370400440532013000", "account_number": "1800"}
            self.lou.post("/bank-accounts", bank, status=201)
        (bank,) = self.lou.get("/bank-accounts")
        rows = [{"tx_date": "2026-06-10", "amount": self.sign * each, "reference": str(each)} for each in amounts]
        self.lou.post("/bank-transactions", {"bank_account_id": bank["id"], "transactions": rows}, status=201)
        found = self.lou.get("/bank-transactions", status="unreconciled")["transactions"]
        body = {"intent_id": intent_id, "candidate_kind": self.kind, "open_item_account": self.account}
        for each in found:
            self.lou.post(f"/bank-transactions/{each['id']}/reconcile", body)
        return [each["id"] for each in found]


@both
def test_invoice_is_a_draft_until_it_is_booked(lou: LedgerLou, path: str) -> None:
    """Tied once, also when it is the same posting again; it posts nothing itself (Payables, post-invoices and
    patch-invoices-id; Receivables, post-outgoing-invoices, read 2026-11; 5.8, 10.25, A43, A49; operations 38, 39, 40,
    74, 75 and 76)."""
    bench = Bench(lou, path)
    id = bench.make()
    assert ("draft", 119) == bench.standing(id)
    assert {} == lou.balances()
    intent = bench.book()

    shown = lou.done("PATCH", f"{path}/{id}", {"intent_id": intent})

    assert ("open", 119, intent) == (*(shown[name] for name in SHOWN), shown["intent_id"])
    assert shown == bench.get(id)
    lou.refuse((409, "INTENT_ALREADY_SET"), "PATCH", f"{path}/{id}", {"intent_id": intent})
    lou.refuse(INVALID, "PATCH", f"{path}/{bench.make(invoice_number='2')}", {"intent_id": NOBODY})
    assert ("open", 119) == bench.standing(bench.make(invoice_number="3", intent_id=intent))


@both
def test_invoice_is_shown_with_its_lines(lou: LedgerLou, path: str) -> None:
    """All that was sent and what follows from it (Payables, get-invoice, read 2026-11; 3.7; operations 39 and 75)."""
    bench = Bench(lou, path)
    bare = {name: value for name, value in LINE.items() if name != "account_number"}
    document = lou.upload("/documents", "r.pdf", b"%PDF-1.4 x").json()["id"]
    body = bench.body(due_date="2026-12-31", notes="x", document_id=document, lines=[LINE, {**bare, "position": 2}])
    id = lou.post(path, body, status=201)["id"]

    shown = bench.get(id)

    lines = [LINE, {**bare, "position": 2, "account_number": None}]
    assert {**body, "lines": lines, "currency": "EUR", "intent_id": None}.items() <= shown.items()
    assert "Acme GmbH" == shown[f"{bench.party}_name"]
    assert "2026-12-01T09:00:00Z" == shown["created_at"]
    lou.refuse((404, "NOT_FOUND"), "GET", f"{path}/{NOBODY}")
    lou.refuse((404, "NOT_FOUND"), "GET", f"{path}/{id}", who="other")
    lou.refuse(INVALID, "GET", f"{path}/4711")


@both
@pytest.mark.parametrize(
    "changes",
    [
        {"invoice_number": ...},
        {"invoice_number": "x" * 101},
        {"invoice_date": "2026-02-30"},
        {"due_date": "June"},
        {"total_net": ...},
        {"total_gross": "119"},
        {"currency": "EURO"},
        {"notes": "x" * 2001},
        {"lines": []},
        {"lines": ...},
        {"lines": [{**LINE, "position": 0}]},
        {"lines": [{**LINE, "quantity": 0}]},
        {"lines": [{**LINE, "tax_rate": 1.9}]},
        {"lines": [{**LINE, "description": "x" * 501}]},
        {"lines": [{"position": 1}]},
        {"intent_id": NOBODY},
    ],
)
def test_invoice_that_does_not_fit_is_refused(lou_shared: LedgerLou, path: str, changes: Json) -> None:
    """At least a line, each complete (Payables, post-invoices; Receivables, post-outgoing-invoices, read 2026-11; 3.7,
    4.3, A49; operations 38 and 74)."""
    found = lou_shared.get(f"/{PARTY[path]}s")
    bench = object.__new__(Bench)
    bench.path, bench.party = path, PARTY[path]
    bench.party_id = (found or [lou_shared.post(f"/{PARTY[path]}s", {"name": "Acme GmbH"}, status=201)])[0]["id"]

    lou_shared.refuse(INVALID, "POST", path, bench.body(**changes))


def test_kind_of_an_outgoing_invoice_is_told(lou: LedgerLou) -> None:
    """Invoice or credit note (Receivables, post-outgoing-invoices, read 2026-11; 4.3; operation 38)."""
    bench = Bench(lou, RECEIVABLE)
    for wrong in (..., "receipt", None):
        lou.refuse(INVALID, "POST", RECEIVABLE, bench.body(type=wrong))


@both
def test_number_is_taken_once_by_each_party(lou: LedgerLou, path: str) -> None:
    """And a party must be there (Payables, post-invoices, read 2026-11; 1.6, 10.25, A47; operations 38 and 74)."""
    bench = Bench(lou, path)
    bench.make()
    lou.refuse((409, "DUPLICATE_INVOICE_NUMBER"), "POST", path, bench.body(total_gross=5))
    code = f"{bench.party.upper()}_NOT_FOUND"
    lou.refuse((404, code), "POST", path, bench.body(**{f"{bench.party}_id": NOBODY}))

    lou.done("DELETE", f"/{bench.party}s/{bench.party_id}")
    other = lou.post(f"/{bench.party}s", {"name": "Zweite"}, status=201)["id"]

    bench.make(**{f"{bench.party}_id": other})
    bench.make(invoice_number="AR-2026-002")


@both
def test_status_follows_from_the_journal(lou: LedgerLou, path: str) -> None:
    """Open, paid in part, overdue, paid, open again, draft (Payables, read 2026-11; 5.2, 5.8, 10.25, 10.26, A43, A45;
    operations 26, 27, 39, 75, 40 and 76)."""
    bench = Bench(lou, path)
    intent = bench.book()
    id = bench.make(intent_id=intent, due_date="2026-12-01")
    assert ("open", 119) == bench.standing(id)

    bench.pay(intent, 60)
    assert ("partially_paid", 59) == bench.standing(id)
    lou.advance(days=1)
    assert ("overdue", 59) == bench.standing(id)
    (last,) = bench.pay(intent, 59)
    assert ("paid", 0) == bench.standing(id)
    lou.post(f"/bank-transactions/{last}/unmatch")
    assert ("overdue", 59) == bench.standing(id)
    assert "partially_paid" == lou.done("PATCH", f"{path}/{id}", {"due_date": None})["status"]

    lou.reverse(intent)
    assert ("draft", 119) == bench.standing(id)
    assert intent == bench.get(id)["intent_id"]


@both
def test_invoice_is_changed_in_few_ways(lou: LedgerLou, path: str) -> None:
    """Notes and the day on which it is due, or null (Payables, patch-invoices-id; Receivables,
    patch-outgoing-invoices-id, read 2026-11; 4.3; operations 40 and 76)."""
    bench = Bench(lou, path)
    id = bench.make(notes="x")

    changed = lou.done("PATCH", f"{path}/{id}", {"notes": None, "due_date": "2027-01-31"})

    assert (None, "2027-01-31") == (changed["notes"], changed["due_date"])
    for body in ({}, {"notes": None}, {"total_gross": 5}):
        lou.refuse((400, "NO_CHANGES"), "PATCH", f"{path}/{id}", body)
    for unfit in ({"notes": "x" * 2001}, {"due_date": "June"}, {"due_date": "2026-02-30"}, {"intent_id": "4711"}):
        lou.refuse(INVALID, "PATCH", f"{path}/{id}", unfit)
    lou.refuse((404, "NOT_FOUND"), "PATCH", f"{path}/{NOBODY}", {"notes": "x"})


@both
def test_invoices_are_listed(lou: LedgerLou, path: str) -> None:
    """By party, status and days; rows without their lines (Payables, get-invoices; Receivables, get-outgoing-invoices,
    read 2026-11; 1.5, 3.7, A9; operations 37 and 73)."""
    bench = Bench(lou, path)
    other = lou.post(f"/{bench.party}s", {"name": "Zweite"}, status=201)["id"]
    bench.make(invoice_number="1", invoice_date="2026-05-31")
    bench.make(invoice_number="2", intent_id=bench.book())
    bench.make(invoice_number="3", invoice_date="2026-06-30", **{f"{bench.party}_id": other})

    def numbers(**query: Json) -> list[str]:
        return sorted(each["invoice_number"] for each in lou.get(path, **query))

    assert ["1", "2", "3"] == numbers()
    assert ["3"] == numbers(**{f"{bench.party}_id": other})
    assert ["2"] == numbers(status="open")
    assert ["1", "3"] == numbers(status="draft")
    assert [] == numbers(status="overdue")
    assert ["2"] == numbers(start_date="2026-06-01", end_date="2026-06-29")
    assert (1, 2, 0) == (len(numbers(limit=1)), len(numbers(offset=1)), len(numbers(offset=3)))
    row = lou.get(path, status="open")[0]
    assert {
        *("id", f"{bench.party}_id", f"{bench.party}_name", "invoice_number", "invoice_date", "due_date"),
        *("total_gross", "status", "remaining_amount"),
        *(("type",) if path == RECEIVABLE else ()),
    } == set(row)
    for wrong in ("limit=501", "limit=0", "status=lost", "start_date=June", f"{bench.party}_id=4711"):
        lou.refuse(INVALID, "GET", f"{path}?{wrong}")


@both
def test_open_items_are_listed_by_party(lou: LedgerLou, path: str) -> None:
    """What remains of booked invoices; parties who owe nothing are left out (Payables, get-invoices-open-items;
    Receivables, get-outgoing-invoices-open-items, read 2026-11; 5.8; operations 41 and 77)."""
    bench = Bench(lou, path)
    lou.post(f"/{bench.party}s", {"name": "Ohne"}, status=201)
    intent = bench.book()
    bench.make(invoice_number="1")
    first, second = bench.make(invoice_number="2", intent_id=intent), bench.make(invoice_number="3")
    lou.done("PATCH", f"{path}/{second}", {"intent_id": bench.book()})
    bench.pay(intent, 19)

    (owed,) = lou.get(f"{path}/open-items")

    assert (bench.party_id, "Acme GmbH", 219) == (
        owed[f"{bench.party}_id"],
        owed[f"{bench.party}_name"],
        owed["total_open"],
    )
    assert {(first, "partially_paid", 100), (second, "open", 119)} == {
        (each["id"], *(each[name] for name in SHOWN)) for each in owed["invoices"]
    }
    assert 219 == lou.get(f"/{bench.party}s/{bench.party_id}")["open_amount"]
    balance = -bench.sign * lou.get(f"/accounts/{bench.account}/entries")["balance"]
    assert -219 == balance
    bench.pay(intent, 100)
    assert 119 == lou.get(f"{path}/open-items")[0]["total_open"]


def test_credit_note_is_taken_off(lou: LedgerLou) -> None:
    """Paid as soon as it is booked; sums by customer tell it apart (Receivables, get-outgoing-invoices-open-items, read
    2026-11; 5.8, 10.30, A44; operations 35, 37, 38, 39 and 41)."""
    bench = Bench(lou, RECEIVABLE)
    bench.make(invoice_number="1", intent_id=bench.book())
    totals = {"total_net": 40, "total_tax": 7.6, "total_gross": 47.6}
    draft = bench.make(invoice_number="G-0", type="credit_note", **totals)
    back = lou.book(debit("4400", 47.6, "UST19"), credit("1200", 47.6))

    note = bench.make(invoice_number="G-1", type="credit_note", intent_id=back, **totals)

    assert (("draft", 47.6), ("paid", 0)) == (bench.standing(draft), bench.standing(note))
    (owed,) = lou.get("/outgoing-invoices/open-items")
    assert (119, 47.6, 71.4) == tuple(owed[name] for name in ("total_open", "credit_note_total", "net_open"))
    assert ["1"] == [each["invoice_number"] for each in owed["invoices"]]
    assert 71.4 == lou.get(f"/customers/{bench.party_id}")["open_amount"]
    assert {"G-0", "G-1"} == {each["invoice_number"] for each in lou.get(RECEIVABLE, type="credit_note")}
    lou.refuse(INVALID, "GET", f"{RECEIVABLE}?type=receipt")


def test_totals_are_as_sent(lou: LedgerLou) -> None:
    """They are not checked against the lines (4.3, 5.8, A48; operation 74)."""
    bench = Bench(lou, PAYABLE)

    assert 5000 == bench.get(bench.make(total_gross=5000))["remaining_amount"]
