"""LedgerLou: months and adjustment periods, soft locks, locks by four eyes, and postings that they keep out."""

from __future__ import annotations

from hashlib import sha256

import pytest

from tests.vendors.ledgerlou import DAY, NOBODY, TODAY, Json, LedgerLou, credit, debit

LOCKED = (400, "PERIOD_LOCKED")
INVALID = (400, "INVALID_INPUT")
JUNE = "/periods/2026-06"
STAMP = "2026-12-01T09:00:00Z"
ENTRY = {"booking_date": DAY, "description": "Porto", "lines": [debit("6800", 5), credit("1600", 5)]}
OPENING = {
    "booking_date": DAY,
    "balances": [
        {"account_number": "1800", "account_name": "Bank", "debit": 5, "credit": 0},
        {"account_number": "2900", "account_name": "Kapital", "debit": 0, "credit": 5},
    ],
}


def period(lou: LedgerLou, name: str) -> Json:
    """A period as the list shows it."""
    (found,) = [each for each in lou.get("/periods") if name == each["period"]]
    return found


def requested(lou: LedgerLou, path: str = JUNE, who: str = "admin") -> str:
    """The id of a request for a lock."""
    return str(lou.post(f"{path}/lock", who=who, status=201)["request_id"])


def locked(lou: LedgerLou, path: str = JUNE) -> Json:
    """What the second user is told who approves."""
    return lou.post(f"{path}/lock/{requested(lou, path)}/approve", who="member")


def test_periods_are_those_of_two_fiscal_years(lou: LedgerLou) -> None:
    """Months in their order, P13 and P14 after the last; all open (Periods, get-periods, read 2026-11; 3.9, 5.4, 8,
    A31, A70; operation 50)."""
    listed = lou.get("/periods")

    months = [
        [f"{year}-{month:02}" for month in range(1, 13)] + [f"{year}-P13", f"{year}-P14"] for year in (2025, 2026)
    ]
    assert [*months[0], *months[1]] == [each["period"] for each in listed]
    assert [*[0] * 12, 13, 14] * 2 == [each["period_number"] for each in listed]
    rest = {"status": "open", "booking_count": 0, "locked_by": None, "locked_at": None}
    assert all({**rest, **each} == {**each, **rest} for each in listed)
    assert {"period", "status", "period_number", "booking_count", "locked_by", "locked_at"} == set(listed[0])


def test_fiscal_year_may_begin_later(lou: LedgerLou) -> None:
    """Adjustment periods stand after its last month (Periods, read 2026-11; 5.4, A70; operation 50)."""
    lou.change("settings", "tenant", fiscal_year_start_month=7)

    names = [each["period"] for each in lou.get("/periods")]

    assert ("2025-07", "2027-P14", 28) == (names[0], names[-1], len(names))
    assert ["2026-06", "2026-P13", "2026-P14", "2026-07"] == names[11:15]


def test_bookings_of_a_period_are_counted(lou: LedgerLou) -> None:
    """Postings, not their lines; a month far away comes into being with one (Periods, get-periods, read 2026-11; 5.4,
    A31; operation 50)."""
    made = lou.book()
    lou.book(booking_date="2026-06-30")
    lou.book(booking_date="2031-02-01")
    lou.reverse(made)

    counts = {each["period"]: each["booking_count"] for each in lou.get("/periods") if each["booking_count"]}

    assert {"2026-06": 2, "2026-12": 1, "2031-02": 1} == counts


def test_soft_locked_month_takes_no_postings(lou: LedgerLou) -> None:
    """Until it is opened again (Periods, post-periods-period-soft-lock and -reopen, read 2026-11; 5.4, 10.16, A29;
    operations 5, 6, 12, 55 and 56)."""
    made = lou.book()

    answer = lou.post(f"{JUNE}/soft-lock")

    shown = {"period": "2026-06", "period_number": 0, "status": "soft_locked"}
    assert {**shown, "locked_by": "Olga Owner", "locked_at": STAMP} == answer
    assert "soft_locked" == period(lou, "2026-06")["status"]
    lou.refuse((409, "PERIOD_ALREADY_SOFT_LOCKED"), "POST", f"{JUNE}/soft-lock")
    lou.refuse(LOCKED, "POST", "/bookings", ENTRY)
    lou.refuse(LOCKED, "POST", "/bookings/opening-balances", OPENING)
    lou.refuse(LOCKED, "POST", "/journal/reverse", {"intent_id": made, "posting_mode": "original_period"})
    lou.book(booking_date="2026-07-01")
    assert {**shown, "status": "open"} == lou.post(f"{JUNE}/reopen")
    assert (None, None) == tuple(period(lou, "2026-06")[name] for name in ("locked_by", "locked_at"))
    lou.post("/bookings", ENTRY)
    lou.refuse(INVALID, "POST", f"{JUNE}/reopen")


def test_reversal_goes_where_it_may(lou: LedgerLou) -> None:
    """Into the period of the original while that is open, else into today's (Journal, post-journal-reverse, read
    2026-11; 5.2, 10.13; operations 12 and 56)."""
    made = lou.book()
    lou.post(f"{JUNE}/soft-lock")
    lou.refuse(LOCKED, "POST", "/journal/reverse", {"intent_id": made, "posting_mode": "original_period"})

    back = lou.reverse(made, posting_mode="current_period")

    assert TODAY == lou.get(f"/journal/{back}")["summary"]["booking_date"]
    other = lou.book(booking_date="2026-07-01")
    lou.post("/periods/2026-12/soft-lock")
    lou.refuse(LOCKED, "POST", "/journal/reverse", {"intent_id": other})
    lou.reverse(other, posting_mode="original_period")


def test_lock_takes_two_people(lou: LedgerLou) -> None:
    """One asks, another approves; then nothing opens it again (Periods, post-periods-period-lock and -approve, read
    2026-11; 5.4, 10.17, A32; operations 51, 52, 54, 55 and 56)."""
    made = lou.book()
    asked = lou.post(f"{JUNE}/lock", status=201)
    id = asked["request_id"]

    assert {"period": "2026-06", "status": "pending", "created_at": STAMP}.items() <= asked.items()
    assert {"request_id", "period", "status", "created_at", "message"} == set(asked)
    assert {
        "has_pending_request": True,
        "request_id": id,
        "requested_by": "Olga Owner",
        "created_at": STAMP,
    } == lou.get(f"{JUNE}/lock/status")
    assert "open" == period(lou, "2026-06")["status"]
    lou.post("/bookings", ENTRY)
    lou.refuse((409, "LOCK_REQUEST_PENDING"), "POST", f"{JUNE}/lock")
    lou.refuse((403, "SELF_APPROVAL_DENIED"), "POST", f"{JUNE}/lock/{id}/approve")
    done = lou.post(f"{JUNE}/lock/{id}/approve", who="member")
    hashes = "".join(event["audit_hash"] for event in lou.events())
    assert {
        "period": "2026-06",
        "period_number": 0,
        "status": "locked",
        "locked_by": "Olga Owner",
        "locked_at": STAMP,
        "closing_hash": sha256(hashes.encode()).hexdigest(),
        "request_id": id,
        "approved_by": "Max Member",
    } == done
    lou.refuse(LOCKED, "POST", "/bookings", {**ENTRY, "skip_duplicate_check": True})
    lou.refuse(LOCKED, "POST", "/journal/reverse", {"intent_id": made, "posting_mode": "original_period"})
    lou.refuse((409, "PERIOD_IRREVERSIBLE"), "POST", f"{JUNE}/reopen")
    for path in ("lock", "soft-lock"):
        lou.refuse((409, "PERIOD_ALREADY_LOCKED"), "POST", f"{JUNE}/{path}")
    lou.refuse((409, "REQUEST_NOT_PENDING"), "POST", f"{JUNE}/lock/{id}/approve", who="member")
    nothing = {"request_id": None, "requested_by": None, "created_at": None}
    assert {"has_pending_request": False, **nothing} == lou.get(f"{JUNE}/lock/status")


def test_closing_hash_covers_the_period_alone(lou: LedgerLou) -> None:
    """Its events by number; of no events, it is that of nothing (Periods, read 2026-11; 5.4, A32; operation 52)."""
    lou.book(booking_date="2026-07-15")
    lou.book(booking_date="2026-06-30")
    lou.book(booking_date="2026-06-01")

    sealed = [locked(lou, f"/periods/2026-{month}")["closing_hash"] for month in ("06", "08")]

    own = "".join(event["audit_hash"] for event in lou.events() if event["booking_date"].startswith("2026-06"))
    assert [sha256(own.encode()).hexdigest(), sha256(b"").hexdigest()] == sealed


def test_request_is_taken_back(lou: LedgerLou) -> None:
    """By whoever may write, once (Periods, post-periods-period-lock-requestid-cancel, read 2026-11; 5.4, 10.18, A30;
    operations 52 and 53)."""
    id = requested(lou)

    answer = lou.post(f"{JUNE}/lock/{id}/cancel", who="member")

    assert {"ok": True, "request_id": id, "status": "cancelled"} == answer
    lou.refuse((409, "REQUEST_NOT_PENDING"), "POST", f"{JUNE}/lock/{id}/approve", who="member")
    lou.refuse((404, "NOT_FOUND"), "POST", f"{JUNE}/lock/{id}/cancel")
    assert not lou.get(f"{JUNE}/lock/status")["has_pending_request"]
    requested(lou)


def test_request_lives_two_days(lou: LedgerLou) -> None:
    """Then it is asked anew (Periods, post-periods-period-lock-requestid-approve, read 2026-11; 5.4, 10.18, A33;
    operations 51 to 54)."""
    id = requested(lou)
    lou.advance(hours=47)
    assert lou.get(f"{JUNE}/lock/status")["has_pending_request"]

    lou.advance(hours=2)

    lou.refuse((409, "REQUEST_EXPIRED"), "POST", f"{JUNE}/lock/{id}/approve", who="member")
    lou.refuse((404, "NOT_FOUND"), "POST", f"{JUNE}/lock/{id}/cancel")
    assert not lou.get(f"{JUNE}/lock/status")["has_pending_request"]
    assert "locked" == locked(lou)["status"]


def test_lock_is_asked_for_from_a_soft_lock(lou: LedgerLou) -> None:
    """What happens to the soft lock meanwhile leaves the request alone (Periods, read 2026-11; 5.4, A30; operations
    51, 52 and 55)."""
    lou.post(f"{JUNE}/soft-lock")
    id = requested(lou)
    lou.post(f"{JUNE}/reopen")
    assert lou.get(f"{JUNE}/lock/status")["has_pending_request"]

    assert "locked" == lou.post(f"{JUNE}/lock/{id}/approve", who="member")["status"]


def test_adjustment_period_outlives_its_month(lou: LedgerLou) -> None:
    """It takes postings of the last month after that is locked, until it is locked itself (Periods, read 2026-11; 5.4,
    10.19, A28; operations 5, 50, 51 and 56)."""
    locked(lou, "/periods/2025-12")
    body = {**ENTRY, "booking_date": "2025-12-31"}
    lou.refuse(LOCKED, "POST", "/bookings", body)

    lou.post("/bookings", {**body, "adjustment_period": 13})

    assert [(0, "locked"), (1, "open")] == [
        (each["booking_count"], each["status"]) for each in (period(lou, "2025-12"), period(lou, "2025-P13"))
    ]
    assert 13 == lou.post("/periods/2025-P13/soft-lock")["period_number"]
    again = {**body, "skip_duplicate_check": True}
    lou.refuse(LOCKED, "POST", "/bookings", {**again, "adjustment_period": 13})
    lou.post("/bookings", {**again, "adjustment_period": 14})
    lou.refuse(INVALID, "POST", "/bookings", {**again, "adjustment_period": 12})


@pytest.mark.parametrize("act", ["lock", "soft-lock"])
def test_adjustment_period_of_a_year_without_periods_is_unknown(lou: LedgerLou, act: str) -> None:
    """404, while a month is there as soon as it is asked for (Periods, read 2026-11; 5.4, A31; operations 51 and
    56)."""
    lou.refuse((404, "NOT_FOUND"), "POST", f"/periods/2019-P13/{act}")

    lou.post(f"/periods/2019-05/{act}", status=201 if act == "lock" else 200)

    lou.book(booking_date="2019-07-01")
    lou.post(f"/periods/2019-P13/{act}", status=201 if act == "lock" else 200)


@pytest.mark.parametrize("name", ["2026-13", "2026-00", "June", "2026-6", "2026-P12", "2026-P15", "2026-06-01"])
def test_period_in_another_form_is_refused(lou_shared: LedgerLou, name: str) -> None:
    """400 (Periods, read 2026-11; 1.5; operations 51, 54, 55 and 56)."""
    for method, act in (("POST", "lock"), ("POST", "soft-lock"), ("POST", "reopen"), ("GET", "lock/status")):
        lou_shared.refuse(INVALID, method, f"/periods/{name}/{act}")


def test_request_of_another_period_is_unknown(lou: LedgerLou) -> None:
    """404, as one that nobody made, or of another tenant; an id in another form is 400 (Periods, read 2026-11; 1.4, A7;
    operations 52 and 53)."""
    id = requested(lou)
    for act in ("approve", "cancel"):
        lou.refuse((404, "NOT_FOUND"), "POST", f"/periods/2026-07/lock/{id}/{act}", who="member")
        lou.refuse((404, "NOT_FOUND"), "POST", f"{JUNE}/lock/{NOBODY}/{act}", who="member")
        lou.refuse((404, "NOT_FOUND"), "POST", f"{JUNE}/lock/{id}/{act}", who="other")
        lou.refuse(INVALID, "POST", f"{JUNE}/lock/4711/{act}", who="member")


def test_tenant_of_one_user_approves_alone(lou: LedgerLou) -> None:
    """There is nobody else to ask; a setting says so for others (Periods, read 2026-11; 5.4, 8, A68; operation 52)."""
    id = requested(lou, who="other")
    assert "locked" == lou.post(f"{JUNE}/lock/{id}/approve", who="other")["status"]
    assert "open" == period(lou, "2026-06")["status"]
    lou.change("settings", "tenant", single_user=True)

    assert "Olga Owner" == lou.post(f"{JUNE}/lock/{requested(lou)}/approve")["approved_by"]
