"""LedgerLou: what is read from documents."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from stdnum import iban
from stdnum.de import vat

from mocks.ledgerlou.papers import draw
from tests.vendors.ledgerlou import NOBODY, LedgerLou, failure

INVALID = (400, "INVALID_INPUT")
PDF, PNG = "application/pdf", "image/png"
PICTURE = b"\x89PNG\r\n\x1a\n"
GERMAN = [
    "Netzwerk Meier GmbH & Co. KG",
    "Hauptstr. 5",
    "50667 Köln",
    "",
    "Rechnung an: Sandbox GmbH",
    "Rechnungsnummer: RE-26-1188",
    "Rechnungsdatum: 28.10.2026",
    "Fällig am: 27.11.2026",
    "USt-IdNr. DE811204417",
    "",
    "1 Lärchenholz, gehobelt, 7 m³ 2 x 1.750,25 19 % 4.165,60",
    "2 Fracht 1 x 10,00 10,00",
    "",
    "Nettobetrag 3.510,50 EUR",
    "zzgl. 19 % USt. 665,10 EUR",
    "Gesamtbetrag: 4.175,60 EUR",
    "Zahlungsziel: 30 Tage netto",
    "Verwendungszweck: RE-26-1188 Kd 5",
    "IBAN: DE16 3704 0044 0711 4001 00 BIC COBADEFFXXX",
]
ENGLISH = [
    "ACME Supplies Ltd.",
    "12 King Street",
    "London SW1A 1AA",
    "INVOICE",
    "Invoice No.: INV-2026/044",
    "Invoice date: 12 March 2026",
    "Due date: April 11, 2026",
    "VAT No. GB123456789",
    "Widgets 3 x 1,000.50 20% 3,601.80",
    "Subtotal 3,001.50",
    "VAT 20% 600.30",
    "Total due GBP 3,601.80",
    "IBAN GB29 NWBK 6016 1331 9268 19",
]

Json = Any  # a JSON value


def upload(lou: LedgerLou, content: bytes, name: str = "rechnung.pdf", media_type: str = PDF) -> str:
    """The id of a document."""
    return str(lou.upload("/documents", name, content, media_type).json()["id"])


def read(lou: LedgerLou, content: bytes, name: str = "rechnung.pdf", media_type: str = PDF) -> Json:
    """What is read from a document."""
    return lou.post("/ocr/extract", {"document_id": upload(lou, content, name, media_type)})


def test_a_german_invoice_is_read(lou: LedgerLou) -> None:
    """What was read stays with the document (Payables, post-ocr-extract, read 2026-11; operation 78; 3.12, A58)."""
    document_id = upload(lou, draw(GERMAN))

    found = lou.post("/ocr/extract", {"document_id": document_id})

    text = found.pop("raw_markdown")
    assert all(line in text for line in GERMAN)
    assert {
        "vendor_name": "Netzwerk Meier GmbH & Co. KG",
        "vendor_vat_id": "DE811204417",
        "vendor_iban": "DE16370400440711400100",
        "vendor_address": "Hauptstr. 5, 50667 Köln",
        "invoice_number": "RE-26-1188",
        "invoice_date": "2026-10-28",
        "due_date": "2026-11-27",
        "total_net": 3510.5,
        "total_tax": 665.1,
        "total_gross": 4175.6,
        "currency": "EUR",
        "line_items": [
            {"description": "Lärchenholz, gehobelt, 7 m³", "quantity": 2, "unit_price": 1750.25}
            | {"tax_rate": 0.19, "line_total": 4165.6},
            {"description": "Fracht", "quantity": 1, "unit_price": 10, "tax_rate": None, "line_total": 10},
        ],
        "payment_terms": "30 Tage netto",
        "reference_text": "RE-26-1188 Kd 5",
    } == found
    assert {**found, "raw_markdown": text} == lou.stored("documents", document_id)["ocr_result"]


def test_an_english_invoice_is_read(lou: LedgerLou) -> None:
    """With points for decimals and words for months (A58)."""
    found = read(lou, draw(ENGLISH))

    assert ("ACME Supplies Ltd.", "12 King Street, London SW1A 1AA") == (found["vendor_name"], found["vendor_address"])
    assert ("INV-2026/044", "2026-03-12", "2026-04-11") == tuple(
        found[name] for name in ("invoice_number", "invoice_date", "due_date")
    )
    assert (3001.5, 600.3, 3601.8, "GBP") == tuple(
        found[name] for name in ("total_net", "total_tax", "total_gross", "currency")
    )
    assert ("GB123456789", "GB29NWBK60161331926819") == (found["vendor_vat_id"], found["vendor_iban"])
    assert 0.2 == found["line_items"][0]["tax_rate"]


@pytest.mark.parametrize(
    ("lines", "member", "value"),
    [
        (["Netto 100,00", "Gesamt 119,00"], "total_tax", 19.0),
        (["Netto 100,00", "MwSt 19,00"], "total_gross", 119.0),
        (["USt 19 % 19,00", "Brutto 119,00"], "total_net", 100.0),
        (["Netto 1000,00 EUR"], "total_net", 1000.0),
        (["Summe netto 1.000"], "total_net", 1000.0),
        (["Total: $5.00"], "currency", "USD"),
        (["Rechnung RE-7"], "invoice_number", "RE-7"),
        (["Rechnungsdatum 31.02.2026"], "invoice_date", None),
        (["Datum: 3. März 2026"], "invoice_date", "2026-03-03"),
        (["IBAN DE00370400440532013000"], "vendor_iban", None),
        (["USt-ID: DE 811 204 417"], "vendor_vat_id", "DE811204417"),
        (["Netto 99999999999999999999,99 EUR"], "total_net", None),
        (["Hallo"], "total_gross", None),
    ],
)
def test_one_line_says_one_thing(lou: LedgerLou, lines: list[str], member: str, value: Json) -> None:
    """What no line says is null; two sums give the third (A58)."""
    assert value == read(lou, draw(["Acme", *lines]))[member]


def test_a_picture_is_made_up_from_its_bytes(lou: LedgerLou, lou_demo: LedgerLou) -> None:
    """The same in each sandbox, another for other bytes; sums agree, ids have their check digits (5.11, A58)."""
    first, again = read(lou, PICTURE + b"1", "a.png", PNG), read(lou_demo, PICTURE + b"1", "b.png", PNG)
    other = read(lou, PICTURE + b"2", "c.png", PNG)

    assert first == again
    assert first != other
    for found in (first, other):
        assert round(found["total_net"] + found["total_tax"], 2) == found["total_gross"]
        assert [found["total_gross"]] == [line["line_total"] for line in found["line_items"]]
        assert iban.is_valid(found["vendor_iban"])
        assert vat.is_valid(found["vendor_vat_id"])
        assert found["invoice_date"] < found["due_date"]


def test_a_pdf_without_text_is_known_by_its_name(lou: LedgerLou) -> None:
    """From an entry of the inbox; a damaged one as well (5.11, A58)."""
    read_before = read(lou, draw(["Acme", "Gesamt 46,20 EUR"]))
    entry: Json = {"id": NOBODY, "document_id": NOBODY, "status": "pending", "original_name": "bon.pdf"}
    entry |= {"ocr_extraction": read_before, "ocr_raw": "Bon", "source_email": "a@example.com", "source_subject": "x"}
    entry |= {"vendor_match": {"status": "unmatched", "confidence": 0}, "created_at": "2026-11-01T08:00:00Z"}
    check = {"document_type": "receipt", "is_invoice": False, "compliant": False, "passed": 0, "total": 0, "checks": []}
    lou.control("PUT", f"/state/ledgerlou/inbox/{NOBODY}", {**entry, "compliance_check": check})

    assert read_before == read(lou, draw([]), "bon.pdf")
    assert read_before == read(lou, b"%PDF-1.4\nbroken", "bon.pdf")
    assert read_before != read(lou, b"%PDF-1.4\nbroken too", "other.pdf")


def test_a_locked_pdf_cannot_be_read(lou: LedgerLou) -> None:
    """OCR_FAILED of operation 78 (1.4)."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(draw(["Geheim"]))))
    writer.encrypt("geheim", algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    document_id = upload(lou, locked.getvalue())

    lou.refuse((500, "OCR_FAILED"), "POST", "/ocr/extract", {"document_id": document_id})

    assert lou.stored("documents", document_id)["ocr_result"] is None


def test_a_file_comes_with_the_call(lou: LedgerLou) -> None:
    """It is kept as a document; one that is none is refused (operation 78; A58)."""
    content = draw(GERMAN)

    found = lou.upload("/ocr/extract", "rechnung.pdf", content, PDF)

    assert (200, "RE-26-1188") == (found.status_code, found.json()["invoice_number"])
    document_id = upload(lou, content)
    assert found.json() == lou.stored("documents", document_id)["ocr_result"]
    before = lou.state()
    failure(lou.upload("/ocr/extract", "rechnung.pdf", b"Kein PDF", PDF), *INVALID)
    failure(lou.upload("/ocr/extract", "rechnung.pdf", b"", PDF), *INVALID)
    assert before == lou.state()


def test_a_document_must_be_there_with_its_file(lou: LedgerLou) -> None:
    """404 for either, 400 for an id in another form (Payables, post-ocr-extract, read 2026-11; operation 78)."""
    lou.refuse((404, "NOT_FOUND"), "POST", "/ocr/extract", {"document_id": NOBODY})
    document_id = upload(lou, PICTURE, "a.png", PNG)
    lou.refuse((404, "NOT_FOUND"), "POST", "/ocr/extract", {"document_id": document_id}, who="other")
    for body in ({}, {"document_id": "1"}):
        lou.refuse(INVALID, "POST", "/ocr/extract", body)
    kept = lou.stored("documents", upload(lou, PICTURE, "a.png", PNG))
    lou.control("PUT", f"/state/ledgerlou/documents/{NOBODY}", {**kept, "id": NOBODY, "sha256": "0" * 64})
    lou.refuse((404, "FILE_NOT_FOUND"), "POST", "/ocr/extract", {"document_id": NOBODY})
