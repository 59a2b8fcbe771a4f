"""Sandboxes for tests in Python: the server in a thread of its own, and what a test does with a sandbox."""

from __future__ import annotations

import asyncio
import doctest
import gc
import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib import import_module

import httpx
import pytest

from sandbooks.errors import StartupError
from sandbooks.testing import Refused, Sandbox, Server, ServerError
from tests.packed import PETSHOP
from tests.receiving import receiving
from tests.running import ROOT

REX = {"name": "Rex", "price": 1234.56}
PETS = ROOT / "examples" / "pets"
NOON = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Server:
    """Stopped by `_stop`, when the tests of this module are over."""
    return Server("pets", project=PETS, profile="empty").start()


@pytest.fixture(scope="module", autouse=True)
def _stop(server: Server) -> object:
    yield
    server.stop()


@pytest.fixture
def sandbox(server: Server) -> object:
    with server.sandbox() as sandbox:
        yield sandbox


def sell(sandbox: Sandbox, name: str = "Rex") -> httpx.Response:
    """A new animal, without a port."""
    with sandbox.client("pets") as client:
        return client.post("/animals", json={"name": name, "kind": "dog"}, headers={"Idempotency-Key": name})


def test_server_ends_as_it_began() -> None:
    """No thread is left and no port is open, whether it was used or not; it can be started again."""
    before = set(threading.enumerate())
    server = Server(PETSHOP)
    for _ in range(2):
        with server:
            httpx.get(f"{server.url}/")
            port = server.port
        gc.collect()
        with socket.socket() as client:
            assert client.connect_ex(("127.0.0.1", port)) != 0

    assert [thread.name for thread in set(threading.enumerate()) - before if thread.name == "sandbooks"] == []
    server.stop()
    with pytest.raises(RuntimeError, match="the server does not run"):
        server.sandbox()


def test_server_that_cannot_start_leaves_nothing() -> None:
    """The fault is raised where it was started, and no thread is left."""
    before = set(threading.enumerate())
    with pytest.raises(StartupError, match=r"missing\.yaml"):
        Server("missing.yaml").start()
    with pytest.raises(Refused, match="'noon' is no moment"):
        Server(PETSHOP, clock="noon").start()

    with pytest.raises(Refused, match="must be a datetime with its zone"):
        Server(PETSHOP, clock=datetime(2026, 1, 31)).start()
    with pytest.raises(Refused, match="limits is 'off'; it must be True or False"):
        Server(PETSHOP, limits="off")  # type: ignore[arg-type]  # as in a file

    assert set(threading.enumerate()) <= before


def test_server_is_started_once(server: Server) -> None:
    """A second start is refused, and changes nothing."""
    with pytest.raises(RuntimeError, match="runs already"):
        server.start()

    assert server.vendors == ["pets"]


def test_sandboxes_know_nothing_of_each_other(server: Server) -> None:
    """A name may be any text; a fork starts with what the other holds."""
    with server.sandbox("Team Ä/one") as one, server.sandbox() as other, one.fork() as early:
        assert sell(one).status_code == 201
        with one.fork("team-b") as fork:
            assert [len(each.state("pets", "animals")) for each in (one, other, early, fork)] == [1, 0, 0, 1]
            assert fork.name == "team-b"
        with pytest.raises(Refused, match="exists already"):
            server.sandbox(other.name)
        with pytest.raises(Refused, match="'default' exists already"):
            server.sandbox("default", profile="empty")

    with pytest.raises(Refused, match="no sandbox 'team-b'"):
        server.sandbox(fork_of="team-b")


def test_closed_sandbox_is_gone(server: Server) -> None:
    """Its clients and its methods refuse; a client over the wire finds an empty one."""
    sandbox = server.sandbox("gone")
    client = sandbox.client("pets")
    sandbox.close()
    sandbox.close()

    with client, pytest.raises(httpx.ConnectError, match="'gone' is closed"):
        client.get("/animals")
    with pytest.raises(RuntimeError, match="'gone' is closed"):
        sandbox.state("pets")
    assert "gone" not in server.app.sandboxes


def test_clock_stands_and_moves(server: Server) -> None:
    """By seconds, a timedelta or its parts, to a moment; backwards it does not advance."""
    with server.sandbox(clock="2026-01-31T12:00:00Z") as sandbox:
        clock = sandbox.clock

        assert (clock.now, clock.frozen) == (NOON, True)
        assert clock.advance(90) == NOON + timedelta(seconds=90)
        assert clock.advance(timedelta(hours=1), days=1) == NOON + timedelta(days=1, hours=1, seconds=90)
        assert clock.set(NOON) == NOON
        assert clock.freeze("2027-01-01T00:00:00Z") == datetime(2027, 1, 1, tzinfo=UTC)
        assert clock.run() >= datetime(2027, 1, 1, tzinfo=UTC)
        assert not clock.frozen
        with pytest.raises(Refused, match="advance_s"):
            clock.advance(days=-1)
        with pytest.raises(Refused, match="/now: 'soon' is not a date-time"):
            clock.set("soon")


def test_faults_strike_and_are_counted(sandbox: Sandbox) -> None:
    """One of a status, then none; an operation that there is not is refused, and nothing is scripted."""
    fault = sandbox.faults.add("pets", "createAnimal", status=503, headers={"Retry-After": "7"})

    assert [sell(sandbox).status_code, sell(sandbox).status_code] == [503, 201]
    assert (fault.used, [each.id for each in sandbox.faults]) == (1, [fault.id])
    fault.remove()
    assert len(sandbox.faults) == 0
    with pytest.raises(Refused, match="'sellAnimal'"):
        sandbox.faults.add("pets", "sellAnimal", status=503)
    with pytest.raises(Refused, match="exactly one of"):
        sandbox.faults.add("pets")
    assert len(sandbox.faults) == 0


def test_limits_are_switched_and_scaled(sandbox: Sandbox) -> None:
    """One call a minute, then any number."""
    sandbox.limits.scale(1 / 60, "pets")
    scaled = [sell(sandbox, name).status_code for name in ("Rex", "Uhu")]
    sandbox.limits.off()

    assert scaled == [201, 429]
    assert sell(sandbox, "Uhu").status_code == 201
    assert sandbox.limits.show()["pets"]["enabled"] is False
    with pytest.raises(Refused, match="acme"):
        sandbox.limits.on("acme")


def test_documents_are_read_put_and_deleted(sandbox: Sandbox) -> None:
    """Counts, all of them, one; a document past the vendor's rules."""
    made = sell(sandbox).json()
    put = sandbox.put("pets", "animals", 7, {"name": "Uhu", "kind": "owl"})

    assert sandbox.state("pets")["animals"] == 2
    assert sandbox.state("pets", "animals") == [made, put]
    assert sandbox.state("pets", "animals", 7)["name"] == "Uhu"
    sandbox.delete("pets", "animals", 7)
    with pytest.raises(Refused, match="7"):
        sandbox.state("pets", "animals", 7)
    with pytest.raises(Refused, match="'pigs'"):
        sandbox.state("pets", "pigs")


def test_more_documents_than_a_page_holds(sandbox: Sandbox) -> None:
    """All are given, in order."""
    for number in range(1, 1002):
        sandbox.put("pets", "animals", number, {"name": f"Rex {number}", "kind": "dog"})

    assert [each["id"] for each in sandbox.state("pets", "animals")] == list(range(1, 1002))


def test_snapshot_and_reset(sandbox: Sandbox) -> None:
    """A snapshot leads back to its documents, a reset to the start."""
    sell(sandbox)
    snapshot = sandbox.snapshot()
    sell(sandbox, "Uhu")

    snapshot.restore()
    assert [each["name"] for each in sandbox.state("pets", "animals")] == ["Rex"]
    sandbox.reset()
    assert (sandbox.state("pets", "animals"), sandbox.requests) == ([], [])
    snapshot.delete()
    with pytest.raises(Refused, match="snapshot"):
        snapshot.restore()


def test_calls_are_shown_and_verified(sandbox: Sandbox) -> None:
    """The newest first; what was expected and did not come is told with what comes nearest."""
    sell(sandbox)
    with sandbox.client("pets") as client:
        client.get("/animals/7")

    assert [call["operation"] for call in sandbox.requests] == ["getAnimal", "createAnimal"]
    assert [call["answer"]["status"] for call in sandbox.find_requests(operation="getAnimal")] == [404]
    assert sandbox.verify(operation="createAnimal", body={"name": "Rex"}) == 1
    assert sandbox.verify({"vendor": "pets"}, at_least=1, at_most=2) == 2
    with pytest.raises(AssertionError) as missed:
        sandbox.verify(operation="createAnimal", body={"name": "Uhu"}, exactly=1)
    assert str(missed.value).splitlines()[0] == (
        "calls like {'operation': 'createAnimal', 'body': {'name': 'Uhu'}}: expected exactly 1, found 0"
    )
    assert '/body/name is "Rex"; expected "Uhu"' in str(missed.value)
    with pytest.raises(Refused, match="'sellAnimal'"):
        sandbox.verify(operation="sellAnimal")
    assert sandbox.coverage["pets"]["operations"]["exercised"] == 2
    sandbox.clear_requests()
    assert sandbox.requests == []


def test_credentials_by_name(sandbox: Sandbox) -> None:
    """The first has full rights; a name that there is not is refused with those that there are."""
    assert sandbox.headers("pets") == sandbox.headers("pets", "full")
    assert sandbox.credential("pets", "full")["name"] == "full"
    with pytest.raises(Refused, match="pets has no credential 'admin'; there are: full"):
        sandbox.headers("pets", "admin")
    with pytest.raises(Refused, match="there is no vendor 'acme'; served are: pets"):
        sandbox.url("acme")


def test_webhooks_are_waited_for(sandbox: Sandbox) -> None:
    """What is due has arrived when `deliver` comes back; a retry follows the clock; once more on demand."""
    with receiving(500) as receiver, sandbox.client("pets") as client:
        client.post("/hooks", json={"url": f"{receiver.url}/hook", "secret": "s3cret"})
        sell(sandbox)

        [delivery] = sandbox.deliver()
        assert (delivery["status"], len(receiver.received)) == ("pending", 1)
        sandbox.clock.advance(5)
        assert (sandbox.deliveries[0]["status"], len(receiver.received)) == ("delivered", 2)
        sandbox.redeliver(delivery["id"])
        assert len(receiver.received) == 3
    with pytest.raises(Refused, match="delivery"):
        sandbox.redeliver("none")


def test_receiver_that_takes_long(sandbox: Sandbox) -> None:
    """It is told which address does not answer in time."""
    answered = threading.Event()
    with receiving() as receiver, sandbox.client("pets") as client:
        receiver.answering = lambda received: answered.wait(10)
        client.post("/hooks", json={"url": f"{receiver.url}/hook"})
        sell(sandbox)

        with pytest.raises(TimeoutError, match=f"not delivered within 0.1 s: {receiver.url}/hook"):
            sandbox.deliver(timeout_s=0.1)
        answered.set()
        assert sandbox.deliver()[0]["status"] == "delivered"


def test_receiver_in_the_loop_of_a_test(sandbox: Sandbox) -> None:
    """A test that waits in a thread lets its own loop answer meanwhile."""

    async def receive() -> str:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as listener, sandbox.async_client("pets") as pets:
            port = listener.sockets[0].getsockname()[1]
            await pets.post("/hooks", json={"url": f"http://127.0.0.1:{port}/"})
            await pets.post("/animals", json={"name": "Rex", "kind": "dog"}, headers={"Idempotency-Key": "k"})
            [delivery] = await asyncio.to_thread(sandbox.deliver)
            return str(delivery["status"])

    assert asyncio.run(receive()) == "delivered"


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_forked_process_is_told(sandbox: Sandbox) -> None:
    """The thread of the server is not there: what would never be answered is refused at once."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:  # pragma: no cover
        try:
            sandbox.state("pets")
        except RuntimeError as error:
            os.write(writing, str(error).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    told = os.read(reading, 200).decode()
    os.close(reading)
    os.close(writing)

    assert told == "the server runs in another process; call it by its address"


def test_threads_share_a_sandbox(sandbox: Sandbox) -> None:
    """Eight threads at once, over the wire, without a port and by hand: everything is there afterwards."""
    sandbox.limits.off()
    url, headers = sandbox.url("pets"), sandbox.headers("pets")

    def work(number: int) -> None:
        sell(sandbox, f"Rex {number}")
        body = {"name": f"Uhu {number}", "kind": "owl"}
        httpx.post(f"{url}/animals", json=body, headers={**headers, "Idempotency-Key": f"u{number}"}).raise_for_status()
        sandbox.put("pets", "hooks", number + 1, {"url": f"http://127.0.0.1:9/{number}"})
        with sandbox.fork() as fork:
            assert fork.state("pets")["animals"] >= 2

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(40)))

    counts = sandbox.state("pets")
    assert (counts["animals"], counts["hooks"]) == (80, 40)


def test_errors_are_raised_where_a_sandbox_ends() -> None:
    """What nobody expected is raised by `close`, by the block, and by the server that stops; with its cause."""
    server = Server(PETSHOP).start()
    default = server.sandbox("default")
    error = ZeroDivisionError("thirteen of them")

    told = "POST /x: ZeroDivisionError: thirteen of them"
    with pytest.raises(ServerError, match=told) as closed, server.sandbox("one"):
        server.run(lambda: server.app.report("one", "POST /x", error))
    sandbox = server.sandbox("one")
    server.run(lambda: server.app.report("one", "POST /x", error))
    with pytest.raises(ServerError):
        sandbox.close()
    with pytest.raises(LookupError) as own, server.sandbox("two"):
        server.run(lambda: server.app.report("two", "POST /x", error))
        raise LookupError("no pet")
    with default.expect_errors() as expected:
        server.run(lambda: server.app.report("default", "POST /x", error))
    server.run(lambda: server.app.report("made-by-a-call", "POST /x", error))
    with pytest.raises(ServerError):
        server.stop()

    assert closed.value.__cause__ is error
    assert own.value.__cause__ is error
    assert expected.errors == [error]


def test_examples_in_docstrings_are_true() -> None:
    """Those that run print what stands below them."""
    assert doctest.testmod(import_module("sandbooks.testing.naming")) == (0, 1)
