"""Values that come from examples agree with each other, and their links lead to this server."""

from __future__ import annotations

from typing import Any

import pytest

from tests.serving import SPECS, Door, serve

BASE = "http://localhost:4010/yard"


@pytest.fixture
def door() -> Door:
    """A server of one description, whose examples are boats of one skipper."""
    return serve(SPECS / "yard.yaml")


def build(door: Door, name: str) -> dict[str, Any]:
    """Make a boat, which belongs to whom the description's example says."""
    made = door.post("/yard/v1/my/boats", json={"name": name})
    assert made.status_code == 201
    boat: dict[str, Any] = made.json()
    return boat


def test_new_document_is_named_as_the_example_composes_names(door: Door) -> None:
    """The full name holds the name that was sent, and the document is read by owner and name."""
    made = build(door, "Dory")

    read = door.get("/yard/v1/boats/marlow/Dory")
    foreign = door.get("/yard/v1/boats/kurtz/Dory")

    assert made["full_name"] == "marlow/Dory"
    assert read.json() == made
    assert foreign.status_code == 404


def test_links_lead_to_this_server(door: Door) -> None:
    """A document's own link is where it is read, one inside it keeps its path."""
    made = build(door, "Dory")
    trip = door.post("/yard/v1/boats/marlow/Dory/trips", json={"title": "Out"}).json()

    assert made["url"] == f"{BASE}/v1/boats/marlow/Dory"
    assert made["owner"]["crew_url"] == f"{BASE}/v1/skippers/marlow/crew"
    assert trip["url"] == f"{BASE}/v1/boats/marlow/Dory/trips/{trip['number']}"
    assert door.get(trip["url"].removeprefix("http://localhost:4010")).json() == trip


def test_made_up_documents_agree_with_themselves(door: Door) -> None:
    """Each seeded one is found by its owner and name, and bears both in its full name."""
    boats = door.get("/yard/v1/my/boats").json()

    assert len(boats) == 3
    for boat in boats:
        assert boat["full_name"] == f"{boat['owner']['login']}/{boat['name']}"
        assert door.get(boat["url"].removeprefix("http://localhost:4010")).json() == boat


def test_all_is_no_value_to_filter_by(door: Door) -> None:
    """`all`, asked for or by default, leaves nothing out; a value of the property does."""
    everything = door.get("/yard/v1/my/boats").json()

    assert door.get("/yard/v1/my/boats?visibility=all").json() == everything
    hidden = door.get("/yard/v1/my/boats?visibility=hidden").json()
    assert hidden == [boat for boat in everything if boat["visibility"] == "hidden"]


def test_first_parent_has_children(door: Door) -> None:
    """Below the first document that a list shows there is something to see."""
    store = door.server.sandbox("default").store(door.server.vendors["yard"])
    first = store.table("boats").page(limit=1).items[0]

    trips = door.get(f"/yard/v1/boats/{first['owner']['login']}/{first['name']}/trips").json()

    assert len(trips) >= 2
