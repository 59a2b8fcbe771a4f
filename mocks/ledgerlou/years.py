"""The fiscal year of a company: twelve months from the month in its settings; named by the year in which it ends."""

from __future__ import annotations

from datetime import date

from sandbooks import Call

SETTINGS, TENANT = "settings", "tenant"
JANUARY = 1


def first_month(call: Call) -> int:
    """The month in which fiscal years begin, 1 to 12."""
    settings = call.collection(SETTINGS).find_one(TENANT) or {}
    return int(settings.get("fiscal_year_start_month", JANUARY))


def last_month(call: Call) -> int:
    """The month in which fiscal years end, 1 to 12."""
    return (first_month(call) - 2) % 12 + 1


def year_of(year: int, month: int, last: int) -> int:
    """The fiscal year of a month, where years end in the month `last`.

    >>> year_of(2026, 6, 12), year_of(2026, 6, 6), year_of(2026, 7, 6)
    (2026, 2026, 2027)
    """
    return year + (month > last)


def first_day(call: Call, day: date) -> date:
    """The first day of the fiscal year in which a day lies."""
    month = first_month(call)
    return date(day.year - (day.month < month), month, 1)
