"""FinzBooks: journals by hand, and the entries of documents among them."""

from __future__ import annotations

import pytest

from tests.vendors.finzbooks import GOOD, FinzBooks, Json

INVALID = "validation.invalid_value"
DEPRECIATION = GOOD["/journals"]


def at(journal: Json) -> str:
    return f"/journals/{journal['journal_id']}"


def lines(*amounts: tuple[str, float, float]) -> list[Json]:
    return [{"account_id": account, "debit": debit, "credit": credit} for account, debit, credit in amounts]


def test_journal_is_posted_as_sent(books: FinzBooks) -> None:
    """The vendor's sample of depreciation (Journals, read 2026-11; 5.5, 11.1, 17.27; operations 71 and 72)."""
    before = books.trial()

    made = books.make("/journals", {**DEPRECIATION, "contact_id": None})

    assert {
        *("journal_id", "journal_number", "date", "memo", "source", "source_id", "contact_id", "branch_id", "lines"),
        *("total_debit", "total_credit", "created_time", "last_modified_time"),
    } == set(made)
    assert ("MANUAL", 25000, 25000, "Depreciation of September", "br_hq") == tuple(
        made[name] for name in ("source", "total_debit", "total_credit", "memo", "branch_id")
    )
    assert made["journal_number"].startswith("JE-2026-")
    assert [("acc_depreciation_exp", 25000, 0), ("acc_accum_depn", 0, 25000)] == [
        (each["account_id"], each["debit"], each["credit"]) for each in made["lines"]
    ]
    assert books.get("/accounts/acc_accum_depn")["name"] == made["lines"][1]["account_name"]
    assert {"depreciation_exp": "25000.00", "accum_depn": "-25000.00"} == books.moved(before)
    assert made == books.get(at(made)) == books.get("/journals")[0]
    books.refuse((404, "not_found.resource", "journal_id"), "GET", "/journals/none")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        (lines(("acc_cash", 25000, 0), ("acc_capital", 0, 24999)), "lines"),
        (lines(("acc_cash", 100, 0), ("acc_capital", 0, 99.98)), "lines"),
        (lines(("acc_cash", 5, 0)), "lines"),
        ([], "lines"),
        (lines(("acc_cash", 5, 5), ("acc_capital", 0, 5)), "lines[0]"),
        (lines(("acc_cash", 5, 0), ("acc_capital", 0, 0)), "lines[1]"),
        (lines(("acc_cash", -5, 0), ("acc_capital", 0, -5)), "lines[0].debit"),
    ],
)
def test_journal_that_does_not_balance_is_refused(books: FinzBooks, sent: list[Json], field: str) -> None:
    """Two lines at least, each with one side, both sides equal (Journals, read 2026-11; 11.1, 17.27; operation 72)."""
    before = books.trial()

    told = books.refuse((400, INVALID, field), "POST", "/journals", {**DEPRECIATION, "lines": sent})

    if sent and sent[0]["debit"] == 25000:
        assert {"debit": 25000, "credit": 24999}.items() <= told["details"].items()
    assert {} == books.moved(before)


def test_journal_may_miss_a_paisa(books: FinzBooks) -> None:
    """Within 0.01 it is taken, and the ledger balances all the same (Journals, read 2026-11; 11.1; operation 72)."""
    sent = lines(("acc_cash", 10, 0), ("acc_capital", 0, 9.99))

    made = books.make("/journals", {**DEPRECIATION, "lines": sent})

    assert made["total_debit"] == made["total_credit"]
    books.trial()


def test_only_manual_journals_are_deleted(books: FinzBooks) -> None:
    """One of a document is undone through its document (Journals, read 2026-11; 11.1, 17.27; operation 73)."""
    before = books.trial()
    made = books.make("/journals", DEPRECIATION)
    invoice, expense = books.invoice(approve=True), books.expense(5)
    receipt, note = books.receive(5, invoice), books.credit()
    bill = books.bill(approve=True)
    posted = [
        books.entries(document[name])[0]
        for document, name in (
            (invoice, "invoice_id"),
            (expense, "expense_id"),
            (receipt, "payment_id"),
            (note, "credit_note_id"),
            (bill, "bill_id"),
        )
    ]
    moved = books.moved(before)

    assert ["INVOICE", "EXPENSE", "PAYMENT", "CREDIT_NOTE", "BILL"] == [each["source"] for each in posted]
    for entry in posted:
        answer = books.call("DELETE", at(entry))
        assert (400, INVALID) == (answer.status_code, answer.json()["code"])
    assert moved == books.moved(before)
    books.delete(at(made))
    assert {"depreciation_exp", "accum_depn"} == set(moved) - set(books.moved(before))
    for method in ("GET", "DELETE"):
        books.refuse((404, "not_found.resource", "journal_id"), method, at(made))


def test_journals_are_filtered(books: FinzBooks) -> None:
    """By source and dates, each with its lines (Journals, read 2026-11; 11.1; operation 70)."""
    manual = books.make("/journals", {**DEPRECIATION, "date": "2031-02-01"})
    invoice = books.invoice(date="2031-02-02", approve=True)

    def found(**query: Json) -> list[Json]:
        return books.all("/journals", date_from="2031-01-01", **query)

    assert [invoice["invoice_id"], manual["source_id"]] == [each["source_id"] for each in found()]
    assert [manual] == found(source="MANUAL") == found(date_to="2031-02-01")
    assert ["INVOICE"] == [each["source"] for each in found(source="INVOICE")]
    assert all(each["lines"] for each in books.all("/journals"))


def test_journal_names_active_accounts(books: FinzBooks) -> None:
    """An account that is closed is booked on no more (11.1; operation 72; A24)."""
    account = books.control("GET", "/state/finzbooks/accounts/acc_accum_depn")
    books.control("PUT", "/state/finzbooks/accounts/acc_accum_depn", {**account, "is_active": False})

    refusal = (400, "validation.invalid_value", "lines[1].account_id")

    books.refuse(refusal, "POST", "/journals", GOOD["/journals"])
