"""Calls that meet: how many may be in flight, and how long one waits for its turn, in real time."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import httpx

from sandbooks import Caller, Envelope, Pack, Parallel, Queue, TimedOut
from sandbooks.traffic.limits import Limiter, Place
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


def test_a_wait_that_ran_out_has_a_status_of_its_own() -> None:
    """A vendor that answers it otherwise than "unavailable" says so in its envelope."""

    class Patient(Envelope):
        statuses: ClassVar = {**Envelope.statuses, TimedOut: (504,)}

    door = packed(Pack("petshop", errors=Patient(), limits=[Queue(1, 60, parallel=10, max_wait_s=0.1)]), frozen=True)

    assert at_once(door, 2) == [201, 504]
    assert len(pets(door)) == 1


def test_calls_that_take_their_least_time_do_meet() -> None:
    """However quick a handler is, a call holds its place for the least time: of two sent together one waits."""
    queue = Queue(1, 60, parallel=1, max_wait_s=0.1, sequential_free=True, least_s=0.2)
    door = packed(Pack("petshop", limits=[queue]), frozen=True)

    assert at_once(door, 2) == [201, 503]
    assert at_once(door, 1) == [201]


def test_a_scripted_delay_is_time_in_the_queues_place() -> None:
    """Two calls that are delayed hold both places: the third waits in vain, though the pace would let it start."""
    door = packed(Pack("petshop", limits=[Queue(10, 1, parallel=2, max_wait_s=0.1)]), frozen=True)
    fault = {"match": {"vendor": "petshop"}, "effect": {"delay_ms": 300}, "times": 2}
    assert door.post("/_sandbox/faults", json=fault).status_code == 201

    assert at_once(door, 3) == [201, 201, 503]
    assert len(pets(door)) == 2


NOBODY = Caller("nobody")
TEN = Queue(10, 1.0, parallel=10, max_wait_s=5.0, sequential_free=True)


def join(limiter: Limiter, calls: int, at_s: float) -> list[Place]:
    return [place for _ in range(calls) for place in limiter.join(NOBODY, at_s)]


def starts(places: list[Place], moments: list[float]) -> list[float | None]:
    """When each starts, asked at these moments in order; None for one that times out. A call takes no time."""
    started: dict[int, float | None] = {}
    for now in moments:
        for number, place in enumerate(places):
            if number in started:
                continue
            try:
                if place.wait_s(now) == 0:
                    started[number] = now
                    place.leave()
            except TimedOut:
                started[number] = None
    return [started[number] for number in range(len(places))]


def test_turns_do_not_drift_when_a_process_asks_late() -> None:
    """Ten starts a second and five seconds of waiting: 60 of 61 calls start, though each is asked 30 ms late."""
    places = join(Limiter([TEN]), 61, 0.0)
    late = [0.0, *(second + 0.03 for second in range(1, 7))]

    assert starts(places, late) == [at for at in late[:6] for _ in range(10)] + [None]


def test_who_waits_is_not_free_when_all_others_have_left() -> None:
    """Of eleven calls at once ten start; the eleventh, alone by now, still waits out the second."""
    places = join(Limiter([TEN]), 11, 7.0)

    assert starts(places, [7.0, 7.5, 7.9, 8.0]) == [7.0] * 10 + [8.0]


def test_who_arrives_alone_is_free_whatever_was_started_before() -> None:
    """Rule of the free sequence: thirty calls one after the other, at one moment, all start at once."""
    limiter = Limiter([TEN])

    assert [starts(join(limiter, 1, 3.0), [3.0]) for _ in range(30)] == [[3.0]] * 30


def test_queue_that_allows_nothing_lets_nobody_start() -> None:
    """Scaled to nothing, every call waits as long as it may and is refused."""
    limiter = Limiter([Queue(10, 1.0, parallel=10, max_wait_s=5.0)])
    limiter.scale = 0

    assert starts(join(limiter, 2, 0.0), [0.0, 1.0, 4.9, 5.0]) == [None, None]


def test_scale_widens_pace_and_places() -> None:
    """Twice the limit: of 21 calls at once twenty start, the last a second later."""
    limiter = Limiter([TEN])
    limiter.scale = 2

    assert starts(join(limiter, 21, 0.0), [0.0, 0.5, 1.0]) == [0.0] * 20 + [1.0]


def test_who_leaves_the_queue_makes_room_for_those_behind() -> None:
    """A caller that goes away while it waits does not use up a turn."""
    places = join(Limiter([Queue(1, 1.0, parallel=1, max_wait_s=5.0)]), 3, 0.0)
    assert places[0].wait_s(0.0) == 0
    places[0].leave()

    assert places[1].wait_s(0.5) > 0
    places[1].leave()

    assert places[2].wait_s(1.0) == 0


def test_who_waits_goes_on_when_the_limits_are_switched_off_or_widened() -> None:
    """One call is inside, two wait: a scale of 2 lets in the next one, and without limits the last one goes too."""
    limiter = Limiter([Queue(1, 60, parallel=1, max_wait_s=5.0)])
    places = join(limiter, 3, 0.0)
    assert [place.wait_s(0.0) > 0 for place in places] == [False, True, True]

    limiter.scale = 2
    widened = [place.wait_s(1.0) > 0 for place in places]
    limiter.enabled = False
    switched_off = [place.wait_s(2.0) > 0 for place in places]

    assert (widened, switched_off) == ([False, False, True], [False, False, False])


def test_journal_tells_that_a_call_waited() -> None:
    """The wait is one of the reasons of an answer; a call that went in at once has none."""
    door = packed(Pack("petshop", limits=[Queue(1, 0.3, parallel=10, max_wait_s=1)]), frozen=True)

    assert at_once(door, 2) == [201, 201]
    entries = door.get("/_sandbox/requests").json()

    assert [any(why.startswith("limit: waited ") for why in entry["why"]) for entry in entries] == [True, False]
