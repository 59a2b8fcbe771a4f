"""LedgerLou: reversals, and the journal as it is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

import pytest

from tests.vendors.ledgerlou import DAY, NOBODY, OPENING, TODAY, Json, LedgerLou, booking, credit, debit

INVALID = (400, "INVALID_INPUT")


def own_hash(event: Mapping[str, Json]) -> str:
    """The hash of an event as an auditor works it out."""
    rest = {name: value for name, value in event.items() if name != "audit_hash"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(f"{event['prev_hash']}:{text}".encode()).hexdigest()


# --- reversals -------------------------------------------------------------------------------------------------------


def test_reversal_mirrors_every_event_today(lou: LedgerLou) -> None:
    """Once, with links both ways (Journal, post-journal-reverse, read 2026-11; 5.2, 10.12, A24; operations 11 and
    12)."""
    made = lou.book(external_reference="INV-77", custom_metadata={"a": 1})

    answer = lou.post("/journal/reverse", {"intent_id": made, "reason": "Falsches Konto"})

    back = answer["reversal_intent_id"]
    assert {"reversal_intent_id": back, "original_intent_id": made, "event_count": 2} == answer
    assert [("1200", "6815", "100.00"), ("1200", "1406", "19.00")] == lou.pairs(back)
    detail, original = lou.get(f"/journal/{back}"), lou.get(f"/journal/{made}")
    assert ("Storno: Büromaterial Einkauf", TODAY) == tuple(
        detail["summary"][name] for name in ("description", "booking_date")
    )
    assert {made} == {each["reverses_intent_id"] for each in detail["entries"]}
    assert {"reverses": made, "reversed_by": None, "settles": [], "settled_by": []} == detail["linked_intents"]
    assert (None, "Falsches Konto") == (detail["metadata"]["external_reference"], detail["metadata"]["reason"])
    assert {"reason": "Falsches Konto"} == detail["metadata"]["custom_metadata"]
    assert {"reverses": None, "reversed_by": back, "settles": [], "settled_by": []} == original["linked_intents"]
    assert (True, False) == (original["summary"]["is_reversed"], detail["summary"]["is_reversed"])
    lou.refuse((409, "ALREADY_REVERSED"), "POST", "/journal/reverse", {"intent_id": made})
    assert {} == lou.balances()


def test_reversal_in_the_period_of_the_original(lou: LedgerLou) -> None:
    """On its own day (Journal, post-journal-reverse, read 2026-11; 5.2, A28; operation 12)."""
    made = lou.book(booking_date="2025-12-31", adjustment_period=13)

    back = lou.reverse(made, posting_mode="original_period")

    assert "2025-12-31" == lou.get(f"/journal/{back}")["summary"]["booking_date"]
    kept = lou.stored("intents", back)
    assert (13, "2025-P13") == (kept["adjustment_period"], kept["period"])
    other = lou.book(booking_date="2025-12-31", adjustment_period=14)
    today = lou.stored("intents", lou.reverse(other))
    assert (TODAY, None, "2026-12") == (today["booking_date"], today["adjustment_period"], today["period"])


def test_nothing_is_posted_into_a_locked_period(lou: LedgerLou) -> None:
    """Nor reversed there; today's month takes the reversal (Journal, post-bookings, post-bookings-opening-balances and
    post-journal-reverse, read 2026-11; 5.2, 5.4, 10.13, 10.16, A29; operations 5, 6 and 12)."""
    made = lou.book()
    for month in ("2026-06", "2026-01"):
        lou.post(f"/periods/{month}/soft-lock")

    locked = (400, "PERIOD_LOCKED")
    lou.refuse(locked, "POST", "/bookings", booking(description="Miete"))
    lou.refuse(locked, "POST", "/bookings", booking())
    lou.refuse(locked, "POST", "/bookings/opening-balances", OPENING)
    body = {"intent_id": made, "posting_mode": "original_period"}
    lou.refuse(locked, "POST", "/journal/reverse", body)
    lou.book(booking_date="2026-05-31")
    lou.reverse(made)
    lou.post("/periods/2026-12/soft-lock")
    late = lou.book(booking_date="2026-11-30")
    lou.refuse(locked, "POST", "/journal/reverse", {"intent_id": late})
    lou.post("/periods/2026-06/reopen")
    lou.book()


def test_adjustment_period_takes_what_its_month_does_not(lou: LedgerLou) -> None:
    """They are locked apart (Journal, post-bookings, read 2026-11; 5.4, 10.19; operation 5)."""
    lou.post("/periods/2025-12/soft-lock")
    last = booking(booking_date="2025-12-31")
    lou.refuse((400, "PERIOD_LOCKED"), "POST", "/bookings", last)

    made = lou.book(booking_date="2025-12-31", adjustment_period=13)

    counts = {each["period"]: each["booking_count"] for each in lou.get("/periods")}
    assert (0, 1, 0) == (counts["2025-12"], counts["2025-P13"], counts["2025-P14"])
    lou.post("/periods/2025-P13/soft-lock")
    lou.refuse((400, "PERIOD_LOCKED"), "POST", "/bookings", {**last, "adjustment_period": 13, "description": "x"})
    body = {"intent_id": made, "posting_mode": "original_period"}
    lou.refuse((400, "PERIOD_LOCKED"), "POST", "/journal/reverse", body)
    lou.reverse(made)


def test_reversal_is_reversed_once(lou: LedgerLou) -> None:
    """It is a posting like others; the original stays reversed (Journal, post-journal-reverse, read 2026-11; 5.2, A45;
    operation 12)."""
    made = lou.book()
    back = lou.reverse(made)
    before = lou.balances()

    again = lou.reverse(back)

    assert {"6815": "100.00", "1406": "19.00", "1200": "-119.00"} == lou.moved(before)
    assert "Storno: Storno: Büromaterial Einkauf" == lou.get(f"/journal/{again}")["summary"]["description"]
    for each in (made, back):
        lou.refuse((409, "ALREADY_REVERSED"), "POST", "/journal/reverse", {"intent_id": each})
    lou.refuse((409, "DUPLICATE_SUSPECTED"), "POST", "/bookings", booking())


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"intent_id": NOBODY}, (404, "NOT_FOUND")),
        ({"intent_id": "4711"}, INVALID),
        ({"reason": "x"}, INVALID),
        ({"intent_id": NOBODY, "posting_mode": "next_period"}, INVALID),
        ([], INVALID),
    ],
)
def test_reversal_that_does_not_fit_is_refused(lou: LedgerLou, body: Json, refusal: tuple[int, str]) -> None:
    """400 for the request, 404 for the posting (Journal, post-journal-reverse, read 2026-11; operation 12)."""
    lou.refuse(refusal, "POST", "/journal/reverse", body)


def test_posting_of_another_tenant_is_unknown(lou: LedgerLou) -> None:
    """Neither read nor reversed, and numbers of one's own (Auth, read 2026-11; 1.4; operations 5, 10, 11 and 12)."""
    made = lou.book()

    lou.refuse((404, "NOT_FOUND"), "GET", f"/journal/{made}", who="other")
    lou.refuse((404, "NOT_FOUND"), "POST", "/journal/reverse", {"intent_id": made}, who="other")

    assert [] == lou.get("/journal", who="other")["entries"]
    lou.book(who="other")
    assert [2, 1] == [each["journal_number"] for each in lou.get("/journal", who="other")["entries"]]
    assert 2 == len(lou.get("/journal")["entries"])


def paid_invoice(lou: LedgerLou, amount: float = -60) -> tuple[str, str, str, str]:
    """An invoice of 119 and a bank line against it: ids of posting, invoice, line and settlement."""
    bank = {"name": "Geschäftskonto", "iban": "DE89370400440532013000", "account_number": "1800"}
    account = lou.post("/bank-accounts", bank, status=201)["id"]
    vendor = lou.post("/vendors", {"name": "Acme GmbH"}, status=201)["id"]
    posting = lou.book(debit("6815", 119, "VST19"), credit("3300", 119))
    position = {"position": 1, "description": "Papier", "quantity": 1, "unit_price": 100}
    invoice = {
        "vendor_id": vendor,
        "invoice_number": "RE-4711",
        "invoice_date": DAY,
        "total_net": 100,
        "total_tax": 19,
        "total_gross": 119,
        "intent_id": posting,
        "lines": [{**position, "tax_rate": 0.19, "tax_amount": 19, "line_total": 119}],
    }
    invoice_id = lou.post("/invoices", invoice, status=201)["id"]
    rows = {"bank_account_id": account, "transactions": [{"tx_date": "2026-06-20", "amount": amount}]}
    lou.post("/bank-transactions", rows, status=201)
    line = lou.get("/bank-transactions")["transactions"][0]["id"]
    match = {"intent_id": posting, "candidate_kind": "open_liability", "open_item_account": "3300"}
    settlement = lou.post(f"/bank-transactions/{line}/reconcile", match)["intent_id"]
    return posting, invoice_id, line, settlement


def test_settlement_is_linked_both_ways(lou: LedgerLou) -> None:
    """With its bank line (Journal, get-journal-intent-id, read 2026-11; 5.6, A24; operation 11)."""
    posting, _, line, settlement = paid_invoice(lou)

    paid, paying = lou.get(f"/journal/{posting}"), lou.get(f"/journal/{settlement}")

    link = {"account": "3300", "amount": 60}
    assert [{"intent_id": settlement, **link}] == paid["linked_intents"]["settled_by"]
    assert [{"intent_id": posting, **link}] == paying["linked_intents"]["settles"]
    assert [] == paid["linked_intents"]["settles"] + paying["linked_intents"]["settled_by"]
    assert [{"id": line, "tx_date": "2026-06-20", "amount": -60, "status": "reconciled"}] == (
        paying["metadata"]["bank_transactions"]
    )
    assert [] == paid["metadata"]["bank_transactions"]
    assert "bank" == paying["entries"][0]["provenance_summary"]["surface"]


def test_reversal_of_a_settlement_opens_its_line(lou: LedgerLou) -> None:
    """As if the line was unmatched; undone, it is tied again (Journal, post-journal-reverse, read 2026-11; 5.2,
    A45; operation 12)."""
    posting, invoice, line, settlement = paid_invoice(lou)
    assert 59 == lou.get(f"/invoices/{invoice}")["remaining_amount"]

    back = lou.reverse(settlement)

    assert "unreconciled" == lou.get(f"/bank-transactions/{line}")["transaction"]["status"]
    assert 119 == lou.get(f"/invoices/{invoice}")["remaining_amount"]
    assert [] == lou.get(f"/journal/{posting}")["linked_intents"]["settled_by"]
    assert 0 == lou.get("/accounts/1800/entries")["balance"]
    lou.reverse(back)
    assert "reconciled" == lou.get(f"/bank-transactions/{line}")["transaction"]["status"]
    assert 59 == lou.get(f"/invoices/{invoice}")["remaining_amount"]


def test_invoice_of_a_reversed_posting_is_a_draft(lou: LedgerLou) -> None:
    """It leaves the open items and keeps its link (Journal, post-journal-reverse, read 2026-11; 5.2, A45; operation
    12)."""
    posting, invoice, line, _ = paid_invoice(lou)
    lou.post(f"/bank-transactions/{line}/unmatch")

    lou.reverse(posting)

    shown = lou.get(f"/invoices/{invoice}")
    assert ("draft", 119, posting) == tuple(shown[name] for name in ("status", "remaining_amount", "intent_id"))
    assert [] == lou.get("/invoices/open-items")
    assert {} == lou.balances()


# --- the journal -----------------------------------------------------------------------------------------------------


def test_posting_is_shown_as_an_auditor_reads_it(lou: LedgerLou) -> None:
    """Names, who booked, the chain (Journal, get-journal-intent-id, read 2026-11; 3.2, 10.11, A22, A23, A24;
    operation 11)."""
    first, second = lou.book(), lou.book(booking_date="2026-06-02", who="member")

    shown = [lou.get(f"/journal/{each}") for each in (first, second)]

    assert {"intent_id", "entries", "summary", "linked_intents", "metadata"} == set(shown[0])
    events = [event for detail in shown for event in detail["entries"]]
    assert [1, 2, 3, 4] == [event["journal_number"] for event in events]
    assert ["0" * 64, *(event["audit_hash"] for event in events[:-1])] == [event["prev_hash"] for event in events]
    assert [own_hash(event) for event in events] == [event["audit_hash"] for event in events]
    assert {
        "description": "Büromaterial Einkauf",
        "booking_date": DAY,
        "total_amount": 119,
        "line_count": 2,
        "currency": "EUR",
        "source": "api",
        "created_at": "2026-12-01T09:00:00Z",
        "created_by": events[0]["provenance_summary"]["actor_label"],
        "is_reversed": False,
    } == shown[0]["summary"]
    assert ("Bürobedarf", "Forderungen aus Lieferungen und Leistungen") == (
        events[0]["account_debit_name"],
        events[0]["account_credit_name"],
    )
    assert {"surface": "api", "channel": "rest", "actor_type": "api_key", "actor_key_prefix": "ll_sandb"}.items() <= (
        events[0]["provenance_summary"].items()
    )
    assert all(isinstance(value, str) for value in events[0]["provenance_summary"].values())
    assert events[0]["created_by"] != events[2]["created_by"]
    lou.refuse((404, "NOT_FOUND"), "GET", f"/journal/{NOBODY}")
    lou.refuse(INVALID, "GET", "/journal/4711")


def test_journal_is_listed_from_its_end(lou: LedgerLou) -> None:
    """By account, days and words, all of them together (Journal, get-journal, read 2026-11; 1.5, A9, A70;
    operation 10)."""
    lou.book(booking_date="2026-03-01", external_reference="ORD-1")
    lou.book(debit("6310", 900), credit("1800", 900), booking_date="2026-02-01", description="Miete Februar")
    lou.book(debit("6310", 900), credit("1800", 900), booking_date="2026-03-01", description="Miete März")

    def numbers(**query: Json) -> list[int]:
        return [each["journal_number"] for each in lou.get("/journal", **query)["entries"]]

    assert [4, 3, 2, 1] == numbers()
    assert [4, 3] == numbers(limit=2)
    assert [4, 3] == numbers(account="1800")
    assert [2] == numbers(account="1406")
    assert [] == numbers(account="9999")
    assert [4, 2, 1] == numbers(startDate="2026-03-01")
    assert [3] == numbers(endDate="2026-02-28")
    assert [4] == numbers(account="6310", startDate="2026-02-02", search="miete")
    assert [4, 3] == numbers(search="MIETE")
    assert [2] == numbers(search="1406")
    assert [2, 1] == numbers(search="ord-1")
    assert [2] == numbers(externalReference="ORD-1", account="1406")
    for wrong in ("limit=1001", "limit=0", "startDate=March", "endDate=2026-02-30"):
        lou.refuse(INVALID, "GET", f"/journal?{wrong}")


def test_listed_event_has_what_the_list_shows(lou: LedgerLou) -> None:
    """Who made it and when stands in the detail alone (Journal, get-journal, read 2026-11; 3.2; operations 10 and
    11)."""
    made = lou.book()

    listed = lou.get("/journal", limit=1)["entries"][0]

    whole = lou.get(f"/journal/{made}")["entries"][1]
    assert {"currency", "created_at", "created_by", "document_id", "reverses_intent_id"} == set(whole) - set(listed)
    assert listed.items() <= whole.items()


def test_journal_is_read_and_written_by_scope(lou: LedgerLou) -> None:
    """Writing does not include reading (Auth, auth-scopes, read 2026-11; 1.3, 10.1, A3; operations 1 to 6 and 10 to
    12)."""
    made = lou.book(who="write")

    for path in ("/accounts", "/accounts/1800/entries", "/accounts/search", "/journal", f"/journal/{made}"):
        lou.refuse((403, "INSUFFICIENT_SCOPE"), "GET", path, who="write")
        lou.refuse((401, "UNAUTHORIZED"), "GET", path, who="")
        lou.get(path, who="read")
    for path in ("/accounts", "/bookings", "/bookings/opening-balances", "/journal/reverse"):
        lou.refuse((403, "INSUFFICIENT_SCOPE"), "POST", path, {}, who="read")
        lou.refuse((401, "UNAUTHORIZED"), "POST", path, {}, who="")
        lou.refuse(INVALID, "POST", path, {})
