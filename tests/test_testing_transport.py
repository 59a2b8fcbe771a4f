"""Calls without a port go as they would over the wire: each promise is tried on both ways."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from sandbooks.testing import Sandbox, Server
from tests.receiving import receiving
from tests.running import ROOT

DOG = {"name": "Rex", "kind": "dog"}
KEY = {"Idempotency-Key": "k-1"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server("pets", project=ROOT / "examples" / "pets", profile="empty") as server:
        yield server


@pytest.fixture
def sandbox(server: Server) -> Iterator[Sandbox]:
    with server.sandbox() as sandbox:
        yield sandbox


@pytest.fixture(params=["wire", "process"])
def pets(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client over the wire, and one without a port."""
    if request.param == "wire":
        client = httpx.Client(base_url=sandbox.url("pets"), headers=sandbox.headers("pets"))
    else:
        client = sandbox.client("pets")
    with client:
        yield client


def test_both_ways_answer_alike(server: Server) -> None:
    """Status, headers and bytes of a create, a list with a query, a HEAD, a 404 and a 405 are the same."""
    told: list[list[tuple[int, list[tuple[str, str]], bytes]]] = []
    for way in ("wire", "process"):
        with server.sandbox("alike", clock="2026-01-31T12:00:00Z") as sandbox:
            url, headers = sandbox.url("pets"), sandbox.headers("pets")
            host = f"http://127.0.0.1:{server.port}"
            transport = None if way == "wire" else sandbox.transport()
            with httpx.Client(base_url=url, headers=headers, transport=transport) as client:
                answers = [
                    client.post("/animals", json=DOG, headers=KEY),
                    client.get("/animals", params={"limit": 1, "offset": 0}),
                    client.head("/animals"),
                    client.get("/animals/7%20"),
                    client.put("/animals"),
                    client.get(f"{host}/@alike/nothing"),
                ]
            told.append([(a.status_code, sorted(a.headers.items()), a.content) for a in answers])

    assert [status for status, _, _ in told[0]] == [201, 200, 200, 400, 405, 404]
    assert told[0] == told[1]


def test_headers_of_a_client_replace_those_of_a_credential(sandbox: Sandbox) -> None:
    """However a header is written, and in whatever form httpx takes them, it is sent once."""
    for headers in ({"authorization": "Bearer nobody"}, [("AUTHORIZATION", "Bearer nobody")], httpx.Headers()):
        with sandbox.client("pets", headers=headers) as pets:
            sent = pets.build_request("GET", "/animals").headers.get_list("authorization")

            assert (["Bearer nobody"] if headers else [sandbox.headers("pets")["Authorization"]]) == sent


def test_limits_count(pets: httpx.Client, sandbox: Sandbox) -> None:
    """The call beyond the limit is a 429 with its headers, until the minute is over."""
    sandbox.clock.freeze()
    sandbox.limits.scale(1 / 60)

    assert [pets.get("/animals").status_code for _ in range(2)] == [200, 429]
    sandbox.clock.advance(minutes=1)
    assert pets.get("/animals").status_code == 200


@pytest.mark.parametrize(
    ("drop", "error"),
    [
        ("before_response", "Server disconnected without sending a response."),
        ("mid_body", "peer closed connection without sending complete message body (received "),
    ],
)
def test_dropped_connection_is_an_error_of_httpx(pets: httpx.Client, sandbox: Sandbox, drop: str, error: str) -> None:
    """What was asked is done, and the client sees a broken connection."""
    sandbox.faults.add("pets", "createAnimal", drop=drop)

    with pytest.raises(httpx.RemoteProtocolError) as broken:
        pets.post("/animals", json=DOG, headers=KEY)

    assert str(broken.value).startswith(error)
    assert sandbox.state("pets")["animals"] == 1
    assert pets.get("/animals").status_code == 200


def test_half_of_a_body_arrives(pets: httpx.Client, sandbox: Sandbox) -> None:
    """A client that streams gets what was sent before the connection broke."""
    pets.post("/animals", json=DOG, headers=KEY)
    whole = pets.get("/animals").content
    sandbox.faults.add("pets", "listAnimals", drop="mid_body")
    received = b""

    with pets.stream("GET", "/animals") as answer, pytest.raises(httpx.RemoteProtocolError):
        for chunk in answer.iter_raw():
            received += chunk

    assert received == whole[: len(whole) // 2]


def test_delay_is_waited_for(pets: httpx.Client, sandbox: Sandbox) -> None:
    """A read timeout that is shorter ends the call, which then does nothing; a longer one gets the answer."""
    sandbox.faults.add("pets", "createAnimal", delay_ms=30_000)

    with pytest.raises(httpx.ReadTimeout):
        pets.post("/animals", json=DOG, headers=KEY, timeout=0.05)

    sandbox.faults.add("pets", "createAnimal", delay_ms=20)
    assert pets.post("/animals", json=DOG, headers=KEY, timeout=10).status_code == 201
    assert sandbox.state("pets")["animals"] == 1


def test_webhooks_leave_after_the_answer(pets: httpx.Client, sandbox: Sandbox) -> None:
    """A receiver of the test's own has them when `deliver` comes back."""
    with receiving() as receiver:
        pets.post("/hooks", json={"url": f"{receiver.url}/hook"})
        pets.post("/animals", json=DOG, headers=KEY)
        sandbox.deliver()

        assert receiver.paths == ["/hook"]


def test_bodies_of_any_kind(pets: httpx.Client, sandbox: Sandbox) -> None:
    """A streamed body arrives whole; one that cannot be read is a 400, and nothing is stored."""
    headers = {**KEY, "Content-Type": "application/json"}

    assert pets.post("/animals", content=iter([b'{"name": "Rex",', b' "kind": "dog"}']), headers=headers).is_success
    assert pets.post("/animals", content=b"{", headers={**headers, "Idempotency-Key": "k-2"}).status_code == 400
    assert sandbox.state("pets")["animals"] == 1


def test_transport_of_a_vendor_keeps_the_real_address(sandbox: Sandbox) -> None:
    """Whatever the host is, the path is the vendor's, and the call comes to this sandbox."""
    with httpx.Client(base_url="https://api.pets.example", transport=sandbox.transport("pets")) as client:
        made = client.post("/animals", json=DOG, headers={**KEY, **sandbox.headers("pets")})

    assert made.status_code == 201
    assert sandbox.state("pets")["animals"] == 1
    assert sandbox.requests[0]["path"] == f"/@{sandbox.name}/pets/animals"


def test_transport_prefers_the_sandbox_of_the_address(server: Server, sandbox: Sandbox) -> None:
    """An address that names none comes to the transport's own; one that names another to that."""
    with server.sandbox() as other, httpx.Client(transport=sandbox.transport()) as client:
        for path in ("/pets", f"/@{other.name}/pets"):
            client.post(f"http://localhost{path}/animals", json=DOG, headers={**KEY, **sandbox.headers("pets")})

        assert [len(each.state("pets", "animals")) for each in (sandbox, other)] == [1, 1]


def test_asynchronous_calls_wait_side_by_side(sandbox: Sandbox) -> None:
    """One that is held up holds up no other; one that is given up does nothing."""
    listing = sandbox.faults.add("pets", "listAnimals", delay_ms=600_000)
    sandbox.faults.add("pets", "createAnimal", delay_ms=600_000, times=2)

    async def call() -> list[int]:
        async with sandbox.async_client("pets", timeout=None) as client:
            held = asyncio.ensure_future(client.get("/animals"))
            while not listing.used:
                await asyncio.sleep(0.01)
            answers = await asyncio.gather(*[client.get("/animals") for _ in range(20)])
            with pytest.raises(httpx.ReadTimeout):
                await client.post("/animals", json=DOG, headers=KEY, timeout=0.05)
            given_up = asyncio.ensure_future(client.post("/animals", json=DOG, headers=KEY))
            await asyncio.sleep(0)
            for waiting in (held, given_up):
                assert waiting.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await waiting
            return [answer.status_code for answer in answers]

    assert asyncio.run(call()) == [200] * 20
    assert sandbox.state("pets")["animals"] == 0


def test_other_loops_are_told(sandbox: Sandbox) -> None:
    """Under another loop than that of asyncio the call is refused in words."""
    client = sandbox.async_client("pets")

    with pytest.raises(RuntimeError, match="work under asyncio"):
        sandbox.transport().handle_async_request(client.build_request("GET", "/animals")).send(None)


def test_no_port_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no socket may be made, calls without a port are answered all the same."""

    def refuse(*arguments: object) -> None:
        raise OSError("no sockets here")

    with Server("pets", project=ROOT / "examples" / "pets") as server, server.sandbox() as sandbox:
        monkeypatch.setattr("socket.socket.bind", refuse, raising=True)
        with sandbox.client("pets") as client:
            assert client.get("/animals").status_code == 200
        with pytest.raises(OSError, match="no sockets here"):
            sandbox.url("pets")
        monkeypatch.undo()
        assert httpx.get(f"{sandbox.url('pets')}/animals", headers=sandbox.headers("pets")).status_code == 200


def test_server_that_stops_breaks_off_what_waits() -> None:
    """A call that is held up when the server stops ends with an error of httpx, and so does every later one."""
    server = Server("pets", project=ROOT / "examples" / "pets").start()
    sandbox = server.sandbox()
    client = sandbox.client("pets")
    sandbox.faults.add("pets", "listAnimals", delay_ms=30_000)

    async def wait() -> None:
        async with sandbox.async_client("pets") as waiting:
            held = asyncio.ensure_future(waiting.get("/animals"))
            while not next(iter(sandbox.faults)).used:
                await asyncio.sleep(0.01)
            await asyncio.to_thread(server.stop)
            with pytest.raises(httpx.ReadError):
                await held

    asyncio.run(wait())
    with client, pytest.raises(httpx.ConnectError, match="does not run"):
        client.get("/animals")
