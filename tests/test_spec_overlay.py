"""Overlays change a description before it is read, and say what they could not do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbooks.errors import StartupError
from sandbooks.spec import Description, Json, read_description

HEAD = {"overlay": "1.0.0", "info": {"title": "Changes", "version": "1"}}
DESCRIPTION = """
openapi: 3.0.3
info: {title: Barn, version: "1"}
tags: [{name: animals}]
x-note: plain
paths:
  /cows:
    get: &listing
      operationId: listCows
      tags: [animals]
      parameters: [{name: old, in: query, schema: {type: string}}, {name: farm, in: query, schema: {type: string}}]
      responses: {"200": {description: fine}}
  /goats:
    get:
      <<: *listing
      operationId: listGoats
"""


def changed(folder: Path, *actions: dict[str, Any], description: str = DESCRIPTION) -> Description:
    """The description as the actions of one overlay leave it."""
    source = folder / "barn.yaml"
    source.write_text(description)
    return read_description(source, overlays=[overlay(folder, *actions)])


def overlay(folder: Path, *actions: Any, name: str = "fix.yaml", **others: Any) -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump({**HEAD, **others, "actions": list(actions)}))
    return path


def findings(description: Description) -> list[tuple[str, str, str]]:
    return [(finding.severity, finding.place, finding.message) for finding in description.findings]


@pytest.mark.parametrize(
    ("target", "update", "pointer", "value"),
    [
        ("$.info", {"version": "2"}, ("info",), {"title": "Barn", "version": "2"}),
        ("$", {"info": {"x-new": {"a": 1}}}, ("info",), {"title": "Barn", "version": "1", "x-new": {"a": 1}}),
        ("$.tags", {"name": "plants"}, ("tags",), [{"name": "animals"}, {"name": "plants"}]),
        ("$.tags", [{"name": "plants"}], ("tags",), [{"name": "animals"}, {"name": "plants"}]),
        ("$", {"tags": [{"name": "plants"}]}, ("tags",), [{"name": "animals"}, {"name": "plants"}]),
        ("$.tags[?@.name == 'animals']", {"x-a": 1}, ("tags",), [{"name": "animals", "x-a": 1}]),
        ("$", {"info": None, "tags": None, "x-a": None}, ("info",), {"title": "Barn", "version": "1"}),
        ("$", {"x-note": {"de": "Stall"}}, ("x-note",), {"de": "Stall"}),
        ("$['tags','tags']", {"name": "plants"}, ("tags",), [{"name": "animals"}, {"name": "plants"}]),
    ],
)
def test_update_is_merged_into_what_is_selected(
    tmp_path: Path, target: str, update: Json, pointer: tuple[str, ...], value: Json
) -> None:
    """Objects name by name, lists by appending, anything else by replacing; null takes nothing away."""
    description = changed(tmp_path, {"target": target, "update": update})

    found: Json = description.document
    for step in pointer:
        found = found[step]
    assert found == value
    assert description.findings == ()


def test_selected_places_change_apart(tmp_path: Path) -> None:
    """What one anchor put in two places is two things, and what is merged into both is as well."""
    description = changed(
        tmp_path,
        {"target": "$.paths['/goats'].get.parameters[?@.name == 'old']", "remove": True},
        {"target": "$.paths.*.get", "update": {"x-shared": {"seen": []}}},
        {"target": "$.paths['/cows'].get['x-shared'].seen", "update": "here"},
    )

    cows, goats = description.operations
    assert [parameter.name for parameter in cows.parameters] == ["old", "farm"]
    assert [parameter.name for parameter in goats.parameters] == ["farm"]
    assert (cows.raw["x-shared"], goats.raw["x-shared"]) == ({"seen": ["here"]}, {"seen": []})
    assert description.findings == ()


@pytest.mark.parametrize(
    ("target", "left"),
    [
        ("$['x-tags'][0, 2]", [{"name": "b"}, {"name": "d"}]),
        ("$['x-tags'][2, 0]", [{"name": "b"}, {"name": "d"}]),
        ("$['x-tags'][?@.name != 'c']", [{"name": "c"}]),
        ("$['x-tags'][*].name", [{}, {}, {}, {}]),
        ("$['x-tags'][*]", []),
    ],
)
def test_remove_takes_out_what_is_selected(tmp_path: Path, target: str, left: Json) -> None:
    """Several items of one list go as they were numbered when they were selected."""
    tags = "x-tags: [{name: a}, {name: b}, {name: c}, {name: d}]"
    tags = f"openapi: 3.0.3\ninfo: {{title: T, version: v}}\npaths: {{}}\n{tags}\n"

    description = changed(tmp_path, {"target": target, "remove": True, "update": {"x-a": 1}}, description=tags)

    assert description.document["x-tags"] == left
    assert description.findings == ()


def test_later_actions_see_what_earlier_ones_did(tmp_path: Path) -> None:
    """Actions and overlays follow each other in their order."""
    source = tmp_path / "barn.yaml"
    source.write_text(DESCRIPTION)
    first = overlay(
        tmp_path,
        {"target": "$.paths['/cows']", "remove": True},
        {"target": "$.paths", "update": {"/cows": {"get": {"operationId": "again", "responses": {}}}}},
    )
    second = overlay(
        tmp_path,
        {"target": "$..[?@.operationId == 'again']", "update": {"responses": {"204": {"description": "none"}}}},
        name="more.yaml",
    )

    description = read_description(source, overlays=[first, second])

    assert {operation.id: operation.success for operation in description.operations} == {"listGoats": 200, "again": 204}
    assert description.findings == ()


def test_swagger_is_changed_as_it_is_written(tmp_path: Path) -> None:
    """In a 2.0 description targets and updates speak 2.0."""
    swagger = """
swagger: "2.0"
info: {title: T, version: "1"}
paths:
  /cows:
    post:
      operationId: makeCow
      parameters: [{name: cow, in: body, schema: {$ref: "#/definitions/Cow"}}]
      responses: {"201": {description: made}}
definitions:
  Cow: {type: object, properties: {name: {type: string}}}
"""

    description = changed(
        tmp_path, {"target": "$.definitions.Cow", "update": {"required": ["name"]}}, description=swagger
    )

    faults = description.operation("makeCow").check_body("application/json", {})
    assert [fault.keyword for fault in faults] == ["required"]
    assert description.findings == ()


def test_update_may_refer_to_files_of_the_folder(tmp_path: Path) -> None:
    """A reference that an overlay brings in is resolved from the description's folder."""
    (tmp_path / "cow.yaml").write_text("type: integer\n")
    action = {"target": "$", "update": {"components": {"schemas": {"Cow": {"$ref": "cow.yaml"}}}}}

    description = changed(tmp_path, action)

    assert description.resolve("#/components/schemas/Cow") == {"type": "integer"}


def test_what_cannot_be_done_is_reported(tmp_path: Path) -> None:
    """With the overlay's file and the pointer in it; the rest is done."""
    description = changed(
        tmp_path,
        {"target": "$.nothing", "remove": True},
        {"target": "$.info.title", "update": "Stable"},
        {"target": "$.info", "update": ["Stable"]},
        {"target": "$.info"},
        {"target": "$", "remove": True},
        {"target": "$.info", "update": {"version": "9"}},
    )

    assert findings(description) == [
        ("warning", "fix.yaml#/actions/0/target", "'$.nothing' selects nothing"),
        ("error", "fix.yaml#/actions/1/update", "'Stable' cannot be merged into 'Barn', which '$.info.title' selects"),
        (
            "error",
            "fix.yaml#/actions/2/update",
            '["Stable"] cannot be merged into {"title":"Barn","version":"1"}, which \'$.info\' selects',
        ),
        ("warning", "fix.yaml#/actions/3", "neither 'update' nor 'remove' is given: nothing is done"),
        ("error", "fix.yaml#/actions/4", "the whole description cannot be removed"),
    ]
    assert description.version == "9"


OVERLAY = "overlay: 1.0.0\ninfo: {title: T, version: '1'}\n"


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("", "1:1: the file is empty"),
        ("a: [", "2:1: not YAML: while parsing a flow node, did not find expected node content"),
        ("openapi: 3.0.3\n", "1:1: not an overlay: 'overlay' is not given"),
        ("overlay: 1.1.0\n", "1:1: overlay 1.1.0 is not supported: expected 1.0.x"),
        ("overlay: 1.0.0\nactions: [{target: $}]\n", "/info: 'info' is a required property"),
        (f"{OVERLAY}actions: []\n", "/actions: [] has fewer than 1 item"),
        (f"{OVERLAY}actions: [{{}}]\n", "/actions/0/target: 'target' is a required property"),
        (f"{OVERLAY}actions: [{{target: $, remove: 'yes'}}]\n", "/actions/0/remove: 'yes' is not a boolean"),
        (f"{OVERLAY}actions: [{{target: $, copy: $.a}}]\n", "/actions/0/copy: 'copy' is not a known property"),
        (
            f"{OVERLAY}actions: [{{target: paths}}]\n",
            "/actions/0/target: 'paths' is no JSONPath: expected '$', found 'p'",
        ),
        (f"{OVERLAY}actions: [{{target: '$.a['}}]\n", "/actions/0/target: '$.a[' is no JSONPath: unbalanced brackets"),
        (
            f"{OVERLAY}actions: [{{target: '$.a', target: '$.b'}}]\n",
            "/actions/0/target: the key 'target' is given twice, again in line 3",
        ),
    ],
)
def test_file_that_is_no_overlay_is_refused(tmp_path: Path, content: str, cause: str) -> None:
    """The first thing that is wrong, with its place."""
    source, path = tmp_path / "barn.yaml", tmp_path / "fix.yaml"
    source.write_text(DESCRIPTION)
    path.write_text(content)

    with pytest.raises(StartupError) as refusal:
        read_description(source, overlays=[path])

    assert str(refusal.value) == f"{path}:{cause}"


def test_overlay_cannot_grow_a_description_without_end(tmp_path: Path) -> None:
    """Each of these doubles what is there; the start stops, with the action that went too far."""
    with pytest.raises(StartupError) as refusal:
        changed(tmp_path, *[{"target": "$..*", "update": {f"x-{n}": {"a": {"b": {}}}}} for n in range(40)])

    assert str(refusal.value) == f"{tmp_path}/fix.yaml:/actions/8: more than 3000000 nodes are added"


def test_overlay_cannot_nest_a_description_without_end(tmp_path: Path) -> None:
    """What is deeper than any file may be is refused when an overlay made it."""
    deep: Json = {}
    for _ in range(90):
        deep = {"a": deep}
    actions = [{"target": f"$.info{'.a' * 90 * n}", "update": deep} for n in range(3)]

    with pytest.raises(StartupError) as refusal:
        changed(tmp_path, *actions)

    assert str(refusal.value) == f"{tmp_path}/barn.yaml: with its overlays nested deeper than 200 levels"
