"""Another operation as a part of a call: the items of a batch are what the single call takes."""

from __future__ import annotations

import pytest

from sandbooks import Call, Conflict, Event, Handler, Pack, Problem, Reply
from tests.packed import FULL, REX, packed, pets


def batching() -> Pack:
    """A pack whose PATCH /pets/{petId} takes names, and performs what makes a pet for each."""
    pack = Pack("petshop")

    @pack.extends("createPet")
    def create_pet(call: Call, described: Handler) -> Reply:
        """Announce it, and have no second one of a name."""
        call.emit(Event("pet.created", call.body["name"]))
        if call.collection("pets").count(filters={"name": call.body["name"]}):
            raise Conflict(f"{call.body['name']} is there", code="taken")
        return described(call)

    return pack


def test_items_are_single_calls() -> None:
    """Each item is checked and answered as a call of its own; one that fails leaves neither document nor event."""
    pack = batching()
    said: list[object] = []

    @pack.handles("listPets")
    def make_some(call: Call) -> Reply:
        for item in ({**REX, "name": "Uhu"}, {**REX, "name": 5}, {**REX, "name": "Uhu"}, None):
            try:
                with call.attempt():
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
