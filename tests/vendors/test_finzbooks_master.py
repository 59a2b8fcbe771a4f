"""FinzBooks: contacts, items, taxes, accounts and what else documents choose from."""

from __future__ import annotations

import pytest

from tests.vendors.finzbooks import GOOD, FinzBooks, Json, line, money, widgets

INVALID = "validation.invalid_value"
ADDRESS = {
    "address": "14 Senapati Bapat Road",
    "city": "Pune",
    "state_code": "IN-MH",
    "zip": "411016",
    "country": "IN",
}


def test_contact_needs_a_name_alone(books: FinzBooks) -> None:
    """All else has a default (Contacts, read 2026-11; 7.1, 17.6; operation 4)."""
    made = books.make("/contacts", {"contact_name": "Sahyadri Pumps"})

    assert made["contact_id"].startswith("ct_")
    assert {
        "contact_type": "CUSTOMER",
        "contact_name": "Sahyadri Pumps",
        "display_name": "Sahyadri Pumps",
        "gst_no": None,
        "gst_treatment": "UNREGISTERED",
        "pan": None,
        "place_of_contact": None,
        "contact_persons": [],
        "payment_terms": 0,
        "opening_balance": 0,
        "credit_limit": None,
        "currency_code": "INR",
        "status": "ACTIVE",
    }.items() <= made.items()
    assert {
        *("contact_id", "contact_type", "contact_name", "display_name", "legal_name", "company_name", "gst_no"),
        *("gst_treatment", "pan", "place_of_contact", "email", "phone", "website", "billing_address"),
        *("shipping_address", "contact_persons", "payment_terms", "opening_balance", "credit_limit"),
        *("currency_code", "status", "created_time", "last_modified_time"),
    } == set(made)
    assert made == books.get(f"/contacts/{made['contact_id']}") == books.get("/contacts", per_page=1)[0]


@pytest.mark.parametrize(
    ("path", "name"), [("/contacts", "contact_name"), ("/items", "item_name")], ids=["contact", "item"]
)
def test_name_of_spaces_is_none(books: FinzBooks, path: str, name: str) -> None:
    """Neither a new contact or item nor a changed one has it (Contacts; Items, read 2026-11; 7.1, 7.2)."""
    made = books.make(path, {name: "Sahyadri"})

    books.refuse((400, "validation.required_field", name), "POST", path, {name: "  "})
    books.refuse((400, "validation.required_field", name), "PUT", f"{path}/{next(iter(made.values()))}", {name: "  "})


def test_opening_balance_is_told_and_not_posted(books: FinzBooks) -> None:
    """It is information alone, as is the limit of credit (Contacts, read 2026-11; 7.1; operation 4; A25)."""
    before, owed = books.trial(), books.report("outstanding_receivables")["grand_total"]

    made = books.make("/contacts", {"contact_name": "Old", "opening_balance": 5000.5, "credit_limit": 100})
    books.invoice(customer_id=made["contact_id"])

    assert (5000.5, 100) == (made["opening_balance"], made["credit_limit"])
    assert {} == books.moved(before)
    assert owed == books.report("outstanding_receivables")["grand_total"]


def test_contact_has_what_its_gst_number_tells(books: FinzBooks) -> None:
    """In capitals, registered, its state and its PAN filled in from it (Contacts, read 2026-11; 5.1, 7.1;
    operation 4; A30)."""
    made = books.make("/contacts", {"contact_name": "Cauvery", "gst_no": "29aabcc1234d1z5"})
    told = books.make("/contacts", {"contact_name": "Told", "gst_no": "27AABCC1234D1Z5", "place_of_contact": "IN-GA"})

    assert ("29AABCC1234D1Z5", "REGISTERED", "IN-KA", "AABCC1234D") == tuple(
        made[name] for name in ("gst_no", "gst_treatment", "place_of_contact", "pan")
    )
    assert "IN-GA" == told["place_of_contact"]


def test_contact_without_gst_number_has_the_state_of_its_address(books: FinzBooks) -> None:
    """The billing address tells where it is, and is kept as sent (Contacts, read 2026-11; 7.1; operation 4)."""
    persons: list[dict[str, Json]] = [
        {"first_name": "Meena", "email": "meena@example.in", "is_primary": True},
        {"first_name": "Ravi"},
    ]
    body = {"contact_name": "Pune Fabricators", "billing_address": ADDRESS, "contact_persons": persons}

    made = books.make("/contacts", body)

    assert "IN-MH" == made["place_of_contact"]
    assert ADDRESS.items() <= made["billing_address"].items()
    assert [("Meena", True), ("Ravi", False)] == [
        (each["first_name"], each["is_primary"]) for each in made["contact_persons"]
    ]
    assert 2 == len({each["contact_person_id"] for each in made["contact_persons"]})
    two = [{**each, "is_primary": True} for each in persons]
    books.refuse((400, INVALID, "contact_persons[1].is_primary"), "POST", "/contacts", {**body, "contact_persons": two})


def test_contact_is_changed_in_part(books: FinzBooks) -> None:
    """What is sent is changed, an address and the persons as a whole (7.1; operations 3 and 5; A22)."""
    made = books.make(
        "/contacts",
        {
            "contact_name": "Pune Fabricators",
            "billing_address": ADDRESS,
            "contact_persons": [{"first_name": "Meena"}, {"first_name": "Ravi"}],
        },
    )

    changed = books.put(
        f"/contacts/{made['contact_id']}",
        {"payment_terms": 45, "billing_address": {"city": "Nashik"}, "contact_persons": [{"first_name": "Usha"}]},
    )

    assert ("Pune Fabricators", 45) == (changed["contact_name"], changed["payment_terms"])
    assert ("Nashik", None) == (changed["billing_address"]["city"], changed["billing_address"].get("address"))
    assert ["Usha"] == [each["first_name"] for each in changed["contact_persons"]]
    assert changed == books.get(f"/contacts/{made['contact_id']}")
    place = f"/contacts/{made['contact_id']}"
    books.refuse((400, INVALID, "gst_no"), "PUT", place, {"gst_no": "27", "payment_terms": 5})
    books.refuse((404, "not_found.resource", "contact_id"), "PUT", "/contacts/ct_none", {"payment_terms": 5})
    assert changed == books.get(place)


def test_archived_contact_is_on_no_new_document(books: FinzBooks) -> None:
    """It is INACTIVE, a second time too, and refused on documents (7.1; operation 6; A22)."""
    invoice = books.invoice()
    archived = books.act("/contacts/ct_acme/archive")

    assert "INACTIVE" == archived["status"] == books.act("/contacts/ct_acme/archive")["status"]
    books.refuse((400, INVALID, "customer_id"), "POST", "/invoices", GOOD["/invoices"])
    assert "SENT" == books.act(f"/invoices/{invoice['invoice_id']}/approve")["status"]
    assert "ct_acme" not in [each["contact_id"] for each in books.all("/contacts", status="ACTIVE")]
    books.put("/contacts/ct_acme", {"status": "ACTIVE"})
    assert 201 == books.call("POST", "/invoices", GOOD["/invoices"]).status_code
    books.refuse((404, "not_found.resource", "contact_id"), "POST", "/contacts/ct_none/archive")


def test_contact_is_deleted_while_nothing_names_it(books: FinzBooks) -> None:
    """One with a document is kept (7.1; operation 7; A22)."""
    made = books.make("/contacts", GOOD["/contacts"])
    place = f"/contacts/{made['contact_id']}"
    draft = books.invoice(customer_id=made["contact_id"])

    books.refuse((400, INVALID, "contact_id"), "DELETE", place)
    books.delete(f"/invoices/{draft['invoice_id']}")
    books.delete(place)

    books.refuse((404, "not_found.resource", "contact_id"), "GET", place)
    books.refuse((404, "not_found.resource", "contact_id"), "DELETE", place)


@pytest.mark.parametrize("name", ["customer_id", "item_id"])
def test_what_a_schedule_names_is_kept(books: FinzBooks, name: str) -> None:
    """A contact or an item of its template is not deleted while it is there (7.1, 7.2; operations 7 and 13; A22)."""
    customer = books.make("/contacts", GOOD["/contacts"])["contact_id"]
    item = books.make("/items", GOOD["/items"])["item_id"]
    lines = [{"item_id": item, "quantity": 1}]
    template = {**GOOD["/invoices"], "customer_id": customer, "line_items": lines}
    schedule = {"entity_type": "INVOICE", "name": "Retainer", "frequency": "MONTHLY", "start_date": "2026-11-01"}
    made = books.make("/recurring", {**schedule, "template_payload": template})["recurring_id"]
    field, place = ("item_id", f"/items/{item}") if name == "item_id" else ("contact_id", f"/contacts/{customer}")

    books.refuse((400, INVALID, field), "DELETE", place)
    books.delete(f"/recurring/{made}")

    books.delete(place)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"contact_type": "CUSTOMER"}, ["Zed One"]),
        ({"contact_type": "BOTH"}, ["Zed Three"]),
        ({"search": "zed t"}, ["Zed Three", "Zed Two"]),
        ({"search": "29zzzcc"}, ["Zed Two"]),
        ({"search": "ZED@EXAMPLE"}, ["Zed One"]),
        ({"search": "zed", "contact_type": "VENDOR"}, ["Zed Two"]),
        ({"search": "zed", "status": "INACTIVE"}, ["Zed Three"]),
        ({"search": "nobody at all"}, []),
    ],
)
def test_contacts_are_filtered(books: FinzBooks, query: dict[str, Json], names: list[str]) -> None:
    """By the very type, by status, and by a part of name, GST number or e-mail in any case
    (Contacts, read 2026-11; 7.1; operation 2)."""
    books.make("/contacts", {"contact_name": "Zed One", "email": "zed@example.in"})
    books.make("/contacts", {"contact_name": "Zed Two", "contact_type": "VENDOR", "gst_no": "29ZZZCC1234D1Z5"})
    both = books.make("/contacts", {"contact_name": "Zed Three", "contact_type": "BOTH"})
    books.act(f"/contacts/{both['contact_id']}/archive")

    found = [each["contact_name"] for each in books.all("/contacts", **query)]

    assert names == [name for name in found if name.startswith("Zed")]


def test_item_has_defaults(books: FinzBooks) -> None:
    """Its name is needed alone (Items, read 2026-11; 7.2; operations 9 and 10)."""
    made = books.make("/items", {"item_name": "Gasket"})

    assert made["item_id"].startswith("it_")
    assert {
        "item_name": "Gasket",
        "sku": None,
        "item_type": "GOODS",
        "unit": "NOS",
        "rate": 0,
        "purchase_rate": 0,
        "tax_id": None,
        "status": "ACTIVE",
    }.items() <= made.items()
    assert {
        *("item_id", "item_name", "sku", "item_type", "description", "hsn_or_sac", "unit", "rate", "purchase_rate"),
        *("tax_id", "status", "created_time", "last_modified_time"),
    } == set(made)
    assert made == books.get(f"/items/{made['item_id']}")


def test_documented_item_is_there(books: FinzBooks) -> None:
    """The widget of the vendor's samples (Items, read 2026-11; 5.6; operation 9)."""
    assert {
        "item_name": "Widget",
        "sku": "W-100",
        "item_type": "GOODS",
        "hsn_or_sac": "8421",
        "unit": "NOS",
        "rate": 100,
        "purchase_rate": 70,
        "tax_id": "tx_gst_18",
    }.items() <= books.get("/items/it_widget").items()


def test_stock_keeping_unit_is_taken_once(books: FinzBooks) -> None:
    """409 for a second item of it, made or changed; items without one are many
    (Items; Errors, read 2026-11; 3.4, 7.2; operations 10 and 11; A5)."""
    made = books.make("/items", {"item_name": "Gasket", "sku": "G-1"})
    for _ in range(2):
        books.make("/items", {"item_name": "Washer"})
    taken = (409, "conflict.duplicate", "sku")

    books.refuse(taken, "POST", "/items", {"item_name": "Other", "sku": "G-1"})
    books.refuse(taken, "PUT", f"/items/{made['item_id']}", {"sku": "W-100"})
    assert "G-1" == books.put(f"/items/{made['item_id']}", {"sku": "G-1", "rate": 9.5})["sku"]


def test_item_is_changed(books: FinzBooks) -> None:
    """Documents that are there keep what they had (Items, read 2026-11; 7.2; operation 11)."""
    invoice = books.invoice()

    changed = books.put("/items/it_widget", {"rate": 125.5, "hsn_or_sac": "84213920"})

    assert (125.5, "84213920", "Widget") == (changed["rate"], changed["hsn_or_sac"], changed["item_name"])
    assert 100 == books.get(f"/invoices/{invoice['invoice_id']}")["line_items"][0]["rate"]
    assert 125.5 == books.invoice(widgets())["line_items"][0]["rate"]
    books.refuse((400, INVALID, "hsn_or_sac"), "PUT", "/items/it_widget", {"hsn_or_sac": "84"})
    books.refuse((404, "not_found.resource", "tax_id"), "PUT", "/items/it_widget", {"tax_id": "tx_none"})
    books.refuse((404, "not_found.resource", "item_id"), "PUT", "/items/it_none", {"rate": 5})


def test_archived_item_is_on_no_new_line(books: FinzBooks) -> None:
    """A second archiving does nothing more; a line with it is refused
    (Items, read 2026-11; 5.4, 7.2; operation 12)."""
    assert "ARCHIVED" == books.act("/items/it_widget/archive")["status"]
    assert "ARCHIVED" == books.act("/items/it_widget/archive")["status"]

    books.refuse((400, INVALID, "line_items[0].item_id"), "POST", "/invoices", GOOD["/invoices"])
    assert "it_widget" in [each["item_id"] for each in books.all("/items", status="ARCHIVED")]
    assert "it_widget" not in [each["item_id"] for each in books.all("/items", status="ACTIVE")]
    books.refuse((404, "not_found.resource", "item_id"), "POST", "/items/it_none/archive")


@pytest.mark.parametrize(
    "path",
    ["/invoices", "/estimates", "/sales_orders", "/bills", "/purchase_orders", "/credit_notes", "/debit_notes"],
)
def test_item_is_deleted_while_no_document_has_it(books: FinzBooks, path: str) -> None:
    """A draft is enough to keep it (Items, read 2026-11; 7.2; operation 13)."""
    used, unused = (books.make("/items", {"item_name": name, "rate": 5}) for name in ("Used", "Unused"))
    books.make(path, {**GOOD[path], "line_items": [{"item_id": used["item_id"], "quantity": 1}]})

    books.refuse((400, INVALID, "item_id"), "DELETE", f"/items/{used['item_id']}")
    books.delete(f"/items/{unused['item_id']}")

    books.refuse((404, "not_found.resource", "item_id"), "GET", f"/items/{unused['item_id']}")


def test_items_are_filtered(books: FinzBooks) -> None:
    """By type, status and a part of the name or number (7.2; operation 8)."""
    books.make("/items", {"item_name": "Zed Fitting", "item_type": "SERVICE", "sku": "ZF-9"})
    books.make("/items", {"item_name": "Zed Gasket"})

    assert ["Zed Gasket", "Zed Fitting"] == [each["item_name"] for each in books.all("/items", search="zed")]
    assert ["Zed Fitting"] == [each["item_name"] for each in books.all("/items", search="zed", item_type="SERVICE")]
    assert ["Zed Fitting"] == [each["item_name"] for each in books.all("/items", search="zf-9")]


def test_taxes_hold_both_splits(books: FinzBooks) -> None:
    """A row of 18 percent is 9 and 9 or 18; each shape is there (Items, read 2026-11; 5.2, 5.6; operations 14 and
    15)."""
    rows = {each["tax_id"]: each for each in books.all("/taxes")}

    assert {
        "tax_id": "tx_gst_18",
        "name": "GST 18%",
        "shape": "INTRA_STATE",
        "cgst": 9,
        "sgst": 9,
        "igst": 18,
        "cess": 0,
    } == books.get("/taxes/tx_gst_18")
    for rate in (0, 5, 12, 18, 28):
        row = rows[f"tx_gst_{rate}"]
        assert (rate / 2, rate / 2, rate) == (row["cgst"], row["sgst"], row["igst"])
    shapes = {rows[f"tx_{name}"]["shape"] for name in ("exempt", "nil", "non_gst", "rcm_18")}
    assert {"EXEMPT", "NIL_RATED", "NON_GST", "RCM"} == shapes
    books.refuse((404, "not_found.resource", "tax_id"), "GET", "/taxes/tx_none")


CHART = {
    "acc_cash": ("1010", "CASH"),
    "acc_icici": ("1020", "BANK"),
    "acc_ar": ("1040", "ACCOUNTS_RECEIVABLE"),
    "acc_stock": ("1050", "STOCK"),
    "acc_input_cgst": ("1061", "GST_ASSET"),
    "acc_input_sgst": ("1062", "GST_ASSET"),
    "acc_input_igst": ("1063", "GST_ASSET"),
    "acc_input_cess": ("1064", "GST_ASSET"),
    "acc_tds_receivable": ("1070", "TDS_ASSET"),
    "acc_vendor_advances": ("1080", "OTHER_CURRENT_ASSET"),
    "acc_accum_depn": ("1510", "FIXED_ASSET"),
    "acc_ap": ("2010", "ACCOUNTS_PAYABLE"),
    "acc_output_cgst": ("2021", "GST_LIABILITY"),
    "acc_output_sgst": ("2022", "GST_LIABILITY"),
    "acc_output_igst": ("2023", "GST_LIABILITY"),
    "acc_output_cess": ("2024", "GST_LIABILITY"),
    "acc_rcm_cgst": ("2031", "GST_LIABILITY"),
    "acc_rcm_sgst": ("2032", "GST_LIABILITY"),
    "acc_rcm_igst": ("2033", "GST_LIABILITY"),
    "acc_tds_payable": ("2040", "TDS_LIABILITY"),
    "acc_customer_advances": ("2050", "OTHER_CURRENT_LIABILITY"),
    "acc_capital": ("3010", "EQUITY"),
    "acc_retained_earnings": ("3020", "RETAINED_EARNINGS"),
    "acc_sales": ("4010", "SALES"),
    "acc_other_income": ("4020", "OTHER_INCOME"),
    "acc_purchases": ("5010", "COST_OF_GOODS_SOLD"),
    "acc_office_rent": ("6010", "EXPENSE"),
    "acc_internet": ("6020", "EXPENSE"),
    "acc_depreciation_exp": ("6030", "EXPENSE"),
    "acc_bank_charges": ("6040", "EXPENSE"),
    "acc_legal_fees": ("6050", "EXPENSE"),
    "acc_staff_welfare": ("6060", "EXPENSE"),
}


@pytest.mark.parametrize("profile", ["books", "new_books"])
def test_chart_of_accounts_is_complete(profile: str, request: pytest.FixtureRequest) -> None:
    """Code and type of each account; a new company's have no balance (Items, read 2026-11; 5.6; operations 16 and 17;
    A24)."""
    books: FinzBooks = request.getfixturevalue(profile)
    rows = {each["account_id"]: each for each in books.all("/accounts")}

    assert CHART.items() <= {name: (each["code"], each["account_type"]) for name, each in rows.items()}.items()
    assert {
        *("account_id", "code", "name", "account_type", "parent_id", "description", "current_balance"),
        *("currency_code", "is_active", "is_system"),
    } == set(rows["acc_ar"])
    assert {True} == {each["is_active"] for each in rows.values()}
    assert rows["acc_ar"]["is_system"]
    assert not rows["acc_office_rent"]["is_system"]
    assert rows["acc_ar"] == books.get("/accounts/acc_ar")
    assert profile == "books" or {0} == {each["current_balance"] for each in rows.values()}
    books.refuse((404, "not_found.resource", "account_id"), "GET", "/accounts/acc_none")


def test_balance_of_an_account_is_positive_on_its_own_side(new_books: FinzBooks) -> None:
    """Debits of a bank, credits of capital (Items, read 2026-11; 5.6; operation 17)."""
    lines = [{"account_id": "acc_icici", "debit": 100.25}, {"account_id": "acc_capital", "credit": 100.25}]
    new_books.make("/journals", {**GOOD["/journals"], "lines": lines})

    shown = [new_books.get(f"/accounts/{name}")["current_balance"] for name in ("acc_icici", "acc_capital")]

    assert [100.25, 100.25] == shown


def test_accounts_are_filtered_by_type(books: FinzBooks) -> None:
    """(7.2; operation 16)."""
    assert {"acc_output_cgst", "acc_rcm_igst"} <= {
        each["account_id"] for each in books.all("/accounts", account_type="GST_LIABILITY")
    }
    assert {"BANK"} == {each["account_type"] for each in books.all("/accounts", account_type="BANK")}


def test_inactive_account_is_not_listed(books: FinzBooks) -> None:
    """The list shows active accounts alone (Items, read 2026-11; 7.2; operation 16)."""
    place = "/state/finzbooks/accounts/acc_internet"
    books.control("PUT", place, {**books.control("GET", place), "is_active": False})

    assert "acc_internet" not in [each["account_id"] for each in books.all("/accounts")]


def test_branches(books: FinzBooks) -> None:
    """The head office of the vendor's samples is the default one (Lookups, read 2026-11; 5.6, 11.2; operations 88 and
    89)."""
    assert {
        "branch_id": "br_hq",
        "code": "HQ",
        "name": "Head Office",
        "gstin": "27AAAPG7885R1ZP",
        "state": "IN-MH",
        "city": "Mumbai",
        "is_default": True,
        "invoice_prefix": "INV-",
        "bill_prefix": "BILL-",
    } == books.get("/branches/br_hq")
    rows = books.get("/branches")
    assert ["br_hq"] == [each["branch_id"] for each in rows if each["is_default"]]
    assert {each["branch_id"] for each in rows} <= {
        each["branch_id"] for each in books.get("/branches", active_only="false")
    }
    books.refuse((404, "not_found.resource", "branch_id"), "GET", "/branches/br_none")


def test_bank_accounts(books: FinzBooks) -> None:
    """Banks and cash with what is in them; cash can be left out (Lookups, read 2026-11; 11.2; operation 90)."""
    rows = books.get("/bank_accounts")
    banks = books.get("/bank_accounts", include_cash="false")

    assert {"acc_icici", "acc_cash"} <= {each["account_id"] for each in rows}
    assert {"BANK"} == {each["account_type"] for each in banks}
    trial = books.trial()
    for row in rows:
        assert money(row["current_balance"]) == trial.get(row["account_id"], 0)
        assert {
            *("account_id", "code", "name", "account_type", "currency_code", "current_balance", "is_active")
        } == set(row)


def test_cost_centres_and_currencies(books: FinzBooks) -> None:
    """Active options, and currencies with one base (Lookups, read 2026-11; 5.6, 11.2; operations 91 and 92)."""
    centres, currencies = books.get("/cost_centers"), books.get("/currencies")

    assert centres
    assert {("cost_center_id", "is_active", "name")} == {tuple(sorted(each)) for each in centres}
    assert {True} == {each["is_active"] for each in centres}
    assert {"INR", "USD", "EUR"} <= {each["currency_code"] for each in currencies}
    assert ["INR"] == [each["currency_code"] for each in currencies if each["is_base"]]


def test_exchange_rates(books: FinzBooks) -> None:
    """The newest day first, by pair and up to a number (Lookups, read 2026-11; 3.2, 5.6, 11.2; operation 93)."""
    rows = books.get("/exchange_rates")
    dollars = books.get("/exchange_rates", from_currency="USD", to_currency="INR")

    days = [each["rate_date"] for each in rows]
    assert sorted(days, reverse=True) == days
    assert (83.42, "RBI") in [
        (each["rate"], each["source"]) for each in dollars if each["rate_date"].startswith("2026-05-12")
    ]
    assert {("USD", "INR")} == {(each["from_currency"], each["to_currency"]) for each in dollars}
    assert rows[:1] == books.get("/exchange_rates", limit=1)
    assert [] == books.get("/exchange_rates", from_currency="JPY")
    assert line(5)["rate"] == 5
