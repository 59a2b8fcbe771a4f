"""What sandboxes cost a server, seen from outside: lists, copies of a large one, many idle ones, many calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from statistics import median
from time import perf_counter

from benchmarks.effort import Effort
from benchmarks.load import Run, Tool
from benchmarks.processes import Client, Running, running
from benchmarks.servers import CALLS, GET_ONE, LIST, PET, SHOP, TOKEN, sandbooks_command
from benchmarks.traffic import Figures, load, summarise
from sandbooks.testing import Server

MOST_SANDBOXES = 20_000
BATCH = 100  # as many as the description allows
FEW, MANY = "few", "many"  # the sandboxes that hold as many documents


@dataclass(frozen=True, slots=True)
class Worlds:
    """Figures of the first page by sandbox; milliseconds by act, all over `MANY`; megabytes before and after.

    `test_ms` is a fresh sandbox of a test in Python, with the demo data of every bundled vendor, and its end.
    """

    pages: Mapping[str, Figures]
    acts_ms: Mapping[str, float]
    test_ms: float
    forks_mb: tuple[float, float]
    calls_mb: tuple[float, float]

    @property
    def pages_ratio(self) -> float:
        """How many times longer the page of many documents takes than that of few."""
        return self.pages[FEW].per_second / self.pages[MANY].per_second


def measure(tool: Tool, effort: Effort) -> Worlds:
    """Each on a server of its own, but for pages and acts, which share the large sandbox."""
    with _shop() as server:
        client = Client(server.port, TOKEN)
        for name, documents in ((FEW, effort.few), (MANY, effort.many)):
            _fill(client, name, documents)
        pages = _measure_pages(tool, server, effort)
        acts = _measure_acts(Client(server.port, TOKEN), effort)  # the first connection was idle too long
    return Worlds(pages, acts, _measure_tests(effort), _measure_forks(effort), _measure_calls(effort))


def render(worlds: Worlds, effort: Effort) -> str:
    """The figures as aligned tables."""
    lines = [f"{'first page of a list with':<44}{'median/s':>10}{'low..high':>16}{'p50 ms':>9}{'p99 ms':>9}"]
    for name, documents in ((FEW, effort.few), (MANY, effort.many)):
        found = worlds.pages[name]
        spread = f"{found.lowest:.0f}..{found.highest:.0f}"
        times = f"{found.p50_ms:>9.2f}{found.p99_ms:>9.2f}"
        lines.append(f"{f'{documents:,} documents':<44}{found.per_second:>10.0f}{spread:>16}{times}")
    lines += ["", f"{f'control API, {effort.many:,} documents':<44}{'median ms':>10}"]
    lines += [f"{act:<44}{cost:>10.2f}" for act, cost in worlds.acts_ms.items()]
    lines += ["", f"{'a fresh sandbox for a test, demo data':<44}{worlds.test_ms:>10.2f}"]
    lines += ["", f"{'memory of the server, MB':<44}{'before':>10}{'after':>10}"]
    for what, (before, after) in _memories(worlds, effort).items():
        lines.append(f"{what:<44}{before:>10.1f}{after:>10.1f}")
    return "\n".join(lines) + "\n"


def _memories(worlds: Worlds, effort: Effort) -> dict[str, tuple[float, float]]:
    return {f"{effort.forks:,} forks": worlds.forks_mb, f"{effort.calls:,} calls": worlds.calls_mb}


def _shop() -> AbstractContextManager[Running]:
    command = sandbooks_command("--project", str(SHOP), "--max-sandboxes", str(MOST_SANDBOXES))
    return running(command, f"/shop{CALLS[GET_ONE].path}", headers=TOKEN)


def _fill(client: Client, name: str, documents: int) -> None:
    client.call("POST", "/_sandbox/sandboxes", {"name": name, "profile": "empty"})
    for first in range(0, documents, BATCH):
        numbers = range(first, min(first + BATCH, documents))
        client.call("POST", f"/@{name}/shop/pets/batch", [{**PET, "name": f"Pet {number}"} for number in numbers])
    client.call("GET", f"/@{name}/shop/pets/{documents}")


def _measure_pages(tool: Tool, server: Running, effort: Effort) -> dict[str, Figures]:
    found: dict[str, list[Run]] = {FEW: [], MANY: []}
    for number in range(effort.rounds + 1):
        for name, runs in found.items():
            request = replace(CALLS[LIST], path=f"/@{name}/shop{CALLS[LIST].path}")
            run = load(tool, server.port, request, effort.seconds, f"{LIST}, {name} documents")
            runs += [run] if number else []
    return {name: summarise(runs) for name, runs in found.items()}


def _measure_acts(client: Client, effort: Effort) -> dict[str, float]:
    """A fork of the large sandbox is what is changed: it starts with all documents, and a reset leads back to them."""
    client.call("POST", "/_sandbox/sandboxes", {"name": "changed", "fork_of": MANY})
    client.call("POST", "/@changed/_sandbox/snapshots", {"name": "start"})

    def change(number: int) -> None:
        client.call("POST", "/@changed/shop/pets/batch", [PET] * BATCH)
        client.call("DELETE", "/@changed/shop/pets/1")

    def fork(number: int) -> None:
        client.call("POST", "/_sandbox/sandboxes", {"name": f"fork-{number}", "fork_of": MANY})

    def snapshot(number: int) -> None:
        client.call("POST", "/@changed/_sandbox/snapshots", {"name": "again"})

    def restore(number: int) -> None:
        client.call("POST", "/@changed/_sandbox/snapshots/start/restore")

    def reset(number: int) -> None:
        client.call("POST", "/@changed/_sandbox/reset")

    found = {"fork": _time(fork, effort.acts)}
    for name, act in (("snapshot", snapshot), ("restore", restore), ("reset", reset)):
        client.call("POST", "/@changed/_sandbox/snapshots/start/restore")
        found[name] = _time(act, effort.acts, before=change if name != "snapshot" else _nothing)
        client.call("GET", "/@changed/shop/pets/1")
        client.call("GET", f"/@changed/shop/pets/{effort.many}")
    return found


def _measure_tests(effort: Effort) -> float:
    """In this process, as the pytest plugin does it: made, each vendor's documents at hand, and gone again."""
    with Server() as server:

        def begin_and_end(number: int) -> None:
            with server.sandbox(f"test-{number}") as sandbox:
                server.run(lambda: [server.app.sandbox(sandbox.name).store(v) for v in server.app.vendors.values()])

        return _time(begin_and_end, effort.acts)


def _measure_forks(effort: Effort) -> tuple[float, float]:
    with _shop() as server:
        client = Client(server.port, TOKEN)
        client.call("GET", f"/shop{CALLS[LIST].path}")
        before = server.memory_mb()
        for number in range(effort.forks):
            client.call("POST", "/_sandbox/sandboxes", {"name": f"fork-{number}", "fork_of": "default"})
        after = server.memory_mb()
        client.call("GET", "/_sandbox/sandboxes/fork-0")  # the first is still there: none had to leave
        return before, after


def _measure_calls(effort: Effort) -> tuple[float, float]:
    with _shop() as server:
        client = Client(server.port, TOKEN)
        _call_around(client, effort.calls)
        before = server.memory_mb()
        _call_around(client, effort.calls)
        return before, server.memory_mb()


def _call_around(client: Client, calls: int) -> None:
    """A read, a list, a new document, and that document deleted: as many documents afterwards as before."""
    for _ in range(calls // 4):
        client.call("GET", f"/shop{CALLS[GET_ONE].path}")
        client.call("GET", f"/shop{CALLS[LIST].path}")
        made = client.call("POST", "/shop/pets", PET)
        client.call("DELETE", f"/shop/pets/{made['id']}")


def _nothing(number: int) -> None:
    pass


def _time(act: Callable[[int], None], acts: int, *, before: Callable[[int], None] = _nothing) -> float:
    """Milliseconds of one, as the caller sees it: the median, after some to warm up."""
    found = []
    warm_up = min(10, acts)
    for number in range(acts + warm_up):
        before(number)
        started = perf_counter()
        act(number)
        found.append((perf_counter() - started) * 1000)
    return median(found[warm_up:])
