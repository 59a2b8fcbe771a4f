"""Properties that no two documents share: what shows it, who is refused, and that seeds keep to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.serving import Door, serve

Json = Any  # a JSON value

EMAIL = {"type": "string", "format": "email"}
UNIQUE = {**EMAIL, "description": "Where to write to. Must be unique."}
MARKED = {**EMAIL, "x-unique": True}
TAKEN = "A user with this email already exists."


def open_users(folder: Path, email: Json, refusal: str | None, profile: str = "empty") -> Door:
    """Users with an address and a name; a create documents 409 with this description, None: none at all."""
    user = {
        "type": "object",
        "required": ["email"],
        "properties": {"id": {"type": "integer", "readOnly": True}, "email": email, "name": {"type": "string"}},
    }
    shown = {"description": "It.", "content": {"application/json": {"schema": user}}}
    listed = {"description": "All.", "content": {"application/json": {"schema": {"type": "array", "items": user}}}}
    body = {"required": True, "content": {"application/json": {"schema": user}}}
    patch = {"content": {"application/json": {"schema": {**user, "required": []}}}}
    refusals = {"409": {"description": refusal}} if refusal is not None else {}
    by_id = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Club", "version": "1"},
        "paths": {
            "/users": {
                "get": {"responses": {"200": listed}},
                "post": {"requestBody": body, "responses": {"201": shown, **refusals}},
            },
            "/users/{id}": {
                "parameters": [by_id],
                "get": {"responses": {"200": shown}},
                "patch": {"requestBody": patch, "responses": {"200": shown}},
                "delete": {"responses": {"204": {"description": "Gone."}}},
            },
        },
    }
    file = folder / "club.json"
    file.write_text(json.dumps(document))
    return serve(file, profile=profile)


@pytest.mark.parametrize(("email", "refusal"), [(UNIQUE, "Conflict."), (MARKED, "Conflict."), (EMAIL, TAKEN)])
def test_what_must_be_unique_is_taken_once(tmp_path: Path, email: Json, refusal: str) -> None:
    """Its description says so, or a mark, or the refusal names it; a change is held to it, and a delete frees it."""
    door = open_users(tmp_path, email, refusal)
    first = door.post("/club/users", json={"email": "ada@example.com", "name": "Ada"})
    second = door.post("/club/users", json={"email": "ada@example.com", "name": "Bob"})
    other = door.post("/club/users", json={"email": "bob@example.com", "name": "Ada"})
    changed = door.patch("/club/users/2", json={"email": "ada@example.com"})

    assert [first.status_code, second.status_code, other.status_code, changed.status_code] == [201, 409, 201, 409]
    assert "email" in second.text
    assert [first.json(), other.json()] == door.get("/club/users").json()
    assert door.patch("/club/users/1", json={"email": "ada@example.com"}).status_code == 200
    door.delete("/club/users/1")
    assert door.patch("/club/users/2", json={"email": "ada@example.com"}).status_code == 200


@pytest.mark.parametrize(
    ("email", "refusal"),
    [
        (UNIQUE, None),
        (EMAIL, "The state of the user does not allow this."),
        (EMAIL, "A user with this name is there."),
        (EMAIL, "A user with this email already exists in the team."),
        ({**EMAIL, "description": "Must be unique within a team."}, "Conflict."),
    ],
)
def test_without_a_documented_refusal_nothing_is_unique(tmp_path: Path, email: Json, refusal: str | None) -> None:
    """A 409 that speaks of something else is none for it."""
    door = open_users(tmp_path, email, refusal)

    made = [door.post("/club/users", json={"email": "ada@example.com"}).status_code for _ in range(2)]

    assert made == [201, 201]


def test_seeds_share_no_unique_value(tmp_path: Path) -> None:
    """A schema with three values has three documents at most."""
    few = {"type": "string", "pattern": "^[abc]$", "description": "Must be unique"}

    users = open_users(tmp_path, few, "Conflict.", "demo").get("/club/users").json()

    found = [user["email"] for user in users]
    assert sorted(found) == sorted(set(found))
    assert set(found) <= set("abc")
    assert len(found) > 1
