"""The bank and the ledger side by side: what is tied, what is open on each side, and what seems to belong together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sandbooks import Call, Reply

from . import bankaccounts, journal
from .candidates import Candidate, find_candidates, of_line, view, words_of
from .matching import moves
from .money import CENT, ZERO, dec, out
from .openitems import LINES, RECONCILED, UNRECONCILED

BY_AMOUNT, BY_DATE, BY_REFERENCE = "amount", "date", "reference"
WEIGHTS: Mapping[str, Decimal] = {BY_AMOUNT: Decimal("0.6"), BY_DATE: Decimal("0.2"), BY_REFERENCE: Decimal("0.2")}
THRESHOLD = Decimal("0.5")
"""Day and text alone stay below it: nothing of another amount is suggested."""
NEAR = timedelta(days=3)
SAID = ("reference", "counterparty_name", "bank_reference")

Document = dict[str, Any]  # any JSON
BankLine = Mapping[str, Any]  # as it is stored


def list_suggestions(call: Call) -> Reply:
    """Pairs of an open line and what it could be, the best first; euros count for items in another currency.

    Raises:
        NotFound: NOT_FOUND.
    """
    bank = bankaccounts.fetch(call, call.query["bank_account_id"])
    by_amount: dict[Decimal, list[Candidate]] = {}
    for candidate in find_candidates(call, bank):
        compared = _compared(candidate, bank)
        if compared is not None:
            by_amount.setdefault(compared, []).append(candidate)
    found = [
        _suggestion(call, line, candidate)
        for line in _lines(call, bank, UNRECONCILED)
        for candidate in by_amount.get(dec(line["amount"]), ())
    ]
    enough = [each for each in found if Decimal(str(each["match_score"])) >= THRESHOLD]
    return Reply(200, sorted(enough, key=lambda each: -float(each["match_score"])))


def get_reconciliation(call: Call) -> Reply:
    """Lines with what they are tied to, lines that are open, and what the ledger has that no line is tied to.

    Raises:
        NotFound: NOT_FOUND.
    """
    bank = bankaccounts.fetch(call, call.path["id"])
    matched = [
        {"bank_transaction": dict(line), "ledger": view(call, of_line(call, bank, line))}
        for line in _lines(call, bank, RECONCILED)
    ]
    unmatched_bank = [dict(line) for line in _lines(call, bank, UNRECONCILED)]
    unmatched_ledger = [view(call, candidate) for candidate in find_candidates(call, bank)]
    lines = call.collection(LINES).views(filters={"bank_account_id": bank["id"]})
    on_bank = sum((dec(line["amount"]) for line in lines), ZERO)
    in_ledger = sum(moves(journal.events_on(call, bank["account_number"]), bank)) * CENT
    summary = {
        "bank_balance": out(on_bank),
        "ledger_balance": out(in_ledger),
        "difference": out(on_bank - in_ledger),
        "matched_count": len(matched),
        "unmatched_bank_count": len(unmatched_bank),
        "unmatched_ledger_count": len(unmatched_ledger),
    }
    body = {
        "bank_account": bankaccounts.view(call, bank),
        "matched": matched,
        "unmatched_bank": unmatched_bank,
        "unmatched_ledger": unmatched_ledger,
        "summary": summary,
    }
    return Reply(200, body)


def _lines(call: Call, bank: Mapping[str, Any], status: str) -> list[BankLine]:
    filters = {"bank_account_id": bank["id"], "status": status}
    return list(call.collection(LINES).views(filters=filters, order=("tx_date",)))


def _compared(candidate: Candidate, bank: Mapping[str, Any]) -> Decimal | None:
    """What a line has to be over; None where no line of the account could settle it."""
    if bank["currency"] == journal.CURRENCY:
        return candidate.base
    return candidate.amount if candidate.currency == bank["currency"] else None


def _suggestion(call: Call, line: BankLine, candidate: Candidate) -> Document:
    """A pair of one amount, and what else speaks for it."""
    intent, reasons = candidate.intent, [BY_AMOUNT]
    if abs(date.fromisoformat(line["tx_date"]) - date.fromisoformat(intent["booking_date"])) <= NEAR:
        reasons.append(BY_DATE)
    if _says(line, words_of(call, intent)):
        reasons.append(BY_REFERENCE)
    return {
        "bank_transaction_id": line["id"],
        "ledger_intent_id": intent["intent_id"],
        "match_score": float(sum((WEIGHTS[reason] for reason in reasons), ZERO)),
        "match_reasons": reasons,
        "ledger_description": intent["description"],
        "ledger_amount": out(abs(candidate.base)),
        "ledger_date": intent["booking_date"],
    }


def _says(line: BankLine, words: list[str]) -> bool:
    """Whether the line has one of them, as a word of its own."""
    text = " ".join(line[name] or "" for name in SAID)
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in words)


HANDLERS = {"listSuggestions": list_suggestions, "getReconciliation": get_reconciliation}
