"""States of stores as plain JSON and back: what changed since another state, and a file in TinyDB's own format.

Knows tables and documents; what else stands in a file is its owner's.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

from immutables import Map

from sandbooks.errors import Conflict, StartupError
from sandbooks.store.database import Store
from sandbooks.store.documents import Document
from sandbooks.store.log import WAY_OUT, encode
from sandbooks.store.refit import refit
from sandbooks.store.schema import Layout, TableSchema
from sandbooks.store.storage import Change, Snapshot
from sandbooks.store.version import Version

SEAL = "~seal"
"""The last table of a file; its one document holds the checksum of all bytes before the table."""

_SEALED = re.compile(rb',"' + SEAL.encode() + rb'":\{"1":\{"crc32":"([0-9a-f]{8})"\}\}\}\n\Z')


@dataclass(frozen=True, slots=True)
class Difference:
    """What makes one state of a table out of another: ids that go, documents that come or change, the next id.

    `documents` by id: those that change keep their place, new ones follow in this order.
    """

    gone: Sequence[str]
    documents: Mapping[str, Document]
    next_id: int


def redo(store: Store, changes: Iterable[Sequence[Any]]) -> None:
    """Do once more what a transaction did: triples of table, id, and the document (None: it is gone).

    Raises:
        Conflict, Invalid, KeyError: this is not the state in which it was done first.
    """
    storage = store.storage
    with store.transaction():
        for name, key, document in changes:
            version = storage.version(name)
            row = version.rows.get(key)
            before = row[1] if row is not None else None
            storage.apply(name, _redone(version, key, document), [Change(name, key, before, document)])


def all_of(version: Version) -> Difference:
    """How a table's state differs from that before its first document."""
    return Difference((), {key: version.rows[key][1] for key in version.ids()}, version.next_id)


def blank_of(schema: TableSchema) -> Version:
    """A table before its first document."""
    return Version.empty(Layout(schema))


def difference(version: Version, origin: Version) -> Difference | None:
    """How a table's state differs from another; None where it is better told from the beginning.

    In time linear in the documents, cheap for those that both share.
    """
    rows, old = version.rows, origin.rows
    if version.layout.schema != origin.layout.schema:
        return None
    if not old or origin.next_id > version.next_id:
        return None
    gone = [key for key, row in old.items() if key not in rows or rows[key][0] != row[0]]
    other = [(row[0], key) for key, row in rows.items() if old.get(key) is not row]
    if len(gone) + len(other) > len(rows) // 2:
        return None
    again = {*gone}
    if any(number < origin.next_sequence for number, key in other if key not in old or key in again):
        return None  # of other descent: its new documents would not stand behind those that stay
    return Difference(gone, {key: rows[key][1] for _, key in sorted(other)}, version.next_id)


def rebuild(origin: Version, change: Difference) -> Version:
    """The state that a difference leads to.

    Raises:
        Conflict, Invalid: its documents do not fit the table's schema.
    """
    try:
        version = _changed(origin, change)
    except Conflict:  # a unique key that two swapped, so that neither can go first; or that two had before it was one
        every = Difference((), _merged(origin, change), change.next_id)
        version = _without_unique(origin, lambda plain: _changed(Version.empty(plain.layout), every))
    return version.starting_at(change.next_id)


def state_of(store: Store, tables: Mapping[str, Version], revision: int) -> Store:
    """A store of the same schemas with exactly these tables; others are empty."""
    blank = store.fork()
    none = {name: Version.empty(version.layout) for name, version in blank.storage.tables.items()}
    blank.restore(Snapshot(Map({**none, **tables}), revision))
    return blank


class Archive:
    """Writes tables of JSON objects into a new file that `tinydb.TinyDB` opens; `close` seals it.

    The file has its name only when it is whole and on the disk; until then another name with `.part` after it. Nobody
    but its owner may read it.
    """

    def __init__(self, file: Path) -> None:
        self.path = file
        self.size = 0
        self._part = file.with_name(f"{file.name}.part")
        self._file = os.fdopen(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        self._checksum = 0

    def add(self, name: str, documents: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Write one table: pairs of id and document, in the order in which they are to be read."""
        self._write((b"{" if not self.size else b",") + encode(name) + b":{")
        comma = b""
        for key, document in documents:
            self._write(comma + encode(key) + b":" + encode(document))
            comma = b","
        self._write(b"}")

    def close(self) -> None:
        seal = f',"{SEAL}":{{"1":{{"crc32":"{self._checksum:08x}"}}}}}}\n'
        self._write(seal.encode())
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self.path)

    def discard(self) -> None:
        """Leave no trace of a file that could not be finished."""
        self._file.close()
        self._part.unlink(missing_ok=True)

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._checksum = crc32(data, self._checksum)
        self.size += len(data)


def read_archive(file: Path) -> dict[str, dict[str, Any]]:
    """The tables of an archive.

    Raises:
        StartupError: it is not as it was written.
    """
    data = file.read_bytes()
    seal = _SEALED.search(data, max(len(data) - 64, 0))
    if seal is None or crc32(memoryview(data)[: seal.start()]) != int(seal[1], 16):
        raise StartupError(f"damaged: this file is not as it was written; {WAY_OUT}", file=file)
    tables: dict[str, dict[str, Any]] = json.loads(data)
    del tables[SEAL]
    return tables


def _redone(version: Version, key: str, document: Document | None) -> Version:
    if document is None:
        return version.removed(key)
    try:
        return _put(version, key, document)
    except Conflict:  # with a document that had a key before it became unique: which of them has it is not kept
        return _without_unique(version, lambda plain: _put(plain, key, document))


def _put(version: Version, key: str, document: Document) -> Version:
    if key in version.rows:
        return version.replaced(key, document)
    return version.inserted(document, doc_id=key)[0]


def _without_unique(version: Version, change: Callable[[Version], Version]) -> Version:
    """Changed as if nothing were unique."""
    schema = version.layout.schema
    return refit(change(refit(version, replace(schema, unique=()))), schema)


def _changed(origin: Version, change: Difference) -> Version:
    version = origin
    for key in change.gone:
        version = version.removed(key)
    for key, document in change.documents.items():
        if key in version.rows:
            version = version.replaced(key, document)
    fresh = [(document, key) for key, document in change.documents.items() if key not in version.rows]
    return version.inserted_many(fresh)[0]


def _merged(origin: Version, change: Difference) -> dict[str, Document]:
    """All documents after a change, in the order of arrival."""
    gone = {*change.gone}
    kept = {key: origin.rows[key][1] for key in origin.ids() if key not in gone}
    return {**kept, **change.documents}
