"""Who calls: `me` in the place of a person's id, and credentials that a description asks for twice."""

from __future__ import annotations

import pytest

from tests.serving import SPECS, Door, serve


@pytest.fixture
def door() -> Door:
    """A server of one description with users and their berths."""
    return serve(SPECS / "crew.yaml")


def test_me_is_the_first_user(door: Door) -> None:
    """As a document and as a parent; another word that is no id is 404."""
    headers = {**door.headers("crew"), "X-Watch": "first"}
    first = door.get("/crew/users", headers=headers).json()[0]

    made = door.post("/crew/users/me/berths", headers=headers, json={"deck": "B7"})

    assert door.get("/crew/users/me", headers=headers).json() == first
    assert made.json()["userId"] == first["id"]
    assert door.get(f"/crew/users/{first['id']}/berths", headers=headers).json()[-1] == made.json()
    assert door.get("/crew/users/nobody", headers=headers).status_code == 404


def test_credential_is_not_asked_for_again_as_a_parameter(door: Door) -> None:
    """A required `token` in the query is met by the credential itself; other required parameters stay required."""
    headers = door.headers("crew")

    listed = door.get("/crew/users", headers=headers)
    refused = door.get("/crew/users/me", headers=headers)

    assert listed.status_code == 200
    assert door.get("/crew/users").status_code == 401
    assert refused.status_code == 400
    assert refused.json()["errors"] == [
        {"in": "header", "pointer": "/X-Watch", "detail": "'X-Watch' is a required header parameter"}
    ]
