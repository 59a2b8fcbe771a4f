"""LedgerLou: bookings, and the opening balances of a day."""

from __future__ import annotations

import pytest

from tests.vendors.ledgerlou import DAY, NOBODY, OPENING, Json, LedgerLou, booking, credit, debit, money

INVALID = (400, "INVALID_INPUT")
FX = {"currency": "USD", "amount": 110, "rate": 1.1, "rate_date": DAY, "rate_source": "ECB"}


def opening(*entries: tuple[str, float, float], day: str = "2026-01-01") -> Json:
    balances = [
        {"account_number": each[0], "account_name": "", "debit": each[1], "credit": each[2]} for each in entries
    ]
    return {"booking_date": day, "balances": balances}


# --- bookings --------------------------------------------------------------------------------------------------------


def test_sample_is_split_into_net_and_tax(lou: LedgerLou) -> None:
    """The vendor's sample (Journal, post-bookings, read 2026-11; 2.3, 5.1, 10.5; operation 5)."""
    answer = lou.post("/bookings", booking())

    assert {"intent_id", "event_count"} == set(answer)
    assert 2 == answer["event_count"]
    assert [("6815", "1200", "100.00"), ("1406", "1200", "19.00")] == lou.pairs(answer["intent_id"])
    assert 100 == lou.get("/accounts/6815/entries")["balance"]
    assert 19 == lou.get("/accounts/1406/entries")["balance"]
    assert {"6815": "100.00", "1406": "19.00", "1200": "-119.00"} == lou.moved({})


@pytest.mark.parametrize(
    ("code", "gross", "net", "tax", "account"),
    [
        ("VST19", 0.01, "0.01", None, "1406"),
        ("VST19", 0.03, "0.03", None, "1406"),
        ("VST19", 0.04, "0.03", "0.01", "1406"),
        ("VST19", 1234.56, "1037.45", "197.11", "1406"),
        ("VST7", 99.99, "93.45", "6.54", "1401"),
        ("vst7", 10.70, "10.00", "0.70", "1401"),
        ("UST19", 595, "500.00", "95.00", "3806"),
    ],
)
def test_tax_is_what_rounding_the_net_leaves(
    lou: LedgerLou, code: str, gross: float, net: str, tax: str | None, account: str
) -> None:
    """On the side of the line, net rounded half up (Journal, post-bookings, read 2026-11; 2.3, 5.12, A19, A63;
    operation 5)."""
    bought = lou.book(debit("6815", gross, code), credit("1800", gross))
    sold = lou.book(debit("1200", gross), credit("4400", gross, code))

    taxes = [] if tax is None else [tax]
    assert [("6815", "1800", net), *((account, "1800", each) for each in taxes)] == lou.pairs(bought)
    assert [("1200", "4400", net), *(("1200", account, each) for each in taxes)] == lou.pairs(sold)


@pytest.mark.parametrize(
    ("code", "deducted", "owed", "tax"),
    [
        ("VST-13B19", "1407", "3837", "190.00"),
        ("VST-IGE19", "1404", "3804", "190.00"),
        ("VST-IGE7", "1402", "3802", "70.00"),
    ],
)
def test_self_assessed_tax_is_a_pair_of_its_own(lou: LedgerLou, code: str, deducted: str, owed: str, tax: str) -> None:
    """The line stays whole and the vendor is owed no tax (Journal, post-bookings, read 2026-11; 2.3, 10.10, A19;
    operation 5)."""
    made = lou.book(debit("5900", 1000, code), credit("3300", 1000))

    assert [("5900", "3300", "1000.00"), (deducted, owed, tax)] == lou.pairs(made)
    returned = lou.book(debit("3300", 1000), credit("5900", 1000, code))
    assert [("3300", "5900", "1000.00"), (owed, deducted, tax)] == lou.pairs(returned)
    assert {} == lou.moved({})


def test_lines_are_paired_in_their_order(lou: LedgerLou) -> None:
    """The first open debit with the first open credit (Modules, bookings and journal, read 2026-11; 5.1, A21;
    operation 5)."""
    made = lou.book(credit("3300", 70), debit("6800", 30), debit("6805", 60), credit("1800", 25), debit("6815", 5))

    assert [
        ("6800", "3300", "30.00"),
        ("6805", "3300", "40.00"),
        ("6805", "1800", "20.00"),
        ("6815", "1800", "5.00"),
    ] == (lou.pairs(made))


@pytest.mark.parametrize(
    ("body", "refusal", "path"),
    [
        (booking(debit("6815", 100), credit("1200", 99)), (400, "BALANCE_MISMATCH"), ""),
        (booking(debit("6815", 100), credit("1200", 99.99)), (400, "BALANCE_MISMATCH"), ""),
        (booking(debit("6815", 119, "VST19"), credit("1200", 100)), (400, "BALANCE_MISMATCH"), ""),
        (booking(debit("6815", 100)), (400, "BALANCE_MISMATCH"), ""),
        (booking(debit("9999", 100), credit("1200", 100)), (400, "ACCOUNT_NOT_FOUND"), ""),
        (booking(debit("Bank", 100), credit("1200", 100)), (400, "ACCOUNT_NOT_FOUND"), ""),
        (booking(debit("6815", 100, "VST99"), credit("1200", 100)), (400, "INVALID_TAX_CODE"), ""),
        (booking(debit("6815", 0), credit("1200", 0)), INVALID, "lines.0"),
        (booking({**debit("6815", 5), "credit": 5}), INVALID, "lines.0"),
        (booking(debit("6815", -5), credit("1200", -5)), INVALID, "lines.0.debit"),
        (booking(debit("6815", 1.005), credit("1200", 1.005)), INVALID, "lines.0.debit"),
        (booking({"account_number": "6815", "debit": 5}), INVALID, "lines.0.credit"),
        (booking(lines=[]), INVALID, "lines"),
        (booking(description=""), INVALID, "description"),
        (booking(description=" "), INVALID, "description"),
        (booking(description="x" * 501), INVALID, "description"),
        (booking(booking_date="2026-02-30"), INVALID, "booking_date"),
        (booking(booking_date="01.06.2026"), INVALID, "booking_date"),
        (booking(adjustment_period=12), INVALID, "adjustment_period"),
        (booking(adjustment_period=13), INVALID, "booking_date"),
        (booking(external_reference="x" * 501), INVALID, "external_reference"),
        (booking(document_id="x"), INVALID, "document_id"),
        (booking(document_id=NOBODY), (404, "NOT_FOUND"), ""),
    ],
)
def test_booking_that_does_not_fit_is_refused(lou: LedgerLou, body: Json, refusal: tuple[int, str], path: str) -> None:
    """Nothing is written, and no number is lost (Journal, post-bookings, read 2026-11; 2.3, 5.1, 10.6, 10.7, A8, A27,
    A28; operation 5)."""
    lou.book()

    told = lou.refuse(refusal, "POST", "/bookings", body)

    if refusal == INVALID:
        assert path == told["details"]["issues"][0]["path"]
    lou.book(booking_date="2026-06-02")
    assert [1, 2, 3, 4] == [event["journal_number"] for event in lou.events()]


def test_taxes_by_hand_and_by_code_are_not_mixed(lou: LedgerLou) -> None:
    """One way or the other (Journal, post-bookings, read 2026-11; 2.3, A20; operation 5)."""
    mixed = booking(debit("6815", 100), debit("1406", 19), debit("6805", 119, "VST19"), credit("1800", 238))
    lou.refuse(INVALID, "POST", "/bookings", mixed)
    owed = booking(debit("5900", 1000, "VST-13B19"), credit("3837", 10), credit("3300", 990))
    lou.refuse(INVALID, "POST", "/bookings", owed)

    made = lou.book(debit("6815", 100), debit("1406", 19), credit("1800", 119))

    assert [("6815", "1800", "100.00"), ("1406", "1800", "19.00")] == lou.pairs(made)


def test_same_booking_is_suspected(lou: LedgerLou) -> None:
    """Day, description and lines alike, until it is reversed (Journal, post-bookings, read 2026-11; 1.6, 10.8, A12;
    operation 5)."""
    first = lou.book()

    told = lou.refuse((409, "DUPLICATE_SUSPECTED"), "POST", "/bookings", booking())

    assert first == told["details"]["existing_id"]
    turned = booking(*reversed(booking()["lines"]))
    lou.refuse((409, "DUPLICATE_SUSPECTED"), "POST", "/bookings", turned)
    lou.refuse((409, "DUPLICATE_SUSPECTED"), "POST", "/bookings", booking(skip_duplicate_check=False))
    second = lou.book(skip_duplicate_check=True)
    assert first != second
    lou.book(booking_date="2026-06-02")
    lou.book(description="Büromaterial")
    lou.book(debit("6815", 119.01, "VST19"), credit("1200", 119.01))
    lou.reverse(first)
    lou.refuse((409, "DUPLICATE_SUSPECTED"), "POST", "/bookings", booking())
    lou.reverse(second)
    lou.book()


def test_reference_and_metadata_stay_with_every_event(lou: LedgerLou) -> None:
    """Free text that may repeat, and a flat object (Journal, post-bookings, read 2026-11; 1.6, 10.9, A13; operations 5,
    10 and 11)."""
    metadata = {"order": "4711", "weight": 12.5, "express": True, "note": None}
    made = lou.book(external_reference="INV-77", custom_metadata=metadata)
    lou.book(booking_date="2026-06-02", external_reference="INV-770")
    again = lou.book(booking_date="2026-06-03", external_reference="INV-77")

    found = lou.get("/journal", externalReference="INV-77")["entries"]

    assert [again, again, made, made] == [each["intent_id"] for each in found]
    assert [None, None, metadata, metadata] == [each["custom_metadata"] for each in found]
    detail = lou.get(f"/journal/{made}")["metadata"]
    assert ("INV-77", metadata) == (detail["external_reference"], detail["custom_metadata"])
    assert [] == lou.get("/journal", externalReference="inv-77")["entries"]


def test_document_stands_on_every_event(lou: LedgerLou) -> None:
    """The receipt of a booking, in its detail too (Journal, post-bookings and get-journal-intent-id, read 2026-11; 5.1,
    A24, A27; operations 5, 7 and 11)."""
    document = lou.upload("/documents", "beleg.pdf", b"%PDF-1.4\n% Beleg 4711\n").json()

    made = lou.book(document_id=document["id"])

    shown = lou.get(f"/journal/{made}")
    assert [document["id"]] * 2 == [each["document_id"] for each in shown["entries"]]
    assert [{"id": document["id"], "mime_type": "application/pdf", "original_name": "beleg.pdf"}] == (
        shown["metadata"]["documents"]
    )
    assert [] == lou.get(f"/journal/{lou.reverse(made)}")["metadata"]["documents"]
    other = lou.upload("/documents", "beleg.pdf", b"%PDF-1.4\n% Beleg 4712\n", who="other").json()
    lou.refuse((404, "NOT_FOUND"), "POST", "/bookings", booking(document_id=other["id"], booking_date="2026-06-09"))


@pytest.mark.parametrize(
    "metadata",
    [
        {f"key{number}": number for number in range(21)},
        {"k" * 65: 1},
        {"note": "x" * 257},
        {"nested": {"a": 1}},
        {"list": [1]},
        {f"key{number}": "x" * 250 for number in range(17)},
        "text",
    ],
)
def test_metadata_beyond_its_limits_is_refused(lou: LedgerLou, metadata: Json) -> None:
    """20 flat members, keys of 64, texts of 256, 4 KB in all (Journal, post-bookings, read 2026-11; 10.9;
    operation 5)."""
    lou.refuse(INVALID, "POST", "/bookings", booking(custom_metadata=metadata))

    lou.book(custom_metadata={f"{number:064}": "x" * 100 for number in range(20)})


def test_foreign_amount_is_shared_out(lou: LedgerLou) -> None:
    """The events' shares add up to the amount (Journal, post-bookings, read 2026-11; 3.2, A25; operations 5 and 11)."""
    made = lou.book(debit("6815", 100.01, "VST19"), credit("3300", 33.33), credit("3300", 66.68), fx=FX)

    detail = lou.get(f"/journal/{made}")

    assert 110 == sum(money(each["fx_amount"]) for each in detail["entries"])
    assert {"USD"} == {each["fx_currency"] for each in detail["entries"]}
    assert {"EUR"} == {each["currency"] for each in detail["entries"]}
    assert FX == detail["metadata"]["fx"]
    plain = lou.get(f"/journal/{lou.book(fx=None)}")
    assert [(None, None)] * 2 == [(each["fx_currency"], each["fx_amount"]) for each in plain["entries"]]


@pytest.mark.parametrize(
    "changes",
    [
        {"currency": "EUR"},
        {"currency": "US"},
        {"amount": 0},
        {"rate": 0},
        {"rate_date": "2026-13-01"},
        {"rate_source": "guess"},
        {"rate_source": None},
    ],
)
def test_foreign_currency_needs_all_five_members(lou: LedgerLou, changes: Json) -> None:
    """Each in its form (Journal, post-bookings, read 2026-11; A25; operation 5)."""
    lou.refuse(INVALID, "POST", "/bookings", booking(fx={**FX, **changes}))

    for name in FX:
        lou.refuse(INVALID, "POST", "/bookings", booking(fx={key: FX[key] for key in FX if key != name}))


def test_self_assessed_tax_in_a_foreign_currency_is_refused(lou: LedgerLou) -> None:
    """Not supported (Journal, post-bookings, read 2026-11; 2.3, A20; operation 5)."""
    lines = (debit("5900", 100, "VST-13B19"), credit("3300", 100))
    lou.refuse(INVALID, "POST", "/bookings", booking(*lines, fx=FX))

    lou.book(*lines)


def test_adjustment_period_lies_in_the_last_month(lou: LedgerLou) -> None:
    """December where the fiscal year begins in January (Periods, read 2026-11; 5.4, A28; operation 5)."""
    made = lou.book(booking_date="2025-12-31", adjustment_period=13)
    assert "2025-12-31" == lou.get(f"/journal/{made}")["summary"]["booking_date"]
    lou.change("settings", "tenant", fiscal_year_start_month=4)

    lou.refuse(INVALID, "POST", "/bookings", booking(booking_date="2025-12-31", adjustment_period=14))

    lou.book(booking_date="2026-03-31", adjustment_period=14)


# --- opening balances ------------------------------------------------------------------------------------------------


def test_opening_balances_stand_against_9000(lou: LedgerLou) -> None:
    """One event each (Journal, post-bookings-opening-balances, read 2026-11; 5.3, 10.14, A21; operation 6)."""
    nothing = {"account_number": "1600", "account_name": "Kasse", "debit": 0, "credit": 0}
    answer = lou.post("/bookings/opening-balances", {**OPENING, "balances": [nothing, *OPENING["balances"]]})

    intent_id = answer.pop("intent_id")
    assert {"event_count": 3, "total_debit": 60000, "total_credit": 60000} == answer
    assert [("0400", "9000", "50000.00"), ("1800", "9000", "10000.00"), ("9000", "2900", "60000.00")] == lou.pairs(
        intent_id
    )
    told = lou.refuse((409, "OPENING_BALANCES_EXIST"), "POST", "/bookings/opening-balances", OPENING)
    assert intent_id == told["details"]["existing_id"]
    lou.post("/bookings/opening-balances", {**OPENING, "booking_date": "2025-01-01"})
    back = lou.reverse(intent_id, posting_mode="original_period")
    lou.post("/bookings/opening-balances", OPENING)
    assert ("2900", "9000", "60000.00") == lou.pairs(back)[2]


def test_opening_balances_stand_again_when_their_reversal_is_reversed(lou: LedgerLou) -> None:
    """What counts is what the books hold (Journal, post-journal-reverse, read 2026-11; 5.2, 5.3, A45; operations 6 and
    12)."""
    first = lou.post("/bookings/opening-balances", OPENING)["intent_id"]
    lou.reverse(lou.reverse(first))

    lou.refuse((409, "OPENING_BALANCES_EXIST"), "POST", "/bookings/opening-balances", OPENING)

    assert 10000 == lou.get("/accounts/1800/entries")["balance"]


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (opening(("0400", 5, 0), ("2900", 0, 4)), (400, "BALANCE_MISMATCH")),
        (opening(("0400", 5, 0)), (400, "BALANCE_MISMATCH")),
        (opening(("0400", 5, 5)), (400, "INVALID_BALANCE_ENTRY")),
        (opening(("0400", -5, 0), ("2900", 0, -5)), (400, "INVALID_BALANCE_ENTRY")),
        (opening(("1800", 5, 0), ("4400", 0, 5)), (400, "ACCOUNT_TYPE_NOT_ALLOWED")),
        (opening(("6815", 5, 0), ("2900", 0, 5)), (400, "ACCOUNT_TYPE_NOT_ALLOWED")),
        (opening(("0400", 0, 0), ("2900", 0, 0)), INVALID),
        (opening(), INVALID),
        (opening(("0400", 5, 0), ("2900", 0, 5), day="2026-02-30"), INVALID),
        (opening(("0400", 0.001, 0), ("2900", 0, 0.001)), INVALID),
    ],
)
def test_opening_balances_that_do_not_fit_are_refused(lou: LedgerLou, body: Json, refusal: tuple[int, str]) -> None:
    """Accounts of the balance sheet, one side each, both sums alike (Journal, post-bookings-opening-balances, read
    2026-11; 5.3, 10.14; operation 6)."""
    lou.refuse(refusal, "POST", "/bookings/opening-balances", body)

    assert {} == lou.balances()


def test_opening_balances_name_the_accounts_that_are_missing(lou: LedgerLou) -> None:
    """All of them at once (Journal, post-bookings-opening-balances, read 2026-11; 5.3; operation 6)."""
    body = opening(("9990", 5, 0), ("9991", 5, 0), ("2900", 0, 10))
    told = lou.refuse((400, "ACCOUNTS_NOT_FOUND"), "POST", "/bookings/opening-balances", body)
    assert {"accounts": ["9990", "9991"]} == told["details"]
    lou.control("DELETE", "/state/ledgerlou/accounts/9000")

    lou.refuse((400, "ACCOUNT_9000_MISSING"), "POST", "/bookings/opening-balances", OPENING)
