"""What a pack hears of its deliveries: how far they have come, and what became of them in the end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbooks import Call, Delivery, Endpoint, Event, Pack, Reply, Webhooks
from tests.packed import FULL, packed
from tests.receiving import START, advance, deliveries, receiving, sell
from tests.serving import Door

OTHER = {"Authorization": "Bearer petshop-other-tenant"}


def listening(url: str, concluded: Any, *, retry_s: tuple[float, ...] = (60,)) -> Door:  # as `Webhooks.concluded`
    """A shop that announces each new pet.

    `GET /pets/{id}` answers with the deliveries to that endpoint, `GET /pets` drops those to the one in `offset`.
    """
    webhooks = Webhooks(lambda call, event: [Endpoint("7", url)], retry_s=retry_s, concluded=concluded)
    pack = Pack("petshop", webhooks=webhooks)

    @pack.handles("createPet")
    def create_pet(call: Call) -> Reply:
        """Announce the pet."""
        call.emit(Event("pet.created", call.body))
        return Reply(201, call.collection("pets").put(call.body))

    @pack.handles("getPet")
    def get_pet(call: Call) -> Reply:
        """What was sent to an endpoint."""
        sent = call.deliveries(str(call.path["petId"]))
        return Reply(200, [[each.event, each.status, each.attempts, each.answered] for each in sent])

    @pack.handles("listPets")
    def drop(call: Call) -> Reply:
        """Drop what is pending for the endpoint that `offset` names."""
        call.drop_deliveries(str(call.query["offset"]))
        return Reply(200, [])

    return packed(pack, now=START, frozen=True)


def count(call: Call, delivery: Delivery) -> None:
    """Keep what became of each delivery."""
    call.collection("pets").put({"name": delivery.status, "at": call.now.isoformat(), "of": delivery.endpoint})


def kept(door: Door) -> list[tuple[str, str]]:
    pets = door.get("/_sandbox/state/petshop/pets").json()
    return [(pet["name"], pet["at"]) for pet in pets if "of" in pet]


def test_pack_hears_of_what_arrived_and_of_what_was_given_up() -> None:
    """Once for each delivery, in a transaction of its own, at the moment of the last attempt; not of a retry."""
    with receiving(500, 500, 200) as receiver:
        door = listening(receiver.url, count)
        sell(door)
        pending = kept(door)
        advance(door, 60)
        sell(door)

    assert [] == pending
    assert [("failed", "2026-01-31T12:01:00+00:00"), ("delivered", "2026-01-31T12:01:00+00:00")] == kept(door)


def test_redelivery_that_succeeds_is_heard_of() -> None:
    """What was given up and then arrives is told again; a redelivery that fails is not."""
    with receiving(500, 500, 200) as receiver:
        door = listening(receiver.url, count, retry_s=())
        sell(door)
        for _ in range(2):
            door.post(f"/_sandbox/deliveries/{deliveries(door)[0]['id']}/redeliver")

    assert ["failed", "delivered"] == [name for name, _ in kept(door)]


def test_pack_that_raises_loses_its_own_changes_alone() -> None:
    """What came of the attempt is kept; what the pack had stored is taken back."""

    def stumble(call: Call, delivery: Delivery) -> None:
        count(call, delivery)
        raise RuntimeError("no more")

    with receiving() as receiver:
        door = listening(receiver.url, stumble)
        sell(door)

    assert ([], ["delivered"]) == (kept(door), [each["status"] for each in deliveries(door)])


def test_pack_lists_the_deliveries_of_an_endpoint() -> None:
    """Newest first, with the status of the last answer; those of other endpoints, tenants and forks are not its own."""
    with receiving(500, 204) as receiver:
        door = listening(receiver.url, count)
        sell(door)
        sell(door, "Max")
        door.post("/_sandbox/sandboxes", json={"name": "twin", "fork_of": "default"})
        answers = [
            door.get(path, headers=headers).json()
            for path, headers in (
                ("/petshop/pets/7", FULL),
                ("/petshop/pets/8", FULL),
                ("/petshop/pets/7", OTHER),
                ("/@twin/petshop/pets/7", FULL),
            )
        ]

    assert [[["pet.created", "delivered", 1, 204], ["pet.created", "pending", 1, 500]], [], [], []] == answers


def test_what_a_pack_drops_is_not_tried_again() -> None:
    """What is pending for that endpoint is failed without another attempt; redelivery on demand stays."""
    with receiving(500) as receiver:
        door = listening(receiver.url, count)
        sell(door)
        door.get("/petshop/pets?offset=8", headers=FULL)
        kept_on = deliveries(door)[0]["status"]
        door.get("/petshop/pets?offset=7", headers=FULL)
        advance(door, 86_400)
        (dropped,) = deliveries(door)
        door.post(f"/_sandbox/deliveries/{dropped['id']}/redeliver")

    assert "pending" == kept_on
    assert ("failed", None, 1) == (dropped["status"], dropped["next_attempt_at"], len(dropped["attempts"]))
    assert ("delivered", 2) == (deliveries(door)[0]["status"], len(receiver.received))


def test_delivery_tells_its_moments() -> None:
    """When it was made and when it is tried next; nothing where nothing is planned."""
    seen: list[Delivery] = []
    with receiving(500, 500) as receiver:
        door = listening(receiver.url, lambda call, delivery: seen.append(delivery))
        sell(door)
        advance(door, 60)

    (delivery,) = seen
    made = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert (made, None, 2, 500) == (
        delivery.created_at,
        delivery.next_attempt_at,
        delivery.attempts,
        delivery.answered,
    )
