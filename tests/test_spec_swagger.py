"""Swagger 2.0 is read as if it were written in OpenAPI 3."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbooks.spec import Description, Fault, Json, Requirement, Values, read_description

SPECS = Path(__file__).parent / "specs"


@pytest.fixture(scope="module")
def warehouse() -> Description:
    return read_description(SPECS / "warehouse2.yaml")


def described(folder: Path, content: str) -> Description:
    path = folder / "api.yaml"
    path.write_text("swagger: '2.0'\ninfo: {title: T, version: '1'}\n" + content)
    return read_description(path)


def test_document_has_the_newer_shape(warehouse: Description) -> None:
    """Server from scheme, host and base path; definitions and security as components; nothing of the old words left."""
    assert warehouse.findings == ()
    assert warehouse.base_path == "/v3"
    assert warehouse.document["openapi"] == "3.0.3"
    assert warehouse.document["servers"] == [{"url": "https://stock.example/v3"}]
    assert set(warehouse.document["components"]["schemas"]) == {"Problem", "Item"}
    assert not {"swagger", "definitions", "host", "basePath", "consumes"} & warehouse.document.keys()
    assert "#/definitions" not in str(warehouse.document)


def test_security_schemes_have_their_new_kinds(warehouse: Description) -> None:
    """Basic, key and the renamed flows of OAuth."""
    schemes = warehouse.security_schemes

    assert {name: scheme.kind for name, scheme in schemes.items()} == {
        "login": "http-basic",
        "key": "apiKey",
        "oauth": "oauth2",
    }
    assert schemes["oauth"].raw["flows"] == {
        "authorizationCode": {
            "authorizationUrl": "https://stock.example/authorize",
            "tokenUrl": "https://stock.example/token",
            "scopes": {"write": "change things"},
        }
    }
    assert warehouse.operation("listItems").security == ((Requirement("key"),),)
    assert warehouse.operation("createItem").security == ((Requirement("oauth", ("write",)),), (Requirement("login"),))


def test_parameters_are_read_by_their_collection_format(warehouse: Description) -> None:
    """csv by default, multi, pipes; types, formats and defaults from the parameter itself."""
    listing = warehouse.operation("listItems")
    query = [("tags", "a,b"), ("ids", "1"), ("ids", "2"), ("sizes", "3|4")]

    assert listing.read_parameters({"warehouse": "7"}, query, {}, {}) == Values(
        {"warehouse": 7}, {"tags": ["a", "b"], "ids": [1, 2], "sizes": [3, 4], "page": 1}, {}, {}
    )
    assert listing.read_parameters({"warehouse": "3000000000"}, [("page", "0")], {}, {}) == [
        Fault("/warehouse", "3000000000 is greater than the maximum of 2147483647", "maximum", "path"),
        Fault("/page", "0 is less than the minimum of 1", "minimum", "query"),
    ]


def test_answers_have_content(warehouse: Description) -> None:
    """Schema and examples by the content types that are produced; shared responses and headers."""
    responses = warehouse.operation("listItems").responses

    assert list(responses["200"].content) == ["application/json", "application/xml"]
    assert responses["200"].content["application/json"].example == [{"sku": "A-1"}]
    assert responses["200"].headers == {"X-Total": {"type": "integer"}}
    assert responses["404"].description == "no such thing"
    assert warehouse.operation("addPhoto").responses["204"].content == {}


def test_body_is_checked(warehouse: Description) -> None:
    """A body parameter is the request body; `x-nullable` allows null; a discriminator is no condition of its own."""
    create = warehouse.operation("createItem")

    assert create.body is not None
    assert create.body.required
    assert create.body.description == "the item"
    assert create.check_body("application/json", {"kind": "Item", "sku": "A-1", "note": None}) == []
    assert create.check_body("application/json", {"kind": "Item", "sku": "A-1", "parts": [{"sku": 2}]}) == [
        Fault("/parts/0/kind", "'kind' is a required property", "required"),
        Fault("/parts/0/sku", "2 is not a string", "type"),
    ]


def test_form_fields_are_the_body(warehouse: Description) -> None:
    """Fields and files together; a file is binary text; lists are split as the field says."""
    photo = warehouse.operation("addPhoto")
    fields: list[tuple[str, Json]] = [("photo", b"..."), ("shelf", "7"), ("labels", "1,2")]

    form = photo.decode_form("multipart/form-data", fields)

    assert photo.body is not None
    assert photo.body.required
    assert form == {"photo": b"...", "shelf": 7, "labels": [1, 2]}
    assert photo.check_body("multipart/form-data", form) == []
    assert photo.check_body("multipart/form-data", {"shelf": 7}) == [
        Fault("/photo", "'photo' is a required property", "required")
    ]


def test_what_is_broken_keeps_its_place(tmp_path: Path) -> None:
    """Findings name the place in the file as it is written."""
    description = described(
        tmp_path,
        """
paths:
  /a: {get: {operationId: a, parameters: 3, responses: {'200': {description: d}}}}
  /b: {get: 7}
  /c: {get: {operationId: c, responses: {'200': {description: d, schema: {$ref: '#/definitions/None'}}}}}
securityDefinitions: {x: {type: magic}}
definitions: {A: {type: text}}
""",
    )

    assert [(finding.place, finding.message) for finding in description.findings] == [
        (
            "/paths/~1c/get/responses/200/schema",
            "the reference '#/definitions/None' is left out: nothing stands there",
        ),
        (
            "/definitions/A/type",
            "'text' is not one of array, boolean, integer, null, number, object, string: 'type' is left out",
        ),
        ("/securityDefinitions/x/type", '{"type":"magic"} is not a security scheme that can be served'),
        ("/paths/~1b/get", "7 stands where an operation is wanted: it is not served"),
        ("/paths/~1a/get/parameters", "3 stands where a list of parameters is wanted: GET /a is not served"),
    ]
    assert [operation.id for operation in description.operations] == ["c"]


def test_shared_body_and_other_files(tmp_path: Path) -> None:
    """A body parameter of the path item counts for its operations; schemas in other files speak the old words too."""
    (tmp_path / "parts.yaml").write_text(
        "Item: {type: object, properties: {n: {type: integer, x-nullable: true}, i: {$ref: '#/Item'}}}\n"
        "item: {parameters: [{name: b, in: body, schema: {$ref: '#/Item'}}],"
        " put: {operationId: a, responses: {'200': {description: d}}}}\n"
    )
    description = described(tmp_path, "paths: {/a: {$ref: 'parts.yaml#/item'}}\n")
    operation = description.operation("a")

    assert description.findings == ()
    assert operation.check_body("application/json", {"n": None, "i": {"n": "x"}}) == [
        Fault("/i/n", "'x' is not an integer or null", "type")
    ]


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ("", "/"),
        ("basePath: /v1/\n", "/v1"),
        ("host: a.example\n", "https://a.example/"),
        ("host: a.example:8080\nbasePath: v1\nschemes: [http]\n", "http://a.example:8080/v1"),
    ],
)
def test_server_is_put_together(tmp_path: Path, head: str, url: str) -> None:
    """From what is given of scheme, host and base path."""
    assert described(tmp_path, f"{head}paths: {{}}\n").document["servers"] == [{"url": url}]
