"""The whole state of one table as one value that never changes, and what a change makes of it.

Every function here returns another version and leaves its own as it was; versions share what they have in common. So
a snapshot, a fork and a rollback are references. Documents are handed over: nobody else may hold or change them.
Knows nothing of transactions.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from immutables import Map

from sandbooks.errors import Conflict, Invalid
from sandbooks.store.blocks import Blocks, id_of, make_entry
from sandbooks.store.documents import Document
from sandbooks.store.keys import Ordering, Path, read_property
from sandbooks.store.schema import Key, Layout, unique_key

Row = tuple[int, Document]  # number of arrival, document

LARGEST_COUNTED_ID = 2**53
"""An id that a caller brings moves the counter only up to here: past it JSON readers lose digits."""


@dataclass(slots=True, eq=False)
class Version:
    """One state of a table.

    `rows` by id; `arrivals` the ids in the order of arrival; `sorted` one list for each ordering of the layout;
    `unique` one map from key to id for each unique key; `next_id` the next number that would be given.
    """

    layout: Layout
    rows: Map[str, Row]
    arrivals: Blocks
    sorted: tuple[Blocks, ...]
    unique: tuple[Map[Key, str], ...]
    next_sequence: int
    next_id: int

    @classmethod
    def empty(cls, layout: Layout) -> Version:
        """A table without documents."""
        nothing = Blocks()
        orders = tuple(nothing for _ in layout.orderings)
        keys: tuple[Map[Key, str], ...] = tuple(Map() for _ in layout.unique)
        return cls(layout, Map(), nothing, orders, keys, 0, layout.schema.first_id)

    def emptied(self) -> Version:
        """Without its documents; ids go on where they were."""
        blank = Version.empty(self.layout)
        blank.next_sequence, blank.next_id = self.next_sequence, self.next_id
        return blank

    def starting_at(self, next_id: int) -> Version:
        """The next number that is given is at least this one."""
        next_id = max(next_id, self.next_id)
        return Version(self.layout, self.rows, self.arrivals, self.sorted, self.unique, self.next_sequence, next_id)

    def free_ids(self, count: int) -> list[int]:
        """The numbers that so many documents without an id would get."""
        found: list[int] = []
        number = self.next_id
        for _ in range(count):
            found.append(free_id(self.rows, number))
            number = found[-1] + 1
        return found

    def ids(self) -> Iterator[str]:
        """The ids in the order of arrival."""
        return map(id_of, self.arrivals.walk())

    def indexed_by(self, path: Path) -> tuple[Ordering, Blocks] | None:
        """The list sorted by that property first, if there is one, and how it is sorted on."""
        number = self.layout.index_at.get(path)
        return None if number is None else (self.layout.orderings[number], self.sorted[number])

    def walk_sorted(self, ordering: Ordering, *, backward: bool, offset: int = 0) -> Iterator[str] | None:
        """The entries of all documents in that order, ties as they arrived; None when no list helps."""
        number = self.layout.widest_of(ordering)
        if number is None:
            return None
        blocks, rows = self.sorted[number], self.rows
        if self.layout.orderings[number] != ordering:
            return blocks.walk_tied(lambda entry: ordering.key(rows[id_of(entry)][1]), skip=offset, backward=backward)
        return blocks.walk_back(skip=offset) if backward else blocks.walk(offset)

    def identified(self, key: str, document: Document) -> Document:
        """A replacement for the document of an id that is there, its id as that one wrote it.

        Raises:
            Invalid: it brings another id.
        """
        name = self.layout.schema.id
        given, kept = document.get(name), self.rows[key][1].get(name)
        if given is not None and check_id(self.layout, given) != key:
            raise Invalid(f"{self.layout.schema.name}: {name} of {key} cannot become {given!r}; an id stays")
        if kept is None or given == kept:
            return document
        return {**document, name: kept} if name in document else {name: kept, **document}

    def inserted(self, document: Document, *, doc_id: object = None) -> tuple[Version, str]:
        """With one document more, and the id under which it is kept. `doc_id` is an id known from elsewhere.

        Raises:
            Conflict: the id, or one of its unique keys, is taken.
            Invalid: there is no id and none is made; it is neither text nor integer; it is not `doc_id`.
        """
        key, document = _identify(self.layout, document, self.rows, self.next_id, doc_id=doc_id)
        if key in self.rows:
            raise _taken_id(self.layout, key)
        sequence = self.next_sequence
        version = Version(
            self.layout,
            self.rows.set(key, (sequence, document)),
            self.arrivals.with_entry(make_entry("", sequence, key)),
            self._sorted_with(key, sequence, document) if self.sorted else (),
            self._claimed(key, None, document) if self.unique else (),
            sequence + 1,
            next_id_after(self.layout, key, self.next_id),
        )
        return version, key

    def inserted_many(self, documents: Iterable[tuple[Document, object]]) -> tuple[Version, list[str]]:
        """As `inserted` for pairs of document and `doc_id`; many at once are far cheaper than one by one.

        Raises:
            Conflict, Invalid: as `inserted`; then none of them counts.
        """
        layout, sequence, next_id = self.layout, self.next_sequence, self.next_id
        new: list[tuple[str, Row]] = []
        rows = self.rows.mutate()
        for document, doc_id in documents:
            key, named = _identify(layout, document, rows, next_id, doc_id=doc_id)
            if key in rows:
                raise _taken_id(layout, key)
            rows[key] = row = (sequence, named)
            new.append((key, row))
            sequence, next_id = sequence + 1, next_id_after(layout, key, next_id)
        finished = rows.finish()
        orders = tuple(
            blocks.with_entries(make_entry(ordering.key(document), number, key) for key, (number, document) in new)
            for ordering, blocks in zip(layout.orderings, self.sorted, strict=True)
        )
        arrivals = self.arrivals.with_entries(make_entry("", number, key) for key, (number, _) in new)
        unique = tuple(_claim_many(layout, number, taken, new) for number, taken in enumerate(self.unique))
        return Version(layout, finished, arrivals, orders, unique, sequence, next_id), [key for key, _ in new]

    def replaced(self, key: str, document: Document) -> Version:
        """With another document under an id that is there; its place in the order of arrival stays.

        Raises:
            Conflict: one of its unique keys is taken.
        """
        sequence, old = self.rows[key]
        orders = []
        for ordering, blocks in zip(self.layout.orderings, self.sorted, strict=True):
            before, after = ordering.key(old), ordering.key(document)
            if before != after:
                blocks = blocks.without_entry(make_entry(before, sequence, key))
                blocks = blocks.with_entry(make_entry(after, sequence, key))
            orders.append(blocks)
        return Version(
            self.layout,
            self.rows.set(key, (sequence, document)),
            self.arrivals,
            tuple(orders),
            self._claimed(key, old, document),
            self.next_sequence,
            self.next_id,
        )

    def removed(self, key: str) -> Version:
        """Without the document of an id that is there."""
        sequence, old = self.rows[key]
        return Version(
            self.layout,
            self.rows.delete(key),
            self.arrivals.without_entry(make_entry("", sequence, key)),
            tuple(
                [
                    blocks.without_entry(make_entry(ordering.key(old), sequence, key))
                    for ordering, blocks in zip(self.layout.orderings, self.sorted, strict=True)
                ]
            ),
            self._claimed(key, old, None),
            self.next_sequence,
            self.next_id,
        )

    def _sorted_with(self, key: str, sequence: int, document: Document) -> tuple[Blocks, ...]:
        return tuple(
            [
                blocks.with_entry(make_entry(ordering.key(document), sequence, key))
                for ordering, blocks in zip(self.layout.orderings, self.sorted, strict=True)
            ]
        )

    def _claimed(self, key: str, old: Document | None, new: Document | None) -> tuple[Map[Key, str], ...]:
        if not self.unique:
            return self.unique
        return tuple([_claim(self.layout, number, taken, key, old, new) for number, taken in enumerate(self.unique)])


def check_id(layout: Layout, value: object) -> str:
    """The key of an id.

    Raises:
        Invalid: it is neither text nor integer, or empty, or has a NUL in it.
    """
    if type(value) is int or (type(value) is str and value and "\0" not in value):
        return str(value)
    schema = layout.schema
    raise Invalid(
        f"{schema.name}: {schema.id} is {value!r}; an id is an integer, or a text that is not empty and holds no NUL"
    )


def _identify(
    layout: Layout, document: Document, taken: Container[str], next_id: int, *, doc_id: object = None
) -> tuple[str, Document]:
    schema = layout.schema
    given = document.get(schema.id)
    if doc_id is not None:
        key = check_id(layout, doc_id)
        if given is not None and check_id(layout, given) != key:
            raise Invalid(f"{schema.name}: {schema.id} is {given!r}, yet the document is kept under {doc_id!r}")
        made: object = int(key) if schema.new_id == "integer" and is_number(key) else key
    elif given is not None:
        return check_id(layout, given), document
    elif schema.new_id == "string":
        raise Invalid(f"{schema.name}: a document without {schema.id}; give it one, this collection makes none")
    else:
        made = free_id(taken, next_id)
        key = str(made)
    if given is not None or schema.new_id == "none":
        return key, document
    return key, {**document, schema.id: made} if schema.id in document else {schema.id: made, **document}


def free_id(taken: Container[str], next_id: int) -> int:
    """The first number from there on that is no id."""
    while str(next_id) in taken:
        next_id += 1
    return next_id


def next_id_after(layout: Layout, key: str, next_id: int) -> int:
    """The next number that is given once a document of that id is there."""
    if layout.schema.new_id == "string":
        return next_id
    if key == str(next_id):
        return next_id + 1 if next_id < LARGEST_COUNTED_ID else next_id
    if not is_number(key):
        return next_id
    number = int(key)
    return number + 1 if next_id <= number < LARGEST_COUNTED_ID else next_id


def is_number(key: str) -> bool:
    """Whether an id is what a number looks like as text."""
    return key.isascii() and key.isdecimal() and len(key) < 20 and str(int(key)) == key


def _claim(
    layout: Layout, number: int, taken: Map[Key, str], key: str, old: Document | None, new: Document | None
) -> Map[Key, str]:
    paths = layout.unique[number]
    before = unique_key(old, paths) if old is not None else None
    after = unique_key(new, paths) if new is not None else None
    if before == after:
        return taken
    if before is not None and taken.get(before) == key:  # of two that had one key before it became unique, one has it
        taken = taken.delete(before)
    if after is None:
        return taken
    if after in taken:
        raise _taken_key(layout, number, new or {})
    return taken.set(after, key)


def _claim_many(layout: Layout, number: int, taken: Map[Key, str], new: list[tuple[str, Row]]) -> Map[Key, str]:
    claims = taken.mutate()
    for key, (_, document) in new:
        wanted = unique_key(document, layout.unique[number])
        if wanted is None:
            continue
        if wanted in claims:
            raise _taken_key(layout, number, document)
        claims[wanted] = key
    return claims.finish()


def _taken_id(layout: Layout, key: str) -> Conflict:
    schema = layout.schema
    return Conflict(f"{schema.name} already has a document with {schema.id} {key}; choose another, or change that one")


def _taken_key(layout: Layout, number: int, document: Document) -> Conflict:
    schema = layout.schema
    pairs = zip(schema.unique[number], layout.unique[number], strict=True)
    shown = " and ".join(f"{name} {read_property(document, path)!r}" for name, path in pairs)
    return Conflict(f"{schema.name} already has a document with {shown}; it must be unique")


def is_same(left: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    """To the letter: 1, 1.0 and True differ, and so does the order of properties."""
    return left == right and repr(left) == repr(right)
