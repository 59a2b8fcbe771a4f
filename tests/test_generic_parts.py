"""Lists of what stands inside one document, under a path of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbooks.errors import NotFound
from tests.test_generic_building import NUMBER, TEXT, WHOLE, Shop, crud, many, op, open_shop, ref, thing

LINE = thing(id=WHOLE, item=TEXT, amount=NUMBER)
ORDER = thing(id=WHOLE, buyer=TEXT, lines=many(ref("Line")))
LINES = [
    {"id": 1, "item": "ink", "amount": 12.5},
    {"id": 2, "item": "paper", "amount": 3},
    {"id": 3, "item": "ink", "amount": 7},
]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with one order of three lines."""
    query = {"item": TEXT, "sort": TEXT, "limit": WHOLE, "offset": WHOLE}
    operations = {**crud("orders", "Order"), "GET /orders/{id}/lines": op(many(ref("Line")), ids=WHOLE, query=query)}
    opened = open_shop(tmp_path, operations, {"Order": ORDER, "Line": LINE})
    opened.send("POST /orders", {"buyer": "Ada", "lines": LINES})
    return opened


def test_lines_are_those_that_the_order_holds(shop: Shop) -> None:
    """Before and after the order changes; they are no collection of their own."""
    before = shop.body("GET /orders/1/lines")
    shop.send("PATCH /orders/1", {"lines": LINES[:1]})

    assert before == LINES
    assert shop.body("GET /orders/1/lines") == LINES[:1]
    assert list(shop.inference.resources) == ["orders"]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("item=ink", [1, 3]),
        ("item=glue", []),
        ("sort=amount", [2, 3, 1]),
        ("sort=-amount", [1, 3, 2]),
        ("limit=2", [1, 2]),
        ("limit=2&offset=2", [3]),
        ("item=ink&sort=-id&limit=1", [3]),
    ],
)
def test_lines_are_filtered_ordered_and_cut(shop: Shop, query: str, ids: list[int]) -> None:
    """As the documents of any list."""
    assert [line["id"] for line in shop.body(f"GET /orders/1/lines?{query}")] == ids


def test_lines_of_an_order_that_is_not_there(shop: Shop) -> None:
    """A document that does not exist holds nothing that could be listed."""
    assert isinstance(shop.refuse("GET /orders/7/lines"), NotFound)


def test_documents_that_name_the_one_above_them_are_a_collection(tmp_path: Path) -> None:
    """Tracks say which album they are on: the album's list is of all that say so, not of those it shows itself."""
    track = thing(id=WHOLE, album_id=WHOLE, title=TEXT)
    operations = {
        **crud("albums", "Album"),
        **crud("tracks", "Track"),
        "GET /albums/{id}/tracks": op(many(ref("Track")), ids=WHOLE),
    }
    schemas = {"Album": thing(id=WHOLE, tracks=many(ref("Track"))), "Track": track}
    shop = open_shop(tmp_path, operations, schemas)
    shop.send("POST /albums", {})

    made = shop.body("POST /tracks", {"title": "Ebb", "album_id": 1})

    assert shop.body("GET /albums/1/tracks") == [made]
