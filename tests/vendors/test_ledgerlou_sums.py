"""LedgerLou: laws of the reports, for any postings: whatever is booked, each of them says the same as the journal."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.serving import Door
from tests.vendors.ledgerlou import Json, LedgerLou, credit, debit, money

DAYS = ("2025-01-01", "2025-12-31", "2026-01-01", "2026-06-30", "2026-11-30", "2026-12-01", "2027-03-31")
ACCOUNTS = ("0400", "1200", "1800", "2900", "3300", "4400", "4300", "5900", "6310", "7300")
CODES = (None, None, "VST19", "VST7", "UST19", "VST-13B19", "VST-IGE7")
POSTINGS = st.lists(
    st.tuples(
        st.sampled_from(DAYS),
        st.sampled_from(ACCOUNTS),
        st.sampled_from(ACCOUNTS),
        st.integers(1, 10**8).map(lambda cents: cents / 100),
        st.sampled_from(CODES),
    ),
    min_size=1,
    max_size=12,
)
LAWS = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
DEBIT_SIDE = ("asset", "expense")
Sums = dict[str, tuple[Decimal, Decimal]]  # debits and credits by account


@pytest.fixture(scope="module")
def companies(lou_door: Door) -> Callable[[], LedgerLou]:
    """Makes companies without books."""
    numbers = count(1)
    return lambda: LedgerLou(lou_door, f"lou-sums-{next(numbers)}")


def sums_of(events: list[Json]) -> Sums:
    found: Sums = {}
    for event in events:
        amount = money(event["amount"])
        for account, debited, credited in (
            (event["account_debit"], amount, Decimal()),
            (event["account_credit"], Decimal(), amount),
        ):
            before = found.get(account, (Decimal(), Decimal()))
            found[account] = (before[0] + debited, before[1] + credited)
    return found


def told(rows: list[Json]) -> Sums:
    """The sums of a report; each balance is on the usual side of its type."""
    for row in rows:
        side = money(row["debit_total"]) - money(row["credit_total"])
        assert money(row["balance"]) == (side if row["type"] in DEBIT_SIDE else -side)
    return {row["number"]: (money(row["debit_total"]), money(row["credit_total"])) for row in rows}


@LAWS
@given(postings=POSTINGS, cut=st.sampled_from(DAYS))
def test_reports_say_what_the_journal_says(companies: Callable[[], LedgerLou], postings: list[Json], cut: str) -> None:
    """Balances tie, the balance sheet balances with its result, the export has each event, on any day (Reports,
    get-reports, read 2026-11; DATEV-Format, read 2026-11; 5.12, 7, 10.33, A55 to A57; operations 57 to 59)."""
    lou = companies()
    for number, (day, one, other, amount, code) in enumerate(postings):
        lines = (debit(one, amount, code), credit(other, amount))
        made = lou.book(*lines, booking_date=day, description=f"Vorgang {number}")
        if number % 4 == 3:
            lou.reverse(made, posting_mode="original_period")

    types = {each["number"]: each["type"] for each in lou.get("/accounts")["accounts"]}
    before = [event for event in lou.events() if event["booking_date"] <= cut]
    within = [event for event in before if event["booking_date"] >= f"{cut[:4]}-01-01"]
    check_sheet(lou.get("/reports", type="bilanz", endDate=cut), sums_of(before), types)
    wanted = sums_of(within)
    assert wanted == told(lou.get("/reports", type="susa", endDate=cut))
    earned = {account: both for account, both in wanted.items() if types[account] in ("revenue", "expense")}
    assert earned == told(lou.get("/reports", type="guv", endDate=cut))
    check_export(lou, cut, within)
    check_months(lou, types)
    lou.close()


def check_sheet(rows: list[Json], wanted: Sums, types: dict[str, str]) -> None:
    sheet = told(rows)
    result = sheet.pop("", (Decimal(), Decimal()))
    assert {
        account: both for account, both in wanted.items() if types[account] in ("asset", "liability", "equity")
    } == sheet
    earned = [both for account, both in wanted.items() if types[account] in ("revenue", "expense")]
    assert sum(both[1] - both[0] for both in earned) == result[1] - result[0]
    assert 0 == sum(money(row["balance"]) * (1 if row["type"] == "asset" else -1) for row in rows)


def check_export(lou: LedgerLou, cut: str, events: list[Json]) -> None:
    content = lou.call("GET", f"/reports/datev-export?endDate={cut}").content.decode("cp1252")
    _, _, *rows = csv.reader(StringIO(content, newline=""), delimiter=";", strict=True)
    shown = [(row[6], row[7], Decimal(row[0].replace(",", "."))) for row in rows]
    assert [(each["account_debit"], each["account_credit"], money(each["amount"])) for each in events] == shown


def check_months(lou: LedgerLou, types: dict[str, str]) -> None:
    """The year that runs: its months are January to December."""
    for row in lou.get("/reports/monthly-revenue-expenses"):
        found = sums_of([event for event in lou.events() if event["booking_date"].startswith(row["month"])])
        revenue = sum(both[1] - both[0] for account, both in found.items() if types[account] == "revenue")
        expenses = sum(both[0] - both[1] for account, both in found.items() if types[account] == "expense")
        assert (revenue, expenses) == (money(row["revenue"]), money(row["expenses"]))
