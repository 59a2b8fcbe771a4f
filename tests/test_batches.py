"""Items of a batch that a handler takes one by one."""

from __future__ import annotations

from sandbooks import Call, Conflict, Pack, Reply
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
