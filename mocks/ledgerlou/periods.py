"""Periods: a stand-in that keeps all of them open."""

from __future__ import annotations

from datetime import date

from sandbooks import Call


def period_of(day: date, adjustment_period: int | None = None) -> str:
    """`2026-06`, or `2026-P13` for an adjustment period."""
    return f"{day:%Y-%m}" if adjustment_period is None else f"{day.year}-P{adjustment_period}"


def require_open(call: Call, day: date, adjustment_period: int | None = None) -> None:
    """Nothing is locked."""
