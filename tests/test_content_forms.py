"""Forms: nested names, lists, JSON in a field, files; as browsers, SDKs and curl write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.serving import Door, serve

TILL = """
openapi: 3.0.3
info: {title: Till, version: "1"}
paths:
  /sales:
    get:
      operationId: listSales
      responses:
        "200":
          description: All.
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Sale"}}}}
    post:
      operationId: createSale
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: {$ref: "#/components/schemas/Sale"}
            encoding:
              lines: {style: deepObject, explode: true}
              codes: {style: form, explode: false}
              colours: {style: pipeDelimited, explode: false}
              size: {style: form, explode: false}
              extra: {contentType: application/json}
          multipart/form-data:
            schema:
              allOf:
                - $ref: "#/components/schemas/Sale"
                - properties:
                    receipt: {type: string, format: binary}
                    scans: {type: array, items: {type: string, format: binary}}
      responses:
        "201": {description: New., content: {application/json: {schema: {$ref: "#/components/schemas/Sale"}}}}
  /sales/{id}:
    get:
      operationId: getSale
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        "200": {description: One., content: {application/json: {schema: {$ref: "#/components/schemas/Sale"}}}}
components:
  schemas:
    Sale:
      type: object
      required: [amount]
      properties:
        id: {type: integer, readOnly: true}
        amount: {type: number, minimum: 0.01}
        paid: {type: boolean}
        memo: {type: string}
        lines:
          type: array
          items:
            type: object
            properties: {sku: {type: string}, count: {type: integer}, tags: {type: array, items: {type: string}}}
        buyer:
          type: object
          properties: {name: {type: string}, address: {type: object, properties: {city: {type: string}}}}
        metadata: {type: object, additionalProperties: {type: string}}
        codes: {type: array, items: {type: integer}}
        colours: {type: array, items: {type: string}}
        size: {type: object, properties: {w: {type: integer}, h: {type: integer}}}
        extra: {type: object, properties: {n: {type: integer}}}
"""
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def till(tmp_path: Path) -> Door:
    """A till without a sale."""
    file = tmp_path / "till.yaml"
    file.write_text(TILL)
    return serve(file, profile="empty")


def send(door: Door, *fields: tuple[str, str]) -> Any:  # an answer
    """A form with these fields, in this order."""
    return door.post("/till/sales", content=urlencode(fields).encode(), headers={"Content-Type": FORM})


def multipart(*parts: str) -> dict[str, Any]:  # options of a call
    """A multipart form of parts, each as it stands between the boundaries."""
    body = "".join(f"--b\r\nContent-Disposition: form-data; {part}\r\n" for part in parts) + "--b--\r\n"
    return {"content": body.encode(), "headers": {"Content-Type": "multipart/form-data; boundary=b"}}


@pytest.mark.parametrize(
    ("fields", "stored"),
    [
        ([("paid", "true"), ("memo", "007")], {"paid": True, "memo": "007"}),
        (
            [("lines[0][sku]", "A"), ("lines[0][count]", "2"), ("lines[1][sku]", "B")],
            {"lines": [{"sku": "A", "count": 2}, {"sku": "B"}]},
        ),
        (
            [("lines[][sku]", "A"), ("lines[][count]", "2"), ("lines[][sku]", "B")],
            {"lines": [{"sku": "A", "count": 2}, {"sku": "B"}]},
        ),
        ([("lines[0].sku", "A"), ("lines[0].tags", "x")], {"lines": [{"sku": "A", "tags": ["x"]}]}),
        ([("lines[0][tags][]", "x"), ("lines[0][tags][]", "y")], {"lines": [{"tags": ["x", "y"]}]}),
        (
            [("buyer[name]", "Ada"), ("buyer[address][city]", "Ulm")],
            {"buyer": {"name": "Ada", "address": {"city": "Ulm"}}},
        ),
        (
            [("buyer.name", "Ada"), ("buyer.address.city", "Ulm")],
            {"buyer": {"name": "Ada", "address": {"city": "Ulm"}}},
        ),
        ([("metadata[order.id]", "17")], {"metadata": {"order.id": "17"}}),
        ([("codes", "3,5,8")], {"codes": [3, 5, 8]}),
        ([("colours", "red|blue")], {"colours": ["red", "blue"]}),
        ([("size", "w,3,h,4")], {"size": {"w": 3, "h": 4}}),
        ([("extra", '{"n": 7}')], {"extra": {"n": 7}}),
    ],
)
def test_fields_become_the_value_that_the_schema_describes(till: Door, fields: Any, stored: Any) -> None:
    """Brackets, dots, numbers, delimiters and JSON, as `encoding` or habit has them; types follow the schema."""
    created = send(till, ("amount", "12.50"), *fields)

    assert created.status_code == 201, created.text
    assert till.get("/till/sales/1").json() == {"id": 1, "amount": 12.5, **stored}


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ([("memo", "x")], "/amount"),
        ([("amount", "much")], "/amount"),
        ([("amount", "1"), ("lines[1][count]", "two")], "/lines/0/count"),
        ([("amount", "1"), ("codes", "3,x")], "/codes/1"),
    ],
)
def test_form_that_does_not_fit_is_refused(till: Door, fields: Any, pointer: str) -> None:
    """A 400 with the place in the value that the form stands for; nothing is stored."""
    refused = send(till, *fields)

    assert (refused.status_code, [each["pointer"] for each in refused.json()["errors"]]) == (400, [pointer])
    assert till.get("/till/sales").json() == []


def test_multipart_form_holds_fields_structures_and_files(till: Door) -> None:
    """Texts and JSON become values, also JSON that a browser sends as a file; a file is none of the document."""
    created = till.post(
        "/till/sales",
        **multipart(
            'name="amount"\r\n\r\n12.50',
            'name="buyer"\r\nContent-Type: application/json\r\n\r\n{"name": "Ada"}',
            'name="size"; filename="blob"\r\nContent-Type: application/json\r\n\r\n{"w": 3}',
            'name="codes[]"\r\n\r\n3',
            'name="codes[]"\r\n\r\n5',
            "name=\"receipt\"; filename*=UTF-8''Quittung%20%C3%BC.pdf\r\nContent-Type: application/pdf\r\n\r\n%PDF-",
        ),
    )

    assert created.status_code == 201, created.text
    assert created.json() == {
        "id": 1,
        "amount": 12.5,
        "buyer": {"name": "Ada"},
        "size": {"w": 3},
        "codes": [3, 5],
    }


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("multipart/form-data", b"--b\r\n"),
        ("multipart/form-data; boundary=b", b"no parts at all"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--\r\n"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="memo"\r\n\r\n\xff\r\n--b--\r\n',
        ),
    ],
)
def test_broken_multipart_is_refused(till: Door, content_type: str, content: bytes) -> None:
    """No boundary, no parts, no name, a text that is none: a 400, and nothing is stored."""
    refused = till.post("/till/sales", content=content, headers={"Content-Type": content_type})

    assert refused.status_code == 400
    assert till.get("/till/sales").json() == []
