"""What is wrong in a description costs no more than itself: each kind, its place, and what is still served."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbooks.errors import StartupError
from sandbooks.spec import Json, load_document, read_description
from tests.serving import serve
from tests.test_spec_description import HEAD, SPECS, described, findings

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
