"""Deliveries and the life of a sandbox: reset, restore, fork, deletion, an end in mid-air and a new start."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import httpx

from tests.packed import FULL, REX
from tests.receiving import WAIT_S, advance, deliveries, receiving, sell, shop
from tests.serving import ADDRESS, Door


def post(door: Door, path: str, **body: object) -> httpx.Response:
    answer = door.post(path, json=body or None)
    assert answer.is_success, answer.text
    return answer


def test_reset_forgets_what_is_pending() -> None:
    """After a reset there are no deliveries, and none of the old ones is tried again."""
    with receiving(500) as receiver:
        door = shop(receiver.url)
        sell(door)
        post(door, "/_sandbox/reset")
        advance(door, 100_000)

    assert ([], 1) == (deliveries(door), len(receiver.received))


def test_reset_of_the_vendor_forgets_what_is_pending() -> None:
    """The same where only this vendor's documents are put back."""
    with receiving(500) as receiver:
        door = shop(receiver.url)
        sell(door)
        post(door, "/_sandbox/reset", vendor="petshop")
        advance(door, 100_000)

    assert ([], 1) == (deliveries(door), len(receiver.received))


def test_restore_brings_back_what_was_pending() -> None:
    """A delivery that was pending in the snapshot is pending again, and tried at once where its time has come."""
    with receiving(500) as receiver:
        door = shop(receiver.url)
        sell(door)
        post(door, "/_sandbox/snapshots", name="before")
        advance(door, 5)
        (delivered,) = deliveries(door)
        post(door, "/_sandbox/snapshots/before/restore")
        (again,) = deliveries(door)

    assert ["delivered", "delivered"] == [each["status"] for each in (delivered, again)]
    assert (3, 1) == (len(receiver.received), len({each.headers["webhook-id"] for each in receiver.received}))


def test_restore_sends_nothing_that_was_delivered() -> None:
    """What was delivered by the time of the snapshot stays so; what was announced later is gone, its retry too."""
    with receiving(200, 500) as receiver:
        door = shop(receiver.url)
        sell(door)
        post(door, "/_sandbox/snapshots", name="before")
        sell(door, "Max")
        post(door, "/_sandbox/snapshots/before/restore")
        advance(door, 100_000)

    (delivery,) = deliveries(door)
    assert ("delivered", 1, 2) == (delivery["status"], len(delivery["attempts"]), len(receiver.received))


def test_fork_leaves_the_deliveries_to_its_origin() -> None:
    """A fork lists no delivery of its origin and sends none, nor after its own reset; its own ones it does send."""
    with receiving(500) as receiver:
        door = shop(receiver.url)
        sell(door)
        post(door, "/_sandbox/sandboxes", name="twin", fork_of="default")
        advance(door, 5, sandbox="twin")
        untouched = deliveries(door, "twin")
        post(door, "/@twin/_sandbox/reset")
        advance(door, 5, sandbox="twin")
        early = len(receiver.received)
        sell(door, "Max", sandbox="twin")
        advance(door, 5)

    assert ([], 1, 3) == (untouched, early, len(receiver.received))
    assert ["delivered"] == [each["status"] for each in deliveries(door)]
    assert ["delivered"] == [each["status"] for each in deliveries(door, "twin")]


def test_sandboxes_of_one_seed_send_different_ids() -> None:
    """A receiver that drops what it has seen takes the deliveries of every test's own sandbox."""
    with receiving() as receiver:
        door = shop(receiver.url)
        pets = [sell(door, sandbox=name) for name in ("one", "two")]

    assert pets[0] == pets[1]
    assert 2 == len({received.headers["webhook-id"] for received in receiver.received})


def test_deleted_sandbox_sends_nothing_more() -> None:
    """What was pending in it goes with it; one of the same name starts with none."""
    with receiving(500) as receiver:
        door = shop(receiver.url)
        sell(door, sandbox="gone")
        assert 204 == door.delete("/_sandbox/sandboxes/gone").status_code
        advance(door, 100_000, sandbox="gone")

    assert ([], 1) == (deliveries(door, "gone"), len(receiver.received))


def test_attempt_that_is_broken_off_is_made_again() -> None:
    """The loop ends before the receiver was reached: the delivery stays pending and leaves with the next loop."""

    async def call_and_go(door: Door) -> int:
        transport = httpx.ASGITransport(app=door.server)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            answer = await client.post("/petshop/pets", json=REX, headers=FULL)
        return answer.status_code

    with receiving() as receiver:
        door = shop(receiver.url)
        status = asyncio.run(call_and_go(door))
        left = len(receiver.received)
        door.get("/_sandbox/health")

    assert (201, 0) == (status, left)
    assert ["delivered"] == [each["status"] for each in deliveries(door)]


def test_server_that_starts_takes_up_what_was_pending() -> None:
    """A plan is in the store, not in the process: it is made anew from there when the server starts."""

    async def start(door: Door) -> None:
        messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
        sent = []

        async def receive() -> MutableMapping[str, Any]:  # as ASGI has it
            if len(messages) == 1:
                await door.server.sender.drain(timeout_s=WAIT_S)
            return messages.pop(0)

        async def send(message: MutableMapping[str, Any]) -> None:  # as ASGI has it
            sent.append(message["type"])

        await door.server({"type": "lifespan"}, receive, send)
        assert ["lifespan.startup.complete", "lifespan.shutdown.complete"] == sent

    with receiving(500) as receiver:
        door = shop(receiver.url)
        sell(door)
        door.server.sandbox("default").outbox.clear()  # what the end of a process leaves of a plan
        advance(door, 5)
        early = len(receiver.received)
        asyncio.run(start(door))

    assert (1, 2) == (early, len(receiver.received))
    assert ["delivered"] == [each["status"] for each in deliveries(door)]
