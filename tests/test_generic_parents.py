"""Documents below others: parents that must exist, ids that are unique below one parent, things there is one of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sandbooks.errors import Conflict, NotFound
from sandbooks.resources import Inference, Parent
from sandbooks.store import Store, TableSchema
from tests.lifecycle import report_on
from tests.test_generic_building import (
    BASE_URL,
    FLAG,
    TEXT,
    WHOLE,
    Schema,
    Shop,
    crud,
    ids_of,
    many,
    op,
    open_shop,
    ref,
    thing,
)

SCHEMAS: dict[str, Schema] = {
    "Project": thing(id=WHOLE, name=TEXT),
    "Task": thing(id=WHOLE, title=TEXT),
    "Note": thing(id=WHOLE, text=TEXT, taskId=TEXT),
    "Label": thing("name", name=TEXT, colour=TEXT),
    "Settings": thing("theme", theme={**TEXT, "default": "light"}, beta=FLAG),
}
TASKS = "/projects/{projectId}/tasks"
NOTES = f"{TASKS}/{{taskId}}/notes"
LABELS = "/projects/{projectId}/labels"
SETTINGS = "/projects/{projectId}/settings"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with two projects, two tasks in the first and one in the second."""
    operations = {
        **crud("projects", "Project"),
        f"GET {TASKS}": op(many(ref("Task")), ids=WHOLE),
        f"POST {TASKS}": op(ref("Task"), status=201, body=ref("Task"), ids=WHOLE),
        f"GET {TASKS}/{{taskId}}": op(ref("Task"), ids=WHOLE),
        f"PUT {TASKS}/{{taskId}}": op(ref("Task"), body=ref("Task"), ids=WHOLE),
        f"PATCH {TASKS}/{{taskId}}": op(ref("Task"), body=ref("Task"), ids=WHOLE),
        f"DELETE {TASKS}/{{taskId}}": op(status=204, ids=WHOLE),
        f"GET {NOTES}": op(many(ref("Note")), ids=WHOLE),
        f"POST {NOTES}": op(ref("Note"), status=201, body=ref("Note"), ids=WHOLE),
        f"GET {NOTES}/{{noteId}}": op(ref("Note"), ids=WHOLE),
        f"GET {LABELS}": op(many(ref("Label")), ids=TEXT),
        f"POST {LABELS}": op(ref("Label"), status=201, body=ref("Label"), ids=TEXT),
        f"GET {LABELS}/{{name}}": op(ref("Label"), ids=TEXT),
        f"DELETE {LABELS}/{{name}}": op(status=204, ids=TEXT),
        f"GET {SETTINGS}": op(ref("Settings"), ids=WHOLE),
        f"PUT {SETTINGS}": op(ref("Settings"), body=ref("Settings"), ids=WHOLE),
        f"PATCH {SETTINGS}": op(ref("Settings"), body={"type": "object"}, ids=WHOLE),
    }
    shop = open_shop(tmp_path, operations, SCHEMAS)
    for name in ("one", "two"):
        shop.send("POST /projects", {"name": name})
    for line, title in (("1", "a"), ("1", "b"), ("2", "c")):
        shop.send(f"POST /projects/{line}/tasks", {"title": title})
    return shop


def test_list_holds_the_children_of_its_parent(shop: Shop) -> None:
    """And no others; the parent's id is not shown where the schema does not show it."""
    assert shop.body("GET /projects/1/tasks") == [{"id": 1, "title": "a"}, {"id": 2, "title": "b"}]
    assert shop.body("GET /projects/2/tasks") == [{"id": 3, "title": "c"}]


def test_child_is_found_below_its_parent_only(shop: Shop) -> None:
    """Below another it is not there, whatever is done with it."""
    assert shop.body("GET /projects/2/tasks/3") == {"id": 3, "title": "c"}
    for line, body in (("GET", None), ("PUT", {"title": "x"}), ("PATCH", {"title": "x"}), ("DELETE", None)):
        assert shop.refuse(f"{line} /projects/1/tasks/3", body).message.startswith("tasks has no document with id 3")


@pytest.mark.parametrize("line", ["GET /projects/9/tasks", "POST /projects/9/tasks", "GET /projects/9/tasks/1"])
def test_parent_must_exist(shop: Shop, line: str) -> None:
    """The refusal names it."""
    problem = shop.refuse(line, {"title": "x"} if line.startswith("POST") else None)

    assert isinstance(problem, NotFound)
    assert problem.message == "projects has no document with id 9; make it first"


def test_parent_must_belong_to_its_own_parent(shop: Shop) -> None:
    """A task of another project has no notes here."""
    assert shop.refuse("GET /projects/1/tasks/3/notes").message == "tasks has no document with id 3; make it first"
    assert shop.body("GET /projects/2/tasks/3/notes") == []


def test_parents_id_is_kept_in_the_type_that_the_child_shows(shop: Shop) -> None:
    """A number in the path may be a text in the document; the list finds it, and what was sent instead is not kept."""
    made = shop.body("POST /projects/1/tasks/2/notes", {"text": "hm", "taskId": "77"})

    assert made == {"id": 1, "text": "hm", "taskId": "2"}
    assert shop.body("GET /projects/1/tasks/2/notes") == [made]
    assert shop.body("GET /projects/1/tasks/2/notes/1") == made


def test_address_of_a_child_names_its_parents(shop: Shop) -> None:
    """Each in its place."""
    reply = shop.send("POST /projects/1/tasks/2/notes", {"text": "hm"})

    assert reply.headers["Location"] == f"{BASE_URL}/projects/1/tasks/2/notes/1"


def test_replaced_child_stays_below_its_parent(shop: Shop) -> None:
    """Though nothing that is sent says so."""
    shop.send("PUT /projects/1/tasks/1", {"title": "z"})

    assert shop.body("GET /projects/1/tasks") == [{"id": 1, "title": "z"}, {"id": 2, "title": "b"}]


def test_deleted_parent_takes_its_children_along(shop: Shop) -> None:
    """And theirs; those of others stay."""
    shop.send("POST /projects/1/tasks/2/notes", {"text": "hm"})
    shop.send("POST /projects/2/tasks/3/notes", {"text": "oh"})

    shop.send("DELETE /projects/1")

    assert ids_of(shop.stored("tasks")) == [3]
    assert ids_of(shop.stored("notes")) == [2]


def test_name_is_unique_below_one_parent(shop: Shop) -> None:
    """The same name below another parent is another document."""
    shop.send("POST /projects/1/labels", {"name": "red", "colour": "f00"})
    shop.send("POST /projects/2/labels", {"name": "red", "colour": "e11"})

    assert shop.inference.resources["labels"].scoped
    assert shop.body("GET /projects/1/labels/red") == {"name": "red", "colour": "f00"}
    assert shop.body("GET /projects/2/labels/red") == {"name": "red", "colour": "e11"}
    assert shop.body("GET /projects/2/labels") == [{"name": "red", "colour": "e11"}]


def test_name_that_is_taken_below_its_parent_is_refused(shop: Shop) -> None:
    """And the document stays as it was."""
    shop.send("POST /projects/1/labels", {"name": "red", "colour": "f00"})

    problem = shop.refuse("POST /projects/1/labels", {"name": "red", "colour": "e11"})

    assert isinstance(problem, Conflict)
    assert problem.message == ("labels has a document with name red already; change that one, or delete it first")
    assert shop.body("GET /projects/1/labels/red")["colour"] == "f00"


def test_name_below_a_parent_is_free_again(shop: Shop) -> None:
    """After the document is deleted."""
    shop.send("POST /projects/1/labels", {"name": "red"})

    shop.send("DELETE /projects/1/labels/red")

    assert isinstance(shop.refuse("GET /projects/1/labels/red"), NotFound)
    assert shop.send("POST /projects/1/labels", {"name": "red"}).status == 201


def test_singleton_is_there_before_anybody_made_it(shop: Shop) -> None:
    """The same at each read, and each parent has its own; reading stores nothing."""
    before = shop.store.revision

    first, second = shop.body("GET /projects/1/settings"), shop.body("GET /projects/1/settings")

    assert first == second
    assert shop.store.revision == before
    assert isinstance(shop.refuse("GET /projects/9/settings"), NotFound)


def test_changed_singleton_stays_changed(shop: Shop) -> None:
    """What was not named stays as it was read before."""
    before = shop.body("GET /projects/1/settings")

    changed = shop.body("PATCH /projects/1/settings", {"beta": not before.get("beta")})

    assert changed == {**before, "beta": not before.get("beta")}
    assert shop.body("GET /projects/1/settings") == changed
    assert shop.body("GET /projects/2/settings") != changed or len(shop.stored("settings")) == 1


def test_replaced_singleton_is_what_was_sent(shop: Shop) -> None:
    """A second time too; there is one only."""
    shop.send("PUT /projects/1/settings", {"theme": "dark", "beta": True})
    replaced = shop.body("PUT /projects/1/settings", {"theme": "grey"})

    assert replaced == {"theme": "grey"}
    assert shop.body("GET /projects/1/settings") == {"theme": "grey"}
    assert len(shop.stored("settings")) == 1


def test_singleton_that_can_be_deleted_comes_and_goes(tmp_path: Path) -> None:
    """It is not there until it is put, and gone once it is deleted."""
    avatar = thing("url", url=TEXT)
    operations = {
        **crud("users", "User"),
        "GET /users/{id}/avatar": op(ref("Avatar"), ids=WHOLE),
        "PUT /users/{id}/avatar": op(ref("Avatar"), body=ref("Avatar"), ids=WHOLE),
        "DELETE /users/{id}/avatar": op(status=204, ids=WHOLE),
    }
    shop = open_shop(tmp_path, operations, {"User": thing(id=WHOLE), "Avatar": avatar})
    shop.put("users", {"id": 1})

    assert isinstance(shop.refuse("GET /users/1/avatar"), NotFound)
    assert isinstance(shop.refuse("DELETE /users/1/avatar"), NotFound)
    assert shop.body("PUT /users/1/avatar", {"url": "/a.png"}) == {"url": "/a.png"}
    assert shop.body("GET /users/1/avatar") == {"url": "/a.png"}
    assert shop.send("DELETE /users/1/avatar").status == 204
    assert isinstance(shop.refuse("GET /users/1/avatar"), NotFound)


def test_parent_that_nobody_keeps_keeps_documents_apart(tmp_path: Path) -> None:
    """Any company number is right; what is made under one is not seen under another."""
    operations = {
        "GET /companies/{company}/items": op(many(ref("Item"))),
        "POST /companies/{company}/items": op(ref("Item"), status=201, body=ref("Item")),
        "GET /companies/{company}/items/{id}": op(ref("Item")),
    }
    shop = open_shop(tmp_path, operations, {"Item": thing(id=TEXT, name=TEXT)})

    made = shop.body("POST /companies/acme/items", {"name": "x"})

    assert shop.body("GET /companies/acme/items") == [made]
    assert shop.body("GET /companies/other/items") == []
    assert shop.body(f"GET /companies/acme/items/{made['id']}") == made
    assert isinstance(shop.refuse(f"GET /companies/other/items/{made['id']}"), NotFound)


def test_document_is_found_by_another_property(tmp_path: Path) -> None:
    """Where a path names it by something else than its id, and children hang on that."""

    def by_login(inference: Inference) -> Inference:
        keyed = {
            key: replace(behaviour, key="login") if behaviour.id and behaviour.resource == "users" else behaviour
            for key, behaviour in inference.behaviours.items()
        }
        users = replace(
            inference.resources["users"], id_property="id", id_kind="integer", caller_id=False, scoped=False
        )
        return Inference({**inference.resources, "users": users}, keyed)

    operations = {
        "GET /users": op(many(ref("User"))),
        "POST /users": op(ref("User"), status=201, body=ref("User")),
        "GET /users/{login}": op(ref("User")),
        "DELETE /users/{login}": op(status=204),
        "GET /users/{login}/keys": op(many(ref("Key"))),
        "POST /users/{login}/keys": op(ref("Key"), status=201, body=ref("Key")),
        "GET /users/{login}/keys/{id}": op(ref("Key")),
    }
    schemas = {"User": thing("login", id=WHOLE, login=TEXT), "Key": thing(id=TEXT, text=TEXT)}
    shop = open_shop(tmp_path, operations, schemas, alter=by_login)
    shop.send("POST /users", {"login": "ada"})
    key = shop.body("POST /users/ada/keys", {"text": "ssh"})

    assert shop.body("GET /users/ada") == {"id": 1, "login": "ada"}
    assert shop.body("GET /users/ada/keys") == [key]
    assert shop.refuse("GET /users/bea").message.startswith("users has no document with login bea")
    assert shop.refuse("GET /users/bea/keys").message == "users has no document with login bea; make it first"
    assert shop.send("DELETE /users/ada").status == 204


def test_id_inside_an_object_identifies(tmp_path: Path) -> None:
    """`metadata.name` is an id like any other."""
    pod = thing("metadata", kind=TEXT, metadata=thing("name", name=TEXT, labels={"type": "object"}))
    operations = {
        "GET /pods": op(many(ref("Pod"))),
        "POST /pods": op(ref("Pod"), status=201, body=ref("Pod")),
        "GET /pods/{name}": op(ref("Pod")),
        "PATCH /pods/{name}": op(ref("Pod"), body={"type": "object"}),
        "DELETE /pods/{name}": op(status=204),
    }
    shop = open_shop(tmp_path, operations, {"Pod": pod})
    sent = {"kind": "Pod", "metadata": {"name": "web", "labels": {"a": "b"}}}

    made = shop.body("POST /pods", sent)
    changed = shop.body("PATCH /pods/web", {"metadata": {"labels": {"c": "d"}}})

    assert made == sent
    assert changed == {"kind": "Pod", "metadata": {"name": "web", "labels": {"a": "b", "c": "d"}}}
    assert shop.body("GET /pods") == [changed]
    assert isinstance(shop.refuse("POST /pods", sent), Conflict)
    assert shop.send("DELETE /pods/web").status == 204
    assert isinstance(shop.refuse("GET /pods/web"), NotFound)


def test_numbers_below_a_parent_are_counted_there(tmp_path: Path) -> None:
    """Each parent's first document has the number 1."""
    operations = {
        "GET /repos/{repo}/issues": op(many(ref("Issue"))),
        "POST /repos/{repo}/issues": op(ref("Issue"), status=201, body=thing(title=TEXT)),
        "GET /repos/{repo}/issues/{number}": {
            **op(ref("Issue")),
            "parameters": [{"name": "number", "in": "path", "required": True, "schema": WHOLE}],
        },
    }
    shop = open_shop(tmp_path, operations, {"Issue": thing(number=WHOLE, title=TEXT)})

    numbers = [shop.body(f"POST /repos/{repo}/issues", {"title": "x"})["number"] for repo in ("a", "a", "b", "a")]

    assert shop.inference.resources["issues"].parents == (Parent("repo", "repo", "", hidden=True),)
    assert numbers == [1, 2, 1, 3]
    assert shop.body("GET /repos/b/issues/1") == {"number": 1, "title": "x"}


@pytest.mark.parametrize(
    ("name", "makes"),
    [("lineNumber", True), ("sku", True), ("ref", False)],
    ids=["a number", "must be sent", "put under an id"],
)
def test_ids_that_callers_give_are_unique_below_a_parent(tmp_path: Path, name: str, makes: bool) -> None:
    """Two orders have a line 77 each; a second one in one order is refused, and the first stays as it is."""
    lines = "/orders/{id}/lines"
    line = {"type": "object", "properties": {name: WHOLE, "text": TEXT}, "required": [name]}
    operations = {
        **crud("orders", "Order"),
        f"GET {lines}": op(many(ref("Line")), ids=WHOLE),
        f"GET {lines}/{{{name}}}": op(ref("Line")),
        f"PUT {lines}/{{{name}}}": op(ref("Line"), body=ref("Line")),
    }
    if makes:
        operations[f"POST {lines}"] = op(ref("Line"), status=201, body=ref("Line"), ids=WHOLE)
    shop = open_shop(tmp_path, operations, {"Order": thing(id=WHOLE, name=TEXT), "Line": line})
    shop.send("POST /orders", {"name": "a"})
    shop.send("POST /orders", {"name": "b"})

    for order in ("1", "2"):
        sent = {name: 77, "text": order}
        shop.send(f"POST /orders/{order}/lines" if makes else f"PUT /orders/{order}/lines/77", sent)
    if makes:
        assert isinstance(shop.refuse("POST /orders/2/lines", {name: 77, "text": "again"}), Conflict)

    assert shop.body("GET /orders/1/lines/77") == {name: 77, "text": "1"}
    assert shop.body("GET /orders/2/lines") == [{name: 77, "text": "2"}]
    assert shop.body("PUT /orders/2/lines/77", {name: 77, "text": "new"}) == {name: 77, "text": "new"}
    assert shop.body("GET /orders/1/lines") == [{name: 77, "text": "1"}]


def test_collection_that_a_pack_keeps_otherwise_is_served_all_the_same(shop: Shop) -> None:
    """Under an id of the pack's choice, documents are found by what the path names."""
    shop.store = Store([TableSchema("projects"), TableSchema("labels", id="number")])
    shop.send("POST /projects", {"name": "one"})

    shop.send("POST /projects/1/labels", {"name": "red", "colour": "f00"})

    assert shop.body("GET /projects/1/labels/red") == {"name": "red", "colour": "f00", "number": 1}
    assert shop.send("DELETE /projects/1/labels/red").status == 204
    assert shop.stored("labels") == []


def test_parent_without_an_id_takes_nothing_along(shop: Shop) -> None:
    """What hangs on nothing stays when something is deleted."""
    shop.put("tasks", {"id": 70, "title": "adrift"})

    shop.send("DELETE /projects/2")

    assert ids_of(shop.stored("tasks")) == [1, 2, 70]


def test_collection_made_only_below_its_own_documents_has_a_life(tmp_path: Path) -> None:
    """The first of them is of the seeds; the rest are made below it."""
    folder = thing("id", id=WHOLE, folder_id=WHOLE, name=TEXT)
    open_shop(
        tmp_path,
        {
            "GET /folders": op(many(ref("Folder"))),
            "GET /folders/{id}": op(ref("Folder"), ids=WHOLE),
            "POST /folders/{id}/folders": op(ref("Folder"), body=ref("Folder"), status=201, ids=WHOLE),
        },
        {"Folder": folder},
    )

    swept, lived = report_on(tmp_path / "shop.json")

    assert swept.faults + lived.faults == []
    assert lived.done["create"] == 1
