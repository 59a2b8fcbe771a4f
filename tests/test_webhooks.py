"""Webhooks: what arrives at a receiver, what is kept of it, and when it is tried again."""

from __future__ import annotations

import asyncio
import json
import threading

import httpx
import pytest
from standardwebhooks import Webhook

from sandbooks import Call, Endpoint, Event, Message, Pack, Reply, Webhooks
from tests.packed import FULL, REX, packed, pets
from tests.receiving import SECRET, WAIT_S, Received, advance, deliveries, receiving, sell, shop
from tests.serving import ADDRESS, Door


def test_delivery_arrives_signed_as_standard_webhooks_has_it() -> None:
    """What arrives passes the verification of the standard's own package and holds type, time and data."""
    with receiving() as receiver:
        door = shop(f"{receiver.url}/hook?team=7", settings={"now": None, "frozen": False})
        pet = sell(door)

    (received,) = receiver.received
    content = Webhook(SECRET).verify(received.body, received.headers)
    assert ("/hook?team=7", "application/json") == (received.path, received.headers["content-type"])
    assert ("pet.created", pet) == (content["type"], content["data"])


def test_attempt_is_kept_with_request_answer_and_time() -> None:
    """The list of deliveries shows what was sent, what came back, and when, by the sandbox's clock."""
    with receiving((202, {"X-Receiver": "seven"})) as receiver:
        door = shop(receiver.url)
        sell(door)

    (delivery,) = deliveries(door)
    (attempt,) = delivery["attempts"]
    (received,) = receiver.received
    headers = {name.lower(): value for name, value in attempt["request"]["headers"].items()}
    assert ("petshop", "pet.created", "1", receiver.url) == tuple(
        delivery[name] for name in ("vendor", "event", "endpoint", "url")
    )
    assert ("delivered", None) == (delivery["status"], delivery["next_attempt_at"])
    assert ("2026-01-31T12:00:00Z", False, None) == (attempt["at"], attempt["redelivery"], attempt["error"])
    assert received.body.decode() == attempt["request"]["body"] == delivery["body"]
    assert headers.items() <= received.headers.items()
    assert delivery["id"] == headers["webhook-id"]
    assert (202, "thanks", "seven") == (
        attempt["answer"]["status"],
        attempt["answer"]["body"],
        attempt["answer"]["headers"]["x-receiver"],
    )
    assert SECRET not in door.get("/_sandbox/deliveries").text


def test_retries_follow_the_clock_of_the_sandbox() -> None:
    """Under a frozen clock nothing is tried again until the clock gets there; the id and the body stay the same."""
    with receiving(500, 503) as receiver:
        door = shop(receiver.url)
        sell(door)
        advance(door, 4)
        early = deliveries(door)[0]
        advance(door, 1)
        advance(door, 300)
        late = deliveries(door)[0]

    assert (1, "pending", "2026-01-31T12:00:05Z") == (
        len(early["attempts"]),
        early["status"],
        early["next_attempt_at"],
    )
    assert "delivered" == late["status"]
    assert [
        ("2026-01-31T12:00:00Z", 500),
        ("2026-01-31T12:00:05Z", 503),
        ("2026-01-31T12:05:05Z", 200),
    ] == [(attempt["at"], attempt["answer"]["status"]) for attempt in late["attempts"]]
    assert {late["id"]} == {received.headers["webhook-id"] for received in receiver.received}
    assert {late["body"].encode()} == {received.body for received in receiver.received}
    assert 3 == len({received.headers["webhook-timestamp"] for received in receiver.received})


def test_one_long_step_of_the_clock_runs_the_whole_plan() -> None:
    """Every attempt that falls due on the way is made, at its own moment; after the last nothing more is tried."""
    with receiving(*[500] * 9) as receiver:
        door = shop(receiver.url, retry_s=(5, 300, 1800))
        sell(door)
        advance(door, 86_400)
        advance(door, 86_400)

    (delivery,) = deliveries(door)
    assert ("failed", None, 4) == (delivery["status"], delivery["next_attempt_at"], len(receiver.received))
    assert ["12:00:00", "12:00:05", "12:05:05", "12:35:05"] == [each["at"][11:19] for each in delivery["attempts"]]


def test_due_attempts_are_made_in_order_of_their_moments() -> None:
    """Two addresses fail in turn; one step of the clock retries both, in order of due time across the addresses."""
    with receiving(*[500] * 6) as receiver:
        door = shop(receiver.url, retry_s=(5, 7))
        sell(door, "/a")
        advance(door, 1)
        sell(door, "/b")
        advance(door, 1000)

    # due at 0, 1, then 5 and 6, then 12 and 13
    assert ["/a", "/b", "/a", "/b", "/a", "/b"] == receiver.paths


def test_events_arrive_in_the_order_in_which_they_happened() -> None:
    """One address gets one delivery at a time, the first event first; one that fails lets the later ones pass."""
    with receiving(200, 500) as receiver:
        pack = Pack("petshop", webhooks=Webhooks(lambda call, event: [Endpoint("1", receiver.url)]))

        @pack.handles("createPet")
        def create_pet(call: Call) -> Reply:
            for number in range(7):
                call.emit(Event("pet.created", number))
            return Reply(201, call.body)

        door = packed(pack, frozen=True)
        sell(door)
        advance(door, 5)

    assert [0, 1, 2, 3, 4, 5, 6, 1] == [json.loads(received.body)["data"] for received in receiver.received]
    assert [6, 5, 4, 3, 2, 1, 0] == [json.loads(delivery["body"])["data"] for delivery in deliveries(door)]


def test_failed_delivery_is_delivered_again_on_demand() -> None:
    """A redelivery is one more attempt with the same id and body; if it succeeds, the delivery is delivered."""
    with receiving(500, 500) as receiver:
        door = shop(receiver.url, retry_s=())
        sell(door)
        (failed,) = deliveries(door)
        first = door.post(f"/_sandbox/deliveries/{failed['id']}/redeliver")
        (still,) = deliveries(door)
        second = door.post(f"/_sandbox/deliveries/{failed['id']}/redeliver")
        (delivered,) = deliveries(door)

    assert (202, 202) == (first.status_code, second.status_code)
    assert ["failed", "failed", "delivered"] == [each["status"] for each in (failed, still, delivered)]
    assert [(500, False), (500, True), (200, True)] == [
        (attempt["answer"]["status"], attempt["redelivery"]) for attempt in delivered["attempts"]
    ]
    assert 1 == len({(received.headers["webhook-id"], received.body) for received in receiver.received})


def test_redelivery_leaves_the_plan_as_it_was() -> None:
    """One that fails does not use up an attempt of the plan; one that succeeds ends the plan."""
    with receiving(500, 500, 500) as receiver:
        door = shop(receiver.url, retry_s=(60, 60))
        id = sell_and_find(door)
        door.post(f"/_sandbox/deliveries/{id}/redeliver")
        (planned,) = deliveries(door)
        advance(door, 60)
        (retried,) = deliveries(door)
        door.post(f"/_sandbox/deliveries/{id}/redeliver")
        advance(door, 1000)
        (delivered,) = deliveries(door)

    assert ("pending", "2026-01-31T12:01:00Z") == (planned["status"], planned["next_attempt_at"])
    assert ("pending", "2026-01-31T12:02:00Z") == (retried["status"], retried["next_attempt_at"])
    assert ("delivered", None, 4) == (delivered["status"], delivered["next_attempt_at"], len(receiver.received))


def sell_and_find(door: Door) -> str:
    sell(door)
    return str(deliveries(door)[0]["id"])


def test_redelivery_of_an_unknown_delivery_is_not_found() -> None:
    """404, and the message says where the known ones are listed."""
    answer = shop("http://127.0.0.1:9").post("/_sandbox/deliveries/4711/redeliver")

    assert (404, True) == (answer.status_code, "GET /_sandbox/deliveries" in answer.json()["detail"])


def test_call_that_is_rolled_back_announces_nothing() -> None:
    """The handler emits, then raises: neither the pet nor its delivery is kept, and nothing leaves."""
    with receiving() as receiver:
        door = shop(receiver.url)
        answer = door.post("/petshop/pets", json={**REX, "name": "Nobody"}, headers=FULL)

    assert 400 == answer.status_code
    assert ([], [], []) == (pets(door), deliveries(door), receiver.received)


def test_reply_that_is_refused_after_the_handler_announces_nothing() -> None:
    """Under `strict` an answer that does not fit the description rolls its events back, too."""
    with receiving() as receiver:
        pack = Pack("petshop", webhooks=Webhooks(lambda call, event: [Endpoint("1", receiver.url)]))

        @pack.handles("createPet")
        def create_pet(call: Call) -> Reply:
            call.emit(Event("pet.created", {}))
            return Reply(201, {"price": "dear"})

        door = packed(pack, strict=True)
        answer = door.post("/petshop/pets", json=REX, headers=FULL)

    assert 500 == answer.status_code
    assert ([], []) == (deliveries(door), receiver.received)


def test_answer_does_not_wait_for_the_receiver() -> None:
    """A receiver that answers only once the caller has its answer: neither waits for the other."""
    answered = threading.Event()
    waits: list[bool] = []

    async def call_then_release(door: Door) -> int:
        transport = httpx.ASGITransport(app=door.server)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            answer = await client.post("/petshop/pets", json=REX, headers=FULL)
        answered.set()
        await door.server.sender.drain(timeout_s=WAIT_S)
        return answer.status_code

    with receiving() as receiver:
        receiver.answering = lambda received: waits.append(answered.wait(WAIT_S))
        door = shop(receiver.url)
        status = asyncio.run(call_then_release(door))

    assert (201, [True]) == (status, waits)
    assert "delivered" == deliveries(door)[0]["status"]


def test_retry_comes_by_itself_while_the_clock_runs() -> None:
    """On a running clock nobody needs to move anything: the attempt is made when its time comes."""
    arrived = threading.Event()

    async def call_and_wait(door: Door) -> None:
        transport = httpx.ASGITransport(app=door.server)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            await client.post("/petshop/pets", json=REX, headers=FULL)
        assert await asyncio.to_thread(arrived.wait, WAIT_S)
        await door.server.sender.drain(timeout_s=WAIT_S)

    def answering(received: Received) -> None:
        if len(receiver.received) == 2:
            arrived.set()

    with receiving(500) as receiver:
        receiver.answering = answering
        door = shop(receiver.url, retry_s=(0.05,), settings={"now": None, "frozen": False})
        asyncio.run(call_and_wait(door))

    assert [500, 200] == [each["answer"]["status"] for each in deliveries(door)[0]["attempts"]]


def test_slow_receiver_holds_nobody_else_up_while_the_clock_runs() -> None:
    """Another address is delivered to while the first one still has not answered."""
    released = threading.Event()

    async def call_both(door: Door) -> None:
        transport = httpx.ASGITransport(app=door.server)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            for name in ("/slow", "/quick"):
                await client.post("/petshop/pets", json={**REX, "name": name}, headers=FULL)
        await door.server.sender.drain(timeout_s=WAIT_S)

    def answering(received: Received) -> None:
        if received.path == "/quick":
            released.set()
        assert released.wait(WAIT_S)

    with receiving() as receiver:
        receiver.answering = answering
        door = shop(receiver.url, settings={"now": None, "frozen": False})
        asyncio.run(call_both(door))

    assert ["delivered", "delivered"] == [each["status"] for each in deliveries(door)]
    assert released.is_set()


def test_silent_receiver_is_given_up_after_the_timeout() -> None:
    """The attempt says that there was no answer, and is tried again like any other failure."""
    released = threading.Event()
    with receiving() as receiver:
        receiver.answering = lambda received: released.wait(WAIT_S)
        door = shop(receiver.url, timeout_s=0.2)
        sell(door)
        released.set()
        (delivery,) = deliveries(door)

    (attempt,) = delivery["attempts"]
    assert (None, "There was no answer within 0.2 s.") == (attempt["answer"], attempt["error"])
    assert ("pending", "2026-01-31T12:00:05Z") == (delivery["status"], delivery["next_attempt_at"])


def test_nobody_listening_is_a_failure_like_any_other() -> None:
    """A refused connection is kept as an error, and tried again."""
    with receiving() as receiver:
        gone = receiver.url
    door = shop(gone, retry_s=(5,))
    sell(door)
    advance(door, 5)

    (delivery,) = deliveries(door)
    assert ("failed", [None, None]) == (delivery["status"], [each["answer"] for each in delivery["attempts"]])
    assert all(each["error"].startswith("ConnectError") for each in delivery["attempts"])


def test_long_answer_is_cut() -> None:
    """Of what a receiver answers the first 16 KiB are read and kept."""
    with receiving() as receiver:
        receiver.body = b"x" * 1_000_000
        door = shop(receiver.url)
        sell(door)

    (delivery,) = deliveries(door)
    assert ("delivered", "x" * 16_384) == (delivery["status"], delivery["attempts"][0]["answer"]["body"])


def test_signer_that_raises_fails_the_delivery_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    """The call is answered; the delivery says what the signer raised and is not tried again."""

    def signer(message: Message) -> dict[str, str]:
        raise LookupError("no key for today")

    with receiving() as receiver:
        door = shop(receiver.url, signer=signer)
        sell(door)
        advance(door, 100_000)

    (delivery,) = deliveries(door)
    assert ("failed", ["The signer raised LookupError: no key for today"], []) == (
        delivery["status"],
        [each["error"] for each in delivery["attempts"]],
        receiver.received,
    )
    assert "cannot be signed" in caplog.text


def test_receiver_has_no_influence_on_what_the_vendor_answers() -> None:
    """The same calls get the same answers, whether deliveries succeed at once or fail and are tried again."""
    with receiving() as good, receiving(500, 500, 500) as bad:
        answers = []
        for door in (shop(good.url), shop(bad.url)):
            first = sell(door)
            advance(door, 400)
            answers.append((first, sell(door)))

    assert answers[0] == answers[1]
    assert 3 < len(bad.received) + len(good.received)


def test_thousand_deliveries_are_kept() -> None:
    """Beyond that the oldest that are done with go; those that are pending never do."""
    pack = Pack("petshop", webhooks=Webhooks(lambda call, event: [Endpoint("1", event.data)], retry_s=(60,)))

    @pack.handles("createPet")
    def create_pet(call: Call) -> Reply:
        addresses = ["http://127.0.0.1:9"] + ["nowhere"] * 1000 if call.body["name"] == "Rex" else ["nowhere"] * 7
        for address in addresses:
            call.emit(Event("pet.created", address))
        return Reply(201, call.body)

    door = packed(pack, frozen=True)
    sell(door)
    sell(door, "Max")

    listed = deliveries(door)
    assert (1000, "pending") == (len(listed), listed[-1]["status"])
