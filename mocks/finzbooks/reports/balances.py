"""What the entries of the ledger add up to, account by account: one pass over them, whatever is asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sandbooks import Call

from .. import ledger
from ..errors import Json
from ..money import dec, out
from .figures import add
from .spans import Span

Nets = dict[str, Decimal]
"""Debit less credit by account."""


@dataclass(frozen=True, slots=True)
class Balance:
    """An account and its debit less credit."""

    account: Mapping[str, Json]
    net: Decimal

    @property
    def account_type(self) -> str:
        return str(self.account["account_type"])

    def shown(self, amount: Decimal) -> dict[str, Json]:
        """As a row of a statement."""
        return {name: self.account[name] for name in ("account_id", "code", "name")} | {"amount": out(amount)}


def entries_in(call: Call, span: Span) -> Iterator[Mapping[str, Json]]:
    """The entries of a span, in no order."""
    return call.collection("journals").scan(span.holds)


def in_order(entries: Iterable[Mapping[str, Json]]) -> list[Mapping[str, Json]]:
    """By day, and of one day as they were made."""
    return sorted(entries, key=lambda entry: (entry["date"][:10], entry["journal_id"]))


def net_by_account(call: Call, *spans: Span) -> list[Nets]:
    """What the entries of each span add up to; all spans in one pass."""
    return ledger.net_by_account(call, *(span.holds for span in spans))


def net_of(line: Mapping[str, Json]) -> Decimal:
    """Debit less credit of one line."""
    debit, credit = line["debit"], line["credit"]
    return dec(debit) - dec(credit) if debit else -dec(credit)


def balances(call: Call, nets: Nets) -> list[Balance]:
    """The accounts that have a balance, by code."""
    accounts = {each["account_id"]: each for each in call.collection("accounts").scan()}
    found = [Balance(accounts[account_id], net) for account_id, net in nets.items() if net]
    return sorted(found, key=lambda balance: (balance.account["code"], balance.account["account_id"]))


def net_of_types(rows: Iterable[Balance], types: Iterable[str]) -> Decimal:
    """Debit less credit of all accounts of some types."""
    wanted = frozenset(types)
    return add(row.net for row in rows if row.account_type in wanted)
