"""What a call asks to see: some properties of documents only, and documents in the place of their ids."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.test_generic_building import TEXT, WHOLE, Shop, crud, many, op, open_shop, read_only, ref, thing

CUSTOMER = thing("name", id=WHOLE, name=TEXT, city=TEXT)
ORDER = thing(
    "number",
    id=read_only(WHOLE),
    number=TEXT,
    note=TEXT,
    total=WHOLE,
    customer={"anyOf": [{"type": "integer", "description": "The id of a customer."}, ref("Customer")]},
    sellerId=WHOLE,
    seller=ref("Seller"),
)
ADA = {"id": 1, "name": "Ada", "city": "Graz"}
BOB = {"id": 1, "name": "Bob"}
SENT = {"number": "A-7", "note": "soon", "total": 1234, "customer": 1, "sellerId": 1}
WHOLE_ORDER = {"id": 1, **SENT}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with one order of one customer at one seller."""
    query = {"fields": TEXT, "expand": many(TEXT)}
    listed = thing(data=many(ref("Order")))
    operations = {
        **crud("customers", "Customer"),
        **crud("sellers", "Seller"),
        **crud("orders", "Order"),
        "GET /orders": op(listed, ids=WHOLE, query=query),
        "GET /orders/{id}": op(ref("Order"), ids=WHOLE, query=query),
    }
    schemas = {"Customer": CUSTOMER, "Seller": thing(id=WHOLE, name=TEXT), "Order": ORDER}
    opened = open_shop(tmp_path, operations, schemas)
    opened.send("POST /customers", {"name": "Ada", "city": "Graz"})
    opened.send("POST /sellers", {"name": "Bob"})
    opened.send("POST /orders", SENT)
    return opened


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", WHOLE_ORDER),
        ("?fields=note", {"id": 1, "number": "A-7", "note": "soon"}),
        ("?fields=total,note", {"id": 1, "number": "A-7", "note": "soon", "total": 1234}),
        ("?fields=*", WHOLE_ORDER),
        ("?fields=nothing", WHOLE_ORDER),
        ("?expand=customer", {**WHOLE_ORDER, "customer": ADA}),
        ("?expand=seller", {**WHOLE_ORDER, "seller": BOB}),
        ("?expand=customer&expand=seller", {**WHOLE_ORDER, "customer": ADA, "seller": BOB}),
        ("?expand=number", WHOLE_ORDER),
        ("?expand=customer&fields=customer", {"id": 1, "number": "A-7", "customer": ADA}),
    ],
)
def test_document_is_shown_as_asked(shop: Shop, query: str, shown: dict[str, Any]) -> None:
    """Its id and what every document must have are always there; names that mean nothing change nothing."""
    assert shop.body(f"GET /orders/1{query}") == shown


@pytest.mark.parametrize("query", ["fields=data(note),next", "fields=data.note", "fields=data/note", "fields=note"])
def test_names_may_begin_with_the_list(shop: Shop, query: str) -> None:
    """As those do that speak of the whole answer."""
    assert shop.body(f"GET /orders?{query}") == {"data": [{"id": 1, "number": "A-7", "note": "soon"}]}


def test_documents_of_a_list_hold_others(shop: Shop) -> None:
    """And what is stored stays as it was."""
    assert shop.body("GET /orders?expand=data.customer") == {"data": [{**WHOLE_ORDER, "customer": ADA}]}
    assert shop.stored("orders") == [WHOLE_ORDER]


def test_id_of_nothing_stays(shop: Shop) -> None:
    """There is no document to be shown in its place."""
    shop.send("DELETE /customers/1")

    assert shop.body("GET /orders/1?expand=customer") == WHOLE_ORDER


def test_attributes_of_one_type_are_chosen(tmp_path: Path) -> None:
    """`fields[ships]` speaks of ships alone, and of what stands in their attributes."""
    ship = thing("type", "id", type=TEXT, id=TEXT, attributes=thing(name=TEXT, flag=TEXT))
    query = {"fields[ships]": TEXT, "fields[berths]": TEXT}
    operations = {
        **crud("ships", "Ship", ids=TEXT),
        "GET /ships/{id}": op(ref("Ship"), ids=TEXT, query=query),
    }
    shop = open_shop(tmp_path, operations, {"Ship": ship})
    id = shop.body("POST /ships", {"type": "ships", "attributes": {"name": "Fern", "flag": "NO"}, "id": "s1"})["id"]

    chosen = shop.body(f"GET /ships/{id}?fields[ships]=flag&fields[berths]=name")

    assert chosen == {"type": "ships", "id": id, "attributes": {"flag": "NO"}}


def test_input_of_a_propertys_name_chooses_documents(tmp_path: Path) -> None:
    """`fields` is a filter where documents have fields."""
    operations = {**crud("farms", "Farm"), "GET /farms": op(many(ref("Farm")), query={"fields": TEXT})}
    shop = open_shop(tmp_path, operations, {"Farm": thing(id=WHOLE, fields=TEXT, name=TEXT)})
    shop.put("farms", {"id": 1, "fields": "two", "name": "Low"}, {"id": 2, "fields": "three", "name": "High"})

    assert shop.body("GET /farms?fields=two") == [{"id": 1, "fields": "two", "name": "Low"}]
