"""What the store costs at 100,000 documents, beside what it may cost; alone: `python -m benchmarks.store`.

Each figure is the median of several rounds; writes include their own transaction. The table is a plausible one of
invoices: nested documents, one unique key, two indexes, an order of its own.
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

from sandbooks.store import Document, Store, TableSchema, where

DOCUMENTS = 100_000
CUSTOMERS = 5_000
ROUNDS = 9
CALLS = 500
PAGE = 50
FORKS = 1_000

SCHEMA = TableSchema("invoices", unique=(("number",),), indexes=("status", "customer.id"), order=("-createdAt",))
_STATUSES = ("DRAFT", "OPEN", "PAID", "VOID")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: `measured` and `bound` are in `unit`, µs or KB; `is_met` when it is at most the bound."""

    operation: str
    measured: float
    bound: float
    unit: str

    @property
    def is_met(self) -> bool:
        return self.measured <= self.bound


def measure(*, documents: int = DOCUMENTS, rounds: int = ROUNDS) -> list[Row]:
    """Every operation of the design's table, in its order, over a base of that many documents."""
    store = build_base(documents)
    with _frozen_garbage():
        return [
            *_measure_reads(store, documents, rounds),
            *_measure_writes(store, documents, rounds),
            *_measure_worlds(store, rounds),
            Row(f"memory of an unused fork, mean of {FORKS:,}", _fork_kilobytes(store), 50, "KB"),
        ]


def build_base(documents: int = DOCUMENTS) -> Store:
    """A store with that many invoices."""
    store = Store([SCHEMA])
    with store.transaction():
        store.table("invoices").insert_multiple(make_invoice(number) for number in range(documents))
    return store


def make_invoice(number: int) -> Document:
    """An invoice that follows from its number alone, in no order but that of its number."""
    day, second = f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}", number * 7919 % 86_400
    return {
        "number": f"INV-{number:07d}",
        "status": _STATUSES[number % len(_STATUSES)],
        "createdAt": f"{day}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z",
        "customer": {"id": number % CUSTOMERS, "name": f"Customer {number % CUSTOMERS}"},
        "total": f"{number % 9973}.56",
        "lines": [{"itemId": number % 77, "quantity": 2, "price": "12.34"}],
    }


def render(rows: Iterable[Row]) -> str:
    """The rows as an aligned table."""
    lines = [f"{'operation':<44}{'measured':>12}{'at most':>12}"]
    for row in rows:
        verdict = "" if row.is_met else "  MISSED"
        lines.append(f"{row.operation:<44}{row.measured:>9.2f} {row.unit}{row.bound:>9.0f} {row.unit}{verdict}")
    return "\n".join(lines) + "\n"


def _measure_reads(store: Store, documents: int, rounds: int) -> Iterator[Row]:
    table = store.table("invoices")
    spread = [number * 7907 % documents for number in range(rounds * CALLS)]

    def find_customer(call: int) -> object:
        return table.search(where("customer")["id"] == call % CUSTOMERS)

    yield Row("get by id", _time(rounds, lambda call: table.read(spread[call] + 1)), 10, "µs")
    numbers = [f"INV-{number:07d}" for number in spread]
    yield Row("get by unique key", _time(rounds, lambda call: table.find_unique(number=numbers[call])), 10, "µs")
    found = len(table.search(where("customer")["id"] == 1))
    yield Row(f"find by an indexed field, {found} found", _time(rounds, find_customer, 50), 1000, "µs")
    first = _time(rounds, lambda call: table.page(limit=PAGE), 50)
    yield Row(f"first page of an ordered list, {PAGE} of all", first, 1000, "µs")
    picked = _time(rounds, lambda call: table.page(filters={"status": "OPEN"}, limit=PAGE), 50)
    yield Row(f"first page of an ordered list, {PAGE} of a quarter", picked, 1000, "µs")


def _measure_writes(store: Store, documents: int, rounds: int) -> Iterator[Row]:
    fork = store.fork()
    table = fork.table("invoices")
    new = [make_invoice(documents + number) for number in range(rounds * CALLS)]
    spread = [number * 7907 % documents + 1 for number in range(rounds * CALLS)]

    def insert(call: int) -> None:
        with fork.transaction():
            table.put(new[call])

    def update(call: int) -> None:
        with fork.transaction():
            table.change(spread[call], {"status": "SENT", "total": "1.23"})

    yield Row("insert one", _time(rounds, insert), 50, "µs")
    yield Row("update one, an indexed field among others", _time(rounds, update), 50, "µs")


def _measure_worlds(store: Store, rounds: int) -> Iterator[Row]:
    fork = store.fork()
    start = fork.snapshot()

    def reset(call: int) -> None:
        fork.restore(start)

    yield Row("fork", _time(rounds, lambda call: store.fork()), 1000, "µs")
    yield Row("snapshot", _time(rounds, lambda call: store.snapshot()), 1000, "µs")
    yield Row("reset, restore", _time(rounds, reset, before=lambda: _spoil(fork)), 1000, "µs")


def _spoil(store: Store) -> None:
    with store.transaction():
        for number in range(1, 201):
            store.table("invoices").delete(number)


def _fork_kilobytes(store: Store) -> float:
    tracemalloc.start()
    try:
        forks = [store.fork() for _ in range(FORKS)]
        return tracemalloc.get_traced_memory()[0] / len(forks) / 1024
    finally:
        tracemalloc.stop()


def _time(
    rounds: int, act: Callable[[int], Any], calls: int = CALLS, *, before: Callable[[], None] = lambda: None
) -> float:
    """Microseconds of one call: the median over the rounds, each the mean of its calls, numbered through."""
    means = []
    for number in range(rounds):
        before()
        started = perf_counter()
        for call in range(number * calls, (number + 1) * calls):
            act(call)
        means.append((perf_counter() - started) / calls * 1e6)
    return median(means)


@contextmanager
def _frozen_garbage() -> Iterator[None]:
    """As a server does once its bases are loaded: the collector passes over all that is there."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


if __name__ == "__main__":
    sys.stdout.write(render(measure()))
