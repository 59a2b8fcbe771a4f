"""A bank line matched to an intent: tied to a booking that has it, or against an open item, which posts the settlement.

All checks come before anything is stored. A line in another currency than the ledger's is worth what the item that it
settles is worth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sandbooks import Call, Problem, Reply

from . import bankaccounts, banktransactions, journal, openitems
from .errors import invalid, refuse
from .journal import Line
from .money import ZERO, dec, out
from .openitems import LIABILITY, LINES, RECEIVABLE, RECONCILED, SETTLED, SETTLED_IN_GROUP, UNTIED, Item

BANK_BOOKING = "bank_booking"
LINKED, DISMISSAL = "link", "dismissal"
FX_GAIN, FX_LOSS = "4840", "6880"
LONGEST_TEXT = 500
_WORDS: Mapping[str, str] = {RECEIVABLE: "an incoming", LIABILITY: "an outgoing"}

Document = dict[str, Any]  # any JSON


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a line does to one item, in euros: what it clears, and what it is worth on the bank account.

    `document` is what it clears in the currency of the item.
    """

    item: Item
    document: Decimal
    cleared: Decimal
    paid: Decimal


def reconcile_bank_transaction(call: Call) -> Reply:
    """Match one line. Raises as `reconcile`."""
    body = call.body
    done = reconcile(call, call.path["id"], body["intent_id"], body["candidate_kind"], body.get("open_item_account"))
    return Reply(200, done)


def batch_reconcile(call: Call) -> Reply:
    """Match pair by pair, in order; a pair that is refused is told and leaves nothing behind."""
    reconciled, errors = 0, []
    for index, pair in enumerate(call.body["pairs"]):
        line_id, kind = pair["bank_transaction_id"], pair["candidate_kind"]
        try:
            with call.attempt():
                call.check_item(index)
                reconcile(call, line_id, pair["intent_id"], kind, pair.get("open_item_account"))
        except Problem as problem:
            fault = {"error": problem.code or "INTERNAL_ERROR", "message": problem.message}
            errors.append({"bank_transaction_id": line_id, **fault})
        else:
            reconciled += 1
    return Reply(200, {"reconciled": reconciled, "errors": errors})


def unmatch_bank_transaction(call: Call) -> Reply:
    """Undo what was done about a line: remove the link, reverse the settlement of it or of its group, or take the
    dismissal back.

    Raises:
        NotFound: NOT_FOUND.
        Invalid: INVALID_INPUT, nothing was done about it; PERIOD_LOCKED, the settlement cannot be reversed today.
    """
    line = banktransactions.fetch(call, call.path["id"])
    if line["status"] == openitems.UNRECONCILED:
        raise invalid("id", f"bank transaction {line['id']} is not matched")
    mode, reversal, reopened = line["match_mode"] or DISMISSAL, None, [line["id"]]
    if mode in (SETTLED, SETTLED_IN_GROUP):
        tied = call.collection(LINES).views(filters={"intent_id": line["intent_id"]})
        reopened = [each["id"] for each in tied]
        reversal = openitems.take_back(call, line["intent_id"]).intent_id
    else:
        call.collection(LINES).change(line["id"], UNTIED)
    body = {"ok": True, "mode": mode, "reversal_intent_id": reversal, "reopened_transaction_ids": reopened}
    return Reply(200, body)


def reconcile(call: Call, line_id: str, intent_id: str, kind: str, account: str | None) -> Document:
    """Match a line to an intent; `account` is that of the open item.

    Raises:
        Invalid: INVALID_INPUT, no account; DIRECTION_MISMATCH, SETTLEMENT_EXCEEDS_OPEN_AMOUNT, PERIOD_LOCKED.
        NotFound: NOT_FOUND, no such line; TARGET_NOT_FOUND, no such intent, or it has no such amount.
        Conflict: TX_ALREADY_HANDLED, TARGET_AMBIGUOUS.
        Unprocessable: UNSUPPORTED_SETTLEMENT_CURRENCY.
    """
    if kind != BANK_BOOKING and not account:
        raise invalid("open_item_account", f"a match to an {kind.replace('_', ' ')} needs it")
    line = banktransactions.fetch(call, line_id)
    banktransactions.require_open(line)
    bank = bankaccounts.fetch(call, line["bank_account_id"])
    if kind == BANK_BOOKING:
        _check_booking(call, line, bank, intent_id)
        return _tie(call, line, intent_id, LINKED)
    check_direction(kind, dec(line["amount"]))
    item = get_item(call, intent_id, str(account), kind)
    check_currency(bank, item)
    settlement = _settle_with(item, bank, abs(dec(line["amount"])))
    lines = settlement_lines(bank, kind, settlement.paid, [settlement])
    text = f"Zahlung: {item.intent['description']}"
    posted = post(call, line["tx_date"], text, lines, foreign(bank, [settlement]))
    keep(call, settlement, posted, [line["id"]])
    return _tie(call, line, posted, SETTLED)


def check_direction(kind: str, amount: Decimal) -> None:
    """
    Raises:
        Invalid: DIRECTION_MISMATCH, the money goes the other way, or there is none.
    """
    if not amount or (amount > ZERO) != (kind == RECEIVABLE):
        raise refuse("DIRECTION_MISMATCH", f"{amount:.2f} is not {_WORDS[kind]} payment, as {kind} needs.")


def get_item(call: Call, intent_id: str, account: str, kind: str) -> Item:
    """The open item to settle.

    Raises:
        NotFound: TARGET_NOT_FOUND, no such intent, or nothing of it is open on the account.
        Invalid: DIRECTION_MISMATCH, what is open there is of the other kind.
    """
    item = openitems.find(call, intent_id, account)
    if item is None or item.remaining <= ZERO:
        raise refuse("TARGET_NOT_FOUND", f"Intent {intent_id} has nothing open on account {account}.")
    if item.kind != kind:
        raise refuse("DIRECTION_MISMATCH", f"What intent {intent_id} left on account {account} is an {item.kind}.")
    return item


def check_currency(bank: Mapping[str, Any], item: Item) -> None:
    """
    Raises:
        Unprocessable: UNSUPPORTED_SETTLEMENT_CURRENCY.
    """
    if bank["currency"] not in (journal.CURRENCY, item.currency):
        message = f"A bank account in {bank['currency']} cannot settle an item in {item.currency}."
        raise refuse("UNSUPPORTED_SETTLEMENT_CURRENCY", message)


def check_remaining(item: Item, document: Decimal) -> None:
    """
    Raises:
        Invalid: SETTLEMENT_EXCEEDS_OPEN_AMOUNT.
    """
    if document > item.remaining:
        message = f"{document:.2f} {item.currency} is more than the {item.remaining:.2f} that remain."
        raise refuse("SETTLEMENT_EXCEEDS_OPEN_AMOUNT", message, remaining_amount=out(item.remaining))


def settlement_lines(bank: Mapping[str, Any], kind: str, total: Decimal, settlements: list[Settlement]) -> list[Line]:
    """The lines of a posting: the bank, each item, and what the rate gained or lost.

    What a settlement pays and what it clears differ only by the rate.
    """
    is_incoming = kind == RECEIVABLE
    lines = [sided(bank["account_number"], total, is_debit=is_incoming)]
    lines += [sided(each.item.account, each.cleared, is_debit=not is_incoming) for each in settlements]
    difference = sum((each.paid - each.cleared for each in settlements), ZERO)
    gain = difference if is_incoming else -difference
    if gain:
        lines.append(sided(FX_GAIN if gain > ZERO else FX_LOSS, abs(gain), is_debit=gain < ZERO))
    return [line for line in lines if line.debit or line.credit]


def sided(account: str, amount: Decimal, *, is_debit: bool) -> Line:
    """One line."""
    return Line(account, debit=amount if is_debit else ZERO, credit=ZERO if is_debit else amount)


def foreign(bank: Mapping[str, Any], settlements: list[Settlement]) -> Document | None:
    """The foreign currency of a posting on a bank account in one, at the rate of the first item; else None."""
    fx = settlements[0].item.intent["fx"]
    if bank["currency"] == journal.CURRENCY or not fx:
        return None
    return {**fx, "amount": out(sum((each.document for each in settlements), ZERO))}


def post(call: Call, day: str, text: str, lines: list[Line], fx: Document | None) -> str:
    """Post a settlement and return its id. Raises as `journal.post`."""
    booked, words = date.fromisoformat(day), text[:LONGEST_TEXT]
    return journal.post(call, booked, words, lines, kind=journal.SETTLEMENT, source=openitems.SOURCE, fx=fx).intent_id


def keep(call: Call, settlement: Settlement, posted: str, line_ids: list[str]) -> None:
    """Keep what a posting settled of one item."""
    item, document = settlement.item, settlement.document
    openitems.settle(call, item.intent_id, item.account, settlement.cleared, posted, line_ids, document)


def _settle_with(item: Item, bank: Mapping[str, Any], amount: Decimal) -> Settlement:
    """An amount of the bank account against an item.

    Euros against a foreign item close all of it, for whatever they are worth.

    Raises:
        Invalid: SETTLEMENT_EXCEEDS_OPEN_AMOUNT.
    """
    if item.is_foreign and bank["currency"] == journal.CURRENCY:
        return Settlement(item, item.remaining, item.base_remaining, amount)
    check_remaining(item, amount)
    cleared = item.base_of(amount)
    return Settlement(item, amount, cleared, cleared)


def _check_booking(call: Call, line: Mapping[str, Any], bank: Mapping[str, Any], intent_id: str) -> None:
    """An intent has the line: with all its events on the bank's account together, else with one of them.

    Raises:
        NotFound: TARGET_NOT_FOUND, no such intent, or no such amount.
        Invalid: DIRECTION_MISMATCH, the amount is on the other side.
        Conflict: TARGET_AMBIGUOUS, several events are of this amount, or another line is tied to the intent.
    """
    moved = moves(journal.events_of(call, intent_id), bank)
    wanted = round(line["amount"] * 100)
    if not wanted or (wanted not in moved and sum(moved) != wanted):
        if wanted and (-wanted in moved or sum(moved) == -wanted):
            message = f"Intent {intent_id} has this amount on the other side of account {bank['account_number']}."
            raise refuse("DIRECTION_MISMATCH", message)
        message = f"Intent {intent_id} does not move {line['amount']:.2f} on account {bank['account_number']}."
        raise refuse("TARGET_NOT_FOUND", message)
    if sum(moved) != wanted and moved.count(wanted) > 1:
        raise refuse("TARGET_AMBIGUOUS", f"Several events of intent {intent_id} are of {line['amount']:.2f}.")
    if call.collection(LINES).count(filters={"intent_id": intent_id}):
        raise refuse("TARGET_AMBIGUOUS", f"Another bank transaction is tied to intent {intent_id}.")


def moves(events: Iterable[Mapping[str, Any]], bank: Mapping[str, Any]) -> list[int]:
    """What events move on the account of a bank account, in cents of its currency; debits are positive."""
    number, currency = bank["account_number"], bank["currency"]
    found = []
    for event in events:
        sign = (event["account_debit"] == number) - (event["account_credit"] == number)
        amount = event["amount"] if currency == journal.CURRENCY else _in_currency(event, currency)
        if sign and amount is not None:
            found.append(sign * round(amount * 100))
    return found


def _in_currency(event: Mapping[str, Any], currency: str) -> float | None:
    return event["fx_amount"] if event["fx_currency"] == currency else None


def _tie(call: Call, line: Mapping[str, Any], intent_id: str, mode: str) -> Document:
    fields = {"status": RECONCILED, "intent_id": intent_id, "match_mode": mode}
    call.collection(LINES).change(line["id"], fields)
    return {"ok": True, "mode": mode, "intent_id": intent_id}


HANDLERS = {
    "reconcileBankTransaction": reconcile_bank_transaction,
    "unmatchBankTransaction": unmatch_bank_transaction,
    "batchReconcile": batch_reconcile,
}
