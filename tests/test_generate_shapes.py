"""Every keyword of a schema is kept to: bounds, lengths, arrays, objects, composition; and nothing grows endless."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from sandbooks.chance import Chance
from tests.generating import NOW, Maker, Schema, make_one, obj

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
PATIENCE_S = 5.0


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 1, "maximum": 1},
        {"type": "integer", "minimum": 17, "exclusiveMinimum": True, "maximum": 19, "exclusiveMaximum": True},
        {"type": "integer", "maximum": -1000},
        {"type": "integer", "multipleOf": 15, "minimum": 16, "maximum": 44},
        {"type": "integer", "format": "int32", "minimum": 2147483647},
        {"type": "integer", "format": "int64", "maximum": 9223372036854775807, "minimum": -9223372036854775808},
        {"type": "integer", "minimum": 0.5, "maximum": 1.5},
        {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 0.001},
        {"type": "number", "multipleOf": 0.01, "maximum": 20},
        {"type": "number", "multipleOf": 0.1, "minimum": 0.3},
        {"type": "number", "multipleOf": 2.5},
        {"type": "number", "minimum": 1e300},
        {"type": "number", "format": "float", "minimum": 3.14, "maximum": 3.15},
        {"type": "string", "minLength": 1, "maxLength": 1},
        {"type": "string", "minLength": 30, "maxLength": 31},
        {"type": "string", "minLength": 500},
        {"type": "string", "maxLength": 0},
        {"type": "string", "enum": ["only"]},
        {"type": "string", "nullable": True},
        {"type": "string", "nullable": True, "enum": [None, "kept"]},
        {"enum": [3, "three", [3]]},
        {"type": "array", "items": TEXT, "minItems": 7, "maxItems": 7},
        {"type": "array", "items": TEXT, "maxItems": 0},
        {"type": "array", "items": {"type": "string", "enum": ["a", "b", "c"]}, "uniqueItems": True, "minItems": 3},
        {"type": "array", "items": FLAG, "uniqueItems": True, "minItems": 2},
        {"type": "array", "items": {"type": "string", "example": "x"}, "uniqueItems": True, "minItems": 4},
        {"type": "array"},
        {"type": "object"},
        {"type": "object", "additionalProperties": False},
        {"type": "object", "additionalProperties": TEXT, "minProperties": 5},
        {"type": "object", "additionalProperties": WHOLE, "maxProperties": 1},
        {**obj("b", a=TEXT, b=TEXT, c=TEXT), "maxProperties": 2},
        {"type": "object", "required": ["unlisted"]},
        {"type": "object", "required": ["unlisted"], "additionalProperties": WHOLE},
        {"allOf": [obj("a", a=TEXT), obj("b", b=WHOLE)]},
        {"allOf": [{"minimum": 5, "type": "integer"}, {"maximum": 6}]},
        {"allOf": [{"type": "number"}, {"type": "integer"}]},
        {"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]},
        {"allOf": [{"type": "string", "pattern": "^[a-z]+$"}, {"minLength": 4, "maxLength": 4}]},
        {"allOf": [obj(a={"type": "integer", "minimum": 4}), obj(a={"maximum": 4})]},
        {"allOf": [{**obj(a=TEXT), "additionalProperties": False}, obj(a=TEXT, b=TEXT)]},
        {"allOf": [{"multipleOf": 4, "type": "integer"}, {"multipleOf": 6}, {"minimum": 1, "maximum": 12}]},
        {"oneOf": [{"type": "integer"}, {"type": "string"}]},
        {"oneOf": [obj("a", a=TEXT), obj("b", b=TEXT)]},
        {**obj(a=TEXT, b=TEXT, c=TEXT), "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {**obj(a=TEXT, b=TEXT), "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"type": "object", "anyOf": [obj("a", a=TEXT), obj("b", b=TEXT)], "properties": {"c": TEXT}, "required": ["c"]},
        {**obj("a", a=TEXT, b=TEXT), "not": {"required": ["b"]}},
        {"type": "string", "enum": ["a", "b", "c"], "not": {"enum": ["a", "b"]}},
        {"type": "integer", "minimum": 1, "maximum": 3, "not": {"maximum": 2}},
        {"type": "string", "format": "date", "pattern": "^20"},
    ],
    ids=lambda schema: json.dumps(schema)[:70],
)
def test_values_fit(tmp_path: Path, schema: Schema) -> None:
    """The description's own validator accepts every value."""
    Maker(tmp_path, {"One": schema}).values("One", 25)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": ["string", "null"], "minLength": 3},
        {"type": "null"},
        {"const": {"a": [1]}},
        {"type": "integer", "exclusiveMinimum": 4, "exclusiveMaximum": 6},
        {"type": "array", "prefixItems": [TEXT, WHOLE], "items": FLAG, "minItems": 4},
        {"type": "array", "prefixItems": [TEXT, WHOLE], "items": False, "minItems": 2},
        {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 9}, "contains": {"const": 7}},
        {"type": "object", "patternProperties": {"^x-[a-z]+$": WHOLE}, "additionalProperties": False},
        {"type": "object", "propertyNames": {"pattern": "^[A-Z]{3}$"}, "additionalProperties": WHOLE},
        {**obj(kind={"enum": ["a", "b"]}, a=TEXT), "if": obj(kind={"const": "a"}), "then": {"required": ["a"]}},
        {**obj(a=TEXT, b=TEXT), "dependentRequired": {"a": ["b"]}},
        {"$ref": "#/components/schemas/Two", "description": "with words beside it"},
    ],
    ids=lambda schema: json.dumps(schema)[:70],
)
def test_values_fit_newer_schemas(tmp_path: Path, schema: Schema) -> None:
    """What OpenAPI 3.1 adds is kept to as well."""
    Maker(tmp_path, {"One": schema, "Two": obj("a", a=TEXT)}, version="3.1.0").values("One", 25)


FORMATS = (
    "date date-time time duration email idn-email uuid uri url uri-reference hostname ipv4 ipv6 byte binary password "
    "phone currency country iban bic decimal int64 color slug json-pointer regex unheard-of"
)


@pytest.mark.parametrize("format", FORMATS.split())
def test_every_format_gives_a_text(tmp_path: Path, format: str) -> None:
    """A text of each format passes the validator; several draws are not all alike."""
    made = Maker(tmp_path, {"One": {"type": "string", "format": format}}).values("One", 30)

    assert all(isinstance(each, str) and each for each in made)
    assert format in ("country", "regex") or len(set(made)) > 1


def test_null_is_made_only_where_nothing_else_may_be(tmp_path: Path) -> None:
    """Nullable values are filled in; a schema of null alone gives null."""
    schema = obj(
        a={"type": "string", "nullable": True},
        b={"type": "integer", "enum": [None, 4], "nullable": True},
        c={"oneOf": [{"type": "string", "enum": [None], "nullable": True}, {"type": "integer"}]},
    )
    for made in Maker(tmp_path, {"One": schema}).values("One"):
        assert None not in made.values()


def test_nothing_is_invented(tmp_path: Path) -> None:
    """Objects that say nothing of other properties get none; typed maps get one or two entries."""
    schema = obj(
        open={"type": "object"},
        closed={"type": "object", "additionalProperties": False},
        named=obj(a=TEXT),
        mapped={"type": "object", "additionalProperties": {"type": "integer"}},
    )
    for made in Maker(tmp_path, {"One": schema}).values("One"):
        assert ({}, {}, ["a"]) == (made["open"], made["closed"], list(made["named"]))
        assert 1 <= len(made["mapped"]) <= 2


def test_a_discriminator_names_the_form_that_was_chosen(tmp_path: Path) -> None:
    """The property holds the mapping's word for the schema, or the schema's name; every form is chosen some time."""
    mapping = {"cat": "#/components/schemas/Cat"}
    schemas = {
        "One": {
            "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
            "discriminator": {"propertyName": "kind", "mapping": mapping},
        },
        "Cat": obj("kind", kind=TEXT, lives=WHOLE),
        "Dog": obj("kind", kind=TEXT, tricks={"type": "array", "items": TEXT}),
    }

    made = Maker(tmp_path, schemas).values("One")

    assert {("cat", True), ("Dog", False)} == {(each["kind"], "lives" in each) for each in made}


def test_a_discriminator_that_no_form_lists_is_set_all_the_same(tmp_path: Path) -> None:
    """Without its property nobody could tell which form was meant."""
    schemas = {
        "One": {
            "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
            "discriminator": {"propertyName": "kind"},
        },
        "Cat": obj("lives", lives=WHOLE),
        "Dog": obj("tricks", tricks=TEXT),
    }

    assert {"Cat", "Dog"} == {each["kind"] for each in Maker(tmp_path, schemas).values("One")}


def test_an_heir_names_itself_and_a_parent_becomes_one_of_its_heirs(tmp_path: Path) -> None:
    """Schemas that build on one with a discriminator are told apart by it."""
    schemas = {
        "Pet": {
            **obj("kind", kind=TEXT, name=TEXT),
            "discriminator": {"propertyName": "kind", "mapping": {"feline": "#/components/schemas/Cat"}},
        },
        "Cat": {"allOf": [{"$ref": "#/components/schemas/Pet"}, obj("lives", lives=WHOLE)]},
        "Dog": {"allOf": [{"$ref": "#/components/schemas/Pet"}, obj("tricks", tricks=TEXT)]},
    }
    maker = Maker(tmp_path, schemas)

    assert ("feline", "Dog") == (maker.value("Cat")["kind"], maker.value("Dog")["kind"])
    made = [list(each) for each in maker.values("Pet")]
    assert [["kind", "name", "lives"], ["kind", "name", "tricks"]] == sorted(map(list, set(map(tuple, made))))


def test_a_choice_follows_what_is_given(tmp_path: Path) -> None:
    """A document is filled in after the form that its given properties belong to."""
    schemas = {
        "One": {
            "oneOf": [{"$ref": "#/components/schemas/Card"}, {"$ref": "#/components/schemas/Wire"}],
            "discriminator": {"propertyName": "kind"},
        },
        "Card": obj("kind", kind=TEXT, last4=TEXT),
        "Wire": obj("kind", kind=TEXT, iban=TEXT),
    }
    maker = Maker(tmp_path, schemas)

    for seed in range(20):
        assert ["kind", "iban"] == list(maker.document("One", {"kind": "Wire"}, seed))


def test_an_optional_value_that_cannot_fit_is_left_out(tmp_path: Path) -> None:
    """Where two forms cannot be told apart, exactly one never fits: the property is absent rather than wrong."""
    twins = {"oneOf": [TEXT, {"type": "string", "description": "the same again"}]}

    assert ["kept"] == list(make_one(tmp_path, obj(kept=TEXT, vague=twins)))


def test_optional_recursion_ends_soon(tmp_path: Path) -> None:
    """A category shows its parent and children once, and those show none of their own."""
    node = {"$ref": "#/components/schemas/One"}
    made = make_one(tmp_path, obj("id", id=WHOLE, parent=node, children={"type": "array", "items": node}))

    assert (["id", "parent", "children"], ["id"]) == (list(made), list(made["parent"]))
    assert all(["id"] == list(child) for child in made["children"])


def test_required_recursive_arrays_end_empty(tmp_path: Path) -> None:
    """Where a list of its own kind is required, the innermost one is empty."""
    made = make_one(tmp_path, obj("kids", kids={"type": "array", "items": {"$ref": "#/components/schemas/One"}}))

    innermost = made
    while innermost["kids"]:
        innermost = innermost["kids"][0]
    assert {"kids": []} == innermost


def test_an_expression_tree_ends_in_its_leaves(tmp_path: Path) -> None:
    """A choice between a leaf and a node that requires two of its own kind takes the leaf in the end."""
    node = {"$ref": "#/components/schemas/One"}
    schema = {"oneOf": [obj("left", "right", left=node, right=node), WHOLE]}

    made = Maker(tmp_path, {"One": schema}).values("One", 30)

    assert any(isinstance(each, dict) for each in made)
    assert max(len(json.dumps(each)) for each in made) < 20_000


def wide(count: int) -> Schema:
    """A schema of objects that all refer to one another."""
    return obj(**{f"link{index}": {"$ref": f"#/components/schemas/S{index}"} for index in range(count)}, id=WHOLE)


def test_a_web_of_schemas_is_bounded(tmp_path: Path) -> None:
    """Thirty schemas that each refer to all thirty give a document of ordinary size."""
    maker = Maker(tmp_path, {f"S{index}": wide(30) for index in range(30)})
    start = time.process_time()

    made = maker.value("S0")

    assert time.process_time() - start < PATIENCE_S
    assert len(json.dumps(made)) < 200_000


def test_ambiguous_choices_in_one_another_are_bounded(tmp_path: Path) -> None:
    """Options that overlap so that nothing fits exactly one are tried a few times, not in every combination."""
    node = {"$ref": "#/components/schemas/One"}
    options = [obj(**dict.fromkeys("abc", node), **{f"x{number}": TEXT}) for number in range(6)]
    maker = Maker(tmp_path, {"One": {"oneOf": options}})
    start = time.process_time()

    maker.generator.value(maker.schema("One"), Chance(7), now=NOW)

    assert time.process_time() - start < PATIENCE_S
