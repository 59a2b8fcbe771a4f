"""Bank lines: how rows come in, and how lines are listed, fetched, counted and dismissed. Nothing is posted here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sandbooks import Call, Problem, Reply

from . import bankaccounts, ids
from .dates import query_day, stamp
from .errors import refuse
from .money import cents, dec, out
from .openitems import LINES, UNRECONCILED, UNTIED

EXCLUDED = "excluded"
HASHED = (
    "bank_account_id",
    "tx_date",
    "amount",
    "currency",
    "counterparty_name",
    "counterparty_iban",
    "reference",
    "bank_reference",
)
"""What two lines share that are the same; the rest is not compared."""
TEXTS = ("counterparty_name", "counterparty_iban", "reference", "bank_reference", "tx_type")
SEARCHED = ("counterparty_name", "reference")
MOST = Decimal(10) ** 10

Document = dict[str, Any]  # any JSON


class BadRow(Exception):
    """A row that is not imported; its text says why."""


Row = Mapping[str, Any] | BadRow  # the members of a TransactionInput, or why a row of a file has none


def list_bank_transactions(call: Call) -> Reply:
    """A page of those that pass all filters, the latest day first."""
    start, end = query_day(call, "start_date"), query_day(call, "end_date")
    low, high = start.isoformat() if start else "", end.isoformat() if end else "9999-12-31"
    text = str(call.query.get("search") or "").casefold()
    filters = {name: call.query[name] for name in ("bank_account_id", "status") if call.query.get(name) is not None}

    def passes(line: Mapping[str, Any]) -> bool:
        is_said = not text or any(text in (line[name] or "").casefold() for name in SEARCHED)
        return is_said and low <= line["tx_date"] <= high

    found = call.collection(LINES).page(
        filters=filters,
        predicate=passes,
        offset=call.query["offset"],
        limit=call.query["limit"],
    )
    return Reply(200, {"transactions": found.items, "total": found.total})


def import_bank_transactions(call: Call) -> Reply:
    """Keep the rows that are new. Raises as `bankaccounts.fetch`."""
    account = bankaccounts.fetch(call, call.body["bank_account_id"])
    return Reply(201, store_rows(call, account, call.body["transactions"]))


def get_bank_transaction(call: Call) -> Reply:
    """One line. Raises as `fetch`."""
    return Reply(200, {"transaction": fetch(call, call.path["id"])})


def dismiss_bank_transaction(call: Call) -> Reply:
    """Be done with a line over 0.00.

    Raises:
        NotFound: TX_NOT_FOUND.
        Conflict: TX_ALREADY_HANDLED.
        Invalid: TX_NOT_ZERO.
    """
    line = fetch(call, call.path["id"], "TX_NOT_FOUND")
    require_open(line)
    if line["amount"]:
        raise refuse("TX_NOT_ZERO", f"The line is over {line['amount']:.2f}; only one over 0.00 is dismissed.")
    call.collection(LINES).change(line["id"], {"status": EXCLUDED})
    return Reply(200, {"ok": True})


def count_unreconciled(call: Call) -> Reply:
    """How many lines nothing was done about."""
    return Reply(200, {"count": call.collection(LINES).count(filters={"status": UNRECONCILED})})


def fetch(call: Call, id: str, code: str = "NOT_FOUND") -> Document:
    """The line of that id.

    Raises:
        NotFound: with `code`, there is none.
    """
    found = call.collection(LINES).find_one(id)
    if found is None:
        raise refuse(code, f"There is no bank transaction {id}.")
    return found


def require_open(line: Mapping[str, Any]) -> None:
    """
    Raises:
        Conflict: TX_ALREADY_HANDLED, it is reconciled or dismissed.
    """
    if line["status"] != UNRECONCILED:
        message = f"Bank transaction {line['id']} is {line['status']}; unmatch it first."
        raise refuse("TX_ALREADY_HANDLED", message, bank_transaction_id=line["id"])


def store_rows(call: Call, account: Mapping[str, Any], rows: Iterable[Row]) -> Document:
    """Keep the rows of an account that are new, as one batch.

    Returns:
        `batch_id`, and counts: every row is imported, or skipped because the same one was there before or stands
        earlier in the batch, or told in `errors` by its index from 0.
    """
    table, batch_id = call.collection(LINES), ids.fresh(call)
    new: dict[str, Document] = {}
    errors, skipped, total = [], 0, 0
    for index, row in enumerate(rows):
        total += 1
        try:
            call.check_item(index)
            line = _line(account, row)
        except (BadRow, Problem) as fault:
            errors.append({"index": index, "message": str(fault)})
            continue
        mark = line["content_hash"]
        if mark in new or table.count(filters={"content_hash": mark}):
            skipped += 1
        else:
            new[mark] = line
    at = stamp(call)
    fresh = ids.fresh_many(call, len(new)) if new else []
    table.put_all(
        {"id": id, **line, "batch_id": batch_id, **UNTIED, "created_at": at}
        for id, line in zip(fresh, new.values(), strict=True)
    )
    return {
        "batch_id": batch_id,
        "total_rows": total,
        "imported": len(new),
        "skipped_duplicates": skipped,
        "errors": errors,
    }


def _line(account: Mapping[str, Any], row: Row) -> Document:
    """A row as it is kept, without its ids.

    Raises:
        BadRow: no such day, another currency than the account's, an amount of more than two decimals.
    """
    if isinstance(row, BadRow):
        raise row
    amount, currency = dec(row["amount"]), (row.get("currency") or bankaccounts.CURRENCY).upper()
    if amount != cents(amount) or abs(amount) >= MOST:
        raise BadRow(f"amount: {row['amount']} is no amount with two decimals at the most.")
    if currency != account["currency"]:
        raise BadRow(f"currency: {currency} is not that of the bank account, {account['currency']}.")
    value_date = row.get("value_date")
    line = {
        "bank_account_id": account["id"],
        "tx_date": _day(row["tx_date"], "tx_date"),
        "value_date": _day(value_date, "value_date") if value_date else None,
        "amount": out(amount),
        "currency": currency,
        **{name: row.get(name) or None for name in TEXTS},
    }
    return {**line, "content_hash": content_hash(line)}


def content_hash(line: Mapping[str, Any]) -> str:
    """What tells lines apart."""
    said = [line[name] for name in HASHED]
    return sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _day(text: str, name: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadRow(f"{name}: '{text}' is no day.") from None


HANDLERS = {
    "listBankTransactions": list_bank_transactions,
    "importBankTransactions": import_bank_transactions,
    "getBankTransaction": get_bank_transaction,
    "dismissBankTransaction": dismiss_bank_transaction,
    "countUnreconciled": count_unreconciled,
}
