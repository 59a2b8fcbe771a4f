"""Single values as they come in a record and as they are kept: numbers, times, words.

Knows no entity and no rule that needs another value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

Json = Any  # a JSON value
Reader = Callable[[Json], Json]

EXACT = Context(prec=120, rounding=ROUND_HALF_UP)
"""More digits than the product of four numbers within bounds can have."""

LARGEST = Decimal(10) ** 15
LAST_MOMENT = 253402300799999  # the end of the year 9999, in milliseconds

_THREE_PLACES, _TWO_PLACES = Decimal("0.001"), Decimal("0.01")
_NUMBER = re.compile(r"[+-]?(\d{1,60}(\.\d{0,60})?|\.\d{1,60})([eE][+-]?\d{1,3})?", re.ASCII)
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_SHOWN = 60


class Wrong(Exception):
    """A value that its property does not take; says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def quoted(value: Json) -> str:
    """A value as a message prints it, cut where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def read_text(value: Json) -> str:
    """Text, as it came."""
    if not isinstance(value, str):
        raise Wrong(f"{quoted(value)} is not a text")
    return value


def read_key(value: Json) -> str | None:
    """Text that identifies something; an empty one is none."""
    return read_text(value) or None


def read_number(value: Json) -> str:
    """A number, or text that holds one, with three decimals (A17): `"37.500"`."""
    written = with_three_places(to_decimal(value))
    if abs(Decimal(written)) >= LARGEST:  # only rounding has made it so
        raise Wrong(f"{quoted(value)} has more than 15 digits before the point")
    return written


def to_decimal(value: Json) -> Decimal:
    """The exact number of a JSON number or of text.

    Raises:
        Wrong: no number, or one of 10^15 and more.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Wrong(f"{quoted(value)} is not a number")
    if isinstance(value, int) and abs(value) >= LARGEST:
        raise Wrong("The number has more than 15 digits before the point")
    text = value.strip() if isinstance(value, str) else str(value)
    if not _NUMBER.fullmatch(text):
        raise Wrong(f"{quoted(value)} is not a number")
    number = Decimal(text)
    if number.adjusted() >= LARGEST.adjusted() and number:
        raise Wrong(f"{quoted(value)} has more than 15 digits before the point")
    return number


def with_three_places(number: Decimal) -> str:
    return _written(number, _THREE_PLACES)


def with_two_places(number: Decimal) -> str:
    return _written(number, _TWO_PLACES)


def _written(number: Decimal, unit: Decimal) -> str:
    """Rounded half up, never with an exponent, and zero without a sign."""
    rounded = number.quantize(unit, context=EXACT)
    return f"{rounded if rounded else abs(rounded):f}"


def read_moment(value: Json) -> int:
    """Milliseconds since 1970, kept as they come (A19)."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Wrong(f"{quoted(value)} is not a time; whole milliseconds since 1970 are")
    if not 0 <= value <= LAST_MOMENT:
        raise Wrong(f"{quoted(value) if abs(value) < LARGEST else 'The number'} is no time from 1970 to 9999")
    return value


def read_flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise Wrong(f"{quoted(value)} is neither true nor false")
    return value


def one_of(*words: str) -> Reader:
    """One of these words."""

    def read(value: Json) -> str:
        word = read_text(value)
        if word not in words:
            raise Wrong(f"{quoted(value)} is not one of {', '.join(words)}")
        return word

    return read


def trimmed(read: Reader) -> Reader:
    """A text that may come with blanks around it, read without them (A33)."""
    return lambda value: read(read_text(value).strip())


def degrees(most: int) -> Reader:
    """A plain number from -most to most: latitudes and longitudes alone are no strings (A17)."""

    def read(value: Json) -> float:
        number = to_decimal(value)
        if abs(number) > most:
            raise Wrong(f"{quoted(value)} is not between -{most} and {most}")
        return float(number)

    return read


def read_objects(value: Json) -> list[dict[str, Json]]:
    """A list of objects of whatever shape."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise Wrong(f"{quoted(value)} is not a list of objects")
    return value


def is_guid(text: str) -> bool:
    return _GUID.fullmatch(text) is not None


def snake(name: str) -> str:
    """The system key of a display name: `Per Hour` is `per_hour`."""
    return "_".join(re.findall(r"\w+", name.lower())) or name


def title(uname: str) -> str:
    """The display name of a system key: `per_hour` is `Per Hour`."""
    return " ".join(word[:1].upper() + word[1:] for word in uname.split("_") if word) or uname
