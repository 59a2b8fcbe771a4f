"""Credit transfers as a bank reads them: pain.001.001.03, one payment of many transfers.

sepaxml writes the message. What it takes from the system's clock and from chance, and what it leaves empty without a
BIC, is written over. Knows no invoice, no run and no state.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

from .money import ZERO

SCHEMA = "pain.001.001.03"
NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"
NOT_PROVIDED = "NOTPROVIDED"
LONGEST_ID, LONGEST_NAME, LONGEST_REMITTANCE = 35, 70, 140
MOST = Decimal("999999999.99")
"""The largest amount of one transfer."""

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_UMLAUTS = {"Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ẞ": "SS"}
_LETTERS = {"Æ": "AE", "æ": "ae", "Ø": "O", "ø": "o", "Œ": "OE", "œ": "oe", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d"}
_MARKS = {"€": "EUR", "&": "+", "–": "-", "—": "-", "_": "-", "’": "'", ";": ","}
_SPELLED = str.maketrans({**_UMLAUTS, **_LETTERS, **_MARKS})
_BIC = re.compile(r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9](?:[A-Z0-9]{3})?\Z")
_FOREIGN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_IDENTIFIER = re.compile(r"(?!/)(?!.*//)[A-Za-z0-9/\-?:().,'+ ]{1,35}(?<!/)\Z")


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer in euros. `end_to_end_id` is an identifier, `bic` empty where it is not known."""

    end_to_end_id: str
    name: str
    iban: str
    bic: str
    amount: Decimal
    reference: str


@dataclass(frozen=True, slots=True)
class Message:
    """All transfers of one day from one account. `created_at` is a moment in UTC, as it is written."""

    message_id: str
    created_at: str
    execution_day: date
    name: str
    iban: str
    bic: str
    transfers: Sequence[Transfer]

    @property
    def control_sum(self) -> Decimal:
        return sum((transfer.amount for transfer in self.transfers), ZERO)


def render(message: Message) -> str:
    """The XML of a message; the same message is always the same text."""
    from sepaxml import SepaTransfer  # takes 50 ms, and most runs never need it

    payer = {"name": plain(message.name, LONGEST_NAME), "IBAN": message.iban, "currency": "EUR", "batch": True}
    payment = SepaTransfer({**payer, **_bic(message.bic)}, schema=SCHEMA, clean=False)
    for transfer in message.transfers:
        payment.add_payment(
            {
                "name": plain(transfer.name, LONGEST_NAME),
                "IBAN": transfer.iban,
                "amount": int(transfer.amount * 100),
                "execution_date": message.execution_day,
                "description": plain(transfer.reference, LONGEST_REMITTANCE),
                "endtoend_id": transfer.end_to_end_id,
                **_bic(transfer.bic),
            }
        )
    root = ElementTree.fromstring(payment.export(validate=False))
    _settle(root, message)
    return _DECLARATION + ElementTree.tostring(root, encoding="unicode")


def is_iban(value: str | None) -> bool:
    """Whether a bank would take it as it is: country, length, form and check digits, capitals and no spaces."""
    from stdnum import iban  # takes 40 ms, and most runs never need it

    return value is not None and value == iban.compact(value) and bool(iban.is_valid(value))


def known_bic(value: str | None) -> str:
    """A BIC that has the form of one; empty for all else."""
    from stdnum import bic  # as above

    return value if value and _BIC.match(value) and bic.is_valid(value) else ""


def is_identifier(value: str) -> bool:
    """Whether a bank carries it unchanged: at most 35 letters that all know, no slash at an end and no two in a row."""
    return _IDENTIFIER.match(value) is not None and value == value.strip()


def plain(value: str, most: int) -> str:
    """A text in the letters that all banks know, at most that many; what nobody can spell is a full stop.

    >>> plain("Müller & Söhne, Łódź", 70)
    'Mueller + Soehne, Lodz'
    """
    spelled = unicodedata.normalize("NFC", value).translate(_SPELLED)
    stripped = "".join(letter for letter in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(letter))
    return " ".join(_FOREIGN.sub(".", " ".join(stripped.split()))[:most].split()) or NOT_PROVIDED


def _bic(value: str) -> dict[str, str]:
    return {"BIC": value} if value else {}


def _settle(root: ElementTree.Element, message: Message) -> None:
    """Write over what would differ from call to call, and name the bank of the payer where it has no BIC."""
    names = {"": NAMESPACE}
    written = {
        "GrpHdr/MsgId": message.message_id,
        "GrpHdr/CreDtTm": message.created_at,
        "PmtInf/PmtInfId": f"{message.message_id}-1",
    }
    for path, value in written.items():
        for element in root.findall(f"*/{path}", names):
            element.text = value
    for institution in root.findall("*/PmtInf/DbtrAgt/FinInstnId", names):
        if len(institution) == 0:
            other = ElementTree.SubElement(institution, f"{{{NAMESPACE}}}Othr")
            ElementTree.SubElement(other, f"{{{NAMESPACE}}}Id").text = NOT_PROVIDED
