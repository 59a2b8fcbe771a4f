"""Laws of what is kept of a store: a log that is done again, and states told by how they differ, are that store."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbooks.errors import Problem
from sandbooks.store import Change, Store, TableSchema
from sandbooks.store.archive import all_of, difference, rebuild, redo, state_of
from sandbooks.store.blocks import id_of
from sandbooks.store.log import Log, LogReader
from sandbooks.store.version import Version
from tests.test_store_laws import SCHEMA, Operation, operations, perform

HIDDEN = TableSchema("notes", new_id="none", first_id=100)
SCHEMAS = [SCHEMA, HIDDEN]

works = st.lists(st.lists(operations, max_size=4), max_size=8)
in_one_folder = settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=60)


def work(store: Store, acts: list[Operation]) -> None:
    """One transaction: what is refused leaves no trace; beside it a note without an id, sometimes taken out again."""
    with store.transaction():
        for act in acts:
            with contextlib.suppress(Problem):
                perform(store, act)
            notes = store.table("notes")
            if act[0] == "delete" and len(notes):
                notes.remove(doc_ids=[next(iter(notes)).doc_id])
            else:
                notes.put({"about": act[0]})
            store.table("surprise").put({"id": f"{len(notes)}-{act[0]}-{store.revision}-{notes.next_id}"})


def told(version: Version) -> list[Any]:
    """All that a table's state is: documents in the order of arrival to the letter, each order, each unique key."""
    return [
        [(key, repr(version.rows[key][1])) for key in version.ids()],
        [[id_of(entry) for entry in blocks.walk()] for blocks in version.sorted],
        [dict(taken.items()) for taken in version.unique],
        version.next_id,
    ]


def everything(store: Store) -> dict[str, Any]:
    tables = {name: told(version) for name, version in store.storage.tables.items()}
    return {**tables, "revision": store.revision}


def logging_store(log: Log) -> Store:
    def write(changes: list[Change]) -> None:
        log.append([(change.table, change.id, change.after) for change in changes])

    store = Store(SCHEMAS)
    store.on_commit = write
    return store


@in_one_folder
@given(transactions=works)
def test_replayed_log_is_the_store_at_every_line(tmp_path: Path, transactions: list[list[Operation]]) -> None:
    """Ids, order of arrival, indexes, unique keys, the next id and the revision: as after that transaction."""
    file = tmp_path / "log"
    file.unlink(missing_ok=True)
    log = Log(file)
    store = logging_store(log)
    states = [everything(store)]
    for acts in transactions:
        work(store, acts)
        if store.revision == len(states):
            states.append(everything(store))
    log.close()

    again = Store(SCHEMAS)
    replayed = [everything(again)]
    for line in LogReader(file):
        redo(again, line)
        replayed.append(everything(again))

    assert states == replayed


@in_one_folder
@given(transactions=works, data=st.data())
def test_log_cut_anywhere_replays_to_a_committed_state(
    tmp_path: Path, transactions: list[list[Operation]], data: st.DataObject
) -> None:
    """Half a transaction is never there, wherever the log ends."""
    file = tmp_path / "log"
    file.unlink(missing_ok=True)
    log = Log(file)
    store = logging_store(log)
    states = [everything(store)]
    sizes = [0]
    for acts in transactions:
        work(store, acts)
        if log.size > sizes[-1]:
            states.append(everything(store))
            sizes.append(log.size)
    log.close()
    cut = data.draw(st.integers(0, log.size))
    file.write_bytes(file.read_bytes()[:cut])

    again = Store(SCHEMAS)
    for line in LogReader(file):
        redo(again, line)

    assert states[sum(size <= cut for size in sizes) - 1] == everything(again)


@settings(deadline=None, max_examples=60)
@given(before=works, one=works, other=works)
def test_any_state_is_told_by_how_it_differs_from_another(
    before: list[list[Operation]], one: list[list[Operation]], other: list[list[Operation]]
) -> None:
    """Descended from it, beside it or strangers: where a difference can be told, it leads to that state."""
    store = Store(SCHEMAS)
    for acts in before:
        work(store, acts)
    beside, stranger = store.fork(), Store(SCHEMAS)
    origin = store.snapshot()
    for each, transactions in ((store, one), (beside, other), (stranger, other)):
        for acts in transactions:
            work(each, acts)

    for name, version in store.storage.tables.items():
        assert told(version) == told(rebuild(Version.empty(version.layout), all_of(version)))
        for start in (origin.tables.get(name), *(each.storage.tables.get(name) for each in (beside, stranger))):
            change = difference(version, start) if start is not None else None
            if start is not None and change is not None:
                assert told(version) == told(rebuild(start, change))


def test_difference_to_a_state_shares_what_did_not_change() -> None:
    """One document of a thousand: only that one is told."""
    store = Store([SCHEMA])
    with store.transaction():
        store.table("things").insert_multiple([{"code": f"C{number}"} for number in range(1000)])
    origin = store.storage.version("things")
    with store.transaction():
        store.table("things").change(7, {"mood": "wild"})
        store.table("things").delete(8)

    change = difference(store.storage.version("things"), origin)

    assert change is not None
    assert (["8"], ["7"], 1001) == (change.gone, list(change.documents), change.next_id)


def test_two_documents_that_swapped_a_unique_key_are_told_by_their_difference() -> None:
    """Neither of them can take the other's key first; both have it at the end."""
    store = Store([SCHEMA])
    with store.transaction():
        store.table("things").insert_multiple([{"code": "A"}, {"code": "B"}, *({} for _ in range(9))])
    origin = store.storage.version("things")
    with store.transaction():
        for id, code in ((1, None), (2, "A"), (1, "B")):
            store.table("things").change(id, {"code": code})
    version = store.storage.version("things")
    change = difference(version, origin)
    assert change is not None

    assert told(version) == told(rebuild(origin, change))


def test_state_is_a_store_of_its_own() -> None:
    """It has the tables that it was given, none besides, and what is done to it is seen nowhere else."""
    store = Store([SCHEMA])
    with store.transaction():
        store.table("things").put({"code": "A"})

    again = state_of(store, {}, 41)

    assert (41, 0, 1) == (again.revision, again.table("things").count(), store.table("things").count())
