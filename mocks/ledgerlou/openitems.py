"""Open items: what a posting left to be paid on an account, and what has been settled of it.

An item is no document of its own: it follows from the events of a posting and from the settlements that count. Only
who settled what is kept. Amounts are in the currency of the document, those called `base` in euros.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbooks import Call

from . import chart, ids, journal
from .money import CENT, ZERO, cents, dec, out

SETTLEMENTS, LINES, GROUPS, BANK_ACCOUNTS = "settlements", "bank-transactions", "bank-match-groups", "bank-accounts"
RECEIVABLE, LIABILITY = "open_receivable", "open_liability"
UNRECONCILED, RECONCILED = "unreconciled", "reconciled"
SETTLED, SETTLED_IN_GROUP = "settlement", "group_settlement"
ACTIVE, REVERSED = "active", "reversed"
SOURCE = "bank"
UNTIED: Mapping[str, Any] = {"status": UNRECONCILED, "intent_id": None, "match_group_id": None, "match_mode": None}
"""A bank line about which nothing is done yet."""

_NATURAL: Mapping[str, str] = {"asset": RECEIVABLE, "liability": LIABILITY}
"""On which side the items of an account stand as a rule, by its type; other types have none."""
_NEVER_PAID = frozenset(
    {"cash", "fixed_assets", "inventory", "prepaid", "provisions", "tax_receivables", "tax_liabilities"}
)
_BY_CONVENTION = ("1200", "3300")
_LEAVES_ITEMS = frozenset({"booking", "opening"})
"""Kinds of postings; settlements and reversals leave no items of their own."""

Document = dict[str, Any]  # any JSON


@dataclass(frozen=True, slots=True)
class Item:
    """What a posting left on an account: a receivable where it debits, a liability where it credits."""

    intent: Mapping[str, Any]  # as it is stored
    account: str
    kind: str
    currency: str
    total: Decimal
    base_total: Decimal
    settled: Decimal = ZERO
    base_settled: Decimal = ZERO
    is_natural: bool = True

    @property
    def intent_id(self) -> str:
        return str(self.intent["intent_id"])

    @property
    def remaining(self) -> Decimal:
        return self.total - self.settled

    @property
    def base_remaining(self) -> Decimal:
        return self.base_total - self.base_settled

    @property
    def is_foreign(self) -> bool:
        return self.currency != journal.CURRENCY

    def base_of(self, amount: Decimal) -> Decimal:
        """The euros that an amount of the document stands for; all of them for all that remains."""
        if amount == self.remaining:
            return self.base_remaining
        return min(cents(self.base_total * amount / self.total), self.base_remaining) if self.total else ZERO


def account_of(call: Call, intent_id: str, kind: str = "") -> str | None:
    """The account on which a posting leaves an item, of that kind if one is given; None where there is none.

    Of several the one that is customary (1200, 3300) comes first, then the first of the posting. Whether the posting
    is reversed makes no difference.
    """
    intent = journal.find_intent(call, intent_id)
    if intent is None or intent["kind"] not in _LEAVES_ITEMS:
        return None
    left = _left(journal.events_of(call, intent_id))
    found = [
        account
        for account, (base, _) in left.items()
        if base and _natural_kind(call, intent_id, account) and kind in ("", _kind(base))
    ]
    return min(found, key=lambda account: account not in _BY_CONVENTION, default=None)


def find(call: Call, intent_id: str, account: str) -> Item | None:
    """The item of a posting on an account, paid or not. None where the posting does not count or leaves none there."""
    intent = journal.find_intent(call, intent_id)
    if intent is None or not _may_leave(call, intent):
        return None
    return _item(call, intent, account, _left(journal.events_of(call, intent_id)).get(account))


def open_items(call: Call) -> list[Item]:
    """What is not paid, by day: receivables on assets and liabilities on liabilities."""
    accounts = {each["number"] for each in call.collection(chart.ACCOUNTS).scan() if _carries(call, each)}
    intents = call.collection(journal.INTENTS)
    events: dict[str, list[Mapping[str, Any]]] = {}
    for event in journal.events(call):
        if event["account_debit"] in accounts or event["account_credit"] in accounts:
            events.setdefault(event["intent_id"], []).append(event)
    found = []
    for intent_id, own in events.items():
        intent = next(intents.views(filters={"intent_id": intent_id}))
        if _may_leave(call, intent):
            items = (_item(call, intent, account, left) for account, left in _left(own).items() if account in accounts)
            found += [item for item in items if item is not None and item.is_natural and item.remaining > ZERO]
    return sorted(found, key=lambda item: str(item.intent["booking_date"]))


def natural_kind(call: Call, account: str) -> str | None:
    """The kind of the items of an account; None where nobody is paid on it: banks, taxes, assets to keep."""
    found = chart.find_account(call, account)
    return _NATURAL[found["type"]] if found is not None and _carries(call, found) else None


def settle(
    call: Call,
    intent_id: str,
    account: str,
    amount: Decimal,
    settlement_intent_id: str,
    transaction_ids: Sequence[str],
    document_amount: Decimal | None = None,
) -> None:
    """Keep that a posting pays an item: `amount` in euros, `document_amount` where that is another currency."""
    settlement = {
        "id": ids.fresh(call),
        "intent_id": intent_id,
        "account": account,
        "amount": out(amount),
        "document_amount": out(amount if document_amount is None else document_amount),
        "settlement_intent_id": settlement_intent_id,
        "bank_transaction_ids": list(transaction_ids),
        "is_reversed": False,
    }
    call.collection(SETTLEMENTS).put(settlement)


def take_back(call: Call, settlement_intent_id: str) -> journal.Posted:
    """Reverse a settlement that counts: itself, or the last of the reversals through which it counts again.

    Raises:
        Invalid: PERIOD_LOCKED, today.
    """
    last = journal.get_intent(call, settlement_intent_id)
    while last["reversed_by"]:
        last = journal.get_intent(call, last["reversed_by"])
    return journal.reverse(call, last["intent_id"], source=SOURCE)


def release(call: Call, settlement_intent_id: str) -> list[str]:
    """After a reversal: what the posting paid is owed again, and its bank lines are open again.

    Where what was reversed is itself the reversal of a settlement, that settlement counts again, and so do its lines as
    long as nothing else was done about any of them and no other line is tied to it. Harmless for every other posting.

    Returns:
        The ids of the lines that became open.
    """
    settlement = journal.get_intent(call, settlement_intent_id)
    while settlement["reverses_intent_id"]:
        settlement = journal.get_intent(call, settlement["reverses_intent_id"])
    id, counts = settlement["intent_id"], journal.stands(call, settlement)
    table = call.collection(SETTLEMENTS)
    made = table.page(filters={"settlement_intent_id": id}).items
    for each in made:
        table.change(each["id"], {"is_reversed": not counts})
    if settlement["kind"] != journal.SETTLEMENT:
        return []
    if counts:
        _tie_again(call, id, [line for each in made[:1] for line in each["bank_transaction_ids"]])
        return []
    return _untie(call, id)


def _untie(call: Call, settlement_intent_id: str) -> list[str]:
    lines, groups = call.collection(LINES), call.collection(GROUPS)
    filters = {"intent_id": settlement_intent_id}
    opened = [str(line["id"]) for line in lines.views(filters=filters)]
    for line in opened:
        lines.change(line, UNTIED)
    for group in [str(each["match_group_id"]) for each in groups.views(filters=filters)]:
        groups.change(group, {"status": REVERSED})
    return opened


def _tie_again(call: Call, settlement_intent_id: str, line_ids: Sequence[str]) -> None:
    lines, groups = call.collection(LINES), call.collection(GROUPS)
    is_taken = lines.count(filters={"intent_id": settlement_intent_id}) > 0
    if is_taken or any((lines.find_one(line) or {}).get("status") != UNRECONCILED for line in line_ids):
        return
    group = next((str(g["match_group_id"]) for g in groups.views(filters={"intent_id": settlement_intent_id})), None)
    mode = SETTLED if group is None else SETTLED_IN_GROUP
    tied = {"intent_id": settlement_intent_id, "match_group_id": group, "match_mode": mode, "status": RECONCILED}
    for line in line_ids:
        lines.change(line, tied)
    if group is not None:
        groups.change(group, {"status": ACTIVE})


def _natural_kind(call: Call, intent_id: str, account: str) -> str | None:
    """As `natural_kind`; a posting keeps the item of which something is paid, if the account becomes that of a bank."""
    kind = natural_kind(call, account)
    if kind is None and any(True for _ in _counting(call, intent_id, account)):
        return _NATURAL.get((chart.find_account(call, account) or {}).get("type", ""))
    return kind


def _may_leave(call: Call, intent: Mapping[str, Any]) -> bool:
    return intent["kind"] in _LEAVES_ITEMS and journal.stands(call, intent)


def _carries(call: Call, account: Mapping[str, Any]) -> bool:
    if account["type"] not in _NATURAL or account.get("report_group") in _NEVER_PAID:
        return False
    return not call.collection(BANK_ACCOUNTS).count(filters={"account_number": account["number"]})


def _left(events: Iterable[Mapping[str, Any]]) -> dict[str, tuple[int, int]]:
    """Debits less credits of each account, in cents: of euros, and of the foreign currency."""
    left: dict[str, tuple[int, int]] = {}
    for event in events:
        base, foreign = round(event["amount"] * 100), round((event["fx_amount"] or 0) * 100)
        for account, sign in ((event["account_debit"], 1), (event["account_credit"], -1)):
            before = left.get(account, (0, 0))
            left[account] = (before[0] + sign * base, before[1] + sign * foreign)
    return left


def _item(call: Call, intent: Mapping[str, Any], account: str, left: tuple[int, int] | None) -> Item | None:
    natural = _natural_kind(call, intent["intent_id"], account) if left is not None and left[0] else None
    if left is None or natural is None:
        return None
    base, kind, fx = abs(left[0]) * CENT, _kind(left[0]), intent["fx"]
    paid = list(_counting(call, intent["intent_id"], account))
    return Item(
        intent,
        account,
        kind,
        currency=str(fx["currency"]) if fx else journal.CURRENCY,
        total=abs(left[1]) * CENT if fx else base,
        base_total=base,
        settled=sum((dec(each["document_amount"]) for each in paid), ZERO),
        base_settled=sum((dec(each["amount"]) for each in paid), ZERO),
        is_natural=kind == natural,
    )


def _kind(left: int) -> str:
    return RECEIVABLE if left > 0 else LIABILITY


def _counting(call: Call, intent_id: str, account: str) -> Iterator[Mapping[str, Any]]:
    for each in call.collection(SETTLEMENTS).views(filters={"intent_id": intent_id}):
        if each["account"] == account and not each["is_reversed"]:
            yield each
