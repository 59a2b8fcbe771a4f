"""`kill -9` in the middle of writes, again and again: what was answered is there afterwards, and nothing by half."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Event, Thread
from typing import Any

from tests.packed import FULL

ROOT = Path(__file__).parent.parent
ROUNDS = 60
CLIENTS = 3
DOWN = (OSError, http.client.HTTPException)


@dataclass
class Sales:
    """What clients were told: names of pets that were sold, and how many were asked for."""

    told: list[str] = field(default_factory=list)
    asked: int = 0
    changed: Condition = field(default_factory=Condition)
    over: Event = field(default_factory=Event)

    def ask(self) -> str:
        with self.changed:
            self.asked += 1
            return f"pet-{self.asked}"

    def tell(self, name: str) -> None:
        with self.changed:
            self.told.append(name)
            self.changed.notify_all()

    def wait_for(self, more: int) -> None:
        """Until that many more pets were sold than are now."""
        with self.changed:
            wanted = len(self.told) + more
            assert self.changed.wait_for(lambda: len(self.told) >= wanted, timeout=20), "nothing is sold any more"


class Caller:
    """Calls one port over one connection, and makes a new one when that is broken."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:  # any JSON
        """Status and body of the answer, asked for once.

        Raises:
            OSError, HTTPException: there was none.
        """
        headers = {**FULL, "Content-Type": "application/json"}
        try:
            self._connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = self._connection.getresponse()
            content = answer.read()
            return answer.status, json.loads(content) if content else None
        except DOWN:
            self.close()
            raise

    def close(self) -> None:
        """The next call makes another connection."""
        self._connection.close()


def sell(port: int, sales: Sales) -> None:
    """One client: a pet after the other, whatever happens to the server."""
    caller = Caller(port)
    while not sales.over.is_set():
        name = sales.ask()
        try:
            status, _ = caller.call("POST", "/petshop/pets", {"name": name, "price": 7})
        except DOWN:
            continue
        assert status == 201
        sales.tell(name)
    caller.close()


@contextmanager
def selling(port: int) -> Iterator[Sales]:
    """Several clients at once."""
    sales = Sales()
    clients = [Thread(target=sell, args=(port, sales)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        yield sales
    finally:
        sales.over.set()
        for client in clients:
            client.join()


class Nursery:
    """Starts one server process after the other."""

    def __init__(self, folder: Path, port: int) -> None:
        command = [sys.executable, "-W", "ignore", "-m", "tests.crashing", str(folder), str(port)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=ROOT)
        self._server = 0

    def start(self) -> None:
        """The next server, as soon as the one before it is dead."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write("next\n")
        self._process.stdin.flush()
        self._server = int(self._process.stdout.readline() or "0")
        assert self._server, self.end()

    def stop(self, number: signal.Signals) -> None:
        os.kill(self._server, number)
        self._server = 0

    def end(self) -> str:
        """No more servers; returns what they printed on standard error."""
        if self._server:
            self.stop(signal.SIGKILL)
        return self._process.communicate(timeout=20)[1]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_nothing_that_was_answered_is_lost_and_nothing_is_there_by_half(tmp_path: Path) -> None:
    """Sixty kills at random moments while three clients write, the last one a clean stop: pets and till agree after
    each start, every sale and sandbox that was answered is there, and no name twice."""
    port = free_port()
    chance = random.Random(4010)
    nursery = Nursery(tmp_path, port)
    asker = Caller(port)
    try:
        nursery.start()
        with selling(port) as sales:
            for number in range(ROUNDS):
                made = asker.call("POST", "/_sandbox/sandboxes", {"name": f"round-{number}", "fork_of": "default"})
                saved = asker.call("POST", f"/@round-{number}/_sandbox/snapshots", {"name": "start"})
                assert (201, 201) == (made[0], saved[0])
                sales.wait_for(chance.randint(1, 25))
                Event().wait(chance.uniform(0, 0.004))
                nursery.stop(signal.SIGKILL if number < ROUNDS - 1 else signal.SIGTERM)
                nursery.start()
                asker.close()
                till, pets = asker.call("GET", "/petshop/pets")[1]
                assert till == pets
        sold = [pet["name"] for pet in asker.call("GET", "/_sandbox/state/petshop/pets?limit=1000")[1]]
        total = asker.call("GET", "/petshop/pets")[1][0]["sold"]
        for offset in range(1000, total, 1000):
            more = asker.call("GET", f"/_sandbox/state/petshop/pets?limit=1000&offset={offset}")[1]
            sold += [pet["name"] for pet in more]
        sandboxes = {each["name"]: each["fork_of"] for each in asker.call("GET", "/_sandbox/sandboxes")[1]}
    finally:
        asker.close()
        printed = nursery.end()

    assert set() == set(sales.told) - set(sold)
    assert (total, total) == (len(sold), len(set(sold)))
    assert {"default": None, **{f"round-{number}": "default" for number in range(ROUNDS)}} == sandboxes
    assert "Traceback" not in printed
    assert max(int(file.stem.partition("-")[2]) for file in tmp_path.glob("log-*")) > 2, "no log was compacted"
