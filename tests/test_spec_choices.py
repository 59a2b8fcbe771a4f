"""Alternatives, and what tells them apart: discriminators, families of schemas, choices that lie within one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbooks.spec import Json
from tests.test_spec_schema import asked, described

TEXT: Json = {"type": "string"}
WHOLE: Json = {"type": "integer"}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def thing(*required: str, **properties: Json) -> Json:
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


PET = {**thing("kind", kind=TEXT, name=TEXT), "discriminator": {"propertyName": "kind", "mapping": {"hound": "Dog"}}}
FAMILY = {
    "Pet": PET,
    "Cat": {"allOf": [ref("Pet"), thing("lives", lives=WHOLE)]},
    "Dog": {"allOf": [ref("Pet"), thing("tricks", tricks=TEXT)]},
    "Puppy": {"allOf": [ref("Dog"), thing("weeks", weeks=WHOLE)]},
}


@pytest.mark.parametrize(
    ("value", "faults"),
    [
        ({"kind": "Cat", "lives": 9}, []),
        ({"kind": "Cat"}, ["/lives: 'lives' is a required property"]),
        ({"kind": "hound", "tricks": "roll"}, []),
        ({"kind": "hound", "tricks": 3}, ["/tricks: 3 is not a string"]),
        ({"kind": "Puppy", "tricks": "sit"}, ["/weeks: 'weeks' is a required property"]),
        ({"kind": "Hamster"}, ["/kind: 'Hamster' is not one of 'hound', 'Cat', 'Puppy'"]),
        ({"name": "Tom"}, ["/kind: 'kind' is a required property"]),
    ],
)
def test_a_schema_that_others_build_on_may_be_any_of_them(tmp_path: Path, value: Json, faults: list[str]) -> None:
    """Where the discriminator's word is one of an heir, named or not, that one must fit; other words are refused."""
    assert faults == asked(described(tmp_path, ref("Pet"), schemas=FAMILY), value)


def test_an_heir_is_no_other_heir(tmp_path: Path) -> None:
    """Asked for by its own name a schema is itself, whatever the discriminator says."""
    description = described(tmp_path, ref("Cat"), schemas=FAMILY)

    assert [] == asked(description, {"kind": "hound", "lives": 9})
    assert ["/lives: 'lives' is a required property"] == asked(description, {"kind": "hound", "tricks": "sit"})


@pytest.mark.parametrize(
    ("schemas", "mapping", "value", "faults"),
    [
        # the schemas list other words than their names
        (
            {"Track": thing("type", type={"enum": ["track"]}), "Show": thing("type", type={"enum": ["show"]})},
            {},
            {"type": "track"},
            [],
        ),
        (
            {"Track": thing("type", type={"enum": ["track"]}), "Show": thing("type", type={"enum": ["show"]})},
            {},
            {"type": "Track"},
            ["/type: 'Track' is not one of 'track', 'show'"],
        ),
        # of the mapping's words those that the list admits
        (
            {"Track": thing("type", type={"enum": ["t", "u"]}), "Show": thing("type", type=TEXT)},
            {"t": "Track", "v": "Track", "s": "#/components/schemas/Show"},
            {"type": "v"},
            ["/type: 'v' is not one of 't', 's', 'Show'"],
        ),
        # both schemas list the same words, so that they tell nothing
        (
            {
                "Track": thing("type", "a", type={"enum": ["x", "y"]}, a=TEXT),
                "Show": thing("type", "b", type={"enum": ["x", "y"]}, b=TEXT),
            },
            {},
            {"type": "x", "b": "c"},
            [],
        ),
        # the property holds no text
        (
            {"Track": thing("type", "a", type={"type": "array"}, a=TEXT), "Show": thing("type", type=WHOLE)},
            {},
            {"type": 3},
            [],
        ),
    ],
)
def test_a_discriminator_goes_by_the_words_that_the_schemas_admit(
    tmp_path: Path, schemas: Json, mapping: Json, value: Json, faults: list[str]
) -> None:
    """A mapping, the names of schemas and their lists of values agree, or the discriminator tells nothing."""
    rule = {"propertyName": "type", **({"mapping": mapping} if mapping else {})}
    choice = {"oneOf": [ref("Track"), ref("Show")], "discriminator": rule}

    assert faults == asked(described(tmp_path, choice, schemas=schemas), value)


MANY = "fits more than one of the allowed forms"


@pytest.mark.parametrize(
    ("options", "value", "faults"),
    [
        # open objects without anything required: whatever one shows fits the other
        ([thing(a=TEXT), thing(b=TEXT)], {"a": "x"}, []),
        ([thing(a=TEXT), thing(b=TEXT)], {"a": 1, "b": 2}, [': {"a":1,"b":2} fits none of the allowed forms']),
        ([thing("a", a=TEXT), thing("a", "b", a=TEXT, b=TEXT)], {"a": "x", "b": "y"}, []),
        ([{"allOf": [thing(a=TEXT), thing(b=TEXT)]}, thing(a=TEXT)], {"a": "x", "b": "y"}, []),
        ([ref("Same"), thing(a=TEXT)], {"a": "x"}, []),
        ([TEXT, {"type": "string", "description": "the same again"}], "x", []),
        ([thing(a={"enum": ["x"]}), thing(a={"enum": ["x", "y"]}, b=TEXT)], {"a": "x"}, []),
        # what tells them apart keeps them apart
        (
            [thing("a", a=TEXT, b=TEXT), thing("b", a=TEXT, b=TEXT)],
            {"a": "x", "b": "y"},
            [f': {{"a":"x","b":"y"}} {MANY}'],
        ),
        ([thing(a={"enum": ["x", "z"]}), thing(a={"enum": ["x", "y"]})], {"a": "x"}, [f': {{"a":"x"}} {MANY}']),
        ([{"multipleOf": 2}, {"multipleOf": 3}], 6, [f": 6 {MANY}"]),
        ([{"type": "number"}, WHOLE], 6, [f": 6 {MANY}"]),
    ],
)
def test_alternatives_within_one_another_do_not_exclude_one_another(
    tmp_path: Path, options: list[Json], value: Json, faults: list[str]
) -> None:
    """Exactly one can be asked for only where one can be met alone."""
    schemas = {"Same": thing(a=TEXT), "One": {"oneOf": options}}
    description = described(tmp_path, ref("One"), schemas=schemas)

    vague = "the schemas of oneOf lie within one another: any of them will do"
    assert faults == asked(description, value)
    assert [finding.message for finding in description.findings] == (
        [] if any(MANY in each for each in faults) else [vague]
    )


def test_a_web_of_alternatives_is_compared_in_good_time(tmp_path: Path) -> None:
    """Twenty schemas that each refer to all of them are told to be vague, and that is all."""
    names = [f"S{number}" for number in range(20)]
    schemas = {name: {"oneOf": [thing(**{each: ref(each) for each in names}), thing(x=TEXT)]} for name in names}

    assert [] == asked(described(tmp_path, ref("S0"), schemas=schemas), {"S1": {"x": "y"}})
