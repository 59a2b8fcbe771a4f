"""Documents by description alone: made, read, replaced, changed, deleted, and every refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbooks.errors import Conflict, Invalid, NotFound
from tests.test_generic_building import (
    BASE_URL,
    MOMENT,
    NUMBER,
    TEXT,
    WHOLE,
    Shop,
    behaving,
    crud,
    many,
    one_of,
    op,
    open_shop,
    read_only,
    ref,
    thing,
)

PET = thing(
    "id",
    "name",
    id=read_only(WHOLE),
    name=TEXT,
    status=one_of("available", "pending", "sold"),
    nickname={**TEXT, "nullable": True},
    home=thing(city=TEXT, street=TEXT),
    tags=many(TEXT),
    weight=NUMBER,
    chip=read_only(TEXT),
    createdAt=read_only(MOMENT),
    updatedAt=read_only(MOMENT),
)
REX = {
    "nickname": None,
    "id": 1,
    "name": "Rex",
    "status": "available",
    "createdAt": "2026-01-31T09:15:00.000Z",
    "updatedAt": "2026-01-31T09:15:00.000Z",
}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with pets."""
    return open_shop(tmp_path, crud("pets", "Pet"), {"Pet": PET})


def without_chip(document: dict[str, object]) -> dict[str, object]:
    """A pet without the number that chance gave it."""
    return {name: value for name, value in document.items() if name != "chip"}


def test_created_document_is_what_was_sent_and_what_a_server_adds(shop: Shop) -> None:
    """Id, read-only properties, first status and both moments are added; nothing else is invented."""
    reply = shop.send("POST /pets", {"name": "Rex"})

    assert (reply.status, without_chip(reply.body)) == (201, REX)
    assert reply.headers["Location"] == f"{BASE_URL}/pets/1"
    assert isinstance(reply.body["chip"], str)
    assert shop.stored("pets") == [reply.body]


def test_created_document_is_read_back(shop: Shop) -> None:
    """The same document by its id, whatever its properties."""
    sent = {"name": "Rex", "home": {"city": "Graz"}, "tags": ["a", "b"], "weight": 12.75, "collar": "red"}

    made = shop.body("POST /pets", sent)

    assert shop.body("GET /pets/1") == made
    assert {name: made[name] for name in sent} == sent


def test_read_of_unknown_id_is_refused_by_name(shop: Shop) -> None:
    """Collection and id stand in the message."""
    problem = shop.refuse("GET /pets/77")

    assert isinstance(problem, NotFound)
    assert problem.message == "pets has no document with id 77"


def test_ids_are_never_used_again(shop: Shop) -> None:
    """A deleted document's number is not given to the next."""
    shop.send("POST /pets", {"name": "Rex"})
    shop.send("POST /pets", {"name": "Max"})
    shop.send("DELETE /pets/2")

    assert shop.body("POST /pets", {"name": "Bo"})["id"] == 3


def test_read_only_properties_that_a_caller_sends_do_not_count(shop: Shop) -> None:
    """The server's own id and moments stand."""
    made = shop.body("POST /pets", {"id": 50, "name": "Rex", "createdAt": "2001-01-01T00:00:00Z", "chip": "mine"})

    assert without_chip(made) == REX
    assert made["chip"] != "mine"


def test_update_merges_and_touches(shop: Shop) -> None:
    """Objects merge, arrays and values give way; only the moment of the last change moves."""
    shop.send("POST /pets", {"name": "Rex", "home": {"city": "Graz", "street": "Hauptplatz 1"}, "tags": ["a", "b"]})
    shop.wait(minutes=5)

    changed = shop.body("PATCH /pets/1", {"status": "sold", "home": {"street": "Ring 7"}, "tags": ["c"]})

    assert without_chip(changed) == {
        **REX,
        "status": "sold",
        "home": {"city": "Graz", "street": "Ring 7"},
        "tags": ["c"],
        "updatedAt": "2026-01-31T09:20:00.000Z",
    }
    assert shop.body("GET /pets/1") == changed


def test_null_empties_a_property(shop: Shop) -> None:
    """It is stored where null is a value of the property, and takes the property away where it is not."""
    shop.send("POST /pets", {"name": "Rex", "nickname": "R", "weight": 3, "home": {"city": "Graz", "street": "Ring 7"}})

    changed = shop.body("PATCH /pets/1", {"nickname": None, "weight": None, "home": {"street": None}})

    assert changed["nickname"] is None
    assert "weight" not in changed
    assert changed["home"] == {"city": "Graz"}


def test_null_empties_a_map_that_must_be_there(tmp_path: Path) -> None:
    """Labels that every pet has are none afterwards."""
    pet = thing("labels", id=read_only(WHOLE), labels={"type": "object", "additionalProperties": TEXT})
    shop = open_shop(tmp_path, crud("pets", "Pet"), {"Pet": pet})
    shop.send("POST /pets", {"labels": {"colour": "red"}})

    assert shop.body("PATCH /pets/1", {"labels": None}) == {"id": 1, "labels": {}}
    assert shop.body("GET /pets/1") == {"id": 1, "labels": {}}


def test_null_for_what_must_be_there_is_refused(shop: Shop) -> None:
    """A required property that cannot be null stays, and the refusal points at it."""
    shop.send("POST /pets", {"name": "Rex"})

    problem = shop.refuse("PATCH /pets/1", {"name": None})

    assert isinstance(problem, Invalid)
    assert [(detail.place, detail.pointer) for detail in problem.details] == [("body", "/name")]
    assert shop.body("GET /pets/1")["name"] == "Rex"


def test_update_keeps_what_callers_cannot_set(shop: Shop) -> None:
    """Id and read-only properties in a patch do not count."""
    made = shop.body("POST /pets", {"name": "Rex"})

    changed = shop.body("PATCH /pets/1", {"id": 9, "chip": "mine", "createdAt": "2001-01-01T00:00:00Z", "name": "Max"})

    assert changed == {**made, "name": "Max"}


def test_json_patch_is_followed(shop: Shop) -> None:
    """The operations of RFC 6902, on any operation that takes that content type."""
    shop.send("POST /pets", {"name": "Rex", "tags": ["a", "b"], "weight": 3})
    operations = [
        {"op": "test", "path": "/tags/0", "value": "a"},
        {"op": "add", "path": "/tags/-", "value": "c"},
        {"op": "remove", "path": "/tags/0"},
        {"op": "replace", "path": "/name", "value": "Max"},
        {"op": "move", "from": "/weight", "path": "/nickname"},
        {"op": "copy", "from": "/name", "path": "/home", "value": None},
        {"op": "replace", "path": "/home", "value": {"city": "Graz"}},
        {"op": "replace", "path": "/id", "value": 12},
    ]

    changed = shop.send_patch("PATCH /pets/1", operations).body

    assert changed["id"] == 1
    assert (changed["name"], changed["tags"], changed["home"]) == ("Max", ["b", "c"], {"city": "Graz"})
    assert changed["nickname"] == "3"
    assert "weight" not in changed


@pytest.mark.parametrize(
    ("operation", "kind", "message"),
    [
        ({"op": "test", "path": "/name", "value": "Max"}, Conflict, "/name is 'Rex', not 'Max' as tested"),
        ({"op": "remove", "path": "/tags/4"}, Invalid, "/tags/4 leads nowhere; there is no '4'"),
        ({"op": "remove", "path": ""}, Invalid, "the whole document cannot be taken away; delete it instead"),
        ({"op": "remove", "path": "name"}, Invalid, "'name' is no JSON pointer; it begins with /"),
        ({"op": "replace", "path": "", "value": 5}, Invalid, "5 would be the document; a document is an object"),
    ],
)
def test_json_patch_that_cannot_be_followed_is_refused(
    shop: Shop, operation: dict[str, object], kind: type[Exception], message: str
) -> None:
    """With the path that leads nowhere, or the value that is not as tested; nothing of it is kept."""
    shop.send("POST /pets", {"name": "Rex", "tags": ["a"]})

    problem = shop.refuse_patch("PATCH /pets/1", [{"op": "replace", "path": "/name", "value": "Rex"}, operation])

    assert (type(problem), problem.message) == (kind, message)


def test_replace_keeps_id_and_what_the_server_made(shop: Shop) -> None:
    """Everything else is what was sent, and no more."""
    made = shop.body("POST /pets", {"name": "Rex", "weight": 3, "tags": ["a"]})
    shop.wait(minutes=5)

    replaced = shop.body("PUT /pets/1", {"name": "Max", "nickname": None})

    assert replaced == {
        "id": 1,
        "name": "Max",
        "nickname": None,
        "status": "available",
        "chip": made["chip"],
        "createdAt": "2026-01-31T09:15:00.000Z",
        "updatedAt": "2026-01-31T09:20:00.000Z",
    }
    assert shop.stored("pets") == [replaced]


@pytest.mark.parametrize("line", ["PUT /pets/7", "PATCH /pets/7", "DELETE /pets/7"])
def test_change_of_what_is_not_there_is_refused(shop: Shop, line: str) -> None:
    """With the id, and nothing is made."""
    problem = shop.refuse(line, None if line.startswith("DELETE") else {"name": "Max"})

    assert isinstance(problem, NotFound)
    assert problem.message.startswith("pets has no document with id 7")
    assert shop.stored("pets") == []


def test_deleted_document_is_gone(shop: Shop) -> None:
    """No body, no document; a second time it is not found."""
    shop.send("POST /pets", {"name": "Rex"})

    reply = shop.send("DELETE /pets/1")

    assert (reply.status, reply.body) == (204, None)
    assert isinstance(shop.refuse("GET /pets/1"), NotFound)
    assert isinstance(shop.refuse("DELETE /pets/1"), NotFound)


def test_replace_that_may_make_makes(tmp_path: Path) -> None:
    """With the id of the path, and the status for it; the second time it replaces."""
    operations = {
        "GET /labels/{code}": op(ref("Label")),
        "PUT /labels/{code}": {
            **op(ref("Label"), body=ref("Label")),
            "responses": {
                status: {"description": "", "content": {"application/json": {"schema": ref("Label")}}}
                for status in ("200", "201")
            },
        },
    }
    shop = open_shop(
        tmp_path,
        operations,
        {"Label": thing(code=TEXT, colour=TEXT)},
        alter=behaving("PUT /labels/{code}", upsert=True, success=200, success_created=201),
    )

    first = shop.send("PUT /labels/fragile", {"colour": "red"})
    second = shop.send("PUT /labels/fragile", {"colour": "blue"})

    assert (first.status, first.body) == (201, {"code": "fragile", "colour": "red"})
    assert first.headers["Location"] == f"{BASE_URL}/labels/fragile"
    assert (second.status, second.body) == (200, {"code": "fragile", "colour": "blue"})
    assert shop.stored("labels") == [{"code": "fragile", "colour": "blue"}]


def test_create_with_an_id_of_the_callers(tmp_path: Path) -> None:
    """The id in the body counts; a taken one is refused and the document stays as it was."""
    shop = open_shop(
        tmp_path,
        crud("pets", "Pet"),
        {"Pet": thing("name", id=WHOLE, name=TEXT)},
        alter=behaving("POST /pets", takes_id=True),
    )

    made = shop.body("POST /pets", {"id": 10, "name": "Rex"})
    problem = shop.refuse("POST /pets", {"id": 10, "name": "Max"})

    assert made == {"id": 10, "name": "Rex"}
    assert isinstance(problem, Conflict)
    assert problem.message == "pets already has a document with id 10; choose another, or change that one"
    assert shop.body("POST /pets", {"name": "Bo"}) == {"id": 11, "name": "Bo"}
    assert shop.body("GET /pets/10") == {"id": 10, "name": "Rex"}


def test_create_that_may_change_changes(tmp_path: Path) -> None:
    """A known id merges into the document instead of a conflict."""
    shop = open_shop(
        tmp_path,
        crud("pets", "Pet"),
        {"Pet": thing(id=WHOLE, name=TEXT, weight=NUMBER)},
        alter=behaving("POST /pets", upsert=True),
    )
    shop.send("POST /pets", {"id": 10, "name": "Rex", "weight": 3})

    changed = shop.body("POST /pets", {"id": 10, "weight": 4.5})

    assert changed == {"id": 10, "name": "Rex", "weight": 4.5}
    assert len(shop.stored("pets")) == 1


def test_refused_create_stores_nothing(tmp_path: Path) -> None:
    """A conflict in the middle of a call takes back what the call did before."""
    shop = open_shop(
        tmp_path,
        {"POST /pets": op(many(ref("Pet")), status=201, body=many(ref("Pet"))), "GET /pets": op(many(ref("Pet")))},
        {"Pet": thing(id=WHOLE, name=TEXT)},
        alter=behaving("POST /pets", takes_id=True),
    )

    problem = shop.refuse("POST /pets", [{"id": 1, "name": "Rex"}, {"id": 1, "name": "Max"}])

    assert isinstance(problem, Conflict)
    assert shop.stored("pets") == []


def test_same_calls_give_the_same_answers(tmp_path: Path) -> None:
    """Chance follows from the seed and the state alone."""
    answers = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        pet = {**PET, "properties": {**PET["properties"], "id": read_only(TEXT)}}
        shop = open_shop(folder, crud("pets", "Pet", ids=TEXT), {"Pet": pet})
        answers.append([shop.body("POST /pets", {"name": "Rex"}), shop.body("POST /pets", {"name": "Rex"})])

    assert answers[0] == answers[1]
    assert answers[0][0]["id"] != answers[0][1]["id"]
