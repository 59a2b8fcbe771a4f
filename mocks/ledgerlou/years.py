"""The fiscal year of a company: twelve months from the month in its settings, named by the year in which it ends.

And the range of days that a report is asked for, which is the year to date unless it is said.
"""

from __future__ import annotations

from datetime import date

from sandbooks import Call

from .dates import query_day, today
from .errors import invalid

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
    return date(max(day.year - (day.month < month), 1), month, 1)


def range_of(call: Call) -> tuple[date, date]:
    """`startDate` and `endDate` of a report: by default the first day of the fiscal year of the end, and today.

    Raises:
        Invalid: INVALID_INPUT, no such day, or the end lies before the start.
    """
    end = query_day(call, "endDate") or today(call)
    start = query_day(call, "startDate") or first_day(call, end)
    if start > end:
        raise invalid("endDate", f"{end} lies before {start}, the first day")
    return start, end
