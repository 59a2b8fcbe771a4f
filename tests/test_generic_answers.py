"""How documents are shown: wrapped, without what is hidden, in the content type and with the headers described."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbooks.resources import Envelope, Input
from tests.test_generic_building import (
    BASE_URL,
    FLAG,
    MOMENT,
    NUMBER,
    TEXT,
    WHOLE,
    Schema,
    Shop,
    behaving,
    both,
    closed,
    crud,
    kept_as,
    many,
    one_of,
    op,
    open_shop,
    ref,
    thing,
)

PET = thing("id", id=WHOLE, name=TEXT)
REX = {"id": 1, "name": "Rex"}
SUCCESS = thing("success", "data", success=FLAG, data=ref("Pet"), error={**TEXT, "nullable": True})


def open_with(folder: Path, get: Schema, envelope: Envelope, **schemas: Schema) -> Shop:
    """A shop with one pet, shown by one operation in that envelope."""
    operations = {**crud("pets", "Pet"), "GET /show/{id}": op(get, ids=WHOLE)}
    by_id = Input(("id",), "path")
    changes = {
        "kind": "inferred",
        "role": "get",
        "resource": "pets",
        "verb": None,
        "id": by_id,
        "key": "",
        "parents": (),
    }
    alter = behaving("GET /show/{id}", answer=envelope, **changes)
    shop = open_shop(folder, operations, {"Pet": PET, **schemas}, alter=alter)
    shop.put("pets", REX)
    return shop


@pytest.mark.parametrize(
    ("schema", "envelope", "expected"),
    [
        (ref("Pet"), Envelope("item"), REX),
        (thing(pet=ref("Pet")), Envelope("item", ("pet",)), {"pet": REX}),
        (thing(data=thing(pet=ref("Pet"))), Envelope("item", ("data", "pet")), {"data": {"pet": REX}}),
        (many(ref("Pet")), Envelope("items"), [REX]),
        (thing(Pets=many(ref("Pet"))), Envelope("items", ("Pets",)), {"Pets": [REX]}),
        (
            thing(edges=many(thing(node=ref("Pet")))),
            Envelope("items", ("edges",), ("node",)),
            {"edges": [{"node": REX}]},
        ),
        ({"type": "object", "additionalProperties": ref("Pet")}, Envelope("map"), {"1": REX}),
        (SUCCESS, Envelope("item", ("data",)), {"success": True, "data": REX}),
        (
            thing("code", "message", "data", code=WHOLE, message=TEXT, data=ref("Pet"), trace=TEXT),
            Envelope("item", ("data",)),
            {"code": 200, "message": "OK", "data": REX},
        ),
        (
            thing("object", "warnings", object=one_of("pet"), warnings=many(TEXT), data=ref("Pet")),
            Envelope("item", ("data",)),
            {"object": "pet", "warnings": [], "data": REX},
        ),
    ],
)
def test_document_is_wrapped_as_described(tmp_path: Path, schema: Schema, envelope: Envelope, expected: Any) -> None:
    """Bare, under a key, in an array or by its id; members beside it that must be there say that all is well."""
    shop = open_with(tmp_path, schema, envelope)

    assert shop.body("GET /show/1") == expected


def test_member_that_tells_the_time_follows_the_clock(tmp_path: Path) -> None:
    """In every answer anew."""
    shop = open_with(tmp_path, thing("timestamp", timestamp=MOMENT, data=ref("Pet")), Envelope("item", ("data",)))

    first = shop.body("GET /show/1")["timestamp"]
    shop.wait(minutes=5)

    assert (first, shop.body("GET /show/1")["timestamp"]) == ("2026-01-31T09:15:00.000Z", "2026-01-31T09:20:00.000Z")


def test_answer_that_holds_no_document_shares_its_members(tmp_path: Path) -> None:
    """And says of a delete that it was done."""
    deleted = thing("id", "deleted", "object", id=WHOLE, deleted=FLAG, object=one_of("pet"))
    operations = {**crud("pets", "Pet"), "DELETE /pets/{id}": op(deleted, ids=WHOLE)}
    alter = behaving("DELETE /pets/{id}", answer=Envelope("other"))
    shop = open_shop(tmp_path, operations, {"Pet": PET}, alter=alter)
    shop.put("pets", {"id": 41})

    assert shop.body("DELETE /pets/41") == {"id": 41, "deleted": True, "object": "pet"}


def test_hidden_and_write_only_properties_are_not_shown(tmp_path: Path) -> None:
    """They are stored all the same, and a replacement that does not repeat them keeps them."""
    user = thing(
        "id", id=WHOLE, name=TEXT, pin={**TEXT, "writeOnly": True}, card=thing(cvc={**TEXT, "writeOnly": True})
    )
    shop = open_shop(
        tmp_path, crud("users", "User"), {"User": user}, alter=kept_as("users", hidden=("shelf", "card.inner"))
    )
    sent = {"id": 1, "name": "Ada", "pin": "1234", "shelf": 9, "card": {"cvc": "987", "inner": 1, "last4": "4242"}}

    shop.put("users", sent)
    shown = shop.body("PUT /users/1", {"id": 1, "name": "Bea", "card": {"last4": "1111"}})

    assert shown == {"id": 1, "name": "Bea", "card": {"last4": "1111"}}
    stored = shop.stored("users")[0]
    assert (stored["pin"], stored["shelf"]) == ("1234", 9)


def test_secret_of_a_document_within_a_document_is_not_shown(tmp_path: Path) -> None:
    """Also where a schema holds itself, in a property or in a list."""
    user = thing("id", id=WHOLE, pin={**TEXT, "writeOnly": True}, boss=ref("User"), staff=many(ref("User")))
    shop = open_shop(tmp_path, crud("users", "User"), {"User": user})
    shop.put("users", {"id": 1, "pin": "1", "boss": {"id": 2, "pin": "2", "staff": [{"id": 3, "pin": "3"}]}})

    assert shop.body("GET /users/1") == {"id": 1, "boss": {"id": 2, "staff": [{"id": 3}]}}


def test_what_only_requests_show_is_not_answered(tmp_path: Path) -> None:
    """A password that the document's schema does not know is stored, and left out of every answer."""
    body = thing("name", name=TEXT, password=TEXT)
    operations = {**crud("users", "User"), "POST /users": op(ref("User"), status=201, body=body)}
    shop = open_shop(tmp_path, operations, {"User": PET})

    made = shop.body("POST /users", {"name": "Ada", "password": "hunter2", "hobby": "chess"})

    assert made == {"id": 1, "name": "Ada", "hobby": "chess"}
    assert shop.stored("users") == [{**made, "password": "hunter2"}]


def test_closed_schema_shows_nothing_else(tmp_path: Path) -> None:
    """What a document holds beyond it is left out."""
    short = closed(thing("id", id=WHOLE))
    shop = open_with(tmp_path, ref("Short"), Envelope("item"), Short=short)

    assert shop.body("GET /show/1") == {"id": 1}


def test_operation_with_a_schema_of_its_own_is_answered_by_it(tmp_path: Path) -> None:
    """What it requires and the document lacks is made up, the same each time; what does not fit is turned."""
    full = thing(
        "id", "name", "rank", "owner", id=TEXT, name=TEXT, rank=NUMBER, owner=thing("city", city=one_of("Graz"))
    )
    shop = open_with(tmp_path, ref("Full"), Envelope("item"), Full=full)

    first = shop.body("GET /show/1")

    assert (first["id"], first["owner"]) == ("1", {"city": "Graz"})
    assert shop.body("GET /show/1") == first
    assert shop.stored("pets") == [REX]


def test_xml_is_written_where_nothing_else_is_offered(tmp_path: Path) -> None:
    """By the names, attributes and wrappers that the schema gives."""
    pet = thing(
        id={**WHOLE, "xml": {"attribute": True}},
        name={**TEXT, "xml": {"name": "petName"}},
        good=FLAG,
        photos={**many(TEXT), "xml": {"wrapped": True}},
        tags={**many({**TEXT, "xml": {"name": "tag"}})},
    )
    operations = {
        "GET /pets": op(many(ref("Pet")), answer_media="application/xml"),
        "POST /pets": op(ref("Pet"), status=201, body=ref("Pet"), answer_media="application/xml"),
        "GET /pets/{id}": op(ref("Pet"), ids=WHOLE, answer_media="application/xml"),
    }
    shop = open_shop(tmp_path, operations, {"Pet": pet})
    shop.put("pets", {"id": 1, "name": "Rex & Co", "good": True, "photos": ["a", "b"], "tags": ["x", "y"]})

    reply = shop.send("GET /pets/1")

    assert reply.media_type == "application/xml"
    assert reply.body.decode() == (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        '<Pet id="1"><petName>Rex &amp; Co</petName><good>true</good>'
        "<photos><photos>a</photos><photos>b</photos></photos><tag>x</tag><tag>y</tag></Pet>"
    )
    assert b'<response><Pet id="1">' in shop.send("GET /pets").body


def test_json_goes_by_the_name_that_the_description_gives_it(tmp_path: Path) -> None:
    """And is preferred to whatever else is offered."""
    operation = op(ref("Pet"), ids=WHOLE, answer_media="application/vnd.shop.v1+json")
    operation["responses"]["200"]["content"]["text/csv"] = {"schema": TEXT}
    shop = open_shop(tmp_path, {**crud("pets", "Pet"), "GET /pets/{id}": operation}, {"Pet": PET})
    shop.put("pets", REX)

    reply = shop.send("GET /pets/1")

    assert (reply.media_type, reply.body) == ("application/vnd.shop.v1+json", REX)


def test_headers_that_must_be_there_are(tmp_path: Path) -> None:
    """The others are left to whoever knows their value."""
    operation = op(ref("Pet"), ids=WHOLE, headers={"X-Version": one_of("7"), "X-Hint": TEXT})
    operation["responses"]["200"]["headers"]["X-Version"]["required"] = True
    shop = open_shop(tmp_path, {**crud("pets", "Pet"), "GET /pets/{id}": operation}, {"Pet": PET})
    shop.put("pets", REX)

    assert shop.send("GET /pets/1").headers == {"X-Version": "7"}


def test_location_is_shown_where_the_answer_documents_it(tmp_path: Path) -> None:
    """Whatever its status."""
    operation = op(ref("Pet"), status=200, body=ref("Pet"), headers={"location": TEXT})
    shop = open_shop(tmp_path, {**crud("pets", "Pet"), "POST /pets": operation}, {"Pet": PET})

    reply = shop.send("POST /pets", {"id": 1, "name": "Rex"})

    assert (reply.status, reply.headers) == (200, {"Location": f"{BASE_URL}/pets/{reply.body['id']}"})


def test_map_in_a_request_is_read_and_answered(tmp_path: Path) -> None:
    """Each document by its id."""
    pets = {"type": "object", "additionalProperties": ref("Pet")}
    pet = thing(id=TEXT, name=TEXT)
    shop = open_shop(
        tmp_path,
        {**crud("pets", "Pet", ids=TEXT), "POST /pets": op(pets, body=pets)},
        {"Pet": pet},
        alter=both(
            behaving(
                "POST /pets",
                kind="inferred",
                role="create",
                resource="pets",
                request=Envelope("map"),
                answer=Envelope("map"),
                success=200,
                takes_id=True,
            ),
        ),
    )

    answer = shop.body("POST /pets", {"a": {"name": "Rex"}, "b": {"name": "Max"}})

    assert answer == {"a": {"id": "a", "name": "Rex"}, "b": {"id": "b", "name": "Max"}}
    assert shop.body("GET /pets/b") == {"id": "b", "name": "Max"}
