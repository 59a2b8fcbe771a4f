"""FinzBooks: GSTR-1 and GSTR-3B, box by box."""

from __future__ import annotations

import pytest

from tests.vendors.finzbooks import FinzBooks, Json, line

MAY = {"from_date": "2026-05-01", "to_date": "2026-05-31"}
JUNE = {"from_date": "2026-06-01", "to_date": "2026-06-30"}
DAY = "2026-05-12"
TAXES = ("igst", "cgst", "sgst", "cess")


class Trade:
    """A company of Maharashtra with customers and vendors by name, and nothing else yet."""

    def __init__(self, books: FinzBooks) -> None:
        self.books = books
        self.ids = {
            "registered": self._contact(gst_no="27AABCC1234D1Z5"),
            "consumer": self._contact(place_of_contact="IN-MH"),
            "zone": self._contact(gst_no="24AABCS1234D1Z5", gst_treatment="SEZ"),
            "abroad": self._contact(gst_treatment="OVERSEAS"),
            "vendor": self._contact(gst_no="27AABCV1234D1Z5", contact_type="VENDOR"),
            "far vendor": self._contact(gst_no="29AABCV1234D1Z5", contact_type="VENDOR"),
        }

    def _contact(self, **fields: Json) -> str:
        return str(self.books.make("/contacts", {"contact_name": "Somebody", **fields})["contact_id"])

    def sell(self, who: str, *lines: Json, **fields: Json) -> Json:
        """An approved invoice within the state, unless told otherwise."""
        return self.books.invoice(*lines, customer_id=self.ids[who], **{"date": DAY, "approve": True, **fields})

    def credit(self, who: str, *lines: Json, **fields: Json) -> Json:
        sent = {"date": DAY, "place_of_supply": "IN-MH", **fields}
        return self.books.credit(*lines, customer_id=self.ids[who], **sent)

    def buy(self, who: str, *lines: Json, **fields: Json) -> Json:
        return self.books.bill(*lines, vendor_id=self.ids[who], **{"date": DAY, "approve": True, **fields})

    def gstr1(self, **period: Json) -> Json:
        return self.books.report("gstr1", **(period or MAY))

    def gstr3b(self, **period: Json) -> Json:
        return self.books.report("gstr3b", **(period or MAY))


@pytest.fixture
def trade(new_books: FinzBooks) -> Trade:
    return Trade(new_books)


def four(block: Json) -> tuple[float, ...]:
    """IGST, CGST, SGST and cess of a block."""
    return tuple(block[name] for name in TAXES)


def five(block: Json) -> tuple[float, ...]:
    """The taxable value, and `four`."""
    return (block["taxable_value"], *four(block))


NOTHING = (0, 0, 0, 0, 0)


# --- GSTR-1 -----------------------------------------------------------------------------------------------------------


def test_drafts_and_voided_invoices_are_not_returned(trade: Trade) -> None:
    """Nor are bills and estimates (Reports, read 2026-11; 13; operation 86)."""
    trade.sell("registered", line(100), approve=False)
    voided = trade.sell("registered", line(100))
    trade.books.act(f"/invoices/{voided['invoice_id']}/void")
    trade.buy("vendor", line(100))

    shown = trade.gstr1()

    assert ([], [], NOTHING) == (shown["b2b"], shown["hsn_summary"], five(shown["totals"]))


def test_rates_of_an_invoice_are_summed(trade: Trade) -> None:
    """One row of each rate, the lowest first; the value is that of the whole invoice
    (Reports, read 2026-11; 13; operation 86)."""
    sold = trade.sell("registered", line(100), line(40, "tx_gst_5"), line(11), line(7, "tx_exempt"))

    (customer,) = trade.gstr1()["b2b"]

    assert ("27AABCC1234D1Z5", "Somebody") == (customer["gst_no"], customer["customer_name"])
    (invoice,) = customer["invoices"]
    assert (sold["invoice_number"], DAY, 179.98, "IN-MH", "N") == tuple(
        invoice[name] for name in ("invoice_number", "date", "invoice_value", "place_of_supply", "reverse_charge")
    )
    assert [(5, 40, 0, 1, 1, 0), (18, 111, 0, 9.99, 9.99, 0)] == [
        (rate["rate"], *five(rate)) for rate in invoice["rates"]
    ]


def test_supplies_without_tax_have_their_own_boxes(trade: Trade) -> None:
    """Exempt, nil-rated and outside GST, less what came back; the totals hold them
    (Reports, read 2026-11; 5.2, 13; operations 86 and 87)."""
    lines = [line(100, "tx_exempt"), line(20, "tx_nil"), line(3, "tx_non_gst")]
    trade.sell("registered", *lines)
    trade.sell("consumer", line(400, "tx_exempt"))
    trade.credit("registered", line(1, "tx_exempt"))

    first, third = trade.gstr1(), trade.gstr3b()

    assert {"nil_rated": 20, "exempt": 499, "non_gst": 3} == first["nil_exempt"]
    assert ([], {"large": [], "small": []}) == (first["b2b"], first["b2c"])
    assert (522, 0, 0, 0, 0) == five(first["totals"])
    outward = third["outward_supplies"]
    assert (519, 3, NOTHING) == (
        outward["nil_exempt"]["taxable_value"],
        outward["non_gst"]["taxable_value"],
        five(outward["taxable"]),
    )


@pytest.mark.parametrize(
    ("place", "rate", "is_large"),
    [("IN-KA", 100000, False), ("IN-KA", 100000.01, True), ("IN-MH", 200000, False)],
)
def test_large_supplies_to_consumers(trade: Trade, place: str, rate: float, is_large: bool) -> None:
    """More than 100,000 with tax and between states is listed by invoice, the rest summed
    (Reports, read 2026-11; 13; operation 86; A29)."""
    sold = trade.sell("consumer", line(rate, "tx_gst_0"), place_of_supply=place)
    trade.sell("registered", line(rate, "tx_gst_0"), place_of_supply=place)

    shown = trade.gstr1()["b2c"]

    small = [(place, "INTRA" if place == "IN-MH" else "INTER", 0, rate)]
    assert ([sold["invoice_id"]] if is_large else []) == [each["invoice_id"] for each in shown["large"]]
    assert ([] if is_large else small) == [
        (each["place_of_supply"], each["supply_type"], each["rate"], each["taxable_value"]) for each in shown["small"]
    ]


def test_small_supplies_are_summed_less_what_came_back(trade: Trade) -> None:
    """By place and rate; the notes of consumers are listed as well (Reports, read 2026-11; 13; operation 86)."""
    for _ in range(2):
        trade.sell("consumer", line(100), line(50, "tx_gst_5"))
    trade.sell("consumer", line(30), place_of_supply="IN-KA")
    note = trade.credit("consumer", line(10))

    shown = trade.gstr1()

    assert [
        ("IN-KA", "INTER", 18, 30, 5.4, 0, 0, 0),
        ("IN-MH", "INTRA", 5, 100, 0, 2.5, 2.5, 0),
        ("IN-MH", "INTRA", 18, 190, 0, 17.1, 17.1, 0),
    ] == [
        (*(each[name] for name in ("place_of_supply", "supply_type", "rate")), *five(each))
        for each in shown["b2c"]["small"]
    ]
    assert [(note["credit_note_number"], None, 11.8)] == [
        (each["credit_note_number"], each["gst_no"], each["note_value"])
        for each in shown["credit_notes"]["unregistered"]
    ]
    assert [] == shown["credit_notes"]["registered"]
    assert (320, 5.4, 19.6, 19.6, 0) == five(shown["totals"])


def test_note_counts_in_its_own_period(trade: Trade) -> None:
    """What was sold in May and came back in June lowers June (Reports, read 2026-11; 13; operations 86 and 87)."""
    invoice = trade.sell("registered", line(100))
    note = trade.credit("registered", line(40), invoice_id=invoice["invoice_id"], date="2026-06-03")

    may, june = trade.gstr1(), trade.gstr1(**JUNE)

    assert ((100, 0, 9, 9, 0), []) == (five(may["totals"]), may["credit_notes"]["registered"])
    assert ((-40, 0, -3.6, -3.6, 0), []) == (five(june["totals"]), june["b2b"])
    (listed,) = june["credit_notes"]["registered"]
    assert (note["credit_note_id"], "2026-06-03", 47.2, "27AABCC1234D1Z5") == tuple(
        listed[name] for name in ("credit_note_id", "date", "note_value", "gst_no")
    )
    assert (-40, 0, -3.6, -3.6, 0) == five(trade.gstr3b(**JUNE)["outward_supplies"]["taxable"])
    assert (0, 0, 0, 0) == four(trade.gstr3b(**JUNE)["tax_payable"]["cash_payable"])


def test_cancelled_note_is_not_returned(trade: Trade) -> None:
    """Voided, it lowers nothing (Reports, read 2026-11; 13; operations 52 and 86)."""
    trade.sell("registered", line(100))
    note = trade.credit("registered", line(40))
    trade.books.act(f"/credit_notes/{note['credit_note_id']}/void")

    shown = trade.gstr1()

    assert ((100, 0, 9, 9, 0), []) == (five(shown["totals"]), shown["credit_notes"]["registered"])


def test_hsn_summary_is_by_code_unit_and_rate(trade: Trade) -> None:
    """Quantities and values, less what came back; lines without a code have a row too
    (Reports, read 2026-11; 13; operation 86)."""
    valve: dict[str, Json] = {"hsn_or_sac": "8481", "unit": "NOS"}
    trade.sell("registered", line(10, quantity=4, **valve), line(10, quantity=2.5, hsn_or_sac="8481", unit="KGS"))
    trade.sell("consumer", line(20, quantity=3, **valve), line(10, "tx_gst_5", **valve), line(5))
    trade.credit("registered", line(10, quantity=1, **valve))

    rows = trade.gstr1()["hsn_summary"]

    assert [
        (None, None, 18, 1, 5, 5.9),
        ("8481", "KGS", 18, 2.5, 25, 29.5),
        ("8481", "NOS", 5, 1, 10, 10.5),
        ("8481", "NOS", 18, 6, 90, 106.2),
    ] == [
        tuple(row[name] for name in ("hsn_or_sac", "uqc", "rate", "quantity", "taxable_value", "total_value"))
        for row in rows
    ]


def test_what_came_back_whole_leaves_no_row(trade: Trade) -> None:
    """Neither in the small supplies nor in the HSN summary (Reports, read 2026-11; 13; operation 86)."""
    trade.sell("consumer", line(100, hsn_or_sac="8421"))
    trade.credit("consumer", line(100, hsn_or_sac="8421"))

    shown = trade.gstr1()

    assert ([], []) == (shown["b2c"]["small"], shown["hsn_summary"])
    assert [118] == [each["note_value"] for each in shown["credit_notes"]["unregistered"]]


def test_sale_under_reverse_charge_is_marked(trade: Trade) -> None:
    """Its value is returned, its tax is the buyer's (Reports, read 2026-11; 5.2, 13; operations 86 and 87)."""
    sold = trade.sell("registered", line(100, "tx_rcm_18"))

    (customer,) = trade.gstr1()["b2b"]

    assert (100, 0) == (sold["total"], sold["tax_total"])
    assert [("Y", 100, [(100, 0, 0, 0, 0)])] == [
        (each["reverse_charge"], each["invoice_value"], [five(rate) for rate in each["rates"]])
        for each in customer["invoices"]
    ]
    assert NOTHING == five(trade.gstr3b()["inward_supplies"]["reverse_charge"])


# --- GSTR-3B ----------------------------------------------------------------------------------------------------------


def test_exports_and_zones_are_zero_rated(trade: Trade) -> None:
    """With the tax that they bear (Reports, read 2026-11; 5.1, 13; operation 87)."""
    trade.sell("abroad", line(1000), place_of_supply="IN-OT")
    trade.sell("zone", line(100), place_of_supply="IN-GJ")
    trade.sell("registered", line(10))

    shown = trade.gstr3b()

    assert (1100, 198, 0, 0, 0) == five(shown["outward_supplies"]["zero_rated"])
    assert (10, 0, 0.9, 0.9, 0) == five(shown["outward_supplies"]["taxable"])
    assert (198, 0.9, 0.9, 0) == four(shown["tax_payable"]["output"])


def test_purchases_without_tax_are_told(trade: Trade) -> None:
    """Exempt and nil-rated ones, of bills and expenses, less what went back
    (Reports, read 2026-11; 13; operation 87)."""
    trade.buy("vendor", line(100, "tx_exempt"), line(20, "tx_nil"), line(3, "tx_non_gst"), line(5))
    trade.books.expense(400, date=DAY, tax_id="tx_nil")
    trade.credit("vendor", line(1, "tx_exempt"))

    assert {"taxable_value": 519} == trade.gstr3b()["inward_supplies"]["exempt_nil"]


def test_credit_of_purchases_and_of_what_went_back(trade: Trade) -> None:
    """Bills and expenses are available, notes of either kind reversed; the net is what the input accounts moved by
    (Reports, read 2026-11; 13, 17.24; operation 87; A20)."""
    trade.buy("vendor", line(1000))
    trade.buy("far vendor", line(100))
    trade.books.expense(200, date=DAY, tax_id="tx_gst_18")
    trade.credit("vendor", line(100))
    trade.books.make(
        "/debit_notes",
        {"vendor_id": trade.ids["far vendor"], "date": DAY, "place_of_supply": "IN-MH", "line_items": [line(10)]},
    )

    itc = trade.gstr3b()["itc"]

    assert [(18, 108, 108, 0), (0, 0, 0, 0)] == [four(itc["available"][name]) for name in ("other", "reverse_charge")]
    assert [(1.8, 9, 9, 0), (16.2, 99, 99, 0)] == [four(itc[name]) for name in ("reversed", "net")]
    trial = trade.books.trial("2026-05-31")
    assert [16.2, 99, 99] == [float(trial[f"acc_input_{name}"]) for name in ("igst", "cgst", "sgst")]


def test_reverse_charge_is_paid_in_cash(trade: Trade) -> None:
    """However much credit there is, which it adds to; a blocked one is owed and no credit
    (Reports, read 2026-11; 5.5, 13, 17.24; operation 87; A23, A29)."""
    trade.buy("vendor", line(5000))
    trade.buy("far vendor", line(1000, "tx_exempt"), is_rcm=True, rcm_rate=18)
    trade.books.expense(200, date=DAY, is_rcm=True, rcm_rate=5, itc_blocked_reason="17(5)(a)")

    shown = trade.gstr3b()

    assert (1200, 180, 5, 5, 0) == five(shown["inward_supplies"]["reverse_charge"])
    itc = shown["itc"]
    assert [(180, 0, 0, 0), (0, 450, 450, 0)] == [four(itc["available"][name]) for name in ("reverse_charge", "other")]
    assert [(180, 450, 450, 0), (0, 5, 5, 0)] == [four(itc[name]) for name in ("net", "ineligible")]
    assert (180, 5, 5, 0) == four(shown["tax_payable"]["reverse_charge_cash"])
    assert (0, 0, 0, 0) == four(shown["tax_payable"]["cash_payable"])
    bought = trade.books.report("purchase_register", **MAY)["rows"]
    assert [(5000, 900, 5900), (1000, 0, 1000)] == [
        (row["taxable_value"], row["cgst"] + row["sgst"] + row["igst"], row["total"]) for row in bought
    ]


def test_what_goes_back_is_owed_no_more_under_reverse_charge(trade: Trade) -> None:
    """A note on such a bill takes back what was owed and its credit, as it does in the ledger
    (Reports, read 2026-11; 8.4, 13; operation 87; A19, A23)."""
    bill = trade.buy("vendor", line(1000), is_rcm=True, rcm_rate=18)
    before = trade.books.trial()

    trade.credit("vendor", line(100), bill_id=bill["bill_id"])

    moved = {"rcm_cgst": "9.00", "rcm_sgst": "9.00", "input_cgst": "-9.00", "input_sgst": "-9.00"}
    assert {"ap": "100.00", "purchases": "-100.00", **moved} == trade.books.moved(before)
    shown = trade.gstr3b()
    assert (900, 0, 81, 81, 0) == five(shown["inward_supplies"]["reverse_charge"])
    assert [(0, 9, 9, 0), (0, 81, 81, 0)] == [four(shown["itc"][name]) for name in ("reversed", "net")]
    assert (0, 81, 81, 0) == four(shown["tax_payable"]["reverse_charge_cash"])


def test_blocked_credit_is_a_cost(trade: Trade) -> None:
    """The tax is in the expense, and in the ineligible credit alone
    (Reports, read 2026-11; 5.5, 13, 17.24; operations 75 and 87)."""
    trade.books.expense(
        1000, date=DAY, account_id="acc_staff_welfare", tax_id="tx_gst_18", itc_blocked_reason="17(5)(b)"
    )
    trade.buy("vendor", line(100), itc_blocked_reason="17(5)(a)")

    itc = trade.gstr3b()["itc"]

    assert [(0, 99, 99, 0), (0, 0, 0, 0)] == [four(itc[name]) for name in ("ineligible", "net")]
    shown = trade.books.report("profit_and_loss", **MAY)
    assert (1180, 118) == (shown["expenses"]["total"], shown["cost_of_goods_sold"]["total"])


@pytest.mark.parametrize(
    ("output", "credit", "used", "cash"),
    [
        ((36, 108, 108), (0, 693, 693), (36, 108, 108), (0, 0, 0)),  # CGST pays IGST
        ((36, 108, 108), (0, 108, 693), (36, 108, 108), (0, 0, 0)),  # SGST does where CGST is used up
        ((0, 90, 90), (0, 900, 0), (0, 90, 0), (0, 0, 90)),  # CGST never pays SGST
        ((18, 90, 90), (108, 0, 0), (18, 90, 0), (0, 0, 90)),  # IGST pays IGST, then CGST
        ((0, 90, 90), (270, 90, 90), (0, 90, 90), (0, 0, 0)),  # and SGST, before these pay for themselves
        ((90, 90, 90), (100, 0, 0), (90, 10, 0), (0, 80, 90)),  # IGST first where it is not enough for all
        ((180, 9, 9), (90, 18, 9), (99, 9, 9), (81, 0, 0)),  # what is left of CGST pays IGST
        ((180, 0, 0), (0, 0, 0), (0, 0, 0), (180, 0, 0)),
    ],
)
def test_order_in_which_credit_pays_tax(
    trade: Trade, output: tuple[float, ...], credit: tuple[float, ...], used: tuple[float, ...], cash: tuple[float, ...]
) -> None:
    """The credit of IGST first, for IGST, CGST and SGST; that of CGST and SGST each for itself, then for IGST, never
    for the other; cash for the rest (Reports, read 2026-11; 13; operation 87; A29)."""
    put_tax(trade.books, "tx_out", output)
    put_tax(trade.books, "tx_in", credit)
    trade.sell("registered", line(100, "tx_out"))
    trade.sell("registered", line(100, "tx_out"), place_of_supply="IN-KA")
    trade.buy("vendor", line(100, "tx_in"))
    trade.buy("far vendor", line(100, "tx_in"))

    payable = trade.gstr3b()["tax_payable"]

    assert [(*each, 0) for each in (output, used, cash)] == [
        four(payable[name]) for name in ("output", "itc_utilised", "cash_payable")
    ]


def put_tax(books: FinzBooks, tax_id: str, amounts: tuple[float, ...]) -> None:
    """A tax that comes to these amounts of IGST, CGST and SGST on 100 between and within states."""
    igst, cgst, sgst = amounts
    tax = {
        "tax_id": tax_id,
        "name": tax_id,
        "shape": "INTRA_STATE",
        "cgst": cgst,
        "sgst": sgst,
        "igst": igst,
        "cess": 0,
    }
    books.control("PUT", f"/state/finzbooks/taxes/{tax_id}", tax)
