"""Match groups: several bank lines against several open items, with one settlement; all of it checked before."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sandbooks import Call, Reply

from . import bankaccounts, banktransactions, chart, ids, journal, matching, openitems
from .dates import stamp
from .errors import invalid, refuse
from .journal import Line
from .matching import Settlement
from .money import ZERO, cents, dec
from .openitems import ACTIVE, GROUPS, LINES, RECONCILED, REVERSED, SETTLED_IN_GROUP, Item

TEXT = "Sammelzahlung: "

Document = dict[str, Any]  # any JSON


def create_match_group(call: Call) -> Reply:
    """Settle open items with bank lines, on the day of the last line.

    Raises:
        Invalid: INVALID_INPUT, TARGET_KIND_UNSUPPORTED, BANK_TX_MIXED_BANK_ACCOUNTS, DIRECTION_MISMATCH,
            MIXED_SETTLEMENT_CURRENCY, SETTLED_DOCUMENT_AMOUNT_REQUIRED, SETTLEMENT_EXCEEDS_OPEN_AMOUNT,
            GROUP_NOT_BALANCED, PERIOD_LOCKED.
        NotFound: NOT_FOUND, ADJUSTMENT_ACCOUNT_NOT_FOUND, TARGET_NOT_FOUND.
        Conflict: TX_ALREADY_HANDLED.
        Unprocessable: UNSUPPORTED_SETTLEMENT_CURRENCY.
    """
    body = call.body
    _check_words(body)
    lines = [banktransactions.fetch(call, id) for id in body["bank_transaction_ids"]]
    sent = body.get("adjustments") or []
    adjustments = [_adjustment(call, each) for each in sent]
    for line in lines:
        banktransactions.require_open(line)
    bank, kind = _one_bank(call, lines), _one_kind(lines, body["allocations"])
    settlements = _settlements(call, bank, kind, body["allocations"])
    paid = sum((abs(dec(line["amount"])) for line in lines), ZERO)
    total = _bank_total(bank, paid, settlements, body["allocations"])
    posting = [*matching.settlement_lines(bank, kind, total, settlements), *adjustments]
    debit, credit = (sum((getattr(line, side) for line in posting), ZERO) for side in ("debit", "credit"))
    _check_equal(debit, credit, "Debits and credits")
    day = max(line["tx_date"] for line in lines)
    text = TEXT + ", ".join(str(each.item.intent["description"]) for each in settlements)
    intent_id = matching.post(call, day, text, posting, matching.foreign(bank, settlements))
    group_id = _keep(call, intent_id, settlements, sent)
    return Reply(201, {"ok": True, "match_group_id": group_id, "intent_id": intent_id, "mode": SETTLED_IN_GROUP})


def unmatch_match_group(call: Call) -> Reply:
    """Reverse the settlement of a group today and open its lines.

    Raises:
        NotFound: NOT_FOUND.
        Conflict: ALREADY_REVERSED.
        Invalid: PERIOD_LOCKED.
    """
    group = call.collection(GROUPS).find_one(call.path["id"])
    if group is None:
        raise refuse("NOT_FOUND", f"There is no match group {call.path['id']}.")
    if group["status"] == REVERSED:
        raise refuse("ALREADY_REVERSED", f"Match group {group['match_group_id']} is reversed.")
    openitems.take_back(call, group["intent_id"])
    return Reply(200, {"ok": True})


def _check_words(body: Mapping[str, Any]) -> None:
    """What is wrong whatever is stored: a kind that no group settles, the same thing twice."""
    for allocation in body["allocations"]:
        if allocation["candidate_kind"] == matching.BANK_BOOKING:
            raise refuse("TARGET_KIND_UNSUPPORTED", "A match group settles open items, not bookings of the bank.")
    if len(set(body["bank_transaction_ids"])) < len(body["bank_transaction_ids"]):
        raise invalid("bank_transaction_ids", "one is named twice")
    items = [(each["intent_id"], each["open_item_account"]) for each in body["allocations"]]
    if len(set(items)) < len(items):
        raise invalid("allocations", "an open item is named twice")


def _adjustment(call: Call, sent: Mapping[str, Any]) -> Line:
    found = chart.find_account(call, sent["account_number"])
    if found is None or not chart.is_active(found):
        message = f"There is no active account {sent['account_number']}."
        raise refuse("ADJUSTMENT_ACCOUNT_NOT_FOUND", message, account=sent["account_number"])
    is_debit = sent["posting_side"] == "debit"
    line = matching.sided(sent["account_number"], dec(sent["amount"]), is_debit=is_debit)
    return Line(line.account, line.debit, line.credit, name=sent.get("description"))


def _one_bank(call: Call, lines: list[Document]) -> Document:
    if len({line["bank_account_id"] for line in lines}) > 1:
        raise refuse("BANK_TX_MIXED_BANK_ACCOUNTS", "The lines of a match group are of one bank account.")
    return bankaccounts.fetch(call, lines[0]["bank_account_id"])


def _one_kind(lines: list[Document], allocations: list[Document]) -> str:
    """The kind of all allocations, which the direction of every line fits."""
    for allocation in allocations:
        for line in lines:
            matching.check_direction(allocation["candidate_kind"], dec(line["amount"]))
    return str(allocations[0]["candidate_kind"])


def _settlements(call: Call, bank: Document, kind: str, allocations: list[Document]) -> list[Settlement]:
    items = [
        matching.get_item(call, allocation["intent_id"], allocation["open_item_account"], kind)
        for allocation in allocations
    ]
    if len({item.currency for item in items}) > 1:
        raise refuse("MIXED_SETTLEMENT_CURRENCY", "The open items of a match group are in one currency.")
    matching.check_currency(bank, items[0])
    return [
        _settlement(bank, item, allocation, number)
        for number, (item, allocation) in enumerate(zip(items, allocations, strict=True))
    ]


def _settlement(bank: Document, item: Item, allocation: Document, number: int) -> Settlement:
    """One allocation, in the currency of the item and in euros."""
    allocated, settled = dec(allocation["allocated_bank_amount"]), allocation.get("settled_document_amount")
    if item.is_foreign and settled is None:
        message = f"The item of intent {item.intent_id} is in {item.currency}: settled_document_amount says how much."
        raise refuse("SETTLED_DOCUMENT_AMOUNT_REQUIRED", message)
    document = allocated if settled is None else dec(settled)
    if document <= ZERO:
        raise invalid(f"allocations.{number}", "it settles nothing")
    matching.check_remaining(item, document)
    cleared = item.base_of(document)
    if item.is_foreign and bank["currency"] == journal.CURRENCY:
        return Settlement(item, document, cleared, allocated)
    return Settlement(item, document, cleared, cleared)


def _bank_total(bank: Document, paid: Decimal, settlements: list[Settlement], allocations: list[Document]) -> Decimal:
    """The euros of the lines, which come to `paid` in the currency of the bank account.

    Where that is the items' own currency, each allocation is worth what its item is worth.

    Raises:
        Invalid: GROUP_NOT_BALANCED, the allocations do not come to the lines in such a currency.
    """
    if bank["currency"] == journal.CURRENCY:
        return paid
    allocated = [dec(allocation["allocated_bank_amount"]) for allocation in allocations]
    _check_equal(sum(allocated, ZERO), paid, f"Allocations and lines, in {bank['currency']}")
    return sum((_worth(each, amount) for each, amount in zip(settlements, allocated, strict=True)), ZERO)


def _worth(settlement: Settlement, allocated: Decimal) -> Decimal:
    item = settlement.item
    if allocated == settlement.document:
        return settlement.cleared
    return cents(item.base_total * allocated / item.total)


def _check_equal(one: Decimal, other: Decimal, what: str) -> None:
    if one != other:
        message = f"{what} differ by {abs(one - other):.2f}: {one:.2f} and {other:.2f}."
        raise refuse("GROUP_NOT_BALANCED", message, difference=float(abs(one - other)))


def _keep(call: Call, intent_id: str, settlements: list[Settlement], adjustments: list[Document]) -> str:
    """Store the group, tie its lines and settle its items."""
    sent, group_id = call.body, ids.fresh(call)
    line_ids = list(sent["bank_transaction_ids"])
    group = {
        "match_group_id": group_id,
        "intent_id": intent_id,
        "bank_transaction_ids": line_ids,
        "allocations": sent["allocations"],
        "adjustments": adjustments,
        "status": ACTIVE,
        "created_at": stamp(call),
    }
    call.collection(GROUPS).put(group)
    for settlement in settlements:
        matching.keep(call, settlement, intent_id, line_ids)
    tied = {
        "status": RECONCILED,
        "intent_id": intent_id,
        "match_group_id": group_id,
        "match_mode": SETTLED_IN_GROUP,
    }
    for id in line_ids:
        call.collection(LINES).change(id, tied)
    return group_id


HANDLERS = {"createMatchGroup": create_match_group, "unmatchMatchGroup": unmatch_match_group}
