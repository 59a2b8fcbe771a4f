"""Items of a batch that a handler takes one by one."""

from __future__ import annotations

from sandbooks import Call, Conflict, Pack, Problem, Reply
from sandbooks.pipeline import UNMOVED
from tests.packed import FULL, REX, packed, pets


def test_attempt_undoes_one_item_of_a_batch() -> None:
    """Items are stored one by one; one that fails leaves nothing, not in the state and not among the changes."""
    pack = Pack("petshop")

    @pack.handles("POST /pets")
    def keep_each(call: Call) -> Reply:
        """Keep each letter of the name but a second one of its kind."""
        table, refused = call.collection("pets"), []
        for letter in call.body["name"]:
            try:
                with call.attempt():
                    table.put({"name": letter})
                    if table.count(filters={"name": letter}) > 1:
                        raise Conflict(letter)
            except Conflict as problem:
                refused.append(problem.message)
        return Reply(201, {"refused": refused})

    door = packed(pack)
    answer = door.post("/petshop/pets", json={**REX, "name": "abca"}, headers=FULL)

    assert answer.json() == {"refused": ["a"]}
    assert [pet["name"] for pet in pets(door)] == ["a", "b", "c"]
    assert [change["id"] for change in door.get("/_sandbox/requests").json()[0]["changes"]] == ["1", "2", "3"]


def test_items_that_a_fault_cannot_fail_are_told() -> None:
    """A fault fails the items that a handler takes one by one; of others the journal says that nothing became of it."""
    pack = Pack("petshop")

    @pack.handles("POST /pets")
    def keep_first(call: Call) -> Reply:
        """Take the first item alone."""
        try:
            call.check_item(0)
        except Problem as problem:
            return Reply(201, {"refused": problem.code})
        return Reply(201, call.collection("pets").put(call.body))

    door = packed(pack)
    items = [{"index": index, "code": "LOCKED", "message": "no"} for index in (0, 2, 1)]
    door.post("/_sandbox/faults", json={"match": {"vendor": "petshop"}, "effect": {"fail_items": items}, "times": 2})
    taken = door.post("/petshop/pets", json=REX, headers=FULL)
    listed = door.get("/petshop/pets", headers=FULL)

    assert (taken.json(), listed.json()) == ({"refused": "LOCKED"}, [])
    why = [[line for line in call["why"] if "items" in line][-1:] for call in door.get("/_sandbox/requests").json()]
    assert why == [[UNMOVED.format("0, 1, 2")], [UNMOVED.format("1, 2")]]
