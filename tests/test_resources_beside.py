"""What stands beside a collection: upserts, singletons, actions, searches, bulk calls, calls by name, soft deletes."""

from __future__ import annotations

from sandbooks.resources import Action, Envelope, Filter, Input, Parent, SoftDelete
from tests.test_resources_building import (
    DAY,
    FLAG,
    MOMENT,
    NUMBER,
    TEXT,
    WHOLE,
    Schema,
    infer,
    many,
    one_of,
    op,
    ref,
    thing,
    told,
)


def test_put_that_makes_what_is_absent() -> None:
    """Labels are named by the caller and made by PUT; two boards may use one name."""
    found = infer(
        {
            "GET /boards/{boardId}/labels": op(many(ref("Label"))),
            "PUT /boards/{boardId}/labels/{name}": op(
                ref("Label"), body=ref("Label"), also={"201": {"description": "made"}}
            ),
            "GET /boards/{boardId}/labels/{name}": op(ref("Label")),
            "GET /kv/{key}": op(thing(value=TEXT)),
            "PUT /kv/{key}": op(thing(value=TEXT), body=thing(value=TEXT)),
            "DELETE /kv/{key}": op(status=204),
        },
        {"Label": thing(name=TEXT, color=TEXT)},
    )

    put = found.behaviours["PUT /boards/{boardId}/labels/{name}"]
    assert (put.role, put.upsert, put.success, put.success_created) == ("replace", True, 200, 201)
    labels = found.resources["labels"]
    assert (labels.id_property, labels.caller_id, labels.scoped) == ("name", True, True)
    assert told(found)["PUT /kv/{key}"] == "replace kv upsert"
    assert (found.resources["kv"].id_property, found.resources["kv"].id_hidden) == ("key", True)
    assert found.resources["kv"].hidden == ("key",)


def test_documents_without_an_id_of_their_own_are_singletons() -> None:
    """Settings of the account and the profile of each user are read and written without an id."""
    found = infer(
        {
            "GET /settings": op(ref("Settings")),
            "PUT /settings": op(ref("Settings"), body=ref("Settings")),
            "GET /users/{id}": op(ref("User")),
            "POST /users": op(ref("User"), body=ref("User")),
            "GET /users/{id}/profile": op(thing(data=ref("Profile"))),
            "PATCH /users/{id}/profile": op(thing(data=ref("Profile")), body=thing(bio=TEXT)),
            "GET /users/me": op(ref("User")),
            "GET /status": op(thing(up=FLAG)),
        },
        {
            "Settings": thing(currency=TEXT, locale=TEXT),
            "User": thing(id=TEXT, name=TEXT),
            "Profile": thing(bio=TEXT, avatar=TEXT),
        },
    )

    assert told(found) == {
        "GET /settings": "one get settings",
        "PUT /settings": "one replace settings",
        "GET /users/{id}": "get users",
        "POST /users": "create users",
        "GET /users/{id}/profile": "one get profile",
        "PATCH /users/{id}/profile": "one update profile",
        "GET /users/me": "get users",
        "GET /status": "schema",
    }
    assert found.resources["profile"].singleton is True
    assert found.behaviours["PATCH /users/{id}/profile"].parents == (Parent("id", "user_id", "users", hidden=True),)
    assert found.behaviours["GET /users/{id}/profile"].answer == Envelope("item", ("data",))
    assert found.behaviours["PATCH /users/{id}/profile"].request == Envelope("item")


def test_verbs_behind_a_document_move_its_status() -> None:
    """Where the enum shows the state; where it does not, the answer comes from the schema."""
    invoice = thing(
        id=TEXT,
        status=one_of("DRAFT", "APPROVED", "VOIDED", "PAID", "SENT"),
        archived=FLAG,
        paid_at=MOMENT,
    )
    found = infer(
        {
            "POST /invoices": op(ref("Invoice"), body=ref("Invoice")),
            "GET /invoices/{id}": op(ref("Invoice")),
            "POST /invoices/{id}/approve": op(ref("Invoice")),
            "POST /invoices/{id}/void": op(status=204),
            "POST /invoices/{id}/mark-as-paid": op(thing(ok=FLAG)),
            "PUT /invoices/{id}/archive": op(ref("Invoice")),
            "PUT /invoices/{id}/unarchive": op(ref("Invoice")),
            "POST /invoices/{id}:send": op(ref("Invoice"), body=thing(email=TEXT)),
            "PUT /invoices/{id}/status": op(ref("Invoice"), body=thing(status=TEXT)),
            "POST /invoices/{id}/remind": op(status=204),
            "POST /invoices/{id}/email": op(ref("Invoice")),
            "POST /invoices/{id}/copy": op(ref("Invoice")),
            "GET /invoices/{id}/status": op(thing(status=TEXT)),
        },
        {"Invoice": invoice},
    )

    assert list(told(found).values()) == [
        "create invoices",
        "get invoices",
        "action invoices status=APPROVED",
        "action invoices status=VOIDED",
        "action invoices status=PAID",
        "action invoices archived=True",
        "action invoices archived=False",
        "action invoices status=SENT",
        "get invoices",
        "update invoices",
        "schema",
        "action invoices",
        "copy invoices",
    ]
    assert found.behaviours["GET /invoices/{id}/status"].answer == Envelope("other")
    approve = found.behaviours["POST /invoices/{id}/approve"]
    assert (approve.action, approve.id) == (Action("status", "APPROVED"), Input(("id",), "path"))
    assert approve.answer == Envelope("item")
    assert found.behaviours["POST /invoices/{id}/remind"].reason == (
        "answers by schema: `POST /invoices/{id}/remind` is an action, "
        "but no status or flag of `invoices` shows `reminded` or `remind`"
    )


def test_searches_below_a_collection_list_it() -> None:
    """By GET with parameters, by POST with a body, by a word that is a state, and by another key."""
    found = infer(
        {
            "GET /invoices": op(many(ref("Invoice"))),
            "POST /invoices": op(ref("Invoice"), body=ref("Invoice")),
            "GET /invoices/{id}": op(ref("Invoice")),
            "GET /invoices/search": op(many(ref("Invoice")), query={"q": TEXT, "minTotal": NUMBER}),
            "POST /invoices/search": op(
                thing(items=many(ref("Invoice")), total=WHOLE),
                body=thing(status=TEXT, dateFrom=DAY, limit=WHOLE, offset=WHOLE),
            ),
            "GET /invoices/overdue": op(many(ref("Invoice"))),
            "GET /invoices/by-number/{number}": op(ref("Invoice")),
            "GET /invoices/count": op(thing(count=WHOLE), query={"status": TEXT}),
        },
        {"Invoice": thing(id=TEXT, number=TEXT, date=DAY, total=NUMBER, status=one_of("open", "overdue", "paid"))},
    )

    assert list(told(found).values())[3:] == [
        "list invoices",
        "list invoices",
        "list invoices",
        "get invoices",
        "count invoices",
    ]
    by_get, by_post = found.behaviours["GET /invoices/search"], found.behaviours["POST /invoices/search"]
    assert by_get.search is not None
    assert by_get.search.properties == ("id", "number", "status")
    assert by_get.filters == (Filter("total", "gte", Input(("minTotal",))),)
    assert by_post.filters == (
        Filter("status", "eq", Input(("status",), "body")),
        Filter("date", "gte", Input(("dateFrom",), "body")),
    )
    assert by_post.paging.limit == Input(("limit",), "body")
    assert found.behaviours["GET /invoices/overdue"].filters == (Filter("status", value="overdue"),)
    by_number = found.behaviours["GET /invoices/by-number/{number}"]
    assert (by_number.id, by_number.key) == (Input(("number",), "path"), "number")
    assert found.behaviours["GET /invoices/count"].answer == Envelope("other", ("count",))


def test_bulk_calls_take_arrays() -> None:
    """Create, change and delete many at once: arrays bare, wrapped, or of ids."""
    found = infer(
        {
            "GET /items": op(many(ref("Item"))),
            "POST /items": op(many(ref("Item")), status=201, body=many(ref("Item"))),
            "PATCH /items": op(many(ref("Item")), body=many(ref("Item"))),
            "DELETE /items": op(status=204, query={"ids": many(TEXT)}),
            "GET /items/{id}": op(ref("Item")),
            "POST /items/batch": op(thing(items=many(ref("Item"))), body=thing(items=many(ref("Item")))),
            "POST /items/bulk-delete": op(status=204, body=thing(ids=many(TEXT))),
            "GET /carts/{cartId}/lines": op(many(ref("Item"))),
            "POST /carts/{cartId}/lines": op(ref("Item"), body=ref("Item")),
            "DELETE /carts/{cartId}/lines": op(status=204, summary="Remove all lines"),
            "GET /logs": op(many(thing(id=TEXT, level=TEXT))),
            "DELETE /logs": op(status=204),
        },
        {"Item": thing(id=TEXT, sku=TEXT)},
    )

    assert list(told(found).values()) == [
        "list items",
        "create items many",
        "delete items many",
        "update items many",
        "get items",
        "create items many",
        "delete items many",
        "list lines",
        "create lines",
        "delete lines many",
        "list logs",
        "schema",
    ]
    assert found.behaviours["DELETE /carts/{cartId}/lines"].id is None
    assert found.behaviours["PATCH /items"].id == Input(("id",), "body")
    assert found.behaviours["DELETE /items"].id == Input(("ids",))
    assert found.behaviours["POST /items/bulk-delete"].id == Input(("ids",), "body")
    assert found.behaviours["POST /items/batch"].request == Envelope("items", ("items",))


def test_batch_makes_the_documents_that_it_is_sent_and_lists_those_that_it_is_asked_for() -> None:
    """The same word for both: an array of documents, of which the server makes the ids, tells them from ids."""
    read = {"GET /items": op(many(ref("Item"))), "GET /items/{id}": op(ref("Item"))}
    bodies = {
        "new": many(thing(required=["sku"], sku=TEXT)),
        "whole": thing(items=many(ref("Item"))),
        "ids": many(TEXT),
        "named": many(thing(id=TEXT)),
    }

    def tell(word: str, body: Schema) -> str:
        line = f"POST /items/{word}"
        return told(infer({**read, line: op(many(ref("Item")), body=body)}, {"Item": thing(id=TEXT, sku=TEXT)}))[line]

    words = ("batch", "list", "search")
    found = {name: [tell(word, body) for word in words] for name, body in bodies.items()}

    makes, lists = "create items many", "list items"
    assert found["new"] == found["whole"] == [makes, makes, lists]
    assert found["ids"] == found["named"] == [lists, lists, lists]


def test_calls_by_name_decline() -> None:
    """Everything is POST and nothing has an id in its path: each says why it answers from its schema."""
    found = infer(
        {
            "POST /getUser": op(ref("User"), body=thing(userId=TEXT)),
            "POST /createUser": op(ref("User"), body=ref("User")),
            "POST /users.list": op(thing(ok=FLAG, members=many(ref("User")))),
            "POST /chat.postMessage": op(thing(ok=FLAG), body=thing(text=TEXT)),
        },
        {"User": thing(id=TEXT, name=TEXT)},
    )

    assert set(told(found).values()) == {"schema"}
    assert found.resources == {}
    assert found.behaviours["POST /getUser"].reason == (
        "answers by schema: `POST /getUser` calls by name (`get user`), its path shows no collection; "
        "what the call names is echoed"
    )


def test_methods_spelled_out_in_the_path_are_the_methods() -> None:
    """`/orders/create`, `/orders/list` and `/orders/delete/{id}` are one collection."""
    found = infer(
        {
            "POST /orders/create": op(ref("Order"), body=ref("Order")),
            "GET /orders/list": op(many(ref("Order"))),
            "GET /orders/get/{id}": op(ref("Order")),
            "POST /orders/update/{id}": op(ref("Order"), body=ref("Order")),
            "POST /orders/delete/{id}": op(thing(deleted=FLAG)),
        },
        {"Order": thing(id=TEXT, total=NUMBER)},
    )

    assert list(told(found).values()) == [
        "create orders",
        "list orders",
        "get orders",
        "update orders",
        "delete orders",
    ]


def test_soft_delete_needs_the_mark_and_a_word_for_it() -> None:
    """A flag in the schema alone does not keep a deleted document."""
    shown: Schema = thing(id=TEXT, name=TEXT, archived=FLAG)

    def tell(summary: str, query: dict[str, Schema]) -> SoftDelete | None:
        found = infer(
            {
                "GET /projects": op(many(ref("Project")), query=query),
                "GET /projects/{id}": op(ref("Project")),
                "DELETE /projects/{id}": op(status=204, summary=summary),
            },
            {"Project": shown},
        )
        return found.resources["projects"].soft_delete

    assert tell("Delete a project", {}) is None
    assert tell("Archives the project", {}) == SoftDelete("archived", True)
    assert tell("Delete a project", {"include_archived": FLAG}) == SoftDelete(
        "archived", True, include=Input(("include_archived",))
    )
