"""A description becomes operations; what is wrong in it is reported with its place, and the rest is served."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbooks.errors import StartupError
from sandbooks.spec import Description, Json, Requirement, load_document, read_description
from tests.serving import serve

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


BROKEN_PARTS: list[tuple[str, str, str, list[str]]] = [
    (
        "{'get': 3}",
        "/paths/~1a/get",
        "3 stands where an operation is wanted: it is not served",
        [],
    ),
    ("[get]", "/paths/~1a", '["get"] stands where an object is wanted', []),
    (
        "{get: {operationId: a, parameters: {id: 1}, responses: {'200': {description: d}}}}",
        "/paths/~1a/get/parameters",
        '{"id":1} stands where a list of parameters is wanted: GET /a is not served',
        [],
    ),
    (
        "{get: {operationId: a, responses: []}}",
        "/paths/~1a/get/responses",
        "[] stands where an object is wanted: GET /a is not served",
        [],
    ),
    (
        "{post: {operationId: a, requestBody: text, responses: {'200': {description: d}}}}",
        "/paths/~1a/post/requestBody",
        "'text' stands where an object is wanted: POST /a is not served",
        [],
    ),
    ("{get: {operationId: a}}", "/paths/~1a/get/responses", "an operation needs 'responses'", ["a"]),
    (
        "{get: {operationId: a, responses: {'200': {description: d}, '99': {description: d}}}}",
        "/paths/~1a/get/responses/99",
        "'99' is not a status: expected 100 to 599, 1XX to 5XX or default",
        ["a"],
    ),
    (
        "{get: {operationId: a, responses: {'200': [d], '201': {description: d}}}}",
        "/paths/~1a/get/responses/200",
        '["d"] stands where an object is wanted',
        ["a"],
    ),
    (
        "{get: {operationId: a, responses: {'200': {description: d, content: x}}}}",
        "/paths/~1a/get/responses/200/content",
        "'x' stands where an object is wanted",
        ["a"],
    ),
    (
        "{get: {operationId: a, parameters: [{in: query, schema: {}}], responses: {'200': {description: d}}}}",
        "/paths/~1a/get/parameters/0/name",
        "a parameter needs a name, not null: left out",
        ["a"],
    ),
    (
        "{get: {operationId: a, parameters: [{name: q, in: body, schema: {}}], responses: {'200': {description: d}}}}",
        "/paths/~1a/get/parameters/0/in",
        "'body' is not where a parameter can be: left out",
        ["a"],
    ),
    (
        "{get: {operationId: a, parameters: [{name: q, in: query, schema: {}}, "
        "{name: q, in: query, content: {a/b: {}}}],"
        " responses: {'200': {description: d}}}}",
        "/paths/~1a/get/parameters/1",
        "the query parameter 'q' is declared twice",
        ["a"],
    ),
    (
        "{get: {operationId: a, parameters: [{name: q, in: query, style: matrix, schema: {}}],"
        " responses: {'200': {description: d}}}}",
        "/paths/~1a/get/parameters/0/style",
        "the style 'matrix' cannot stand in query: expected form or spaceDelimited or pipeDelimited or deepObject",
        ["a"],
    ),
    (
        "{get: {operationId: a, security: [{none: []}], responses: {'200': {description: d}}}}",
        "/paths/~1a/get/security/0",
        "no security scheme is called 'none'",
        ["a"],
    ),
    (
        "{get: {operationId: a, tags: 3, responses: {'200': {description: d}}}}",
        "/paths/~1a/get/tags",
        "3 stands where a list of tags is wanted",
        ["a"],
    ),
    (
        "{post: {operationId: a, requestBody: {content: {application/json: {schema: 3}}},"
        " responses: {'200': {description: d}}}}",
        "/paths/~1a/post/requestBody/content/application~1json/schema",
        "3 stands where a schema is wanted",
        ["a"],
    ),
]


@pytest.mark.parametrize(("item", "place", "message", "served"), BROKEN_PARTS)
def test_broken_part_costs_no_more_than_itself(
    tmp_path: Path, item: str, place: str, message: str, served: list[str]
) -> None:
    """What breaks the shape of OpenAPI is reported once; the operation goes with it only where it cannot do without."""
    description = described(
        tmp_path,
        f"{HEAD}paths:\n  /a: {item}\n  /b: {{get: {{operationId: b, responses: {{'200': {{description: d}}}}}}}}\n",
    )

    assert findings(description) == [("error", place, message)]
    assert [operation.id for operation in description.operations] == [*served, "b"]
    assert ("get" in description.document["paths"].get("/a", {})) == (bool(served) and "get:" in item)


@pytest.mark.parametrize(
    "item",
    [
        *(item for item, *_ in BROKEN_PARTS),
        "{get: {operationId: a, responses: }}",
        "{get: {operationId: a, requestBody: , responses: {'200': {description: d}}}}",
        "{get: {operationId: a, security: 3, responses: {'200': {description: d}}}}",
        "{get: {operationId: a, responses: {'200': {description: d, content: []}}}}",
        "{get: {operationId: a, responses: {'200': {description: d}, '404': oops}}}",
        "{get: {operationId: a, x-openapi-router-controller: 3, responses: {'200': {description: d}, '404': oops}}}",
    ],
)
def test_part_of_the_wrong_shape_does_not_stop_the_server(tmp_path: Path, item: str) -> None:
    """Whatever is wrong with one operation, the others answer."""
    path = tmp_path / "a.yaml"
    path.write_text(
        f"{HEAD}paths:\n  /a: {item}\n  /b: {{get: {{operationId: b, responses: {{'204': {{description: d}}}}}}}}\n"
    )

    assert serve(path, strict=False).get("/a/b").status_code == 204


def test_shared_part_of_the_wrong_shape_does_not_stop_the_server(tmp_path: Path) -> None:
    """As above, where what a reference of OpenAPI 2.0 names is no answer."""
    path = tmp_path / "a.yaml"
    path.write_text(
        "swagger: '2.0'\ninfo: {title: T, version: '1'}\nresponses: {Gone: oops}\npaths:\n"
        "  /a: {get: {operationId: a, responses: {'404': {$ref: '#/responses/Gone'}}}}\n"
        "  /b: {get: {operationId: b, responses: {'204': {description: d}}}}\n"
    )

    assert serve(path, strict=False).get("/a/b").status_code == 204


@pytest.mark.parametrize(
    ("rest", "place", "message"),
    [
        ("", "/paths", "a description needs 'paths'"),
        ("paths: 3\n", "/paths", "3 stands where an object is wanted"),
        ("paths: {}\nservers: 3\n", "/servers", "3 stands where a list of servers is wanted"),
        (
            "paths: {}\ncomponents: {securitySchemes: {x-key: {type: apiKey, in: body, name: k}}}\n",
            "/components/securitySchemes/x-key/in",
            '{"type":"apiKey","in":"body","name":"k"} is not a security scheme that can be served',
        ),
        ("paths: {}\ncomponents: 3\n", "/components", "3 stands where an object is wanted"),
        ("paths: {}\ninfo: 3\n", "/info", "3 stands where an object is wanted"),
        ("paths: {}\ncomponents: {schemas: []}\n", "/components/schemas", "[] stands where an object is wanted"),
    ],
)
def test_broken_document_is_served_without_the_part(tmp_path: Path, rest: str, place: str, message: str) -> None:
    """Parts of the document itself with a wrong shape are reported and count as absent."""
    head = "openapi: 3.0.3\n" if "info" in rest else HEAD
    description = described(tmp_path, head + rest)

    assert findings(description) == [("error", place, message)]
    assert description.operations == ()


def test_paths_that_mean_the_same_are_reported(tmp_path: Path) -> None:
    """Two templates of one shape are served side by side; of one method twice the first counts."""
    description = described(
        tmp_path,
        HEAD
        + """
paths:
  /a/{x}:
    parameters: [{name: x, in: path, required: true, schema: {}}]
    get: {operationId: a, responses: &r {'200': {description: d}}}
  /a/{y}:
    parameters: [{name: y, in: path, required: true, schema: {}}]
    get: {operationId: b, responses: *r}
    put: {operationId: c, responses: *r}
  b: {get: {operationId: d, responses: *r}}
  /c#e: {get: {operationId: e, responses: *r}}
  /c#f: {get: {operationId: f, responses: *r}, put: {operationId: g, responses: *r}}
""",
    )

    assert [(operation.id, operation.path) for operation in description.operations] == [
        ("a", "/a/{x}"),
        ("b", "/a/{y}"),
        ("c", "/a/{y}"),
        ("d", "/b"),
        ("e", "/c"),
        ("g", "/c"),
    ]
    assert findings(description) == [
        (
            "error",
            "/paths/~1a~1{y}",
            "'/a/{y}' means the same path as '/a/{x}'; it serves what that does not admit",
        ),
        ("warning", "/paths/~1c#e", "no call carries what stands behind #: '/c#e' is served as '/c'"),
        ("warning", "/paths/~1c#f", "no call carries what stands behind #: '/c#f' is served as '/c'"),
        ("error", "/paths/~1c#f", "'/c' means the same path as '/c'"),
        ("error", "/paths/~1c#f/get", "GET /c exists already and is left out here"),
        ("error", "/paths/b", "the path 'b' must begin with a slash"),
    ]


def test_extensions_are_no_parts(tmp_path: Path) -> None:
    """`x-` keys may hold anything, between paths, methods and statuses; headers of that name are headers."""
    description = described(
        tmp_path,
        HEAD
        + """
paths:
  x-note: 3
  /a:
    x-more: [1]
    get:
      operationId: a
      x-other: 3
      responses: {x-why: 1, '200': {description: d, headers: {x-count: {schema: {type: integer}}}}}
""",
    )

    assert description.findings == ()
    assert list(description.operation("a").responses["200"].headers) == ["x-count"]


def test_texts_in_braces_are_harmless(tmp_path: Path) -> None:
    """Template marks such as `{{host}}` are words like others."""
    description = described(
        tmp_path,
        HEAD
        + "paths: {/a: {get: {operationId: a, summary: 'ask {{host}} {% if %}',"
        + " responses: {'200': {description: d}}}}}\n",
    )

    assert description.findings == ()
    assert description.operation("a").summary == "ask {{host}} {% if %}"


def test_loading_compiles_nothing(kennel: Description) -> None:
    """Validators are made when an operation is first used, and then kept."""
    fresh = read_description(SPECS / "kennel.yaml")
    operation = fresh.operation("createDog")

    assert operation.checks.bodies == {}
    operation.check_body("application/json", {})
    (first,) = operation.checks.bodies.values()
    operation.check_body("application/json", {})
    assert list(operation.checks.bodies.values()) == [first]


@pytest.mark.parametrize(
    ("content_type", "key"),
    [
        ("application/json", "application/json"),
        ("Application/JSON; charset=utf-8", "application/json"),
        ("application/hal+json", "application/*+json"),
        ("application/vnd.a+json", "application/vnd.a+json;version=1"),
        ("text/csv", "text/*"),
        ("image/png", "*/*"),
        ("", None),
        ("nonsense", None),
    ],
)
def test_content_type_chooses_the_body(tmp_path: Path, content_type: str, key: Json) -> None:
    """The nearest entry wins; parameters and letter case do not count."""
    types = ["'*/*'", "text/*", "'application/*+json'", "application/json", "application/vnd.a+json;version=1"]
    content = ", ".join(f"{name}: {{}}" for name in types)
    description = described(
        tmp_path,
        f"{HEAD}paths: {{/a: {{post: {{operationId: a, requestBody: {{content: {{{content}}}}},"
        " responses: {'200': {description: d}}}}}\n",
    )

    body = description.operation("a").body
    assert body is not None
    found = body.match(content_type)

    assert (found and found[0]) == key


def test_shared_parts_are_reported_once(tmp_path: Path) -> None:
    """A fault of a path item is one finding, however many operations share it; servers of an operation are not used."""
    description = described(
        tmp_path,
        HEAD
        + """
paths:
  /a/{id}:
    parameters: [{name: id, in: path, schema: {}}]
    get: {operationId: a, responses: &r {'200': {description: d}}, servers: [{url: /v9}]}
    put: {operationId: b, responses: *r}
""",
    )

    assert findings(description) == [
        (
            "warning",
            "/paths/~1a~1{id}/get",
            "GET /a/{id} has servers of its own: it is served below the description's first",
        ),
        ("error", "/paths/~1a~1{id}/parameters/0/required", "the path parameter 'id' must say required: true"),
    ]
    assert [operation.path for operation in description.operations] == ["/a/{id}", "/a/{id}"]


DAMAGE: list[Json] = [None, True, -1, 3.5, "", "x", [], [1], ["a"], {}, {"a": 1}, {"$ref": "#"}, {"$ref": 3}]
DAMAGED_KEYS = [
    "$ref",
    "type",
    "properties",
    "items",
    "allOf",
    "enum",
    "nullable",
    "discriminator",
    "content",
    "schema",
]


def places(node: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every node of a document."""
    entries: Iterable[tuple[str | int, Json]] = ()
    if isinstance(node, dict):
        entries = node.items()
    elif isinstance(node, list):
        entries = enumerate(node)
    for step, part in entries:
        yield (*path, step)
        yield from places(part, (*path, step))


@pytest.mark.parametrize("name", ["kennel", "ledger31", "warehouse2"])
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_damage_stops_the_rest(tmp_path: Path, name: str, data: st.DataObject) -> None:
    """Whatever stands where it should not: the file is refused in one line, or read and what is served works."""
    document = load_document(SPECS / f"{name}.yaml")
    for _ in range(data.draw(st.integers(1, 4))):
        *way, last = data.draw(st.sampled_from(list(places(document))))
        holder: Json = document
        for step in way:
            holder = holder[step]
        damage = copy.deepcopy(data.draw(st.sampled_from(DAMAGE)))
        if isinstance(holder, dict) and data.draw(st.booleans()):
            last = data.draw(st.sampled_from(DAMAGED_KEYS))
        holder[last] = damage
    path = tmp_path / "api.json"
    path.write_bytes(orjson.dumps(document))

    try:
        description = read_description(path)
    except StartupError as refusal:
        assert "\n" not in str(refusal)
        return

    for operation in description.operations:
        operation.read_parameters({"dogId": "1"}, [("limit", "3"), ("status", "old"), ("ids", "1")], {}, {})
        for media_type in operation.body.content if operation.body else ():
            operation.check_body(media_type, {"kind": "Item", "parts": [{}]})
            operation.decode_form(media_type, [("labels", "1"), ("a[b]", "2")])
        operation.check_answer(200, "application/json", [{"id": 1}])
    assert orjson.dumps(description.document)
