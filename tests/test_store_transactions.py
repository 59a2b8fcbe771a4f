"""Transactions, rollback, snapshots, forks and what listens to commits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbooks.errors import Conflict
from sandbooks.store import Change, Store, Table, TableSchema, where

INVOICES = TableSchema("invoices", unique=(("number",),), indexes=("status",))


@pytest.fixture
def store() -> Store:
    """A store with one table of invoices."""
    return Store([INVOICES])


@pytest.fixture
def invoices(store: Store) -> Table:
    """Four invoices, A-1 to A-4."""
    table = store.table("invoices")
    with store.transaction():
        table.insert_multiple([{"number": f"A-{each}", "status": "PAID"} for each in range(1, 5)])
    return table


def numbers(documents: Any) -> list[str]:
    """The invoice numbers of some documents."""
    return [document["number"] for document in documents]


def test_transaction_records_what_it_did(store: Store, invoices: Table) -> None:
    """Before and after of each change, in order."""
    with store.transaction() as transaction:
        invoices.put({"id": 70})
        invoices.change(70, {"total": 1})
        invoices.delete(70)

    assert [
        Change("invoices", "70", None, {"id": 70}),
        Change("invoices", "70", {"id": 70}, {"id": 70, "total": 1}),
        Change("invoices", "70", {"id": 70, "total": 1}, None),
    ] == transaction.changes


@pytest.mark.parametrize("error", [LookupError, KeyboardInterrupt, GeneratorExit])
def test_any_exception_rolls_back(store: Store, invoices: Table, error: type[BaseException]) -> None:
    """Everything that the transaction did is undone, to the id counter; and the next one starts clean."""
    before, revision = store.storage.read(), store.revision
    with pytest.raises(error), store.transaction() as transaction:
        invoices.put({"number": "B-1"})
        invoices.delete(1)
        store.table("fresh").put({})
        raise error

    assert (before, revision, 5) == (store.storage.read(), store.revision, invoices.next_id)
    assert ([], ["invoices"]) == (transaction.changes, store.names())
    with store.transaction():
        invoices.put({"number": "B-1"})


def test_transaction_sees_its_own_writes(store: Store, invoices: Table) -> None:
    """Reading inside finds by id, key and index what was written a moment ago."""
    with store.transaction():
        invoices.put({"number": "B-1", "status": "HELD"})

        assert [5] == [document["id"] for document in invoices.search(where("status") == "HELD")]
        assert invoices.read(5) == invoices.find_unique(number="B-1")


@pytest.mark.parametrize(
    "write",
    [
        lambda table: table.put({}),
        lambda table: table.insert({}),
        lambda table: table.insert_multiple([{}]),
        lambda table: table.replace(1, {}),
        lambda table: table.change(1, {}),
        lambda table: table.delete(1),
        lambda table: table.update({}),
        lambda table: table.remove(doc_ids=[1]),
        lambda table: table.truncate(),
        lambda table: table.raise_next_id(50),
        lambda table: table.update_multiple([({"a": 1}, where("id") == 1)]),
    ],
)
def test_write_outside_a_transaction_is_refused(store: Store, invoices: Table, write: Callable[[Table], Any]) -> None:
    """Every verb that writes; the message says what to do, and nothing is stored."""
    before = store.storage.read()

    with pytest.raises(RuntimeError, match=r"invoices: a change outside a transaction; write `with store\.transaction"):
        write(invoices)
    assert before == store.storage.read()


def test_nothing_of_the_sort_may_happen_inside_a_transaction(store: Store) -> None:
    """Transactions do not nest, and snapshot, restore and fork wait for their end."""
    moment = store.snapshot()
    with store.transaction():
        for act in (lambda: store.transaction().__enter__(), store.snapshot, store.fork, lambda: store.restore(moment)):
            with pytest.raises(RuntimeError, match="transaction"):
                act()


def test_revision_counts_transactions_that_changed_something(store: Store, invoices: Table) -> None:
    """Reading, failing and doing nothing leave it; a restore brings back the number."""
    moment = store.snapshot()
    for number in (1, 2):
        with store.transaction():
            invoices.change(number, {"seen": True})
            invoices.change(number, {"seen": False})
    with store.transaction():
        invoices.read(1)

    assert 3 == store.revision
    store.restore(moment)
    assert 1 == store.revision


def test_listener_hears_each_commit_before_it_ends(store: Store) -> None:
    """With the changes of the transaction; of one that did nothing, or failed, it hears nothing."""
    heard: list[list[str]] = []
    store.on_commit = lambda changes: heard.append([change.id for change in changes])
    with store.transaction():
        store.table("pets").insert_multiple([{}, {}])
    with store.transaction():
        pass
    with pytest.raises(LookupError), store.transaction():
        store.table("pets").put({})
        raise LookupError

    assert [["1", "2"]] == heard


def test_listener_that_raises_rolls_back(store: Store, invoices: Table) -> None:
    """A commit that cannot be written down did not happen."""

    def fail(changes: list[Change]) -> None:
        raise OSError("disk full")

    store.on_commit = fail
    with pytest.raises(OSError, match="disk full"), store.transaction() as transaction:
        invoices.delete(1)

    assert (4, 1, []) == (len(invoices), store.revision, transaction.changes)
    store.on_commit = None
    with store.transaction():
        invoices.delete(1)


def test_fork_and_original_go_their_own_ways(store: Store, invoices: Table) -> None:
    """Neither sees what the other does, ids included; the listener stays with the original."""
    store.on_commit = lambda changes: pytest.fail("the fork's changes are its own")
    fork = store.fork()
    with fork.transaction():
        fork.table("invoices").delete(1)
        made = fork.table("invoices").put({"number": "F-1"})
    store.on_commit = None
    with store.transaction():
        invoices.put({"number": "S-1"})

    assert 5 == made["id"]
    assert ["A-1", "A-2", "A-3", "A-4", "S-1"] == numbers(invoices)
    assert ["A-2", "A-3", "A-4", "F-1"] == numbers(fork.table("invoices"))
    assert [None, "F-1"] == [
        (found or {}).get("number")
        for found in (
            store.table("invoices").find_unique(number="F-1"),
            fork.table("invoices").find_unique(number="F-1"),
        )
    ]


def test_snapshot_outlives_everything(store: Store, invoices: Table) -> None:
    """It can be put back again and again, also into a fork, and tables made later are empty then."""
    moment, before = store.snapshot(), store.storage.read()
    for _ in range(2):
        with store.transaction():
            invoices.truncate()
            store.table("later").put({})
        store.restore(moment)

        assert (before, 0) == (store.storage.read(), len(store.table("later")))
    fork = store.fork()
    with fork.transaction():
        fork.table("invoices").delete(1)
    fork.restore(moment)
    assert before == fork.storage.read()


def test_unknown_table_is_made_at_first_use() -> None:
    """With the schema that the store's rule gives for its name; it has a name once something is in it."""
    store = Store([INVOICES], schema_of=lambda name: TableSchema(name, unique=(("code",),)))
    table = store.table("items~acme")
    assert ["invoices"] == store.names()
    with store.transaction():
        table.put({"code": "X"})
        with pytest.raises(Conflict, match="items~acme already has a document with code 'X'"):
            table.put({"code": "X"})

    assert store.table("items~acme") is table
    assert ["invoices", "items~acme"] == store.names()
    assert {"code": "X", "id": 1} == (store.fork().table("items~acme").find_unique(code="X"))


def test_savepoint_takes_back_its_own_part_alone(store: Store) -> None:
    """What raises in a savepoint undoes rows, keys, indexes and given ids since its beginning, and no more."""
    table, heard = store.table("invoices"), list[list[Change]]()
    store.on_commit = heard.append

    with store.transaction() as transaction:
        table.put({"number": "A-1", "status": "open"})
        with pytest.raises(Conflict), store.savepoint():
            table.change(1, {"status": "paid"})
            table.put({"number": "A-2", "status": "open"})
            table.put({"number": "A-1"})
        with store.savepoint():
            table.put({"number": "A-2", "status": "void"})

    stored = [{"number": "A-1", "status": "open", "id": 1}, {"number": "A-2", "status": "void", "id": 2}]
    assert stored == table.page().items
    assert [["1", "2"]] == [[change.id for change in changes] for changes in heard]
    assert ["1", "2"] == [change.id for change in transaction.changes]
    assert (1, 0) == (table.count(filters={"status": "open"}), table.count(filters={"status": "paid"}))


def test_savepoint_within_a_savepoint(store: Store) -> None:
    """The inner one is undone with the outer one, and by itself."""
    table = store.table("invoices")

    with store.transaction():
        with pytest.raises(ZeroDivisionError), store.savepoint():
            with store.savepoint():
                table.put({"number": "A-1"})
            raise ZeroDivisionError
        with store.savepoint():
            table.put({"number": "A-2"})
            with pytest.raises(ZeroDivisionError), store.savepoint():
                table.put({"number": "A-3"})
                raise ZeroDivisionError

    assert ["A-2"] == [document["number"] for document in table.page().items]


def test_savepoint_needs_a_transaction(store: Store) -> None:
    """Outside of one there is nothing to go back to."""
    with pytest.raises(RuntimeError, match="needs an open transaction"), store.savepoint():
        pass
