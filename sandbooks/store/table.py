"""One table: TinyDB's verbs and ours over the present version; what is handed out is always a copy.

Reads see what the open transaction has done so far. Every write needs an open transaction, is done wholly or not at
all, and keeps unique keys, indexes and orders right. Knows neither files nor forks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from tinydb import table as tinydb_table

from sandbooks.errors import NotFound
from sandbooks.store.documents import Document, copy_document, take_document
from sandbooks.store.schema import TableSchema, key_of_values
from sandbooks.store.selection import Predicate, Selection, find_rows
from sandbooks.store.storage import Change, VersionStorage
from sandbooks.store.version import Version

Fields = Mapping[str, Any]  # any JSON
Query = Callable[[Mapping[str, Any]], bool]  # a TinyDB query is one

_document_of = itemgetter(1)
_ALL: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Page:
    """Documents of one page, and how many there are on all pages."""

    items: list[Document]
    total: int


class Table(tinydb_table.Table):
    """A table of a `Store`.

    Ids are given as text or number, "10" and 10 are the same. Beside the errors that a verb names, each one that
    writes raises `TypeError` for a document that is not JSON and `RuntimeError` outside a transaction.
    """

    document_id_class = str  # type: ignore[assignment]  # TinyDB declares type[int] for its default
    default_query_cache_capacity = 0

    _storage: VersionStorage

    def __init__(self, storage: VersionStorage, name: str) -> None:
        super().__init__(storage, name, cache_size=0)

    @property
    def schema(self) -> TableSchema:
        return self._version.layout.schema

    @property
    def next_id(self) -> int:
        """The number that the next document without an id gets, unless that is taken; never one used before."""
        return self._version.next_id

    def free_ids(self, count: int) -> list[int]:
        """The numbers that the next documents without an id do get."""
        return self._version.free_ids(count)

    def raise_next_id(self, number: int) -> None:
        """Give no number below this one from now on; for a state that is read back from a file."""
        self._storage.apply(self.name, self._version.starting_at(number), [])

    def read(self, id: str | int) -> Document:
        """The document with that id.

        Raises:
            NotFound: there is none.
        """
        return copy_document(self._row(id))

    def find_one(self, id: str | int) -> Document | None:
        """The document with that id; None when there is none."""
        row = self._version.rows.get(str(id))
        return None if row is None else copy_document(row[1])

    def find_unique(self, **properties: object) -> Document | None:
        """The document with that unique key; None when there is none. Dotted names: `**{"customer.code": "A1"}`.

        Raises:
            ValueError: the schema has no unique key of these names.
        """
        version = self._version
        number = version.layout.unique_at.get(frozenset(properties))
        if number is None:
            known = " and ".join(map(str, self.schema.unique)) or "none"
            raise ValueError(f"{self.name} has no unique key {tuple(properties)}; there is {known}")
        values = key_of_values([properties[name] for name in version.layout.schema.unique[number]])
        key = version.unique[number].get(values) if values is not None else None
        return None if key is None else copy_document(version.rows[key][1])

    def page(
        self,
        *,
        filters: Mapping[str, object] = _ALL,
        predicate: Predicate | None = None,
        order: Sequence[str] = (),
        offset: int = 0,
        limit: int | None = None,
    ) -> Page:
        """A page of the documents that pass all filters and the predicate.

        `filters` maps (dotted) property names to the value they equal; None is met by an absent property too.
        `predicate` sees the stored document, perhaps twice, and must not change it. `order` is `("name",
        "-createdAt")`; without one the schema's, else that of arrival. Ties stand as they arrived; null and absent
        come last ascending, first descending.

        Raises:
            ValueError: a negative offset or limit.
        """
        found, total = Selection(self._version, filters, predicate, order).page(offset, limit)
        return Page([copy_document(document) for document in found], total)

    def views(
        self,
        *,
        filters: Mapping[str, object] = _ALL,
        predicate: Predicate | None = None,
        order: Sequence[str] = (),
        offset: int = 0,
        limit: int | None = None,
    ) -> Iterator[Mapping[str, Any]]:
        """As `page`, the stored documents themselves, one by one: not to be changed, nor kept where another may."""
        return Selection(self._version, filters, predicate, order).documents(offset, limit)

    def scan(self, predicate: Predicate | None = None) -> Iterator[Mapping[str, Any]]:
        """As `views`, in no order at all, and several times faster: to look at every document."""
        documents = map(_document_of, self._version.rows.values())
        return documents if predicate is None else filter(predicate, documents)

    def count(
        self,
        cond: Query | None = None,
        *,
        filters: Mapping[str, object] = _ALL,
        predicate: Predicate | None = None,
    ) -> int:
        """How many pass the query, the filters or the predicate; without any of these, how many there are."""
        if cond is not None:
            return sum(1 for _ in find_rows(self._version, cond))
        return Selection(self._version, filters, predicate, ()).count()

    def put(self, document: Fields) -> Document:
        """Store a new document; it is given the next id where the schema makes ids and it brings none.

        Raises:
            Conflict: its id or one of its unique keys is taken.
            Invalid: it has no id and none is made, or one that is neither text nor integer.
        """
        return copy_document(self._insert(document)[1])

    def put_all(self, documents: Iterable[Fields]) -> list[Document]:
        """As `put` of each, all or none, and several times faster."""
        return [copy_document(stored) for _, stored in self._insert_all(documents)]

    def replace(self, id: str | int, document: Fields) -> Document:
        """Store another document in the place of one. The id stays, as it was first written, also when absent here.

        Raises:
            NotFound: there is none with that id.
            Invalid: the document brings another id.
            Conflict: one of its unique keys is taken.
        """
        self._row(id)
        return copy_document(self._replace_all([(str(id), document)])[0])

    def change(self, id: str | int, fields: Fields) -> Document:
        """Set some properties of a document, and leave the others.

        Raises:
            NotFound, Invalid, Conflict: as `replace`.
        """
        return copy_document(self._replace_all([(str(id), {**self._row(id), **fields})])[0])

    def delete(self, id: str | int) -> Document:
        """Take a document out; its id is not given again.

        Raises:
            NotFound: there is none with that id.
        """
        document = self._row(id)
        self._remove_all([str(id)])
        return copy_document(document)

    # TinyDB's verbs. Its annotations say int wherever it means `document_id_class`.

    def insert(self, document: Fields) -> str:  # type: ignore[override]
        """Store a new document and return its id. Raises as `put`."""
        return self._insert(document)[0]

    def insert_multiple(self, documents: Iterable[Fields]) -> list[str]:  # type: ignore[override]
        """Store new documents, all or none, and return their ids; the fast way to fill a table. Raises as `put`."""
        return [key for key, _ in self._insert_all(documents)]

    def search(self, cond: Query) -> list[tinydb_table.Document]:
        """Documents that a query accepts, in the order of arrival; by an index where the query compares one."""
        return [_hand_out(key, document) for key, document in find_rows(self._version, cond)]

    def get(  # type: ignore[override]
        self, cond: Query | None = None, doc_id: str | int | None = None, doc_ids: Iterable[str | int] | None = None
    ) -> tinydb_table.Document | list[tinydb_table.Document] | None:
        """One document by id or query, None when there is none; for several ids a list of those that exist."""
        if doc_id is not None:
            return next(iter(self._pick([doc_id])), None)
        if doc_ids is not None:
            return self._pick(doc_ids)
        if cond is None:
            raise RuntimeError("get needs a query, a doc_id or doc_ids")
        return next((_hand_out(key, document) for key, document in find_rows(self._version, cond)), None)

    def update(  # type: ignore[override]
        self,
        fields: Fields | Callable[[Document], None],
        cond: Query | None = None,
        doc_ids: Iterable[str | int] | None = None,
    ) -> list[str]:
        """Set properties of, or let a function change, all documents meant; return their ids.

        Raises:
            Invalid, Conflict: as `replace`; then none is changed.
        """
        rows = self._version.rows
        keys = self._meant(cond, doc_ids)
        self._replace_all([(key, _updated(rows[key][1], fields)) for key in keys])
        return keys

    def remove(  # type: ignore[override]
        self, cond: Query | None = None, doc_ids: Iterable[str | int] | None = None
    ) -> list[str]:
        """Take out all documents meant; return their ids."""
        if cond is None and doc_ids is None:
            raise RuntimeError("remove needs a query or doc_ids; truncate() takes out all documents")
        keys = self._meant(cond, doc_ids)
        self._remove_all(keys)
        return keys

    def truncate(self) -> None:
        """Take out all documents; ids go on where they were."""
        version = self._version
        changes = [Change(self.name, key, version.rows[key][1], None) for key in version.ids()]
        self._storage.apply(self.name, version.emptied(), changes)

    def __len__(self) -> int:
        return len(self._version.rows)

    def __iter__(self) -> Iterator[tinydb_table.Document]:
        """All documents in the order of arrival, as they were when the iteration began."""
        version = self._version
        return (_hand_out(key, version.rows[key][1]) for key in version.ids())

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return {document.doc_id: document for document in self}  # type: ignore[misc]  # as above

    def _update_table(self, updater: Callable[[dict[Any, Any]], None]) -> None:
        """TinyDB's door for every write: whatever verb is not written anew above still keeps the indexes right."""
        documents: dict[str, Any] = {key: dict(document) for key, document in self._read_table().items()}
        updater(documents)
        self._storage.reconcile(self.name, documents)

    @property
    def _version(self) -> Version:
        return self._storage.version(self._name)

    def _row(self, id: str | int) -> Document:
        row = self._version.rows.get(str(id))
        if row is None:
            raise NotFound(f"{self.schema.name} has no document with {self.schema.id} {id}")
        return row[1]

    def _pick(self, ids: Iterable[str | int]) -> list[tinydb_table.Document]:
        rows = self._version.rows
        found = [(key, rows[key]) for key in dict.fromkeys(map(str, ids)) if key in rows]
        return [_hand_out(key, document) for key, (_, document) in sorted(found, key=lambda pair: pair[1][0])]

    def _meant(self, cond: Query | None, doc_ids: Iterable[str | int] | None) -> list[str]:
        version = self._version
        if doc_ids is not None:
            return [key for key in dict.fromkeys(map(str, doc_ids)) if key in version.rows]
        if cond is not None:
            return [key for key, _ in find_rows(version, cond)]
        return list(version.ids())

    def _insert(self, document: Fields) -> tuple[str, Document]:
        version, key = self._version.inserted(take_document(document), doc_id=_doc_id(document))
        stored = version.rows[key][1]
        self._storage.apply(self._name, version, (Change(self._name, key, None, stored),))
        return key, stored

    def _insert_all(self, documents: Iterable[Fields]) -> list[tuple[str, Document]]:
        version, keys = self._version.inserted_many([(take_document(each), _doc_id(each)) for each in documents])
        rows = version.rows
        new = [(key, rows[key][1]) for key in keys]
        self._storage.apply(self._name, version, [Change(self._name, key, None, stored) for key, stored in new])
        return new

    def _replace_all(self, documents: Sequence[tuple[str, Fields]]) -> list[Document]:
        version, changes, stored = self._version, [], []
        for key, document in documents:
            taken = version.identified(key, take_document(document))
            changes.append(Change(self.name, key, version.rows[key][1], taken))
            version = version.replaced(key, taken)
            stored.append(taken)
        self._storage.apply(self.name, version, changes)
        return stored

    def _remove_all(self, keys: Sequence[str]) -> None:
        version = self._version
        changes = [Change(self.name, key, version.rows[key][1], None) for key in keys]
        for key in keys:
            version = version.removed(key)
        self._storage.apply(self.name, version, changes)


def _hand_out(key: str, document: Document) -> tinydb_table.Document:
    return tinydb_table.Document(copy_document(document), key)  # type: ignore[arg-type]  # as above


def _doc_id(document: Fields) -> object:
    """The id of a document that TinyDB handed out."""
    return document.doc_id if isinstance(document, tinydb_table.Document) else None


def _updated(stored: Document, fields: Fields | Callable[[Document], None]) -> Fields:
    if not callable(fields):
        return {**stored, **fields}
    document = copy_document(stored)
    fields(document)
    return document
