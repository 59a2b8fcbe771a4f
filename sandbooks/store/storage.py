"""Where the versions of all tables of one store stand, and the one door for changing them: a transaction.

A TinyDB storage, so that TinyDB's own tables and file format meet ours. Knows no query and no page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NamedTuple

from immutables import Map
from tinydb.storages import Storage

from sandbooks.store.documents import Document, copy_document, take_document
from sandbooks.store.schema import Layout, TableSchema
from sandbooks.store.version import Version, is_same

HIDDEN_MARK = "~"


class Change(NamedTuple):
    """What happened to one document; `before` is None for a new one, `after` for one that is gone.

    Both are the stored values themselves, for reading alone: copy what is to be changed.
    """

    table: str
    id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything in a store at one moment. A reference: it costs nothing to take, keep or put back."""

    tables: Map[str, Version]
    revision: int


class Transaction:
    """One unit of work: all of it is stored, or, when its block raises, none of it.

    `changes` lists what was done, in order; it is empty again after a rollback.
    """

    __slots__ = ("_start", "_storage", "changes")

    def __init__(self, storage: VersionStorage) -> None:
        self._storage = storage
        self._start = storage.tables
        self.changes: list[Change] = []

    def __enter__(self) -> Transaction:
        storage = self._storage
        if storage.transaction is not None:
            raise RuntimeError("a transaction is open already; they do not nest")
        storage.transaction = self
        self._start = storage.tables
        self.changes = []
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        storage = self._storage
        try:
            if kind is None and self.changes and storage.on_commit is not None:
                storage.on_commit(self.changes)
        except BaseException:
            self._roll_back()
            raise
        finally:
            storage.transaction = None
        if kind is not None:
            self._roll_back()
        elif any(map(_counts, self.changes)):
            storage.revision += 1

    def _roll_back(self) -> None:
        self._storage.tables = self._start
        self.changes.clear()


class Savepoint:
    """A part of an open transaction: when its block raises, that part alone is taken back; the error goes on.

    Raises (on entering):
        RuntimeError: no transaction is open.
    """

    __slots__ = ("_count", "_storage", "_tables")

    def __init__(self, storage: VersionStorage) -> None:
        self._storage = storage
        self._tables = storage.tables
        self._count = 0

    def __enter__(self) -> None:
        transaction = self._storage.transaction
        if transaction is None:
            raise RuntimeError("a savepoint needs an open transaction")
        self._tables, self._count = self._storage.tables, len(transaction.changes)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        transaction = self._storage.transaction
        if kind is not None and transaction is not None:
            self._storage.tables = self._tables
            del transaction.changes[self._count :]


def _counts(change: Change) -> bool:
    return not change.table.startswith(HIDDEN_MARK) or change.before is None or change.after is None


class VersionStorage(Storage):
    """The tables of one store.

    `tables` is the state, by name; `revision` counts the transactions that changed it. An entry of a hidden table (its
    name begins with `~`: the engine's own notes) that is only brought up to date does not count, so that no answer
    depends on when that was. `on_commit` is called with the changes of a transaction that changed something, before it
    ends: if it raises, the transaction is rolled back. A table without a schema gets the one that `schema_of` makes of
    its name.
    """

    def __init__(self, schemas: Iterable[TableSchema], schema_of: Callable[[str], TableSchema]) -> None:
        self._schemas: Mapping[str, TableSchema] = {schema.name: schema for schema in schemas}
        self._schema_of = schema_of
        self._empty = {name: Version.empty(Layout(schema)) for name, schema in self._schemas.items()}
        self.tables = Map(self._empty)
        self.revision = 0
        self.transaction: Transaction | None = None
        self.on_commit: Callable[[list[Change]], None] | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The state; setting it puts one back."""
        return Snapshot(self.tables, self.revision)

    @snapshot.setter
    def snapshot(self, snapshot: Snapshot) -> None:
        self.tables, self.revision = snapshot.tables, snapshot.revision

    def fork(self) -> VersionStorage:
        """Another storage in the same state; what either does later, the other does not see."""
        twin = VersionStorage.__new__(VersionStorage)
        twin._schemas = self._schemas  # never changed after it is made
        twin._schema_of = self._schema_of
        twin._empty = {}
        twin.tables = self.tables
        twin.revision = self.revision
        twin.transaction = None
        twin.on_commit = None
        return twin

    def take_over(
        self, schemas: Mapping[str, TableSchema], schema_of: Callable[[str], TableSchema], tables: Map[str, Version]
    ) -> None:
        """Keep these tables, by these schemas, from now on; the revision stays."""
        self._schemas, self._schema_of = schemas, schema_of
        self._empty = {}
        self.tables = tables

    def version(self, name: str) -> Version:
        """The present state of a table."""
        version = self.tables.get(name)
        return version if version is not None else self._empty_table(name)

    def apply(self, name: str, version: Version, changes: Iterable[Change]) -> None:
        """Put a table's next state, and remember what led to it.

        Raises:
            RuntimeError: no transaction is open.
        """
        if self.transaction is None:
            raise RuntimeError(f"{name}: a change outside a transaction; write `with store.transaction():` around it")
        self.tables = self.tables.set(name, version)
        self.transaction.changes.extend(changes)

    def reconcile(self, name: str, documents: Mapping[str, Mapping[str, Any]]) -> None:
        """Make a table hold exactly these documents, by id, with as few changes as that takes.

        Raises:
            Conflict, Invalid: they do not fit the table's schema; then nothing is changed.
            RuntimeError: no transaction is open.
        """
        version, changes = self.version(name), []
        wanted = {str(key): document for key, document in documents.items()}
        for key in [key for key in version.rows if key not in wanted]:
            changes.append(Change(name, key, version.rows[key][1], None))
            version = version.removed(key)
        for key, document in wanted.items():
            row = version.rows.get(key)
            if row is not None and not is_same(row[1], document):
                taken = version.identified(key, take_document(document))
                version = version.replaced(key, taken)
                changes.append(Change(name, key, row[1], taken))
        fresh = [(take_document(document), key) for key, document in wanted.items() if key not in version.rows]
        version, keys = version.inserted_many(fresh)
        changes += [Change(name, key, None, version.rows[key][1]) for key in keys]
        if changes:
            self.apply(name, version, changes)

    def read(self) -> dict[str, dict[str, Document]]:
        """Every table in TinyDB's form, a copy: table, id, document; documents in the order of arrival."""
        return {
            name: {key: copy_document(version.rows[key][1]) for key in version.ids()}
            for name, version in sorted(self.tables.items())
        }

    def write(self, data: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        """Make the tables hold exactly this, in TinyDB's form; one that is not named is emptied.

        Raises:
            Conflict, Invalid: as `reconcile`.
            RuntimeError: no transaction is open.
        """
        for name in {*self.tables, *data}:
            self.reconcile(name, data.get(name, {}))

    def _empty_table(self, name: str) -> Version:
        version = self._empty.get(name)
        if version is None:
            schema = self._schemas.get(name) or self._schema_of(name)
            version = self._empty[name] = Version.empty(Layout(schema))
        return version
