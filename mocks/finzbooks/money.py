"""Amounts: JSON numbers outside, Decimal inside, rounded half up to the paisa."""

from __future__ import annotations

from decimal import Decimal

from .._books.money import CENT as PAISA
from .._books.money import ZERO, out
from .._books.money import cents as paise
from .errors import Json, invalid

__all__ = ["MOST", "PAISA", "ZERO", "bounded", "dec", "out", "paise"]

MOST = Decimal(10) ** 13
"""Below this, every amount in paise is a JSON number of its own, and so are sums of several."""


def dec(number: Json, field: str = "amount") -> Decimal:
    """The exact value of a JSON number as it is written; null is 0.

    Raises:
        Invalid: 10^13 or more, which no book of the vendor's keeps to the paisa.
    """
    return bounded(ZERO if number is None else Decimal(str(number)), field)


def bounded(value: Decimal, field: str = "amount") -> Decimal:
    """The value itself.

    Raises:
        Invalid: 10^13 or more.
    """
    if abs(value) >= MOST:
        raise invalid(field, f"{field} is not less than {MOST:,}.")
    return value
