"""Statements as banks hand them out, read into the rows of an import: CSV, CAMT.053 and its kin, MT940.

Which of them a file is, its content says. A row that makes no sense is told and passed over; a file that makes none is
refused whole.
"""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, NoReturn
from xml.etree import ElementTree

from sandbooks import Call, File, Problem, Reply

from . import bankaccounts
from .banktransactions import BadRow, Row, store_rows
from .errors import invalid, refuse
from .openitems import BANK_ACCOUNTS

if TYPE_CHECKING:
    from mt940.models import Transaction

NAMES = (
    "tx_date",
    "amount",
    "currency",
    "counterparty_name",
    "counterparty_iban",
    "reference",
    "bank_reference",
    "tx_type",
    "value_date",
)
_STATEMENTS = frozenset({"Stmt", "Rpt", "Ntfctn"})
"""What holds the entries of CAMT.053, 052 and 054."""
_MT940 = re.compile(r"^:20:", re.MULTILINE)
_NO_REFERENCE = "NONREF"
_NUMBER = re.compile(r"[+-]?\d[\d.,]*\Z", re.ASCII)


def upload_statement(call: Call) -> Reply:
    """Import a file for the account in the path.

    Raises:
        NotFound: NOT_FOUND.
        Invalid: INVALID_INPUT, the file is none of the three.
    """
    account = bankaccounts.fetch(call, call.path["id"])
    return Reply(200, store_rows(call, account, read_rows(call.body["file"])))


def import_statement_file(call: Call) -> Reply:
    """Import a file for the account that the form names by id or IBAN.

    Raises:
        NotFound: NOT_FOUND.
        Invalid: INVALID_INPUT, no account is named or the file is none of the three.
    """
    id, iban = call.body.get("bank_account_id"), call.body.get("bank_account_iban")
    if not id and not iban:
        raise invalid("bank_account_id", "this or bank_account_iban says whose statement it is")
    account = bankaccounts.fetch(call, id) if id else _of_iban(call, bankaccounts.plain_iban(iban))
    return Reply(200, store_rows(call, account, read_rows(call.body["file"])))


def read_rows(file: File | str) -> list[Row]:
    """The rows of a file, in its order; a form may also send its text as a field.

    Raises:
        Invalid: INVALID_INPUT, it cannot be read.
    """
    content = file.content if isinstance(file, File) else file.encode()
    if content[:256].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return list(_camt_rows(content.lstrip(b" \t\r\n")))
    text = _text(content)
    return list(_mt940_rows(text)) if _MT940.search(text) else list(_csv_rows(text))


def _of_iban(call: Call, iban: str) -> Mapping[str, Any]:
    found = next(call.collection(BANK_ACCOUNTS).views(filters={"iban": iban}), None)
    if found is None:
        raise refuse("NOT_FOUND", f"There is no bank account {iban}.")
    return found


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _unreadable(message: str) -> Problem:
    return invalid("file", message)


def _csv_rows(text: str) -> Iterator[Row]:
    text = text.lstrip()
    mark = ";" if ";" in text.partition("\n")[0] else ","
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error as fault:
        raise _unreadable(f"the CSV cannot be read: {fault}") from None
    names = [name.strip().lower() for name in lines[0]] if lines else []
    if not {"tx_date", "amount"} <= set(names):
        raise _unreadable("it is no XML and no MT940, and no CSV whose first row names tx_date and amount")
    for line in lines[1:]:
        if any(cell.strip() for cell in line):
            yield _csv_row(dict(zip(names, (cell.strip() for cell in line), strict=False)))


def _csv_row(cells: Mapping[str, str]) -> Row:
    missing = [name for name in ("tx_date", "amount") if not cells.get(name)]
    if missing:
        return BadRow(f"{missing[0]}: it is missing.")
    amount = _number(cells["amount"])
    if amount is None:
        return BadRow(f"amount: '{cells['amount']}' is no number.")
    return {**{name: cells.get(name) or None for name in NAMES}, "amount": amount}


def _number(text: str) -> Decimal | None:
    """`-1.234,56`, `-1,234.56` and `-1234.56`; a lone comma is that of decimals. None for what is no number."""
    if not _NUMBER.match(text):
        return None
    mark = "," if text.rfind(",") > text.rfind(".") else "."
    plain = text.replace("." if mark == "," else ",", "").replace(mark, ".")
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


class _Plain(ElementTree.TreeBuilder):
    """Builds no tree of a file that declares anything: entities could make it grow without end or read other files."""

    def doctype(self, *declared: str | None) -> NoReturn:
        raise _unreadable("the XML has a document type declaration")


def _camt_rows(content: bytes) -> Iterator[Row]:
    try:
        root = ElementTree.fromstring(content, parser=ElementTree.XMLParser(target=_Plain()))
    except (ElementTree.ParseError, ValueError, LookupError) as fault:
        raise _unreadable(f"the XML cannot be read: {fault}") from None
    if not any(_local(each) in _STATEMENTS for each in root.iter()):
        raise _unreadable("the XML has no statement of CAMT.053 in it")
    return (_camt_row(each) for each in root.iter() if _local(each) == "Ntry")


def _camt_row(entry: ElementTree.Element) -> Row:
    amount, mark = _find(entry, "Amt"), _say(entry, "CdtDbtInd")
    number = _number((amount.text or "").strip()) if amount is not None else None
    day = _camt_day(entry, "BookgDt") or _camt_day(entry, "ValDt")
    if amount is None or number is None or mark not in ("CRDT", "DBIT") or day is None:
        return BadRow("Ntry: Amt, CdtDbtInd and BookgDt must be there and make sense.")
    details = _find(entry, "NtryDtls/TxDtls")
    said = entry if details is None else details
    party = "Cdtr" if mark == "DBIT" else "Dbtr"
    remittance = _texts(said, "RmtInf/Ustrd") or _texts(entry, "AddtlNtryInf")
    return {
        "tx_date": day,
        "amount": -number if mark == "DBIT" else number,
        "currency": amount.get("Ccy"),
        "counterparty_name": _say(said, f"RltdPties/{party}/Nm") or _say(said, f"RltdPties/{party}/Pty/Nm"),
        "counterparty_iban": _say(said, f"RltdPties/{party}Acct/Id/IBAN"),
        "reference": " ".join(remittance) or None,
        "bank_reference": _say(entry, "AcctSvcrRef") or _say(said, "Refs/AcctSvcrRef"),
        "tx_type": _say(entry, "BkTxCd/Prtry/Cd") or _say(entry, "BkTxCd/Domn/Fmly/SubFmlyCd"),
        "value_date": _camt_day(entry, "ValDt"),
    }


def _camt_day(entry: ElementTree.Element, name: str) -> str | None:
    text = _say(entry, f"{name}/Dt") or _say(entry, f"{name}/DtTm")
    return text[:10] if text else None


def _local(element: ElementTree.Element) -> str:
    """The name without its namespace, which differs from version to version."""
    return str(element.tag).rpartition("}")[2]


def _all(element: ElementTree.Element, path: str) -> list[ElementTree.Element]:
    found = [element]
    for name in path.split("/"):
        found = [child for each in found for child in each if _local(child) == name]
    return found


def _find(element: ElementTree.Element, path: str) -> ElementTree.Element | None:
    return next(iter(_all(element, path)), None)


def _texts(element: ElementTree.Element, path: str) -> list[str]:
    return [text for each in _all(element, path) if (text := (each.text or "").strip())]


def _say(element: ElementTree.Element, path: str) -> str | None:
    return next(iter(_texts(element, path)), None)


def _mt940_rows(text: str) -> Iterator[Row]:
    import mt940
    from mt940.options import Options

    logging.getLogger(mt940.__name__).setLevel(logging.CRITICAL)  # else it prints what it cannot read
    options = Options(applicant_iban=True, merge_keeps_values=True, reversal_sign=True, unbounded_details=True)
    try:
        # A text would be taken for the name of a file where there is one of that name; a handle is not.
        statements = mt940.parse_statements(io.StringIO(text), options=options)
    except (RuntimeError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError):
        raise _unreadable("the MT940 has a tag that cannot be read") from None
    return (_mt940_row(each) for statement in statements for each in statement if "amount" in each.data)


def _mt940_row(transaction: Transaction) -> Row:
    data = transaction.data
    booked = data.get("guessed_entry_date") or data.get("entry_date") or data.get("date")
    if data["amount"].amount is None or booked is None:
        return BadRow(":61: has no amount or no day.")
    reference = data.get("purpose") or data.get("transaction_details") or data.get("extra_details")
    bank_reference = data.get("bank_reference") or data.get("customer_reference")
    return {
        "tx_date": booked.isoformat(),
        "amount": data["amount"].amount,
        "currency": data["amount"].currency,
        "counterparty_name": data.get("applicant_name"),
        "counterparty_iban": data.get("applicant_iban") or data.get("gvc_applicant_iban"),
        "reference": " ".join(reference.split()) if reference else None,
        "bank_reference": None if bank_reference == _NO_REFERENCE else bank_reference,
        "tx_type": data.get("posting_text") or data.get("id"),
        "value_date": data["date"].isoformat() if data.get("date") else None,
    }


HANDLERS = {"uploadStatement": upload_statement, "importStatementFile": import_statement_file}
