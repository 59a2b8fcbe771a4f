"""Aimsio: calls that meet: ten starts a second, ten in flight, five seconds of waiting; with real connections.

All loads run side by side against one server, each in a sandbox of its own, so that the whole takes as long as the
longest. What is asserted are outcomes and order: a slow machine changes neither.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import httpx
import pytest

from tests.running import running
from tests.vendors.aimsio import BASE, GOOD, Json

LONGEST_S = 120.0


class Outcome(NamedTuple):
    """One call of a load: the code that it brought, its answer, and when that was there, in seconds from the start."""

    code: str
    status: int
    body: Json
    headers: httpx.Headers
    after_s: float


class Loads:
    """A server with its loads."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.host = f"http://127.0.0.1:{port}"

    def control(self, method: str, path: str, body: Json = None) -> Json:
        answer = httpx.request(method, f"{self.host}{path}", json=body, timeout=LONGEST_S)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def sandbox(self, name: str, **settings: Json) -> dict[str, str]:
        """A sandbox with these limits; the headers of each of its credentials, as one line."""
        made = self.control("POST", "/_sandbox/sandboxes", {"name": name})
        if settings:
            self.control("PATCH", f"/@{name}/_sandbox/limits", {"vendor": "aimsio", **settings})
        return {each["name"]: each["headers"]["Authorization"] for each in made["credentials"]["aimsio"]}

    def codes(self, sandbox: str, authorization: str) -> set[str]:
        """The codes of the companies that loads have made, after the limits were switched off."""
        self.control("PATCH", f"/@{sandbox}/_sandbox/limits", {"vendor": "aimsio", "enabled": False})
        place = f"{self.host}/@{sandbox}/aimsio{BASE}/Company"
        with httpx.Client(headers={"Authorization": authorization}, timeout=LONGEST_S) as client:
            guids = [item["guid"] for item in client.get(place).json()["value"]]
            codes = {client.get(f"{place}/{guid}").json()["companyCode"] for guid in guids}
        return {code for code in codes if code.startswith("L-")}

    async def at_once(self, sandbox: str, *users: tuple[str, int]) -> list[Outcome]:
        """So many parallel imports of a company each for each user; all connections are open before one is used."""
        callers = [authorization for authorization, calls in users for _ in range(calls)]
        pairs = [await asyncio.open_connection("127.0.0.1", self.port) for _ in callers]
        start = asyncio.get_running_loop().time()
        for number, (authorization, (_, writer)) in enumerate(zip(callers, pairs, strict=True)):
            writer.write(self._request(sandbox, authorization, f"L-{number}"))
        return await asyncio.gather(*(self._outcome(f"L-{number}", pair, start) for number, pair in enumerate(pairs)))

    async def one_by_one(self, sandbox: str, authorization: str, calls: int) -> list[int]:
        """The statuses of so many calls, each sent when the one before is answered."""
        async with httpx.AsyncClient(headers={"Authorization": authorization}, timeout=LONGEST_S) as client:
            place = f"{self.host}/@{sandbox}/aimsio{BASE}/Invoice"
            return [(await client.get(place)).status_code for _ in range(calls)]

    def _request(self, sandbox: str, authorization: str, code: str) -> bytes:
        body = json.dumps({"companyList": [{**GOOD["Company"], "companyCode": code}]})
        return (
            f"POST /@{sandbox}/aimsio{BASE}/Company HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Authorization: {authorization}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
        ).encode()

    async def _outcome(
        self, code: str, pair: tuple[asyncio.StreamReader, asyncio.StreamWriter], start: float
    ) -> Outcome:
        reader, writer = pair
        answer = await asyncio.wait_for(reader.read(), LONGEST_S)
        after_s = asyncio.get_running_loop().time() - start
        writer.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").split("\r\n")
        pairs = [field.partition(": ") for field in fields]
        headers = httpx.Headers([(name, value) for name, _, value in pairs])
        return Outcome(code, int(line.split()[1]), json.loads(body), headers, after_s)


class Measured(NamedTuple):
    """What all loads came to, with the codes that each of them left in its sandbox."""

    outcomes: dict[str, list[Outcome]]
    sequential: list[int]
    stored: dict[str, set[str]]
    loads: Loads
    admin: dict[str, str]


@pytest.fixture(scope="module")
def measured() -> Iterator[Measured]:
    """Every load at the same time, against a server in a process of its own."""
    with running("aimsio") as (port, _):
        yield _measure(Loads(port))


def _measure(loads: Loads) -> Measured:
    users = {
        "eleven": loads.sandbox("eleven"),
        "sixty-one": loads.sandbox("sixty-one"),
        "slow": loads.sandbox("slow"),
        "tenth": loads.sandbox("tenth", scale=0.1),
        "sequence": loads.sandbox("sequence"),
    }
    delay = {"match": {"vendor": "aimsio"}, "effect": {"delay_ms": 2000}, "times": 40}
    loads.control("POST", "/@slow/_sandbox/faults", delay)
    admin = {name: each["admin"] for name, each in users.items()}

    async def all_at_once() -> tuple[list[list[Outcome]], list[int]]:
        sequence = asyncio.create_task(loads.one_by_one("sequence", admin["sequence"], 200))
        outcomes = await asyncio.gather(
            loads.at_once("eleven", (admin["eleven"], 6), (users["eleven"]["integration"], 5)),
            loads.at_once("sixty-one", (admin["sixty-one"], 61)),
            loads.at_once("slow", (admin["slow"], 40)),
            loads.at_once("tenth", (admin["tenth"], 7), (users["tenth"]["other-tenant"], 6)),
        )
        return list(outcomes), await sequence

    outcomes, sequential = asyncio.run(all_at_once())
    named = dict(zip(("eleven", "sixty-one", "slow", "tenth"), outcomes, strict=True))
    stored = {name: loads.codes(name, admin[name]) for name in named}
    return Measured(named, sequential, stored, loads, admin)


def statuses(outcomes: list[Outcome]) -> Counter[int]:
    return Counter(each.status for each in outcomes)


def passed(outcomes: list[Outcome]) -> set[str]:
    """The codes of the calls that were answered 200."""
    return {each.code for each in outcomes if each.status == 200}


def test_eleventh_call_waits_its_turn(measured: Measured) -> None:
    """Ten of eleven start at once, the last a second after the first; all are answered. Two users of an account share
    its ten (Introduction, Throughput limitation, read 2026-11; 1.4, 12.25; A3, A5)."""
    outcomes = measured.outcomes["eleven"]

    assert {200: 11} == statuses(outcomes)
    assert passed(outcomes) == measured.stored["eleven"]
    assert 1 <= len([each for each in outcomes if each.after_s >= 1.0])


def test_sixty_first_call_times_out(measured: Measured) -> None:
    """Sixty start within the five seconds, ten in each; the sixty-first has waited for longer: 504, and no effect
    (Introduction, Throughput limitation, read 2026-11; 1.4, 1.6, 12.25; A3, A4)."""
    outcomes = measured.outcomes["sixty-one"]

    assert {200: 60, 504: 1} == statuses(outcomes)
    assert passed(outcomes) == measured.stored["sixty-one"]
    (late,) = [each for each in outcomes if each.status == 504]
    assert late.after_s >= 4.9
    assert (504, "Gateway Timeout") == (late.body["status"], late.body["error"])
    assert {"status", "error", "message"} == set(late.body)
    assert "retry-after" not in late.headers


def test_calls_leave_the_queue_ten_a_second(measured: Measured) -> None:
    """No more than ten starts in a second: after each full one at most ten more are answered
    (Introduction, Throughput limitation, read 2026-11; 1.4; A3)."""
    answered = sorted(each.after_s for each in measured.outcomes["sixty-one"] if each.status == 200)

    for turn in range(1, 6):
        assert answered[10 * turn] >= turn, turn


def test_timed_out_call_may_be_sent_again(measured: Measured) -> None:
    """Each record carries its key: the refused call creates at last, a repeated one edits
    (Introduction, Throughput limitation, read 2026-11; 1.4)."""
    (late,) = [each for each in measured.outcomes["sixty-one"] if each.status == 504]
    done = next(each for each in measured.outcomes["sixty-one"] if each.status == 200)

    for code, counted in ((late.code, "numberOfEntitiesCreated"), (done.code, "numberOfEntitiesEdited")):
        answer = httpx.post(
            f"{measured.loads.host}/@sixty-one/aimsio{BASE}/Company",
            json={"companyList": [{**GOOD["Company"], "companyCode": code}]},
            headers={"Authorization": measured.admin["sixty-one"]},
        )
        assert (200, 1) == (answer.status_code, answer.json()[counted])


def test_slow_calls_meet_the_cap_of_ten_in_flight(measured: Measured) -> None:
    """Forty calls of two seconds each: thirty start at 0, 2 and 4 s, ten have waited for longer than five
    (Introduction, Throughput limitation, read 2026-11; 1.4; A3, A4)."""
    outcomes = measured.outcomes["slow"]

    assert {200: 30, 504: 10} == statuses(outcomes)
    assert passed(outcomes) == measured.stored["slow"]


def test_scale_and_account_decide_how_many_may_start(measured: Measured) -> None:
    """At a tenth of the pace one call starts in each second: six of seven. Another account has six of its own
    (Introduction, Throughput limitation, read 2026-11; 1.4; A3, A5)."""
    outcomes = measured.outcomes["tenth"]
    first, other = outcomes[:7], outcomes[7:]

    assert ({200: 6, 504: 1}, {200: 6}) == (statuses(first), statuses(other))
    assert passed(first) == measured.stored["tenth"]


def test_sequential_calls_are_never_held_up(measured: Measured) -> None:
    """Two hundred, one after the other, at any speed: never a 504, never a 429
    (Introduction, Throughput limitation, read 2026-11; 1.4, 12.25; A3)."""
    assert [200] * 200 == measured.sequential


def test_limits_that_are_off_hold_nobody(measured: Measured) -> None:
    """Switched off, a hundred at once go through, where sixty would have started in time (1.4; A3)."""
    loads = measured.loads
    admin = loads.sandbox("off", enabled=False)["admin"]

    outcomes = asyncio.run(loads.at_once("off", (admin, 100)))

    assert {200: 100} == statuses(outcomes)
    assert 100 == len(loads.codes("off", admin))


def test_limits_are_shown(measured: Measured) -> None:
    """On for a new sandbox; what is left of them is told (1.4; A3)."""
    shown = measured.loads.control("GET", "/@sequence/_sandbox/limits")["aimsio"]

    assert (True, 1.0) == (shown["enabled"], shown["scale"])
