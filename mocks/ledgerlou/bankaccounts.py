"""Bank accounts: each on one asset account of the ledger, for good; the counts of their lines, daily balances."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sandbooks import Call, Reply

from . import chart, ids
from .dates import stamp, today
from .errors import invalid, refuse
from .money import CENT, out
from .openitems import BANK_ACCOUNTS, LINES, UNRECONCILED

CURRENCY = "EUR"
NEW_NAME = "name"
_IBAN = re.compile(r"[A-Z0-9]{15,34}\Z")

Document = dict[str, Any]  # any JSON


def list_bank_accounts(call: Call) -> Reply:
    """All of them, as they were added."""
    return Reply(200, [view(call, account) for account in call.collection(BANK_ACCOUNTS).views()])


def create_bank_account(call: Call) -> Reply:
    """Tie a new one to an account of the ledger.

    Raises:
        Invalid: INVALID_INPUT for what is no IBAN once its blanks are gone, ACCOUNT_NOT_FOUND, INVALID_ACCOUNT_TYPE.
        Conflict: ACCOUNT_ALREADY_LINKED, DUPLICATE_IBAN.
    """
    body, table = call.body, call.collection(BANK_ACCOUNTS)
    iban, number = plain_iban(body["iban"]), body["account_number"]
    if not _IBAN.match(iban):
        raise invalid("iban", f"'{body['iban']}' has no 15 to 34 letters and digits")
    if chart.active_account(call, number)["type"] != "asset":
        raise refuse("INVALID_ACCOUNT_TYPE", f"Account {number} is no asset.", account=number)
    if table.count(filters={"account_number": number}):
        raise refuse("ACCOUNT_ALREADY_LINKED", f"Another bank account is on {number}.", account=number)
    if table.count(filters={"iban": iban}):
        raise refuse("DUPLICATE_IBAN", f"There is a bank account {iban}.", iban=iban)
    account = {
        "id": ids.fresh(call),
        "name": body["name"],
        "iban": iban,
        "bic": body.get("bic"),
        "account_number": number,
        "currency": (body.get("currency") or CURRENCY).upper(),
        "created_at": stamp(call),
    }
    return Reply(201, view(call, table.put(account)))


def get_bank_account(call: Call) -> Reply:
    """One of them, with the day of its last line.

    Raises:
        NotFound: NOT_FOUND.
    """
    account = fetch(call, call.path["id"])
    lines = call.collection(LINES).views(filters={"bank_account_id": account["id"]})
    last = max((line["tx_date"] for line in lines), default=None)
    return Reply(200, {**view(call, account), "last_tx_date": last})


def rename_bank_account(call: Call) -> Reply:
    """Give it another name; whatever else is sent is left alone.

    Raises:
        NotFound: NOT_FOUND.
        Invalid: NO_CHANGES, without a name or with the one it has.
    """
    account = fetch(call, call.path["id"])
    name = (call.body or {}).get(NEW_NAME, account[NEW_NAME])
    if name == account[NEW_NAME]:
        raise refuse("NO_CHANGES", "Only the name of a bank account changes, and no new one was sent.")
    return Reply(200, view(call, call.collection(BANK_ACCOUNTS).change(account["id"], {NEW_NAME: name})))


def get_balance_history(call: Call) -> Reply:
    """The sum of the lines of all bank accounts at the end of each day of a window that ends today."""
    day = today(call) - timedelta(days=call.query["days"] - 1)
    first = day.isoformat()
    before, total = 0, 0
    moved: dict[str, int] = {}
    for line in call.collection(LINES).scan():
        cents = round(line["amount"] * 100)
        total += cents
        if line["tx_date"] < first:
            before += cents
        else:
            moved[line["tx_date"]] = moved.get(line["tx_date"], 0) + cents
    history, running = [], before
    while day <= today(call):
        running += moved.get(day.isoformat(), 0)
        history.append({"date": day.isoformat(), "balance": out(running * CENT)})
        day += timedelta(days=1)
    ends = {"currentBalance": out(total * CENT), "startBalance": out(before * CENT)}
    return Reply(200, {"history": history, **ends})


def fetch(call: Call, id: str, code: str = "NOT_FOUND") -> Document:
    """The bank account of that id.

    Raises:
        NotFound: with `code`, there is none.
    """
    found = call.collection(BANK_ACCOUNTS).find_one(id)
    if found is None:
        raise refuse(code, f"There is no bank account {id}.")
    return found


def view(call: Call, account: Mapping[str, Any]) -> Document:
    """As it is answered: with the counts of its lines."""
    lines, own = call.collection(LINES), {"bank_account_id": account["id"]}
    counts = {
        "tx_count": lines.count(filters=own),
        "unreconciled_count": lines.count(filters={**own, "status": UNRECONCILED}),
    }
    return {**account, **counts}


def plain_iban(text: str) -> str:
    """Without blanks, in capital letters."""
    return "".join(text.split()).upper()


HANDLERS = {
    "listBankAccounts": list_bank_accounts,
    "createBankAccount": create_bank_account,
    "getBankAccount": get_bank_account,
    "renameBankAccount": rename_bank_account,
    "getBalanceHistory": get_balance_history,
}
