"""The cash flow by the indirect method: from the profit of a period to what moved on bank and cash accounts.

Every entry balances, so whatever is neither profit nor cash is what the two differ by; its accounts stand by type in
one of the three activities.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sandbooks import Call, Reply

from ..errors import Json
from ..money import out
from ..records import single
from .balances import Balance, balances, net_by_account, net_of_types
from .figures import add
from .groups import CASH, CURRENT_ASSETS, CURRENT_LIABILITIES, EQUITY, FIXED_ASSETS, LONG_TERM, PROFIT_AND_LOSS
from .spans import Span, day_before, range_members, read_range

ACCUMULATED_DEPRECIATION = "acc_accum_depn"
"""A fixed asset by type, on which no money moves: depreciation is added back to the profit it has lowered."""

DEPRECIATION = "Depreciation"


def get_cash_flow(call: Call) -> Reply:
    """Where cash came from and where it went; `net_change` is what bank and cash accounts moved by."""
    span = read_range(call)
    earlier = Span(last=day_before(span.first), branch_id=span.branch_id)
    before, within = net_by_account(call, earlier, span)
    opening = net_of_types(balances(call, before), CASH)
    rows = balances(call, within)
    profit = -net_of_types(rows, PROFIT_AND_LOSS)
    adjustments = _changes(rows, CURRENT_ASSETS) + _depreciation(rows) + _changes(rows, CURRENT_LIABILITIES)
    investing = _changes([row for row in rows if not _is_depreciation(row)], FIXED_ASSETS)
    financing = _changes(rows, LONG_TERM + EQUITY)
    operating = profit + add(amount for _, amount in adjustments)
    change = net_of_types(rows, CASH)
    report = range_members(span) | {
        "operating": {"net_profit": out(profit), "adjustments": _items(adjustments), "total": out(operating)},
        "investing": _section(investing),
        "financing": _section(financing),
        "net_change": out(change),
        "opening_cash": out(opening),
        "closing_cash": out(opening + change),
    }
    return single("cash_flow", report)


def _changes(rows: Iterable[Balance], types: Sequence[str]) -> list[tuple[str, Decimal]]:
    """What each type of account brought in cash: an asset that grows takes it, a liability that grows gives it."""
    amounts = {kind: Decimal(0) for kind in types}
    for row in rows:
        if row.account_type in amounts:
            amounts[row.account_type] -= row.net
    return [(_title(kind), amount) for kind, amount in amounts.items() if amount]


def _depreciation(rows: Iterable[Balance]) -> list[tuple[str, Decimal]]:
    return [(DEPRECIATION, -row.net) for row in rows if _is_depreciation(row)]


def _is_depreciation(row: Balance) -> bool:
    return bool(row.account["account_id"] == ACCUMULATED_DEPRECIATION)


def _title(kind: str) -> str:
    """`ACCOUNTS_RECEIVABLE` as `Accounts receivable`, `GST_ASSET` as `GST asset`."""
    words = kind.split("_")
    return " ".join([words[0] if words[0] in ("GST", "TDS") else words[0].capitalize(), *map(str.lower, words[1:])])


def _section(changes: Sequence[tuple[str, Decimal]]) -> dict[str, Json]:
    return {"items": _items(changes), "total": out(add(amount for _, amount in changes))}


def _items(changes: Iterable[tuple[str, Decimal]]) -> list[Json]:
    return [{"name": name, "amount": out(amount)} for name, amount in changes]
