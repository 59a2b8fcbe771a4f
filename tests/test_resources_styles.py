"""One small description for each style of API: what every operation is taken for, and where its id stands."""

from __future__ import annotations

from sandbooks.resources import Envelope, Filter, Input, Parent, Reference, Setting
from tests.test_resources_building import (
    DAY,
    FLAG,
    MOMENT,
    NUMBER,
    TEXT,
    UUID,
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

PET = thing(
    required=["name", "photoUrls"],
    id={"type": "integer", "format": "int64"},
    name=TEXT,
    category=thing(id=WHOLE, name=TEXT),
    photoUrls=many(TEXT),
    tags=many(thing(id=WHOLE, name=TEXT)),
    status=one_of("available", "pending", "sold"),
)
STORE_ORDER = thing(
    id=WHOLE, petId=WHOLE, quantity=WHOLE, shipDate=MOMENT, status=one_of("placed", "approved"), complete=FLAG
)
STORE_USER = thing(id=WHOLE, username=TEXT, firstName=TEXT, email=TEXT, password=TEXT)
PETSTORE = {
    "PUT /pet": op(ref("Pet"), body=ref("Pet")),
    "POST /pet": op(ref("Pet"), body=ref("Pet")),
    "GET /pet/findByStatus": op(many(ref("Pet")), query={"status": one_of("available", "pending", "sold")}),
    "GET /pet/findByTags": op(many(ref("Pet")), query={"tags": many(TEXT)}),
    "GET /pet/{petId}": op(ref("Pet"), ids=WHOLE),
    "POST /pet/{petId}": op(ref("Pet"), query={"name": TEXT, "status": TEXT}),
    "DELETE /pet/{petId}": op(),
    "POST /pet/{petId}/uploadImage": op(
        ref("ApiResponse"), body={"type": "string", "format": "binary"}, media="application/octet-stream"
    ),
    "GET /store/inventory": op({"type": "object", "additionalProperties": WHOLE}),
    "POST /store/order": op(ref("Order"), body=ref("Order")),
    "GET /store/order/{orderId}": op(ref("Order"), ids=WHOLE),
    "DELETE /store/order/{orderId}": op(),
    "POST /user": op(ref("User"), body=ref("User")),
    "POST /user/createWithList": op(ref("User"), body=many(ref("User"))),
    "GET /user/login": op(TEXT, query={"username": TEXT, "password": TEXT}),
    "GET /user/logout": op(),
    "GET /user/{username}": op(ref("User")),
    "PUT /user/{username}": op(body=ref("User")),
    "DELETE /user/{username}": op(),
}
PETSTORE_SCHEMAS: dict[str, Schema] = {
    "Pet": PET,
    "Order": STORE_ORDER,
    "User": STORE_USER,
    "ApiResponse": thing(code=WHOLE, type=TEXT, message=TEXT),
}


def test_plain_rest_is_understood_whole() -> None:
    """Five calls on two paths: list, create, get, replace, update, delete of one collection."""
    pet = thing(required=["name"], id=WHOLE, name=TEXT)

    found = infer(
        {
            "GET /pets": op(many(ref("Pet")), query={"limit": WHOLE}),
            "POST /pets": op(ref("Pet"), status=201, body=ref("Pet")),
            "GET /pets/{petId}": op(ref("Pet"), ids=WHOLE),
            "PUT /pets/{petId}": op(ref("Pet"), body=ref("Pet")),
            "PATCH /pets/{petId}": op(ref("Pet"), body=thing(name=TEXT)),
            "DELETE /pets/{petId}": op(status=204),
        },
        {"Pet": pet},
    )

    assert told(found) == {
        "GET /pets": "list pets",
        "POST /pets": "create pets",
        "GET /pets/{petId}": "get pets",
        "PUT /pets/{petId}": "replace pets",
        "PATCH /pets/{petId}": "update pets",
        "DELETE /pets/{petId}": "delete pets",
    }
    pets = found.resources["pets"]
    assert (pets.collection_path, pets.item_path) == ("/pets", "/pets/{petId}")
    assert (pets.id_property, pets.id_kind, pets.id_hidden, pets.caller_id) == ("id", "integer", False, False)
    assert found.behaviours["GET /pets/{petId}"].id == Input(("petId",), "path")
    assert found.behaviours["POST /pets"].success == 201
    assert found.behaviours["DELETE /pets/{petId}"].answer == Envelope("empty")
    assert found.behaviours["POST /pets"].reason == (
        "`POST /pets` makes a document of `pets`: `GET /pets/{petId}` reads it back by `petId` = property `id`"
    )


def test_petstore_is_understood_but_for_its_calls_and_counts() -> None:
    """The best-known description: ids in bodies, searches below the collection, a form update, and calls by name."""
    found = infer(PETSTORE, PETSTORE_SCHEMAS, server="/api/v3")

    assert told(found) == {
        "PUT /pet": "replace pet",
        "POST /pet": "create pet",
        "GET /pet/findByStatus": "list pet",
        "GET /pet/findByTags": "list pet",
        "GET /pet/{petId}": "get pet",
        "POST /pet/{petId}": "update pet",
        "DELETE /pet/{petId}": "delete pet",
        "POST /pet/{petId}/uploadImage": "schema",
        "GET /store/inventory": "schema",
        "POST /store/order": "create order",
        "GET /store/order/{orderId}": "get order",
        "DELETE /store/order/{orderId}": "delete order",
        "POST /user": "create user",
        "POST /user/createWithList": "create user many",
        "GET /user/login": "schema",
        "GET /user/logout": "schema",
        "GET /user/{username}": "get user",
        "PUT /user/{username}": "replace user",
        "DELETE /user/{username}": "delete user",
    }
    behaviours = found.behaviours
    assert behaviours["PUT /pet"].id == Input(("id",), "body")
    assert behaviours["POST /pet"].takes_id is True
    assert behaviours["GET /pet/findByStatus"].filters == (Filter("status", "eq", Input(("status",))),)
    assert behaviours["GET /pet/findByTags"].filters == (Filter("tags.name", "in", Input(("tags",))),)
    assert behaviours["POST /pet/{petId}"].settings == (
        Setting(Input(("name",)), "name"),
        Setting(Input(("status",)), "status"),
    )
    assert behaviours["POST /pet/{petId}"].request == Envelope("empty")
    assert (found.resources["user"].id_property, found.resources["user"].caller_id) == ("username", True)
    assert found.resources["order"].references == (Reference("petId", "pet"),)
    assert found.resources["pet"].collection_path == "/api/v3/pet"
    assert behaviours["GET /store/inventory"].reason == (
        "answers by schema: nothing makes or changes what `GET /api/v3/store/inventory` reads"
    )


def test_children_of_a_parent_hang_on_it_by_a_property() -> None:
    """Orders of a user: the property that the schema shows holds the parent's id."""
    order = thing(id=UUID, user_id=WHOLE, total=NUMBER)
    found = infer(
        {
            "GET /users": op(many(ref("User"))),
            "POST /users": op(ref("User"), status=201, body=ref("User")),
            "GET /users/{userId}": op(ref("User"), ids=WHOLE),
            "GET /users/{userId}/orders": op(many(ref("Order"))),
            "POST /users/{userId}/orders": op(ref("Order"), status=201, body=ref("Order")),
            "GET /users/{userId}/orders/{orderId}": op(ref("Order")),
            "PUT /users/{userId}/orders/{orderId}": op(ref("Order"), body=ref("Order")),
            "DELETE /users/{userId}/orders/{orderId}": op(status=204),
        },
        {"User": thing(id=WHOLE, name=TEXT), "Order": order},
    )

    parents = (Parent("userId", "user_id", "users"),)
    assert told(found)["GET /users/{userId}/orders/{orderId}"] == "get orders"
    assert {found.behaviours[key].parents for key in found.behaviours if "orders" in key} == {parents}
    assert found.behaviours["GET /users/{userId}/orders/{orderId}"].id == Input(("orderId",), "path")
    assert found.resources["orders"].parents == parents
    assert found.resources["orders"].id_kind == "uuid"
    assert found.resources["orders"].references == (Reference("user_id", "users"),)


def test_a_parent_that_the_child_does_not_show_is_kept_hidden() -> None:
    """Lines of an invoice under a company that no path reads: both ids are kept beside the document."""
    found = infer(
        {
            "GET /companies/{companyId}/invoices": op(many(ref("Invoice"))),
            "POST /companies/{companyId}/invoices": op(ref("Invoice"), body=ref("Invoice")),
            "GET /companies/{companyId}/invoices/{id}": op(ref("Invoice")),
            "GET /companies/{companyId}/invoices/{id}/lines": op(many(ref("Line"))),
            "POST /companies/{companyId}/invoices/{id}/lines": op(ref("Line"), body=ref("Line")),
            "DELETE /companies/{companyId}/invoices/{id}/lines/{lineId}": op(status=204),
        },
        {"Invoice": thing(id=TEXT, date=DAY), "Line": thing(id=TEXT, text=TEXT)},
    )

    assert found.behaviours["GET /companies/{companyId}/invoices"].parents == (
        Parent("companyId", "companyId", "", hidden=True),
    )
    assert found.behaviours["DELETE /companies/{companyId}/invoices/{id}/lines/{lineId}"].parents == (
        Parent("companyId", "companyId", "", hidden=True),
        Parent("id", "invoice_id", "invoices", hidden=True),
    )
    assert found.resources["lines"].hidden == ("companyId", "invoice_id")
    assert set(told(found).values()) == {"list invoices", "create invoices", "get invoices", "list lines"} | {
        "create lines",
        "delete lines",
    }


def test_one_collection_under_two_paths_stays_one() -> None:
    """Pets are made and listed under their owner and read at the top."""
    found = infer(
        {
            "GET /owners/{id}": op(ref("Owner")),
            "POST /owners": op(ref("Owner"), body=ref("Owner")),
            "GET /owners/{id}/pets": op(many(ref("Pet"))),
            "POST /owners/{id}/pets": op(ref("Pet"), body=ref("Pet")),
            "GET /pets/{id}": op(ref("Pet")),
            "DELETE /pets/{id}": op(status=204),
        },
        {"Owner": thing(id=TEXT, name=TEXT), "Pet": thing(id=TEXT, owner=ref("Owner"), name=TEXT)},
    )

    assert told(found) == {
        "GET /owners/{id}": "get owners",
        "POST /owners": "create owners",
        "GET /owners/{id}/pets": "list pets",
        "POST /owners/{id}/pets": "create pets",
        "GET /pets/{id}": "get pets",
        "DELETE /pets/{id}": "delete pets",
    }
    assert found.behaviours["POST /owners/{id}/pets"].parents == (Parent("id", "owner.id", "owners"),)
    assert found.behaviours["GET /pets/{id}"].parents == ()
    assert found.resources["pets"].references == (Reference("owner.id", "owners", embedded="owner"),)


def test_same_name_under_two_parents_is_two_collections() -> None:
    """Notes of invoices and notes of customers do not meet when their schemas differ."""
    found = infer(
        {
            f"{method} /{parent}/{{id}}{rest}": op(answer, body=body)
            for parent, schema in (("invoices", "InvoiceNote"), ("customers", "CustomerNote"))
            for method, rest, answer, body in (
                ("GET", "/notes", many(ref(schema)), None),
                ("POST", "/notes", ref(schema), ref(schema)),
                ("GET", "/notes/{noteId}", ref(schema), None),
            )
        },
        {"InvoiceNote": thing(id=TEXT, line=WHOLE), "CustomerNote": thing(id=TEXT, mood=TEXT, at=MOMENT)},
    )

    assert sorted(found.resources) == ["customers.notes", "invoices.notes"]
    assert told(found)["POST /customers/{id}/notes"] == "create customers.notes"
