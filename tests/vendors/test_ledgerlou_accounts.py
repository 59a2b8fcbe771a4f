"""LedgerLou: the chart of accounts, the movements of an account, and tax codes."""

from __future__ import annotations

import pytest

from tests.vendors.ledgerlou import Json, LedgerLou, credit, debit

CLOUD = {
    "number": "6817",
    "name": "Cloud-Infrastruktur",
    "type": "expense",
    "category": "IT-Kosten",
    "report_group": "other_opex",
}
RC19 = {
    "code": "RC19",
    "label": "Reverse Charge 19%",
    "rate": 19,
    "vat_account": "1406",
    "self_assess_account": "3804",
}
INVALID = (400, "INVALID_INPUT")


def test_chart_is_listed_by_number(lou: LedgerLou) -> None:
    """Pages with a total that does not depend on them (Journal, get-accounts, read 2026-11; 1.5, 10.2; operation 1)."""
    whole = lou.get("/accounts")

    page = lou.get("/accounts", limit=2, offset=2)

    numbers = [each["number"] for each in whole["accounts"]]
    assert numbers == sorted(numbers)
    assert (500, 0, len(numbers)) == (whole["limit"], whole["offset"], whole["total"])
    assert (2, 2, len(numbers)) == (page["limit"], page["offset"], page["total"])
    assert whole["accounts"][2:4] == page["accounts"]
    assert {"number", "name", "type", "category", "report_group", "is_system"} == set(page["accounts"][0])
    assert [] == lou.get("/accounts", offset=1000)["accounts"]
    told = lou.refuse(INVALID, "GET", "/accounts?limit=501")
    assert "limit" == told["details"]["issues"][0]["path"]
    for wrong in ("limit=0", "limit=x", "offset=-1"):
        lou.refuse(INVALID, "GET", f"/accounts?{wrong}")


def test_account_of_ones_own_is_added_once(lou: LedgerLou) -> None:
    """The vendor's sample (Journal, post-accounts, read 2026-11; 2.1, 10.1, 10.3; operation 2)."""
    before = lou.get("/accounts")["total"]

    made = lou.post("/accounts", CLOUD, status=201)

    assert {**CLOUD, "is_system": False} == made
    assert before + 1 == lou.get("/accounts")["total"]
    lou.refuse((409, "DUPLICATE_ACCOUNT"), "POST", "/accounts", CLOUD)
    lou.refuse((409, "DUPLICATE_ACCOUNT"), "POST", "/accounts", {**CLOUD, "number": "1800"})
    short = lou.post("/accounts", {"number": "68", "name": "x", "type": "asset", "colour": "red"}, status=201)
    assert (None, None) == (short["category"], short["report_group"])


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("number", "12A"),
        ("number", "123456789"),
        ("number", ""),
        ("number", 6817),
        ("name", "x" * 256),
        ("name", None),
        ("type", "income"),
        ("category", "x" * 101),
        ("report_group", "x" * 41),
    ],
)
def test_account_that_does_not_fit_is_refused(lou: LedgerLou, member: str, value: Json) -> None:
    """Eight digits, and lengths as documented (Journal, post-accounts, read 2026-11; 10.3; operation 2)."""
    told = lou.refuse(INVALID, "POST", "/accounts", {**CLOUD, member: value})

    assert member == told["details"]["issues"][0]["path"]


def test_accounts_are_found_by_number_and_name(lou: LedgerLou) -> None:
    """By beginning of number or part of name, in any case (Journal, get-accounts-search, read 2026-11; 10.4, A70;
    operation 4)."""
    found = lou.get("/accounts/search", q="68", type="expense")["accounts"]

    assert ["6800", "6805", "6815", "6825", "6830", "6837", "6855", "6880"] == [each["number"] for each in found]
    assert {"number": "6815", "name": "Bürobedarf"} == found[2]
    assert ["6815"] == [each["number"] for each in lou.get("/accounts/search", q="BÜROBED")["accounts"]]
    assert [] == lou.get("/accounts/search", q="68", type="asset")["accounts"]
    first = [each["number"] for each in lou.get("/accounts", limit=20)["accounts"]]
    assert first == [each["number"] for each in lou.get("/accounts/search")["accounts"]]
    lou.refuse(INVALID, "GET", "/accounts/search?type=foo")


def test_inactive_account_is_neither_listed_nor_posted_to(lou: LedgerLou) -> None:
    """The chart is that of the active accounts (Journal, get-accounts and post-bookings, read 2026-11; 3.1;
    operations 1, 4 and 5)."""
    total = lou.get("/accounts")["total"]
    lou.change("accounts", "6815", is_active=False)

    assert total - 1 == lou.get("/accounts")["total"]
    assert [] == lou.get("/accounts/search", q="6815")["accounts"]
    body = {"booking_date": "2026-06-01", "description": "x", "lines": [debit("6815", 5), credit("1800", 5)]}
    lou.refuse((400, "ACCOUNT_NOT_FOUND"), "POST", "/bookings", body)
    lou.refuse((409, "DUPLICATE_ACCOUNT"), "POST", "/accounts", {**CLOUD, "number": "6815"})
    assert [] == lou.get("/accounts/6815/entries")["entries"]


def test_movements_of_an_account_run_up_to_its_balance(lou: LedgerLou) -> None:
    """Debit less credit within the filter (Journal, get-accounts-number-entries, read 2026-11; A69; operation 3)."""
    first = lou.book(debit("1800", 500.1), credit("2900", 500.1), booking_date="2026-03-05", external_reference="E-1")
    lou.book(debit("6815", 119, "VST19"), credit("1800", 119), booking_date="2026-02-01")
    lou.book(debit("1800", 7.77), credit("1800", 7.77), booking_date="2026-04-01")

    shown = lou.get("/accounts/1800/entries")

    assert [
        ("2026-02-01", "6815", 0, 100, -100),
        ("2026-02-01", "1406", 0, 19, -119),
        ("2026-03-05", "2900", 500.1, 0, 381.1),
        ("2026-04-01", "1800", 7.77, 0, 388.87),
        ("2026-04-01", "1800", 0, 7.77, 381.1),
    ] == [
        tuple(each[name] for name in ("booking_date", "contra_account", "debit", "credit", "running_balance"))
        for each in shown["entries"]
    ]
    assert 381.1 == shown["balance"]
    third = shown["entries"][2]
    assert (first, 1, "E-1", "Gezeichnetes Kapital") == tuple(
        third[name] for name in ("intent_id", "journal_number", "external_reference", "contra_account_name")
    )
    march = lou.get("/accounts/1800/entries", startDate="2026-03-01", endDate="2026-03-31")
    assert ([500.1], 500.1) == ([each["running_balance"] for each in march["entries"]], march["balance"])
    cut = lou.get("/accounts/1800/entries", limit=1)
    assert (1, 381.1) == (len(cut["entries"]), cut["balance"])
    assert {"entries": [], "balance": 0} == lou.get("/accounts/6310/entries")


def test_movements_of_an_unknown_account_are_refused(lou: LedgerLou) -> None:
    """404 for the account, 400 for what is asked (Journal, get-accounts-number-entries, read 2026-11; A9;
    operation 3)."""
    lou.refuse((404, "NOT_FOUND"), "GET", "/accounts/9999/entries")
    for path in ("/accounts/1800/entries?limit=1001", "/accounts/1800/entries?startDate=June", "/accounts/12A/entries"):
        lou.refuse(INVALID, "GET", path)
    lou.refuse(INVALID, "GET", "/accounts/1800/entries?endDate=2026-02-30")


def test_accounts_of_another_tenant_are_its_own(lou: LedgerLou) -> None:
    """What one tenant adds or books is not there for another (Auth, read 2026-11; 1.4; operations 1 to 3)."""
    lou.post("/accounts", CLOUD, status=201)
    lou.book()

    assert 0 == lou.get("/accounts/6815/entries", who="other")["balance"]
    assert [] == lou.get("/accounts/search", who="other", q="6817")["accounts"]
    lou.refuse((404, "NOT_FOUND"), "GET", "/accounts/6817/entries", who="other")


# --- tax codes ----------------------------------------------------------------------------------------------------


def test_system_has_seven_tax_codes(lou: LedgerLou) -> None:
    """Rates and accounts of SKR04 (Config, get-tax-codes, read 2026-11; 2.2, A18; operation 80)."""
    found = lou.get("/tax-codes")["tax_codes"]

    assert {
        ("VST19", 19, "1406", None),
        ("VST7", 7, "1401", None),
        ("UST19", 19, "3806", None),
        ("UST7", 7, "3801", None),
        ("VST-IGE19", 19, "1404", "3804"),
        ("VST-IGE7", 7, "1402", "3802"),
        ("VST-13B19", 19, "1407", "3837"),
    } == {tuple(each[name] for name in ("code", "rate", "vat_account", "self_assess_account")) for each in found}
    assert all(each["is_system"] and each["is_active"] for each in found)


def test_tax_code_of_ones_own_is_added_once(lou: LedgerLou) -> None:
    """The vendor's sample (Config, post-tax-codes, read 2026-11; 2.2, 3.14, 10.31, A63; operation 81)."""
    made = lou.post("/tax-codes", RC19, status=201)

    assert {**RC19, "description": None, "is_system": False, "is_active": True} == {
        name: value for name, value in made.items() if name != "created_at"
    }
    assert "2026-12-01T09:00:00Z" == made["created_at"]
    assert made in lou.get("/tax-codes")["tax_codes"]
    for same in ("RC19", "rc19", "VST19", "VSt19"):
        lou.refuse((409, "DUPLICATE_TAX_CODE"), "POST", "/tax-codes", {**RC19, "code": same})


@pytest.mark.parametrize(
    ("member", "value", "refusal"),
    [
        ("vat_account", "9999", (400, "ACCOUNT_NOT_FOUND")),
        ("self_assess_account", "9999", (400, "ACCOUNT_NOT_FOUND")),
        ("vat_account", "1400", (400, "ACCOUNT_INACTIVE")),
        ("self_assess_account", "1400", (400, "ACCOUNT_INACTIVE")),
        ("code", "RC 20", INVALID),
        ("code", "R" * 21, INVALID),
        ("label", "x" * 121, INVALID),
        ("description", "x" * 501, INVALID),
        ("rate", 101, INVALID),
        ("rate", -1, INVALID),
        ("rate", "19", INVALID),
    ],
)
def test_tax_code_that_does_not_fit_is_refused(
    lou: LedgerLou, member: str, value: Json, refusal: tuple[int, str]
) -> None:
    """Accounts are there and active, members within their limits (Config, post-tax-codes and patch-tax-codes-code, read
    2026-11; 10.31, A63; operations 81 and 83)."""
    lou.change("accounts", "1400", is_active=False)
    lou.refuse(refusal, "POST", "/tax-codes", {**RC19, member: value})
    lou.post("/tax-codes", RC19, status=201)

    if member != "code":
        lou.refuse(refusal, "PATCH", "/tax-codes/RC19", {member: value})


def test_tax_code_is_switched_off_and_on(lou: LedgerLou) -> None:
    """It leaves the list and bookings, never the state; those of the system stay (Config, delete-tax-codes-code, read
    2026-11; 5.12, 10.31, A20; operations 80, 82 and 83)."""
    lou.post("/tax-codes", RC19, status=201)

    gone = lou.done("DELETE", "/tax-codes/rc19")

    assert {"code": "RC19", "is_active": False} == gone
    assert "RC19" not in [each["code"] for each in lou.get("/tax-codes")["tax_codes"]]
    assert "RC19" not in [each["code"] for each in lou.get("/tax-codes", include_inactive="false")["tax_codes"]]
    every = {each["code"]: each for each in lou.get("/tax-codes", include_inactive="true")["tax_codes"]}
    assert every["RC19"]["is_active"] is False
    body = {"booking_date": "2026-06-01", "description": "x", "lines": [debit("5900", 9, "RC19"), credit("3300", 9)]}
    lou.refuse((400, "INVALID_TAX_CODE"), "POST", "/bookings", body)
    back = lou.done("PATCH", "/tax-codes/RC19", {"is_active": True})
    assert {"code": "RC19", "label": "Reverse Charge 19%", "is_active": True} == back
    lou.post("/bookings", body)
    lou.refuse((400, "SYSTEM_TAX_CODE_DELETE_FORBIDDEN"), "DELETE", "/tax-codes/VST19")
    lou.refuse((404, "TAX_CODE_NOT_FOUND"), "DELETE", "/tax-codes/NONE")
    lou.refuse(INVALID, "GET", "/tax-codes?include_inactive=yes")


def test_tax_code_is_changed_member_by_member(lou: LedgerLou) -> None:
    """What is sent changes, null clears, nothing is refused; those of the system change too (Config,
    patch-tax-codes-code, read 2026-11; A63; operation 83)."""
    lou.post("/tax-codes", {**RC19, "description": "Leistungen aus dem Ausland"}, status=201)

    changed = lou.done("PATCH", "/tax-codes/rc19", {"label": "RC", "description": None, "self_assess_account": "3837"})

    assert {"code": "RC19", "label": "RC", "is_active": True} == changed
    (kept,) = [each for each in lou.get("/tax-codes")["tax_codes"] if each["code"] == "RC19"]
    assert ("RC", None, 19, "1406", "3837") == tuple(
        kept[name] for name in ("label", "description", "rate", "vat_account", "self_assess_account")
    )
    lou.refuse((400, "NO_CHANGES"), "PATCH", "/tax-codes/RC19", {})
    lou.refuse((400, "NO_CHANGES"), "PATCH", "/tax-codes/RC19", {"label": "RC", "code": "OTHER"})
    lou.refuse((404, "TAX_CODE_NOT_FOUND"), "PATCH", "/tax-codes/NONE", {"label": "x"})
    assert "VSt" == lou.done("PATCH", "/tax-codes/VST19", {"label": "VSt"})["label"]


def test_change_of_a_rate_leaves_what_was_booked(lou: LedgerLou) -> None:
    """The journal is only ever added to (Modules, bookings and journal, read 2026-11; 5.1; operations 5 and 83)."""
    before = lou.book()

    lou.done("PATCH", "/tax-codes/VST19", {"rate": 16})

    after = lou.book(skip_duplicate_check=True)
    assert [("6815", "1200", "100.00"), ("1406", "1200", "19.00")] == lou.pairs(before)
    assert [("6815", "1200", "102.59"), ("1406", "1200", "16.41")] == lou.pairs(after)
