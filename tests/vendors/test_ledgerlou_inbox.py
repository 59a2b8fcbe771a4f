"""LedgerLou: the inbox, its address, and the log of what came by mail."""

from __future__ import annotations

import pytest

from tests.vendors.ledgerlou import NOBODY, Json, LedgerLou

INVALID = (400, "INVALID_INPUT")
GONE = (404, "NOT_FOUND")


def received(lou: LedgerLou, number: int, **fields: Json) -> str:
    """The id of an entry that came by mail on that day of November."""
    id = f"00000000-0000-4000-8000-{number:012d}"
    read: Json = {
        **dict.fromkeys(("vendor_name", "vendor_vat_id", "vendor_iban", "vendor_address", "invoice_number")),
        **dict.fromkeys(("invoice_date", "due_date", "total_net", "total_tax", "total_gross", "currency")),
        **dict.fromkeys(("payment_terms", "reference_text")),
        "line_items": [],
        "raw_markdown": "Kassenbon",
    }
    check = {"document_type": "receipt", "is_invoice": False, "compliant": False, "passed": 0, "total": 1, "checks": []}
    entry = {
        "id": id,
        "document_id": NOBODY,
        "status": "pending",
        "ocr_extraction": read,
        "ocr_raw": "Kassenbon",
        "vendor_match": {"status": "unmatched", "confidence": 0},
        "compliance_check": check,
        "source_email": "max@example.com",
        "source_subject": "Beleg",
        "original_name": "bon.pdf",
        "created_at": f"2026-11-{number:02d}T08:00:00Z",
        **fields,
    }
    lou.control("PUT", f"/state/ledgerlou/inbox/{id}", entry)
    return id


def ids(lou: LedgerLou, **query: Json) -> list[str]:
    return [each["id"] for each in lou.get("/inbox", **query)]


def test_what_is_pending_is_listed(lou: LedgerLou) -> None:
    """Without the text of the document, which one entry shows (Payables, get-inbox, get-inbox-id, read 2026-11;
    operations 63 and 64; 10.32, 3.11)."""
    first, second = received(lou, 1), received(lou, 2)
    working = received(lou, 3, status="processing")

    assert [second, first] == ids(lou)
    assert [first] == ids(lou, limit=1, offset=1)
    assert [working] == ids(lou, status="processing")
    row, entry = lou.get("/inbox")[1], lou.get(f"/inbox/{first}")
    assert "ocr_raw" not in row
    assert {**row, "ocr_raw": "Kassenbon"} == entry
    for query in ("status=open", "limit=201", "limit=0"):
        lou.refuse(INVALID, "GET", f"/inbox?{query}")
    lou.refuse(GONE, "GET", f"/inbox/{NOBODY}")
    lou.refuse(GONE, "GET", f"/inbox/{first}", who="other")


@pytest.mark.parametrize("status", ["pending", "processing"])
@pytest.mark.parametrize(("step", "after"), [("confirm", "confirmed"), ("reject", "rejected")])
def test_an_entry_is_dealt_with_once(lou: LedgerLou, status: str, step: str, after: str) -> None:
    """It leaves the list and books nothing; a second time it is not found (Payables, post-inbox-id-reject, read
    2026-11; operations 65 and 66; 5.11, 10.32, A59)."""
    id = received(lou, 1, status=status)

    assert {after: True, "inbox_id": id} == lou.post(f"/inbox/{id}/{step}")

    assert ([], [id], []) == (ids(lou), ids(lou, status=after), lou.events())
    for again in ("confirm", "reject"):
        lou.refuse(GONE, "POST", f"/inbox/{id}/{again}")


def test_a_reason_may_be_given(lou: LedgerLou) -> None:
    """A text, or null (Payables, post-inbox-id-reject, read 2026-11; operation 66)."""
    first, second = received(lou, 1), received(lou, 2)

    lou.refuse(INVALID, "POST", f"/inbox/{first}/reject", {"reason": 5})
    lou.post(f"/inbox/{first}/reject", {"reason": "Werbung"})
    lou.post(f"/inbox/{second}/reject", {"reason": None})

    assert "Werbung" == lou.stored("inbox", first)["rejection_reason"]


def test_the_address_stays(lou: LedgerLou) -> None:
    """Made on the first call, of the form that the vendor shows; each company has its own settings (Payables,
    get-inbox-address, read 2026-11; operation 67; 10.32)."""
    made = lou.get("/inbox/address")

    lou.advance(days=30)
    assert {"inbox_address"} == set(made)
    assert made == lou.get("/inbox/address") == lou.get("/inbox/address", who="member")
    first, *words = made["inbox_address"].removesuffix("@ledgerlou.de").split("-")
    assert ("lou", 2) == (first, len(words))
    assert all(word.isalpha() and word.islower() for word in words)


def test_the_log_tells_what_became_of_each_attachment(lou: LedgerLou) -> None:
    """The newest first, by outcome (operation 79; A60)."""
    for number, outcome in enumerate(("processed", "duplicate", "ignored", "failed"), 1):
        id = f"00000000-0000-4000-8000-{number:012d}"
        entry = {"id": id, "received_at": f"2026-11-0{number}T08:00:00Z", "source_email": "max@example.com"}
        entry |= {"source_subject": "Beleg", "original_name": "bon.pdf", "outcome": outcome}
        lou.control("PUT", f"/state/ledgerlou/ingestion-log/{id}", entry)

    def outcomes(**query: Json) -> list[str]:
        return [each["outcome"] for each in lou.get("/payables/ingestion-log", **query)]

    assert ["failed", "ignored", "duplicate", "processed"] == outcomes()
    assert ["duplicate"] == outcomes(outcome="duplicate")
    assert ["ignored", "duplicate"] == outcomes(limit=2, offset=1)
    first = lou.get("/payables/ingestion-log")[0]
    assert (None, None, None) == (first["reason"], first["inbox_id"], first["document_id"])
    for query in ("outcome=lost", "limit=201"):
        lou.refuse(INVALID, "GET", f"/payables/ingestion-log?{query}")
