"""FinzBooks: estimates, sales orders and purchase orders, which post nothing."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.vendors.finzbooks import GOOD, FinzBooks, Json, widgets

INVALID = "validation.invalid_value"
STATUS = (400, INVALID, "status")
FIGURES = ("sub_total", "tax_total", "total")


class Order(NamedTuple):
    """How an order is named, what confirms it, and what comes of it."""

    path: str
    word: str
    prefix: str
    letters: str
    party: str
    day: str
    confirmed: str
    converts: str
    done: str
    into: str


SALES = Order(
    *("/sales_orders", "sales_order", "SO", "so_", "customer_id", "shipment_date"),
    *("CONFIRMED", "convert-to-invoice", "INVOICED", "invoice"),
)
PURCHASE = Order(
    *("/purchase_orders", "purchase_order", "PO", "po_", "vendor_id", "expected_delivery_date"),
    *("ISSUED", "convert-to-bill", "BILLED", "bill"),
)
BOTH = pytest.mark.parametrize("order", [SALES, PURCHASE], ids=["sales", "purchase"])


def plain(lines: list[Json]) -> list[Json]:
    """Lines without their ids."""
    return [{name: value for name, value in each.items() if name != "line_item_id"} for each in lines]


def estimate(books: FinzBooks, **fields: Json) -> Json:
    return books.make("/estimates", {**GOOD["/estimates"], "line_items": [widgets(2)], **fields})


def at(made: Json) -> str:
    return f"/estimates/{made['estimate_id']}"


def test_estimate_is_a_draft_first(books: FinzBooks) -> None:
    """Filled in as invoices are, numbered by year, in no ledger and no GST return
    (Estimates, read 2026-11; 8.2, 17.26; operations 42 and 43)."""
    before, returned = books.trial(), books.report("gstr1", from_date="2026-09-20", to_date="2026-09-20")

    made = estimate(books, expiry_date="2026-10-12", notes="Valid for a month")

    assert made["estimate_id"].startswith("est_")
    assert {
        "customer_id": "ct_acme",
        "date": "2026-09-20T00:00:00",
        "expiry_date": "2026-10-12T00:00:00",
        "sub_total": 200,
        "tax_total": 36,
        "total": 236,
        "status": "DRAFT",
        "notes": "Valid for a month",
        "converted_to_sales_order_id": None,
    }.items() <= made.items()
    assert made["estimate_number"].startswith("EST-2026-")
    assert int(made["estimate_number"][-4:]) + 1 == int(estimate(books)["estimate_number"][-4:])
    assert made == books.get(at(made))
    books.act(f"{at(made)}/accept")
    assert {} == books.moved(before)
    assert returned == books.report("gstr1", from_date="2026-09-20", to_date="2026-09-20")
    books.refuse((404, "not_found.resource", "estimate_id"), "GET", "/estimates/est_none")


def test_estimate_becomes_a_sales_order(books: FinzBooks) -> None:
    """Accepted first, then converted once: the order has customer, date, place and lines, and the message names it
    (Estimates, read 2026-11; 8.2, 17.26; operations 45 and 46)."""
    made = estimate(books)
    told = books.refuse(STATUS, "POST", f"{at(made)}/convert")
    assert {"current": "DRAFT", "allowed": ["ACCEPTED"]} == told["details"]

    assert "ACCEPTED" == books.act(f"{at(made)}/accept")["status"]
    body = books.done("POST", f"{at(made)}/convert")

    converted, order_id = body["estimate"], body["estimate"]["converted_to_sales_order_id"]
    assert "CONVERTED" == converted["status"]
    assert order_id in body["message"]
    order = books.get(f"/sales_orders/{order_id}")
    assert ("CONFIRMED", made["estimate_id"]) == (order["status"], order["estimate_id"])
    same = ("customer_id", "date", "place_of_supply", *FIGURES)
    assert {name: made[name] for name in same} == {name: order[name] for name in same}
    assert plain(made["line_items"]) == plain(order["line_items"])
    for action in ("accept", "convert"):
        books.refuse(STATUS, "POST", f"{at(made)}/{action}")
    books.refuse(STATUS, "DELETE", at(made))
    books.refuse(STATUS, "PUT", at(made), {"notes": "x"})


def test_estimate_changes_its_header_and_status(books: FinzBooks) -> None:
    """SENT, DECLINED and CANCELLED may be set; ACCEPTED and CONVERTED come by their own calls
    (Estimates, read 2026-11; 8.2; operations 44 and 45)."""
    made = estimate(books)

    assert "SENT" == books.put(at(made), {"status": "SENT"})["status"]
    assert (354, "By air") == tuple(
        books.put(at(made), {"notes": "By air", "line_items": [widgets(3)]})[name] for name in ("total", "notes")
    )
    assert "ACCEPTED" == books.act(f"{at(made)}/accept")["status"]
    for wrong in ("CONVERTED", "GOOD"):
        books.refuse(STATUS, "PUT", at(made), {"status": wrong})
    for status in ("DECLINED", "CANCELLED"):
        other = estimate(books)
        assert status == books.put(at(other), {"status": status})["status"]
        for action in ("accept", "convert"):
            books.refuse(STATUS, "POST", f"{at(other)}/{action}")
    for method, path in (("PUT", ""), ("DELETE", ""), ("POST", "/accept"), ("POST", "/convert")):
        books.refuse((404, "not_found.resource", "estimate_id"), method, f"/estimates/est_none{path}", {})


def test_estimate_is_deleted_unless_converted(books: FinzBooks) -> None:
    """Also an accepted one (Estimates, read 2026-11; 8.2, 17.26; operation 47)."""
    draft, accepted = estimate(books), estimate(books)
    books.act(f"{at(accepted)}/accept")

    for made in (draft, accepted):
        books.delete(at(made))
        books.refuse((404, "not_found.resource", "estimate_id"), "GET", at(made))


def test_estimates_are_filtered(books: FinzBooks) -> None:
    """By status, customer and dates (8.2; operation 41)."""
    one = estimate(books, date="2031-02-01")
    two = estimate(books, date="2031-02-02", customer_id="ct_beta")
    books.act(f"{at(two)}/accept")

    def found(**query: Json) -> list[str]:
        return [each["estimate_id"] for each in books.all("/estimates", date_from="2031-01-01", **query)]

    assert [two["estimate_id"], one["estimate_id"]] == found()
    assert [one["estimate_id"]] == found(status="DRAFT") == found(customer_id="ct_acme") == found(date_to="2031-02-01")


def ordered(books: FinzBooks, order: Order, **fields: Json) -> Json:
    return books.make(order.path, {**GOOD[order.path], "line_items": [widgets(2)], **fields})


def where(order: Order, made: Json) -> str:
    return f"{order.path}/{made[f'{order.word}_id']}"


@BOTH
def test_order_is_a_draft_first(books: FinzBooks, order: Order) -> None:
    """Numbered by year, with a day of delivery, in no ledger (8.3, 9.2; operations 59, 60, 65 and 66; A21)."""
    before = books.trial()

    made = ordered(books, order, **{order.day: "2026-09-01"})

    assert made[f"{order.word}_id"].startswith(order.letters)
    assert made[f"{order.word}_number"].startswith(f"{order.prefix}-2026-")
    price = 100 if order is SALES else 70
    assert {
        "date": "2026-09-20T00:00:00",
        order.day: "2026-09-01T00:00:00",
        "sub_total": 2 * price,
        "total": 2.36 * price,
        "status": "DRAFT",
        f"converted_to_{order.into}_id": None,
    }.items() <= made.items()
    assert made == books.get(where(order, made))
    assert {} == books.moved(before)
    books.refuse((404, "not_found.resource", f"{order.word}_id"), "GET", f"{order.path}/none")
    wrong = "ct_vendor" if order is SALES else "ct_acme"
    books.refuse((400, INVALID, order.party), "POST", order.path, {**GOOD[order.path], order.party: wrong})


@BOTH
def test_order_becomes_a_document(books: FinzBooks, order: Order) -> None:
    """A draft of invoice or bill with the same lines and totals, once, and the message names it
    (Sales orders, read 2026-11; 8.3, 9.2, 17.26; operations 62 and 68; A21)."""
    before = books.trial()
    for confirm in (False, True):
        made = ordered(books, order)
        if confirm:
            assert order.confirmed == books.put(where(order, made), {"status": order.confirmed})["status"]

        body = books.done("POST", f"{where(order, made)}/{order.converts}")

        shown = body[order.word]
        document_id = shown[f"converted_to_{order.into}_id"]
        assert order.done == shown["status"]
        assert document_id in body["message"]
        document = books.get(f"/{order.into}s/{document_id}")
        assert "DRAFT" == document["status"]
        same = (order.party, "place_of_supply", *FIGURES)
        assert {name: made[name] for name in same} == {name: document[name] for name in same}
        assert plain(made["line_items"]) == plain(document["line_items"])
        books.refuse(STATUS, "POST", f"{where(order, made)}/{order.converts}")
        books.refuse(STATUS, "DELETE", where(order, made))
        books.refuse(STATUS, "PUT", where(order, made), {"notes": "x"})
    assert {} == books.moved(before)


@BOTH
def test_order_is_open_again_when_its_draft_is_deleted(books: FinzBooks, order: Order) -> None:
    """And may become another one (8.3, 9.2; operations 62 and 68; A21)."""
    made = ordered(books, order)
    link = f"converted_to_{order.into}_id"
    first = books.act(f"{where(order, made)}/{order.converts}")[link]

    books.delete(f"/{order.into}s/{first}")

    shown = books.get(where(order, made))
    assert (order.confirmed, None) == (shown["status"], shown[link])
    assert first != books.act(f"{where(order, made)}/{order.converts}")[link]


@BOTH
def test_order_changes_its_header_and_status(books: FinzBooks, order: Order) -> None:
    """Confirmed or cancelled; a cancelled one is not converted (8.3, 9.2; operations 61 and 67; A21)."""
    made = ordered(books, order)

    changed = books.put(where(order, made), {"notes": "Dock 4", "line_items": [widgets(1)]})
    cancelled = books.put(where(order, made), {"status": "CANCELLED"})

    assert ("Dock 4", made["total"] / 2, "DRAFT") == (changed["notes"], changed["total"], changed["status"])
    assert "CANCELLED" == cancelled["status"]
    books.refuse(STATUS, "POST", f"{where(order, made)}/{order.converts}")
    books.refuse(STATUS, "PUT", where(order, made), {"status": order.done})
    for method, path in (("PUT", ""), ("DELETE", ""), ("POST", f"/{order.converts}")):
        told = (404, "not_found.resource", f"{order.word}_id")
        books.refuse(told, method, f"{order.path}/none{path}", {})


@BOTH
def test_order_is_deleted_unless_converted(books: FinzBooks, order: Order) -> None:
    """(8.3, 9.2; operations 63 and 69; A21)."""
    made = ordered(books, order)

    books.delete(where(order, made))

    books.refuse((404, "not_found.resource", f"{order.word}_id"), "GET", where(order, made))


@BOTH
def test_orders_are_filtered(books: FinzBooks, order: Order) -> None:
    """By status, party and dates (8.3, 9.2; operations 58 and 64; A21)."""
    one, two = (ordered(books, order, date=f"2031-02-0{day}") for day in (1, 2))
    books.put(where(order, two), {"status": order.confirmed})

    def found(**query: Json) -> list[str]:
        rows = books.all(order.path, date_from="2031-01-01", **query)
        return [each[f"{order.word}_id"] for each in rows]

    first, second = (each[f"{order.word}_id"] for each in (one, two))
    assert [second, first] == found() == found(**{order.party: GOOD[order.path][order.party]})
    assert [first] == found(status="DRAFT") == found(date_to="2031-02-01")
    assert [] == found(**{order.party: "nobody"})
