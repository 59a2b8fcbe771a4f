"""Statements of LedgerLou's bank accounts, imported as CSV, CAMT.053 and MT940."""

from __future__ import annotations

import pytest

from tests.vendors.ledgerlou import NOBODY, LedgerLou
from tests.vendors.test_ledgerlou_banklines import IBAN, OTHER_IBAN, ROW, account, counts, form, imported, lines, upload

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
