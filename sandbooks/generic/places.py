"""Where a value stands: in a body by a tuple of keys, in a document by a dotted property, in a call by an input.

Knows how to read and write at a place; must not know what the values mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from sandbooks.pack import Call
from sandbooks.resources import Input

Json = Any  # a JSON value
Place = tuple[str, ...]
Reader = Callable[[Call], Json]

SCALARS: Final = frozenset({str, int, float, bool, type(None)})
_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")

ABSENT: Final = object()
"""Stands for no value at all, where null is one."""


def split_property(name: str) -> Place:
    """The steps of a dotted property: `customer.id` is ("customer", "id")."""
    return tuple(name.split("."))


def find_at(value: Json, place: Place) -> Json:
    """The value at a place, ABSENT where a step leads to nothing."""
    for key in place:
        if not isinstance(value, dict) or key not in value:
            return ABSENT
        value = value[key]
    return value


def values_at(value: Json, place: Place) -> list[Json]:
    """Every value of a property, through arrays on the way and at its end; empty where there is none."""
    if isinstance(value, list):
        return [found for element in value for found in values_at(element, place)]
    if not place:
        return [value]
    if isinstance(value, dict) and place[0] in value:
        return values_at(value[place[0]], place[1:])
    return []


def put_at(value: Json, place: Place, new: Json) -> None:
    """Set the value at a place that is not the whole; objects on the way are made, anything else there gives way."""
    for key in place[:-1]:
        inner = value.get(key)
        if not isinstance(inner, dict):
            inner = value[key] = {}
        value = inner
    value[place[-1]] = new


def drop_at(value: Json, place: Place) -> None:
    """Take away what stands at a place, in each element of an array on the way; nothing there is fine."""
    if isinstance(value, list):
        for element in value:
            drop_at(element, place)
    elif isinstance(value, dict):
        if len(place) == 1:
            value.pop(place[0], None)
        else:
            drop_at(value.get(place[0]), place[1:])


def copy_json(value: Json) -> Json:
    """A copy that shares no object and no array."""
    if isinstance(value, dict):
        return {key: inner if type(inner) in SCALARS else copy_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [inner if type(inner) in SCALARS else copy_json(inner) for inner in value]
    return value


def reader_of(input: Input | None) -> Reader:
    """A function that reads an input from a call: ABSENT when the call does not give it, or gives null."""
    if input is None:
        return _read_nothing
    if input.source == "body":
        place = input.path
        return lambda call: _given(find_at(call.body, place))
    if len(input.path) == 1:
        return _flat_reader(input.source, input.path[0])
    source, path = input.source, input.path
    return lambda call: _given(find_at(dict(_parameters(call, source)), path))


def read_whole(value: Json) -> int | None:
    """The whole number that a text is; None for any other, and for one with more digits than a number here has."""
    return int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else None


def as_id(value: Json) -> str | int:
    """A value as an identity: text and whole numbers stay, anything else becomes its text."""
    if type(value) is str or type(value) is int:
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_nothing(call: Call) -> Json:
    return ABSENT


def _given(value: Json) -> Json:
    return ABSENT if value is None else value


def _flat_reader(source: str, name: str) -> Reader:
    if source == "path":
        return lambda call: call.path.get(name, ABSENT)
    if source == "query":
        return lambda call: _given(call.query.get(name, ABSENT))
    return lambda call: _given(call.headers.get(name, ABSENT))


def _parameters(call: Call, source: str) -> Mapping[str, Json]:
    return {"query": call.query, "path": call.path, "header": call.headers}[source]
