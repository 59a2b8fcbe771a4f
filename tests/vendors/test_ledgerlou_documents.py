"""LedgerLou: documents, which come and go byte for byte."""

from __future__ import annotations

from hashlib import sha256

import pytest

from tests.vendors.ledgerlou import NOBODY, LedgerLou, failure

PDF = b"%PDF-1.7\r\n\x00\xff\xfe\r\n--\n1 0 obj\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
TEN_MB = 10 * 1024 * 1024
SAMPLES = [("application/pdf", "Beleg.pdf", PDF), ("image/png", "Beleg.png", PNG), ("image/jpeg", "Beleg.jpg", JPEG)]


def refused(lou: LedgerLou, code: str, name: str, content: bytes, media_type: str) -> None:
    """An upload is refused with 400 and this code, and nothing is kept."""
    failure(lou.upload("/documents", name, content, media_type), 400, code)

    assert [] == lou.last()["changes"]
    assert [] == lou.all("documents")


@pytest.mark.parametrize(("media_type", "name", "content"), SAMPLES)
def test_document_comes_back_byte_for_byte(lou: LedgerLou, media_type: str, name: str, content: bytes) -> None:
    """Under its own type: to be saved, and to be looked at (Journal, get-documents-id-file, read 2026-11; 10.15;
    operations 7, 8 and 9).
    """
    answer = lou.upload("/documents", name, content, media_type)

    assert 200 == answer.status_code, answer.text
    told = answer.json()
    assert {"id": told["id"], "mime_type": media_type, "original_name": name} == told
    file = lou.call("GET", f"/documents/{told['id']}/file", who="read")
    preview = lou.call("GET", f"/documents/{told['id']}/preview", who="read")
    assert (content, content) == (file.content, preview.content)
    assert (media_type, media_type) == (file.headers["content-type"], preview.headers["content-type"])
    assert f'attachment; filename="{name}"' == file.headers["content-disposition"]
    assert f'inline; filename="{name}"' == preview.headers["content-disposition"]
    assert preview.headers["content-security-policy"].startswith("frame-ancestors ")
    assert "content-security-policy" not in file.headers


def test_same_content_again_is_the_same_document(lou: LedgerLou) -> None:
    """Whatever its name is now; what is kept is the digest (Journal, post-documents, read 2026-11; 1.6, 10.15, A14;
    operation 7).
    """
    first = lou.upload("/documents", "Beleg.pdf", PDF).json()

    again = lou.upload("/documents", "Kopie.pdf", PDF)

    assert (200, first) == (again.status_code, again.json())
    (kept,) = lou.all("documents")
    assert (sha256(PDF).hexdigest(), len(PDF)) == (kept["sha256"], kept["size_bytes"])
    assert first["id"] != lou.upload("/documents", "Beleg.pdf", PDF + b"\n").json()["id"]


def test_other_tenant_has_documents_of_its_own(lou: LedgerLou) -> None:
    """The same content is another document there (Journal, get-documents-id-file, read 2026-11; 1.4; operations 7 to
    9).
    """
    first = lou.upload("/documents", "Beleg.pdf", PDF).json()["id"]

    assert first != lou.upload("/documents", "Beleg.pdf", PDF, who="other").json()["id"]
    lou.refuse((404, "NOT_FOUND"), "GET", f"/documents/{first}/file", who="other")
    lou.refuse((404, "NOT_FOUND"), "GET", f"/documents/{first}/preview", who="other")


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("Beleg.pdf", b"Nur ein Text", "application/pdf"),
        ("Beleg.pdf", b"Nur ein Text", "text/plain"),
        ("Beleg.txt", b"Nur ein Text", "application/pdf"),
        ("Beleg.pdf", b"Nur ein Text", "application/octet-stream"),
        ("Beleg.png", JPEG, "image/png"),
        ("Beleg.jpg", PDF, "image/jpeg"),
        ("Beleg.pdf", b" " + PDF, "application/pdf"),
    ],
)
def test_first_bytes_have_to_fit_the_type(lou: LedgerLou, name: str, content: bytes, media_type: str) -> None:
    """A text that is called PDF is none (Journal, post-documents, read 2026-11; 10.15; operation 7)."""
    refused(lou, "MIME_MISMATCH", name, content, media_type)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("Beleg.txt", "text/plain"), ("Beleg", "application/octet-stream"), ("Beleg.gif", "image/gif")],
)
def test_other_types_are_refused(lou: LedgerLou, name: str, media_type: str) -> None:
    """PDF, JPEG and PNG are taken (Journal, post-documents, read 2026-11; operation 7)."""
    refused(lou, "INVALID_FILE_TYPE", name, PDF, media_type)


def test_type_may_follow_from_the_name(lou: LedgerLou) -> None:
    """Where the part has none to speak of (Journal, post-documents, read 2026-11; operation 7)."""
    answer = lou.upload("/documents", "Scan.JPEG", JPEG, "application/octet-stream")

    assert "image/jpeg" == answer.json()["mime_type"]


def test_empty_file_is_refused(lou: LedgerLou) -> None:
    """0 bytes are no document (Journal, post-documents, read 2026-11; 10.15; operation 7)."""
    refused(lou, "EMPTY_FILE", "Beleg.pdf", b"", "application/pdf")


@pytest.mark.parametrize("size", [TEN_MB + 1, TEN_MB + 2 * 64 * 1024])
def test_more_than_ten_megabytes_are_refused(lou: LedgerLou, size: int) -> None:
    """By a byte, or by so much that the form need not be read (Journal, post-documents, read 2026-11; 10.15; operation
    7).
    """
    refused(lou, "FILE_TOO_LARGE", "Beleg.pdf", PDF.ljust(size, b"0"), "application/pdf")


def test_ten_megabytes_are_kept(lou: LedgerLou) -> None:
    """And come back (Journal, post-documents, read 2026-11; 10.15; operations 7 and 8)."""
    content = PDF.ljust(TEN_MB, b"0")

    id = lou.upload("/documents", "Beleg.pdf", content).json()["id"]

    assert content == lou.call("GET", f"/documents/{id}/file").content


def test_form_without_a_file_is_refused(lou: LedgerLou) -> None:
    """The part is called `file` (Journal, post-documents, read 2026-11; operation 7)."""
    mark = "b"
    body = f'--{mark}\r\nContent-Disposition: form-data; name="datei"\r\n\r\nx\r\n--{mark}--\r\n'.encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={mark}"}

    told = lou.refuse((400, "INVALID_INPUT"), "POST", "/documents", headers=headers, content=body)

    assert "file" == told["details"]["issues"][0]["path"]


@pytest.mark.parametrize("view", ["file", "preview"])
def test_document_that_is_not_there(lou: LedgerLou, view: str) -> None:
    """And an id that is none (Journal, get-documents-id-preview, read 2026-11; A7; operations 8 and 9)."""
    lou.refuse((404, "NOT_FOUND"), "GET", f"/documents/{NOBODY}/{view}")
    lou.refuse((400, "INVALID_INPUT"), "GET", f"/documents/12/{view}")


def test_name_outside_ascii_is_sent_in_full(lou: LedgerLou) -> None:
    """Beside a plain one, as a header cannot hold it; folders go (RFC 6266; operations 7 and 8)."""
    told = lou.upload("/documents", "Belege/Büromaterial für Köln.pdf", PDF).json()

    assert "Büromaterial für Köln.pdf" == told["original_name"]
    assert (
        'attachment; filename="B_romaterial f_r K_ln.pdf"; '
        "filename*=UTF-8''B%C3%BCromaterial%20f%C3%BCr%20K%C3%B6ln.pdf"
        == lou.call("GET", f"/documents/{told['id']}/file").headers["content-disposition"]
    )


def test_booking_hangs_its_document_on_each_event(lou: LedgerLou) -> None:
    """And the audit view lists it (Modules, bookings-journal, read 2026-11; 5.1, A27; operations 5, 7 and 11)."""
    document = lou.upload("/documents", "Beleg.pdf", PDF).json()

    told = lou.get(f"/journal/{lou.book(document_id=document['id'])}")

    assert [document["id"]] * 2 == [entry["document_id"] for entry in told["entries"]]
    assert [document] == told["metadata"]["documents"]
    body = {**sample_booking(), "document_id": NOBODY}
    lou.refuse((404, "NOT_FOUND"), "POST", "/bookings", body)


def sample_booking() -> dict[str, object]:
    return {
        "booking_date": "2026-06-02",
        "description": "Porto",
        "lines": [
            {"account_number": "6800", "debit": 12.5, "credit": 0},
            {"account_number": "1600", "debit": 0, "credit": 12.5},
        ],
    }
