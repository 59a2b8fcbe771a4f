"""XML: bodies and answers by the words of their schemas, and documents that mean harm."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from tests.serving import Door, serve

MILL = """
openapi: 3.0.3
info: {title: Mill, version: "1"}
paths:
  /sacks:
    get:
      operationId: listSacks
      responses:
        "200":
          description: All.
          content:
            application/xml:
              schema: {type: array, items: {$ref: "#/components/schemas/Sack"}, xml: {name: sacks, wrapped: true}}
    post:
      operationId: createSack
      requestBody: {required: true, content: {application/xml: {schema: {$ref: "#/components/schemas/Sack"}}}}
      responses:
        "201": {description: New., content: {application/xml: {schema: {$ref: "#/components/schemas/Sack"}}}}
        "400": {description: No., content: {application/xml: {schema: {$ref: "#/components/schemas/Fault"}}}}
  /sacks/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: getSack
      responses:
        "200": {description: One., content: {application/xml: {schema: {$ref: "#/components/schemas/Sack"}}}}
    put:
      operationId: putSack
      requestBody: {required: true, content: {text/xml: {schema: {$ref: "#/components/schemas/Sack"}}}}
      responses:
        "200": {description: One., content: {text/xml: {schema: {$ref: "#/components/schemas/Sack"}}}}
    delete:
      operationId: deleteSack
      responses: {"204": {description: Gone.}}
  /orders:
    post:
      operationId: order
      requestBody:
        required: true
        content:
          application/xml:
            schema:
              type: object
              required: [order]
              properties: {order: {type: object, properties: {sacks: {type: integer}}}}
      responses:
        "200":
          description: It.
          content: {application/json: {schema: {type: object, properties: {sacks: {type: integer}}}}}
  /echo:
    post:
      operationId: echo
      requestBody: {content: {application/soap+xml: {schema: {}}}}
      responses:
        "200":
          description: It.
          content: {application/json: {schema: {type: object, properties: {weight: {type: string}}}}}
components:
  schemas:
    Fault: {type: object, properties: {message: {type: string}}, xml: {name: fault}}
    Sack:
      type: object
      required: [flour]
      xml: {name: sack, namespace: "https://mill.example/ns"}
      properties:
        id: {type: integer, readOnly: true, xml: {attribute: true}}
        flour: {type: string, enum: [rye, wheat]}
        weight: {type: number}
        organic: {type: boolean}
        note: {type: string, nullable: true}
        labels: {type: array, items: {type: string, xml: {name: label}}, xml: {wrapped: true}}
        codes: {type: array, items: {type: integer}, xml: {name: code}}
        grade: {type: string, xml: {name: quality, prefix: m, namespace: "https://mill.example/m"}}
        price:
          type: object
          properties: {currency: {type: string, xml: {attribute: true}}, value: {type: number}}
        origins:
          type: array
          xml: {wrapped: true, name: fields}
          items: {type: object, xml: {name: field}, properties: {name: {type: string}, size: {type: integer}}}
"""
NAMESPACE = "{https://mill.example/ns}"
XML = {"Content-Type": "application/xml"}
SACK = b"""<?xml version="1.0"?>
<s:sack xmlns:s="https://mill.example/ns" id="99">
  <!-- a sack -->
  <s:flour>rye</s:flour>
  <weight> 12.50 </weight>
  <organic>true</organic>
  <note><![CDATA[<b> & more]]></note>
  <labels><label>a</label><label>b</label></labels>
  <code>7</code><code>9</code>
  <q:quality xmlns:q="https://mill.example/m">fine</q:quality>
  <price currency="EUR">3.25</price>
  <fields><field><name>North</name><size>4</size></field></fields>
</s:sack>"""


@pytest.fixture
def mill(tmp_path: Path) -> Door:
    """A mill without a sack."""
    file = tmp_path / "mill.yaml"
    file.write_text(MILL)
    return serve(file, profile="empty")


def stored(door: Door) -> list[Any]:
    """The sacks as they are stored."""
    return list(door.get("/_sandbox/state/mill/sacks").json())


def test_document_is_read_by_its_schema(mill: Door) -> None:
    """Attributes, wrapped and bare arrays, other names, foreign prefixes, CDATA; values in the types of the schema."""
    created = mill.post("/mill/sacks", content=SACK, headers=XML)

    assert (created.status_code, created.headers["content-type"]) == (201, "application/xml")
    assert stored(mill) == [
        {
            "id": 1,
            "flour": "rye",
            "weight": 12.5,
            "organic": True,
            "note": "<b> & more",
            "labels": ["a", "b"],
            "codes": [7, 9],
            "grade": "fine",
            "price": {"currency": "EUR", "value": 3.25},
            "origins": [{"name": "North", "size": 4}],
        }
    ]


def test_document_is_written_as_it_is_read(mill: Door) -> None:
    """What one call answers another one takes: names, attributes and namespaces come back."""
    mill.post("/mill/sacks", content=SACK, headers=XML)
    shown = mill.get("/mill/sacks/1")

    put = mill.put("/mill/sacks/1", content=shown.content, headers={"Content-Type": "text/xml"})

    root = fromstring(shown.text)
    assert (root.tag, root.attrib) == (f"{NAMESPACE}sack", {"id": "1"})
    assert [each.text for each in root.findall(f"{NAMESPACE}labels/{NAMESPACE}label")] == ["a", "b"]
    assert root.findtext("{https://mill.example/m}quality") == "fine"
    assert (put.status_code, put.headers["content-type"]) == (200, "text/xml")
    assert fromstring(put.text).findtext(f"{NAMESPACE}weight") == "12.5"
    assert stored(mill)[0]["price"] == {"currency": "EUR", "value": 3.25}


def test_list_has_an_element_for_each_document(mill: Door) -> None:
    """The root bears the name that the array has, each element that of the document."""
    for _ in range(2):
        mill.post("/mill/sacks", content=b"<sack><flour>wheat</flour></sack>", headers=XML)

    root = fromstring(mill.get("/mill/sacks").text)

    assert (root.tag, [(child.tag, child.get("id")) for child in root]) == (
        "sacks",
        [(f"{NAMESPACE}sack", "1"), (f"{NAMESPACE}sack", "2")],
    )


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"<sack><weight>3</weight></sack>", "'flour' is a required property"),
        (b"<sack><flour>oat</flour></sack>", "'oat' is not one of 'rye', 'wheat'"),
        (b"<sack><flour>rye</flour><weight>heavy</weight></sack>", "'heavy' is not a number"),
        (b"<sack>rye</sack>", "'rye' is not an object"),
        (b"<sack><flour>rye</flour><fields><field>x</field></fields></sack>", "'x' is not an object"),
        (b"<sack><flour>rye</sack>", "The body is not XML: mismatched tag (line 1)."),
        (b"", "The body is missing."),
        (b"{}", "The body is not XML: not well-formed (invalid token) (line 1)."),
        (b"<a>" * 201 + b"</a>" * 201, "The XML is nested deeper than 200 levels."),
        (
            b'<!DOCTYPE sack [<!ENTITY x SYSTEM "file:///etc/hostname">]><sack><flour>&x;</flour></sack>',
            "The XML has a document type declaration, which is not read here; leave it out.",
        ),
        (
            b'<!DOCTYPE sack [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><sack><flour>&b;</flour></sack>',
            "The XML has a document type declaration, which is not read here; leave it out.",
        ),
        (b"<sack><flour>&x;</flour></sack>", "The body is not XML: undefined entity (line 1)."),
        (b"<sack><p:flour>rye</p:flour></sack>", "The body is not XML: unbound prefix (line 1)."),
    ],
)
def test_document_that_cannot_be_taken_is_refused_in_xml(mill: Door, document: bytes, message: str) -> None:
    """Against the schema, not well-formed, too deep, with entities of its own: a 400 in XML; nothing is stored."""
    refused = mill.post("/mill/sacks", content=document, headers=XML)

    assert (refused.status_code, refused.headers["content-type"]) == (400, "application/xml")
    root = fromstring(refused.text)
    assert (root.tag, root.findtext("message")) == ("fault", message)
    assert stored(mill) == []


@pytest.mark.parametrize(
    ("headers", "document"),
    [
        (
            {"Content-Type": "application/xml; charset=iso-8859-1"},
            "<sack><flour>rye</flour><note>Größe</note></sack>".encode("latin-1"),
        ),
        (
            XML,
            '<?xml version="1.0" encoding="ISO-8859-1"?><sack><flour>rye</flour><note>Größe</note></sack>'.encode(
                "latin-1"
            ),
        ),
        (XML, "<sack><flour>rye</flour><note>Größe</note></sack>".encode("utf-16")),
    ],
)
def test_document_is_read_in_its_charset(mill: Door, headers: dict[str, str], document: bytes) -> None:
    """That of the content type, else that of the document."""
    assert mill.post("/mill/sacks", content=document, headers=headers).status_code == 201
    assert stored(mill)[0]["note"] == "Größe"


def test_unknown_charset_and_json_are_not_read(mill: Door) -> None:
    """415 for what the description does not name."""
    charset = mill.post("/mill/sacks", content=SACK, headers={"Content-Type": "application/xml; charset=klingon"})
    json = mill.post("/mill/sacks", json={"flour": "rye"})

    assert (charset.status_code, json.status_code, stored(mill)) == (415, 415, [])


def test_root_may_bear_the_name_of_the_one_property(mill: Door) -> None:
    """A body that is one property in an object comes with or without an element around it."""
    bare = mill.post("/mill/orders", content=b"<order><sacks>3</sacks></order>", headers=XML)
    wrapped = mill.post("/mill/orders", content=b"<body><order><sacks>3</sacks></order></body>", headers=XML)
    refused = mill.post("/mill/orders", content=b"<order><sacks>none</sacks></order>", headers=XML)

    assert (bare.json(), wrapped.json(), refused.status_code) == ({"sacks": 3}, {"sacks": 3}, 400)


def test_document_of_no_schema_becomes_its_elements(mill: Door) -> None:
    """Names without namespaces, arrays where an element repeats."""
    document = b'<e:envelope xmlns:e="urn:e"><weight>12</weight></e:envelope>'

    echoed = mill.post("/mill/echo", content=document, headers={"Content-Type": "application/soap+xml"})

    assert echoed.json() == {"weight": "12"}


def test_preferred_answer_is_xml(mill: Door) -> None:
    """A documented status is answered in its content type, made up where no example shows it."""
    preferred = mill.get("/mill/sacks/1", headers={"Prefer": "code=200"})

    assert (preferred.status_code, preferred.headers["content-type"]) == (200, "application/xml")
    assert fromstring(preferred.text).findtext(f"{NAMESPACE}flour") in ("rye", "wheat")
