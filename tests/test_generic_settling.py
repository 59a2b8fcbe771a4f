"""Made-up documents on their way into the store: order, parents, references and ids."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbooks.chance import Chance
from sandbooks.generate import Generator
from sandbooks.generic import Settler, identify, link_references, seeding_order, table_for
from sandbooks.resources import Inference, Parent, Reference, Resource
from sandbooks.store import Document
from tests.test_generic_building import TEXT, WHOLE, Schema, Shop, crud, many, op, open_shop, ref, thing

NOW = datetime(2026, 1, 31, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reference", "document", "expected"),
    [
        (Reference("customerId", "customers"), {"customerId": 3}, {"customerId": 41}),
        (Reference("customerId", "customers"), {"customerId": "3"}, {"customerId": "41"}),
        (Reference("customerId", "customers"), {"name": "x"}, {"name": "x"}),
        (Reference("customerId", "customers"), {"customerId": None}, {"customerId": None}),
        (Reference("customer.id", "customers", embedded="customer"), {"customer": {"id": 3}}, {"customer": {"id": 41}}),
        (Reference("lines.itemId", "items"), {"lines": [{"itemId": "a"}, {}]}, {"lines": [{"itemId": "i7"}, {}]}),
        (Reference("itemIds", "items", many=True), {"itemIds": ["a", "b"]}, {"itemIds": ["i7"]}),
        (Reference("unknownId", "nobody"), {"unknownId": 3}, {"unknownId": 3}),
        (Reference("customerId", "items"), {"customerId": 3}, {"customerId": 3}),
        (Reference("customer", "customers"), {"customer": {"id": 3}}, {"customer": 41}),
    ],
)
def test_references_point_at_what_exists(reference: Reference, document: Document, expected: Document) -> None:
    """In the type that stood there, an id in the place of a whole document; else the document stays."""
    ids = {"customers": 41, "items": "i7"}
    before = repr(document)

    linked = link_references(document, Resource("orders", references=(reference,)), ids.get)

    assert linked == expected
    assert repr(document) == before


def test_reference_that_does_not_fit_stays() -> None:
    """An id of another form than the property asks for is not of the collection that its name suggests."""
    orders = Resource("orders", references=(Reference("itemId", "items"), Reference("toolId", "tools")))
    ids = {"items": "i7", "tools": "t1"}

    linked = link_references({"itemId": "a", "toolId": "b"}, orders, ids.get, lambda each, named: named == "i7")

    assert linked == {"itemId": "i7", "toolId": "b"}


def test_collections_are_filled_parents_first() -> None:
    """And what is referred to before what refers to it, as far as circles allow."""
    resources = {
        "notes": Resource("notes", item_path="/tasks/{task}/notes/{id}", parents=(Parent("task", "task", "tasks"),)),
        "tasks": Resource("tasks", item_path="/tasks/{id}", references=(Reference("owner", "users"),)),
        "users": Resource(
            "users", item_path="/users/{id}", references=(Reference("task", "tasks"), Reference("x", "teams"))
        ),
        "teams": Resource("teams", item_path="/teams/{id}"),
    }

    assert seeding_order(Inference(resources)) == ["teams", "tasks", "notes", "users"]


def test_key_of_a_scoped_document_names_its_parents() -> None:
    """So that one name may stand below several of them."""
    labels = Resource(
        "labels",
        item_path="/repos/{repo}/labels/{name}",
        id_property="name",
        scoped=True,
        parents=(Parent("repo", "repo"), Parent("team", "team")),
    )

    assert identify({"name": "a/b", "repo": 7}, labels) == {"_key": "7/a%2Fb", "name": "a/b", "repo": 7}
    assert table_for(labels).id == "_key"


def test_document_with_a_plain_id_needs_no_key() -> None:
    """It is kept under its id."""
    assert identify({"id": 7}, Resource("pets")) == {"id": 7}
    assert (table_for(Resource("pets")).id, table_for(Resource("pets")).new_id) == ("id", "string")
    assert table_for(Resource("pets", id_kind="integer")).new_id == "integer"


SCHEMAS: dict[str, Schema] = {
    "User": thing("login", login=TEXT, name=TEXT),
    "Project": thing(id={**TEXT, "example": "prj_8sJ2kQ0x"}, owner=thing(login=TEXT)),
    "Task": thing(id=WHOLE, title=TEXT),
    "Note": thing(id=WHOLE, text=TEXT, taskId=TEXT),
}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with users, projects, tasks below projects and notes below tasks."""
    tasks = "/projects/{projectId}/tasks"
    operations = {
        "GET /users": op(many(ref("User"))),
        "POST /users": op(ref("User"), status=201, body=ref("User")),
        "GET /users/{login}": op(ref("User")),
        **crud("projects", "Project", ids=TEXT),
        f"GET {tasks}": op(many(ref("Task"))),
        f"POST {tasks}": op(ref("Task"), status=201, body=ref("Task")),
        f"GET {tasks}/{{taskId}}": op(ref("Task")),
        f"GET {tasks}/{{taskId}}/notes": op(many(ref("Note"))),
        f"POST {tasks}/{{taskId}}/notes": op(ref("Note"), status=201, body=ref("Note")),
        f"GET {tasks}/{{taskId}}/notes/{{noteId}}": op(ref("Note")),
    }
    return open_shop(tmp_path, operations, SCHEMAS)


def settle(shop: Shop, collection: str, count: int) -> list[Document | None]:
    """Documents of a collection made up, settled and stored."""
    generator = Generator(shop.description)
    settler = Settler(shop.description, shop.inference, generator)
    resource = shop.inference.resources[collection]
    settled = []
    with shop.store.transaction():
        for index in range(count):
            chance = Chance(3).at(collection, index)
            made = generator.document(resource.schema, chance, now=NOW, given={})
            document = settler.settle(made, resource, shop.store.table, chance, NOW)
            settled.append(shop.store.table(collection).put(document) if document is not None else None)
    return settled


def test_settled_documents_have_ids_of_their_own(shop: Shop) -> None:
    """Though every one was made from the same example; numbers are counted."""
    settle(shop, "projects", 3)
    settle(shop, "tasks", 2)

    projects = [str(document["id"]) for document in shop.stored("projects")]

    assert len(set(projects)) == 3
    assert all(each.startswith("prj_") for each in projects)
    assert [document["id"] for document in shop.stored("tasks")] == [1, 2]


def test_settled_documents_hang_on_parents_that_exist(shop: Shop) -> None:
    """Grandchildren on a parent and on that parent's own, so that every path to them is right."""
    settle(shop, "projects", 3)
    settle(shop, "tasks", 4)
    settle(shop, "notes", 6)

    for note in shop.stored("notes"):
        path = f"/projects/{note['projectId']}/tasks/{note['taskId']}/notes/{note['id']}"
        assert shop.body(f"GET {path}")["id"] == note["id"]


def test_document_without_a_parent_has_no_place(shop: Shop) -> None:
    """None is given for it."""
    assert settle(shop, "tasks", 2) == [None, None]
    assert shop.stored("tasks") == []


def test_names_that_callers_choose_are_made_up_anew(shop: Shop) -> None:
    """No two documents bear one name."""
    logins = [document["login"] for document in settle(shop, "users", 5) if document]

    assert len(set(logins)) == 5
