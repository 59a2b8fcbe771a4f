"""LedgerLou: review cases, from what was read to an invoice that is booked."""

from __future__ import annotations

import pytest

from tests.vendors.ledgerlou import NOBODY, TODAY, Json, LedgerLou, failure
from tests.vendors.ledgerlou_parties import bill, vendor

INVALID = (400, "INVALID_INPUT")
CASE = "11111111-1111-4111-8111-111111111111"
PATH = f"/invoice-review-cases/{CASE}"
APPROVE = f"{PATH}/approve"
NOW = f"{TODAY}T09:00:00Z"
LATER = f"{TODAY}T10:00:00Z"


def position(gross: float = 357, net: float = 300, rate: float = 0.19, **fields: Json) -> Json:
    """A line of a normalized invoice."""
    amounts = {"quantity": 1, "unit_price": net, "tax_rate": rate, "tax_amount": gross - net, "line_total": gross}
    return {"description": "Eilfracht", **amounts, "account_number": "5900", "tax_code": None, **fields}


def invoice(*lines: Json, **fields: Json) -> Json:
    """A normalized invoice of 357 that is whole."""
    return {
        "is_invoice": True,
        "vendor_name": "Spedition Hansen",
        "vendor_vat_id": None,
        "vendor_iban": None,
        "invoice_number": "H-6102",
        "invoice_date": "2026-07-28",
        "due_date": "2026-12-31",
        "currency": "EUR",
        "total_net": 300,
        "total_tax": 57,
        "total_gross": 357,
        "line_items": list(lines) or [position()],
        "duplicate_hint": None,
        **fields,
    }


def put_case(
    lou: LedgerLou, state: str = "approval", vendor_id: str | None = None, id: str = CASE, **fields: Json
) -> None:
    """Lay a case into the state, as the intake of mails does."""
    case = {
        "id": id,
        "queue_state": state,
        "inbox_id": None,
        "document_id": None,
        "vendor_id": vendor_id,
        "vendor_candidates": [],
        "normalized_invoice": invoice(),
        "posting_errors": [],
        "rejection_reason": None,
        "intent_id": None,
        "invoice_id": None,
        "created_at": NOW,
        "updated_at": NOW,
        **fields,
    }
    lou.control("PUT", f"/state/ledgerlou/invoice-review-cases/{id}", case)


def fail(lou: LedgerLou, code: str) -> None:
    """Approve, and be refused by the booking: nothing is posted, the case says why."""
    before, invoices = lou.events(), lou.get("/invoices")
    told = failure(lou.call("POST", APPROVE), 400, code)
    after = lou.get(PATH)
    assert "posting_failed" == after["queue_state"]
    assert {"code": code, "message": told["message"]}.items() <= after["posting_errors"][-1].items()
    assert (None, None) == (after["intent_id"], after["invoice_id"])
    assert (before, invoices) == (lou.events(), lou.get("/invoices"))


def test_approving_books_and_stores_the_invoice(lou: LedgerLou) -> None:
    """All at once: the lines against payables on the day of the invoice, the invoice open, the case done (Payables,
    post-invoice-review-cases-id-approve, read 2026-11; operation 71; 5.11, 10.32, A62)."""
    vendor_id = vendor(lou, default_account="6815")
    lines = [
        position(119, 100),
        position(107, 100, 0.07, account_number=None),
        position(50, 50, 0),
        position(81, 81, 0.19, tax_code="VST-13B19"),
    ]
    put_case(lou, vendor_id=vendor_id, normalized_invoice=invoice(*lines))
    lou.advance(hours=1)

    answer = lou.post(APPROVE)

    assert {"reviewCaseId", "intentId", "invoiceId"} == set(answer)
    assert {
        ("5900", "231.00"),
        ("1406", "19.00"),
        ("6815", "100.00"),
        ("1401", "7.00"),
        ("1407", "15.39"),
    } <= {(account, f"{amount:.2f}") for account, amount in lou.balances().items()}
    assert ("-357.00", "-15.39") == tuple(f"{lou.balances()[account]:.2f}" for account in ("3300", "3837"))
    (entry, *_) = lou.get(f"/journal/{answer['intentId']}")["entries"]
    assert ("2026-07-28", "H-6102") == (entry["booking_date"], entry["external_reference"])
    made = lou.get(f"/invoices/{answer['invoiceId']}")
    told = {"vendor_id": vendor_id, "invoice_number": "H-6102", "status": "open", "remaining_amount": 357.0}
    assert {**told, "intent_id": answer["intentId"]}.items() <= made.items()
    assert [1, 2, 3, 4] == [line["position"] for line in made["lines"]]
    case = lou.get(PATH)
    done = {"queue_state": "approved", "intent_id": answer["intentId"], "invoice_id": answer["invoiceId"]}
    assert {**done, "updated_at": LATER}.items() <= case.items()


def test_final_cases_stay(lou: LedgerLou) -> None:
    """Neither mended nor decided again (Payables, read 2026-11; 10.32; operations 70 to 72; A61)."""
    put_case(lou, vendor_id=vendor(lou))
    lou.post(APPROVE)
    other = CASE.replace("1", "2")
    put_case(lou, id=other)
    lou.post(f"/invoice-review-cases/{other}/reject", {"reason": "Doppelt"})

    for id, code in ((CASE, "ALREADY_APPROVED"), (other, "ALREADY_REJECTED")):
        path = f"/invoice-review-cases/{id}"
        lou.refuse((409, code), "POST", f"{path}/approve")
        lou.refuse((409, code), "POST", f"{path}/reject", {"reason": "x"})
        lou.refuse((409, code), "PATCH", path, {"vendor_id": None})


def test_a_case_without_a_vendor_is_mended(lou: LedgerLou) -> None:
    """It becomes ready, and is booked (Payables, patch-invoice-review-cases-id, read 2026-11; operation 70; 10.32,
    A61)."""
    put_case(lou, "exception")
    lou.refuse((400, "VENDOR_REQUIRED"), "POST", APPROVE)
    lou.refuse((404, "VENDOR_NOT_FOUND"), "PATCH", PATH, {"vendor_id": NOBODY})
    vendor_id = vendor(lou)
    lou.advance(hours=1)

    mended = lou.done("PATCH", PATH, {"vendor_id": vendor_id})

    assert ("approval", vendor_id, LATER) == tuple(mended[name] for name in ("queue_state", "vendor_id", "updated_at"))
    for same in ({}, {"vendor_id": vendor_id}, {"normalized_invoice": invoice()}):
        lou.refuse((400, "NO_CHANGES"), "PATCH", PATH, same)
    lou.post(APPROVE)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"is_invoice": False}, (400, "NOT_AN_INVOICE")),
        ({"line_items": []}, (400, "NO_LINE_ITEMS")),
        ({"invoice_number": None}, INVALID),
        ({"invoice_date": None}, INVALID),
        ({"total_gross": None}, INVALID),
        ({"duplicate_hint": "Rechnung H-6102 ist gebucht."}, (409, "DUPLICATE_SUSPECTED")),
    ],
)
def test_what_cannot_be_booked_stays_as_it_is(lou: LedgerLou, fields: Json, refusal: tuple[int, str]) -> None:
    """Until it is mended; a hint is taken out by hand (5.11, A61; operations 70 and 71)."""
    put_case(lou, "exception", vendor(lou), normalized_invoice=invoice(**fields))

    lou.refuse(refusal, "POST", APPROVE)
    assert "approval" == lou.done("PATCH", PATH, {"normalized_invoice": invoice()})["queue_state"]
    changed = lou.done("PATCH", PATH, {"normalized_invoice": invoice(**fields)})
    missing = refusal[1] in ("NO_LINE_ITEMS", "INVALID_INPUT")
    assert ("correction" if missing else "exception") == changed["queue_state"]


def test_a_number_of_the_vendor_is_a_duplicate(lou: LedgerLou) -> None:
    """And so is a booking that looks the same (1.6, 5.11; operation 71)."""
    vendor_id = vendor(lou)
    there = bill(lou, vendor_id, invoice_number="H-6102")
    put_case(lou, vendor_id=vendor_id)

    told = lou.refuse((409, "DUPLICATE_SUSPECTED"), "POST", APPROVE)

    assert there == told["details"]["existing_id"]
    other = vendor(lou, "Acme Zwei")
    lou.done("PATCH", PATH, {"vendor_id": other})
    intent_id = lou.post(APPROVE)["intentId"]
    assert 357 == -lou.balances()["3300"]
    lou.control("DELETE", f"/state/ledgerlou/invoices/{lou.get(PATH)['invoice_id']}")
    put_case(lou, vendor_id=other)
    told = lou.refuse((409, "DUPLICATE_SUSPECTED"), "POST", APPROVE)
    assert intent_id == told["details"]["existing_id"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"total_gross": 356}, "BALANCE_MISMATCH"),
        ({"line_items": [position(account_number="9999")]}, "ACCOUNT_NOT_FOUND"),
        ({"line_items": [position(account_number=None)]}, "ACCOUNT_NOT_FOUND"),
        ({"line_items": [position(tax_code="VST99")]}, "INVALID_TAX_CODE"),
        ({"line_items": [position(rate=0.16)]}, "INVALID_TAX_CODE"),
        ({"currency": "USD"}, "INVALID_INPUT"),
    ],
)
def test_a_booking_that_is_refused_is_kept_and_tried_again(lou: LedgerLou, fields: Json, code: str) -> None:
    """The vendor's account counts for expenses alone (5.11, A62; operation 71)."""
    put_case(lou, vendor_id=vendor(lou, default_account="3300"), normalized_invoice=invoice(**fields))

    fail(lou, code)
    fail(lou, code)

    assert 2 == len(lou.get(PATH)["posting_errors"])
    assert "approval" == lou.done("PATCH", PATH, {"normalized_invoice": invoice()})["queue_state"]
    lou.post(APPROVE)
    assert "approved" == lou.get(PATH)["queue_state"]


def test_a_locked_month_keeps_a_case_back(lou: LedgerLou) -> None:
    """Until it is open again (5.4, 5.11; operation 71)."""
    put_case(lou, vendor_id=vendor(lou))
    lou.post("/periods/2026-07/soft-lock")

    fail(lou, "PERIOD_LOCKED")

    lou.post("/periods/2026-07/reopen")
    lou.post(APPROVE)


def test_a_case_is_rejected_with_a_reason_or_without(lou: LedgerLou) -> None:
    """Up to 1000 characters (Payables, post-invoice-review-cases-id-reject, read 2026-11; operation 72)."""
    put_case(lou, "posting_failed")
    lou.refuse(INVALID, "POST", f"{PATH}/reject", {"reason": "x" * 1001})

    rejected = lou.post(f"{PATH}/reject", {"reason": "Doppelt"})

    assert ("rejected", "Doppelt") == (rejected["queue_state"], rejected["rejection_reason"])
    assert rejected == lou.get(PATH)
    put_case(lou, id=NOBODY)
    assert lou.post(f"/invoice-review-cases/{NOBODY}/reject")["rejection_reason"] is None


def test_cases_are_listed_by_state(lou: LedgerLou) -> None:
    """The newest first (Payables, get-invoice-review-cases, read 2026-11; operations 68 and 69)."""
    states = ("approval", "correction", "exception", "approved", "rejected", "posting_failed")
    for number, state in enumerate(states, 1):
        id = f"00000000-0000-4000-8000-{number:012d}"
        put_case(lou, state, id=id, created_at=f"2026-11-0{number}T08:00:00Z")

    def listed(**query: Json) -> list[str]:
        return [each["queue_state"] for each in lou.get("/invoice-review-cases", **query)]

    assert list(reversed(states)) == listed()
    assert [[state] for state in states] == [listed(queue_state=state) for state in states]
    assert ["rejected", "approved"] == listed(limit=2, offset=1)
    (one,) = lou.get("/invoice-review-cases", queue_state="approval")
    assert one == lou.get(f"/invoice-review-cases/{one['id']}")
    for query in ("queue_state=open", "limit=201"):
        lou.refuse(INVALID, "GET", f"/invoice-review-cases?{query}")
    for who, id in (("admin", NOBODY), ("other", one["id"])):
        lou.refuse((404, "NOT_FOUND"), "GET", f"/invoice-review-cases/{id}", who=who)
