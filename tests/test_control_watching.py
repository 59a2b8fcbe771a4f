"""Changes through the control API that a pack lets its subscribers hear of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sandbooks import Call, Event
from tests.packed import REX
from tests.receiving import Received, receiving, shop
from tests.serving import Door

STATE = "/_sandbox/state/petshop"
Stored = Mapping[str, Any]  # a stored document


def watch(call: Call, collection: str, before: Stored | None, after: Stored | None) -> Iterable[Event]:
    """Tells of every pet, of one named "Trouble" too late."""
    pet = after or before or {}
    if pet["name"] == "Trouble":
        raise RuntimeError("no words for it")
    yield Event(f"{collection}.{bool(before)}.{bool(after)}", {"name": pet["name"], "by": call.caller.name})


def told(received: Received) -> tuple[str, str, str]:
    body = json.loads(received.body)
    return body["type"], body["data"]["name"], body["data"]["by"]


def stored_names(door: Door) -> list[str]:
    return [pet["name"] for pet in door.get(f"{STATE}/pets").json()]


def test_watcher_announces_what_was_put_and_deleted() -> None:
    """A new, a replaced and a deleted document are an event each, signed and listed as any other delivery; what is
    refused is none."""
    with receiving() as receiver:
        door = shop(receiver.url, watcher=watch)
        for name in ("Rex", "Max"):
            assert door.put(f"{STATE}/pets/7", json={**REX, "name": name}).is_success
        assert 400 == door.put(f"{STATE}/pets/7", json={**REX, "price": "much"}).status_code
        assert 204 == door.delete(f"{STATE}/pets/7").status_code
        assert 404 == door.delete(f"{STATE}/pets/7").status_code
        listed = door.get("/_sandbox/deliveries").json()

    assert [
        ("pets.False.True", "Rex", "control"),
        ("pets.True.True", "Max", "control"),
        ("pets.True.False", "Max", "control"),
    ] == [told(received) for received in receiver.received]
    assert 3 == len({received.headers["webhook-id"] for received in receiver.received})
    assert all(received.headers["webhook-signature"] for received in receiver.received)
    assert ["delivered"] * 3 == [delivery["status"] for delivery in listed]


def test_nobody_hears_where_the_pack_watches_nothing() -> None:
    """By default a change through the control API is silent."""
    with receiving() as receiver:
        door = shop(receiver.url)
        assert 201 == door.put(f"{STATE}/pets/7", json=REX).status_code
        assert 204 == door.delete(f"{STATE}/pets/7").status_code

    assert [] == receiver.received


def test_watcher_that_raises_leaves_everything_as_it_was() -> None:
    """What cannot be announced is not stored either."""
    with receiving() as receiver:
        door = shop(receiver.url, watcher=watch)
        assert 201 == door.put(f"{STATE}/pets/7", json=REX).status_code
        assert 500 == door.put(f"{STATE}/pets/7", json={**REX, "name": "Trouble"}).status_code
        assert ["Rex"] == stored_names(door)

    assert ["Rex"] == [told(received)[1] for received in receiver.received]
