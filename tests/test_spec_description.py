"""A description becomes operations; what is wrong in it is reported with its place, and the rest is served."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbooks.errors import StartupError
from sandbooks.spec import Description, Requirement, read_description

SPECS = Path(__file__).parent / "specs"
HEAD = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n"


@pytest.fixture(scope="module")
def kennel() -> Description:
    return read_description(SPECS / "kennel.yaml")


def described(folder: Path, content: str) -> Description:
    path = folder / "api.yaml"
    path.write_text(content)
    return read_description(path)


def findings(description: Description) -> list[tuple[str, str, str]]:
    return [(finding.severity, finding.place, finding.message) for finding in description.findings]


def test_description_says_what_it_is(kennel: Description) -> None:
    """Id from the file's stem, title, version as text, path of the first server with its variables."""
    assert (kennel.id, kennel.title, kennel.version, kennel.base_path) == ("kennel", "Kennel", "1.4", "/api/v2")
    assert kennel.source == SPECS / "kennel.yaml"
    assert kennel.findings == ()
    assert read_description(SPECS / "kennel.yaml", id="dogs").id == "dogs"


def test_operations_keep_their_order(kennel: Description) -> None:
    """Method and path with the base path, in the order of the file."""
    assert [(operation.id, operation.method, operation.path) for operation in kennel.operations] == [
        ("listDogs", "GET", "/api/v2/dogs"),
        ("createDog", "POST", "/api/v2/dogs"),
        ("getDog", "GET", "/api/v2/dogs/{dogId}"),
        ("deleteDog", "DELETE", "/api/v2/dogs/{dogId}"),
        ("getPaper", "GET", "/api/v2/dogs/{dogId}/papers/{name}.{extension}"),
    ]
    assert kennel.operation("getPaper").segments == ("api", "v2", "dogs", "{dogId}", "papers", "{name}.{extension}")
    with pytest.raises(KeyError):
        kennel.operation("walkDog")


def test_operation_holds_its_parts(kennel: Description) -> None:
    """Parameters with their style and default, answers by status key, the lowest 2xx as success."""
    listing = kennel.operation("listDogs")
    limit, status, _, house = listing.parameters

    assert (limit.name, limit.location, limit.required, limit.default) == ("limit", "query", False, 20)
    assert (status.style, status.explode, status.has_default) == ("form", True, False)
    assert (house.name, house.location, house.style) == ("X-House", "header", "simple")
    assert listing.tags == ("dogs",)
    assert listing.summary == "The dogs of the house"
    assert set(listing.responses) == {"200", "default"}
    assert listing.responses["200"].headers == {"x-total": {"type": "integer"}}
    assert listing.responses["200"].content["application/json"].examples == {
        "two": [{"id": 7, "name": "Rex"}, {"id": 8, "name": "Ida"}]
    }
    assert kennel.operation("getDog").responses["200"].content["application/json"].example == {"id": 7, "name": "Rex"}
    assert [operation.success for operation in kennel.operations] == [200, 201, 200, 204, 200]


def test_answer_for_a_status(kennel: Description) -> None:
    """The status itself, else its class, else the default, else nothing."""
    create, get, listing = (kennel.operation(name) for name in ("createDog", "getDog", "listDogs"))

    assert create.response_for(201) is create.responses["201"]
    assert create.response_for(422) is create.responses["4XX"]
    assert listing.response_for(503) is listing.responses["default"]
    assert get.response_for(503) is None


def test_security_is_a_choice_of_sets(kennel: Description) -> None:
    """The operation's own, else the description's; an empty list opens it."""
    assert kennel.operation("listDogs").security == ((Requirement("bearer"),),)
    assert kennel.operation("createDog").security == (
        (Requirement("bearer"), Requirement("key")),
        (Requirement("login", ("dogs:write",)),),
    )
    assert kennel.operation("getDog").security == ()
    schemes = kennel.security_schemes
    assert {name: scheme.kind for name, scheme in schemes.items()} == {
        "bearer": "http-bearer",
        "key": "apiKey",
        "login": "oauth2",
    }
    assert (schemes["key"].location, schemes["key"].parameter_name) == ("header", "X-Api-Key")


def test_newer_descriptions_are_read_as_they_are() -> None:
    """3.1: webhooks are kept in the document and are no operations."""
    ledger = read_description(SPECS / "ledger31.yaml")

    assert ledger.findings == ()
    assert [operation.path for operation in ledger.operations] == ["/ledger/entries"]
    assert "entryPosted" in ledger.document["webhooks"]


@pytest.mark.parametrize(
    ("servers", "base_path"),
    [
        ("[]", ""),
        ("[{url: /}]", ""),
        ("[{url: 'https://a.example'}]", ""),
        ("[{url: 'https://a.example/v1/'}, {url: /other}]", "/v1"),
        ("[{url: a.example/v1}]", "/v1"),
        ("[{url: 'localhost:8080'}]", ""),
        ("[{url: v1}]", "/v1"),
        ("[{url: '{{host}}/v1'}]", "/v1"),
        ("[{url: 'https://a.example//v1//x?y=1#z'}]", "/v1/x"),
        ("[{url: '{scheme}://a.example/{v}', variables: {scheme: {default: https}, v: {default: v3}}}]", "/v3"),
        ("[{url: 'https://a.example/{v}'}]", "/v"),
        ("[{url: 'http://[broken/v1'}]", "/v1"),
    ],
)
def test_base_path_comes_from_the_first_server(tmp_path: Path, servers: str, base_path: str) -> None:
    """The path part, variables by their defaults, no slash at its end."""
    description = described(tmp_path, f"{HEAD}servers: {servers}\npaths: {{}}\n")

    assert description.base_path == base_path


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("a: 1\n", "1:1: not a description: neither 'openapi' nor 'swagger' is given"),
        ("openapi: 4.0.0\n", "1:1: openapi 4.0.0 is not supported: expected 3.x"),
        ("swagger: 1.2\n", "1:1: swagger 1.2 is not supported: expected 2.x"),
        ("openapi: [3]\n", "1:1: openapi [3] is not supported: expected 3.x"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: str, cause: str) -> None:
    """What is no description, or one of another age, stops the start in one line."""
    with pytest.raises(StartupError) as refusal:
        described(tmp_path, content)

    assert str(refusal.value) == f"{tmp_path}/api.yaml:{cause}"


def test_versions_may_be_numbers(tmp_path: Path) -> None:
    """`openapi: 3.0` and `version: 1.0` without quotes are read as meant."""
    description = described(tmp_path, "openapi: 3.0\ninfo: {title: T, version: 1.0}\npaths: {}\n")

    assert description.version == "1.0"
    assert description.document["openapi"] == "3.0"


def test_ids_are_made_and_made_unique(tmp_path: Path) -> None:
    """A missing id comes from method and path; of equal ids the first keeps it; the document holds them too."""
    description = described(
        tmp_path,
        HEAD
        + """
paths:
  /: {get: {responses: {'200': {description: d}}}}
  /pets/{petId}/photo-albums: {get: {responses: {'200': {description: d}}}}
  /a: {get: {operationId: x, responses: {'200': {description: d}}}}
  /b: {get: {operationId: x, responses: {'200': {description: d}}}}
  /c:
    get: {operationId: x_2, responses: {'200': {description: d}}}
    post: &same {responses: {'200': {description: d}}}
  /d: {post: *same, get: {operationId: 7, responses: {'200': {description: d}}}}
""",
    )

    assert [operation.id for operation in description.operations] == [
        "getRoot",
        "getPetsByPetIdPhotoAlbums",
        "x",
        "x_3",
        "x_2",
        "postC",
        "getD",
        "postD",
    ]
    assert description.document["paths"]["/d"]["post"]["operationId"] == "postD"
    assert ("error", "/paths/~1b/get", "the operationId 'x' is taken: GET /b is called 'x_3'") in findings(description)
    assert ("warning", "/paths/~1/get", "GET / has no operationId: it is called 'getRoot'") in findings(description)


def test_path_parameters_follow_the_template(tmp_path: Path) -> None:
    """One that is not declared takes any text; one that does not stand in the path is left out."""
    description = described(
        tmp_path,
        HEAD
        + """
paths:
  /a/{id}.{format}:
    parameters: [{name: id, in: path, schema: {type: integer}}]
    get:
      operationId: a
      parameters:
        - {name: other, in: path, required: true, schema: {type: string}}
        - {name: id, in: path, required: true, schema: {type: string}}
      responses: {'200': {description: d}}
""",
    )

    parameters = description.operation("a").parameters
    assert [(entry.name, entry.required, entry.schema) for entry in parameters] == [
        ("id", True, {"type": "string"}),
        ("format", True, {"type": "string"}),
    ]
    assert findings(description) == [
        (
            "error",
            "/paths/~1a~1{id}.{format}/get",
            "the path names 'format' and no path parameter declares it: any text fits",
        ),
        (
            "error",
            "/paths/~1a~1{id}.{format}/get",
            "the path parameter 'other' does not stand in '/a/{id}.{format}'",
        ),
        ("error", "/paths/~1a~1{id}.{format}/parameters/0/required", "the path parameter 'id' must say required: true"),
    ]


def test_loading_compiles_nothing(kennel: Description) -> None:
    """Validators are made when an operation is first used, and then kept."""
    fresh = read_description(SPECS / "kennel.yaml")
    operation = fresh.operation("createDog")

    assert operation.checks.bodies == {}
    operation.check_body("application/json", {})
    (first,) = operation.checks.bodies.values()
    operation.check_body("application/json", {})
    assert list(operation.checks.bodies.values()) == [first]
