"""Amounts: JSON numbers outside, Decimal inside, rounded half up to the paisa."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

from .errors import Json, invalid

ZERO = Decimal(0)
PAISA = Decimal("0.01")
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
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


def paise(value: Decimal) -> Decimal:
    """Rounded half up to two decimals."""
    return value.quantize(PAISA, context=_EXACT)


def out(value: Decimal) -> float:
    """The JSON number of an amount, with two decimals at the most; of a sum of whatever size, too."""
    return float(paise(value)) + 0.0
