"""Trial balance, profit and loss, balance sheet: what the ledger says at a day, or from one to another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sandbooks import Call, Reply

from ..chart import RETAINED_EARNINGS
from ..errors import Json
from ..money import out
from ..records import single
from .balances import Balance, balances, net_by_account, net_of_types
from .figures import add
from .groups import (
    ASSETS,
    COST_OF_GOODS_SOLD,
    EQUITY,
    EXPENSE,
    INCOME,
    LIABILITIES,
    OTHER_EXPENSE,
    OTHER_INCOME,
    PROFIT_AND_LOSS,
)
from .spans import FROM, TO, Span, day_before, range_members, read_as_of, read_range, year_start


def get_trial_balance(call: Call) -> Reply:
    """Every account that has a balance at the day, on its net side."""
    span = read_as_of(call)
    rows = balances(call, net_by_account(call, span)[0])
    report = {
        "as_of_date": span.last,
        "branch_id": span.branch_id,
        "accounts": [_trial_row(row) for row in rows],
        "total_debit": out(add(row.net for row in rows if row.net > 0)),
        "total_credit": out(-add(row.net for row in rows if row.net < 0)),
    }
    return single("trial_balance", report)


def get_profit_and_loss(call: Call) -> Reply:
    """Income and costs of a period; GST is in it only where its credit is blocked."""
    span = read_range(call)
    rows = balances(call, net_by_account(call, span)[0])
    income, cost = _earned(rows, INCOME), _spent(rows, COST_OF_GOODS_SOLD)
    expenses, other_income, other = _spent(rows, EXPENSE), _earned(rows, OTHER_INCOME), _spent(rows, OTHER_EXPENSE)
    report = {
        FROM: range_members(span)[FROM],
        TO: span.last,
        "income": income,
        "cost_of_goods_sold": cost,
        "gross_profit": out(-net_of_types(rows, INCOME + COST_OF_GOODS_SOLD)),
        "expenses": expenses,
        "other_income": other_income,
        "other_expenses": other,
        "net_profit": out(-net_of_types(rows, PROFIT_AND_LOSS)),
    }
    return single("profit_and_loss", report)


def get_balance_sheet(call: Call) -> Reply:
    """What is owned and owed at a day. Profit of earlier years stands in retained earnings, this year's by itself."""
    span = read_as_of(call)
    begins = year_start(span.last)
    earlier = Span(last=day_before(begins), branch_id=span.branch_id)
    everything, before = net_by_account(call, span, earlier)
    retained = -net_of_types(balances(call, before), PROFIT_AND_LOSS)
    earned = -net_of_types(balances(call, everything), PROFIT_AND_LOSS) - retained
    everything[RETAINED_EARNINGS] = everything.get(RETAINED_EARNINGS, Decimal(0)) - retained
    rows = balances(call, everything)
    assets, liabilities = _side(rows, ASSETS, 1), _side(rows, LIABILITIES, -1)
    equity = _side(rows, EQUITY, -1)
    total_equity = earned - net_of_types(rows, EQUITY)
    report = {
        "as_of_date": span.last,
        "assets": assets,
        "liabilities": liabilities,
        "equity": equity | {"total": out(total_equity), "current_year_earnings": out(earned)},
        "total_assets": assets["total"],
        "total_liabilities_and_equity": out(total_equity - net_of_types(rows, LIABILITIES)),
    }
    return single("balance_sheet", report)


def _trial_row(row: Balance) -> dict[str, Json]:
    debit, credit = max(row.net, Decimal(0)), max(-row.net, Decimal(0))
    named = {name: row.account[name] for name in ("account_id", "code", "name", "account_type")}
    return named | {"debit": out(debit), "credit": out(credit)}


def _earned(rows: Iterable[Balance], types: Sequence[str]) -> dict[str, Json]:
    return _section(rows, types, -1)


def _spent(rows: Iterable[Balance], types: Sequence[str]) -> dict[str, Json]:
    return _section(rows, types, 1)


def _section(rows: Iterable[Balance], types: Sequence[str], sign: int) -> dict[str, Json]:
    chosen = [row for row in rows if row.account_type in types]
    return {
        "accounts": [row.shown(row.net * sign) for row in chosen],
        "total": out(add(row.net for row in chosen) * sign),
    }


def _side(rows: Sequence[Balance], types: Sequence[str], sign: int) -> dict[str, Json]:
    children = [{"account_type": kind} | _section(rows, (kind,), sign) for kind in types]
    return {
        "total": out(net_of_types(rows, types) * sign),
        "children": [child for child in children if child["accounts"]],
    }
