"""LedgerLou: profit and loss, balance sheet, list of totals and balances, revenue and expenses by month."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.vendors.ledgerlou import Json, LedgerLou, credit, debit, money

INVALID = (400, "INVALID_INPUT")
MEMBERS = ("number", "name", "type", "category", "report_group", "debit_total", "credit_total", "balance")


def trade(lou: LedgerLou) -> None:
    """Capital and goods of last year; a sale, a purchase, rent and a tax payment of this one."""
    lou.book(debit("1800", 25000), credit("2900", 25000), booking_date="2025-03-01", description="Einlage")
    lou.book(debit("5400", 119.19, "VST19"), credit("3300", 119.19), booking_date="2025-11-05", description="Ware")
    lou.book(debit("1200", 2380), credit("4400", 2380, "UST19"), booking_date="2026-01-01", description="Verkauf")
    lou.book(debit("4400", 119, "UST19"), credit("1200", 119), booking_date="2026-01-31", description="Gutschrift")
    lou.book(debit("6310", 900.55), credit("1800", 900.55), booking_date="2026-02-28", description="Miete")
    lou.book(debit("3806", 361), credit("1800", 361), booking_date="2026-12-01", description="Zahllast")
    lou.book(debit("6310", 900.55), credit("1800", 900.55), booking_date="2026-12-02", description="Miete danach")


def rows_of(lou: LedgerLou, type: str, **range: Json) -> dict[str, tuple[float, float, float]]:
    """By account: debits, credits and balance."""
    listed = lou.get("/reports", type=type, **range)
    assert all(set(MEMBERS) == set(each) for each in listed)
    return {each["number"]: tuple(each[name] for name in MEMBERS[5:]) for each in listed}


def test_profit_and_loss_of_the_year(lou: LedgerLou) -> None:
    """Revenue and expense accounts with movements from the start of the year to today, their usual side positive
    (Reports, get-reports, read 2026-11; 5.12, 10.33, A56; operation 57)."""
    trade(lou)

    assert {"4400": (100, 2000, 1900), "6310": (900.55, 0, 900.55)} == rows_of(lou, "guv")

    assert {"5400": (100.16, 0, 100.16)} == rows_of(lou, "guv", startDate="2025-01-01", endDate="2025-12-31")
    (row,) = lou.get("/reports", type="guv", startDate="2025-01-01", endDate="2025-12-31")
    assert ("Wareneingang 19 % Vorsteuer", "expense", None, "material_expense") == tuple(
        row[name] for name in ("name", "type", "category", "report_group")
    )


def test_balance_sheet_balances_with_the_result(lou: LedgerLou) -> None:
    """Since the beginning up to its day; a line `Periodenergebnis` closes it (Reports, get-reports, read 2026-11;
    5.12, 10.33, A56; operation 57)."""
    trade(lou)

    rows = rows_of(lou, "bilanz", startDate="2026-06-01")

    assert {
        "1200": (2380, 119, 2261),
        "1406": (19.03, 0, 19.03),
        "1800": (25000, 1261.55, 23738.45),
        "2900": (0, 25000, 25000),
        "3300": (0, 119.19, 119.19),
        "3806": (380, 380, 0),
        "": (1100.71, 2000, 899.29),
    } == rows
    (result,) = [each for each in lou.get("/reports", type="bilanz") if each["number"] == ""]
    assert ("Periodenergebnis", "equity", 899.29) == tuple(result[name] for name in ("name", "type", "balance"))
    sides = {"asset": Decimal(), "liability": Decimal(), "equity": Decimal()}
    for each in lou.get("/reports", type="bilanz"):
        sides[each["type"]] += money(each["balance"])
    assert sides["asset"] == sides["liability"] + sides["equity"] > 0


def test_no_result_has_no_line(lou: LedgerLou) -> None:
    """Of nothing earned there is none (Reports, get-reports, read 2026-11; 4.6; operation 57)."""
    lou.book(debit("1800", 25000), credit("2900", 25000))
    assert {"1800", "2900"} == set(rows_of(lou, "bilanz"))

    made = lou.book(debit("6310", 5), credit("1800", 5))
    assert -5 == rows_of(lou, "bilanz")[""][2]
    lou.reverse(made)

    assert {"1800", "2900"} == set(rows_of(lou, "bilanz"))


@pytest.mark.parametrize("type", ["susa", "trial_balance"])
def test_totals_and_balances_are_those_of_the_journal(lou_demo: LedgerLou, type: str) -> None:
    """Each account that moved, summed up anew from the journal (Reports, get-reports, read 2026-11; 4.6, 5.12, 10.33,
    A56; operation 57)."""
    start, end = "2026-02-01", "2026-10-31"
    sums: dict[str, list[Decimal]] = {}
    for event in lou_demo.events():
        if start <= event["booking_date"] <= end:
            sums.setdefault(event["account_debit"], [Decimal(), Decimal()])[0] += money(event["amount"])
            sums.setdefault(event["account_credit"], [Decimal(), Decimal()])[1] += money(event["amount"])

    listed = lou_demo.get("/reports", type=type, startDate=start, endDate=end)

    assert len(sums) > 15
    assert sorted(sums) == [each["number"] for each in listed]
    assert sums == {each["number"]: [money(each["debit_total"]), money(each["credit_total"])] for each in listed}
    for each in listed:
        debit_total, credit_total = sums[each["number"]]
        side = 1 if each["type"] in ("asset", "expense") else -1
        assert side * (debit_total - credit_total) == money(each["balance"]), each
    assert sum(money(each["debit_total"]) for each in listed) == sum(money(each["credit_total"]) for each in listed)


def test_balance_sheet_of_the_demo_balances_every_month(lou_demo: LedgerLou) -> None:
    """On the last day of any month (Reports, get-reports, read 2026-11; 5.12, 10.33; operation 57)."""
    for day in ("2026-01-31", "2026-04-30", "2026-09-30", "2026-12-01"):
        listed = lou_demo.get("/reports", type="bilanz", endDate=day)
        signed = [money(each["balance"]) * (1 if each["type"] == "asset" else -1) for each in listed]

        assert (0, True) == (sum(signed), any(signed))


@pytest.mark.parametrize(
    "query", ["", "type=x", "type=guv&startDate=June", "type=susa&endDate=2026-02-30", "type=guv&startDate=2026-13-01"]
)
def test_report_that_is_none_is_refused(lou_shared: LedgerLou, query: str) -> None:
    """A type and its days (Reports, get-reports, read 2026-11; 10.33; operation 57)."""
    lou_shared.refuse(INVALID, "GET", f"/reports?{query}")


def test_months_show_what_they_earned(lou: LedgerLou) -> None:
    """Twelve of them, up to the one that runs (Reports, read 2026-11; 4.6, A57; operation 59)."""
    trade(lou)

    months = lou.get("/reports/monthly-revenue-expenses")

    assert [f"2026-{month:02}" for month in range(1, 13)] == [each["month"] for each in months]
    assert {"month", "revenue", "expenses"} == set(months[0])
    assert [(1900, 0), (0, 900.55)] == [(each["revenue"], each["expenses"]) for each in months[:2]]
    assert [(0, 0)] * 9 == [(each["revenue"], each["expenses"]) for each in months[2:11]]


def test_reports_of_another_tenant_are_its_own(lou: LedgerLou) -> None:
    """What one tenant earned is not there for another (Auth, read 2026-11; 1.4; operations 57 to 59)."""
    trade(lou)

    assert [] == lou.get("/reports", type="susa", who="other")
    assert {0} == {each["revenue"] for each in lou.get("/reports/monthly-revenue-expenses", who="other")}
    assert 2 == len(lou.call("GET", "/reports/datev-export", who="other").content.split(b"\r\n")[:-1])
