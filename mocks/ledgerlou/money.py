"""Amounts in euros: JSON numbers outside, Decimal inside, rounded half up to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .._books.money import CENT, ZERO, cents, out

__all__ = ["CENT", "ZERO", "cents", "dec", "out", "text"]


def dec(number: Any) -> Decimal:  # a JSON number, or its text
    """The exact value of a JSON number as it is written; null is 0."""
    return ZERO if number is None else Decimal(str(number))


def text(value: Decimal) -> str:
    """An amount as payment runs write it: `119.00`."""
    return f"{cents(value):.2f}"
