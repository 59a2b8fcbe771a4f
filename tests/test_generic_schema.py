"""Answers from a description alone: an example or made up, the same each time, with what the call named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbooks.errors import NotFound, Unimplemented
from sandbooks.pack import File
from tests.serving import serve
from tests.test_generic_building import (
    BASE_URL,
    FLAG,
    JSON,
    NUMBER,
    TEXT,
    WHOLE,
    Schema,
    Shop,
    crud,
    many,
    one_of,
    op,
    open_shop,
    read_only,
    ref,
    thing,
)

DONE = {"description": "done"}
QUOTE = thing("id", "text", "price", id=TEXT, text=TEXT, price=NUMBER, currency=one_of("EUR", "USD"), shared=FLAG)


def open_with(folder: Path, key: str, operation: dict[str, Any]) -> Shop:
    """A shop with one operation that nothing is remembered for."""
    shop = open_shop(folder, {key: operation}, {"Quote": QUOTE})
    assert shop.inference.behaviours[key].kind == "schema"
    return shop


def test_answer_is_made_from_the_schema(tmp_path: Path) -> None:
    """The same for the same call, another for another; nothing is stored."""
    shop = open_with(tmp_path, "GET /quote-of/{day}", op(ref("Quote")))

    first, again, other = (shop.body(f"GET /quote-of/{day}") for day in ("monday", "monday", "friday"))

    assert first == again
    assert first != other
    assert shop.store.revision == 0


def test_answer_by_schema_needs_the_document_above_it(tmp_path: Path) -> None:
    """A file of a pet that is not there, or not of that owner, is not found; nothing is stored."""
    photo = "/owners/{owner}/pets/{id}/photo"
    pets = crud("pets", "Pet", prefix="/owners/{owner}")
    schema = thing("id", id={**WHOLE, "readOnly": True}, name=TEXT)
    operations = {**crud("owners", "Owner"), **pets, f"GET {photo}": op(thing("url", url=TEXT), ids=WHOLE)}
    shop = open_shop(tmp_path, operations, {"Owner": schema, "Pet": schema})
    assert shop.inference.behaviours[f"GET {photo}"].kind == "schema"
    shop.send("POST /owners", {"name": "Ada"})
    shop.send("POST /owners", {"name": "Bea"})
    shop.send("POST /owners/1/pets", {"name": "Rex"})
    before = shop.store.revision

    assert shop.send("GET /owners/1/pets/1/photo").status == 200
    for gone in ("GET /owners/1/pets/2/photo", "GET /owners/2/pets/1/photo", "GET /owners/3/pets/1/photo"):
        assert isinstance(shop.refuse(gone), NotFound)
    assert shop.store.revision == before


def test_example_comes_first(tmp_path: Path) -> None:
    """Of the content type, before anything that is made up; one that does not fit does not count."""
    example = {"id": "q1", "text": "Less is more", "price": 12.75}
    operation = op(ref("Quote"))
    operation["responses"]["200"]["content"][JSON]["examples"] = {
        "broken": {"value": {"id": 7}},
        "good": {"value": example},
    }
    shop = open_with(tmp_path, "GET /quote-of-the-day", operation)

    answer = shop.body("GET /quote-of-the-day")
    answer["text"] = "changed"

    assert shop.body("GET /quote-of-the-day") == example


@pytest.mark.parametrize(
    ("key", "line", "body", "expected"),
    [
        ("GET /prices/{quoteId}/check", "GET /prices/q77/check", None, {"id": "q77"}),
        ("GET /prices/{currency}/check", "GET /prices/USD/check", None, {"currency": "USD"}),
        ("GET /check", "GET /check?price=7.25&shared=true", None, {"price": 7.25, "shared": True}),
        ("POST /check", "POST /check", {"text": "hm", "price": 1.5}, {"text": "hm", "price": 1.5}),
        ("POST /check", "POST /check", {"quote": {"text": "hm"}}, {"text": "hm"}),
    ],
)
def test_answer_says_back_what_the_call_named(
    tmp_path: Path, key: str, line: str, body: Any, expected: dict[str, Any]
) -> None:
    """In the property of that name, or of the id that a path parameter means."""
    operation = op(ref("Quote"), body={"type": "object"}, query={"price": NUMBER, "shared": FLAG})
    if key.startswith("GET"):
        del operation["requestBody"]
    shop = open_with(tmp_path, key, operation)

    answer = shop.body(line, body)

    assert {name: answer[name] for name in expected} == expected


def test_answer_says_back_inside_its_wrapper(tmp_path: Path) -> None:
    """One object further in."""
    shop = open_with(tmp_path, "POST /check/{quoteId}", op(thing("data", data=ref("Quote")), body={"type": "object"}))

    data = shop.body("POST /check/q9", {"text": "hm"})["data"]

    assert (data["id"], data["text"]) == ("q9", "hm")


def test_what_went_well_tells_of_no_faults(tmp_path: Path) -> None:
    """Lists of them are empty, one is left out; what the schema insists on is there all the same."""
    fault = thing(code=TEXT, detail=TEXT)
    loose = thing("id", id=TEXT, errors=many(fault), error=fault)
    strict = thing("error", error=TEXT, errors={**many(fault), "minItems": 1})

    shop = open_shop(tmp_path, {"GET /loose/check": op(loose), "GET /strict/check": op(strict)}, {})

    assert {"id", "errors"} == shop.body("GET /loose/check").keys()
    assert [] == shop.body("GET /loose/check")["errors"]
    assert {"error", "errors"} == shop.body("GET /strict/check").keys()


def test_answer_never_says_back_what_does_not_fit(tmp_path: Path) -> None:
    """Wrong types, words that are not in the list, files, and what only the server sets."""
    answer = thing("price", "currency", price=NUMBER, currency=one_of("EUR"), done=read_only(FLAG), file=TEXT)
    body = {"price": "cheap", "currency": "XAU", "file": File("a.txt", b"a")}
    shop = open_with(tmp_path, "POST /check", op(answer, body={"type": "object"}))

    said = shop.body("POST /check", body)

    assert said["currency"] == "EUR"
    assert isinstance(said["price"], int | float)
    assert isinstance(said.get("file", ""), str)


def test_answer_without_a_body_has_none(tmp_path: Path) -> None:
    """204, and any status that documents no content."""
    shop = open_shop(tmp_path, {"POST /ping": op(status=204), "POST /pong": op(status=202)})

    assert [(shop.send(line).status, shop.send(line).body) for line in ("POST /ping", "POST /pong")] == [
        (204, None),
        (202, None),
    ]


@pytest.mark.parametrize(
    ("media", "schema", "beginning"),
    [
        ("text/plain", TEXT, b""),
        ("text/csv", {**TEXT, "example": "a,b"}, b"a,b"),
        ("application/pdf", {**TEXT, "format": "binary"}, b"%PDF-1.4"),
        ("image/png", {**TEXT, "format": "binary"}, b"\x89PNG"),
        ("application/xml", thing(id=WHOLE), b"<?xml version='1.0' encoding='utf-8'?>\n<response><id>"),
        ("application/x-www-form-urlencoded", thing(token={**TEXT, "enum": ["a&b"]}), b"token=a%26b"),
    ],
)
def test_other_content_types_are_bytes(tmp_path: Path, media: str, schema: Schema, beginning: bytes) -> None:
    """Text, a small file, XML or a form, under the type that is documented."""
    shop = open_with(tmp_path, "GET /export-of-all", op(schema, answer_media=media))

    reply = shop.send("GET /export-of-all")

    assert reply.media_type.partition(";")[0] == media
    assert isinstance(reply.body, bytes)
    assert reply.body.startswith(beginning)


def test_documented_headers_are_there(tmp_path: Path) -> None:
    """With a value that fits; an address leads back to the call."""
    headers = {"X-Rate-Limit": {**WHOLE, "enum": [600]}, "X-Expires": {**TEXT, "format": "date-time"}, "Location": TEXT}
    shop = open_with(tmp_path, "POST /login/{who}", op(TEXT, headers=headers))

    given = shop.send("POST /login/ada").headers

    assert given["X-Rate-Limit"] == "600"
    assert given["Location"] == f"{BASE_URL}/login/ada"
    assert set(given) == {"X-Rate-Limit", "X-Expires", "Location"}


def test_redirection_is_answered_where_nothing_else_is_documented(tmp_path: Path) -> None:
    """With an address to go to, which is not the call's own: a client that follows it comes to an end."""
    shop = open_with(tmp_path, "GET /archive/{format}", op(status=302))

    reply = shop.send("GET /archive/zip")

    assert (reply.status, reply.body, reply.headers) == (302, None, {"Location": f"{BASE_URL}/"})


@pytest.mark.parametrize("status", ["404", "5XX"])
def test_operation_that_never_succeeds_is_not_implemented(tmp_path: Path, status: str) -> None:
    """Where only failures are documented, there is nothing to answer."""
    shop = open_with(tmp_path, "POST /never", op(ref("Quote"), status=status))

    problem = shop.refuse("POST /never")

    assert isinstance(problem, Unimplemented)
    assert problem.message.startswith("POST /never: the description shows no answer for success")


def test_default_answer_counts_as_success(tmp_path: Path) -> None:
    """Where it is the only one."""
    shop = open_with(tmp_path, "GET /status-of-all", op(many(TEXT), status="default"))

    reply = shop.send("GET /status-of-all")

    assert reply.status == 200
    assert isinstance(reply.body, list)


@pytest.mark.parametrize(("count", "status"), [(3, 400), (25, 201)])
def test_choices_in_layers_are_read_once(tmp_path: Path, count: int, status: int) -> None:
    """However many ways lead to the same schema, what is made of it is kept and shown; too many are not checked."""
    layers = {
        f"L{number}": {
            **thing("id", "text", id=TEXT, text=TEXT),
            "if": {"properties": {"text": {"const": "x"}}},
            "then": ref(f"L{number + 1}"),
            "else": {"anyOf": [ref(f"L{number + 1}"), {"allOf": [ref(f"L{number + 1}")]}]},
        }
        for number in range(count)
    }
    file = tmp_path / "layers.json"
    body = {"content": {"application/json": {"schema": ref("L0")}}}
    paths = {
        "/things": {"post": {"operationId": "make", "requestBody": body, "responses": {"201": {**body, **DONE}}}},
        "/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
            "get": {"operationId": "get", "responses": {"200": {**body, **DONE}}},
        },
    }
    schemas = {**layers, f"L{count}": thing("text", text=TEXT)}
    head = {"openapi": "3.1.0", "info": {"title": "Layers", "version": "1"}}
    file.write_text(json.dumps({**head, "paths": paths, "components": {"schemas": schemas}}))
    door = serve(file)

    made = door.post("/layers/things", json={"id": "seven", "text": "x"})

    assert (made.status_code, made.json()) == (201, {"id": "seven", "text": "x"})
    assert door.get("/layers/things/seven").json() == {"id": "seven", "text": "x"}
    assert door.post("/layers/things", json={"id": "eight", "text": 8}).status_code == status
    assert door.get("/layers/things/eight").status_code == (200 if status == 201 else 404)
