"""FinzBooks: GST by place of supply, to the paisa."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest

from tests.vendors.finzbooks import GOOD, FinzBooks, Json, line, money, widgets

INVALID = "validation.invalid_value"
NUMBERED = (
    "01-JK 02-HP 03-PB 04-CH 05-UK 06-HR 07-DL 08-RJ 09-UP 10-BR 11-SK 12-AR 13-NL 14-MN 15-MZ 16-TR 17-ML 18-AS "
    "19-WB 20-JH 21-OD 22-CG 23-MP 24-GJ 26-DH 27-MH 29-KA 30-GA 31-LD 32-KL 33-TN 34-PY 35-AN 36-TS 37-AP 38-LA "
    "97-OT"
)
STATES = dict(each.split("-") for each in NUMBERED.split())
"""By the first two digits of a GST number."""
OTHER_SPELLINGS = {"UK": ["UT"], "OD": ["OR"], "CG": ["CT"], "DH": ["DN", "DD"], "TS": ["TG"]}
TABLE = [
    (1, 200.00, 18, "18.00", "18.00", "36.00"),
    (1, 33.33, 18, "3.00", "3.00", "6.00"),
    (1, 10.30, 5, "0.26", "0.26", "0.52"),
    (1, 1.06, 18, "0.10", "0.10", "0.19"),
    (2, 100.00, 18, "18.00", "18.00", "36.00"),
]
"""Of the sheet's table: quantity, rate, percent, CGST, SGST, IGST."""


def split(document: Json) -> dict[str, str]:
    return {each["tax_name"]: f"{each['tax_amount']:.2f}" for each in document["taxes"]}


@pytest.mark.parametrize(("quantity", "rate", "percent", "cgst", "sgst", "igst"), TABLE)
def test_tax_of_a_line(
    books: FinzBooks, quantity: float, rate: float, percent: int, cgst: str, sgst: str, igst: str
) -> None:
    """Each component is rounded half up by itself, so that two halves may be a paisa more than the whole
    (Invoices, read 2026-11; 5.3, 17.10, 17.11, 17.12; operation 20; A11)."""
    lines = [line(rate, f"tx_gst_{percent}", quantity)]

    intra = books.invoice(*lines)
    inter = books.invoice(*lines, place_of_supply="IN-KA")

    taxable = Decimal(str(rate)) * Decimal(str(quantity))
    assert ({"CGST": cgst, "SGST": sgst}, {"IGST": igst}) == (split(intra), split(inter))
    for document, tax in ((intra, Decimal(cgst) + Decimal(sgst)), (inter, Decimal(igst))):
        assert (taxable, tax, taxable + tax) == tuple(
            money(document[name]) for name in ("sub_total", "tax_total", "total")
        )


@pytest.mark.parametrize("path", ["/invoices", "/estimates", "/sales_orders", "/bills", "/purchase_orders"])
def test_place_of_supply_decides_the_split(books: FinzBooks, path: str) -> None:
    """In the seller's state CGST and SGST, elsewhere IGST, whatever the shape of the tax's row says
    (Invoices; Bills, read 2026-11; 5.2, 17.10, 17.11; A10)."""
    body = {**GOOD[path], "line_items": [widgets(2, rate=100)]}

    intra, inter = (books.make(path, {**body, "place_of_supply": place}) for place in ("IN-MH", "IN-KA"))

    assert ({"CGST": "18.00", "SGST": "18.00"}, {"IGST": "36.00"}) == (split(intra), split(inter))
    assert [(200, 36, 236)] * 2 == [(each["sub_total"], each["tax_total"], each["total"]) for each in (intra, inter)]


def test_state_is_told_by_the_gst_number(books: FinzBooks) -> None:
    """The first two digits of a GST number name the state (Contacts, read 2026-11; 5.1, 7.1)."""
    for digits, state in STATES.items():
        made = books.make("/contacts", {"contact_name": state, "gst_no": f"{digits}AABCC1234D1Z5"})
        spellings = {f"IN-{each}" for each in (state, *OTHER_SPELLINGS.get(state, []))}
        assert made["place_of_contact"] in spellings


@pytest.mark.parametrize("state", [*STATES.values(), *(each for two in OTHER_SPELLINGS.values() for each in two)])
def test_each_state_is_a_place_of_supply(books: FinzBooks, state: str) -> None:
    """In every spelling, and shown as it was sent (Invoices, read 2026-11; 5.1)."""
    made = books.invoice(place_of_supply=f"IN-{state}")

    assert f"IN-{state}" == made["place_of_supply"]
    assert (["CGST", "SGST"] if state == "MH" else ["IGST"]) == list(split(made))


@pytest.mark.parametrize(("one", "other"), [("UK", "UT"), ("OD", "OR"), ("CG", "CT"), ("TS", "TG"), ("DH", "DD")])
def test_spellings_of_a_state_are_one_state(books: FinzBooks, one: str, other: str) -> None:
    """A vendor of either spelling sells within the state of the other (Bills, read 2026-11; 5.1, 5.2)."""
    for state, place in ((one, other), (other, one)):
        vendor = books.make(
            "/contacts", {"contact_name": state, "contact_type": "VENDOR", "place_of_contact": f"IN-{state}"}
        )
        bill = books.bill(vendor_id=vendor["contact_id"], place_of_supply=f"IN-{place}")
        assert ["CGST", "SGST"] == list(split(bill))


@pytest.mark.parametrize("place", ["INKA", "KA", "IN-", "IN-XX", "in-ka", "IN-25", ""])
def test_other_places_are_refused(books: FinzBooks, place: str) -> None:
    """Also of estimates, orders and bills (Errors, read 2026-11; 5.1, 17.13)."""
    for path in ("/invoices", "/estimates", "/sales_orders", "/bills", "/purchase_orders"):
        body = {**GOOD[path], "place_of_supply": place}
        told = books.refuse((400, INVALID, "place_of_supply"), "POST", path, body)
        assert place == told["details"]["received"]


@pytest.mark.parametrize("place", ["OT", "IN-OT"])
def test_export_bears_integrated_tax(books: FinzBooks, place: str) -> None:
    """At the tax's rate, unless the tax is none (5.1)."""
    exported = books.invoice(place_of_supply=place)
    untaxed = books.invoice(line(100, "tx_exempt"), place_of_supply=place)

    assert ({"IGST": "36.00"}, place) == (split(exported), exported["place_of_supply"])
    assert (0, 100) == (untaxed["tax_total"], untaxed["total"])


VENDORS: list[tuple[dict[str, Json], str]] = [
    ({"gst_no": "29AABCC1234D1Z5", "place_of_contact": "IN-GA", "billing_address": {"state_code": "IN-TN"}}, "IN-KA"),
    ({"place_of_contact": "IN-GA", "billing_address": {"state_code": "IN-TN"}}, "IN-GA"),
    ({"billing_address": {"state_code": "IN-TN"}}, "IN-TN"),
    ({}, "IN-MH"),
]


@pytest.mark.parametrize(("fields", "state"), VENDORS)
def test_state_of_a_vendor(books: FinzBooks, fields: dict[str, Json], state: str) -> None:
    """By GST number, else place of contact, else billing address, else the branch's own; it is compared with the place
    of supply of bills and orders, and with the branch's state for expenses (5.2; A10)."""
    vendor = books.make("/contacts", {"contact_name": "Seller", "contact_type": "VENDOR", **fields})
    mine = {"vendor_id": vendor["contact_id"]}

    for path in ("/bills", "/purchase_orders"):
        for place in ("IN-KA", "IN-GA", "IN-TN", "IN-MH"):
            made = books.make(path, {**GOOD[path], **mine, "place_of_supply": place, "line_items": [line(len(place))]})
            assert (["CGST", "SGST"] if place == state else ["IGST"]) == list(split(made)), place
    expense = books.expense(1000, tax_id="tx_gst_18", **mine)
    assert (["CGST", "SGST"] if state == "IN-MH" else ["IGST"]) == list(split(expense))


def test_vendor_abroad_never_sells_within_a_state(books: FinzBooks) -> None:
    """Even where the supply is abroad, too (Bills, read 2026-11; 5.1, 5.2; A10)."""
    vendor = books.make(
        "/contacts", {"contact_name": "Overseas", "contact_type": "VENDOR", "place_of_contact": "IN-OT"}
    )

    made = books.bill(line(100), vendor_id=vendor["contact_id"], place_of_supply="IN-OT")

    assert {"IGST": "18.00"} == split(made)


@pytest.mark.parametrize("tax_id", ["tx_gst_0", "tx_exempt", "tx_nil", "tx_non_gst", "tx_rcm_18", None])
def test_lines_without_tax(books: FinzBooks, tax_id: str | None) -> None:
    """Exempt, nil rated, outside of GST, under reverse charge: the document bears none, and none is posted
    (5.2, 5.5; A10)."""
    before = books.trial()

    made = books.invoice({**line(250.5), "tax_id": tax_id}, approve=True)

    assert (250.5, 0, 250.5) == (made["sub_total"], made["tax_total"], made["total"])
    assert [] == [each for each in made["taxes"] if each["tax_amount"]]
    assert {"ar": "250.50", "sales": "-250.50"} == books.moved(before)


def test_line_is_filled_from_its_item(books: FinzBooks) -> None:
    """Item and quantity are enough; sales have its rate, purchases its purchase price
    (Invoices; Bills, read 2026-11; 5.4, 17.10, 17.22; operations 20 and 28)."""
    (sold,) = books.invoice(widgets(2))["line_items"]
    (bought,) = books.bill(widgets(10))["line_items"]

    filled = {
        "item_id": "it_widget",
        "name": "Widget",
        "unit": "NOS",
        "hsn_or_sac": "8421",
        "tax_id": "tx_gst_18",
        "tax_percentage": 18,
        "discount": 0,
    }
    assert {**filled, "rate": 100, "quantity": 2, "item_total": 200}.items() <= sold.items()
    assert {**filled, "rate": 70, "quantity": 10, "item_total": 700, "account_id": "acc_purchases"}.items() <= (
        bought.items()
    )
    assert {
        *("line_item_id", "item_id", "name", "description", "hsn_or_sac", "quantity", "unit", "rate", "discount"),
        *("tax_id", "tax_percentage", "item_total"),
    } == set(sold)


def test_line_may_say_otherwise_than_its_item(books: FinzBooks) -> None:
    """What is sent wins (5.4; A1)."""
    own = {"name": "Special", "rate": 12.5, "unit": "KGS", "hsn_or_sac": "8708", "tax_id": "tx_gst_28", "discount": 2.5}

    (made,) = books.invoice(widgets(3, **own))["line_items"]

    assert {**own, "item_total": 35, "tax_percentage": 28}.items() <= made.items()


LINES: list[tuple[Json, str, str]] = [
    ({"rate": 5, "quantity": 1}, "name", "required_field"),
    ({"name": "Fitting", "quantity": 1}, "rate", "required_field"),
    ({"name": "Fitting", "rate": 5}, "quantity", "required_field"),
    ({"item_id": "it_widget"}, "quantity", "required_field"),
    (widgets(0), "quantity", "invalid_value"),
    (widgets(-1), "quantity", "invalid_value"),
    (widgets(1, rate=-1), "rate", "invalid_value"),
    (widgets(1, discount=-1), "discount", "invalid_value"),
    (widgets(1, discount=100.01), "discount", "invalid_value"),
    (widgets(1, hsn_or_sac="84"), "hsn_or_sac", "invalid_value"),
    ({"item_id": "it_widget", "quantity": "two"}, "quantity", "invalid_value"),
]


@pytest.mark.parametrize(("bad", "field", "code"), LINES)
@pytest.mark.parametrize("path", ["/invoices", "/bills"])
def test_bad_line_is_named(books: FinzBooks, path: str, bad: Json, field: str, code: str) -> None:
    """By its place in the list; nothing of the document is kept (5.4; A1, A4)."""
    body = {**GOOD[path], "line_items": [line(5), bad]}

    books.refuse((400, f"validation.{code}", f"line_items[1].{field}"), "POST", path, body)


def test_line_may_be_described_alone(books: FinzBooks) -> None:
    """A description does for a name; a discount may take everything (5.4; A1, A12)."""
    described = books.invoice({"description": "Repair", "quantity": 1, "rate": 5})
    free = books.invoice(line(100, discount=100))

    assert ("Repair", 5) == (described["line_items"][0]["description"], described["total"])
    assert (0, 0) == (free["total"], free["tax_total"])


def half_up(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


ODD = [
    (3, 33.333, 0.0, 18),
    (1.5, 19.99, 0.49, 12),
    (7, 0.07, 0.0, 5),
    (0.333, 999.99, 13.37, 28),
    (11, 11.11, 11.11, 18),
    (1, 0.005, 0.0, 18),
]


@pytest.mark.parametrize("place", ["IN-MH", "IN-KA"])
def test_document_is_the_sum_of_its_rounded_lines(books: FinzBooks, place: str) -> None:
    """Each line and each component is rounded, then added; nothing is rounded to rupees
    (Invoices, read 2026-11; 5.3; A11, A12)."""
    made = books.invoice(
        *(line(rate, f"tx_gst_{percent}", quantity, discount=off) for quantity, rate, off, percent in ODD),
        place_of_supply=place,
    )

    taxable, tax = Decimal(), Decimal()
    for (quantity, rate, off, percent), shown in zip(ODD, made["line_items"], strict=True):
        gross = Decimal(str(quantity)) * Decimal(str(rate)) - Decimal(str(off))
        assert half_up(gross) == money(shown["item_total"])
        parts = 2 if place == "IN-MH" else 1
        taxable += half_up(gross)
        tax += parts * half_up(half_up(gross) * percent / parts / 100)
    assert (taxable, tax, taxable + tax, taxable + tax) == tuple(
        money(made[name]) for name in ("sub_total", "tax_total", "total", "balance")
    )
    assert tax == sum(money(each["tax_amount"]) for each in made["taxes"])


@pytest.mark.parametrize("place", ["IN-MH", "IN-KA"])
def test_only_the_tax_of_its_split_moves(books: FinzBooks, place: str) -> None:
    """In the ledger and in GSTR-3B (17.11; 5.5, 13; operations 22 and 87)."""
    before, returned = books.trial(), books.report("gstr3b", from_date="2026-09-20", to_date="2026-09-20")
    books.invoice(approve=True, place_of_supply=place)

    moved = books.moved(before)
    after = books.report("gstr3b", from_date="2026-09-20", to_date="2026-09-20")

    tax = {"output_igst": "-36.00"} if place == "IN-KA" else {"output_cgst": "-18.00", "output_sgst": "-18.00"}
    assert {"ar": "236.00", "sales": "-200.00", **tax} == moved
    was, now = (each["outward_supplies"]["taxable"] for each in (returned, after))
    grown = {name: f"{money(now[name]) - money(was[name]):.2f}" for name in now}
    expected = {"igst": "36.00"} if place == "IN-KA" else {"cgst": "18.00", "sgst": "18.00"}
    assert {
        "taxable_value": "200.00",
        "igst": "0.00",
        "cgst": "0.00",
        "sgst": "0.00",
        "cess": "0.00",
        **expected,
    } == grown


@pytest.mark.parametrize(
    ("place", "taxes", "moved"),
    [
        (
            "IN-MH",
            {"CGST": "14.07", "SGST": "14.07", "CESS": "12.06"},
            {"output_cgst": "-14.07", "output_sgst": "-14.07"},
        ),
        ("IN-KA", {"IGST": "28.14", "CESS": "12.06"}, {"output_igst": "-28.14"}),
    ],
)
def test_cess_is_a_tax_of_its_own(books: FinzBooks, place: str, taxes: dict[str, str], moved: dict[str, str]) -> None:
    """On the same value, beside either split (5.3, 5.5; operation 20; A11)."""
    row = books.control("GET", "/state/finzbooks/taxes/tx_gst_28")
    books.control("PUT", "/state/finzbooks/taxes/tx_car", {**row, "tax_id": "tx_car", "name": "Cars", "cess": 12})
    before = books.trial()

    made = books.invoice(line(100.5, "tx_car"), place_of_supply=place, approve=True)

    assert (taxes, "140.70") == (split(made), f"{made['total']:.2f}")
    assert {"ar": "140.70", "sales": "-100.50", "output_cess": "-12.06", **moved} == books.moved(before)


def test_second_branch_sells_from_its_own_state(books: FinzBooks) -> None:
    """What is inter-state for one branch is intra-state for a branch in that state (Invoices; Lookups, read 2026-11;
    5.2, 8.1)."""
    branch = next(each for each in books.get("/branches") if each["state"] != "IN-MH")

    home = books.invoice(branch_id=branch["branch_id"], place_of_supply=branch["state"])
    away = books.invoice(branch_id=branch["branch_id"], place_of_supply="IN-MH")

    assert (["CGST", "SGST"], ["IGST"]) == (list(split(home)), list(split(away)))
    assert home["invoice_number"].startswith(f"{branch['invoice_prefix']}2026-")


def test_cess_under_reverse_charge_is_owed(books: FinzBooks) -> None:
    """As the rest of the tax is: credit on one side, owed on the other; the chart has no account of its own for it
    (5.5, 5.6; A23, A24)."""
    row = books.get("/taxes/tx_rcm_18")
    books.control("PUT", "/state/finzbooks/taxes/tx_cess", {**row, "tax_id": "tx_cess", "cess": 12})
    before = books.trial()

    books.bill(line(100, "tx_cess"), approve=True)

    assert {
        "purchases": "100.00",
        "ap": "-100.00",
        "input_cgst": "9.00",
        "input_sgst": "9.00",
        "input_cess": "12.00",
        "rcm_cgst": "-9.00",
        "rcm_sgst": "-9.00",
        "output_cess": "-12.00",
    } == books.moved(before)
