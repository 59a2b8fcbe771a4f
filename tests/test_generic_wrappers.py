"""Documents in wrappers: one or several in a body, arrays under a name of their own, a wrapper that looks like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbooks.errors import NotFound
from sandbooks.resources import Envelope
from tests.test_generic_building import TEXT, WHOLE, Shop, many, op, open_shop, ref, thing


@pytest.fixture
def payments(tmp_path: Path) -> Shop:
    """Payments that a call makes singly or together; both answers stand in `data`."""
    saved = thing(amount=WHOLE, memo=TEXT)
    sent = thing(payment=ref("SavePayment"), payments=many(ref("SavePayment")))
    both = thing(payment=ref("Payment"), payments=many(ref("Payment")), duplicates=many(TEXT))
    operations = {
        "GET /payments": op(thing(payments=many(ref("Payment")))),
        "POST /payments": op(thing("data", data=both), status=201, body=sent),
        "GET /payments/{id}": op(thing(data=thing(payment=ref("Payment"))), ids=WHOLE),
    }
    payment = {"allOf": [thing("id", id=WHOLE), ref("SavePayment")]}
    return open_shop(tmp_path, operations, {"SavePayment": saved, "Payment": payment})


def test_body_of_one_or_several_makes_each(payments: Shop) -> None:
    """The answer shows one where one was sent, and an array where an array was, though it may be of one."""
    several = payments.body("POST /payments", {"payments": [{"amount": -11}, {"amount": -22, "memo": "Ink"}]})
    one = payments.body("POST /payments", {"payment": {"amount": -33}})
    sole = payments.body("POST /payments", {"payments": [{"amount": -44}]})

    assert several == {"data": {"payments": [{"id": 1, "amount": -11}, {"id": 2, "amount": -22, "memo": "Ink"}]}}
    assert one == {"data": {"payment": {"id": 3, "amount": -33}}}
    assert sole == {"data": {"payments": [{"id": 4, "amount": -44}]}}
    assert [each["amount"] for each in payments.body("GET /payments")["payments"]] == [-11, -22, -33, -44]


def test_empty_array_makes_nothing(payments: Shop) -> None:
    """Nor does it make an empty document."""
    assert payments.body("POST /payments", {"payments": []}) == {"data": {"payments": []}}
    assert payments.stored("payments") == []


@pytest.mark.parametrize(("method", "summary"), [("POST", ""), ("PUT", "Creates a history record")])
@pytest.mark.parametrize("name", ["Record", ""])
def test_array_under_another_name_than_the_path_is_stored(tmp_path: Path, method: str, summary: str, name: str) -> None:
    """List and create share a wrapper; its elements have a name in the description, or none."""
    record = thing(details=TEXT, user=TEXT)
    operations = {
        "GET /orders": op(many(ref("Order"))),
        "POST /orders": op(ref("Order"), status=201, body=ref("Order")),
        "GET /orders/{id}": op(ref("Order"), ids=WHOLE),
        "GET /orders/{id}/history": op(ref("Histories"), ids=WHOLE),
        f"{method} /orders/{{id}}/history": op(ref("Histories"), body=ref("Histories"), ids=WHOLE, summary=summary),
    }
    schemas = {
        "Order": thing(id=WHOLE, name=TEXT),
        "Histories": thing(records=many(ref(name) if name else record)),
        "Record": record,
    }
    shop = open_shop(tmp_path, operations, schemas)
    shop.send("POST /orders", {"name": "Ink"})

    first = shop.body(f"{method} /orders/1/history", {"records": [{"details": "Sent"}]})
    second = shop.body(f"{method} /orders/1/history", {"records": [{"details": "Paid"}, {"details": "Lost"}]})

    assert first == {"records": [{"details": "Sent"}]}
    assert second == {"records": [{"details": "Paid"}, {"details": "Lost"}]}
    assert shop.body("GET /orders/1/history") == {
        "records": [{"details": "Sent"}, {"details": "Paid"}, {"details": "Lost"}]
    }


def test_wrapper_with_the_name_of_the_id_is_no_document(tmp_path: Path) -> None:
    """`{data: {month: {month: ...}}}`: what is called as the id is an object, so the document stands there."""
    month = thing("month", month={**TEXT, "format": "date"}, income=WHOLE)
    operations = {
        "GET /months": op(thing(data=thing(months=many(ref("Month"))))),
        "GET /months/{month}": op(thing(data=thing(month=ref("Month"))), ids={**TEXT, "format": "date"}),
    }
    shop = open_shop(tmp_path, operations, {"Month": month})
    shop.put("months", {"month": "2026-07-01", "income": 3126}, {"month": "2026-08-01", "income": 150})

    assert shop.inference.behaviours["GET /months/{month}"].answer == Envelope("item", ("data", "month"))
    assert shop.body("GET /months/2026-07-01") == {"data": {"month": {"month": "2026-07-01", "income": 3126}}}
    assert isinstance(shop.refuse("GET /months/2026-09-01"), NotFound)
