"""Schemas that nobody could meet, or that ask for far too much: a clear refusal in good time, never a wrong value."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbooks.chance import Chance
from sandbooks.errors import Unimplemented
from tests.generating import NOW, Maker, Schema, obj

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
SELF: Schema = {"$ref": "#/components/schemas/One"}
PATIENCE_S = 5.0
ENDLESS = "it asks for another value of its own kind within itself, without end"


def refusal(folder: Path, schema: Schema, *, version: str = "3.0.3") -> str:
    """What the generator says instead of a value, without the name of the schema."""
    maker = Maker(folder, {"One": schema}, version=version)
    start = time.process_time()

    with pytest.raises(Unimplemented) as refused:
        maker.generator.value(maker.schema("One"), Chance(7), now=NOW)

    assert time.process_time() - start < PATIENCE_S
    return refused.value.message.removeprefix("no value can be made for the schema One: ")


@pytest.mark.parametrize(
    ("schema", "cause"),
    [
        (
            {"type": "string", "minLength": 4, "maxLength": 2},
            "nothing is found that is a text, at least 4 characters, at most 2 characters",
        ),
        (
            {"type": "string", "format": "uuid", "maxLength": 30},
            "nothing is found that is a text, at most 30 characters, in the format uuid",
        ),
        (
            {"type": "string", "pattern": "^[a-z]{3}$", "minLength": 4},
            "nothing is found that is a text, at least 4 characters, matching '^[a-z]{3}$'",
        ),
        (
            {"type": "integer", "minimum": 5, "maximum": 3},
            "nothing is a whole number, at least 5 and at most 3",
        ),
        (
            {"type": "number", "minimum": 2, "exclusiveMinimum": True, "maximum": 2},
            "nothing is a number, more than 2 and at most 2",
        ),
        (
            {"type": "integer", "multipleOf": 10, "minimum": 11, "maximum": 19},
            "nothing is a whole number, at least 11 and at most 19 and a multiple of 10",
        ),
        ({"allOf": [TEXT, WHOLE]}, "a value would have to be of several types at once"),
        ({"allOf": [{"enum": [1, 2]}, {"enum": [3]}]}, "nothing may stand here"),
        (
            {"allOf": [{"type": "string", "enum": ["ab"]}, {"maxLength": 1}]},
            "none of the 1 listed values keeps to what is asked beside them",
        ),
        (
            {"type": "array", "items": {"type": "boolean"}, "uniqueItems": True, "minItems": 3},
            "3 different items are asked for: 2 were found",
        ),
        (
            {"type": "array", "items": TEXT, "minItems": 2, "maxItems": 1},
            "at least 2 and at most 1 items are asked for",
        ),
        (
            {"type": "object", "additionalProperties": False, "minProperties": 1},
            "1 properties are asked for: 0 were found",
        ),
        (
            obj("a", "b", a={"type": "number", "minimum": 2, "maximum": 1}, b=TEXT),
            "at /a: nothing is a number, at least 2 and at most 1",
        ),
        (
            obj("a", a={"type": "array", "minItems": 2, "items": {"allOf": [TEXT, WHOLE]}}),
            "at /a/0: a value would have to be of several types at once",
        ),
        ({"not": {}}, "no value is found that keeps to all of not"),
        (obj("next", next=SELF), ENDLESS),
        (
            {**obj("a", "b", a=TEXT, b=TEXT), "maxProperties": 1},
            "at most 1 properties are asked for, and 2 are required",
        ),
        ({"anyOf": [SELF]}, ENDLESS),
        ({"type": "array", "items": SELF, "minItems": 1}, ENDLESS),
        (
            {"type": "array", "items": TEXT, "minItems": 1_000_000},
            "1000000 items are asked for: no more than 20000 are made",
        ),
        (
            {
                "type": "array",
                "items": obj("a", a={"type": "array", "items": WHOLE, "minItems": 5_000}),
                "minItems": 5_000,
            },
            "at /3/a: 5000 items are asked for: 4994 were found",
        ),
        (
            {"type": "string", "minLength": 2_000_000_000},
            "a text, at least 2000000000 characters: no text is made longer than 100000 characters",
        ),
        (
            {"type": "object", "additionalProperties": TEXT, "minProperties": 1_000_000},
            "1000000 properties are asked for: no more than 20000 are made",
        ),
    ],
    ids=lambda each: json.dumps(each)[:60],
)
def test_what_cannot_be_met_is_refused_with_the_cause(tmp_path: Path, schema: Schema, cause: str) -> None:
    """No value is better than a wrong one; the message names the place and what cannot be met there."""
    assert cause == refusal(tmp_path, schema)


THING: Schema = obj("a", a=TEXT)
NAMED: Schema = {"$ref": "#/components/schemas/L1"}


def layers(count: int, layer: Callable[[Schema], Schema], last: Schema) -> dict[str, Schema]:
    """Schemas `L0`, `L1` ...: each is made around a reference to the next, the last one as given."""
    refs: list[Schema] = [{"$ref": f"#/components/schemas/L{number + 1}"} for number in range(count)]
    return {**{f"L{number}": layer(ref) for number, ref in enumerate(refs)}, f"L{count}": last}


@pytest.mark.parametrize(
    ("layer", "count", "names"),
    [
        (lambda ref: {"allOf": [ref, ref]}, 40, {"a"}),
        (lambda ref: {"allOf": [{"allOf": [ref]}, {"allOf": [ref, obj("b", b=WHOLE)]}]}, 30, {"a", "b"}),
        (lambda ref: {"anyOf": [ref, {"allOf": [ref, THING]}]}, 25, {"a"}),
        (lambda ref: {**THING, "allOf": [{"oneOf": [ref, TEXT]}, {"anyOf": [ref, THING]}]}, 14, {"a"}),
        (lambda ref: {"allOf": [{"oneOf": [ref, obj("b", b=WHOLE)]}, {"anyOf": [ref, THING]}]}, 14, {"a"}),
        (lambda ref: {**THING, "not": {"allOf": [ref, {"not": ref}]}}, 25, {"a"}),
        (lambda ref: {**THING, "if": {"not": ref}, "then": ref, "else": {"allOf": [ref, ref]}}, 25, {"a"}),
        (lambda ref: {**THING, "dependentSchemas": {"a": ref, "b": ref}}, 25, {"a"}),
        (lambda ref: {"anyOf": [ref, {"allOf": [ref]}], "unevaluatedProperties": ref}, 25, {"a"}),
    ],
)
def test_layers_that_double_each_time_are_one_value(
    tmp_path: Path, layer: Callable[[Schema], Schema], count: int, names: set[str]
) -> None:
    """However many ways lead to the same schema, it is laid, tried and weighed once: a value is there at once."""
    maker = Maker(tmp_path, layers(count, layer, THING), version="3.1.0")

    assert names <= maker.value("L0").keys()


@pytest.mark.parametrize(
    ("schemas", "names"),
    [
        ({"L0": {**THING, "allOf": [{"$ref": "#/components/schemas/L0"}] * 2}}, {"a"}),
        (
            {
                "L0": {**THING, "allOf": [NAMED]},
                "L1": {**obj("b", b=WHOLE), "allOf": [{"$ref": "#/components/schemas/L0"}, NAMED]},
            },
            {"a", "b"},
        ),
        ({"L0": {**THING, "anyOf": [{"$ref": "#/components/schemas/L0"}, NAMED]}, "L1": obj(b=WHOLE)}, {"a"}),
    ],
)
def test_schema_that_is_a_part_of_itself_asks_for_nothing_more(
    tmp_path: Path, schemas: dict[str, Schema], names: set[str]
) -> None:
    """A circle of `allOf` ends where it comes back to what is being read."""
    assert names <= Maker(tmp_path, schemas).value("L0").keys()


def test_circle_that_asks_for_exactly_one_of_the_same_is_refused(tmp_path: Path) -> None:
    """Where every alternative is the whole again, all of them fit and none is the only one."""
    refs = [{"$ref": f"#/components/schemas/L{number}"} for number in range(3)]
    schemas = {
        f"L{number}": {**THING, "allOf": [refs[number - 2], {"oneOf": [refs[number - 2], refs[number - 1]]}]}
        for number in range(3)
    }
    maker = Maker(tmp_path, schemas)

    with pytest.raises(Unimplemented) as refused:
        maker.generator.value(maker.schema("L0"), Chance(7), now=NOW)

    assert refused.value.message.endswith(": no value fits exactly as many of the alternatives as it should")


TOO_DEEP = "it asks for more than 30 levels of objects and lists within one another"


@pytest.mark.parametrize(
    ("count", "layer", "cause"),
    [
        (12, lambda ref: obj("a", "b", "c", "d", a=ref, b=ref, c=ref, d=ref), "it asks for more than 20000 values"),
        (35, lambda ref: obj("a", a=ref), TOO_DEEP),
        (35, lambda ref: {"type": "array", "items": ref, "minItems": 1}, TOO_DEEP),
    ],
)
def test_size_that_is_refused_is_not_called_a_circle(
    tmp_path: Path, count: int, layer: Callable[[Schema], Schema], cause: str
) -> None:
    """Schemas of which none contains itself may ask for too much all the same."""
    maker = Maker(tmp_path, layers(count, layer, THING))

    with pytest.raises(Unimplemented) as refused:
        maker.generator.value(maker.schema("L0"), Chance(7), now=NOW)

    assert refused.value.message == f"no value can be made for the schema L0: {cause}"


def test_schema_of_too_many_parts_lets_calls_pass(tmp_path: Path) -> None:
    """Forty layers of two references each would hold a value against a million million schemas, and are held against
    none; the schema of a property and one of fewer layers count.
    """
    many = layers(40, lambda ref: {"oneOf": [ref, ref, TEXT]}, THING)
    few = layers(10, lambda ref: {"allOf": [ref, ref]}, THING)
    maker = Maker(tmp_path, {**many, "One": obj(a=WHOLE, b=NAMED)})

    assert maker.faults("L0", {"b": 7}) == []
    assert [fault.pointer for fault in maker.faults("One", {"a": "x", "b": 7})] == ["/a"]
    assert Maker(tmp_path, few).faults("L0", {"b": 7}) != []
