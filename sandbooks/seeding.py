"""What a new company contains: from a fixture file, or from the description alone, to a filled store.

Documents pass through the pack's seeders where it has them. Same seed, same day: the same store.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from sandbooks.chance import Chance
from sandbooks.clock import stopwatch
from sandbooks.errors import Problem, StartupError, Unimplemented
from sandbooks.fixtures import Document, Rows, read_fixture
from sandbooks.generic import Settler, identify, seeding_order
from sandbooks.pack import Call, Caller
from sandbooks.progress import Progress, Tell
from sandbooks.resources import Resource
from sandbooks.spec import Cache, Operation
from sandbooks.store import Store
from sandbooks.vendor import Vendor

DEFAULT_COUNT = 3
"""How many documents of each collection a vendor without fixtures starts with."""

MOST_DOCUMENTS = 150
"""Where there are many collections each starts with fewer, so that the first call need not wait; one at the least."""

EMPTY_PROFILE = "empty"

ATTEMPTS = 4
"""How often a document is drawn again that could not be made."""

LONG = 10_000
"""Fewer documents than that are seeded without a word."""

TOLD_EACH = 1_000
"""How many documents are seeded between two reports."""

logger = logging.getLogger("sandbooks.seeding")

_CALLER = Caller("seeding")


def seed_store(
    vendor: Vendor,
    file: Path | None,
    profile: str,
    chance: Chance,
    now: datetime,
    *,
    tell: Tell | None = None,
    told_each: int = TOLD_EACH,
    long: int = LONG,
    cache: Cache | None = None,
) -> Store:
    """A new store with what the fixture file says; without a file, a few documents of each collection.

    `cache` is where what long fixtures say is kept.
    `tell` hears that it begins and how far it has come, after each `told_each`, where there are at least `long`.

    Raises:
        StartupError: a document that does not fit its schema, or that a seeder refuses; with file and line.
    """
    rows = read_fixture(file, cache) if file is not None else _default_rows(vendor, profile)
    started, total = stopwatch(), _total(rows)
    count = _Count(tell if total >= long else None, told_each, vendor.id, profile, total)
    count.begin()
    store = _filled(vendor, rows, chance, now, count)
    count.end()
    logger.info("%s: seeded %d documents, profile %s, %.1f s", vendor.id, total, profile, stopwatch() - started)
    return store


def sample_store(vendor: Vendor, chance: Chance, now: datetime) -> Store:
    """A new store with one made-up document of each collection, which refer to each other."""
    return _filled(vendor, _default_rows(vendor, "", most=1), chance, now, _Count(None, 0, vendor.id, "", 0))


def _filled(vendor: Vendor, rows: Sequence[Rows], chance: Chance, now: datetime, count: _Count) -> Store:
    store = Store(vendor.tables.values(), schema_of=vendor.table_schema)
    seeding = _Seeding(vendor, store, chance, now, vendor.description.unasked("seeding"), count)
    with store.transaction():
        for row in rows:
            seeding.fill(row)
        seeding.relink()
    return store


def documents_in(file: Path, cache: Cache | None = None) -> int:
    """How many documents a fixture file leads to.

    Raises:
        StartupError: as `read_fixture`.
    """
    return _total(read_fixture(file, cache))


def _total(rows: Sequence[Rows]) -> int:
    return sum({row.collection: row.total for row in rows}.values())


@dataclass(slots=True)
class _Count:
    """How many documents of how many are there; `tell` hears of it now and then."""

    tell: Tell | None
    told_each: int
    vendor: str
    profile: str
    total: int
    done: int = 0

    def begin(self) -> None:
        self._tell()

    def advance(self) -> None:
        self.done += 1
        if self.tell is not None and self.done % self.told_each == 0:
            self._tell()

    def end(self) -> None:
        """Say that all are there, where some could not be made too."""
        if self.tell is not None and (self.done < self.total or self.done % self.told_each):
            self.done = self.total
            self._tell()

    def _tell(self) -> None:
        if self.tell is not None:
            doing = f"seeding {self.total:,} documents, profile {self.profile}"
            self.tell(Progress(self.vendor, doing, self.done, self.total))


@dataclass(frozen=True)
class _Seeding:
    """One store being filled."""

    vendor: Vendor
    store: Store
    chance: Chance
    now: datetime
    operation: Operation
    count: _Count
    made: list[tuple[str, str | int]] = field(default_factory=list)

    @cached_property
    def settler(self) -> Settler:
        """What gives made-up documents of inferred collections their place."""
        return Settler(self.vendor.description, self.vendor.inference, self.vendor.generator)

    def fill(self, rows: Rows) -> None:
        if rows.collection not in self.vendor.tables:
            known = ", ".join(self.vendor.collection_names())
            raise self._error(f"unknown collection {rows.collection!r}; known are: {known}", rows)
        for number, (document, line) in enumerate(zip(rows.documents, rows.lines, strict=True), rows.before):
            self._check(rows, document, line)
            self._put(rows, document, self.chance.at(rows.collection, number), line)
        for index in range(rows.before + len(rows.documents), rows.count):
            chance = self.chance.at(rows.collection, index)
            made = self._make_where_possible(rows, chance, examples=index == 0)
            if made is not None:
                self._put(rows, made, chance, rows.line, is_made=True)

    def relink(self) -> None:
        """Let made-up documents refer to what was made after them: where collections refer to each other in circles,
        some pointed at nothing."""
        order = {name: number for number, name in enumerate(dict.fromkeys(name for name, _ in self.made))}
        for name, key in self.made:
            resource, table = self._resource(name), self.store.table(name)
            if resource is None or all(order.get(each.collection, 0) <= order[name] for each in resource.references):
                continue
            document = table.read(key)
            linked = self.settler.relink(document, resource, self.store.table, self.chance.at(name, str(key)))
            if linked != document:
                table.replace(key, linked)

    def _put(self, rows: Rows, document: Document, chance: Chance, line: int, *, is_made: bool = False) -> None:
        collection = rows.collection
        seeder = self.vendor.pack.seeders.get(collection)
        resource = self._resource(collection)
        try:
            if seeder is None:
                table = self.store.table(collection)
                kept = table.put(document if resource is None else identify(document, resource))
                if is_made:
                    self.made.append((collection, kept[table.schema.id]))
            else:
                seeder(self._call(chance), document)
        except Problem as problem:
            raise self._error(f"{collection}: {problem.message}", rows, line) from problem
        self.count.advance()

    def _check(self, rows: Rows, document: Document, line: int) -> None:
        faults = self.vendor.document_faults(rows.collection, document)
        if faults:
            raise self._error(f"{rows.collection} at {faults[0].pointer or '/'}: {faults[0].message}", rows, line)

    def _make_where_possible(self, rows: Rows, chance: Chance, *, examples: bool) -> Document | None:
        """None where the schema contradicts itself and nobody asked for documents: their collection stays empty."""
        refusal: Unimplemented | None = None
        for source in (chance, *(chance.at("again", attempt) for attempt in range(ATTEMPTS))):
            try:
                return self._make(rows, source, examples=examples)
            except Unimplemented as problem:  # of some schemas not every draw can be brought to fit
                refusal = problem
        if rows.file is None or refusal is None:
            return None
        raise self._error(f"{rows.collection}: {refusal.message}", rows) from refusal

    def _make(self, rows: Rows, chance: Chance, *, examples: bool) -> Document | None:
        """A document that Faker fills; None for one that hangs on a parent, while there is no parent.

        `examples` takes values from the description's examples where it has them: once, or all would be alike.
        """
        collection = rows.collection
        schema = self.vendor.schema_of(collection)
        table = self.vendor.tables[collection]
        if schema is None:
            raise self._error(f"{collection}: nothing says what its documents look like", rows)
        document = self.vendor.generator.document(dict(schema), chance, now=self.now, given={}, examples=examples)
        resource = self._resource(collection)
        if resource is not None:
            return self.settler.settle(document, resource, self.store.table, chance, self.now)
        if table.new_id == "integer":
            document.pop(table.id, None)
        return document

    def _resource(self, collection: str) -> Resource | None:
        """What the description shows of a collection; None for those that the pack declares itself."""
        declared = collection in self.vendor.pack.collections
        return None if declared else self.vendor.inference.resources.get(collection)

    def _call(self, chance: Chance) -> Call:
        return Call(
            operation=self.operation,
            description=self.vendor.description,
            store=self.store,
            now=self.now,
            chance=chance,
            generator=self.vendor.generator,
            caller=_CALLER,
            vendor=self.vendor,
        )

    def _error(self, cause: str, rows: Rows, line: int = 0) -> StartupError:
        return StartupError(cause, file=rows.file or self.vendor.description.source, place=line or rows.line or "")


def _default_rows(vendor: Vendor, profile: str, *, most: int = DEFAULT_COUNT) -> list[Rows]:
    """A few documents of each collection, parents before their children; none for the empty profile.

    Nobody has subscribed to events yet: an address that was made up must not be written to.
    """
    if profile == EMPTY_PROFILE:
        return []
    resources = vendor.inference.resources
    subscriptions = {subscription.resource for subscription in vendor.inference.subscriptions}
    names = [name for name in seeding_order(vendor.inference) if name in vendor.tables.keys() - subscriptions]
    count = min(most, max(1, MOST_DOCUMENTS // max(1, len(names))))
    return [Rows(name, (), (), 1 if resources[name].singleton else count, 0) for name in names]
