"""References stay in the description's folder; those that lead nowhere are reported and the rest is served."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from sandbooks.spec import Description, Finding, Json, read_description

HEAD = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n"


def described(folder: Path, files: dict[str, str]) -> Description:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return read_description(folder / "api.yaml")


def body_schema(schema: str) -> str:
    """A description with one operation whose body has this schema."""
    return (
        HEAD
        + "paths:\n  /a:\n    post:\n      operationId: a\n      requestBody: {content: {application/json: {schema: "
        + schema
        + "}}}\n      responses: {'204': {description: d}}\n"
    )


def faults(description: Description, value: Json) -> list[tuple[str, str]]:
    found = description.operation("a").check_body("application/json", value)
    return [(fault.pointer, fault.message) for fault in found]


def test_files_of_the_folder_are_followed(tmp_path: Path) -> None:
    """A reference into a file, from there into another one, to its own parts and back to the description."""
    description = described(
        tmp_path,
        {
            "api.yaml": body_schema("{$ref: 'parts/dog.yaml'}")
            + "components: {schemas: {Name: {type: string, maxLength: 3}}}\n",
            "parts/dog.yaml": "type: object\nproperties:\n  tag: {$ref: './tag.json#/Tag'}\n  age: {$ref: '#/x-own'}\n"
            "  name: {$ref: '../api.yaml#/components/schemas/Name'}\n  pup: {$ref: 'dog.yaml'}\n"
            "x-own: {type: integer}\n",
            "parts/tag.json": '{"Tag": {"type": "boolean"}}',
        },
    )

    assert description.findings == ()
    assert faults(description, {"tag": True, "age": 3, "name": "Rex", "pup": {"pup": {}}}) == []
    assert faults(description, {"tag": 1, "pup": {"age": "x", "name": "Rexi"}}) == [
        ("/pup/age", "'x' is not an integer"),
        ("/pup/name", "'Rexi' is longer than 3 characters"),
        ("/tag", "1 is not a boolean"),
    ]


def test_local_reference_in_another_file_may_mean_the_description(tmp_path: Path) -> None:
    """Many split their description as if it were still one file; what is not in the file itself is looked up there."""
    description = described(
        tmp_path,
        {
            "api.yaml": HEAD + "paths: {/a: {$ref: 'a.yaml'}}\ncomponents: {schemas: {A: {type: integer}}}\n",
            "a.yaml": "post:\n  operationId: a\n  requestBody:\n    content:\n      application/json:\n"
            "        schema: {$ref: '#/components/schemas/A'}\n  responses: {'204': {description: d}}\n",
        },
    )

    assert description.findings == ()
    assert faults(description, "x") == [("", "'x' is not an integer")]


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ("../secret.yaml", "it leaves the description's folder and is not followed"),
        ("a/../../secret.yaml#/a", "it leaves the description's folder and is not followed"),
        ("%2e%2e/secret.yaml", "it leaves the description's folder and is not followed"),
        ("/etc/passwd", "it leaves the description's folder and is not followed"),
        ("link.yaml", "it leaves the description's folder and is not followed"),
        (
            "http://127.0.0.1:1/a.yaml",
            "it names another place than the description's folder and is not followed",
        ),
        ("//host/a.yaml", "it names another place than the description's folder and is not followed"),
        ("file:///etc/passwd", "it names another place than the description's folder and is not followed"),
        ("none.yaml", "the file 'none.yaml' cannot be read"),
        ("#/components/schemas/None", "nothing stands there"),
        ("#none", "nothing stands there"),
    ],
)
def test_reference_that_is_not_followed_lets_everything_pass(tmp_path: Path, reference: str, why: str) -> None:
    """It is reported with its place; its schema asks for nothing, the operation is served."""
    folder = tmp_path / "inside"
    folder.mkdir()
    (tmp_path / "secret.yaml").write_text("a: {type: integer}\n")
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    description = described(folder, {"api.yaml": body_schema(f"{{properties: {{p: {{$ref: '{reference}'}}}}}}")})

    assert description.findings[-1] == Finding(
        "error",
        "/paths/~1a/post/requestBody/content/application~1json/schema/properties/p",
        f"the reference '{reference}' is left out: {why}",
    )
    assert faults(description, {"p": "anything"}) == []
    assert "$ref" not in str(description.document)


def test_broken_file_is_reported_with_its_own_place(tmp_path: Path) -> None:
    """A file that cannot be read costs its parts only."""
    description = described(tmp_path, {"api.yaml": body_schema("{$ref: bad.yaml}"), "bad.yaml": "a: [\n"})

    assert [finding.place for finding in description.findings] == [
        "bad.yaml#",
        "/paths/~1a/post/requestBody/content/application~1json/schema",
    ]
    assert description.findings[0].message.startswith("2:1: not YAML")
    assert faults(description, 3) == []


def test_circles(tmp_path: Path) -> None:
    """A schema may hold itself at any depth; references that lead only to each other ask for nothing."""
    description = described(
        tmp_path,
        {
            "api.yaml": body_schema("{$ref: '#/components/schemas/Tree'}")
            + "components:\n  schemas:\n"
            + "    Tree: {type: object, properties: {kids: {type: array, items: {$ref: '#/components/schemas/Tree'}},"
            + " odd: {$ref: '#/components/schemas/A'}, self: {allOf: [{$ref: '#/components/schemas/Self'}]}}}\n"
            + "    A: {$ref: '#/components/schemas/B'}\n    B: {$ref: '#/components/schemas/A'}\n"
            + "    Self: {allOf: [{$ref: '#/components/schemas/Self'}, {type: object}]}\n"
        },
    )

    assert faults(description, {"kids": [{"kids": [{"kids": 3}]}], "odd": 1}) == [
        ("/kids/0/kids/0/kids", "3 is not an array")
    ]
    assert faults(description, {"self": 1}) == [("/self", "1 is not an object")]
    assert {finding.message for finding in description.findings} == {
        "the reference '#/components/schemas/A' is left out: it leads back to itself"
    }


def test_parts_given_by_reference_are_found(tmp_path: Path) -> None:
    """Path items, parameters, bodies, responses, headers and examples may all be references."""
    description = described(
        tmp_path,
        {
            "api.yaml": HEAD
            + """
paths:
  /a/{id}: {$ref: 'items.yaml#/a'}
components:
  parameters: {id: {name: id, in: path, required: true, schema: {type: integer}}}
  requestBodies: {B: {$ref: '#/components/requestBodies/C'}, C: {required: true, content: {text/plain: {}}}}
  headers: {H: {schema: {type: integer}}}
  examples: {E: {value: hello}}
  responses:
    R:
      description: said
      headers: {X-Count: {$ref: '#/components/headers/H'}}
      content: {text/plain: {schema: {type: string}, examples: {one: {$ref: '#/components/examples/E'}}}}
""",
            "items.yaml": """
a:
  parameters: [{$ref: 'api.yaml#/components/parameters/id'}]
  put:
    operationId: a
    requestBody: {$ref: 'api.yaml#/components/requestBodies/B'}
    responses: {'200': {$ref: 'api.yaml#/components/responses/R'}}
""",
        },
    )

    operation = description.operation("a")
    response = operation.responses["200"]

    assert description.findings == ()
    assert [parameter.name for parameter in operation.parameters] == ["id"]
    assert operation.body is not None
    assert operation.body.required
    assert response.headers == {"X-Count": {"type": "integer"}}
    assert response.content["text/plain"].examples == {"one": "hello"}
    assert "$ref" not in description.document["paths"]["/a/{id}"]


def test_names_and_examples_are_no_references(tmp_path: Path) -> None:
    """A property called `$ref`, and one inside an example, mean themselves."""
    description = described(
        tmp_path,
        {"api.yaml": body_schema("{properties: {$ref: {type: string}}, example: {$ref: 'http://a.example'}}")},
    )

    assert description.findings == ()
    assert faults(description, {"$ref": 3}) == [("/$ref", "3 is not a string")]


def test_resolve_follows_chains(tmp_path: Path) -> None:
    """A schema behind references; what stands beside a reference is laid over; nothing behind it gives `{}`."""
    description = described(
        tmp_path,
        {
            "api.yaml": body_schema("{$ref: '#/components/schemas/A'}")
            + "components: {schemas: {A: {$ref: '#/components/schemas/B'}, B: {type: string}}}\n"
        },
    )

    assert description.resolve("#/components/schemas/A") == {"type": "string"}
    assert description.resolve({"$ref": "#/components/schemas/A", "nullable": True}) == {
        "type": "string",
        "nullable": True,
    }
    assert description.resolve({"type": "integer"}) == {"type": "integer"}
    assert description.resolve("#/components/schemas/C") == {}


def test_anchor_names_a_schema(tmp_path: Path) -> None:
    """A fragment without a slash is the `$anchor` of a schema."""
    description = described(
        tmp_path,
        {"api.yaml": body_schema("{$ref: '#dog'}") + "components: {schemas: {A: {$anchor: dog, type: integer}}}\n"},
    )

    assert faults(description, "x") == [("", "'x' is not an integer")]


IDS = """
components:
  schemas:
    Tree:
      $id: https://schemas.example/tree
      type: object
      properties: {leaf: {$ref: '#/$defs/leaf'}, kids: {type: array, items: {$ref: '#'}}, bark: {$ref: 'bark'}}
      $defs: {leaf: {type: integer}, named: {$anchor: twig, type: boolean}, bark: {$id: bark, type: string}}
    Twig: {$ref: 'https://schemas.example/tree#twig'}
    Node: {$dynamicAnchor: node, type: object, properties: {next: {$dynamicRef: '#node'}, size: {type: integer}}}
    Wrong: {$id: 'http://[x', type: object}
"""


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ("'https://schemas.example/tree'", {"leaf": "x"}, [("/leaf", "'x' is not an integer")]),
        ("'https://schemas.example/tree'", {"kids": [{"leaf": "x"}]}, [("/kids/0/leaf", "'x' is not an integer")]),
        ("'https://schemas.example/bark'", 3, [("", "3 is not a string")]),
        ("'#/components/schemas/Tree'", {"bark": 3}, [("/bark", "3 is not a string")]),
        ("'#/components/schemas/Twig'", 3, [("", "3 is not a boolean")]),
        ("'#/components/schemas/Node'", {"next": {"size": "x"}}, [("/next/size", "'x' is not an integer")]),
        ("'parts/pet.yaml'", {"tag": 3}, [("/tag", "3 is not a string")]),
        ("'https://schemas.example/pets/tag'", 3, [("", "3 is not a string")]),
    ],
)
def test_schemas_are_found_by_their_names(tmp_path: Path, schema: str, value: Json, expected: list[Json]) -> None:
    """`$id` names a schema and what references in it are read against, `$anchor` a part of it, in any file; no address
    is asked."""
    files = {
        "api.yaml": body_schema(f"{{$ref: {schema}}}").replace("3.0.3", "3.1.0")
        + IDS
        + "    Pet: {$ref: 'parts/pet.yaml'}\n",
        "parts/pet.yaml": "$id: https://schemas.example/pets/pet\nproperties: {tag: {$ref: tag.yaml}}\n",
        "parts/tag.yaml": "$id: https://schemas.example/pets/tag\ntype: string\n",
    }

    description = described(tmp_path, files)

    assert faults(description, value) == expected
    assert [finding.place for finding in description.findings] == ["/components/schemas/Wrong/$id"]


def test_keys_given_twice_in_another_file_are_reported_there(tmp_path: Path) -> None:
    """The place names the file."""
    description = described(
        tmp_path, {"api.yaml": body_schema("{$ref: a.yaml}"), "a.yaml": "type: string\ntype: integer\n"}
    )

    assert description.findings == (Finding("error", "a.yaml#/type", "the key 'type' is given twice, again in line 2"),)


def test_names_of_files_may_hold_anything(tmp_path: Path) -> None:
    """Spaces, percent signs and tildes in names of files and parts are found again."""
    name = "parts/50% ~ a.yaml"
    description = described(
        tmp_path,
        {
            "api.yaml": body_schema("{$ref: 'parts/50%25%20~%20a.yaml#/a~1b%20c'}"),
            name: "a/b c: {$ref: '#/%C3%BC'}\n\u00fc: {type: integer}\n",
        },
    )

    assert description.findings == ()
    assert faults(description, "x") == [("", "'x' is not an integer")]


def test_chain_of_references_has_an_end(tmp_path: Path) -> None:
    """A hundred references one after the other are followed, more are not, however many there are."""
    names = [f"S{number}" for number in range(20_000)]
    links = "".join(f"    {one}: {{$ref: '#/components/schemas/{next}'}}\n" for one, next in pairwise(names))
    schemas = f"components:\n  schemas:\n{links}    {names[-1]}: {{type: integer}}\n"
    near = described(tmp_path, {"api.yaml": body_schema(f"{{$ref: '#/components/schemas/{names[-100]}'}}") + schemas})
    far = described(tmp_path, {"api.yaml": body_schema(f"{{$ref: '#/components/schemas/{names[-101]}'}}") + schemas})

    assert faults(near, "x") == [("", "'x' is not an integer")]
    assert faults(far, "x") == []
    why = "it leads through more than 100 others"
    assert f"the reference '#/components/schemas/{names[-101]}' is left out: {why}" in {
        finding.message for finding in far.findings
    }
