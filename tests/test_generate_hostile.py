"""Schemas that nobody could meet, or that ask for far too much: a clear refusal in good time, never a wrong value."""

from __future__ import annotations

import json
import time
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
    start = time.perf_counter()

    with pytest.raises(Unimplemented) as refused:
        maker.generator.value(maker.schema("One"), Chance(7), now=NOW)

    assert time.perf_counter() - start < PATIENCE_S
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
