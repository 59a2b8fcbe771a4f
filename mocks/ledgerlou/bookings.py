"""What is posted by hand: bookings, and the opening balances of a day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sandbooks import Call, Reply

from . import chart, journal
from .dates import read_day
from .errors import invalid, refuse
from .journal import Line
from .money import ZERO, dec, out
from .splits import check_balance

CARRY_FORWARD = "9000"
OPENING_TYPES = frozenset({"asset", "liability", "equity"})
OPENING_TEXT = "Eröffnungsbilanz"
LONGEST_KEY, MOST_METADATA = 64, 4096

Document = dict[str, Any]  # any JSON


def create_booking(call: Call) -> Reply:
    """Post what was sent, its taxes split.

    Raises:
        Invalid: INVALID_INPUT for a line without exactly one side, metadata beyond its limits, an adjustment period
            outside the last month of the fiscal year, tax accounts beside tax codes, or self-assessed tax in a foreign
            currency; then as `journal.post`.
        NotFound: no such document.
        Conflict: DUPLICATE_SUSPECTED.
    """
    body = call.body
    day = read_day(body["booking_date"])
    lines = [_line(line, number) for number, line in enumerate(body["lines"])]
    _check_metadata(body.get("custom_metadata"))
    fx = body.get("fx")
    if fx is not None:
        read_day(fx["rate_date"], "fx.rate_date")
    document_id = body.get("document_id")
    if document_id is not None and call.collection("documents").find_one(document_id) is None:
        raise refuse("NOT_FOUND", f"There is no document {document_id}.")
    posted = journal.post(
        call,
        day,
        body["description"],
        lines,
        adjustment_period=body.get("adjustment_period"),
        fx=fx,
        document_id=document_id,
        external_reference=body.get("external_reference"),
        custom_metadata=body.get("custom_metadata"),
        check_duplicate=not body.get("skip_duplicate_check", False),
    )
    return Reply(200, {"intent_id": posted.intent_id, "event_count": posted.event_count})


def create_opening_balances(call: Call) -> Reply:
    """Post each balance against account 9000; what is 0 on both sides is left out.

    Raises:
        Invalid: INVALID_BALANCE_ENTRY, INVALID_INPUT, ACCOUNTS_NOT_FOUND, ACCOUNT_TYPE_NOT_ALLOWED, BALANCE_MISMATCH,
            ACCOUNT_9000_MISSING, PERIOD_LOCKED; the first that holds.
        Conflict: OPENING_BALANCES_EXIST.
    """
    day = read_day(call.body["booking_date"])
    entries = [line for entry in call.body["balances"] if (line := _entry(entry)) is not None]
    if not entries:
        raise invalid("balances", "no balance is above 0")
    _check_accounts(call, entries)
    check_balance(entries)
    carry_forward = chart.find_account(call, CARRY_FORWARD)
    if carry_forward is None or not chart.is_active(carry_forward):
        raise refuse("ACCOUNT_9000_MISSING", f"The chart has no account {CARRY_FORWARD} to book against.")
    standing = journal.standing_with(call, journal.fingerprint(journal.OPENING, day, "", ()))
    if standing is not None:
        message = f"There are opening balances of {day}; reverse {standing['intent_id']} first."
        raise refuse("OPENING_BALANCES_EXIST", message, existing_id=standing["intent_id"])
    against = [Line(CARRY_FORWARD, debit=line.credit, credit=line.debit) for line in entries]
    lines = [line for both in zip(entries, against, strict=True) for line in both]
    posted = journal.post(call, day, OPENING_TEXT, lines, kind=journal.OPENING)
    return Reply(
        200,
        {
            "intent_id": posted.intent_id,
            "event_count": posted.event_count,
            "total_debit": out(_total(line.debit for line in entries)),
            "total_credit": out(_total(line.credit for line in entries)),
        },
    )


def _line(sent: Mapping[str, Any], number: int) -> Line:
    debit, credit = dec(sent["debit"]), dec(sent["credit"])
    if (debit > ZERO) == (credit > ZERO):
        raise invalid(f"lines.{number}", "exactly one of debit and credit must be above 0")
    return Line(sent["account_number"], debit, credit, sent.get("tax_code") or None, sent.get("account_name"))


def _entry(sent: Mapping[str, Any]) -> Line | None:
    debit, credit = dec(sent["debit"]), dec(sent["credit"])
    if debit < ZERO or credit < ZERO or (debit and credit):
        message = f"Account {sent['account_number']}: exactly one of debit and credit may be above 0, none below."
        raise refuse("INVALID_BALANCE_ENTRY", message, account=sent["account_number"])
    return Line(sent["account_number"], debit, credit, name=sent["account_name"]) if debit or credit else None


def _check_accounts(call: Call, entries: list[Line]) -> None:
    found = {line.account: chart.find_account(call, line.account) for line in entries}
    missing = [number for number, account in found.items() if account is None or not chart.is_active(account)]
    if missing:
        raise refuse("ACCOUNTS_NOT_FOUND", f"The chart has no active {', '.join(missing)}.", accounts=missing)
    for number, account in found.items():
        if account is not None and account["type"] not in OPENING_TYPES:
            message = f"Account {number} is of type {account['type']}, which carries nothing forward."
            raise refuse("ACCOUNT_TYPE_NOT_ALLOWED", message, account=number)


def _check_metadata(metadata: Mapping[str, Any] | None) -> None:
    for key in metadata or ():
        if len(key) > LONGEST_KEY:
            raise invalid("custom_metadata", f"the key '{key}' has more than {LONGEST_KEY} characters")
    size = len(json.dumps(metadata, ensure_ascii=False, separators=(",", ":")).encode())
    if size > MOST_METADATA:
        raise invalid("custom_metadata", f"{size} bytes are more than {MOST_METADATA}")


def _total(amounts: Any) -> Decimal:
    return sum(amounts, ZERO)


HANDLERS = {"createBooking": create_booking, "createOpeningBalances": create_opening_balances}
