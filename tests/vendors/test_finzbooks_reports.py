"""FinzBooks: the reports of the ledger and of what is open: their queries, days, branches and rules."""

from __future__ import annotations

import pytest

from tests.vendors.finzbooks import FinzBooks, Json, failure, line

REQUIRED, INVALID = "validation.required_field", "validation.invalid_value"
FAILED, NOT_FOUND = "validation.failed", "not_found.resource"
PERIOD = {"from_date": "2026-05-01", "to_date": "2026-05-31"}
AS_OF, RANGES = (
    ("trial_balance", "balance_sheet"),
    (
        "cash_flow",
        "sales_register",
        "purchase_register",
        "day_book",
        "gstr1",
        "gstr3b",
    ),
)
OPEN = ("ar_aging", "ap_aging", "outstanding_receivables", "outstanding_payables")
BANGALORE = {
    "branch_id": "br_blr",
    "code": "BLR",
    "name": "Peenya",
    "gstin": "29AAAPG7885R1ZL",
    "state": "IN-KA",
    "city": "Bengaluru",
    "is_default": False,
    "invoice_prefix": "BLR-",
    "bill_prefix": "BLRB-",
}


def query_of(name: str) -> dict[str, Json]:
    """What a report needs."""
    if name in RANGES:
        return dict(PERIOD)
    needed = {"as_of_date": "2026-05-31"} if name in (*AS_OF, *OPEN) else {"to_date": "2026-05-31"}
    return {**needed, "account_id": "acc_ar"} if name == "ledger" else needed


ALL = (*AS_OF, *RANGES, *OPEN, "profit_and_loss", "ledger")


@pytest.fixture
def customer(new_books: FinzBooks) -> str:
    """Somebody in Maharashtra who pays at once."""
    return str(new_books.make("/contacts", {"contact_name": "Acme", "gst_no": "27AABCC1234D1Z5"})["contact_id"])


def sell(books: FinzBooks, customer: str, day: str, amount: float = 100, **fields: Json) -> Json:
    """An approved invoice of one line without tax, due on its day unless told otherwise."""
    return books.invoice(line(amount, "tx_gst_0"), customer_id=customer, date=day, approve=True, **fields)


def book(books: FinzBooks, day: str, debited: str, credited: str, amount: float, **fields: Json) -> None:
    lines = [{"account_id": debited, "debit": amount}, {"account_id": credited, "credit": amount}]
    books.make("/journals", {"date": day, "memo": "By hand", "lines": lines, **fields})


# --- queries ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        *((name, "as_of_date") for name in AS_OF),
        *((name, missing) for name in RANGES for missing in PERIOD),
        ("profit_and_loss", "to_date"),
        ("ledger", "account_id"),
    ],
)
def test_report_needs_its_days(new_books: FinzBooks, name: str, missing: str) -> None:
    """What is missing is named (Reports, read 2026-11; 3.4, 13; operations 74 to 87)."""
    query = {key: value for key, value in query_of(name).items() if key != missing}

    failure(call(new_books, name, query), 400, REQUIRED, missing)


@pytest.mark.parametrize("name", ALL)
def test_report_refuses_what_is_not_there(new_books: FinzBooks, name: str) -> None:
    """A branch of nobody is 404, a day that is none 422, days the wrong way round 400; a day may have a time, which is
    ignored (Reports, read 2026-11; 1, 3.4, 13; operations 74 to 87; A26)."""
    query = query_of(name)
    day = next(key for key in ("as_of_date", "to_date") if key in query)
    with_time = {key: f"{value}T18:30:00" if key in (*PERIOD, "as_of_date") else value for key, value in query.items()}

    failure(call(new_books, name, {**query, "branch_id": "br_chn"}), 404, NOT_FOUND, "branch_id")
    for bad in ("2026-02-30", "31-05-2026", "soon", ""):
        told = failure(call(new_books, name, {**query, day: bad}), 422, FAILED)
        assert [f"query.{day}"] == [each["loc"] for each in told["details"]["errors"]]
    if day == "to_date":
        told = failure(call(new_books, name, {**query, "from_date": "2026-06-01"}), 400, INVALID, "from_date")
        assert {"received": "2026-06-01"} == told["details"]
    assert new_books.report(name, **query) == new_books.report(name, **with_time)


def test_other_queries_are_checked(new_books: FinzBooks) -> None:
    """An unknown account or contact is 404, a limit beyond 10,000 is 422
    (Reports, read 2026-11; 3.4, 13; operations 80, 81 and 85; A26)."""
    failure(call(new_books, "ledger", {"account_id": "acc_none"}), 404, NOT_FOUND, "account_id")
    failure(call(new_books, "outstanding_payables", {"contact_id": "ct_none"}), 404, NOT_FOUND, "contact_id")
    for limit in (0, 10001, "many"):
        failure(call(new_books, "ledger", {"account_id": "acc_ar", "limit": limit}), 422, FAILED)


@pytest.mark.parametrize("name", ALL)
def test_report_needs_its_scope(new_books: FinzBooks, name: str) -> None:
    """reports.READ is enough, and nothing else is (Reports, read 2026-11; 2.4, 13)."""
    path = "&".join(f"{key}={value}" for key, value in query_of(name).items())

    told = failure(new_books.call("GET", f"/reports/{name}?{path}", who="narrow"), 403, "auth.insufficient_scope")

    assert {"required_scope": "AIBooks.reports.READ"} == told["details"]
    assert 200 == new_books.call("GET", f"/reports/{name}?{path}", who="limited").status_code


def call(books: FinzBooks, name: str, query: dict[str, Json]) -> Json:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return books.call("GET", f"/reports/{name}?{asked}")


@pytest.mark.parametrize("name", OPEN)
def test_today_is_the_day_in_india(new_books: FinzBooks, name: str) -> None:
    """At half past six in the evening, UTC, the next day begins
    (Reports, read 2026-11; 1, 13; operations 78 to 81; A28)."""
    new_books.set_clock("2026-10-30T18:29:59Z")
    before = new_books.report(name)["as_of_date"]

    new_books.set_clock("2026-10-30T18:30:00Z")

    assert ("2026-10-30", "2026-10-31") == (before, new_books.report(name)["as_of_date"])


# --- statements -------------------------------------------------------------------------------------------------------


def test_year_begins_in_april(new_books: FinzBooks, customer: str) -> None:
    """What was earned up to 31 March is retained, what comes after is of this year
    (Reports, read 2026-11; 13; operation 76; A28)."""
    sell(new_books, customer, "2026-03-31", 700)
    sell(new_books, customer, "2026-04-01", 30)

    last, first = (new_books.report("balance_sheet", as_of_date=day) for day in ("2026-03-31", "2026-04-01"))

    assert (700, 700) == (last["equity"]["current_year_earnings"], last["equity"]["total"])
    assert (30, 730) == (first["equity"]["current_year_earnings"], first["equity"]["total"])
    (retained,) = first["equity"]["children"]
    assert ("RETAINED_EARNINGS", 700, "acc_retained_earnings") == (
        retained["account_type"],
        retained["total"],
        retained["accounts"][0]["account_id"],
    )
    assert (730, 730) == (first["total_assets"], first["total_liabilities_and_equity"])


def test_accounts_without_a_balance_are_left_out(new_books: FinzBooks, customer: str) -> None:
    """A voided invoice leaves no account behind (Reports, read 2026-11; 13, 17.18; operations 74 and 75)."""
    invoice = sell(new_books, customer, "2026-05-12")
    new_books.act(f"/invoices/{invoice['invoice_id']}/void")

    assert [] == new_books.report("trial_balance", as_of_date="2026-05-31")["accounts"]
    assert {"accounts": [], "total": 0} == new_books.report("profit_and_loss", **PERIOD)["income"]
    assert [] == new_books.report("sales_register", **PERIOD)["rows"]
    assert 2 == len(new_books.report("day_book", **PERIOD)["entries"])


def test_depreciation_moves_no_cash(new_books: FinzBooks) -> None:
    """It lowers the profit and is added back to it; nothing was invested (Reports, read 2026-11; 13; operation 77)."""
    book(new_books, "2026-05-31", "acc_depreciation_exp", "acc_accum_depn", 25000)

    shown = new_books.report("cash_flow", **PERIOD)

    assert (-25000, 0) == (shown["operating"]["net_profit"], shown["operating"]["total"])
    assert [25000] == [each["amount"] for each in shown["operating"]["adjustments"]]
    assert {"items": [], "total": 0} == shown["investing"] == shown["financing"]
    sheet = new_books.report("balance_sheet", as_of_date="2026-05-31")
    assert (-25000, -25000) == (sheet["total_assets"], sheet["total_liabilities_and_equity"])


def test_ledger_goes_on_from_its_opening_balance(new_books: FinzBooks, customer: str) -> None:
    """The limit cuts the list; opening, totals and closing are those of the period (Reports, read 2026-11; 13;
    operation 85)."""
    for day, amount in (("2026-04-30", 10), ("2026-05-01", 20), ("2026-05-31", 40), ("2026-06-01", 80)):
        sell(new_books, customer, day, amount)
    new_books.receive(5, contact_id=customer, date="2026-05-15")

    shown = new_books.report("ledger", account_id="acc_ar", limit=1, **PERIOD)
    whole = new_books.report("ledger", account_id="acc_ar")

    assert (10, 60, 0, 70) == figures(shown)
    assert [("2026-05-01", "INVOICE", customer, 20, 0, 30)] == [
        tuple(each[name] for name in ("date", "source", "contact_id", "debit", "credit", "balance"))
        for each in shown["entries"]
    ]
    assert (0, 150, 0, 150) == figures(whole)
    assert [10, 30, 70, 150] == [each["balance"] for each in whole["entries"]]
    assert (None, None) == (whole["from_date"], whole["to_date"])
    assert whole["account"] == new_books.get("/accounts/acc_ar")


def figures(ledger: Json) -> tuple[float, ...]:
    return tuple(ledger[name] for name in ("opening_balance", "total_debit", "total_credit", "closing_balance"))


def test_reports_of_a_branch(new_books: FinzBooks, customer: str) -> None:
    """Each branch has its own books, which add up to those of all (Reports, read 2026-11; 13; operations 74 to 87)."""
    new_books.control("PUT", "/state/finzbooks/branches/br_blr", BANGALORE)
    sell(new_books, customer, "2026-05-12", 100)
    sell(new_books, customer, "2026-05-12", 30, branch_id="br_blr")

    for branch, amount in ((None, 130), ("br_hq", 100), ("br_blr", 30)):
        asked = {} if branch is None else {"branch_id": branch}
        trial = new_books.report("trial_balance", as_of_date="2026-05-31", **asked)
        assert (branch, amount, amount) == (trial["branch_id"], trial["total_debit"], trial["total_credit"])
        assert amount == new_books.report("profit_and_loss", **PERIOD, **asked)["net_profit"]
        assert amount == new_books.report("balance_sheet", as_of_date="2026-05-31", **asked)["total_assets"]
        assert amount == new_books.report("sales_register", **PERIOD, **asked)["totals"]["total"]
        assert amount == new_books.report("day_book", **PERIOD, **asked)["total_debit"]
        assert amount == new_books.report("ledger", account_id="acc_ar", **asked)["closing_balance"]
        assert amount == new_books.report("ar_aging", **asked)["totals"]["total"]
        assert amount == new_books.report("outstanding_receivables", **asked)["grand_total"]
        returned = new_books.report("gstr1", **PERIOD, **asked)
        number = BANGALORE["gstin"] if branch == "br_blr" else "27AAAPG7885R1ZP"
        assert (number, amount) == (returned["gstin"], returned["totals"]["taxable_value"])


# --- what is open -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "bucket", "late"),
    [
        ("2026-05-12", "0_30", 0),
        ("2026-06-01", "0_30", 0),
        ("2026-06-02", "0_30", 1),
        ("2026-07-01", "0_30", 30),
        ("2026-07-02", "31_60", 31),
        ("2026-07-31", "31_60", 60),
        ("2026-08-01", "61_90", 61),
        ("2026-08-30", "61_90", 90),
        ("2026-08-31", "90_plus", 91),
    ],
)
def test_age_is_counted_from_the_due_date(
    new_books: FinzBooks, customer: str, day: str, bucket: str, late: int
) -> None:
    """30, 60 and 90 days are the last of their buckets (Reports, read 2026-11; 13; operations 78 and 80; A27)."""
    sell(new_books, customer, "2026-05-12", due_date="2026-06-01")

    (row,) = new_books.report("ar_aging", as_of_date=day)["rows"]
    (owed,) = new_books.report("outstanding_receivables", as_of_date=day)["contacts"]

    assert {bucket: 100, "total": 100} == {key: row[key] for key in row if key[:1] not in "c" and row[key]}
    assert [late] == [each["days_overdue"] for each in owed["documents"]]


def test_aging_of_a_past_day_knows_what_was_settled_by_then(new_books: FinzBooks, customer: str) -> None:
    """Payments and notes count from their own days, whatever is open today
    (Reports, read 2026-11; 13; operations 78 and 80)."""
    first, second = sell(new_books, customer, "2026-05-02"), sell(new_books, customer, "2026-05-20", 70)
    new_books.receive(60, first, date="2026-05-10")
    note = new_books.credit(line(25, "tx_gst_0"), customer_id=customer, date="2026-05-15", place_of_supply="IN-MH")
    new_books.act(f"/credit_notes/{note['credit_note_id']}/apply-to-invoice", {"invoice_id": second["invoice_id"]})

    days = ("2026-05-01", "2026-05-02", "2026-05-10", "2026-05-15", "2026-05-20")
    seen = [new_books.report("ar_aging", as_of_date=day)["totals"] for day in days]

    assert [(0, 0), (100, 0), (40, 0), (15, -25), (85, 0)] == [(each["total"], each["unapplied"]) for each in seen]
    assert [each["total"] for each in seen] == [float(new_books.trial(day).get("acc_ar", 0)) for day in days]
    assert [0, 100, 40, 40, 85] == [
        new_books.report("outstanding_receivables", as_of_date=day)["grand_total"] for day in days
    ]


def test_advance_is_no_part_of_aging(new_books: FinzBooks, customer: str) -> None:
    """What is received for nothing is owed to the customer, until it is applied (Reports, read 2026-11; 13, 17.20;
    operation 78)."""
    invoice = sell(new_books, customer, "2026-05-12")
    paid = new_books.receive(40, contact_id=customer, date="2026-05-20")
    before = new_books.report("ar_aging", as_of_date="2026-05-31")["totals"]

    target = {"invoice_id": invoice["invoice_id"], "amount": 40}
    new_books.act(f"/payments/{paid['payment_id']}/apply", {"allocations": [target]})

    after = new_books.report("ar_aging", as_of_date="2026-05-31")["totals"]
    assert [(100, 0), (60, 0)] == [(each["total"], each["unapplied"]) for each in (before, after)]


def test_vendors_notes_lower_what_is_owed(new_books: FinzBooks) -> None:
    """Notes of the vendor and debit notes stand in their own column, below 0
    (Reports, read 2026-11; 13; operations 79 and 81; A20)."""
    vendor = new_books.make(
        "/contacts", {"contact_name": "Mills", "contact_type": "VENDOR", "place_of_contact": "IN-MH"}
    )["contact_id"]
    new_books.bill(line(500), vendor_id=vendor, date="2026-05-12", approve=True)
    new_books.credit(line(100), customer_id=vendor, date="2026-05-13")
    returned = {"vendor_id": vendor, "date": "2026-05-14", "line_items": [line(50)]}
    new_books.make("/debit_notes", returned)

    (row,) = new_books.report("ap_aging", as_of_date="2026-05-31")["rows"]

    assert ("Mills", 590, -177, 413) == tuple(row[name] for name in ("contact_name", "0_30", "unapplied", "total"))
    assert -413 == new_books.trial("2026-05-31")["acc_ap"]
    assert 590 == new_books.report("outstanding_payables", as_of_date="2026-05-31")["grand_total"]


def test_documents_are_listed_by_who_owes_them(new_books: FinzBooks, customer: str) -> None:
    """The longest due first; paid ones and drafts are left out (Reports, read 2026-11; 13; operation 80)."""
    other = new_books.make("/contacts", {"contact_name": "Aarti", "place_of_contact": "IN-MH"})["contact_id"]
    late = sell(new_books, customer, "2026-05-12", due_date="2026-06-30")
    early = sell(new_books, customer, "2026-05-13", 70)
    new_books.receive(100, sell(new_books, customer, "2026-05-12"), date="2026-05-20")
    new_books.invoice(line(9), customer_id=customer, date="2026-05-12")
    sell(new_books, other, "2026-05-12", 5)

    shown = new_books.report("outstanding_receivables", as_of_date="2026-06-30")
    alone = new_books.report("outstanding_receivables", as_of_date="2026-06-30", contact_id=other)

    assert [("Aarti", 5), ("Acme", 170)] == [
        (each["contact_name"], each["total_outstanding"]) for each in shown["contacts"]
    ]
    assert 175 == shown["grand_total"]
    assert [
        (early["invoice_id"], early["invoice_number"], "2026-05-13", "2026-05-13", 70, 70, 48),
        (late["invoice_id"], late["invoice_number"], "2026-05-12", "2026-06-30", 100, 100, 0),
    ] == [tuple(each.values()) for each in shown["contacts"][1]["documents"]]
    assert (5, [other]) == (alone["grand_total"], [each["contact_id"] for each in alone["contacts"]])


def test_foreign_invoice_is_shown_in_rupees(new_books: FinzBooks, customer: str) -> None:
    """Each line at the invoice's rate, what is open too; what the bank's rate makes differ is other income
    (Reports, read 2026-11; 5.3, 13; operations 75, 78 and 82)."""
    lines = [line(10.11), line(10.11)]
    dollars = {"currency_code": "USD", "exchange_rate": 83.42}
    invoice = new_books.invoice(*lines, customer_id=customer, date="2026-05-12", approve=True, **dollars)
    new_books.receive(13.86, invoice, date="2026-05-20", currency_code="USD", exchange_rate=84)

    (row,) = new_books.report("sales_register", **PERIOD)["rows"]
    owed = new_books.report("ar_aging", as_of_date="2026-05-31")["totals"]["total"]

    # 10.11 x 83.42 = 843.3762, its tax of 0.91 is 75.9122 on each side
    assert (1686.76, 151.82, 151.82, 1990.40) == tuple(row[name] for name in ("taxable_value", "cgst", "sgst", "total"))
    assert [843.38, 843.38] == [each["taxable_value"] for each in row["line_items"]]
    # 23.86 less 13.86 is 10.00 at 83.42
    assert 834.20 == owed == float(new_books.trial("2026-05-31")["acc_ar"])
    # 13.86 x 84 = 1164.24 came in for 1990.40 - 834.20
    assert 8.04 == new_books.report("profit_and_loss", **PERIOD)["other_income"]["total"]


def test_note_applied_in_another_branch_leaves_each_its_control_account(new_books: FinzBooks, customer: str) -> None:
    """Nothing moves in the ledger, so that the aging of each branch has the note beside what is owed: what its account
    says (Reports, read 2026-11; 8.4, 13; operations 53 and 78; A19)."""
    books = new_books
    books.control("PUT", "/state/finzbooks/branches/br_blr", BANGALORE)
    invoice = sell(books, customer, "2026-05-12", 300, branch_id="br_blr")
    note = books.credit(line(100, "tx_gst_0"), customer_id=customer, date="2026-05-14", branch_id="br_hq")

    books.act(f"/credit_notes/{note['credit_note_id']}/apply-to-invoice", {"invoice_id": invoice["invoice_id"]})

    totals = {
        branch: books.report("ar_aging", as_of_date="2026-05-31", branch_id=branch)["totals"]
        for branch in ("br_hq", "br_blr")
    }
    assert {"br_hq": (0, -100, -100), "br_blr": (200, 100, 300)} == {
        branch: tuple(shown[name] for name in ("0_30", "unapplied", "total")) for branch, shown in totals.items()
    }
    assert {"br_hq": -100, "br_blr": 300} == {branch: books.trial(branch_id=branch)["acc_ar"] for branch in totals}
    whole = books.report("ar_aging", as_of_date="2026-05-31")["totals"]
    assert (200, 0, 200) == tuple(whole[name] for name in ("0_30", "unapplied", "total"))


def test_note_applied_at_another_rate_leaves_the_difference_to_income(new_books: FinzBooks, customer: str) -> None:
    """A note of 10 dollars at 80 takes 850 rupees off an invoice at 85: 50 are a loss, and aging stays the account
    (5.3, 8.4, 13; operations 53 and 78; A19)."""
    books = new_books
    dollars = [{"currency_code": "USD", "exchange_rate": rate} for rate in (80, 85)]
    first, second = (sell(books, customer, "2026-05-12", 100, **fields) for fields in dollars)
    lines = [line(10, "tx_gst_0")]
    note = books.credit(*lines, customer_id=customer, date="2026-05-14", invoice_id=first["invoice_id"])
    before = books.trial()

    books.act(f"/credit_notes/{note['credit_note_id']}/apply-to-invoice", {"invoice_id": second["invoice_id"]})

    assert {"ar": "-50.00", "other_income": "50.00"} == books.moved(before)
    totals = books.report("ar_aging", as_of_date="2026-05-31")["totals"]
    assert (15650, 0, 15650) == tuple(totals[name] for name in ("0_30", "unapplied", "total"))
    assert 15650 == books.trial()["acc_ar"]


@pytest.mark.parametrize("name", ALL)
def test_sums_of_any_size_are_reported(new_books: FinzBooks, customer: str, name: str) -> None:
    """Twelve invoices of 900,000,000,000 each are no reason to refuse a report or an account (Reports, read 2026-11;
    13)."""
    for number in range(12):
        sell(new_books, customer, "2026-05-12", 900_000_000_000, reference_number=str(number))

    assert new_books.report(name, **query_of(name))
    assert 10_800_000_000_000 == new_books.get("/accounts/acc_ar")["current_balance"]
    assert {"ar": 10_800_000_000_000, "sales": -10_800_000_000_000} == {
        name.removeprefix("acc_"): balance for name, balance in new_books.trial().items()
    }
