"""Single members of a body as they are read: texts, numbers, days, words, lists.

Bodies of the API come checked against the description; rows of a bulk call and templates of schedules do not, so that
every member is read here whoever brings it. Knows no document. Each reader takes the body, the member, and the `field`
that a refusal names, the member itself by default. Null counts as not given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from . import days
from .errors import Json, invalid, required

Body = Mapping[str, Json]

LARGEST = Decimal(10) ** 12
"""Amounts and quantities from here on are refused: sums of them, with paise, would not be exact as JSON numbers."""


def text(body: Body, name: str, *, field: str = "", must: bool = False) -> str | None:
    """A text; None where there is none.

    Raises:
        Problem: it is no text; it is missing or empty and a `must`.
    """
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise invalid(field or name, f"{name} must be a text.", received=value)
    if must and not value:
        raise required(field or name)
    return value


def number(body: Body, name: str, *, field: str = "", must: bool = False) -> Decimal | None:
    """A number; None where there is none.

    Raises:
        Problem: it is no number, or out of bounds; it is missing and a `must`.
    """
    value = body.get(name)
    if value is None:
        if must:
            raise required(field or name)
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise invalid(field or name, f"{name} must be a number.", received=value)
    if not abs(value) < LARGEST:  # so that NaN is refused, too
        raise invalid(field or name, f"{name} must be less than {LARGEST}.", received=value)
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise invalid(field or name, f"{name} must be a number.", received=str(value)) from None


def above_zero(body: Body, name: str, *, field: str = "", must: bool = False) -> Decimal | None:
    """A number above 0; None where there is none."""
    value = number(body, name, field=field, must=must)
    if value is not None and value <= 0:
        raise invalid(field or name, f"{name} must be more than 0.", received=body[name])
    return value


def not_negative(body: Body, name: str, *, field: str = "", must: bool = False) -> Decimal | None:
    """A number of 0 and more; None where there is none."""
    value = number(body, name, field=field, must=must)
    if value is not None and value < 0:
        raise invalid(field or name, f"{name} must not be negative.", received=body[name])
    return value


def flag(body: Body, name: str, *, field: str = "") -> bool:
    """True or false; false where there is none."""
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise invalid(field or name, f"{name} must be true or false.", received=value)
    return bool(value)


def word(body: Body, name: str, words: Sequence[str], *, field: str = "", must: bool = False) -> str | None:
    """One of these words; None where there is none."""
    value = text(body, name, field=field, must=must)
    if value is not None and value not in words:
        raise invalid(field or name, f"{name} must be one of {', '.join(words)}.", received=value)
    return value


def day(body: Body, name: str, *, field: str = "", must: bool = False) -> date | None:
    """A day, of a date or of a moment; None where there is none."""
    value = text(body, name, field=field, must=must)
    return None if value is None else days.read_day(value, field or name)


def rows(body: Body, name: str, *, field: str = "", must: bool = False) -> list[Body]:
    """A list of objects; empty where there is none.

    Raises:
        Problem: it is no list of objects; it is missing or empty and a `must`.
    """
    value = body.get(name)
    if value is None:
        if must:
            raise required(field or name)
        return []
    if not isinstance(value, list):
        raise invalid(field or name, f"{name} must be a list.", received=value)
    for index, each in enumerate(value):
        if not isinstance(each, dict):
            raise invalid(f"{field or name}[{index}]", f"Each of {name} must be an object.", received=each)
    if must and not value:
        raise invalid(field or name, f"{name} must have at least one.", received=value)
    return value
