"""A store: the tables of one vendor in one sandbox; what may be done with all of them at once.

Knows no file: what is to be kept past the process listens to `on_commit`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sandbooks.store.schema import TableSchema
from sandbooks.store.storage import Change, Savepoint, Snapshot, Transaction, VersionStorage
from sandbooks.store.table import Table


class Store:
    """Tables that change together, in transactions.

    State is made of values that never change, so a fork, a snapshot, a restore and a rollback are references: their
    cost does not depend on the number of documents. The garbage collector, though, visits every document there is: a
    full collection over 100,000 takes a third of a second. So the owner of the process calls `gc.collect()` and
    `gc.freeze()` once its bases are loaded, before requests come; a first threshold of 20,000 instead of 700
    (`gc.set_threshold`) makes each write a fifth cheaper still.

    Args:
        schemas: the tables that are known.
        schema_of: the schema of a table that is not among them, by its name; such a table is made at first use.

    >>> store = Store([TableSchema("customers", unique=(("email",),), indexes=("city",))])
    >>> with store.transaction():
    ...     store.table("customers").put({"email": "ada@example.com", "city": "Graz"})
    {'id': 1, 'email': 'ada@example.com', 'city': 'Graz'}
    >>> before = store.snapshot()
    >>> with store.transaction() as transaction:
    ...     _ = store.table("customers").change(1, {"city": "Linz"})
    >>> [(change.id, change.after["city"]) for change in transaction.changes]
    [('1', 'Linz')]
    >>> store.restore(before)
    >>> store.table("customers").page(filters={"city": "Graz"}).total
    1
    """

    def __init__(
        self, schemas: Iterable[TableSchema] = (), *, schema_of: Callable[[str], TableSchema] = TableSchema
    ) -> None:
        self._storage = VersionStorage(schemas, schema_of)
        self._tables: dict[str, Table] = {}

    def table(self, name: str) -> Table:
        """The table of that name; always the same object."""
        table = self._tables.get(name)
        if table is None:
            table = self._tables[name] = Table(self._storage, name)
        return table

    def names(self) -> list[str]:
        """The tables that have a schema or were written to, alphabetically."""
        return sorted(self._storage.tables)

    @property
    def revision(self) -> int:
        """How many transactions have changed something; a restore brings back the number too."""
        return self._storage.revision

    @property
    def storage(self) -> VersionStorage:
        """For TinyDB itself, and for its file format: `storage.read()` is all tables as plain JSON."""
        return self._storage

    @property
    def on_commit(self) -> Callable[[list[Change]], None] | None:
        """Called with the changes of a transaction before it ends; if it raises, all is rolled back."""
        return self._storage.on_commit

    @on_commit.setter
    def on_commit(self, listener: Callable[[list[Change]], None] | None) -> None:
        self._storage.on_commit = listener

    def transaction(self) -> Transaction:
        """Everything in the `with` block is stored at its end, or nothing when it raises.

        Raises (on entering):
            RuntimeError: one is open already.
        """
        return Transaction(self._storage)

    def savepoint(self) -> Savepoint:
        """What is done in the `with` block is taken back when it raises; what the transaction did before stays.

        >>> store = Store()
        >>> with store.transaction():
        ...     _ = store.table("customers").put({"name": "Ada"})
        ...     try:
        ...         with store.savepoint():
        ...             _ = store.table("customers").put({"name": "Bob"})
        ...             raise ValueError
        ...     except ValueError:
        ...         pass
        >>> len(store.table("customers"))
        1

        Raises (on entering):
            RuntimeError: no transaction is open.
        """
        return Savepoint(self._storage)

    def snapshot(self) -> Snapshot:
        """The present state, to `restore` later, here or in a fork.

        Raises:
            RuntimeError: a transaction is open.
        """
        self._refuse_in_transaction("a snapshot")
        return self._storage.snapshot

    def restore(self, snapshot: Snapshot) -> None:
        """Put that state back. `on_commit` does not hear of it.

        Raises:
            RuntimeError: a transaction is open.
        """
        self._refuse_in_transaction("a restore")
        self._storage.snapshot = snapshot

    def fork(self) -> Store:
        """Another store in the same state; neither sees what the other does. The listener does not go along.

        Raises:
            RuntimeError: a transaction is open.
        """
        self._refuse_in_transaction("a fork")
        twin = Store.__new__(Store)
        twin._storage = self._storage.fork()
        twin._tables = {}
        return twin

    def _refuse_in_transaction(self, act: str) -> None:
        if self._storage.transaction is not None:
            raise RuntimeError(f"{act} inside a transaction; let that end first")
