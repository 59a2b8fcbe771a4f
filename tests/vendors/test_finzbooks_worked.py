"""FinzBooks: one month of books, with the very figures that every report must have."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.vendors.finzbooks import FinzBooks, Json, line

MAY = {"from_date": "2026-05-01", "to_date": "2026-05-31"}
END = {"as_of_date": "2026-05-31"}
WIDGET = {
    "item_name": "Widget",
    "sku": "W-100",
    "hsn_or_sac": "8421",
    "rate": 100,
    "purchase_rate": 70,
    "tax_id": "tx_gst_18",
}


class Month(NamedTuple):
    """The books, and the documents that the reports name."""

    books: FinzBooks
    acme: str
    beta: str
    counter: str
    vendor: str
    invoices: list[Json]
    bill: Json
    note: Json


def parties(books: FinzBooks) -> list[str]:
    """Ids of a customer of Maharashtra, one of Karnataka, one without a GST number, and a vendor of Maharashtra."""
    bodies: list[dict[str, Json]] = [
        {"contact_name": "Acme", "gst_no": "27AABCC1234D1Z5", "payment_terms": 30},
        {"contact_name": "Beta", "gst_no": "29AABCB5678K1Z3", "payment_terms": 30},
        {"contact_name": "Counter", "place_of_contact": "IN-MH"},
        {"contact_name": "ACME Supplies", "contact_type": "VENDOR", "place_of_contact": "IN-MH", "payment_terms": 14},
    ]
    return [books.make("/contacts", body)["contact_id"] for body in bodies]


@pytest.fixture
def month(new_books: FinzBooks) -> Month:
    """Everything that happened in May 2026, in the order of the sheet (14)."""
    books = new_books
    acme, beta, counter, vendor = parties(books)
    item = {"item_id": books.make("/items", WIDGET)["item_id"]}
    capital = [{"account_id": "acc_icici", "debit": 100000}, {"account_id": "acc_capital", "credit": 100000}]
    books.make("/journals", {"date": "2026-05-01", "memo": "Capital", "lines": capital})
    day: dict[str, Json] = {"date": "2026-05-12", "approve": True}
    first = books.invoice({**item, "quantity": 2}, customer_id=acme, **day)
    second = books.invoice({**item, "quantity": 3}, customer_id=beta, place_of_supply="IN-KA", **day)
    third = books.invoice(line(1000, hsn_or_sac="8421"), customer_id=counter, date="2026-05-15", approve=True)
    bill = books.bill({**item, "quantity": 10}, vendor_id=vendor, **day)
    books.expense(5000, date="2026-05-12", tax_id="tx_gst_18")
    books.expense(2000, date="2026-05-12", account_id="acc_legal_fees", is_rcm=True, rcm_rate=18)
    books.expense(
        1000,
        date="2026-05-12",
        account_id="acc_staff_welfare",
        tax_id="tx_gst_18",
        itc_blocked_reason="17(5)(b)",
    )
    books.receive(236, first, date="2026-05-20")
    note = books.credit({**item, "quantity": 1}, customer_id=beta, invoice_id=second["invoice_id"], date="2026-05-25")
    note = books.act(
        f"/credit_notes/{note['credit_note_id']}/apply-to-invoice",
        {"invoice_id": second["invoice_id"], "amount": 118},
    )
    books.pay(400, bill, date="2026-05-28")
    return Month(books, acme, beta, counter, vendor, [first, second, third], bill, note)


def figures(block: Json) -> dict[str, float]:
    """Of a block of GST figures, those that are not nothing."""
    return {name: value for name, value in block.items() if value and name in FIGURES}


FIGURES = ("taxable_value", "cgst", "sgst", "igst", "cess", "total")


def test_documents_stand_as_they_should(month: Month) -> None:
    """Statuses and balances at the end of May (14, 17.31)."""
    shown = [month.books.get(f"/invoices/{each['invoice_id']}") for each in month.invoices]

    assert [("PAID", 236, 0), ("PARTIALLY_PAID", 354, 236), ("OVERDUE", 1180, 1180)] == [
        (each["status"], each["total"], each["balance"]) for each in shown
    ]
    assert ["2026-06-11", "2026-06-11", "2026-05-15"] == [each["due_date"][:10] for each in shown]
    bill = month.books.get(f"/bills/{month.bill['bill_id']}")
    assert ("PARTIALLY_PAID", 826, 426) == (bill["status"], bill["total"], bill["balance"])
    assert ("APPLIED", 118) == (month.note["status"], month.note["total"])


def test_trial_balance_of_the_month(month: Month) -> None:
    """102438 on each side (Reports, read 2026-11; 13, 14, 17.31; operation 74)."""
    shown = month.books.report("trial_balance", **END)

    rows = {each["account_id"].removeprefix("acc_"): (each["debit"], each["credit"]) for each in shown["accounts"]}
    assert {
        "icici": (90756, 0),
        "ar": (1416, 0),
        "input_cgst": (693, 0),
        "input_sgst": (693, 0),
        "purchases": (700, 0),
        "office_rent": (5000, 0),
        "legal_fees": (2000, 0),
        "staff_welfare": (1180, 0),
        "ap": (0, 426),
        "output_cgst": (0, 108),
        "output_sgst": (0, 108),
        "output_igst": (0, 36),
        "rcm_cgst": (0, 180),
        "rcm_sgst": (0, 180),
        "capital": (0, 100000),
        "sales": (0, 1400),
    } == rows
    assert (102438, 102438) == (shown["total_debit"], shown["total_credit"])


def test_profit_and_loss_of_the_month(month: Month) -> None:
    """A loss of 7480 (Reports, read 2026-11; 13, 14, 17.31; operation 75)."""
    shown = month.books.report("profit_and_loss", **MAY)

    assert (1400, 700, 700, 8180, 0, 0, -7480) == (
        shown["income"]["total"],
        shown["cost_of_goods_sold"]["total"],
        shown["gross_profit"],
        shown["expenses"]["total"],
        shown["other_income"]["total"],
        shown["other_expenses"]["total"],
        shown["net_profit"],
    )
    assert {"acc_office_rent": 5000, "acc_legal_fees": 2000, "acc_staff_welfare": 1180} == {
        each["account_id"]: each["amount"] for each in shown["expenses"]["accounts"]
    }
    assert shown["income"] == month.books.report("profit_and_loss", to_date="2026-05-31")["income"]


def test_balance_sheet_of_the_month(month: Month) -> None:
    """93558 is 1038 and 92520 (Reports, read 2026-11; 13, 14, 17.31; operation 76)."""
    shown = month.books.report("balance_sheet", **END)

    assert (93558, 1038, 92520) == tuple(shown[side]["total"] for side in ("assets", "liabilities", "equity"))
    assert (93558, 93558) == (shown["total_assets"], shown["total_liabilities_and_equity"])
    assert -7480 == shown["equity"]["current_year_earnings"]
    groups = {
        each["account_type"]: each["total"] for side in ("assets", "liabilities") for each in shown[side]["children"]
    }
    assert {
        "BANK": 90756,
        "ACCOUNTS_RECEIVABLE": 1416,
        "GST_ASSET": 1386,
        "ACCOUNTS_PAYABLE": 426,
        "GST_LIABILITY": 612,
    } == {name: total for name, total in groups.items() if total}


def test_cash_flow_of_the_month(month: Month) -> None:
    """-9244 by business, 100000 by capital (Reports, read 2026-11; 13, 14; operation 77)."""
    shown = month.books.report("cash_flow", **MAY)

    assert (-7480, -9244) == (shown["operating"]["net_profit"], shown["operating"]["total"])
    assert sorted([-1416, -1386, 426, 612]) == sorted(
        each["amount"] for each in shown["operating"]["adjustments"] if each["amount"]
    )
    assert (0, 100000) == (shown["investing"]["total"], shown["financing"]["total"])
    assert (90756, 0, 90756) == (shown["net_change"], shown["opening_cash"], shown["closing_cash"])


def test_aging_at_the_end_of_june(month: Month) -> None:
    """236 are 19 days late, 1180 are 46; 426 are owed
    (Reports, read 2026-11; 13, 14; operations 78 and 79; A27)."""
    owed = month.books.report("ar_aging", as_of_date="2026-06-30")
    owing = month.books.report("ap_aging", as_of_date="2026-06-30")

    assert {"0_30": 236, "31_60": 1180, "61_90": 0, "90_plus": 0, "unapplied": 0, "total": 1416} == owed["totals"]
    rows = {each["contact_id"]: each for each in owed["rows"]}
    assert {month.beta: (236, 0, 236), month.counter: (0, 1180, 1180)} == {
        name: (each["0_30"], each["31_60"], each["total"]) for name, each in rows.items() if each["total"]
    }
    assert 426 == owing["totals"]["total"] == sum(each["total"] for each in owing["rows"])


def test_outstanding_documents_of_the_month(month: Month) -> None:
    """By contact, with the days that they are late (Reports, read 2026-11; 13, 14; operations 80 and 81)."""
    owed = month.books.report("outstanding_receivables", as_of_date="2026-06-30")
    owing = month.books.report("outstanding_payables", as_of_date="2026-06-30")

    assert (1416, 426) == (owed["grand_total"], owing["grand_total"])
    documents = {
        each["contact_id"]: [
            (doc["number"], doc["total"], doc["balance"], doc["days_overdue"]) for doc in each["documents"]
        ]
        for each in owed["contacts"]
    }
    numbers = [each["invoice_number"] for each in month.invoices]
    assert {month.beta: [(numbers[1], 354, 236, 19)], month.counter: [(numbers[2], 1180, 1180, 46)]} == documents
    (vendor,) = owing["contacts"]
    assert (month.vendor, 426, 35) == (
        vendor["contact_id"],
        vendor["total_outstanding"],
        vendor["documents"][0]["days_overdue"],
    )
    alone = month.books.report("outstanding_receivables", as_of_date="2026-06-30", contact_id=month.beta)
    assert 236 == alone["grand_total"]


def test_registers_of_the_month(month: Month) -> None:
    """Sales of 1500 with their tax, purchases of 700 (Reports, read 2026-11; 13, 14; operations 82 and 83)."""
    sales = month.books.report("sales_register", **MAY)
    purchases = month.books.report("purchase_register", **MAY)

    assert {"taxable_value": 1500, "cgst": 108, "sgst": 108, "igst": 54, "total": 1770} == figures(sales["totals"])
    assert {"taxable_value": 700, "cgst": 63, "sgst": 63, "total": 826} == figures(purchases["totals"])
    assert [each["invoice_number"] for each in month.invoices] == [each["number"] for each in sales["rows"]]
    assert [(236, "27AABCC1234D1Z5"), (354, "29AABCB5678K1Z3"), (1180, None)] == [
        (each["total"], each["gst_no"]) for each in sales["rows"]
    ]
    (bought,) = purchases["rows"]
    (row,) = bought["line_items"]
    assert (month.bill["bill_number"], "8421", 10, 70, 18) == (
        bought["number"],
        *(row[name] for name in ("hsn_or_sac", "quantity", "rate", "tax_percentage")),
    )


def test_day_book_and_ledger_of_the_month(month: Month) -> None:
    """Eleven entries whose sides are equal; the bank from nothing to 90756
    (Reports, read 2026-11; 13, 14; operations 84 and 85)."""
    book = month.books.report("day_book", **MAY)
    bank = month.books.report("ledger", account_id="acc_icici", **MAY)

    assert 11 == len(book["entries"])
    assert book["total_debit"] == book["total_credit"] == sum(each["amount"] for each in book["entries"])
    assert sorted(each["date"] for each in book["entries"]) == [each["date"] for each in book["entries"]]
    assert (0, 100236, 9480, 90756) == tuple(
        bank[name] for name in ("opening_balance", "total_debit", "total_credit", "closing_balance")
    )
    assert (100000, 90756) == (bank["entries"][0]["balance"], bank["entries"][-1]["balance"])


def test_gstr_1_of_the_month(month: Month) -> None:
    """Two invoices to businesses, one to a consumer, a credit note (Reports, read 2026-11; 13, 14, 17.31; operation 86;
    A29)."""
    shown = month.books.report("gstr1", **MAY)

    invoices = [invoice for customer in shown["b2b"] for invoice in customer["invoices"]]
    rates = [rate for invoice in invoices for rate in invoice["rates"]]
    assert {"27AABCC1234D1Z5", "29AABCB5678K1Z3"} == {each["gst_no"] for each in shown["b2b"]}
    assert [236, 354] == sorted(each["invoice_value"] for each in invoices)
    assert {"taxable_value": 500, "cgst": 18, "sgst": 18, "igst": 54} == added(rates)
    assert [] == shown["b2c"]["large"]
    (small,) = shown["b2c"]["small"]
    assert ("IN-MH", "INTRA", 18) == (small["place_of_supply"], small["supply_type"], small["rate"])
    assert {"taxable_value": 1000, "cgst": 90, "sgst": 90} == figures(small)
    (registered,) = shown["credit_notes"]["registered"]
    assert (month.note["credit_note_number"], 118, "29AABCB5678K1Z3") == tuple(
        registered[name] for name in ("credit_note_number", "note_value", "gst_no")
    )
    assert {"taxable_value": 100, "igst": 18} == added(registered["rates"])
    assert [] == shown["credit_notes"]["unregistered"]
    totals = {"taxable_value": 1400, "cgst": 108, "sgst": 108, "igst": 36}
    assert totals == figures(shown["totals"]) == added(shown["hsn_summary"])
    assert {"8421"} == {each["hsn_or_sac"] for each in shown["hsn_summary"]}
    assert "27AAAPG7885R1ZP" == shown["gstin"]


def added(rows: list[Json]) -> dict[str, float]:
    """The sums of the figures of some rows."""
    return figures({name: sum(each.get(name, 0) for each in rows) for name in FIGURES if name != "total"})


def test_gstr_3b_of_the_month(month: Month) -> None:
    """What is charged, what is credited, what is paid: 360 in cash under reverse charge
    (Reports, read 2026-11; 13, 14, 17.31; operation 87; A29)."""
    shown = month.books.report("gstr3b", **MAY)

    outward, inward, itc, paid = (shown[name] for name in ("outward_supplies", "inward_supplies", "itc", "tax_payable"))
    assert {"taxable_value": 1400, "igst": 36, "cgst": 108, "sgst": 108} == figures(outward["taxable"])
    assert [{}, {}, {}] == [figures(outward[name]) for name in ("zero_rated", "nil_exempt", "non_gst")]
    assert {"taxable_value": 2000, "cgst": 180, "sgst": 180} == figures(inward["reverse_charge"])
    assert {"cgst": 513, "sgst": 513} == figures(itc["available"]["other"])
    assert {"cgst": 180, "sgst": 180} == figures(itc["available"]["reverse_charge"])
    assert {"cgst": 693, "sgst": 693} == figures(itc["net"])
    assert {"cgst": 90, "sgst": 90} == figures(itc["ineligible"])
    assert {} == figures(itc["reversed"])
    assert {"igst": 36, "cgst": 108, "sgst": 108} == figures(paid["output"])
    assert {"igst": 36, "cgst": 108, "sgst": 108} == figures(paid["itc_utilised"])
    assert {} == figures(paid["cash_payable"])
    assert {"cgst": 180, "sgst": 180} == figures(paid["reverse_charge_cash"])


def test_month_is_seen_in_its_month_alone(month: Month) -> None:
    """April has nothing; June begins where May ended (13, 14)."""
    books = month.books
    april = {"from_date": "2026-04-01", "to_date": "2026-04-30"}
    june = {"from_date": "2026-06-01", "to_date": "2026-06-30"}

    assert {} == books.trial("2026-04-30")
    assert 0 == books.report("profit_and_loss", **april)["net_profit"]
    assert [] == books.report("sales_register", **june)["rows"]
    assert {} == figures(books.report("gstr1", **june)["totals"])
    assert (90756, 90756, 0) == tuple(
        books.report("cash_flow", **june)[name] for name in ("opening_cash", "closing_cash", "net_change")
    )
    assert 90756 == books.report("ledger", account_id="acc_icici", **june)["opening_balance"]
    assert books.trial("2026-05-31") == books.trial("2026-06-30")
