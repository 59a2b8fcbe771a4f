"""Which documents of a version are meant, in which order: by indexes where there are some, else by looking at each.

Conditions come from a mapping of filters or from a TinyDB query. Yields stored documents, not copies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sandbooks.store.blocks import AFTER, Blocks, id_of
from sandbooks.store.documents import Document
from sandbooks.store.keys import NUMBER, TEXT, Ordering, Path, read_order, read_property, sort_key, split_name
from sandbooks.store.version import Version

Predicate = Callable[[Mapping[str, Any]], bool]

_COMPARISONS = frozenset({"==", "<", "<=", ">", ">=", "one_of"})


@dataclass(frozen=True, slots=True)
class Condition:
    """What a property must be: `operator` is TinyDB's `==`, `<`, `<=`, `>`, `>=` or `one_of`."""

    path: Path
    operator: str
    value: Any  # JSON; a tuple of it for one_of


@dataclass(frozen=True, slots=True)
class _Span:
    """Neighbours in one index, from position `start` up to `stop`; `is_one_key`: all have the same value there."""

    blocks: Blocks
    ordering: Ordering
    start: int
    stop: int
    is_one_key: bool

    def __len__(self) -> int:
        return max(self.stop - self.start, 0)

    def walk(self, *, offset: int = 0, backward: bool = False) -> Iterator[str]:
        """The entries, in the order of the index; backward with ties as they arrived."""
        if backward:
            return self.blocks.walk_back(skip=offset, start=self.start, stop=self.stop)
        return self.blocks.walk(self.start + offset, self.stop)


class Selection:
    """Documents of one version that pass all filters and the predicate, in an order.

    A filter is met when the property equals the value; null is met by an absent property too. Without an order it is
    the table's own, else that of arrival. Documents that are equal in the order stand as they arrived; null and absent
    come last where the order ascends and first where it descends.
    """

    __slots__ = ("_backward", "_exact", "_filters", "_ordering", "_predicate", "_spans", "_version")

    def __init__(
        self,
        version: Version,
        filters: Mapping[str, object],
        predicate: Predicate | None,
        order: Sequence[str],
    ) -> None:
        self._version = version
        self._filters = [(split_name(name), value) for name, value in filters.items()]
        self._predicate = predicate
        self._ordering, self._backward = read_order(order) if order else version.layout.default
        self._spans = _narrowest(version, [Condition(path, "==", value) for path, value in self._filters])
        self._exact = predicate is None and len(self._filters) <= (0 if self._spans is None else 1)

    def count(self) -> int:
        """How many there are; known without looking at any where there is no filter, or one on an index."""
        if not self._exact:
            return sum(1 for _ in self._matching(self._unordered()))
        return len(self._version.rows) if self._spans is None else _total(self._spans)

    def documents(self, offset: int, limit: int | None) -> Iterator[Document]:
        """Those of one page, found one by one as they are asked for.

        Raises:
            ValueError: a negative offset or limit.
        """
        stop = _stop(offset, limit)
        entries = self._in_order(offset if self._exact else 0)
        if entries is not None:
            found = self._look_up(entries)
            return islice(found, limit) if self._exact else islice(self._matching(found), offset, stop)
        if self._exact and (picked := self._pick_in_order(stop, self.count())) is not None:
            return islice(picked, offset, stop)
        return islice(self._sort(list(self._matching(self._unordered()))), offset, stop)

    def page(self, offset: int, limit: int | None) -> tuple[list[Document], int]:
        """Those of one page, and how many there are on all pages. Raises as `documents`."""
        if self._exact:
            return list(self.documents(offset, limit)), self.count()
        stop = _stop(offset, limit)
        entries = self._in_order(0) if self._spans is not None else None
        if entries is not None:
            found = list(self._matching(self._look_up(entries)))
            return found[offset:stop], len(found)
        # To look at all as they arrived is three times as fast as to go from place to place in another order.
        found = list(self._matching(self._unordered()))
        if (picked := self._pick_in_order(stop, len(found))) is not None:
            return list(islice(picked, offset, stop)), len(found)
        return self._sort(found)[offset:stop], len(found)

    def _pick_in_order(self, stop: int | None, count: int) -> Iterator[Document] | None:
        """Go through all documents in order and pick, where that is less than to sort those that match.

        `stop` is how many will be asked for, `count` how many match; None when sorting is better.
        """
        if stop is None or not self._ordering.fields or stop * len(self._version.rows) >= count * count:
            return None
        entries = self._walk_sorted(0)
        return None if entries is None else self._matching(self._look_up(entries))

    def _in_order(self, offset: int) -> Iterator[str] | None:
        """The entries that come into question, already in order; None when they must be sorted."""
        if self._spans is None:
            return self._walk_sorted(offset) if self._ordering.fields else self._version.arrivals.walk(offset)
        in_default_order = (self._ordering, self._backward) == self._version.layout.default
        if len(self._spans) == 1 and self._spans[0].is_one_key and in_default_order:
            return self._spans[0].walk(offset=offset, backward=self._backward)
        return None

    def _walk_sorted(self, offset: int) -> Iterator[str] | None:
        return self._version.walk_sorted(self._ordering, backward=self._backward, offset=offset)

    def _unordered(self) -> Iterator[Document]:
        if self._spans is None:
            return self._look_up(self._version.arrivals.walk())
        return self._look_up(_in_order_of_arrival(self._version, self._spans))

    def _look_up(self, entries: Iterable[str]) -> Iterator[Document]:
        rows = self._version.rows
        return (rows[id_of(entry)][1] for entry in entries)

    def _matching(self, documents: Iterator[Document]) -> Iterator[Document]:
        for path, value in self._filters:
            documents = _pick(documents, path, value)
        return documents if self._predicate is None else filter(self._predicate, documents)

    def _sort(self, documents: list[Document]) -> list[Document]:
        if not self._ordering.fields:
            return documents
        # Python sorts stably in reverse too, so ties stand as they arrived either way.
        return sorted(documents, key=self._ordering.key, reverse=self._backward)


def find_rows(version: Version, query: Predicate) -> Iterator[tuple[str, Document]]:
    """Id and document of each that a TinyDB query accepts, in the order of arrival."""
    spans = _narrowest(version, _read_conditions(getattr(query, "_hash", None)))
    entries = version.arrivals.walk() if spans is None else _in_order_of_arrival(version, spans)
    for entry in entries:
        key = id_of(entry)
        document = version.rows[key][1]
        if query(document):
            yield key, document


def _stop(offset: int, limit: int | None) -> int | None:
    if offset < 0 or (limit is not None and limit < 0):
        raise ValueError(f"offset is {offset} and limit {limit}; neither may be negative")
    return None if limit is None else offset + limit


def _pick(documents: Iterator[Document], path: Path, value: object) -> Iterator[Document]:
    if len(path) == 1:
        name = path[0]
        return (document for document in documents if document.get(name) == value)
    return (document for document in documents if read_property(document, path) == value)


def _in_order_of_arrival(version: Version, spans: list[_Span]) -> list[str]:
    rows = version.rows
    entries = [entry for span in spans for entry in span.walk()]
    entries.sort(key=lambda entry: rows[id_of(entry)][0])
    return entries


def _read_conditions(described: object) -> list[Condition]:
    """The conditions that a query's description (its `_hash`) names for certain: a comparison, or an `and` of such.

    TinyDB describes `where("a") == 1` as ("==", ("a",), 1) and `x & y` as ("and", frozenset of both). Whatever else
    there is gives no condition: then the query itself decides about every document.
    """
    match described:
        case ("and", frozenset() as parts):
            return [condition for part in parts for condition in _read_conditions(part)]
        case (str() as operator, tuple() as path, value) if operator in _COMPARISONS:
            return [Condition(path, operator, value)]
    return []


def _narrowest(version: Version, conditions: list[Condition]) -> list[_Span] | None:
    """The shortest part of an index that holds every document meeting all conditions; None when no index helps."""
    best: list[_Span] | None = None
    by_path: dict[Path, _Span] = {}
    for condition in conditions:
        index = version.indexed_by(condition.path)
        spans = _spans(*index, condition) if index is not None else None
        if spans is None:
            continue
        if condition.operator != "one_of":
            earlier = by_path.get(condition.path)
            spans = [_overlap(earlier, spans[0]) if earlier is not None else spans[0]]
            by_path[condition.path] = spans[0]
        if best is None or _total(spans) < _total(best):
            best = spans
    return best


def _spans(ordering: Ordering, blocks: Blocks, condition: Condition) -> list[_Span] | None:
    operator, value = condition.operator, condition.value
    if operator == "one_of":
        if not isinstance(value, tuple) or not all(map(_is_scalar, value)):
            return None
        return [_span_of(ordering, blocks, key) for key in dict.fromkeys(map(sort_key, value))]
    if not _is_scalar(value):
        return None
    key = sort_key(value)
    if operator == "==":
        return [_span_of(ordering, blocks, key)]
    if key[0] not in (NUMBER, TEXT):
        return None
    low = {">": key + AFTER, ">=": key}.get(operator, key[0])
    high = {"<": key, "<=": key + AFTER}.get(operator, str(int(key[0]) + 1))
    return [_Span(blocks, ordering, blocks.position(low), blocks.position(high), is_one_key=False)]


def _span_of(ordering: Ordering, blocks: Blocks, key: str) -> _Span:
    return _Span(blocks, ordering, blocks.position(key), blocks.position(key + AFTER), is_one_key=True)


def _overlap(one: _Span, other: _Span) -> _Span:
    start, stop = max(one.start, other.start), min(one.stop, other.stop)
    return replace(one, start=start, stop=stop, is_one_key=one.is_one_key or other.is_one_key)


def _total(spans: list[_Span]) -> int:
    return sum(map(len, spans))


def _is_scalar(value: object) -> bool:
    return value is None or type(value) in (str, int, float, bool)
