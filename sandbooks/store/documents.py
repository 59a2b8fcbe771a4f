"""What a document is: JSON, copied whenever it crosses the border of the store.

Knows no table and no index.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

Document = dict[str, Any]  # any JSON

_ATOMS = frozenset({str, int, bool, type(None), float})
_SOUND = _ATOMS - {float}  # a float may be no number


def copy_document(document: Mapping[str, Any]) -> Document:
    """A copy of a stored document that shares no dict and no list with it."""
    return {key: (item if type(item) in _ATOMS else _copy(item)) for key, item in document.items()}


def take_document(document: Mapping[str, Any]) -> Document:
    """A copy fit to be stored: plain dicts and lists, subclasses of text and numbers made plain.

    Raises:
        TypeError: something in it is not JSON (a tuple, a date, a Decimal, NaN, a key that is no text); names the
            property.

    >>> take_document({"due": (2026, 1)})
    Traceback (most recent call last):
    ...
    TypeError: due is (2026, 1), a tuple; a stored document is JSON: text, numbers, booleans, null, lists, dicts
    """
    try:
        return _take_mapping(document)
    except _NotJsonError as found:
        place, value = _find_fault(document, "") or ("document", found.args[0])
    raise TypeError(
        f"{place} is {_shorten(value)}, a {type(value).__name__}; "
        "a stored document is JSON: text, numbers, booleans, null, lists, dicts"
    )


class _NotJsonError(Exception):
    """Carries the value; the place is searched for afterwards, so that a good document does not pay for it."""


def _copy(value: Any) -> Any:
    kind = type(value)
    if kind is dict:
        return {key: (item if type(item) in _ATOMS else _copy(item)) for key, item in value.items()}
    if kind is list:
        return [item if type(item) in _ATOMS else _copy(item) for item in value]
    return value


def _take_mapping(value: Mapping[Any, Any]) -> Document:
    return {
        (key if type(key) is str else _take_key(key)): (item if type(item) in _SOUND else _take(item))
        for key, item in value.items()
    }


def _take(value: Any) -> Any:
    kind = type(value)
    if kind in _ATOMS:
        if kind is float and not isfinite(value):
            raise _NotJsonError(value)
        return value
    if kind is dict:
        return _take_mapping(value)
    if kind is list:
        return [item if type(item) in _SOUND else _take(item) for item in value]
    return _take_subclass(value)


def _take_subclass(value: Any) -> Any:
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return _take(float.__float__(value))
    if isinstance(value, dict):
        return _take_mapping(value)
    if isinstance(value, list):
        return [_take(item) for item in value]
    raise _NotJsonError(value)


def _take_key(key: object) -> str:
    if isinstance(key, str):
        return str.__str__(key)
    raise _NotJsonError(key)


def _find_fault(value: object, place: str) -> tuple[str, object] | None:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                return f"A key of {place or 'the document'}", key
            found = _find_fault(item, f"{place}.{key}" if place else key)
            if found:
                return found
        return None if isinstance(value, dict) or not place else (place, value)
    if isinstance(value, list):
        found_items = (_find_fault(item, f"{place}[{number}]") for number, item in enumerate(value))
        return next((found for found in found_items if found), None)
    try:
        _take(value)
    except _NotJsonError:
        return place, value
    return None


def _shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
