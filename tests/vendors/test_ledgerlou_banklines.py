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


# --- rows from files


CSV = """tx_date;amount;counterparty_name;counterparty_iban;reference;bank_reference;value_date
2026-06-03;-1.119,50;Büro Meier;DE27100777770209299700;"RE 4711; Papier";B1;2026-06-04
2026-06-05;12,5;;;;;
2026-06-05;12,50;;;;;
2026-06-05;zwölf;;;;;

2026-06-06;1.005;;;;;
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_csv_is_read_row_by_row(lou: LedgerLou, encoding: str) -> None:
    """Names of the JSON import in the first row, a decimal comma or point; rows that are wrong are told (Bank, read
    2026-11; 5.5, A65; operation 18)."""
    bank = account(lou)

    result = upload(lou, bank, CSV.encode(encoding))

    assert [5, 2, 1, 2] == counts(result)
    assert [3, 4] == [each["index"] for each in result["errors"]]
    credit, debit = lines(lou)
    assert ("2026-06-05", 12.5, None) == (credit["tx_date"], credit["amount"], credit["reference"])
    assert {
        "tx_date": "2026-06-03",
        "amount": -1119.5,
        "currency": "EUR",
        "counterparty_name": "Büro Meier",
        "counterparty_iban": OTHER_IBAN,
        "reference": "RE 4711; Papier",
        "bank_reference": "B1",
        "value_date": "2026-06-04",
    }.items() <= debit.items()
    assert [5, 0, 3, 2] == counts(upload(lou, bank, CSV.encode(encoding)))


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_rows_of_a_csv_end_as_they_do_elsewhere(lou: LedgerLou, end: str) -> None:
    """On Windows and on old machines, too (Bank, read 2026-11; 5.5, A65; operation 18)."""
    content = end.join(("tx_date;amount", "2026-06-03;-1,5", "2026-06-04;2", ""))

    assert [2, 2, 0, 0] == counts(upload(lou, account(lou), content.encode()))


def test_a_csv_and_json_bring_the_same_line(lou: LedgerLou) -> None:
    """A line of a file that came as JSON before is skipped; commas separate as well (Bank, read 2026-11; 5.5, A65)."""
    bank = account(lou)
    imported(lou, bank, ROW)

    content = 'tx_date,amount,counterparty_name,reference\n2026-06-03,"-119,50",Büro Meier,RE 4711\n'

    assert [1, 0, 1, 0] == counts(upload(lou, bank, content.encode()))


CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt><Stmt>
  <Ntry><Amt Ccy="EUR">119.50</Amt><CdtDbtInd>DBIT</CdtDbtInd>
    <BookgDt><Dt>2026-06-03</Dt></BookgDt><ValDt><Dt>2026-06-04</Dt></ValDt><AcctSvcrRef>A-1</AcctSvcrRef>
    <NtryDtls><TxDtls>
      <RltdPties><Dbtr>{one}<Nm>Sandbox GmbH</Nm>{two}</Dbtr>
        <Cdtr>{one}<Nm>Büro Meier</Nm>{two}</Cdtr><CdtrAcct><Id><IBAN>DE27100777770209299700</IBAN></Id></CdtrAcct>
      </RltdPties>
      <RmtInf><Ustrd>RE 4711</Ustrd><Ustrd>Papier</Ustrd></RmtInf>
    </TxDtls></NtryDtls></Ntry>
  <Ntry><Amt Ccy="EUR">50</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><DtTm>2026-06-05T10:00:00</DtTm></BookgDt>
    <NtryDtls><TxDtls><RltdPties><Dbtr>{one}<Nm>Kunde AG</Nm>{two}</Dbtr></RltdPties></TxDtls></NtryDtls></Ntry>
  <Ntry><Amt Ccy="USD">50</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-06-05</Dt></BookgDt></Ntry>
  <Ntry><Amt Ccy="EUR">much</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-06-05</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""


@pytest.mark.parametrize(("version", "one", "two"), [("02", "", ""), ("08", "<Pty>", "</Pty>")])
def test_a_camt_053_is_read_entry_by_entry(lou: LedgerLou, version: str, one: str, two: str) -> None:
    """The other side of a debit is the creditor, of a credit the debtor; several texts become one (Bank,
    post-bank-transactions-import-file, read 2026-11; 5.5, A65; operation 29)."""
    bank = account(lou)
    content = CAMT.format(version=version, one=one, two=two).encode()

    answer = lou.call("POST", "/bank-transactions/import-file", **form(content, bank_account_id=bank))

    assert 200 == answer.status_code, answer.text
    assert [4, 2, 0, 2] == counts(answer.json())
    credit, debit = lines(lou)
    assert ("2026-06-05", 50, "Kunde AG") == (credit["tx_date"], credit["amount"], credit["counterparty_name"])
    assert {
        "tx_date": "2026-06-03",
        "value_date": "2026-06-04",
        "amount": -119.5,
        "counterparty_name": "Büro Meier",
        "counterparty_iban": OTHER_IBAN,
        "reference": "RE 4711 Papier",
        "bank_reference": "A-1",
    }.items() <= debit.items()
    by_iban = lou.call("POST", "/bank-transactions/import-file", **form(content, bank_account_iban=IBAN))
    assert [4, 0, 2, 2] == counts(by_iban.json())


MT940 = """:20:STARTUMS
:25:37040044/0532013000
:28C:00001/001
:60F:C261229EUR1000,00
:61:2701021231DR119,50NDDTKREF+//A-1
:86:105?00FOLGELASTSCHRIFT?20EREF+AB 77?21SVWZ+RE 4711 vom?22 Dezember?30COBADEFF?31DE27100777770209299700
?32Büro Meier?33 GmbH
:61:2612301230CR50,NTRFNONREF
:86:Zahlung von Kunde
:62F:C261230EUR930,50
-
:20:STARTUMS
:25:37040044/0532013000
:28C:00002/001
:60F:C261231USD0,00
:61:2612311231CR5,00NTRFNONREF
:62F:C261231USD5,00
-
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_mt940_is_read_line_by_line(lou: LedgerLou, end: str) -> None:
    """The day of booking stands beside the day of value, across the end of the year; each statement has a currency
    (Bank, read 2026-11; A65; operation 18)."""
    bank = account(lou)
    content = MT940.replace("\n", end).encode()

    result = upload(lou, bank, content)

    assert [3, 2, 0, 1] == counts(result)
    debit, credit = lines(lou)
    assert ("2026-12-30", 50, "Zahlung von Kunde") == (credit["tx_date"], credit["amount"], credit["reference"])
    assert {
        "tx_date": "2026-12-31",
        "value_date": "2027-01-02",
        "amount": -119.5,
        "counterparty_name": "Büro Meier GmbH",
        "counterparty_iban": OTHER_IBAN,
        "reference": "RE 4711 vom Dezember",
        "bank_reference": "A-1",
    }.items() <= debit.items()
    assert [3, 0, 2, 1] == counts(upload(lou, bank, content))


def test_an_mt940_takes_credits_back(lou: LedgerLou) -> None:
    """The reversal of a credit is a debit; the reference of the customer stands where the bank gave none (Bank, read
    2026-11; 5.5, A65; operation 18)."""
    content = """:20:S
:25:1/2
:28C:1/1
:60F:C260601EUR0,00
:61:2606030603RC5,00NTRFKD-7
:86:166?00RUECKGABE?20SVWZ+zuviel?32Kunde AG
:61:2606030603RD3,00NTRFNONREF
:62F:D260603EUR2,00
-
"""

    upload(lou, account(lou), content.encode())

    assert {(-5, "KD-7", "zuviel", "Kunde AG"), (3, None, None, None)} == {
        (each["amount"], each["bank_reference"], each["reference"], each["counterparty_name"]) for each in lines(lou)
    }


ENTITIES = """<!DOCTYPE d [<!ENTITY a "{}">]>
<Document><Stmt><Ntry><AddtlNtryInf>&a;</AddtlNtryInf></Ntry></Stmt></Document>"""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a statement",
        b"tx_date\n2026-06-03\n",
        b'tx_date,amount\n2026-06-03,"12\n',
        b"<Document><Stmt>",
        b"<Document/>",
        ENTITIES.format("x").encode(),
        ENTITIES.format("x").encode("utf-16"),
        b":20:x\n:61:nothing\n",
        b"/etc/hostname",
    ],
)
def test_a_file_that_makes_no_sense_is_refused_whole(lou: LedgerLou, content: bytes) -> None:
    """Neither CSV nor MT940 nor a statement in XML; declarations of entities are never read (Bank,
    post-bank-transactions-import-file, read 2026-11; operations 18 and 29)."""
    bank = account(lou)
    imported(lou, bank, ROW)

    lou.refuse((400, "INVALID_INPUT"), "POST", f"/bank-accounts/{bank}/upload", **form(content))
    sent = form(content, bank_account_id=bank)
    lou.refuse((400, "INVALID_INPUT"), "POST", "/bank-transactions/import-file", **sent)


def test_a_file_is_for_an_account_that_is_there(lou: LedgerLou) -> None:
    """By path, id or IBAN; one of them must be named (Bank, post-bank-transactions-import-file, read 2026-11;
    operations 18 and 29)."""
    account(lou)
    path, content = "/bank-transactions/import-file", b"tx_date;amount\n2026-06-03;1\n"

    lou.refuse((404, "NOT_FOUND"), "POST", f"/bank-accounts/{NOBODY}/upload", **form(content))
    lou.refuse((404, "NOT_FOUND"), "POST", path, **form(content, bank_account_id=NOBODY))
    lou.refuse((404, "NOT_FOUND"), "POST", path, **form(content, bank_account_iban=OTHER_IBAN))
    lou.refuse((400, "INVALID_INPUT"), "POST", path, **form(content))


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
