"""Refusals in the description's own words: what each style of error body says, and when it is a problem instead."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from sandbooks import Call, Envelope, Pack, Problem, Reply
from sandbooks.spec import read_description
from sandbooks.vendor import Vendor
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


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/json", PROBLEM),
        ("*/*", PROBLEM),
        ("text/html", PROBLEM),
        ("application/xml", "application/problem+xml"),
        ("application/xml;q=0.5, application/json", PROBLEM),
    ],
)
def test_problem_is_written_as_the_caller_accepts(tmp_path: Path, accept: str, media_type: str) -> None:
    """JSON, or XML for a caller who takes nothing else; one who takes neither gets JSON all the same."""
    door = open_orders(tmp_path, {})

    missing = door.get("/orders/orders/17", headers={"Accept": accept})

    assert (missing.status_code in (404, 406), missing.headers["content-type"]) == (True, media_type)
    if media_type.endswith("xml"):
        namespace = "{urn:ietf:rfc:7807}"
        assert fromstring(missing.text).findtext(f"{namespace}status") == "404"


@pytest.mark.parametrize(
    ("scheme", "challenge"),
    [
        ({"type": "http", "scheme": "bearer"}, "Bearer"),
        ({"type": "http", "scheme": "basic"}, 'Basic realm="sandbox"'),
        ({"type": "apiKey", "in": "header", "name": "X-Order-Key"}, "ApiKey"),
    ],
)
def test_unknown_caller_is_told_how_to_present_himself(tmp_path: Path, scheme: Json, challenge: str) -> None:
    """401 names the scheme in `WWW-Authenticate`, also when scripted or preferred, and is worded as documented."""
    door = open_orders(tmp_path, {"401": documented(thing(message=TEXT))}, scheme=scheme)

    refused = door.get("/orders/orders")
    door.post("/_sandbox/faults", json={"match": {"vendor": "orders"}, "effect": {"status": 401}})
    scripted = door.get("/orders/orders", headers=door.headers("orders"))
    preferred = door.get("/orders/orders", headers={**door.headers("orders"), "Prefer": "code=401"})

    assert (refused.status_code, refused.headers["www-authenticate"], list(refused.json())) == (
        401,
        challenge,
        ["message"],
    )
    for answer in (scripted, preferred):
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, challenge)


def test_limited_caller_is_refused_in_documented_words(tmp_path: Path) -> None:
    """403 for a credential that may only read; nothing is stored."""
    bearer = {"type": "http", "scheme": "bearer"}
    door = open_orders(tmp_path, {"403": documented(thing(error=thing(message=TEXT)))}, scheme=bearer)

    refused = door.post("/orders/orders", json={"buyer": "Ada"}, headers=door.headers("orders", "limited"))

    assert refused.status_code == 403
    assert refused.json() == {"error": {"message": "The credential 'limited' may only read; POST needs full rights."}}
    assert door.get("/orders/orders", headers=door.headers("orders")).json() == []


def test_id_that_is_taken_is_a_conflict(tmp_path: Path) -> None:
    """A second document under an id of the caller's choice is a 409 in documented words, and changes nothing."""
    file = tmp_path / "tags.yaml"
    file.write_text(TAGS)
    door = serve(file, profile="empty")
    door.post("/tags/tags", json={"name": "red", "hue": 7})

    refused = door.post("/tags/tags", json={"name": "red", "hue": 9})

    assert (refused.status_code, refused.json()) == (
        409,
        {"message": "tags already has a document with name red; choose another, or change that one"},
    )
    assert door.get("/tags/tags").json() == [{"name": "red", "hue": 7}]


TAGS = """
openapi: 3.0.3
info: {title: Tags, version: "1"}
paths:
  /tags:
    get:
      responses:
        "200":
          description: All.
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Tag"}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Tag"}}}}
      responses:
        "201": {description: New., content: {application/json: {schema: {$ref: "#/components/schemas/Tag"}}}}
        "409":
          description: Taken.
          content: {application/json: {schema: {type: object, properties: {message: {type: string}}}}}
  /tags/{name}:
    get:
      parameters: [{name: name, in: path, required: true, schema: {type: string}}]
      responses:
        "200": {description: One., content: {application/json: {schema: {$ref: "#/components/schemas/Tag"}}}}
components:
  schemas:
    Tag: {type: object, required: [name], properties: {name: {type: string}, hue: {type: integer}}}
"""


@pytest.mark.parametrize(("status", "headers"), [(429, {"retry-after": "1"}), (503, {}), (500, {}), (418, {})])
def test_scripted_failure_speaks_as_documented(tmp_path: Path, status: int, headers: dict[str, str]) -> None:
    """A fault without a body of its own is worded by the schema of its status; 429 says when to come back."""
    door = open_orders(tmp_path, {str(status): documented(thing("code", "message", code=WHOLE, message=TEXT))})
    door.post("/_sandbox/faults", json={"match": {"vendor": "orders"}, "effect": {"status": status}})

    failed = door.get("/orders/orders")

    assert (failed.status_code, list(failed.json()), failed.json()["code"]) == (status, ["code", "message"], status)
    assert {name: failed.headers.get(name) for name in headers} == headers
    assert door.get("/orders/orders").status_code == 200


def test_wrong_path_and_wrong_method_are_problems(tmp_path: Path) -> None:
    """What leads to no operation has nothing documented: 404, and 405 with `Allow`."""
    door = open_orders(tmp_path, {"404": documented(thing(message=TEXT))})

    nowhere = door.get("/orders/parcels")
    wrong = door.patch("/orders/orders/17", json={})

    assert (nowhere.status_code, nowhere.headers["content-type"]) == (404, PROBLEM)
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, DELETE")


def test_crash_is_told_in_documented_words(tmp_path: Path) -> None:
    """A handler that raises is a 500 like any other refusal; the trace is the journal's."""
    pack = Pack("orders")

    @pack.handles("GET /orders")
    def list_orders(call: Call) -> Reply:
        raise RuntimeError("out of ink")

    open_orders(tmp_path, {"5XX": documented(thing("fault", fault=thing(faultstring=TEXT)))})
    door = serve(Vendor(pack, read_description(tmp_path / "orders.json", id="orders")), profile="empty")

    crashed = door.get("/orders/orders")

    assert (crashed.status_code, crashed.json()) == (500, {"fault": {"faultstring": "RuntimeError: out of ink"}})
    assert "RuntimeError: out of ink" in last_why(door)[0]


def test_pack_that_words_its_errors_is_asked(tmp_path: Path) -> None:
    """An envelope of a pack goes before what the description documents."""

    class Terse(Envelope):
        media_type = "application/json"

        def body(self, problem: Problem, status: int) -> object:
            return {"message": f"no ({status})"}

    open_orders(tmp_path, {"404": documented(thing("message", message=TEXT))})
    vendor = Vendor(Pack("orders", errors=Terse()), read_description(tmp_path / "orders.json", id="orders"))
    door = serve(vendor, profile="empty")

    assert door.get("/orders/orders/17").json() == {"message": "no (404)"}


def test_required_headers_of_a_refusal_are_there(tmp_path: Path) -> None:
    """A header that the documented refusal may not lack comes along."""
    missing = {
        **documented(thing(message=TEXT)),
        "headers": {"X-Trace": {"required": True, "schema": {"type": "string", "enum": ["t-17"]}}},
    }
    door = open_orders(tmp_path, {"404": missing})

    assert door.get("/orders/orders/17").headers["x-trace"] == "t-17"


def test_body_that_is_too_large_is_told_in_documented_words(tmp_path: Path) -> None:
    """413 for more bytes than the server takes; nothing is stored."""
    door = open_orders(tmp_path, {"413": documented(thing(title=TEXT))}, body_limit=64)

    refused = door.post("/orders/orders", json={"buyer": "x" * 64})

    assert (refused.status_code, refused.json()) == (413, {"title": "The body is larger than 64 bytes."})
    assert door.get("/orders/orders").json() == []
