"""The errors that a new pack declares: read off the description, in whichever way that words them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.drafting import run_new, serve_strictly

Json = Any  # a JSON value

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}


def an_object(*required: str, **properties: Json) -> dict[str, Json]:
    return {"type": "object", "required": list(required), "properties": properties}


def a_list(items: Json, **words: Json) -> dict[str, Json]:
    return {"type": "array", "items": items, **words}


def describe(folder: Path, fault: Json, media_type: str = "application/json") -> None:
    """A description of one operation, whose refusals look so; drawn up as `acme`."""
    refusal = {"description": "no", "content": {media_type: {"schema": {"$ref": "#/components/schemas/Fault"}}}}
    wanted = an_object("amount", amount=NUMBER)
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Faults", "version": "1"},
        "paths": {
            "/things": {
                "post": {
                    "operationId": "makeThing",
                    "requestBody": {"required": True, "content": {"application/json": {"schema": wanted}}},
                    "responses": {"201": {"description": "made"}, "400": refusal, "default": refusal},
                }
            }
        },
        "components": {"schemas": {"Fault": fault}},
    }
    (folder / "faults.json").write_text(json.dumps(document))
    done = run_new(folder, "acme", "--spec", "faults.json")
    assert 0 == done.exit_code, done.output


WRONG, MISSED = "'many' is not an integer", "No operation has the path /nowhere."
TYPES = {"type": "string", "enum": ["invalid_request_error", "not_found"]}
CASES: dict[str, tuple[Json, Json, Json]] = {
    "flat": (
        an_object("code", "message", code=TEXT, message=TEXT),
        {"code": "bad_request", "message": WRONG},
        {"code": "not_found", "message": MISSED},
    ),
    "styled": (
        an_object("code", "message", code={**TEXT, "example": "RATE_LIMITED"}, message=TEXT),
        {"code": "BAD_REQUEST", "message": WRONG},
        {"code": "NOT_FOUND", "message": MISSED},
    ),
    "styled as since 3.1": (
        an_object("code", "message", code={**TEXT, "examples": ["RATE_LIMITED", "OTHER"]}, message=TEXT),
        {"code": "BAD_REQUEST", "message": WRONG},
        {"code": "NOT_FOUND", "message": MISSED},
    ),
    "wrapped, with a type from a list": (
        an_object("error", error=an_object("type", "message", type=TYPES, message=TEXT)),
        {"error": {"type": "invalid_request_error", "message": WRONG}},
        {"error": {"type": "not_found", "message": MISSED}},
    ),
    "with the places at fault": (
        an_object("message", message=TEXT, errors=a_list(an_object("field", field=TEXT, issue=TEXT))),
        {"message": WRONG, "errors": [{"field": "amount", "issue": WRONG}]},
        {"message": MISSED, "errors": []},
    ),
    "nothing but places": (
        an_object("errors", errors=a_list(an_object("status", "detail", status=TEXT, detail=TEXT), minItems=1)),
        {"errors": [{"status": "400", "detail": WRONG}]},
        {"errors": [{"status": "404", "detail": MISSED}]},
    ),
    "by field": (
        an_object("message", message=TEXT, errors={"type": "object", "additionalProperties": a_list(TEXT)}),
        {"message": WRONG, "errors": {"amount": [WRONG]}},
        {"message": MISSED, "errors": {}},
    ),
    "numbers, and a phrase": (
        an_object("status", "error", status=NUMBER, error=TEXT, message=TEXT),
        {"status": 400, "error": "Bad Request", "message": WRONG},
        {"status": 404, "error": "Not Found", "message": MISSED},
    ),
    "a text alone": (TEXT, WRONG, MISSED),
}  # fmt: skip
"""A schema; the answer to a wrong body; the answer to an unknown path."""


@pytest.mark.parametrize("case", CASES)
def test_errors_of_the_description_become_a_class(tmp_path: Path, case: str) -> None:
    """Refusals are worded in that schema, also those that the description does not document."""
    fault, refused, missed = CASES[case]
    describe(tmp_path, fault)
    door = serve_strictly(tmp_path, "acme")

    wrong = door.post("/acme/things", json={"amount": "many"})
    missing = door.get("/acme/nowhere")

    assert "class Errors(Envelope):" in (tmp_path / "mocks" / "acme" / "__init__.py").read_text()
    assert (400, 404) == (wrong.status_code, missing.status_code)
    assert wrong.json() == refused
    assert missing.json() == missed


@pytest.mark.parametrize(
    ("fault", "media_type"),
    [
        (an_object("size", size=NUMBER), "application/json"),
        (an_object("message", message={**TEXT, "maxLength": 5}), "application/json"),
        (TEXT, "text/plain"),
        (an_object("message", message=TEXT), "application/xml"),
    ],
)
def test_errors_that_say_nothing_are_left_to_the_description(tmp_path: Path, fault: Json, media_type: str) -> None:
    """Where no class would fit, the pack says so, and refusals are as they are without a pack."""
    describe(tmp_path, fault, media_type)
    source = (tmp_path / "mocks" / "acme" / "__init__.py").read_text()
    door = serve_strictly(tmp_path, "acme")

    assert "class Errors" not in source
    assert "# Refusals are worded as the description documents them" in source
    assert 400 == door.post("/acme/things", json={"amount": "many"}).status_code
