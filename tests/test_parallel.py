"""Many clients at once against a real server: no server error, no lost update, counters add up."""

from __future__ import annotations

import json
import socket
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

from tests.running import running

CLIENTS = 64
ROUNDS = 6
PATIENCE_S = 30
FULL = {"Authorization": "Bearer shelf-full", "Content-Type": "application/json"}


def converse(port: int, client: int) -> list[int]:
    """One client's calls on one connection: make a book of its own, change it in steps, read, list, fail, delete."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    statuses = []

    def call(method: str, path: str, body: object = None) -> dict[str, object]:
        connection.request(method, path, json.dumps(body) if body is not None else None, FULL)
        answer = connection.getresponse()
        data = answer.read()
        statuses.append(answer.status)
        return json.loads(data) if data else {}

    for number in range(ROUNDS):
        made = call("POST", "/shelf/books", {"title": f"{client}/{number}", "copies": 0})
        for copies in (1, 2, 3):
            call("PATCH", f"/shelf/books/{made['id']}", {"copies": copies})
        assert call("GET", f"/shelf/books/{made['id']}") == {**made, "copies": 3}
        call("GET", "/shelf/books?limit=5")
        call("PATCH", f"/shelf/books/{made['id']}", {"copies": "many"})
        if number % 2:
            call("DELETE", f"/shelf/books/{made['id']}")
    connection.close()
    return statuses


def test_sixty_four_clients_lose_nothing() -> None:
    """Every client reads its own writes, every id is given once, and the books left are those nobody deleted."""
    with running("tests/specs/shelf.yaml", "--profile", "empty", "--strict") as (port, _):
        with ThreadPoolExecutor(CLIENTS) as pool:
            statuses = [status for found in pool.map(lambda c: converse(port, c), range(CLIENTS)) for status in found]
        request = urllib.request.Request(f"http://127.0.0.1:{port}/shelf/books", headers=FULL)
        left = json.loads(urllib.request.urlopen(request).read())

    assert {status: statuses.count(status) for status in sorted(set(statuses))} == {
        200: CLIENTS * ROUNDS * 5,
        201: CLIENTS * ROUNDS,
        204: CLIENTS * (ROUNDS // 2),
        400: CLIENTS * ROUNDS,
    }
    assert sorted(book["title"] for book in left) == sorted(f"{c}/{n}" for c in range(CLIENTS) for n in (0, 2, 4))
    assert {book["copies"] for book in left} == {3}
    assert len({book["id"] for book in left}) == CLIENTS * 3


def test_slow_client_holds_nobody_up() -> None:
    """A client that sends half a body and stops does not keep others from being answered."""
    with running("tests/specs/shelf.yaml") as (port, _), socket.create_connection(("127.0.0.1", port)) as slow:
        slow.sendall(b"POST /shelf/books HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{")

        health = urllib.request.urlopen(f"http://127.0.0.1:{port}/_sandbox/health", timeout=PATIENCE_S)

        assert health.status == 200


def struck(port: int) -> bool:
    """Whether the scripted fault has struck."""
    faults = json.loads(urllib.request.urlopen(f"http://127.0.0.1:{port}/_sandbox/faults").read())
    return bool(faults[0]["used"])


def test_call_in_flight_is_finished_when_the_server_is_told_to_stop() -> None:
    """SIGTERM during a delayed call: the call is answered, then the server ends with code 0."""
    fault = json.dumps({"match": {"vendor": "shelf"}, "effect": {"delay_ms": 700}}).encode()
    with running("tests/specs/shelf.yaml") as (port, process):
        scripted = urllib.request.Request(
            f"http://127.0.0.1:{port}/_sandbox/faults", fault, {"Content-Type": "application/json"}
        )
        assert urllib.request.urlopen(scripted).status == 201
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        connection.request("GET", "/shelf/books", headers=FULL)
        while not struck(port):  # the call must have arrived before the signal does
            pass
        process.terminate()

        answer = connection.getresponse()

        assert answer.status == 200
        assert len(json.loads(answer.read())) == 3
        assert process.wait(timeout=PATIENCE_S) == 0
