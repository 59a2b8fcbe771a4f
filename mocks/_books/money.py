"""Amounts as Decimal, rounded half up to the hundredth, and as JSON numbers."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

ZERO = Decimal(0)
CENT = Decimal("0.01")
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


def cents(value: Decimal) -> Decimal:
    """Rounded half up to two decimals."""
    return value.quantize(CENT, context=_EXACT)


def out(value: Decimal) -> float:
    """The JSON number of an amount, with two decimals at the most; never -0."""
    return float(cents(value)) + 0.0
