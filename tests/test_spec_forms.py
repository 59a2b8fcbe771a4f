"""Fields of a form become the value that the body's schema describes."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from sandbooks.spec import Fault, Json, Operation, read_description

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


def form(folder: Path, properties: Json, kind: str = URLENCODED, **encoding: Json) -> Operation:
    """An operation that takes a form with these properties."""
    media = {"schema": {"type": "object", "required": ["name"], "properties": properties}, "encoding": encoding}
    operation = {
        "operationId": "a",
        "requestBody": {"content": {kind: media}},
        "responses": {"204": {"description": "d"}},
    }
    document = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {"/a": {"post": operation}},
        "components": {"schemas": {"Line": {"type": "object", "properties": {"amount": {"type": "number"}}}}},
    }
    path = folder / "api.json"
    path.write_bytes(orjson.dumps(document))
    return read_description(path).operation("a")


LINE = {"$ref": "#/components/schemas/Line"}
NUMBERS = {"type": "array", "items": {"type": "integer"}}


@pytest.mark.parametrize(
    ("schema", "fields", "value"),
    [
        ({"type": "integer"}, [("f", "12")], 12),
        ({"type": "boolean"}, [("f", "true")], True),
        ({"type": "string"}, [("f", "12")], "12"),
        ({"type": "string"}, [("f", "a"), ("f", "b")], "b"),
        (NUMBERS, [("f", "1"), ("f", "2")], [1, 2]),
        (NUMBERS, [("f[]", "1"), ("f[]", "2")], [1, 2]),
        (NUMBERS, [("f[1]", "2"), ("f[0]", "1")], [1, 2]),
        (NUMBERS, [("f", "[1, 2]")], [1, 2]),
        (LINE, [("f[amount]", "12.5")], {"amount": 12.5}),
        (LINE, [("f", '{"amount": 12.5}')], {"amount": 12.5}),
        (
            {"type": "array", "items": LINE},
            [("f[0][amount]", "1"), ("f[1][amount]", "2")],
            [{"amount": 1}, {"amount": 2}],
        ),
        (
            {"type": "array", "items": LINE},
            [("f", '{"amount": 1}'), ("f", '{"amount": 2}')],
            [{"amount": 1}, {"amount": 2}],
        ),
        (
            {"type": "object", "additionalProperties": {"type": "integer"}},
            [("f[a]", "1"), ("f[b]", "2")],
            {"a": 1, "b": 2},
        ),
    ],
)
def test_fields_are_read_as_the_schema_says(
    tmp_path: Path, schema: Json, fields: list[tuple[str, Json]], value: Json
) -> None:
    """By repetition, by brackets, or as JSON in one field."""
    assert form(tmp_path, {"f": schema}).decode_form(URLENCODED, fields) == {"f": value}


def test_unreadable_field_stays_a_text(tmp_path: Path) -> None:
    """The check of the body then names it, as it does for JSON."""
    operation = form(tmp_path, {"name": {"type": "string"}, "age": {"type": "integer"}})

    value = operation.decode_form(URLENCODED, [("age", "old"), ("more", "1")])

    assert value == {"age": "old", "more": "1"}
    assert operation.check_body(URLENCODED, value) == [
        Fault("/age", "'old' is not an integer", "type"),
        Fault("/name", "'name' is a required property", "required"),
    ]


def test_property_with_brackets_in_its_name_is_itself(tmp_path: Path) -> None:
    """Where the schema names `ids[]`, the field is not taken apart."""
    operation = form(tmp_path, {"ids[]": NUMBERS})

    assert operation.decode_form(URLENCODED, [("ids[]", "1"), ("ids[]", "2")]) == {"ids[]": [1, 2]}


def test_encoding_says_how_a_field_is_written(tmp_path: Path) -> None:
    """One text of several values is split; a JSON field is read, whatever its schema is."""
    operation = form(
        tmp_path,
        {"csv": NUMBERS, "pipes": NUMBERS, "data": {}},
        MULTIPART,
        csv={"style": "form", "explode": False},
        pipes={"style": "pipeDelimited"},
        data={"contentType": "application/json"},
    )
    fields = [("csv", "1,2"), ("pipes", "3|4"), ("data", '{"a": [1]}')]

    assert operation.decode_form(MULTIPART, fields) == {"csv": [1, 2], "pipes": [3, 4], "data": {"a": [1]}}


def test_files_pass_through(tmp_path: Path) -> None:
    """What is no text is kept as it is, and counts as a text for the schema."""
    file = object()
    binary = {"type": "string", "format": "binary"}
    operation = form(
        tmp_path, {"name": binary, "more": {"type": "array", "items": binary}, "n": {"type": "integer"}}, MULTIPART
    )

    value = operation.decode_form(MULTIPART, [("name", file), ("more", file), ("more", file), ("n", file)])

    assert value == {"name": file, "more": [file, file], "n": file}
    assert operation.check_body(MULTIPART, value) == [Fault("/n", "'file' is not an integer", "type")]


def test_brackets_have_an_end(tmp_path: Path) -> None:
    """A name of a thousand brackets is a name; fields that contradict each other do not break the form."""
    operation = form(tmp_path, {})
    deep = "f" + "[a]" * 1000

    value = operation.decode_form(
        URLENCODED, [(deep, "1"), ("g", "1"), ("g[a]", "2"), ("h[a]", "3"), ("h", "4"), ("[", "5")]
    )

    assert value == {deep: "1", "g": "1", "h": {"a": "3"}, "[": "5"}
