"""References that no name gives away: an object that bears its type, a schema beside what allows null."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbooks.resources import Reference
from tests.test_generic_building import TEXT, WHOLE, Schema, Shop, crud, many, one_of, op, open_shop, ref, thing

OR_NULL = {"type": "object", "nullable": True}


def tickets(folder: Path, approver: Schema) -> Shop:
    """Tickets that show who approves them, where callers send the id alone."""
    operations = {
        **crud("users", "User"),
        **crud("tickets", "Ticket", query={"approver": WHOLE}),
        "POST /tickets": op(ref("Ticket"), status=201, body=thing(title=TEXT, approver=WHOLE)),
    }
    schemas = {"User": thing("id", id=WHOLE, name=TEXT), "Ticket": thing(id=WHOLE, title=TEXT, approver=approver)}
    return open_shop(folder, operations, schemas)


@pytest.mark.parametrize(
    "approver",
    [
        {"allOf": [ref("User"), OR_NULL]},
        {"allOf": [OR_NULL, ref("User")]},
        {"allOf": [ref("User"), {"description": "Who says yes.", "readOnly": True}]},
        {"allOf": [ref("User")], "nullable": True},
    ],
)
def test_schema_beside_what_says_nothing_of_its_shape_is_meant(tmp_path: Path, approver: Schema) -> None:
    """An id that was sent shows the document that it names, and is filtered by."""
    shop = tickets(tmp_path, approver)
    shop.put("users", {"id": 7, "name": "Ada"}, {"id": 8, "name": "Bob"})

    made = shop.body("POST /tickets", {"title": "Ink", "approver": 8})

    assert made == {"id": 1, "title": "Ink", "approver": {"id": 8, "name": "Bob"}}
    assert shop.body("GET /tickets?approver=8") == [made]
    assert shop.body("GET /tickets?approver=7") == []


def test_schema_beside_another_shape_is_neither(tmp_path: Path) -> None:
    """Of two schemas that both show properties none is the document."""
    shop = tickets(tmp_path, {"allOf": [ref("User"), thing(since=TEXT)]})

    assert shop.inference.resources["tickets"].references == ()


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        (one_of("people"), (Reference("author.data.id", "people", embedded="author.data"),)),
        (one_of("person"), (Reference("author.data.id", "people", embedded="author.data"),)),
        (one_of("people", "robots"), ()),
        (one_of("robots"), ()),
        (TEXT, ()),
    ],
)
def test_object_that_bears_its_type_refers_to_it(tmp_path: Path, label: Schema, expected: Any) -> None:
    """By the one word that its type may be; where it may be several, or names no collection, to nothing."""
    article = thing(id=WHOLE, author=thing(data=thing(id=TEXT, type=label)))
    operations = {**crud("people", "Person", ids=TEXT), **crud("articles", "Article"), "GET /x": op(many(TEXT))}
    shop = open_shop(tmp_path, operations, {"Person": thing("id", id=TEXT), "Article": article})

    assert shop.inference.resources["articles"].references == expected


def test_object_of_several_types_refers_to_none(tmp_path: Path) -> None:
    """Each option bears another type; one that is of a type or null refers to that."""
    person, robot = thing(id=TEXT, type=one_of("people")), thing(id=TEXT, type=one_of("robots"))
    maker = {"oneOf": [person, robot]}
    owner = {"anyOf": [person, {"type": "object", "enum": [None]}]}
    operations = {**crud("people", "Person", ids=TEXT), **crud("parts", "Part")}
    schemas = {"Person": thing("id", id=TEXT), "Part": thing(id=WHOLE, maker=maker, owner=owner)}
    shop = open_shop(tmp_path, operations, schemas)

    assert shop.inference.resources["parts"].references == (Reference("owner.id", "people", embedded="owner"),)


@pytest.mark.parametrize(("roles", "expected"), [(["author"], [1]), (["author", "editor"], [])])
def test_list_below_a_document_shows_those_that_refer_to_its_type(
    tmp_path: Path, roles: list[str], expected: list[int]
) -> None:
    """`/people/{id}/articles` by the relationship to people; of two such nobody can tell which is meant."""
    person = thing(data=thing(id=TEXT, type=one_of("people")))
    article = thing(id=WHOLE, relationships=thing(**dict.fromkeys(roles, person)))
    operations = {
        **crud("people", "Person", ids=TEXT),
        **crud("articles", "Article"),
        "GET /people/{id}/articles": op(many(ref("Article")), ids=TEXT),
    }
    shop = open_shop(tmp_path, operations, {"Person": thing("id", id=TEXT), "Article": article})
    shop.put("people", {"id": "ada"}, {"id": "bob"})
    for name in ("ada", "bob"):
        shop.send("POST /articles", {"relationships": {"author": {"data": {"id": name, "type": "people"}}}})

    assert [each["id"] for each in shop.body("GET /people/ada/articles")] == expected
