"""Refusals in the description's own words: what each style of error body says, and when it is a problem instead."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from tests.serving import Door, serve

Json = Any  # a JSON value

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
FLAG = {"type": "boolean"}
PROBLEM = "application/problem+json"
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
BAD_ORDER = {"lines": [{"sku": "A-17"}, {"sku": 23}]}
MISSING = "'buyer' is a required property"
WRONG = "23 is not a string"
GONE = "orders has no document with id 17"


def thing(*required: str, **properties: Json) -> Json:
    """The schema of an object."""
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


def many(items: Json) -> Json:
    """The schema of an array."""
    return {"type": "array", "items": items}


def documented(schema: Json, media_type: str = "application/json") -> Json:
    """An answer with a body."""
    return {"description": "As it says.", "content": {media_type: {"schema": schema}}}


def open_orders(folder: Path, refusals: Json, *, scheme: Json = None, **settings: Any) -> Door:  # as `Settings`
    """Orders, of whose id the caller has the choice, with these answers documented beside every success."""
    order = thing(
        "buyer", id=TEXT, buyer={"type": "string", "minLength": 1}, lines=many(thing("sku", sku=TEXT, count=WHOLE))
    )
    body = {"required": True, "content": {"application/json": {"schema": order}}}
    by_id = {"name": "id", "in": "path", "required": True, "schema": TEXT}
    limit = {"name": "limit", "in": "query", "schema": WHOLE}
    document: dict[str, Json] = {
        "openapi": "3.0.3",
        "info": {"title": "Orders", "version": "1"},
        "paths": {
            "/orders": {
                "get": {"parameters": [limit], "responses": {"200": documented(many(order)), **refusals}},
                "post": {"requestBody": body, "responses": {"201": documented(order), **refusals}},
            },
            "/orders/{id}": {
                "parameters": [by_id],
                "get": {"responses": {"200": documented(order), **refusals}},
                "delete": {"responses": {"204": {"description": "Gone."}, **refusals}},
            },
        },
    }
    if scheme is not None:
        document |= {"security": [{"key": []}], "components": {"securitySchemes": {"key": scheme}}}
    file = folder / "orders.json"
    file.write_text(json.dumps(document))
    return serve(file, **{"profile": "empty", "now": NOON, "frozen": True, **settings})


def last_why(door: Door) -> list[str]:
    """What the journal says of the last call."""
    return next(iter(door.server.sandbox("default").journal)).why


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        (thing("code", "message", code=WHOLE, message=TEXT), {"code": 400, "message": MISSING}),
        (thing(code=TEXT, message=TEXT), {"code": "bad_request", "message": MISSING}),
        (
            thing(code={**TEXT, "example": "NOT_FOUND"}, message=TEXT, requestId=TEXT),
            {"code": "BAD_REQUEST", "message": MISSING},
        ),
        (
            thing(
                "error", error=thing(type={"enum": ["api_error", "invalid_request_error"]}, message=TEXT, param=TEXT)
            ),
            {"error": {"type": "invalid_request_error", "message": MISSING, "param": "buyer"}},
        ),
        (
            thing("errors", errors=many(thing("message", message=TEXT, help=TEXT))),
            {"errors": [{"message": MISSING}, {"message": WRONG}]},
        ),
        (
            thing(
                ErrorNumber=WHOLE,
                Type=TEXT,
                Message=TEXT,
                Elements=many(thing(ValidationErrors=many(thing(Message=TEXT)))),
            ),
            {
                "ErrorNumber": 400,
                "Type": "bad_request",
                "Message": MISSING,
                "Elements": [{"ValidationErrors": [{"Message": MISSING}, {"Message": WRONG}]}],
            },
        ),
        (
            thing(fault=thing(faultstring=TEXT, detail=thing(errorcode=TEXT))),
            {"fault": {"faultstring": MISSING}},
        ),
        (
            thing(errors=many(thing(status=TEXT, title=TEXT, detail=TEXT, source=thing(pointer=TEXT, parameter=TEXT)))),
            {
                "errors": [
                    {
                        "status": "400",
                        "title": "The request is not valid",
                        "detail": MISSING,
                        "source": {"pointer": "/buyer"},
                    },
                    {
                        "status": "400",
                        "title": "The request is not valid",
                        "detail": WRONG,
                        "source": {"pointer": "/lines/1/sku"},
                    },
                ]
            },
        ),
        (
            thing("timestamp", "path", timestamp=TEXT, status=WHOLE, error=TEXT, message=TEXT, path=TEXT),
            {
                "timestamp": "2026-01-31T12:00:00.000Z",
                "status": 400,
                "error": "Bad Request",
                "message": MISSING,
                "path": "/orders/orders",
            },
        ),
        (
            thing(message=TEXT, errors={"type": "object", "additionalProperties": many(TEXT)}),
            {"message": MISSING, "errors": {"buyer": [MISSING], "lines.1.sku": [WRONG]}},
        ),
        (
            thing(detail=many(thing("loc", "msg", "type", loc=many(TEXT), msg=TEXT, type=TEXT))),
            {
                "detail": [
                    {"loc": ["body", "buyer"], "msg": MISSING, "type": "required"},
                    {"loc": ["body", "lines", "1", "sku"], "msg": WRONG, "type": "type"},
                ]
            },
        ),
        (
            thing(buyer=many(TEXT), lines=many(TEXT), non_field_errors=many(TEXT)),
            {"buyer": [MISSING], "lines": [WRONG]},
        ),
        (
            many(thing(errorCode=TEXT, errorMessage=TEXT, propertyName=TEXT)),
            [
                {"errorCode": "required", "errorMessage": MISSING, "propertyName": "buyer"},
                {"errorCode": "type", "errorMessage": WRONG, "propertyName": "lines.1.sku"},
            ],
        ),
        (
            thing(success=FLAG, data={"nullable": True, "type": "object"}, error=TEXT),
            {"success": False, "error": MISSING},
        ),
        (thing(error=TEXT, error_description=TEXT), {"error": "bad_request", "error_description": MISSING}),
        (thing(Message=TEXT, Code=TEXT, cause=thing(message=TEXT)), {"Message": MISSING, "Code": "bad_request"}),
        ({"oneOf": [thing("id", id=TEXT), thing("message", message=TEXT)]}, {"message": MISSING}),
        (TEXT, MISSING),
    ],
)
def test_refusal_is_told_in_the_documented_schema(tmp_path: Path, schema: Json, body: Json) -> None:
    """Message, code, status, place and moment stand in the members that mean them; nothing is stored."""
    door = open_orders(tmp_path, {"400": documented(schema)})

    refused = door.post("/orders/orders", json=BAD_ORDER)

    assert (refused.status_code, refused.headers["content-type"]) == (400, "application/json")
    assert body == refused.json()
    assert door.get("/orders/orders").json() == []


@pytest.mark.parametrize("key", ["400", "4XX", "default"])
def test_range_and_default_word_refusals_too(tmp_path: Path, key: str) -> None:
    """`4XX` and `default` stand for a status that has no entry of its own."""
    door = open_orders(tmp_path, {key: documented(thing("reason", reason=TEXT))})

    refused = door.post("/orders/orders", json=BAD_ORDER)

    assert (refused.status_code, refused.json()) == (400, {"reason": MISSING})


@pytest.mark.parametrize(
    ("documented_statuses", "status"),
    [(("400",), 400), (("422",), 422), (("400", "422"), 400), (("404",), 400), ((), 400)],
)
def test_invalid_call_gets_the_documented_status(
    tmp_path: Path, documented_statuses: tuple[str, ...], status: int
) -> None:
    """A call that does not fit is a 422 where that alone is documented, else a 400."""
    door = open_orders(tmp_path, {key: documented(thing(message=TEXT)) for key in documented_statuses})

    assert door.post("/orders/orders", json=BAD_ORDER).status_code == status
    assert door.get("/orders/orders?limit=many").status_code == status


def test_status_without_a_schema_is_a_problem(tmp_path: Path) -> None:
    """Where the status is not documented, or has no body, the refusal is problem+json with the failing pointers."""
    door = open_orders(tmp_path, {"404": {"description": "No such order."}})

    refused = door.post("/orders/orders", json=BAD_ORDER)
    missing = door.get("/orders/orders/17")

    assert refused.headers["content-type"] == missing.headers["content-type"] == PROBLEM
    assert [(each["in"], each["pointer"]) for each in refused.json()["errors"]] == [
        ("body", "/buyer"),
        ("body", "/lines/1/sku"),
    ]
    assert (missing.status_code, missing.json()["status"]) == (404, 404)


def test_documented_problem_is_the_usual_one(tmp_path: Path) -> None:
    """A description that documents problem+json gets title, status and detail where they belong."""
    schema = thing("title", "status", title=TEXT, status=WHOLE, detail=TEXT, type={**TEXT, "format": "uri-reference"})
    door = open_orders(tmp_path, {"404": documented(schema, PROBLEM)})

    missing = door.get("/orders/orders/17")

    assert missing.headers["content-type"] == PROBLEM
    assert missing.json() == {
        "type": "about:blank",
        "title": "Not found",
        "status": 404,
        "detail": GONE,
    }


@pytest.mark.parametrize(("inner", "value"), [(TEXT, GONE), (many(TEXT), [GONE])])
def test_map_of_complaints_holds_the_message_where_no_place_is_at_fault(
    tmp_path: Path, inner: Json, value: Json
) -> None:
    """Under a name of its own; the description leaves the names open."""
    door = open_orders(tmp_path, {"404": documented({"type": "object", "additionalProperties": inner})})

    assert door.get("/orders/orders/17").json() == {"error": value}


def test_closed_problem_leaves_out_what_its_schema_does_not_know(tmp_path: Path) -> None:
    """Problem details that admit no further members come without the list of faults."""
    schema = {**thing("title", "status", title=TEXT, status=WHOLE, detail=TEXT), "additionalProperties": False}
    door = open_orders(tmp_path, {"400": documented(schema, PROBLEM)})

    refused = door.post("/orders/orders", json=BAD_ORDER)

    assert refused.json() == {"title": "The request is not valid", "status": 400, "detail": MISSING}


@pytest.mark.parametrize(
    "schema",
    [
        {**thing("a", "b", a=TEXT, b=TEXT), "maxProperties": 1},
        {"allOf": [thing("message", message=TEXT), thing("message", message=WHOLE)]},
        {"not": {}},
    ],
)
def test_body_that_cannot_fit_its_schema_is_never_sent(tmp_path: Path, schema: Json) -> None:
    """A schema that nothing fits gets a problem instead, and the journal says why."""
    door = open_orders(tmp_path, {"404": documented(schema)})

    missing = door.get("/orders/orders/17")

    assert (missing.status_code, missing.headers["content-type"]) == (404, PROBLEM)
    assert missing.json()["detail"] == "orders has no document with id 17"
    assert [line for line in last_why(door) if line.startswith("no body was found that fits the schema of 404")]


def test_schema_without_a_place_for_the_message_is_kept_to(tmp_path: Path) -> None:
    """What is documented is answered, and the journal says what could not be told."""
    door = open_orders(tmp_path, {"404": documented(thing("orderId", orderId={"type": "integer", "minimum": 7}))})

    missing = door.get("/orders/orders/17")

    assert list(missing.json()) == ["orderId"]
    assert "the schema of 404 has no member for the message" in last_why(door)


def test_default_that_is_the_success_words_no_refusal(tmp_path: Path) -> None:
    """Where `default` is the only answer it is that of success, and a refusal is a problem."""
    file = tmp_path / "parcels.yaml"
    file.write_text(
        """
        openapi: 3.0.3
        info: {title: Parcels, version: "1"}
        paths:
          /parcels:
            get:
              parameters: [{name: limit, in: query, schema: {type: integer}}]
              responses:
                default:
                  description: Some.
                  content: {application/json: {schema: {type: array, items: {type: string}}}}
        """
    )
    door = serve(file)

    assert door.get("/parcels/parcels").status_code == 200
    assert door.get("/parcels/parcels?limit=x").headers["content-type"] == PROBLEM


def test_refusal_is_xml_where_only_xml_is_documented(tmp_path: Path) -> None:
    """The documented content type holds for refusals, with the names that the schema gives."""
    fault = {**thing(code={**TEXT, "xml": {"attribute": True}}, message=TEXT), "xml": {"name": "fault"}}
    door = open_orders(tmp_path, {"404": documented(fault, "application/xml")})

    missing = door.get("/orders/orders/17", headers={"Accept": "application/json"})

    root = fromstring(missing.text)
    assert missing.headers["content-type"] == "application/xml"
    assert (root.tag, root.attrib, [child.tag for child in root]) == ("fault", {"code": "not_found"}, ["message"])
