"""The status of success: the documented one, whatever it is; and what a description calls a content type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.serving import Door, serve

Json = Any  # a JSON value

NAME = {"name": {"type": "string"}}
JOB = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, **NAME}}
SHOWN = {"description": "It.", "content": {"application/json": {"schema": JOB}}}
EMPTY = {"description": "Nothing more."}
BY_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}


def open_jobs(folder: Path, created: Json, *, content: Json = None) -> Door:
    """Jobs whose create documents these answers, and reads these content types."""
    read = content or {"application/json": {"schema": {"type": "object", "properties": NAME}}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Jobs", "version": "1"},
        "paths": {
            "/jobs": {"post": {"requestBody": {"content": read}, "responses": created}},
            "/jobs/{id}": {"get": {"parameters": [BY_ID], "responses": {"200": SHOWN}}},
        },
    }
    return open_file(folder / "jobs.json", document)


def open_file(file: Path, document: Json, **settings: Any) -> Door:  # as `Settings`
    file.write_text(json.dumps(document))
    return serve(file, **{"profile": "empty", **settings})


@pytest.mark.parametrize(
    ("responses", "status", "has_body"),
    [
        ({"200": SHOWN, "201": SHOWN}, 201, True),
        ({"200": SHOWN}, 200, True),
        ({"202": SHOWN, "409": EMPTY}, 202, True),
        ({"202": EMPTY}, 202, False),
        ({"204": EMPTY}, 204, False),
        ({"2XX": SHOWN, "302": EMPTY}, 200, True),
        ({"default": SHOWN}, 200, True),
        ({"303": EMPTY, "default": SHOWN}, 303, False),
        ({"302": EMPTY, "404": EMPTY}, 302, False),
    ],
)
def test_success_has_the_documented_status(tmp_path: Path, responses: Json, status: int, has_body: bool) -> None:
    """201 before others, then the lowest, `2XX`, a redirection, `default`; a body only where one is documented."""
    door = open_jobs(tmp_path, responses)

    made = door.post("/jobs/jobs", json={"name": "print"})

    assert (made.status_code, bool(made.content)) == (status, has_body)
    assert door.get("/jobs/jobs/1").json() == {"id": 1, "name": "print"}
    if status in (201, 302, 303):
        assert made.headers["location"] == "http://localhost:4010/jobs/jobs/1"


def test_what_is_no_content_type_is_left_out(tmp_path: Path) -> None:
    """Names that are none are reported; where there is nothing else the first of them is JSON."""
    shown = {"description": "It.", "content": {"application/json": {"schema": JOB}, "Job": {"example": 3}}}
    door = open_jobs(tmp_path, {"201": shown}, content={"PDF": {"schema": {"type": "object", "properties": NAME}}})

    made = door.post("/jobs/jobs", json={"name": "print"})
    refused = door.post("/jobs/jobs", json={"name": 7})

    assert (made.status_code, made.headers["content-type"], refused.status_code) == (201, "application/json", 400)
    findings = door.server.vendors["jobs"].description.findings
    assert [(each.place, each.message) for each in findings if each.severity == "error"] == [
        (
            "/paths/~1jobs/post/requestBody/content/PDF",
            "'PDF' is not a content type: expected one such as 'application/json'",
        ),
        (
            "/paths/~1jobs/post/responses/201/content/Job",
            "'Job' is not a content type: expected one such as 'application/json'",
        ),
    ]


def test_operation_of_20_that_produces_a_file_refuses_in_json(tmp_path: Path) -> None:
    """`produces` speaks of success; its refusals are objects, and no PDF."""
    document = {
        "swagger": "2.0",
        "info": {"title": "Bills", "version": "1"},
        "paths": {
            "/bills/{id}/print": {
                "get": {
                    "produces": ["application/pdf"],
                    "parameters": [{"name": "id", "in": "path", "required": True, "type": "integer"}],
                    "responses": {
                        "200": {"description": "It.", "schema": {"type": "file"}},
                        "400": {
                            "description": "No.",
                            "schema": {"type": "object", "properties": {"message": {"type": "string"}}},
                        },
                    },
                }
            }
        },
    }
    door = open_file(tmp_path / "bills.json", document)

    printed, refused = door.get("/bills/bills/7/print"), door.get("/bills/bills/x/print")

    assert (printed.headers["content-type"], printed.content[:5]) == ("application/pdf", b"%PDF-")
    assert (refused.status_code, refused.json()) == (400, {"message": "'x' is not an integer"})
