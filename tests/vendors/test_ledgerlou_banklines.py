"""Bank accounts of LedgerLou, and their lines: imported as JSON and as files, listed, dismissed, proved, summed up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.ledgerlou import NOBODY, LedgerLou, failure

IBAN = "DE89370400440532013000"
OTHER_IBAN = "DE27100777770209299700"
ACCOUNT = {"name": "Geschäftskonto", "iban": IBAN, "account_number": "1800"}
ROW = {"tx_date": "2026-06-03", "amount": -119.5, "counterparty_name": "Büro Meier", "reference": "RE 4711"}

Json = Any  # a JSON value


def account(lou: LedgerLou, **fields: Json) -> str:
    """The id of a new bank account on 1800."""
    return str(lou.post("/bank-accounts", {**ACCOUNT, **fields}, status=201)["id"])


def imported(lou: LedgerLou, bank: str, *rows: Json) -> Json:
    return lou.post("/bank-transactions", {"bank_account_id": bank, "transactions": list(rows)}, status=201)


def counts(result: Json) -> list[int]:
    """All rows, those imported, those skipped, those that were wrong."""
    return [result["total_rows"], result["imported"], result["skipped_duplicates"], len(result["errors"])]


def lines(lou: LedgerLou, **query: Json) -> list[Json]:
    return list(lou.get("/bank-transactions", **query)["transactions"])


def form(content: bytes, **fields: str) -> dict[str, Any]:
    """What a call with a file and fields sends."""
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts.append(b'--b\r\nContent-Disposition: form-data; name="file"; filename="statement"\r\n\r\n')
    body = b"".join(parts) + content + b"\r\n--b--\r\n"
    return {"content": body, "headers": {"Content-Type": "multipart/form-data; boundary=b"}}


def upload(lou: LedgerLou, bank: str, content: bytes) -> Json:
    answer = lou.call("POST", f"/bank-accounts/{bank}/upload", **form(content))
    assert 200 == answer.status_code, answer.text
    return answer.json()


# --- accounts


def test_a_bank_account_is_tied_to_an_asset_account(lou: LedgerLou) -> None:
    """Blanks of an IBAN go and its letters become capital; a new account has no lines (Bank, get-bank-accounts and
    post-bank-accounts, read 2026-11; 3.3, 10.20; operations 13, 14 and 15)."""
    body = {"name": "Geschäftskonto", "iban": "de89 3704 0044 0532 0130 00", "account_number": "1800"}

    made = lou.post("/bank-accounts", body, status=201)

    shown = {
        "id": made["id"],
        "name": "Geschäftskonto",
        "iban": IBAN,
        "bic": None,
        "account_number": "1800",
        "currency": "EUR",
        "tx_count": 0,
        "unreconciled_count": 0,
        "created_at": "2026-12-01T09:00:00Z",
    }
    assert shown == made
    assert [shown] == lou.get("/bank-accounts")
    assert {**shown, "last_tx_date": None} == lou.get(f"/bank-accounts/{made['id']}")


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"iban": OTHER_IBAN}, 409, "ACCOUNT_ALREADY_LINKED"),
        ({"account_number": "1810"}, 409, "DUPLICATE_IBAN"),
        ({"account_number": "1810", "iban": IBAN.lower()}, 409, "DUPLICATE_IBAN"),
        ({"account_number": "4400", "iban": OTHER_IBAN}, 400, "INVALID_ACCOUNT_TYPE"),
        ({"account_number": "1899", "iban": OTHER_IBAN}, 400, "ACCOUNT_NOT_FOUND"),
        ({"account_number": "1810", "iban": "DE 12 34 56 78 90"}, 400, "INVALID_INPUT"),
        ({"account_number": "1810", "iban": "DE12"}, 400, "INVALID_INPUT"),
        ({"account_number": "18x", "iban": OTHER_IBAN}, 400, "INVALID_INPUT"),
        ({"account_number": "1810", "iban": OTHER_IBAN, "currency": "EURO"}, 400, "INVALID_INPUT"),
        ({"account_number": "1810", "iban": OTHER_IBAN, "bic": "COBADEFFXXXX"}, 400, "INVALID_INPUT"),
    ],
)
def test_a_second_bank_account_that_does_not_fit_is_refused(
    lou: LedgerLou, fields: Json, status: int, code: str
) -> None:
    """One account of the ledger has one bank account, and one IBAN too; only assets have any (Bank, post-bank-accounts,
    read 2026-11; 10.20; operation 14)."""
    account(lou)

    lou.refuse((status, code), "POST", "/bank-accounts", {**ACCOUNT, **fields})


def test_a_bank_account_takes_a_new_name_and_nothing_else(lou: LedgerLou) -> None:
    """No name or the same one is NO_CHANGES; the account of the ledger stays (Bank, put-bank-accounts-id, read 2026-11;
    10.20; operation 16)."""
    bank = account(lou)
    path = f"/bank-accounts/{bank}"

    changed = lou.done("PUT", path, {"name": "Hausbank", "account_number": "1810"})

    assert ("Hausbank", "1800") == (changed["name"], changed["account_number"])
    lou.refuse((400, "NO_CHANGES"), "PUT", path, {})
    lou.refuse((400, "NO_CHANGES"), "PUT", path, {"name": "Hausbank"})
    lou.refuse((400, "INVALID_INPUT"), "PUT", path, {"name": ""})
    lou.refuse((404, "NOT_FOUND"), "PUT", f"/bank-accounts/{NOBODY}", {"name": "Hausbank"})
    lou.refuse((404, "NOT_FOUND"), "GET", f"/bank-accounts/{NOBODY}")
    lou.refuse((400, "INVALID_INPUT"), "GET", "/bank-accounts/1800")


# --- rows as JSON


def test_rows_are_counted_one_by_one(lou: LedgerLou) -> None:
    """A row that is repeated is skipped, in the same call and in a later one; nothing is posted (Bank,
    post-bank-transactions, read 2026-11; 5.5, 10.21, A15; operation 21)."""
    bank = account(lou)
    second = {**ROW, "reference": "RE 4712"}

    first, again = imported(lou, bank, ROW, second, ROW), imported(lou, bank, ROW, second, ROW)

    assert ([3, 2, 1, 0], [3, 0, 3, 0]) == (counts(first), counts(again))
    assert first["batch_id"] != again["batch_id"]
    assert [] == lou.events()
    found = lou.get(f"/bank-accounts/{bank}")
    assert (2, 2, "2026-06-03") == (found["tx_count"], found["unreconciled_count"], found["last_tx_date"])
    assert {"count": 2} == lou.get("/bank-transactions/unreconciled-count")


@pytest.mark.parametrize(
    ("fields", "is_new"),
    [
        ({"tx_date": "2026-06-04"}, True),
        ({"amount": 119.5}, True),
        ({"counterparty_name": "Büro Maier"}, True),
        ({"counterparty_iban": OTHER_IBAN}, True),
        ({"reference": "RE 4712"}, True),
        ({"bank_reference": "B1"}, True),
        ({"tx_type": "DEBIT"}, False),
        ({"value_date": "2026-06-04"}, False),
        ({"currency": "EUR"}, False),
    ],
)
def test_what_tells_lines_apart(lou: LedgerLou, fields: Json, is_new: bool) -> None:
    """Account, day, amount, currency, counterparty and references; type and value date do not (Bank, read 2026-11; 5.5,
    A15)."""
    bank = account(lou)
    imported(lou, bank, ROW)

    assert [1, int(is_new), int(not is_new), 0] == counts(imported(lou, bank, {**ROW, **fields}))


def test_the_same_line_on_another_account_is_another_line(lou: LedgerLou) -> None:
    """The account is part of what is compared (Bank, read 2026-11; 5.5, A15)."""
    bank, other = account(lou), account(lou, iban=OTHER_IBAN, account_number="1810")
    imported(lou, bank, ROW)

    assert [1, 1, 0, 0] == counts(imported(lou, other, ROW))


def test_rows_that_make_no_sense_are_told_and_the_others_stay(lou: LedgerLou) -> None:
    """A day that no calendar has and another currency go to `errors`, by the index of the row (Bank,
    post-bank-transactions, read 2026-11; A15; operation 21)."""
    bank = account(lou)
    rows = [{**ROW, "tx_date": "2026-02-30"}, ROW, {**ROW, "currency": "USD"}, {**ROW, "value_date": "2026-13-01"}]

    result = imported(lou, bank, *rows)

    assert [4, 1, 0, 3] == counts(result)
    assert [0, 2, 3] == [each["index"] for each in result["errors"]]
    assert ["2026-02-30", "USD", "2026-13-01"] == [
        word
        for word, each in zip(("2026-02-30", "USD", "2026-13-01"), result["errors"], strict=True)
        if word in each["message"]
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{**ROW, "reference": str(number)} for number in range(1001)],
        [ROW, {"tx_date": "2026-06-03"}],
        [ROW, {"amount": 1}],
        [ROW, {**ROW, "amount": "1"}],
        [ROW, {**ROW, "amount": 1.005}],
        [ROW, {**ROW, "tx_date": "3.6.2026"}],
    ],
)
def test_rows_of_a_wrong_shape_refuse_the_whole_call(lou: LedgerLou, rows: Json) -> None:
    """One row that the description does not allow, none, or 1001 of them (Bank, post-bank-transactions, read 2026-11;
    10.21, A15; operation 21)."""
    bank = account(lou)

    body = {"bank_account_id": bank, "transactions": rows}
    lou.refuse((400, "INVALID_INPUT"), "POST", "/bank-transactions", body)


def test_a_thousand_rows_go_at_once(lou: LedgerLou) -> None:
    """And an account must be there (Bank, post-bank-transactions, read 2026-11; operation 21)."""
    bank = account(lou)
    rows = [{**ROW, "reference": f"RE {number}"} for number in range(1000)]

    assert [1000, 1000, 0, 0] == counts(imported(lou, bank, *rows))
    body = {"bank_account_id": NOBODY, "transactions": [ROW]}
    lou.refuse((404, "NOT_FOUND"), "POST", "/bank-transactions", body)


def test_lines_are_listed_and_fetched(lou: LedgerLou) -> None:
    """The latest day first; every filter narrows, `total` counts what is left (Bank, get-bank-transactions, read
    2026-11; 3.4, A70; operations 20 and 22)."""
    bank, other = account(lou), account(lou, iban=OTHER_IBAN, account_number="1810")
    imported(lou, bank, ROW, {"tx_date": "2026-06-05", "amount": 12, "reference": "Gutschrift"})
    imported(lou, other, {"tx_date": "2026-06-04", "amount": 0})

    assert ["2026-06-05", "2026-06-04", "2026-06-03"] == [each["tx_date"] for each in lines(lou)]
    assert [-119.5] == [each["amount"] for each in lines(lou, search="büro")]
    assert [12] == [each["amount"] for each in lines(lou, search="GUTSCHRIFT")]
    assert [0] == [each["amount"] for each in lines(lou, bank_account_id=other)]
    assert [0, -119.5] == [each["amount"] for each in lines(lou, end_date="2026-06-04")]
    assert [0] == [each["amount"] for each in lines(lou, start_date="2026-06-04", end_date="2026-06-04")]
    assert [] == lines(lou, status="reconciled")
    page = lou.get("/bank-transactions", limit=1, offset=1)
    assert ([0], 3) == ([each["amount"] for each in page["transactions"]], page["total"])
    last = lines(lou)[-1]
    assert {"transaction": last} == lou.get(f"/bank-transactions/{last['id']}")
    assert {**ROW, "currency": "EUR", "status": "unreconciled", "bank_account_id": bank}.items() <= last.items()
    assert {None} == {last[name] for name in ("value_date", "intent_id", "match_group_id", "match_mode", "tx_type")}
    lou.refuse((404, "NOT_FOUND"), "GET", f"/bank-transactions/{NOBODY}")
    for query in ("limit=501", "limit=0", "offset=-1", "status=open", "bank_account_id=1800", "start_date=2026-02-30"):
        lou.refuse((400, "INVALID_INPUT"), "GET", f"/bank-transactions?{query}")


# --- what is not matched


def test_a_line_over_nothing_is_dismissed(lou: LedgerLou) -> None:
    """It is excluded, once; unmatching brings it back. One over 5.00 stays (Bank, post-bank-transactions-id-dismiss and
    post-bank-transactions-id-unmatch, read 2026-11; 10.22, A36, A37; operations 23 and 27)."""
    bank = account(lou)
    imported(lou, bank, {"tx_date": "2026-06-03", "amount": 0}, {"tx_date": "2026-06-02", "amount": 5})
    zero, five = (line["id"] for line in lines(lou))

    assert {"ok": True} == lou.post(f"/bank-transactions/{zero}/dismiss")

    assert "excluded" == lou.get(f"/bank-transactions/{zero}")["transaction"]["status"]
    assert {"count": 1} == lou.get("/bank-transactions/unreconciled-count")
    lou.refuse((409, "TX_ALREADY_HANDLED"), "POST", f"/bank-transactions/{zero}/dismiss")
    lou.refuse((400, "TX_NOT_ZERO"), "POST", f"/bank-transactions/{five}/dismiss")
    lou.refuse((404, "TX_NOT_FOUND"), "POST", f"/bank-transactions/{NOBODY}/dismiss")
    undone = lou.post(f"/bank-transactions/{zero}/unmatch")
    assert {"ok": True, "mode": "dismissal", "reversal_intent_id": None, "reopened_transaction_ids": [zero]} == undone
    assert "unreconciled" == lou.get(f"/bank-transactions/{zero}")["transaction"]["status"]
    lou.refuse((400, "INVALID_INPUT"), "POST", f"/bank-transactions/{zero}/unmatch")
    lou.refuse((404, "NOT_FOUND"), "POST", f"/bank-transactions/{NOBODY}/unmatch")
    assert [] == lou.events()


def test_evidence_is_set_anew_and_leaves_the_line(lou: LedgerLou) -> None:
    """One evidence a line: a later one takes its place and keeps its id (Bank, put-bank-transactions-id-evidence, read
    2026-11; 10.23, A66; operations 24 and 25)."""
    bank = account(lou)
    imported(lou, bank, ROW)
    line = lines(lou)[0]
    path = f"/bank-transactions/{line['id']}/evidence"
    assert {"evidence": None} == lou.get(path)

    first = lou.done("PUT", path, {"evidence_type": "eigenbeleg", "note": "Parkautomat", "metadata": {"km": 3}})

    told = first["evidence"]
    assert ("Parkautomat", {"km": 3}, line["id"]) == (told["note"], told["metadata"], told["bank_transaction_id"])
    assert first == lou.get(path)
    lou.advance(hours=1)
    second = lou.done("PUT", path, {"evidence_type": "bank_statement", "title": "Auszug 6"})["evidence"]
    assert (told["id"], told["created_at"], None) == (second["id"], second["created_at"], second["note"])
    assert "2026-12-01T10:00:00Z" == second["updated_at"]
    assert {"transaction": line} == lou.get(f"/bank-transactions/{line['id']}")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"evidence_type": "eigenbeleg"}, 400, "INVALID_INPUT"),
        ({"evidence_type": "eigenbeleg", "note": " "}, 400, "INVALID_INPUT"),
        ({"evidence_type": "uploaded_document"}, 400, "INVALID_INPUT"),
        ({"evidence_type": "uploaded_document", "document_id": NOBODY}, 404, "NOT_FOUND"),
        ({"evidence_type": "bank_statement", "document_id": NOBODY}, 404, "NOT_FOUND"),
        ({"evidence_type": "receipt"}, 400, "INVALID_INPUT"),
        ({"evidence_type": "bank_statement", "title": "x" * 201}, 400, "INVALID_INPUT"),
        ({"evidence_type": "bank_statement", "note": "x" * 4001}, 400, "INVALID_INPUT"),
        ({"note": "x"}, 400, "INVALID_INPUT"),
    ],
)
def test_evidence_that_proves_nothing_is_refused(lou: LedgerLou, body: Json, status: int, code: str) -> None:
    """An own receipt needs a note, an uploaded document its id (Bank, put-bank-transactions-id-evidence, read 2026-11;
    10.23; operation 25)."""
    bank = account(lou)
    imported(lou, bank, ROW)
    path = f"/bank-transactions/{lines(lou)[0]['id']}/evidence"

    lou.refuse((status, code), "PUT", path, body)

    lou.refuse((404, "NOT_FOUND"), "GET", f"/bank-transactions/{NOBODY}/evidence")
    sent = {"evidence_type": "bank_statement"}
    lou.refuse((404, "NOT_FOUND"), "PUT", f"/bank-transactions/{NOBODY}/evidence", sent)


def test_balances_run_day_by_day_up_to_today(lou: LedgerLou) -> None:
    """A row for each day of the window; what lies before is its start (Bank, get-bank-accounts-balance-history, read
    2026-11; 5.12, A67; operation 19)."""
    bank, other = account(lou), account(lou, iban=OTHER_IBAN, account_number="1810")
    imported(lou, bank, {"tx_date": "2026-10-01", "amount": 1000.1}, {"tx_date": "2026-11-29", "amount": -0.3})
    imported(lou, other, {"tx_date": "2026-12-01", "amount": 7}, {"tx_date": "2026-12-24", "amount": 100})

    told = lou.get("/bank-accounts/balance-history", days=4)

    assert {
        "history": [
            {"date": "2026-11-28", "balance": 1000.1},
            {"date": "2026-11-29", "balance": 999.8},
            {"date": "2026-11-30", "balance": 999.8},
            {"date": "2026-12-01", "balance": 1006.8},
        ],
        "currentBalance": 1106.8,
        "startBalance": 1000.1,
    } == told
    assert 90 == len(lou.get("/bank-accounts/balance-history")["history"])
    for days in ("0", "366", "x"):
        lou.refuse((400, "INVALID_INPUT"), "GET", f"/bank-accounts/balance-history?days={days}")


def test_lines_of_another_tenant_are_nobodys(lou: LedgerLou) -> None:
    """What a tenant has is not there for another one, in paths and in bodies alike (Bank, read 2026-11; 1.4)."""
    bank = account(lou)
    imported(lou, bank, ROW)
    line = lines(lou)[0]["id"]

    for path in (f"/bank-accounts/{bank}", f"/bank-transactions/{line}", f"/bank-accounts/{bank}/reconciliation"):
        failure(lou.call("GET", path, who="other"), 404, "NOT_FOUND")
    assert ([], {"count": 0}) == (
        lou.get("/bank-accounts", who="other"),
        lou.get("/bank-transactions/unreconciled-count", who="other"),
    )
