"""What no client of good sense sends: numbers of a million digits, conditions without an end, patches of no kind.

Each is answered at once: with the documents that meet it, or with a refusal that stores nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.serving import Door, serve

TEXT = {"type": "string"}
ORDER = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": TEXT,
        "total": {"type": "number"},
        "paid": {"type": "boolean"},
        "tags": {"type": "array", "items": TEXT, "uniqueItems": True},
        "address": {"type": "object", "required": ["city"], "properties": {"city": TEXT}},
    },
}
ANY_PATCH: dict[str, Any] = {
    "application/json-patch+json": {"schema": {}},
    "application/merge-patch+json": {"schema": {}},
}
BILL = {"id": 1, "name": "Bill", "total": 1234.56, "paid": False, "tags": ["x"], "address": {"city": "Ulm"}}
JSON_PATCH = {"Content-Type": "application/json-patch+json"}
MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}


@pytest.fixture
def orders(tmp_path: Path) -> Door:
    """A shop whose parameters are all texts, with one order."""
    query = [
        {"name": name, "in": "query", "schema": TEXT} for name in ("limit", "page", "filter", "total", "min_total")
    ]
    id = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    description = {
        "openapi": "3.0.3",
        "info": {"title": "Orders", "version": "1"},
        "paths": {
            "/orders": {
                "get": {"parameters": query, "responses": _answer({"type": "array", "items": ORDER})},
                "post": {"requestBody": _body({"application/json": {"schema": ORDER}}), "responses": _answer(ORDER)},
            },
            "/orders/{id}": {
                "get": {"parameters": [id], "responses": _answer(ORDER)},
                "put": {
                    "parameters": [id],
                    "requestBody": _body({"application/json": {"schema": {"type": "object"}}}),
                    "responses": _answer(ORDER),
                },
                "patch": {"parameters": [id], "requestBody": _body(ANY_PATCH), "responses": _answer(ORDER)},
            },
        },
    }
    file = tmp_path / "orders.json"
    file.write_text(json.dumps(description))
    door = serve(file, profile="empty")
    assert door.post("/orders/orders", json=BILL).json() == BILL
    return door


@pytest.mark.parametrize("number", ["1e999999", "-1e999999", "1e9999", "9" * 5000, "1e-999999", "9" * 400 + ".5"])
def test_number_of_endless_digits_meets_no_document(orders: Door, number: str) -> None:
    """Neither as a value nor in a condition."""
    assert orders.get(f"/orders/orders?total={number}").json() == []
    assert orders.get(f"/orders/orders?filter=total%3D{number[:3000]}").json() == []


def test_endless_number_is_still_larger_than_any_other(orders: Door) -> None:
    """A bound is compared, not counted out."""
    assert orders.get("/orders/orders?min_total=1e999999").json() == []
    assert orders.get("/orders/orders?min_total=-1e999999").json() == [BILL]


@pytest.mark.parametrize("limit", ["--5", "-", "- 5", "²", "1e9", "9" * 5000])
def test_limit_that_is_no_number_is_passed_over(orders: Door, limit: str) -> None:
    """As one that is missing."""
    answer = orders.get(f"/orders/orders?limit={quote(limit)}")

    assert (answer.status_code, answer.json()) == (200, [BILL])


@pytest.mark.parametrize(
    "text",
    ["!" * 2000 + "name=Bob", "not " * 900 + "name=Bob", "name=" + "x(" * 1500, "total>Date(99999999999999999999,1,1)"],
)
def test_condition_without_an_end_is_passed_over(orders: Door, text: str) -> None:
    """With a note, as any that cannot be read."""
    answer = orders.get(f"/orders/orders?filter={quote(text)}")

    assert (answer.status_code, answer.json()) == (200, [BILL])


@pytest.mark.parametrize(
    "patch",
    [
        [{"op": [], "path": "/x"}],
        [{"op": {}, "path": "/x"}],
        [{"op": "add", "path": "/tags/" + "9" * 5000, "value": "y"}],
        [{"op": "add", "path": "/x" * 1500, "value": 1}],
        [{"op": "copy", "from": "", "path": f"/x{number}"} for number in range(40)],
    ],
)
def test_patch_that_is_none_or_grows_without_an_end_is_refused(orders: Door, patch: Any) -> None:
    """And the order stays."""
    answer = orders.patch("/orders/orders/1", content=json.dumps(patch).encode(), headers=JSON_PATCH)

    assert answer.status_code == 400
    assert orders.get("/orders/orders/1").json() == BILL


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [
        ([{"op": "add", "path": "/tags/-", "value": "x"}], "/tags"),
        ([{"op": "add", "path": "/tags", "value": [{"a": 1}]}], "/tags"),
        ([{"op": "replace", "path": "/total", "value": "abc"}], "/total"),
        ([{"op": "replace", "path": "/paid", "value": "perhaps"}], "/paid"),
        ([{"op": "remove", "path": "/name"}], "/name"),
        ([{"op": "remove", "path": "/address/city"}], "/address/city"),
        ([{"op": "replace", "path": "", "value": {"total": 5}}], "/name"),
        ({"total": "abc"}, "/total"),
        ({"tags": ["x", "y", "x"]}, "/tags"),
        ({"address": {"city": []}}, "/address/city"),
    ],
)
def test_patch_to_what_no_order_may_be_is_refused(orders: Door, patch: Any, pointer: str) -> None:
    """The patch's own schema says nothing, the order's does; nothing is invented in the place of what was there."""
    headers = JSON_PATCH if isinstance(patch, list) else MERGE_PATCH

    answer = orders.patch("/orders/orders/1", content=json.dumps(patch).encode(), headers=headers)

    assert answer.status_code == 400
    assert pointer in answer.text
    assert orders.get("/orders/orders/1").json() == BILL


def test_replacement_that_no_order_may_be_is_refused(orders: Door) -> None:
    """As a patch is."""
    assert orders.put("/orders/orders/1", json={"name": "Bob", "total": "abc"}).status_code == 400
    assert orders.get("/orders/orders/1").json() == BILL


def test_patch_in_another_form_is_still_followed(orders: Door) -> None:
    """A number written as a text, one value for a list; what an order need not have may go."""
    patch = [{"op": "replace", "path": "/total", "value": "12.5"}, {"op": "remove", "path": "/address"}]
    orders.patch("/orders/orders/1", content=json.dumps(patch).encode(), headers=JSON_PATCH)

    changed = orders.patch("/orders/orders/1", json={"tags": "y"}, headers=MERGE_PATCH)

    assert changed.json() == {"id": 1, "name": "Bill", "total": 12.5, "paid": False, "tags": ["y"]}
    assert orders.get("/orders/orders/1").json() == changed.json()


def _body(content: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": content}


def _answer(schema: dict[str, Any]) -> dict[str, Any]:
    return {"200": {"description": "done", "content": {"application/json": {"schema": schema}}}}
