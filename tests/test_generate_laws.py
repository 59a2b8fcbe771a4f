"""The law of the generator: whatever the schema, a value fits it, and the same question has the same answer."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbooks.chance import Chance
from sandbooks.generate.fit import Fitter
from sandbooks.generate.references import References
from tests.generating import NOW, Json, Maker, Schema, obj

_WORDS = "firstName email createdAt updatedAt dueDate amount total iban quantity url isActive name code notes foo"
NAMES = _WORDS.split()
TEXTS = st.one_of(
    st.just({"type": "string"}),
    st.sampled_from(["date", "date-time", "email", "uuid", "uri", "hostname", "ipv4", "ipv6", "byte", "time"]).map(
        lambda word: {"type": "string", "format": word}
    ),
    st.sampled_from([r"^[A-Z]{3}$", r"^(INV|BILL)-\d+$", r"[a-f0-9]{8}", r"^\S+@\S+$", r"^.{3,5}$"]).map(
        lambda pattern: {"type": "string", "pattern": pattern}
    ),
    st.tuples(st.integers(0, 40), st.integers(0, 20)).map(
        lambda pair: {"type": "string", "minLength": pair[0], "maxLength": sum(pair)}
    ),
    st.lists(st.sampled_from(["A", "B", ""]), min_size=1, unique=True).map(
        lambda words: {"type": "string", "enum": words}
    ),
)
NUMBERS = st.one_of(
    st.tuples(st.sampled_from(["integer", "number"]), st.integers(-50, 50), st.integers(1, 9)).map(
        lambda drawn: {"type": drawn[0], "minimum": drawn[1], "maximum": drawn[1] + drawn[2]}
    ),
    st.tuples(st.sampled_from(["integer", "number"]), st.integers(-50, 50), st.booleans()).map(
        lambda drawn: {"type": drawn[0], "minimum": drawn[1], "exclusiveMinimum": drawn[2]}
    ),
    st.sampled_from([0.01, 0.1, 0.25, 2, 5]).map(lambda step: {"type": "number", "multipleOf": step}),
)
SCALARS = st.one_of(TEXTS, NUMBERS, st.just({"type": "boolean"}), st.just({"$ref": "#/components/schemas/Other"}))


def objects(inner: st.SearchStrategy[Schema], names: list[str]) -> st.SearchStrategy[Schema]:
    """Schemas of objects with some of these names; those that may refer to themselves are optional."""
    properties = st.dictionaries(st.sampled_from(names), inner, max_size=5)
    required = st.lists(st.sampled_from(names), max_size=2, unique=True)
    return st.builds(_object, properties, required, st.booleans())


def _object(properties: dict[str, Schema], required: list[str], closed: bool) -> Schema:
    needed = [name for name in required if name in properties and "$ref" not in json.dumps(properties[name])]
    return {**obj(*needed, **properties), **({"additionalProperties": False} if closed else {})}


def _open(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key != "additionalProperties"}


def nested(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    return st.one_of(
        objects(inner, NAMES),
        st.tuples(inner, st.integers(0, 3), st.integers(0, 3)).map(
            lambda drawn: {"type": "array", "items": drawn[0], "minItems": drawn[1], "maxItems": drawn[1] + drawn[2]}
        ),
        inner.map(lambda schema: {"type": "object", "additionalProperties": schema}),
        st.tuples(objects(inner, NAMES[:7]).map(_open), objects(inner, NAMES[7:]).map(_open)).map(
            lambda pair: {"allOf": list(pair)}
        ),
        st.tuples(inner, inner).map(lambda pair: {"anyOf": list(pair)}),
    )


SCHEMAS = objects(st.recursive(SCALARS, nested, max_leaves=12), NAMES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Json:
    return tmp_path_factory.mktemp("laws")


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(one=SCHEMAS, other=SCHEMAS)
def test_every_value_fits_its_schema(folder: Json, one: Schema, other: Schema) -> None:
    """Answers and requests of any schema pass the validator, the generator's own judge agrees, and repeat exactly."""
    maker = Maker(folder, {"One": one, "Other": other})
    for for_answer in (True, False):
        made = maker.value("One", for_answer=for_answer)
        judge = Fitter(References(maker.description), "writeOnly" if for_answer else "readOnly")

        assert judge.fits(made, maker.schema("One"))
        again = maker.generator.value(maker.schema("One"), Chance(7).at("One"), now=NOW, for_answer=for_answer)
        assert json.dumps(made) == json.dumps(again)
