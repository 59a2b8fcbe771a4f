"""Calls that meet: how many may be in flight, and how long one waits for its turn, in real time."""

from __future__ import annotations

import asyncio

import httpx

from sandbooks import Pack, Parallel, Queue
from tests.packed import FULL, REX, packed, pets
from tests.serving import Door


def at_once(door: Door, calls: int) -> list[int]:
    """The statuses of so many parallel creates, in the order in which they were sent."""

    async def send() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=door.server)
        async with httpx.AsyncClient(transport=transport, base_url=door.address) as client:
            return await asyncio.gather(*(client.post("/petshop/pets", json=REX, headers=FULL) for _ in range(calls)))

    return [answer.status_code for answer in asyncio.run(send())]


def test_queue_starts_calls_at_its_pace_and_refuses_who_waits_too_long() -> None:
    """Two starts in each 0.4 s and at most 0.6 s of waiting: of six calls four run in their order, two are refused."""
    door = packed(Pack("petshop", limits=[Queue(2, 0.4, parallel=10, max_wait_s=0.6)]), frozen=True)

    statuses = at_once(door, 6)

    assert statuses == [201, 201, 201, 201, 503, 503]
    assert len(pets(door)) == 4


def test_queue_has_room_again_after_its_window() -> None:
    """What was refused leaves no trace: the next call waits its turn as if nothing had been."""
    door = packed(Pack("petshop", limits=[Queue(1, 0.2, parallel=10, max_wait_s=0.3)]), frozen=True)

    first = at_once(door, 3)

    assert first == [201, 201, 503]
    assert at_once(door, 1) == [201]
    assert len(pets(door)) == 3


def test_sequential_calls_are_free_where_the_vendor_says_so() -> None:
    """A call that meets nobody starts at once, however many went before."""
    door = packed(Pack("petshop", limits=[Queue(1, 60, parallel=1, max_wait_s=0.1, sequential_free=True)]))

    assert [status for _ in range(5) for status in at_once(door, 1)] == [201] * 5


def test_queue_of_a_sandbox_without_limits_holds_nobody() -> None:
    """Switched off, a queue lets every call start at once."""
    door = packed(Pack("petshop", limits=[Queue(1, 60, parallel=1, max_wait_s=0.1)]), limits=False)

    assert at_once(door, 4) == [201] * 4


def test_more_calls_in_flight_than_allowed_are_refused() -> None:
    """With two calls held up by a delay a third is refused, stores nothing, and both places are free afterwards."""
    door = packed(Pack("petshop", limits=[Parallel(2)]))
    fault = {"match": {"vendor": "petshop"}, "effect": {"delay_ms": 150}, "times": 3}
    assert door.post("/_sandbox/faults", json=fault).status_code == 201

    statuses = at_once(door, 3)

    assert statuses == [201, 201, 429]
    assert len(pets(door)) == 2
    assert at_once(door, 2) == [201, 201]
