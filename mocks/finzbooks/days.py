"""Days and moments as the vendor writes them: India's calendar, without a zone; UTC with a `Z` where it is newer."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, timezone

from sandbooks import Call

from .errors import failed, invalid

INDIA = timezone(timedelta(hours=5, minutes=30))
_DAY = len("2026-05-12")


def today(call: Call) -> date:
    """The day in India."""
    return call.now.astimezone(INDIA).date()


def read_day(text: str, field: str = "date") -> date:
    """The day of `2026-05-12` or `2026-05-12T10:00:00`; the time is ignored.

    Raises:
        Invalid: no such day, as 31 February.
    """
    try:
        return date.fromisoformat(text[:_DAY])
    except (TypeError, ValueError):
        raise invalid(field, f"{field}: '{text}' is no day.", received=text) from None


def query_day(call: Call, name: str) -> date | None:
    """The day in a query parameter; None where it is absent.

    Raises:
        Unprocessable: no such day.
    """
    text = call.query.get(name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text[:_DAY])
    except ValueError:
        raise failed(errors=[{"loc": f"query.{name}", "msg": f"'{text}' is no day"}]) from None


def wire_day(day: date) -> str:
    """A day in a document: `2026-05-12T00:00:00`."""
    return f"{day.isoformat()}T00:00:00"


def stamp(call: Call) -> str:
    """The moment of the call in India, without a zone: `2026-05-12T14:00:17`."""
    return _to_the_second(call.now, INDIA)


def stamp_utc(call: Call) -> str:
    """The moment of the call in UTC: `2026-05-12T08:30:17Z`."""
    return utc(call.now)


def utc(moment: datetime) -> str:
    """A moment in UTC, to the second: `2026-05-12T08:30:17Z`."""
    return f"{_to_the_second(moment, UTC)}Z"


def add_days(day: date, count: int) -> date:
    """That many days later.

    Raises:
        Invalid: beyond the year 9999.
    """
    try:
        return day + timedelta(days=count)
    except OverflowError:
        raise invalid("date", f"{count} days after {day} lies beyond the calendar.", received=count) from None


def add_months(day: date, count: int, *, day_of_month: int = 0) -> date:
    """That many months later, on the same day of the month or on that one; on the last where the month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day_of_month or day.day, last))


def _to_the_second(moment: datetime, zone: timezone) -> str:
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")
