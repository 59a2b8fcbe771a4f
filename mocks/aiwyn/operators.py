"""How values compare: one function for each operator of the search language, compiled to a predicate.

Knows kinds of values and what a comparison with null means; knows no names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal

from sandbooks import Detail, Invalid

from .texts import Meets, read_like, read_regex

Document = Mapping[str, Any]  # as it is stored: any JSON
Predicate = Callable[[Document], bool]
Read = Callable[[Document], Any]  # from a document to one of its values, None where it has none
REMEMBERED = 2**16
"""So many moments are read once: a collection has each of them again and again."""

Kind = Literal["string", "integer", "number", "boolean", "datetime"]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A name with one comparable value behind it."""

    kind: Kind
    read: Read


def always(document: Document) -> bool:
    """Holds for every document."""
    return True


def comparable(member: Scalar) -> Read:
    """Reads values in the form in which they compare: moments as moments."""
    read = member.read
    return (lambda document: read_instant(read(document))) if member.kind == "datetime" else read


@lru_cache(REMEMBERED)
def read_instant(text: str | None) -> datetime | None:
    """The moment that an ISO date or date-time names, UTC where it names no zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)  # type: ignore[arg-type]  # None is a TypeError
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def shown(value: object) -> str:
    """A JSON value as its sender knows it, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def fault(at: str, value: object, expected: str) -> Invalid:
    """The refusal of a value at a place in the body: what it is, and what it must be."""
    message = f"{shown(value)} must be {expected}"
    return Invalid(f"{at.strip('/').replace('/', '.')}: {message}.", details=[Detail("body", at, message)])


def _never(document: Document) -> bool:
    return False


def _operand(member: Scalar, operand: object, at: str) -> Any:
    """An operand in the form in which it compares; None for null.

    Raises:
        Invalid: of another type than the field.
    """
    fits = operand is None or (
        isinstance(operand, bool)
        if member.kind == "boolean"
        else isinstance(operand, int | float) and not isinstance(operand, bool)
        if member.kind in ("integer", "number")
        else isinstance(operand, str)
    )
    if fits and member.kind == "datetime" and operand is not None:
        operand = read_instant(given := operand)
        if operand is None:
            raise fault(at, given, "an ISO date or date-time")
    if not fits:
        raise fault(at, operand, f"of type {member.kind}")
    return operand


def _equal(member: Scalar, operand: object, at: str) -> Predicate:
    read, wanted = comparable(member), _operand(member, operand, at)
    return _never if wanted is None else lambda document: read(document) == wanted


def _unequal(member: Scalar, operand: object, at: str) -> Predicate:
    read, wanted = comparable(member), _operand(member, operand, at)
    if wanted is None:
        return _never
    return lambda document: (value := read(document)) is not None and value != wanted


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Scalar, object, str], Predicate]:
    def compiler(member: Scalar, operand: object, at: str) -> Predicate:
        if member.kind == "boolean":
            raise fault(at, operand, "left out: booleans have no order")
        read, bound = comparable(member), _operand(member, operand, at)
        if bound is None:
            return _never
        return lambda document: (value := read(document)) is not None and compare(value, bound)

    return compiler


def _one_of(member: Scalar, operand: object, at: str) -> Predicate:
    wanted = frozenset(_operands(member, operand, at)) - {None}
    read = comparable(member)
    return lambda document: read(document) in wanted


def _none_of(member: Scalar, operand: object, at: str) -> Predicate:
    unwanted = frozenset(_operands(member, operand, at))
    if not unwanted:
        return always
    if None in unwanted:
        return _never
    read = comparable(member)
    return lambda document: (value := read(document)) is not None and value not in unwanted


def _operands(member: Scalar, operands: object, at: str) -> list[Any]:
    if not isinstance(operands, list):
        raise fault(at, operands, "an array of values")
    return [_operand(member, operand, f"{at}/{index}") for index, operand in enumerate(operands)]


def _is_null(member: Scalar, operand: object, at: str) -> Predicate:
    if not isinstance(operand, bool):
        raise fault(at, operand, "true or false")
    read = member.read
    return (lambda document: read(document) is None) if operand else (lambda document: read(document) is not None)


def _like(member: Scalar, operand: object, at: str) -> Predicate:
    return _meeting(member, operand, at, read_like, "a pattern")


def _ilike(member: Scalar, operand: object, at: str) -> Predicate:
    def read_folded(pattern: str) -> Meets:
        meets = read_like(pattern.lower())
        return lambda text: meets(text.lower())

    return _meeting(member, operand, at, read_folded, "a pattern")


def _regex(member: Scalar, operand: object, at: str) -> Predicate:
    return _meeting(member, operand, at, read_regex, "a regular expression")


def _meeting(
    member: Scalar, operand: object, at: str, read_pattern: Callable[[str], Meets], expected: str
) -> Predicate:
    pattern = _text_operand(member, operand, at)
    if pattern is None:
        return _never
    try:
        meets = read_pattern(pattern)
    except ValueError as error:
        raise fault(at, operand, f"{expected} ({error})") from None
    read = member.read
    return lambda document: (value := read(document)) is not None and meets(value)


def _text_operand(member: Scalar, operand: object, at: str) -> str | None:
    if member.kind != "string":
        raise fault(at, operand, f"left out: it looks into texts, and this is of type {member.kind}")
    if operand is not None and not isinstance(operand, str):
        raise fault(at, operand, "of type string")
    return operand


OPERATORS: Mapping[str, Callable[[Scalar, object, str], Predicate]] = {
    "_eq": _equal,
    "_neq": _unequal,
    "_gt": _ordered(lambda value, bound: value > bound),
    "_gte": _ordered(lambda value, bound: value >= bound),
    "_lt": _ordered(lambda value, bound: value < bound),
    "_lte": _ordered(lambda value, bound: value <= bound),
    "_in": _one_of,
    "_nin": _none_of,
    "_like": _like,
    "_ilike": _ilike,
    "_regex": _regex,
    "_is_null": _is_null,
}
