"""FinzBooks: what an account begins with, and what the demo company has done in two quarters."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from sandbooks.errors import StartupError
from sandbooks.fixtures import read_fixture
from sandbooks.project import bundled_project
from tests.serving import Door, serve
from tests.vendors.finzbooks import MAIN, NOW, OTHER, SECOND, FinzBooks, Json, inner, money

QUARTERS = {"first": ("2026-04-01", "2026-06-30"), "second": ("2026-07-01", "2026-09-30")}
HALF_YEAR = ("2026-04-01", "2026-09-30")
CHART = {
    "CASH": "cash",
    "BANK": "icici",
    "ACCOUNTS_RECEIVABLE": "ar",
    "STOCK": "stock",
    "GST_ASSET": "input_cgst input_sgst input_igst input_cess",
    "TDS_ASSET": "tds_receivable",
    "OTHER_CURRENT_ASSET": "vendor_advances",
    "FIXED_ASSET": "accum_depn",
    "ACCOUNTS_PAYABLE": "ap",
    "GST_LIABILITY": "output_cgst output_sgst output_igst output_cess rcm_cgst rcm_sgst rcm_igst",
    "TDS_LIABILITY": "tds_payable",
    "OTHER_CURRENT_LIABILITY": "customer_advances",
    "EQUITY": "capital",
    "RETAINED_EARNINGS": "retained_earnings",
    "SALES": "sales",
    "OTHER_INCOME": "other_income",
    "COST_OF_GOODS_SOLD": "purchases",
    "EXPENSE": "office_rent internet depreciation_exp bank_charges legal_fees staff_welfare",
}
CODES = {
    "acc_ar": "1040",
    "acc_input_cess": "1064",
    "acc_rcm_igst": "2033",
    "acc_sales": "4010",
    "acc_internet": "6020",
}
DOCUMENTS = (
    *("invoices", "bills", "expenses", "payments", "journals", "estimates", "sales_orders", "purchase_orders"),
    *("credit_notes", "debit_notes"),
)
STATUSES = {
    "invoices": {"DRAFT", "SENT", "PARTIALLY_PAID", "PAID", "OVERDUE", "CANCELLED", "CREDIT_APPLIED"},
    "bills": {"DRAFT", "OPEN", "PARTIALLY_PAID", "PAID", "OVERDUE"},
    "estimates": {"DRAFT", "SENT", "ACCEPTED", "CONVERTED", "DECLINED", "CANCELLED"},
    "sales_orders": {"DRAFT", "CONFIRMED", "INVOICED", "CANCELLED"},
    "purchase_orders": {"DRAFT", "ISSUED", "BILLED", "CANCELLED"},
    "credit_notes": {"ISSUED", "APPLIED", "CANCELLED"},
    "debit_notes": {"ISSUED"},
}
"""All that the vendor documents, but for the DRAFT of notes, which are posted at once."""

STORY = """
extends: empty
contacts:
  documents:
    - {contact_id: ct_acme, contact_name: Acme, gst_no: 27AABCC1234D1Z5}
story:
  documents:
    - {story_id: sale, at: '2026-05-12 10:00', do: createInvoice, body: {customer_id: ct_acme, date: '2026-05-12',
       place_of_supply: IN-MH, due_date: $today+30,
       line_items: [{name: Pump, quantity: 2, rate: 117.45, tax_id: tx_gst_18}]}}
    - {at: '2026-05-12 10:05', do: approveInvoice, of: $sale}
"""


def chart(accounts: list[Json]) -> dict[str, set[str]]:
    """Ids of the accounts by type, without their prefix."""
    kinds = {each["account_type"] for each in accounts}
    return {
        kind: {each["account_id"].removeprefix("acc_") for each in accounts if kind == each["account_type"]}
        for kind in kinds
    }


def balances(documents: list[Json]) -> Decimal:
    return sum((money(each["balance"]) for each in documents), Decimal())


def told(tmp_path: Path, text: str) -> Door:
    """FinzBooks with a demo profile of this text, beside the empty one that comes with it."""
    project = bundled_project()
    empty = project.fixture_file("finzbooks", "empty")
    assert empty is not None
    (tmp_path / "empty.yaml").write_bytes(empty.read_bytes())
    file = tmp_path / "demo.yaml"
    file.write_text(text)
    return serve(
        project.load_vendor("finzbooks"), fixture_file=lambda vendor, profile: file, now=NOW, frozen=True, strict=True
    )


def test_new_account_has_chart_taxes_and_branch(new_books: FinzBooks) -> None:
    """The accounts with types and codes, all taxes, the currencies and the head office, and no document at all
    (Items, accounts, read 2026-11; 5.6, 11.2; A24)."""
    accounts = new_books.all("/accounts")
    taxes = {each["tax_id"]: each for each in new_books.all("/taxes")}

    assert {kind: set(names.split()) for kind, names in CHART.items()} == chart(accounts)
    assert CODES == {each["account_id"]: each["code"] for each in accounts if each["account_id"] in CODES}
    assert {0} == {each["current_balance"] for each in accounts}
    rates = {"tx_gst_0": 0, "tx_gst_5": 5, "tx_gst_12": 12, "tx_gst_18": 18, "tx_gst_28": 28, "tx_rcm_18": 18}
    assert {**rates, "tx_exempt": 0, "tx_nil": 0, "tx_non_gst": 0} == {id: tax["igst"] for id, tax in taxes.items()}
    assert all(tax["igst"] == tax["cgst"] + tax["sgst"] for tax in taxes.values())
    assert [
        {
            "branch_id": "br_hq",
            "code": "HQ",
            "name": "Head Office",
            "gstin": "27AAAPG7885R1ZP",
            "state": "IN-MH",
            "city": "Mumbai",
            "is_default": True,
            "invoice_prefix": "INV-",
            "bill_prefix": "BILL-",
        }
    ] == new_books.get("/branches")
    assert ["INR"] == [each["currency_code"] for each in new_books.get("/currencies") if each["is_base"]]
    (rate,) = new_books.get("/exchange_rates", from_currency="USD", to_currency="INR")
    assert (83.42, "2026-05-12T00:00:00", "RBI") == (rate["rate"], rate["rate_date"], rate["source"])
    assert [[]] * 12 == [new_books.all(f"/{name}") for name in ("contacts", "items", *DOCUMENTS)]


@pytest.mark.parametrize("profile", ["empty", "demo"])
def test_every_organisation_has_its_own_chart(finzbooks_door: Door, profile: str) -> None:
    """The user's second organisation, and one of somebody else, have chart, taxes and a branch, and nothing of the
    first one's (Organisations, read 2026-11; 2.1, 5.6)."""
    books = FinzBooks(finzbooks_door, f"apart-{profile}", profile)

    for who, organisation, branch in (("multi-org", SECOND, "br_shop"), ("other-tenant", OTHER, "br_chn")):
        asked = f"?organization_id={organisation}"
        accounts = inner(books.done("GET", f"/accounts{asked}&per_page=200", who=who))
        assert {kind: set(names.split()) for kind, names in CHART.items()} == chart(accounts)
        assert {0} == {each["current_balance"] for each in accounts}
        assert [branch] == [each["branch_id"] for each in inner(books.done("GET", f"/branches{asked}", who=who))]
        assert 9 == len(inner(books.done("GET", f"/taxes{asked}", who=who)))
        for name in ("contacts", "items", *DOCUMENTS):
            assert [] == inner(books.done("GET", f"/{name}{asked}", who=who)), name
    assert MAIN == books.value("organization_id")


def test_demo_has_what_the_samples_name(books: FinzBooks) -> None:
    """The contacts, the widget and the branch of the vendor's samples with their fixed ids, and a branch of another
    state with numbers of its own (Contacts, Items, Branches, read 2026-11; 5.6)."""
    acme, supplier = books.get("/contacts/ct_acme"), books.get("/contacts/ct_vendor")
    widget = books.get("/items/it_widget")

    assert ("CUSTOMER", "IN-MH", "REGISTERED", 30) == tuple(
        acme[name] for name in ("contact_type", "place_of_contact", "gst_treatment", "payment_terms")
    )
    assert ("27AABCC1234D1Z5", "AABCC1234D") == (acme["gst_no"], acme["pan"])
    assert ("VENDOR", "ACME Supplies", 14) == tuple(
        supplier[name] for name in ("contact_type", "contact_name", "payment_terms")
    )
    assert "IN-KA" == books.get("/contacts/ct_beta")["place_of_contact"]
    assert "VENDOR" == books.get("/contacts/ct_landlord")["contact_type"]
    assert ("Widget", "W-100", "GOODS", "8421", "NOS", 100, 70, "tx_gst_18") == tuple(
        widget[name]
        for name in ("item_name", "sku", "item_type", "hsn_or_sac", "unit", "rate", "purchase_rate", "tax_id")
    )
    branches = {each["branch_id"]: each for each in books.get("/branches")}
    assert {"br_hq": "IN-MH", "br_blr": "IN-KA"} == {id: branch["state"] for id, branch in branches.items()}
    numbers = [(each["branch_id"], each["invoice_number"]) for each in books.all("/invoices")]
    assert ("br_hq", "INV-2026-0001") in numbers
    assert ("br_hq", "INV-EXPORT-2026-0001") in numbers
    assert ("br_blr", "KA-INV-2026-0001") in numbers
    assert {"br_blr"} == {branch for branch, number in numbers if number.startswith("KA-")}


def test_demo_has_every_kind_of_party_and_rate(books: FinzBooks) -> None:
    """Contacts of each treatment and both sides, items at each rate, exempt, nil and outside GST
    (Contacts, Items, read 2026-11; 7.1, 7.2)."""
    contacts, items = books.all("/contacts"), books.all("/items")

    assert {"REGISTERED", "UNREGISTERED", "CONSUMER", "COMPOSITION", "SEZ", "OVERSEAS"} == {
        each["gst_treatment"] for each in contacts
    }
    assert {"CUSTOMER", "VENDOR", "BOTH"} == {each["contact_type"] for each in contacts}
    assert {"ACTIVE", "INACTIVE"} == {each["status"] for each in contacts}
    taxed = {"tx_gst_5", "tx_gst_12", "tx_gst_18", "tx_gst_28", "tx_exempt", "tx_nil", "tx_non_gst"}
    assert taxed == {each["tax_id"] for each in items}
    assert {"ACTIVE", "ARCHIVED"} == {each["status"] for each in items}
    assert {"GOODS", "SERVICE"} == {each["item_type"] for each in items}


@pytest.mark.parametrize("day", ["2026-10-01T00:00:00Z", "2026-11-22T05:00:00Z", "2031-02-03T00:00:00Z"])
def test_demo_shows_every_status_on_any_day(finzbooks_door: Door, day: str) -> None:
    """Each status of each document, however long ago the two quarters are (8.1, 8.2, 8.3, 8.4, 9.1, 9.2)."""
    books = FinzBooks(finzbooks_door, f"day-{day[:4]}-{day[5:7]}", at=day)

    assert STATUSES == {name: {each["status"] for each in books.all(f"/{name}")} for name in STATUSES}


def test_demo_ends_with_the_day_before_it_begins(finzbooks_door: Door) -> None:
    """Where a sandbox begins in the middle of the story, the rest has not happened: no document, entry or activity
    is of that day or later (1, 12.5)."""
    books = FinzBooks(finzbooks_door, "june", at="2026-06-12T03:00:00Z")

    for name in DOCUMENTS:
        times = [each["created_time"] for each in books.all(f"/{name}")]
        assert "2026-06-12" > max(times, default=""), name
        assert all("2026-03" < time for time in times)
    assert "2026-06-12" > max(each["occurred_at"] for each in books.all("/activity"))
    assert Decimal() == sum(books.trial().values())


def test_demo_is_told_within_its_two_quarters(books: FinzBooks) -> None:
    """Dates, moments and activity of all documents lie in April to September 2026, and no webhook has left
    (1, 4.2, 12.5)."""
    for name in DOCUMENTS:
        for each in books.all(f"/{name}"):
            day, moment = each["date"][:10], each["created_time"][:10]
            assert HALF_YEAR[0] <= day <= HALF_YEAR[1], each
            assert HALF_YEAR[0] <= moment <= each["last_modified_time"][:10] <= HALF_YEAR[1], each
    happened = books.all("/activity")
    assert HALF_YEAR[0] <= min(each["occurred_at"] for each in happened)
    assert "2026-10-01" > max(each["occurred_at"] for each in happened)
    assert {"usr_asha"} <= {each["actor_user_id"] for each in happened} <= {"usr_asha", "usr_ravi"}
    assert [] == books.control("GET", "/deliveries")


def test_demo_books_balance(books: FinzBooks) -> None:
    """Debits are credits, in all and in each entry; what customers owe and vendors are owed are the open documents
    less the notes that are not applied (5.5, 13, 17.31)."""
    trial = books.trial()
    open_notes = [each for each in books.all("/credit_notes") if "ISSUED" == each["status"]]

    for entry in books.all("/journals"):
        debits = sum(money(line["debit"]) for line in entry["lines"])
        credits = sum(money(line["credit"]) for line in entry["lines"])
        assert debits == credits == money(entry["total_debit"]) == money(entry["total_credit"])
    assert Decimal() == sum(trial.values())
    invoices = [each for each in books.all("/invoices") if each["status"] not in ("DRAFT", "CANCELLED")]
    assert {1} == {each["exchange_rate"] for each in invoices if each["balance"]}
    owed = balances(invoices) - balances([each for each in open_notes if "customer" == each["type"]])
    assert trial["acc_ar"] == owed
    bills = [each for each in books.all("/bills") if "DRAFT" != each["status"]]
    credits_open = [each for each in open_notes if "vendor" == each["type"]] + books.all("/debit_notes")
    assert trial["acc_ap"] == balances(credits_open) - balances(bills)


def test_demo_comes_to_these_figures(books: FinzBooks) -> None:
    """What the head of the fixture says, worked out apart from the pack: bank, receivables, payables, the result of
    the half year, and both sides of the balance sheet (5.5, 13)."""
    trial = books.trial("2026-09-30")
    sheet = books.report("balance_sheet", as_of_date="2026-09-30")
    result = books.report("profit_and_loss", from_date=HALF_YEAR[0], to_date=HALF_YEAR[1])

    assert {
        "acc_icici": "1755459.07",
        "acc_ar": "1281355.55",
        "acc_ap": "-657323.02",
        "acc_sales": "-4607739.75",
        "acc_purchases": "3266166.00",
        "acc_customer_advances": "-79271.00",
        "acc_vendor_advances": "40000.00",
        "acc_tds_receivable": "2400.00",
        "acc_other_income": "-1567.90",
    } == {
        name: f"{trial[name]:.2f}"
        for name in (
            *("acc_icici", "acc_ar", "acc_ap", "acc_sales", "acc_purchases", "acc_customer_advances"),
            *("acc_vendor_advances", "acc_tds_receivable", "acc_other_income"),
        )
    }
    assert 351996.88 == result["net_profit"]
    assert (6017095.43, 6017095.43) == (sheet["total_assets"], sheet["total_liabilities_and_equity"])


@pytest.mark.parametrize(
    ("quarter", "returned", "credit", "charged", "registered"),
    [
        ("first", (2455574.75, 295873.05, 55817.25, 55817.25), (520369.48, 44046.3, 44046.3), 98788.8, 14),
        ("second", (2152165.0, 323454.0, 64426.5, 64426.5), (82458.0, 46357.87, 46357.86), 26800.0, 10),
    ],
)
def test_demo_returns_of_each_quarter(
    books: FinzBooks,
    quarter: str,
    returned: tuple[float, ...],
    credit: tuple[float, ...],
    charged: float,
    registered: int,
) -> None:
    """GSTR-1 and GSTR-3B of both quarters: supplies less notes, credit, reverse charge, worked out apart from the
    pack; the branches' returns add up to the whole (13; A29)."""
    asked = dict(zip(("from_date", "to_date"), QUARTERS[quarter], strict=True))
    sales, summary = books.report("gstr1", **asked), books.report("gstr3b", **asked)
    totals = ("taxable_value", "igst", "cgst", "sgst")

    assert returned == tuple(sales["totals"][name] for name in totals)
    assert credit == tuple(summary["itc"]["net"][name] for name in totals[1:])
    assert charged == summary["inward_supplies"]["reverse_charge"]["taxable_value"]
    assert registered == sum(len(customer["invoices"]) for customer in sales["b2b"])
    branches = [books.report("gstr1", branch_id=branch, **asked) for branch in ("br_hq", "br_blr")]
    assert ["27AAAPG7885R1ZP", "29AAAPG7885R1ZR"] == [each["gstin"] for each in branches]
    for name in totals:
        assert money(sales["totals"][name]) == sum(money(each["totals"][name]) for each in branches)


def test_same_seed_and_day_give_the_same_books(finzbooks_door: Door) -> None:
    """Two sandboxes answer alike, ids and times included, and so does one after a reset (1)."""
    first, second = FinzBooks(finzbooks_door, "twin-a"), FinzBooks(finzbooks_door, "twin-b")
    asked = [f"/{name}" for name in ("contacts", "items", *DOCUMENTS, "activity")]
    answers = [first.all(path) for path in asked]

    assert answers == [second.all(path) for path in asked]
    first.invoice()
    first.control("POST", "/reset")
    assert answers == [first.all(path) for path in asked]


def test_names_of_the_story_lead_to_documents(books: FinzBooks) -> None:
    """What an entry made is kept under its name (1)."""
    kept = books.control("GET", "/state/finzbooks/story?limit=500")
    made = {each["entity_id"] for each in kept}
    ids = {each["invoice_id"] for each in books.all("/invoices")} | {each["bill_id"] for each in books.all("/bills")}

    assert len(kept) == len(made)
    assert ids <= made
    assert 5 < Counter(each["do"] for each in kept)["createPayment"]


def test_bodies_of_the_story_are_those_of_calls() -> None:
    """Each body fits the description of its operation, so that a call could bring it (3.4)."""
    project = bundled_project()
    vendor = project.load_vendor("finzbooks")
    file = project.fixture_file("finzbooks", "demo")
    assert file is not None

    entries = [entry for rows in read_fixture(file) if "story" == rows.collection for entry in rows.documents]
    assert 190 < len(entries)
    assert entries == sorted(entries, key=lambda entry: str(entry["at"]))
    for entry in entries:
        sent = stood_for(entry.get("body"))
        faults = vendor.description.operation(entry["do"]).check_body("application/json", sent)
        assert [] == (faults if "body" in entry else []), entry


def stood_for(value: Json) -> Json:
    """A body with something in place of what only the story knows."""
    match value:
        case str() if value.startswith("$today"):
            return "2026-12-01"
        case dict():
            return {name: stood_for(part) for name, part in value.items()}
        case list():
            return [stood_for(part) for part in value]
    return value


def test_story_of_ones_own_is_told_to_the_handlers(tmp_path: Path) -> None:
    """A fixture's calls are those of the API: numbered, taxed, posted, at their time; what it says of the days ahead
    is reckoned from the first day of the sandbox (5.3, 5.5, 8.1)."""
    books = FinzBooks(told(tmp_path, STORY), "own")

    (made,) = books.all("/invoices")

    assert ("INV-2026-0001", "SENT", 234.9, 42.28, 277.18) == tuple(
        made[name] for name in ("invoice_number", "status", "sub_total", "tax_total", "total")
    )
    assert ("2026-05-12T10:00:00", "2026-10-31T00:00:00") == (made["created_time"], made["due_date"])
    assert [
        ("acc_ar", "277.18", "0.00"),
        ("acc_output_cgst", "0.00", "21.14"),
        ("acc_output_sgst", "0.00", "21.14"),
        ("acc_sales", "0.00", "234.90"),
    ] == books.legs(made["invoice_id"])


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("{at: '2026-05-13 10:00', do: approveInvoice, of: $sold}", "no earlier entry of the story is called 'sold'"),
        ("{at: '2026-05-13 10:00', do: sellInvoice, of: $sale}", "no handler for 'sellInvoice'"),
        ("{at: '2026-05-13 10:00', do: approveInvoice, of: $sale}", "status"),
        ("{at: '2026-05-13', do: approveInvoice, of: $sale}", "story at /at"),
    ],
)
def test_story_that_cannot_be_told_stops_the_start(tmp_path: Path, entry: str, complaint: str) -> None:
    """An unknown name or operation, what a handler refuses and an entry of the wrong form are told with file and line
    (1)."""
    with pytest.raises(StartupError) as stopped:
        FinzBooks(told(tmp_path, f"{STORY}    - {entry}\n"), "own").all("/invoices")

    assert "demo.yaml:12" in str(stopped.value)
    assert complaint in str(stopped.value)
