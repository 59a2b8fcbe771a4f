"""Keywords of one schema that contradict each other: which one gives way, and that it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbooks.spec import Json
from tests.test_spec_schema import asked, described

PLACE = "/components/schemas/One"


@pytest.mark.parametrize(
    ("schema", "keyword", "said", "good", "bad"),
    [
        (
            {"type": "string", "pattern": "/^[a-z]+$/i"},
            "pattern",
            "'/^[a-z]+$/i' stands between slashes: read as '(?i)^[a-z]+$'",
            "Ab",
            "7",
        ),
        (
            {"type": "string", "pattern": "^[a-z]*$\\{2,64\\}$"},
            "pattern",
            "'^[a-z]*$\\{2,64\\}$' asks for more after the end of the text, or before it: left out",
            "anything",
            7,
        ),
        (
            {"type": "null", "oneOf": [{"type": "string"}, {"type": "integer"}]},
            "type",
            "only null is allowed beside alternatives: read as nullable",
            "x",
            True,
        ),
        (
            {"type": "integer", "enum": ["1", "2"]},
            "enum",
            '["1","2"] are read as numbers, as the type says',
            2,
            "2",
        ),
        (
            {"type": "integer", "enum": ["low", "high"]},
            "type",
            'nothing in ["low","high"] is of the type integer: \'type\' is left out',
            "low",
            1,
        ),
        (
            {"type": "array", "items": {"type": "string"}, "enum": ["a", "b"]},
            "enum",
            '["a","b"] lists no array: \'enum\' is left out',
            ["z"],
            "a",
        ),
        (
            {"type": "string", "enum": ["MALE", "FEMALE"], "maxLength": 1},
            "maxLength",
            "no listed value keeps to maxLength: left out",
            "MALE",
            "M",
        ),
        (
            {"type": "string", "enum": ["now"], "format": "date-time", "minLength": 20},
            "minLength",
            "no listed value keeps to minLength and format: left out",
            "now",
            "2026-01-31T09:15:00Z",
        ),
        (
            {"type": "object", "additionalProperties": False, "properties": {"a": {}}, "required": ["a", "b"]},
            "required",
            "'b' may not be there, as nothing beyond the properties may: left out",
            {"a": 1},
            {"a": 1, "b": 2},
        ),
    ],
)
def test_a_contradiction_is_reported_and_resolved(
    tmp_path: Path, schema: Json, keyword: str, said: str, good: Json, bad: Json
) -> None:
    """What was meant is accepted afterwards, what was not is refused, and the finding names the keyword."""
    version = "3.1.0" if schema.get("type") == "null" else "3.0.3"
    description = described(tmp_path, {"$ref": f"#{PLACE}"}, version=version, schemas={"One": schema})

    assert [(f"{PLACE}/{keyword}", said, "warning")] == [
        (finding.place, finding.message, finding.severity) for finding in description.findings
    ]
    assert [] == asked(description, good)
    assert [] != asked(description, bad)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^/v1/[a-z]+/$"},
        {"type": "string", "pattern": "^a$|^b$"},
        {"type": "string", "pattern": "(^|,)a($|,)"},
        {"type": "string", "pattern": "(?m)^a$\\nb"},
        {"type": "string", "pattern": "^[^$]+$"},
        {"type": "object", "nullable": True, "enum": [None]},
        {"type": "integer", "enum": ["a", 1]},
        {"type": "string", "enum": ["ab", "abc"], "maxLength": 2},
        {"type": "string", "minLength": 5, "maxLength": 2},
    ],
)
def test_what_can_be_met_and_what_nobody_can_guess_is_left_alone(tmp_path: Path, schema: Json) -> None:
    """No finding where some value fits, nor where nothing tells which keyword was meant."""
    assert () == described(tmp_path, schema).findings
