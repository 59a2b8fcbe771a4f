"""Parameters are taken out of a call in every style of OpenAPI, typed strictly and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbooks.spec import Fault, Json, Operation, Values, read_description
from sandbooks.spec.shapes import read_integer, read_number

SPECS = Path(__file__).parent / "specs"

INTEGERS = {"type": "array", "items": {"type": "integer"}}
COLOR = {"type": "object", "properties": {"R": {"type": "integer"}, "G": {"type": "integer"}}}


def operation_with(folder: Path, *parameters: Json, version: str = "3.0.3") -> Operation:
    """An operation of these parameters; those of the path stand one behind the other."""
    names = "".join(f"/{{{entry['name']}}}" for entry in parameters if entry["in"] == "path")
    operation = {"operationId": "a", "parameters": parameters, "responses": {"200": {"description": "d"}}}
    document = {"openapi": version, "info": {"title": "T", "version": "1"}, "paths": {f"/a{names}": {"get": operation}}}
    path = folder / "api.json"
    path.write_bytes(orjson.dumps(document))
    return read_description(path).operation("a")


def from_path(operation: Operation, **path: str) -> Values | list[Fault]:
    return operation.read_parameters(path, [], {}, {})


def from_query(operation: Operation, *query: tuple[str, str]) -> Values | list[Fault]:
    return operation.read_parameters({}, query, {}, {})


def in_query(values: Values | list[Fault]) -> Json:
    """The query of readable parameters, the messages of unreadable ones."""
    return values.query if isinstance(values, Values) else [fault.message for fault in values]


def path_parameter(schema: Json, **more: Json) -> dict[str, Json]:
    return {"name": "p", "in": "path", "required": True, "schema": schema, **more}


def query_parameter(schema: Json, **more: Json) -> dict[str, Json]:
    return {"name": "q", "in": "query", "schema": schema, **more}


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({"type": "integer"}, "12", 12),
        ({"type": "integer"}, "-12", -12),
        ({"type": "integer"}, "007", 7),
        ({"type": "integer"}, "", ["'' is not an integer"]),
        ({"type": "integer"}, "abc", ["'abc' is not an integer"]),
        ({"type": "integer"}, "1.0", ["'1.0' is not an integer"]),
        ({"type": "integer"}, "+1", ["'+1' is not an integer"]),
        ({"type": "integer"}, " 1", ["' 1' is not an integer"]),
        ({"type": "integer"}, "1_000", ["'1_000' is not an integer"]),
        ({"type": "integer"}, "١", ["'١' is not an integer"]),
        ({"type": "integer"}, "-", ["'-' is not an integer"]),
        ({"type": "integer"}, "9" * 5000, [f"'{'9' * 57}...' is not an integer"]),
        (
            {"type": "integer", "format": "int32"},
            "2147483648",
            ["2147483648 is greater than the maximum of 2147483647"],
        ),
        ({"type": "number"}, "1.5e3", 1500.0),
        ({"type": "number"}, "12", 12),
        ({"type": "number"}, "nan", ["'nan' is not a number"]),
        ({"type": "number"}, "1e999", ["'1e999' is not a number"]),
        ({"type": "number"}, ".5", ["'.5' is not a number"]),
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, "false", False),
        ({"type": "boolean"}, "True", True),
        ({"type": "boolean"}, "TRUE", ["'TRUE' is not a boolean"]),
        ({"type": "boolean"}, "1", ["'1' is not a boolean"]),
        ({"type": "string"}, "12", "12"),
        ({"type": "string"}, "", ""),
        ({"type": "string", "minLength": 1}, "", ["'' is shorter than 1 character"]),
        ({"type": "string", "enum": ["1", "2"]}, "1", "1"),
        ({"type": "string", "format": "date"}, "2024-13-01", ["'2024-13-01' is not a date (YYYY-MM-DD)"]),
        ({"enum": [1, 2]}, "2", 2),
        ({"enum": ["1", 2]}, "1", ["1 is not one of '1', 2"]),
        ({"type": "integer", "nullable": True}, "null", None),
        ({"type": "string", "nullable": True}, "null", "null"),
        ({"oneOf": [{"type": "integer"}, {"enum": ["all"]}]}, "all", "all"),
        ({"oneOf": [{"type": "integer"}, {"enum": ["all"]}]}, "7", 7),
        ({"oneOf": [{"type": "integer"}, {"enum": ["all"]}]}, "none", ["'none' is not one of 'all'"]),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, "007", "007"),
        ({"allOf": [{"type": "integer"}, {"minimum": 3}]}, "2", ["2 is less than the minimum of 3"]),
        ({}, "12", "12"),
    ],
)
def test_text_is_read_as_its_schema_says(tmp_path: Path, schema: Json, text: str, value: Json) -> None:
    """Strictly: what a language would let pass beside JSON's own spelling is a fault."""
    operation = operation_with(tmp_path, query_parameter(schema))

    found = in_query(from_query(operation, ("q", text)))

    assert found == (value if isinstance(value, list) else {"q": value})


@pytest.mark.parametrize(
    ("style", "explode", "schema", "text", "value"),
    [
        ("simple", False, {"type": "string"}, "a%2Fb%20c", "a/b c"),
        ("simple", False, INTEGERS, "3,4,5", [3, 4, 5]),
        ("simple", True, INTEGERS, "3,4,5", [3, 4, 5]),
        ("simple", False, {"type": "array", "items": {"type": "string"}}, "a%2Cb,c", ["a,b", "c"]),
        ("simple", False, INTEGERS, "", []),
        ("simple", False, COLOR, "R,100,G,200", {"R": 100, "G": 200}),
        ("simple", True, COLOR, "R=100,G=200", {"R": 100, "G": 200}),
        ("label", False, {"type": "integer"}, ".5", 5),
        ("label", False, INTEGERS, ".3,4,5", [3, 4, 5]),
        ("label", True, INTEGERS, ".3.4.5", [3, 4, 5]),
        ("label", False, COLOR, ".R,100,G,200", {"R": 100, "G": 200}),
        ("label", True, COLOR, ".R=100.G=200", {"R": 100, "G": 200}),
        ("matrix", False, {"type": "integer"}, ";p=5", 5),
        ("matrix", False, INTEGERS, ";p=3,4,5", [3, 4, 5]),
        ("matrix", True, INTEGERS, ";p=3;p=4;p=5", [3, 4, 5]),
        ("matrix", False, COLOR, ";p=R,100,G,200", {"R": 100, "G": 200}),
        ("matrix", True, COLOR, ";R=100;G=200", {"R": 100, "G": 200}),
    ],
)
def test_path_styles(tmp_path: Path, style: str, explode: bool, schema: Json, text: str, value: Json) -> None:
    """Simple, label and matrix, for single values, lists and objects."""
    operation = operation_with(tmp_path, path_parameter(schema, style=style, explode=explode))

    assert from_path(operation, p=text) == Values({"p": value}, {}, {}, {})


@pytest.mark.parametrize(
    ("style", "explode", "schema", "query", "value"),
    [
        ("form", True, INTEGERS, [("q", "3"), ("q", "4")], [3, 4]),
        ("form", True, INTEGERS, [("q", "3")], [3]),
        ("form", True, INTEGERS, [("q", "")], []),
        ("form", False, INTEGERS, [("q", "3,4")], [3, 4]),
        ("form", True, COLOR, [("R", "100"), ("G", "200"), ("other", "1")], {"R": 100, "G": 200}),
        ("form", False, COLOR, [("q", "R,100,G,200")], {"R": 100, "G": 200}),
        ("spaceDelimited", False, INTEGERS, [("q", "3 4")], [3, 4]),
        ("pipeDelimited", False, INTEGERS, [("q", "3|4")], [3, 4]),
        ("pipeDelimited", False, COLOR, [("q", "R|100|G|200")], {"R": 100, "G": 200}),
        ("deepObject", True, COLOR, [("q[R]", "100"), ("q[G]", "200"), ("r[R]", "1")], {"R": 100, "G": 200}),
        ("deepObject", True, INTEGERS, [("q[]", "1"), ("q[]", "2")], [1, 2]),
        ("deepObject", True, INTEGERS, [("q[1]", "2"), ("q[0]", "1")], [1, 2]),
        ("deepObject", True, {"anyOf": [COLOR, {"type": "integer"}]}, [("q", "5")], 5),
        ("deepObject", True, {"anyOf": [COLOR, {"type": "integer"}]}, [("q[R]", "5")], {"R": 5}),
        ("form", True, {"type": "integer"}, [("q", "1"), ("q", "2")], 2),
        (
            "form",
            True,
            {"type": "object", "properties": {"tags": {"type": "array", "items": {"type": "string"}}}},
            [("tags", "a"), ("tags", "b")],
            {"tags": ["a", "b"]},
        ),
        (
            "form",
            True,
            {"type": "object", "additionalProperties": {"type": "integer"}},
            [("a", "1"), ("b", "2")],
            {"a": 1, "b": 2},
        ),
        (
            "deepObject",
            True,
            {
                "type": "object",
                "properties": {
                    "range": {"type": "object", "properties": {"from": {"type": "integer"}}},
                    "status": {"type": "array", "items": {"type": "string"}},
                    "lines": {"type": "array", "items": COLOR},
                },
            },
            [
                ("q[range][from]", "1"),
                ("q[status][]", "open"),
                ("q[status][]", "paid"),
                ("q[lines][1][R]", "8"),
                ("q[lines][0][R]", "7"),
            ],
            {"range": {"from": 1}, "status": ["open", "paid"], "lines": [{"R": 7}, {"R": 8}]},
        ),
    ],
)
def test_query_styles(
    tmp_path: Path, style: str, explode: bool, schema: Json, query: Sequence[tuple[str, str]], value: Json
) -> None:
    """Form, delimited and deepObject, exploded or not."""
    operation = operation_with(tmp_path, query_parameter(schema, style=style, explode=explode))

    assert in_query(from_query(operation, *query)) == {"q": value}


def test_headers_and_cookies_are_read() -> None:
    """Header names in any case come back as the description spells them; what is not declared is ignored."""
    listing = read_description(SPECS / "kennel.yaml").operation("listDogs")

    values = listing.read_parameters({}, [("colour", "red"), ("status", "old")], {"x-house": " 7 ", "x-more": "1"}, {})

    assert values == Values({}, {"limit": 20, "status": ["old"]}, {"X-House": 7}, {})


@pytest.mark.parametrize(
    ("parameter", "headers", "cookies", "value"),
    [
        ({"name": "X-Ids", "in": "header", "schema": INTEGERS}, {"x-ids": "3, 4"}, {}, [3, 4]),
        ({"name": "X-C", "in": "header", "schema": COLOR, "explode": True}, {"x-c": "R=1, G=2"}, {}, {"R": 1, "G": 2}),
        ({"name": "seen", "in": "cookie", "schema": {"type": "boolean"}}, {}, {"seen": "true"}, True),
        ({"name": "ids", "in": "cookie", "schema": INTEGERS, "explode": False}, {}, {"ids": "3,4"}, [3, 4]),
    ],
)
def test_header_and_cookie_styles(
    tmp_path: Path, parameter: Json, headers: Mapping[str, str], cookies: Mapping[str, str], value: Json
) -> None:
    """Lists and objects in one text."""
    values = operation_with(tmp_path, parameter).read_parameters({}, [], headers, cookies)

    assert isinstance(values, Values)
    assert {**values.header, **values.cookie} == {parameter["name"]: value}


def test_every_fault_is_reported_at_once() -> None:
    """Each with its location, the parameter's name as pointer, and what was wanted."""
    listing = read_description(SPECS / "kennel.yaml").operation("listDogs")

    assert listing.read_parameters(
        {}, [("limit", "0"), ("status", "old"), ("status", "dead"), ("born", "x")], {}, {}
    ) == [
        Fault("/limit", "0 is less than the minimum of 1", "minimum", "query"),
        Fault("/status/1", "'dead' is not one of 'young', 'grown', 'old'", "enum", "query"),
        Fault("/born", "'x' is not a date (YYYY-MM-DD)", "format", "query"),
        Fault("/X-House", "'X-House' is a required header parameter", "required", "header"),
    ]


def test_defaults_stand_in(tmp_path: Path) -> None:
    """For what is absent, also through a reference to a schema; the caller may change what it gets."""
    operation = operation_with(
        tmp_path,
        query_parameter({**INTEGERS, "default": [1, 2]}),
        {"name": "n", "in": "query", "schema": {"type": "string", "nullable": True, "default": None}},
        {"name": "o", "in": "query", "schema": {"type": "string"}},
    )

    first = in_query(from_query(operation))
    first["q"].append(3)

    assert first == {"q": [1, 2, 3], "n": None}
    assert in_query(from_query(operation)) == {"q": [1, 2], "n": None}


def test_empty_value_is_allowed_where_the_description_says_so(tmp_path: Path) -> None:
    """Then it is the empty text for a text, and null for everything else."""
    operation = operation_with(
        tmp_path,
        query_parameter({"type": "integer"}, allowEmptyValue=True),
        {"name": "s", "in": "query", "schema": {"type": "string", "minLength": 2}, "allowEmptyValue": True},
    )

    assert in_query(from_query(operation, ("q", ""), ("s", ""))) == {"q": None, "s": ""}
    assert in_query(from_query(operation, ("q", "x"))) == ["'x' is not an integer"]


def test_content_parameter_is_json(tmp_path: Path) -> None:
    """A parameter with a content type holds a document, held against its schema."""
    operation = operation_with(
        tmp_path,
        {"name": "q", "in": "query", "content": {"application/json": {"schema": {**COLOR, "required": ["R"]}}}},
    )

    assert in_query(from_query(operation, ("q", '{"R": 1}'))) == {"q": {"R": 1}}
    assert in_query(from_query(operation, ("q", "{R"))) == ["'{R' is not JSON"]
    assert from_query(operation, ("q", '{"G": "x"}')) == [
        Fault("/q/G", "'x' is not an integer", "type", "query"),
        Fault("/q/R", "'R' is a required property", "required", "query"),
    ]


def test_path_value_that_does_not_fit_is_a_fault() -> None:
    """Its place is the path."""
    get = read_description(SPECS / "kennel.yaml").operation("getDog")

    assert from_path(get, dogId="12") == Values({"dogId": 12}, {}, {}, {})
    assert from_path(get, dogId="abc") == [Fault("/dogId", "'abc' is not an integer", "type", "path")]
    assert from_path(get, dogId="0") == [Fault("/dogId", "0 is less than the minimum of 1", "minimum", "path")]


@given(st.integers(-(10**99), 10**99))
def test_every_integer_is_read_back(number: int) -> None:
    """The text of an integer is that integer, as an integer and as a number."""
    assert read_integer(str(number)) == number
    assert read_number(str(number)) == number


@pytest.mark.parametrize("text", ["1" * 101, "1.0", "+1", "1_000", "\u0661", "-", ""])
def test_text_that_is_no_integer_stays_a_text(text: str) -> None:
    """Nor is one of more than a hundred digits read, so the check of types refuses it."""
    assert read_integer(text) == text


@given(st.text(max_size=12))
def test_no_text_breaks_the_readers(text: str) -> None:
    """Any text is either a finite number or stays as it is."""
    for value in (read_integer(text), read_number(text)):
        assert value == text or (isinstance(value, int | float) and abs(value) < float("inf"))
