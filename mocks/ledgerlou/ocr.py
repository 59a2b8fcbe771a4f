"""Reading invoices: what stands in the text of a PDF, else what is known of the document, else what follows from its
bytes alone. The same document always reads the same.

Knows no ledger.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sandbooks import Call, Invalid, Reply

from . import documents
from .errors import invalid, refuse
from .money import CENT, cents, out
from .readings import EURO, read_text

if TYPE_CHECKING:
    from pypdf import PdfReader

RESULT = (
    "vendor_name",
    "vendor_vat_id",
    "vendor_iban",
    "vendor_address",
    "invoice_number",
    "invoice_date",
    "due_date",
    "total_net",
    "total_tax",
    "total_gross",
    "currency",
    "line_items",
    "payment_terms",
    "reference_text",
    "raw_markdown",
)
MOST_PAGES, MOST_CONTENT = 20, 500_000

Document = dict[str, Any]  # any JSON

_MADE_UP = (
    ("Nordlicht Bürotechnik GmbH", "Bürobedarf"),
    ("Alpenblick Logistik KG", "Fracht"),
    ("Kontor Medien AG", "Anzeige"),
    ("Hafenwerk IT-Dienste GmbH", "Wartung"),
    ("Grünfeld Energie GmbH", "Strom"),
)
"""Who writes the invoices that bear no text, and for what."""


def extract_document(call: Call) -> Reply:
    """Read a document that was uploaded, or a file that comes with the call; what was read stays with the document.

    Raises:
        NotFound: NOT_FOUND, no such document; FILE_NOT_FOUND, it has no file.
        Problem: OCR_FAILED, the PDF is locked.
        Invalid: as `documents.store`, under INVALID_INPUT.
    """
    document = _document(call)
    content = documents.content(document)
    text = _text_of(content) if document["mime_type"] == documents.PDF else ""
    result = read_text(text) if text.strip() else _known(call, document) or made_up(content, document["created_at"])
    call.collection(documents.DOCUMENTS).change(document["id"], {"ocr_result": result})
    return Reply(200, result)


def made_up(content: bytes, uploaded_at: str) -> Document:
    """An invoice that follows from the bytes of a document, of one of the sixty days before it was uploaded."""
    seed = int.from_bytes(sha256(content).digest()[:12], "big")
    seed, who = divmod(seed, len(_MADE_UP))
    seed, days = divmod(seed, 60)
    seed, number = divmod(seed, 90000)
    seed, net_cents = divmod(seed, 95000)
    net = CENT * (5000 + net_cents)
    tax = cents(net * 19 / 100)
    vendor, goods = _MADE_UP[who]
    day = datetime.fromisoformat(uploaded_at).date() - timedelta(days=days)
    invoice_number = f"R-{10000 + number}"
    item = {"description": goods, "quantity": 1, "unit_price": out(net), "tax_rate": 0.19, "line_total": out(net + tax)}
    read = {
        **dict.fromkeys(RESULT),
        "vendor_name": vendor,
        "vendor_vat_id": _vat_id_of(seed % 10**8),
        "vendor_iban": _iban_of(seed % 10**10),
        "invoice_number": invoice_number,
        "invoice_date": day.isoformat(),
        "due_date": (day + timedelta(days=30)).isoformat(),
        "total_net": out(net),
        "total_tax": out(tax),
        "total_gross": out(net + tax),
        "currency": EURO,
        "line_items": [item],
        "payment_terms": "30 Tage netto",
        "reference_text": invoice_number,
    }
    said = (f"- {name}: {read[name]}" for name in ("invoice_number", "invoice_date", "due_date", "total_gross"))
    return {**read, "raw_markdown": "\n".join((f"# {vendor}", "", *said))}


def _document(call: Call) -> Document:
    if "document_id" in call.body:
        return documents.fetch(call, call.body["document_id"])
    try:
        return documents.receive(call, call.body.get("file"))
    except Invalid as problem:
        raise invalid("file", problem.message.rstrip(".")) from problem


def _known(call: Call, document: Mapping[str, Any]) -> Document | None:
    """What the inbox says of a document, or of one of the same name."""
    table = call.collection("inbox")
    by_id = table.views(filters={"document_id": document["id"]})
    by_name = table.views(predicate=lambda entry: entry.get("original_name") == document["original_name"])
    for entry in (*by_id, *by_name):
        read = entry.get("ocr_extraction")
        if read:
            return {**dict.fromkeys(RESULT), "line_items": [], "raw_markdown": entry.get("ocr_raw") or "", **read}
    return None


def _text_of(content: bytes) -> str:
    """The text of a PDF; empty where it has none, or is no PDF after all.

    Raises:
        Problem: OCR_FAILED, it is locked.
    """
    from pypdf import PdfReader  # takes 150 ms, and most runs never need it

    try:
        with _quiet("pypdf"):
            reader = PdfReader(io.BytesIO(content))
            is_locked = reader.is_encrypted
            text = "" if is_locked else _pages(reader)
    except Exception:  # a damaged file may raise anything, and reads as one without text
        return ""
    if is_locked:
        raise refuse("OCR_FAILED", "The PDF is locked and cannot be read.")
    return text


def _pages(reader: PdfReader) -> str:
    """The text of the first pages, as far as they are of a size that is read in seconds."""
    texts, size = [], 0
    for page in reader.pages[:MOST_PAGES]:
        content = page.get_contents()
        size += len(content.get_data()) if content is not None else 0
        if size > MOST_CONTENT:
            break
        texts.append(page.extract_text())
    return "\n".join(texts)


@contextmanager
def _quiet(library: str) -> Iterator[None]:
    """Keep what a library thinks of a damaged file from the console."""
    logger = logging.getLogger(library)
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _vat_id_of(number: int) -> str:
    from stdnum.iso7064 import mod_11_10  # takes 10 ms, and most runs never need it

    digits = f"{1 + number % 9}{number % 10**7:07d}"
    return f"DE{digits}{mod_11_10.calc_check_digit(digits)}"


def _iban_of(number: int) -> str:
    account = f"10010010{number:010d}"
    return f"DE{98 - int(f'{account}131400') % 97:02d}{account}"


HANDLERS = {"extractDocument": extract_document}
