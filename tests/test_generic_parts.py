"""What stands inside one document, under a path of its own: arrays are listed, objects read and changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbooks.errors import NotFound
from tests.test_generic_building import NUMBER, TEXT, WHOLE, Schema, Shop, crud, many, one_of, op, open_shop, ref, thing

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


def homes(folder: Path, address: Schema, *, wrapped: bool = False) -> Shop:
    """Users with an address, which has a path of its own below each."""
    shown = thing(address=ref("Address")) if wrapped else ref("Address")
    operations = {
        **crud("users", "User"),
        "GET /users/{id}/address": op(shown, ids=WHOLE),
        "PUT /users/{id}/address": op(shown, body=shown, ids=WHOLE),
        "PATCH /users/{id}/address": op(status=204, body=shown, ids=WHOLE),
        "DELETE /users/{id}/address": op(status=204, ids=WHOLE),
    }
    schemas = {"User": thing(id=WHOLE, name=TEXT, address=address), "Address": thing(street=TEXT, city=TEXT)}
    return open_shop(folder, operations, schemas)


def test_object_inside_a_document_is_read_and_changed_there(tmp_path: Path) -> None:
    """PUT replaces it, PATCH keeps what it does not name, DELETE takes it away; the rest of the document stays."""
    shop = homes(tmp_path, ref("Address"))
    shop.send("POST /users", {"name": "Ada", "address": {"street": "Elm 1", "city": "Ghent"}})

    read = shop.body("GET /users/1/address")
    replaced = shop.body("PUT /users/1/address", {"street": "Oak 2"})
    changed = shop.send("PATCH /users/1/address", {"city": "Bruges"}).status

    assert (read, replaced, changed) == ({"street": "Elm 1", "city": "Ghent"}, {"street": "Oak 2"}, 204)
    assert shop.body("GET /users/1") == {
        "id": 1,
        "name": "Ada",
        "address": {"street": "Oak 2", "city": "Bruges"},
    }
    assert list(shop.inference.resources) == ["users"]

    shop.send("DELETE /users/1/address")
    assert shop.body("GET /users/1") == {"id": 1, "name": "Ada"}
    assert shop.body("GET /users/1/address") == {}


def test_object_inside_a_document_may_be_wrapped(tmp_path: Path) -> None:
    """In what is sent and in what is answered."""
    shop = homes(tmp_path, ref("Address"), wrapped=True)
    shop.send("POST /users", {"name": "Ada"})

    assert shop.body("PUT /users/1/address", {"address": {"city": "Ghent"}}) == {"address": {"city": "Ghent"}}
    assert shop.body("GET /users/1")["address"] == {"city": "Ghent"}


def test_object_inside_a_document_that_is_not_there(tmp_path: Path) -> None:
    """Nothing is read, and nothing stored."""
    shop = homes(tmp_path, ref("Address"))

    assert isinstance(shop.refuse("GET /users/7/address"), NotFound)
    assert isinstance(shop.refuse("PUT /users/7/address", {"city": "Ghent"}), NotFound)


@pytest.mark.parametrize("address", [{**thing(street=TEXT, city=TEXT), "readOnly": True}, thing(line=TEXT), TEXT])
def test_what_the_document_does_not_hold_stands_alone(tmp_path: Path, address: Schema) -> None:
    """A property that callers cannot set, that is of another shape, or is no object, is not what the path shows."""
    shop = homes(tmp_path, address)
    shop.send("POST /users", {"name": "Ada"})

    shop.send("PUT /users/1/address", {"city": "Ghent"})

    assert shop.body("GET /users/1/address") == {"city": "Ghent"}
    assert not shop.body("GET /users/1").get("address")
    assert list(shop.inference.resources) == ["users", "address"]


def test_relationship_is_read_and_changed_in_the_document(tmp_path: Path) -> None:
    """Two words lead to it: `/articles/{id}/relationships/author`."""
    author = thing(data=thing("id", id=TEXT, type=one_of("people")))
    operations = {
        **crud("articles", "Article"),
        "GET /articles/{id}/relationships/author": op(author, ids=WHOLE),
        "PATCH /articles/{id}/relationships/author": op(status=204, body=author, ids=WHOLE),
    }
    article = thing(id=WHOLE, title=TEXT, relationships=thing(author=author))
    shop = open_shop(tmp_path, operations, {"Article": article})
    shop.put(
        "articles", {"id": 1, "title": "Ink", "relationships": {"author": {"data": {"id": "a", "type": "people"}}}}
    )

    shop.send("PATCH /articles/1/relationships/author", {"data": {"id": "b", "type": "people"}})

    changed = {"data": {"id": "b", "type": "people"}}
    assert shop.body("GET /articles/1/relationships/author") == changed
    assert shop.body("GET /articles/1") == {"id": 1, "title": "Ink", "relationships": {"author": changed}}
