"""Deliveries of webhooks through the control API: listed with their attempts, and sent once more."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from sandbooks import Call, Event, Pack, Reply
from sandbooks.pack import Endpoint, Webhooks
from tests.packed import FULL, packed
from tests.serving import Door

START = datetime(2026, 1, 31, 9, tzinfo=UTC)


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port on which nobody listens, and nobody else can."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def door(closed_port: int) -> Door:
    """A vendor that tells an address where nobody listens of every new pet, and tries again after 5 and 300 s."""
    url = f"http://127.0.0.1:{closed_port}/hook"
    pack = Pack("petshop", webhooks=Webhooks(lambda call, event: [Endpoint("e-1", url, "s3cret")], retry_s=(5, 300)))

    @pack.handles("createPet")
    def create_pet(call: Call) -> Reply:
        """Store the pet and tell."""
        pet = call.collection("pets").put(dict(call.body))
        call.emit(Event("pet.created", pet))
        return Reply(201, pet)

    return packed(pack, now=START, frozen=True)


def create(door: Door, name: str, prefix: str = "") -> None:
    made = door.post(f"{prefix}/petshop/pets", json={"name": name, "price": 1234.56}, headers=FULL)
    assert 201 == made.status_code, made.text


def deliveries(door: Door, prefix: str = "") -> Any:  # as listed
    answer = door.get(f"{prefix}/_sandbox/deliveries")
    assert 200 == answer.status_code, answer.text
    return answer.json()


def test_delivery_is_shown_with_its_attempts(door: Door, closed_port: int) -> None:
    """What was sent where, what came of it, and when it is tried again; the secret is not shown."""
    create(door, "Rex")

    (shown,) = deliveries(door)

    (attempt,) = shown.pop("attempts")
    body, id = shown.pop("body"), shown.pop("id")
    assert {
        "vendor": "petshop",
        "event": "pet.created",
        "endpoint": "e-1",
        "url": f"http://127.0.0.1:{closed_port}/hook",
        "status": "pending",
        "created_at": "2026-01-31T09:00:00Z",
        "next_attempt_at": "2026-01-31T09:00:05Z",
    } == shown
    assert ("2026-01-31T09:00:00Z", False, None) == (attempt["at"], attempt["redelivery"], attempt["answer"])
    assert attempt["error"].startswith("ConnectError")
    assert (id, body) == (attempt["request"]["headers"]["webhook-id"], attempt["request"]["body"])
    assert '"name":"Rex"' in body
    assert "s3cret" not in door.get("/_sandbox/deliveries").text


def test_newest_delivery_comes_first(door: Door) -> None:
    """Each sandbox lists its own."""
    create(door, "Rex")
    door.patch("/_sandbox/clock", json={"advance_s": 1})
    create(door, "Max")
    create(door, "Ida", "/@other")

    assert ["Max", "Rex"] == [each["body"].split('"name":"')[1][:3] for each in deliveries(door)]
    assert ["Ida"] == [each["body"].split('"name":"')[1][:3] for each in deliveries(door, "/@other")]


def test_moving_the_clock_runs_the_retries(door: Door) -> None:
    """The attempts that fell due on the way are there with the answer, until the plan ends."""
    create(door, "Rex")

    door.patch("/_sandbox/clock", json={"advance_s": 5})
    second = deliveries(door)[0]
    door.patch("/_sandbox/clock", json={"now": "2026-01-31T10:00:00Z"})
    third = deliveries(door)[0]

    assert ("pending", "2026-01-31T09:05:05Z") == (second["status"], second["next_attempt_at"])
    assert ("failed", None) == (third["status"], third["next_attempt_at"])
    assert [2, 3] == [len(each["attempts"]) for each in (second, third)]


def test_clock_answers_once_the_retries_are_made(door: Door) -> None:
    """Who moves the clock and then looks finds the attempts, without waiting."""

    async def move_and_look() -> list[int]:
        transport = httpx.ASGITransport(app=door.server)
        async with httpx.AsyncClient(transport=transport, base_url=door.address) as client:
            await client.post("/petshop/pets", json={"name": "Rex", "price": 1234.56}, headers=FULL)
            counts = []
            for change in ({"advance_s": 5}, {"advance_s": 300}):
                await client.patch("/_sandbox/clock", json=change)
                listed = await client.get("/_sandbox/deliveries")
                counts.append(len(listed.json()[0]["attempts"]))
            return counts

    assert [2, 3] == asyncio.run(move_and_look())


def test_redelivery_is_one_more_attempt(door: Door) -> None:
    """At once and outside of the plan: the next attempt stays where it was."""
    create(door, "Rex")
    id = deliveries(door)[0]["id"]

    answer = door.post(f"/_sandbox/deliveries/{id}/redeliver")

    shown = deliveries(door)[0]
    assert (202, id) == (answer.status_code, answer.json()["id"])
    assert [False, True] == [attempt["redelivery"] for attempt in shown["attempts"]]
    assert ("pending", "2026-01-31T09:00:05Z") == (shown["status"], shown["next_attempt_at"])


@pytest.mark.parametrize("prefix", ["", "/@other"])
def test_unknown_delivery_is_not_found(door: Door, prefix: str) -> None:
    """404, also for one of another sandbox; nothing is tried."""
    create(door, "Rex")
    id = deliveries(door)[0]["id"] if prefix else "nothing"

    answer = door.post(f"{prefix}/_sandbox/deliveries/{id}/redeliver")

    assert (404, f"There is no delivery {id!r}; GET /_sandbox/deliveries lists those that there are.") == (
        answer.status_code,
        answer.json()["detail"],
    )
    assert 1 == len(deliveries(door)[0]["attempts"])


def test_reset_forgets_the_deliveries(door: Door) -> None:
    """And what was planned is not tried any more."""
    create(door, "Rex")

    door.post("/_sandbox/reset")
    door.patch("/_sandbox/clock", json={"advance_s": 3600})

    assert [] == deliveries(door)


def test_deliveries_are_no_documents_of_the_vendor(door: Door) -> None:
    """They are neither counted nor read there, nor are they part of what a call changed."""
    create(door, "Rex")

    counted = door.get("/_sandbox/state/petshop").json()
    answer = door.get("/_sandbox/state/petshop/~deliveries")
    entry = door.get("/_sandbox/requests").json()[0]

    assert 404 == answer.status_code
    assert "~" not in str(counted) + answer.json()["detail"].partition(";")[2]
    assert ["pets"] == [change["collection"] for change in entry["changes"]]
