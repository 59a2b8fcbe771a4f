"""The language of searches: what `where` and `orderBy` mean, compiled once into functions over documents.

Knows how conditions combine; which names there are and what stands behind them is told by `Fields`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import nlargest, nsmallest
from operator import itemgetter
from typing import Any, Protocol

from sandbooks import Detail, Invalid

from .operators import OPERATORS, Document, Predicate, Read, Scalar, always, comparable, fault

SortKey = tuple[Read, bool]  # and whether it descends

FEW = 20
"""To pick out values is faster than to sort all where they are fewer than one in so many."""


@dataclass(frozen=True, slots=True)
class Nested:
    """A name with documents of another kind behind it: a related entity, or objects inside this one."""

    fields: Fields
    read: Callable[[Document], Sequence[Document]]
    many: bool


@dataclass(frozen=True, slots=True)
class Opaque:
    """A name that can be shown, but neither compared nor sorted by."""

    read: Read


class Fields(Protocol):
    """The names that conditions and orders may use."""

    def member(self, name: str) -> Scalar | Nested | Opaque | None:
        """What a name stands for, in whichever spelling; None where it stands for nothing."""


def compile_where(where: object, fields: Fields, at: str = "/where") -> Predicate:
    """The predicate that a `where` object means; `{}` holds for everything.

    A condition on a related entity holds when some related document meets all of it. A comparison with null, on
    either side, does not hold (so `_not` of it does).

    Raises:
        Invalid: an unknown name or operator, or an operand of the wrong type; `at` is the pointer that it names.
    """
    if not isinstance(where, dict):
        raise fault(at, where, 'an object of conditions, such as {"name": {"_eq": "Acme"}}')
    return _every([_compile_member(name, operand, fields, f"{at}/{name}") for name, operand in where.items()])


def compile_order(order_by: object, fields: Fields, at: str = "/orderBy") -> list[SortKey]:
    """What an `orderBy` array means, most important first.

    Raises:
        Invalid: an unknown name, a direction other than asc and desc, a name with many documents behind it.
    """
    if not isinstance(order_by, list):
        raise fault(at, order_by, 'an array of objects such as {"name": "asc"}')
    return [_compile_term(term, fields, f"{at}/{index}") for index, term in enumerate(order_by)]


def rows_between(rows: list[Document], keys: Sequence[SortKey], start: int, stop: int) -> list[Document]:
    """The rows from one position up to another in the order of the keys; `keys` must not be empty.

    Rows that are equal in all keys stand as they stood. Nulls come last where a key ascends, first where it descends.
    """
    chosen, skipped = _candidates(rows, keys[0], start, min(stop, len(rows)))
    for read, descends in reversed(keys):
        pairs = [(read(row), row) for row in chosen]
        unknown = [row for value, row in pairs if value is None]
        pairs = [pair for pair in pairs if pair[0] is not None]
        pairs.sort(key=itemgetter(0), reverse=descends)
        known = [row for _, row in pairs]
        chosen = unknown + known if descends else known + unknown
    return chosen[start - skipped : stop - skipped]


def _compile_member(name: str, operand: object, fields: Fields, at: str) -> Predicate:
    match name:
        case "_and":
            return _every(_compile_each(operand, fields, at))
        case "_or":
            return _some(_compile_each(operand, fields, at))
        case "_not":
            inner = compile_where(operand, fields, at)
            return lambda document: not inner(document)
    match fields.member(name):
        case Scalar() as scalar:
            return _compile_scalar(scalar, operand, at)
        case Nested() as nested:
            meets, read = _once(compile_where(operand, nested.fields, at)), nested.read
            if nested.many:
                return lambda document: any(map(meets, read(document)))
            return lambda document: bool(found := read(document)) and meets(found[0])
    raise _unknown(name, "operator" if name.startswith("_") else "field that can be searched by", at)


def _once(meets: Predicate) -> Predicate:
    """The same predicate, asked once of each document: from one relation to the next ever more ways lead to it."""
    known: dict[int, tuple[Document, bool]] = {}  # each with its document, so that no other takes its place in memory

    def met(document: Document) -> bool:
        found = known.get(id(document))
        if found is None:
            found = known[id(document)] = document, meets(document)
        return found[1]

    return met


def _compile_each(operands: object, fields: Fields, at: str) -> list[Predicate]:
    if not isinstance(operands, list):
        raise fault(at, operands, "an array of conditions")
    return [compile_where(operand, fields, f"{at}/{index}") for index, operand in enumerate(operands)]


def _compile_scalar(member: Scalar, conditions: object, at: str) -> Predicate:
    if not isinstance(conditions, dict):
        raise fault(at, conditions, 'an object of operators, such as {"_eq": ...}')
    tests = []
    for operator, operand in conditions.items():
        compiler = OPERATORS.get(operator)
        if compiler is None:
            raise _unknown(operator, f"operator; there are {', '.join(OPERATORS)}", f"{at}/{operator}")
        tests.append(compiler(member, operand, f"{at}/{operator}"))
    return _every(tests)


def _compile_term(term: object, fields: Fields, at: str) -> SortKey:
    if not isinstance(term, dict) or len(term) != 1:
        raise fault(at, term, 'an object with one name, such as {"name": "asc"}')
    ((name, direction),) = term.items()
    at = f"{at}/{name}"
    match fields.member(name):
        case Scalar() as scalar if direction in ("asc", "desc"):
            return comparable(scalar), direction == "desc"
        case Scalar():
            raise fault(at, direction, "asc or desc")
        case Nested(many=False) as nested:
            inner, descends = _compile_term(direction, nested.fields, at)
            return _through(nested, inner), descends
    raise _unknown(name, "field that can be sorted by", at)


def _candidates(rows: list[Document], key: SortKey, start: int, stop: int) -> tuple[list[Document], int]:
    """The rows that can be from `start` up to `stop` by what the first key says, and how many come before all of them.

    The others need not be sorted.
    """
    if start >= stop:
        return [], start
    read, descends = key
    values = [read(row) for row in rows]
    known = [value for value in values if value is not None]
    nulls = len(rows) - len(known) if descends else 0  # those that come first
    if stop <= nulls:
        return [row for row, value in zip(rows, values, strict=True) if value is None], 0
    if stop - nulls > len(known):
        return rows, 0
    ranked = _first_values(known, stop - nulls, descends=descends)
    last = ranked[stop - nulls - 1]
    if start < nulls:
        return [row for row, value in zip(rows, values, strict=True) if value is None or value >= last], 0
    first = ranked[start - nulls]
    low, high = (last, first) if descends else (first, last)
    inside = [row for row, value in zip(rows, values, strict=True) if value is not None and low <= value <= high]
    return inside, nulls + ranked.index(first)


def _first_values(values: list[Any], count: int, *, descends: bool) -> list[Any]:
    """The first `count` values in order, perhaps more."""
    if count * FEW > len(values):
        return sorted(values, reverse=descends)
    return nlargest(count, values) if descends else nsmallest(count, values)


def _through(nested: Nested, inner: Read) -> Read:
    def read(document: Document) -> Any:
        found = nested.read(document)
        return inner(found[0]) if found else None

    return read


def _every(tests: list[Predicate]) -> Predicate:
    match tests:
        case []:
            return always
        case [only]:
            return only
        case [first, second]:
            return lambda document: first(document) and second(document)
        case [first, second, third]:
            return lambda document: first(document) and second(document) and third(document)

    def every(document: Document) -> bool:
        for test in tests:  # noqa: SIM110  # the generator of all() costs more than the tests
            if not test(document):
                return False
        return True

    return every


def _some(tests: list[Predicate]) -> Predicate:
    def some(document: Document) -> bool:
        for test in tests:  # noqa: SIM110  # as above
            if test(document):
                return True
        return False

    return tests[0] if len(tests) == 1 else some


def _unknown(name: str, kind: str, at: str) -> Invalid:
    message = f"{name!r} is not a known {kind}"
    return Invalid(f"{at.strip('/').replace('/', '.')}: {message}.", details=[Detail("body", at, message)])
