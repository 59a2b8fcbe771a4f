"""Figures as reports show them: amounts with two decimals, and taxes under their names."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ..errors import Json
from ..money import out
from ..rupees import Parts, sum_parts


def tax_amounts(parts: Parts) -> dict[str, Json]:
    """The four taxes."""
    return {
        name: _shown(amount)
        for name, amount in (("igst", parts.igst), ("cgst", parts.cgst), ("sgst", parts.sgst), ("cess", parts.cess))
    }


def tax_figures(parts: Parts) -> dict[str, Json]:
    """The taxable value and the four taxes."""
    return {"taxable_value": out(parts.taxable)} | tax_amounts(parts)


def register_figures(parts: Parts) -> dict[str, Json]:
    """As `tax_figures`, with their sum."""
    return tax_figures(parts) | {"total": out(parts.total)}


def total_figures(rows: Iterable[Parts]) -> dict[str, Json]:
    return register_figures(sum_parts(rows))


def add(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def number(value: Decimal) -> int | float:
    """A quantity or a percentage: whole where it is."""
    return int(value) if value == value.to_integral_value() else float(value)


def _shown(amount: Decimal) -> float:
    return out(amount) if amount else 0.0  # most taxes of a line are none
