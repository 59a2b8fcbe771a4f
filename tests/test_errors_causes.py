"""Refusals by their causes, in documented words: callers, conflicts, scripted failures, crashes, packs."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from sandbooks import Call, Envelope, Pack, Problem, Reply
from sandbooks.spec import read_description
from sandbooks.vendor import Vendor
from tests.serving import serve
from tests.test_errors import PROBLEM, TEXT, WHOLE, Json, documented, last_why, open_orders, thing


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
