"""What breaks the rules of OpenAPI is reported with its place; what keeps them is not."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import jsonschema_rs
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbooks.spec import Json, load_document, read_description
from sandbooks.spec.grammar import Version
from sandbooks.spec.inspection import inspect_document

ROOT = Path(__file__).parent.parent
SPECS = Path(__file__).parent / "specs"
SLOPPY = SPECS / "relic.yaml"
OK = "{'200': {description: d}}"

TYPES = "array, boolean, integer, null, number, object, string"
TYPE_LIST = f"'nil' is not one of {TYPES}: 'type' is left out"
HOST = "'http://a.example' is not a host: expected 'api.example.com' or 'api.example.com:8080'"
ONE_OF = "a schema has no field 'oneOf' in Swagger 2.0"

HEADS = {
    "3.0": 'openapi: 3.0.3\ninfo: {title: T, version: "1"}\n',
    "3.1": 'openapi: 3.1.0\ninfo: {title: T, version: "1"}\n',
    "2.0": 'swagger: "2.0"\ninfo: {title: T, version: "1"}\n',
}


def breaches(folder: Path, version: str, rest: str) -> list[tuple[str, str, str]]:
    """What is wrong with a description, given without its head."""
    path = folder / "api.yaml"
    path.write_text(HEADS[version] + rest)
    return [(each.severity, each.place, each.message) for each in read_description(path).findings]


def errors(folder: Path, version: str, rest: str) -> list[tuple[str, str]]:
    found = breaches(folder, version, rest)
    return [(place, message) for severity, place, message in found if severity == "error"]


def operation(rest: str) -> str:
    """A description with one operation, which holds this too."""
    return f"paths: {{/a: {{get: {{operationId: a, {rest}}}}}}}\n"


def schema(keywords: str) -> str:
    return f"paths: {{}}\ncomponents: {{schemas: {{A: {keywords}}}}}\n"


@pytest.mark.parametrize(
    "file", sorted(set(SPECS.glob("*.yaml")) - {SLOPPY, SPECS / "counting_house.yaml"}), ids=lambda file: file.stem
)
def test_sound_description_breaks_no_rule(file: Path) -> None:
    """The descriptions of these tests, in all versions, keep the rules; all but two that are meant to break them."""
    found = [finding for finding in read_description(file).findings if finding.severity == "error"]

    assert found == []


@pytest.mark.parametrize(
    ("rest", "place", "message"),
    [
        ("paths: {}\nservres: []\n", "/servres", "a description has no field 'servres'; 'servers' is probably meant"),
        ("paths: {}\nx-any: []\ntags: [{description: t}]\n", "/tags/0/name", "a tag needs 'name'"),
        ("paths: {}\ntags: [{name: t}, {name: t, description: x}]\n", "/tags", "the tag 't' is described twice"),
        (
            "paths: {}\nservers: [{description: x}]\n",
            "/servers/0/url",
            '{"description":"x"} has no url: paths are served as they are',
        ),
        ("paths: {}\nexternalDocs: {}\n", "/externalDocs/url", "external documentation needs 'url'"),
        ("paths: {a: {}}\n", "/paths/a", "the path 'a' must begin with a slash"),
        ("paths: {/a: {gett: {}}}\n", "/paths/~1a/gett", "a path item has no field 'gett'; 'get' is probably meant"),
        (operation("summary: s"), "/paths/~1a/get/responses", "an operation needs 'responses'"),
        (operation("responses: {}"), "/paths/~1a/get/responses", "no response is documented"),
        (
            operation("responses: {'200': {}}"),
            "/paths/~1a/get/responses/200/description",
            "a response needs 'description'",
        ),
        (
            operation("responses: {'2xx': {description: d}}"),
            "/paths/~1a/get/responses/2xx",
            "'2xx' is not a status: expected 100 to 599, 1XX to 5XX or default",
        ),
        (
            operation(f"deprecated: 'no', responses: {OK}"),
            "/paths/~1a/get/deprecated",
            "'no' stands where true or false is wanted",
        ),
        (operation(f"tags: [1], responses: {OK}"), "/paths/~1a/get/tags/0", "1 stands where a text is wanted"),
        (
            operation(f"parameters: [{{in: path, name: a, schema: {{}}}}], responses: {OK}").replace("/a:", "'/{a}':"),
            "/paths/~1{a}/get/parameters/0/required",
            "the path parameter 'a' must say required: true",
        ),
        (
            operation(f"parameters: [{{in: query, name: a}}], responses: {OK}"),
            "/paths/~1a/get/parameters/0/schema",
            "neither 'schema' nor 'content' says what the value is",
        ),
        (
            operation(f"parameters: [{{in: query, name: a, schema: {{}}, content: {{a/b: {{}}}}}}], responses: {OK}"),
            "/paths/~1a/get/parameters/0/content",
            "'schema' and 'content' exclude each other",
        ),
        (
            operation(f"parameters: [{{in: query, name: a, content: {{a/b: {{}}, c/d: {{}}}}}}], responses: {OK}"),
            "/paths/~1a/get/parameters/0/content",
            "'content' must name one content type, not 2",
        ),
        (
            operation(f"parameters: [{{in: query, name: a, type: string, schema: {{}}}}], responses: {OK}"),
            "/paths/~1a/get/parameters/0/type",
            "a parameter has no field 'type'",
        ),
        (
            operation(f"requestBody: {{description: b}}, responses: {OK}"),
            "/paths/~1a/get/requestBody/content",
            "the request body has no content",
        ),
        (
            operation("responses: {'200': {description: d, content: {a/b: {example: 1, examples: {}}}}}"),
            "/paths/~1a/get/responses/200/content/a~1b/examples",
            "'example' and 'examples' exclude each other",
        ),
        (
            operation("responses: {'200': {description: d, links: {n: {operationId: none}}}}"),
            "/paths/~1a/get/responses/200/links/n/operationId",
            "the link leads to 'none', which is no operation here",
        ),
        (
            operation("responses: {'200': {description: d, links: {n: {}}}}"),
            "/paths/~1a/get/responses/200/links/n",
            "the link has neither operationId nor operationRef: one is wanted",
        ),
        (schema("{typ: object}"), "/components/schemas/A/typ", "a schema has no field 'typ'; 'type' is probably meant"),
        (schema("{const: 1}"), "/components/schemas/A/const", "a schema has no field 'const' in OpenAPI 3.0"),
        (
            schema("{type: 'null'}"),
            "/components/schemas/A/type",
            "'null' stands where one of array, boolean, integer, number, object, string is wanted",
        ),
        (
            schema("{exclusiveMinimum: 3}"),
            "/components/schemas/A/exclusiveMinimum",
            "3 stands where true or false is wanted",
        ),
        (
            schema("{required: []}"),
            "/components/schemas/A/required",
            "an empty list stands where property names are wanted",
        ),
        (
            schema("{oneOf: [{}], discriminator: {propertyName: k, mapping: {cat: Cat}}}"),
            "/components/schemas/A/discriminator/mapping/cat",
            "no schema is called 'Cat'",
        ),
        (
            "paths: {}\ncomponents: {parameters: {P: {$ref: '#/components/schemas/S'}}, schemas: {S: {}}}\n",
            "/components/parameters/P",
            "'#/components/schemas/S' leads to one of the schemas, where a parameter is wanted",
        ),
        (
            "paths: {}\ncomponents: {headers: {H: {name: h, schema: {}}}}\n",
            "/components/headers/H/name",
            "a header has no field 'name'",
        ),
        (
            "paths: {}\ncomponents: {securitySchemes: {S: {type: oauth2, flows: {implicit: {scopes: {}}}}}}\n",
            "/components/securitySchemes/S/flows/implicit/authorizationUrl",
            "an implicit flow needs 'authorizationUrl'",
        ),
        (
            "paths: {}\ncomponents: {securitySchemes: {S: {type: openIdConnect}}}\n",
            "/components/securitySchemes/S/openIdConnectUrl",
            "a security scheme of type openIdConnect needs 'openIdConnectUrl'",
        ),
        ("paths: {}\nsecurity: [{a: x}]\n", "/security/0/a", "'x' stands where a list is wanted"),
    ],
)
def test_openapi_3_0_is_held_to_its_rules(tmp_path: Path, rest: str, place: str, message: str) -> None:
    """Each part that breaks them is reported once, with its place and the cause."""
    assert errors(tmp_path, "3.0", rest) == [(place, message)]


@pytest.mark.parametrize(
    ("rest", "place", "message"),
    [
        ("tags: []\n", "/paths", "a description needs 'paths', 'webhooks' or 'components'"),
        ("paths: {}\nwebhook: {}\n", "/webhook", "a description has no field 'webhook'; 'webhooks' is probably meant"),
        (
            "webhooks: {made: {post: {responses: {'200': {}}}}}\n",
            "/webhooks/made/post/responses/200/description",
            "a response needs 'description'",
        ),
        (schema("{type: [string, nil]}"), "/components/schemas/A/type/1", TYPE_LIST),
        (
            schema("{exclusiveMinimum: true}"),
            "/components/schemas/A/exclusiveMinimum",
            "true stands where a number is wanted",
        ),
        (schema("3"), "/components/schemas/A", "3 stands where a schema is wanted"),
        (
            "paths: {}\ncomponents: {pathItems: {P: {get: {responses: 3}}}}\n",
            "/components/pathItems/P/get/responses",
            "3 stands where an object of responses is wanted",
        ),
    ],
)
def test_openapi_3_1_is_held_to_its_rules(tmp_path: Path, rest: str, place: str, message: str) -> None:
    """Each part that breaks them is reported once."""
    assert errors(tmp_path, "3.1", rest) == [(place, message)]


def test_openapi_3_1_allows_more(tmp_path: Path) -> None:
    """Schemas may be booleans and hold any keyword, paths and responses may be absent."""
    rest = (
        "components: {schemas: {A: true, B: {const: 1, type: ['null', string], $comment: c, made-up: 1},"
        " C: {$ref: '#/components/schemas/B', description: beside}}}\nwebhooks: {w: {post: {operationId: w}}}\n"
    )

    assert breaches(tmp_path, "3.1", rest) == [
        ("warning", "/webhooks/w/post/responses", "no response is documented"),
    ]


@pytest.mark.parametrize(
    ("rest", "place", "message"),
    [
        ("paths: {}\nschemes: [ftp]\n", "/schemes/0", "'ftp' stands where one of http, https, ws, wss is wanted"),
        ("paths: {}\nhost: 'http://a.example'\n", "/host", HOST),
        ("paths: {}\nbasePath: v1\n", "/basePath", "'v1' must begin with a slash"),
        ("paths: {}\ncomponents: {}\n", "/components", "a description has no field 'components'"),
        (
            operation(f"parameters: [{{in: query, name: a}}], responses: {OK}"),
            "/paths/~1a/get/parameters/0/type",
            "a parameter needs 'type'",
        ),
        (
            operation(f"parameters: [{{in: query, name: a, schema: {{}}}}], responses: {OK}"),
            "/paths/~1a/get/parameters/0/schema",
            "only a body parameter has a 'schema'",
        ),
        (
            operation(f"parameters: [{{in: query, name: a, type: array}}], responses: {OK}"),
            "/paths/~1a/get/parameters/0/items",
            "an array needs 'items'",
        ),
        (
            operation(f"parameters: [{{in: query, name: a, type: file}}], responses: {OK}"),
            "/paths/~1a/get/parameters/0/type",
            "a file can only be sent with in: formData",
        ),
        (
            operation(f"parameters: [{{in: body, name: a}}], responses: {OK}"),
            "/paths/~1a/get/parameters/0/schema",
            "a body parameter needs 'schema'",
        ),
        (
            operation(f"parameters: [{{in: body, name: a, schema: {{}}, type: string}}], responses: {OK}"),
            "/paths/~1a/get/parameters/0/type",
            "a body parameter has no field 'type': it belongs into its 'schema'",
        ),
        (
            operation("responses: {'2XX': {description: d}}"),
            "/paths/~1a/get/responses/2XX",
            "'2XX' is not a status: expected 100 to 599 or default",
        ),
        (
            operation("responses: {'200': {description: d, content: {}}}"),
            "/paths/~1a/get/responses/200/content",
            "a response has no field 'content'",
        ),
        ("paths: {}\ndefinitions: {A: {oneOf: [{}]}}\n", "/definitions/A/oneOf", ONE_OF),
        (
            "paths: {}\nsecurityDefinitions: {S: {type: oauth2, flow: implicit, scopes: {}}}\n",
            "/securityDefinitions/S/authorizationUrl",
            "a security scheme of type oauth2 needs 'authorizationUrl'",
        ),
    ],
)
def test_swagger_2_0_is_held_to_its_rules(tmp_path: Path, rest: str, place: str, message: str) -> None:
    """Each part that breaks them is reported once, where it stands in the Swagger file."""
    assert errors(tmp_path, "2.0", rest) == [(place, message)]


def test_version_without_quotes_is_read_as_meant(tmp_path: Path) -> None:
    """YAML takes it for a number: a warning, and nothing is lost."""
    path = tmp_path / "api.yaml"
    path.write_text("openapi: 3.0.3\ninfo: {title: T, version: 1.5}\npaths: {}\n")

    description = read_description(path)

    assert [(each.severity, each.place, each.message) for each in description.findings] == [
        ("warning", "/info/version", "1.5 is read as the text '1.5': write it in quotes")
    ]
    assert description.version == "1.5"


def test_part_behind_a_reference_is_reported_where_it_is_written(tmp_path: Path) -> None:
    """However many use it, a shared parameter, body or response has one finding, also in another file."""
    (tmp_path / "parts.yaml").write_text("R: {content: {}}\n")
    use = "{parameters: [{$ref: '#/components/parameters/P'}], responses: {'200': {$ref: 'parts.yaml#/R'}}}"
    rest = f"paths: {{/a: {{get: {use}, put: {use}}}}}\ncomponents: {{parameters: {{P: {{in: query, schema: 3}}}}}}\n"

    assert errors(tmp_path, "3.0", rest) == [
        ("/components/parameters/P/name", "a parameter needs a name, not null: left out"),
        ("parts.yaml#/R/description", "a response needs 'description'"),
        ("/components/parameters/P/schema", "3 stands where a schema is wanted"),
    ]


def test_places_in_swagger_are_those_of_the_file(tmp_path: Path) -> None:
    """Body, form fields, parameters after them and headers keep their place through the conversion."""
    rest = """
parameters: {Q: {name: q, in: query, type: text}}
paths:
  /a:
    post:
      operationId: a
      parameters:
        - {name: b, in: body, schema: {type: object, properties: {n: {minimum: x}}}}
        - {name: l, in: query, type: integer, minimum: y}
        - {$ref: '#/parameters/Q'}
      responses: {'200': {description: d, schema: {maximum: z}, headers: {H: {type: string, maxLength: w}}}}
  /b:
    post:
      operationId: b
      parameters: [{name: l, in: query, type: integer}, {name: f, in: formData, type: string, minLength: v}]
      responses: {'200': {description: d}}
"""

    assert {place for place, _ in errors(tmp_path, "2.0", rest)} == {
        "/parameters/Q/type",
        "/paths/~1a/post/parameters/0/schema/properties/n/minimum",
        "/paths/~1a/post/parameters/1/minimum",
        "/paths/~1a/post/responses/200/schema/maximum",
        "/paths/~1a/post/responses/200/headers/H/maxLength",
        "/paths/~1b/post/parameters/1/minLength",
    }


@cache
def official(version: Version) -> jsonschema_rs.Draft4Validator:
    """The schema of the format that its makers publish."""
    text = files("connexion").joinpath(f"resources/schemas/v{version}/schema.json").read_text()
    return jsonschema_rs.Draft4Validator(orjson.loads(text))


def places(node: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every value, but for what stands inside examples and extensions."""
    if path:
        yield path
    if path and (path[-1] in ("example", "default", "enum") or str(path[-1]).startswith("x-")):
        return
    steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, part in steps:
        yield from places(part, (*path, step))


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_what_the_official_schema_refuses_is_reported_and_nothing_else(data: st.DataObject) -> None:
    """A sound description with one part taken out, renamed or replaced has an error where the schema finds one."""
    document = copy.deepcopy(load_document(SPECS / data.draw(st.sampled_from(["kennel.yaml", "shelf.yaml"]))))
    *way, last = data.draw(st.sampled_from(list(places(document))))
    holder: Json = document
    for step in way:
        holder = holder[step]
    act = data.draw(st.sampled_from(["remove", "replace", "rename"]))
    if act == "replace":
        holder[last] = data.draw(st.sampled_from([True, -1, "x", ["a"], {}, {"a": 1}, {"type": "string"}]))
    elif act == "remove":
        del holder[last]
    elif isinstance(holder, dict):
        holder[f"{last}q"] = holder.pop(last)

    # A number as the version is read as meant, which the schema does not do.
    told = inspect_document(document, "3.0")
    found = [each for each in told if each.severity == "error" or "is read as the text" in each.message]

    # The text of the format asks for more than its schema.
    loose = all("is called" in each.message or "needs 'scopes'" in each.message for each in found)
    assert official("3.0").is_valid(document) == (not found or loose)
