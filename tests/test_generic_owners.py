"""Who owns a document: whom its path names, whose path it was made below, else whoever calls."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbooks.errors import NotFound
from tests.serving import serve
from tests.test_generic_building import TEXT, WHOLE, Schema, Shop, many, op, open_shop, ref, thing
from tests.test_resources_building import NUMBER, infer
from tests.test_resources_building import op as inferred_op

SCHEMAS: dict[str, Schema] = {
    "User": thing("id", "login", id=WHOLE, login=TEXT, city=TEXT),
    "Org": thing("id", "handle", id=WHOLE, handle=TEXT),
    "Team": thing("id", id=WHOLE, title=TEXT),
    "Repo": thing("id", "name", "owner", id=WHOLE, name=TEXT, owner=ref("User")),
}
NAMED = thing("name", name=TEXT)
OPERATIONS = {
    "GET /user": op(ref("User")),
    "PATCH /user": op(ref("User"), body=thing(city=TEXT)),
    "DELETE /user": op(status=204),
    "GET /users": op(many(ref("User"))),
    "POST /users": op(ref("User"), status=201, body=thing("login", login=TEXT, city=TEXT)),
    "GET /users/{login}": op(ref("User")),
    "GET /users/{login}/repos": op(many(ref("Repo"))),
    "POST /orgs": op(ref("Org"), status=201, body=thing("handle", handle=TEXT)),
    "GET /orgs/{handle}": op(ref("Org")),
    "GET /orgs/{handle}/repos": op(many(ref("Repo"))),
    "POST /orgs/{handle}/repos": op(ref("Repo"), status=201, body=NAMED),
    "POST /teams": op(ref("Team"), status=201, body=thing(title=TEXT)),
    "GET /teams/{id}": op(ref("Team"), ids=WHOLE),
    "POST /teams/{id}/repos": op(ref("Repo"), status=201, body=NAMED, ids=WHOLE),
    "POST /user/repos": op(ref("Repo"), status=201, body=NAMED),
    "GET /repos/{owner}/{repo}": op(ref("Repo")),
    "PATCH /repos/{owner}/{repo}": op(ref("Repo"), body=NAMED),
}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with two users and an organisation."""
    shop = open_shop(tmp_path, OPERATIONS, SCHEMAS)
    shop.send("POST /users", {"login": "ann", "city": "Oslo"})
    shop.send("POST /users", {"login": "bob"})
    shop.send("POST /orgs", {"handle": "acme"})
    return shop


def test_whoever_calls_is_the_first_of_the_people(shop: Shop) -> None:
    """Read, changed and deleted by a path of its own, which leaves the others alone."""
    ann = shop.body("GET /users/ann")

    assert shop.body("GET /user") == ann
    assert shop.body("PATCH /user", {"city": "Bergen"}) == {**ann, "city": "Bergen"}
    assert shop.body("GET /users/ann") == {**ann, "city": "Bergen"}

    shop.send("DELETE /user")

    assert [each["login"] for each in shop.body("GET /users")] == ["bob"]
    assert shop.body("GET /user")["login"] == "bob"


def test_nobody_calls_where_there_are_no_people(tmp_path: Path) -> None:
    """And nobody is changed."""
    shop = open_shop(tmp_path, OPERATIONS, SCHEMAS)

    with pytest.raises(NotFound):
        shop.send("GET /user")
    with pytest.raises(NotFound):
        shop.send("PATCH /user", {"city": "Bergen"})
    assert shop.body("GET /users") == []


def test_path_of_the_caller_shows_a_person_that_is_read_by_id() -> None:
    """Not something else that is of the account, nor what no collection holds."""
    schemas: dict[str, Schema] = {"User": thing(id=WHOLE, login=TEXT), "Quota": thing(used=NUMBER)}
    read = {"GET /users/{id}": inferred_op(ref("User"), ids=WHOLE)}

    found = infer(
        {**read, "GET /me": inferred_op(ref("User")), "GET /quotas/me": inferred_op(ref("Quota"))}, schemas
    ).behaviours
    lonely = infer({**read, "GET /account": inferred_op(ref("User"))}, schemas).behaviours

    assert (found["GET /me"].role, found["GET /me"].resource, found["GET /me"].is_callers) == ("get", "users", True)
    assert found["GET /users/{id}"].kind == "inferred"
    assert found["GET /quotas/me"].kind == "schema"
    assert lonely["GET /account"].kind == "schema"


def test_what_is_made_below_somebody_is_theirs(shop: Shop) -> None:
    """It stands where its own path asks for it, and in no list of others."""
    made = shop.send("POST /orgs/acme/repos", {"name": "x"})

    assert made.headers["Location"].endswith("/repos/acme/x")
    assert made.body["owner"]["login"] == "acme"
    assert shop.body("GET /repos/acme/x") == made.body
    assert shop.body("GET /orgs/acme/repos") == [made.body]
    assert shop.body("GET /users/ann/repos") == []
    with pytest.raises(NotFound):
        shop.send("GET /repos/ann/x")


def test_what_names_no_owner_is_of_whoever_calls(shop: Shop) -> None:
    """Whose document shows all that is known of them."""
    ann = shop.body("GET /user")

    made = shop.body("POST /user/repos", {"name": "x"})

    assert made["owner"] == ann
    assert shop.body("PATCH /repos/ann/x", {"name": "x"}) == made
    assert shop.body("GET /users/ann/repos") == [made]


def test_one_who_cannot_be_the_owner_is_another_parent(shop: Shop) -> None:
    """A team has a number, an owner a login."""
    behaviours = shop.inference.behaviours

    assert [each.property for each in behaviours["POST /teams/{id}/repos"].parents] == ["team_id"]
    assert [each.property for each in behaviours["POST /orgs/{handle}/repos"].parents] == ["owner.login"]
    assert [each.property for each in behaviours["GET /users/{login}/repos"].parents] == ["owner.login"]


def test_seeds_are_owned_by_somebody_who_is_there(tmp_path: Path) -> None:
    """So that whoever asks for the caller's things finds some."""
    paths: dict[str, Schema] = {}
    for line, operation in OPERATIONS.items():
        method, path = line.split(" ")
        names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        ids = operation.get("x-ids", TEXT)
        parameters = [{"name": name, "in": "path", "required": True, "schema": ids} for name in names]
        kept = {name: value for name, value in operation.items() if name != "x-ids"}
        paths.setdefault(path, {})[method.lower()] = {**kept, "operationId": line, "parameters": parameters}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Forge", "version": "1"},
        "paths": paths,
        "components": {"schemas": SCHEMAS},
    }
    file = tmp_path / "forge.json"
    file.write_text(json.dumps(document))
    door = serve(file)

    caller = door.get("/forge/user").json()
    repos = door.get(f"/forge/users/{caller['login']}/repos").json()

    assert len(repos) > 0
    assert {repo["owner"]["id"] for repo in repos} == {caller["id"]}
    assert door.get(f"/forge/repos/{caller['login']}/{repos[0]['name']}").json() == repos[0]
