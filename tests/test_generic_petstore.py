"""The best-known description of all, in short: what people try first does what they expect."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbooks.errors import Conflict, NotFound
from tests.test_generic_building import FLAG, MOMENT, TEXT, WHOLE, Shop, ids_of, many, one_of, op, open_shop, ref, thing

LONG = {**WHOLE, "format": "int64", "example": 10}
PET = thing(
    "name",
    "photoUrls",
    id=LONG,
    name={**TEXT, "example": "doggie"},
    category=ref("Category"),
    photoUrls=many(TEXT),
    tags=many(ref("Tag")),
    status=one_of("available", "pending", "sold"),
)
USER = thing(id=LONG, username=TEXT, firstName=TEXT, email=TEXT, password=TEXT, userStatus=WHOLE)
ORDER = thing(id=LONG, petId=LONG, quantity=WHOLE, shipDate=MOMENT, status=one_of("placed", "approved"), complete=FLAG)
SCHEMAS = {
    "Category": thing(id=LONG, name=TEXT),
    "Tag": thing(id=LONG, name=TEXT),
    "Pet": PET,
    "User": USER,
    "Order": ORDER,
    "ApiResponse": thing(code=WHOLE, type=TEXT, message=TEXT),
}
STATUS = {**one_of("available", "pending", "sold"), "default": "available"}
OPERATIONS: dict[str, dict[str, Any]] = {
    "PUT /pet": op(ref("Pet"), body=ref("Pet"), summary="Update an existing pet."),
    "POST /pet": op(ref("Pet"), body=ref("Pet"), summary="Add a new pet to the store."),
    "GET /pet/findByStatus": op(many(ref("Pet")), query={"status": STATUS}),
    "GET /pet/findByTags": op(many(ref("Pet")), query={"tags": many(TEXT)}),
    "GET /pet/{petId}": op(ref("Pet"), ids=LONG),
    "POST /pet/{petId}": op(ref("Pet"), ids=LONG, query={"name": TEXT, "status": TEXT}),
    "DELETE /pet/{petId}": op(ids=LONG),
    "POST /pet/{petId}/uploadImage": op(
        ref("ApiResponse"), ids=LONG, body={**TEXT, "format": "binary"}, media="application/octet-stream"
    ),
    "GET /store/inventory": op({"type": "object", "additionalProperties": WHOLE}),
    "POST /store/order": op(ref("Order"), body=ref("Order")),
    "GET /store/order/{orderId}": op(ref("Order"), ids=LONG),
    "DELETE /store/order/{orderId}": op(ids=LONG),
    "POST /user": op(ref("User"), body=ref("User")),
    "POST /user/createWithList": op(ref("User"), body=many(ref("User"))),
    "GET /user/login": op(TEXT, query={"username": TEXT, "password": TEXT}),
    "GET /user/{username}": op(ref("User")),
    "PUT /user/{username}": op(body=ref("User")),
    "DELETE /user/{username}": op(),
}
REX = {"id": 10, "name": "Rex", "photoUrls": ["a.png"], "tags": [{"id": 1, "name": "good"}], "status": "sold"}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """An empty store."""
    return open_shop(tmp_path, OPERATIONS, SCHEMAS)


def test_pet_is_added_and_read_back(shop: Shop) -> None:
    """With the id that the caller gave it."""
    assert shop.body("POST /pet", REX) == REX
    assert shop.body("GET /pet/10") == REX


def test_pet_without_an_id_gets_one(shop: Shop) -> None:
    """So does one with the 0 that forms send."""
    assert shop.body("POST /pet", {"name": "Max", "photoUrls": []}) == {
        "id": 1,
        "name": "Max",
        "photoUrls": [],
        "status": "available",
    }
    assert shop.body("POST /pet", {"id": 0, "name": "Bo", "photoUrls": []})["id"] == 2


def test_pet_is_updated_by_the_id_in_the_body(shop: Shop) -> None:
    """One that is not there is refused."""
    shop.send("POST /pet", REX)

    updated = shop.body("PUT /pet", {**REX, "name": "Max", "status": "pending"})

    assert (updated["id"], updated["name"], updated["status"]) == (10, "Max", "pending")
    assert shop.body("GET /pet/10") == updated
    assert isinstance(shop.refuse("PUT /pet", {**REX, "id": 11}), NotFound)


def test_pets_are_found_by_status_and_tags(shop: Shop) -> None:
    """By the default where none is named."""
    shop.send("POST /pet", REX)
    shop.send("POST /pet", {**REX, "id": 11, "status": "available", "tags": []})

    assert ids_of(shop.body("GET /pet/findByStatus?status=sold")) == [10]
    assert ids_of(shop.body("GET /pet/findByStatus")) == [11]
    assert ids_of(shop.body("GET /pet/findByTags?tags=good")) == [10]


def test_pet_is_updated_by_parameters(shop: Shop) -> None:
    """Only what they name changes."""
    shop.send("POST /pet", REX)

    assert shop.body("POST /pet/10?status=available") == {**REX, "status": "available"}


def test_deleted_pet_is_gone(shop: Shop) -> None:
    """A second time it is not found."""
    shop.send("POST /pet", REX)

    assert shop.send("DELETE /pet/10").body is None
    assert isinstance(shop.refuse("GET /pet/10"), NotFound)
    assert isinstance(shop.refuse("DELETE /pet/10"), NotFound)


def test_taken_id_is_refused(shop: Shop) -> None:
    """The pet stays as it was."""
    shop.send("POST /pet", REX)

    assert isinstance(shop.refuse("POST /pet", {**REX, "name": "Max"}), Conflict)
    assert shop.body("GET /pet/10") == REX


def test_image_is_taken_and_acknowledged(shop: Shop) -> None:
    """With what the answer's schema shows."""
    shop.send("POST /pet", REX)

    said = shop.body("POST /pet/10/uploadImage", b"\x89PNG", media_type="application/octet-stream")

    assert set(said) <= {"code", "type", "message"}


def test_order_is_placed_read_and_deleted(shop: Shop) -> None:
    """Its moment stays as it was sent."""
    order = {"id": 5, "petId": 10, "quantity": 7, "shipDate": "2026-02-01T00:00:00Z", "complete": False}

    placed = shop.body("POST /store/order", order)

    assert placed == {**order, "status": "placed"}
    assert shop.body("GET /store/order/5") == placed
    shop.send("DELETE /store/order/5")
    assert isinstance(shop.refuse("GET /store/order/5"), NotFound)


def test_user_is_known_by_name(shop: Shop) -> None:
    """Also one of several that were made together."""
    shop.send("POST /user", {"username": "ada", "email": "ada@example.com"})
    shop.send("POST /user/createWithList", [{"username": "bea"}, {"username": "cyd", "firstName": "Cyd"}])

    assert shop.body("GET /user/ada")["email"] == "ada@example.com"
    assert shop.body("GET /user/cyd")["firstName"] == "Cyd"
    shop.send("PUT /user/ada", {"username": "ada", "firstName": "Ada"})
    assert shop.body("GET /user/ada")["firstName"] == "Ada"
    shop.send("DELETE /user/ada")
    assert isinstance(shop.refuse("GET /user/ada"), NotFound)


def test_login_and_inventory_are_answered(shop: Shop) -> None:
    """By their schemas."""
    assert isinstance(shop.body("GET /user/login?username=ada&password=x"), str)
    assert all(isinstance(count, int) for count in shop.body("GET /store/inventory").values())
