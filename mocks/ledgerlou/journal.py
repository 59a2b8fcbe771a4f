"""The journal: events that are only ever added, numbered without gaps and chained by hashes.

A posting is an intent: it names the events that share its id. Whoever posts checks his own rules first; what is
refused here leaves nothing behind.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import accumulate, pairwise
from typing import Any

from sandbooks import Call

from . import auth, chart, ids, openitems, periods, years
from .dates import read_day, stamp, today
from .errors import invalid, refuse
from .money import CENT, ZERO, cents, dec, out
from .splits import Line, Pair, check_balance, pair_all

__all__ = [
    "Document",
    "Line",
    "Posted",
    "balance",
    "events",
    "events_of",
    "events_on",
    "find_intent",
    "get_intent",
    "net",
    "post",
    "reverse",
    "stands",
]

Document = dict[str, Any]  # any JSON

JOURNAL, INTENTS, CHAIN = "journal", "intents", "chain"
BOOKING, OPENING, REVERSAL, SETTLEMENT = "booking", "opening", "reversal", "settlement"
CURRENT_PERIOD, ORIGINAL_PERIOD = "current_period", "original_period"
CURRENCY = "EUR"
BEFORE_THE_FIRST = "0" * 64
MOST = Decimal(10) ** 13
"""Below this, every amount in cents is a JSON number of its own."""

_SURFACES: Mapping[str, Mapping[str, str]] = {"bank": {"surface": "bank", "surface_label": "Bank reconciliation"}}


@dataclass(frozen=True, slots=True)
class Posted:
    """What a posting wrote: its events in the order of their numbers."""

    intent_id: str
    event_count: int
    events: list[Document]


def post(
    call: Call,
    day: date,
    description: str,
    lines: Sequence[Line],
    *,
    kind: str = BOOKING,
    source: str = "api",
    adjustment_period: int | None = None,
    fx: Mapping[str, Any] | None = None,  # the five members of the description's Fx
    document_id: str | None = None,
    external_reference: str | None = None,
    custom_metadata: Mapping[str, Any] | None = None,  # flat JSON
    reverses: str | None = None,
    check_duplicate: bool = False,
) -> Posted:
    """Store a balanced booking: its intent, and an event for each pair that its lines come to.

    Raises:
        Invalid: ACCOUNT_NOT_FOUND, INVALID_TAX_CODE, INVALID_INPUT, BALANCE_MISMATCH, PERIOD_LOCKED; the first that
            holds.
        Conflict: DUPLICATE_SUSPECTED, with `check_duplicate`, where a booking of the same day, description and lines
            stands.
    """
    for line in lines:
        chart.active_account(call, line.account)
    pairs = _pairs(call, lines, fx)
    _check_open(call, day, adjustment_period)
    mark = fingerprint(kind, day, description, lines)
    same = standing_with(call, mark) if check_duplicate else None
    if same is not None:
        message = f"A booking of {day} with this description and these lines stands already."
        raise refuse("DUPLICATE_SUSPECTED", message, existing_id=same["intent_id"])
    intent = {
        "kind": kind,
        "adjustment_period": adjustment_period,
        "reason": None,
        "reverses_intent_id": reverses,
        "document_ids": [document_id] if document_id else [],
        "fx": dict(fx) if fx else None,
        "external_reference": external_reference,
        "custom_metadata": dict(custom_metadata) if custom_metadata is not None else None,
        "fingerprint": mark,
    }
    return _write(call, day, description, [(pair, None) for pair in pairs], intent, source)


def reverse(
    call: Call, intent_id: str, *, posting_mode: str = CURRENT_PERIOD, reason: str | None = None, source: str = "api"
) -> Posted:
    """Book the opposite of every event of an intent, today or on its own day, and free what it settled.

    Raises:
        NotFound: no such intent.
        Conflict: ALREADY_REVERSED.
        Invalid: PERIOD_LOCKED.
    """
    original = get_intent(call, intent_id)
    if original["reversed_by"]:
        message = f"Intent {intent_id} is reversed by {original['reversed_by']}."
        raise refuse("ALREADY_REVERSED", message, reversed_by=original["reversed_by"])
    on_its_day = posting_mode == ORIGINAL_PERIOD
    day = read_day(original["booking_date"]) if on_its_day else today(call)
    adjustment_period = original["adjustment_period"] if on_its_day else None
    periods.require_open(call, day, adjustment_period)
    mirrored = [
        (Pair(event["account_credit"], event["account_debit"], dec(event["amount"])), event["fx_amount"])
        for event in events_of(call, intent_id)
    ]
    intent = {
        "kind": REVERSAL,
        "adjustment_period": adjustment_period,
        "reason": reason,
        "reverses_intent_id": intent_id,
        "document_ids": [],
        "fx": original["fx"],
        "external_reference": None,
        "custom_metadata": {"reason": reason} if reason else None,
        "fingerprint": None,
    }
    posted = _write(call, day, f"Storno: {original['description']}", mirrored, intent, source)
    call.collection(INTENTS).change(intent_id, {"reversed_by": posted.intent_id})
    openitems.release(call, intent_id)
    return posted


def find_intent(call: Call, intent_id: str) -> Document | None:
    """What is kept of a posting beside its events; None where there is none."""
    return call.collection(INTENTS).find_one(intent_id)


def get_intent(call: Call, intent_id: str) -> Document:
    """As `find_intent`.

    Raises:
        NotFound: there is none.
    """
    found = find_intent(call, intent_id)
    if found is None:
        raise refuse("NOT_FOUND", f"There is no posting {intent_id}.")
    return found


def stands(call: Call, intent: Mapping[str, Any]) -> bool:
    """Whether a posting counts: not reversed, or reversed by one that is reversed itself."""
    counts = True
    while intent["reversed_by"]:
        intent, counts = get_intent(call, intent["reversed_by"]), not counts
    return counts


def events_of(call: Call, intent_id: str) -> list[Document]:
    """The events of a posting, by number."""
    found = call.collection(JOURNAL).page(filters={"intent_id": intent_id}).items
    return sorted(found, key=_number)


def events(call: Call, *, start: date | None = None, end: date | None = None) -> list[Mapping[str, Any]]:
    """Events whose booking date lies between two days, both included, by number: the stored ones, not to be changed."""
    return sorted(filter(_within(start, end), call.collection(JOURNAL).scan()), key=_number)


def events_on(
    call: Call, account: str, *, start: date | None = None, end: date | None = None
) -> Iterator[Mapping[str, Any]]:
    """As `events`, those on either side of an account, the last one first."""
    table = call.collection(JOURNAL)
    debits = table.views(filters={"account_debit": account})
    credits = table.views(filters={"account_credit": account})
    others = (event for event in credits if event["account_debit"] != account)
    return filter(_within(start, end), heapq.merge(debits, others, key=_number, reverse=True))


def balance(call: Call, account: str, *, start: date | None = None, end: date | None = None) -> Decimal:
    """Debits less credits of an account between two days, both included."""
    return net(events_on(call, account, start=start, end=end), account)


def net(found: Iterable[Mapping[str, Any]], account: str) -> Decimal:
    """Debits less credits of an account in these events."""
    total = 0
    for event in found:  # in cents: exact, and ten times faster than decimals
        sign = (event["account_debit"] == account) - (event["account_credit"] == account)
        total += sign * round(event["amount"] * 100)
    return total * CENT


def fingerprint(kind: str, day: date, description: str, lines: Iterable[Line]) -> str | None:
    """What two bookings share that look alike: day, description, and the accounts and amounts of the lines as sent.

    Opening balances share the day alone; whatever else is posted has no likeness.
    """
    if kind == OPENING:
        return f"{OPENING} {day}"
    if kind != BOOKING:
        return None
    sides = sorted([line.account, f"{line.debit:.2f}", f"{line.credit:.2f}"] for line in lines)
    return sha256(json.dumps([str(day), description, sides]).encode()).hexdigest()


def standing_with(call: Call, mark: str | None) -> Mapping[str, Any] | None:
    """A posting of that fingerprint that counts; None where there is none."""
    found = call.collection(INTENTS).views(filters={"fingerprint": mark}) if mark else ()
    return next((intent for intent in found if stands(call, intent)), None)


def audit_hash(event: Mapping[str, Any]) -> str:
    """The hash of an event: over that of the one before it, and over all its other members."""
    hashed = {name: value for name, value in event.items() if name != "audit_hash"}
    text = json.dumps(hashed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(f"{event['prev_hash']}:{text}".encode()).hexdigest()


def _pairs(call: Call, lines: Sequence[Line], fx: Mapping[str, Any] | None) -> list[Pair]:
    codes = {line.tax_code: chart.active_tax_code(call, line.tax_code) for line in lines if line.tax_code}
    by_hand = chart.tax_accounts(call) if codes else frozenset()
    for number, line in enumerate(lines):
        if line.account in by_hand:
            raise invalid(f"lines.{number}.account_number", f"{line.account} is a tax account; tax codes split the tax")
        if fx and line.tax_code and codes[line.tax_code].get("self_assess_account"):
            raise invalid(f"lines.{number}.tax_code", f"{line.tax_code} cannot be used in a foreign currency")
    check_balance(lines)
    pairs = pair_all(lines, codes)
    if not pairs:
        raise invalid("lines", "they come to nothing, so there is nothing to post")
    if sum((pair.amount for pair in pairs), ZERO) >= MOST:
        raise invalid("lines", f"debits are not less than {MOST:,}")
    return pairs


def _check_open(call: Call, day: date, adjustment_period: int | None) -> None:
    if adjustment_period is not None:
        last = years.last_month(call)
        if day.month != last:
            message = f"{day} does not lie in month {last:02d}, in which the fiscal year ends"
            raise invalid("booking_date", message)
    periods.require_open(call, day, adjustment_period)


def _write(
    call: Call,
    day: date,
    description: str,
    pairs: Sequence[tuple[Pair, float | None]],
    intent: Mapping[str, Any],
    source: str,
) -> Posted:
    """Number and chain the events, and store them with their intent. A pair may bring its own foreign amount."""
    intent_id, *event_ids = ids.fresh_many(call, len(pairs) + 1)
    end = call.collection(CHAIN).find_one(JOURNAL) or {"number": 0, "hash": BEFORE_THE_FIRST}
    number, last_hash = int(end["number"]), str(end["hash"])
    common = _common(call, description, intent, source)
    names = {each: _name(call, each) for pair, _ in pairs for each in (pair.debit, pair.credit)}
    made = []
    shares = _foreign_shares(pairs, intent["fx"])
    for id, (pair, _), share in zip(event_ids, pairs, shares, strict=True):
        number += 1
        event = {
            "id": id,
            "intent_id": intent_id,
            "journal_number": number,
            "booking_date": day.isoformat(),
            "account_debit": pair.debit,
            "account_debit_name": names[pair.debit],
            "account_credit": pair.credit,
            "account_credit_name": names[pair.credit],
            "amount": out(pair.amount),
            **common,
            "fx_amount": share,
            "prev_hash": last_hash,
        }
        last_hash = event["audit_hash"] = audit_hash(event)
        made.append(event)
    kept = {
        "intent_id": intent_id,
        "booking_date": day.isoformat(),
        "period": periods.period_of(day, intent["adjustment_period"]),
        "description": description,
        **intent,
        "reversed_by": None,
        "created_at": common["created_at"],
    }
    call.collection(INTENTS).put(kept)
    stored = call.collection(JOURNAL).put_all(made)
    _keep_end(call, number, last_hash)
    return Posted(intent_id, len(stored), stored)


def _common(call: Call, description: str, intent: Mapping[str, Any], source: str) -> Document:
    """What all events of a posting share."""
    provenance = {**auth.provenance(call), **_SURFACES.get(source, {})}
    return {
        "currency": CURRENCY,
        "description": description,
        "source": source,
        "created_at": stamp(call),
        "created_by": provenance["actor_label"],
        "document_id": next(iter(intent["document_ids"]), None),
        "reverses_intent_id": intent["reverses_intent_id"],
        "fx_currency": intent["fx"]["currency"] if intent["fx"] else None,
        "external_reference": intent["external_reference"],
        "custom_metadata": intent["custom_metadata"],
        "provenance_summary": provenance,
    }


def _foreign_shares(pairs: Sequence[tuple[Pair, float | None]], fx: Mapping[str, Any] | None) -> list[float | None]:
    """The foreign amount of each pair: its own, else its share of the whole, so that the shares add up to it."""
    if not fx or all(share is not None for _, share in pairs):
        return [share for _, share in pairs]
    whole, foreign = sum((pair.amount for pair, _ in pairs), ZERO), dec(fx["amount"])
    sums = [ZERO, *(cents(foreign * sum_up_to / whole) for sum_up_to in accumulate(pair.amount for pair, _ in pairs))]
    return [out(after - before) for before, after in pairwise(sums)]


def _name(call: Call, number: str) -> str:
    found = chart.find_account(call, number)
    return str(found["name"]) if found else ""


def _keep_end(call: Call, number: int, last_hash: str) -> None:
    table = call.collection(CHAIN)
    if table.find_one(JOURNAL) is None:
        table.put({"id": JOURNAL, "number": number, "hash": last_hash})
    else:
        table.change(JOURNAL, {"number": number, "hash": last_hash})


def _number(event: Mapping[str, Any]) -> int:
    return int(event["journal_number"])


def _within(start: date | None, end: date | None) -> Any:
    low, high = start.isoformat() if start else "", end.isoformat() if end else "9999-12-31"
    return lambda event: low <= event["booking_date"] <= high
