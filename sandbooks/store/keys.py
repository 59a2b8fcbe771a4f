"""How values compare: dotted properties, and keys that sort any JSON without raising.

A key is text whose order is the order of the values: numbers and booleans, then text, then lists and dicts, then
nothing at all (null or absent). No key begins another one, so keys of several properties are written one after the
other. Equality is Python's: 1, 1.0 and True are the same number. Moments in UTC (`2025-02-03T09:41:27.5Z`) sort as
moments, with decimals of a second or without. Knows no table.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Any

Path = tuple[str, ...]

NUMBER, TEXT, OTHER, NOTHING = "1", "2", "3", "4"

_END = "\0\0"
_WHOLE_SECOND = len("2025-02-03T09:41:27Z")
_ZULU = "\0\2"  # before a decimal point, and before whatever else may go on but a NUL
_SIGN = 1 << 63
_ALL_BITS = (1 << 64) - 1
_EXACT = 1 << 53  # every integer up to here is a float of its own
_LAST = 0x10FFFF

_pack_float = Struct(">d").pack
_unpack_bits = Struct(">Q").unpack


def split_name(name: str) -> Path:
    """The steps of a dotted property name: `customer.id` is ("customer", "id")."""
    return tuple(name.split("."))


def read_property(document: Mapping[str, Any], path: Path) -> Any:
    """The value at the end of the path; None where a step is absent, or leads through something that is no dict."""
    value: Any = document
    for step in path:
        if type(value) is not dict:
            return None
        value = value.get(step)
    return value


def sort_key(value: Any) -> str:
    """The key of one value.

    >>> sorted([None, {"a": 1}, "ten", 10, "", True, 9.5, -3, 2**70 + 1, 2**70], key=sort_key)
    [-3, True, 9.5, 10, 1180591620717411303424, 1180591620717411303425, '', 'ten', {'a': 1}, None]
    >>> sorted(["2025-02-03T09:41:27.5Z", "2025-02-03T09:41:27Z"], key=sort_key)
    ['2025-02-03T09:41:27Z', '2025-02-03T09:41:27.5Z']
    """
    kind = type(value)
    if kind is str:
        # What ends a text must sort before whatever may go on, so a NUL inside is followed by something greater.
        if "\0" in value:
            return f"{TEXT}{value.replace(chr(0), chr(0) + chr(1))}{_END}"
        return f"{TEXT}{value[:-1]}{_ZULU}{_END}" if _is_in_utc(value) else f"{TEXT}{value}{_END}"
    if kind is int or kind is float or kind is bool:
        return _number_key(value)
    if value is None:
        return NOTHING
    return f"{OTHER}{json.dumps(value, sort_keys=True)}{_END}"


@dataclass(frozen=True, slots=True)
class Ordering:
    """The properties by which documents are sorted, each with whether it descends. The first never does.

    Orders that are each other's mirror image share one Ordering; the caller walks it backward.
    """

    fields: tuple[tuple[Path, bool], ...]

    def key(self, document: Mapping[str, Any]) -> str:
        """Where a document stands among others."""
        key = ""
        for path, descends in self.fields:
            value = document.get(path[0]) if len(path) == 1 else read_property(document, path)
            key += _flip(sort_key(value)) if descends else sort_key(value)
        return key


def read_order(order: Sequence[str]) -> tuple[Ordering, bool]:
    """What `("name", "-createdAt")` means: the Ordering, and whether it is walked backward."""
    fields = [(split_name(name.removeprefix("-")), name.startswith("-")) for name in order]
    backward = bool(fields) and fields[0][1]
    return Ordering(tuple((path, descends is not backward) for path, descends in fields)), backward


def _is_in_utc(text: str) -> bool:
    """A date and time that ends in Z."""
    return text[-1:] == "Z" and len(text) >= _WHOLE_SECOND and text[10] == "T" and text[13] == text[16] == ":"


def _number_key(value: float) -> str:
    """The bits of the number as a float, made to sort as it does; for a large integer also what the float misses."""
    try:
        near = float(value) + 0.0  # -0.0 is 0.0
    except OverflowError:
        near = float("inf") if value > 0 else float("-inf")
    (bits,) = _unpack_bits(_pack_float(near))
    rest = f"{NUMBER}{bits ^ (_ALL_BITS if bits & _SIGN else _SIGN):016x}"
    if type(value) is not int or -_EXACT <= value <= _EXACT:
        return f"{rest}5"
    return rest + _integer_key(value - int(near) if abs(near) != float("inf") else value)


def _integer_key(value: int) -> str:
    size = len(str(abs(value)))
    if value < 0:
        return f"4{9999 - size}{10**size - 1 + value:0{size}d}"
    return f"6{size:04d}{value}" if value else "5"


def _flip(key: str) -> str:
    """The key that sorts the other way round; its first character is still a digit."""
    return str(5 - int(key[0])) + "".join([chr(_LAST - ord(each)) for each in key[1:]])
