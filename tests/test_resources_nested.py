"""Documents below documents of their own kind, and inside wrappers that hold others of their kind."""

from __future__ import annotations

from sandbooks.resources import Envelope
from tests.test_resources_building import FLAG, NUMBER, TEXT, WHOLE, infer, many, op, ref, thing, told


def test_children_of_the_same_kind_are_documents_of_that_collection() -> None:
    """A list below a task that makes tasks shows tasks; one below something else keeps its own."""
    found = infer(
        {
            "GET /tasks": op(many(ref("Task"))),
            "POST /tasks": op(thing(data=ref("Task")), status=201, body=ref("Task")),
            "GET /tasks/{taskId}": op(thing(data=ref("Task"))),
            "GET /tasks/{taskId}/subtasks": op(many(ref("Short"))),
            "POST /tasks/{taskId}/subtasks": op(thing(data=ref("Task")), status=201, body=ref("Task")),
            "GET /plans/{planId}/steps": op(many(ref("Short"))),
            "POST /plans/{planId}/steps": op(thing(data=ref("Task")), status=201, body=ref("Task")),
        },
        {"Task": thing(id=TEXT, name=TEXT, notes=TEXT), "Short": thing(id=TEXT, name=TEXT)},
    )

    assert list(told(found).values()) == [
        "list tasks",
        "create tasks",
        "get tasks",
        "list tasks",
        "create tasks",
        "list steps",
        "create steps",
    ]
    below = found.behaviours["GET /tasks/{taskId}/subtasks"].parents
    assert [(parent.parameter, parent.collection) for parent in below] == [("taskId", "tasks")]


def test_document_that_holds_another_of_its_kind_is_the_outer_one() -> None:
    """`{data: {id, story: {id}}}` is about the document in `data`, though the one inside bears the noun."""
    found = infer(
        {
            "GET /stories": op(thing(data=many(ref("Short")))),
            "POST /stories": op(thing(data=ref("Story")), status=201, body=thing(data=thing(text=TEXT))),
            "GET /stories/{storyId}": op(thing(data=ref("Story"))),
        },
        {"Story": thing(id=TEXT, text=TEXT, story=ref("Short")), "Short": thing(id=TEXT, text=TEXT)},
    )

    assert found.behaviours["POST /stories"].answer == Envelope("item", ("data",))
    assert found.behaviours["GET /stories/{storyId}"].answer == Envelope("item", ("data",))


def test_uploads_below_a_collection_make_its_documents() -> None:
    """`/files/upload` that answers a file, or a list of the one, makes it; a search and a verb without one do not."""
    found = infer(
        {
            "GET /files": op(many(ref("Short"))),
            "GET /files/{fileId}": op(ref("File")),
            "POST /files/upload": op(ref("File"), body=thing(name=TEXT)),
            "POST /files/content": op(thing(entries=many(ref("Short"))), status=201, body=thing(name=TEXT)),
            "POST /files/search": op(thing(entries=many(ref("Short"))), body=thing(name=TEXT)),
            "POST /files/refresh": op(thing(ok=TEXT)),
        },
        {"File": thing(id=TEXT, name=TEXT, size=TEXT), "Short": thing(id=TEXT, name=TEXT)},
    )

    assert list(told(found).values()) == [
        "list files",
        "get files",
        "create files",
        "create files",
        "list files",
        "schema",
    ]
    assert found.behaviours["POST /files/content"].answer == Envelope("items", ("entries",))


def test_property_that_cannot_hold_the_id_above_is_something_else() -> None:
    """`metric` the number is no metric's name; a number holds the number of a parent, whatever its path says."""
    reading = thing(id=WHOLE, metric=NUMBER, user=WHOLE, day=FLAG)
    listed = op(many(ref("Reading")))
    operations = {
        "GET /users": op(many(ref("User"))),
        "GET /users/{user}": op(ref("User"), ids=TEXT),
        "GET /users/{user}/readings": listed,
        "GET /metrics/{metric}/readings": listed,
        "GET /days/{day}/readings": listed,
    }

    found = infer(operations, {"Reading": reading, "User": thing(id=WHOLE, size=NUMBER)}).behaviours

    parents = {line.split("/")[1]: found[line].parents for line in operations if line.endswith("readings")}
    assert {name: [(each.property, each.hidden) for each in above] for name, above in parents.items()} == {
        "users": [("user", False)],
        "metrics": [("_metric", True)],
        "days": [("_day", True)],
    }
