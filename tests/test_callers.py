"""Who calls: `me` in the place of a person's id, and credentials that a description asks for twice."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from sandbooks import Basic, Grant, Unauthenticated
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


class Accounts(Basic):
    """Users of the form `name@harbour`, never a key in the place of a user."""

    takes_keys = False

    def name_of(self, grant: Grant) -> str:
        return f"{grant.name}@harbour"


def test_basic_users_bear_the_names_that_the_vendor_gives_them() -> None:
    """The name stands in the header, in the values and, with a sandbox behind it, in the user of another sandbox."""
    scheme, now = Accounts([Grant("admin", "Full rights.")]), datetime(2025, 2, 3, tzinfo=UTC)
    scheme.vendor = "acme"

    told = scheme.credentials("team-a", now)[0]

    assert told.values == {"username": "admin@harbour~team-a", "password": "acme-admin"}
    assert base64.b64decode(told.secret) == b"admin@harbour~team-a:acme-admin"
    assert (scheme.identify(told.secret, now).name, scheme.sandbox_of(told.secret)) == ("admin", "team-a")


@pytest.mark.parametrize("text", ["acme-admin:", "admin:acme-admin", "admin@harbour:acme", "admin@harbour:", "?"])
def test_basic_refuses_other_users_and_a_key_where_none_is_taken(text: str) -> None:
    """A name in another form, a wrong password, and a key in the place of a user."""
    scheme = Accounts([Grant("admin", "Full rights.")])
    scheme.vendor = "acme"
    secret = base64.b64encode(text.encode()).decode()

    with pytest.raises(Unauthenticated, match="not known"):
        scheme.identify(secret, datetime(2025, 2, 3, tzinfo=UTC))
    assert scheme.sandbox_of(secret) is None
