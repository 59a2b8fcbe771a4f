"""LedgerLou: what an account begins with, and the year of a company in it: books that agree with each other."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from mocks.ledgerlou import papers
from sandbooks.project import bundled_project
from tests.serving import serve
from tests.vendors.ledgerlou import NOW, Json, LedgerLou, money

BANK, RECEIVABLES, PAYABLES, PREPAID_VAT = "1810", "1200", "3300", "3820"
VAT = ("1401", "1404", "1406", "1407", "3801", "3804", "3806", "3837")
RUN_STATES = {"draft", "approved", "exported", "completed", "cancelled"}
INVOICE_STATES = {"draft", "open", "partially_paid", "paid", "overdue"}
ZEROS = "0" * 64


def journal(lou: LedgerLou) -> list[Json]:
    """All events, the first one first."""
    events = lou.get("/journal", limit=1000)["entries"]
    assert len(events) < 1000
    return list(reversed(events))


def balances(events: list[Json], *, until: str = "2999-12-31") -> dict[str, Decimal]:
    """Debit less credit of each account, of the events up to a day."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for event in events:
        if event["booking_date"] <= until:
            found[event["account_debit"]] += money(event["amount"])
            found[event["account_credit"]] -= money(event["amount"])
    return found


def test_new_account_has_chart_codes_and_nothing_else(lou: LedgerLou) -> None:
    """73 accounts of SKR04, all but 8400 of the system, seven tax codes, and no document of any kind (2.1, 2.2, 8)."""
    chart = lou.get("/accounts")
    codes = lou.get("/tax-codes", include_inactive="true")["tax_codes"]

    assert 73 == chart["total"]
    assert ["8400"] == [each["number"] for each in chart["accounts"] if not each["is_system"]]
    assert {"VST19", "VST7", "UST19", "UST7", "VST-IGE19", "VST-IGE7", "VST-13B19"} == {each["code"] for each in codes}
    assert [] == lou.get("/journal")["entries"]
    for path in ("bank-accounts", "customers", "vendors", "invoices", "outgoing-invoices", "payment-runs"):
        assert [] == lou.get(f"/{path}")
    assert {"open"} == {each["status"] for each in lou.get("/periods")}


def test_another_tenant_has_the_chart_alone(lou_demo: LedgerLou) -> None:
    """The other company has the same chart; nothing of the first one's year is there (1.4, 8)."""
    assert 73 == lou_demo.get("/accounts", who="other")["total"]
    assert [] == lou_demo.get("/journal", who="other")["entries"]
    assert [] == lou_demo.get("/vendors", who="other")


def test_journal_of_the_demo_is_gapless_and_chained(lou_demo: LedgerLou) -> None:
    """Numbers from 1 without gaps, each event chained to the one before it, all by people (3.2, 5.1; A22, A23)."""
    events = journal(lou_demo)

    assert list(range(1, len(events) + 1)) == [each["journal_number"] for each in events]
    assert [ZEROS, *(each["audit_hash"] for each in events[:-1])] == [each["prev_hash"] for each in events]
    assert {"user"} == {each["provenance_summary"]["actor_type"] for each in events}
    assert {"Olga Owner", "Max Member"} == {each["provenance_summary"]["actor_label"] for each in events}


def test_reports_of_the_demo_agree_with_its_events(lou_demo: LedgerLou) -> None:
    """The trial balance sums the events by account, the balance sheet balances, and its result is that of profit and
    loss (operation 57; A56)."""
    span = {"startDate": "2026-01-01", "endDate": "2026-11-30"}
    expected = dict(balances(journal(lou_demo)))

    trial = {
        each["number"]: money(each["debit_total"]) - money(each["credit_total"])
        for each in report(lou_demo, "susa", span)
    }
    sheet, loss = report(lou_demo, "bilanz", span), report(lou_demo, "guv", span)

    assert expected == trial
    sides = {kind: sum(money(each["balance"]) for each in sheet if each["type"] == kind) for kind in TYPES}
    assert sides["asset"] == sides["liability"] + sides["equity"]
    result = sum(money(each["balance"]) * (1 if each["type"] == "revenue" else -1) for each in loss)
    assert [result] == [money(each["balance"]) for each in sheet if each["name"] == "Periodenergebnis"]


TYPES = ("asset", "liability", "equity")


def report(lou: LedgerLou, kind: str, span: dict[str, str]) -> list[Json]:
    rows = lou.get("/reports", type=kind, **span)
    assert isinstance(rows, list)
    return rows


def test_open_invoices_of_the_demo_are_the_control_accounts(lou_demo: LedgerLou) -> None:
    """What remains of invoices is what stands on 1200 and 3300, credit notes taken off (5.8; A43, A44)."""
    held = balances(journal(lou_demo))
    customers, vendors = lou_demo.get("/outgoing-invoices/open-items"), lou_demo.get("/invoices/open-items")

    assert held[RECEIVABLES] == sum(money(each["total_open"]) for each in customers) - Decimal("476.00")
    assert -held[PAYABLES] == sum(money(each["total_open"]) for each in vendors)
    assert Decimal("476.00") == sum(money(each["credit_note_total"]) for each in customers)


def test_bank_of_the_demo_is_its_ledger_account(lou_demo: LedgerLou) -> None:
    """Up to the last statement the lines sum to the bank's account in the ledger, but for those that nobody has
    matched (4.2 operation 17, 5.6; A42)."""
    lines = lou_demo.get("/bank-transactions", limit=500)["transactions"]
    matched = sum(money(each["amount"]) for each in lines if each["status"] == "reconciled")

    assert balances(journal(lou_demo), until="2026-10-31")[BANK] == matched
    assert {"unreconciled": 3, "excluded": 1} == {
        status: sum(each["status"] == status for each in lines) for status in ("unreconciled", "excluded")
    }
    assert {"count": 3} == lou_demo.get("/bank-transactions/unreconciled-count")
    modes = {each["match_mode"] for each in lines if each["status"] == "reconciled"}
    assert {"link", "settlement", "group_settlement"} == modes


def test_vat_of_each_month_is_what_was_paid_for_it(lou_demo: LedgerLou) -> None:
    """The splits of a month sum to the advance payment of the next, from January to October (2.3; A19)."""
    tax: dict[str, Decimal] = defaultdict(Decimal)
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for event in journal(lou_demo):
        month = event["booking_date"][:7]
        for account, sign in ((event["account_debit"], 1), (event["account_credit"], -1)):
            if account in VAT:
                tax[month] -= sign * money(event["amount"])
            if account == PREPAID_VAT:
                paid[month] += sign * money(event["amount"])

    for month in range(1, 11):
        assert tax[f"2026-{month:02d}"] == paid[f"2026-{month + 1:02d}"], month


def test_demo_shows_every_state(lou_demo: LedgerLou) -> None:
    """Invoices both ways, runs, periods, review cases and mail are there in each of their states (3.7 to 3.13, 8)."""
    assert INVOICE_STATES == {each["status"] for each in lou_demo.get("/invoices")}
    assert INVOICE_STATES == {each["status"] for each in lou_demo.get("/outgoing-invoices")}
    assert {"invoice", "credit_note"} == {each["type"] for each in lou_demo.get("/outgoing-invoices")}
    assert RUN_STATES == {each["status"] for each in lou_demo.get("/payment-runs")}
    assert {"open", "soft_locked", "locked"} == {each["status"] for each in lou_demo.get("/periods")}
    cases = lou_demo.get("/invoice-review-cases")
    states = ["approval", "approved", "correction", "exception", "posting_failed", "rejected"]
    assert states == sorted(each["queue_state"] for each in cases)
    errors = [error["code"] for each in cases for error in each["posting_errors"]]
    assert ["PERIOD_LOCKED"] == errors
    assert ["matched", "unmatched"] == sorted(each["vendor_match"]["status"] for each in lou_demo.get("/inbox"))
    assert 1 == len(lou_demo.get("/inbox", status="confirmed"))
    confirmed = lou_demo.get(f"/inbox/{lou_demo.get('/inbox', status='confirmed')[0]['id']}")
    assert "\nRechnungsnummer: H-6102\n" in confirmed["ocr_raw"]
    outcomes = {each["outcome"] for each in lou_demo.get("/payables/ingestion-log")}
    assert {"processed", "duplicate", "ignored", "failed"} == outcomes
    assert 1 == sum(not each["is_active"] for each in lou_demo.get("/vendors"))
    assert 1 == sum(not each["is_active"] for each in lou_demo.get("/customers"))


def test_locks_of_the_demo(lou_demo: LedgerLou) -> None:
    """The first quarter is locked for good, April and May softly, and what is locked takes no booking (5.4)."""
    periods = {each["period"]: each for each in lou_demo.get("/periods")}

    assert {"2026-01", "2026-02", "2026-03"} == {name for name, each in periods.items() if each["status"] == "locked"}
    assert {"2026-04", "2026-05"} == {name for name, each in periods.items() if each["status"] == "soft_locked"}
    assert "Olga Owner" == periods["2026-01"]["locked_by"]
    lines = [
        {"account_number": "6815", "debit": 17.5, "credit": 0},
        {"account_number": "1600", "debit": 0, "credit": 17.5},
    ]
    booking = {"booking_date": "2026-03-17", "description": "Papier", "lines": lines}
    lou_demo.refuse((400, "PERIOD_LOCKED"), "POST", "/bookings", booking)


def test_papers_of_the_demo_are_pdf_files(lou_demo: LedgerLou) -> None:
    """A bill of the demo is a PDF with its number in it, given back as it came (operations 8, 39; 3.10)."""
    bill = next(each for each in lou_demo.get("/invoices") if each["invoice_number"] == "RE-26-0117")
    document = lou_demo.get(f"/invoices/{bill['id']}")["document_id"]

    file = lou_demo.call("GET", f"/documents/{document}/file")

    assert (200, "application/pdf") == (file.status_code, file.headers["content-type"])
    assert file.content.startswith(b"%PDF-1.4")
    assert b"(Rechnungsnummer: RE-26-0117) Tj" in file.content
    start = int(re.findall(rb"startxref\n(\d+)\n", file.content)[-1])
    assert file.content[start:].startswith(b"xref\n0 6\n")
    for number, place in enumerate(re.findall(rb"(\d{10}) 00000 n", file.content), 1):
        assert file.content[int(place) :].startswith(b"%d 0 obj\n" % number)


def test_paper_has_room_for_one_page_only() -> None:
    """More lines than fit on it are refused; letters beyond cp1252 become question marks (the sandbox's own)."""
    assert b"(Wis?a \\(PL\\)) Tj" in papers.draw(["Wisła (PL)"])
    with pytest.raises(ValueError, match="49 lines are more than the 48 of a page"):
        papers.draw(["x"] * 49)


def test_accounts_of_one_seed_are_alike(lou_demo: LedgerLou) -> None:
    """Two sandboxes begin with the same answers, byte by byte (8)."""
    other = LedgerLou(lou_demo.door, f"{lou_demo.sandbox}-twin", "demo")

    for path in ("/journal?limit=1000", "/bank-transactions?limit=500", "/invoices", "/payment-runs", "/inbox"):
        assert digest(lou_demo, path) == digest(other, path)


def digest(lou: LedgerLou, path: str) -> str:
    return hashlib.sha256(lou.call("GET", path).content).hexdigest()


def test_year_is_told_up_to_the_beginning_of_a_sandbox(lou_demo: LedgerLou) -> None:
    """A sandbox that begins in March has January and February: what lies ahead has not happened (the sandbox's own)."""
    early = LedgerLou(lou_demo.door, f"{lou_demo.sandbox}-early", "demo", at="2026-03-01T12:00:00Z")

    assert {"2026-01", "2026-02"} == {each["booking_date"][:7] for each in journal(early)}
    assert {"2026-01"} == {each["tx_date"][:7] for each in early.get("/bank-transactions")["transactions"]}
    assert ["2026-01"] == [each["period"] for each in early.get("/periods") if each["status"] == "locked"]


def test_year_ends_with_what_the_fixture_says(lou_demo: LedgerLou) -> None:
    """A sandbox that begins after the adjustments of the year has all of it: bank, customers, vendors and result (5.4,
    5.8, 8)."""
    late = LedgerLou(lou_demo.door, f"{lou_demo.sandbox}-late", "demo", at="2027-02-01T09:00:00Z")
    held = late.balances()

    assert (Decimal("44018.90"), Decimal("20514.00"), Decimal("-24327.50")) == tuple(
        held[account] for account in (BANK, RECEIVABLES, PAYABLES)
    )
    rows = report(late, "bilanz", {"startDate": "2026-01-01", "endDate": "2026-12-31"})
    assert [6969.01] == [each["balance"] for each in rows if each["name"] == "Periodenergebnis"]
    counts = {each["period"]: each["booking_count"] for each in late.get("/periods")}
    assert 2 == counts["2026-P13"]


@pytest.mark.parametrize(
    ("entry", "cause"),
    [
        ("{at: 2026-03-02 09:00, do: mailOut}", "no handler for 'mailOut'"),
        ("{at: 2026-03-02 09:00, do: getIntent, of: $rent}", "no earlier entry of the story is called 'rent'"),
        ("{at: 2026-03-02 09:00, do: getBankTransaction, of: '$line:B7'}", "no bank line has the bank_reference 'B7'"),
        ("{at: 2026-03-02 09:00, by: eve@example.com, do: listPeriods}", "no user has the e-mail 'eve@example.com'"),
        ("{at: 2026-03-02 09:00, do: softLockPeriod, of: 2026-02, refused: PERIOD_LOCKED}", "softLockPeriod"),
        ("{at: 2026-03-02 09:00, put: ingestion-log, body: {outcome: lost}}", "ingestion-log at"),
        ("{do: listPeriods}", "'at' is a required property"),
    ],
)
def test_story_that_cannot_be_told_is_refused_with_its_line(tmp_path: Path, entry: str, cause: str) -> None:
    """A fixture whose story names what is not there, or ends another way than it says, is refused with file and line
    (the sandbox's own)."""
    project = bundled_project()
    vendor = project.load_vendor("ledgerlou")
    empty = project.fixture_file("ledgerlou", "empty")
    assert empty is not None
    (tmp_path / "empty.yaml").write_bytes(empty.read_bytes())
    bad = tmp_path / "bad.yaml"
    bad.write_text(f"extends: empty\nstory:\n  documents:\n    - {entry}\n")
    door = serve(vendor, fixture_file=lambda _, profile: tmp_path / f"{profile}.yaml", now=NOW, profile="empty")

    told = door.post("/_sandbox/sandboxes", json={"name": "told", "profile": "bad"})

    assert 400 == told.status_code, told.text
    assert "bad.yaml:4" in told.text
    assert cause in told.text
