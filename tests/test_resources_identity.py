"""Which property a path means: the id before what people call a thing, and never one of another kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_generic_building import TEXT, WHOLE, Schema, open_shop
from tests.test_generic_building import op as shop_op
from tests.test_resources_building import NUMBER, infer, many, members, op, read_document, ref, thing, told

ID_TOLD = {"description": "Unique identifier of it"}
NAME_TOLD = {"description": "The name of it"}


@pytest.mark.parametrize(
    ("parameter", "kind", "properties", "expected"),
    [
        ("note", TEXT, {"note": TEXT, "id": TEXT}, "id"),
        ("note", TEXT, {"note": TEXT, "body": TEXT}, "note"),
        ("note", TEXT, {"note": TEXT, "id": WHOLE}, "note"),
        ("noteId", WHOLE, {"name": TEXT, "note_id": WHOLE}, "note_id"),
        ("note", TEXT, {"id": WHOLE, "name": TEXT}, "name"),
        ("note", TEXT, {"id": WHOLE, "name": TEXT, "slug": TEXT}, "slug"),
        ("note", TEXT, {"id": TEXT, "name": TEXT, "slug": TEXT}, "id"),
        ("note", WHOLE, {"id": WHOLE, "name": TEXT}, "id"),
        ("note_slug", TEXT, {"uuid": TEXT, "slug": TEXT}, "slug"),
        ("noteId", TEXT, {"title": TEXT, "number": WHOLE}, "number"),
        ("idNote", TEXT, {"name": TEXT, "id": TEXT}, "id"),
    ],
)
def test_path_means_the_property_that_can_tell_documents_apart(
    parameter: str, kind: Schema, properties: dict[str, Schema], expected: str
) -> None:
    """A text called like the thing is its text where there is an id; a text in a path is no number."""
    operations = {
        "GET /notes": op(many(ref("Note"))),
        "POST /notes": op(ref("Note"), status=201, body=ref("Note")),
        f"GET /notes/{{{parameter}}}": op(ref("Note"), ids=kind),
    }

    found = infer(operations, {"Note": members(properties)})

    assert found.resources["notes"].id_property == expected


@pytest.mark.parametrize(("words", "expected"), [(ID_TOLD, "id"), (NAME_TOLD, "name"), ({}, "name")])
def test_what_is_told_of_a_parameter_decides(words: Schema, expected: str) -> None:
    """`{rack}` as a text is the name of a rack with a number, unless it is said to be the id."""
    rack = {"name": "rack", "in": "path", "required": True, "schema": TEXT, **words}
    answer = {"description": "fine", "content": {"application/json": {"schema": ref("Rack")}}}
    listed = {"description": "fine", "content": {"application/json": {"schema": many(ref("Rack"))}}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Racks", "version": "1"},
        "paths": {
            "/racks": {"get": {"responses": {"200": listed}}},
            "/racks/{rack}": {"get": {"parameters": [rack], "responses": {"200": answer}}},
        },
        "components": {"schemas": {"Rack": thing(id=WHOLE, name=TEXT)}},
    }

    assert read_document(document).resources["racks"].id_property == expected


@pytest.mark.parametrize(
    ("parameter", "kind", "expected"),
    [
        ("id", TEXT, "id"),
        ("personId", TEXT, "id"),
        ("idPerson", TEXT, "id"),
        ("badge_id", WHOLE, "gate_badge_id"),
    ],
)
def test_name_is_no_id(parameter: str, kind: Schema, expected: str) -> None:
    """Where a path asks for an id and schemas show none, documents show one; or it is the one that ends so."""
    person = members({"name": TEXT, "title": TEXT, "gate_badge_id": WHOLE})
    operations = {
        "GET /persons": op(many(ref("Person"))),
        "POST /persons": op(ref("Person"), status=201, body=ref("Person")),
        f"GET /persons/{{{parameter}}}": op(ref("Person"), ids=kind),
    }

    persons = infer(operations, {"Person": person}).resources["persons"]

    assert (persons.id_property, persons.id_hidden, persons.caller_id) == (expected, False, False)


def test_two_of_one_name_are_two(tmp_path: Path) -> None:
    """Each is read by its own id, and may be called otherwise."""
    note, whole = thing(required=["id"], id=TEXT, note=TEXT), thing(required=["note"], note=TEXT)
    operations = {
        "GET /notes": shop_op(many(ref("Note"))),
        "POST /notes": shop_op(ref("Note"), status=201, body=whole),
        "GET /notes/{note}": shop_op(ref("Note")),
        "PUT /notes/{note}": shop_op(ref("Note"), body=whole),
    }
    shop = open_shop(tmp_path, operations, {"Note": note})

    one, two = shop.body("POST /notes", {"note": "Plan"}), shop.body("POST /notes", {"note": "Plan"})
    changed = shop.body(f"PUT /notes/{two['id']}", {"note": "Other plan"})

    assert changed == {"id": two["id"], "note": "Other plan"}
    assert shop.body("GET /notes") == [one, changed]
    assert shop.body(f"GET /notes/{one['id']}") == {"id": one["id"], "note": "Plan"}


def test_person_without_an_id_is_renamed(tmp_path: Path) -> None:
    """What the path names is no name."""
    operations = {
        "GET /users": shop_op(many(ref("User"))),
        "POST /users": shop_op(ref("User"), status=201, body=ref("User")),
        "GET /users/{id}": shop_op(ref("User"), ids=WHOLE),
        "PUT /users/{id}": shop_op(ref("User"), body=ref("User"), ids=WHOLE),
    }
    shop = open_shop(tmp_path, operations, {"User": thing(name=TEXT, mail=TEXT)})
    shop.send("POST /users", {"name": "Ann"})

    assert shop.body("PUT /users/1", {"name": "Bea"}) == {"id": 1, "name": "Bea"}
    assert shop.body("GET /users") == [{"id": 1, "name": "Bea"}]


def test_document_is_what_is_read_where_making_it_answers_the_id_alone() -> None:
    """`POST` gives `{noteId}`, which `GET` leaves out."""
    note = thing(text=TEXT, size=NUMBER, tag=TEXT)
    operations = {
        "GET /notes": op(thing(noteIds=many(TEXT))),
        "POST /notes": op(thing(noteId=TEXT), body=ref("Note")),
        "GET /notes/{noteId}": op(ref("Note")),
        "POST /notes/{noteId}": op(thing(), body=ref("Note")),
    }

    found = infer(operations, {"Note": note})

    assert found.resources["notes"].id_property == "noteId"
    assert told(found) == {
        "GET /notes": "schema",
        "POST /notes": "create notes",
        "GET /notes/{noteId}": "get notes",
        "POST /notes/{noteId}": "update notes",
    }


def test_search_below_a_collection_fills_it() -> None:
    """What it finds can be read one by one, though nothing else lists or makes such documents."""
    operations = {"GET /places/search": op(many(ref("Place"))), "GET /places/{placeId}": op(ref("Place"))}
    lonely = {"GET /places/{placeId}": op(ref("Place"))}
    place = thing(id=TEXT, name=TEXT)

    assert told(infer(operations, {"Place": place})) == {
        "GET /places/search": "list places",
        "GET /places/{placeId}": "get places",
    }
    assert told(infer(lonely, {"Place": place})) == {"GET /places/{placeId}": "schema"}
