"""Bodies and answers are held against their schemas, in the words of OpenAPI 3.0 and 3.1."""

from __future__ import annotations

import time
from pathlib import Path

import orjson
import pytest

from sandbooks.spec import Description, Fault, Finding, Json, read_description

SPECS = Path(__file__).parent / "specs"


def described(
    folder: Path, schema: Json, *, version: str = "3.0.3", schemas: dict[str, Json] | None = None
) -> Description:
    """A description whose only operation takes and answers this schema as JSON."""
    content = {"content": {"application/json": {"schema": schema}}}
    operation = {"operationId": "a", "requestBody": content, "responses": {"200": {"description": "d", **content}}}
    document = {
        "openapi": version,
        "info": {"title": "T", "version": "1"},
        "paths": {"/a": {"post": operation}},
        "components": {"schemas": schemas or {}},
    }
    path = folder / "api.json"
    path.write_bytes(orjson.dumps(document))
    return read_description(path)


def asked(description: Description, value: Json) -> list[str]:
    """The faults of a request body, one line each."""
    return [_line(fault) for fault in description.operation("a").check_body("application/json", value)]


def answered(description: Description, value: Json) -> list[str]:
    """The faults of an answer, one line each."""
    return [_line(fault) for fault in description.operation("a").check_answer(200, "application/json", value)]


def _line(fault: Fault) -> str:
    return f"{fault.pointer}: {fault.message}"


@pytest.mark.parametrize(
    ("schema", "value", "pointer", "message", "keyword"),
    [
        ({"type": "integer"}, "abc", "", "'abc' is not an integer", "type"),
        ({"type": "integer"}, True, "", "true is not an integer", "type"),
        ({"type": "string"}, None, "", "null is not a string", "type"),
        ({"type": "array", "items": {"type": "number"}}, [1, "x"], "/1", "'x' is not a number", "type"),
        ({"type": "object", "required": ["a/b"]}, {}, "/a~1b", "'a/b' is a required property", "required"),
        (
            {"type": "object", "additionalProperties": False, "properties": {"a": {}}},
            {"a": 1, "b": 2},
            "/b",
            "'b' is not a known property",
            "additionalProperties",
        ),
        ({"enum": ["A", 2, None]}, "B", "", "'B' is not one of 'A', 2, null", "enum"),
        ({"enum": list(range(20))}, 99, "", f"99 is not one of {', '.join(map(str, range(12)))}, ...", "enum"),
        ({"minimum": 5}, 4, "", "4 is less than the minimum of 5", "minimum"),
        ({"maximum": 5}, 6, "", "6 is greater than the maximum of 5", "maximum"),
        ({"minimum": 5, "exclusiveMinimum": True}, 5, "", "5 is not greater than 5", "exclusiveMinimum"),
        ({"maximum": 5, "exclusiveMaximum": True}, 5, "", "5 is not less than 5", "exclusiveMaximum"),
        ({"multipleOf": 0.01}, 1.005, "", "1.005 is not a multiple of 0.01", "multipleOf"),
        ({"minLength": 1}, "", "", "'' is shorter than 1 character", "minLength"),
        ({"maxLength": 2}, "abc", "", "'abc' is longer than 2 characters", "maxLength"),
        ({"pattern": "^[A-Z]+$"}, "abc", "", "'abc' does not match '^[A-Z]+$'", "pattern"),
        ({"minItems": 2}, [1], "", "[1] has fewer than 2 items", "minItems"),
        ({"maxItems": 1}, [1, 2], "", "[1,2] has more than 1 item", "maxItems"),
        ({"uniqueItems": True}, [1, 1], "", "[1,1] has items that are equal", "uniqueItems"),
        ({"minProperties": 1}, {}, "", "{} has fewer than 1 property", "minProperties"),
        ({"maxProperties": 0}, {"a": 1}, "", '{"a":1} has more than 0 properties', "maxProperties"),
        ({"not": {"type": "string"}}, "a", "", "'a' is of a form that is not allowed", "not"),
        ({"format": "date"}, "2023-02-30", "", "'2023-02-30' is not a date (YYYY-MM-DD)", "format"),
        (
            {"format": "date-time"},
            "2023-02-03",
            "",
            "'2023-02-03' is not a date-time (YYYY-MM-DDThh:mm:ssZ)",
            "format",
        ),
        ({"format": "email"}, "a", "", "'a' is not an email address", "format"),
        ({"format": "uuid"}, "a", "", "'a' is not a UUID", "format"),
        ({"format": "uri"}, "a", "", "'a' is not a URI", "format"),
        ({"format": "ipv4"}, "1.2.3", "", "'1.2.3' is not an IPv4 address", "format"),
        ({"format": "ipv6"}, "1.2.3.4", "", "'1.2.3.4' is not an IPv6 address", "format"),
        ({"format": "hostname"}, "a b", "", "'a b' is not a host name", "format"),
        (
            {"type": "integer", "format": "int32"},
            2**31,
            "",
            "2147483648 is greater than the maximum of 2147483647",
            "maximum",
        ),
        (
            {"type": "integer", "format": "int64", "minimum": 0},
            -1,
            "",
            "-1 is less than the minimum of 0",
            "minimum",
        ),
        ({"type": "string"}, 10**70, "", f"{'1' + '0' * 56}... is not a string", "type"),
        ({"type": "integer"}, "x" * 90, "", f"'{'x' * 57}...' is not an integer", "type"),
    ],
)
def test_fault_names_value_and_expectation(
    tmp_path: Path, schema: Json, value: Json, pointer: str, message: str, keyword: str
) -> None:
    """Where it is, what was given, what was wanted, and the word of the schema that failed."""
    operation = described(tmp_path, schema).operation("a")

    assert operation.check_body("application/json", value) == [Fault(pointer, message, keyword)]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, 1.0),
        ({"type": "string", "format": "byte"}, "*"),
        ({"type": "string", "format": "binary"}, "*"),
        ({"type": "string", "format": "password"}, ""),
        ({"type": "string", "format": "color"}, "blue"),
        ({"type": "number", "format": "double"}, 1.5),
        ({"type": "integer", "format": "int64"}, 2**63 - 1),
        ({"format": "date-time"}, "2024-02-29T23:59:59.123+05:30"),
        ({"example": 3, "xml": {"name": "a"}, "x-more": [1]}, "anything"),
        ({}, None),
    ],
)
def test_value_fits(tmp_path: Path, schema: Json, value: Json) -> None:
    """Formats that nobody can check, and words that are no conditions, refuse nothing."""
    description = described(tmp_path, schema)

    assert description.findings == ()
    assert asked(description, value) == []


NAMED = {"Name": {"type": "string", "maxLength": 3}}
REF = {"$ref": "#/components/schemas/Name"}


@pytest.mark.parametrize(
    ("schema", "wrong", "message"),
    [
        ({"type": "string", "nullable": True}, 3, "3 is not a string or null"),
        ({"type": "string", "enum": ["a"], "nullable": True}, "b", "'b' is not one of 'a'"),
        ({"allOf": [REF], "nullable": True}, "abcd", "'abcd' is longer than 3 characters"),
        ({"oneOf": [REF], "nullable": True}, "abcd", "'abcd' is longer than 3 characters"),
        ({**REF, "nullable": True}, "abcd", "'abcd' is longer than 3 characters"),
        ({"nullable": True, "properties": {"a": REF}}, {"a": 1}, "1 is not a string"),
    ],
)
def test_null_is_allowed_where_the_schema_says_so(tmp_path: Path, schema: Json, wrong: Json, message: str) -> None:
    """`nullable` counts beside a reference, a list of values and compositions; other faults stay plain."""
    description = described(tmp_path, schema, schemas=NAMED)

    assert asked(description, None) == []
    assert [line.partition(": ")[2] for line in asked(description, wrong)] == [message]


def test_read_only_is_not_asked_of_a_request() -> None:
    """Nor is what is write-only asked of an answer; at any depth, and through composition."""
    kennel = read_description(SPECS / "kennel.yaml")
    create = kennel.operation("createDog")

    assert create.check_body("application/json", {"name": "Rex", "secret": "s"}) == []
    assert create.check_body("application/json", {"name": "Rex", "secret": "s", "puppies": [{"secret": "t"}]}) == [
        Fault("/puppies/0/name", "'name' is a required property", "required")
    ]
    assert create.check_answer(201, "application/json", {"id": 7, "name": "Rex"}) == []
    assert create.check_answer(201, "application/json", {"name": "Rex", "mother": {"id": 1}}) == [
        Fault("/id", "'id' is a required property", "required", "answer"),
        Fault("/mother/name", "'name' is a required property", "required", "answer"),
    ]


def test_read_only_is_found_through_composition(tmp_path: Path) -> None:
    """The required list may stand in another part than the property, and the word behind a reference."""
    description = described(
        tmp_path,
        {"allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["id", "at", "name"]}]},
        schemas={
            "Base": {
                "properties": {"id": {"type": "integer", "readOnly": True}, "at": {"$ref": "#/components/schemas/At"}}
            },
            "At": {"type": "string", "readOnly": True},
        },
    )

    assert asked(description, {}) == ["/name: 'name' is a required property"]
    assert answered(description, {"name": 1}) == [
        "/at: 'at' is a required property",
        "/id: 'id' is a required property",
    ]


PETS: dict[str, Json] = {
    "Cat": {"type": "object", "required": ["kind", "lives"], "properties": {"kind": {}, "lives": {"type": "integer"}}},
    "Dog": {"type": "object", "required": ["kind", "name"], "properties": {"kind": {}, "name": {"type": "string"}}},
}
CHOICE: dict[str, Json] = {
    "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
    "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat", "hound": "Dog"}},
}


@pytest.mark.parametrize(
    ("value", "faults"),
    [
        ({"kind": "cat", "lives": 9}, []),
        ({"kind": "Cat", "lives": 9}, []),
        ({"kind": "hound", "name": "Rex", "lives": 1}, []),
        ({"kind": "cat", "lives": "nine"}, ["/lives: 'nine' is not an integer"]),
        ({"kind": "hound"}, ["/name: 'name' is a required property"]),
        ({"kind": "cow"}, ["/kind: 'cow' is not one of 'cat', 'Cat', 'hound', 'Dog'"]),
        ({"name": "Rex"}, ["/kind: 'kind' is a required property"]),
        ("cat", [": 'cat' is not an object"]),
    ],
)
def test_discriminator_chooses_the_alternative(tmp_path: Path, value: Json, faults: list[str]) -> None:
    """The value of one property names the schema, by the mapping or by its own name; only that one's faults count."""
    assert asked(described(tmp_path, CHOICE, schemas=PETS), value) == faults


@pytest.mark.parametrize(
    ("kind", "value", "faults"),
    [
        ({}, "cat", []),
        ({}, "cow", ["/kind: 'cow' is not one of 'cat', 'hound'"]),
        ({"nullable": True}, None, []),
        ({"enum": ["cat", "cow"]}, "cow", []),
    ],
)
def test_discriminator_of_a_schema_that_others_build_on(
    tmp_path: Path, kind: Json, value: Json, faults: list[str]
) -> None:
    """The property holds a word of the mapping, unless its own list says what it may hold."""
    rule = {"propertyName": "kind", "mapping": CHOICE["discriminator"]["mapping"]}
    pet = {"type": "object", "properties": {"kind": kind}, "discriminator": rule}

    assert asked(described(tmp_path, pet, schemas=PETS), {"kind": value}) == faults


def test_alternatives_blame_the_one_that_was_meant(tmp_path: Path) -> None:
    """Among alternatives the only one of the value's type explains the fault; otherwise all are named at once."""
    description = described(
        tmp_path,
        {
            "properties": {
                "a": {"anyOf": [{"type": "object", "required": ["x"]}, {"type": "string"}]},
                "b": {"oneOf": [{"type": "integer"}, {"type": "string", "maxLength": 1}]},
                "c": {"oneOf": [{"type": "number"}, {"type": "integer"}]},
                "d": {"anyOf": [{"type": "integer"}, {"type": "boolean"}]},
                "e": {"oneOf": PETS_BY_KIND},
            }
        },
    )

    assert asked(description, {"a": {}}) == ["/a/x: 'x' is a required property"]
    assert asked(description, {"b": "ab"}) == ["/b: 'ab' is longer than 1 character"]
    assert asked(description, {"c": 1}) == ["/c: 1 fits more than one of the allowed forms"]
    assert asked(description, {"d": "x"}) == ["/d: 'x' fits none of the allowed forms"]
    assert asked(description, {"e": {"kind": "b"}}) == ["/e/size: 'size' is a required property"]


PETS_BY_KIND = [
    {"type": "object", "properties": {"kind": {"enum": ["a"]}}},
    {"type": "object", "properties": {"kind": {"enum": ["b"]}}, "required": ["size"]},
]


def test_newer_schemas_mean_what_they_say() -> None:
    """3.1: lists of types, const, prefixItems, numeric exclusive bounds, words beside a reference, true and false."""
    create = read_description(SPECS / "ledger31.yaml").operation("createEntry")
    good = {"kind": "entry", "amount": "12.50", "memo": None, "rate": 0.1, "lines": [7, "a"], "anything": [1]}

    def faults(**wrong: Json) -> list[str]:
        return [_line(fault) for fault in create.check_body("application/json", {**good, **wrong})]

    assert faults() == []
    assert faults(kind="x") == ["/kind: 'x' is not 'entry'"]
    assert faults(amount="1.5") == [r"/amount: '1.5' does not match '^-?[0-9]+\.[0-9]{2}$'"]
    assert faults(memo=3) == ["/memo: 3 is not a string or null"]
    assert faults(rate=0) == ["/rate: 0 is not greater than 0"]
    assert faults(lines=["a", 7]) == ["/lines/0: 'a' is not an integer", "/lines/1: 7 is not a string"]
    assert faults(nothing=1) == ["/nothing: 1 is not allowed here"]
    assert create.check_body("application/json", good) == []
    assert [_line(fault) for fault in create.check_answer(201, "application/json", good)] == [
        "/number: 'number' is a required property"
    ]


@pytest.mark.parametrize(
    ("schema", "place", "message", "severity"),
    [
        (
            {"type": "strin"},
            "/type",
            "'strin' is not one of array, boolean, integer, null, number, object, string: 'type' is left out",
            "error",
        ),
        ({"required": True}, "/required", "true is not a list of property names: 'required' is left out", "error"),
        ({"properties": {"a": 3}}, "/properties/a", "3 is not a schema: 'a' is left out", "error"),
        ({"items": [{}]}, "/items", "[{}] is not a schema: 'items' is left out", "error"),
        ({"minLength": "3"}, "/minLength", "'3' is not a whole number of at least 0: 'minLength' is left out", "error"),
        ({"maximum": "9"}, "/maximum", "'9' is not a number: 'maximum' is left out", "error"),
        ({"multipleOf": 0}, "/multipleOf", "0 is not a number above 0: 'multipleOf' is left out", "error"),
        ({"enum": "a"}, "/enum", "'a' is not a list of values: 'enum' is left out", "error"),
        ({"allOf": {}}, "/allOf", "{} is not a list of schemas: 'allOf' is left out", "error"),
        ({"oneOf": [3]}, "/oneOf/0", "3 is not a schema", "error"),
        ({"nullable": "yes"}, "/nullable", "'yes' is not true or false: 'nullable' is left out", "error"),
        (
            {"$ref": "#/info/title"},
            "/$ref",
            "'#/info/title' is not a reference to a schema: '$ref' is left out",
            "error",
        ),
        (
            {"discriminator": "kind"},
            "/discriminator",
            "'kind' is not an object with a propertyName: 'discriminator' is left out",
            "error",
        ),
        (
            {"pattern": "^(?=a)b$"},
            "/pattern",
            "the pattern '^(?=a)b$' is left out: it cannot be matched in linear time (look-around, back-references)"
            " or is no regular expression",
            "warning",
        ),
        (
            {"pattern": "(a{1000}){1000}"},
            "/pattern",
            "the pattern '(a{1000}){1000}' is left out: it cannot be matched in linear time (look-around,"
            " back-references) or is no regular expression",
            "warning",
        ),
        (
            {"patternProperties": {"[": {}}},
            "/patternProperties/[",
            "the pattern '[' cannot be matched and is left out",
            "warning",
        ),
    ],
)
def test_word_that_means_nothing_is_left_out(
    tmp_path: Path, schema: Json, place: str, message: str, severity: str
) -> None:
    """It is reported once, where it stands; the rest of the schema counts."""
    description = described(
        tmp_path, {"$ref": "#/components/schemas/A"}, schemas={"A": {"minimum": 3, **schema}}, version="3.1.0"
    )

    assert [(finding.severity, finding.place, finding.message) for finding in description.findings] == [
        (severity, f"/components/schemas/A{place}", message)
    ]
    assert asked(description, "anything") == []
    assert asked(description, 2)[0] == ": 2 is less than the minimum of 3"


def test_listed_values_are_texts_where_the_type_says_so(tmp_path: Path) -> None:
    """Unquoted numbers and booleans among the values of a text are what they were written as."""
    description = described(tmp_path, {"type": "string", "enum": [1, True, "a"]})

    place = "/paths/~1a/post/requestBody/content/application~1json/schema/enum"
    assert description.findings == (
        Finding("warning", place, '[1,true,"a"] are read as texts, as the type says'),
        Finding(
            "warning",
            place.replace("requestBody", "responses/200"),
            '[1,true,"a"] are read as texts, as the type says',
        ),
    )
    assert asked(description, "true") == []
    assert asked(description, 1) == [": 1 is not one of '1', 'true', 'a'", ": 1 is not a string"]


def test_patterns_never_hang(tmp_path: Path) -> None:
    """A pattern that costs other engines exponential time answers at once."""
    description = described(tmp_path, {"pattern": "^(a+)+$"})

    begin = time.process_time()
    faults = asked(description, "a" * 50_000 + "!")

    assert faults == [f": '{'a' * 57}...' does not match '^(a+)+$'"]
    assert time.process_time() - begin < 1


def test_faults_are_bounded(tmp_path: Path) -> None:
    """Ten thousand wrong items give a hundred faults."""
    description = described(tmp_path, {"type": "array", "items": {"type": "string"}})

    assert len(asked(description, [1] * 10_000)) == 100


def test_answer_that_is_not_documented_is_a_fault() -> None:
    """A status, or a content type, that the description does not know; an answer without content has none to check."""
    kennel = read_description(SPECS / "kennel.yaml")

    assert kennel.operation("getDog").check_answer(500, "application/json", {}) == [
        Fault("", "the status 500 is not documented", "status", "answer")
    ]
    assert kennel.operation("getDog").check_answer(200, "text/html", "x") == [
        Fault("", "'text/html' is not a documented content type: expected application/json", "content", "answer")
    ]
    assert kennel.operation("deleteDog").check_answer(204, "", None) == []
    assert kennel.operation("deleteDog").check_answer(204, "text/plain", "x") == []
    assert kennel.operation("getPaper").check_answer(200, "application/pdf", b"%PDF") == []
    assert kennel.operation("createDog").check_answer(404, "application/problem+json", {}) == [
        Fault("/title", "'title' is a required property", "required", "answer")
    ]


def test_what_is_not_json_is_a_fault(tmp_path: Path) -> None:
    """A handler's value that JSON cannot hold is named, not raised."""
    (fault,) = described(tmp_path, {"type": "string"}).operation("a").check_answer(200, "application/json", {1: 2})

    assert fault.keyword == "type"
    assert fault.message.startswith("{1: 2} is not JSON")
