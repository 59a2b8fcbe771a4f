"""Scripted failures: what each effect does to a call, how often, and what is left behind."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest

from sandbooks import Pack
from tests.packed import FULL, REX, packed, pets
from tests.running import running
from tests.serving import Door


@pytest.fixture
def door() -> Door:
    """A pet shop without a pet and without a fault, its clock standing still."""
    return packed(Pack("petshop"), frozen=True)


def script(door: Door, effect: dict[str, Any], match: dict[str, str] | None = None, **limits: Any) -> str:
    """Script a fault; gives its id."""
    asked = {"match": {"vendor": "petshop", **(match or {})}, "effect": effect, **limits}
    made = door.post("/_sandbox/faults", json=asked)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def used(door: Door) -> list[int]:
    return [fault["used"] for fault in door.get("/_sandbox/faults").json()]


def statuses(door: Door, calls: int) -> list[int]:
    return [door.get("/petshop/pets", headers=FULL).status_code for _ in range(calls)]


def test_status_fault_strikes_once_before_anything_else(door: Door) -> None:
    """One call gets the scripted status in the vendor's own words, before authentication, and nothing is stored."""
    script(door, {"status": 503})

    struck = door.post("/petshop/pets", json=REX)
    later = door.post("/petshop/pets", json=REX, headers=FULL)

    assert (struck.status_code, struck.json()["title"]) == (503, "Unavailable")
    assert later.status_code == 201
    assert len(pets(door)) == 1
    assert used(door) == [1]


def test_scripted_body_and_headers_are_sent_as_they_are(door: Door) -> None:
    """A fault may bring its own body and headers, and a status that nobody documents."""
    script(door, {"status": 418, "headers": {"X-Why": "teapot"}, "body": {"brew": [1.5, None]}})

    struck = door.get("/petshop/pets", headers=FULL)

    assert (struck.status_code, struck.headers["x-why"], struck.json()) == (418, "teapot", {"brew": [1.5, None]})


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"times": 2}, [500, 500, 200, 200]),
        ({"times": 2, "skip": 1}, [200, 500, 500, 200]),
        ({"times": 9, "probability": 0.0}, [200, 200, 200, 200]),
    ],
)
def test_times_skip_and_probability_say_how_often(door: Door, limits: dict[str, Any], expected: list[int]) -> None:
    """A fault passes over the calls that it skips, then strikes as often as it may."""
    script(door, {"status": 500}, **limits)

    assert statuses(door, 4) == expected


def test_probability_is_drawn_from_the_seed() -> None:
    """Half a chance strikes some calls of many, and the same ones on a server with the same seed."""
    runs = []
    for _ in range(2):
        door = packed(Pack("petshop"), frozen=True)
        script(door, {"status": 500}, times=1000, probability=0.5)
        runs.append(statuses(door, 40))

    assert runs[0] == runs[1]
    assert 5 < runs[0].count(500) < 35


def test_fault_expires_by_the_sandboxs_clock(door: Door) -> None:
    """After its time to live a fault strikes nobody."""
    script(door, {"status": 500}, times=1000, ttl_s=60)

    before = statuses(door, 1)
    door.patch("/_sandbox/clock", json={"advance_s": 60})

    assert (before, statuses(door, 1)) == ([500], [200])


@pytest.mark.parametrize(
    ("match", "struck"),
    [
        ({"operation": "listPets"}, True),
        ({"operation": "createPet"}, False),
        ({"method": "GET"}, True),
        ({"method": "POST"}, False),
        ({"path": "/pets"}, True),
        ({"path": "/pets/{petId}"}, False),
        ({"method": "GET", "path": "/pets"}, True),
    ],
)
def test_match_says_which_calls_are_meant(door: Door, match: dict[str, str], struck: bool) -> None:
    """Operation, method and path template narrow a vendor's fault, each alone and together."""
    script(door, {"status": 500}, match)

    assert statuses(door, 1) == [500 if struck else 200]


def test_fault_of_one_sandbox_spares_the_others(door: Door) -> None:
    """A fault is scripted in a sandbox and strikes there alone."""
    script(door, {"status": 500})

    assert door.get("/@other/petshop/pets", headers=FULL).status_code == 200
    assert statuses(door, 1) == [500]


def test_delay_holds_one_call_up_in_real_time(door: Door) -> None:
    """A delayed call is answered as usual, only later, under a frozen clock too."""
    script(door, {"delay_ms": 120})
    started = time.perf_counter()

    answer = door.get("/petshop/pets", headers=FULL)

    assert answer.status_code == 200
    assert time.perf_counter() - started >= 0.12


def test_scripted_header_replaces_the_usual_one_in_any_case(door: Door) -> None:
    """A scripted `content-type` stands alone, however it is spelled."""
    script(door, {"status": 503, "headers": {"content-type": "text/html"}})

    struck = door.get("/petshop/pets", headers=FULL)

    assert struck.headers.get_list("content-type") == ["text/html"]


def test_time_to_live_beyond_the_calendar_is_for_ever(door: Door) -> None:
    """A fault that would outlive the year 9999 strikes as any other."""
    door.patch("/_sandbox/clock", json={"now": "9990-01-31T00:00:00Z"})
    script(door, {"status": 503}, ttl_s=1_000_000_000)

    assert statuses(door, 2) == [503, 200]


def test_journal_says_which_fault_struck(door: Door) -> None:
    """The journal's `why` names the fault and its effect."""
    id = script(door, {"status": 500})
    statuses(door, 1)

    entry = next(iter(door.server.sandbox("default").journal))

    assert entry.why == [f"fault {id}: {{'status': 500}}"]


@pytest.mark.parametrize(("drop", "received"), [("before_response", b""), ("mid_body", b"HTTP/1.1 201")])
def test_dropped_connection_has_done_its_work(drop: str, received: bytes) -> None:
    """A drop breaks the connection before or within the answer; the call itself was carried out."""
    with (
        running("benchmarks/petshop.yaml", "--profile", "empty") as (port, _),
        socket.create_connection(("127.0.0.1", port), timeout=10) as connection,
    ):
        call(
            port,
            "POST",
            "/_sandbox/faults",
            b'{"match": {"vendor": "petshop"}, "effect": {"drop": "%s"}}' % drop.encode(),
        )
        connection.sendall(request("POST", "/petshop/pets", b'{"name": "Rex", "price": 3}'))
        answer = b""
        while chunk := read(connection):
            answer += chunk
        stored = call(port, "GET", "/petshop/pets", b"")

    assert answer.startswith(received)
    assert not answer.endswith(b"}")
    assert b'"name":"Rex"' in stored


def request(method: str, path: str, body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Authorization: Bearer petshop-full"]
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def read(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65_536)
    except ConnectionResetError:
        return b""


def call(port: int, method: str, path: str, body: bytes) -> bytes:
    """One call on a connection of its own, read to its end."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request(method, path, body).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
        received = b""
        while chunk := read(connection):
            received += chunk
    return received
