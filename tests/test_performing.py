"""Another operation as a part of a call: the items of a batch are what the single call takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbooks import Call, Conflict, Event, Handler, Pack, Problem, Reply
from sandbooks.spec import read_description
from sandbooks.vendor import Vendor
from tests.packed import FULL, REX, packed, pets
from tests.serving import Door, serve


def batching() -> Pack:
    """A pack that announces each pet, and refuses a second one of a name when it is stored already."""
    pack = Pack("petshop")

    @pack.extends("createPet")
    def create_pet(call: Call, described: Handler) -> Reply:
        call.emit(Event("pet.created", call.body["name"]))
        reply = described(call)
        if call.collection("pets").count(filters={"name": call.body["name"]}) > 1:
            raise Conflict(f"{call.body['name']} is there", code="taken")
        return reply

    return pack


def test_items_are_single_calls() -> None:
    """Each item is checked and answered as a call of its own; one that fails leaves neither document nor event."""
    pack = batching()
    said: list[object] = []

    @pack.handles("listPets")
    def make_some(call: Call) -> Reply:
        for item in ({**REX, "name": "Uhu"}, {**REX, "name": 5}, {**REX, "name": "Uhu"}, None):
            try:
                said.append(call.perform("POST /pets", item).status)
            except Problem as problem:
                said.append((type(problem).__name__, problem.code, [each.pointer for each in problem.details]))
        said.append([event.data for event in call.events])
        return Reply(200, [])

    door = packed(pack)

    assert 200 == door.get("/petshop/pets", headers=FULL).status_code
    assert said == [201, ("Invalid", "", ["/name"]), ("Conflict", "taken", []), ("Invalid", "", [""]), ["Uhu"]]
    assert [pet["name"] for pet in pets(door)] == ["Uhu"]


def test_path_parameters_are_given_by_name() -> None:
    """What an operation finds in its path is handed over; the query of the call is not passed on."""
    pack = Pack("petshop")

    @pack.handles("listPets")
    def show_first(call: Call) -> Reply:
        pet = call.perform("createPet", dict(REX)).body
        return Reply(200, [call.perform("getPet", petId=pet["id"]).body])

    door = packed(pack)

    assert [pet["name"] for pet in door.get("/petshop/pets?limit=1", headers=FULL).json()] == [REX["name"]]


def test_unknown_operation_is_an_error_of_the_pack() -> None:
    """A slip of the pack is a 500 that names it, and nothing is stored."""
    pack = Pack("petshop")

    @pack.handles("createPet")
    def create_pet(call: Call) -> Reply:
        call.collection("pets").put(call.body)
        return call.perform("createPat", call.body)

    door = packed(pack)
    answer = door.post("/petshop/pets", json=REX, headers=FULL)

    assert 500 == answer.status_code
    assert "petshop has no operation 'createPat'" in answer.text
    assert [] == pets(door)


@pytest.mark.parametrize("spelling", ["createPet", "POST /pets"])
def test_operation_is_named_either_way(spelling: str) -> None:
    """By its id, or by method and path."""
    pack = Pack("petshop")

    @pack.handles("listPets")
    def make_one(call: Call) -> Reply:
        call.perform(spelling, dict(REX))
        return Reply(200, [])

    door = packed(pack)
    door.get("/petshop/pets", headers=FULL)

    assert 1 == len(pets(door))


JOBS = """\
openapi: 3.0.3
info: {title: Jobs, version: "1"}
paths:
  /users:
    get:
      operationId: listUsers
      parameters: [{name: limit, in: query, schema: {type: integer, default: 7}}]
      responses: {"200": {description: ok, content: {application/json: {schema: {type: array, items: {}}}}}}
    post:
      operationId: makeUser
      requestBody:
        required: true
        content: {text/plain: {schema: {type: string}}, application/json: {schema: {$ref: "#/components/schemas/User"}}}
      responses:
        "201":
          description: ok
          content:
            application/xml: {schema: {$ref: "#/components/schemas/User"}}
            application/json: {schema: {$ref: "#/components/schemas/User"}}
  /jobs/{operation}/{body}:
    get:
      operationId: getJob
      parameters:
        - {name: operation, in: path, required: true, schema: {type: string}}
        - {name: body, in: path, required: true, schema: {type: string}}
      responses: {"200": {description: ok, content: {application/json: {schema: {}}}}}
  /run:
    post:
      operationId: run
      responses: {"200": {description: ok, content: {application/json: {schema: {}}, application/xml: {schema: {}}}}}
components:
  schemas:
    User:
      type: object
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string}
        password: {type: string, minLength: 8}
"""


def run(folder: Path, pack: Pack, **headers: str) -> tuple[Door, httpx.Response]:
    """What `POST /run` of a pack for the jobs answers, and the door to ask further."""
    file = folder / "jobs.yaml"
    file.write_text(JOBS, encoding="utf-8")
    door = serve(Vendor(pack, read_description(file, id="jobs")), profile="empty", strict=False)
    return door, door.post("/jobs/run", headers=headers)


def test_what_the_caller_accepts_is_for_the_whole_answer(tmp_path: Path) -> None:
    """A part answers with values, whatever content type the caller wants."""
    pack = Pack("jobs")

    @pack.handles("run")
    def make_user(call: Call) -> Reply:
        return Reply(200, {"name": call.perform("makeUser", {"name": "Ada"}).body["name"]})

    _, answer = run(tmp_path, pack, Accept="application/xml")

    assert (200, {"name": "Ada"}) == (answer.status_code, answer.json())


def test_part_has_the_defaults_of_its_query(tmp_path: Path) -> None:
    """A handler finds what a call of its own without a query finds."""
    pack = Pack("jobs")
    pack.handles("listUsers")(lambda call: Reply(200, [dict(call.query)]))
    pack.handles("run")(lambda call: call.perform("listUsers"))

    _, answer = run(tmp_path, pack)

    assert [{"limit": 7}] == answer.json()


def test_path_parameter_may_have_any_name(tmp_path: Path) -> None:
    """Names that Python functions have, too."""
    pack = Pack("jobs")
    pack.handles("getJob")(lambda call: Reply(200, dict(call.path)))
    pack.handles("run")(lambda call: call.perform("getJob", operation="dig", body="hole"))

    _, answer = run(tmp_path, pack)

    assert {"operation": "dig", "body": "hole"} == answer.json()


@pytest.mark.parametrize("path", [{}, {"operation": "dig"}, {"operation": "dig", "body": "hole", "more": 1}])
def test_other_path_parameters_are_an_error_of_the_pack(tmp_path: Path, path: dict[str, Any]) -> None:
    """One that is missing, or that nobody knows, is a 500 that names those that there are."""
    pack = Pack("jobs")
    pack.handles("run")(lambda call: call.perform("getJob", **path))

    _, answer = run(tmp_path, pack)

    assert 500 == answer.status_code
    assert f"'getJob' has the path parameters ['operation', 'body'], not {[*path]}" in answer.json()["detail"]


def test_value_of_a_secret_is_not_told(tmp_path: Path) -> None:
    """A password that does not fit stands neither in the answer nor in the journal, and nothing is stored."""
    pack = Pack("jobs")
    pack.handles("run")(lambda call: call.perform("makeUser", {"name": "Ada", "password": "hunter2"}))

    door, answer = run(tmp_path, pack)

    assert (400, False) == (answer.status_code, "hunter2" in answer.text)
    assert "hunter2" not in door.get("/_sandbox/requests").text
    assert [[]] == [entry["changes"] for entry in door.get("/_sandbox/requests").json()]
