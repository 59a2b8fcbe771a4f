"""The store against a plain model: whatever is done in whatever order, both hold the same and find the same."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sandbooks.errors import Conflict, Invalid, NotFound
from sandbooks.store import Document, Snapshot, Store, TableSchema, where
from sandbooks.store.blocks import AFTER, Blocks, id_of, make_entry
from sandbooks.store.keys import read_order, sort_key

SCHEMA = TableSchema(
    "things",
    unique=(("code",), ("place.city", "size")),
    indexes=("size", "place.city", "mood"),
    order=("mood", "-size"),
)
ORDERS: tuple[tuple[str, ...], ...] = (
    (),
    ("mood",),
    ("-mood",),
    ("mood", "-size"),
    ("size",),
    ("-size",),
    ("-mood", "size"),
    ("-place.city",),
    ("code", "-mood"),
)
EVERYTHING = range(-1, 60)

Operation = tuple[str, Any, Any]

sizes = st.sampled_from([None, 0, 1, 1.5, -3, True, "10", "ab", "b", [1], {"a": 1}])
moods = st.sampled_from([None, "calm", "wild"])
cities = st.sampled_from([None, "Graz", "Linz", "Wels"])
ids = st.integers(1, 12)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Some properties with few distinct values, so that keys and ties meet."""
    document: Document = {}
    for name, values in (("size", sizes), ("mood", moods), ("code", st.sampled_from(["A", "B", "C", None]))):
        if draw(st.booleans()):
            document[name] = draw(values)
    if draw(st.booleans()):
        document["place"] = {"city": draw(cities)}
    return document


operations = st.one_of(
    st.tuples(st.just("put"), documents(), st.none() | ids | ids.map(str)),
    st.tuples(st.just("put"), documents(), st.none()),
    st.tuples(st.just("many"), st.lists(documents(), max_size=40), st.none()),
    st.tuples(st.just("replace"), ids, documents()),
    st.tuples(st.just("change"), ids, documents()),
    st.tuples(st.just("delete"), ids, st.none()),
    st.tuples(st.just("remove"), st.none(), moods),
    st.tuples(st.just("update"), moods, documents()),
)


class Refused(Exception):
    """The model's word for every refusal."""


@dataclass
class Model:
    """What a table should hold: documents by id in the order of arrival."""

    documents: dict[str, Document] = field(default_factory=dict)
    next_id: int = 1

    def apply(self, operation: Operation) -> None:
        """Do it, or raise `Refused` and change nothing."""
        before = copy.deepcopy((self.documents, self.next_id))
        try:
            self._apply(*operation)
            self._check_unique()
        except Refused:
            self.documents, self.next_id = before
            raise

    def _apply(self, act: str, first: Any, second: Any) -> None:
        if act == "put":
            self._put(first, second)
        elif act == "many":
            for document in first:
                self._put(document, None)
        elif act == "remove":
            self.documents = {key: each for key, each in self.documents.items() if each.get("mood") != second}
        elif act == "update":
            for key in [key for key, each in self.documents.items() if each.get("mood", ...) == first]:
                self.documents[key] = {**self.documents[key], **second}
                self._check_unique()
        elif str(first) not in self.documents:
            raise Refused
        elif act == "delete":
            del self.documents[str(first)]
        else:
            old = self.documents[str(first)]
            self.documents[str(first)] = {**(old if act == "change" else {}), **second, "id": old["id"]}

    def _put(self, document: Document, id: int | str | None) -> None:
        while id is None and str(self.next_id) in self.documents:
            self.next_id += 1
        given = self.next_id if id is None else id
        if str(given) in self.documents:
            raise Refused
        self.next_id = max(self.next_id, int(given) + 1)
        self.documents[str(given)] = {**document, "id": given}

    def _check_unique(self) -> None:
        for names in SCHEMA.unique:
            keys = [tuple(read(each, name) for name in names) for each in self.documents.values()]
            kept = [str([number(part) for part in key]) for key in keys if None not in key]
            if len(kept) != len(set(kept)):
                raise Refused


def read(document: Document, name: str) -> Any:
    """The value of a dotted property, None when it is absent."""
    value: Any = document
    for step in name.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def number(value: Any) -> Any:
    """True and 1.0 as 1: equal to Python, so equal to the store."""
    return float(value) if isinstance(value, int | float) else value


def rank(value: Any) -> tuple[int, Any]:
    """Numbers, then text, then lists and dicts, then nothing."""
    if value is None:
        return 4, 0
    if isinstance(value, int | float):
        return 1, value
    return (2, value) if isinstance(value, str) else (3, str(value))


def in_order(documents: Iterable[Document], order: Sequence[str]) -> list[Document]:
    """Sorted the plain way: by the last property first, stably."""
    found = list(documents)
    for name in reversed(order or SCHEMA.order):
        bare = name.removeprefix("-")
        found.sort(key=lambda document: rank(read(document, bare)), reverse=name.startswith("-"))
    return found


def perform(store: Store, operation: Operation) -> None:
    """The same as `Model.apply`, with the verbs of the table."""
    table = store.table("things")
    act, first, second = operation
    if act == "put":
        table.put(first if second is None else {**first, "id": second})
    elif act == "many":
        table.insert_multiple(first)
    elif act == "replace":
        table.replace(first, second)
    elif act == "change":
        table.change(first, second)
    elif act == "delete":
        table.delete(first)
    elif act == "remove":
        kept = where("mood") != second
        table.remove(~(kept | ~where("mood").exists()) if second is not None else gone_without_mood)
    else:
        table.update(second, where("mood") == first)


def gone_without_mood(document: Any) -> bool:
    """A query that is a plain function: the mood is null or absent."""
    return bool(document.get("mood") is None)


class StoreMachine(RuleBasedStateMachine):
    """Several stores, forked from one another, each beside its model; snapshots of some moments."""

    @initialize()
    def begin(self) -> None:
        """One empty store."""
        self.worlds: list[tuple[Store, Model]] = [(Store([SCHEMA]), Model())]
        self.kept: list[tuple[Snapshot, Model]] = []

    @rule(at=st.integers(0, 9), work=st.lists(operations, min_size=1, max_size=6), fails=st.booleans())
    def transact(self, at: int, work: list[Operation], fails: bool) -> None:
        """A unit of work: refusals inside leave no trace, a failure at its end undoes it all."""
        store, model = self.worlds[at % len(self.worlds)]
        before, revision = copy.deepcopy(model), store.revision
        changes = 0
        try:
            with store.transaction() as transaction:
                for operation in work:
                    assert self._is_refused(store, operation) == self._is_refused(model, operation)
                changes = len(transaction.changes)
                if fails:
                    raise LookupError
        except LookupError:
            model.documents, model.next_id = before.documents, before.next_id
            changes = 0
        assert revision + (1 if changes else 0) == store.revision

    @precondition(lambda self: len(self.worlds) < 4)
    @rule(at=st.integers(0, 9))
    def fork(self, at: int) -> None:
        """A store of its own from there on."""
        store, model = self.worlds[at % len(self.worlds)]
        self.worlds.append((store.fork(), copy.deepcopy(model)))

    @rule(at=st.integers(0, 9))
    def keep(self, at: int) -> None:
        """A snapshot."""
        store, model = self.worlds[at % len(self.worlds)]
        self.kept.append((store.snapshot(), copy.deepcopy(model)))

    @precondition(lambda self: self.kept)
    @rule(at=st.integers(0, 9), moment=st.integers(0, 9))
    def restore(self, at: int, moment: int) -> None:
        """Any snapshot, in any of the stores."""
        snapshot, model = self.kept[moment % len(self.kept)]
        store, _ = self.worlds[at % len(self.worlds)]
        store.restore(snapshot)
        self.worlds[at % len(self.worlds)] = (store, copy.deepcopy(model))

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        """By id, in the order of arrival, and by unique key."""
        for store, model in self.worlds:
            table = store.table("things")
            assert list(model.documents.values()) == [dict(document) for document in table.all()]
            assert [model.documents.get(str(key)) for key in EVERYTHING] == [table.find_one(key) for key in EVERYTHING]
            for document in model.documents.values():
                if document.get("code") is not None:
                    assert document == table.find_unique(code=document["code"])

    @invariant()
    def indexes_equal_recomputation(self) -> None:
        """Every order, index and unique key is what it would be if made anew."""
        for store, _ in self.worlds:
            version = store.storage.version("things")
            for ordering, blocks in zip(version.layout.orderings, version.sorted, strict=True):
                entries = [
                    make_entry(ordering.key(each), arrived, key) for key, (arrived, each) in version.rows.items()
                ]
                assert sorted(entries) == list(blocks.walk())
            arrivals = sorted((arrived, key) for key, (arrived, _) in version.rows.items())
            assert [key for _, key in arrivals] == list(version.ids())
            for names, taken in zip(SCHEMA.unique, version.unique, strict=True):
                keys = {key: [read(each, name) for name in names] for key, (_, each) in version.rows.items()}
                assert {key for key, parts in keys.items() if None not in parts} == set(taken.values())
                assert len(taken) == len(set(taken.values()))

    @invariant()
    def finds_what_the_model_finds(self) -> None:
        """By filter, query and order, with an index or without."""
        for store, model in self.worlds:
            table, held = store.table("things"), list(model.documents.values())
            for order in ORDERS:
                expected = in_order(held, order)
                assert expected == table.page(order=order).items
                assert expected[2:5] == table.page(order=order, offset=2, limit=3).items
            for value in (None, 1, "ab", [1]):
                matching = [document for document in held if read(document, "size") == value]
                assert len(matching) == table.count(filters={"size": value})
                page = table.page(filters={"size": value, "mood": "calm"}, order=("-place.city",), limit=2)
                calm = in_order([each for each in matching if each.get("mood") == "calm"], ("-place.city",))
                assert (calm[:2], len(calm)) == (page.items, page.total)
                assert in_order(matching, ())[1:3] == list(table.views(filters={"size": value}, offset=1, limit=2))
                present = [document for document in matching if "size" in document]
                assert present == [dict(found) for found in table.search(where("size") == value)]

    def _is_refused(self, target: Store | Model, operation: Operation) -> bool:
        try:
            perform(target, operation) if isinstance(target, Store) else target.apply(operation)
        except (Refused, Conflict, NotFound, Invalid):
            return True
        return False


TestStore = StoreMachine.TestCase
TestStore.settings = settings(
    max_examples=40, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**9), keys=st.sampled_from([3, 200, 10**6]))
def test_blocks_are_a_sorted_list(seed: int, keys: int) -> None:
    """Thousands of entries, many of them taken out again: the tree is the sorted list, and its past is untouched."""
    chance = random.Random(seed)
    plain: list[str] = []
    blocks = Blocks.of([])
    past: list[tuple[Blocks, list[str]]] = []
    for step, growing in enumerate([True] * 1500 + [False] * 1300 + [True] * 400):
        if growing or not plain:
            plain.append(make_entry(sort_key(chance.randrange(keys)), step, str(step)))
            blocks = blocks.with_entry(plain[-1])
        else:
            blocks = blocks.without_entry(plain.pop(chance.randrange(len(plain))))
        if step % 500 == 0:
            past.append((blocks, sorted(plain)))

    assert sorted(plain) == list(blocks.walk())
    assert sorted(plain, reverse=True)[5:] == list(blocks.walk_down(len(plain) - 5))
    assert len(plain) == len(blocks)
    assert all(entries == list(moment.walk()) for moment, entries in past)


@settings(max_examples=30, deadline=None)
@given(
    sizes=st.lists(st.integers(0, 200), max_size=12),
    keys=st.sampled_from([1, 60, 10**6]),
    climb=st.sampled_from([0, 30, 10**6]),
)
def test_blocks_take_several_at_once(sizes: list[int], keys: int, climb: int) -> None:
    """At the end, in the middle, few and many: the tree is the sorted list, and taking one out leaves the rest."""
    chance = random.Random(keys + climb + sum(sizes))
    plain: list[str] = []
    blocks = Blocks.of([])
    for step, size in enumerate(sizes):
        new = [make_entry(sort_key(step * climb + chance.randrange(keys)), len(plain) + at, "x") for at in range(size)]
        before, blocks = blocks, blocks.with_entries(new)
        assert sorted(plain) == list(before.walk())
        plain += new
        assert (sorted(plain), len(plain)) == (list(blocks.walk()), len(blocks))
        if plain:
            blocks = blocks.without_entry(plain.pop(chance.randrange(len(plain))))

    assert sorted(plain) == list(blocks.walk())


@settings(max_examples=20, deadline=None)
@given(count=st.integers(0, 700), keys=st.sampled_from([1, 3, 90, 10**6]), skip=st.integers(0, 720))
def test_walking_back_keeps_ties_as_they_arrived(count: int, keys: int, skip: int) -> None:
    """Short and long runs of equal keys, from any position, are what a stable reverse sort gives."""
    values = [each * 7919 % keys for each in range(count)]
    blocks = Blocks.of(make_entry(sort_key(value), at, str(at)) for at, value in enumerate(values))
    middle = blocks.position(sort_key(keys // 2))

    backward = [str(at) for at in sorted(range(count), key=lambda at: values[at], reverse=True)]
    assert backward[skip:] == [id_of(entry) for entry in blocks.walk_back(skip=skip)]
    lower, upper = blocks.walk_back(stop=middle, skip=skip), blocks.walk_back(start=middle)
    assert backward[count - middle :][skip:] == [id_of(entry) for entry in lower]
    assert backward[: count - middle] == [id_of(entry) for entry in upper]
    assert sorted(blocks.walk())[skip : skip + 9] == list(blocks.walk(skip, skip + 9))


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
near = st.integers(-3, 3).map(lambda each: 2**53 + each) | st.sampled_from([0.0, -0.0, 2.0**53, -(2.0**53), 10**400])
texts = st.text(alphabet="\0\1ab\x7f\xff\U0010ffff\ud800")


@given(one=scalars | near | texts, other=scalars | near | texts)
def test_keys_sort_as_values_do(one: Any, other: Any) -> None:
    """Equal values have equal keys, and the key of the smaller is the smaller, however close they are."""
    assert (rank(one) < rank(other), rank(one) == rank(other)) == (
        sort_key(one) < sort_key(other),
        sort_key(one) == sort_key(other),
    )


@given(st.lists(st.tuples(sizes | texts | near, sizes | texts | near), max_size=30))
def test_keys_of_several_properties_sort_like_tuples(rows: list[tuple[Any, Any]]) -> None:
    """The second property decides among equals of the first alone, upward and downward."""
    documents = [{"a": first, "b": second} for first, second in rows]
    for order in (("a", "b"), ("a", "-b"), ("-a", "b"), ("-a", "-b")):
        ordering, backward = read_order(order)
        expected = documents
        for name in reversed(order):
            bare = name[-1]
            expected = sorted(expected, key=lambda each: rank(each[bare]), reverse=name.startswith("-"))

        assert expected == sorted(documents, key=ordering.key, reverse=backward)


moments = st.datetimes() | st.datetimes(datetime(2025, 2, 3, 9, 41, 27), datetime(2025, 2, 3, 9, 41, 28))


@given(one=moments, other=moments, digits=st.sampled_from(["auto", "seconds", "milliseconds", "microseconds"]))
def test_keys_of_moments_sort_as_moments_do(one: datetime, other: datetime, digits: str) -> None:
    """With decimals of a second or without, also where it is whole; texts that differ have keys that differ, and none
    begins another."""
    one_text, other_text = f"{one.isoformat()}Z", f"{other.isoformat(timespec=digits)}Z"
    one, other = datetime.fromisoformat(one_text), datetime.fromisoformat(other_text)
    one_key, other_key = sort_key(one_text), sort_key(other_text)

    if one != other:
        assert (one < other) == (one_key < other_key)
    assert (one_text == other_text) == (one_key == other_key)
    for text in (other_text, one_text[:-1], f"{one_text}Z", f"{one_text[:-1]}\0Z"):
        assert text == one_text or not sort_key(text).startswith(one_key)
        assert text == one_text or not one_key.startswith(sort_key(text))


@given(st.lists(sizes | texts | near), sizes | texts | near)
def test_positions_enclose_equal_keys(values: list[Any], sought: Any) -> None:
    """A key, and that key with `AFTER`, stand around exactly the entries that have it."""
    blocks = Blocks.of(make_entry(sort_key(each), at, str(at)) for at, each in enumerate(values))
    key = sort_key(sought)

    found = blocks.walk(blocks.position(key), blocks.position(key + AFTER))

    assert [str(at) for at, each in enumerate(values) if each == sought] == [id_of(entry) for entry in found]
