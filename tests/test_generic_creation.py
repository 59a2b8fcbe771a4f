"""What a server adds to a new document, and how what was sent is turned into what answers show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from sandbooks.errors import Conflict, NotFound
from sandbooks.pack import File
from sandbooks.resources import Reference
from tests.test_generic_building import (
    BASE_URL,
    FLAG,
    MOMENT,
    NUMBER,
    TEXT,
    WHOLE,
    Schema,
    Shop,
    crud,
    kept_as,
    many,
    one_of,
    op,
    open_shop,
    read_only,
    ref,
    thing,
)


def open_with(
    folder: Path, *required: str, ids: Schema = WHOLE, sent: Schema | None = None, **properties: Schema
) -> Shop:
    """A shop with things of these properties; `sent` is the schema of what makes one, any object by default."""
    operations = {
        **crud("things", "Thing", ids=ids),
        "POST /things": op(ref("Thing"), status=201, body=sent or {"type": "object"}),
    }
    return open_shop(folder, operations, {"Thing": thing("id", *required, id=ids, **properties)})


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (TEXT, None),
        ({**TEXT, "default": "new"}, "new"),
        ({**TEXT, "enum": ["thing"]}, "thing"),
        ({**FLAG, "enum": [True]}, None),
        (read_only({**TEXT, "nullable": True}), "null"),
        ({**TEXT, "nullable": True}, "null"),
        ({"anyOf": [TEXT, thing(name=TEXT)], "nullable": True}, "null"),
        (read_only(many(TEXT)), []),
        (read_only(FLAG), False),
        (read_only({**MOMENT}), None),
    ],
)
def test_optional_property_that_was_not_sent(tmp_path: Path, schema: Schema, expected: Any) -> None:
    """Stays out, unless it has a default, is a fixed word, may be null, or only the server sets it."""
    shop = open_with(tmp_path, some=schema)

    made = shop.body("POST /things", {})

    assert made.get("some", "null" if "some" in made else None) == (None if expected == "null" else expected)
    assert ("some" in made) is (expected is not None)


@pytest.mark.parametrize(
    ("name", "schema", "expected"),
    [
        ("some", {**TEXT, "nullable": True}, None),
        ("some", many(TEXT), []),
        ("some", FLAG, False),
        ("active", FLAG, True),
        ("itemCount", WHOLE, 0),
        ("balance", NUMBER, 0),
        ("version", WHOLE, 1),
        ("colour", one_of("red", "blue"), "red"),
        ("paidAt", MOMENT, "2026-01-31T09:15:00.000Z"),
        ("home", thing("city", city={**TEXT, "enum": ["Graz"]}, street=TEXT), {"city": "Graz"}),
        ("extra", {"type": "object"}, {}),
    ],
)
def test_required_property_that_was_not_sent_is_plain(tmp_path: Path, name: str, schema: Schema, expected: Any) -> None:
    """Null, empty, zero, the first word of a list or the moment: whatever says least and fits."""
    shop = open_with(tmp_path, name, **{name: schema})

    assert shop.body("POST /things", {})[name] == expected


def test_required_property_that_no_schema_describes_is_there(tmp_path: Path) -> None:
    """It may hold anything; what was sent stands."""
    shop = open_with(tmp_path, "some")

    assert shop.body("POST /things", {})["some"] is not None
    assert shop.body("POST /things", {"some": [1]})["some"] == [1]


def test_empty_text_is_no_id(tmp_path: Path) -> None:
    """Where callers choose the id, one who sends an empty text is given one."""
    user = thing("username", username=TEXT)
    shop = open_shop(
        tmp_path,
        crud("users", "User"),
        {"User": user},
        alter=kept_as("users", caller_id=True, id_property="username", id_kind="string"),
    )

    chosen, given = shop.body("POST /users", {"username": "ada"}), shop.body("POST /users", {"username": ""})

    assert chosen == {"username": "ada"}
    assert given["username"] != ""
    assert shop.stored("users") == [chosen, given]


def test_required_text_is_invented_once(tmp_path: Path) -> None:
    """And is the same at every read."""
    shop = open_with(tmp_path, "serial", serial={**TEXT, "pattern": "^[A-Z]{3}-[0-9]{4}$"})

    made = shop.body("POST /things", {})

    assert re.fullmatch("[A-Z]{3}-[0-9]{4}", made["serial"])
    assert shop.body("GET /things/1") == made


@pytest.mark.parametrize(
    ("name", "schema", "expected"),
    [
        ("created", MOMENT, "2026-01-31T09:15:00.000Z"),
        ("created_at", TEXT, "2026-01-31T09:15:00.000Z"),
        ("created", WHOLE, 1769850900),
        ("created", {**WHOLE, "example": 1700000000000}, 1769850900000),
        ("createdMs", WHOLE, None),
        ("created", NUMBER, 1769850900.0),
        ("dateCreated", {**TEXT, "format": "date"}, "2026-01-31"),
        ("dateCreated", {**TEXT, "format": "date-time-rfc-2822"}, "Sat, 31 Jan 2026 09:15:00 +0000"),
        ("UpdatedDateUTC", {**TEXT, "example": "/Date(1573755038314)/"}, "/Date(1769850900000+0000)/"),
        ("modified", {**TEXT, "example": "2025-05-06 07:08:09"}, "2026-01-31 09:15:00"),
        ("createdBy", TEXT, None),
        ("created", FLAG, None),
    ],
)
def test_moments_are_written_as_the_schema_has_them(tmp_path: Path, name: str, schema: Schema, expected: Any) -> None:
    """Also where they are optional; what only sounds like a moment is left alone."""
    shop = open_with(tmp_path, **{name: schema})

    assert shop.body("POST /things", {}).get(name) == expected


def test_moment_that_was_sent_stands(tmp_path: Path) -> None:
    """Where a caller may set it."""
    shop = open_with(tmp_path, created=MOMENT)

    assert shop.body("POST /things", {"created": "2020-02-02T00:00:00Z"})["created"] == "2020-02-02T00:00:00Z"


def test_parts_are_completed_too(tmp_path: Path) -> None:
    """Each line gets what the server makes of a line, and no more."""
    line = thing(
        "id", id=read_only({**TEXT, "format": "uuid"}), item=TEXT, unit={**TEXT, "default": "piece"}, note=TEXT
    )
    shop = open_with(tmp_path, lines=many(line))

    made = shop.body("POST /things", {"lines": [{"item": "x"}, {"item": "y", "unit": "kg"}]})

    assert [{**each, "id": ""} for each in made["lines"]] == [
        {"item": "x", "id": "", "unit": "piece"},
        {"item": "y", "id": "", "unit": "kg"},
    ]
    assert len({each["id"] for each in made["lines"]}) == 2


def test_defaults_of_the_request_count_too(tmp_path: Path) -> None:
    """Where the document's own schema has none."""
    sent = thing(unit={**TEXT, "default": "piece"}, lot=thing(size=WHOLE))
    shop = open_with(tmp_path, sent=sent, unit=TEXT)

    assert shop.body("POST /things", {}) == {"id": 1, "unit": "piece"}
    assert shop.body("POST /things", {"unit": "kg"}) == {"id": 2, "unit": "kg"}


def test_address_of_the_document_is_shown(tmp_path: Path) -> None:
    """Where it shows one of its own."""
    shop = open_with(tmp_path, href=read_only({**TEXT, "format": "uri"}))

    assert shop.body("POST /things", {})["href"] == f"{BASE_URL}/things/1"


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        (TEXT, r"[A-Za-z0-9]{16}"),
        ({**TEXT, "format": "uuid"}, r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ({**TEXT, "example": "0195dcb0-1ea6-7c3e-9f0a-111111111111"}, r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ({**TEXT, "example": "cus_4QFJOjw2pOmAGJ"}, r"cus_[A-Za-z0-9]{14}"),
        ({**TEXT, "example": "507f1f77bcf86cd799439011"}, r"[0-9a-f]{24}"),
        ({**TEXT, "example": "482011"}, r"[1-9][0-9]{5}"),
        ({**TEXT, "pattern": "^C[0-9]{6}$"}, r"C[0-9]{6}"),
        ({**TEXT, "maxLength": 8}, r"[A-Za-z0-9]{8}"),
    ],
)
def test_text_ids_look_as_described(tmp_path: Path, schema: Schema, pattern: str) -> None:
    """By format, pattern or the look of the example, and each another."""
    shop = open_with(tmp_path, ids=read_only(schema))

    ids = [shop.body("POST /things", {})["id"] for _ in range(3)]

    assert [each for each in ids if not re.fullmatch(pattern, each)] == []
    assert len(set(ids)) == 3


@pytest.mark.parametrize(
    ("shown", "sent", "expected"),
    [
        (NUMBER, "12.50", 12.5),
        (WHOLE, "7", 7),
        (TEXT, 7, "7"),
        (TEXT, True, "true"),
        (FLAG, "yes", True),
        (MOMENT, 1769850900, "2026-01-31T09:15:00.000Z"),
        ({**TEXT, "format": "date"}, "2026-01-31T10:00:00Z", "2026-01-31"),
        (one_of("ON_SALE", "SOLD"), "on-sale", "ON_SALE"),
        (many(TEXT), "a", ["a"]),
        (TEXT, {"id": "x9", "name": "Ada"}, "x9"),
        (thing("id", id=WHOLE, name=TEXT), 7, {"id": 7}),
        (thing("code", code=TEXT, kind={**TEXT, "enum": ["unit"]}), "kg", {"code": "kg", "kind": "unit"}),
        (many(thing(id=WHOLE, name=TEXT)), [7, 8], [{"id": 7}, {"id": 8}]),
        (thing("net", "tax", net=NUMBER, tax=NUMBER), {"net": "1.5", "tax": 2}, {"net": 1.5, "tax": 2}),
    ],
)
def test_value_is_turned_into_what_answers_show(tmp_path: Path, shown: Schema, sent: Any, expected: Any) -> None:
    """A request may name by id, or write as text, what an answer shows as a document or a number."""
    shop = open_with(tmp_path, some=shown)

    assert shop.body("POST /things", {"some": sent})["some"] == expected
    assert shop.notes == ["some was turned into what the answer's schema shows"]


def test_named_id_shows_the_document(tmp_path: Path) -> None:
    """`customerId` in a request is `customer` in an answer, with what that customer has."""
    operations = {
        **crud("customers", "Customer"),
        **crud("orders", "Order"),
        "POST /orders": op(ref("Order"), status=201, body=thing(customerId=WHOLE)),
        "PATCH /orders/{id}": op(ref("Order"), body=thing(customerId=WHOLE), ids=WHOLE),
    }
    schemas = {
        "Customer": thing(id=WHOLE, name=TEXT, vip=FLAG),
        "Order": thing("id", id=WHOLE, customer=thing("id", "name", id=WHOLE, name=TEXT)),
    }
    reference = Reference("customer.id", "customers", embedded="customer")
    shop = open_shop(tmp_path, operations, schemas, alter=kept_as("orders", references=(reference,)))
    shop.put("customers", {"id": 1, "name": "Ada", "vip": True}, {"id": 2, "name": "Bea"})

    made = shop.body("POST /orders", {"customerId": 1})
    changed = shop.body("PATCH /orders/1", {"customerId": 2})

    assert made == {"id": 1, "customer": {"id": 1, "name": "Ada"}}
    assert changed == {"id": 1, "customer": {"id": 2, "name": "Bea"}}


def test_required_reference_points_at_something(tmp_path: Path) -> None:
    """At one of the documents that are there."""
    operations = {**crud("customers", "Customer"), **crud("orders", "Order")}
    operations["POST /orders"] = op(ref("Order"), status=201, body={"type": "object"})
    schemas = {"Customer": thing(id=WHOLE), "Order": thing("id", "customerId", id=WHOLE, customerId=WHOLE)}
    shop = open_shop(
        tmp_path, operations, schemas, alter=kept_as("orders", references=(Reference("customerId", "customers"),))
    )
    shop.put("customers", {"id": 41})

    assert shop.body("POST /orders", {}) == {"id": 1, "customerId": 41}


def test_uploaded_file_is_described(tmp_path: Path) -> None:
    """Its name, size and type stand in the document, its bytes do not."""
    body = thing(file={**TEXT, "format": "binary"}, purpose=TEXT)
    operations = {
        **crud("files", "File"),
        "POST /files": op(ref("File"), status=201, body=body, media="multipart/form-data"),
    }
    schema = thing("id", id=WHOLE, filename=TEXT, bytes=WHOLE, mimeType=TEXT, purpose=TEXT)
    shop = open_shop(tmp_path, operations, {"File": schema})
    sent = {"file": File("a.pdf", b"%PDF-1", "application/pdf"), "purpose": "receipt"}

    made = shop.body("POST /files", sent, media_type="multipart/form-data")

    assert made == {
        "id": 1,
        "purpose": "receipt",
        "filename": "a.pdf",
        "bytes": 6,
        "mimeType": "application/pdf",
    }


def test_choice_is_made_by_what_was_sent(tmp_path: Path) -> None:
    """Of several forms, the one that a discriminator names, or that shows most of the document, counts."""
    card = thing("id", "kind", "brand", id=WHOLE, kind=one_of("card"), number=TEXT, brand=one_of("visa"))
    bank = thing("id", "kind", "country", id=WHOLE, kind=one_of("bank"), iban=TEXT, country=one_of("AT"))
    source = {"oneOf": [ref("card"), ref("bank")], "discriminator": {"propertyName": "kind"}}
    operations = {**crud("sources", "Source"), "POST /sources": op(ref("Source"), status=201, body={"type": "object"})}
    shop = open_shop(tmp_path, operations, {"card": card, "bank": bank, "Source": source})

    assert shop.body("POST /sources", {"kind": "bank"}) == {"id": 1, "kind": "bank", "country": "AT"}
    assert shop.body("POST /sources", {"number": "4242"})["brand"] == "visa"


def test_attributes_are_completed_and_merged_inside(tmp_path: Path) -> None:
    """Documents that keep their own properties apart get defaults, states and moments there."""
    attributes = thing(
        title=TEXT, state=one_of("draft", "sent"), createdAt=read_only(MOMENT), updatedAt=read_only(MOMENT), size=NUMBER
    )
    note = thing("id", "type", id=TEXT, type={**TEXT, "enum": ["notes"]}, attributes=attributes)
    one = thing("data", data=ref("Note"))
    body = thing("data", data=thing(type=TEXT, attributes=thing(title=TEXT, size=NUMBER)))
    operations = {
        "GET /notes": op(thing(data=many(ref("Note")))),
        "POST /notes": op(one, status=201, body=body),
        "GET /notes/{id}": op(one),
        "PATCH /notes/{id}": op(one, body=body),
    }
    shop = open_shop(tmp_path, operations, {"Note": note})

    made = shop.body("POST /notes", {"data": {"type": "notes", "attributes": {"title": "a"}}})["data"]
    shop.wait(hours=1)
    changed = shop.body(f"PATCH /notes/{made['id']}", {"data": {"type": "notes", "attributes": {"size": 2.5}}})["data"]

    assert made["attributes"] == {
        "title": "a",
        "state": "draft",
        "createdAt": "2026-01-31T09:15:00.000Z",
        "updatedAt": "2026-01-31T09:15:00.000Z",
    }
    assert changed["attributes"] == {**made["attributes"], "size": 2.5, "updatedAt": "2026-01-31T10:15:00.000Z"}
    assert next(iter(made)) == "id"


def test_many_are_made_below_the_collection_without_ids(tmp_path: Path) -> None:
    """`batch` with an array of what could be documents, though none names an id, and without any."""
    reading = thing("id", id=WHOLE, value=TEXT, at=read_only(MOMENT), note=TEXT)
    operations = {
        **crud("readings", "Reading"),
        "POST /readings/batch": op(many(ref("Reading")), body=many(thing(value=TEXT, note=TEXT))),
    }
    shop = open_shop(tmp_path, operations, {"Reading": reading})

    made = shop.body("POST /readings/batch", [{"value": "11"}, {"value": "22", "note": "late"}])

    assert made == [{"id": 1, "value": "11"}, {"id": 2, "value": "22", "note": "late"}]
    assert shop.body("GET /readings") == made
    assert shop.body("POST /readings/batch", []) == []


def test_many_are_made_as_one_after_the_other(tmp_path: Path) -> None:
    """They are counted from the last one on, each made to fit; what is answered is what is stored."""
    reading = thing("id", "level", id=WHOLE, value=TEXT, level=read_only(NUMBER))
    operations = {
        **crud("readings", "Reading"),
        "POST /readings/batch": op(many(ref("Reading")), body=many(thing(value={}))),
    }
    shop = open_shop(tmp_path, operations, {"Reading": {**reading, "additionalProperties": False}})
    shop.put("readings", {"id": 3, "value": "33"})

    made = shop.body("POST /readings/batch", [{"value": "11"}, {"value": 22}, {"id": 3, "value": "44"}])

    assert [(4, "11"), (5, "22"), (6, "44")] == [(each["id"], each["value"]) for each in made]
    assert made == shop.stored("readings")[1:]


def repositories(folder: Path, summary: str) -> Shop:
    """Repositories that only a POST on their own path can make, if it says so."""
    operations = {
        "GET /repositories/{workspace}": op(many(ref("Repo")), ids=TEXT),
        "GET /repositories/{workspace}/{slug}": op(ref("Repo"), ids=TEXT),
        "POST /repositories/{workspace}/{slug}": op(ref("Repo"), body=ref("Repo"), ids=TEXT, summary=summary),
        "POST /repositories/{workspace}/{slug}/forks": op(ref("Repo"), status=201, body=ref("Repo"), ids=TEXT),
    }
    return open_shop(folder, operations, {"Repo": thing(slug=TEXT, title=TEXT, parent=thing(slug=TEXT))})


def test_post_on_its_own_path_makes_a_document(tmp_path: Path) -> None:
    """Where it says that it creates, and no list takes new ones; what is there already stays as it is."""
    shop = repositories(tmp_path, "Creates a repository")

    made = shop.body("POST /repositories/acme/tool", {"title": "Tools"})

    assert made == {"slug": "tool", "title": "Tools"}
    assert shop.body("GET /repositories/acme/tool") == made
    assert shop.body("GET /repositories/acme") == [made]
    assert shop.body("GET /repositories/other") == []
    assert isinstance(shop.refuse("POST /repositories/acme/tool", {"title": "Other"}), Conflict)
    assert not shop.inference.resources["repositories"].given


@pytest.mark.parametrize(("parameter", "is_made"), [("projectKey", False), ("flagKey", True), ("key", True)])
def test_post_whose_body_must_name_the_document(tmp_path: Path, parameter: str, is_made: bool) -> None:
    """`POST /flags/{projectKey}` with a `key`: the path does not name the flag, so nothing is made of its value."""
    path = f"/flags/{{{parameter}}}"
    operations = {
        "GET /flags": op(many(ref("Flag"))),
        f"GET {path}": op(ref("Flag"), ids=TEXT),
        f"POST {path}": op(ref("Flag"), body=thing("key", key=TEXT, title=TEXT), ids=TEXT, summary="Create a flag"),
    }
    shop = open_shop(tmp_path, operations, {"Flag": thing("key", key=TEXT, title=TEXT)})

    assert (shop.inference.behaviours[f"POST {path}"].role == "create") is is_made
    if is_made:
        assert shop.body("POST /flags/dark", {"key": "dark", "title": "Dark"}) == {"key": "dark", "title": "Dark"}
    else:
        assert isinstance(shop.refuse("POST /flags/web", {"key": "dark"}), NotFound)


def test_post_that_does_not_say_so_changes_what_is_there(tmp_path: Path) -> None:
    """The refusal beside it: what is absent stays absent."""
    shop = repositories(tmp_path, "Renames a repository")

    assert isinstance(shop.refuse("POST /repositories/acme/tool", {"title": "Tools"}), NotFound)
    assert shop.stored("repositories") == []


@pytest.mark.parametrize(("sent", "shown"), [({"org": "acme"}, {"org"}), ({"orgId": 7}, {"orgId"}), ({}, {"orgId"})])
def test_choice_between_required_names_stays_the_callers(tmp_path: Path, sent: Schema, shown: set[str]) -> None:
    """What another document refers to is not added where with it two options would fit."""
    choice = {"oneOf": [{"required": ["org", "bucketId"]}, {"required": ["orgId", "bucketId"]}]}
    properties = {"id": WHOLE, "org": TEXT, "orgId": WHOLE, "bucketId": WHOLE}
    schemas = {
        "Org": thing("id", id=WHOLE),
        "Bucket": thing("id", id=WHOLE, orgId=WHOLE),
        "Mapping": {"type": "object", "properties": properties, **(choice if sent else {})},
    }
    operations = {**crud("orgs", "Org"), **crud("buckets", "Bucket"), **crud("mappings", "Mapping")}
    shop = open_shop(tmp_path, operations, schemas)
    shop.put("orgs", {"id": 7}, {"id": 8})
    shop.put("buckets", {"id": 3, "orgId": 8})

    made = shop.body("POST /mappings", {"bucketId": 3, **sent})

    assert made.keys() == {"id", "bucketId", *shown}
    assert shop.body("GET /mappings/1") == made
