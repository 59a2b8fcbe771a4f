"""Keys in flight, keys of a path, and how a pack words what is wrong with one."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from sandbooks import Conflict, Idempotency, Pack
from sandbooks.errors import StartupError
from tests.packed import FULL, REX, packed
from tests.serving import Door
from tests.test_idempotency import create, kept, names, shop


def at_once(door: Door, key: str, *methods: str) -> list[httpx.Response]:
    """A call of the pets by each of these methods, all with one key and all begun before one is answered."""
    headers = {**FULL, "Idempotency-Key": key}

    async def send() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=door.server)
        async with httpx.AsyncClient(transport=transport, base_url=door.address) as client:
            calls = [
                client.request(method, "/petshop/pets", headers=headers, json=REX if method == "POST" else None)
                for method in methods
            ]
            return list(await asyncio.gather(*calls))

    return asyncio.run(send())


def delay_creating(door: Door) -> None:
    """The next pet takes a while."""
    fault = {"match": {"vendor": "petshop", "operation": "createPet"}, "effect": {"delay_ms": 150}}
    assert door.post("/_sandbox/faults", json=fault).status_code == 201


def test_parallel_calls_of_one_key_execute_once() -> None:
    """Of eight calls at once one creates the pet, and the others get its answer."""
    door = shop()

    answers = at_once(door, "k-17", *["POST"] * 8)

    assert [answer.status_code for answer in answers] == [201] * 8
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replayed" in answer.headers for answer in answers) == 7
    assert names(door) == ["Rex"]


def test_second_call_of_a_key_in_flight_gets_what_the_pack_declares() -> None:
    """While a delay holds the first call up, its key is refused with the declared problem; later it is a replay."""
    rule = Idempotency(in_flight=Conflict, in_flight_code="in_progress")
    door = packed(Pack("petshop", idempotency=rule))
    delay_creating(door)

    first, second = at_once(door, "k-18", "POST", "POST")
    third = create(door, "k-18")

    assert (first.status_code, second.status_code, second.json()["code"]) == (201, 409, "in_progress")
    assert (third.status_code, third.content) == (201, first.content)
    assert names(door) == ["Rex"]


def test_key_of_each_path_is_another_key() -> None:
    """Where the rule keeps paths apart, one key names one call on each; its answers are remembered side by side."""
    rule = Idempotency(each_path=True, applies=lambda operation: True)
    door = shop(rule)
    headers = {**FULL, "Idempotency-Key": "k-17"}

    made = create(door)
    got = door.get("/petshop/pets/1", headers=headers)
    listed = door.get("/petshop/pets", headers=headers)
    again = create(door, body={**REX, "name": "Ida"})

    assert [answer.status_code for answer in (made, got, listed, again)] == [201, 200, 200, 409]
    assert ("idempotent-replayed" in got.headers, kept(door)) == (False, 3)
    assert door.get("/petshop/pets/1", headers=headers).headers["idempotent-replayed"] == "true"


def test_key_with_another_body_is_a_replay_where_bodies_are_not_compared() -> None:
    """Same key, other content, another query: the first answer again, and nothing is stored."""
    door = shop(Idempotency(each_path=True, compares=False, replayed=("", "")))

    first = create(door)
    second = create(door, body={**REX, "name": "Ida"})
    third = door.post("/petshop/pets?x=1", content=b"{", headers={**FULL, "Idempotency-Key": "k-17"})

    assert [(each.status_code, each.content) for each in (second, third)] == [(201, first.content)] * 2
    assert names(door) == ["Rex"]
    assert "idempotent-replayed" not in second.headers


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "key_required"),
        ("", "key_malformed"),
        ("a" * 13, "key_malformed"),
        ("a b", "key_malformed"),
        ("a" * 12, ""),
        ("A-_:9", ""),
    ],
)
def test_pack_words_a_key_that_is_missing_or_malformed(key: str | None, code: str) -> None:
    """Each with its code; nothing is stored or remembered."""
    rule = Idempotency(
        required=lambda operation: operation.id == "createPet",
        longest=12,
        pattern="[A-Za-z0-9_:-]+",
        missing_code="key_required",
        malformed_code="key_malformed",
    )
    door = shop(rule)

    answer = create(door, key)

    assert (answer.status_code, answer.json().get("code", "")) == (400 if code else 201, code)
    assert (names(door), kept(door)) == ([] if code else ["Rex"], 0 if code else 1)


@pytest.mark.parametrize(("each_path", "second"), [(True, 200), (False, 409)])
def test_key_in_flight_is_one_of_its_path(each_path: bool, second: int) -> None:
    """While a delay holds one call up, its key is free on another path where the rule keeps paths apart."""
    rule = Idempotency(each_path=each_path, in_flight=Conflict, applies=lambda operation: True)
    door = packed(Pack("petshop", idempotency=rule))
    delay_creating(door)

    answers = at_once(door, "k-18", "POST", "GET")

    assert [answer.status_code for answer in answers] == [201, second]


def test_pattern_that_cannot_be_read_stops_the_start() -> None:
    """Not the first call that brings a key."""
    with pytest.raises(StartupError, match=r"the pattern of Idempotency-Key, '\[a-z', cannot be read"):
        Idempotency(pattern="[a-z")
